// The methods of readable streams that are like those of arrays: https://nodejs.org/api/stream.html#readablemapfn-options
const { NodeTypeError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, AbortError } = require('internal/errors');
const { validateInteger, validateObject, validateAbortSignal } = require('internal/validators');
const { isNode, isWritable } = require('internal/streams/lifecycle');

const empty = Symbol('nothing came of it');

// derive makes a stream of an iterator's steps; begin gets the source's iterator and returns a function that yields.
function derive(source, begin) {
	const Readable = require('internal/streams/readable');
	return Readable.from({
		[Symbol.asyncIterator]() {
			const iterator = source[Symbol.asyncIterator]();
			const step = begin(iterator);
			let over = false;
			const stop = async (value) => {
				if (!over) await iterator.return?.();
				over = true;
				return { value, done: true };
			};
			return {
				async next() {
					if (over) return { value: undefined, done: true };
					try {
						const result = await step();
						if (result.done) await stop();
						return result;
					} catch (err) {
						await stop();
						throw err;
					}
				},
				return: stop,
				[Symbol.asyncIterator]() { return this; },
			};
		},
	});
}

function checkFunction(fn) {
	if (typeof fn !== 'function') throw ERR_INVALID_ARG_TYPE('fn', ['Function', 'AsyncFunction'], fn);
}

function check(options) {
	if (options != null) validateObject(options, 'options');
	validateAbortSignal(options?.signal, 'options.signal');
}

const aborted = (signal) => new AbortError(undefined, { cause: signal.reason });

// map calls fn for several chunks at a time and yields the results in order.
function map(fn, options) {
	checkFunction(fn);
	check(options);
	const concurrency = Math.floor(options?.concurrency ?? 1);
	const mark = Math.floor(options?.highWaterMark ?? concurrency - 1) + concurrency;
	validateInteger(concurrency, 'options.concurrency', 1);
	validateInteger(mark - concurrency, 'options.highWaterMark', 0);
	const controller = new AbortController();
	const outer = options?.signal;
	if (outer) {
		if (outer.aborted) controller.abort(outer.reason);
		else outer.addEventListener('abort', () => controller.abort(outer.reason), { once: true });
	}
	const { signal } = controller;
	return derive(this, (iterator) => {
		const queue = []; // promises of results, in order
		let running = 0, ended = false, filling = null, wake = [];
		const rouse = () => {
			const list = wake;
			wake = [];
			for (const resolve of list) resolve();
		};
		const changed = () => new Promise((resolve) => wake.push(resolve));
		async function fill() {
			try {
				for (;;) {
					const { value, done } = await iterator.next();
					if (done) break;
					if (signal.aborted) throw aborted(signal);
					let result;
					try {
						result = fn(value, { signal });
						if (result === empty) continue;
						result = Promise.resolve(result);
					} catch (err) {
						result = Promise.reject(err);
					}
					running++;
					const settled = () => {
						running--;
						rouse();
					};
					result.then(settled, settled);
					queue.push(result);
					rouse();
					while (running >= concurrency || queue.length >= mark) await changed();
				}
			} catch (err) {
				const failed = Promise.reject(err);
				failed.catch(() => {});
				queue.push(failed);
			}
			ended = true;
			rouse();
		}
		let given = false; // the first of the queue; it keeps its place there until more is asked for
		const leave = () => {
			given = false;
			queue.shift();
			rouse();
		};
		return async () => {
			filling ??= fill();
			if (given) leave();
			for (;;) {
				while (queue.length > 0) {
					const value = await queue[0];
					if (signal.aborted) throw aborted(signal);
					given = true;
					if (value !== empty) return { value, done: false };
					leave();
				}
				if (ended) return { value: undefined, done: true };
				await changed();
			}
		};
	});
}

function filter(fn, options) {
	checkFunction(fn);
	return map.call(this, async (value, o) => await fn(value, o) ? value : empty, options);
}

function flatMap(fn, options) {
	const values = map.call(this, fn, options);
	return derive(values, (iterator) => {
		let inner = null;
		return async () => {
			for (;;) {
				if (!inner) {
					const { value, done } = await iterator.next();
					if (done) return { value: undefined, done: true };
					inner = value[Symbol.asyncIterator]?.() ?? value[Symbol.iterator]();
				}
				const { value, done } = await inner.next();
				if (!done) return { value, done: false };
				inner = null;
			}
		};
	});
}

function count(number) {
	number = Number(number);
	if (Number.isNaN(number)) return 0;
	if (number < 0) throw ERR_OUT_OF_RANGE('number', '>= 0', number);
	return number;
}

function take(number, options) {
	check(options);
	number = count(number);
	return derive(this, (iterator) => {
		let left = number;
		return async () => {
			if (options?.signal?.aborted) throw aborted(options.signal);
			if (left-- <= 0) return { value: undefined, done: true };
			const result = await iterator.next();
			if (left <= 0 && !result.done) await iterator.return?.();
			return result;
		};
	});
}

function drop(number, options) {
	check(options);
	number = count(number);
	return derive(this, (iterator) => {
		let left = number;
		return async () => {
			for (;;) {
				if (options?.signal?.aborted) throw aborted(options.signal);
				const result = await iterator.next();
				if (result.done || left-- <= 0) return result;
			}
		};
	});
}

function asIndexedPairs(options) {
	check(options);
	return derive(this, (iterator) => {
		let index = 0;
		return async () => {
			const { value, done } = await iterator.next();
			return done ? { value, done } : { value: [index++, value], done };
		};
	});
}

function compose(stream, options) {
	if (options != null) validateObject(options, 'options');
	if (isNode(stream) && !isWritable(stream)) throw ERR_INVALID_ARG_VALUE('stream', stream, 'must be writable');
	const composed = require('internal/streams/compose').compose(this, stream);
	if (options?.signal) require('internal/streams/abort').addAbortSignal(options.signal, composed);
	return composed;
}

// visit calls fn with each value until it returns true.
async function visit(stream, options, fn) {
	const iterator = stream[Symbol.asyncIterator]();
	for (;;) {
		if (options?.signal?.aborted) {
			const err = aborted(options.signal);
			stream.once('error', () => {});
			stream.destroy(err);
			throw err;
		}
		const { value, done } = await iterator.next();
		if (done) return;
		let stop;
		try {
			stop = await fn(value);
		} catch (err) {
			await iterator.return();
			throw err;
		}
		if (stop === true) {
			await iterator.return();
			return;
		}
	}
}

async function toArray(options) {
	check(options);
	const list = [];
	await visit(this, options, (value) => { list.push(value); });
	return list;
}

async function forEach(fn, options) {
	checkFunction(fn);
	const done = map.call(this, async (value, o) => {
		await fn(value, o);
		return empty;
	}, options);
	await visit(done, undefined, () => {});
}

async function some(fn, options) {
	checkFunction(fn);
	let found = false;
	await visit(filter.call(this, fn, options), undefined, () => found = true);
	return found;
}

async function every(fn, options) {
	checkFunction(fn);
	return !await some.call(this, async (...args) => !await fn(...args), options);
}

async function find(fn, options) {
	let found;
	await visit(filter.call(this, fn, options), undefined, (value) => {
		found = value;
		return true;
	});
	return found;
}

async function reduce(fn, initial, options) {
	if (typeof fn !== 'function') throw ERR_INVALID_ARG_TYPE('reducer', ['Function', 'AsyncFunction'], fn);
	check(options);
	let value = initial, begun = arguments.length > 1;
	await visit(this, options, async (next) => {
		if (begun) value = await fn(value, next, { signal: options?.signal });
		else value = next;
		begun = true;
	});
	if (!begun) {
		throw new NodeTypeError('ERR_MISSING_ARGS', 'Reduce of an empty stream requires an initial value');
	}
	return value;
}

module.exports = {
	streams: { map, filter, flatMap, take, drop, asIndexedPairs, compose },
	promises: { toArray, forEach, some, every, find, reduce },
};
