package runtime

import (
	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
)

// executionContext is the Go value behind ctx, the third argument of a handler.
type executionContext struct {
	pending int  // promises given to waitUntil that are not settled, and WebSockets to elsewhere that are open
	failed  bool // one given to waitUntil was rejected
	props   goja.Value
	exports goja.Value // nil before it is asked for
	iso     *isolate
}

// waitUntil keeps the isolate alive until a promise is settled.
func (x *executionContext) waitUntil(r *webidl.Realm, promise goja.Value) {
	if _, ok := webidl.AsPromise(promise); !ok {
		promise = r.Resolved(promise)
	}
	x.pending++
	r.Upon(promise,
		func(goja.Value) { x.pending-- },
		func(reason goja.Value) {
			x.pending--
			x.failed = true
			r.ReportException(reason)
		})
}

// hold keeps the isolate alive until a promise is settled, whatever becomes of it.
func (x *executionContext) hold(r *webidl.Realm, promise goja.Value) {
	x.pending++
	done := func(goja.Value) { x.pending-- }
	r.Upon(promise, done, done)
}

// idle reports whether all work given to waitUntil is done.
func (x *executionContext) idle() bool { return x == nil || x.pending == 0 }

var executionContextClass = webidl.NewClass("ExecutionContext", executionContextIDL{})

type executionContextIDL struct{}

func (executionContextIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Method("waitUntil", 1, func(x *executionContext, c webidl.Call) goja.Value {
			x.waitUntil(c.Realm, c.Arg(0))
			return c.Undefined()
		}),
		// There is nothing to pass through to: a local Worker has no origin behind it.
		webidl.Method("passThroughOnException", 0, func(x *executionContext, c webidl.Call) goja.Value {
			return c.Undefined()
		}),
		webidl.ReadOnly("exports", func(x *executionContext, c webidl.Call) goja.Value {
			if x.exports == nil {
				x.exports = goja.Undefined()
				if flags := c.Realm.Compat(); flags.Enabled(compat.EnableCtxExports) {
					x.exports = x.iso.loopbacks()
				}
			}
			return x.exports
		}),
		webidl.ReadOnly("props", func(x *executionContext, c webidl.Call) goja.Value {
			if x.props == nil {
				x.props = x.iso.properties()
			}
			return x.props
		}),
	}
}
