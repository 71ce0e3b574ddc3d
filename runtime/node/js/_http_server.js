// Server and ServerResponse: https://nodejs.org/api/http.html#class-httpserver. Requests come from the module cloudflare:node.
const { EventEmitter } = require('events');
const { OutgoingMessage } = require('_http_outgoing');
const { IncomingMessage } = require('_http_incoming');
const { headersSent, invalidStatus, validateHeaderName, validateHeaderValue } = require('_http_common');
const { Buffer } = require('buffer');
const listeners = require('internal/listeners');
const { NodeError, ERR_METHOD_NOT_IMPLEMENTED, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = require('internal/errors');
const { validateFunction, validateInteger } = require('internal/validators');

const STATUS_CODES = {
	100: 'Continue', 101: 'Switching Protocols', 102: 'Processing', 103: 'Early Hints',
	200: 'OK', 201: 'Created', 202: 'Accepted', 203: 'Non-Authoritative Information', 204: 'No Content', 205: 'Reset Content',
	206: 'Partial Content', 207: 'Multi-Status', 208: 'Already Reported', 226: 'IM Used',
	300: 'Multiple Choices', 301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 304: 'Not Modified', 305: 'Use Proxy',
	307: 'Temporary Redirect', 308: 'Permanent Redirect',
	400: 'Bad Request', 401: 'Unauthorized', 402: 'Payment Required', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed',
	406: 'Not Acceptable', 407: 'Proxy Authentication Required', 408: 'Request Timeout', 409: 'Conflict', 410: 'Gone',
	411: 'Length Required', 412: 'Precondition Failed', 413: 'Payload Too Large', 414: 'URI Too Long', 415: 'Unsupported Media Type',
	416: 'Range Not Satisfiable', 417: 'Expectation Failed', 418: 'I\'m a Teapot', 421: 'Misdirected Request',
	422: 'Unprocessable Entity', 423: 'Locked', 424: 'Failed Dependency', 425: 'Too Early', 426: 'Upgrade Required',
	428: 'Precondition Required', 429: 'Too Many Requests', 431: 'Request Header Fields Too Large', 451: 'Unavailable For Legal Reasons',
	500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
	505: 'HTTP Version Not Supported', 506: 'Variant Also Negotiates', 507: 'Insufficient Storage', 508: 'Loop Detected',
	509: 'Bandwidth Limit Exceeded', 510: 'Not Extended', 511: 'Network Authentication Required',
};

class ServerResponse extends OutgoingMessage {
	#respond = null; // {resolve, reject} of the promise of the Response
	#controller = null; // of its body, if that is a stream
	#pulled = null; // called when the body is read on
	#whole = null; // the body, if end has given all of it
	#head = false; // writeHead was called

	constructor(req, options) {
		super(options);
		this.req = req;
		this.statusCode = 200;
		this.statusMessage = 'unknown'; // as Workers say where nothing was set
		this._hasBody = req?.method !== 'HEAD';
		this.on('prefinish', () => this.#finish());
	}

	// _response is the promise of the Response that this becomes.
	get _response() {
		return new Promise((resolve, reject) => { this.#respond = { resolve, reject }; });
	}

	get headersSent() { return this.#head || this._headerSent; }

	// _header is the head as text, which middleware asks whether there is one.
	get _header() {
		if (!this.headersSent) return null;
		let text = `HTTP/1.1 ${this.statusCode} ${this.statusMessage}\r\n`;
		for (const [name, value] of this._fetchHeaders()) text += `${name}: ${value}\r\n`;
		return text + '\r\n';
	}

	writeHead(status, reason, headers) {
		if (this.headersSent) throw headersSent('write');
		const code = status | 0;
		if (code < 100 || code > 999) throw invalidStatus(status);
		this.statusCode = code;
		if (typeof reason === 'string') this.statusMessage = reason;
		else headers ??= reason;
		if (Array.isArray(headers)) {
			if (headers.length % 2 !== 0 && !Array.isArray(headers[0])) throw require('internal/errors').ERR_INVALID_ARG_VALUE('headers', headers);
			const flat = headers.flat();
			for (let i = 0; i < flat.length; i += 2) this.removeHeader(flat[i]);
			for (let i = 0; i + 1 < flat.length; i += 2) this.appendHeader(flat[i], flat[i + 1]);
		} else if (headers) {
			for (const name of Object.keys(headers)) {
				validateHeaderName(name);
				validateHeaderValue(name, headers[name]);
				this.setHeader(name, headers[name]);
			}
		}
		this.#head = true;
		return this;
	}
	writeHeader(...args) { return this.writeHead(...args); }

	#bodyAllowed() { return this._hasBody && this.statusCode !== 204 && this.statusCode !== 304 && this.statusCode >= 200; }

	// _implicitHeader calls what middleware may have put in writeHead's place, to have a last word on the head.
	_implicitHeader() { this.writeHead(this.statusCode); }

	// #begin makes the Response; whole is its body if all of it is known.
	#begin(whole) {
		if (this._headerSent) return;
		const implicit = !this.#head;
		if (implicit) this._implicitHeader();
		if (this._headerSent) return; // what stands in writeHead's place has written already
		const hasBody = this.#bodyAllowed();
		const headers = this._fetchHeaders();
		this.#head = this._headerSent = true;
		if (!headers.has('connection') && !this._removedConnection) headers.set('connection', 'keep-alive');
		let body = null;
		if (hasBody) {
			if (!headers.has('content-length') && !headers.has('transfer-encoding')) {
				if (whole && implicit && !this._removedContLen) headers.set('content-length', whole.length);
				else if (!this._removedTE) headers.set('transfer-encoding', 'chunked');
			}
			const length = headers.get('content-length');
			if (whole) {
				body = length !== null && whole.length > Number(length) ? whole.subarray(0, Number(length)) : whole;
			} else {
				body = new ReadableStream({
					type: 'bytes',
					start: (controller) => { this.#controller = controller; },
					pull: () => {
						const pulled = this.#pulled;
						this.#pulled = null;
						pulled?.();
					},
					cancel: () => { this.destroy(); },
				}, { highWaterMark: this.writableHighWaterMark });
			}
		}
		this.#respond?.resolve(new Response(body, { status: this.statusCode, statusText: this.statusMessage, headers }));
	}

	_write(chunk, encoding, callback) {
		if (typeof chunk === 'string') chunk = Buffer.from(chunk, encoding);
		if (this.#whole) {
			callback();
			return;
		}
		this.#begin();
		if (!this.#controller || chunk.length === 0) {
			callback();
			return;
		}
		// A stream of bytes takes the memory of what it is given.
		this.#controller.enqueue(new Uint8Array(chunk));
		if (this.#controller.desiredSize > 0) callback();
		else this.#pulled = callback; // whoever reads is behind
	}

	end(chunk, encoding, callback) {
		if (typeof chunk === 'function') [chunk, encoding, callback] = [null, null, chunk];
		else if (typeof encoding === 'function') [encoding, callback] = [null, encoding];
		if (!this._headerSent && !this.writableEnded && this.writableLength === 0) {
			let whole = chunk ?? '';
			if (typeof whole === 'string') whole = Buffer.from(whole, encoding || 'utf8');
			else if (!(whole instanceof Uint8Array)) throw ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'Uint8Array'], chunk);
			this.#whole = whole;
			this.#begin(whole);
		}
		if (callback) this.once('finish', callback);
		return super.end(chunk, encoding);
	}

	#finish() {
		this.#begin();
		this.#controller?.close();
		this.#controller?.byobRequest?.respond(0);
		this.#controller = null;
	}

	_destroy(err, callback) {
		const reason = err ?? new NodeError('ECONNRESET', 'aborted');
		if (!this._headerSent) this.#respond?.reject(reason);
		else this.#controller?.error(reason);
		this.#controller = null;
		callback(err);
	}

	assignSocket() { throw ERR_METHOD_NOT_IMPLEMENTED('assignSocket'); }
	detachSocket() { throw ERR_METHOD_NOT_IMPLEMENTED('detachSocket'); }
	writeContinue() { throw ERR_METHOD_NOT_IMPLEMENTED('writeContinue'); }
	writeProcessing() { throw ERR_METHOD_NOT_IMPLEMENTED('writeProcessing'); }
	writeEarlyHints() { throw ERR_METHOD_NOT_IMPLEMENTED('writeEarlyHints'); }
}

// Connection stands for a client's, as far as it is known here.
class Connection extends EventEmitter {
	#address;
	#port = 49152 + Math.floor(Math.random() * 16384);
	#localPort;
	#open = true;

	constructor(address, localPort) {
		super();
		this.#address = address;
		this.#localPort = localPort;
	}

	get encrypted() { return false; } // TLS has ended before the Worker
	get readable() { return this.#open; }
	get remoteAddress() { return this.#open ? this.#address : undefined; }
	get remotePort() { return this.#open ? this.#port : undefined; }
	get remoteFamily() { return this.#open ? (this.#address.includes(':') ? 'IPv6' : 'IPv4') : undefined; }
	get localAddress() { return '127.0.0.1'; }
	get localPort() { return this.#localPort; }

	destroy() {
		this.#open = false;
		return this;
	}
}

class Server extends EventEmitter {
	#port = null;

	constructor(options, listener) {
		super({ captureRejections: true });
		if (typeof options === 'function') [listener, options] = [options, {}];
		else if (options != null && typeof options !== 'object') throw ERR_INVALID_ARG_TYPE('options', 'Object', options);
		this._options = options ?? {};
		this.httpAllowHalfOpen = false;
		this.timeout = 0;
		this.maxHeadersCount = null;
		this.maxRequestsPerSocket = 0;
		this.connectionsCheckingInterval = 30000;
		const { requestTimeout, headersTimeout } = this._options;
		if (requestTimeout !== undefined) validateInteger(requestTimeout, 'requestTimeout', 0);
		if (headersTimeout !== undefined) validateInteger(headersTimeout, 'headersTimeout', 0);
		this.requestTimeout = requestTimeout ?? 300000;
		this.headersTimeout = headersTimeout ?? Math.min(60000, this.requestTimeout || 60000);
		if (this.requestTimeout > 0 && this.headersTimeout > this.requestTimeout) throw ERR_OUT_OF_RANGE('headersTimeout', '<= requestTimeout', headersTimeout);
		this.requireHostHeader = false;
		this.joinDuplicateHeaders = false;
		this.rejectNonStandardBodyWrites = false;
		this.keepAliveTimeout = 5000;
		this.keepAliveTimeoutBuffer = 1000;
		this.highWaterMark = this._options.highWaterMark;
		if (listener) this.on('request', listener);
	}

	// _handle answers a Request.
	async _handle(request, env, ctx) {
		const Incoming = this._options.IncomingMessage ?? IncomingMessage, Outgoing = this._options.ServerResponse ?? ServerResponse;
		const url = new URL(request.url);
		const req = new Incoming(new Connection(request.headers.get('cf-connecting-ip') ?? '127.0.0.1', this.#port));
		req.on('end', () => { req.socket.destroy(); });
		req.on('close', () => { req.socket.destroy(); });
		req._take(request.headers, request.body);
		req.method = request.method;
		req.url = url.pathname + url.search;
		req.cloudflare = { env, ctx, cf: request.cf };
		const res = new Outgoing(req, { highWaterMark: this.highWaterMark });
		const response = res._response;
		this.emit('request', req, res);
		return response;
	}

	// A handler that is an async function, and fails, fails its request.
	[Symbol.for('nodejs.rejection')](err, event, req, res) {
		if (res) res.destroy(err);
		else this.emit('error', err);
	}

	listen(...args) {
		const callback = typeof args[args.length - 1] === 'function' ? args.pop() : undefined;
		if (callback) validateFunction(callback, 'callback');
		if (this.#port !== null) throw new NodeError('ERR_SERVER_ALREADY_LISTEN', 'Listen method has been called more than once without closing.');
		const port = typeof args[0] === 'object' && args[0] !== null ? args[0].port : args[0];
		if (callback) this.once('listening', callback);
		this.#port = listeners.add(port, this);
		queueMicrotask(() => this.emit('listening'));
		return this;
	}

	close(callback) {
		if (callback) {
			const wasOpen = this.#port !== null;
			this.once('close', () => callback(wasOpen ? undefined : new NodeError('ERR_SERVER_NOT_RUNNING', 'Server is not running.')));
		}
		if (this.#port !== null) listeners.remove(this.#port);
		this.#port = null;
		queueMicrotask(() => this.emit('close'));
		return this;
	}

	async [Symbol.asyncDispose]() { this.close(); }

	address() { return this.#port === null ? null : { port: this.#port, family: 'IPv4', address: '127.0.0.1' }; }
	get listening() { return this.#port !== null; }
	closeAllConnections() {}
	closeIdleConnections() {}
	setTimeout(ms, callback) {
		if (callback) this.on('timeout', callback);
		return this;
	}
	getConnections(callback) { callback?.(null, 0); return this; }
	ref() { return this; }
	unref() { return this; }
	get maxConnections() { return 0; }
	set maxConnections(value) {}
	get connections() { return 0; }
}

function _connectionListener() { throw ERR_METHOD_NOT_IMPLEMENTED('_connectionListener'); }

module.exports = {
	STATUS_CODES, Server, ServerResponse, _connectionListener,
	kServerResponse: Symbol('ServerResponse'),
	kConnectionsCheckingInterval: Symbol('http.server.connectionsCheckingInterval'),
	httpServerPreClose() {},
	setupConnectionsTracking() {},
	storeHTTPOptions() {},
};
