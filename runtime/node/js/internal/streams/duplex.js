// Streams with two sides, and those whose output is made of their input.
// https://nodejs.org/api/stream.html#duplex-and-transform-streams
const Stream = require('internal/streams/stream');
const Readable = require('internal/streams/readable');
const Writable = require('internal/streams/writable');
const { construct, define, tick } = require('internal/streams/lifecycle');
const { ERR_METHOD_NOT_IMPLEMENTED } = require('internal/errors');

function Duplex(options) {
	if (!(this instanceof Duplex)) return new Duplex(options);
	Readable.setUp(this, options, true);
	Writable.setUp(this, options, true);
	this.allowHalfOpen = options?.allowHalfOpen !== false;
	if (options?.readable === false) Object.assign(this._readableState, { readable: false, ended: true, endEmitted: true });
	if (options?.writable === false) Object.assign(this._writableState, { writable: false, ending: true, ended: true, finished: true });
	Stream.call(this, options);
	construct(this, () => {
		if (this._readableState.needReadable) this._readableState.readMore();
		Writable.started(this);
	});
}
Object.setPrototypeOf(Duplex.prototype, Readable.prototype);
Object.setPrototypeOf(Duplex, Readable);

const { write, cork, uncork, setDefaultEncoding, _write, _writev, end, destroy } = Writable.prototype;
const attributes = {
	closed: { get() { return !!(this._readableState?.closed && this._writableState?.closed); } },
	destroyed: {
		get() { return !!(this._readableState?.destroyed && this._writableState?.destroyed); },
		set(value) {
			if (this._readableState && this._writableState) this._readableState.destroyed = this._writableState.destroyed = value;
		},
	},
};
for (const name in Writable.attributes) if (name.startsWith('writable')) attributes[name] = Writable.attributes[name];
define(Duplex.prototype, { write, cork, uncork, setDefaultEncoding, _write, _writev, end, destroy }, attributes);

Duplex.fromWeb = (pair, options) => require('internal/streams/web').duplexFromWeb(pair, options);
Duplex.toWeb = (stream, options) => require('internal/streams/web').duplexToWeb(stream, options);
Duplex.from = (body) => require('internal/streams/compose').duplexFrom(body, 'body');

const waiting = Symbol('callback of a write that waits for its output to be read');

function Transform(options) {
	if (!(this instanceof Transform)) return new Transform(options);
	// A transform stream whose readable side shall hold nothing must not hold its input either.
	const mark = options ? options.readableHighWaterMark ?? options.highWaterMark : undefined;
	if (mark === 0) {
		options = { ...options, highWaterMark: null, readableHighWaterMark: mark, writableHighWaterMark: options.writableHighWaterMark || 0 };
	}
	Duplex.call(this, options);
	this._readableState.sync = false;
	this[waiting] = null;
	if (options) {
		if (typeof options.transform === 'function') this._transform = options.transform;
		if (typeof options.flush === 'function') this._flush = options.flush;
	}
	this.on('prefinish', () => {
		if (this._final !== Transform.prototype._final) finish.call(this);
	});
}
Object.setPrototypeOf(Transform.prototype, Duplex.prototype);
Object.setPrototypeOf(Transform, Duplex);

// finish ends the readable side when all input has been transformed.
function finish(callback) {
	const over = (err, data) => {
		if (err) {
			if (callback) callback(err);
			else this.destroy(err);
			return;
		}
		if (data != null) this.push(data);
		this.push(null);
		callback?.();
	};
	if (typeof this._flush === 'function' && !this.destroyed) this._flush(over);
	else over();
}

Transform.prototype._final = finish;

Transform.prototype._transform = function () { throw ERR_METHOD_NOT_IMPLEMENTED('_transform()'); };

Transform.prototype._write = function (chunk, encoding, callback) {
	const r = this._readableState, w = this._writableState, before = r.length;
	this._transform(chunk, encoding, (err, value) => {
		if (err) {
			callback(err);
			return;
		}
		if (value != null) this.push(value);
		if (w.ended || before === r.length || r.length < r.highWaterMark) callback();
		else this[waiting] = callback;
	});
};

Transform.prototype._read = function () {
	const callback = this[waiting];
	if (!callback) return;
	this[waiting] = null;
	callback();
};

function PassThrough(options) {
	if (!(this instanceof PassThrough)) return new PassThrough(options);
	Transform.call(this, options);
}
Object.setPrototypeOf(PassThrough.prototype, Transform.prototype);
Object.setPrototypeOf(PassThrough, Transform);
PassThrough.prototype._transform = function (chunk, encoding, callback) { callback(null, chunk); };

// duplexPair makes two streams, each of which reads what is written to the other.
function duplexPair(options) {
	class Side extends Duplex {
		other = null;
		callback = null;
		_read() {
			const callback = this.callback;
			if (!callback) return;
			this.callback = null;
			callback();
		}
		_write(chunk, encoding, callback) {
			if (chunk.length === 0) {
				tick(callback);
				return;
			}
			this.other.push(chunk);
			this.other.callback = callback;
		}
		_final(callback) {
			this.other.on('end', callback);
			this.other.push(null);
		}
	}
	const one = new Side(options), two = new Side(options);
	one.other = two;
	two.other = one;
	return [one, two];
}

module.exports = { Duplex, Transform, PassThrough, duplexPair };
