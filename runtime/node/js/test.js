// https://nodejs.org/api/test.html#mocking: of the test runner, Workers have the mocks.
class MockFunctionContext {
	#calls = [];
	#original;
	#implementation;
	#next = new Map();

	constructor(original, implementation) {
		this.#original = original;
		this.#implementation = implementation;
	}
	get calls() {
		return this.#calls.slice();
	}
	callCount() {
		return this.#calls.length;
	}
	resetCalls() {
		this.#calls = [];
	}
	mockImplementation(implementation) {
		this.#implementation = implementation;
	}
	mockImplementationOnce(implementation, onCall = this.#calls.length) {
		this.#next.set(onCall, implementation);
	}
	restore() {
		this.#implementation = this.#original;
	}
	implementation() {
		const n = this.#calls.length;
		const once = this.#next.get(n);
		this.#next.delete(n);
		return once ?? this.#implementation;
	}
	record(call) {
		this.#calls.push(call);
	}
}

function mocked(original, implementation) {
	const context = new MockFunctionContext(original, implementation);
	const invoke = (target, self, args, construct) => {
		const call = { arguments: args, error: undefined, result: undefined, stack: new Error(), target: construct, this: self };
		try {
			const fn = context.implementation();
			call.result = construct ? Reflect.construct(fn, args, construct) : Reflect.apply(fn, self, args);
			if (construct) call.this = call.result;
			return call.result;
		} catch (error) {
			call.error = error;
			throw error;
		} finally {
			context.record(call);
		}
	};
	return new Proxy(original, {
		apply: (target, self, args) => invoke(target, self, args),
		construct: (target, args, newTarget) => invoke(target, undefined, args, newTarget),
		get: (target, key, receiver) => (key === 'mock' ? context : Reflect.get(target, key, receiver)),
	});
}

class MockTracker {
	#restores = [];

	fn(original = function original() {}, implementation = original) {
		if (typeof implementation !== 'function') implementation = original;
		return mocked(original, implementation);
	}
	method(object, name, implementation) {
		const descriptor = Object.getOwnPropertyDescriptor(object, name);
		const original = object[name];
		const mock = mocked(original, typeof implementation === 'function' ? implementation : original);
		Object.defineProperty(object, name, { value: mock, configurable: true, writable: true, enumerable: descriptor?.enumerable ?? true });
		const restore = () => {
			if (descriptor) Object.defineProperty(object, name, descriptor);
			else delete object[name];
		};
		this.#restores.push(restore);
		mock.mock.restore = restore;
		return mock;
	}
	getter(object, name, implementation) {
		return this.#accessor(object, name, 'get', implementation);
	}
	setter(object, name, implementation) {
		return this.#accessor(object, name, 'set', implementation);
	}
	#accessor(object, name, kind, implementation) {
		const descriptor = Object.getOwnPropertyDescriptor(object, name);
		const original = descriptor?.[kind];
		const mock = mocked(original, typeof implementation === 'function' ? implementation : original);
		Object.defineProperty(object, name, { ...descriptor, [kind]: mock, configurable: true });
		this.#restores.push(() => Object.defineProperty(object, name, descriptor));
		return mock;
	}
	reset() {
		this.restoreAll();
	}
	restoreAll() {
		for (const restore of this.#restores.splice(0)) restore();
	}
}

module.exports = { MockFunctionContext, MockTracker, mock: new MockTracker() };
