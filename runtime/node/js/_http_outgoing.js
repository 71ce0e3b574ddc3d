// OutgoingMessage: https://nodejs.org/api/http.html#class-httpoutgoingmessage
const { Writable } = require('stream');
const { headersSent, validateHeaderName, validateHeaderValue } = require('_http_common');
const { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED } = require('internal/errors');
const { validateString } = require('internal/validators');

class OutgoingMessage extends Writable {
	#fields = new Map(); // [name as it was given, value] by lower-case name

	constructor(options) {
		super({ highWaterMark: options?.highWaterMark, autoDestroy: options?.autoDestroy });
		this.chunkedEncoding = false;
		this.shouldKeepAlive = true;
		this.useChunkedEncodingByDefault = true;
		this.sendDate = false;
		this.strictContentLength = false;
		this.maxRequestsOnConnectionReached = false;
		this._removedConnection = false; // what is not added by itself any more
		this._removedContLen = false;
		this._removedTE = false;
		this._headerSent = false;
		this._hasBody = true;
	}

	#first = []; // what _write was given

	// _write keeps what is written; whoever sends the message has a _write of its own.
	_write(data, encoding, callback) {
		this.#first.push({ data, encoding, callback });
	}

	get outputData() {
		return [...this.#first, ...this._writableState.buffered.map(({ chunk, encoding, callback }) => ({ data: chunk, encoding, callback }))];
	}
	get outputSize() { return this.writableLength; }

	get headersSent() { return this._headerSent; }
	get finished() { return this.writableEnded; }
	get writableFinished() { return this.writableEnded && this.writableLength === 0; }
	get _headers() { return this.getHeaders(); }

	#mayChange(verb) {
		if (this.headersSent) throw headersSent(verb);
	}

	setHeader(name, value) {
		this.#mayChange('set');
		validateHeaderName(name);
		validateHeaderValue(name, value);
		this.#fields.set(name.toLowerCase(), [name, value]);
		return this;
	}

	setHeaders(headers) {
		this.#mayChange('set');
		if (!headers || Array.isArray(headers) || typeof headers.keys !== 'function' || typeof headers.get !== 'function') {
			throw ERR_INVALID_ARG_TYPE('headers', ['Headers', 'Map'], headers);
		}
		for (const name of headers.keys()) {
			const cookies = name === 'set-cookie' && headers.getSetCookie?.();
			this.setHeader(name, cookies || headers.get(name));
		}
		return this;
	}

	appendHeader(name, value) {
		this.#mayChange('append');
		validateHeaderName(name);
		validateHeaderValue(name, value);
		const field = this.#fields.get(name.toLowerCase());
		if (field) field[1] = [].concat(field[1], value);
		else this.#fields.set(name.toLowerCase(), [name, value]);
		return this;
	}

	getHeader(name) {
		validateString(name, 'name');
		return this.#fields.get(name.toLowerCase())?.[1];
	}

	hasHeader(name) {
		validateString(name, 'name');
		return this.#fields.has(name.toLowerCase());
	}

	removeHeader(name) {
		validateString(name, 'name');
		this.#mayChange('remove');
		const key = name.toLowerCase();
		this.#fields.delete(key);
		switch (key) {
			case 'connection': this._removedConnection = true; break;
			case 'content-length': this._removedContLen = true; break;
			case 'transfer-encoding': this._removedTE = true; break;
			case 'date': this.sendDate = false;
		}
	}

	getHeaderNames() { return [...this.#fields.keys()]; }
	getRawHeaderNames() { return [...this.#fields.values()].map(([name]) => name); }

	getHeaders() {
		const all = Object.create(null);
		for (const [name, [, value]] of this.#fields) all[name] = value;
		return all;
	}

	// _fetchHeaders are the fields for a Request or a Response.
	_fetchHeaders() {
		const headers = new Headers();
		for (const [name, value] of this.#fields.values()) {
			if (Array.isArray(value)) for (const one of value) headers.append(name, String(one));
			else headers.set(name, String(value));
		}
		return headers;
	}

	flushHeaders() {
		if (!this._headerSent) this._implicitHeader();
	}

	addTrailers() {} // neither fetch nor a Response has any

	pipe() {
		const { fault } = require('internal/streams/lifecycle');
		this.emit('error', fault.cannotPipe());
	}

	setTimeout(ms, callback) {
		if (callback) this.once('timeout', callback);
		return this;
	}

	_implicitHeader() { throw ERR_METHOD_NOT_IMPLEMENTED('_implicitHeader()'); }
}

module.exports = {
	OutgoingMessage, validateHeaderName, validateHeaderValue,
	kHighWaterMark: Symbol('kHighWaterMark'),
	kUniqueHeaders: Symbol('kUniqueHeaders'),
	parseUniqueHeadersOption(headers) {
		if (!Array.isArray(headers)) return null;
		return new Set(headers.flat().map((name) => name.toLowerCase()));
	},
};
