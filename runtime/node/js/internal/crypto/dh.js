const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('internal/errors');
const { validateOneOf, validateObject, validateInteger, validateString } = require('internal/validators');
const { kHandle, isBytes, needView, bytesOf, output } = require('internal/crypto/common');

const keyTypes = ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

function needKey(value, name) {
	if (typeof value !== 'string' && !isBytes(value)) throw ERR_INVALID_ARG_TYPE(name, keyTypes, value);
}

// https://nodejs.org/api/crypto.html#class-diffiehellman
function DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding) {
	if (!(this instanceof DiffieHellman)) return new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding);
	if (typeof sizeOrKey !== 'number' && typeof sizeOrKey !== 'string' && !isBytes(sizeOrKey)) {
		throw ERR_INVALID_ARG_TYPE('sizeOrKey', ['number', 'string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], sizeOrKey);
	}
	if (typeof sizeOrKey === 'number') validateInteger(sizeOrKey, 'sizeOrKey', -2147483648, 2147483647);
	// The encoding of the key may be left out.
	if (keyEncoding && !require('buffer').Buffer.isEncoding(keyEncoding) && keyEncoding !== 'buffer') {
		[keyEncoding, generator, genEncoding] = [undefined, keyEncoding, generator];
	}
	if (generator === undefined || generator === null || generator === '') generator = 2;
	else if (typeof generator !== 'number') {
		if (typeof generator !== 'string' && !isBytes(generator)) {
			throw ERR_INVALID_ARG_TYPE('generator', ['number', 'string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], generator);
		}
		generator = bytesOf(generator, genEncoding);
	} else {
		validateInteger(generator, 'generator', -2147483648, 2147483647);
	}
	Object.defineProperty(this, kHandle, { value: native.newDH(bytesOf(sizeOrKey, keyEncoding), generator) });
}

// https://nodejs.org/api/crypto.html#class-diffiehellmangroup
function DiffieHellmanGroup(name) {
	if (!(this instanceof DiffieHellmanGroup)) return new DiffieHellmanGroup(name);
	Object.defineProperty(this, kHandle, { value: native.newDHGroup(name) });
}

for (const [name, get] of [['getPrime', native.primeDH], ['getGenerator', native.generatorDH], ['getPublicKey', native.publicDH],
	['getPrivateKey', native.privateDH], ['generateKeys', native.generateDH]]) {
	for (const constructor of [DiffieHellman, DiffieHellmanGroup]) {
		constructor.prototype[name] = { [name](encoding) { return output(get(this[kHandle]), encoding); } }[name];
	}
}
for (const constructor of [DiffieHellman, DiffieHellmanGroup]) {
	constructor.prototype.computeSecret = function computeSecret(otherPublicKey, inputEncoding, outputEncoding) {
		needKey(otherPublicKey, 'key');
		return output(native.agreeDH(this[kHandle], otherPublicKey, inputEncoding), outputEncoding);
	};
	Object.defineProperty(constructor.prototype, 'verifyError', {
		get() { return native.verifyErrorDH(this[kHandle]); }, enumerable: true, configurable: true,
	});
}
DiffieHellman.prototype.setPublicKey = function setPublicKey(key, encoding) {
	needKey(key, 'key');
	native.setPublicDH(this[kHandle], key, encoding);
	return this;
};
DiffieHellman.prototype.setPrivateKey = function setPrivateKey(key, encoding) {
	needKey(key, 'key');
	native.setPrivateDH(this[kHandle], key, encoding);
	return this;
};

const createDiffieHellman = (sizeOrKey, keyEncoding, generator, genEncoding) => new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding);
const createDiffieHellmanGroup = (name) => new DiffieHellmanGroup(name);
const getDiffieHellman = (name) => new DiffieHellmanGroup(name);

function diffieHellman(options) {
	validateObject(options, 'options');
	const { privateKey, publicKey } = options;
	const { isKeyObject } = require('internal/crypto/keys');
	if (!isKeyObject(publicKey)) throw ERR_INVALID_ARG_TYPE('options.publicKey', 'KeyObject', publicKey);
	if (!isKeyObject(privateKey)) throw ERR_INVALID_ARG_TYPE('options.privateKey', 'KeyObject', privateKey);
	if (privateKey.type !== 'private') throw ERR_INVALID_ARG_TYPE('options.privateKey', 'private key', privateKey);
	if (publicKey.type === 'secret') throw ERR_INVALID_ARG_TYPE('options.publicKey', 'public key', publicKey);
	if (privateKey.asymmetricKeyType !== publicKey.asymmetricKeyType) {
		throw ERR_INVALID_ARG_VALUE('options.publicKey.asymmetricKeyType', publicKey.asymmetricKeyType, 'must equal privateKey.asymmetricKeyType');
	}
	return native.agree(privateKey[kHandle], publicKey[kHandle]);
}

const needFormat = (format) => validateOneOf(format, 'format', ['compressed', 'uncompressed', 'hybrid']);

// https://nodejs.org/api/crypto.html#class-ecdh
function ECDH(curveName) {
	if (!(this instanceof ECDH)) return new ECDH(curveName);
	validateString(curveName, 'curveName');
	Object.defineProperty(this, kHandle, { value: native.newECDH(curveName) });
}

Object.assign(ECDH.prototype, {
	computeSecret(otherPublicKey, inputEncoding, outputEncoding) {
		needView(otherPublicKey, 'otherPublicKey');
		return output(native.agreeECDH(this[kHandle], otherPublicKey, inputEncoding), outputEncoding);
	},
	generateKeys(encoding, format = 'uncompressed') {
		needFormat(format);
		native.generateECDH(this[kHandle]);
		return this.getPublicKey(encoding, format);
	},
	getPrivateKey(encoding) {
		return output(native.privateECDH(this[kHandle]), encoding);
	},
	getPublicKey(encoding, format = 'uncompressed') {
		needFormat(format);
		return output(native.publicECDH(this[kHandle], format), encoding);
	},
	setPrivateKey(key, encoding) {
		needView(key, 'key');
		native.setECDH(this[kHandle], key, encoding);
		return this;
	},
});

ECDH.convertKey = function convertKey(key, curve, inputEncoding, outputEncoding, format = 'uncompressed') {
	needView(key, 'key');
	validateString(curve, 'curve');
	needFormat(format);
	return output(native.convertPoint(key, inputEncoding, curve, format), outputEncoding);
};

const createECDH = (curveName) => new ECDH(curveName);
const getCurves = () => native.getCurves();

module.exports = {
	DiffieHellman, DiffieHellmanGroup, createDiffieHellman, createDiffieHellmanGroup, getDiffieHellman, diffieHellman, ECDH, createECDH, getCurves,
};
