// Streams to read from: https://nodejs.org/api/stream.html#readable-streams
const Stream = require('internal/streams/stream');
const {
	begin, define, tick, fault, highWaterMark, construct, destroy, undestroy, fail, destroyAny,
} = require('internal/streams/lifecycle');
const { Buffer } = require('buffer');
const { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE, AbortError } = require('internal/errors');

// ReadableState is what there is to read: a queue that _read fills and that read, or the flow of events, empties.
class ReadableState {
	constructor(options, stream, duplex) {
		options ??= {};
		this.stream = stream;
		this.objectMode = !!(options.objectMode || (duplex && options.readableObjectMode));
		this.highWaterMark = highWaterMark(options, 'readableHighWaterMark', duplex, this.objectMode);
		this.buffer = [];
		this.length = 0;
		this.pipes = [];
		this.flowing = null; // null: nobody has said yet; then whether data is emitted as it comes
		this.paused = false; // by pause, explicitly
		this.ended = false; // null has been pushed
		this.endEmitted = false;
		this.reading = false; // _read has been called and has not pushed
		this.constructed = true;
		this.sync = true; // _read is on the stack
		this.needReadable = false; // somebody waits for the event readable
		this.emittedReadable = false;
		this.readableListening = false;
		this.resumeScheduled = false;
		this.readingMore = false;
		this.dataEmitted = false;
		this.errored = null;
		this.errorEmitted = false;
		this.emitClose = options.emitClose !== false;
		this.autoDestroy = options.autoDestroy !== false;
		this.destroyed = false;
		this.closed = false;
		this.closeEmitted = false;
		this.defaultEncoding = options.defaultEncoding || 'utf8';
		this.awaitDrainWriters = null; // the writer that has to be waited for; a Set of them once there have been several
		this.decoder = null;
		this.encoding = null;
		if (options.encoding) this.decode(options.encoding);
	}

	get pipesCount() { return this.pipes.length; }

	revive() {
		Object.assign(this, {
			constructed: true, closed: false, closeEmitted: false, destroyed: false, errored: null, errorEmitted: false,
			reading: false, ended: this.readable === false, endEmitted: this.readable === false,
		});
	}

	decode(encoding) {
		const { StringDecoder } = require('string_decoder');
		this.decoder = new StringDecoder(encoding);
		this.encoding = this.decoder.encoding;
	}

	// drained forgets which writers have to be waited for.
	drained() {
		if (this.awaitDrainWriters instanceof Set) this.awaitDrainWriters.clear();
		else this.awaitDrainWriters = null;
	}

	size(chunk) { return this.objectMode ? 1 : chunk.length; }

	// accept takes a chunk at the end of the queue, or at its front. It says whether there is room for more.
	accept(chunk, encoding, front) {
		const stream = this.stream;
		if (!this.objectMode) {
			if (typeof chunk === 'string') {
				encoding ||= this.defaultEncoding;
				if (this.encoding !== encoding) {
					chunk = Buffer.from(chunk, encoding);
					if (front && this.encoding) chunk = chunk.toString(this.encoding);
					else encoding = '';
				}
			} else if (ArrayBuffer.isView(chunk) && !(chunk instanceof Buffer)) {
				chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
			} else if (chunk != null && !(chunk instanceof Buffer)) {
				fail(stream, ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk));
				return false;
			}
		}
		if (chunk === null) {
			this.reading = false;
			this.finish();
			return false;
		}
		if (!this.objectMode && !chunk?.length) {
			if (!front) {
				this.reading = false;
				this.readMore();
			}
			return this.hasRoom();
		}
		if (front) {
			if (this.endEmitted) fail(stream, fault.unshiftAfterEnd());
			else if (this.destroyed || this.errored) return false;
			else this.queue(chunk, true);
		} else if (this.ended) {
			fail(stream, fault.pushAfterEnd());
		} else if (this.destroyed || this.errored) {
			return false;
		} else {
			this.reading = false;
			if (this.decoder && !encoding) {
				chunk = this.decoder.write(chunk);
				if (this.objectMode || chunk.length !== 0) this.queue(chunk, false);
				else this.readMore();
			} else {
				this.queue(chunk, false);
			}
		}
		return this.hasRoom();
	}

	hasRoom() { return !this.ended && (this.length < this.highWaterMark || this.length === 0); }

	queue(chunk, front) {
		const stream = this.stream;
		if (this.flowing && this.length === 0 && !this.sync && stream.listenerCount('data') > 0) {
			this.drained();
			this.dataEmitted = true;
			stream.emit('data', chunk);
		} else {
			this.length += this.size(chunk);
			if (front) this.buffer.unshift(chunk);
			else this.buffer.push(chunk);
			if (this.needReadable) this.announce();
		}
		this.readMore();
	}

	// finish notes that there will be no more.
	finish() {
		if (this.ended) return;
		const rest = this.decoder?.end();
		if (rest?.length) {
			this.buffer.push(rest);
			this.length += this.size(rest);
		}
		this.ended = true;
		if (this.sync) {
			this.announce();
		} else {
			this.needReadable = false;
			this.emittedReadable = true;
			this.emitReadable();
		}
	}

	// announce emits readable soon.
	announce() {
		this.needReadable = false;
		if (this.emittedReadable) return;
		this.emittedReadable = true;
		tick(() => this.emitReadable());
	}

	emitReadable() {
		if (!this.destroyed && !this.errored && (this.length || this.ended)) {
			this.stream.emit('readable');
			this.emittedReadable = false;
		}
		this.needReadable = !this.flowing && !this.ended && this.length <= this.highWaterMark;
		this.flow();
	}

	// readMore calls _read as long as the queue is below the mark and something comes of it.
	readMore() {
		if (this.readingMore || !this.constructed) return;
		this.readingMore = true;
		tick(() => {
			while (!this.reading && !this.ended && (this.length < this.highWaterMark || (this.flowing && this.length === 0))) {
				const before = this.length;
				this.stream.read(0);
				if (before === this.length) break;
			}
			this.readingMore = false;
		});
	}

	// available says how much of what is asked for there is.
	available(n) {
		if (n <= 0 || (this.length === 0 && this.ended)) return 0;
		if (this.objectMode) return 1;
		if (Number.isNaN(n)) return this.flowing && this.length ? this.buffer[0].length : this.length;
		if (n <= this.length) return n;
		return this.ended ? this.length : 0;
	}

	read(asked) {
		const stream = this.stream;
		let n = asked === undefined ? NaN : Number.isInteger(asked) ? asked : Number.parseInt(asked, 10);
		const original = n;
		if (n > this.highWaterMark) {
			if (n > 2 ** 30) throw ERR_OUT_OF_RANGE('size', '<= 1GiB', n);
			this.highWaterMark = 2 ** Math.ceil(Math.log2(n));
		}
		if (n !== 0) this.emittedReadable = false;
		if (n === 0 && this.needReadable && ((this.highWaterMark !== 0 ? this.length >= this.highWaterMark : this.length > 0) || this.ended)) {
			if (this.length === 0 && this.ended) this.end();
			else this.announce();
			return null;
		}
		n = this.available(n);
		if (n === 0 && this.ended) {
			if (this.length === 0) this.end();
			return null;
		}
		const wanting = this.needReadable || this.length === 0 || this.length - n < this.highWaterMark;
		if (wanting && !this.ended && !this.reading && !this.destroyed && !this.errored && this.constructed) {
			this.reading = this.sync = true;
			if (this.length === 0) this.needReadable = true;
			try {
				stream._read(this.highWaterMark);
			} catch (err) {
				fail(stream, err);
			}
			this.sync = false;
			if (!this.reading) n = this.available(original); // it has pushed at once
		}
		const chunk = n > 0 ? this.take(n) : null;
		if (chunk === null) {
			this.needReadable = this.length <= this.highWaterMark;
			n = 0;
		} else {
			this.length -= n;
			this.drained();
		}
		if (this.length === 0) {
			if (!this.ended) this.needReadable = true;
			if (original !== n && this.ended) this.end();
		}
		if (chunk !== null && !this.closeEmitted) {
			this.dataEmitted = true;
			stream.emit('data', chunk);
		}
		return chunk;
	}

	// take removes n bytes, characters or objects from the queue, which has as many.
	take(n) {
		if (this.length === 0) return null;
		const queue = this.buffer;
		if (this.objectMode || queue[0].length === n) return queue.shift();
		if (queue[0].length > n) {
			const chunk = queue[0].slice(0, n);
			queue[0] = queue[0].slice(n);
			return chunk;
		}
		const parts = [];
		let used = 0;
		while (n > 0) {
			const first = queue[used];
			if (first.length > n) {
				parts.push(first.slice(0, n));
				queue[used] = first.slice(n);
				break;
			}
			parts.push(first);
			n -= first.length;
			used++;
		}
		if (used === queue.length) this.buffer = [];
		else queue.splice(0, used);
		return this.decoder ? parts.join('') : Buffer.concat(parts);
	}

	// end emits end soon, and closes the stream if the other side is done, too.
	end() {
		if (this.endEmitted) return;
		this.ended = true;
		tick(() => {
			const stream = this.stream;
			if (this.errored || this.closeEmitted || this.endEmitted || this.length !== 0) return;
			this.endEmitted = true;
			stream.emit('end');
			if (stream.writable && stream.allowHalfOpen === false) {
				tick(() => {
					if (stream.writable && !stream.writableEnded && !stream.destroyed) stream.end();
				});
			} else if (this.autoDestroy) {
				const w = stream._writableState;
				if (!w || (w.autoDestroy && (w.finished || w.writable === false))) stream.destroy();
			}
		});
	}

	flow() {
		while (this.flowing && this.stream.read() !== null);
	}

	resume() {
		if (!this.flowing) {
			this.flowing = !this.readableListening;
			if (!this.resumeScheduled) {
				this.resumeScheduled = true;
				tick(() => {
					const stream = this.stream;
					if (!this.reading) stream.read(0);
					this.resumeScheduled = false;
					stream.emit('resume');
					this.flow();
					if (this.flowing && !this.reading) stream.read(0);
				});
			}
		}
		this.paused = false;
	}

	// listenersChanged follows how the events data and readable are listened to.
	listenersChanged() {
		const stream = this.stream;
		this.readableListening = stream.listenerCount('readable') > 0;
		if (this.resumeScheduled && !this.paused) this.flowing = true;
		else if (stream.listenerCount('data') > 0) stream.resume();
		else if (!this.readableListening) this.flowing = null;
	}
}

function Readable(options) {
	if (!(this instanceof Readable)) return new Readable(options);
	setUp(this, options, false);
	Stream.call(this, options);
	construct(this, () => {
		if (this._readableState.needReadable) this._readableState.readMore();
	});
}
Object.setPrototypeOf(Readable.prototype, Stream.prototype);
Object.setPrototypeOf(Readable, Stream);

// setUp gives a stream its readable side; the constructor of Duplex, too.
function setUp(stream, options, duplex) {
	begin(stream, '_readableState', new ReadableState(options, stream, duplex), options, ['read', 'destroy', 'construct']);
	if (options?.signal && !duplex) require('internal/streams/abort').addAbortSignal(options.signal, stream);
}

const methods = {
	destroy,
	_undestroy: undestroy,
	_destroy(err, callback) { callback(err); },
	push(chunk, encoding) { return this._readableState.accept(chunk, encoding, false); },
	unshift(chunk, encoding) { return this._readableState.accept(chunk, encoding, true); },
	isPaused() {
		const state = this._readableState;
		return state.paused === true || state.flowing === false;
	},
	setEncoding(encoding) {
		const state = this._readableState;
		state.decode(encoding);
		const text = state.buffer.map((chunk) => state.decoder.write(chunk)).join('');
		state.buffer = text ? [text] : [];
		state.length = text.length;
		return this;
	},
	read(n) { return this._readableState.read(n); },
	_read() { throw ERR_METHOD_NOT_IMPLEMENTED('_read()'); },
	pipe,
	unpipe(target) {
		const state = this._readableState;
		if (target) {
			const i = state.pipes.indexOf(target);
			if (i < 0) return this;
			state.pipes.splice(i, 1);
			if (state.pipes.length === 0) this.pause();
			target.emit('unpipe', this, { hasUnpiped: false });
			return this;
		}
		if (state.pipes.length === 0) return this;
		const all = state.pipes;
		state.pipes = [];
		this.pause();
		for (const one of all) one.emit('unpipe', this, { hasUnpiped: false });
		return this;
	},
	on(event, fn) {
		const result = Stream.prototype.on.call(this, event, fn);
		const state = this._readableState;
		if (event === 'data') {
			state.readableListening = this.listenerCount('readable') > 0;
			if (state.flowing !== false) this.resume();
		} else if (event === 'readable' && !state.endEmitted && !state.readableListening) {
			state.readableListening = state.needReadable = true;
			state.flowing = false;
			state.emittedReadable = false;
			if (state.length) state.announce();
			else if (!state.reading) tick(() => this.read(0));
		}
		return result;
	},
	removeListener(event, fn) {
		const result = Stream.prototype.removeListener.call(this, event, fn);
		if (event === 'readable') tick(() => this._readableState.listenersChanged());
		return result;
	},
	removeAllListeners(...events) {
		const result = Stream.prototype.removeAllListeners.apply(this, events);
		if (events.length === 0 || events[0] === 'readable') tick(() => this._readableState.listenersChanged());
		return result;
	},
	resume() {
		this._readableState.resume();
		return this;
	},
	pause() {
		const state = this._readableState;
		if (state.flowing !== false) {
			state.flowing = false;
			this.emit('pause');
		}
		state.paused = true;
		return this;
	},
	wrap(old) {
		let paused = false;
		old.on('data', (chunk) => {
			if (this.push(chunk) || !old.pause) return;
			paused = true;
			old.pause();
		});
		old.on('end', () => this.push(null));
		old.on('error', (err) => fail(this, err));
		old.on('close', () => destroyAny(this));
		old.on('destroy', () => destroyAny(this));
		this._read = () => {
			if (!paused || !old.resume) return;
			paused = false;
			old.resume();
		};
		for (const key of Object.keys(old)) {
			if (this[key] === undefined && typeof old[key] === 'function') this[key] = old[key].bind(old);
		}
		return this;
	},
	iterator(options) {
		if (options !== undefined) require('internal/validators').validateObject(options, 'options');
		return iterate(this, options);
	},
};
methods.addListener = methods.on;
methods.off = methods.removeListener;
// pipe writes everything to target, at the pace that it takes it.
function pipe(target, options) {
	const source = this, state = this._readableState;
	if (state.pipes.length === 1 && !(state.awaitDrainWriters instanceof Set)) {
		state.awaitDrainWriters = new Set(state.awaitDrainWriters ? [state.awaitDrainWriters] : []);
	}
	state.pipes.push(target);
	const ends = options?.end !== false && !target._isStdio;
	let cleaned = false, waiting = false;
	const done = ends ? end : unpipe;
	if (state.endEmitted) tick(done);
	else source.once('end', done);
	target.on('unpipe', unpiped);
	source.on('data', data);
	target.prependListener('error', failed);
	target.once('close', closed);
	target.once('finish', finished);
	target.emit('pipe', source);
	if (target.writableNeedDrain === true) wait();
	else if (!state.flowing) source.resume();
	return target;

	function data(chunk) {
		if (target.write(chunk) === false) wait();
	}
	function wait() {
		if (!cleaned) {
			if (state.awaitDrainWriters instanceof Set) state.awaitDrainWriters.add(target);
			else state.awaitDrainWriters = target;
			source.pause();
		}
		if (!waiting) target.on('drain', drain);
		waiting = true;
	}
	function drain() {
		if (state.awaitDrainWriters instanceof Set) state.awaitDrainWriters.delete(target);
		else if (state.awaitDrainWriters === target) state.awaitDrainWriters = null;
		const others = state.awaitDrainWriters;
		if ((others === null || others.size === 0) && source.listenerCount('data') > 0) source.resume();
	}
	function failed(err) {
		unpipe();
		target.removeListener('error', failed);
		if (target.listenerCount('error') > 0) return;
		const w = target._writableState ?? target._readableState;
		if (w && !w.errorEmitted) fail(target, err);
		else target.emit('error', err);
	}
	function closed() {
		target.removeListener('finish', finished);
		unpipe();
	}
	function finished() {
		target.removeListener('close', closed);
		unpipe();
	}
	function unpipe() { source.unpipe(target); }
	function end() { target.end(); }
	function unpiped(from, info) {
		if (from !== source || info?.hasUnpiped !== false) return;
		info.hasUnpiped = true;
		cleaned = true;
		target.removeListener('close', closed);
		target.removeListener('finish', finished);
		target.removeListener('drain', drain);
		target.removeListener('error', failed);
		target.removeListener('unpipe', unpiped);
		source.removeListener('end', end);
		source.removeListener('end', unpipe);
		source.removeListener('data', data);
		if (waiting && (state.awaitDrainWriters === target || (state.awaitDrainWriters instanceof Set && state.awaitDrainWriters.size > 0)) && (!target._writableState || target._writableState.needDrain)) drain();
	}
}

// iterate reads a stream as an async iterator, which destroys it unless all of it was read.
function iterate(stream, options) {
	let wake = null, error, over = false, started = false, cleanUp;
	const rouse = () => {
		wake?.();
		wake = null;
	};
	function start() {
		started = true;
		stream.on('readable', rouse);
		cleanUp = require('internal/streams/finished').finished(stream, { writable: false }, (err) => {
			error = err || null;
			rouse();
		});
	}
	function leave() {
		over = true;
		if ((error || options?.destroyOnReturn !== false) && (error === undefined || stream._readableState?.autoDestroy)) {
			destroyAny(stream, null);
		} else {
			stream.off('readable', rouse);
			cleanUp?.();
		}
	}
	async function step() {
		if (over) return { value: undefined, done: true };
		if (!started) start();
		for (;;) {
			const chunk = stream.destroyed ? null : stream.read();
			if (chunk !== null) return { value: chunk, done: false };
			if (error) {
				leave();
				throw error;
			}
			if (error === null) {
				leave();
				return { value: undefined, done: true };
			}
			await new Promise((resolve) => { wake = resolve; });
		}
	}
	// Calls wait for those before them.
	let last = Promise.resolve();
	const inTurn = (fn) => {
		const turn = last.then(fn);
		last = turn.catch(() => {});
		return turn;
	};
	return {
		stream,
		next: () => inTurn(step),
		return: (value) => inTurn(() => {
			if (!over && started) leave();
			over = true;
			return { value, done: true };
		}),
		throw: (err) => inTurn(() => {
			if (!over && started) {
				error = err;
				leave();
			}
			over = true;
			throw err;
		}),
		[Symbol.asyncIterator]() { return this; },
	};
}

Readable.prototype[Symbol.asyncIterator] = function () { return iterate(this); };
if (Symbol.asyncDispose) {
	Readable.prototype[Symbol.asyncDispose] = function () {
		let error;
		if (!this.destroyed) {
			error = this.readableEnded ? null : new AbortError();
			this.destroy(error);
		}
		return new Promise((resolve, reject) => require('internal/streams/finished').finished(this, (err) => err && err !== error ? reject(err) : resolve(null)));
	};
}
Readable.prototype[Symbol.for('nodejs.rejection')] = function (err) { this.destroy(err); };

const attributes = {
	readable: {
		get() {
			const r = this._readableState;
			return !!r && r.readable !== false && !r.destroyed && !r.errorEmitted && !r.endEmitted;
		},
		set(value) {
			if (this._readableState) this._readableState.readable = !!value;
		},
	},
	readableDidRead: { get() { return this._readableState.dataEmitted; } },
	readableAborted: {
		get() {
			const r = this._readableState;
			return !!(r.readable !== false && (r.destroyed || r.errored) && !r.endEmitted);
		},
	},
	readableHighWaterMark: { get() { return this._readableState.highWaterMark; } },
	readableBuffer: { get() { return this._readableState?.buffer; } },
	readableFlowing: {
		get() { return this._readableState.flowing; },
		set(value) { if (this._readableState) this._readableState.flowing = value; },
	},
	readableLength: { get() { return this._readableState.length; } },
	readableObjectMode: { get() { return this._readableState ? this._readableState.objectMode : false; } },
	readableEncoding: { get() { return this._readableState ? this._readableState.encoding : null; } },
	errored: { get() { return this._readableState ? this._readableState.errored : null; } },
	closed: { get() { return this._readableState ? this._readableState.closed : false; } },
	destroyed: {
		get() { return this._readableState ? this._readableState.destroyed : false; },
		set(value) { if (this._readableState) this._readableState.destroyed = value; },
	},
	readableEnded: { get() { return this._readableState ? this._readableState.endEmitted : false; } },
};
define(Readable.prototype, methods, attributes);

// The operators are loaded by the first stream that uses one.
for (const name of ['map', 'asIndexedPairs', 'drop', 'filter', 'flatMap', 'take', 'compose']) {
	Readable.prototype[name] = function (...args) {
		return require('internal/streams/operators').streams[name].apply(this, args);
	};
}
for (const name of ['every', 'forEach', 'reduce', 'toArray', 'some', 'find']) {
	Readable.prototype[name] = function (...args) {
		return require('internal/streams/operators').promises[name].apply(this, args);
	};
}

Readable.ReadableState = ReadableState;
Object.defineProperties(Readable, { setUp: { value: setUp }, fromInto: { value: from } });

// from makes a stream of an iterable; the iterator is asked for a value whenever there is room for one.
Readable.from = function (iterable, options) { return from(Readable, iterable, options); };

function from(Class, iterable, options) {
	if (typeof iterable === 'string' || iterable instanceof Buffer) {
		return new Class({
			objectMode: true, ...options,
			read() {
				this.push(iterable);
				this.push(null);
			},
		});
	}
	const iterator = iterable?.[Symbol.asyncIterator]?.() ?? iterable?.[Symbol.iterator]?.();
	if (!iterator) throw ERR_INVALID_ARG_TYPE('iterable', ['Iterable'], iterable);
	const isAsync = typeof iterable[Symbol.asyncIterator] === 'function';
	const stream = new Class({ objectMode: true, highWaterMark: 1, ...options });
	let reading = false;
	stream._read = function () {
		if (reading) return;
		reading = true;
		pump();
	};
	stream._destroy = function (err, callback) {
		close(err).then(() => tick(callback, err), (thrown) => tick(callback, thrown || err));
	};
	async function close(err) {
		const has = err !== undefined && err !== null;
		if (has && typeof iterator.throw === 'function') {
			const { value, done } = await iterator.throw(err);
			await value;
			if (done) return;
		}
		if (typeof iterator.return === 'function') {
			const { value } = await iterator.return();
			await value;
		}
	}
	async function pump() {
		for (;;) {
			try {
				const { value, done } = isAsync ? await iterator.next() : iterator.next();
				if (done) {
					stream.push(null);
					return;
				}
				const chunk = value && typeof value.then === 'function' ? await value : value;
				if (chunk === null) {
					reading = false;
					throw fault.nullValue();
				}
				if (stream.push(chunk)) continue;
				reading = false;
			} catch (err) {
				tick(() => stream.destroy(err)); // what has been read still arrives
			}
			return;
		}
	}
	return stream;
}

Readable.fromWeb = (stream, options) => require('internal/streams/web').readableFromWeb(stream, options);
Readable.toWeb = (stream, options) => require('internal/streams/web').readableToWeb(stream, options);
Readable.wrap = (old, options) => new Readable({
	objectMode: old.readableObjectMode ?? old.objectMode ?? true, ...options,
	destroy(err, callback) {
		destroyAny(old, err);
		callback(err);
	},
}).wrap(old);

module.exports = Readable;
