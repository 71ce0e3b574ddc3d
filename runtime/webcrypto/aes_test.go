package webcrypto_test

import (
	"testing"

	"devserver/internal/jstest"
)

func TestAES(t *testing.T) {
	const preamble = `const { subtle } = crypto;
		const key = (name, data = new Uint8Array(16), usages = ['encrypt', 'decrypt']) => subtle.importKey('raw', data, name, true, usages);
		`
	const failed = "thrown: OperationError: Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect CryptoKey, or another algorithm-specific reason. Input length was "
	table(t, preamble, []jstest.Case{
		// NIST SP 800-38A, F.2.1 and F.5.1; CBC with a block of padding.
		{`return hex(await subtle.encrypt({name: 'AES-CBC', iv: unhex('000102030405060708090a0b0c0d0e0f')}, await key('AES-CBC', unhex('2b7e151628aed2a6abf7158809cf4f3c')), unhex('6bc1bee22e409f96e93d7e117393172a')))`,
			"7649abac8119b246cee98e9b12e9197d8964e0b149c10b7b682e6e39aaeb731c"},
		{`return hex(await subtle.encrypt({name: 'AES-CTR', counter: unhex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'), length: 128}, await key('AES-CTR', unhex('2b7e151628aed2a6abf7158809cf4f3c')), unhex('6bc1bee22e409f96e93d7e117393172a')))`,
			"874d6191b620e3261bef6864990db6ce"},
		// The GCM specification, test case 4.
		{`return hex(await subtle.encrypt({name: 'AES-GCM', iv: unhex('cafebabefacedbaddecaf888'), additionalData: unhex('feedfacedeadbeeffeedfacedeadbeefabaddad2')}, await key('AES-GCM', unhex('feffe9928665731c6d6a8f9467308308')), unhex('d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39')))`,
			"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47"},

		// The counter counts with its own bits only.
		{`const k = await key('AES-CTR'), block = async last => hex(await subtle.encrypt({name: 'AES-CTR', counter: unhex('000000000000000000000000000000' + last), length: 128}, k, new Uint8Array(16)));
			return hex(await subtle.encrypt({name: 'AES-CTR', counter: unhex('0000000000000000000000000000005f'), length: 5}, k, new Uint8Array(32))) === await block('5f') + await block('40')`, "true"},
		{`return subtle.encrypt({name: 'AES-CTR', counter: new Uint8Array(16), length: 1}, await key('AES-CTR'), new Uint8Array(33))`, "thrown: OperationError: Counter block values will repeat."},
		{`return (await subtle.encrypt({name: 'AES-CTR', counter: new Uint8Array(16), length: 1}, await key('AES-CTR'), new Uint8Array(32))).byteLength`, "32"},
		{`return subtle.encrypt({name: 'AES-CTR', counter: new Uint8Array(16), length: 129}, await key('AES-CTR'), new Uint8Array(1))`, "thrown: OperationError: Invalid counter of 129 bits length provided."},
		{`return subtle.encrypt({name: 'AES-CTR', counter: new Uint8Array(15), length: 1}, await key('AES-CTR'), new Uint8Array(1))`, "thrown: OperationError: Counter must have length of 16 bytes (provided 15)."},

		// Tags of every length are checked, to the last bit.
		{`const k = await key('AES-GCM'), results = [];
			for (const tagLength of [32, 64, 96, 104, 112, 120, 128]) {
				const p = {name: 'AES-GCM', iv: bytes('iv'), tagLength, additionalData: bytes('aad')};
				const sealed = new Uint8Array(await subtle.encrypt(p, k, bytes('text')));
				const opened = hex(await subtle.decrypt(p, k, sealed)) === hex(bytes('text'));
				sealed[sealed.length - 1] ^= 1;
				results.push(sealed.length + '' + opened + await subtle.decrypt(p, k, sealed).catch(e => e.name));
			}
			return results.join()`,
			"8trueOperationError,12trueOperationError,16trueOperationError,17trueOperationError,18trueOperationError,19trueOperationError,20trueOperationError"},
		{`return subtle.encrypt({name: 'AES-GCM', iv: bytes('iv'), tagLength: 129}, await key('AES-GCM'), bytes('x'))`, "thrown: OperationError: Invalid AES-GCM tag length 129."},
		{`return subtle.encrypt({name: 'AES-GCM', iv: new Uint8Array(0)}, await key('AES-GCM'), bytes('x'))`, "thrown: OperationError: AES-GCM IV must not be empty."},
		{`return subtle.encrypt({name: 'AES-GCM', iv: 'x'}, await key('AES-GCM'), bytes('x'))`, "thrown: TypeError: Incorrect type for the 'iv' field on 'EncryptAlgorithm': the provided value is not of type 'BufferSource'."},
		{`return subtle.encrypt('AES-GCM', await key('AES-GCM'), bytes('x'))`, `thrown: TypeError: Missing field "iv" in "algorithm".`},
		{`return subtle.decrypt({name: 'AES-GCM', iv: bytes('iv')}, await key('AES-GCM'), new Uint8Array(15))`, "thrown: OperationError: Ciphertext length of 120 bits must be greater than or equal to the size of the AES-GCM tag length of 128 bits."},
		{`return subtle.decrypt({name: 'AES-GCM', iv: bytes('iv')}, await key('AES-GCM'), new Uint8Array(20))`, failed + "4, output length expected to be 4 for AES-GCM"},

		// Whatever is wrong with the padding, the words are the same.
		{`return subtle.decrypt({name: 'AES-CBC', iv: new Uint8Array(16)}, await key('AES-CBC'), new Uint8Array(32))`, failed + "32, output length expected to be 16 for AES-CBC"},
		{`return subtle.decrypt({name: 'AES-CBC', iv: new Uint8Array(16)}, await key('AES-CBC'), new Uint8Array(20))`, failed + "20, output length expected to be 16 for AES-CBC"},
		{`return subtle.decrypt({name: 'AES-CBC', iv: new Uint8Array(16)}, await key('AES-CBC'), new Uint8Array(0))`, failed + "0, output length expected to be 0 for AES-CBC"},
		{`const k = await key('AES-CBC'), p = {name: 'AES-CBC', iv: new Uint8Array(16)}, errors = new Set();
			for (let i = 0; i < 256; i++) {
				const sealed = new Uint8Array(await subtle.encrypt(p, k, new Uint8Array(31)));
				sealed[15] ^= i;
				await subtle.decrypt(p, k, sealed).then(d => errors.add(d.byteLength), e => errors.add(e.message.length));
			}
			return [...errors].join()`, "31,213"},
		{`return subtle.encrypt({name: 'AES-CBC', iv: new Uint8Array(15)}, await key('AES-CBC'), bytes('x'))`, "thrown: OperationError: AES-CBC IV must be 16 bytes long (provided 15 bytes)."},

		{`return key('AES-GCM', new Uint8Array(1))`, "thrown: DataError: Imported AES key length must be 128, 192, or 256 bits but provided 8."},
		{`return subtle.generateKey({name: 'AES-GCM', length: 100}, true, ['encrypt'])`, "thrown: OperationError: Generated AES key length must be 128, 192, or 256 bits but requested 100."},
		{`return subtle.generateKey({name: 'AES-GCM'}, true, ['encrypt'])`, `thrown: TypeError: Missing field "length" in "algorithm".`},
		{`return subtle.generateKey({name: 'AES-GCM', length: 128}, true, [])`, "thrown: SyntaxError: Secret/private CryptoKeys must have at least one usage."},
		{`return subtle.generateKey({name: 'AES-GCM', length: 128}, true, ['sign'])`, `thrown: SyntaxError: Attempt to generate AES-GCM key with invalid usage "sign".`},
		{`return subtle.importKey('jwk', {kty: 'oct', k: 'AAAA'}, 'AES-GCM', true, ['encrypt'])`, "thrown: DataError: Imported AES key length must be 128, 192, or 256 bits but provided 24."},
		{`return subtle.importKey('jwk', {kty: 'oct'}, 'AES-GCM', true, ['encrypt'])`, `thrown: DataError: Symmetric "jwk" key import requires a base64Url encoding of the key.`},
		{`return subtle.importKey('jwk', {kty: 'oct', alg: 'A128CBC', k: 'AAAAAAAAAAAAAAAAAAAAAA'}, 'AES-GCM', true, ['encrypt'])`, `thrown: DataError: Symmetric "jwk" key contains invalid "alg" value "A128CBC", expected "A128GCM".`},
		{`return subtle.importKey('jwk', {kty: 'oct', key_ops: ['decrypt'], k: 'AAAAAAAAAAAAAAAAAAAAAA'}, 'AES-GCM', true, ['encrypt'])`, `thrown: DataError: "jwk" key missing usage "encrypt", in "key_ops".`},
		{`return subtle.importKey('jwk', {kty: 'oct', key_ops: ['decrypt', 'decrypt'], k: 'AAAAAAAAAAAAAAAAAAAAAA'}, 'AES-GCM', true, ['decrypt'])`, `thrown: DataError: Symmetric "jwk" key contains duplicate value "decrypt", in "key_op".`},
		{`return subtle.importKey('jwk', {kty: 'oct', use: 'sig', k: 'AAAAAAAAAAAAAAAAAAAAAA'}, 'AES-GCM', true, ['decrypt'])`, `thrown: DataError: Symmetric "jwk" key must have a "use" of "enc", not "sig".`},
		{`return JSON.stringify(await subtle.exportKey('jwk', await key('AES-CTR', new Uint8Array(24))))`, `{"kty":"oct","key_ops":["encrypt","decrypt"],"alg":"A192CTR","ext":true,"k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`},
		{`return subtle.exportKey('spki', await key('AES-CTR'))`, `thrown: NotSupportedError: AES-CTR key only supports exporting "raw" & "jwk", not "spki".`},
	})
}

func TestWrapping(t *testing.T) {
	const preamble = `const { subtle } = crypto;
		const gcm = {name: 'AES-GCM', iv: bytes('iv')};
		const wrapping = (name, usages = ['wrapKey', 'unwrapKey']) => subtle.importKey('raw', unhex('000102030405060708090a0b0c0d0e0f'), name, true, usages);
		const secret = (extractable = true) => subtle.importKey('raw', unhex('00112233445566778899aabbccddeeff'), 'AES-GCM', extractable, ['encrypt']);
		`
	table(t, preamble, []jstest.Case{
		// RFC 3394, section 4.1.
		{`return hex(await subtle.wrapKey('raw', await secret(), await wrapping('AES-KW'), 'AES-KW'))`, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
		{`const k = await subtle.unwrapKey('raw', unhex('1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5'), await wrapping('AES-KW'), 'AES-KW', 'AES-GCM', true, ['encrypt']); return hex(await subtle.exportKey('raw', k))`, "00112233445566778899aabbccddeeff"},
		{`return subtle.unwrapKey('raw', unhex('1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe4'), await wrapping('AES-KW'), 'AES-KW', 'AES-GCM', true, ['encrypt'])`, "thrown: OperationError: AES-KW key unwrapping failed."},
		{`return subtle.unwrapKey('raw', new Uint8Array(20), await wrapping('AES-KW'), 'AES-KW', 'AES-GCM', true, ['encrypt'])`, "thrown: OperationError: Provided a wrapped key to unwrap that is 160 bits which isn't a multiple of 64 bits."},
		{`return subtle.unwrapKey('raw', new Uint8Array(16), await wrapping('AES-KW'), 'AES-KW', 'AES-GCM', true, ['encrypt'])`, "thrown: OperationError: Provided a wrapped key to unwrap this is 128 bits that is less than the minimal length of 192 bits."},
		{`return subtle.wrapKey('raw', await secret(false), await wrapping('AES-KW'), 'AES-KW')`, "thrown: InvalidAccessError: Attempt to export non-extractable AES-GCM key."},
		{`return subtle.wrapKey('raw', await secret(), await wrapping('AES-GCM', ['encrypt']), gcm)`, `thrown: InvalidAccessError: Requested key usage "wrapKey" does not match any usage listed in this CryptoKey.`},

		// A JSON Web Key comes back as the same key, and as one that JSON.parse understands.
		{`const w = await wrapping('AES-GCM', ['wrapKey', 'unwrapKey', 'decrypt']), wrapped = await subtle.wrapKey('jwk', await secret(), w, gcm);
			const back = await subtle.unwrapKey('jwk', wrapped, w, gcm, 'AES-GCM', true, ['encrypt']);
			const json = String.fromCharCode(...new Uint8Array(await subtle.decrypt(gcm, w, wrapped)));
			return hex(await subtle.exportKey('raw', back)) + JSON.stringify(JSON.parse(json))`,
			`00112233445566778899aabbccddeeff{"kty":"oct","key_ops":["encrypt"],"alg":"A128GCM","ext":true,"k":"ABEiM0RVZneImaq7zN3u_w"}`},
		{`const w = await wrapping('AES-GCM', ['unwrapKey', 'encrypt']); return subtle.unwrapKey('jwk', await subtle.encrypt(gcm, w, bytes('{nope')), w, gcm, 'AES-GCM', true, ['encrypt']).catch(e => e.name)`, "SyntaxError"},
		{`const w = await wrapping('AES-GCM', ['unwrapKey', 'encrypt']); return subtle.unwrapKey('jwk', await subtle.encrypt(gcm, w, bytes('5')), w, gcm, 'AES-GCM', true, ['encrypt'])`, `thrown: DataError: Missing "kty" field or corrupt JSON unwrapping key?`},
	})
}
