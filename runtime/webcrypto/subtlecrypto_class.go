package webcrypto

import (
	"bytes"
	"crypto/subtle"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// SubtleCryptoClass is the class SubtleCrypto: https://w3c.github.io/webcrypto/#subtlecrypto-interface
var SubtleCryptoClass = webidl.NewClass("SubtleCrypto", subtleCryptoIDL{})

// subtleCrypto is the Go value behind crypto.subtle.
//
// Its operations convert their arguments first, then normalise the algorithm, which may run getters of a script, and
// only then look at the bytes, which those may have changed: as the standard has it.
type subtleCrypto struct{}

type subtleCryptoIDL struct{}

func (subtleCryptoIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Promising("encrypt", 3, func(_ subtleCrypto, c webidl.Call) goja.Value {
			k, _ := keyOf(c, "encrypt", 1), bytesOf(c, "encrypt", 2)
			p := normalize(c, c.Arg(0), ciphering)
			data := bytesOf(c, "encrypt", 2)
			c.Check(k.permit(p.name, "encrypt"))
			return finish(c, false, func() (any, error) { return k.material.(encrypter).encrypt(p, data) })
		}),
		webidl.Promising("decrypt", 3, func(_ subtleCrypto, c webidl.Call) goja.Value {
			k, _ := keyOf(c, "decrypt", 1), bytesOf(c, "decrypt", 2)
			p := normalize(c, c.Arg(0), ciphering)
			data := bytesOf(c, "decrypt", 2)
			c.Check(k.permit(p.name, "decrypt"))
			return finish(c, false, func() (any, error) { return k.material.(encrypter).decrypt(p, data) })
		}),
		webidl.Promising("sign", 3, func(_ subtleCrypto, c webidl.Call) goja.Value {
			k, _ := keyOf(c, "sign", 1), bytesOf(c, "sign", 2)
			p := normalize(c, c.Arg(0), signing)
			data := bytesOf(c, "sign", 2)
			c.Check(k.permit(p.name, "sign"))
			return finish(c, false, func() (any, error) { return k.material.(signer).sign(p, data) })
		}),
		webidl.Promising("verify", 4, func(_ subtleCrypto, c webidl.Call) goja.Value {
			k, _, _ := keyOf(c, "verify", 1), bytesOf(c, "verify", 2), bytesOf(c, "verify", 3)
			p := normalize(c, c.Arg(0), signing)
			signature, data := bytesOf(c, "verify", 2), bytesOf(c, "verify", 3)
			c.Check(k.permit(p.name, "verify"))
			return finish(c, false, func() (any, error) { return k.material.(signer).verify(p, signature, data) })
		}),
		webidl.Promising("digest", 2, func(_ subtleCrypto, c webidl.Call) goja.Value {
			bytesOf(c, "digest", 1)
			name, _ := algorithmName(c, c.Arg(0))
			d, err := findDigest(name)
			c.Check(err)
			return c.Realm.ArrayBuffer(d.sum(bytesOf(c, "digest", 1)))
		}),
		webidl.Promising("generateKey", 3, func(_ subtleCrypto, c webidl.Call) goja.Value {
			extractable, usages := c.Arg(1).ToBoolean(), usagesOf(c, "generateKey", 2)
			p := normalize(c, c.Arg(0), generating)
			c.Check(c.Realm.CheckIO())
			slow := p.algorithm != nil && p.algorithm.slow
			return finish(c, slow, func() (any, error) { return generateKey(p, extractable, usages) })
		}),
		webidl.Promising("deriveKey", 5, func(_ subtleCrypto, c webidl.Call) goja.Value {
			base, extractable, usages := keyOf(c, "deriveKey", 1), c.Arg(3).ToBoolean(), usagesOf(c, "deriveKey", 4)
			p := normalize(c, c.Arg(0), deriving)
			derived, length := normalize(c, c.Arg(2), importing), normalize(c, c.Arg(2), keyDeriving)
			c.Check(base.permit(p.name, "deriveKey"))
			return finish(c, isSlow(base), func() (any, error) { return deriveKey(base, p, derived, length, extractable, usages) })
		}),
		webidl.Promising("deriveBits", 2, func(_ subtleCrypto, c webidl.Call) goja.Value {
			base := keyOf(c, "deriveBits", 1)
			var bits *int
			if !webidl.IsNullish(c.Arg(2)) {
				if bits = new(int(c.Realm.SignedInt(c.Arg(2), 32, webidl.Modulo))); *bits < 0 {
					c.Throw(webidl.TypeErrorf("deriveBits length must be an unsigned long integer."))
				}
			}
			p := normalize(c, c.Arg(0), deriving)
			c.Check(base.permit(p.name, "deriveBits"))
			return finish(c, isSlow(base), func() (any, error) { return base.material.(deriver).deriveBits(p, bits) })
		}),
		webidl.Promising("importKey", 5, func(_ subtleCrypto, c webidl.Call) goja.Value {
			format := c.USVString(0)
			data := keyDataOf(c, format)
			extractable, usages := c.Arg(3).ToBoolean(), usagesOf(c, "importKey", 4)
			p := normalize(c, c.Arg(2), importing)
			return finish(c, false, func() (any, error) { return importKey(p, format, data, extractable, usages) })
		}),
		webidl.Promising("exportKey", 2, func(_ subtleCrypto, c webidl.Call) goja.Value {
			format, k := c.USVString(0), keyOf(c, "exportKey", 1)
			return finish(c, false, func() (any, error) { return k.export(format) })
		}),
		webidl.Promising("wrapKey", 4, func(_ subtleCrypto, c webidl.Call) goja.Value {
			format, k, wrapping := c.USVString(0), keyOf(c, "wrapKey", 1), keyOf(c, "wrapKey", 2)
			p := normalize(c, c.Arg(3), ciphering)
			c.Check(wrapping.permit(p.name, "wrapKey"))
			return finish(c, false, func() (any, error) { return wrapKey(format, k, wrapping, p) })
		}),
		webidl.Promising("unwrapKey", 7, func(_ subtleCrypto, c webidl.Call) goja.Value {
			format, wrapping := c.USVString(0), keyOf(c, "unwrapKey", 2)
			bytesOf(c, "unwrapKey", 1)
			extractable, usages := c.Arg(5).ToBoolean(), usagesOf(c, "unwrapKey", 6)
			p, unwrapped := normalize(c, c.Arg(3), ciphering), normalize(c, c.Arg(4), importing)
			c.Check(wrapping.permit(p.name, "unwrapKey"))
			raw, err := wrapping.unwrap(p, bytesOf(c, "unwrapKey", 1))
			c.Check(err)
			data := keyData{raw: raw}
			if format == "jwk" {
				data.jwk, err = parseJWK(c.Realm, raw)
				c.Check(err)
			}
			return finish(c, false, func() (any, error) { return importKey(unwrapped, format, data, extractable, usages) })
		}),
		webidl.Method("timingSafeEqual", 2, func(_ subtleCrypto, c webidl.Call) goja.Value {
			a, okA := c.Realm.Bytes(c.Arg(0))
			b, okB := c.Realm.Bytes(c.Arg(1))
			switch {
			case !okA:
				c.Throw(wrongType("timingSafeEqual", 0, "JsBufferSource"))
			case !okB:
				c.Throw(wrongType("timingSafeEqual", 1, "JsBufferSource"))
			case len(a) != len(b):
				c.Throw(webidl.TypeErrorf("Input buffers must have the same byte length."))
			}
			return c.Bool(subtle.ConstantTimeCompare(a, b) == 1)
		}),
	}
}

// finish does the work of an operation, which must not touch the engine, and returns its result, or a promise of it if
// it is slow.
func finish(c webidl.Call, slow bool, work func() (any, error)) goja.Value {
	if !slow {
		result, err := work()
		c.Check(err)
		return resultObject(c.Realm, result)
	}
	r := c.Realm
	promise := r.NewPromise()
	webidl.State[background](r).add(task{work: work, done: func(result any, err error) {
		if err != nil {
			promise.Reject(err)
			return
		}
		promise.Resolve(resultObject(r, result))
	}})
	return promise.Value()
}

// resultObject makes the JavaScript value of what an operation returns.
func resultObject(r *webidl.Realm, result any) goja.Value {
	switch result := result.(type) {
	case bool:
		return r.Bool(result)
	case []byte:
		return r.ArrayBuffer(result)
	case *jwk:
		return result.object(r)
	case *key:
		return newCryptoKey(r, result)
	case generated:
		if result.secret != nil {
			return newCryptoKey(r, result.secret)
		}
		obj := r.VM.NewObject()
		obj.Set("publicKey", newCryptoKey(r, result.public))
		obj.Set("privateKey", newCryptoKey(r, result.private))
		return obj
	}
	panic("webcrypto: an operation returned something else")
}

func wrongType(method string, parameter int, want string) error {
	return webidl.TypeErrorf("Failed to execute '%s' on 'SubtleCrypto': parameter %d is not of type '%s'.", method, parameter+1, want)
}

func keyOf(c webidl.Call, method string, i int) *key {
	k, ok := webidl.As[*cryptoKey](c.Realm, c.Arg(i))
	if !ok {
		c.Throw(wrongType(method, i, "CryptoKey"))
	}
	return k.key
}

func bytesOf(c webidl.Call, method string, i int) []byte {
	data, ok := c.Realm.Bytes(c.Arg(i))
	if !ok {
		c.Throw(wrongType(method, i, "Array"))
	}
	return data
}

func usagesOf(c webidl.Call, method string, i int) []string {
	if !webidl.Iterates(c.Arg(i)) {
		c.Throw(wrongType(method, i, "Array"))
	}
	var usages []string
	for _, v := range c.Realm.Sequence(c.Arg(i)) {
		usages = append(usages, c.Realm.USVString(v))
	}
	return usages
}

// keyDataOf converts the second argument of importKey.
func keyDataOf(c webidl.Call, format string) keyData {
	data, isBytes := c.Realm.Bytes(c.Arg(1))
	obj, isObject := c.Arg(1).(*goja.Object)
	switch {
	case !isObject:
		c.Throw(wrongType("importKey", 1, "ArrayBuffer or ArrayBufferView or JsonWebKey"))
	case isBytes && format == "jwk":
		c.Throw(webidl.TypeErrorf("Import data provided for \"jwk\" import format must be a JsonWebKey."))
	case isBytes:
		return keyData{raw: bytes.Clone(data)}
	case format != "jwk":
		c.Throw(webidl.TypeErrorf("Import data provided for \"raw\", \"pkcs8\", or \"spki\" import formats must be a buffer source."))
	}
	return keyData{jwk: toJWK(c.Realm, obj)}
}
