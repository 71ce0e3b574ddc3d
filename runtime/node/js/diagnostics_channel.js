// https://nodejs.org/api/diagnostics_channel.html
const { ERR_INVALID_ARG_TYPE } = require('internal/errors');

const channels = new Map();

function checkFunction(fn, name) {
	if (typeof fn !== 'function') throw new TypeError(`Failed to execute '${name}' on 'Channel': parameter 1 is not of type 'function'.`);
}

class Channel {
	#name;
	#subscribers = [];
	#stores = new Map();

	constructor(name) {
		this.#name = name;
	}
	get hasSubscribers() {
		return this.#subscribers.length > 0 || this.#stores.size > 0;
	}
	subscribe(subscriber) {
		checkFunction(subscriber, 'subscribe');
		this.#subscribers = [...this.#subscribers, subscriber];
	}
	unsubscribe(subscriber) {
		checkFunction(subscriber, 'unsubscribe');
		const i = this.#subscribers.indexOf(subscriber);
		if (i >= 0) this.#subscribers = this.#subscribers.filter((_, j) => j !== i);
	}
	publish(message) {
		native.published(this.#name, message);
		for (const subscriber of this.#subscribers) {
			try {
				subscriber(message, this.#name);
			} catch (error) {
				reportError(error);
			}
		}
	}
	bindStore(store, transform) {
		this.#stores.set(store, transform);
	}
	unbindStore(store) {
		this.#stores.delete(store);
	}
	runStores(message, fn, self, ...args) {
		let run = () => {
			this.publish(message);
			return Reflect.apply(fn, self, args);
		};
		for (const [store, transform] of this.#stores) {
			const inner = run;
			run = () => {
				let value = message;
				if (typeof transform === 'function') {
					try {
						value = transform(message);
					} catch (error) {
						reportError(error);
						return inner();
					}
				}
				return store.run(value, inner);
			};
		}
		return run();
	}
}

function channel(name) {
	if (typeof name !== 'symbol') name = `${name}`;
	let found = channels.get(name);
	if (found === undefined) channels.set(name, found = new Channel(name));
	return found;
}

const [kStart, kEnd, kAsyncStart, kAsyncEnd, kError] = ['kStart', 'kEnd', 'kAsyncStart', 'kAsyncEnd', 'kError'].map((name) => Symbol(name));
const events = [['start', kStart], ['end', kEnd], ['asyncStart', kAsyncStart], ['asyncEnd', kAsyncEnd], ['error', kError]];

class TracingChannel {
	get start() {
		return this[kStart];
	}
	get end() {
		return this[kEnd];
	}
	get asyncStart() {
		return this[kAsyncStart];
	}
	get asyncEnd() {
		return this[kAsyncEnd];
	}
	get error() {
		return this[kError];
	}
	get hasSubscribers() {
		return events.some(([, key]) => this[key]?.hasSubscribers);
	}
	subscribe(handlers) {
		for (const [name, key] of events) if (handlers[name]) this[key]?.subscribe(handlers[name]);
	}
	unsubscribe(handlers) {
		for (const [name, key] of events) if (handlers[name]) this[key]?.unsubscribe(handlers[name]);
	}
	traceSync(fn, context = {}, self, ...args) {
		return this.start.runStores(context, () => {
			try {
				const result = Reflect.apply(fn, self, args);
				context.result = result;
				return result;
			} catch (error) {
				context.error = error;
				this.error.publish(context);
				throw error;
			} finally {
				this.end.publish(context);
			}
		});
	}
	tracePromise(fn, context = {}, self, ...args) {
		const settled = (value) => {
			context.result = value;
			this.asyncStart.publish(context);
			this.asyncEnd.publish(context);
			return value;
		};
		const rejected = (error) => {
			context.error = error;
			this.error.publish(context);
			this.asyncStart.publish(context);
			this.asyncEnd.publish(context);
			return Promise.reject(error);
		};
		return this.start.runStores(context, () => {
			try {
				let promise = Reflect.apply(fn, self, args);
				if (!(promise instanceof Promise)) promise = Promise.resolve(promise);
				return promise.then(settled, rejected);
			} catch (error) {
				context.error = error;
				this.error.publish(context);
				throw error;
			} finally {
				this.end.publish(context);
			}
		});
	}
	traceCallback(fn, position = -1, context = {}, self, ...args) {
		const at = position < 0 ? args.length + position : position;
		const callback = args[at];
		if (typeof callback !== 'function') throw ERR_INVALID_ARG_TYPE('callback', 'Function', callback);
		const channel = this;
		args[at] = function (...outcome) {
			const [error, result] = outcome;
			if (error) {
				context.error = error;
				channel.error.publish(context);
			} else {
				context.result = result;
			}
			return channel.asyncStart.runStores(context, () => {
				try {
					return Reflect.apply(callback, this, outcome);
				} finally {
					channel.asyncEnd.publish(context);
				}
			});
		};
		return this.start.runStores(context, () => {
			try {
				return Reflect.apply(fn, self, args);
			} catch (error) {
				context.error = error;
				this.error.publish(context);
				throw error;
			} finally {
				this.end.publish(context);
			}
		});
	}
}

function tracingChannel(nameOrChannels) {
	const tracing = new TracingChannel();
	if (typeof nameOrChannels === 'string') {
		for (const [name, key] of events) tracing[key] = channel(`tracing:${nameOrChannels}:${name}`);
	} else {
		if (typeof nameOrChannels !== 'object' || nameOrChannels === null) throw ERR_INVALID_ARG_TYPE('channels', 'object', nameOrChannels);
		for (const [name, key] of events) tracing[key] = nameOrChannels[name];
	}
	return tracing;
}

module.exports = {
	Channel,
	channel,
	hasSubscribers: (name) => channel(name).hasSubscribers,
	subscribe: (name, subscriber) => channel(name).subscribe(subscriber),
	unsubscribe: (name, subscriber) => channel(name).unsubscribe(subscriber),
	tracingChannel,
};
Object.defineProperty(module.exports, 'TracingChannel', { value: TracingChannel, configurable: true, writable: true });
