package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// view is an ArrayBufferView taken apart.
type view struct {
	kind   string // the name of its class
	buffer goja.ArrayBuffer
	offset int // in bytes
	length int // in bytes
}

// elementSizes are the sizes of the elements of typed arrays, in bytes. A DataView counts in bytes.
var elementSizes = map[string]int{
	"Int8Array": 1, "Uint8Array": 1, "Uint8ClampedArray": 1, "Int16Array": 2, "Uint16Array": 2, "Float16Array": 2, "Int32Array": 4,
	"Uint32Array": 4, "Float32Array": 4, "Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8, "DataView": 1,
}

func (v view) elementSize() int { return elementSizes[v.kind] }

func (v view) bytes() []byte { return v.buffer.Bytes()[v.offset : v.offset+v.length] }

// viewIntrinsics are the realm's view classes, and the getters that read a view whatever a script has done to it.
type viewIntrinsics struct {
	constructors map[string]goja.Value
	typed, data  *viewGetters
}

type viewGetters struct{ buffer, byteOffset, byteLength goja.Callable }

func (in *viewIntrinsics) constructor(r *webidl.Realm, kind string) goja.Value {
	c, ok := in.constructors[kind]
	if !ok {
		c = r.VM.GlobalObject().Get(kind)
		if in.constructors == nil {
			in.constructors = map[string]goja.Value{}
		}
		in.constructors[kind] = c
	}
	return c
}

func (in *viewIntrinsics) getters(r *webidl.Realm, kind string) *viewGetters {
	slot := &in.typed
	if kind == "DataView" {
		slot = &in.data
	}
	if *slot != nil {
		return *slot
	}
	proto := in.constructor(r, kind).(*goja.Object).Get("prototype").(*goja.Object)
	if kind != "DataView" {
		proto = proto.Prototype() // %TypedArray%.prototype
	}
	describe, _ := goja.AssertFunction(r.VM.GlobalObject().Get("Reflect").(*goja.Object).Get("getOwnPropertyDescriptor"))
	getter := func(name string) goja.Callable {
		d, err := describe(nil, proto, r.String(name))
		r.Rethrow(err)
		get, _ := goja.AssertFunction(d.(*goja.Object).Get("get"))
		return get
	}
	*slot = &viewGetters{getter("buffer"), getter("byteOffset"), getter("byteLength")}
	return *slot
}

// toView takes an ArrayBufferView apart; false means that v is none. A view of a detached buffer has length 0.
func toView(r *webidl.Realm, v goja.Value) (view, bool) {
	kind := r.ViewKind(v)
	if kind == "" {
		return view{}, false
	}
	get := webidl.State[viewIntrinsics](r).getters(r, kind)
	read := func(getter goja.Callable) goja.Value {
		x, err := getter(v)
		if err != nil { // a DataView of a detached buffer
			return r.Int(0)
		}
		return x
	}
	buffer, err := get.buffer(v)
	r.Rethrow(err)
	return view{
		kind:   kind,
		buffer: buffer.Export().(goja.ArrayBuffer),
		offset: int(read(get.byteOffset).ToInteger()),
		length: int(read(get.byteLength).ToInteger()),
	}, true
}

// newView makes a view of length elements over a buffer.
func newView(r *webidl.Realm, kind string, buffer goja.ArrayBuffer, offset, length int) *goja.Object {
	constructor := webidl.State[viewIntrinsics](r).constructor(r, kind)
	obj, err := r.VM.New(constructor, r.VM.ToValue(buffer), r.Int(offset), r.Int(length))
	r.Rethrow(err)
	return obj
}

var errDetached = webidl.TypeErrorf("The ArrayBuffer has been detached.")

// transferBytes implements https://streams.spec.whatwg.org/#transfer-array-buffer: it detaches the buffer and returns
// its memory.
func transferBytes(buffer goja.ArrayBuffer) ([]byte, error) {
	if buffer.Detached() {
		return nil, errDetached
	}
	data := buffer.Bytes()
	buffer.Detach()
	return data, nil
}

// transfer is transferBytes into a new buffer.
func transfer(r *webidl.Realm, buffer goja.ArrayBuffer) (goja.ArrayBuffer, error) {
	data, err := transferBytes(buffer)
	if err != nil {
		return buffer, err
	}
	return r.VM.NewArrayBuffer(data), nil
}
