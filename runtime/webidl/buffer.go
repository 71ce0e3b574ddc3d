package webidl

import (
	"reflect"

	"github.com/dop251/goja"
)

// View is an ArrayBuffer view: a typed array or a DataView.
type View struct {
	Kind   string       // the name of its class, such as "Uint8Array" or "DataView"
	Buffer *goja.Object // its ArrayBuffer
	Offset int          // in bytes
	Length int          // in elements; for a DataView, in bytes
}

// What the engine shows objects as. Asking for the type, unlike exporting the object, runs no script.
var (
	bufferType   = reflect.TypeFor[goja.ArrayBuffer]()
	bytesType    = reflect.TypeFor[[]byte]()
	ordinaryType = reflect.TypeFor[map[string]any]()
)

// Bytes returns the bytes that a BufferSource (ArrayBuffer, typed array or DataView) shows, not copied, or false if v
// is none; those of a detached buffer are none. https://webidl.spec.whatwg.org/#dfn-get-buffer-source-copy
func (r *Realm) Bytes(v goja.Value) ([]byte, bool) {
	obj, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	if buffer, ok := arrayBuffer(obj); ok {
		return buffer.Bytes(), true
	}
	if obj.ExportType() == bytesType && r.ViewKind(obj) != "" {
		if obj.Get("0") == nil {
			// It has none, or its buffer is detached. To export such a view is to reach into memory that is not its own.
			return nil, true
		}
		return obj.Export().([]byte), true
	}
	view, ok := r.View(obj)
	if !ok {
		return nil, false
	}
	buffer, _ := arrayBuffer(view.Buffer)
	data := buffer.Bytes()
	end := view.Offset + view.Length*elementSizes[view.Kind]
	if view.Offset < 0 || view.Length < 0 || end > len(data) {
		return nil, true
	}
	return data[view.Offset:end], true
}

// elementSizes are the sizes in bytes of what a view's length counts.
var elementSizes = map[string]int{
	"Int8Array": 1, "Uint8Array": 1, "Uint8ClampedArray": 1, "Int16Array": 2, "Uint16Array": 2, "Int32Array": 4, "Uint32Array": 4,
	"Float32Array": 4, "Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8, "DataView": 1,
}

// ViewKind returns the name of the class of an ArrayBuffer view, such as "Uint8Array" or "DataView", or "" if v is
// none. What a script has done to the object does not matter.
func (r *Realm) ViewKind(v goja.Value) string {
	obj, ok := v.(*goja.Object)
	if !ok {
		return ""
	}
	switch t := obj.ExportType(); {
	case t == ordinaryType:
		if r.dataViewBuffer(obj) != nil {
			return "DataView"
		}
	case t != nil && t.Kind() == reflect.Slice:
		if tag, err := r.intrinsics.typedArrayTag()(obj); err == nil && !goja.IsUndefined(tag) {
			return tag.String()
		}
	}
	return ""
}

// View looks at an ArrayBuffer view; it returns false if v is none. What a script has done to the object does not
// matter.
func (r *Realm) View(v goja.Value) (View, bool) {
	kind := r.ViewKind(v)
	if kind == "" {
		return View{}, false
	}
	class, length := r.IntrinsicPrototype("Uint8Array").Prototype(), "length"
	if kind == "DataView" {
		class, length = r.IntrinsicPrototype("DataView"), "byteLength"
	}
	in := &r.intrinsics
	view := View{Kind: kind}
	if view.Buffer, _ = in.getWithReceiver(class, "buffer", v).(*goja.Object); view.Buffer == nil {
		return View{}, false
	}
	buffer, ok := arrayBuffer(view.Buffer)
	if !ok {
		return View{}, false // a script has replaced the getter
	}
	if !buffer.Detached() {
		view.Offset = int(in.getWithReceiver(class, "byteOffset", v).ToInteger())
		view.Length = int(in.getWithReceiver(class, length, v).ToInteger())
	}
	return view, true
}

// dataViewBuffer returns the ArrayBuffer of a DataView, or nil. To the engine a DataView looks like any object, so the
// class's own getter has to tell.
func (r *Realm) dataViewBuffer(obj *goja.Object) *goja.Object {
	var buffer *goja.Object
	if err := r.Try(func() {
		buffer, _ = r.intrinsics.getWithReceiver(r.IntrinsicPrototype("DataView"), "buffer", obj).(*goja.Object)
	}); err != nil {
		return nil
	}
	return buffer
}

// IsArrayBuffer reports whether v is an ArrayBuffer.
func IsArrayBuffer(v goja.Value) bool {
	obj, ok := v.(*goja.Object)
	return ok && obj.ExportType() == bufferType
}

func arrayBuffer(obj *goja.Object) (goja.ArrayBuffer, bool) {
	if !IsArrayBuffer(obj) {
		return goja.ArrayBuffer{}, false
	}
	buffer, ok := obj.Export().(goja.ArrayBuffer)
	return buffer, ok
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

// typedArrayTag is the getter of %TypedArray%.prototype[Symbol.toStringTag], which tells the kind of any view and is
// undefined for anything else.
func (in *intrinsics) typedArrayTag() goja.Callable {
	if in.viewTag == nil {
		proto := in.prototype("Uint8Array").Prototype()
		d, err := in.method("Reflect", "getOwnPropertyDescriptor")(nil, proto, goja.SymToStringTag)
		in.realm.Rethrow(err)
		descriptor, ok := d.(*goja.Object)
		if !ok {
			panic(in.replaced("Uint8Array"))
		}
		in.viewTag = in.callable(descriptor.Get("get"), "Uint8Array")
	}
	return in.viewTag
}
