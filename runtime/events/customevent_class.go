package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// CustomEvent is the Go value behind a CustomEvent object: https://dom.spec.whatwg.org/#interface-customevent
type CustomEvent struct {
	Event
	Detail goja.Value
}

// CustomEventClass is the class CustomEvent.
var CustomEventClass = webidl.NewClass("CustomEvent", customEventIDL{})

type customEventIDL struct{}

func (customEventIDL) Define(class *webidl.Class) {
	class.Parent = EventClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		e := &CustomEvent{}
		init := e.Construct(c)
		e.Detail = member(init, "detail", goja.Null())
		return e
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("detail", func(e *CustomEvent, c webidl.Call) goja.Value { return e.Detail }),
		webidl.Method("initCustomEvent", 1, func(e *CustomEvent, c webidl.Call) goja.Value {
			kind, bubbles, cancelable, detail := c.USVString(0), c.Arg(1).ToBoolean(), c.Arg(2).ToBoolean(), goja.Null()
			if len(c.Args) > 3 {
				detail = c.Arg(3)
			}
			if !e.dispatching {
				e.initialize(kind, bubbles, cancelable)
				e.Detail = detail
			}
			return c.Undefined()
		}),
	}
}

// member returns a member of a dictionary, or what it is when it is missing.
func member(d webidl.Dictionary, name string, missing goja.Value) goja.Value {
	if v, ok := d.Get(name); ok {
		return v
	}
	return missing
}

// stringMember returns a string member of a dictionary, "" if it is missing.
func stringMember(d webidl.Dictionary, name string) string {
	s, _ := d.String(name)
	return s
}
