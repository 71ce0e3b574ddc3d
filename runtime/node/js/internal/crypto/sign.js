const { NodeError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('internal/errors');
const { kHandle, kOptions, needView, bytesOf, output, streaming, settle, attempt } = require('internal/crypto/common');

function needAlgorithm(algorithm) {
	if (typeof algorithm !== 'string') throw ERR_INVALID_ARG_TYPE('algorithm', 'string', algorithm);
}

// keyFor makes the handle of the key of a signature. operation names what cannot be done with a secret key.
function keyFor(key, type, operation) {
	if (key === undefined || key === null || key === '') throw new NodeError('ERR_CRYPTO_SIGN_KEY_REQUIRED', 'No key provided to sign');
	const keys = require('internal/crypto/keys');
	key = keys.asKeyObject(key);
	if (keys.isKeyObject(key) && key.type === 'secret') {
		if (type === 'public') throw new Error(`Invalid key for ${operation} operation`);
		throw ERR_INVALID_ARG_TYPE('options', ['PublicKeyObject', 'PrivateKeyObject', 'CryptoKey', 'Object'], 'secret');
	}
	return keys.handleFor(key, type, false);
}

// optionsOf checks the options that come with a key.
function optionsOf(key) {
	const { padding, saltLength, dsaEncoding = 'der' } = typeof key === 'object' && key !== null && !ArrayBuffer.isView(key) ? key : {};
	for (const [name, value] of Object.entries({ padding, saltLength })) {
		if (value !== undefined && !Number.isInteger(value)) {
			throw invalid(name, value);
		}
	}
	if (dsaEncoding !== 'der' && dsaEncoding !== 'ieee-p1363') throw invalid('dsaEncoding', dsaEncoding);
	return [padding, saltLength, dsaEncoding === 'ieee-p1363'];
}

const invalid = (name, value) => ERR_INVALID_ARG_VALUE(`options.${name}`, value);

function define(constructor, context) {
	streaming(constructor, 'Writable');
	constructor.prototype._write = function _write(chunk, encoding, callback) {
		this.update(chunk, encoding);
		callback();
	};
	constructor.prototype.update = function update(data, encoding) {
		needView(data, 'data');
		native.updateSign(this[kHandle], data, encoding, context);
		return this;
	};
}

// https://nodejs.org/api/crypto.html#class-sign
function Sign(algorithm, options) {
	if (!(this instanceof Sign)) return new Sign(algorithm, options);
	needAlgorithm(algorithm);
	this[kHandle] = native.newSign(algorithm);
	this[kOptions] = options;
}
define(Sign, 'Signing');

Sign.prototype.sign = function sign(options, encoding) {
	const key = keyFor(options, 'private', 'sign');
	return output(native.finishSign(this[kHandle], key, ...optionsOf(options)), encoding);
};

// https://nodejs.org/api/crypto.html#class-verify
function Verify(algorithm, options) {
	if (!(this instanceof Verify)) return new Verify(algorithm, options);
	needAlgorithm(algorithm);
	this[kHandle] = native.newSign(algorithm);
	this[kOptions] = options;
}
define(Verify, 'Verification');

Verify.prototype.verify = function verify(options, signature, signatureEncoding) {
	const key = keyFor(options, 'public', 'verify');
	return native.finishVerify(this[kHandle], key, ...optionsOf(options), bytesOf(signature, signatureEncoding));
};

const createSign = (algorithm, options) => new Sign(algorithm, options);
const createVerify = (algorithm, options) => new Verify(algorithm, options);

function needViewOnly(value, name) {
	if (!ArrayBuffer.isView(value)) throw ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], value);
}

let warned = false;

// once checks the options of the functions sign and verify, in which Workers pay no heed to the padding.
function once(key) {
	const [padding, , p1363] = optionsOf(key);
	if (padding !== undefined && padding !== 1 && !warned) {
		warned = true;
		console.warn(`crypto.sign() and crypto.verify() ignore the padding in Workers: the signature is RSASSA-PKCS1-v1_5. crypto.createSign() and crypto.createVerify() use it.`);
	}
	return p1363;
}

function sign(algorithm, data, key, callback) {
	if (algorithm !== null && algorithm !== undefined) needAlgorithm(algorithm);
	needViewOnly(data, 'data');
	const make = () => native.sign(algorithm, handle, data, p1363);
	const handle = keyFor(key, 'private', 'signing'), p1363 = once(key);
	if (callback !== undefined) return settle(attempt(make), callback);
	return make();
}

function verify(algorithm, data, key, signature, callback) {
	if (algorithm !== null && algorithm !== undefined) needAlgorithm(algorithm);
	needViewOnly(data, 'data');
	const handle = keyFor(key, 'public', 'verification'), p1363 = once(key);
	needViewOnly(signature, 'signature');
	const make = () => native.verify(algorithm, handle, data, p1363, signature);
	if (callback !== undefined) return settle(attempt(make), callback);
	return make();
}

module.exports = { Sign, Verify, createSign, createVerify, sign, verify };
