package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// entryAdditions put Object.fromEntries in the place of the engine's, which breaks down at entries that lack the key or the
// value: Object.fromEntries("a=1&b".split("&").map((p) => p.split("="))).
var entryAdditions = []addition{
	// https://tc39.es/ecma262/#sec-object.fromentries
	static("Object", "fromEntries", 1, func(c webidl.Call) goja.Value {
		result := c.Realm.VM.NewObject()
		iterate(c.Realm, c.Arg(0), func(v goja.Value) bool {
			entry, ok := v.(*goja.Object)
			if !ok {
				c.Throw(webidl.TypeErrorf("Iterator value %s is not an entry object", inspect(v)))
			}
			key, value := orUndefined(entry.Get("0")), orUndefined(entry.Get("1"))
			if symbol, ok := key.(*goja.Symbol); ok {
				c.Realm.Rethrow(result.DefineDataPropertySymbol(symbol, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE))
			} else {
				c.Realm.Rethrow(result.DefineDataProperty(key.String(), value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE))
			}
			return true
		})
		return result
	}),
}
