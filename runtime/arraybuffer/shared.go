package arraybuffer

import (
	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// sharedClass is the class SharedArrayBuffer of a realm: https://tc39.es/ecma262/#sec-sharedarraybuffer-objects. There is
// nobody to share a buffer with in an isolate.
type sharedClass struct{ proto, constructor *goja.Object }

// SharedArrayBuffer is the global.
func SharedArrayBuffer(r *webidl.Realm) goja.Value { return sharedClassOf(r).constructor }

func sharedClassOf(r *webidl.Realm) *sharedClass {
	class := webidl.State[sharedClass](r)
	if class.constructor != nil {
		return class
	}
	class.proto = r.VM.NewObject()
	class.constructor = newConstructor(r, "SharedArrayBuffer", 1, class.proto, func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		length, max := lengths(r, args)
		proto := prototypeFrom(newTarget, class.proto)
		if length > MaxLength || max > maxMax {
			panic(r.RangeError("Array buffer allocation failed"))
		}
		buffer := newShared(r, allocate(length, length), max)
		if proto != class.proto {
			buffer.SetPrototype(proto)
		}
		return buffer
	})
	species(r, class.constructor)
	class.proto.DefineDataPropertySymbol(goja.SymToStringTag, r.String("SharedArrayBuffer"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	getter(r, class.proto, "byteLength", func(c webidl.Call) goja.Value {
		return c.Realm.Int(len(*thisBuffer(c, "byteLength", true).Data))
	})
	getter(r, class.proto, "maxByteLength", func(c webidl.Call) goja.Value {
		b := thisBuffer(c, "maxByteLength", true)
		if s := of(c.Realm, c.This); s.resizable() {
			return c.Realm.Int(s.max)
		}
		return c.Realm.Int(len(*b.Data))
	})
	getter(r, class.proto, "growable", func(c webidl.Call) goja.Value {
		thisBuffer(c, "growable", true)
		return c.Bool(of(c.Realm, c.This).resizable())
	})
	define(class.proto, "grow", r.Builtin("grow", 1, grow))
	define(class.proto, "slice", r.Builtin("slice", 2, func(c webidl.Call) goja.Value { return slice(c, thisBuffer(c, "slice", true), true) }))
	refuseShared(r)
	return class
}

// grow is https://tc39.es/ecma262/#sec-sharedarraybuffer.prototype.grow
func grow(c webidl.Call) goja.Value {
	s := of(c.Realm, c.This)
	if !s.resizable() || !s.shared {
		incompatible(c, "grow", true)
	}
	length, _, ok := toIndex(c.Arg(0))
	if !ok || length < len(*s.Data) || length > s.max || length > MaxLength || !s.setLength(length) {
		c.Throw(webidl.RangeErrorf("SharedArrayBuffer.prototype.grow: Invalid length parameter"))
	}
	return goja.Undefined()
}

// refuseShared has the engine's members of ArrayBuffer.prototype refuse what is an ArrayBuffer to the engine only.
func refuseShared(r *webidl.Realm) {
	proto := r.IntrinsicPrototype("ArrayBuffer")
	refuse := func(member string) func(native engine.Native) engine.Native {
		return func(native engine.Native) engine.Native {
			return func(fc goja.FunctionCall) goja.Value {
				if IsShared(r, fc.This) {
					incompatible(webidl.Call{Realm: r, This: fc.This}, member, false)
				}
				return native(fc)
			}
		}
	}
	engine.CompleteMethod(proto, "slice", refuse("slice"))
	if get := accessor(r, proto, "byteLength"); get != nil {
		engine.CompleteMethod(get, "get", refuse("byteLength"))
	}
}

// newConstructor makes the constructor of a class, and gives its prototype object the way back.
func newConstructor(r *webidl.Realm, name string, length int, proto *goja.Object, make engine.Constructor) *goja.Object {
	object := r.VM.ToValue(func(goja.ConstructorCall) *goja.Object { return nil }).(*goja.Object)
	if fn, ok := engine.FunctionOf(object); ok {
		*fn.Call = func(goja.FunctionCall) goja.Value { panic(r.TypeError("Constructor %s requires 'new'", name)) }
		*fn.Construct = make
	}
	object.DefineDataProperty("name", r.String(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	object.DefineDataProperty("length", r.Int(length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	object.DefineDataProperty("prototype", proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	define(proto, "constructor", object)
	return object
}

// prototypeFrom implements https://tc39.es/ecma262/#sec-getprototypefromconstructor
func prototypeFrom(newTarget, otherwise *goja.Object) *goja.Object {
	if newTarget != nil {
		if proto, ok := newTarget.Get("prototype").(*goja.Object); ok {
			return proto
		}
	}
	return otherwise
}

// define makes a property as those of built-ins are: writable, configurable, not enumerable.
func define(object *goja.Object, name string, value goja.Value) {
	object.DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// getter makes an accessor property without a setter.
func getter(r *webidl.Realm, object *goja.Object, name string, get func(c webidl.Call) goja.Value) {
	object.DefineAccessorProperty(name, r.Builtin("get "+name, 0, get), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// species gives a constructor the accessor that returns what it is called on.
func species(r *webidl.Realm, constructor *goja.Object) {
	get := r.Builtin("get [Symbol.species]", 0, func(c webidl.Call) goja.Value { return c.This })
	constructor.DefineAccessorPropertySymbol(goja.SymSpecies, get, nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// accessor returns the descriptor of a property of the engine's, or nil.
func accessor(r *webidl.Realm, object *goja.Object, name string) *goja.Object {
	found, err := r.IntrinsicFunction("Reflect", "getOwnPropertyDescriptor")(goja.Undefined(), object, r.String(name))
	r.Rethrow(err)
	descriptor, _ := found.(*goja.Object)
	return descriptor
}
