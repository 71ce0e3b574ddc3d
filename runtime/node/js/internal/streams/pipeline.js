// pipeline: https://nodejs.org/api/stream.html#streampipelinesource-transforms-destination-callback
const {
	tick, nop, fault, destroyAny, isReadableNode, isNode, isWebReadable, isWebWritable, isWebTransform, isIterable, isEnded,
} = require('internal/streams/lifecycle');
const { NodeTypeError, ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE, ERR_MISSING_ARGS } = require('internal/errors');
const { validateFunction, validateAbortSignal } = require('internal/validators');
const { finished } = require('internal/streams/finished');
const { onAbort, abortError } = require('internal/streams/abort');

function pipeline(...streams) {
	const callback = streams.pop();
	validateFunction(callback, 'streams[stream.length - 1]');
	let called = false;
	return run(streams, (...args) => {
		if (called) return;
		called = true;
		callback(...args);
	});
}

function pipelinePromise(...streams) {
	return new Promise((resolve, reject) => {
		const last = streams[streams.length - 1];
		let options;
		if (last && typeof last === 'object' && !isNode(last) && !isIterable(last) && !isWebReadable(last) && !isWebWritable(last) && !isWebTransform(last)) {
			options = streams.pop();
		}
		run(streams, (err, value) => err ? reject(err) : resolve(value), options);
	});
}

const isAsyncIterable = (v) => typeof v?.[Symbol.asyncIterator] === 'function';

// run connects streams, functions and iterables, and calls done when all have come to their end or one has failed.
function run(streams, done, options = {}) {
	if (streams.length === 1 && Array.isArray(streams[0])) streams = streams[0];
	if (streams.length < 2) throw ERR_MISSING_ARGS('streams');
	validateAbortSignal(options.signal, 'options.signal');
	const controller = new AbortController(), { signal } = controller;
	const afterwards = []; // undoes what the last stream was given, if it has not failed
	const live = []; // destroys a stream that has not come to its end
	let error, value, pending = 0, off = nop;

	const settle = (err, final) => {
		if (err && (!error || error.code === 'ERR_STREAM_PREMATURE_CLOSE')) error = err;
		if (!error && !final) return;
		while (live.length > 0) live.shift()(error);
		off();
		controller.abort();
		if (!final) return;
		if (!error) for (const undo of afterwards) undo();
		tick(done, error, value);
	};
	const finish = (err) => settle(err, --pending === 0);
	const broke = (err) => settle(err, false);
	const abort = () => settle(abortError(options.signal), pending === 0);
	if (options.signal) off = onAbort(options.signal, abort);

	let current;
	streams.forEach((stream, i) => {
		const reading = i < streams.length - 1, writing = i > 0, last = !reading;
		const end = reading || options.end !== false;
		if (isNode(stream)) {
			if (end) {
				const { destroy, cleanUp } = guard(stream, reading, writing);
				live.push(destroy);
				if (stream.readable && last) afterwards.push(cleanUp);
			}
			const failed = (err) => {
				if (err && err.name !== 'AbortError' && err.code !== 'ERR_STREAM_PREMATURE_CLOSE') broke(err);
			};
			stream.on('error', failed);
			if (stream.readable && last) afterwards.push(() => stream.removeListener('error', failed));
		}
		if (i === 0) {
			if (typeof stream === 'function') {
				current = stream({ signal });
				if (!isIterable(current)) throw ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or Stream', 'source', current);
			} else if (isIterable(stream) || isReadableNode(stream) || isWebTransform(stream)) {
				current = stream;
			} else {
				current = require('internal/streams/compose').duplexFrom(stream, 'stream');
			}
		} else if (typeof stream === 'function') {
			current = isWebTransform(current) ? asyncIterable(current.readable) : asyncIterable(current);
			current = stream(current, { signal });
			if (reading) {
				if (!isAsyncIterable(current)) throw ERR_INVALID_RETURN_VALUE('AsyncIterable', `transform[${i - 1}]`, current);
			} else {
				current = collect(current, end);
			}
		} else if (isNode(stream)) {
			if (isReadableNode(current)) {
				pending += 2;
				const cleanUp = join(current, stream, finish, broke, end);
				if (stream.readable && last) afterwards.push(cleanUp);
			} else if (isWebTransform(current) || isWebReadable(current)) {
				pending++;
				pump(current.readable || current, stream, finish, end);
			} else if (isIterable(current)) {
				pending++;
				pump(current, stream, finish, end);
			} else {
				throw ERR_INVALID_ARG_TYPE('val', ['Readable', 'Iterable', 'AsyncIterable', 'ReadableStream', 'TransformStream'], current);
			}
			current = stream;
		} else if (isWebTransform(stream) || isWebWritable(stream)) {
			const source = isReadableNode(current) ? asyncIterable(current) : isWebTransform(current) ? current.readable : current;
			if (!isIterable(source) && !isWebReadable(source)) {
				throw ERR_INVALID_ARG_TYPE('val', ['Readable', 'Iterable', 'AsyncIterable', 'ReadableStream', 'TransformStream'], current);
			}
			pending++;
			pumpWeb(source, stream.writable || stream, finish, end);
			current = stream;
		} else {
			current = require('internal/streams/compose').duplexFrom(stream, 'stream');
		}
	});
	if (options.signal?.aborted) tick(abort);
	return current;

	// collect makes a stream of what the last function returns: a promise of the pipeline's value, or an iterable.
	function collect(result, end) {
		const { PassThrough } = require('internal/streams/duplex');
		const out = new PassThrough({ objectMode: true });
		if (typeof result?.then === 'function') {
			pending++;
			result.then((v) => {
				value = v;
				if (v != null) out.write(v);
				if (end) out.end();
				tick(finish);
			}, (err) => {
				out.destroy(err);
				tick(finish, err);
			});
		} else if (isAsyncIterable(result)) {
			pending++;
			pump(result, out, finish, end);
		} else {
			throw ERR_INVALID_RETURN_VALUE('AsyncIterable or Promise', 'destination', result);
		}
		const { destroy, cleanUp } = guard(out, false, true);
		live.push(destroy);
		afterwards.push(cleanUp);
		return out;
	}
}

// guard watches a stream, and destroys it when the pipeline ends before it does.
function guard(stream, readable, writable) {
	let over = false;
	stream.on('close', () => { over = true; });
	const cleanUp = finished(stream, { readable, writable }, (err) => { over = !err; });
	return {
		cleanUp,
		destroy(err) {
			if (over) return;
			over = true;
			destroyAny(stream, err || fault.destroyed('pipe'));
		},
	};
}

// join pipes one stream into the next.
function join(source, target, finish, broke, end) {
	let ended = false;
	target.on('close', () => {
		if (!ended) broke(fault.prematureClose());
	});
	source.pipe(target, { end: false });
	if (end) {
		const over = () => {
			ended = true;
			target.end();
		};
		if (isEnded(source)) tick(over);
		else source.once('end', over);
	} else {
		finish();
	}
	finished(source, { readable: true, writable: false }, (err) => {
		const r = source._readableState;
		// One that closes before its last chunk is read may still come to its end.
		if (err?.code === 'ERR_STREAM_PREMATURE_CLOSE' && r?.ended && !r.errored && !r.errorEmitted) source.once('end', finish).once('error', finish);
		else finish(err);
	});
	return finished(target, { readable: false, writable: true }, finish);
}

function asyncIterable(value) {
	if (isIterable(value)) return value;
	if (isReadableNode(value)) return { [Symbol.asyncIterator]: () => require('internal/streams/readable').prototype[Symbol.asyncIterator].call(value) };
	if (isWebReadable(value)) return { [Symbol.asyncIterator]: () => value.values() };
	throw new NodeTypeError('ERR_INVALID_ARG_TYPE', 'The value is not iterable.');
}

// each calls fn with the values of an iterable, one after the other.
async function each(iterable, fn) {
	const iterator = iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]();
	for (;;) {
		const { value, done } = await iterator.next();
		if (done) return;
		try {
			await fn(await value);
		} catch (err) {
			await Promise.resolve(iterator.return?.()).catch(nop);
			throw err;
		}
	}
}

// pump writes an iterable's values to a stream.
async function pump(iterable, writable, finish, end) {
	let error, wake = null;
	const resume = (err) => {
		if (err) error = err;
		wake?.();
		wake = null;
	};
	const drained = () => new Promise((resolve, reject) => {
		const check = () => error ? reject(error) : resolve();
		if (error) check();
		else wake = check;
	});
	writable.on('drain', resume);
	const cleanUp = finished(writable, { readable: false }, resume);
	try {
		if (writable.writableNeedDrain) await drained();
		await each(iterable, async (chunk) => {
			if (!writable.write(chunk)) await drained();
		});
		if (end) {
			writable.end();
			await drained();
		}
		finish();
	} catch (err) {
		finish(error && error !== err ? error : err);
	} finally {
		cleanUp();
		writable.off('drain', resume);
	}
}

async function pumpWeb(source, writable, finish, end) {
	const writer = writable.getWriter();
	try {
		await each(source, async (chunk) => {
			await writer.ready;
			writer.write(chunk).catch(nop);
		});
		await writer.ready;
		if (end) await writer.close();
		finish();
	} catch (err) {
		try {
			await writer.abort(err);
		} catch {
			// It is the first error that counts.
		}
		finish(err);
	}
}

module.exports = { pipeline, pipelinePromise, run, each };
