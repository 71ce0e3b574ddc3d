package webidl

import (
	"github.com/dop251/goja"

	"devserver/runtime/engine"
)

// View is an ArrayBuffer view: a typed array or a DataView.
type View struct {
	Kind   string       // the name of its class, such as "Uint8Array" or "DataView"
	Buffer *goja.Object // its ArrayBuffer
	Offset int          // in bytes
	Length int          // in elements; for a DataView, in bytes
}

// Bytes returns the bytes that a BufferSource (ArrayBuffer, typed array or DataView) shows, not copied, or false if v
// is none; those of a detached buffer, and of a view that is not within its buffer any more, are none.
// https://webidl.spec.whatwg.org/#dfn-get-buffer-source-copy
func (r *Realm) Bytes(v goja.Value) ([]byte, bool) {
	if buffer, ok := engine.BufferOf(v); ok {
		data := *buffer.Data
		return data[:len(data):len(data)], true
	}
	view, buffer, ok := viewOf(v)
	if !ok {
		return nil, false
	}
	data, end := *buffer.Data, view.Offset+view.Length*elementSizes[view.Kind]
	if end > len(data) {
		return nil, true
	}
	return data[view.Offset:end:end], true
}

// elementSizes are the sizes in bytes of what a view's length counts.
var elementSizes = map[string]int{
	"Int8Array": 1, "Uint8Array": 1, "Uint8ClampedArray": 1, "Int16Array": 2, "Uint16Array": 2, "Float16Array": 2, "Int32Array": 4,
	"Uint32Array": 4, "Float32Array": 4, "Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8, "DataView": 1,
}

// ViewKind returns the name of the class of an ArrayBuffer view, such as "Uint8Array" or "DataView", or "" if v is
// none. What a script has done to the object does not matter.
func (r *Realm) ViewKind(v goja.Value) string {
	view, _, _ := viewOf(v)
	return view.Kind
}

// View looks at an ArrayBuffer view; it returns false if v is none. What a script has done to the object does not
// matter. The offset and the length of one whose buffer is detached, or too short for it by now, are 0.
func (r *Realm) View(v goja.Value) (View, bool) {
	view, _, ok := viewOf(v)
	return view, ok
}

func viewOf(v goja.Value) (View, engine.Buffer, bool) {
	view, buffer := View{}, engine.Buffer{}
	if a, ok := engine.TypedArrayOf(v); ok {
		view, buffer = View{a.Kind, a.Buffer.Object, *a.Offset * a.ElementSize, *a.Length}, a.Buffer
	} else if d, ok := engine.DataViewOf(v); ok {
		view, buffer = View{"DataView", d.Buffer.Object, *d.Offset, *d.Length}, d.Buffer
	} else {
		return view, buffer, false
	}
	if *buffer.Detached {
		view.Offset, view.Length = 0, 0
	}
	return view, buffer, true
}

// IsArrayBuffer reports whether v is an ArrayBuffer, or a SharedArrayBuffer.
func IsArrayBuffer(v goja.Value) bool {
	_, ok := engine.BufferOf(v)
	return ok
}

// ArrayBuffer makes an ArrayBuffer of data, which it takes over.
func (r *Realm) ArrayBuffer(data []byte) *goja.Object {
	return r.VM.ToValue(r.VM.NewArrayBuffer(data)).(*goja.Object)
}

// Uint8Array makes a Uint8Array over the whole of data, which it takes over.
func (r *Realm) Uint8Array(data []byte) *goja.Object {
	obj, err := r.VM.New(r.intrinsics.get("Uint8Array"), r.ArrayBuffer(data))
	r.Rethrow(err)
	return obj
}
