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

// Port is the Go value behind a MessagePort object, whose class stands above this package.
type Port interface{ Entangled() bool }

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
			ports := c.Realm.Sequence(v)
			for i, port := range ports {
				if _, ok := webidl.As[Port](c.Realm, port); !ok {
					c.Throw(webidl.TypeErrorf("Incorrect type for array element %d: the provided value is not of type 'MessagePort'.", i))
				}
			}
			e.Ports = c.Realm.FrozenArray(ports...)
		}
		e.Source = member(init, "source", goja.Null())
		if _, ok := webidl.As[Port](c.Realm, e.Source); !ok && !goja.IsNull(e.Source) {
			c.Throw(webidl.TypeErrorf("Incorrect type for the 'source' field on 'Initializer': the provided value is not of type 'MessagePort'."))
		}
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
