package wasm

import (
	"github.com/dop251/goja"
	"github.com/tetratelabs/wazero/api"
)

// table is https://webassembly.github.io/spec/js-api/#tables
type table struct {
	unclonable
	store *store
	mod   api.Module
	name  string
	tableType

	object *goja.Object
	// helper has the functions that do something to the table, which are kept in functions. It is made when it is first
	// needed.
	helper    api.Module
	functions map[string]api.Function
}

func (t *table) source() (api.Module, string) { return t.mod, t.name }

// createTable makes a table that no instance has defined.
func (s *store) createTable(typ tableType) (*table, error) {
	code := holderCode(kindTable, sectionTable, func(w *writer) {
		w.byte(byte(typ.element))
		typ.limits.write(w)
	})
	mod, err := s.holder(code)
	if err != nil {
		return nil, err
	}
	return &table{unclonable: "Table", store: s, mod: mod, name: "x", tableType: typ}, nil
}

// do calls one of the functions of tableCode.
func (t *table) do(name string, args ...uint64) uint64 {
	s := t.store
	if t.helper == nil {
		var err error
		t.helper, err = s.helper(tableCode(t.name, t.element), func(string) api.Module { return t.mod })
		s.realm.Rethrow(err)
		t.functions = map[string]api.Function{}
	}
	f := t.functions[name]
	if f == nil {
		f = t.helper.ExportedFunction(name)
		t.functions[name] = f
	}
	var stack [3]uint64
	copy(stack[:], args)
	s.run(f, nil, stack[:])
	return stack[0]
}

func (t *table) size() uint32 { return uint32(t.do("size")) }

// reference converts a value to what the table holds; a missing one is the default of the type.
func (t *table) reference(c arguments, i int, before, after string) uint64 {
	v := c.Arg(i)
	if i >= len(c.Args) {
		if t.element == typeFuncref {
			return 0
		}
		v = goja.Undefined()
	}
	if t.element == typeExternref {
		return t.store.number(v)
	}
	word, ok := t.store.function(v)
	if !ok {
		c.typeError(before + "function-typed object must be null (if nullable) or a Wasm function object" + after)
	}
	return word
}

// entry converts an index.
func (t *table) entry(c arguments) uint32 {
	i := c.uint32(c.Arg(0), "Argument 0")
	if size := t.size(); i >= size {
		panic(c.Realm.RangeError("%s: invalid address %d in %s table of size %d", c.where, i, t.element, size))
	}
	return i
}

// maxTable is how long a table may be, as in V8.
const maxTable = 10_000_000

func (s *store) tableClass() *goja.Object {
	return s.class("Table", 1, func(c arguments) any {
		d := c.descriptor("a table descriptor")
		var typ tableType
		switch name := text(c, d.Get("element")); name {
		case "anyfunc", "funcref":
			typ.element = typeFuncref
		case "externref":
			typ.element = typeExternref
		default:
			c.typeError("Descriptor property 'element' must be a WebAssembly reference type")
		}
		c.address(d)
		typ.limits = c.limits(d, maxTable, 1<<32-1)
		t, err := s.createTable(typ)
		c.Realm.Rethrow(err)
		var initial uint64
		if c.Has(1) || typ.element == typeExternref {
			initial = t.reference(c, 1, "Argument 2 must be undefined or a value of type compatible with the type of the new table: ", ".")
		}
		if initial != 0 && typ.min > 0 {
			t.do("fill", 0, initial, uint64(typ.min))
		}
		return t
	}, func(b *classBuilder) {
		b.getter("length", "WebAssembly.Table.length()", func(c arguments) goja.Value {
			return c.Realm.Int(int(receiver[*table](c, "Table").size()))
		})
		b.method("grow", 1, func(c arguments) goja.Value {
			t := receiver[*table](c, "Table")
			delta := c.uint32(c.Arg(0), "Argument 0")
			var value uint64
			if c.Has(1) || t.element == typeExternref {
				value = t.reference(c, 1, "Argument 1 is invalid: ", "")
			}
			most := uint64(maxTable)
			if t.hasMax {
				most = min(most, uint64(t.max))
			}
			size := t.size()
			if uint64(size)+uint64(delta) > most || int32(t.do("grow", value, uint64(delta))) < 0 {
				panic(c.Realm.RangeError("%s: failed to grow table by %d", c.where, delta))
			}
			return c.Realm.Int(int(size))
		})
		b.method("set", 1, func(c arguments) goja.Value {
			t := receiver[*table](c, "Table")
			i := t.entry(c)
			t.do("set", uint64(i), t.reference(c, 1, "Argument 1 is invalid for table: ", ""))
			return goja.Undefined()
		})
		b.method("get", 1, func(c arguments) goja.Value {
			t := receiver[*table](c, "Table")
			return t.store.toJS(t.element, t.do("get", uint64(t.entry(c))))
		})
	})
}
