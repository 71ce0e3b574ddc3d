package webidl

import (
	"github.com/dop251/goja"
)

// Bytes returns the bytes that a BufferSource (ArrayBuffer, typed array or DataView) shows, not copied, or false if v
// is none: https://webidl.spec.whatwg.org/#dfn-get-buffer-source-copy
func (r *Realm) Bytes(v goja.Value) ([]byte, bool) {
	obj, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	switch x := obj.Export().(type) {
	case goja.ArrayBuffer:
		return x.Bytes(), true
	case []byte:
		if r.viewKind(obj) != "" {
			return x, true
		}
		return nil, false
	}
	if r.viewKind(obj) == "" && !r.isDataView(obj) {
		return nil, false
	}
	buffer, ok := obj.Get("buffer").Export().(goja.ArrayBuffer)
	if !ok {
		return nil, false
	}
	offset, length := obj.Get("byteOffset").ToInteger(), obj.Get("byteLength").ToInteger()
	data := buffer.Bytes()
	if offset+length > int64(len(data)) {
		return nil, true // detached
	}
	return data[offset : offset+length], true
}

// viewKind returns the name of the typed array class of a view, "DataView", or "" if obj is no view.
func (r *Realm) viewKind(obj *goja.Object) string {
	if obj.ClassName() == "DataView" {
		return "DataView"
	}
	tag := r.intrinsics.typedArrayTag()
	v, err := tag(obj)
	if err != nil || goja.IsUndefined(v) {
		return ""
	}
	return v.String()
}

// ViewKind returns the name of the class of an ArrayBuffer view, such as "Uint8Array" or "DataView", or "" if v is
// none. What a script has done to the object does not matter.
func (r *Realm) ViewKind(v goja.Value) string {
	obj, ok := v.(*goja.Object)
	if !ok {
		return ""
	}
	return r.viewKind(obj)
}

// IsArrayBuffer reports whether v is an ArrayBuffer.
func IsArrayBuffer(v goja.Value) bool {
	obj, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	_, ok = obj.Export().(goja.ArrayBuffer)
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

// typedArrayTag is the getter of %TypedArray%.prototype[Symbol.toStringTag], which tells the kind of any view and is
// undefined for anything else.
func (in *intrinsics) typedArrayTag() goja.Callable {
	if in.viewTag == nil {
		proto := in.get("Uint8Array").(*goja.Object).Get("prototype").(*goja.Object).Prototype()
		describe := in.method("Reflect", "getOwnPropertyDescriptor")
		d, err := describe(nil, proto, goja.SymToStringTag)
		in.realm.Rethrow(err)
		in.viewTag, _ = goja.AssertFunction(d.(*goja.Object).Get("get"))
	}
	return in.viewTag
}
