const { NodeError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } = require('internal/errors');
const { validateOneOf, validateObject, validateFunction, validateInteger } = require('internal/validators');
const { kHandle, isBytes } = require('internal/crypto/common');

const illegal = () => new Error('Illegal constructor');

// make is what lets this module alone construct keys.
const make = Symbol('make');

// https://nodejs.org/api/crypto.html#class-keyobject
class KeyObject {
	constructor(token, handle) {
		if (token !== make) throw illegal();
		Object.defineProperty(this, kHandle, { value: handle });
	}
	static from(key) {
		if (!native.isCryptoKey(key)) throw ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
		const parts = native.fromCryptoKey(key);
		if (parts === null) throw new TypeError('Unable to export the key');
		const [handle, type, extractable] = parts;
		const object = new { secret: SecretKeyObject, public: PublicKeyObject, private: PrivateKeyObject }[type](make, handle);
		if (!extractable) Object.defineProperty(object, kSealed, { value: true });
		return object;
	}
	export(options = {}) {
		validateObject(options, 'options');
		if (this[kSealed]) throw new TypeError('Unable to export non-extractable key');
		for (const name of ['format', 'type', 'cipher']) {
			if (options[name] !== undefined && typeof options[name] !== 'string') throw ERR_INVALID_ARG_TYPE(`options.${name}`, 'string', options[name]);
		}
		const { cipher, passphrase } = options;
		if (cipher !== undefined && typeof passphrase !== 'string' && !ArrayBuffer.isView(passphrase)) {
			throw ERR_INVALID_ARG_TYPE('options.passphrase', ['string', 'Uint8Array'], passphrase);
		}
		if (options.format === 'jwk') return native.exportJWK(this[kHandle]);
		if ((cipher === undefined || this.type === 'public') && typeof passphrase === 'string') {
			throw new TypeError("Incorrect type for the 'passphrase' field on 'KeyExportOptions': the provided value is not of type 'BufferSource'.");
		}
		if (options.type === undefined) throw new TypeError('Missing type option');
		return native.exportKey(this[kHandle], options.type, options.format, this.type === 'private' ? cipher : undefined, passphrase);
	}
	equals(other) {
		return other === this || (isKeyObject(other) && native.keysEqual(this[kHandle], other[kHandle]));
	}
	toCryptoKey(algorithm, extractable, keyUsages) {
		if (typeof keyUsages?.[Symbol.iterator] !== 'function') throw ERR_INVALID_ARG_TYPE('keyUsages', 'Iterable', keyUsages);
		const usages = [...keyUsages];
		for (const usage of usages) {
			if (!['encrypt', 'decrypt', 'sign', 'verify', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey'].includes(usage)) {
				throw ERR_INVALID_ARG_VALUE('keyUsages', usage, 'is not a valid enum value of type KeyUsage');
			}
		}
		return native.toCryptoKey(this[kHandle], algorithm, extractable, usages);
	}
	get [Symbol.toStringTag]() { return 'KeyObject'; }
}

// kSealed marks the key of a CryptoKey that cannot be exported.
const kSealed = Symbol('kSealed');

class AsymmetricKeyObject extends KeyObject {
	get asymmetricKeyDetails() { return native.keyDetails(this[kHandle]); }
	get asymmetricKeyType() { return native.keyType(this[kHandle]); }
}

class PublicKeyObject extends AsymmetricKeyObject {
	export(options) { return super.export(options); }
	get type() { return 'public'; }
}

class PrivateKeyObject extends AsymmetricKeyObject {
	export(options) {
		const { type, format, cipher } = options ?? {};
		if (format !== 'jwk') {
			const wrong = (text) => new NodeError('ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS', `The selected key encoding ${type} ${text}.`);
			if (type === 'pkcs1' && this.asymmetricKeyType !== 'rsa') throw wrong('can only be used for RSA keys');
			if (type === 'sec1' && this.asymmetricKeyType !== 'ec') throw wrong('can only be used for EC keys');
			if ((type === 'pkcs1' || type === 'sec1') && format === 'der' && cipher !== undefined) throw wrong('does not support encryption');
		}
		return super.export(options);
	}
	get type() { return 'private'; }
}

class SecretKeyObject extends KeyObject {
	get symmetricKeySize() { return native.keyLength(this[kHandle]); }
	export(options = {}) {
		validateObject(options, 'options');
		if (this[kSealed]) throw new TypeError('Unable to export non-extractable key');
		const { format } = options;
		if (format === 'jwk') return native.exportJWK(this[kHandle]);
		if (format !== undefined && format !== 'buffer') throw new TypeError(`Invalid format for secret key export: ${format}`);
		return native.exportSecret(this[kHandle]);
	}
	get type() { return 'secret'; }
}

const isKeyObject = (value) => value instanceof KeyObject && value[kHandle] !== undefined;

// asKeyObject returns the KeyObject of a CryptoKey, and anything else as it is.
const asKeyObject = (key) => native.isCryptoKey(key) ? KeyObject.from(key) : key;

// needType throws unless a KeyObject is of a type.
function needType(key, type) {
	if (key.type !== type) {
		throw new NodeError('ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE', `Invalid key object type ${key.type}, expected ${type}.`);
	}
}

// secretHandle returns the handle of a secret key.
function secretHandle(key) {
	key = asKeyObject(key);
	needType(key, 'secret');
	return key[kHandle];
}

const keyTypes = ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'Object'];

// parse makes a key of whatever a script gives for one: data, or an object with data and how to read it.
function parse(key, { types, fromJWK, fromData }) {
	if (key === undefined || key === null) throw ERR_INVALID_ARG_TYPE('key', keyTypes, key);
	const options = typeof key === 'string' || isBytes(key) ? { key } : key;
	const { key: data, format = 'pem', type, encoding, passphrase } = options;
	if (data === undefined || isKeyObject(data)) throw ERR_INVALID_ARG_TYPE('options.key', keyTypes, data);
	if (typeof data !== 'string' && !isBytes(data)) {
		if (typeof data !== 'object' || data === null) throw ERR_INVALID_ARG_TYPE('key', keyTypes, options);
		return fromJWK(data);
	}
	validateOneOf(format, 'format', ['pem', 'der']);
	if (type !== undefined) validateOneOf(type, 'type', types);
	if (passphrase !== undefined && typeof passphrase !== 'string' && !isBytes(passphrase)) {
		throw ERR_INVALID_ARG_TYPE('passphrase', ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], passphrase);
	}
	return fromData(data, encoding, format, type, passphrase);
}

const privateParser = { types: ['pkcs1', 'pkcs8', 'sec1'], fromJWK: native.newPrivateJWK, fromData: native.newPrivateKey };
const publicParser = { types: ['pkcs1', 'spki'], fromJWK: native.newPublicJWK, fromData: native.newPublicKey };

function createPrivateKey(key) {
	return new PrivateKeyObject(make, parse(key, privateParser));
}

function createPublicKey(key) {
	if (native.isCryptoKey(key)) throw new Error('Failed to derive public key from private key');
	if (isKeyObject(key)) {
		if (key.type !== 'private') throw ERR_INVALID_ARG_TYPE('key', 'PrivateKeyObject', key);
		return new PublicKeyObject(make, native.publicOf(key[kHandle]));
	}
	return new PublicKeyObject(make, parse(key, publicParser));
}

function createSecretKey(key, encoding) {
	if (key === undefined || key === null) throw ERR_INVALID_ARG_TYPE('key', ['string', 'ArrayBuffer', 'TypedArray', 'DataView'], key);
	return new SecretKeyObject(make, native.newSecretKey(key, encoding));
}

function secretLength(type, options) {
	validateOneOf(type, 'type', ['hmac', 'aes']);
	validateObject(options, 'options');
	const { length } = options;
	if (type === 'aes') validateOneOf(length, 'options.length', [128, 192, 256]);
	else validateInteger(length, 'options.length', 8, 65536);
	return length;
}

function generateKeySync(type, options) {
	return new SecretKeyObject(make, native.generateSecret(secretLength(type, options)));
}

function generateKey(type, options, callback) {
	const length = secretLength(type, options);
	const { settle, attempt } = require('internal/crypto/common');
	settle(attempt(() => new SecretKeyObject(make, native.generateSecret(length))), callback);
}

// pairArguments checks the options for a new pair and returns what Go needs of them.
function pairArguments(type, options) {
	validateOneOf(type, 'type', ['rsa', 'ec', 'ed25519', 'x25519', 'dh']);
	if (options !== undefined) validateObject(options, 'options');
	const { publicKeyEncoding, privateKeyEncoding, modulusLength, publicExponent = 0x10001, namedCurve, paramEncoding = 'named',
		group, prime, primeLength, generator = 2 } = options ?? {};
	for (const [name, value] of Object.entries({ publicKeyEncoding, privateKeyEncoding })) {
		if (value !== undefined) validateObject(value, `options.${name}`);
	}
	switch (type) {
	case 'rsa':
		validateInteger(modulusLength, 'options.modulusLength', 0, 2 ** 32 - 1);
		validateInteger(publicExponent, 'options.publicExponent', 0, 2 ** 32 - 1);
		return [type, modulusLength, publicExponent];
	case 'ec':
		if (typeof namedCurve !== 'string') throw ERR_INVALID_ARG_TYPE('options.namedCurve', 'string', namedCurve);
		validateOneOf(paramEncoding, 'options.paramEncoding', ['named', 'explicit']);
		return [type, namedCurve];
	case 'dh':
		if (group !== undefined) {
			if (typeof group !== 'string') throw ERR_INVALID_ARG_TYPE('options.group', 'string', group);
			return [type, group];
		}
		if (prime !== undefined) return [type, prime, generator];
		if (primeLength === undefined) throw new NodeError('ERR_MISSING_OPTION', 'At least one of the group, prime, or primeLength options');
		throw new Error('Generating DH keys from a prime length is not yet implemented');
	}
	return [type];
}

// pair makes what a script gets of the two handles.
function pair([publicHandle, privateHandle], options) {
	let publicKey = new PublicKeyObject(make, publicHandle), privateKey = new PrivateKeyObject(make, privateHandle);
	if (options?.publicKeyEncoding !== undefined) publicKey = publicKey.export(options.publicKeyEncoding);
	if (options?.privateKeyEncoding !== undefined) privateKey = privateKey.export(options.privateKeyEncoding);
	return { publicKey, privateKey };
}

function generateKeyPairSync(type, options) {
	return pair(native.generatePair(false, ...pairArguments(type, options)), options);
}

function generateKeyPair(type, options, callback) {
	if (typeof options === 'function') [options, callback] = [undefined, options];
	const args = pairArguments(type, options);
	validateFunction(callback, 'callback');
	const promise = require('internal/crypto/common').attempt(() => native.generatePair(true, ...args)).then((handles) => pair(handles, options));
	promise.then(({ publicKey, privateKey }) => callback(null, publicKey, privateKey), (error) => callback(error));
}
Object.defineProperty(generateKeyPair, Symbol.for('nodejs.util.promisify.custom'), {
	value: (type, options) => new Promise((resolve, reject) => {
		generateKeyPair(type, options, (error, publicKey, privateKey) => error ? reject(error) : resolve({ publicKey, privateKey }));
	}),
});

// handleFor makes the handle of a key of a type of whatever may stand for one; inside says whether a KeyObject may be in
// the property key of an object, too.
function handleFor(key, type, inside) {
	key = asKeyObject(key);
	let inner = key;
	if (inside && !isKeyObject(key) && key !== null && typeof key === 'object') inner = asKeyObject(key.key);
	if (isKeyObject(inner)) {
		if (inner.type === type) return inner[kHandle];
		if (type === 'public' && inner.type === 'private') return native.publicOf(inner[kHandle]);
		needType(inner, type);
	}
	return parse(key, type === 'private' ? privateParser : publicParser);
}

module.exports = {
	KeyObject, PublicKeyObject, PrivateKeyObject, SecretKeyObject, createPrivateKey, createPublicKey, createSecretKey, generateKey,
	generateKeySync, generateKeyPair, generateKeyPairSync, isKeyObject, asKeyObject, secretHandle, handleFor,
	publicKeyOf: (handle) => new PublicKeyObject(make, handle),
};
