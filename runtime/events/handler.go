package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// handler is the value of an event handler attribute: https://html.spec.whatwg.org/#event-handlers
type handler struct {
	value    *goja.Object
	listener *listener
}

// Handler is the event handler attribute of a type of events, such as onabort of "abort", on the class of T.
func Handler[T AnyTarget](kind string) webidl.Member {
	return webidl.Attribute("on"+kind,
		func(t T, c webidl.Call) goja.Value {
			if h := t.EventTarget().handlers[kind]; h != nil {
				return h.value
			}
			return goja.Null()
		},
		func(t T, c webidl.Call, v goja.Value) {
			object, _ := v.(*goja.Object)
			t.EventTarget().setHandler(kind, object)
		})
}

// setHandler implements https://html.spec.whatwg.org/#event-handler-attributes:event-handlers-5: a handler keeps its
// place among the listeners until it is set to null.
func (t *Target) setHandler(kind string, value *goja.Object) {
	h := t.handlers[kind]
	switch {
	case value == nil && h != nil:
		t.remove(h.listener)
		delete(t.handlers, kind)
	case value != nil && h != nil:
		h.value = value
	case value != nil:
		h = &handler{value: value}
		h.listener = &listener{kind: kind, native: func(e *Event) error { return t.handle(h, e) }}
		if t.handlers == nil {
			t.handlers = map[string]*handler{}
		}
		t.handlers[kind] = h
		t.listeners = append(t.listeners, h.listener)
		if t.added != nil {
			t.added(kind)
		}
	}
}

// handle implements https://html.spec.whatwg.org/#the-event-handler-processing-algorithm
func (t *Target) handle(h *handler, e *Event) error {
	call, ok := goja.AssertFunction(h.value)
	if !ok {
		return nil
	}
	result, err := call(t.Object(), e.Object())
	if err != nil {
		return err
	}
	if result.StrictEquals(t.realm.Bool(false)) {
		e.preventDefault()
	}
	return nil
}
