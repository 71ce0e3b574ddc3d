package webcrypto

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// CryptoKeyClass is the class CryptoKey: https://w3c.github.io/webcrypto/#cryptokey-interface
var CryptoKeyClass = webidl.NewClass("CryptoKey", cryptoKeyIDL{})

type cryptoKeyIDL struct{}

func (cryptoKeyIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("type", func(k *key, c webidl.Call) goja.Value { return c.String(k.kind) }),
		webidl.ReadOnly("extractable", func(k *key, c webidl.Call) goja.Value { return c.Bool(k.extractable) }),
		webidl.ReadOnly("algorithm", func(k *key, c webidl.Call) goja.Value {
			info := k.describe()
			hash := c.Realm.VM.NewObject()
			hash.Set("name", info.hash)
			algorithm := c.Realm.VM.NewObject()
			algorithm.Set("name", info.name)
			algorithm.Set("hash", hash)
			algorithm.Set("length", info.length)
			return algorithm
		}),
		webidl.ReadOnly("usages", func(k *key, c webidl.Call) goja.Value { return c.Realm.Strings(k.usages) }),
	}
}
