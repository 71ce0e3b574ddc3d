// IncomingMessage: https://nodejs.org/api/http.html#class-httpincomingmessage
const { Readable } = require('stream');
const { Buffer } = require('buffer');

// single are the fields whose first value counts alone: https://nodejs.org/api/http.html#messageheaders
const single = new Set(['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since',
	'if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'referer', 'retry-after', 'server', 'user-agent']);

class IncomingMessage extends Readable {
	#reader = null;
	#headers = null;
	#distinct = null;

	constructor(socket) {
		super({ highWaterMark: socket?.readableHighWaterMark });
		this.aborted = false;
		this.url = '';
		this.method = null;
		this.statusCode = null;
		this.statusMessage = null;
		this.httpVersionMajor = 1;
		this.httpVersionMinor = 1;
		this.httpVersion = '1.1';
		this.complete = false;
		this.rawHeaders = [];
		this.rawTrailers = [];
		this.joinDuplicateHeaders = false;
		this.upgrade = null;
		this._dumped = false;
		this._consuming = false;
		this._paused = false;
		this._socket = socket ?? undefined;
	}

	// _take gives the message the fields and the body of a Request or a Response.
	_take(headers, body) {
		for (const [name, value] of headers) this.rawHeaders.push(name, value);
		this.#headers = headers;
		if (body) this.#reader = body.getReader();
		return this;
	}

	get headers() {
		if (this.#headers instanceof Headers) {
			const list = {};
			for (const name of this.#headers.keys()) list[name] = this.#headers.get(name);
			this.#headers = list;
		}
		return this.#headers ??= {};
	}
	set headers(value) { this.#headers = value; }

	get headersDistinct() {
		if (!this.#distinct) {
			this.#distinct = {};
			for (const [name, value] of Object.entries(this.headers)) this.#distinct[name] = [value];
		}
		return this.#distinct;
	}
	set headersDistinct(value) { this.#distinct = value; }

	get trailers() { return {}; }
	get trailersDistinct() { return {}; }

	get socket() { return this._socket; }
	set socket(value) { this._socket = value; }
	get connection() { return this._socket; }
	set connection(value) { this._socket = value; }

	_addHeaderLine(name, value, fields) {
		name = name.toLowerCase();
		if (name === 'set-cookie') fields[name] = [...(fields[name] ?? []), value];
		else if (fields[name] === undefined) fields[name] = value;
		else if (!single.has(name)) fields[name] += `${name === 'cookie' ? '; ' : ', '}${value}`;
	}

	_addHeaderLines(headers) {
		for (let i = 0; i + 1 < headers.length; i += 2) this._addHeaderLine(headers[i], headers[i + 1], this.headers);
	}

	_addHeaderLineDistinct(name, value, fields) { (fields[name.toLowerCase()] ??= []).push(value); }

	_read() {
		this._consuming = true;
		if (!this.#reader) {
			this.complete = true;
			this.push(null);
			return;
		}
		this.#reader.read().then(({ value, done }) => {
			if (this.destroyed) return;
			if (done) {
				this.complete = true;
				this.#reader = null;
				this.push(null);
			} else {
				this.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
			}
		}, (err) => this.destroy(err));
	}

	_destroy(err, callback) {
		if (!this.readableEnded || !this.complete) {
			this.aborted = true;
			this.emit('aborted');
		}
		this.#reader?.cancel(err ?? undefined).catch(() => {});
		this.#reader = null;
		// One that was given up is no error to a server's handler that does not listen.
		if (!err?.code && this.listenerCount('error') === 0) err = null;
		queueMicrotask(() => callback(err));
	}

	_dump() {
		if (this._dumped) return;
		this._dumped = true;
		this.resume();
	}

	setTimeout(ms, callback) {
		if (callback) this.on('timeout', callback);
		return this;
	}
}

module.exports = { IncomingMessage };
