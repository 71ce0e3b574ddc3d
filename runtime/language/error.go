package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// errorAdditions are V8's ways to get at a stack, which many packages use: https://v8.dev/docs/stack-trace-api.
var errorAdditions = []addition{
	traced("Error", "Error"), traced("TypeError", "TypeError"), traced("RangeError", "RangeError"), traced("ReferenceError", "ReferenceError"), traced("SyntaxError", "SyntaxError"),
	traced("EvalError", "EvalError"), traced("URIError", "URIError"), traced("AggregateError", "AggregateError"), traced("catch", "TypeError"),
	traced("stack", "Error", "TypeError", "ReferenceError"), traced("any", "AggregateError").ifStack(), traced("decodeURIComponent", "URIError").ifStack(),
	traced("parse", "SyntaxError").ifStack(), traced("RegExp", "SyntaxError").ifStack(), traced("BigInt", "SyntaxError").ifStack(), traced("json", "SyntaxError").ifStack(),
	traced("toFixed", "RangeError").ifStack(), traced("repeat", "RangeError").ifStack(), traced("Array", "RangeError").ifStack(),
	worded("TypeError", "TypeError"), worded("catch", "TypeError"), worded("RangeError", "RangeError"), worded("toFixed", "RangeError"), worded("repeat", "RangeError"),
	worded("ReferenceError", "ReferenceError"), worded("URIError", "URIError"), worded("decodeURIComponent", "URIError"),
	static("Error", "captureStackTrace", 2, func(c webidl.Call) goja.Value {
		obj, ok := c.Arg(0).(*goja.Object)
		if !ok {
			c.Throw(webidl.TypeErrorf("invalid_argument"))
		}
		within, ok := c.Arg(1).(*goja.Object)
		if !ok {
			within = nil
		}
		c.Realm.CaptureStack(obj, within)
		return goja.Undefined()
	}),
	{word: "stackTraceLimit", install: func(r *webidl.Realm) { r.LimitStacks() }},
}

// worded makes an addition for scripts that may see what the engine says in its errors of a class: it is put as V8 does.
func worded(word, class string) addition {
	return addition{word: word, install: func(r *webidl.Realm) { r.WordErrors(class) }}
}

// traced makes an addition for scripts that may see the stack of errors of some classes: it is as V8 has it, and so is what they say.
func traced(word string, classes ...string) addition {
	return addition{word: word, install: func(r *webidl.Realm) {
		for _, class := range classes {
			r.TraceErrors(class)
			r.WordErrors(class)
		}
	}}
}

// ifStack narrows an addition down to scripts that ask for stacks, too.
func (a addition) ifStack() addition {
	a.and = mentions("stack")
	return a
}
