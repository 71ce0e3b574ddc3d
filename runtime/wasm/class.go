package wasm

import (
	"fmt"
	"math"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// V8's WebAssembly is not made as other classes are: its constructors and methods take any number of arguments and word
// their errors in their own way, and its tags and names differ. So these classes are made here.

// classes are the constructors that exist in a store, by name.
type classes struct{ made map[string]*goja.Object }

// arguments is a call of a member. where names the member in errors.
type arguments struct {
	webidl.Call
	where string
}

func (c arguments) typeError(what string) {
	panic(c.Realm.TypeError("%s: %s", c.where, what))
}

func (c arguments) typeErrorf(format string, args ...any) { c.typeError(fmt.Sprintf(format, args...)) }

// receiver is the Go value behind the object that a member is called on.
func receiver[T any](c arguments, class string) T {
	impl, ok := webidl.As[T](c.Realm, c.This)
	if !ok {
		c.typeError("Receiver is not a WebAssembly." + class)
	}
	return impl
}

type classBuilder struct {
	store *store
	class string
	proto *goja.Object
	ctor  *goja.Object
}

// class returns a constructor, made when it is first asked for.
func (s *store) class(name string, length int, construct func(c arguments) any, build func(b *classBuilder)) *goja.Object {
	if ctor, ok := s.made[name]; ok {
		return ctor
	}
	r := s.realm
	where := "WebAssembly." + name
	proto := r.VM.NewObject()
	ctor := r.NativeConstructor(func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		impl := construct(arguments{webidl.Call{Realm: r, Args: args}, where + "()"})
		own, ok := newTarget.Get("prototype").(*goja.Object)
		if !ok {
			own = proto
		}
		obj := r.VM.CreateObject(own)
		r.Bind(obj, impl)
		adopt(impl, obj)
		return obj
	}, func([]goja.Value) goja.Value {
		what := where + "(): " + where
		if name == "Instance" { // as in V8
			what = where
		}
		panic(r.TypeError("%s must be invoked with 'new'", what))
	})
	finish(r, ctor, proto, name, length)
	b := &classBuilder{store: s, class: name, proto: proto, ctor: ctor}
	build(b)
	proto.DefineDataPropertySymbol(goja.SymToStringTag, r.String(where), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	if s.made == nil {
		s.made = map[string]*goja.Object{}
	}
	s.made[name] = ctor
	return ctor
}

// finish gives a constructor the properties that it has.
func finish(r *webidl.Realm, ctor, proto *goja.Object, name string, length int) {
	ctor.DefineDataProperty("length", r.Int(length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	ctor.DefineDataProperty("name", r.String(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	ctor.DefineDataProperty("prototype", proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	proto.DefineDataProperty("constructor", ctor, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// adopt tells what a constructor has made which object it is.
func adopt(impl any, obj *goja.Object) {
	switch impl := impl.(type) {
	case *memory:
		impl.object = obj
	case *table:
		impl.object = obj
	case *global:
		impl.object = obj
	}
}

// wrap makes an object of a class around a Go value.
func (s *store) wrap(class *goja.Object, impl any) *goja.Object {
	obj := s.realm.VM.CreateObject(class.Get("prototype").(*goja.Object))
	s.realm.Bind(obj, impl)
	return obj
}

// value is the JavaScript object of an extern, of which there is one.
func (s *store) value(e extern) goja.Value {
	object := func(slot **goja.Object, class *goja.Object) goja.Value {
		if *slot == nil {
			*slot = s.wrap(class, e)
		}
		return *slot
	}
	switch e := e.(type) {
	case *memory:
		return object(&e.object, s.memoryClass())
	case *table:
		return object(&e.object, s.tableClass())
	case *global:
		return object(&e.object, s.globalClass())
	}
	return e.(*function).value()
}

func (b *classBuilder) function(name, where string, length int, fn func(c arguments) goja.Value) *goja.Object {
	return b.store.realm.Builtin(name, length, func(c webidl.Call) goja.Value { return fn(arguments{c, where}) })
}

func (b *classBuilder) method(name string, length int, fn func(c arguments) goja.Value) {
	f := b.function(name, "WebAssembly."+b.class+"."+name+"()", length, fn)
	b.proto.DefineDataProperty(name, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

func (b *classBuilder) static(name string, length int, fn func(c arguments) goja.Value) {
	f := b.function(name, "WebAssembly."+b.class+"."+name+"()", length, fn)
	b.ctor.DefineDataProperty(name, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

func (b *classBuilder) getter(name, where string, get func(c arguments) goja.Value) {
	b.proto.DefineAccessorProperty(name, b.function("get "+name, where, 0, get), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

func (b *classBuilder) accessor(name, getting string, get func(c arguments) goja.Value, setting string, set func(c arguments) goja.Value) {
	b.proto.DefineAccessorProperty(name, b.function("get "+name, getting, 0, get), b.function("set "+name, setting, 1, set), goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// descriptor is the first argument, which must be an object.
func (c arguments) descriptor(what string) *goja.Object {
	d, ok := c.Arg(0).(*goja.Object)
	if !ok {
		c.typeError("Argument 0 must be " + what)
	}
	return d
}

// text converts a member of a descriptor to a string.
func text(c arguments, v goja.Value) string { return c.Realm.USVString(v) }

// address reads the member of a descriptor that asks for 64-bit addresses.
func (c arguments) address(d *goja.Object) {
	v := d.Get("address")
	if v == nil || goja.IsUndefined(v) {
		return
	}
	switch text(c, v) {
	case "i32":
	case "i64":
		c.typeError("devserver does not support 64-bit memories and tables")
	default:
		c.typeError("Descriptor property 'address' must be 'i32' or 'i64'")
	}
}

// limits reads the bounds of a descriptor.
func (c arguments) limits(d *goja.Object, mostMin, mostMax uint32) (l limits) {
	read := func(name string, least, most uint32) (uint32, bool) {
		v := d.Get(name)
		if v == nil || goja.IsUndefined(v) {
			return 0, false
		}
		n := c.uint32(v, "Property '"+name+"'")
		if n > most {
			panic(c.Realm.RangeError("%s: Property '%s': value %d is above the upper bound %d", c.where, name, n, most))
		}
		if n < least {
			panic(c.Realm.RangeError("%s: Property '%s': value %d is below the lower bound %d", c.where, name, n, least))
		}
		return n, true
	}
	var ok bool
	if l.min, ok = read("initial", 0, mostMin); !ok {
		c.typeError("Property 'initial' is required")
	}
	l.max, l.hasMax = read("maximum", l.min, mostMax)
	return l
}

// uint32 is the conversion to an unsigned long with [EnforceRange].
func (c arguments) uint32(v goja.Value, what string) uint32 {
	n := c.Realm.Float(v)
	switch n = math.Trunc(n); {
	case math.IsNaN(n), math.IsInf(n, 0):
		c.typeError(what + " must be convertible to a valid number")
	case n < 0:
		c.typeError(what + " must be non-negative")
	case n > math.MaxUint32:
		c.typeError(what + " must be in the unsigned long range")
	}
	return uint32(n)
}
