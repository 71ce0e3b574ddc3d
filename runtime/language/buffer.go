package language

import (
	"math"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// bufferAdditions are the newer members of ArrayBuffer: https://tc39.es/ecma262/#sec-arraybuffer-objects. The engine's
// buffers have a fixed length, and its views would not follow another one; so asking for a resizable one is an error, and there is
// no resize(), by which scripts can tell.
var bufferAdditions = []addition{
	transfer("transfer"), transfer("transferToFixedLength"),
	bufferGetter("detached", func(c webidl.Call, b goja.ArrayBuffer) goja.Value { return c.Bool(b.Detached()) }),
	bufferGetter("resizable", func(c webidl.Call, b goja.ArrayBuffer) goja.Value { return c.Bool(false) }),
	bufferGetter("maxByteLength", func(c webidl.Call, b goja.ArrayBuffer) goja.Value {
		if b.Detached() {
			return c.Realm.Int(0)
		}
		return c.Realm.Int(len(b.Bytes()))
	}),
	method("DataView", "getFloat16", 1, func(c webidl.Call) goja.Value {
		bits, err := c.Realm.IntrinsicMethod("DataView", "getUint16")(c.This, c.Arg(0), c.Arg(1))
		c.Realm.Rethrow(err)
		return c.Realm.Number(fromFloat16(uint16(bits.ToInteger())))
	}),
	method("DataView", "setFloat16", 2, func(c webidl.Call) goja.Value {
		bits := toFloat16(c.Arg(1).ToNumber().ToFloat())
		_, err := c.Realm.IntrinsicMethod("DataView", "setUint16")(c.This, c.Arg(0), c.Realm.Int(int(bits)), c.Arg(2))
		c.Realm.Rethrow(err)
		return goja.Undefined()
	}),
}

func thisBuffer(c webidl.Call, member string) (*goja.Object, goja.ArrayBuffer) {
	if obj, ok := c.This.(*goja.Object); ok && webidl.IsArrayBuffer(obj) {
		return obj, obj.Export().(goja.ArrayBuffer)
	}
	c.Throw(webidl.TypeErrorf("Method ArrayBuffer.prototype.%s called on incompatible receiver %s", member, inspect(c.This)))
	return nil, goja.ArrayBuffer{}
}

// transfer moves a buffer's bytes into a new one: https://tc39.es/ecma262/#sec-arraybuffer.prototype.transfer.
func transfer(name string) addition {
	return method("ArrayBuffer", name, 0, func(c webidl.Call) goja.Value {
		obj, b := thisBuffer(c, name)
		length := -1.0
		if c.Has(0) {
			if length = math.Trunc(c.Arg(0).ToNumber().ToFloat()); math.IsNaN(length) {
				length = 0
			}
			if length < 0 || length > 1<<32 {
				c.Throw(webidl.RangeErrorf("Invalid array buffer length"))
			}
		}
		if b.Detached() {
			c.Throw(webidl.TypeErrorf("Cannot perform ArrayBuffer.prototype.%s on a detached ArrayBuffer", name))
		}
		if c.Realm.Pinned(obj) {
			c.Throw(webidl.TypeErrorf("ArrayBuffer is not detachable and could not be cloned."))
		}
		bytes := b.Bytes()
		b.Detach()
		switch n := int(length); {
		case n < 0 || n == len(bytes):
		case n < len(bytes):
			bytes = bytes[:n:n]
		default:
			bytes = append(make([]byte, 0, n), bytes...)[:n]
		}
		return c.Realm.ArrayBuffer(bytes)
	})
}

func bufferGetter(name string, get func(c webidl.Call, b goja.ArrayBuffer) goja.Value) addition {
	return addition{word: name, install: func(r *webidl.Realm) {
		getter(r, r.IntrinsicPrototype("ArrayBuffer"), name, func(c webidl.Call) goja.Value {
			_, b := thisBuffer(c, name)
			return get(c, b)
		})
	}}
}
