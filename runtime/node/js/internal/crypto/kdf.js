const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } = require('internal/errors');
const { validateFunction, validateInteger, validateString } = require('internal/validators');
const { kHandle, isBytes, settle, attempt } = require('internal/crypto/common');

const maxInt32 = 2147483647;

function needBytes(value, name) {
	if (typeof value !== 'string' && !isBytes(value)) throw ERR_INVALID_ARG_TYPE(name, ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], value);
}

function checkPBKDF2(password, salt, iterations, keylen, digest) {
	validateString(digest, 'digest');
	needBytes(password, 'password');
	needBytes(salt, 'salt');
	validateInteger(iterations, 'iterations', 1, maxInt32);
	validateInteger(keylen, 'keylen', 0, maxInt32);
}

function pbkdf2Sync(password, salt, iterations, keylen, digest) {
	checkPBKDF2(password, salt, iterations, keylen, digest);
	return native.pbkdf2(false, password, salt, iterations, keylen, digest);
}

function pbkdf2(password, salt, iterations, keylen, digest, callback) {
	if (typeof digest === 'function') [digest, callback] = [undefined, digest];
	checkPBKDF2(password, salt, iterations, keylen, digest);
	validateFunction(callback, 'callback');
	settle(attempt(() => native.pbkdf2(true, password, salt, iterations, keylen, digest)), callback);
}

// scryptArguments checks the arguments of scrypt. Each parameter has a long name and a short one; 0 is the default.
function scryptArguments(password, salt, keylen, options) {
	needBytes(password, 'password');
	needBytes(salt, 'salt');
	validateInteger(keylen, 'keylen', 0, maxInt32);
	const choose = (short, long, preset) => {
		let value = options?.[short];
		if (value !== undefined) validateInteger(value, short, 0, 2 ** 32 - 1);
		if (options?.[long] !== undefined) {
			if (value !== undefined) throw ERR_INVALID_ARG_VALUE(long, options[long]);
			value = options[long];
			validateInteger(value, long, 0, 2 ** 32 - 1);
		}
		return value || preset;
	};
	const n = choose('N', 'cost', 16384), r = choose('r', 'blockSize', 8), p = choose('p', 'parallelization', 1);
	const maxmem = options?.maxmem;
	if (maxmem !== undefined) validateInteger(maxmem, 'maxmem', 0);
	return [password, salt, n, r, p, maxmem || 32 * 1024 * 1024, keylen];
}

function scryptSync(password, salt, keylen, options) {
	return native.scrypt(false, ...scryptArguments(password, salt, keylen, options));
}

function scrypt(password, salt, keylen, options, callback) {
	if (typeof options === 'function') [options, callback] = [undefined, options];
	const args = scryptArguments(password, salt, keylen, options);
	validateFunction(callback, 'callback');
	settle(attempt(() => native.scrypt(true, ...args)), callback);
}

// hkdfArguments checks the arguments of hkdf and returns what derives the key.
function hkdfArguments(digest, ikm, salt, info, length) {
	validateString(digest, 'digest');
	const keys = require('internal/crypto/keys');
	const types = ['ArrayBuffer', 'TypedArray', 'DataView', 'Buffer'];
	if (keys.isKeyObject(ikm) && ikm.type === 'secret') ikm = ikm[kHandle];
	else if (typeof ikm !== 'string' && !isBytes(ikm)) throw ERR_INVALID_ARG_TYPE('ikm', ['string', 'SecretKeyObject', ...types], ikm);
	for (const [name, value] of [['salt', salt], ['info', info]]) {
		if (typeof value !== 'string' && !isBytes(value)) throw ERR_INVALID_ARG_TYPE(name, ['string', ...types], value);
	}
	validateInteger(length, 'length', 0, maxInt32);
	const infoLength = typeof info === 'string' ? require('buffer').Buffer.byteLength(info) : info.byteLength;
	if (infoLength > 1024) throw ERR_OUT_OF_RANGE('info', 'must not contain more than 1024 bytes', infoLength);
	const saltBytes = typeof salt === 'string' ? require('buffer').Buffer.from(salt) : salt;
	return () => native.hkdf(false, digest, ikm, saltBytes, info, length);
}

function hkdfSync(digest, ikm, salt, info, length) {
	return hkdfArguments(digest, ikm, salt, info, length)();
}

function hkdf(digest, ikm, salt, info, length, callback) {
	const make = hkdfArguments(digest, ikm, salt, info, length);
	validateFunction(callback, 'callback');
	settle(attempt(make), callback);
}

module.exports = { pbkdf2, pbkdf2Sync, scrypt, scryptSync, hkdf, hkdfSync };
