package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/arraybuffer"
	"devserver/runtime/engine"
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

// toView takes an ArrayBufferView apart; false means that v is none. A view of a detached buffer has length 0.
func toView(r *webidl.Realm, v goja.Value) (view, bool) {
	x, ok := r.View(v)
	if !ok {
		return view{}, false
	}
	return view{
		kind:   x.Kind,
		buffer: x.Buffer.Export().(goja.ArrayBuffer),
		offset: x.Offset,
		length: x.Length * elementSizes[x.Kind],
	}, true
}

// newView makes a view of length elements over a buffer.
func newView(r *webidl.Realm, kind string, buffer goja.ArrayBuffer, offset, length int) *goja.Object {
	obj, err := r.VM.New(r.Intrinsic(kind), r.VM.ToValue(buffer), r.Int(offset), r.Int(length))
	r.Rethrow(err)
	return obj
}

var (
	errDetached = webidl.TypeErrorf("The ArrayBuffer has been detached.")
	errPinned   = webidl.TypeErrorf("The ArrayBuffer cannot be detached: it is the memory of a WebAssembly instance.")
)

// transferBytes implements https://streams.spec.whatwg.org/#transfer-array-buffer: it detaches the buffer and returns
// its memory.
func transferBytes(r *webidl.Realm, buffer goja.ArrayBuffer) ([]byte, error) {
	if buffer.Detached() {
		return nil, errDetached
	}
	object := r.VM.ToValue(buffer).(*goja.Object)
	if r.Pinned(object) {
		return nil, errPinned
	}
	b, _ := engine.BufferOf(object)
	return arraybuffer.Detach(r, b), nil
}

// transfer is transferBytes into a new buffer.
func transfer(r *webidl.Realm, buffer goja.ArrayBuffer) (goja.ArrayBuffer, error) {
	data, err := transferBytes(r, buffer)
	if err != nil {
		return buffer, err
	}
	return r.VM.NewArrayBuffer(data), nil
}
