package structuredclone

import (
	"bytes"
	"math"
	"reflect"

	"github.com/dop251/goja"

	"devserver/runtime/arraybuffer"
	"devserver/runtime/webidl"
)

// Data is a value on its way from one realm to another. It does not change, so that it may be read in many realms at
// once, and is no realm's: what it has of the engine are primitive values, which do not change either.
type Data struct {
	root    item
	objects []record
}

// item is a primitive value or, if object is not 0, the object before that index of Data.objects.
type item struct {
	primitive goja.Value
	object    int
}

// record is an object.
type record struct {
	kind   kind
	class  string // of an error, a view or a wrapper
	number float64
	data   []byte
	keys   []string
	items  []item
	extern External
}

type kind uint8

const (
	ordinaryKind kind = iota
	arrayKind
	mapKind
	setKind
	dateKind
	regExpKind
	wrapperKind
	errorKind
	bufferKind
	viewKind
	externalKind
)

// External is an object that is more than data, on its way between realms.
type External interface {
	// Receive makes the object in the realm that it has arrived in, on its loop. It may throw.
	Receive(r *webidl.Realm) *goja.Object
}

// Carrier knows what there is between two realms besides data.
type Carrier interface {
	// Carry returns what an object becomes on the way: a platform object, a function, a Proxy, or an object of a class of
	// the script's. Nil means that it cannot be sent. An error is thrown.
	Carry(obj *goja.Object) (External, error)
}

// Serialize is https://html.spec.whatwg.org/#structuredserialize, with what carrier knows of besides: unlike Clone, it
// refuses objects of a class of the script's, as calls between Workers do. Without a carrier it takes them for plain ones,
// and refuses what is more than data. It throws as Clone does. Values may be nested as deep as they like.
func Serialize(r *webidl.Realm, value goja.Value, carrier Carrier) *Data {
	s := &serializer{engine: engine{r}, carrier: carrier, seen: map[*goja.Object]int{}, data: &Data{}}
	s.data.root = s.item(value)
	for i := 0; i < len(s.objects); i++ {
		record := s.record(s.objects[i])
		s.data.objects[i] = record
	}
	return s.data
}

// Primitive is the data of a value that is no object, and no symbol.
func Primitive(value goja.Value) *Data { return &Data{root: item{primitive: settled(value)}} }

// HasExternals reports whether there is more than data in it.
func (d *Data) HasExternals() bool {
	for i := range d.objects {
		if d.objects[i].kind == externalKind {
			return true
		}
	}
	return false
}

// Externals calls each with what there is besides data.
func (d *Data) Externals(each func(External)) {
	for i := range d.objects {
		if e := d.objects[i].extern; e != nil {
			each(e)
		}
	}
}

type serializer struct {
	engine
	carrier Carrier
	data    *Data
	seen    map[*goja.Object]int
	objects []*goja.Object // as Data.objects
}

// item is what stands for a value. An object that is new is looked at later, so that nothing recurses.
func (s *serializer) item(v goja.Value) item {
	obj, ok := v.(*goja.Object)
	if !ok {
		if _, ok := v.(*goja.Symbol); ok {
			s.refuse("Symbol(%s) could not be cloned.", v)
		}
		return item{primitive: settled(v)}
	}
	n, ok := s.seen[obj]
	if !ok {
		s.objects = append(s.objects, obj)
		s.data.objects = append(s.data.objects, record{})
		n = len(s.objects)
		s.seen[obj] = n
	}
	return item{object: n}
}

// settled is a primitive value that several goroutines may read: the engine looks at some strings when it first needs to.
func settled(v goja.Value) goja.Value {
	if text, ok := v.(goja.String); ok {
		text.Length()
	}
	return v
}

func (s *serializer) record(obj *goja.Object) record {
	r := s.realm
	if obj == r.VM.GlobalObject() {
		s.refuse("#<ServiceWorkerGlobalScope> could not be cloned.")
	}
	if impl := r.Impl(obj); impl != nil {
		return s.platformObject(obj, impl)
	}
	switch class := obj.ClassName(); class {
	case "Boolean", "Number", "String":
		return record{kind: wrapperKind, items: []item{{primitive: settled(s.call(class, "valueOf", obj))}}}
	case "Date":
		return record{kind: dateKind, number: s.call("Date", "getTime", obj).ToFloat()}
	case "RegExp":
		return record{kind: regExpKind, items: []item{{primitive: settled(obj.Get("source"))}, {primitive: settled(obj.Get("flags"))}}}
	case "Error":
		class, keys := s.errorShape(obj)
		return s.properties(record{kind: errorKind, class: class}, obj, keys)
	case "Array":
		return s.properties(record{kind: arrayKind, number: obj.Get("length").ToFloat()}, obj, obj.Keys())
	case "Object", "Math", "JSON":
	default:
		return s.other(obj)
	}
	switch kind := obj.ExportType(); {
	case kind == ordinaryType:
		return s.ordinary(obj)
	case kind == mapType:
		return record{kind: mapKind, items: s.entries(obj, "Map")}
	case kind == setType:
		return record{kind: setKind, items: s.entries(obj, "Set")}
	case kind == arrayBufferType:
		buffer := obj.Export().(goja.ArrayBuffer)
		if buffer.Detached() {
			s.refuse("An ArrayBuffer is detached and could not be cloned.")
		}
		if arraybuffer.IsShared(r, obj) {
			s.refuse("#<SharedArrayBuffer> could not be cloned.")
		}
		rec := record{kind: bufferKind, data: bytes.Clone(buffer.Bytes())}
		if max, ok := arraybuffer.Max(r, obj); ok {
			rec.items = []item{{primitive: r.Int(max)}}
		}
		return rec
	case kind == bigIntType:
		return record{kind: wrapperKind, items: []item{{primitive: s.call("BigInt", "valueOf", obj)}}}
	case kind.Kind() == reflect.Slice:
		if view, ok := r.View(obj); ok {
			return s.view(obj, view)
		}
	}
	return s.other(obj)
}

// platformObject serializes an object of ours: as the carrier says or, if that is all it is, as data.
func (s *serializer) platformObject(obj *goja.Object, impl any) record {
	if s.carrier != nil {
		return s.other(obj)
	}
	if e, ok := impl.(*webidl.DOMException); ok {
		return record{kind: externalKind, extern: exceptionOf(obj, e)}
	}
	s.refuseObject(obj)
	return record{}
}

// other serializes what is no data.
func (s *serializer) other(obj *goja.Object) record {
	if s.carrier != nil {
		external, err := s.carrier.Carry(obj)
		s.realm.Rethrow(err)
		if external != nil {
			return record{kind: externalKind, extern: external}
		}
	}
	if impl := s.realm.Impl(obj); impl != nil {
		if e, ok := impl.(*webidl.DOMException); ok {
			return record{kind: externalKind, extern: exceptionOf(obj, e)}
		}
		s.refuseObject(obj)
	}
	s.refuse("%s could not be cloned.", s.describe(obj))
	return record{}
}

// ordinary is the same as the cloner's, but for objects of classes.
func (s *serializer) ordinary(obj *goja.Object) record {
	r := s.realm
	proto := obj.Prototype()
	for p := proto; p != nil && p.Prototype() != nil; p = p.Prototype() {
		switch p {
		case r.IntrinsicPrototype("DataView"):
			if view, ok := r.View(obj); ok {
				return s.view(obj, view)
			}
		case r.IntrinsicPrototype("WeakMap"), r.IntrinsicPrototype("WeakSet"), r.IteratorPrototype():
			s.refuse("%s could not be cloned.", s.describe(obj))
		}
	}
	if s.carrier != nil && proto != r.IntrinsicPrototype("Object") {
		external, err := s.carrier.Carry(obj)
		r.Rethrow(err)
		if external == nil {
			s.refuse("Could not serialize object of type \"%s\". This type does not support serialization.", s.constructorName(obj))
		}
		return record{kind: externalKind, extern: external}
	}
	return s.properties(record{kind: ordinaryKind}, obj, obj.Keys())
}

func (s *serializer) view(obj *goja.Object, view webidl.View) record {
	rec := record{kind: viewKind, class: view.Kind, items: []item{s.item(view.Buffer)}}
	for _, n := range s.bounds(obj, view) {
		rec.items = append(rec.items, item{primitive: s.realm.Int(n)})
	}
	return rec
}

func (s *serializer) properties(rec record, obj *goja.Object, keys []string) record {
	for _, key := range keys {
		if v := obj.Get(key); v != nil { // a getter may have deleted it
			rec.keys = append(rec.keys, key)
			rec.items = append(rec.items, s.item(v))
		}
	}
	return rec
}

func (s *serializer) entries(obj *goja.Object, class string) []item {
	var values []goja.Value
	s.call(class, "forEach", obj, s.realm.VM.ToValue(func(fc goja.FunctionCall) goja.Value {
		if class == "Map" {
			values = append(values, fc.Argument(1))
		}
		values = append(values, fc.Argument(0))
		return goja.Undefined()
	}))
	items := make([]item, len(values))
	for i, v := range values {
		items[i] = s.item(v)
	}
	return items
}

// Deserialize is https://html.spec.whatwg.org/#structureddeserialize: it makes the value in a realm, on its loop.
func (d *Data) Deserialize(r *webidl.Realm) goja.Value { return d.deserialize(r, false) }

// Receive is Deserialize for the one who gets it last, and takes over its bytes instead of copying them.
func (d *Data) Receive(r *webidl.Realm) goja.Value { return d.deserialize(r, true) }

func (d *Data) deserialize(r *webidl.Realm, last bool) goja.Value {
	if d.root.object == 0 {
		return d.root.primitive
	}
	t := &deserializer{engine: engine{r}, data: d, last: last, made: make([]*goja.Object, len(d.objects))}
	for i := range d.objects {
		t.object(i + 1)
	}
	for i := range d.objects {
		t.fill(t.made[i], &d.objects[i])
	}
	return t.made[d.root.object-1]
}

type deserializer struct {
	engine
	data *Data
	last bool // it takes over what it can
	made []*goja.Object
}

// value is the value of an item whose object has been made.
func (t *deserializer) value(i item) goja.Value {
	if i.object == 0 {
		return i.primitive
	}
	return t.made[i.object-1]
}

// object makes an object, without what it contains.
func (t *deserializer) object(n int) *goja.Object {
	if obj := t.made[n-1]; obj != nil {
		return obj
	}
	r, rec := t.realm, &t.data.objects[n-1]
	var obj *goja.Object
	switch rec.kind {
	case ordinaryKind:
		obj = r.VM.NewObject()
	case arrayKind:
		obj = r.VM.NewArray()
		obj.Set("length", rec.number)
	case mapKind:
		obj = t.construct("Map")
	case setKind:
		obj = t.construct("Set")
	case dateKind:
		if math.IsNaN(rec.number) {
			obj = t.construct("Date", goja.NaN())
		} else {
			obj = t.construct("Date", r.VM.ToValue(rec.number))
		}
	case regExpKind:
		obj = t.construct("RegExp", rec.items[0].primitive, rec.items[1].primitive)
	case wrapperKind:
		obj = rec.items[0].primitive.ToObject(r.VM)
	case errorKind:
		obj = t.construct("Error")
		obj.SetPrototype(r.IntrinsicPrototype(rec.class))
	case bufferKind:
		data := rec.data
		if !t.last {
			data = bytes.Clone(data)
		}
		if len(rec.items) > 0 {
			obj = arraybuffer.Resizable(r, data, int(rec.items[0].primitive.ToInteger()))
		} else {
			obj = r.ArrayBuffer(data)
		}
	case viewKind:
		args := []goja.Value{t.object(rec.items[0].object)}
		for _, bound := range rec.items[1:] {
			args = append(args, bound.primitive)
		}
		obj = t.construct(rec.class, args...)
	case externalKind:
		obj = rec.extern.Receive(r)
	}
	t.made[n-1] = obj
	return obj
}

func (t *deserializer) fill(obj *goja.Object, rec *record) {
	switch rec.kind {
	case ordinaryKind, arrayKind, errorKind:
		for i, key := range rec.keys {
			enumerable := goja.ToFlag(rec.kind != errorKind || key != "stack" && key != "message")
			obj.DefineDataProperty(key, t.value(rec.items[i]), goja.FLAG_TRUE, goja.FLAG_TRUE, enumerable)
		}
	case mapKind:
		for i := 0; i < len(rec.items); i += 2 {
			t.call("Map", "set", obj, t.value(rec.items[i]), t.value(rec.items[i+1]))
		}
	case setKind:
		for _, i := range rec.items {
			t.call("Set", "add", obj, t.value(i))
		}
	}
}

// exception is a DOMException on its way.
type exception struct{ name, message, stack string }

func exceptionOf(obj *goja.Object, e *webidl.DOMException) External {
	x := &exception{name: e.Name, message: e.Message}
	if stack := obj.Get("stack"); stack != nil {
		x.stack = stack.String()
	}
	return x
}

// Receive implements External.
func (x *exception) Receive(r *webidl.Realm) *goja.Object {
	obj := r.DOMException(x.name, x.message)
	obj.DefineDataProperty("stack", r.String(x.stack), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return obj
}
