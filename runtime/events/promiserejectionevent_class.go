package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// PromiseRejectionEvent is the Go value behind a PromiseRejectionEvent object:
// https://html.spec.whatwg.org/#promiserejectionevent
type PromiseRejectionEvent struct {
	Event
	Promise, Reason goja.Value
}

// NewPromiseRejectionEvent makes an event of type "unhandledrejection", a cancelable one, or "rejectionhandled".
func NewPromiseRejectionEvent(r *webidl.Realm, kind string, promise, reason goja.Value) *PromiseRejectionEvent {
	e := &PromiseRejectionEvent{Promise: promise, Reason: reason}
	e.Init(r, PromiseRejectionEventClass, e, kind)
	e.cancelable = kind == "unhandledrejection"
	return e
}

// PromiseRejectionEventClass is the class PromiseRejectionEvent.
var PromiseRejectionEventClass = webidl.NewClass("PromiseRejectionEvent", promiseRejectionEventIDL{})

type promiseRejectionEventIDL struct{}

func (promiseRejectionEventIDL) Define(class *webidl.Class) {
	class.Parent = EventClass
	class.Length = 2
	class.Construct = func(c webidl.Call) any {
		e := &PromiseRejectionEvent{}
		init := e.Construct(c)
		promise, ok := init.Get("promise")
		if !ok {
			c.Throw(webidl.TypeErrorf("Failed to construct 'PromiseRejectionEvent': required member promise is undefined."))
		}
		if _, ok := promise.(*goja.Object); !ok {
			c.Throw(webidl.TypeErrorf("Failed to construct 'PromiseRejectionEvent': member promise is not an object."))
		}
		e.Promise = promise
		e.Reason = member(init, "reason", goja.Undefined())
		return e
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("promise", func(e *PromiseRejectionEvent, c webidl.Call) goja.Value { return e.Promise }),
		webidl.ReadOnly("reason", func(e *PromiseRejectionEvent, c webidl.Call) goja.Value { return e.Reason }),
	}
}
