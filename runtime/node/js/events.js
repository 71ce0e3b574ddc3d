// https://nodejs.org/api/events.html
// What only errors need is not loaded before there is one.
const errors = () => require('internal/errors');
const check = () => require('internal/validators');

const kCapture = Symbol('kCapture');
const kErrorMonitor = Symbol('events.errorMonitor');
const kRejection = Symbol.for('nodejs.rejection');
const kMaxTargetListeners = Symbol('events.maxEventTargetListeners');

let defaultMaxListeners = 10;

function checkListener(listener) {
	if (typeof listener !== 'function') throw errors().ERR_INVALID_ARG_TYPE('listener', 'Function', listener);
}

function checkCount(n) {
	if (typeof n !== 'number' || n < 0 || Number.isNaN(n)) throw errors().ERR_OUT_OF_RANGE('n', 'a non-negative number', n);
}

// EventEmitter is a function and not a class: old code calls it, with a this of its own.
function EventEmitter(options) {
	EventEmitter.init.call(this, options);
}

EventEmitter.prototype._events = undefined;
EventEmitter.prototype._eventsCount = 0;
EventEmitter.prototype._maxListeners = undefined;
Object.defineProperty(EventEmitter.prototype, kCapture, { value: false, writable: true, enumerable: false });

EventEmitter.init = function (options) {
	if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
		this._events = Object.create(null);
		this._eventsCount = 0;
	}
	this._maxListeners ??= undefined;
	this.domain = null;
	if (options?.captureRejections) {
		check().validateBoolean(options.captureRejections, 'options.captureRejections');
		this[kCapture] = Boolean(options.captureRejections);
	} else {
		this[kCapture] = EventEmitter.prototype[kCapture];
	}
};

EventEmitter.prototype.setMaxListeners = function setMaxListeners(n) {
	checkCount(n);
	this._maxListeners = n;
	return this;
};

function maxOf(emitter) {
	return emitter._maxListeners === undefined ? defaultMaxListeners : emitter._maxListeners;
}

EventEmitter.prototype.getMaxListeners = function getMaxListeners() {
	return maxOf(this);
};

// call calls one listener; the rejection of what it returns goes to the emitter, if that is asked for.
function call(emitter, listener, type, args) {
	const result = Reflect.apply(listener, emitter, args);
	if (emitter[kCapture] && result !== undefined && result !== null) capture(emitter, result, type, args);
}

function capture(emitter, promise, type, args) {
	let then;
	try {
		then = promise.then;
		if (typeof then === 'function') {
			then.call(promise, undefined, (error) => {
				require('process').nextTick(rejected, emitter, error, type, args);
			});
		}
	} catch (error) {
		emitter.emit('error', error);
	}
}

function rejected(emitter, error, type, args) {
	if (typeof emitter[kRejection] === 'function') {
		emitter[kRejection](error, type, ...args);
		return;
	}
	// What the listeners of error do must not be captured again.
	const previous = emitter[kCapture];
	try {
		emitter[kCapture] = false;
		emitter.emit('error', error);
	} finally {
		emitter[kCapture] = previous;
	}
}

EventEmitter.prototype.emit = function emit(type, ...args) {
	const events = this._events;
	if (type === 'error') {
		if (events?.[kErrorMonitor] !== undefined) this.emit(kErrorMonitor, ...args);
		if (events?.error === undefined) {
			const error = args[0];
			if (error instanceof Error) throw error;
			let shown;
			try {
				shown = require('util').inspect(error);
			} catch {
				shown = error;
			}
			throw new (errors().NodeError)('ERR_UNHANDLED_ERROR', `Unhandled error. (${shown})`, { context: error });
		}
	}
	const listeners = events?.[type];
	if (listeners === undefined) return false;
	if (typeof listeners === 'function') {
		call(this, listeners, type, args);
	} else {
		const list = listeners.slice();
		for (let i = 0; i < list.length; i++) call(this, list[i], type, args);
	}
	return true;
};

function add(emitter, type, listener, first) {
	checkListener(listener);
	let events = emitter._events;
	if (events === undefined) {
		events = emitter._events = Object.create(null);
		emitter._eventsCount = 0;
	} else if (events.newListener !== undefined) {
		emitter.emit('newListener', type, listener.listener ?? listener);
		events = emitter._events;
	}
	const existing = events[type];
	if (existing === undefined) {
		events[type] = listener;
		emitter._eventsCount++;
		return emitter;
	}
	let list = existing;
	if (typeof existing === 'function') list = events[type] = first ? [listener, existing] : [existing, listener];
	else if (first) list.unshift(listener);
	else list.push(listener);
	const most = maxOf(emitter);
	if (most > 0 && list.length > most && !list.warned) {
		list.warned = true;
		const warning = new Error(`Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners added to ` +
			`${require('util').inspect(emitter, { depth: -1 })}. MaxListeners is ${most}. Use emitter.setMaxListeners() to increase limit`);
		Object.assign(warning, { name: 'MaxListenersExceededWarning', emitter, type, count: list.length });
		globalThis.console.warn(warning);
	}
	return emitter;
}

EventEmitter.prototype.addListener = function addListener(type, listener) {
	return add(this, type, listener, false);
};
EventEmitter.prototype.on = EventEmitter.prototype.addListener;

EventEmitter.prototype.prependListener = function prependListener(type, listener) {
	return add(this, type, listener, true);
};

// onceWrapper is what is registered for a listener that is called once, bound to what it needs to know.
function onceWrapper(...args) {
	if (this.fired) return undefined;
	this.emitter.removeListener(this.type, this.wrapper);
	this.fired = true;
	return Reflect.apply(this.listener, this.emitter, args);
}

function wrapOnce(emitter, type, listener) {
	const state = { fired: false, wrapper: undefined, emitter, type, listener };
	state.wrapper = onceWrapper.bind(state);
	state.wrapper.listener = listener;
	return state.wrapper;
}

EventEmitter.prototype.once = function once(type, listener) {
	checkListener(listener);
	this.on(type, wrapOnce(this, type, listener));
	return this;
};

EventEmitter.prototype.prependOnceListener = function prependOnceListener(type, listener) {
	checkListener(listener);
	this.prependListener(type, wrapOnce(this, type, listener));
	return this;
};

EventEmitter.prototype.removeListener = function removeListener(type, listener) {
	checkListener(listener);
	const events = this._events;
	const listeners = events?.[type];
	if (listeners === undefined) return this;
	let removed;
	if (listeners === listener || listeners.listener === listener) {
		removed = listeners;
		forget(this, type);
	} else if (typeof listeners !== 'function') {
		for (let i = listeners.length - 1; i >= 0; i--) {
			if (listeners[i] === listener || listeners[i].listener === listener) {
				removed = listeners[i];
				listeners.splice(i, 1);
				if (listeners.length === 1) events[type] = listeners[0];
				break;
			}
		}
	}
	if (removed !== undefined && this._events.removeListener !== undefined) this.emit('removeListener', type, removed.listener ?? listener);
	return this;
};
EventEmitter.prototype.off = EventEmitter.prototype.removeListener;

function forget(emitter, type) {
	if (--emitter._eventsCount === 0) emitter._events = Object.create(null);
	else delete emitter._events[type];
}

EventEmitter.prototype.removeAllListeners = function removeAllListeners(type) {
	const events = this._events;
	if (events === undefined) return this;
	if (events.removeListener === undefined) {
		if (arguments.length === 0) {
			this._events = Object.create(null);
			this._eventsCount = 0;
		} else if (events[type] !== undefined) {
			forget(this, type);
		}
		return this;
	}
	if (arguments.length === 0) {
		for (const key of Reflect.ownKeys(events)) {
			if (key !== 'removeListener') this.removeAllListeners(key);
		}
		this.removeAllListeners('removeListener');
		this._events = Object.create(null);
		this._eventsCount = 0;
		return this;
	}
	const listeners = events[type];
	if (typeof listeners === 'function') this.removeListener(type, listeners);
	else if (listeners !== undefined) for (const listener of listeners.slice().reverse()) this.removeListener(type, listener);
	return this;
};

function listenersOf(emitter, type, unwrap) {
	const listeners = emitter._events?.[type];
	if (listeners === undefined) return [];
	const list = typeof listeners === 'function' ? [listeners] : listeners.slice();
	return unwrap ? list.map((l) => l.listener ?? l) : list;
}

EventEmitter.prototype.listeners = function listeners(type) {
	return listenersOf(this, type, true);
};

EventEmitter.prototype.rawListeners = function rawListeners(type) {
	return listenersOf(this, type, false);
};

EventEmitter.prototype.listenerCount = function listenerCount(type, listener) {
	const list = listenersOf(this, type, false);
	return listener == null ? list.length : list.filter((l) => l === listener || l.listener === listener).length;
};

EventEmitter.prototype.eventNames = function eventNames() {
	return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : [];
};

function isTarget(value) {
	return typeof value?.addEventListener === 'function';
}

// listen adds a listener to an emitter or an event target.
function listen(emitter, name, listener, flags) {
	if (typeof emitter.on === 'function') {
		if (flags?.once) emitter.once(name, listener);
		else emitter.on(name, listener);
	} else if (isTarget(emitter)) {
		emitter.addEventListener(name, listener, flags);
	} else {
		throw errors().ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
	}
}

function unlisten(emitter, name, listener, flags) {
	if (typeof emitter.removeListener === 'function') emitter.removeListener(name, listener);
	else if (isTarget(emitter)) emitter.removeEventListener(name, listener, flags);
	else throw errors().ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
}

// once is a promise of the arguments of the next event.
async function once(emitter, name, options = {}) {
	const signal = options?.signal;
	if (signal !== undefined) check().validateAbortSignal(signal, 'options.signal');
	if (signal?.aborted) throw new (errors().AbortError)(undefined, { cause: signal.reason });
	return new Promise((resolve, reject) => {
		const failed = (error) => {
			unlisten(emitter, name, happened);
			if (signal) signal.removeEventListener('abort', aborted);
			reject(error);
		};
		const happened = (...args) => {
			if (typeof emitter.removeListener === 'function') emitter.removeListener('error', failed);
			if (signal) signal.removeEventListener('abort', aborted);
			resolve(args);
		};
		const aborted = () => {
			unlisten(emitter, name, happened);
			if (typeof emitter.removeListener === 'function') emitter.removeListener('error', failed);
			reject(new (errors().AbortError)(undefined, { cause: signal.reason }));
		};
		listen(emitter, name, happened, { once: true });
		if (name !== 'error' && typeof emitter.once === 'function') emitter.once('error', failed);
		if (signal) signal.addEventListener('abort', aborted, { once: true });
	});
}

// on is an async iterator over the arguments of each event.
function on(emitter, name, options = {}) {
	const signal = options?.signal;
	if (signal !== undefined) check().validateAbortSignal(signal, 'options.signal');
	if (signal?.aborted) throw new (errors().AbortError)(undefined, { cause: signal.reason });
	const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
	const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
	const events = [], waiting = [];
	let failure, finished = false, paused = false;
	const happened = (...args) => {
		const next = waiting.shift();
		if (next) {
			next.resolve({ value: args, done: false });
			return;
		}
		events.push(args);
		if (!paused && events.length > high && typeof emitter.pause === 'function') {
			paused = true;
			emitter.pause();
		}
	};
	const failed = (error) => {
		const next = waiting.shift();
		if (next) next.reject(error);
		else failure = { error };
		iterator.return();
	};
	const aborted = () => failed(new (errors().AbortError)(undefined, { cause: signal.reason }));
	const closed = () => iterator.return();
	const iterator = {
		next() {
			if (events.length > 0) {
				const value = events.shift();
				if (paused && events.length < low) {
					paused = false;
					emitter.resume();
				}
				return Promise.resolve({ value, done: false });
			}
			if (failure) {
				const { error } = failure;
				failure = undefined;
				return Promise.reject(error);
			}
			if (finished) return Promise.resolve({ value: undefined, done: true });
			return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
		},
		return() {
			if (!finished) {
				finished = true;
				unlisten(emitter, name, happened);
				if (typeof emitter.removeListener === 'function') {
					if (name !== 'error') emitter.removeListener('error', failed);
					for (const event of options.close ?? []) emitter.removeListener(event, closed);
				}
				if (signal) signal.removeEventListener('abort', aborted);
				for (const next of waiting.splice(0)) next.resolve({ value: undefined, done: true });
			}
			return Promise.resolve({ value: undefined, done: true });
		},
		throw(error) {
			if (!(error instanceof Error)) throw errors().ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', error);
			failed(error);
		},
		[Symbol.asyncIterator]() {
			return this;
		},
	};
	listen(emitter, name, happened);
	if (typeof emitter.on === 'function') {
		if (name !== 'error') emitter.on('error', failed);
		for (const event of options.close ?? []) emitter.on(event, closed);
	}
	if (signal) signal.addEventListener('abort', aborted, { once: true });
	return iterator;
}

// Event targets do not say who listens to them, so there is nothing to list.
function getEventListeners(emitter, type) {
	if (typeof emitter?.listeners === 'function') return emitter.listeners(type);
	if (isTarget(emitter)) return [];
	throw errors().ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitter);
}

function getMaxListeners(emitter) {
	if (typeof emitter?.getMaxListeners === 'function') return maxOf(emitter);
	if (isTarget(emitter)) return emitter[kMaxTargetListeners] ?? defaultMaxListeners;
	throw errors().ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitter);
}

function setMaxListeners(n = defaultMaxListeners, ...targets) {
	checkCount(n);
	if (targets.length === 0) defaultMaxListeners = n;
	for (const target of targets) {
		if (isTarget(target)) Object.defineProperty(target, kMaxTargetListeners, { value: n, writable: true, configurable: true });
		else if (typeof target?.setMaxListeners === 'function') target.setMaxListeners(n);
		else throw errors().ERR_INVALID_ARG_TYPE('eventTargets', ['EventEmitter', 'EventTarget'], target);
	}
}

function listenerCount(emitter, type) {
	if (typeof emitter.listenerCount === 'function') return emitter.listenerCount(type);
	return EventEmitter.prototype.listenerCount.call(emitter, type);
}

function addAbortListener(signal, listener) {
	if (signal === undefined) throw errors().ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
	check().validateAbortSignal(signal, 'signal');
	check().validateFunction(listener, 'listener');
	let remove;
	if (signal.aborted) {
		queueMicrotask(() => listener());
	} else {
		signal.addEventListener('abort', listener, { once: true });
		remove = () => signal.removeEventListener('abort', listener);
	}
	return Object.assign(Object.create(null), {
		[Symbol.dispose]() {
			remove?.();
		},
	});
}

// makeResource makes the class EventEmitterAsyncResource when somebody asks for it.
function makeResource() {
	const { AsyncResource } = require('async_hooks');
	return class EventEmitterAsyncResource extends EventEmitter {
		#resource;
		constructor(options) {
			let name = new.target.name;
			if (typeof options === 'string') {
				name = options;
				options = undefined;
			} else {
				name = options?.name ?? name;
			}
			super(options);
			this.#resource = new AsyncResource(name, options);
		}
		emit(...args) {
			return this.#resource.runInAsyncScope(super.emit, this, ...args);
		}
		emitDestroy() {
			this.#resource.emitDestroy();
		}
		get asyncId() {
			return this.#resource.asyncId();
		}
		get triggerAsyncId() {
			return this.#resource.triggerAsyncId();
		}
		get asyncResource() {
			return this.#resource;
		}
	};
}

let resource;

Object.assign(EventEmitter, {
	on, once, getEventListeners, getMaxListeners, setMaxListeners, listenerCount, EventEmitter, usingDomains: false,
	captureRejectionSymbol: kRejection, errorMonitor: kErrorMonitor, addAbortListener,
});
Object.defineProperties(EventEmitter, {
	EventEmitterAsyncResource: {
		configurable: true, enumerable: true,
		get() {
			return resource ??= makeResource();
		},
	},
	captureRejections: {
		configurable: true, enumerable: true,
		get() {
			return EventEmitter.prototype[kCapture];
		},
		set(value) {
			check().validateBoolean(value, 'EventEmitter.captureRejections');
			EventEmitter.prototype[kCapture] = value;
		},
	},
	defaultMaxListeners: {
		configurable: true, enumerable: true,
		get() {
			return defaultMaxListeners;
		},
		set(value) {
			if (typeof value !== 'number' || value < 0 || Number.isNaN(value)) throw errors().ERR_OUT_OF_RANGE('defaultMaxListeners', 'a non-negative number', value);
			defaultMaxListeners = value;
		},
	},
});

module.exports = EventEmitter;
