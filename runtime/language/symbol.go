package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// symbolAdditions are the well-known symbols that the engine lacks:
// https://tc39.es/ecma262/#sec-properties-of-the-symbol-constructor.
var symbolAdditions = []addition{
	wellKnown("asyncIterator", webidl.SymAsyncIterator),
	wellKnown("dispose", webidl.SymDispose),
	wellKnown("asyncDispose", webidl.SymAsyncDispose),
}

func wellKnown(name string, symbol *goja.Symbol) addition {
	return addition{word: name, install: func(r *webidl.Realm) {
		r.Intrinsic("Symbol").DefineDataProperty(name, symbol, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	}}
}
