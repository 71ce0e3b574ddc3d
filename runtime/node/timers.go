package node

import (
	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

// timersNatives is what timers.js asks of Go.
var timersNatives = webidl.NewClass("timers", timersIDL{})

type timersIDL struct{}

func (timersIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		webidl.StaticReadOnly("Timeout", func(c webidl.Call) goja.Value { return c.Realm.Constructor(timers.TimeoutClass) }),
		// global says that the global timers are those of Node.js.
		webidl.StaticReadOnly("global", func(c webidl.Call) goja.Value {
			return c.Bool(c.Realm.Compat().Enabled(compat.NodejsGlobalTimers))
		}),
	}
	for _, f := range timers.NodeFunctions() {
		class.Statics = append(class.Statics, webidl.Static(f.Name, 0, f.Call))
	}
}
