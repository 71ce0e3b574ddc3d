package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// ErrorEvent is the Go value behind an ErrorEvent object: https://html.spec.whatwg.org/#errorevent
type ErrorEvent struct {
	Event
	Message, Filename string
	Line, Column      uint32
	Error             goja.Value
}

// NewErrorEvent makes an event of type "error". Its fields may be filled in before it is fired.
func NewErrorEvent(r *webidl.Realm, message string, value goja.Value) *ErrorEvent {
	e := &ErrorEvent{Message: message, Error: value}
	e.Init(r, ErrorEventClass, e, "error")
	return e
}

// ErrorEventClass is the class ErrorEvent.
var ErrorEventClass = webidl.NewClass("ErrorEvent", errorEventIDL{})

type errorEventIDL struct{}

func (errorEventIDL) Define(class *webidl.Class) {
	class.Parent = EventClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		e := &ErrorEvent{}
		init := e.Construct(c)
		number := func(name string) uint32 {
			v, ok := init.Get(name)
			if !ok {
				return 0
			}
			return uint32(c.Realm.Uint(v, 32, webidl.Modulo))
		}
		e.Column = number("colno")
		e.Error = member(init, "error", goja.Undefined())
		e.Filename = stringMember(init, "filename")
		e.Line = number("lineno")
		e.Message = stringMember(init, "message")
		return e
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("message", func(e *ErrorEvent, c webidl.Call) goja.Value { return c.String(e.Message) }),
		webidl.ReadOnly("filename", func(e *ErrorEvent, c webidl.Call) goja.Value { return c.String(e.Filename) }),
		webidl.ReadOnly("lineno", func(e *ErrorEvent, c webidl.Call) goja.Value { return c.Realm.Int(int(e.Line)) }),
		webidl.ReadOnly("colno", func(e *ErrorEvent, c webidl.Call) goja.Value { return c.Realm.Int(int(e.Column)) }),
		webidl.ReadOnly("error", func(e *ErrorEvent, c webidl.Call) goja.Value { return e.Error }),
	}
}
