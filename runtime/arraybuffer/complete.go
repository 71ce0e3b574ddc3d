package arraybuffer

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// completed says which of the engine's functions know of resizable buffers.
type completed struct{ views bool }

// viewClasses are the engine's classes of views.
var viewClasses = []string{
	"Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array",
	"Float64Array", "BigInt64Array", "BigUint64Array", "DataView",
}

// prepare completes the engine's functions for a realm that has a resizable buffer.
func prepare(r *webidl.Realm) {
	done := webidl.State[completed](r)
	if done.views {
		return
	}
	done.views = true
	for _, name := range viewClasses {
		if fn, ok := engine.FunctionOf(r.Intrinsic(name)); ok && *fn.Construct != nil {
			*fn.Construct = views(r, *fn.Construct, name)
		}
	}
	typed := r.IntrinsicPrototype("Uint8Array").Prototype()
	for name, method := range methods {
		in := typed
		if in.Get(name) == nil {
			in = r.IntrinsicPrototype("Uint8Array")
		}
		engine.CompleteMethod(in, name, func(native engine.Native) engine.Native {
			return func(fc goja.FunctionCall) goja.Value {
				s, b := viewed(r, fc.This)
				a, ok := engine.TypedArrayOf(fc.This)
				if s == nil || !ok {
					return native(fc)
				}
				return method(&call{realm: r, this: a, shape: s, bounds: b, name: name, args: fc.Arguments, engine: func(args ...goja.Value) goja.Value {
					return native(goja.FunctionCall{This: fc.This, Arguments: args})
				}})
			}
		})
	}
	engine.CompleteMethod(typed, "set", func(native engine.Native) engine.Native { return setter(r, native) })
	completeDataView(r)
	engine.CompleteMethod(r.IntrinsicPrototype("ArrayBuffer"), "slice", func(native engine.Native) engine.Native {
		return func(fc goja.FunctionCall) goja.Value {
			if s := of(r, fc.This); s.resizable() && !s.shared {
				return slice(webidl.Call{Realm: r, This: fc.This, Args: fc.Arguments}, s.Buffer, false)
			}
			return native(fc)
		}
	})
	iterators := r.VM.NewArray()
	if values, ok := goja.AssertFunction(iterators.GetSymbol(goja.SymIterator)); ok {
		if iterator, err := values(iterators); err == nil {
			engine.CompleteMethod(iterator.(*goja.Object).Prototype(), "next", func(native engine.Native) engine.Native {
				return func(fc goja.FunctionCall) goja.Value {
					if array := engine.Iterated(fc.This); array != nil && IsOutOfBounds(r, array) {
						panic(r.ErrorValue(errOutOfBounds("Array Iterator.prototype.next")))
					}
					return native(fc)
				}
			})
		}
	}
	object := r.Intrinsic("Object")
	for name, what := range map[string]string{"preventExtensions": "Cannot prevent extensions", "seal": "Cannot seal", "freeze": "Cannot freeze"} {
		engine.CompleteMethod(object, name, func(native engine.Native) engine.Native {
			return func(fc goja.FunctionCall) goja.Value {
				if changesLength(r, fc.Argument(0)) {
					panic(r.TypeError("%s", what))
				}
				return native(fc)
			}
		})
	}
	engine.CompleteMethod(r.Intrinsic("Reflect"), "preventExtensions", func(native engine.Native) engine.Native {
		return func(fc goja.FunctionCall) goja.Value {
			if changesLength(r, fc.Argument(0)) {
				return r.Bool(false)
			}
			return native(fc)
		}
	})
}

// views makes the constructor of a class of views one that knows of resizable buffers.
func views(r *webidl.Realm, native engine.Constructor, class string) engine.Constructor {
	dataView, big := class == "DataView", strings.HasPrefix(class, "Big")
	return func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		if len(args) > 0 {
			if s := of(r, args[0]); s.resizable() && !*s.Detached {
				if dataView {
					return s.makeDataView(r, native, args, newTarget)
				}
				return s.makeTypedArray(r, native, args, newTarget)
			}
			if source, ok := engine.TypedArrayOf(args[0]); ok && !dataView {
				if IsOutOfBounds(r, source.Object) {
					panic(r.ErrorValue(errOutOfBounds("Construct")))
				}
				if big && isBig(source) && newTarget != nil {
					// The engine goes by the name of what is constructed.
					as := r.VM.NewObject()
					as.Set("name", class)
					as.Set("prototype", prototypeFrom(newTarget, r.IntrinsicPrototype(class)))
					newTarget = as
				}
			}
		}
		return native(args, newTarget)
	}
}

// setter is %TypedArray%.prototype.set where a view of a resizable buffer has to do with it:
// https://tc39.es/ecma262/#sec-%typedarray%.prototype.set
func setter(r *webidl.Realm, native engine.Native) engine.Native {
	return func(fc goja.FunctionCall) goja.Value {
		target, ok := engine.TypedArrayOf(fc.This)
		source, isTyped := engine.TypedArrayOf(fc.Argument(0))
		if !ok || !of(r, target.Buffer.Object).resizable() && (!isTyped || !of(r, source.Buffer.Object).resizable()) {
			return native(fc)
		}
		offset := integer(fc.Argument(1))
		if offset < 0 {
			panic(r.RangeError("offset is out of bounds"))
		}
		if IsOutOfBounds(r, target.Object) || isTyped && IsOutOfBounds(r, source.Object) {
			panic(r.ErrorValue(errOutOfBounds("%TypedArray%.prototype.set")))
		}
		room := float64(*target.Length) - offset
		if isTyped {
			if float64(*source.Length) > room {
				panic(r.RangeError("offset is out of bounds"))
			}
			return setArray(r, native, fc, target, source, int(offset))
		}
		from := fc.Argument(0).ToObject(r.VM)
		length := 0.0
		if v := from.Get("length"); v != nil {
			length = max(0, integer(v))
		}
		if length > room {
			panic(r.RangeError("offset is out of bounds"))
		}
		for k := range int(length) {
			v := from.Get(strconv.Itoa(k))
			if v == nil {
				v = goja.Undefined()
			}
			put(r, target, int(offset)+k, v)
		}
		return goja.Undefined()
	}
}

// setArray has the engine copy one typed array into another. It takes the address of the first element for granted.
func setArray(r *webidl.Realm, native engine.Native, fc goja.FunctionCall, target, source engine.TypedArray, offset int) goja.Value {
	if *source.Length > 0 {
		return native(goja.FunctionCall{This: fc.This, Arguments: []goja.Value{source.Object, r.Int(offset)}})
	}
	if isBig(source) != isBig(target) {
		panic(r.TypeError("Cannot mix BigInt and other types, use explicit conversions"))
	}
	return goja.Undefined()
}

// RepairSet has %TypedArray%.prototype.set take typed arrays that are empty, at which the engine's panics if they are of another
// class.
func RepairSet(r *webidl.Realm) {
	engine.CompleteMethod(r.IntrinsicPrototype("Uint8Array").Prototype(), "set", func(native engine.Native) engine.Native {
		return func(fc goja.FunctionCall) goja.Value {
			source, ok := engine.TypedArrayOf(fc.Argument(0))
			if ok && *source.Length == 0 && !*source.Buffer.Detached {
				if target, ok := engine.TypedArrayOf(fc.This); ok && !*target.Buffer.Detached {
					switch offset := integer(fc.Argument(1)); {
					case *source.Buffer.Detached || *target.Buffer.Detached:
						panic(r.ErrorValue(errOutOfBounds("%TypedArray%.prototype.set")))
					case offset < 0 || offset > float64(*target.Length):
						panic(r.RangeError("offset is out of bounds"))
					default:
						return setArray(r, native, fc, target, source, int(offset))
					}
				}
			}
			return native(fc)
		}
	})
}

// RepairSlice has ArrayBuffer.prototype.slice refuse a buffer that is detached, which the engine's takes for an empty one.
func RepairSlice(r *webidl.Realm) {
	engine.CompleteMethod(r.IntrinsicPrototype("ArrayBuffer"), "slice", func(native engine.Native) engine.Native {
		return func(fc goja.FunctionCall) goja.Value {
			if b, ok := engine.BufferOf(fc.This); ok && *b.Detached && !IsShared(r, fc.This) {
				panic(r.TypeError("Cannot perform ArrayBuffer.prototype.slice on a detached ArrayBuffer"))
			}
			return native(fc)
		}
	})
}

// changesLength reports whether v is a typed array whose length can change: https://tc39.es/ecma262/#sec-istypedarrayfixedlength
func changesLength(r *webidl.Realm, v goja.Value) bool {
	if _, ok := engine.TypedArrayOf(v); !ok {
		return false
	}
	s, b := viewed(r, v)
	return s != nil && (b.length == follows || !s.shared)
}

// completeDataView has the members of DataView.prototype say when a view is out of bounds.
func completeDataView(r *webidl.Realm) {
	proto := r.IntrinsicPrototype("DataView")
	for _, name := range []string{"byteLength", "byteOffset"} {
		if get := accessor(r, proto, name); get != nil {
			engine.CompleteMethod(get, "get", func(native engine.Native) engine.Native {
				return func(fc goja.FunctionCall) goja.Value {
					if s, b := viewed(r, fc.This); s != nil && s.outOfBounds(b, 1) {
						panic(r.ErrorValue(errOutOfBounds("get DataView.prototype." + name)))
					}
					return native(fc)
				}
			})
		}
	}
	for _, element := range []string{
		"Int8", "Uint8", "Int16", "Uint16", "Int32", "Uint32", "Float32", "Float64", "BigInt64", "BigUint64",
	} {
		for _, name := range []string{"get" + element, "set" + element} {
			engine.CompleteMethod(proto, name, func(native engine.Native) engine.Native {
				return func(fc goja.FunctionCall) goja.Value {
					s, b := viewed(r, fc.This)
					if s == nil {
						return native(fc)
					}
					index, _, ok := toIndex(fc.Argument(0))
					if !ok {
						panic(r.RangeError("Offset is outside the bounds of the DataView"))
					}
					args := []goja.Value{r.Int(index)}
					switch value := fc.Argument(1); {
					case name[0] == 'g':
					case element == "BigInt64" || element == "BigUint64":
						args = append(args, toBigInt(r, value))
					default:
						args = append(args, value.ToNumber())
					}
					args = append(args, r.Bool(fc.Argument(len(args)).ToBoolean())) // whether it is little-endian
					if s.outOfBounds(b, 1) {
						panic(r.ErrorValue(errOutOfBounds("DataView.prototype." + name)))
					}
					return native(goja.FunctionCall{This: fc.This, Arguments: args})
				}
			})
		}
	}
}
