package arraybuffer

import (
	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// float16Class is the class Float16Array of a realm: https://tc39.es/ecma262/#sec-typedarray-objects. To the engine one is a
// Uint16Array that reads and writes its elements in another way; so all of its methods know it.
type float16Class struct {
	constructor, proto *goja.Object
	// target has the engine's constructors make objects of the class.
	target *goja.Object
	// uint16, float64 and set are the engine's.
	uint16, float64 engine.Constructor
	set             goja.Callable
}

// Float16Array is the global.
func Float16Array(r *webidl.Realm) goja.Value {
	class := webidl.State[float16Class](r)
	if class.constructor != nil {
		return class.constructor
	}
	typed := r.Intrinsic("Uint8Array").Prototype()
	class.uint16, class.float64 = constructorOf(r, "Uint16Array"), constructorOf(r, "Float64Array")
	class.proto = r.VM.CreateObject(r.IntrinsicPrototype("Uint8Array").Prototype())
	class.set = r.IntrinsicMethod("Uint16Array", "set")
	class.constructor = newConstructor(r, "Float16Array", 3, class.proto, func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		return class.make(r, args, newTarget)
	})
	class.constructor.SetPrototype(typed)
	for _, object := range []*goja.Object{class.constructor, class.proto} {
		object.DefineDataProperty("BYTES_PER_ELEMENT", r.Int(2), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	}
	return class.constructor
}

// constructorOf is the construct operation of one of the engine's classes, as it is by then.
func constructorOf(r *webidl.Realm, name string) engine.Constructor {
	constructor, _ := engine.FunctionOf(r.Intrinsic(name))
	return func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		return (*constructor.Construct)(args, newTarget)
	}
}

// make implements https://tc39.es/ecma262/#sec-typedarray
func (class *float16Class) make(r *webidl.Realm, args []goja.Value, newTarget *goja.Object) *goja.Object {
	first, isObject := argument(args, 0).(*goja.Object)
	if !isObject {
		length, n, ok := toIndex(argument(args, 0))
		proto := prototypeFrom(newTarget, class.proto)
		switch {
		case !ok || 2*n > 1<<53-1:
			panic(r.RangeError("Invalid typed array length: %s", r.Number(n)))
		case 2*length > MaxLength:
			panic(r.RangeError("Array buffer allocation failed"))
		}
		return class.become(class.uint16([]goja.Value{r.Int(length)}, class.as(r, proto)))
	}
	proto := prototypeFrom(newTarget, class.proto)
	if _, ok := engine.BufferOf(first); ok {
		return class.become(class.uint16(args, class.as(r, proto)))
	}
	source, ok := engine.TypedArrayOf(first)
	if !ok {
		// Another class of numbers takes an iterable, or what is like an array, apart in the same way.
		source, _ = engine.TypedArrayOf(class.float64([]goja.Value{first}, nil))
	}
	switch {
	case IsOutOfBounds(r, source.Object):
		panic(r.ErrorValue(errOutOfBounds("Construct")))
	case isBig(source):
		panic(r.TypeError("Cannot mix BigInt and other types, use explicit conversions"))
	}
	array := class.become(class.uint16([]goja.Value{r.Int(*source.Length)}, class.as(r, proto)))
	if *source.Length > 0 {
		_, err := class.set(array, source.Object)
		r.Rethrow(err)
	}
	return array
}

// as is what the engine's constructors have to be called for, so that they make an object with a prototype.
func (class *float16Class) as(r *webidl.Realm, proto *goja.Object) *goja.Object {
	if class.target == nil {
		class.target = r.VM.NewObject()
		class.target.Set("name", "Float16Array")
	}
	class.target.Set("prototype", proto)
	return class.target
}

func (class *float16Class) become(array *goja.Object) *goja.Object {
	a, _ := engine.TypedArrayOf(array)
	a.SetFloat16(class.constructor)
	return array
}

// GetFloat16 is https://tc39.es/ecma262/#sec-dataview.prototype.getfloat16
func GetFloat16(c webidl.Call) goja.Value {
	p := float16At(c, "getFloat16", func() {})
	if little := c.Arg(1).ToBoolean(); little {
		return c.Realm.Number(engine.FromFloat16(uint16(p[0]) | uint16(p[1])<<8))
	}
	return c.Realm.Number(engine.FromFloat16(uint16(p[1]) | uint16(p[0])<<8))
}

// SetFloat16 is https://tc39.es/ecma262/#sec-dataview.prototype.setfloat16
func SetFloat16(c webidl.Call) goja.Value {
	var bits uint16
	p := float16At(c, "setFloat16", func() { bits = engine.ToFloat16(c.Arg(1).ToNumber().ToFloat()) })
	if little := c.Arg(2).ToBoolean(); little {
		p[0], p[1] = byte(bits), byte(bits>>8)
	} else {
		p[0], p[1] = byte(bits>>8), byte(bits)
	}
	return goja.Undefined()
}

// float16At is the two bytes of a DataView at the first argument. read reads the other arguments.
func float16At(c webidl.Call, name string, read func()) []byte {
	view, ok := engine.DataViewOf(c.This)
	if !ok {
		c.Throw(webidl.TypeErrorf("Method DataView.prototype.%s called on incompatible receiver %s", name, receiver(c.This)))
	}
	index, _, ok := toIndex(c.Arg(0))
	if !ok {
		c.Throw(webidl.RangeErrorf("Offset is outside the bounds of the DataView"))
	}
	read()
	if IsOutOfBounds(c.Realm, view.Object) {
		c.Throw(errOutOfBounds("DataView.prototype." + name))
	}
	if index > *view.Length-2 {
		c.Throw(webidl.RangeErrorf("Offset is outside the bounds of the DataView"))
	}
	return (*view.Buffer.Data)[*view.Offset+index:][:2]
}
