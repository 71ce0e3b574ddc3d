// addAbortSignal: https://nodejs.org/api/stream.html#streamaddabortsignalsignal-stream
const { isNode, isWebReadable, isWebWritable } = require('internal/streams/lifecycle');
const { AbortError, ERR_INVALID_ARG_TYPE } = require('internal/errors');

// onAbort calls a function when a signal is aborted, soon if it is already; what it returns takes that back.
function onAbort(signal, fn) {
	if (signal.aborted) {
		queueMicrotask(fn);
		return () => {};
	}
	signal.addEventListener('abort', fn, { once: true });
	return () => signal.removeEventListener('abort', fn);
}

const abortError = (signal) => new AbortError(undefined, { cause: signal.reason });

function addAbortSignal(signal, stream) {
	if (signal === null || typeof signal !== 'object' || !('aborted' in signal)) throw ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
	const web = isWebReadable(stream) || isWebWritable(stream);
	if (!isNode(stream) && !web) throw ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
	const abort = () => {
		if (!web) stream.destroy(abortError(signal));
		else if (isWebReadable(stream)) stream.cancel(abortError(signal)).catch(() => {});
		else stream.abort(abortError(signal)).catch(() => {});
	};
	if (signal.aborted) {
		abort();
	} else {
		const off = onAbort(signal, abort);
		if (!web) require('internal/streams/finished').finished(stream, off);
	}
	return stream;
}

module.exports = { addAbortSignal, onAbort, abortError };
