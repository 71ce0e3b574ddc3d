const { ERR_INVALID_ARG_TYPE, NodeTypeError } = require('internal/errors');
const { kHandle, kOptions, isBytes, needView, bytesOf, output, streaming } = require('internal/crypto/common');
const { newCipher, updateCipher, finishCipher } = native;

function begin(object, encrypt, algorithm, key, iv, options) {
	if (typeof algorithm !== 'string') throw ERR_INVALID_ARG_TYPE('algorithm', 'string', algorithm);
	if (typeof key !== 'string' && !isBytes(key)) {
		const keys = require('internal/crypto/keys');
		if (native.isCryptoKey(key)) throw new Error('Failed to get raw secret key data');
		if (!keys.isKeyObject(key)) {
			throw ERR_INVALID_ARG_TYPE('key', ['string', 'Buffer', 'TypedArray', 'DataView', 'KeyObject', 'CryptoKey'], key);
		}
		key = keys.secretHandle(key);
	}
	if (typeof iv !== 'string' && iv !== null && !isBytes(iv)) {
		throw ERR_INVALID_ARG_TYPE('iv', ['string', 'Buffer', 'TypedArray', 'DataView', 'null'], iv);
	}
	object[kHandle] = newCipher(encrypt, algorithm, key, bytesOf(iv ?? ''));
	object[kOptions] = options;
}

const methods = {
	update(data, inputEncoding, outputEncoding) {
		if (typeof data === 'string') {
			if (inputEncoding === undefined || inputEncoding === 'buffer') {
				throw new NodeTypeError('ERR_INVALID_ARG_VALUE',
					`The argument 'inputEncoding' If inputEncoding is not provided then the data must be a Buffer. Received ${require('util').inspect(inputEncoding)}`);
			}
		} else if (!isBytes(data)) {
			needView(data, 'data');
		}
		return output(updateCipher(this[kHandle], data, inputEncoding), outputEncoding);
	},
	final(outputEncoding) {
		return output(finishCipher(this[kHandle]), outputEncoding);
	},
	setAAD(buffer, options) {
		native.setAAD(this[kHandle], buffer, options?.encoding);
		return this;
	},
	setAutoPadding(autoPadding) {
		native.setPadding(this[kHandle], autoPadding === undefined || !!autoPadding);
		return this;
	},
	_transform(chunk, encoding, callback) {
		this.push(updateCipher(this[kHandle], chunk, encoding));
		callback();
	},
	_flush(callback) {
		try {
			this.push(finishCipher(this[kHandle]));
		} catch (error) {
			return callback(error);
		}
		callback();
	},
};

function define(constructor, more) {
	streaming(constructor, 'Transform');
	for (const [name, value] of Object.entries({ ...methods, ...more })) {
		Object.defineProperty(constructor.prototype, name, { value, writable: true, enumerable: true, configurable: true });
	}
}

// https://nodejs.org/api/crypto.html#class-cipheriv
function Cipheriv(algorithm, key, iv, options) {
	if (!(this instanceof Cipheriv)) return new Cipheriv(algorithm, key, iv, options);
	begin(this, true, algorithm, key, iv, options);
}
define(Cipheriv, { getAuthTag() { return native.getAuthTag(this[kHandle]); } });

// https://nodejs.org/api/crypto.html#class-decipheriv
function Decipheriv(algorithm, key, iv, options) {
	if (!(this instanceof Decipheriv)) return new Decipheriv(algorithm, key, iv, options);
	begin(this, false, algorithm, key, iv, options);
}
define(Decipheriv, {
	setAuthTag(buffer) {
		native.setAuthTag(this[kHandle], buffer);
		return this;
	},
});

const createCipheriv = (algorithm, key, iv, options) => new Cipheriv(algorithm, key, iv, options);
const createDecipheriv = (algorithm, key, iv, options) => new Decipheriv(algorithm, key, iv, options);
const getCiphers = () => native.getCiphers();

function getCipherInfo(nameOrId, options = {}) {
	if (typeof nameOrId !== 'string' && typeof nameOrId !== 'number') throw ERR_INVALID_ARG_TYPE('nameOrId', ['string', 'number'], nameOrId);
	return native.getCipherInfo(nameOrId, options?.keyLength, options?.ivLength);
}

module.exports = { Cipheriv, Decipheriv, createCipheriv, createDecipheriv, getCiphers, getCipherInfo };
