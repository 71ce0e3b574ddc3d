package language

import (
	"math"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// sharedBuffer is a SharedArrayBuffer: https://tc39.es/ecma262/#sec-sharedarraybuffer-objects. There is nobody to share
// it with in an isolate; to the engine it is an ArrayBuffer with another prototype, so that views take it.
type sharedBuffer struct{ proto, constructor *goja.Object }

type shared struct{}

func isShared(r *webidl.Realm, buffer *goja.Object) bool {
	_, ok := r.Impl(buffer).(shared)
	return ok
}

// SharedArrayBuffer makes a SharedArrayBuffer of bytes, which it takes over.
func SharedArrayBuffer(r *webidl.Realm, bytes []byte) *goja.Object {
	sharedArrayBuffer(r)
	buffer := r.ArrayBuffer(bytes)
	buffer.SetPrototype(webidl.State[sharedBuffer](r).proto)
	r.Bind(buffer, shared{})
	return buffer
}

func sharedArrayBuffer(r *webidl.Realm) goja.Value {
	class := webidl.State[sharedBuffer](r)
	if class.constructor != nil {
		return class.constructor
	}
	proto := r.VM.NewObject()
	class.proto = proto
	make := func(bytes []byte) *goja.Object { return SharedArrayBuffer(r, bytes) }
	constructor := r.VM.ToValue(func(call goja.ConstructorCall) *goja.Object {
		if options, ok := call.Argument(1).(*goja.Object); ok {
			if most := options.Get("maxByteLength"); most != nil && !goja.IsUndefined(most) {
				panic(r.TypeError("devserver has no growable SharedArrayBuffers: leave maxByteLength out"))
			}
		}
		length := math.Trunc(call.Argument(0).ToNumber().ToFloat())
		if math.IsNaN(length) {
			length = 0
		}
		if length < 0 || length > 1<<31 {
			panic(r.RangeError("Array buffer allocation failed"))
		}
		buffer := make(allocate(int(length)))
		if call.NewTarget != nil { // of a subclass
			if own, ok := call.NewTarget.Get("prototype").(*goja.Object); ok {
				buffer.SetPrototype(own)
			}
		}
		return buffer
	}).(*goja.Object)
	class.constructor = constructor
	complete(r, constructor, "SharedArrayBuffer", 1, proto)
	define(proto, "constructor", constructor)
	proto.DefineDataPropertySymbol(goja.SymToStringTag, r.String("SharedArrayBuffer"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)

	bytes := func(c webidl.Call, member string) []byte {
		if obj, ok := c.This.(*goja.Object); ok && isShared(c.Realm, obj) {
			return obj.Export().(goja.ArrayBuffer).Bytes()
		}
		c.Throw(webidl.TypeErrorf("Method SharedArrayBuffer.prototype.%s called on incompatible receiver %s", member, inspect(c.This)))
		return nil
	}
	getter(r, proto, "byteLength", func(c webidl.Call) goja.Value { return c.Realm.Int(len(bytes(c, "byteLength"))) })
	getter(r, proto, "maxByteLength", func(c webidl.Call) goja.Value { return c.Realm.Int(len(bytes(c, "maxByteLength"))) })
	getter(r, proto, "growable", func(c webidl.Call) goja.Value { bytes(c, "growable"); return c.Bool(false) })
	define(proto, "grow", r.Builtin("grow", 1, func(c webidl.Call) goja.Value {
		c.Throw(webidl.TypeErrorf("Method SharedArrayBuffer.prototype.grow called on incompatible receiver %s", inspect(c.This)))
		return nil
	}))
	define(proto, "slice", r.Builtin("slice", 2, func(c webidl.Call) goja.Value {
		all := bytes(c, "slice")
		relative := func(i int, otherwise float64) int {
			n := otherwise
			if c.Has(i) || i == 0 {
				n = math.Trunc(c.Arg(i).ToNumber().ToFloat())
			}
			switch {
			case math.IsNaN(n):
				n = 0
			case n < 0:
				n += float64(len(all))
			}
			return int(max(0, min(n, float64(len(all)))))
		}
		from, to := relative(0, 0), relative(1, float64(len(all)))
		part := allocate(max(0, to-from))
		copy(part, all[from:])
		return make(part)
	}))
	return constructor
}

func allocate(n int) []byte { return make([]byte, n) }
