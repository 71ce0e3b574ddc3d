package structuredclone

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global {
	return []webidl.Global{webidl.FunctionGlobal("structuredClone", 1, structuredClone)}
}

// structuredClone is https://html.spec.whatwg.org/#dom-structuredclone
func structuredClone(c webidl.Call) goja.Value {
	if v := c.Arg(1); !webidl.IsNullish(v) {
		if _, ok := v.(*goja.Object); !ok {
			c.Throw(webidl.TypeErrorf("Failed to execute 'structuredClone' on 'ServiceWorkerGlobalScope': parameter 2 is not of type 'StructuredCloneOptions'."))
		}
	}
	clone, _ := Clone(c.Realm, c.Arg(0), TransferList(c.Realm, c.Dictionary(1), "StructuredCloneOptions"))
	return clone
}

// TransferList converts the member transfer of a dictionary, which dictionary names in the TypeError.
func TransferList(r *webidl.Realm, options webidl.Dictionary, dictionary string) []goja.Value {
	list, ok := options.Get("transfer")
	if !ok {
		return nil
	}
	if !webidl.Iterates(list) {
		panic(r.TypeError("Incorrect type for the 'transfer' field on '%s': the provided value is not of type 'Array'.", dictionary))
	}
	return r.Sequence(list)
}
