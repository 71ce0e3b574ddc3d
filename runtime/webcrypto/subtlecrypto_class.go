package webcrypto

import (
	"crypto/subtle"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// SubtleCryptoClass is the class SubtleCrypto: https://w3c.github.io/webcrypto/#subtlecrypto-interface
var SubtleCryptoClass = webidl.NewClass("SubtleCrypto", subtleCryptoIDL{})

// subtleCrypto is the Go value behind crypto.subtle.
type subtleCrypto struct{}

type subtleCryptoIDL struct{}

func (subtleCryptoIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		unsupported("encrypt", 3),
		unsupported("decrypt", 3),
		webidl.Promising("sign", 3, func(_ subtleCrypto, c webidl.Call) goja.Value {
			k := keyOf(c, "sign", 1)
			data := bytesOf(c, "sign", 2)
			c.Check(k.permit(algorithmOf(c, 0).name, "sign"))
			return c.Realm.ArrayBuffer(k.material.(signer).sign(data))
		}),
		webidl.Promising("verify", 4, func(_ subtleCrypto, c webidl.Call) goja.Value {
			k := keyOf(c, "verify", 1)
			signature, data := bytesOf(c, "verify", 2), bytesOf(c, "verify", 3)
			c.Check(k.permit(algorithmOf(c, 0).name, "verify"))
			return c.Bool(k.material.(signer).verify(signature, data))
		}),
		webidl.Promising("digest", 2, func(_ subtleCrypto, c webidl.Call) goja.Value {
			data := bytesOf(c, "digest", 1)
			d, err := findDigest(algorithmOf(c, 0).name)
			c.Check(err)
			return c.Realm.ArrayBuffer(d.sum(data))
		}),
		webidl.Promising("generateKey", 3, func(_ subtleCrypto, c webidl.Call) goja.Value {
			a, usages := algorithmOf(c, 0), usagesOf(c, "generateKey", 2)
			c.Check(a.known("generation", "generateKey"))
			usages, err := checkUsages("generate HMAC key", usages, hmacUsages)
			c.Check(err)
			c.Check(c.Realm.CheckIO())
			material, err := generateHMAC(a.hash(c), a.length(c))
			c.Check(err)
			return newKey(c, material, c.Arg(1), usages)
		}),
		unsupported("deriveKey", 5),
		unsupported("deriveBits", 2),
		webidl.Promising("importKey", 5, func(_ subtleCrypto, c webidl.Call) goja.Value {
			format := c.USVString(0)
			data := keyDataOf(c, format)
			a, usages := algorithmOf(c, 2), usagesOf(c, "importKey", 4)
			c.Check(a.known("import", "importKey"))
			usages, err := checkUsages("import secret HMAC key", usages, hmacUsages)
			c.Check(err)
			material, err := importHMAC(format, data, a.hash(c), a.length(c), c.Arg(3).ToBoolean())
			c.Check(err)
			return newKey(c, material, c.Arg(3), usages)
		}),
		webidl.Promising("exportKey", 2, func(_ subtleCrypto, c webidl.Call) goja.Value {
			k := keyOf(c, "exportKey", 1)
			if !k.extractable {
				c.Throw(webidl.DOMErrorf("InvalidAccessError", "Attempt to export non-extractable %s key.", k.algorithm()))
			}
			exported, err := k.export(c.USVString(0))
			c.Check(err)
			if w, ok := exported.(*jwk); ok {
				return w.object(c.Realm, k)
			}
			return c.Realm.ArrayBuffer(exported.([]byte))
		}),
		unsupported("wrapKey", 4),
		unsupported("unwrapKey", 7),
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

var hmacUsages = []string{"sign", "verify"}

// unsupported is an operation that devserver does not have.
func unsupported(name string, length int) webidl.Member {
	return webidl.Promising(name, length, func(_ subtleCrypto, c webidl.Call) goja.Value {
		c.Throw(errUnsupported("crypto.subtle." + name))
		return nil
	})
}

func wrongType(method string, parameter int, want string) error {
	return webidl.TypeErrorf("Failed to execute '%s' on 'SubtleCrypto': parameter %d is not of type '%s'.", method, parameter+1, want)
}

func newKey(c webidl.Call, m material, extractable goja.Value, usages []string) goja.Value {
	return c.Realm.New(CryptoKeyClass, &key{kind: "secret", extractable: extractable.ToBoolean(), usages: usages, material: m})
}

func keyOf(c webidl.Call, method string, i int) *key {
	k, ok := webidl.As[*key](c.Realm, c.Arg(i))
	if !ok {
		c.Throw(wrongType(method, i, "CryptoKey"))
	}
	return k
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

// keyDataOf converts the second argument of importKey: bytes, or a *jwk.
func keyDataOf(c webidl.Call, format string) any {
	data, isBytes := c.Realm.Bytes(c.Arg(1))
	obj, isObject := c.Arg(1).(*goja.Object)
	switch {
	case !isObject:
		c.Throw(wrongType("importKey", 1, "ArrayBuffer or ArrayBufferView or JsonWebKey"))
	case isBytes && format == "jwk":
		c.Throw(webidl.TypeErrorf("Import data provided for \"jwk\" import format must be a JsonWebKey."))
	case isBytes:
		return data
	case format != "jwk":
		c.Throw(webidl.TypeErrorf("Import data provided for \"raw\", \"pkcs8\", or \"spki\" import formats must be a buffer source."))
	}
	members := c.Realm.Dictionary(obj)
	w := &jwk{kty: "undefined"}
	if kty, ok := members.String("kty"); ok {
		w.kty = kty
	}
	w.k, _ = members.String("k")
	w.alg, _ = members.String("alg")
	if ext, ok := members.Get("ext"); ok {
		w.notExt = !ext.ToBoolean()
	}
	return w
}

// object makes the JsonWebKey of a key.
func (w *jwk) object(r *webidl.Realm, k *key) goja.Value {
	obj := r.VM.NewObject()
	obj.Set("kty", w.kty)
	obj.Set("key_ops", r.Strings(k.usages))
	obj.Set("alg", w.alg)
	obj.Set("ext", k.extractable)
	obj.Set("k", w.k)
	return obj
}

// algorithm is an AlgorithmIdentifier: a name, or an object with a name and parameters.
type algorithm struct {
	name   string
	params webidl.Dictionary
}

func algorithmOf(c webidl.Call, i int) algorithm { return toAlgorithm(c, c.Arg(i)) }

func toAlgorithm(c webidl.Call, v goja.Value) algorithm {
	if obj, ok := v.(*goja.Object); ok {
		a := algorithm{name: "undefined", params: c.Realm.Dictionary(obj)}
		if name, ok := a.params.String("name"); ok {
			a.name = name
		}
		return a
	}
	if webidl.IsNullish(v) {
		c.Throw(webidl.TypeErrorf("The algorithm is neither a string nor an object with a name."))
	}
	return algorithm{name: c.Realm.USVString(v)}
}

// otherAlgorithms are those that Workers have keys for and devserver has not.
var otherAlgorithms = []string{
	"AES-CBC", "AES-CTR", "AES-GCM", "AES-KW", "ECDH", "ECDSA", "Ed25519", "HKDF", "NODE-ED25519", "PBKDF2", "RSA-OAEP",
	"RSA-PSS", "RSASSA-PKCS1-v1_5", "X25519",
}

// known checks that keys of the algorithm can be had; doing and method name the operation.
func (a algorithm) known(doing, method string) error {
	switch {
	case strings.EqualFold(a.name, "HMAC"):
		return nil
	case slices.ContainsFunc(otherAlgorithms, func(name string) bool { return strings.EqualFold(a.name, name) }):
		return errUnsupported("crypto.subtle." + method + " for " + a.name)
	}
	return webidl.DOMErrorf("NotSupportedError", "Unrecognized key %s algorithm %q requested.", doing, a.name)
}

// hash returns the hash function that the parameters name.
func (a algorithm) hash(c webidl.Call) digest {
	v, ok := a.params.Get("hash")
	if !ok {
		c.Throw(webidl.TypeErrorf("Missing field \"hash\" in \"algorithm\"."))
	}
	d, err := findDigest(toAlgorithm(c, v).name)
	c.Check(err)
	return d
}

// length returns the length that the parameters ask for, in bits, or nil.
func (a algorithm) length(c webidl.Call) *int {
	v, ok := a.params.Get("length")
	if !ok {
		return nil
	}
	n := int(c.Realm.Uint(v, 32, webidl.EnforceRange))
	return &n
}
