// What the two sides of a stream have in common: how it is set up, destroyed and closed, and how it fails.
// https://nodejs.org/api/stream.html#writabledestroyerror
const { NodeError, NodeTypeError, ERR_INVALID_ARG_VALUE, AbortError } = require('internal/errors');

// tick runs a function when the current one is done, as process.nextTick does in Workers.
const tick = (fn, ...args) => queueMicrotask(() => fn(...args));

const nop = () => {};

const fault = {
	pushAfterEnd: () => new NodeError('ERR_STREAM_PUSH_AFTER_EOF', 'stream.push() after EOF'),
	unshiftAfterEnd: () => new NodeError('ERR_STREAM_UNSHIFT_AFTER_END_EVENT', 'stream.unshift() after end event'),
	writeAfterEnd: () => new NodeError('ERR_STREAM_WRITE_AFTER_END', 'write after end'),
	destroyed: (what) => new NodeError('ERR_STREAM_DESTROYED', `Cannot call ${what} after a stream was destroyed`),
	finished: (what) => new NodeError('ERR_STREAM_ALREADY_FINISHED', `Cannot call ${what} after a stream was finished`),
	nullValue: () => new NodeTypeError('ERR_STREAM_NULL_VALUES', 'May not write null values to stream'),
	cannotPipe: () => new NodeError('ERR_STREAM_CANNOT_PIPE', 'Cannot pipe, not readable'),
	twice: () => new NodeError('ERR_MULTIPLE_CALLBACK', 'Callback called multiple times'),
	prematureClose: () => new NodeTypeError('ERR_STREAM_PREMATURE_CLOSE', 'Premature close'),
};

const defaults = { bytes: 64 * 1024, objects: 16 };

// highWaterMark takes it from a stream's options; own is the option of one side of a duplex stream.
function highWaterMark(options, own, duplex, objectMode) {
	const given = options.highWaterMark ?? (duplex ? options[own] : undefined);
	if (given == null) return objectMode ? defaults.objects : defaults.bytes;
	if (!Number.isInteger(given) || given < 0) throw ERR_INVALID_ARG_VALUE(duplex ? `options.${own}` : 'options.highWaterMark', given);
	return Math.floor(given);
}

// sides are the states that a stream has, one or two.
function sides(stream) {
	const r = stream._readableState, w = stream._writableState;
	return r && w && r !== w ? [r, w] : r ? [r] : w ? [w] : [];
}

// begin gives a stream one of its sides, whose state refers to its stream, which inspection should not follow; the methods among
// the options become its own.
function begin(stream, name, state, options, methods) {
	stream._events ??= {};
	stream[name] = state;
	Object.defineProperty(state, 'stream', { enumerable: false });
	if (!options) return;
	for (const method of methods) if (typeof options[method] === 'function') stream[`_${method}`] = options[method];
}

// define gives a prototype methods, and attributes, which are not enumerable.
function define(prototype, methods, attributes) {
	Object.assign(prototype, methods);
	for (const name in attributes) attributes[name].configurable = true;
	Object.defineProperties(prototype, attributes);
}

const ready = Symbol('constructed');

// construct runs _construct before anything else happens to the stream; then is what the side does afterwards.
function construct(stream, then) {
	if (!stream._construct) return;
	for (const side of sides(stream)) side.constructed = false;
	stream.once(ready, then);
	if (stream.listenerCount(ready) > 1) return; // the other side has begun it
	tick(() => {
		let called = false;
		const done = (err) => {
			if (called) {
				fail(stream, err ?? fault.twice());
				return;
			}
			called = true;
			const list = sides(stream);
			for (const side of list) side.constructed = true;
			if (list.some((s) => s.destroyed)) stream.emit(destroying, err);
			else if (err) fail(stream, err, true);
			else tick(() => stream.emit(ready));
		};
		try {
			stream._construct((err) => tick(done, err));
		} catch (err) {
			tick(done, err);
		}
	});
}

const destroying = Symbol('destroy');

// destroy is the method destroy of every stream.
function destroy(err, callback) {
	const list = sides(this);
	if (list.some((s) => s.destroyed)) {
		if (typeof callback === 'function') callback();
		return this;
	}
	note(list, err);
	for (const side of list) side.destroyed = true;
	if (list.some((s) => !s.constructed)) this.once(destroying, (late) => tearDown(this, list, err ?? late, callback));
	else tearDown(this, list, err, callback);
	return this;
}

// note keeps the first error of a stream.
function note(list, err) {
	if (!err) return;
	err.stack; // is made now, where it tells something
	for (const side of list) side.errored ??= err;
}

function tearDown(stream, list, err, callback) {
	let called = false;
	const done = (err) => {
		if (called) return;
		called = true;
		note(list, err);
		for (const side of list) side.closed = true;
		if (typeof callback === 'function') callback(err);
		tick(() => {
			if (err) emitError(stream, err);
			emitClose(stream);
		});
	};
	try {
		stream._destroy(err || null, done);
	} catch (thrown) {
		done(thrown);
	}
}

function emitError(stream, err) {
	const list = sides(stream);
	if (list.some((s) => s.errorEmitted)) return;
	for (const side of list) side.errorEmitted = true;
	stream.emit('error', err);
}

function emitClose(stream) {
	const list = sides(stream);
	for (const side of list) side.closeEmitted = true;
	if (list.some((s) => s.emitClose)) stream.emit('close');
}

// undestroy lets a stream be used again.
function undestroy() {
	for (const side of sides(this)) side.revive();
}

// fail is what happens to a stream that goes wrong; later says that nobody may hear of it in the current call.
function fail(stream, err, later = false) {
	const list = sides(stream);
	if (list.some((s) => s.destroyed)) return;
	if (list.some((s) => s.autoDestroy)) {
		stream.destroy(err);
		return;
	}
	if (!err) return;
	note(list, err);
	if (later) tick(emitError, stream, err);
	else emitError(stream, err);
}

const wasDestroyed = Symbol('destroyed');

// destroyAny destroys whatever is like a stream, with an error in any case if it has not come to its end.
function destroyAny(stream, err) {
	if (!stream || isDestroyed(stream)) return;
	if (!err && !(isFinished(stream) !== false && isEnded(stream) !== false)) err = new AbortError();
	if (isRequest(stream)) stream.abort();
	else if (isRequest(stream.req)) stream.req.abort();
	else if (typeof stream.destroy === 'function') stream.destroy(err);
	else if (typeof stream.close === 'function') stream.close();
	if (!stream.destroyed) stream[wasDestroyed] = true;
}

const isFunction = (v) => typeof v === 'function';
const isRequest = (s) => !!s?.setHeader && isFunction(s.abort);
const isReadableNode = (s, strict = false) => !!s && isFunction(s.pipe) && isFunction(s.on) &&
	(!strict || (isFunction(s.pause) && isFunction(s.resume))) && (!s._writableState || s._readableState?.readable !== false) && (!s._writableState || !!s._readableState);
const isWritableNode = (s) => !!s && isFunction(s.write) && isFunction(s.on) && (!s._readableState || s._writableState?.writable !== false);
const isDuplexNode = (s) => !!s && isFunction(s.pipe) && !!s._readableState && isFunction(s.on) && isFunction(s.write);
const isNode = (s) => !!s && (!!s._readableState || !!s._writableState || (isFunction(s.write) && isFunction(s.on)) || (isFunction(s.pipe) && isFunction(s.on)));
const isWebReadable = (s) => !!s && !isNode(s) && isFunction(s.pipeThrough) && isFunction(s.getReader) && isFunction(s.cancel);
const isWebWritable = (s) => !!s && !isNode(s) && isFunction(s.getWriter) && isFunction(s.abort);
const isWebTransform = (s) => !!s && !isNode(s) && typeof s.readable === 'object' && typeof s.writable === 'object';
const isIterable = (s) => s != null && (isFunction(s[Symbol.asyncIterator]) || isFunction(s[Symbol.iterator]));

function isDestroyed(stream) {
	if (!isNode(stream)) return null;
	return !!(stream.destroyed || stream[wasDestroyed] || sides(stream)[0]?.destroyed);
}

// isEnded says whether all was read of a stream; null means that it cannot be known.
function isEnded(stream) {
	if (!isReadableNode(stream)) return null;
	const r = stream._readableState;
	if (r?.errored) return false;
	if (typeof r?.endEmitted !== 'boolean') return stream.readableEnded === true ? true : null;
	return r.endEmitted || (r.ended === true && r.length === 0);
}

// isFinished says whether all was written; null means that it cannot be known.
function isFinished(stream) {
	if (!isWritableNode(stream)) return null;
	if (stream.writableFinished === true) return true;
	const w = stream._writableState;
	if (w?.errored) return false;
	if (typeof w?.finished !== 'boolean') return null;
	return w.finished || (w.ended === true && w.length === 0);
}

function isReadable(stream) {
	if (isWebReadable(stream)) return null;
	if (typeof stream?.readable !== 'boolean') return null;
	if (isDestroyed(stream)) return false;
	return isReadableNode(stream) && stream.readable && !isEnded(stream);
}

function isWritable(stream) {
	if (typeof stream?.writable !== 'boolean') return null;
	if (isDestroyed(stream)) return false;
	return isWritableNode(stream) && stream.writable && !stream._writableState?.ended && !stream.writableEnded;
}

function isErrored(stream) {
	return !!(stream && (stream.readableErrored ?? stream.writableErrored ?? stream._readableState?.errorEmitted ??
		stream._writableState?.errorEmitted ?? stream._readableState?.errored ?? stream._writableState?.errored));
}

function isDisturbed(stream) {
	return !!(stream && (stream.locked || stream.readableDidRead || stream.readableAborted));
}

module.exports = {
	tick, nop, fault, defaults, highWaterMark, sides, begin, define, ready, construct, destroy, undestroy, fail, emitError, destroyAny,
	isRequest, isReadableNode, isWritableNode, isDuplexNode, isNode, isWebReadable, isWebWritable, isWebTransform, isIterable,
	isDestroyed, isEnded, isFinished, isReadable, isWritable, isErrored, isDisturbed,
};
