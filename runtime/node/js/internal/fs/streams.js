// Streams of files: https://nodejs.org/api/fs.html#fscreatereadstreampath-options
const { Readable, Writable } = require('stream');
const { Buffer } = require('buffer');
const { functions: fs } = require('internal/fs/sync');
const { pathOf } = require('internal/fs/volume');

// begin opens the file of a stream, unless it is given.
function begin(stream, callback) {
	if (stream.fd !== null) {
		callback();
		return;
	}
	try {
		stream.fd = fs.openSync(stream.path, stream.flags);
	} catch (err) {
		callback(err);
		return;
	}
	callback();
	stream.emit('open', stream.fd);
	stream.emit('ready');
}

function end(stream, err, callback) {
	if (stream.autoClose && stream.fd !== null && !stream.handle) {
		fs.closeSync(stream.fd);
		stream.fd = null;
	}
	stream.handle?.close();
	callback(err);
}

function take(stream, path, options, flags) {
	stream.path = options.fd === undefined || options.fd === null ? (pathOf(path), path) : undefined;
	stream.handle = typeof options.fd === 'object' ? options.fd : null;
	stream.fd = stream.handle ? stream.handle.fd : options.fd ?? null;
	stream.flags = options.flags ?? flags;
	stream.mode = options.mode ?? 0o666;
	stream.autoClose = options.autoClose !== false;
	stream.start = options.start;
}

class ReadStream extends Readable {
	constructor(path, options) {
		options = typeof options === 'string' ? { encoding: options } : options ?? {};
		super({ highWaterMark: 64 * 1024, ...options, construct: undefined, emitClose: options.emitClose });
		this.bytesRead = 0;
		take(this, path, options, 'r');
		this.end = options.end ?? Infinity;
		this.pos = this.start;
	}

	_construct(callback) { begin(this, callback); }

	_read(n) {
		if (this.pos !== undefined) n = Math.min(n, this.end - this.pos + 1);
		else n = Math.min(n, this.end - this.bytesRead + 1);
		if (n <= 0) {
			this.push(null);
			return;
		}
		const chunk = Buffer.alloc(n);
		let count;
		try {
			count = fs.readSync(this.fd, chunk, 0, n, this.pos ?? null);
		} catch (err) {
			this.destroy(err);
			return;
		}
		if (this.pos !== undefined) this.pos += count;
		this.bytesRead += count;
		this.push(count > 0 ? chunk.subarray(0, count) : null);
	}

	_destroy(err, callback) { end(this, err, callback); }

	get pending() { return this.fd === null; }

	close(callback) {
		if (callback) this.once('close', callback);
		this.destroy();
	}
}

class WriteStream extends Writable {
	constructor(path, options) {
		options = typeof options === 'string' ? { encoding: options } : options ?? {};
		super({ ...options, construct: undefined, decodeStrings: true });
		this.bytesWritten = 0;
		take(this, path, options, 'w');
		this.pos = this.start;
		if (options.encoding) this.setDefaultEncoding(options.encoding);
	}

	_construct(callback) { begin(this, callback); }

	_write(chunk, encoding, callback) {
		try {
			fs.writeSync(this.fd, chunk, 0, chunk.length, this.pos ?? null);
		} catch (err) {
			callback(err);
			return;
		}
		this.bytesWritten += chunk.length;
		if (this.pos !== undefined) this.pos += chunk.length;
		callback();
	}

	_destroy(err, callback) { end(this, err, callback); }

	get pending() { return this.fd === null; }

	close(callback) {
		if (callback) this.once('close', callback);
		this.end();
	}
}

module.exports = { ReadStream, WriteStream };
