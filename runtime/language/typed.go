package language

import (
	"errors"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// typedAdditions: the engine's TypedArray.from takes objects only, but a string can be iterated, too:
// https://tc39.es/ecma262/#sec-%typedarray%.from.
var typedAdditions = []addition{
	{word: "from", and: shows(callsTypedFrom), install: func(r *webidl.Realm) {
		constructor := r.Intrinsic("Uint8Array").Prototype()
		native, _ := goja.AssertFunction(constructor.Get("from"))
		define(constructor, "from", r.Builtin("from", 1, func(c webidl.Call) goja.Value {
			args := c.Args
			if _, ok := c.Arg(0).(*goja.Object); !ok && !goja.IsUndefined(c.Arg(0)) && !goja.IsNull(c.Arg(0)) {
				args = append([]goja.Value{c.Arg(0).ToObject(c.Realm.VM)}, args[1:]...)
			}
			v, err := native(c.This, args...)
			c.Realm.Rethrow(err)
			return v
		}))
	}},
	reworded("fromHex", bytesClass), reworded("fromBase64", bytesClass),
	reworded("setFromHex", bytesProto), reworded("setFromBase64", bytesProto),
}

// callsTypedFrom reports whether a text calls from on a typed array.
func callsTypedFrom(text string) bool {
	for _, end := range []string{"8Array.from", "6Array.from", "2Array.from", "4Array.from", "8ClampedArray.from"} {
		if strings.Contains(text, end) {
			return true
		}
	}
	return false
}

// reworded makes an addition of a function of the engine's that words its errors as Workers see them elsewhere.
func reworded(name string, of func(r *webidl.Realm) *goja.Object) addition {
	return addition{word: name, install: func(r *webidl.Realm) {
		native, ok := goja.AssertFunction(of(r).Get(name))
		if !ok {
			return
		}
		define(of(r), name, r.Builtin(name, 1, func(c webidl.Call) goja.Value {
			v, err := native(c.This, c.Args...)
			if exception, ok := errors.AsType[*goja.Exception](err); ok {
				if thrown, ok := exception.Value().(*goja.Object); ok {
					message := thrown.Get("message").String()
					switch {
					case strings.HasSuffix(message, "requires a string"):
						c.Throw(webidl.TypeErrorf("input argument must be a string"))
					case strings.HasPrefix(message, "encoding/hex"):
						c.Throw(&webidl.Error{Name: "SyntaxError", Message: "Input string must contain hex characters in even length"})
					case base64Errors[message] != "":
						c.Throw(&webidl.Error{Name: "SyntaxError", Message: base64Errors[message]})
					}
				}
			}
			c.Realm.Rethrow(err)
			return v
		}))
	}}
}

var base64Errors = map[string]string{
	"a single extra base64 character in the last chunk": "The base64 input terminates with a single character, excluding padding (=).",
	"missing padding in the last chunk":                 "The base64 input terminates with a single character, excluding padding (=).",
	"extra bits in the last base64 character":           "The base64 input terminates with non-zero padding bits.",
	"unexpected character after padding":                "Found a character that cannot be part of a valid base64 string.",
	"invalid base64 character":                          "Found a character that cannot be part of a valid base64 string.",
	"missing padding character":                         "Found a character that cannot be part of a valid base64 string.",
}

func bytesClass(r *webidl.Realm) *goja.Object { return r.Intrinsic("Uint8Array") }
func bytesProto(r *webidl.Realm) *goja.Object { return r.IntrinsicPrototype("Uint8Array") }
