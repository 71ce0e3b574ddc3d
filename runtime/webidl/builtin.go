package webidl

import "github.com/dop251/goja"

// Builtin makes a function object as those of ECMAScript itself: unlike one of Web IDL it may be called with fewer
// arguments than its length.
func (r *Realm) Builtin(name string, length int, fn func(c Call) goja.Value) *goja.Object {
	return r.function(nil, name, length, func(fc goja.FunctionCall) goja.Value {
		return fn(Call{Realm: r, This: fc.This, Args: fc.Arguments})
	})
}

// BuiltinGlobal is a global as those of ECMAScript itself are: not enumerable. It is made when it is first touched.
func BuiltinGlobal(name string, make func(r *Realm) goja.Value) Global {
	return Global{Name: name, make: make}
}

// ToString implements https://tc39.es/ecma262/#sec-tostring; lone surrogates stay.
func (r *Realm) ToString(v goja.Value) goja.String {
	switch primitive := v.ToString().(type) { // the engine's own converts objects only, and those to a primitive
	case goja.String:
		return primitive
	case *goja.Symbol:
		panic(r.TypeError("Cannot convert a Symbol value to a string"))
	default:
		return r.String(primitive.String()).(goja.String)
	}
}
