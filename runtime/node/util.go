package node

import (
	"reflect"
	"strings"

	"github.com/dop251/goja"
	"golang.org/x/text/unicode/norm"

	"devserver/runtime/console"
	"devserver/runtime/webidl"
)

// utilNatives is what util.js asks of Go.
var utilNatives = webidl.NewClass("util", utilIDL{})

type utilIDL struct{}

func (utilIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		webidl.Static("inspect", 0, func(c webidl.Call) goja.Value {
			return c.String(console.Inspect(c.Realm, c.Arg(0), inspectOptions(c.Realm, c.Arg(1))))
		}),
		webidl.Static("format", 1, func(c webidl.Call) goja.Value {
			return c.String(console.Format(c.Realm, c.Args[1:], inspectOptions(c.Realm, c.Arg(0))))
		}),
		webidl.Static("useInspect", 1, func(c webidl.Call) goja.Value {
			console.SetInspect(c.Realm, c.Arg(0).(*goja.Object))
			return c.Undefined()
		}),
		webidl.Static("kind", 1, func(c webidl.Call) goja.Value { return c.String(kindOf(c.Realm, c.Arg(0))) }),
		webidl.Static("promiseDetails", 1, func(c webidl.Call) goja.Value {
			p, ok := webidl.AsPromise(c.Arg(0))
			if !ok {
				return c.Undefined()
			}
			state := [...]string{goja.PromiseStatePending: "pending", goja.PromiseStateFulfilled: "fulfilled", goja.PromiseStateRejected: "rejected"}
			return c.String(state[p.State()])
		}),
		webidl.Static("normalize", 1, func(c webidl.Call) goja.Value { return c.String(norm.NFC.String(c.Arg(0).String())) }),
	}
}

// inspectOptions are the options of util.inspect, which throws what a function of an object throws that shows it.
func inspectOptions(r *webidl.Realm, v goja.Value) console.Options {
	o := console.OptionsOf(r, v)
	layout := console.DefaultLayout
	if o.Layout != nil {
		layout = *o.Layout
	}
	layout.Throws = true
	o.Layout = &layout
	return o
}

var (
	mapType     = reflect.TypeFor[[][2]any]()
	setType     = reflect.TypeFor[[]any]()
	promiseType = reflect.TypeFor[*goja.Promise]()
	proxyType   = reflect.TypeFor[goja.Proxy]()
)

// kindOf names what an object is inside, whatever a script has made it look like: "Map", "Uint8Array", "Promise",
// "Date", the class of a platform object; "Object" for what is nothing in particular, and "" for what is no object.
func kindOf(r *webidl.Realm, v goja.Value) string {
	obj, ok := v.(*goja.Object)
	if !ok {
		return ""
	}
	if obj.ExportType() == proxyType && r.ClassOfPrototype(obj) == nil && r.ClassOfConstructor(obj) == nil {
		return "Proxy"
	}
	if class := r.ClassOf(obj); class != nil {
		return class.Name
	}
	switch class := obj.ClassName(); class {
	case "Array", "RegExp", "Date", "Error", "Number", "String", "Boolean", "Arguments":
		return class
	case "Function":
		return functionKind(obj)
	}
	switch obj.ExportType() {
	case promiseType:
		return "Promise"
	case mapType:
		return "Map"
	case setType:
		return "Set"
	}
	if webidl.IsArrayBuffer(obj) {
		return "ArrayBuffer"
	}
	if kind := r.ViewKind(obj); kind != "" {
		return kind
	}
	return tagKind(r, obj)
}

// functionKind tells functions apart by what the engine has of their source.
func functionKind(obj *goja.Object) string {
	tag := obj.GetSymbol(goja.SymToStringTag)
	switch {
	case tag == nil:
		return "Function"
	case tag.String() == "AsyncFunction", tag.String() == "GeneratorFunction":
		return tag.String()
	}
	return "Function"
}

// tagKind is for kinds that show to Go in nothing but their tag: each is asked by a method of its class.
func tagKind(r *webidl.Realm, obj *goja.Object) string {
	var tag string
	if err := r.Try(func() {
		if t := obj.GetSymbol(goja.SymToStringTag); t != nil && goja.IsString(t) {
			tag = t.String()
		}
	}); err != nil {
		return "Object"
	}
	switch tag {
	case "WeakMap", "WeakSet":
		if _, err := r.IntrinsicMethod(tag, "has")(obj, obj); err == nil {
			return tag
		}
	case "Symbol", "BigInt":
		if _, err := r.IntrinsicMethod(tag, "valueOf")(obj); err == nil {
			return tag
		}
	case "Generator", "Map Iterator", "Set Iterator", "SharedArrayBuffer", "WeakRef", "Module":
		return strings.ReplaceAll(tag, " ", "")
	}
	return "Object"
}
