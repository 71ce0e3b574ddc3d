// Streams of files: https://nodejs.org/api/fs.html#fscreatereadstreampath-options
const { Readable, Writable } = require('stream');
const { Buffer } = require('buffer');
const { functions: sync } = require('internal/fs/sync');
const { fail } = require('internal/streams/lifecycle');
const { pathOf } = require('internal/fs/volume');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } = require('internal/errors');
const { validateFunction, validateInteger, validateObject } = require('internal/validators');

// begin opens the file of a stream, unless it is given.
function begin(stream, callback) {
	if (typeof stream.open === 'function') {
		// A class of long ago that opens its file itself says so by the event.
		const { emit } = stream;
		stream.emit = function (event, ...args) {
			if (event === 'open' || event === 'error') {
				this.emit = emit;
				callback(event === 'error' ? args[0] : undefined);
				if (event === 'error') return true;
			}
			return Reflect.apply(emit, this, [event, ...args]);
		};
		stream.open();
		return;
	}
	if (stream.fd !== null) {
		callback();
		return;
	}
	const opened = (err, fd) => {
		if (err) {
			callback(err);
			return;
		}
		stream.fd = fd;
		callback();
		stream.emit('open', fd);
		stream.emit('ready');
	};
	if (stream[custom]) {
		stream[custom].open(stream.path, stream.flags, stream.mode, opened);
		return;
	}
	let fd;
	try {
		fd = sync.openSync(stream.path, stream.flags);
	} catch (err) {
		opened(err);
		return;
	}
	opened(null, fd);
}

function end(stream, err, callback) {
	const { fd } = stream;
	if (stream.autoClose && fd !== null && !stream.handle) {
		stream.fd = null;
		if (stream[custom]) {
			stream[custom].close(fd, (late) => callback(err ?? late));
			return;
		}
		try {
			sync.closeSync(fd);
		} catch (late) {
			err ??= late; // somebody has closed it already
		}
	}
	stream.handle?.close();
	callback(err);
}

const custom = Symbol('fs'); // functions to use instead of ours

function checked(options) {
	if (options === undefined || options === null) return {};
	if (typeof options === 'string') options = { encoding: options };
	validateObject(options, 'options');
	const { encoding: given, fs } = options;
	if (given && given !== 'buffer' && !Buffer.isEncoding(given)) throw ERR_INVALID_ARG_VALUE('options.encoding', given);
	if (fs != null) validateObject(fs, 'options.fs');
	const own = {};
	for (const name in options) own[name] = options[name]; // what they inherit counts
	return own;
}

function position(options, name) {
	const value = options[name];
	if (value === undefined || value === Infinity) return;
	if (typeof value !== 'number') throw ERR_INVALID_ARG_TYPE(`options.${name}`, 'number', value);
	if (!Number.isInteger(value)) throw ERR_OUT_OF_RANGE(`options.${name}`, 'an integer', value);
	if (value < 0 || value >= 2 ** 32) throw ERR_OUT_OF_RANGE(`options.${name}`, '>= 0 && < 4294967296', value);
}

// take gives a stream what its options say; uses are the functions of options.fs that it needs.
function take(stream, path, options, flags, uses) {
	const { fs, fd } = options;
	if (fs) {
		for (const name of ['open', 'close']) validateFunction(fs[name], `options.fs.${name}`);
		for (const name of uses) if (fs[name] || !uses.some((other) => fs[other])) validateFunction(fs[name], `options.fs.${name}`);
		stream[custom] = fs;
	}
	const own = fd === undefined || fd === null;
	if (own) pathOf(path);
	else if (typeof fd !== 'object') validateInteger(fd, 'fd', 0, 2147483647);
	stream.path = own ? typeof path === 'string' ? path : path instanceof URL ? decodeURIComponent(path.pathname) : Buffer.from(path).toString() : undefined;
	stream.handle = !own && typeof fd === 'object' ? fd : null;
	stream.fd = stream.handle ? stream.handle.fd : fd ?? null;
	stream.flags = options.flags ?? flags;
	stream.mode = options.mode ?? 0o666;
	stream.autoClose = options.autoClose !== false;
	position(options, 'start');
	position(options, 'end');
	stream.start = options.start;
}

function ReadStream(path, options) {
	if (!(this instanceof ReadStream)) return new ReadStream(path, options);
	options = checked(options);
	Readable.call(this, { highWaterMark: 64 * 1024, ...options, autoDestroy: options.autoClose !== false, construct: undefined, emitClose: options.emitClose });
	this.bytesRead = 0;
	take(this, path, options, 'r', ['read']);
	this.end = options.end ?? Infinity;
	if (this.start > this.end) throw ERR_OUT_OF_RANGE('start', `<= "end" (here: ${this.end})`, this.start);
	this.pos = this.start;
}
Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
Object.setPrototypeOf(ReadStream, Readable);

const reading = {
	_construct(callback) { begin(this, callback); },

	_read(n) {
		if (this.pos !== undefined) n = Math.min(n, this.end - this.pos + 1);
		else n = Math.min(n, this.end - this.bytesRead + 1);
		if (n <= 0) {
			this.push(null);
			return;
		}
		const chunk = Buffer.alloc(n);
		const done = (err, count) => {
			if (err) {
				fail(this, err);
				return;
			}
			if (this.pos !== undefined) this.pos += count;
			this.bytesRead += count;
			// A small part does not keep the memory of a large one.
			if (count > 0) this.push(2 * count < n ? Buffer.from(chunk.subarray(0, count)) : chunk.subarray(0, count));
			else this.push(null);
		};
		if (this[custom]) {
			this[custom].read(this.fd, chunk, 0, n, this.pos ?? null, done);
			return;
		}
		let count;
		try {
			count = sync.readSync(this.fd, chunk, 0, n, this.pos ?? null);
		} catch (err) {
			done(err);
			return;
		}
		done(null, count);
	},

	_destroy(err, callback) { end(this, err, callback); },

	close(callback) {
		if (callback) this.once('close', callback);
		this.destroy();
	},
};

function WriteStream(path, options) {
	if (!(this instanceof WriteStream)) return new WriteStream(path, options);
	options = checked(options);
	Writable.call(this, { ...options, autoDestroy: options.autoClose !== false, construct: undefined, decodeStrings: true });
	this.bytesWritten = 0;
	take(this, path, options, 'w', ['write', 'writev']);
	this.pos = this.start;
	if (options.encoding) this.setDefaultEncoding(options.encoding);
}
Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(WriteStream, Writable);

const writing = {
	_construct(callback) { begin(this, callback); },

	_write(chunk, encoding, callback) {
		const done = (err) => {
			if (!err) {
				this.bytesWritten += chunk.length;
				if (this.pos !== undefined) this.pos += chunk.length;
			}
			callback(err);
		};
		const fs = this[custom];
		if (fs?.write) {
			fs.write(this.fd, chunk, 0, chunk.length, this.pos ?? null, done);
			return;
		}
		if (fs) {
			fs.writev(this.fd, [chunk], this.pos ?? null, done);
			return;
		}
		try {
			sync.writeSync(this.fd, chunk, 0, chunk.length, this.pos ?? null);
		} catch (err) {
			done(err);
			return;
		}
		done(null);
	},

	_destroy(err, callback) { end(this, err, callback); },

	close(callback) {
		if (callback) this.once('close', callback);
		this.end();
	},
};

for (const [C, methods] of [[ReadStream, reading], [WriteStream, writing]]) {
	for (const [name, value] of Object.entries(methods)) Object.defineProperty(C.prototype, name, { value, writable: true, configurable: true });
	Object.defineProperty(C.prototype, 'pending', { configurable: true, get() { return this.fd === null; } });
}

module.exports = { ReadStream, WriteStream };
