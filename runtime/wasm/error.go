package wasm

import (
	"github.com/dop251/goja"
)

// errorClass makes one of the errors: https://webassembly.github.io/spec/js-api/#error-objects
func (s *store) errorClass(name string) *goja.Object {
	if ctor, ok := s.made[name]; ok {
		return ctor
	}
	r := s.realm
	native := r.Intrinsic("Error")
	construct, _ := goja.AssertConstructor(native)
	var ctor *goja.Object
	create := func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		obj, err := construct(newTarget, args...)
		r.Rethrow(err)
		return obj
	}
	ctor = r.NativeConstructor(create, func(args []goja.Value) goja.Value { return create(args, ctor) })
	proto := r.VM.CreateObject(r.IntrinsicPrototype("Error"))
	finish(r, ctor, proto, name, 1)
	ctor.SetPrototype(native)
	proto.DefineDataProperty("name", r.String(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	proto.DefineDataProperty("message", r.String(""), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	if s.made == nil {
		s.made = map[string]*goja.Object{}
	}
	s.made[name] = ctor
	return ctor
}

// error makes an error object of one of these classes, or an Error.
func (s *store) error(class, message string) *goja.Object {
	ctor := s.realm.Intrinsic("Error")
	if class != "Error" {
		ctor = s.errorClass(class)
	}
	obj, err := s.realm.VM.New(ctor, s.realm.String(message))
	s.realm.Rethrow(err)
	return obj
}

func isBigInt(v goja.Value) bool {
	_, object := v.(*goja.Object)
	return !object && v.ExportType() == bigIntType
}

// allowed throws unless modules may be compiled from bytes now: at module scope, but never in a handler.
func (c arguments) allowed(s *store) {
	if c.Realm.MayGenerateCode() {
		return
	}
	panic(s.error("CompileError", c.where+": Wasm code generation disallowed by embedder"))
}
