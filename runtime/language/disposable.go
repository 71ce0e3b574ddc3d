package language

import (
	_ "embed"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

//go:embed js/disposable.js
var disposableSource string

var disposableProgram = compiled("disposable", disposableSource)

// disposables has what explicit resource management needs, of one realm. They belong together, and are about awaiting:
// so they are in JavaScript.
type disposables struct{ classes *goja.Object }

func disposable(name string) webidl.Global {
	return webidl.BuiltinGlobal(name, func(r *webidl.Realm) goja.Value {
		state := webidl.State[disposables](r)
		if state.classes == nil {
			classes, err := script(r, disposableProgram(), r.VM.ToValue(webidl.SymDispose), r.VM.ToValue(webidl.SymAsyncDispose))(goja.Undefined())
			r.Rethrow(err)
			state.classes = classes.(*goja.Object)
		}
		return state.classes.Get(name)
	})
}
