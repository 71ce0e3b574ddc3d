package fetch

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global {
	return []webidl.Global{
		webidl.ClassGlobal(HeadersClass),
		webidl.ClassGlobal(BodyClass),
		webidl.ClassGlobal(RequestClass),
		webidl.ClassGlobal(ResponseClass),
		webidl.PromisingFunctionGlobal("fetch", 1, func(c webidl.Call) goja.Value {
			return fetch(c, webidl.State[state](c.Realm).Target, "ServiceWorkerGlobalScope")
		}),
	}
}
