const { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = require('internal/errors');
const { validateFunction, validateInteger, validateObject, validateBoolean, validateInt32 } = require('internal/validators');
const { isBytes, isBuffer, settle, attempt } = require('internal/crypto/common');

const maxInt32 = 2147483647;

function randomBytes(size, callback) {
	validateInteger(size, 'size', 0, maxInt32);
	const make = () => randomFillSync(require('buffer').Buffer.alloc(size));
	if (callback === undefined) return make();
	validateFunction(callback, 'callback');
	settle(attempt(make), callback);
}

// randomFillSync fills what getRandomValues would: no more than 64 KiB, and no floating-point numbers. As in Workers, it
// returns the part that it has filled.
function randomFillSync(buffer, offset, size) {
	if (!isBytes(buffer)) throw ERR_INVALID_ARG_TYPE('buffer', ['TypedArray', 'DataView', 'ArrayBuffer', 'SharedArrayBuffer'], buffer);
	if (isBuffer(buffer)) buffer = require('buffer').Buffer.from(buffer);
	else if (buffer instanceof DataView) buffer = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
	if (offset !== undefined) validateInteger(offset, 'offset', 0, maxInt32);
	if (size !== undefined) validateInteger(size, 'size', 0, buffer.byteLength - (offset ?? 0));
	const part = offset === undefined && size === undefined ? buffer
		: buffer.subarray(offset ?? 0, size === undefined ? undefined : (offset ?? 0) + size);
	return globalThis.crypto.getRandomValues(part);
}

function randomFill(buffer, offset, size, callback) {
	if (!isBytes(buffer)) throw ERR_INVALID_ARG_TYPE('buffer', ['TypedArray', 'DataView', 'ArrayBuffer', 'SharedArrayBuffer'], buffer);
	if (typeof offset === 'function') [offset, callback] = [undefined, offset];
	else if (typeof size === 'function') [size, callback] = [undefined, size];
	validateFunction(callback, 'callback');
	settle(attempt(() => randomFillSync(buffer, offset, size)), callback);
}

const maxRandom = 2 ** 48 - 1;

function randomInt(min, max, callback) {
	if (max === undefined || typeof max === 'function') [min, max, callback] = [0, min, max];
	if (callback !== undefined) validateFunction(callback, 'callback');
	for (const [name, value] of [['min', min], ['max', max]]) {
		if (typeof value !== 'number') throw ERR_INVALID_ARG_TYPE(name, 'number', value);
		if (!Number.isSafeInteger(value)) throw ERR_OUT_OF_RANGE(name, 'an integer', value);
	}
	if (min >= max) throw ERR_OUT_OF_RANGE('min', 'min < max', min);
	if (max - min > maxRandom) throw ERR_OUT_OF_RANGE(min === 0 ? 'max' : 'max - min', `<= ${maxRandom}`, max - min);
	const make = () => {
		const range = max - min, limit = maxRandom + 1 - (maxRandom + 1) % range;
		for (;;) {
			const [high, low] = globalThis.crypto.getRandomValues(new Uint32Array(2));
			const n = (high & 0xFFFF) * 2 ** 32 + low;
			if (n < limit) return min + n % range;
		}
	};
	if (callback === undefined) return make();
	settle(attempt(make), callback);
}

function randomUUID(options) {
	if (options !== undefined) {
		validateObject(options, 'options');
		if (options.disableEntropyCache !== undefined) validateBoolean(options.disableEntropyCache, 'options.disableEntropyCache');
	}
	return globalThis.crypto.randomUUID();
}

const numberTypes = ['bigint', 'ArrayBuffer', 'TypedArray', 'Buffer', 'DataView'];

// numberBytes returns an integer as bytes.
function numberBytes(value, name) {
	if (typeof value === 'bigint') {
		if (value < 0n) throw ERR_OUT_OF_RANGE(name, '>= 0', value);
		const digits = value.toString(16);
		return require('buffer').Buffer.from(digits.length % 2 ? '0' + digits : digits, 'hex');
	}
	if (!isBytes(value)) throw ERR_INVALID_ARG_TYPE(name, numberTypes, value);
	return value;
}

// primeArguments checks the options of generatePrime and returns what makes the prime.
function primeArguments(size, options) {
	validateInt32(size, 'size', 1);
	validateObject(options, 'options');
	const { safe = false, bigint = false, add, rem } = options;
	validateBoolean(safe, 'options.safe');
	validateBoolean(bigint, 'options.bigint');
	const [addBytes, remBytes] = [['options.add', add], ['options.rem', rem]].map(([name, v]) => v === undefined ? undefined : numberBytes(v, name));
	return () => {
		const prime = native.generatePrime(size, safe, addBytes, remBytes);
		return bigint ? BigInt('0x' + require('buffer').Buffer.from(prime).toString('hex')) : prime;
	};
}

function generatePrimeSync(size, options = {}) {
	return primeArguments(size, options)();
}

function generatePrime(size, options, callback) {
	if (typeof options === 'function') [options, callback] = [{}, options];
	const make = primeArguments(size, options ?? {});
	validateFunction(callback, 'callback');
	settle(attempt(make), callback);
}

function primeCheck(candidate, options) {
	const bytes = numberBytes(candidate, 'candidate');
	validateObject(options, 'options');
	if (options.checks !== undefined) validateInt32(options.checks, 'options.checks', 0);
	return () => native.checkPrime(bytes);
}

function checkPrimeSync(candidate, options = {}) {
	return primeCheck(candidate, options)();
}

function checkPrime(candidate, options, callback) {
	if (typeof options === 'function') [options, callback] = [{}, options];
	const make = primeCheck(candidate, options);
	validateFunction(callback, 'callback');
	settle(attempt(make), callback);
}

module.exports = {
	randomBytes, randomFillSync, randomFill, randomInt, randomUUID, generatePrime, generatePrimeSync, checkPrime, checkPrimeSync,
};
