package webidl

import (
	"github.com/dop251/goja"
)

// SymbolMethod is an operation whose property is a symbol. name is the function's.
func SymbolMethod[T any](symbol *goja.Symbol, name string, fn func(this T, c Call) goja.Value) Member {
	m := Method(name, 0, fn)
	m.symbol, m.hidden = symbol, true
	return m
}
