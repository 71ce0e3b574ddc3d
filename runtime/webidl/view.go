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

// View looks at an ArrayBuffer view; it returns false if v is none. What a script has done to the object does not
// matter.
func (r *Realm) View(v goja.Value) (View, bool) {
	obj, ok := v.(*goja.Object)
	if !ok {
		return View{}, false
	}
	in := &r.intrinsics
	var class *goja.Object
	view := View{Kind: r.ViewKind(obj)}
	switch {
	case view.Kind == "DataView" || view.Kind == "" && r.isDataView(obj):
		view.Kind = "DataView"
		class = r.IntrinsicPrototype("DataView")
	case view.Kind != "":
		class = r.IntrinsicPrototype("Uint8Array").Prototype()
	default:
		return View{}, false
	}
	view.Buffer = in.getWithReceiver(class, "buffer", obj).(*goja.Object)
	if buffer := view.Buffer.Export().(goja.ArrayBuffer); buffer.Detached() {
		return view, true
	}
	view.Offset = int(in.getWithReceiver(class, "byteOffset", obj).ToInteger())
	length := "length"
	if view.Kind == "DataView" {
		length = "byteLength"
	}
	view.Length = int(in.getWithReceiver(class, length, obj).ToInteger())
	return view, true
}

var ordinaryType = reflect.TypeFor[map[string]any]()

// isDataView tries the class's own getter, unless the engine shows obj as something else.
func (r *Realm) isDataView(obj *goja.Object) bool {
	if obj.ExportType() != ordinaryType {
		return false
	}
	return r.Try(func() { r.intrinsics.getWithReceiver(r.IntrinsicPrototype("DataView"), "buffer", obj) }) == nil
}
