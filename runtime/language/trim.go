package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/ecmaregexp"
	"devserver/runtime/engine"
)

// trimming is https://tc39.es/ecma262/#sec-trimstring of a string. The engine's own writes the string as UTF-8 and back: it takes
// long of long ones, and makes U+FFFD of surrogates that have no other half.
func trimming(start, end bool) func(*goja.Runtime, engine.Native) engine.Native {
	return func(vm *goja.Runtime, native engine.Native) engine.Native {
		return func(call goja.FunctionCall) goja.Value {
			text, ok := call.This.(goja.String)
			if !ok {
				object, ok := call.This.(*goja.Object)
				if !ok {
					return native(call) // of a number nothing is to be trimmed
				}
				text = object.ToString().(goja.String)
			}
			from, to := 0, text.Length()
			for start && from < to && ecmaregexp.IsSpace(rune(text.CharAt(from))) {
				if from++; from%longText == 0 {
					engine.CheckTime(vm)
				}
			}
			for end && from < to && ecmaregexp.IsSpace(rune(text.CharAt(to-1))) {
				if to--; to%longText == 0 {
					engine.CheckTime(vm)
				}
			}
			if to-from == text.Length() {
				return text
			}
			return text.Substring(from, to)
		}
	}
}
