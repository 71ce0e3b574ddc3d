// Streams to write to: https://nodejs.org/api/stream.html#writable-streams
const Stream = require('internal/streams/stream');
const { begin, define, tick, nop, fault, highWaterMark, construct, destroy, undestroy, fail } = require('internal/streams/lifecycle');
const { Buffer } = require('buffer');
const { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, ERR_UNKNOWN_ENCODING, AbortError } = require('internal/errors');

// WritableState is what is to be written: one write at a time is _write's, the rest waits in a queue.
class WritableState {
	constructor(options, stream, duplex) {
		options ??= {};
		this.stream = stream;
		this.objectMode = !!(options.objectMode || (duplex && options.writableObjectMode));
		this.highWaterMark = highWaterMark(options, 'writableHighWaterMark', duplex, this.objectMode);
		this.decodeStrings = options.decodeStrings !== false;
		this.defaultEncoding = options.defaultEncoding || 'utf8';
		this.length = 0; // of what is queued and being written
		this.buffered = []; // {chunk, encoding, callback}
		this.writing = false;
		this.writelen = 0;
		this.writecb = null;
		this.corked = 0;
		this.sync = true; // _write is on the stack
		this.bufferProcessing = false;
		this.batch = null; // writes that were done at once, whose callbacks are due: {callback, count}
		this.pendingcb = 0; // callbacks that must be called before finish
		this.needDrain = false;
		this.constructed = true;
		this.finalCalled = false;
		this.prefinished = false;
		this.ending = false; // end was called
		this.ended = false; // end has returned
		this.finished = false;
		this.ends = []; // callbacks of end
		this.errored = null;
		this.errorEmitted = false;
		this.emitClose = options.emitClose !== false;
		this.autoDestroy = options.autoDestroy !== false;
		this.destroyed = false;
		this.closed = false;
		this.closeEmitted = false;
	}

	get bufferedRequestCount() { return this.buffered.length; }

	getBuffer() { return this.buffered; }

	revive() {
		Object.assign(this, {
			constructed: true, destroyed: false, closed: false, closeEmitted: false, errored: null, errorEmitted: false, finalCalled: false,
			prefinished: false, ended: this.writable === false, ending: this.writable === false, finished: this.writable === false,
		});
	}

	// accept takes a chunk; it returns the error, if it is not taken, or whether there is room for more.
	accept(chunk, encoding, callback) {
		const stream = this.stream;
		if (typeof encoding === 'function') {
			callback = encoding;
			encoding = this.objectMode ? null : this.defaultEncoding;
		} else {
			if (!encoding) encoding = this.objectMode ? encoding : this.defaultEncoding; // of objects, it is passed on as it is
			else if (encoding !== 'buffer' && !Buffer.isEncoding(encoding)) throw ERR_UNKNOWN_ENCODING(encoding);
			if (typeof callback !== 'function') callback = nop;
		}
		if (chunk === null) throw fault.nullValue();
		if (!this.objectMode) {
			if (typeof chunk === 'string') {
				if (this.decodeStrings) {
					chunk = Buffer.from(chunk, encoding);
					encoding = 'buffer';
				}
			} else if (chunk instanceof Buffer) {
				encoding = 'buffer';
			} else if (ArrayBuffer.isView(chunk)) {
				chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
				encoding = 'buffer';
			} else {
				throw ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk);
			}
		}
		const err = this.ending ? fault.writeAfterEnd() : this.destroyed ? fault.destroyed('write') : null;
		if (err) {
			tick(callback, err);
			fail(stream, err, true);
			return err;
		}
		this.pendingcb++;
		const size = this.objectMode ? 1 : chunk.length;
		this.length += size;
		const room = this.length < this.highWaterMark;
		if (!room) this.needDrain = true;
		if (this.writing || this.corked || this.errored || !this.constructed) {
			this.buffered.push({ chunk, encoding, callback });
		} else {
			this.begin(size, callback);
			stream._write(chunk, encoding, this.done);
			this.sync = false;
		}
		return room && !this.errored && !this.destroyed;
	}

	begin(size, callback) {
		this.writelen = size;
		this.writecb = callback;
		this.writing = this.sync = true;
		let called = false;
		this.done = (err) => {
			if (called) fail(this.stream, fault.twice());
			else {
				called = true;
				this.written(err);
			}
		};
	}

	// written is called when _write has done its work.
	written(err) {
		const stream = this.stream, callback = this.writecb, sync = this.sync;
		this.writing = false;
		this.writecb = null;
		this.length -= this.writelen;
		this.writelen = 0;
		if (err) {
			err.stack;
			this.errored ??= err;
			if (stream._readableState) stream._readableState.errored ??= err;
			const report = () => {
				this.pendingcb--;
				callback(err);
				this.discard();
				fail(stream, err);
			};
			if (sync) tick(report);
			else report();
			return;
		}
		if (this.buffered.length > 0) this.flush();
		if (!sync) {
			this.after(callback, 1);
		} else if (this.batch?.callback === callback) {
			this.batch.count++;
		} else {
			const batch = this.batch = { callback, count: 1 };
			tick(() => {
				if (this.batch === batch) this.batch = null;
				this.after(callback, batch.count);
			});
		}
	}

	after(callback, count) {
		if (!this.ending && !this.destroyed && this.length === 0 && this.needDrain) {
			this.needDrain = false;
			this.stream.emit('drain');
		}
		for (; count > 0; count--) {
			this.pendingcb--;
			callback(null);
		}
		if (this.destroyed) this.discard();
		this.maybeFinish();
	}

	// discard fails the writes that wait, since they will not be done.
	discard() {
		if (this.writing) return;
		const list = this.buffered;
		this.buffered = [];
		for (const { chunk, callback } of list) {
			this.length -= this.objectMode ? 1 : chunk.length;
			callback(this.errored ?? fault.destroyed('write'));
		}
		this.callEnds(this.errored ?? fault.destroyed('end'));
	}

	callEnds(err) {
		const list = this.ends;
		this.ends = [];
		for (const callback of list) callback(err);
	}

	// flush writes what waits, all of it at once if the stream can.
	flush() {
		if (this.corked || this.bufferProcessing || this.destroyed || !this.constructed || this.buffered.length === 0) return;
		const stream = this.stream;
		this.bufferProcessing = true;
		if (this.buffered.length > 1 && stream._writev) {
			const list = this.buffered;
			this.buffered = [];
			this.pendingcb -= list.length - 1;
			this.begin(this.length, (err) => {
				for (const { callback } of list) callback(err);
			});
			list.allBuffers = list.every((w) => w.encoding === 'buffer');
			stream._writev(list, this.done);
			this.sync = false;
		} else {
			do {
				const { chunk, encoding, callback } = this.buffered.shift();
				this.begin(this.objectMode ? 1 : chunk.length, callback);
				stream._write(chunk, encoding, this.done);
				this.sync = false;
			} while (this.buffered.length > 0 && !this.writing);
		}
		this.bufferProcessing = false;
	}

	end(chunk, encoding, callback) {
		const stream = this.stream;
		if (typeof chunk === 'function') [chunk, encoding, callback] = [null, null, chunk];
		else if (typeof encoding === 'function') [encoding, callback] = [null, encoding];
		let err;
		if (chunk !== null && chunk !== undefined) {
			const result = this.accept(chunk, encoding);
			if (result instanceof Error) err = result;
		}
		if (this.corked) {
			this.corked = 1;
			stream.uncork();
		}
		if (err) {
			// The callback gets it.
		} else if (!this.errored && !this.ending) {
			this.ending = true;
			this.maybeFinish(true);
			this.ended = true;
		} else if (this.finished) {
			err = fault.finished('end');
		} else if (this.destroyed) {
			err = fault.destroyed('end');
		}
		if (typeof callback === 'function') {
			if (err) tick(callback, err);
			else if (this.finished) tick(callback);
			else this.ends.push(callback);
		}
	}

	canFinish() {
		return this.ending && !this.destroyed && this.constructed && this.length === 0 && !this.errored && this.buffered.length === 0 &&
			!this.finished && !this.writing && !this.errorEmitted && !this.closeEmitted;
	}

	maybeFinish(later = false) {
		if (!this.canFinish()) return;
		this.prefinish();
		if (this.pendingcb !== 0) return;
		if (later) {
			this.pendingcb++;
			tick(() => {
				if (this.canFinish()) this.finish();
				else this.pendingcb--;
			});
		} else if (this.canFinish()) {
			this.pendingcb++;
			this.finish();
		}
	}

	prefinish() {
		const stream = this.stream;
		if (this.prefinished || this.finalCalled) return;
		if (typeof stream._final !== 'function' || this.destroyed) {
			this.prefinished = true;
			stream.emit('prefinish');
			return;
		}
		this.finalCalled = true;
		let called = false;
		const done = (err) => {
			if (called) {
				fail(stream, err ?? fault.twice());
				return;
			}
			called = true;
			this.pendingcb--;
			if (err) {
				this.callEnds(err);
				fail(stream, err, this.sync);
			} else if (this.canFinish()) {
				this.prefinished = true;
				stream.emit('prefinish');
				this.pendingcb++;
				tick(() => this.finish());
			}
		};
		this.sync = true;
		this.pendingcb++;
		try {
			stream._final(done);
		} catch (err) {
			done(err);
		}
		this.sync = false;
	}

	finish() {
		const stream = this.stream;
		this.pendingcb--;
		this.finished = true;
		this.callEnds(null);
		stream.emit('finish');
		if (!this.autoDestroy) return;
		const r = stream._readableState;
		if (!r || (r.autoDestroy && (r.endEmitted || r.readable === false))) stream.destroy();
	}
}

function Writable(options) {
	if (!(this instanceof Writable)) return new Writable(options);
	setUp(this, options, false);
	Stream.call(this, options);
	construct(this, () => started(this));
}
Object.setPrototypeOf(Writable.prototype, Stream.prototype);
Object.setPrototypeOf(Writable, Stream);

// setUp gives a stream its writable side; the constructor of Duplex, too.
function setUp(stream, options, duplex) {
	begin(stream, '_writableState', new WritableState(options, stream, duplex), options, ['write', 'writev', 'destroy', 'final', 'construct']);
	if (options?.signal) require('internal/streams/abort').addAbortSignal(options.signal, stream);
}

// started goes on when _construct is done.
function started(stream) {
	const w = stream._writableState;
	if (!w.writing) w.flush();
	w.maybeFinish();
}

const methods = {
	pipe() { fail(this, fault.cannotPipe()); },
	write(chunk, encoding, callback) { return this._writableState.accept(chunk, encoding, callback) === true; },
	cork() { this._writableState.corked++; },
	uncork() {
		const state = this._writableState;
		if (!state.corked) return;
		state.corked--;
		if (!state.writing) state.flush();
	},
	setDefaultEncoding(encoding) {
		if (typeof encoding === 'string') encoding = encoding.toLowerCase();
		if (!Buffer.isEncoding(encoding)) throw ERR_UNKNOWN_ENCODING(encoding);
		this._writableState.defaultEncoding = encoding;
		return this;
	},
	_write(chunk, encoding, callback) {
		if (!this._writev) throw ERR_METHOD_NOT_IMPLEMENTED('_write()');
		this._writev([{ chunk, encoding }], callback);
	},
	_writev: null,
	end(chunk, encoding, callback) {
		this._writableState.end(chunk, encoding, callback);
		return this;
	},
	destroy(err, callback) {
		const state = this._writableState;
		if (!state.destroyed && (state.buffered.length > 0 || state.ends.length > 0)) tick(() => state.discard());
		destroy.call(this, err, callback);
		return this;
	},
	_undestroy: undestroy,
	_destroy(err, callback) { callback(err); },
};
const attributes = {
	closed: { get() { return this._writableState ? this._writableState.closed : false; } },
	destroyed: {
		get() { return this._writableState ? this._writableState.destroyed : false; },
		set(value) { if (this._writableState) this._writableState.destroyed = value; },
	},
	writable: {
		get() {
			const w = this._writableState;
			return !!w && w.writable !== false && !w.destroyed && !w.errored && !w.ending && !w.ended;
		},
		set(value) { if (this._writableState) this._writableState.writable = !!value; },
	},
	writableFinished: { get() { return this._writableState ? this._writableState.finished : false; } },
	writableObjectMode: { get() { return this._writableState ? this._writableState.objectMode : false; } },
	writableBuffer: { get() { return this._writableState?.getBuffer(); } },
	writableEnded: { get() { return this._writableState ? this._writableState.ending : false; } },
	writableNeedDrain: {
		get() {
			const w = this._writableState;
			return w ? !w.destroyed && !w.ending && w.needDrain : false;
		},
	},
	writableHighWaterMark: { get() { return this._writableState?.highWaterMark; } },
	writableCorked: { get() { return this._writableState ? this._writableState.corked : 0; } },
	writableLength: { get() { return this._writableState?.length; } },
	errored: { get() { return this._writableState ? this._writableState.errored : null; } },
	writableAborted: {
		get() {
			const w = this._writableState;
			return !!(w.writable !== false && (w.destroyed || w.errored) && !w.finished);
		},
	},
};
define(Writable.prototype, methods, attributes);

if (Symbol.asyncDispose) {
	Writable.prototype[Symbol.asyncDispose] = async function () {
		let error;
		if (!this.destroyed) {
			error = this.writableFinished ? null : new AbortError();
			this.destroy(error);
		}
		await new Promise((resolve, reject) => require('internal/streams/finished').finished(this, (err) => err && err.name !== 'AbortError' ? reject(err) : resolve()));
	};
}
Writable.prototype[Symbol.for('nodejs.rejection')] = function (err) { this.destroy(err); };

// A duplex stream is an instance, too, although it inherits from Readable.
const inherits = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Writable, Symbol.hasInstance, {
	value(object) {
		if (inherits.call(this, object)) return true;
		return this === Writable && object != null && object._writableState instanceof WritableState;
	},
});

Writable.WritableState = WritableState;
Object.defineProperties(Writable, { setUp: { value: setUp }, started: { value: started }, attributes: { value: attributes } });

Writable.fromWeb = (stream, options) => require('internal/streams/web').writableFromWeb(stream, options);
Writable.toWeb = (stream) => require('internal/streams/web').writableToWeb(stream);

module.exports = Writable;
