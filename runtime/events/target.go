package events

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// AnyTarget is a [Target], or anything that embeds one.
type AnyTarget interface{ EventTarget() *Target }

// Target is the Go value behind an EventTarget object: https://dom.spec.whatwg.org/#interface-eventtarget
type Target struct {
	face
	listeners []*listener
	handlers  map[string]*handler
	// added, if not nil, is told of each type of events that a script begins to listen to.
	added func(kind string)
	// threw, if not nil, is told of what a listener has thrown.
	threw func(value goja.Value)
	// catch, if not nil, takes what a listener has thrown, which is then not reported.
	catch func(value goja.Value)
}

// listener is an event listener: https://dom.spec.whatwg.org/#concept-event-listener
type listener struct {
	kind    string
	capture bool
	once    bool
	passive bool
	removed bool

	// One of the three: a function of Go's, a callable object, or an object with a handleEvent.
	native   func(e *Event) error
	call     goja.Callable
	callback *goja.Object // what identifies a listener that a script has added

	detach func() // from the signal that removes the listener; may be nil
}

// Init readies a target that Go makes. impl is the Go value of its object, which embeds the target, and class the
// object's class; the object is made when a script first sees it.
func (t *Target) Init(r *webidl.Realm, class *webidl.Class, impl any) {
	t.face = face{realm: r, class: class, impl: impl}
}

// InitObject readies a target whose object there is already: in a constructor, that is the call's object.
func (t *Target) InitObject(r *webidl.Realm, object *goja.Object) {
	t.face = face{realm: r, object: object}
}

// OnAdded has fn told of each type of events that a script begins to listen to, as a listener or a handler.
func (t *Target) OnAdded(fn func(kind string)) { t.added = fn }

// OnThrow has fn told of what a listener throws, after it has been reported.
func (t *Target) OnThrow(fn func(value goja.Value)) { t.threw = fn }

// Catch has fn take what listeners throw, instead of having it reported; nil ends that.
func (t *Target) Catch(fn func(value goja.Value)) { t.catch = fn }

// EventTarget returns t.
func (t *Target) EventTarget() *Target { return t }

// Realm returns the realm of the target.
func (t *Target) Realm() *webidl.Realm { return t.realm }

// Listens reports whether anything listens to events of a type: if not, there is no need to make one.
func (t *Target) Listens(kind string) bool {
	return slices.ContainsFunc(t.listeners, func(l *listener) bool { return l.kind == kind })
}

// Listen has fn called with each event of a type, in its turn among the listeners that scripts add, until remove is
// called.
func (t *Target) Listen(kind string, fn func(e *Event)) (remove func()) {
	l := &listener{kind: kind, native: func(e *Event) error { fn(e); return nil }}
	t.listeners = append(t.listeners, l)
	return func() { t.remove(l) }
}

// add implements https://dom.spec.whatwg.org/#add-an-event-listener
func (t *Target) add(l *listener, signal *AbortSignal) {
	if signal != nil && signal.aborted || l.callback == nil || t.find(l.kind, l.callback, l.capture) != nil {
		return
	}
	t.listeners = append(t.listeners, l)
	if signal != nil {
		l.detach = signal.OnAbort(func() { t.remove(l) })
	}
	if t.added != nil {
		t.added(l.kind)
	}
}

func (t *Target) find(kind string, callback *goja.Object, capture bool) *listener {
	for _, l := range t.listeners {
		if l.callback == callback && l.kind == kind && l.capture == capture {
			return l
		}
	}
	return nil
}

// remove implements https://dom.spec.whatwg.org/#remove-an-event-listener
func (t *Target) remove(l *listener) {
	if l.removed {
		return
	}
	l.removed = true
	if l.detach != nil {
		l.detach()
	}
	// A new list, since the old one may be being dispatched to.
	t.listeners = slices.DeleteFunc(slices.Clone(t.listeners), func(other *listener) bool { return other == l })
}

// Fire dispatches an event of Go's making, a trusted one, and reports whether its default action is still wanted:
// https://dom.spec.whatwg.org/#concept-event-fire
func (t *Target) Fire(event AnyEvent) bool {
	event.BaseEvent().trusted = true
	return t.dispatch(event.BaseEvent())
}

// dispatch implements https://dom.spec.whatwg.org/#concept-event-dispatch for a path of one target.
func (t *Target) dispatch(e *Event) bool {
	e.dispatching = true
	e.target, e.currentTarget = t, t
	e.phase = AtTarget
	t.invoke(e, true)
	t.invoke(e, false)
	e.phase = None
	e.currentTarget = nil
	e.dispatching, e.stopPropagation, e.stopImmediatePropagation = false, false, false
	return !e.canceled
}

// invoke implements https://dom.spec.whatwg.org/#concept-event-listener-invoke
func (t *Target) invoke(e *Event, capture bool) {
	if e.stopPropagation {
		return
	}
	listeners := t.listeners[:len(t.listeners):len(t.listeners)] // as they are now: add and remove leave this be
	for _, l := range listeners {
		if l.removed || l.kind != e.kind || l.capture != capture {
			continue
		}
		if l.once {
			t.remove(l)
		}
		e.inPassiveListener = l.passive
		err := t.call(l, e)
		e.inPassiveListener = false
		if err != nil {
			value := t.realm.ErrorValue(err)
			if t.catch != nil {
				t.catch(value)
			} else {
				t.realm.ReportException(value)
			}
			if t.threw != nil {
				t.threw(value)
			}
		}
		if e.stopImmediatePropagation {
			return
		}
	}
}

// call implements https://webidl.spec.whatwg.org/#call-a-user-objects-operation
func (t *Target) call(l *listener, e *Event) error {
	if l.native != nil {
		return l.native(e)
	}
	if l.call != nil {
		_, err := l.call(t.Object(), e.Object())
		return err
	}
	var method goja.Value
	if err := t.realm.Try(func() { method = l.callback.Get("handleEvent") }); err != nil {
		return err
	}
	call, ok := goja.AssertFunction(method)
	if !ok {
		return webidl.TypeErrorf("The listener's handleEvent is not a function.")
	}
	_, err := call(l.callback, e.Object())
	return err
}
