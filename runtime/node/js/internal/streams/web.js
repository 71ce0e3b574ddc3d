// Adapters between these streams and those of the web: https://nodejs.org/api/stream.html#streamreadablefromwebreadablestream-options
const { tick, nop, isWebReadable, isWebWritable, isReadable, isWritable, isDestroyed, destroyAny } = require('internal/streams/lifecycle');
const { ERR_INVALID_ARG_TYPE, AbortError } = require('internal/errors');
const { validateObject, validateBoolean } = require('internal/validators');
const { finished } = require('internal/streams/finished');

function readableFromWeb(web, options = {}) {
	if (!isWebReadable(web)) throw ERR_INVALID_ARG_TYPE('readableStream', 'ReadableStream', web);
	validateObject(options, 'options');
	const { highWaterMark, encoding, objectMode = false, signal } = options;
	validateBoolean(objectMode, 'options.objectMode');
	const Readable = require('internal/streams/readable');
	const { read, destroy } = reading(web, () => stream);
	const stream = new Readable({ objectMode, highWaterMark, encoding, signal, read, destroy });
	return stream;
}

// reading gives what a stream needs whose readable side is one of the web.
function reading(web, stream) {
	const reader = web.getReader();
	let closed = false;
	reader.closed.then(() => { closed = true; }, (err) => {
		closed = true;
		destroyAny(stream(), err);
	});
	return {
		read() {
			reader.read().then(({ value, done }) => stream().push(done ? null : value), (err) => destroyAny(stream(), err));
		},
		destroy(err, callback) {
			const done = () => tick(callback, err);
			if (closed) done();
			else reader.cancel(err ?? undefined).then(done, done);
		},
	};
}

function writableFromWeb(web, options = {}) {
	if (!isWebWritable(web)) throw ERR_INVALID_ARG_TYPE('writableStream', 'WritableStream', web);
	validateObject(options, 'options');
	const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
	const Writable = require('internal/streams/writable');
	const stream = new Writable({ highWaterMark, objectMode, decodeStrings, signal, ...writing(web, () => stream) });
	return stream;
}

// writing gives what a stream needs whose writable side is one of the web.
function writing(web, stream) {
	const writer = web.getWriter();
	let closed = false;
	writer.closed.then(() => { closed = true; }, (err) => {
		closed = true;
		destroyAny(stream(), err);
	});
	const all = (work, callback) => work().then(() => tick(callback), (err) => tick(callback, err ?? new AbortError()));
	return {
		writev(chunks, callback) {
			all(async () => {
				await writer.ready;
				await Promise.all(chunks.map(({ chunk }) => writer.write(chunk)));
			}, callback);
		},
		write(chunk, encoding, callback) {
			all(async () => {
				await writer.ready;
				await writer.write(chunk);
			}, callback);
		},
		destroy(err, callback) {
			const done = () => tick(callback, err);
			if (closed) done();
			else if (err != null) writer.abort(err).then(done, done);
			else writer.close().then(done, done);
		},
		final(callback) {
			if (closed) tick(callback);
			else writer.close().then(() => tick(callback), (err) => tick(callback, err));
		},
	};
}

function duplexFromWeb(pair, options = {}) {
	validateObject(pair, 'pair');
	if (!isWebReadable(pair.readable)) throw ERR_INVALID_ARG_TYPE('pair.readable', 'ReadableStream', pair.readable);
	if (!isWebWritable(pair.writable)) throw ERR_INVALID_ARG_TYPE('pair.writable', 'WritableStream', pair.writable);
	const { allowHalfOpen = false, objectMode = false, encoding, decodeStrings = true, highWaterMark, signal } = options;
	const { Duplex } = require('internal/streams/duplex');
	const get = () => stream;
	const from = reading(pair.readable, get), to = writing(pair.writable, get);
	const stream = new Duplex({
		allowHalfOpen, objectMode, encoding, decodeStrings, highWaterMark, signal, read: from.read, write: to.write, writev: to.writev, final: to.final,
		destroy(err, callback) { to.destroy(err, () => from.destroy(err, callback)); },
	});
	return stream;
}

function readableToWeb(stream, options = {}) {
	if (typeof stream?._readableState !== 'object') throw ERR_INVALID_ARG_TYPE('streamReadable', 'stream.Readable', stream);
	validateObject(options, 'options');
	if (isDestroyed(stream) || !isReadable(stream)) {
		const web = new ReadableStream();
		web.cancel();
		return web;
	}
	const { objectMode, highWaterMark } = { objectMode: stream.readableObjectMode, highWaterMark: stream.readableHighWaterMark };
	const strategy = options.strategy ?? (objectMode ? new CountQueuingStrategy({ highWaterMark }) : new ByteLengthQueuingStrategy({ highWaterMark }));
	let over = false, controller;
	const data = (chunk) => {
		if (!objectMode && chunk instanceof Uint8Array) chunk = new Uint8Array(chunk);
		controller.enqueue(chunk);
		if (controller.desiredSize <= 0) stream.pause();
	};
	stream.pause();
	const cleanUp = finished(stream, (err) => {
		if (err?.code === 'ERR_STREAM_PREMATURE_CLOSE') err = new AbortError(undefined, { cause: err });
		cleanUp();
		stream.on('error', nop);
		if (err) {
			if (!over) controller.error(err);
		} else if (!over) {
			controller.close();
		}
		over = true;
	});
	stream.on('data', data);
	return new ReadableStream({
		start(c) { controller = c; },
		pull() { stream.resume(); },
		cancel(reason) {
			over = true;
			destroyAny(stream, reason);
		},
	}, strategy);
}

function writableToWeb(stream) {
	if (typeof stream?._writableState !== 'object') throw ERR_INVALID_ARG_TYPE('streamWritable', 'stream.Writable', stream);
	if (isDestroyed(stream) || !isWritable(stream)) {
		const web = new WritableStream();
		web.close();
		return web;
	}
	const highWaterMark = stream.writableHighWaterMark;
	const strategy = stream.writableObjectMode ? new CountQueuingStrategy({ highWaterMark }) : { highWaterMark };
	let controller, drained = null, closed = null;
	const cleanUp = finished(stream, (err) => {
		if (err?.code === 'ERR_STREAM_PREMATURE_CLOSE') err = new AbortError(undefined, { cause: err });
		cleanUp();
		stream.on('error', nop);
		const settle = (waiting) => err ? waiting?.reject(err) : waiting?.resolve();
		const { d, c } = { d: drained, c: closed };
		drained = closed = null;
		settle(d);
		settle(c);
		if (err || !c) controller?.error(err ?? new AbortError());
		controller = undefined;
	});
	stream.on('drain', () => {
		drained?.resolve();
		drained = null;
	});
	const deferred = () => {
		const d = {};
		d.promise = new Promise((resolve, reject) => Object.assign(d, { resolve, reject }));
		return d;
	};
	return new WritableStream({
		start(c) { controller = c; },
		write(chunk) {
			if (!stream.writableNeedDrain && stream.write(chunk)) return undefined;
			drained = deferred();
			return drained.promise;
		},
		abort(reason) { destroyAny(stream, reason); },
		close() {
			if (!closed && !isWritable(stream)) return undefined;
			closed = deferred();
			stream.end();
			return closed.promise;
		},
	}, strategy);
}

function duplexToWeb(stream, options) {
	if (typeof stream?._writableState !== 'object' || typeof stream?._readableState !== 'object') throw ERR_INVALID_ARG_TYPE('duplex', 'stream.Duplex', stream);
	return { writable: writableToWeb(stream), readable: readableToWeb(stream, options) };
}

module.exports = { readableFromWeb, writableFromWeb, duplexFromWeb, readableToWeb, writableToWeb, duplexToWeb };
