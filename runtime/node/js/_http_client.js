// ClientRequest: https://nodejs.org/api/http.html#class-httpclientrequest. fetch does the work, when the request is complete.
const { OutgoingMessage } = require('_http_outgoing');
const { IncomingMessage } = require('_http_incoming');
const { globalAgent } = require('_http_agent');
const { isToken, invalidToken } = require('_http_common');
const { Buffer } = require('buffer');
const { NodeError, NodeTypeError, ERR_INVALID_ARG_TYPE, ERR_OPTION_NOT_IMPLEMENTED, AbortError } = require('internal/errors');
const { validateFunction, validateNumber, validateBoolean, validateAbortSignal } = require('internal/validators');

// optionsOf are the options that a URL stands for.
function optionsOf(url) {
	const options = {
		protocol: url.protocol,
		hostname: url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname,
		hash: url.hash, search: url.search, pathname: url.pathname, path: `${url.pathname || ''}${url.search || ''}`, href: url.href,
	};
	if (url.port !== '') options.port = Number(url.port);
	if (url.username || url.password) options.auth = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
	return options;
}

function checkHost(host, name) {
	if (host !== null && host !== undefined && typeof host !== 'string') throw ERR_INVALID_ARG_TYPE(`options.${name}`, ['string', 'undefined', 'null'], host);
	return host;
}

class ClientRequest extends OutgoingMessage {
	#chunks = [];
	#controller = new AbortController();
	#timer = null;
	#agent;
	#host;
	#port;

	constructor(input, options, callback) {
		if (typeof input === 'string') input = optionsOf(new URL(input));
		else if (input instanceof URL) input = optionsOf(input);
		else [callback, options, input] = [options, input, null];
		if (typeof options === 'function') [callback, options] = [options, input || {}];
		else options = { ...input, ...options };
		super({ autoDestroy: false, highWaterMark: options.highWaterMark });

		for (const name of ['socketPath', 'createConnection', 'lookup']) {
			if (options[name]) throw ERR_OPTION_NOT_IMPLEMENTED(`options.${name}`);
		}
		let { agent } = options;
		const standard = options._defaultAgent || globalAgent;
		if (agent === false) agent = new standard.constructor();
		else if (agent === null || agent === undefined) agent = standard;
		else if (typeof agent.addRequest !== 'function') throw ERR_INVALID_ARG_TYPE('options.agent', ['Agent-like Object', 'undefined', 'false'], agent);
		this.#agent = agent;

		const protocol = options.protocol || agent.protocol || standard.protocol;
		if (options.path) {
			const path = String(options.path);
			if (/[^\x21-\xff]/.test(path)) throw new NodeTypeError('ERR_UNESCAPED_CHARACTERS', 'Request path contains unescaped characters');
		}
		const expected = agent.protocol || 'http:';
		if (protocol !== expected) throw new NodeTypeError('ERR_INVALID_PROTOCOL', `Protocol "${protocol}" not supported. Expected "${expected}"`);

		const standardPort = options.defaultPort || agent.defaultPort || 80;
		const host = checkHost(options.hostname, 'hostname') || checkHost(options.host, 'host') || 'localhost';
		const given = options.method;
		if (given !== null && given !== undefined && typeof given !== 'string') throw ERR_INVALID_ARG_TYPE('options.method', 'string', given);
		if (given && !isToken(given)) throw invalidToken('Method', given);
		this.method = given ? given.toUpperCase() : 'GET';
		this.path = options.path || '/';
		this.protocol = protocol;
		this.host = this.#host = host;
		this.#port = options.port = options.port || standardPort;
		this.reusedSocket = false;
		this.aborted = false;
		this.res = null;
		this.maxHeadersCount = null;
		this.maxHeaderSize = options.maxHeaderSize;
		if (options.insecureHTTPParser !== undefined) validateBoolean(options.insecureHTTPParser, 'options.insecureHTTPParser');
		if (options.joinDuplicateHeaders !== undefined) validateBoolean(options.joinDuplicateHeaders, 'options.joinDuplicateHeaders');
		if (protocol === 'https:') require('internal/certificates').tell(host, options, agent.options);
		if (options.timeout !== undefined) {
			validateNumber(options.timeout, 'timeout');
			this.setTimeout(options.timeout);
		}
		if (callback) {
			validateFunction(callback, 'callback');
			this.once('response', callback);
		}
		this.#setHeaders(options, standardPort);
		if (options.signal) {
			validateAbortSignal(options.signal, 'options.signal');
			this.#abortWith(options.signal);
		}
		this.on('finish', () => this.#send());
	}

	#setHeaders(options, standardPort) {
		const { headers } = options;
		if (Array.isArray(headers)) {
			const flat = headers.flat();
			for (let i = 0; i + 1 < flat.length; i += 2) this.appendHeader(flat[i], flat[i + 1]);
		} else if (headers) {
			for (const name of Object.keys(headers)) this.setHeader(name, headers[name]);
		}
		if (Array.isArray(this.getHeader('host'))) throw ERR_INVALID_ARG_TYPE('host', 'string', this.getHeader('host'));
		if (!this.hasHeader('host') && options.setHost !== false) {
			let host = this.#host.includes(':') && !this.#host.startsWith('[') ? `[${this.#host}]` : this.#host;
			if (Number(this.#port) !== standardPort) host += `:${this.#port}`;
			this.setHeader('Host', host);
		}
		if (options.auth && !this.hasHeader('authorization')) this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
	}

	#abortWith(signal) {
		const { onAbort, abortError } = require('internal/streams/abort');
		this.once('close', onAbort(signal, () => this.destroy(abortError(signal))));
	}

	get agent() { return this.#agent; }
	get socket() { return null; }
	get connection() { return null; }

	_implicitHeader() { this._headerSent = true; }

	_write(chunk, encoding, callback) {
		this._headerSent = true;
		this.#chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
		callback();
	}

	#send() {
		this._headerSent = true;
		const { method } = this;
		const host = this.#host.includes(':') && !this.#host.startsWith('[') ? `[${this.#host}]` : this.#host;
		const headers = this._fetchHeaders();
		// fetch says these itself.
		for (const name of ['content-length', 'transfer-encoding', 'connection']) headers.delete(name);
		if (headers.get('host') === (Number(this.#port) === this.#agent.defaultPort ? host : `${host}:${this.#port}`)) headers.delete('host');
		const body = method === 'GET' || method === 'HEAD' || (this.#chunks.length === 0 && !this.hasHeader('content-length')) ? undefined : Buffer.concat(this.#chunks);
		let promise;
		try {
			promise = fetch(new URL(`${this.protocol}//${host}:${this.#port}${this.path}`), {
				method, headers, body, redirect: 'manual', signal: this.#controller.signal, encodeResponseBody: 'manual',
			});
		} catch (err) {
			promise = Promise.reject(err);
		}
		promise.then((response) => this.#received(response), (err) => {
			clearTimeout(this.#timer);
			if (!this.destroyed) this.destroy(err);
		});
	}

	#received(response) {
		clearTimeout(this.#timer);
		if (this.destroyed) {
			response.body?.cancel().catch(() => {});
			return;
		}
		const res = new IncomingMessage()._take(response.headers, response.body);
		res.statusCode = response.status;
		res.statusMessage = response.statusText;
		res.req = this;
		this.res = res;
		res.on('end', () => queueMicrotask(() => this.#close()));
		res.on('close', () => this.#close());
		if (this.aborted || !this.emit('response', res)) res._dump();
	}

	// #close is the end of an exchange that has not failed.
	#close() {
		if (!this.destroyed) OutgoingMessage.prototype.destroy.call(this);
	}

	abort() {
		if (this.aborted) return;
		this.aborted = true;
		queueMicrotask(() => this.emit('abort'));
		this.#stop();
		this.res?._dump();
		OutgoingMessage.prototype.destroy.call(this);
	}

	destroy(err) {
		if (this.destroyed) return this;
		this.#stop();
		if (this.res && !this.res.complete) this.res.destroy(err);
		if (!err && !this.res) err = new NodeError('ECONNRESET', 'socket hang up');
		return super.destroy(err);
	}

	#stop() {
		clearTimeout(this.#timer);
		this.#controller.abort();
	}

	setTimeout(ms, callback) {
		validateNumber(ms, 'msecs');
		if (callback) this.once('timeout', callback);
		this.clearTimeout();
		if (ms > 0 && !this.res) {
			this.#timer = setTimeout(() => {
				this.emit('timeout');
				if (!this.destroyed) this.destroy(new AbortError());
			}, ms);
		}
		return this;
	}

	clearTimeout() {
		clearTimeout(this.#timer);
		this.#timer = null;
		return this;
	}

	setNoDelay() {}
	setSocketKeepAlive() {}
	onSocket() {}
}

module.exports = { ClientRequest };
