package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// EventClass is the class Event. As in Workers, timeStamp is always 0, and isTrusted stands on the prototype.
var EventClass = webidl.NewClass("Event", eventIDL{})

type eventIDL struct{}

func (eventIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		e := &Event{}
		e.Construct(c)
		return e
	}
	class.Statics = []webidl.Member{
		webidl.Constant("NONE", int(None)),
		webidl.Constant("CAPTURING_PHASE", int(CapturingPhase)),
		webidl.Constant("AT_TARGET", int(AtTarget)),
		webidl.Constant("BUBBLING_PHASE", int(BubblingPhase)),
	}
	flag := func(name string, get func(e *Event) bool) webidl.Member {
		return webidl.ReadOnly(name, func(e AnyEvent, c webidl.Call) goja.Value { return c.Bool(get(e.BaseEvent())) })
	}
	object := func(name string, get func(e *Event) *Target) webidl.Member {
		return webidl.ReadOnly(name, func(e AnyEvent, c webidl.Call) goja.Value {
			if t := get(e.BaseEvent()); t != nil {
				return t.Object()
			}
			return goja.Null()
		})
	}
	action := func(name string, do func(e *Event)) webidl.Member {
		return webidl.Method(name, 0, func(e AnyEvent, c webidl.Call) goja.Value {
			do(e.BaseEvent())
			return c.Undefined()
		})
	}
	class.Members = append([]webidl.Member{
		webidl.ReadOnly("type", func(e AnyEvent, c webidl.Call) goja.Value { return c.String(e.BaseEvent().kind) }),
		object("target", func(e *Event) *Target { return e.target }),
		object("srcElement", func(e *Event) *Target { return e.target }),
		object("currentTarget", func(e *Event) *Target { return e.currentTarget }),
		webidl.Method("composedPath", 0, func(e AnyEvent, c webidl.Call) goja.Value {
			if t := e.BaseEvent().currentTarget; t != nil {
				return c.Realm.Array(t.Object())
			}
			return c.Realm.Array()
		}),
		webidl.ReadOnly("eventPhase", func(e AnyEvent, c webidl.Call) goja.Value { return c.Realm.Int(int(e.BaseEvent().phase)) }),
		action("stopPropagation", func(e *Event) { e.stopPropagation = true }),
		webidl.Attribute("cancelBubble",
			func(e AnyEvent, c webidl.Call) goja.Value { return c.Bool(e.BaseEvent().stopPropagation) },
			func(e AnyEvent, c webidl.Call, v goja.Value) {
				if v.ToBoolean() {
					e.BaseEvent().stopPropagation = true
				}
			}),
		action("stopImmediatePropagation", func(e *Event) { e.stopPropagation, e.stopImmediatePropagation = true, true }),
		flag("bubbles", func(e *Event) bool { return e.bubbles }),
		flag("cancelable", func(e *Event) bool { return e.cancelable }),
		webidl.Attribute("returnValue",
			func(e AnyEvent, c webidl.Call) goja.Value { return c.Bool(!e.BaseEvent().canceled) },
			func(e AnyEvent, c webidl.Call, v goja.Value) {
				if !v.ToBoolean() {
					e.BaseEvent().preventDefault()
				}
			}),
		action("preventDefault", (*Event).preventDefault),
		flag("defaultPrevented", func(e *Event) bool { return e.canceled }),
		flag("composed", func(e *Event) bool { return e.composed }),
		flag("isTrusted", func(e *Event) bool { return e.trusted }),
		webidl.ReadOnly("timeStamp", func(e AnyEvent, c webidl.Call) goja.Value { return c.Realm.Int(0) }),
		webidl.Method("initEvent", 1, func(e AnyEvent, c webidl.Call) goja.Value {
			kind, bubbles, cancelable := c.USVString(0), c.Arg(1).ToBoolean(), c.Arg(2).ToBoolean()
			if !e.BaseEvent().dispatching {
				e.BaseEvent().initialize(kind, bubbles, cancelable)
			}
			return c.Undefined()
		}),
	}, class.Statics...)
}

// Construct readies an event that a script makes with (type, eventInitDict), and returns the dictionary for what a
// subclass takes from it: https://dom.spec.whatwg.org/#concept-event-constructor
func (e *Event) Construct(c webidl.Call) webidl.Dictionary {
	e.face = face{realm: c.Realm, object: c.Object()}
	e.kind = c.USVString(0)
	init := c.Dictionary(1)
	e.bubbles = init.Bool("bubbles")
	e.cancelable = init.Bool("cancelable")
	e.composed = init.Bool("composed")
	return init
}
