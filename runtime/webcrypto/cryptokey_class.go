package webcrypto

import (
	"bytes"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
)

// CryptoKeyClass is the class CryptoKey: https://w3c.github.io/webcrypto/#cryptokey-interface
var CryptoKeyClass = webidl.NewClass("CryptoKey", cryptoKeyIDL{})

// cryptoKey is the Go value behind a CryptoKey: the key, and the objects that scripts get to see of it, which are the
// same each time. In Workers, unlike the standard, it cannot be cloned.
type cryptoKey struct {
	*key
	algorithm, usages goja.Value
}

func newCryptoKey(r *webidl.Realm, k *key) *goja.Object {
	return r.New(CryptoKeyClass, &cryptoKey{key: k})
}

type cryptoKeyIDL struct{}

func (cryptoKeyIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("usages", func(k *cryptoKey, c webidl.Call) goja.Value {
			if k.usages == nil {
				k.usages = c.Realm.Strings(k.key.usages)
			}
			return k.usages
		}),
		webidl.ReadOnly("algorithm", func(k *cryptoKey, c webidl.Call) goja.Value {
			if k.algorithm == nil {
				k.algorithm = k.keyAlgorithm.object(c.Realm)
			}
			return k.algorithm
		}),
		webidl.ReadOnly("extractable", func(k *cryptoKey, c webidl.Call) goja.Value { return c.Bool(k.extractable) }),
		webidl.ReadOnly("type", func(k *cryptoKey, c webidl.Call) goja.Value { return c.String(k.kind) }),
	}
}

// object makes the value of the algorithm attribute.
func (a keyAlgorithm) object(r *webidl.Realm) *goja.Object {
	obj := r.VM.NewObject()
	obj.Set("name", a.name)
	if a.modulusLength != 0 {
		obj.Set("modulusLength", a.modulusLength)
		exponent := bytes.Clone(a.publicExponent)
		if r.Compat().Enabled(compat.CryptoPreservePublicExponent) {
			obj.Set("publicExponent", r.Uint8Array(exponent))
		} else {
			obj.Set("publicExponent", r.ArrayBuffer(exponent))
		}
	}
	if a.hash.name != "" {
		hash := r.VM.NewObject()
		hash.Set("name", a.hash.name)
		obj.Set("hash", hash)
	}
	if a.length != 0 {
		obj.Set("length", a.length)
	}
	if a.namedCurve != "" {
		obj.Set("namedCurve", a.namedCurve)
	}
	return obj
}
