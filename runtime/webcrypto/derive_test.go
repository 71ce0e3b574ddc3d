package webcrypto_test

import (
	"testing"

	"devserver/internal/jstest"
)

func TestDeriving(t *testing.T) {
	const preamble = `const { subtle } = crypto;
		const secret = (name, data = bytes('x'), usages = ['deriveBits', 'deriveKey']) => subtle.importKey('raw', data, name, false, usages);
		const hkdf = {name: 'HKDF', hash: 'SHA-256', salt: bytes('x'), info: bytes('x')};
		const pbkdf2 = {name: 'PBKDF2', hash: 'SHA-256', salt: bytes('salt'), iterations: 1};
		`
	table(t, preamble, []jstest.Case{
		// RFC 5869, A.1, and RFC 6070.
		{`return hex(await subtle.deriveBits({name: 'HKDF', hash: 'SHA-256', salt: unhex('000102030405060708090a0b0c'), info: unhex('f0f1f2f3f4f5f6f7f8f9')}, await secret('HKDF', new Uint8Array(22).fill(11)), 336))`,
			"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
		{`return hex(await subtle.deriveBits({name: 'PBKDF2', hash: 'SHA-1', salt: bytes('salt'), iterations: 4096}, await secret('PBKDF2', bytes('password')), 160))`,
			"4b007901b765489abead49d926f721d065a429c1"},

		{`const k = await subtle.deriveKey(hkdf, await secret('HKDF'), {name: 'HMAC', hash: 'SHA-384'}, true, ['sign']); return k.algorithm.length + ' ' + k.usages`, "1024 sign"},
		{`return subtle.deriveKey(hkdf, await secret('HKDF'), {name: 'AES-GCM'}, true, ['encrypt'])`, `thrown: TypeError: Missing field "length" in "derivedKeyParams".`},
		{`return subtle.deriveKey(hkdf, await secret('HKDF'), {name: 'AES-GCM', length: 100}, true, ['encrypt'])`, "thrown: OperationError: Derived AES key must be 128, 192, or 256 bits in length but provided 100."},
		{`return subtle.deriveKey(hkdf, await secret('HKDF'), {name: 'HMAC', hash: 'SHA-1', length: 0}, true, ['sign'])`, "thrown: TypeError: HMAC key length must be a non-zero unsigned long integer."},
		{`return subtle.deriveKey(hkdf, await secret('HKDF'), {name: 'ECDSA', namedCurve: 'P-256'}, true, ['sign'])`, `thrown: NotSupportedError: Unrecognized derived key type "ECDSA" requested.`},
		{`return subtle.deriveBits(hkdf, await secret('HKDF'), 255 * 256 + 8)`, "thrown: OperationError: HKDF deriveBits failed."},
		{`return (await subtle.deriveBits(hkdf, await secret('HKDF'), 0)).byteLength`, "0"},
		{`return subtle.deriveBits(hkdf, await secret('HKDF'), -1)`, "thrown: TypeError: deriveBits length must be an unsigned long integer."},
		{`return subtle.deriveBits(hkdf, await secret('HKDF'))`, "thrown: OperationError: HKDF cannot derive a key with null length."},
		{`return subtle.deriveBits(hkdf, await secret('HKDF', bytes('x'), ['deriveKey']), 8)`, `thrown: InvalidAccessError: Requested key usage "deriveBits" does not match any usage listed in this CryptoKey.`},

		{`return subtle.deriveBits(pbkdf2, await secret('PBKDF2'), 7)`, "thrown: OperationError: PBKDF2 requires a derived key length that is a multiple of eight (requested 7)."},
		{`return subtle.deriveBits({...pbkdf2, iterations: 0}, await secret('PBKDF2'), 8)`, "thrown: OperationError: PBKDF2 requires a positive iteration count (requested 0)."},
		{`return subtle.deriveBits({...pbkdf2, iterations: 100001}, await secret('PBKDF2'), 8)`, "thrown: NotSupportedError: Pbkdf2 failed: iteration counts above 100000 are not supported (requested 100001)."},
		{`return subtle.deriveBits(pbkdf2, await secret('PBKDF2'), 255 * 256 + 8)`, "thrown: OperationError: Pbkdf2 failed: derived key length exceeds maximum for this hash"},
		{`return subtle.importKey('raw', bytes('x'), 'PBKDF2', true, ['deriveBits'])`, "thrown: SyntaxError: PBKDF2 key cannot be extractable."},
		{`return subtle.importKey('jwk', {kty: 'oct', k: 'AAAA'}, 'HKDF', false, ['deriveBits'])`, `thrown: NotSupportedError: HKDF key must be imported in "raw" format (requested "jwk").`},
		{`return subtle.exportKey('raw', await secret('HKDF'))`, "thrown: InvalidAccessError: Attempt to export non-extractable HKDF key."},
	})
}

func TestAgreement(t *testing.T) {
	const preamble = `const { subtle } = crypto;
		const ecdh = curve => subtle.generateKey({name: 'ECDH', namedCurve: curve}, true, ['deriveBits', 'deriveKey']);
		const x25519 = () => subtle.generateKey('X25519', true, ['deriveBits', 'deriveKey']);
		`
	table(t, preamble, []jstest.Case{
		{`const results = [];
			for (const curve of ['P-256', 'P-384', 'P-521']) {
				const a = await ecdh(curve), b = await ecdh(curve);
				const ab = await subtle.deriveBits({name: 'ECDH', public: b.publicKey}, a.privateKey), ba = await subtle.deriveBits({name: 'ECDH', public: a.publicKey}, b.privateKey, null);
				results.push(ab.byteLength, hex(ab) === hex(ba));
			}
			return results.join()`, "32,true,48,true,66,true"},
		// RFC 7748, section 6.1.
		{`const alice = await subtle.importKey('jwk', {kty: 'OKP', crv: 'X25519', x: 'hSDwCYkwp1R0i33ctD73WgWuBFpF9PxMoOBGLr6aqmo', d: 'dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo'}, 'X25519', true, ['deriveBits']).catch(e => e.message);
			return alice`, "Invalid X25519 key in JSON Web Key; the public key component (\"x\") is not that of the private key."},
		{`const alice = await subtle.importKey('pkcs8', unhex('302e020100300506032b656e04220420' + '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'), 'X25519', true, ['deriveBits']);
			const bob = await subtle.importKey('raw', unhex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'), 'X25519', true, []);
			return hex(await subtle.deriveBits({name: 'X25519', public: bob}, alice, 256))`, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
		{`const a = await x25519(), whole = hex(await subtle.deriveBits({name: 'X25519', public: a.publicKey}, a.privateKey)), part = hex(await subtle.deriveBits({name: 'X25519', public: a.publicKey}, a.privateKey, 9));
			return part.length + '' + whole.startsWith(part.slice(0, 2)) + (parseInt(part.slice(2), 16) & 0x7f)`, "4true0"},
		{`const k = await x25519(), zero = await subtle.importKey('raw', new Uint8Array(32), 'X25519', true, []); return subtle.deriveBits({name: 'X25519', public: zero}, k.privateKey, 8)`, "thrown: OperationError: Failed to derive EDDH key: public key routines INVALID_PEER_KEY."},
		{`const k = await x25519(); return subtle.deriveBits({name: 'X25519'}, k.privateKey, 8)`, `thrown: TypeError: Missing field "public" in "derivedKeyParams".`},
		{`const k = await x25519(); return subtle.deriveBits({name: 'X25519', public: {}}, k.privateKey, 8)`, "thrown: TypeError: Incorrect type for the 'public' field on 'DeriveKeyAlgorithm': the provided value is not of type 'CryptoKey'."},
		{`const k = await x25519(); return subtle.deriveBits({name: 'X25519', public: k.privateKey}, k.privateKey, 8)`, `thrown: InvalidAccessError: The provided key has type "private", not "public"`},
		{`const k = await x25519(), e = await ecdh('P-256'); return subtle.deriveBits({name: 'X25519', public: e.publicKey}, k.privateKey, 8)`, "thrown: InvalidAccessError: Base X25519 private key cannot be used to derive a key from a peer ECDH public key"},
		{`const a = await ecdh('P-384'), b = await ecdh('P-256'); return subtle.deriveBits({name: 'ECDH', public: b.publicKey}, a.privateKey, 8)`, `thrown: InvalidAccessError: Private key for derivation is using curve "P-384" while public key is using "P-256".`},
		{`const k = await ecdh('P-256'); return subtle.deriveBits({name: 'ECDH', public: k.publicKey}, k.privateKey, 257)`, "thrown: OperationError: Derived key length (257 bits) is too long (should be at most 256 bits)."},
		{`const k = await ecdh('P-256'); return subtle.importKey('jwk', await subtle.exportKey('jwk', k.publicKey), {name: 'ECDH', namedCurve: 'P-256'}, true, ['deriveBits'])`, `thrown: SyntaxError: Attempt to import public ECDH key with invalid usage "deriveBits".`},
	})
}

// Slow work is done while the loop goes on, and one piece after the other.
func TestBackground(t *testing.T) {
	const preamble = `const { subtle } = crypto, order = [];
		const key = await subtle.importKey('raw', bytes('x'), 'PBKDF2', false, ['deriveBits']);
		const derive = (name, iterations) => subtle.deriveBits({name: 'PBKDF2', hash: 'SHA-256', salt: bytes('salt'), iterations}, key, 8).then(() => order.push(name));
		`
	table(t, preamble, []jstest.Case{
		{`const slow = derive('slow', 5000), quick = derive('quick', 1); order.push('first'); await subtle.digest('SHA-1', bytes('x')); order.push('second'); await Promise.all([slow, quick]); return order.join()`, "first,second,slow,quick"},
		{`const salt = bytes('salt'), a = await subtle.deriveBits({name: 'PBKDF2', hash: 'SHA-256', salt: bytes('salt'), iterations: 1}, key, 32);
			const pending = subtle.deriveBits({name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 1}, key, 32); salt.fill(0); return hex(await pending) === hex(a)`, "true"},
	})
}
