package language

import (
	_ "embed"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// arrayAdditions: Array.fromAsync awaits, which is said better in JavaScript. Symbol.unscopables lacks at().
var arrayAdditions = []addition{
	{word: "fromAsync", install: func(r *webidl.Realm) {
		isConstructor := r.Builtin("", 1, func(c webidl.Call) goja.Value {
			_, ok := goja.AssertConstructor(c.Arg(0))
			return c.Bool(ok)
		})
		run := script(r, fromAsyncProgram(), r.VM.ToValue(webidl.SymAsyncIterator), isConstructor)
		define(r.Intrinsic("Array"), "fromAsync", r.Builtin("fromAsync", 1, func(c webidl.Call) goja.Value {
			v, err := run(c.This, c.Args...)
			c.Realm.Rethrow(err)
			return v
		}))
	}},
	{word: "unscopables", install: func(r *webidl.Realm) {
		if hidden, ok := r.IntrinsicPrototype("Array").GetSymbol(goja.SymUnscopables).(*goja.Object); ok {
			hidden.DefineDataProperty("at", r.VM.ToValue(true), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
	}},
}

//go:embed js/from_async.js
var fromAsyncSource string

var fromAsyncProgram = compiled("fromAsync", fromAsyncSource)

// compiled compiles a source of ours once, when it is first needed.
func compiled(name, source string) func() *goja.Program {
	return sync.OnceValue(func() *goja.Program { return engine.MustCompile(name, source, true) })
}

// script runs a program, which is a function that returns a function, with what it needs.
func script(r *webidl.Realm, program *goja.Program, needs ...goja.Value) goja.Callable {
	v, err := r.VM.RunProgram(program)
	r.Rethrow(err)
	outer, _ := goja.AssertFunction(v)
	v, err = outer(goja.Undefined(), needs...)
	r.Rethrow(err)
	inner, _ := goja.AssertFunction(v)
	return inner
}
