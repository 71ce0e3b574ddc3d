package webcrypto_test

import (
	"encoding/hex"
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/streams"
	"devserver/runtime/structuredclone"
	"devserver/runtime/webcrypto"
	"devserver/runtime/webidl"
)

func globals() [][]webidl.Global {
	return [][]webidl.Global{webcrypto.Globals(), streams.Globals(), structuredclone.Globals(), {
		webidl.ClassGlobal(webidl.DOMExceptionClass),
		webidl.FunctionGlobal("bytes", 1, func(c webidl.Call) goja.Value { return c.Realm.Uint8Array([]byte(c.USVString(0))) }),
		webidl.FunctionGlobal("unhex", 1, func(c webidl.Call) goja.Value {
			data, err := hex.DecodeString(c.USVString(0))
			c.Check(err)
			return c.Realm.Uint8Array(data)
		}),
		webidl.FunctionGlobal("hex", 1, func(c webidl.Call) goja.Value {
			data, _ := c.Realm.Bytes(c.Arg(0))
			return c.String(hex.EncodeToString(data))
		}),
	}}
}

// table runs each case in an isolate of its own, after a preamble.
func table(t *testing.T, preamble string, cases []jstest.Case) {
	t.Helper()
	for _, c := range cases {
		script, want := c[0], c[1]
		t.Run(script, func(t *testing.T) {
			t.Helper()
			if got := jstest.New(t, globals()...).Run(t, preamble+script); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// The expectations are what workerd does.
func TestCrypto(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`return new Crypto()`, "thrown: TypeError: Illegal constructor"},
		{`return new SubtleCrypto()`, "thrown: TypeError: Illegal constructor"},
		{`return new CryptoKey()`, "thrown: TypeError: Illegal constructor"},
		{`return String(crypto) + crypto.subtle + (crypto.subtle === crypto.subtle)`, "[object Crypto][object SubtleCrypto]true"},
		{`return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())`, "true"},
		{`return new Set(Array.from({length: 100}, () => crypto.randomUUID())).size`, "100"},
		{`return crypto.randomUUID.call({})`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`const u = new Uint8Array(64); return crypto.getRandomValues(u) === u && u.some(x => x > 0)`, "true"},
		{`const u = new Uint8Array(64); crypto.getRandomValues(u.subarray(8, 16)); return [u.subarray(0, 8), u.subarray(16)].every(s => s.every(x => x === 0)) && u.some(x => x > 0)`, "true"},
		{`const u = new BigUint64Array(4); return crypto.getRandomValues(u) === u && u.some(x => x > 0n)`, "true"},
		{`const u = new Uint8ClampedArray(64); crypto.getRandomValues(u); return u.some(x => x > 0)`, "true"},
		{`return crypto.getRandomValues(new Uint8Array(65536)).length + crypto.getRandomValues(new Uint8Array(0)).length`, "65536"},
		{`return crypto.getRandomValues(new Uint16Array(32769))`, "thrown: QuotaExceededError: getRandomValues() only accepts buffers of size <= 64K but provided 65538 bytes."},
		{`return crypto.getRandomValues(new Float32Array(2))`, "thrown: TypeMismatchError: ArrayBufferView argument to getRandomValues() must be an integer-typed view."},
		{`return crypto.getRandomValues(new DataView(new ArrayBuffer(2)))`, "thrown: TypeMismatchError: ArrayBufferView argument to getRandomValues() must be an integer-typed view."},
		{`return crypto.getRandomValues(new ArrayBuffer(2))`, "thrown: TypeError: Failed to execute 'getRandomValues' on 'Crypto': parameter 1 is not of type 'JsArrayBufferView'."},
		{`return crypto.getRandomValues([])`, "thrown: TypeError: Failed to execute 'getRandomValues' on 'Crypto': parameter 1 is not of type 'JsArrayBufferView'."},
	}, globals()...)
}

// Module scope has no I/O context, and so no randomness; digests and keys that are given are fine.
func TestModuleScope(t *testing.T) {
	const disallowed = "thrown: Error: Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, and generating random values are not allowed within global scope. To fix this error, perform this operation within a handler. https://developers.cloudflare.com/workers/runtime-apis/handlers/"
	for _, test := range []jstest.Case{
		{`return crypto.randomUUID()`, disallowed},
		{`return crypto.getRandomValues(new Uint8Array(2))`, disallowed},
		{`return crypto.subtle.generateKey({name: 'HMAC', hash: 'SHA-1'}, true, ['sign'])`, disallowed},
		{`return crypto.getRandomValues(new Float32Array(2))`, "thrown: TypeMismatchError: ArrayBufferView argument to getRandomValues() must be an integer-typed view."},
		{`return (await crypto.subtle.digest('SHA-1', new Uint8Array(1))).byteLength`, "20"},
		{`return await crypto.subtle.importKey('raw', new Uint8Array(2), {name: 'HMAC', hash: 'SHA-1'}, true, ['sign'])`, "[object CryptoKey]"},
	} {
		script, want := test[0], test[1]
		t.Run(script, func(t *testing.T) {
			iso := jstest.New(t, globals()...)
			iso.SetIOContext(false)
			if got := iso.Run(t, script); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestDigest(t *testing.T) {
	const unknown = "thrown: NotSupportedError: Unrecognized or unimplemented digest algorithm requested."
	jstest.Table(t, []jstest.Case{
		// The digests of "abc", from RFC 1321 and FIPS 180-4.
		{`return hex(await crypto.subtle.digest('MD5', new Uint8Array([97, 98, 99])))`, "900150983cd24fb0d6963f7d28e17f72"},
		{`return hex(await crypto.subtle.digest({name: 'SHA-1'}, new Uint8Array([97, 98, 99]).buffer))`, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{`return hex(await crypto.subtle.digest('sha-256', new Uint8Array([0, 97, 98, 99]).subarray(1)))`, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{`return hex(await crypto.subtle.digest('SHA-384', new Uint8Array([97, 98, 99])))`, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
		{`return hex(await crypto.subtle.digest('SHA-512', new Uint8Array([97, 98, 99])))`, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
		{`return crypto.subtle.digest('SHA256', new Uint8Array(0))`, unknown},
		{`return crypto.subtle.digest({}, new Uint8Array(0))`, `thrown: TypeError: Missing field "name" in "algorithm".`},
		{`return crypto.subtle.digest(5, new Uint8Array(0))`, unknown},
		{`return crypto.subtle.digest('SHA-1', 'abc')`, "thrown: TypeError: Failed to execute 'digest' on 'SubtleCrypto': parameter 2 is not of type 'Array'."},
		{`return crypto.subtle.digest('SHA-1', 5).then(() => 1, e => 'rejected ' + e.name)`, "rejected TypeError"},
		{`return crypto.subtle.digest.call({}, 'SHA-1', new Uint8Array(1)).then(() => 1, e => 'rejected ' + e.name)`, "rejected TypeError"},
	}, globals()...)
}

func TestHMAC(t *testing.T) {
	const key = `const { subtle } = crypto;
		const importHMAC = (data, params, usages = ['sign', 'verify'], extractable = true) => subtle.importKey('raw', data, {name: 'HMAC', hash: 'SHA-256', ...params}, extractable, usages);
		const importJWK = (jwk, hash = 'SHA-256') => subtle.importKey('jwk', jwk, {name: 'HMAC', hash}, true, ['sign']);
		`
	cases := []jstest.Case{
		// RFC 4231, test case 2.
		{`return hex(await subtle.sign('HMAC', await importHMAC(bytes('Jefe')), bytes('what do ya want for nothing?')))`, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{`const k = await importHMAC(bytes('k')), s = await subtle.sign({name: 'hmac'}, k, bytes('x'));
			return [await subtle.verify('HMAC', k, s, bytes('x')), await subtle.verify('HMAC', k, s, bytes('y')), await subtle.verify('HMAC', k, s.slice(1), bytes('x'))].join()`, "true,false,false"},
		{`const k = await importHMAC(new Uint8Array(32), {name: 'hmac', hash: {name: 'sha-512'}}, ['verify', 'sign', 'sign'], false); return k + JSON.stringify({t: k.type, e: k.extractable, a: k.algorithm, u: k.usages})`,
			`[object CryptoKey]{"t":"secret","e":false,"a":{"name":"HMAC","hash":{"name":"SHA-512"},"length":256},"u":["sign","verify"]}`},
		{`const k = await importHMAC(new Uint8Array([255, 255]), {length: 9}); return k.algorithm.length + hex(await subtle.exportKey('raw', k))`, "9ff80"},
		{`const d = bytes('abc'), k = await importHMAC(d); d[0] = 0; return hex(await subtle.exportKey('raw', k))`, "616263"},
		{`return importHMAC(new Uint8Array(32), {length: 8})`, "thrown: DataError: Imported HMAC key length (8) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (256)."},
		{`return importHMAC(new Uint8Array(32), {length: 257})`, "thrown: DataError: Imported HMAC key length (257) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (256)."},
		{`return importHMAC(new Uint8Array(0))`, "thrown: DataError: Imported HMAC key length (0) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (0)."},
		{`return importHMAC(new Uint8Array(1), {}, [])`, "thrown: SyntaxError: Secret/private CryptoKeys must have at least one usage."},
		{`return importHMAC(new Uint8Array(1), {}, ['encrypt'])`, `thrown: SyntaxError: Attempt to import secret HMAC key with invalid usage "encrypt".`},
		{`return importHMAC(new Uint8Array(1), {}, 'sign')`, "thrown: TypeError: Failed to execute 'importKey' on 'SubtleCrypto': parameter 5 is not of type 'Array'."},
		{`return importHMAC(new Uint8Array(1), {hash: undefined})`, `thrown: TypeError: Missing field "hash" in "algorithm".`},
		{`return subtle.importKey('raw', new Uint8Array(1), 'HMAC', false, ['sign'])`, `thrown: TypeError: Missing field "hash" in "algorithm".`},
		{`return importHMAC(new Uint8Array(1), {hash: 'X'})`, "thrown: NotSupportedError: Unrecognized or unimplemented digest algorithm requested."},
		{`return importHMAC(new Uint8Array(1), {name: 'NOPE'})`, `thrown: NotSupportedError: Unrecognized key import algorithm "NOPE" requested.`},
		{`return importHMAC(new Uint8Array(1), {name: undefined})`, `thrown: TypeError: Missing field "name" in "algorithm".`},
		{`return importHMAC('abc')`, "thrown: TypeError: Failed to execute 'importKey' on 'SubtleCrypto': parameter 2 is not of type 'ArrayBuffer or ArrayBufferView or JsonWebKey'."},
		{`return importHMAC({kty: 'oct', k: 'AAAA'})`, `thrown: TypeError: Import data provided for "raw", "pkcs8", or "spki" import formats must be a buffer source.`},
		{`return importJWK(new Uint8Array(3))`, `thrown: TypeError: Import data provided for "jwk" import format must be a JsonWebKey.`},
		{`return subtle.importKey('foo', new Uint8Array(1), {name: 'HMAC', hash: 'SHA-1'}, true, ['sign'])`, `thrown: NotSupportedError: Unrecognized key import format "foo".`},

		{`return JSON.stringify(await subtle.exportKey('jwk', await importJWK({kty: 'oct', k: 'AA-_', alg: 'HS256'})))`, `{"kty":"oct","key_ops":["sign"],"alg":"HS256","ext":true,"k":"AA-_"}`},
		{`return (await importJWK({kty: 'oct', k: 'AA=='})).algorithm.length`, "8"},
		{`return importJWK({k: 'AAAA'})`, `thrown: DataError: HMAC "jwk" key import requires a JSON Web Key with Key Type parameter ("kty") equal to "oct" (encountered "undefined").`},
		{`return importJWK({kty: 'oct', k: '**'})`, `thrown: DataError: HMAC "jwk" key import requires a base64Url encoding of the key`},
		{`return importJWK({kty: 'oct', k: 'AAAA', alg: 'HS1'})`, `thrown: DataError: HMAC "jwk" key import specifies "alg" that is incompatible with the hash name (encountered "HS1", expected "HS256").`},
		{`return importJWK({kty: 'oct', k: 'AAAA', ext: false})`, `thrown: DataError: JWK ext field for "HMAC" is set to false but extractable is true`},
		{`return subtle.exportKey('jwk', await importHMAC(new Uint8Array(3), {hash: 'MD5'}))`, `thrown: NotSupportedError: Unimplemented JWK key export format for key algorithm "MD5".`},
		{`return subtle.exportKey('spki', await importHMAC(new Uint8Array(3)))`, `thrown: NotSupportedError: Unimplemented key export format "spki".`},
		{`return subtle.exportKey('raw', await importHMAC(new Uint8Array(3), {}, ['sign'], false))`, "thrown: InvalidAccessError: Attempt to export non-extractable HMAC key."},

		{`const k = await subtle.generateKey({name: 'HMAC', hash: 'SHA-384'}, true, ['sign', 'verify']); return k.algorithm.length + ' ' + (await subtle.exportKey('raw', k)).byteLength`, "1024 128"},
		{`const k = await subtle.generateKey({name: 'HMAC', hash: 'SHA-256', length: 100}, true, ['sign']); return k.algorithm.length + ' ' + (await subtle.exportKey('raw', k)).byteLength`, "100 13"},
		{`return subtle.generateKey({name: 'HMAC', hash: 'SHA-256', length: 0}, true, ['sign'])`, "thrown: OperationError: HMAC key length must be a non-zero unsigned long integer (requested 0)."},
		{`return subtle.generateKey({name: 'NOPE'}, true, ['sign'])`, `thrown: NotSupportedError: Unrecognized key generation algorithm "NOPE" requested.`},
		{`return subtle.generateKey({name: 'HMAC', hash: 'SHA-1'}, true, ['encrypt'])`, `thrown: SyntaxError: Attempt to generate HMAC key with invalid usage "encrypt".`},

		{`return subtle.sign('HMAC', await importHMAC(new Uint8Array(3), {}, ['verify']), bytes('x'))`, `thrown: InvalidAccessError: Requested key usage "sign" does not match any usage listed in this CryptoKey.`},
		{`return subtle.verify('HMAC', await importHMAC(new Uint8Array(3), {}, ['sign']), bytes('x'), bytes('x'))`, `thrown: InvalidAccessError: Requested key usage "verify" does not match any usage listed in this CryptoKey.`},
		{`return subtle.sign('AES-GCM', await importHMAC(new Uint8Array(3)), bytes('x'))`, `thrown: InvalidAccessError: Requested algorithm "AES-GCM" does not match this CryptoKey's algorithm "HMAC".`},
		{`return subtle.sign('HMAC', {}, bytes('x'))`, "thrown: TypeError: Failed to execute 'sign' on 'SubtleCrypto': parameter 2 is not of type 'CryptoKey'."},
		{`return subtle.sign('HMAC', await importHMAC(new Uint8Array(3)), 'abc')`, "thrown: TypeError: Failed to execute 'sign' on 'SubtleCrypto': parameter 3 is not of type 'Array'."},

		// As in Workers, neither "use" nor "key_ops" matter.
		{`return importJWK({kty: 'oct', k: 'AAAA', use: 'enc', key_ops: ['verify']})`, "[object CryptoKey]"},
	}
	table(t, key, cases)
}

func TestTimingSafeEqual(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`return crypto.subtle.timingSafeEqual(new Uint8Array([1]), new Uint8Array([1]).buffer)`, "true"},
		{`return crypto.subtle.timingSafeEqual(new Uint8Array([1]), new Uint8Array([2]))`, "false"},
		{`return crypto.subtle.timingSafeEqual(new Uint16Array([1]), new Uint8Array([1, 0]))`, "true"},
		{`return crypto.subtle.timingSafeEqual(new Uint8Array([1]), new Uint8Array([1, 2]))`, "thrown: TypeError: Input buffers must have the same byte length."},
		{`return crypto.subtle.timingSafeEqual('a', 'a')`, "thrown: TypeError: Failed to execute 'timingSafeEqual' on 'SubtleCrypto': parameter 1 is not of type 'JsBufferSource'."},
	}, globals()...)
}
