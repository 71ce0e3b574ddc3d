package fetch

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Beacon posts a body, whose response nobody will see: it returns the promise that fetch would.
// https://w3c.github.io/beacon/#sendbeacon-method
func Beacon(r *webidl.Realm, url, body goja.Value) goja.Value {
	init := r.VM.NewObject()
	init.Set("method", "POST")
	init.Set("body", body)
	return r.PromiseOf(func() goja.Value {
		c := webidl.Call{Realm: r, This: goja.Undefined(), Args: []goja.Value{url, init}}
		return fetch(c, webidl.State[state](r).Target, "Navigator")
	})
}
