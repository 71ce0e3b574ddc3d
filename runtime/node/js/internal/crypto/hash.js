const { NodeError, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = require('internal/errors');
const { kHandle, kOptions, kFinished, isBytes, needView, streaming } = require('internal/crypto/common');
const { newHash, newHmac, updateHash, digestHash, copyHash } = native;

const finalized = () => new NodeError('ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');

function needString(value, name) {
	if (typeof value !== 'string') throw ERR_INVALID_ARG_TYPE(name, 'string', value);
}

// outputLength returns the option of that name, once it has been checked.
function outputLength(options) {
	const length = typeof options === 'object' && options !== null ? options.outputLength : undefined;
	if (length === undefined) return undefined;
	if (typeof length !== 'number') throw ERR_INVALID_ARG_TYPE('options.outputLength', 'number', length);
	if (!(length >= 0 && length < 2 ** 32)) throw ERR_OUT_OF_RANGE('options.outputLength', '>= 0 && < 4294967296', length);
	return length;
}

// https://nodejs.org/api/crypto.html#class-hash
function Hash(algorithm, options) {
	if (!(this instanceof Hash)) return new Hash(algorithm, options);
	needString(algorithm, 'algorithm');
	this[kHandle] = newHash(algorithm, outputLength(options));
	this[kOptions] = options;
}
streaming(Hash, 'Transform');

Hash.prototype.copy = function copy(options) {
	if (this[kFinished]) throw finalized();
	const hash = Object.create(Hash.prototype);
	hash[kHandle] = copyHash(this[kHandle], outputLength(options));
	hash[kOptions] = options;
	return hash;
};

Hash.prototype._transform = function _transform(chunk, encoding, callback) {
	updateHash(this[kHandle], chunk, encoding);
	callback();
};

Hash.prototype._flush = function _flush(callback) {
	this.push(this.digest());
	callback();
};

Hash.prototype.update = function update(data, encoding) {
	if (this[kFinished]) throw finalized();
	if (typeof data !== 'string') needView(data, 'data');
	updateHash(this[kHandle], data, encoding);
	return this;
};

Hash.prototype.digest = function digest(outputEncoding) {
	if (this[kFinished]) throw finalized();
	const sum = digestHash(this[kHandle], outputEncoding);
	this[kFinished] = true;
	return sum;
};

// https://nodejs.org/api/crypto.html#class-hmac
function Hmac(hmac, key, options) {
	if (!(this instanceof Hmac)) return new Hmac(hmac, key, options);
	needString(hmac, 'hmac');
	if (typeof key !== 'string' && !isBytes(key)) {
		const keys = require('internal/crypto/keys');
		if (!keys.isKeyObject(key) && !native.isCryptoKey(key)) {
			throw ERR_INVALID_ARG_TYPE('key', ['string', 'ArrayBuffer', 'Buffer', 'ArrayBufferView', 'KeyObject', 'CryptoKey'], key);
		}
		key = keys.secretHandle(key);
	} else if (typeof key === 'string' && options?.encoding) {
		key = require('buffer').Buffer.from(key, options.encoding);
	}
	this[kHandle] = newHmac(hmac, key);
	this[kOptions] = options;
}
streaming(Hmac, 'Transform');

Hmac.prototype.update = Hash.prototype.update;

Hmac.prototype.digest = function digest(outputEncoding) {
	// Unlike a Hash, one that has been used already gives nothing.
	if (this[kFinished]) return require('internal/crypto/common').output(require('buffer').Buffer.alloc(0), outputEncoding);
	const sum = digestHash(this[kHandle], outputEncoding);
	this[kFinished] = true;
	return sum;
};

Hmac.prototype._flush = Hash.prototype._flush;
Hmac.prototype._transform = Hash.prototype._transform;

const createHash = (algorithm, options) => new Hash(algorithm, options);
const createHmac = (hmac, key, options) => new Hmac(hmac, key, options);
const getHashes = () => native.getHashes();

function hash(algorithm, data, outputEncoding = 'hex') {
	needString(algorithm, 'algorithm');
	needView(data, 'data');
	needString(outputEncoding, 'outputEncoding');
	return native.hash(algorithm, typeof data === 'string' ? require('buffer').Buffer.from(data) : data, outputEncoding);
}

module.exports = { Hash, Hmac, createHash, createHmac, getHashes, hash };
