// Package webidl is where JavaScript classes, conversions, exceptions, promises and iterators are made. Every other
// API package describes its classes with it, as plain Go values that all isolates share, and never builds one by hand.
//
// A [Class] is a Web IDL interface, described once per process. A [Realm] is what one isolate has of them. Nothing of
// a class exists in a realm until JavaScript touches it, and then only the members that are touched: see prototype.go
// for how that stays invisible.
package webidl

import (
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/eventloop"
)

// Realm is the Web IDL side of one isolate: its classes, and the Go values behind its objects. It belongs to the
// goroutine that runs the isolate's loop.
type Realm struct {
	VM   *goja.Runtime
	Loop *eventloop.Loop

	// impls holds the Go value behind each platform object: invisible to JavaScript and beyond its reach, and with
	// the lifetime of the isolate.
	impls      map[*goja.Object]any
	bindings   map[*Class]*binding
	traps      *goja.ProxyTrapConfig // see rareTraps
	states     map[any]any
	wordings   wordings
	stacks     stacks
	intrinsics intrinsics
	compat     *compat.Set // nil means the default date's
	noIO       bool
	directEval goja.Value // nil unless the global one has been replaced

	// Host is whoever made the realm. Packages ask it for what they need of it through small interfaces of their own,
	// when they need it.
	Host any

	// OnException is told of exceptions that nothing handles, such as those that a timer's callback or an event
	// listener throws. Nil drops them.
	OnException func(value goja.Value)
}

// NewRealm makes the realm of an isolate. instanceof works with its classes where the engine is completed: see language.Prepare.
func NewRealm(vm *goja.Runtime, loop *eventloop.Loop) *Realm {
	r := &Realm{
		VM:       vm,
		Loop:     loop,
		impls:    make(map[*goja.Object]any, 8),
		bindings: make(map[*Class]*binding, 8),
	}
	r.intrinsics.realm = r
	loop.OnUncaught(func(ex *goja.Exception) { r.ReportException(ex.Value()) })
	return r
}

// New makes an object of a class around a Go value, without calling the class's constructor.
func (r *Realm) New(class *Class, impl any) *goja.Object {
	obj := r.create(class, r.binding(class).prototype())
	r.impls[obj] = impl
	if class.complete != nil {
		class.complete(r, obj, impl)
	}
	return obj
}

// Impl returns the Go value behind a platform object, or nil if v is anything else.
func (r *Realm) Impl(v goja.Value) any {
	if obj, ok := v.(*goja.Object); ok {
		return r.impls[obj]
	}
	return nil
}

// As returns the Go value behind v if v is a platform object whose Go value is a T, which may be an interface.
func As[T any](r *Realm, v goja.Value) (T, bool) {
	impl, ok := r.Impl(v).(T)
	return impl, ok
}

// Bind makes obj, an object that JavaScript already has, the face of impl. It is for objects whose shape is not a
// class's, such as the global object.
func (r *Realm) Bind(obj *goja.Object, impl any) { r.impls[obj] = impl }

// Constructor returns a class's constructor, the value of its global.
func (r *Realm) Constructor(class *Class) *goja.Object { return r.binding(class).constructor() }

// Prototype returns a class's prototype object.
func (r *Realm) Prototype(class *Class) *goja.Object { return r.binding(class).prototype() }

// Namespace returns the object of a namespace, which is described as a class that has statics only, such as console:
// https://webidl.spec.whatwg.org/#idl-namespaces
func (r *Realm) Namespace(class *Class) *goja.Object { return r.binding(class).namespace() }

// State returns the one T that belongs to the realm, a zero T at first, which is told so if it has a method Init(*Realm).
// T is a type of the calling package: it is how a package keeps what it needs per isolate.
func State[T any](r *Realm) *T {
	if s, ok := Existing[T](r); ok {
		return s
	}
	s := new(T)
	if r.states == nil {
		r.states = map[any]any{}
	}
	r.states[stateKey[T]{}] = s
	if s, ok := any(s).(interface{ Init(r *Realm) }); ok {
		s.Init(r)
	}
	return s
}

// Existing is [State], but of a realm in which nobody has asked for it yet it reports false.
func Existing[T any](r *Realm) (*T, bool) {
	s, ok := r.states[stateKey[T]{}].(*T)
	return s, ok
}

type stateKey[T any] struct{ _ *T }

// CheckTime stops the script if the CPU limit is exceeded. It is for natives that go on for as long as a script likes: an
// interruption does not reach them.
func (r *Realm) CheckTime() {
	if r.Loop.Exceeded() {
		panic(&goja.InterruptedError{})
	}
}

// ReportException implements https://html.spec.whatwg.org/#report-the-exception: it hands a thrown value that nobody
// caught to the realm's owner.
func (r *Realm) ReportException(value goja.Value) {
	if r.OnException != nil {
		r.OnException(value)
	}
}

// String makes a JavaScript string.
func (r *Realm) String(s string) goja.Value { return r.VM.ToValue(s) }

// Number makes a JavaScript number.
func (r *Realm) Number(n float64) goja.Value { return r.VM.ToValue(n) }

// Int makes a JavaScript number.
func (r *Realm) Int(n int) goja.Value { return r.VM.ToValue(n) }

// Bool makes a JavaScript boolean.
func (r *Realm) Bool(b bool) goja.Value { return r.VM.ToValue(b) }

// Date makes a Date, of whole milliseconds.
func (r *Realm) Date(t time.Time) *goja.Object {
	obj, err := r.VM.New(r.Intrinsic("Date"), r.Number(float64(t.UnixMilli())))
	r.Rethrow(err)
	return obj
}

// Strings makes a JavaScript array of strings.
func (r *Realm) Strings(list []string) goja.Value {
	items := make([]any, len(list))
	for i, s := range list {
		items[i] = s
	}
	return r.VM.NewArray(items...)
}

// Array makes a JavaScript array.
func (r *Realm) Array(list ...goja.Value) *goja.Object {
	items := make([]any, len(list))
	for i, v := range list {
		items[i] = v
	}
	return r.VM.NewArray(items...)
}

// MustAs is [As] of the object that a call is made on, for what is only called on such objects.
func MustAs[T any](c Call) T {
	impl, ok := As[T](c.Realm, c.This)
	if !ok {
		c.Throw(ErrIllegalInvocation)
	}
	return impl
}
