// Package webcrypto is crypto and crypto.subtle: https://w3c.github.io/webcrypto/
//
// What there is of each algorithm is one row of the table in algorithm.go. An operation normalises its algorithm
// (normalize.go), which turns what a script gave into plain Go, and then calls the material of its key (cryptokey.go),
// which knows nothing of JavaScript. The cryptography is that of the standard library.
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
