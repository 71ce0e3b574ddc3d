package wasm

import (
	"slices"
	"strconv"

	"github.com/tetratelabs/wazero/api"
)

// extern is what can be imported into an instance, or exported from one.
type extern interface {
	// source is the engine's module that exports it, and its name there.
	source() (api.Module, string)
}

// given is what one import of a module gets: a JavaScript function, which has a number in the store, or an extern.
type given struct {
	extern extern
	host   int // counted from the first of the instance; if extern is nil
}

// linkCode is the module that a module imports everything from: it exports import i as "i". JavaScript functions are
// functions there, which call the engine's dispatcher with their number; the rest is passed on. dispatchers names the
// modules that it imports itself: "d0", "d1", … for types, "tick", and "s0", "s1", … for externs, by import.
func (p *parsed) linkCode(imports []given) (code []byte, dispatchers []*funcType) {
	var types, list, functions, exports, bodies vector
	export := func(i int, kind externKind, index uint32) {
		w := exports.next()
		w.name(strconv.Itoa(i))
		w.byte(byte(kind))
		w.u32(index)
	}
	from := func(module, name string, kind externKind) *writer {
		w := list.next()
		w.name(module)
		w.name(name)
		w.byte(byte(kind))
		return w
	}
	functionType := func(t *funcType, more ...valueType) uint32 {
		t = &funcType{slices.Concat(t.params, more), t.results}
		types.next().byte([]byte(t.key())...)
		return types.n - 1
	}
	var indices [kindTag]uint32 // how many there are of each kind

	// Imports come first: those of dispatchers, one for each type.
	dispatcher := map[string]uint32{}
	for i, g := range imports {
		if g.extern != nil {
			continue
		}
		t := p.typeOf(p.imports[i].index)
		if _, ok := dispatcher[t.key()]; ok {
			continue
		}
		from("d"+strconv.Itoa(len(dispatchers)), "f", kindFunction).u32(functionType(t, typeI32))
		dispatchers = append(dispatchers, t)
		dispatcher[t.key()] = indices[kindFunction]
		indices[kindFunction]++
	}
	from(tickName, "f", kindFunction).u32(functionType(&funcType{}))
	w := exports.next()
	w.name(tickName)
	w.byte(byte(kindFunction))
	w.u32(indices[kindFunction])
	indices[kindFunction]++

	for i, g := range imports {
		if g.extern == nil {
			continue
		}
		d := p.imports[i]
		_, name := g.extern.source()
		w := from("s"+strconv.Itoa(i), name, d.kind)
		switch d.kind {
		case kindFunction:
			w.u32(functionType(p.typeOf(d.index)))
		case kindTable:
			w.byte(byte(p.tables[d.index].element))
			limits{}.write(w)
		case kindMemory:
			writeMemory(w, p.memories[d.index])
		case kindGlobal:
			p.globals[d.index].write(w)
		}
		export(i, d.kind, indices[d.kind])
		indices[d.kind]++
	}

	// Then the functions, whose numbers count from what is in the global "base".
	base := indices[kindGlobal]
	w = exports.next()
	w.name("base")
	w.byte(byte(kindGlobal))
	w.u32(base)
	for i, g := range imports {
		if g.extern != nil {
			continue
		}
		t := p.typeOf(p.imports[i].index)
		functions.next().u32(functionType(t))
		export(i, kindFunction, indices[kindFunction])
		indices[kindFunction]++
		bodies.next().sized(func(w *writer) {
			w.u32(0)
			for n := range t.params {
				w.byte(0x20)
				w.u32(uint32(n))
			}
			w.byte(0x23)
			w.u32(base)
			w.byte(0x41)
			w.i64(int64(g.host))
			w.byte(0x6a, 0x10)
			w.u32(dispatcher[t.key()])
			w.byte(0x0b)
		})
	}
	out := &writer{0, 'a', 's', 'm', 1, 0, 0, 0}
	section := func(id byte, v *vector) { out.section(id, func(w *writer) { w.vector(v) }) }
	section(sectionType, &types)
	section(sectionImport, &list)
	section(sectionFunction, &functions)
	global := vector{n: 1, writer: writer{byte(typeI32), 1, 0x41, 0, 0x0b}}
	section(sectionGlobal, &global)
	section(sectionExport, &exports)
	section(sectionCode, &bodies)
	return *out, dispatchers
}

// holderCode is a module that has one thing and exports it as "x".
func holderCode(kind externKind, section byte, desc func(w *writer)) []byte {
	w := &writer{0, 'a', 's', 'm', 1, 0, 0, 0}
	w.section(section, func(w *writer) {
		w.u32(1)
		desc(w)
	})
	w.section(sectionExport, func(w *writer) {
		w.byte(1, 1, 'x', byte(kind), 0)
	})
	return *w
}

// tableCode is a module with what JavaScript does to a table: it imports the table, called name.
func tableCode(name string, element valueType) []byte {
	e := byte(element)
	i := byte(typeI32)
	w := &writer{0, 'a', 's', 'm', 1, 0, 0, 0}
	w.section(sectionType, func(w *writer) {
		w.byte(5,
			0x60, 1, i, 1, e, // get
			0x60, 2, i, e, 0, // set
			0x60, 2, e, i, 1, i, // grow
			0x60, 0, 1, i, // size
			0x60, 3, i, e, i, 0) // fill
	})
	w.section(sectionImport, func(w *writer) {
		w.byte(1, 1, 's')
		w.name(name)
		w.byte(byte(kindTable), e, 0, 0)
	})
	w.section(sectionFunction, func(w *writer) { w.byte(5, 0, 1, 2, 3, 4) })
	w.section(sectionExport, func(w *writer) {
		w.byte(5)
		for i, name := range []string{"get", "set", "grow", "size", "fill"} {
			w.name(name)
			w.byte(byte(kindFunction), byte(i))
		}
	})
	w.section(sectionCode, func(w *writer) {
		w.byte(5)
		for _, body := range [][]byte{
			{0, 0x20, 0, 0x25, 0, 0x0b},
			{0, 0x20, 0, 0x20, 1, 0x26, 0, 0x0b},
			{0, 0x20, 0, 0x20, 1, 0xfc, 15, 0, 0x0b},
			{0, 0xfc, 16, 0, 0x0b},
			{0, 0x20, 0, 0x20, 1, 0x20, 2, 0xfc, 17, 0, 0x0b},
		} {
			w.sized(func(w *writer) { w.byte(body...) })
		}
	})
	return *w
}
