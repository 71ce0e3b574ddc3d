package node

import (
	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

// Globals returns the globals that Node.js adds, for Workers that have them.
func Globals(flags compat.Set) []webidl.Global {
	if !flags.Enabled(compat.NodejsCompatV2) {
		return nil
	}
	return append(timers.ImmediateGlobals(),
		webidl.ValueGlobal("Buffer", func(r *webidl.Realm) goja.Value { return buffersOf(r).constructor }).Lazily(),
		webidl.ValueGlobal("process", func(r *webidl.Realm) goja.Value { return Require(r, "process") }).Lazily(),
		webidl.ValueGlobal("global", func(r *webidl.Realm) goja.Value { return r.VM.GlobalObject() }),
	)
}
