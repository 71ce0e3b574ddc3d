package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// globalTarget is the event target that the global object is, once something asks for it.
type globalTarget struct{ target *Target }

// GlobalTarget returns the global object as an event target.
func GlobalTarget(r *webidl.Realm) *Target {
	g := webidl.State[globalTarget](r)
	if g.target == nil {
		g.target = &Target{}
		g.target.InitObject(r, r.VM.GlobalObject())
		r.Bind(r.VM.GlobalObject(), g.target)
	}
	return g.target
}

// globalFunctions are the methods of EventTarget as functions of the global object, which they work on when they are
// called without another target, and https://html.spec.whatwg.org/#dom-reporterror
func globalFunctions() []webidl.Global {
	global := func(name string, length int, method func(t *Target, c webidl.Call) goja.Value) webidl.Global {
		return webidl.FunctionGlobal(name, length, func(c webidl.Call) goja.Value {
			if t, ok := webidl.As[AnyTarget](c.Realm, c.This); ok {
				return method(t.EventTarget(), c)
			}
			return method(GlobalTarget(c.Realm), c)
		})
	}
	return []webidl.Global{
		global("addEventListener", 2, (*Target).addEventListener),
		global("removeEventListener", 2, (*Target).removeEventListener),
		global("dispatchEvent", 1, (*Target).dispatchEvent),
		webidl.FunctionGlobal("reportError", 1, func(c webidl.Call) goja.Value {
			c.Realm.ReportException(c.Arg(0))
			return c.Undefined()
		}),
	}
}
