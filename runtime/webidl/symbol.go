package webidl

import "github.com/dop251/goja"

// SymbolMethod is an operation under a symbol; name is what its function is called.
func SymbolMethod[T any](symbol *goja.Symbol, name string, length int, fn func(this T, c Call) goja.Value) Member {
	m := Method(name, length, fn)
	m.symbol, m.hidden = symbol, true
	return m
}
