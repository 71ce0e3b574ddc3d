// Deep equality: https://nodejs.org/api/assert.html#assertdeepstrictequalactual-expected-message
const types = require('util/types');

// kindOf tells apart what compares in different ways.
function kindOf(value) {
	if (Array.isArray(value)) return 'array';
	if (types.isMap(value)) return 'map';
	if (types.isSet(value)) return 'set';
	if (types.isDate(value)) return 'date';
	if (types.isRegExp(value)) return 'regexp';
	if (types.isNativeError(value) || value instanceof Error) return 'error';
	if (ArrayBuffer.isView(value)) return 'view';
	if (types.isAnyArrayBuffer(value)) return 'buffer';
	if (types.isBoxedPrimitive(value)) return 'boxed';
	return 'object';
}

function sameBytes(a, b) {
	const x = new Uint8Array(a.buffer ?? a, a.byteOffset ?? 0, a.byteLength), y = new Uint8Array(b.buffer ?? b, b.byteOffset ?? 0, b.byteLength);
	return x.length === y.length && x.every((byte, i) => byte === y[i]);
}

function enumerableKeys(value, strict) {
	const keys = Object.keys(value);
	if (strict) {
		for (const symbol of Object.getOwnPropertySymbols(value)) {
			if (Object.prototype.propertyIsEnumerable.call(value, symbol)) keys.push(symbol);
		}
	}
	return keys;
}

// compare compares two values. Mode says how: strict (types and prototypes count), and partial (what expected does not
// have does not count). Pairs are those that are being compared further out.
function compare(a, b, mode, pairs) {
	if (a === b) return a !== 0 || Object.is(a, b) || !mode.strict;
	if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
		if (mode.strict) return typeof a === 'number' && Number.isNaN(a) && Number.isNaN(b);
		if (typeof a === 'object' || typeof b === 'object' || typeof a === 'function' || typeof b === 'function') return a == null && b == null;
		// eslint-disable-next-line eqeqeq
		return a == b || (a !== a && b !== b);
	}
	if (mode.strict && !mode.partial && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
	const kind = kindOf(a);
	if (kind !== kindOf(b) || Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false;
	switch (kind) {
	case 'array':
		if (mode.partial ? a.length < b.length : a.length !== b.length) return false;
		break;
	case 'date':
		if (a.getTime() !== b.getTime() && !(Number.isNaN(a.getTime()) && Number.isNaN(b.getTime()))) return false;
		break;
	case 'regexp':
		if (a.source !== b.source || a.flags !== b.flags || a.lastIndex !== b.lastIndex) return false;
		break;
	case 'error':
		if (a.message !== b.message || a.name !== b.name || !compare(a.cause, b.cause, mode, pairs) || !compare(a.errors, b.errors, mode, pairs)) return false;
		break;
	case 'boxed':
		if (!Object.is(a.valueOf(), b.valueOf())) return false;
		break;
	case 'buffer':
		if (!sameBytes(a, b)) return false;
		break;
	case 'view':
		if (/^(Float|BigInt)/.test(a.constructor?.name) && !mode.strict) {
			if (a.length !== b.length || a.some((x, i) => x !== b[i])) return false;
		} else if (!sameBytes(a, b)) {
			return false;
		}
		break;
	}
	for (const [x, y] of pairs) {
		if (x === a) return y === b;
		if (y === b) return false;
	}
	pairs.push([a, b]);
	const same = sameContents(a, b, kind, mode, pairs);
	pairs.pop();
	return same;
}

function sameContents(a, b, kind, mode, pairs) {
	if (kind === 'map' && !sameMaps(a, b, mode, pairs)) return false;
	if (kind === 'set' && !sameSets(a, b, mode, pairs)) return false;
	if (kind === 'view') return true;
	const keys = enumerableKeys(b, mode.strict);
	if (!mode.partial && enumerableKeys(a, mode.strict).length !== keys.length) return false;
	if (mode.partial && kind === 'array') return includesInOrder(a, b, mode, pairs);
	for (const key of keys) {
		if (!Object.prototype.propertyIsEnumerable.call(a, key)) return false;
	}
	return keys.every((key) => compare(a[key], b[key], mode, pairs));
}

// includesInOrder is what a partial comparison of arrays is: expected's elements are among the actual ones, in order.
function includesInOrder(a, b, mode, pairs) {
	let at = 0;
	for (const wanted of b) {
		while (at < a.length && !compare(a[at], wanted, mode, pairs)) at++;
		if (at++ >= a.length) return false;
	}
	return true;
}

function sameSets(a, b, mode, pairs) {
	if (mode.partial ? a.size < b.size : a.size !== b.size) return false;
	const rest = [];
	for (const wanted of b) {
		if (a.has(wanted)) continue;
		if (mode.strict && (typeof wanted !== 'object' || wanted === null)) return false;
		rest.push(wanted);
	}
	if (rest.length === 0) return true;
	const candidates = [...a].filter((value) => !b.has(value));
	return rest.every((wanted) => {
		const i = candidates.findIndex((value) => compare(value, wanted, mode, pairs));
		if (i >= 0) candidates.splice(i, 1);
		return i >= 0;
	});
}

function sameMaps(a, b, mode, pairs) {
	if (mode.partial ? a.size < b.size : a.size !== b.size) return false;
	const rest = [];
	for (const [key, value] of b) {
		if (a.has(key) && compare(a.get(key), value, mode, pairs)) continue;
		if (mode.strict && (typeof key !== 'object' || key === null)) return false;
		rest.push([key, value]);
	}
	if (rest.length === 0) return true;
	const candidates = [...a].filter(([key]) => !b.has(key) || !mode.strict);
	return rest.every(([key, value]) => {
		const i = candidates.findIndex(([k, v]) => compare(k, key, mode, pairs) && compare(v, value, mode, pairs));
		if (i >= 0) candidates.splice(i, 1);
		return i >= 0;
	});
}

exports.isDeepEqual = (a, b) => compare(a, b, { strict: false, partial: false }, []);
exports.isDeepStrictEqual = (a, b) => compare(a, b, { strict: true, partial: false }, []);
exports.isPartialStrictEqual = (a, b) => compare(a, b, { strict: true, partial: true }, []);
