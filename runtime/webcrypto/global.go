// Package webcrypto is crypto and crypto.subtle. Random values, digests and HMAC are there; every other operation of
// SubtleCrypto exists and is rejected with a NotSupportedError that says so.
//
// https://w3c.github.io/webcrypto/
package webcrypto

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global {
	return []webidl.Global{
		webidl.ValueGlobal("crypto", func(r *webidl.Realm) goja.Value { return r.New(CryptoClass, &cryptoObject{}) }),
		webidl.ClassGlobal(CryptoClass),
		webidl.ClassGlobal(SubtleCryptoClass),
		webidl.ClassGlobal(CryptoKeyClass),
	}
}

// errUnsupported is the error of what Workers can do and devserver cannot.
func errUnsupported(what string) error {
	return webidl.DOMErrorf("NotSupportedError", "%s is not supported by devserver yet", what)
}
