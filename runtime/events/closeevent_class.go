package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// CloseEvent is the Go value behind a CloseEvent object: https://websockets.spec.whatwg.org/#the-closeevent-interface
type CloseEvent struct {
	Event
	Code     uint16
	Reason   string
	WasClean bool
}

// NewCloseEvent makes an event of type "close".
func NewCloseEvent(r *webidl.Realm, code uint16, reason string, wasClean bool) *CloseEvent {
	e := &CloseEvent{Code: code, Reason: reason, WasClean: wasClean}
	e.Init(r, CloseEventClass, e, "close")
	return e
}

// CloseEventClass is the class CloseEvent.
var CloseEventClass = webidl.NewClass("CloseEvent", closeEventIDL{})

type closeEventIDL struct{}

func (closeEventIDL) Define(class *webidl.Class) {
	class.Parent = EventClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		e := &CloseEvent{}
		init := e.Construct(c)
		if v, ok := init.Get("code"); ok {
			e.Code = uint16(c.Realm.Uint(v, 16, webidl.Modulo))
		}
		e.Reason = stringMember(init, "reason")
		e.WasClean = init.Bool("wasClean")
		return e
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("code", func(e *CloseEvent, c webidl.Call) goja.Value { return c.Realm.Int(int(e.Code)) }),
		webidl.ReadOnly("reason", func(e *CloseEvent, c webidl.Call) goja.Value { return c.String(e.Reason) }),
		webidl.ReadOnly("wasClean", func(e *CloseEvent, c webidl.Call) goja.Value { return c.Bool(e.WasClean) }),
	}
}
