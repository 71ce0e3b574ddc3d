package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// MessageEvent is the Go value behind a MessageEvent object: https://html.spec.whatwg.org/#messageevent
type MessageEvent struct {
	Event
	Data                goja.Value
	Origin, LastEventID string
	// Source is null, or the object that the message came from.
	Source goja.Value
	// Ports is nil for none, or a frozen array.
	Ports *goja.Object
}

// NewMessageEvent makes an event of a type, mostly "message". Its fields may be filled in before it is fired.
func NewMessageEvent(r *webidl.Realm, kind string, data goja.Value) *MessageEvent {
	e := &MessageEvent{Data: data, Source: goja.Null()}
	e.Init(r, MessageEventClass, e, kind)
	return e
}

// MessageEventClass is the class MessageEvent.
var MessageEventClass = webidl.NewClass("MessageEvent", messageEventIDL{})

type messageEventIDL struct{}

func (messageEventIDL) Define(class *webidl.Class) {
	class.Parent = EventClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		e := &MessageEvent{}
		init := e.Construct(c)
		e.Data = member(init, "data", goja.Null())
		e.LastEventID = stringMember(init, "lastEventId")
		e.Origin = stringMember(init, "origin")
		if v, ok := init.Get("ports"); ok {
			e.Ports = c.Realm.FrozenArray(c.Realm.Sequence(v)...)
		}
		e.Source = member(init, "source", goja.Null())
		return e
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("data", func(e *MessageEvent, c webidl.Call) goja.Value { return e.Data }),
		webidl.ReadOnly("origin", func(e *MessageEvent, c webidl.Call) goja.Value { return c.String(e.Origin) }),
		webidl.ReadOnly("lastEventId", func(e *MessageEvent, c webidl.Call) goja.Value { return c.String(e.LastEventID) }),
		webidl.ReadOnly("source", func(e *MessageEvent, c webidl.Call) goja.Value { return e.Source }),
		webidl.ReadOnly("ports", func(e *MessageEvent, c webidl.Call) goja.Value {
			if e.Ports == nil {
				e.Ports = c.Realm.FrozenArray()
			}
			return e.Ports
		}),
	}
}
