// https://nodejs.org/api/timers.html#timers-promises-api
const timers = require('timers');
const { AbortError } = require('internal/errors');
const { validateNumber, validateObject, validateAbortSignal, validateBoolean } = require('internal/validators');

function check(delay, options) {
	if (delay !== undefined) validateNumber(delay, 'delay');
	validateObject(options, 'options');
	validateAbortSignal(options.signal, 'options.signal');
	if (options.ref !== undefined) validateBoolean(options.ref, 'options.ref');
	if (options.signal?.aborted) throw new AbortError(undefined, { cause: options.signal.reason });
}

// wait is a promise that start resolves later, unless the signal comes first.
function wait(start, stop, signal) {
	return new Promise((resolve, reject) => {
		const aborted = () => {
			stop(timer);
			reject(new AbortError(undefined, { cause: signal.reason }));
		};
		const timer = start((value) => {
			signal?.removeEventListener('abort', aborted);
			resolve(value);
		});
		signal?.addEventListener('abort', aborted, { once: true });
	});
}

async function setTimeout(delay, value, options = {}) {
	check(delay, options);
	return wait((done) => timers.setTimeout(() => done(value), delay), timers.clearTimeout, options.signal);
}

async function setImmediate(value, options = {}) {
	check(undefined, options);
	return wait((done) => timers.setImmediate(() => done(value)), timers.clearImmediate, options.signal);
}

// setInterval is an async iterator that gives a value for each time that has passed.
function setInterval(delay, value, options = {}) {
	const { signal } = options;
	let due = 0, waiting, failure, finished = false, timer;
	const settle = () => {
		if (!waiting) return;
		const { resolve, reject } = waiting;
		if (failure) {
			waiting = undefined;
			reject(failure);
		} else if (finished) {
			waiting = undefined;
			resolve({ value: undefined, done: true });
		} else if (due > 0) {
			due--;
			waiting = undefined;
			resolve({ value, done: false });
		}
	};
	const finish = () => {
		finished = true;
		timers.clearInterval(timer);
		signal?.removeEventListener('abort', aborted);
		settle();
	};
	const aborted = () => {
		failure = new AbortError(undefined, { cause: signal.reason });
		finish();
	};
	try {
		check(delay, options);
		timer = timers.setInterval(() => {
			due++;
			settle();
		}, delay);
		signal?.addEventListener('abort', aborted, { once: true });
	} catch (error) {
		failure = error;
	}
	return {
		next: () => new Promise((resolve, reject) => {
			waiting = { resolve, reject };
			settle();
		}),
		async return() {
			finish();
			return { value: undefined, done: true };
		},
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}

const kScheduler = Symbol('kScheduler');

class Scheduler {
	constructor() {
		this[kScheduler] = true;
	}
	wait(delay, options) {
		return setTimeout(delay, undefined, options === undefined ? undefined : { signal: options.signal });
	}
	yield() {
		return setImmediate();
	}
}

module.exports = { setTimeout, setImmediate, setInterval, scheduler: new Scheduler() };
