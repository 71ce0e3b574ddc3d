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
	var transfer []goja.Value
	if list, ok := c.Dictionary(1).Get("transfer"); ok {
		if array, ok := list.(*goja.Object); !ok || array.ClassName() != "Array" {
			c.Throw(webidl.TypeErrorf("Incorrect type for the 'transfer' field on 'StructuredCloneOptions': the provided value is not of type 'Array'."))
		}
		transfer = c.Realm.Sequence(list)
	}
	return Clone(c.Realm, c.Arg(0), transfer)
}
