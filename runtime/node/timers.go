package node

import (
	"github.com/dop251/goja"

	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

// timersNatives is what timers.js asks of Go.
var timersNatives = webidl.NewClass("timers", timersIDL{})

type timersIDL struct{}

func (timersIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		webidl.StaticReadOnly("Timeout", func(c webidl.Call) goja.Value { return c.Realm.Constructor(timers.TimeoutClass) }),
	}
}
