// https://nodejs.org/api/async_context.html. As in Workers, there are no asynchronous ids and hooks are never called.
native.track();

function checkFunction(value, what, parameter, type = 'Function') {
	if (typeof value !== 'function') throw new TypeError(`Failed to execute '${what}': parameter ${parameter} is not of type '${type}'.`);
}

class AsyncLocalStorage {
	#fallback;
	#name;

	constructor(options = undefined) {
		this.#fallback = options?.defaultValue;
		this.#name = options?.name === undefined ? '' : String(options.name);
	}
	static bind(fn) {
		checkFunction(fn, "bind' on 'AsyncLocalStorage", 1);
		const run = native.capture();
		return function (...args) {
			return run(fn, this, ...args);
		};
	}
	static snapshot() {
		const run = native.capture();
		return function (fn, ...args) {
			return run(fn, this, ...args);
		};
	}
	get name() {
		return this.#name;
	}
	run(store, callback, ...args) {
		checkFunction(callback, "run' on 'AsyncLocalStorage", 2, 'function');
		// A stored undefined is none to the loop, so it is stored in a box.
		return native.run(this, { store }, callback, undefined, ...args);
	}
	exit(callback, ...args) {
		checkFunction(callback, "exit' on 'AsyncLocalStorage", 1, 'function');
		return native.exit(this, callback, undefined, ...args);
	}
	getStore() {
		const box = native.get(this);
		return box === undefined ? this.#fallback : box.store;
	}
	enterWith() {
		throw new Error('asyncLocalStorage.enterWith() is not implemented');
	}
	disable() {
		throw new Error('asyncLocalStorage.disable() is not implemented');
	}
}

class AsyncResource {
	#run = native.capture();

	constructor(type, options = undefined) {
		void type;
		void options;
	}
	static bind(fn, type, self) {
		checkFunction(fn, "bind' on 'AsyncResource", 1);
		return new AsyncResource(type).bind(fn, self);
	}
	bind(fn, self) {
		checkFunction(fn, "bind' on 'AsyncResource", 1);
		const run = this.#run;
		const bound = function (...args) {
			return run(fn, self === undefined ? this : self, ...args);
		};
		return Object.defineProperty(bound, 'asyncResource', { value: this, configurable: true, enumerable: true, writable: true });
	}
	runInAsyncScope(fn, self, ...args) {
		return this.#run(fn, self, ...args);
	}
	asyncId() {
		return 0;
	}
	triggerAsyncId() {
		return 0;
	}
	emitDestroy() {}
}

class AsyncHook {
	enable() {
		return this;
	}
	disable() {
		return this;
	}
}

const providers = `NONE DIRHANDLE DNSCHANNEL ELDHISTOGRAM FILEHANDLE FILEHANDLECLOSEREQ BLOBREADER FSEVENTWRAP FSREQCALLBACK FSREQPROMISE
	GETADDRINFOREQWRAP GETNAMEINFOREQWRAP HEAPSNAPSHOT HTTP2SESSION HTTP2STREAM HTTP2PING HTTP2SETTINGS HTTPINCOMINGMESSAGE
	HTTPCLIENTREQUEST LOCKS JSSTREAM JSUDPWRAP MESSAGEPORT PIPECONNECTWRAP PIPESERVERWRAP PIPEWRAP PROCESSWRAP PROMISE QUERYWRAP
	QUIC_ENDPOINT QUIC_LOGSTREAM QUIC_SESSION QUIC_STREAM QUIC_UDP SHUTDOWNWRAP SIGNALWRAP STATWATCHER STREAMPIPE TCPCONNECTWRAP
	TCPSERVERWRAP TCPWRAP TTYWRAP UDPSENDWRAP UDPWRAP SIGINTWATCHDOG WORKER WORKERCPUPROFILE WORKERCPUUSAGE WORKERHEAPPROFILE
	WORKERHEAPSNAPSHOT WORKERHEAPSTATISTICS WRITEWRAP ZLIB CHECKPRIMEREQUEST PBKDF2REQUEST KEYPAIRGENREQUEST KEYGENREQUEST
	KEYEXPORTREQUEST ARGON2REQUEST CIPHERREQUEST DERIVEBITSREQUEST HASHREQUEST RANDOMBYTESREQUEST RANDOMPRIMEREQUEST SCRYPTREQUEST
	SIGNREQUEST TLSWRAP VERIFYREQUEST QUIC_PACKET`;

module.exports = {
	AsyncLocalStorage,
	AsyncResource,
	createHook: () => new AsyncHook(),
	executionAsyncId: () => 0,
	triggerAsyncId: () => 0,
	executionAsyncResource: () => Object.create(null),
	get asyncWrapProviders() { return Object.fromEntries(providers.split(/\s+/).map((name) => [name, 0])); },
};
