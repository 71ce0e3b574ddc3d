package arraybuffer

import (
	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

const (
	// MaxLength is how many bytes a buffer may have. Deployed Workers have half as many for everything together; memory that
	// the system does not have ends the process, and what the engine does with a whole buffer nothing stops.
	MaxLength = 1 << 28
	// maxMax is the longest length that a buffer may be given to grow to, though it never will.
	maxMax = 1 << 36
)

// GuardAllocation has ArrayBuffer's constructor look at the length before memory is taken for it.
func GuardAllocation(r *webidl.Realm) {
	constructor, ok := engine.FunctionOf(r.Intrinsic("ArrayBuffer"))
	if !ok {
		return
	}
	native := *constructor.Construct
	*constructor.Construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		length, _, ok := toIndex(argument(args, 0))
		if !ok {
			panic(r.RangeError("Invalid array buffer length"))
		}
		if length > MaxLength {
			native(nil, newTarget) // which looks at the prototype first
			panic(r.RangeError("Array buffer allocation failed"))
		}
		return native([]goja.Value{r.Int(length)}, newTarget)
	}
}

// TakeOptions has ArrayBuffer's constructor take maxByteLength, and so make resizable buffers:
// https://tc39.es/ecma262/#sec-arraybuffer-length. It looks at the length, too.
func TakeOptions(r *webidl.Realm) {
	constructor, ok := engine.FunctionOf(r.Intrinsic("ArrayBuffer"))
	if !ok {
		return
	}
	native := *constructor.Construct
	*constructor.Construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		length, max := lengths(r, args)
		buffer := native(nil, newTarget)
		if length > MaxLength || max > maxMax {
			panic(r.RangeError("Array buffer allocation failed"))
		}
		b, _ := engine.BufferOf(buffer)
		*b.Data = allocate(length, length)
		if max != fixed {
			shapeBuffer(r, buffer, max, false)
		}
		return buffer
	}
}

// lengths reads the arguments of ArrayBuffer's and SharedArrayBuffer's constructor; max is fixed if there is none.
func lengths(r *webidl.Realm, args []goja.Value) (length, max int) {
	length, _, ok := toIndex(argument(args, 0))
	if !ok {
		panic(r.RangeError("Invalid array buffer length"))
	}
	options, isObject := argument(args, 1).(*goja.Object)
	if !isObject {
		return length, fixed
	}
	option := options.Get("maxByteLength")
	if option == nil || goja.IsUndefined(option) {
		return length, fixed
	}
	if max, _, ok = toIndex(option); !ok || length > max {
		panic(r.RangeError("Invalid array buffer max length"))
	}
	return length, max
}

// thisBuffer is the ArrayBuffer, or the SharedArrayBuffer, that a method is called on.
func thisBuffer(c webidl.Call, member string, shared bool) engine.Buffer {
	b, ok := engine.BufferOf(c.This)
	if !ok || IsShared(c.Realm, c.This) != shared {
		incompatible(c, member, shared)
	}
	return b
}

func incompatible(c webidl.Call, member string, shared bool) {
	panic(c.Realm.TypeError("Method %s.prototype.%s called on incompatible receiver %s", className(shared), member, receiver(c.This)))
}

func className(shared bool) string {
	if shared {
		return "SharedArrayBuffer"
	}
	return "ArrayBuffer"
}

// IsDetached is the getter https://tc39.es/ecma262/#sec-get-arraybuffer.prototype.detached
func IsDetached(c webidl.Call) goja.Value { return c.Bool(*thisBuffer(c, "detached", false).Detached) }

// IsResizable is the getter https://tc39.es/ecma262/#sec-get-arraybuffer.prototype.resizable
func IsResizable(c webidl.Call) goja.Value {
	thisBuffer(c, "resizable", false)
	return c.Bool(of(c.Realm, c.This).resizable())
}

// MaxByteLength is the getter https://tc39.es/ecma262/#sec-get-arraybuffer.prototype.maxbytelength
func MaxByteLength(c webidl.Call) goja.Value {
	b := thisBuffer(c, "maxByteLength", false)
	if s := of(c.Realm, c.This); s.resizable() && !*b.Detached {
		return c.Realm.Int(s.max)
	}
	return c.Realm.Int(len(*b.Data))
}

// Resize is https://tc39.es/ecma262/#sec-arraybuffer.prototype.resize
func Resize(c webidl.Call) goja.Value {
	s := of(c.Realm, c.This)
	if !s.resizable() || s.shared {
		incompatible(c, "resize", false)
	}
	length, _, ok := toIndex(c.Arg(0))
	if ok && *s.Detached {
		c.Throw(webidl.TypeErrorf("Cannot perform ArrayBuffer.prototype.resize on a detached ArrayBuffer"))
	}
	if !ok || length > s.max || length > MaxLength || !s.setLength(length) {
		c.Throw(webidl.RangeErrorf("ArrayBuffer.prototype.resize: Invalid length parameter"))
	}
	return goja.Undefined()
}

// Transfer is https://tc39.es/ecma262/#sec-arraybuffer.prototype.transfer
func Transfer(c webidl.Call) goja.Value { return transfer(c, "transfer", true) }

// TransferToFixedLength is https://tc39.es/ecma262/#sec-arraybuffer.prototype.transfertofixedlength
func TransferToFixedLength(c webidl.Call) goja.Value {
	return transfer(c, "transferToFixedLength", false)
}

// transfer moves a buffer's bytes into a new one.
func transfer(c webidl.Call, name string, preserve bool) goja.Value {
	b := thisBuffer(c, name, false)
	length, s := len(*b.Data), of(c.Realm, c.This)
	if c.Has(0) {
		var ok bool
		if length, _, ok = toIndex(c.Arg(0)); !ok {
			c.Throw(webidl.RangeErrorf("Invalid array buffer length"))
		}
	}
	preserve = preserve && s.resizable()
	switch {
	case *b.Detached:
		c.Throw(webidl.TypeErrorf("Cannot perform ArrayBuffer.prototype.%s on a detached ArrayBuffer", name))
	case c.Realm.Pinned(b.Object):
		c.Throw(webidl.TypeErrorf("ArrayBuffer is not detachable and could not be cloned."))
	case preserve && length > s.max:
		c.Throw(webidl.RangeErrorf("Invalid array buffer length"))
	case length > MaxLength:
		c.Throw(webidl.RangeErrorf("Array buffer allocation failed"))
	}
	data := Detach(c.Realm, b)
	if kept := min(len(data), length); length <= cap(data) {
		data = data[:length:length]
		clear(data[kept:])
	} else {
		data = append(make([]byte, 0, length), data...)[:length]
	}
	if preserve {
		s.views = nil
		return Resizable(c.Realm, data, s.max)
	}
	return c.Realm.ArrayBuffer(data)
}

// Move detaches a buffer, whose memory another one takes over.
func Move(r *webidl.Realm, from, to *goja.Object) {
	source, ok := engine.BufferOf(from)
	target, also := engine.BufferOf(to)
	if ok && also {
		*target.Data = Detach(r, source)
	}
}

// Detach detaches a buffer, and returns its bytes for whoever takes them over.
func Detach(r *webidl.Realm, b engine.Buffer) []byte {
	data, kept := engine.Detach(r.VM, b)
	if made := webidl.State[detached](r); kept && !made.lengths {
		made.lengths = true
		proto := r.IntrinsicPrototype("Uint8Array").Prototype()
		for _, name := range []string{"length", "byteLength", "byteOffset"} {
			if get := accessor(r, proto, name); get != nil {
				engine.CompleteMethod(get, "get", func(native engine.Native) engine.Native {
					return func(fc goja.FunctionCall) goja.Value {
						if a, ok := engine.TypedArrayOf(fc.This); ok && *a.Buffer.Detached {
							return r.Int(0)
						}
						return native(fc)
					}
				})
			}
		}
	}
	return data
}

// detached says whether the getters of typed arrays know of detached buffers that have kept their memory.
type detached struct{ lengths bool }

// slice is https://tc39.es/ecma262/#sec-arraybuffer.prototype.slice and https://tc39.es/ecma262/#sec-sharedarraybuffer.prototype.slice
func slice(c webidl.Call, b engine.Buffer, shared bool) goja.Value {
	detached := func(b engine.Buffer) {
		if *b.Detached {
			c.Throw(webidl.TypeErrorf("Cannot perform %s.prototype.slice on a detached ArrayBuffer", className(shared)))
		}
	}
	detached(b)
	length := len(*b.Data)
	from, to := relative(c.Arg(0), length, 0), relative(c.Arg(1), length, length)
	count := max(0, to-from)
	otherwise := c.Realm.Intrinsic("ArrayBuffer")
	if shared {
		otherwise = sharedClassOf(c.Realm).constructor
	}
	made, err := c.Realm.VM.New(speciesConstructor(c.Realm, b.Object, otherwise), c.Realm.Int(count))
	c.Realm.Rethrow(err)
	target, ok := engine.BufferOf(made)
	if !ok || IsShared(c.Realm, made) != shared {
		incompatible(webidl.Call{Realm: c.Realm, This: made}, "slice", shared)
	}
	detached(target)
	switch {
	case target.Object == b.Object:
		c.Throw(webidl.TypeErrorf("ArrayBuffer subclass returned this from species constructor"))
	case len(*target.Data) < count:
		c.Throw(webidl.TypeErrorf("Derived %s constructor created a buffer which was too small", className(shared)))
	}
	detached(b)
	if source := *b.Data; from < len(source) {
		copy((*target.Data)[:count], source[from:])
	}
	return made
}

// receiver is what a method was called on, as messages show it.
func receiver(v goja.Value) string {
	if object, ok := v.(*goja.Object); ok {
		if constructor, ok := object.Get("constructor").(*goja.Object); ok {
			if name := constructor.Get("name"); name != nil && name.String() != "" {
				return "#<" + name.String() + ">"
			}
		}
	}
	return shown(v)
}
