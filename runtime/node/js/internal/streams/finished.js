// finished: https://nodejs.org/api/stream.html#streamfinishedstream-options-callback
const {
	tick, nop, fault, isRequest, isReadableNode, isWritableNode, isNode, isEnded, isFinished, isReadable, isWritable,
} = require('internal/streams/lifecycle');
const { ERR_INVALID_ARG_TYPE } = require('internal/errors');
const { validateAbortSignal, validateFunction, validateObject } = require('internal/validators');
const { onAbort, abortError } = require('internal/streams/abort');

const isClosed = (stream) => {
	if (typeof stream.closed === 'boolean') return stream.closed;
	const { _writableState: w, _readableState: r } = stream;
	return typeof w?.closed === 'boolean' || typeof r?.closed === 'boolean' ? !!(w?.closed || r?.closed) : null;
};
const errorOf = (stream) => stream._readableState?.errored || stream._writableState?.errored || (typeof stream.errored === 'object' ? stream.errored : null);

function finished(stream, options, callback) {
	if (typeof options === 'function') [options, callback] = [{}, options];
	else if (options == null) options = {};
	else validateObject(options, 'options');
	validateFunction(callback, 'callback');
	validateAbortSignal(options.signal, 'options.signal');
	let called = false;
	const inner = callback;
	callback = function (...args) {
		if (called) return;
		called = true;
		inner.apply(this, args);
	};
	if (!isNode(stream)) throw ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);

	const readable = options.readable ?? isReadableNode(stream);
	const writable = options.writable ?? isWritableNode(stream);
	const w = stream._writableState, r = stream._readableState;
	// A stream that will emit close is waited for until then.
	const willClose = !!(w || r) && ((w?.autoDestroy && w.emitClose && w.closed === false) || (r?.autoDestroy && r.emitClose && r.closed === false)) &&
		isReadableNode(stream) === readable && isWritableNode(stream) === writable;
	let closing = willClose;
	let writableDone = isFinished(stream), readableDone = isEnded(stream);

	const onfinish = () => {
		writableDone = true;
		if (stream.destroyed) closing = false;
		if (closing && (!stream.readable || readable)) return;
		if (!readable || readableDone) callback.call(stream);
	};
	const onend = () => {
		readableDone = true;
		if (stream.destroyed) closing = false;
		if (closing && (!stream.writable || writable)) return;
		if (!writable || writableDone) callback.call(stream);
	};
	const onerror = (err) => callback.call(stream, err);
	let closed = isClosed(stream);
	const onclose = () => {
		closed = true;
		const err = errorOf(stream);
		if (err) return callback.call(stream, err);
		if (readable && !readableDone && isReadableNode(stream, true) && isEnded(stream) !== true) return callback.call(stream, fault.prematureClose());
		if (writable && !writableDone && isFinished(stream) !== true) return callback.call(stream, fault.prematureClose());
		callback.call(stream);
	};
	const onclosed = () => {
		closed = true;
		const err = errorOf(stream);
		if (err && typeof err !== 'boolean') return callback.call(stream, err);
		callback.call(stream);
	};
	const listeners = [];
	const listen = (emitter, event, fn) => {
		emitter.on(event, fn);
		listeners.push([emitter, event, fn]);
	};
	const onrequest = () => listen(stream.req, 'finish', onfinish);
	if (isRequest(stream)) {
		listen(stream, 'complete', onfinish);
		if (!willClose) listen(stream, 'abort', onclose);
		if (stream.req) onrequest();
		else listen(stream, 'request', onrequest);
	} else if (writable && !w) {
		listen(stream, 'end', () => stream.emit('finish')); // a stream of the first kind
		listen(stream, 'close', () => stream.emit('finish'));
	}
	if (!willClose && typeof stream.aborted === 'boolean') listen(stream, 'aborted', onclose);
	listen(stream, 'end', onend);
	listen(stream, 'finish', onfinish);
	if (options.error !== false) listen(stream, 'error', onerror);
	listen(stream, 'close', onclose);

	if (closed) {
		tick(onclose);
	} else if (w?.errorEmitted || r?.errorEmitted) {
		if (!willClose) tick(onclosed);
	} else if (!readable && (!willClose || isReadable(stream)) && (writableDone || isWritable(stream) === false) && (w == null || w.pendingcb === undefined || w.pendingcb === 0)) {
		tick(onclosed);
	} else if (!writable && (!willClose || isWritable(stream)) && (readableDone || isReadable(stream) === false)) {
		tick(onclosed);
	} else if (r && stream.req && stream.aborted) {
		tick(onclosed);
	}

	const cleanUp = () => {
		callback = nop;
		for (const [emitter, event, fn] of listeners) emitter.removeListener(event, fn);
	};
	if (options.signal && !closed) {
		const off = onAbort(options.signal, () => {
			const last = callback;
			cleanUp();
			last.call(stream, abortError(options.signal));
		});
		const last = callback;
		callback = function (...args) {
			off();
			last.apply(stream, args);
		};
	}
	return cleanUp;
}

// finishedPromise is finished of stream/promises.
function finishedPromise(stream, options) {
	return new Promise((resolve, reject) => {
		let cleanUp = nop;
		const cleaning = options?.cleanup;
		if (cleaning !== undefined) require('internal/validators').validateBoolean(cleaning, 'cleanup');
		cleanUp = finished(stream, options, (err) => {
			if (cleaning) cleanUp();
			if (err) reject(err);
			else resolve();
		});
	});
}

module.exports = { finished, finishedPromise };
