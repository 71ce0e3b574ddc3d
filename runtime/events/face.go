// Package events is the DOM's events, event targets and abort signals: https://dom.spec.whatwg.org/#events
//
// What only Go sees of them costs no JavaScript object: the object of a [Target] or an [Event] is made when a script
// first sees it, and firing an event that nobody listens to does nothing.
//
// A class of another package inherits from EventTarget by embedding a [Target] and naming [EventTargetClass] as its
// parent, and from Event by embedding an [Event].
package events

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// face is the JavaScript object of an event or a target, made when it is first asked for.
type face struct {
	realm  *webidl.Realm
	class  *webidl.Class
	impl   any
	object *goja.Object
}

// Object returns the JavaScript object.
func (f *face) Object() *goja.Object {
	if f.object == nil {
		f.object = f.realm.New(f.class, f.impl)
	}
	return f.object
}

// Globals returns the globals of this package.
func Globals() []webidl.Global {
	globals := []webidl.Global{
		webidl.ClassGlobal(EventTargetClass),
		webidl.ClassGlobal(EventClass),
		webidl.ClassGlobal(CustomEventClass),
		webidl.ClassGlobal(ErrorEventClass),
		webidl.ClassGlobal(PromiseRejectionEventClass),
		webidl.ClassGlobal(MessageEventClass),
		webidl.ClassGlobal(CloseEventClass),
		webidl.ClassGlobal(AbortControllerClass),
		webidl.ClassGlobal(AbortSignalClass),
	}
	return append(globals, globalFunctions()...)
}
