package webcrypto_test

import (
	"testing"

	"devserver/internal/jstest"
)

// Every pair of keys goes out and comes back in every format, and what one signs or encrypts the other accepts.
func TestFormats(t *testing.T) {
	const preamble = `const { subtle } = crypto, rsa = {modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256'};
		const roundTrip = async (algorithm, params, usages, formats = ['spki', 'jwk', 'raw']) => {
			const pair = await subtle.generateKey(algorithm, true, usages), results = [];
			for (const format of formats) {
				for (const secret of ['pkcs8', 'jwk']) {
					const privateKey = await subtle.importKey(secret, await subtle.exportKey(secret, pair.privateKey), algorithm, true, pair.privateKey.usages);
					const publicKey = await subtle.importKey(format, await subtle.exportKey(format, pair.publicKey), algorithm, true, pair.publicKey.usages);
					if (JSON.stringify(privateKey.algorithm) !== JSON.stringify(pair.privateKey.algorithm)) throw new Error(JSON.stringify(privateKey.algorithm));
					if (usages[0] === 'sign') {
						const signature = await subtle.sign(params, privateKey, bytes('text'));
						results.push(await subtle.verify(params, publicKey, signature, bytes('text')), await subtle.verify(params, publicKey, signature, bytes('test')));
					} else if (usages[0] === 'encrypt') {
						results.push(hex(await subtle.decrypt(params, privateKey, await subtle.encrypt(params, publicKey, bytes('text')))) === hex(bytes('text')));
					} else {
						results.push(hex(await subtle.deriveBits({...params, public: publicKey}, pair.privateKey)) === hex(await subtle.deriveBits({...params, public: pair.publicKey}, privateKey)));
					}
				}
			}
			return [...new Set(results)].join() + results.length;
		};
		`
	table(t, preamble, []jstest.Case{
		{`return roundTrip({name: 'ECDSA', namedCurve: 'P-256'}, {name: 'ECDSA', hash: 'SHA-256'}, ['sign', 'verify'])`, "true,false12"},
		{`return roundTrip({name: 'ECDSA', namedCurve: 'P-384'}, {name: 'ECDSA', hash: 'SHA-1'}, ['sign', 'verify'])`, "true,false12"},
		{`return roundTrip({name: 'ECDSA', namedCurve: 'P-521'}, {name: 'ECDSA', hash: 'SHA-512'}, ['sign', 'verify'])`, "true,false12"},
		{`return roundTrip({name: 'ECDH', namedCurve: 'P-521'}, {name: 'ECDH'}, ['deriveBits'])`, "true6"},
		{`return roundTrip('X25519', {name: 'X25519'}, ['deriveBits'])`, "true6"},
		{`return roundTrip('Ed25519', 'Ed25519', ['sign', 'verify'])`, "true,false12"},
		{`return roundTrip({name: 'NODE-ED25519', namedCurve: 'NODE-ED25519'}, 'NODE-ED25519', ['sign', 'verify'])`, "true,false12"},
		{`return roundTrip({...rsa, name: 'RSA-OAEP'}, {name: 'RSA-OAEP', label: bytes('label')}, ['encrypt', 'decrypt'], ['spki', 'jwk'])`, "true4"},
		{`return roundTrip({...rsa, name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384'}, 'RSASSA-PKCS1-v1_5', ['sign', 'verify'], ['spki', 'jwk'])`, "true,false8"},
		{`return roundTrip({...rsa, name: 'RSA-PSS'}, {name: 'RSA-PSS', saltLength: 32}, ['sign', 'verify'], ['spki', 'jwk'])`, "true,false8"},
		{`return roundTrip({...rsa, name: 'RSA-PSS'}, {name: 'RSA-PSS', saltLength: 0}, ['sign', 'verify'], ['spki', 'jwk'])`, "true,false8"},
		{`return roundTrip({...rsa, name: 'RSA-PSS', publicExponent: new Uint8Array([3])}, {name: 'RSA-PSS', saltLength: 1}, ['sign', 'verify'], ['spki', 'jwk'])`, "true,false8"},

		{`const {publicKey} = await subtle.generateKey({name: 'ECDSA', namedCurve: 'P-256'}, true, ['sign', 'verify']), raw = new Uint8Array(await subtle.exportKey('raw', publicKey)), compressed = raw.slice(0, 33);
			compressed[0] = 2 + raw[64] % 2;
			return hex(await subtle.exportKey('raw', await subtle.importKey('raw', compressed, {name: 'ECDSA', namedCurve: 'P-256'}, true, ['verify']))) === hex(raw)`, "true"},
		{`const {privateKey, publicKey} = await subtle.generateKey({...rsa, name: 'RSA-PSS'}, true, ['sign', 'verify']), {n, e, d, kty} = await subtle.exportKey('jwk', privateKey);
			const bare = await subtle.importKey('jwk', {n, e, d, kty}, {name: 'RSA-PSS', hash: 'SHA-256'}, true, ['sign']), params = {name: 'RSA-PSS', saltLength: 32};
			return [await subtle.verify(params, publicKey, await subtle.sign(params, bare, bytes('x')), bytes('x')), Object.keys(await subtle.exportKey('jwk', bare)), await subtle.exportKey('pkcs8', bare).catch(e => e.message)].join()`, "true,kty,key_ops,alg,ext,d,n,e,Private key export failed."},
	})
}

// The words are what workerd says.
func TestAsymmetricErrors(t *testing.T) {
	const preamble = `const { subtle } = crypto, p256 = {name: 'ECDSA', namedCurve: 'P-256'}, rsa = {modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256'};
		const ec = () => subtle.generateKey(p256, true, ['sign', 'verify']), ed = () => subtle.generateKey('Ed25519', true, ['sign', 'verify']);
		`
	table(t, preamble, []jstest.Case{
		{`return subtle.importKey('raw', new Uint8Array(65), p256, true, ['verify'])`, "thrown: DataError: Failed to import raw EC key data: Invalid point encoding.."},
		{`return subtle.importKey('raw', unhex('04' + '01'.repeat(64)), p256, true, ['verify'])`, "thrown: DataError: Failed to import raw EC key data: Invalid point encoding.."},
		{`return subtle.importKey('spki', new Uint8Array(65), p256, true, ['verify'])`, "thrown: DataError: Invalid SPKI input."},
		{`return subtle.importKey('pkcs8', new Uint8Array(65), p256, true, ['sign'])`, "thrown: DataError: Invalid PKCS8 input."},
		{`const k = await ec(); return subtle.importKey('spki', await subtle.exportKey('spki', k.publicKey), {name: 'RSA-PSS', hash: 'SHA-256'}, true, ['verify'])`, "thrown: DataError: Input was not an RSA key."},
		{`const k = await ec(); return subtle.importKey('spki', await subtle.exportKey('spki', k.publicKey), {...p256, namedCurve: 'P-384'}, true, ['verify'])`, `thrown: DataError: "algorithm.namedCurve" "P-384" does not match the curve specified by the input key data.`},
		{`const k = await ec(), der = new Uint8Array(await subtle.exportKey('spki', k.publicKey)), more = new Uint8Array(der.length + 2); more.set(der); return subtle.importKey('spki', more, p256, true, ['verify'])`, "thrown: DataError: Invalid 2 trailing bytes after SPKI input."},
		{`const k = await ec(), der = new Uint8Array(await subtle.exportKey('pkcs8', k.privateKey)), more = new Uint8Array(der.length + 2); more.set(der); return subtle.importKey('pkcs8', more, p256, true, ['sign'])`, "thrown: DataError: Invalid 2 trailing bytes after PKCS8 input."},
		{`const k = await ec(); return subtle.exportKey('spki', k.privateKey)`, `thrown: InvalidAccessError: Asymmetric spki export requires public key (not "private").`},
		{`const k = await ec(); return subtle.exportKey('pkcs8', k.publicKey)`, `thrown: InvalidAccessError: Asymmetric pkcs8 export requires private key (not "public").`},
		{`const k = await ec(); return subtle.exportKey('foo', k.publicKey)`, `thrown: InvalidAccessError: Cannot export "ECDSA" in "foo" format.`},
		{`const k = await ec(); return subtle.sign('ECDSA', k.privateKey, bytes('x'))`, `thrown: TypeError: Missing "hash" in AlgorithmIdentifier. (ECDSA requires that the hash algorithm be specified at call time rather than on the key. This differs from other WebCrypto algorithms for historical reasons.)`},
		{`const k = await ec(), j = await subtle.exportKey('jwk', k.privateKey), other = await subtle.exportKey('jwk', (await ec()).privateKey); return subtle.importKey('jwk', {...j, d: other.d}, p256, true, ['sign'])`, "thrown: DataError: Invalid EC key in JSON Web Key."},
		{`return subtle.generateKey({name: 'ECDSA', namedCurve: 'K-256'}, true, ['sign'])`, `thrown: NotSupportedError: Unrecognized or unimplemented EC curve "K-256" requested.`},
		{`return subtle.generateKey(p256, true, ['verify'])`, "thrown: SyntaxError: Attempt to generate asymmetric keys with no valid private key usages."},

		{`const k = await ed(); return subtle.verify('Ed25519', k.publicKey, new Uint8Array(63), bytes('x'))`, "thrown: OperationError: Invalid Ed25519 signature length 63"},
		{`const k = await ed(); return subtle.sign('Ed25519', k.publicKey, bytes('x'))`, `thrown: InvalidAccessError: Requested key usage "sign" does not match any usage listed in this CryptoKey.`},
		{`return subtle.importKey('raw', new Uint8Array(31), 'Ed25519', true, ['verify'])`, "thrown: DataError: Ed25519 raw keys must be exactly 32-bytes (provided 31)."},
		{`return subtle.generateKey('NODE-ED25519', true, ['sign'])`, `thrown: TypeError: Missing field "namedCurve" in "algorithm".`},
		{`return subtle.generateKey({name: 'NODE-ED25519', namedCurve: 'Ed25519'}, true, ['sign'])`, `thrown: NotSupportedError: EDDSA curve "Ed25519" isn't supported.`},

		{`return subtle.generateKey({...rsa, name: 'RSA-PSS', publicExponent: new Uint8Array([5])}, true, ['sign'])`, `thrown: OperationError: The "publicExponent" must be either 3 or 65537, but got 5.`},
		{`return subtle.generateKey({...rsa, name: 'RSA-PSS', publicExponent: [1, 0, 1]}, true, ['sign'])`, "thrown: TypeError: Incorrect type for the 'publicExponent' field on 'GenerateKeyAlgorithm': the provided value is not of type 'BufferSource'."},
		{`return subtle.generateKey({...rsa, name: 'RSA-PSS', modulusLength: 1100}, true, ['sign'])`, "thrown: OperationError: The modulus length must be a multiple of 8 and between 256 and 16k, but 1100 was requested."},
		{`return subtle.generateKey({...rsa, name: 'RSA-PSS', modulusLength: 1032}, true, ['sign'])`, "thrown: OperationError: Can't generate key: RSA key size is required to be a multiple of 128"},
		{`return subtle.generateKey({...rsa, name: 'RSA-PSS', modulusLength: 512}, true, ['sign'])`, "thrown: NotSupportedError: RSA keys of fewer than 1024 bits are not supported by devserver (512 bits)."},
		{`const k = await subtle.generateKey({...rsa, name: 'RSA-PSS'}, true, ['sign']); return subtle.sign({name: 'RSA-PSS', saltLength: 1000}, k.privateKey, bytes('x'))`, "thrown: OperationError: key too small for signing with given digest and salt length"},
		{`const k = await subtle.generateKey({...rsa, name: 'RSA-PSS'}, true, ['sign', 'verify']), s = await subtle.sign({name: 'RSA-PSS', saltLength: 10}, k.privateKey, bytes('x'));
			return (await Promise.all([0, 9, 10, 11].map(saltLength => subtle.verify({name: 'RSA-PSS', saltLength}, k.publicKey, s, bytes('x'))))).join()`, "false,false,true,false"},
		{`const k = await subtle.generateKey({...rsa, name: 'RSA-OAEP'}, true, ['encrypt', 'decrypt']); return subtle.encrypt('RSA-OAEP', k.publicKey, new Uint8Array(100))`, "thrown: OperationError: RSA-OAEP failed encrypt/decrypt."},
		{`const k = await subtle.generateKey({...rsa, name: 'RSA-OAEP'}, true, ['encrypt', 'decrypt']), c = await subtle.encrypt('RSA-OAEP', k.publicKey, bytes('x'));
			const errors = await Promise.all([c.slice(1), new Uint8Array(128), new Uint8Array(128).fill(255)].map(c => subtle.decrypt('RSA-OAEP', k.privateKey, c).catch(e => e.message)).concat(subtle.decrypt({name: 'RSA-OAEP', label: bytes('x')}, k.privateKey, c).catch(e => e.message)));
			return [...new Set(errors)].join()`, "RSA-OAEP failed encrypt/decrypt."},
		{`const k = await subtle.generateKey({...rsa, name: 'RSA-PSS'}, true, ['sign', 'verify']), j = await subtle.exportKey('jwk', k.privateKey); delete j.qi; return subtle.importKey('jwk', j, {name: 'RSA-PSS', hash: 'SHA-256'}, true, ['sign'])`,
			`thrown: DataError: Invalid RSA private key in JSON Web Key; if one Prime Factor or CRT Exponent/Coefficient parameter is present, then they must all be present ("p", "q", "dp", "dq", "qi").`},
		// a modulus that is even
		{`const k = await subtle.generateKey({...rsa, name: 'RSA-PSS'}, true, ['sign', 'verify']), der = new Uint8Array(await subtle.exportKey('spki', k.publicKey)); der[der.length - 6] ^= 1; return subtle.importKey('spki', der, {name: 'RSA-PSS', hash: 'SHA-256'}, true, ['verify'])`, "thrown: DataError: Input was not an RSA key."},
		// a modulus that nothing must be computed with
		{`const long = 'f'.repeat(1 << 20); return subtle.importKey('jwk', {kty: 'RSA', n: long, e: 'AQAB', d: long, p: long, q: long, dp: long, dq: long, qi: long}, {name: 'RSA-PSS', hash: 'SHA-256'}, true, ['sign'])`, "thrown: OperationError: The modulus length must be a multiple of 8 and between 256 and 16k, but 6291455 was requested."},
	})
}

func TestCryptoKey(t *testing.T) {
	const preamble = `const { subtle } = crypto; const aes = () => subtle.generateKey({name: 'AES-GCM', length: 128}, true, ['encrypt']);
		`
	table(t, preamble, []jstest.Case{
		{`const k = await aes(); return [k.algorithm === k.algorithm, k.usages === k.usages, Object.getOwnPropertyNames(k).length, JSON.stringify(k)].join()`, "true,true,0,{}"},
		// Writing to what a script sees of a key does not change the key.
		{`const k = await aes(); k.usages.push('decrypt'); k.algorithm.name = 'AES-CBC'; return subtle.decrypt({name: 'AES-GCM', iv: bytes('x')}, k, new Uint8Array(16)).catch(e => e.name)`, "InvalidAccessError"},
		{`return structuredClone(await aes())`, `thrown: DataCloneError: Could not serialize object of type "CryptoKey". This type does not support serialization.`},
		{`const {publicKey} = await subtle.generateKey({name: 'RSA-PSS', modulusLength: 1024, publicExponent: new Uint8Array([0, 1, 0, 1]), hash: 'SHA-256'}, true, ['sign', 'verify']); return JSON.stringify(publicKey.algorithm) + publicKey.algorithm.publicExponent.constructor.name`,
			`{"name":"RSA-PSS","modulusLength":1024,"publicExponent":{"0":1,"1":0,"2":1},"hash":{"name":"SHA-256"}}Uint8Array`},
		{`const j = await subtle.exportKey('jwk', (await subtle.generateKey('Ed25519', true, ['sign'])).privateKey); j.d = j.x = '-'; return JSON.stringify(j)`, `{"kty":"OKP","key_ops":["sign"],"alg":"EdDSA","ext":true,"crv":"Ed25519","x":"-","d":"-"}`},
		{`const j = await subtle.exportKey('jwk', (await subtle.generateKey({name: 'NODE-ED25519', namedCurve: 'NODE-ED25519'}, true, ['sign'])).privateKey); j.d = j.x = '-'; return JSON.stringify(j)`, `{"kty":"OKP","key_ops":["sign"],"ext":true,"crv":"Ed25519","x":"-","d":"-"}`},
	})
}
