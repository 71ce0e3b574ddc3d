// https://nodejs.org/api/net.html: sockets are those of cloudflare:sockets.
const { connect, compare, contains } = native;
const { Duplex } = require('stream');
const { Buffer } = require('buffer');
const { isIP, isIPv4, isIPv6 } = require('internal/ip');
const {
	NodeError, NodeTypeError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, ERR_OUT_OF_RANGE,
} = require('internal/errors');
const { tick } = require('internal/streams/lifecycle');
const { validateBoolean, validateFunction, validateInt32, validateNumber, validateObject } = require('internal/validators');

function Socket(options) {
	if (!(this instanceof Socket)) return new Socket(options);
	Duplex.call(this, { ...options, allowHalfOpen: options?.allowHalfOpen ?? false, emitClose: false, autoDestroy: true, decodeStrings: true });
	this.connecting = false;
	this._hadError = false;
	this._host = null;
	this._handle = null; // the socket of cloudflare:sockets
	this._reader = this._writer = null;
	this._pending = []; // what waits for the connection
	this._timer = null;
	this.timeout = 0;
	this.bytesRead = this.bytesWritten = 0;
	this.remoteAddress = this.remotePort = this.remoteFamily = undefined;
	this.on('end', ended);
	if (options?.signal) require('stream').addAbortSignal(options.signal, this);
}
Object.setPrototypeOf(Socket.prototype, Duplex.prototype);
Object.setPrototypeOf(Socket, Duplex);

// ended is what the end of what the other side sends does to a socket that is not to stay half open.
function ended() {
	if (!this.allowHalfOpen) this.write = writeAfterEnd;
}

function writeAfterEnd(chunk, encoding, callback) {
	if (typeof encoding === 'function') callback = encoding;
	const err = new NodeError('EPIPE', 'This socket has been ended by the other party');
	if (typeof callback === 'function') tick(callback, err);
	this.destroy(err);
	return false;
}

// A connection that was not made, and a host of which there is no address.
class ConnectException extends Error {
	constructor(address, port) {
		super(`connect ECONNREFUSED ${address}:${port}`);
		Object.assign(this, { code: 'ECONNREFUSED', errno: -111, syscall: 'connect', address, port });
	}
}
class GetAddrInfoException extends Error {
	constructor(hostname) {
		super(`getaddrinfo ENOTFOUND ${hostname}`);
		Object.assign(this, { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname });
	}
}

const socketClosed = () => new NodeError('ERR_SOCKET_CLOSED', 'Socket is closed');

// checkConnect refuses options that cannot be.
function checkConnect({ localAddress, localPort, autoSelectFamily, autoSelectFamilyAttemptTimeout, lookup }) {
	if (localAddress && !isIP(localAddress)) throw new NodeTypeError('ERR_INVALID_IP_ADDRESS', `Invalid IP address: ${localAddress}`);
	if (localPort) validateNumber(localPort, 'options.localPort');
	if (autoSelectFamily != null) validateBoolean(autoSelectFamily, 'options.autoSelectFamily');
	if (autoSelectFamilyAttemptTimeout != null) validateInt32(autoSelectFamilyAttemptTimeout, 'options.autoSelectFamilyAttemptTimeout', 1);
	if (lookup !== undefined) validateFunction(lookup, 'options.lookup');
}

// normalize takes the arguments of connect: (options), (port, host), and a callback after them.
function normalize(args) {
	args = [...args];
	let callback = null;
	if (typeof args[args.length - 1] === 'function') callback = args.pop();
	const [first, second] = args;
	let options = {};
	if (first !== null && typeof first === 'object') options = first;
	else if (typeof first === 'string' && !/^\d+$/.test(first)) options = { path: first };
	else if (args.length > 0) options = { port: first, host: typeof second === 'string' ? second : undefined };
	return [options, callback];
}

// begin gives a socket its connection.
function begin(socket, handle, done) {
	socket._handle = handle;
	socket._writer = handle.writable.getWriter();
	socket._reader = handle.readable.getReader();
	for (const promise of [socket._writer.closed, socket._reader.closed, handle.closed]) promise.catch(() => {});
	return handle.opened.then((info) => {
		if (socket.destroyed) return;
		socket.connecting = false;
		const local = /^(.*):(\d+)$/.exec(info?.localAddress ?? '');
		socket.localAddress = local?.[1];
		socket.localPort = local ? Number(local[2]) : undefined;
		touch(socket);
		done();
		const waiting = socket._pending;
		socket._pending = [];
		for (const go of waiting) go();
	});
}

// touch starts the time anew after which a socket is idle.
function touch(socket) {
	clearTimeout(socket._timer);
	if (socket.timeout > 0 && !socket.destroyed) socket._timer = setTimeout(() => socket.emit('timeout'), socket.timeout);
}

// whenOpen calls go when the socket is connected; without a connection, nor one that is being made, it calls refuse.
function whenOpen(socket, go, refuse) {
	if (socket._handle && !socket.connecting) go();
	else if (!socket._handle && !socket.connecting && refuse) refuse();
	else socket._pending.push(go);
}

const methods = {
	connect(...args) {
		const [options, callback] = normalize(args[0]?.[normalized] ? args[0] : args);
		if (options.port === undefined && options.path === undefined) throw ERR_MISSING_ARGS(['options', 'port', 'path']);
		if (options.path !== undefined && options.path !== null) throw ERR_INVALID_ARG_VALUE('path', options.path, 'is not supported');
		const { port, host = 'localhost' } = options;
		if (typeof port !== 'number' && typeof port !== 'string') throw ERR_INVALID_ARG_TYPE('options.port', ['number', 'string'], port);
		if (!(Number(port) >= 0 && Number(port) < 65536) || String(port).trim() === '') {
			throw new NodeError('ERR_SOCKET_BAD_PORT', `Port should be >= 0 and < 65536. Received ${typeof port}.`);
		}
		checkConnect(options);
		if (callback) this.once('connect', callback);
		if (options.timeout) this.setTimeout(options.timeout);
		this.connecting = true;
		this._host = host;
		touch(this);
		if (options.localPort && require('internal/listeners').get(Number(options.localPort))) {
			const local = `${options.localAddress ?? '0.0.0.0'}:${options.localPort}`;
			tick(() => this.destroy(Object.assign(new NodeError('EADDRINUSE', `bind EADDRINUSE ${local}`), { syscall: 'bind', address: options.localAddress, port: Number(options.localPort) })));
			return this;
		}
		if (!options.lookup) {
			this._dial(host, port);
			return this;
		}
		options.lookup(host, { family: options.family, hints: options.hints, all: false }, (err, address, family) => {
			if (this.destroyed) return;
			if (err) {
				this.destroy(err);
				return;
			}
			if (Array.isArray(address)) [{ address, family }] = address;
			this.emit('lookup', null, address, family, host);
			this._dial(address, port);
		});
		return this;
	},
	// _dial makes the connection to a host, or its address.
	_dial(host, port) {
		let handle;
		try {
			handle = connect({ hostname: host, port: Number(port) }, { allowHalfOpen: this.allowHalfOpen, secureTransport: this._transport ?? 'starttls' });
		} catch (err) {
			queueMicrotask(() => this.destroy(err));
			return;
		}
		begin(this, handle, () => {
			this.remoteAddress = host;
			this.remotePort = Number(port);
			this.remoteFamily = isIPv6(host) ? 'IPv6' : 'IPv4';
			this._connected?.();
			this.emit('connect');
			this.emit('ready');
		}).catch((err) => {
			if (this.destroyed) return;
			this.connecting = false;
			const failure = err?.cause?.code === 'DNS_FAILED' ? new GetAddrInfoException(host) : new ConnectException(host, Number(port));
			Object.defineProperty(failure, 'cause', { value: err?.cause, writable: true, configurable: true });
			if (isIP(host)) this.emit('connectionAttemptFailed', host, Number(port), this.remoteFamily ?? isIP(host), failure);
			this.destroy(failure);
		});
	},
	_read() {
		whenOpen(this, () => {
			this._reader?.read().then(({ value, done }) => {
				touch(this);
				if (this.destroyed) return;
				if (!done) this.bytesRead += value.length;
				this.push(done ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength));
			}, (err) => this._lost(err));
		});
	},
	// _lost is what happens when reading fails: a connection that breaks is one that ends.
	_lost(err) {
		if (this.destroyed || this._handle === null) return;
		if (this.upgraded) return;
		this.push(null);
	},
	_write(chunk, encoding, callback) {
		this._dispatched = (this._dispatched ?? 0) + chunk.length;
		whenOpen(this, () => {
			touch(this);
			this._writer.write(new Uint8Array(chunk)).then(() => {
				this.bytesWritten += chunk.length;
				callback();
			}, callback);
		}, () => callback(socketClosed()));
		if (this.connecting) this._unsent = callback;
	},
	_final(callback) {
		whenOpen(this, () => this._writer.close().then(() => callback(), () => callback()), callback);
	},
	_destroy(err, callback) {
		clearTimeout(this._timer);
		if (this.connecting) this._unsent?.(new NodeError('ERR_SOCKET_CLOSED_BEFORE_CONNECTION', 'Socket closed before connection established'));
		this.connecting = false;
		this._hadError = !!err;
		this._pending = [];
		const handle = this._handle;
		if (handle && !this.upgraded) {
			this._reader.cancel().catch(() => {});
			handle.close().catch(() => {});
		}
		callback(err);
		queueMicrotask(() => this.emit('close', !!err));
	},
	setTimeout(ms, callback) {
		validateNumber(ms, 'msecs');
		if (callback !== undefined) {
			validateFunction(callback, 'callback');
			if (ms === 0) this.removeListener('timeout', callback);
			else this.once('timeout', callback);
		}
		this.timeout = ms;
		touch(this);
		return this;
	},
	address() {
		return this.localAddress === undefined ? {} : { address: this.localAddress, family: isIPv6(this.localAddress) ? 'IPv6' : 'IPv4', port: this.localPort };
	},
	destroySoon() {
		if (this.writable) this.end();
		if (this.writableFinished) this.destroy();
		else this.once('finish', () => this.destroy());
	},
	resetAndDestroy() {
		if (this._handle || this.connecting) this.destroy();
		else this.destroy(socketClosed());
		return this;
	},
	setNoDelay() { return this; },
	setKeepAlive() { return this; },
	ref() {},
	unref() {},
};
Object.assign(Socket.prototype, methods);

Object.defineProperties(Socket.prototype, {
	pending: { configurable: true, get() { return this._handle === null || this.connecting; } },
	_connecting: { configurable: true, get() { return this.connecting; } },
	_bytesDispatched: { configurable: true, get() { return this._dispatched ?? 0; } },
	bufferSize: { configurable: true, get() { return this._handle ? this.writableLength : undefined; } },
	readyState: {
		configurable: true,
		get() {
			if (this.connecting) return 'opening';
			if (this._handle === null || this.destroyed) return 'closed';
			if (this.readable && this.writable) return 'open';
			return this.readable ? 'readOnly' : this.writable ? 'writeOnly' : 'closed';
		},
	},
	localFamily: { configurable: true, get() { return this.address().family; } },
});

// upgrade takes a socket's connection away from it, and has TLS on it from now on.
function upgrade(socket, options) {
	socket.upgraded = true;
	socket._reader.releaseLock();
	socket._writer.releaseLock();
	return socket._handle.startTls(options);
}

function createConnection(...args) {
	const [options, callback] = normalize(args);
	const socket = new Socket(options);
	return callback ? socket.connect(options, callback) : socket.connect(options);
}

const normalized = Symbol('normalized');

function _normalizeArgs(args) {
	const list = normalize(args);
	list[normalized] = true;
	return list;
}

// Server can be made, but nothing can connect to it: a Worker does not listen.
class Server extends require('events').EventEmitter {
	constructor(options, listener) {
		super();
		if (typeof options === 'function') [listener, options] = [options, {}];
		if (options != null) validateObject(options, 'options');
		this.allowHalfOpen = !!options?.allowHalfOpen;
		this.pauseOnConnect = !!options?.pauseOnConnect;
		this.noDelay = !!options?.noDelay;
		this.keepAlive = !!options?.keepAlive;
		this.keepAliveInitialDelay = 0;
		if (listener) this.on('connection', listener);
		Object.defineProperties(this, { _port: { value: null, writable: true }, _address: { value: '0.0.0.0', writable: true } });
	}

	listen(...args) {
		const callback = typeof args[args.length - 1] === 'function' ? args.pop() : undefined;
		const { port, host } = args[0] !== null && typeof args[0] === 'object' ? args[0] : { port: args[0], host: args[1] };
		if (callback) this.once('listening', callback);
		if (typeof host === 'string') this._address = isIP(host) ? host : '127.0.0.1';
		try {
			this._port = require('internal/listeners').add(port, this, this._address);
		} catch (err) {
			if (err.code !== 'EADDRINUSE') throw err;
			tick(() => this.emit('error', err));
			return this;
		}
		queueMicrotask(() => this.emit('listening'));
		return this;
	}

	// _handle is what cloudflare:node calls.
	_handle() { throw new NodeError('ERR_METHOD_NOT_IMPLEMENTED', 'A net.Server does not answer requests'); }

	close(callback) {
		if (callback) this.once('close', callback);
		if (this._port !== null) require('internal/listeners').remove(this._port);
		this._port = null;
		queueMicrotask(() => this.emit('close'));
		return this;
	}

	address() { return this._port === null ? null : { address: this._address, port: this._port, family: isIPv6(this._address) ? 'IPv6' : 'IPv4' }; }
	get listening() { return this._port !== null; }
	getConnections(callback) { queueMicrotask(() => callback(null, 0)); return this; }
	ref() { return this; }
	unref() { return this; }
}

class SocketAddress {
	constructor({ address, port = 0, family = 'ipv4', flowlabel = 0 } = {}) {
		family = String(family).toLowerCase();
		address ??= family === 'ipv6' ? '::' : '127.0.0.1';
		if (isIP(address) !== (family === 'ipv6' ? 6 : 4)) throw new NodeError('ERR_INVALID_ADDRESS', 'Invalid address');
		Object.assign(this, { address, port, family, flowlabel });
	}

	static parse(input) {
		const match = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(input);
		const address = match?.[1] ?? match?.[2];
		if (!match || !isIP(address)) return undefined;
		return new SocketAddress({ address, port: Number(match[3] ?? 0), family: isIPv6(address) ? 'ipv6' : 'ipv4' });
	}

	static isSocketAddress(value) { return value instanceof SocketAddress; }
}

// BlockList: https://nodejs.org/api/net.html#class-netblocklist
class BlockList {
	#rules = [];

	#take(address, family, name = 'address') {
		if (address instanceof SocketAddress) ({ address, family } = address);
		if (typeof address !== 'string') throw ERR_INVALID_ARG_TYPE(name, 'string', address);
		family = String(family).toLowerCase();
		if (isIP(address) !== (family === 'ipv6' ? 6 : 4)) throw new NodeError('ERR_INVALID_ADDRESS', 'Invalid address');
		return { address, family: family === 'ipv6' ? 'IPv6' : 'IPv4' };
	}

	addAddress(address, family = 'ipv4') {
		const one = this.#take(address, family);
		this.#rules.unshift({ text: `Address: ${one.family} ${one.address}`, has: (other) => compare(one.address, other) === 0 });
	}

	addRange(start, end, family = 'ipv4') {
		const a = this.#take(start, family, 'start'), b = this.#take(end, family, 'end');
		if (compare(a.address, b.address) > 0) throw ERR_INVALID_ARG_VALUE('start', start, `must come before ${end}`);
		this.#rules.unshift({ text: `Range: ${a.family} ${a.address}-${b.address}`, has: (other) => compare(a.address, other) <= 0 && compare(other, b.address) <= 0 });
	}

	addSubnet(network, prefix, family = 'ipv4') {
		const one = this.#take(network, family, 'network');
		const most = one.family === 'IPv6' ? 128 : 32;
		if (!(prefix >= 0 && prefix <= most)) throw ERR_OUT_OF_RANGE('prefix', `>= 0 and <= ${most}`, prefix);
		this.#rules.unshift({ text: `Subnet: ${one.family} ${one.address}/${prefix}`, has: (other) => contains(one.address, prefix, other) });
	}

	check(address, family = 'ipv4') {
		const one = this.#take(address, family);
		return this.#rules.some((rule) => rule.has(one.address));
	}

	get rules() { return this.#rules.map((rule) => rule.text).reverse(); }

	static isBlockList(value) { return value instanceof BlockList; }
}

let autoSelect = false, autoSelectTimeout = 10;

module.exports = {
	BlockList, Server, Socket, Stream: Socket, SocketAddress, BoundSocket: Socket, _normalizeArgs, connect: createConnection, createConnection,
	createServer: (options, listener) => new Server(options, listener),
	isIP, isIPv4, isIPv6,
	getDefaultAutoSelectFamily: () => autoSelect,
	setDefaultAutoSelectFamily(value) { autoSelect = !!value; },
	getDefaultAutoSelectFamilyAttemptTimeout: () => autoSelectTimeout,
	setDefaultAutoSelectFamilyAttemptTimeout(value) {
		validateInt32(value, 'val', 1);
		autoSelectTimeout = Math.max(10, value);
	},
};
Object.defineProperties(module.exports, { upgrade: { value: upgrade }, begin: { value: begin } });
