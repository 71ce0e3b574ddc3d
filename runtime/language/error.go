package language

import (
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// errorAdditions are V8's ways to get at a stack, which many packages use: https://v8.dev/docs/stack-trace-api.
var errorAdditions = []addition{
	worded("TypeError", "TypeError"), worded("catch", "TypeError"), worded("RangeError", "RangeError"), worded("toFixed", "RangeError"), worded("repeat", "RangeError"),
	worded("ReferenceError", "ReferenceError"), worded("URIError", "URIError"), worded("decodeURIComponent", "URIError"),
	static("Error", "captureStackTrace", 2, func(c webidl.Call) goja.Value {
		obj, ok := c.Arg(0).(*goja.Object)
		if !ok {
			c.Throw(webidl.TypeErrorf("Invalid argument"))
		}
		lines := []string{errorText(c.Realm, obj)}
		// Frames above the given function, and itself, are left out, as far as its name tells it.
		upTo := ""
		if fn, ok := c.Arg(1).(*goja.Object); ok {
			upTo = orUndefined(fn.Get("name")).String()
		}
		var frames []string
		var sites []goja.Value
		for _, frame := range c.Realm.VM.CaptureCallStack(0, nil) {
			line, ok := webidl.FrameLine(frame)
			if ok {
				frames = append(frames, "    "+line)
				sites = append(sites, c.Realm.New(callSiteClass, newCallSite(frame, line)))
			}
			if upTo != "" && frame.FuncName() == upTo {
				frames, sites, upTo = nil, nil, ""
			}
		}
		most := len(frames)
		if n := orUndefined(c.Realm.Intrinsic("Error").Get("stackTraceLimit")); !goja.IsUndefined(n) {
			most = int(max(0, min(n.ToInteger(), int64(len(frames)))))
		}
		if prepare, ok := goja.AssertFunction(c.Realm.Intrinsic("Error").Get("prepareStackTrace")); ok {
			stack, err := prepare(c.Realm.Intrinsic("Error"), obj, c.Realm.Array(sites[:most]...))
			c.Realm.Rethrow(err)
			define(obj, "stack", stack)
			return goja.Undefined()
		}
		define(obj, "stack", c.String(strings.Join(append(lines, frames[:most]...), "\n")))
		return goja.Undefined()
	}),
	{word: "stackTraceLimit", install: func(r *webidl.Realm) {
		r.Intrinsic("Error").DefineDataProperty("stackTraceLimit", r.Int(10), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}},
}

// errorText is what Error.prototype.toString makes of an object; "Error" if that throws.
func errorText(r *webidl.Realm, obj *goja.Object) string {
	text := "Error"
	r.Try(func() {
		v, err := r.IntrinsicMethod("Error", "toString")(obj)
		r.Rethrow(err)
		text = v.String()
	})
	return text
}

// worded makes an addition for scripts that may see what the engine says in its errors of a class: it is put as V8 does.
func worded(word, class string) addition {
	return addition{word: word, install: func(r *webidl.Realm) { r.WordErrors(class) }}
}
