package events

import (
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// AbortSignalClass is the class AbortSignal. As in Workers, none can be made outside a handler.
var AbortSignalClass = webidl.NewClass("AbortSignal", abortSignalIDL{})

type abortSignalIDL struct{}

func (abortSignalIDL) Define(class *webidl.Class) {
	class.Parent = EventTargetClass
	class.Members = []webidl.Member{
		webidl.ReadOnly("aborted", func(s *AbortSignal, c webidl.Call) goja.Value { return c.Bool(s.aborted) }),
		webidl.ReadOnly("reason", func(s *AbortSignal, c webidl.Call) goja.Value { return s.Reason() }),
		webidl.Method("throwIfAborted", 0, func(s *AbortSignal, c webidl.Call) goja.Value {
			if s.aborted {
				panic(s.reason)
			}
			return c.Undefined()
		}),
		Handler[*AbortSignal]("abort"),
	}
	class.Statics = []webidl.Member{
		webidl.Static("abort", 0, func(c webidl.Call) goja.Value {
			s := NewAbortSignal(c.Realm)
			s.SignalAbort(c.Arg(0))
			return s.Object()
		}),
		webidl.Static("timeout", 1, func(c webidl.Call) goja.Value {
			c.Check(c.Realm.CheckIO())
			ms := c.Realm.Uint(c.Arg(0), 64, webidl.Clamp)
			s := NewAbortSignal(c.Realm)
			c.Realm.Loop.After(milliseconds(ms), false, func() {
				c.Realm.Loop.SetContext(nil) // as in workerd: listeners hear nothing of who made the signal
				s.SignalAbort(exception(c.Realm, "TimeoutError", "The operation was aborted due to timeout"))
			})
			return s.Object()
		}),
		webidl.Static("any", 1, func(c webidl.Call) goja.Value {
			var signals []*AbortSignal
			for i, v := range c.Realm.Sequence(c.Arg(0)) {
				s, ok := webidl.As[*AbortSignal](c.Realm, v)
				if !ok {
					c.Throw(webidl.TypeErrorf("Incorrect type for array element %d: the provided value is not of type 'AbortSignal'.", i))
				}
				signals = append(signals, s)
			}
			return AnyAbortSignal(c.Realm, signals...).Object()
		}),
	}
}

// milliseconds is a delay in milliseconds as a duration, the longest there is (292 years) if it does not fit.
func milliseconds(ms uint64) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	if ms > uint64(longest/time.Millisecond) {
		return longest
	}
	return time.Duration(ms) * time.Millisecond
}

// AbortController is the Go value behind an AbortController object:
// https://dom.spec.whatwg.org/#interface-abortcontroller
type AbortController struct{ Signal *AbortSignal }

// AbortControllerClass is the class AbortController.
var AbortControllerClass = webidl.NewClass("AbortController", abortControllerIDL{})

type abortControllerIDL struct{}

func (abortControllerIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		return &AbortController{Signal: NewAbortSignal(c.Realm)}
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("signal", func(a *AbortController, c webidl.Call) goja.Value { return a.Signal.Object() }),
		webidl.Method("abort", 0, func(a *AbortController, c webidl.Call) goja.Value {
			a.Signal.SignalAbort(c.Arg(0))
			return c.Undefined()
		}),
	}
}
