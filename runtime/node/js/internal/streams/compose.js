// Duplex.from and compose: one duplex stream over what is none.
// https://nodejs.org/api/stream.html#streamduplexfromsrc, https://nodejs.org/api/stream.html#streamcomposestreams
const {
	tick, destroyAny, isDuplexNode, isReadableNode, isWritableNode, isNode, isReadable, isWritable, isWebReadable, isWebWritable, isWebTransform,
} = require('internal/streams/lifecycle');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_VALUE, ERR_MISSING_ARGS, AbortError } = require('internal/errors');
const { finished } = require('internal/streams/finished');

const lazy = {
	get Duplex() { return require('internal/streams/duplex').Duplex; },
	get Readable() { return require('internal/streams/readable'); },
	get Writable() { return require('internal/streams/writable'); },
};

// over makes a duplex stream that reads from one and writes to another; either may be missing.
function over(readable, writable, options = {}) {
	const { Duplex } = lazy;
	let canRead = !!readable && !!isReadable(readable), canWrite = !!writable && !!isWritable(writable);
	let afterWrite = null, afterFinish = null, afterClose = null, wantsMore = false;
	const stream = new Duplex({
		readableObjectMode: !!readable?.readableObjectMode, writableObjectMode: !!writable?.writableObjectMode, ...options,
		readable: canRead, writable: canWrite,
	});
	const closed = (err) => {
		const callback = afterClose;
		afterClose = null;
		if (callback) callback(err);
		else if (err) stream.destroy(err);
		else if (!canRead && !canWrite) stream.destroy();
	};
	if (canWrite) {
		finished(writable, { readable: false }, (err) => {
			canWrite = false;
			if (err) destroyAny(readable, err);
			closed(err);
		});
		stream._write = (chunk, encoding, callback) => {
			if (writable.write(chunk, encoding)) callback();
			else afterWrite = callback;
		};
		stream._final = (callback) => {
			writable.end();
			afterFinish = callback;
		};
		writable.on('drain', () => {
			const callback = afterWrite;
			afterWrite = null;
			callback?.();
		});
		writable.on('finish', () => {
			const callback = afterFinish;
			afterFinish = null;
			callback?.();
		});
	}
	if (canRead) {
		finished(readable, { writable: false }, (err) => {
			canRead = false;
			if (err) destroyAny(readable, err);
			closed(err);
		});
		const more = () => {
			wantsMore = false;
			for (;;) {
				const chunk = readable.read();
				if (chunk === null) {
					wantsMore = true;
					return;
				}
				if (!stream.push(chunk)) return;
			}
		};
		readable.on('readable', () => {
			if (wantsMore) more();
		});
		readable.on('end', () => stream.push(null));
		stream._read = more;
	}
	stream._destroy = (err, callback) => {
		if (!err && (afterClose !== null || canRead || canWrite) && !(stream._readableState.endEmitted && stream._writableState.finished)) err = new AbortError();
		afterWrite = afterFinish = null;
		wantsMore = false;
		if (!canRead && !canWrite) {
			callback(err);
			return;
		}
		afterClose = (late) => callback(late ?? err);
		if (canWrite) destroyAny(writable, err);
		if (canRead && readable !== writable) destroyAny(readable, err);
	};
	return stream;
}

// input is an async iterable of what is written to a stream, for a function that reads it.
function input() {
	let deliver, next = new Promise((resolve) => { deliver = resolve; });
	const controller = new AbortController(), { signal } = controller;
	const iterator = {
		async next() {
			const promise = next;
			next = null;
			const { chunk, done, callback } = await promise;
			tick(callback);
			if (done) return { value: undefined, done: true };
			if (signal.aborted) throw new AbortError(undefined, { cause: signal.reason });
			next = new Promise((resolve) => { deliver = resolve; });
			return { value: chunk, done: false };
		},
		return: async (value) => ({ value, done: true }),
		[Symbol.asyncIterator]() { return this; },
	};
	const send = (message) => {
		const to = deliver;
		deliver = null;
		to(message);
	};
	return {
		iterator, signal,
		write: (chunk, encoding, callback) => send({ chunk, done: false, callback }),
		final: (callback) => send({ done: true, callback }),
		destroy(err, callback) {
			controller.abort();
			callback(err);
		},
	};
}

function duplexFrom(body, name) {
	const { Duplex, Readable, Writable } = lazy;
	if (isDuplexNode(body)) return body;
	if (isNode(body)) {
		if (isReadableNode(body)) return over(body, null);
		if (isWritableNode(body)) return over(null, body);
	}
	if (isWebTransform(body) && (isWebReadable(body.readable) || isWebWritable(body.writable))) {
		return over(body.readable && Readable.fromWeb(body.readable), body.writable && Writable.fromWeb(body.writable));
	}
	if (isWebReadable(body)) return over(Readable.fromWeb(body), null);
	if (isWebWritable(body)) return over(null, Writable.fromWeb(body));
	if (typeof body === 'function') {
		const { iterator, signal, write, final, destroy } = input();
		const result = body(iterator, { signal });
		if (typeof result?.[Symbol.asyncIterator] === 'function' || (result && typeof result === 'object' && typeof result[Symbol.iterator] === 'function')) {
			return fromIterable(result, { write, final }, destroy);
		}
		if (typeof result?.then === 'function') {
			let stream;
			const promise = Promise.resolve(result).then((v) => {
				if (v != null) throw ERR_INVALID_RETURN_VALUE('nully', 'body', v);
			});
			promise.catch((err) => destroyAny(stream, err));
			stream = new Duplex({
				objectMode: true, readable: false, write, destroy,
				final: (callback) => final(() => promise.then(() => tick(callback, null), (err) => tick(callback, err))),
			});
			return stream;
		}
		throw ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or AsyncFunction', name, result);
	}
	if (typeof Blob === 'function' && body instanceof Blob) return duplexFrom(body.stream(), name);
	if (body && (typeof body[Symbol.asyncIterator] === 'function' || typeof body[Symbol.iterator] === 'function')) {
		return fromIterable(body, { writable: false });
	}
	if (typeof body?.then === 'function') {
		const stream = new Duplex({ objectMode: true, writable: false, read() {} });
		Promise.resolve(body).then((v) => {
			if (v != null) stream.push(v);
			stream.push(null);
		}, (err) => destroyAny(stream, err));
		return stream;
	}
	if (typeof body?.readable === 'object' || typeof body?.writable === 'object') {
		return over(body.readable ? duplexFrom(body.readable) : null, body.writable ? duplexFrom(body.writable) : null);
	}
	throw ERR_INVALID_ARG_TYPE(name, ['Blob', 'ReadableStream', 'WritableStream', 'Stream', 'Iterable', 'AsyncIterable', 'Function', '{ readable, writable } pair', 'Promise'], body);
}

// fromIterable is Readable.from for a duplex stream.
function fromIterable(iterable, options, destroyed) {
	const stream = lazy.Readable.fromInto(lazy.Duplex, iterable, options);
	if (destroyed) {
		const inner = stream._destroy;
		stream._destroy = (err, callback) => inner.call(stream, err, (late) => destroyed(late, callback));
	}
	return stream;
}

// compose makes one stream of several, each of which reads what the one before it writes.
function compose(...streams) {
	const { Duplex } = lazy;
	if (streams.length === 0) throw ERR_MISSING_ARGS('streams');
	if (streams.length === 1) return duplexFrom(streams[0], 'streams[0]');
	const original = [...streams];
	if (typeof streams[0] === 'function') streams[0] = duplexFrom(streams[0], 'streams[0]');
	const end = streams.length - 1;
	if (typeof streams[end] === 'function') streams[end] = duplexFrom(streams[end], `streams[${end}]`);
	streams.forEach((stream, i) => {
		if (!isNode(stream) && !isWebReadable(stream) && !isWebWritable(stream) && !isWebTransform(stream)) return;
		if (i < end && !(isReadable(stream) || isWebReadable(stream) || isWebTransform(stream))) throw ERR_INVALID_ARG_VALUE(`streams[${i}]`, original[i], 'must be readable');
		if (i > 0 && !(isWritable(stream) || isWebWritable(stream) || isWebTransform(stream))) throw ERR_INVALID_ARG_VALUE(`streams[${i}]`, original[i], 'must be writable');
	});
	const nodes = streams.map((s) => isWebTransform(s) || isWebReadable(s) || isWebWritable(s) ? duplexFrom(s) : s);
	const head = nodes[0], tail = require('internal/streams/pipeline').run(nodes, (err) => {
		if (err) stream.destroy(err);
	});
	const stream = over(isReadable(tail) ? tail : null, isWritable(head) ? head : null);
	return stream;
}

module.exports = { duplexFrom, compose };
