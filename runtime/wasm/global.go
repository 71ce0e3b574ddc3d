package wasm

import (
	"encoding/binary"

	"github.com/dop251/goja"
	"github.com/tetratelabs/wazero/api"
)

// global is https://webassembly.github.io/spec/js-api/#globals
type global struct {
	unclonable
	store *store
	mod   api.Module
	name  string
	globalType

	object *goja.Object
}

func (g *global) source() (api.Module, string) { return g.mod, g.name }

// word is the value as the engine has it.
func (g *global) word() uint64 { return g.mod.ExportedGlobal(g.name).Get() }

// createGlobal makes a global that no instance has defined.
func (s *store) createGlobal(typ globalType, word uint64) (*global, error) {
	variable := typ.mutable || typ.value.reference()
	initial := word
	if variable {
		initial = 0 // so that the code is the same for all values
	}
	code := holderCode(kindGlobal, sectionGlobal, func(w *writer) {
		typ.write(w)
		switch typ.value {
		case typeI32:
			w.byte(0x41)
			w.i64(int64(int32(uint32(initial))))
		case typeI64:
			w.byte(0x42)
			w.i64(int64(initial))
		case typeF32:
			w.byte(0x43)
			*w = binary.LittleEndian.AppendUint32(*w, uint32(initial))
		case typeF64:
			w.byte(0x44)
			*w = binary.LittleEndian.AppendUint64(*w, initial)
		default:
			w.byte(0xd0, byte(typ.value))
		}
		w.byte(0x0b)
	})
	mod, err := s.holder(code)
	if err != nil {
		return nil, err
	}
	if variable && word != 0 {
		mod.ExportedGlobal("x").(api.MutableGlobal).Set(word)
	}
	return &global{unclonable: "Global", store: s, mod: mod, name: "x", globalType: typ}, nil
}

func (s *store) globalClass() *goja.Object {
	value := func(c arguments) goja.Value {
		g := receiver[*global](c, "Global")
		if g.value == typeV128 {
			c.typeError("Can't get the value of s128 WebAssembly.Global")
		}
		return g.store.toJS(g.value, g.word())
	}
	return s.class("Global", 1, func(c arguments) any {
		d := c.descriptor("a global descriptor")
		var typ globalType
		if mutable := d.Get("mutable"); mutable != nil {
			typ.mutable = mutable.ToBoolean()
		}
		name := text(c, d.Get("value"))
		if name == "v128" {
			c.typeError("A global of type 'v128' cannot be created in JavaScript")
		}
		var ok bool
		if typ.value, ok = typeNamed(name); !ok {
			c.typeError("Descriptor property 'value' must be a WebAssembly type")
		}
		word := uint64(0)
		switch {
		case typ.value == typeExternref:
			word = s.number(c.Arg(1))
		case !c.Has(1):
		case typ.value == typeFuncref:
			if word, ok = s.function(c.Arg(1)); !ok {
				c.typeError("function-typed object must be null (if nullable) or a Wasm function object")
			}
		default:
			word = s.fromJS(typ.value, c.Arg(1))
		}
		g, err := s.createGlobal(typ, word)
		c.Realm.Rethrow(err)
		return g
	}, func(b *classBuilder) {
		b.method("valueOf", 0, value)
		b.accessor("value", "get WebAssembly.Global.value)", value, "set WebAssembly.Global.value)", func(c arguments) goja.Value {
			g := receiver[*global](c, "Global")
			if !g.mutable {
				c.typeError("Can't set the value of an immutable global.")
			}
			if g.value == typeV128 {
				c.typeError("Can't set the value of s128 WebAssembly.Global")
			}
			if g.value == typeFuncref {
				word, ok := g.store.function(c.Arg(0))
				if !ok {
					c.typeError("function-typed object must be null (if nullable) or a Wasm function object")
				}
				g.set(word)
				return goja.Undefined()
			}
			g.set(g.store.fromJS(g.value, c.Arg(0)))
			return goja.Undefined()
		})
	})
}

func (g *global) set(word uint64) { g.mod.ExportedGlobal(g.name).(api.MutableGlobal).Set(word) }

// typeNamed is the type that descriptors call name.
func typeNamed(name string) (valueType, bool) {
	if name == "anyfunc" {
		return typeFuncref, true
	}
	for t, n := range typeNames {
		if n == name && name != "funcref" {
			return t, true
		}
	}
	return 0, false
}

// fromNumber is the value of a global that is imported as a number or a BigInt; it reports false if the types differ.
func (s *store) fromNumber(t valueType, v goja.Value) (uint64, bool) {
	if _, object := v.(*goja.Object); object {
		return 0, false
	}
	switch v.Export().(type) {
	case int64, float64:
		switch t {
		case typeI32, typeF32, typeF64:
			return s.fromJS(t, v), true
		}
	default:
		if t == typeI64 && isBigInt(v) {
			return s.bigInt64(v), true
		}
	}
	return 0, false
}
