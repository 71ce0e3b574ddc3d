// https://nodejs.org/api/crypto.html as Workers have it. What a Worker does not touch is not loaded: each export is made
// when it is asked for.
module.exports = native.exports((name) => {
	switch (name) {
	case 'Hash': case 'Hmac': case 'createHash': case 'createHmac': case 'getHashes': case 'hash':
		return require('internal/crypto/hash')[name];
	case 'Cipheriv': case 'Decipheriv': case 'createCipheriv': case 'createDecipheriv': case 'getCiphers': case 'getCipherInfo':
		return require('internal/crypto/cipher')[name];
	case 'KeyObject': case 'PublicKeyObject': case 'PrivateKeyObject': case 'SecretKeyObject': case 'generateKey': case 'generateKeyPair':
	case 'generateKeyPairSync': case 'generateKeySync': case 'createPrivateKey': case 'createPublicKey': case 'createSecretKey':
		return require('internal/crypto/keys')[name];
	case 'createSign': case 'createVerify': case 'sign': case 'verify': case 'Sign': case 'Verify':
		return require('internal/crypto/sign')[name];
	case 'publicDecrypt': case 'publicEncrypt': case 'privateDecrypt': case 'privateEncrypt':
		return require('internal/crypto/rsa')[name];
	case 'DiffieHellman': case 'DiffieHellmanGroup': case 'createDiffieHellman': case 'createDiffieHellmanGroup': case 'getDiffieHellman':
	case 'diffieHellman': case 'ECDH': case 'createECDH': case 'getCurves':
		return require('internal/crypto/dh')[name];
	case 'randomBytes': case 'randomFillSync': case 'randomFill': case 'randomInt': case 'randomUUID': case 'generatePrime':
	case 'generatePrimeSync': case 'checkPrime': case 'checkPrimeSync':
		return require('internal/crypto/random')[name];
	case 'hkdf': case 'hkdfSync': case 'pbkdf2': case 'pbkdf2Sync': case 'scrypt': case 'scryptSync':
		return require('internal/crypto/kdf')[name];
	case 'X509Certificate': case 'Certificate':
		return require('internal/crypto/x509')[name];
	case 'pseudoRandomBytes':
		return require('internal/crypto/random').randomBytes;
	case 'constants':
		return require('internal/crypto/constants');
	case 'webcrypto':
		return globalThis.crypto;
	case 'subtle': case 'CryptoKey':
		return name === 'subtle' ? globalThis.crypto.subtle : globalThis.CryptoKey;
	case 'getRandomValues':
		return globalThis.crypto.getRandomValues.bind(globalThis.crypto);
	case 'timingSafeEqual':
		return function timingSafeEqual(a, b) { return native.timingSafeEqual(a, b); };
	case 'secureHeapUsed':
		return function secureHeapUsed() { return { total: 0, used: 0, utilization: 0, min: 0 }; };
	// Workers say that they are in FIPS mode, whatever algorithms they have.
	case 'fips':
		return true;
	case 'getFips':
		return function getFips() { return true; };
	}
	const missing = () => { throw require('internal/errors').ERR_METHOD_NOT_IMPLEMENTED(name); };
	switch (name) {
	case 'setFips':
		return function setFips(bool) { missing(); };
	case 'setEngine':
		return function setEngine(id, flags) { missing(); };
	}
	return Object.defineProperty(missing, 'name', { value: name }); // createCipher, createDecipher, Cipher, Decipher
});
