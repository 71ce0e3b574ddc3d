package wasm

import (
	"math/big"
	"reflect"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

var bigIntType = reflect.TypeFor[*big.Int]()

// Globals are the globals of this package.
func Globals() []webidl.Global {
	return []webidl.Global{webidl.BuiltinGlobal("WebAssembly", func(r *webidl.Realm) goja.Value { return storeFor(r).namespace() })}
}

// Value returns the WebAssembly.Module object of a module in an isolate.
func (m *Module) Value(r *webidl.Realm) goja.Value {
	s := storeFor(r)
	return s.wrap(s.moduleClass(), m)
}

// Clone implements webidl.Cloneable.
func (m *Module) Clone(*webidl.Realm, *goja.Object) (*goja.Object, error) {
	return nil, webidl.Errorf("Unable to deserialize cloned data.")
}

// namespace makes the global: https://webassembly.github.io/spec/js-api/#webassembly-namespace
func (s *store) namespace() *goja.Object {
	r := s.realm
	object := r.VM.NewObject()
	function := func(name string, fn func(c arguments) goja.Value) {
		f := r.Builtin(name, 1, func(c webidl.Call) goja.Value { return fn(arguments{c, "WebAssembly." + name + "()"}) })
		object.DefineDataProperty(name, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	function("compile", func(c arguments) goja.Value {
		return r.PromiseOf(func() goja.Value { return s.wrap(s.moduleClass(), s.compile(c)) })
	})
	function("validate", func(c arguments) goja.Value {
		code, ok := r.Bytes(c.Arg(0))
		if !ok {
			c.typeError("Argument 0 must be a buffer source")
		}
		return c.Bool(s.engine.Validate(code))
	})
	function("instantiate", func(c arguments) goja.Value {
		return r.PromiseOf(func() goja.Value { return s.instantiateCall(c) })
	})
	class := func(name string, ctor *goja.Object) {
		object.DefineDataProperty(name, ctor, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	class("Module", s.moduleClass())
	class("Instance", s.instanceClass())
	class("Table", s.tableClass())
	class("Memory", s.memoryClass())
	class("Global", s.globalClass())
	class("Tag", s.tagClass())
	js := s.wrap(s.tagClass(), &tag{unclonable: "Tag", params: []valueType{typeExternref}, js: true})
	object.DefineDataProperty("JSTag", js, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	class("Exception", s.exceptionClass())
	for _, name := range []string{"CompileError", "LinkError", "RuntimeError"} {
		class(name, s.errorClass(name))
	}
	object.DefineDataPropertySymbol(goja.SymToStringTag, r.String("WebAssembly"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return object
}

// compile compiles the first argument, if that is allowed now.
func (s *store) compile(c arguments) *Module {
	c.allowed(s)
	code, ok := s.realm.Bytes(c.Arg(0))
	if !ok {
		c.typeError("Argument 0 must be a buffer source")
	}
	m, err := s.engine.Compile(code)
	if err != nil {
		panic(s.error("CompileError", c.where+": "+err.Error()))
	}
	return m
}

// instantiateCall is both overloads of WebAssembly.instantiate.
func (s *store) instantiateCall(c arguments) goja.Value {
	if m, ok := webidl.As[*Module](s.realm, c.Arg(0)); ok {
		return s.wrap(s.instanceClass(), s.instantiate(c, m, c.Arg(1)))
	}
	if _, ok := s.realm.Bytes(c.Arg(0)); !ok {
		c.typeError("Argument 0 must be a buffer source or a WebAssembly.Module object")
	}
	if imports := c.Arg(1); !goja.IsUndefined(imports) {
		if _, ok := imports.(*goja.Object); !ok {
			c.typeError("Argument 1 must be an object")
		}
	}
	m, imports := s.compile(c), c.Arg(1)
	return s.realm.Then(goja.Undefined(), func(goja.Value) goja.Value {
		result := s.realm.VM.NewObject()
		result.Set("module", s.wrap(s.moduleClass(), m))
		result.Set("instance", s.wrap(s.instanceClass(), s.instantiate(c, m, imports)))
		return result
	}, nil)
}

func (s *store) moduleClass() *goja.Object {
	return s.class("Module", 1, func(c arguments) any { return s.compile(c) }, func(b *classBuilder) {
		s.abstractSource(b)
		argument := func(c arguments) *Module {
			m, ok := webidl.As[*Module](c.Realm, c.Arg(0))
			if !ok {
				c.typeError("Argument 0 must be a WebAssembly.Module")
			}
			return m
		}
		object := func(pairs ...string) goja.Value {
			o := s.realm.VM.NewObject()
			for i := 0; i < len(pairs); i += 2 {
				o.Set(pairs[i], pairs[i+1])
			}
			return o
		}
		b.static("imports", 1, func(c arguments) goja.Value {
			var list []goja.Value
			for _, d := range argument(c).imports {
				list = append(list, object("module", d.module, "name", d.name, "kind", d.kind.String()))
			}
			return c.Realm.Array(list...)
		})
		b.static("exports", 1, func(c arguments) goja.Value {
			var list []goja.Value
			for _, e := range argument(c).exports {
				list = append(list, object("name", e.name, "kind", e.kind.String()))
			}
			return c.Realm.Array(list...)
		})
		b.static("customSections", 2, func(c arguments) goja.Value {
			m := argument(c)
			if !c.Has(1) {
				c.typeError("Argument 1 is required")
			}
			name := c.Arg(1).ToString() // which may have lone surrogates
			var list []goja.Value
			for _, custom := range m.customs {
				if c.String(custom.name).StrictEquals(name) {
					list = append(list, c.Realm.ArrayBuffer(append([]byte(nil), custom.data...)))
				}
			}
			return c.Realm.Array(list...)
		})
	})
}

// abstractSource makes what modules inherit from: https://tc39.es/proposal-source-phase-imports/#sec-%25abstractmodulesource%25
func (s *store) abstractSource(b *classBuilder) {
	r := s.realm
	refuse := func() *goja.Object { panic(r.TypeError("%%AbstractModuleSource%% is not a constructor")) }
	ctor := r.NativeConstructor(func([]goja.Value, *goja.Object) *goja.Object { return refuse() }, func([]goja.Value) goja.Value { return refuse() })
	proto := r.VM.NewObject()
	finish(r, ctor, proto, "AbstractModuleSource", 0)
	tag := r.Builtin("get [Symbol.toStringTag]", 0, func(c webidl.Call) goja.Value {
		if _, ok := webidl.As[*Module](r, c.This); ok {
			return c.String("WebAssembly.Module")
		}
		return goja.Undefined()
	})
	proto.DefineAccessorPropertySymbol(goja.SymToStringTag, tag, nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
	b.ctor.SetPrototype(ctor)
	b.proto.SetPrototype(proto)
}
