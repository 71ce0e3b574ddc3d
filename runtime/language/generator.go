package language

import (
	_ "embed"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

//go:embed js/generators.js
var generatorsSource string

var generatorsProgram = compiled("generators", generatorsSource)

// Generators returns what asynchronous generators and for await are made of, which the bundler has scripts use: the engine
// has none. It is a function that makes an asynchronous generator of a function that is a generator, with the rest as its
// properties.
func Generators(r *webidl.Realm) goja.Value {
	constructor := asyncGeneratorFunction(r)
	show := r.Builtin("", 1, func(c webidl.Call) goja.Value { return c.String(inspect(c.Arg(0))) })
	// What runs says so, not what a script is told of it.
	source := r.IntrinsicMethod("Function", "toString")
	isLowered := r.Builtin("", 1, func(c webidl.Call) goja.Value {
		text, err := source(c.Arg(0))
		r.Rethrow(err)
		return c.Bool(strings.Contains(text.String(), ".start;"))
	})
	asyncIterators := r.AsyncIteratorPrototype()
	make := script(r, generatorsProgram(), webidl.SymAsyncIterator, asyncIterators, constructor, show, isLowered)
	v, err := make(goja.Undefined())
	r.Rethrow(err)
	return v
}

// asyncGeneratorFunction is the constructor %AsyncGeneratorFunction%. The engine cannot compile what it would be given.
func asyncGeneratorFunction(r *webidl.Realm) *goja.Object {
	constructor := r.VM.ToValue(func(goja.ConstructorCall) *goja.Object {
		r.CodeToEvaluate(goja.Undefined())
		panic(r.ErrorValue(webidl.Errorf("devserver cannot make asynchronous generators of strings: write the function out")))
	}).(*goja.Object)
	constructor.DefineDataProperty("name", r.String("AsyncGeneratorFunction"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	constructor.DefineDataProperty("length", r.Int(1), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return constructor
}
