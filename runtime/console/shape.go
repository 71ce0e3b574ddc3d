package console

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// shape is how an object of some kind is shown: base open entries properties close.
type shape struct {
	whole       string // all there is to show; the rest is then not used
	name        string // what stands for the object where it is too deep to be shown
	base        string
	open, close string
	entries     func(depth int) []string
	properties  []property
	list        bool // the entries are an array's
	numbers     bool // all of them numbers
	cut         bool // the last of them says how many are left out
}

// shape finds out what an object is, without running anything of the script's.
func (in *inspector) shape(obj *goja.Object, depth int) shape {
	if class := in.realm.ClassOfConstructor(obj); class != nil {
		return shape{whole: in.style(classBase(class), special)}
	}
	if class := in.realm.ClassOfPrototype(obj); class != nil {
		return shape{whole: "Object [" + class.Name + "] {}"}
	}
	id := in.identify(obj)
	if class := in.realm.ClassOf(obj); class != nil && class != webidl.DOMExceptionClass {
		return in.platformShape(obj, class, id)
	}
	kind := obj.ExportType()
	switch class := obj.ClassName(); {
	case class == "Array":
		return in.arrayShape(obj, id)
	case isFunction(obj):
		return in.withBase(obj, id, in.functionBase(obj, id), special)
	case class == "RegExp":
		return in.withBase(obj, id, prefixUnless(id, "RegExp")+in.natives.call("RegExp", "toString", obj).String(), regular)
	case class == "Date":
		return in.withBase(obj, id, prefixUnless(id, "Date")+in.dateText(obj), date)
	case class == "Error":
		return in.errorShape(obj, id)
	case class == "Number" || class == "String" || class == "Boolean":
		return in.boxShape(obj, id, class)
	case class == "Arguments":
		s := in.plainShape(obj, id)
		s.whole, s.open = "", "[Arguments] {"
		return s
	case kind == mapType:
		return in.mapShape(obj, id)
	case kind == setType:
		return in.setShape(obj, id)
	case kind == promiseType:
		return in.promiseShape(obj, id)
	case kind == arrayBufferType:
		return in.bufferShape(obj, id)
	}
	if view := in.realm.ViewKind(obj); view != "" {
		return in.viewShape(obj, id, view)
	}
	for _, kind := range []string{"WeakMap", "WeakSet"} {
		if id.tag == kind && in.natives.answers(kind, "has", obj, obj) {
			id.fallback = kind
			return in.braces(obj, id, func(int) []string { return []string{in.style("<items unknown>", special)} })
		}
	}
	if id.tag == "DataView" && in.realm.Try(func() { in.natives.getter("DataView", "byteLength", obj) }) == nil {
		return in.viewShape(obj, id, "DataView")
	}
	for _, kind := range []string{"Symbol", "BigInt"} {
		if id.tag == kind && in.natives.answers(kind, "valueOf", obj) {
			return in.boxShape(obj, id, kind)
		}
	}
	return in.plainShape(obj, id)
}

// properties are the object's own properties that are to be shown; of an array's, those that are no elements. With what
// is hidden, they are also those that it inherits.
func (in *inspector) properties(obj *goja.Object, indexed bool) []property {
	var list []property
	names := obj.Keys
	if in.ShowHidden {
		names = obj.GetOwnPropertyNames
	}
	for _, name := range names() {
		if indexed && isIndex(name) {
			continue
		}
		if p, ok := in.natives.describe(obj, in.realm.String(name)); ok {
			list = append(list, p)
		}
	}
	symbols := obj.Symbols
	if in.ShowHidden {
		symbols = func() []*goja.Symbol { return in.natives.symbols(obj) }
	}
	for _, symbol := range symbols() {
		if p, ok := in.natives.describe(obj, symbol); ok && (!p.hidden || in.ShowHidden) {
			list = append(list, p)
		}
	}
	if in.ShowHidden {
		list = append(list, in.inherited(obj)...)
	}
	return list
}

func isIndex(name string) bool {
	n, err := strconv.ParseUint(name, 10, 32)
	return err == nil && n < 1<<32-1 && strconv.FormatUint(n, 10) == name
}

// braces is the shape of objects that are shown as "Foo { … }".
func (in *inspector) braces(obj *goja.Object, id identity, entries func(depth int) []string) shape {
	prefix := id.prefix()
	return shape{
		name: strings.TrimSuffix(prefix, " "), open: prefix + "{", close: "}",
		entries: entries, properties: in.properties(obj, false),
	}
}

// withBase is the shape of objects that a text stands for, with properties after it if it has any. Only alone, the text
// has a colour.
func (in *inspector) withBase(obj *goja.Object, id identity, base string, as style) shape {
	s := in.braces(obj, id, nil)
	s.base, s.open = base, "{"
	if len(s.properties) == 0 {
		s.whole = in.style(base, as)
	}
	return s
}

func (in *inspector) plainShape(obj *goja.Object, id identity) shape {
	s := in.braces(obj, id, nil)
	if id.constructor == "Object" && (id.tag == "" || id.tag == "Object") {
		s.open = "{"
	}
	if id.constructor == "" && id.tag == "" {
		if name := in.inheritedName(obj); name != "" {
			s.open = name + " {"
		}
	}
	if len(s.properties) == 0 {
		s.whole = s.open + s.close
	}
	return s
}

// inheritedName is how an object is called that has prototypes, but none with a constructor.
func (in *inspector) inheritedName(obj *goja.Object) string {
	if obj.Prototype() == nil {
		return ""
	}
	if len(in.properties(obj.Prototype(), false)) > 0 {
		return "Object <" + in.style("[Object: null prototype]", special) + ">"
	}
	return "Object <[Object: null prototype] {}>"
}

func (in *inspector) arrayShape(obj *goja.Object, id identity) shape {
	n := int(obj.Get("length").ToInteger())
	id.fallback, id.size = "Array", "("+strconv.Itoa(n)+")"
	s := shape{open: "[", close: "]", list: true, name: strings.TrimSuffix(identity{constructor: id.constructor, tag: id.tag, fallback: "Array"}.prefix(), " ")}
	if id.constructor != "Array" || id.tag != "" {
		s.open = id.prefix() + "["
	}
	if n <= maxIndexed || in.ShowHidden {
		s.properties = in.properties(obj, true)
	}
	if n == 0 && len(s.properties) == 0 {
		s.whole = s.open + s.close
		return s
	}
	elements, left := in.elements(obj, n), n
	s.numbers = len(s.properties) == 0
	for _, e := range elements {
		left -= max(e.holes, 1)
		s.numbers = s.numbers && e.value != nil && (goja.IsNumber(e.value) || goja.IsBigInt(e.value))
	}
	s.cut = left > 0
	s.entries = func(depth int) []string {
		output := make([]string, 0, len(elements)+1)
		for _, e := range elements {
			switch {
			case e.holes > 0:
				output = append(output, in.style("<"+strconv.Itoa(e.holes)+" empty item"+plural(e.holes)+">", undefined))
			default:
				output = append(output, in.propertyValue(e.property, depth))
			}
		}
		if left > 0 {
			output = append(output, more(left, "item", "items"))
		}
		return output
	}
	return s
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// element is an element of an array, or a number of holes.
type element struct {
	property
	holes int
}

// elements returns what is to be shown of an array of length n.
func (in *inspector) elements(obj *goja.Object, n int) []element {
	var list []element
	for i := 0; i < n && len(list) < in.layout.Items; i++ {
		p, ok := in.natives.describe(obj, in.realm.Int(i))
		if !ok {
			return in.sparseElements(obj, n)
		}
		list = append(list, element{property: p})
	}
	return list
}

// sparseElements is elements for an array with holes, which may be huge.
func (in *inspector) sparseElements(obj *goja.Object, n int) []element {
	var list []element
	next := 0
	for _, name := range obj.Keys() {
		if !isIndex(name) || len(list) >= in.layout.Items {
			break
		}
		i, _ := strconv.Atoi(name)
		if i > next {
			list = append(list, element{holes: i - next})
			if len(list) >= in.layout.Items {
				return list
			}
		}
		if p, ok := in.natives.describe(obj, in.realm.Int(i)); ok {
			list = append(list, element{property: p})
		}
		next = i + 1
	}
	if next < n && len(list) < in.layout.Items {
		list = append(list, element{holes: n - next})
	}
	return list
}

func (in *inspector) mapShape(obj *goja.Object, id identity) shape {
	var pairs [][2]goja.Value
	size := in.collect("Map", obj, in.layout.Items, func(fc goja.FunctionCall) {
		pairs = append(pairs, [2]goja.Value{fc.Argument(1), fc.Argument(0)})
	})
	id.fallback = "Map"
	return in.pairShape(obj, id, pairs, size, nil)
}

// pairShape is the shape of maps, and of objects of the platform that are like them.
func (in *inspector) pairShape(obj *goja.Object, id identity, pairs [][2]goja.Value, size int, extra []property) shape {
	name := strings.TrimSuffix(id.prefix(), " ")
	id.size = "(" + strconv.Itoa(size) + ")"
	s := in.braces(obj, id, func(depth int) []string {
		return in.items(size, len(pairs), func(i int) string {
			return in.value(pairs[i][0], depth) + " => " + in.value(pairs[i][1], depth)
		})
	})
	s.name = name
	s.properties = append(extra, s.properties...)
	if size == 0 && len(s.properties) == 0 {
		s.whole = s.open + s.close
	}
	return s
}

func (in *inspector) setShape(obj *goja.Object, id identity) shape {
	var values []goja.Value
	size := in.collect("Set", obj, in.layout.Items, func(fc goja.FunctionCall) {
		values = append(values, fc.Argument(0))
	})
	id.fallback = "Set"
	name := strings.TrimSuffix(id.prefix(), " ")
	id.size = "(" + strconv.Itoa(size) + ")"
	s := in.braces(obj, id, func(depth int) []string {
		return in.items(size, len(values), func(i int) string { return in.value(values[i], depth) })
	})
	s.name = name
	if size == 0 && len(s.properties) == 0 {
		s.whole = s.open + s.close
	}
	return s
}

// collect calls visit for the first entries of a Map or a Set, and returns how many it has in all.
func (in *inspector) collect(class string, obj *goja.Object, limit int, visit func(fc goja.FunctionCall)) int {
	size := int(in.natives.getter(class, "size", obj).ToInteger())
	left := min(size, limit)
	step := in.realm.VM.ToValue(func(fc goja.FunctionCall) goja.Value {
		visit(fc)
		if left--; left == 0 {
			panic(goja.Undefined()) // the one way to end a forEach
		}
		return goja.Undefined()
	})
	in.natives.answers(class, "forEach", obj, step)
	return size
}

// items shows n of size items.
func (in *inspector) items(size, n int, show func(i int) string) []string {
	output := make([]string, 0, n+1)
	for i := range n {
		if in.budget <= 0 {
			n = i
			break
		}
		output = append(output, in.nested(2, func() string { return show(i) }))
	}
	if size > n {
		output = append(output, more(size-n, "item", "items"))
	}
	return output
}

func (in *inspector) promiseShape(obj *goja.Object, id identity) shape {
	promise := obj.Export().(*goja.Promise)
	id.fallback = "Promise"
	return in.braces(obj, id, func(depth int) []string {
		if promise.State() == goja.PromiseStatePending {
			return []string{in.style("<pending>", special)}
		}
		text := in.nested(2, func() string { return in.value(promise.Result(), depth) })
		if promise.State() == goja.PromiseStateRejected {
			text = in.style("<rejected>", special) + " " + text
		}
		return []string{text}
	})
}

func (in *inspector) bufferShape(obj *goja.Object, id identity) shape {
	data := obj.Export().(goja.ArrayBuffer).Bytes()
	id.fallback = "ArrayBuffer"
	s := in.braces(obj, id, func(int) []string {
		shown := data[:min(len(data), in.layout.Items)]
		text := make([]string, len(shown))
		for i, b := range shown {
			text[i] = hex.EncodeToString([]byte{b})
		}
		contents := strings.Join(text, " ")
		if left := len(data) - len(shown); left > 0 {
			contents += " " + more(left, "byte", "bytes")
		}
		return []string{
			in.style("[Uint8Contents]", special) + ": <" + contents + ">",
			"byteLength: " + in.style(strconv.Itoa(len(data)), numeric),
		}
	})
	return s
}

func (in *inspector) viewShape(obj *goja.Object, id identity, kind string) shape {
	id.fallback = kind
	if kind == "DataView" {
		s := in.braces(obj, id, nil)
		number := func(name string) property {
			return property{name: name, value: in.natives.getter("DataView", name, obj)}
		}
		s.properties = append([]property{number("byteLength"), number("byteOffset"), number("buffer")}, s.properties...)
		return s
	}
	n := int(in.natives.getter("Uint8Array", "length", obj).ToInteger())
	name := strings.TrimSuffix(id.prefix(), " ")
	id.size = "(" + strconv.Itoa(n) + ")"
	s := shape{name: name, open: id.prefix() + "[", close: "]", list: true, numbers: true, cut: n > in.layout.Items}
	if n <= maxIndexed || in.ShowHidden {
		s.properties = in.properties(obj, true)
	}
	if in.ShowHidden {
		extra := []property{{name: "BYTES_PER_ELEMENT", value: obj.Get("BYTES_PER_ELEMENT"), hidden: true}}
		for _, name := range []string{"length", "byteLength", "byteOffset", "buffer"} {
			extra = append(extra, property{name: name, value: in.natives.getter("Uint8Array", name, obj), hidden: true, buffer: name == "buffer"})
		}
		s.properties = append(extra, s.properties...)
	}
	if n == 0 && len(s.properties) == 0 {
		s.whole = s.open + s.close
	}
	s.entries = func(depth int) []string {
		return in.items(n, min(n, in.layout.Items), func(i int) string { return in.value(obj.Get(strconv.Itoa(i)), depth) })
	}
	return s
}

// boxShape is the shape of Number, String and the other objects around a primitive value.
func (in *inspector) boxShape(obj *goja.Object, id identity, kind string) shape {
	base := "[" + kind
	if id.constructor != kind {
		if id.constructor == "" {
			base += " (null prototype)"
		} else {
			base += " (" + id.constructor + ")"
		}
	}
	plain := inspector{realm: in.realm, natives: in.natives, layout: in.layout}
	base += ": " + plain.primitive(in.natives.call(kind, "valueOf", obj)) + "]"
	if id.tag != "" && id.tag != id.constructor {
		base += " [" + id.tag + "]"
	}
	as := numeric
	if kind == "String" || kind == "Symbol" {
		as = stringy
	}
	s := in.withBase(obj, id, base, as)
	if kind == "String" {
		s.properties = slices.DeleteFunc(s.properties, func(p property) bool { return p.symbol == nil && isIndex(p.name) })
	}
	if s.whole = ""; len(s.properties) == 0 {
		s.whole = in.style(base, as)
	}
	return s
}

func (in *inspector) dateText(obj *goja.Object) string {
	if obj.Export() == nil {
		return "Invalid Date"
	}
	return in.natives.call("Date", "toISOString", obj).String()
}

// functionBase is "[Function: f]", "[class A extends B]" and their like.
func (in *inspector) functionBase(f *goja.Object, id identity) string {
	name := in.functionName(f)
	source := in.natives.call("Function", "toString", f).String()
	tag := ""
	if id.tag != "" && id.tag != id.constructor {
		tag = " [" + id.tag + "]"
	}
	if strings.HasPrefix(source, "class") && strings.HasSuffix(source, "}") {
		base := "[class " + orAnonymous(name)
		if id.constructor != "Function" && id.constructor != "" {
			base += " [" + id.constructor + "]"
		}
		base += tag
		if super := f.Prototype(); id.constructor == "" {
			base += " extends [null prototype]"
		} else if super, ok := in.unwrap(super); ok {
			if name := in.functionName(super); name != "" {
				base += " extends " + name
			}
		}
		return base + "]"
	}
	kind := "Function"
	if strings.HasSuffix(id.tag, "Function") {
		kind = id.tag // Async, Generator
	}
	base := "[" + kind
	if id.constructor == "" {
		base += " (null prototype)"
	}
	if name == "" {
		base += " (anonymous)"
	} else {
		base += ": " + name
	}
	base += "]"
	if id.constructor != kind && id.constructor != "" {
		base += " " + id.constructor
	}
	return base + tag
}

func isFunction(obj *goja.Object) bool {
	_, ok := goja.AssertFunction(obj)
	return ok
}

func orAnonymous(name string) string {
	if name == "" {
		return "(anonymous)"
	}
	return name
}

// classBase is the base of a constructor of the platform.
func classBase(class *webidl.Class) string {
	if class.Parent != nil {
		return "[class " + class.Name + " extends " + class.Parent.Name + "]"
	}
	return "[class " + class.Name + "]"
}

// platformShape is the shape of the objects that Go stands behind.
func (in *inspector) platformShape(obj *goja.Object, class *webidl.Class, id identity) shape {
	var shown []property
	for _, p := range in.realm.Properties(obj, class) {
		shown = append(shown, property{name: p.Name, value: p.Value, hidden: p.Internal})
	}
	if pairs, size, ok := in.realm.Entries(obj, class, in.layout.Items); ok {
		internal := slices.DeleteFunc(shown, func(p property) bool { return !p.hidden })
		return in.pairShape(obj, id, pairs, size, internal)
	}
	s := in.braces(obj, id, nil)
	s.properties = append(shown, s.properties...)
	if len(s.properties) == 0 {
		s.whole = s.open + s.close
	}
	return s
}
