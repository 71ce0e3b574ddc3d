package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// EventTargetClass is the class EventTarget, which scripts may extend.
var EventTargetClass = webidl.NewClass("EventTarget", eventTargetIDL{})

type eventTargetIDL struct{}

func (eventTargetIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		t := &Target{}
		t.InitObject(c.Realm, c.Object())
		return t
	}
	class.Members = []webidl.Member{
		webidl.Method("addEventListener", 2, func(t AnyTarget, c webidl.Call) goja.Value { return t.EventTarget().addEventListener(c) }),
		webidl.Method("removeEventListener", 2, func(t AnyTarget, c webidl.Call) goja.Value { return t.EventTarget().removeEventListener(c) }),
		webidl.Method("dispatchEvent", 1, func(t AnyTarget, c webidl.Call) goja.Value { return t.EventTarget().dispatchEvent(c) }),
	}
}

func (t *Target) addEventListener(c webidl.Call) goja.Value {
	l := &listener{kind: c.USVString(0), callback: callbackArgument(c, "addEventListener")}
	if l.callback != nil {
		l.call, _ = goja.AssertFunction(l.callback)
	}
	var signal *AbortSignal
	if options, ok := c.Arg(2).(*goja.Object); ok {
		d := c.Realm.Dictionary(options)
		l.capture, l.once, l.passive = d.Bool("capture"), d.Bool("once"), d.Bool("passive")
		if v, ok := d.Get("signal"); ok {
			if signal, ok = webidl.As[*AbortSignal](c.Realm, v); !ok {
				c.Throw(webidl.TypeErrorf("Incorrect type for the 'signal' field on 'AddEventListenerOptions': the provided value is not of type 'AbortSignal'."))
			}
		}
	} else {
		l.capture = c.Arg(2).ToBoolean()
	}
	t.add(l, signal)
	return c.Undefined()
}

func (t *Target) removeEventListener(c webidl.Call) goja.Value {
	kind, callback := c.USVString(0), callbackArgument(c, "removeEventListener")
	var capture bool
	if options, ok := c.Arg(2).(*goja.Object); ok {
		capture = c.Realm.Dictionary(options).Bool("capture")
	} else {
		capture = c.Arg(2).ToBoolean()
	}
	if callback == nil {
		return c.Undefined()
	}
	if l := t.find(kind, callback, capture); l != nil {
		t.remove(l)
	}
	return c.Undefined()
}

// callbackArgument is the second argument of a method of EventTarget: an object, or nil for null and undefined.
func callbackArgument(c webidl.Call, method string) *goja.Object {
	v := c.Arg(1)
	if webidl.IsNullish(v) {
		return nil
	}
	callback, ok := v.(*goja.Object)
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'EventTarget': parameter 2 is not of type 'function or HandlerObject'.", method))
	}
	return callback
}

func (t *Target) dispatchEvent(c webidl.Call) goja.Value {
	event, ok := webidl.As[AnyEvent](c.Realm, c.Arg(0))
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute 'dispatchEvent' on 'EventTarget': parameter 1 is not of type 'Event'."))
	}
	e := event.BaseEvent()
	if e.dispatching {
		c.Throw(webidl.DOMErrorf("InvalidStateError", "The event is already being dispatched."))
	}
	e.trusted = false
	return c.Bool(t.dispatch(e))
}
