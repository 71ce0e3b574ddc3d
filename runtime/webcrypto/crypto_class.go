package webcrypto

import (
	"crypto/rand"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// CryptoClass is the class Crypto: https://w3c.github.io/webcrypto/#crypto-interface
var CryptoClass = webidl.NewClass("Crypto", cryptoIDL{})

// cryptoObject is the Go value behind crypto.
type cryptoObject struct {
	subtle *goja.Object // made when it is first asked for
}

// maxRandom is how many bytes getRandomValues fills at most.
const maxRandom = 64 << 10

type cryptoIDL struct{}

func (cryptoIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("subtle", func(o *cryptoObject, c webidl.Call) goja.Value {
			if o.subtle == nil {
				o.subtle = c.Realm.New(SubtleCryptoClass, subtleCrypto{})
			}
			return o.subtle
		}),
		webidl.Method("getRandomValues", 1, func(_ *cryptoObject, c webidl.Call) goja.Value {
			view, ok := c.Realm.View(c.Arg(0))
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'getRandomValues' on 'Crypto': parameter 1 is not of type 'JsArrayBufferView'."))
			}
			if view.Kind == "DataView" || strings.HasPrefix(view.Kind, "Float") {
				c.Throw(webidl.DOMErrorf("TypeMismatchError", "ArrayBufferView argument to getRandomValues() must be an integer-typed view."))
			}
			data, _ := c.Realm.Bytes(c.Arg(0))
			if len(data) > maxRandom {
				c.Throw(webidl.DOMErrorf("QuotaExceededError", "getRandomValues() only accepts buffers of size <= 64K but provided %d bytes.", len(data)))
			}
			c.Check(c.Realm.CheckIO())
			rand.Read(data)
			return c.Arg(0)
		}),
		webidl.Method("randomUUID", 0, func(_ *cryptoObject, c webidl.Call) goja.Value {
			c.Check(c.Realm.CheckIO())
			return c.String(randomUUID())
		}),
		webidl.ReadOnly("DigestStream", func(_ *cryptoObject, c webidl.Call) goja.Value {
			return c.Realm.Constructor(digestStreamClass)
		}),
	}
}
