// https://nodejs.org/api/assert.html. As in Workers, all comparisons are strict, whatever the name.
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE, ERR_INVALID_ARG_VALUE } = require('internal/errors');
const { validateFunction } = require('internal/validators');
const { inspect, diff } = require('util');
const { isDeepStrictEqual, isPartialStrictEqual } = require('internal/comparisons');
const { isRegExp } = require('util/types');
const AssertionError = require('internal/assertion_error');

function fail(options) {
	if (options.message instanceof Error) throw options.message;
	const error = new AssertionError(options);
	error.generatedMessage = options.message === undefined;
	throw error;
}

const assert = function ok(...args) {
	if (args.length === 0) fail({ message: 'No value argument passed to `assert.ok()`', actual: undefined, expected: true, operator: '==' });
	const [value, message] = args;
	if (!value) fail({ message, actual: value, expected: true, operator: '==' });
};

function rejectedDiff(actual, expected) {
	const text = (v) => (typeof v === 'string' && v.includes('\n') ? v.split('\n').map((line, i, all) => (i < all.length - 1 ? `${line}\\n` : line)) : inspect(v).split('\n'));
	const lines = diff(text(actual), text(expected)).map(([side, line]) => `${side > 0 ? '-' : side < 0 ? '+' : ' '}   ${line}`);
	return `Values are not strictly equal:\n\n\n[Diff] Actual / Expected\n\n\n${lines.join('\n')}\n${typeof actual === 'string' && actual.includes('\n') ? '\n' : ''}`;
}

function strictEqual(actual, expected, message) {
	if (Object.is(actual, expected)) return;
	fail({ message: message ?? rejectedDiff(actual, expected), actual, expected, operator: 'strictEqual' });
}

function notStrictEqual(actual, expected, message) {
	if (!Object.is(actual, expected)) return;
	fail({ message: message ?? 'Expected actual to be strictly unequal to expected', actual, expected, operator: 'notStrictEqual' });
}

function deepStrictEqual(actual, expected, message) {
	if (!isDeepStrictEqual(actual, expected)) fail({ message, actual, expected, operator: 'deepStrictEqual' });
}

function notDeepStrictEqual(actual, expected, message) {
	if (!isDeepStrictEqual(actual, expected)) return;
	fail({ message: message ?? 'Expected actual to not be deeply strictly equal to expected', actual, expected, operator: 'notDeepStrictEqual' });
}

// matchesExpectation checks a thrown value against what throws and rejects were given; an AssertionError says why not.
function matchesExpectation(thrown, expected, message, operator) {
	if (expected === undefined) return;
	const refuse = (generated) => fail({ message: message ?? generated, actual: thrown, expected, operator });
	if (isRegExp(expected)) {
		if (!expected.test(String(thrown))) refuse(`The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(String(thrown))}\n`);
		return;
	}
	if (typeof expected === 'function') {
		if (expected.prototype !== undefined && thrown instanceof expected) return;
		if (expected === Error || Object.prototype.isPrototypeOf.call(Error, expected)) {
			let text = `The error is expected to be an instance of "${expected.name}". Received `;
			text += thrown instanceof Error ? `"${thrown.constructor.name}"` : `"${inspect(thrown, { depth: -1 })}"`;
			if (thrown instanceof Error) text += `\n\nError message:\n\n${thrown.message}`;
			refuse(text);
		}
		const verdict = Reflect.apply(expected, {}, [thrown]);
		if (verdict !== true) {
			const name = expected.name ? `"${expected.name}" ` : '';
			refuse(`The ${name}validation function is expected to return "true". Received ${inspect(verdict)}${thrown instanceof Error ? `\n\nCaught error:\n\n${thrown}` : ''}`);
		}
		return;
	}
	if (typeof thrown !== 'object' || thrown === null) {
		fail({ message, actual: thrown, expected, operator: 'deepStrictEqual' });
	}
	const keys = Object.keys(expected);
	if (expected instanceof Error) keys.push('name', 'message');
	else if (keys.length === 0) throw ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object');
	for (const key of keys) {
		if (typeof thrown[key] === 'string' && isRegExp(expected[key]) && expected[key].test(thrown[key])) continue;
		if (key in thrown && isDeepStrictEqual(thrown[key], expected[key])) continue;
		refuse(`Expected values to be strictly deep-equal:\n\n${inspect(thrown[key])} !== ${inspect(expected[key])}\n`);
	}
}

const none = Symbol('none');

function caught(fn) {
	validateFunction(fn, 'fn');
	return native.caught(fn, none);
}

async function caughtLater(promiseFn) {
	let promise = promiseFn;
	if (typeof promiseFn === 'function') {
		promise = promiseFn();
		if (typeof promise?.then !== 'function') throw ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise);
	} else if (typeof promiseFn?.then !== 'function') {
		throw ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], promiseFn);
	}
	try {
		await promise;
	} catch (error) {
		return error;
	}
	return none;
}

// expectsThrown is the common end of throws and rejects.
function expectsThrown(thrown, expected, message, operator) {
	if (typeof expected === 'string') {
		message = expected;
		expected = undefined;
	}
	if (thrown === none) {
		const name = expected?.name ? ` (${expected.name})` : '';
		fail({ message: `Missing expected ${operator === 'rejects' ? 'rejection' : 'exception'}${name}${message ? `: ${message}` : '.'}`, actual: undefined, expected, operator });
	}
	matchesExpectation(thrown, expected, message, operator);
}

function expectsNone(thrown, expected, message, operator) {
	if (thrown === none) return;
	if (typeof expected === 'string') {
		message = expected;
		expected = undefined;
	}
	fail({ message: `Got unwanted exception${message ? `: ${message}` : '.'}\nActual message: "${thrown?.message}"`, actual: thrown, expected, operator });
}

function ifError(value) {
	if (value === null || value === undefined) return;
	let text = 'ifError got unwanted exception: ';
	if (typeof value === 'object' && typeof value.message === 'string') text += value.message.length === 0 && value.constructor ? value.constructor.name : value.message;
	else text += inspect(value);
	fail({ message: text, actual: value, expected: null, operator: 'ifError' });
}

function checkRegExp(regexp) {
	if (!isRegExp(regexp)) throw ERR_INVALID_ARG_TYPE('regexp', 'RegExp', regexp);
}

function Assert() {
	Object.assign(this, functions);
}

const functions = {
	ok: assert,
	fail(message = 'Failed') {
		if (message instanceof Error) throw message;
		const error = new AssertionError({ message, operator: 'fail' });
		error.generatedMessage = arguments.length === 0;
		throw error;
	},
	equal: strictEqual,
	notEqual: notStrictEqual,
	strictEqual,
	notStrictEqual,
	deepEqual: deepStrictEqual,
	notDeepEqual: notDeepStrictEqual,
	deepStrictEqual,
	notDeepStrictEqual,
	partialDeepStrictEqual(actual, expected, message) {
		if (!isPartialStrictEqual(actual, expected)) {
			fail({ message: message ?? 'Expected actual to be partially deeply strictly equal to expected', actual, expected, operator: 'partialDeepStrictEqual' });
		}
	},
	throws: (fn, expected, message) => expectsThrown(caught(fn), expected, message, 'throws'),
	doesNotThrow: (fn, expected, message) => expectsNone(caught(fn), expected, message, 'doesNotThrow'),
	rejects: async (promise, expected, message) => expectsThrown(await caughtLater(promise), expected, message, 'rejects'),
	doesNotReject: async (promise, expected, message) => expectsNone(await caughtLater(promise), expected, message, 'doesNotReject'),
	ifError,
	match(actual, regexp, message) {
		checkRegExp(regexp);
		if (typeof actual !== 'string' || !regexp.test(actual)) {
			fail({ message: message ?? `actual: "${actual}" expected to match: "${regexp}"`, actual, expected: regexp, operator: 'match' });
		}
	},
	doesNotMatch(actual, regexp, message) {
		checkRegExp(regexp);
		if (typeof actual !== 'string' || regexp.test(actual)) {
			fail({ message: message ?? `actual: "${actual}" expected to not match: "${regexp}"`, actual, expected: regexp, operator: 'doesNotMatch' });
		}
	},
};

Object.assign(assert, functions, { AssertionError, Assert, strict: assert });

module.exports = assert;
