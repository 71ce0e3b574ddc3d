// Package testwasm assembles small WebAssembly modules for tests.
package testwasm

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Module is a module to be assembled. Types are written as "i32 i64 -> f64".
type Module struct {
	// Types come first among the module's types; those of functions are added.
	Types    []string
	Imports  []Import
	Funcs    []Func
	Tables   []Table
	Memories []Limits
	Globals  []Global
	Exports  []Export // besides those that have a name where they are defined
	Start    string   // the index of a function; "" means none
	Elements []Element
	Data     []Data
	Customs  []Custom
}

// Import is an import: exactly one of Func, Table, Memory and Global is given.
type Import struct {
	Module, Name string
	Func         string
	Table        *Table
	Memory       *Limits
	Global       string // "i32", or "mut i32"
}

// Func is a function; Export is the name it is exported as, if any.
type Func struct {
	Export string
	Type   string
	Locals string // types
	Code   string // see [Code]
}

// Limits are those of a memory or table; Max -1 means none.
type Limits struct {
	Min, Max int
	Shared   bool
	Export   string
}

// Table is a table of Type "funcref" or "externref".
type Table struct {
	Type string
	Limits
}

// Global is a global of type "i32" or "mut i32".
type Global struct{ Type, Code, Export string }

// Export exports index of a kind: 0 a function, 1 a table, 2 a memory, 3 a global.
type Export struct {
	Name  string
	Kind  byte
	Index int
}

// Element is an active segment of functions.
type Element struct {
	Table  int
	Offset string
	Funcs  []int
}

// Data is an active data segment.
type Data struct {
	Offset string
	Bytes  string
}

// Custom is a custom section.
type Custom struct{ Name, Data string }

var types = map[string]byte{"i32": 0x7f, "i64": 0x7e, "f32": 0x7d, "f64": 0x7c, "v128": 0x7b, "funcref": 0x70, "externref": 0x6f}

type bytes []byte

func (b bytes) u(n int) bytes { return binary.AppendUvarint(b, uint64(n)) }

func (b bytes) s(n int64) bytes {
	for {
		c := byte(n & 0x7f)
		n >>= 7
		if n == 0 && c&0x40 == 0 || n == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}

func (b bytes) text(s string) bytes { return append(b.u(len(s)), s...) }

func vector[T any](list []T, each func(b bytes, v T) bytes) bytes {
	b := bytes{}.u(len(list))
	for _, v := range list {
		b = each(b, v)
	}
	return b
}

func valueTypes(text string) []byte {
	b := bytes{}.u(len(strings.Fields(text)))
	for _, name := range strings.Fields(text) {
		b = append(b, types[name])
	}
	return b
}

func functionType(text string) string {
	params, results, _ := strings.Cut(text, "->")
	return string(append(append([]byte{0x60}, valueTypes(params)...), valueTypes(results)...))
}

func (l Limits) bytes(b bytes) bytes {
	flags := 0
	if l.Max >= 0 {
		flags |= 1
	}
	if l.Shared {
		flags |= 2
	}
	if b = b.u(flags).u(l.Min); l.Max >= 0 {
		b = b.u(l.Max)
	}
	return b
}

func (t Table) bytes(b bytes) bytes { return t.Limits.bytes(append(b, types[t.Type])) }

func globalType(b bytes, text string) bytes {
	name, mutable := strings.CutPrefix(text, "mut ")
	b = append(b, types[name], 0)
	if mutable {
		b[len(b)-1] = 1
	}
	return b
}

// Bytes assembles the module.
func (m *Module) Bytes() []byte {
	var signatures []string
	typeOf := func(text string) int {
		want := functionType(text)
		for i, s := range signatures {
			if s == want {
				return i
			}
		}
		signatures = append(signatures, want)
		return len(signatures) - 1
	}
	for _, t := range m.Types {
		typeOf(t)
	}
	exports := m.Exports
	export := func(name string, kind byte, index int) {
		if name != "" {
			exports = append(exports, Export{name, kind, index})
		}
	}
	var counts [4]int
	imports := vector(m.Imports, func(b bytes, i Import) bytes {
		b = b.text(i.Module).text(i.Name)
		switch {
		case i.Table != nil:
			counts[1]++
			return i.Table.bytes(append(b, 1))
		case i.Memory != nil:
			counts[2]++
			return i.Memory.bytes(append(b, 2))
		case i.Global != "":
			counts[3]++
			return globalType(append(b, 3), i.Global)
		}
		counts[0]++
		return append(b, 0).u(typeOf(i.Func))
	})
	functions := vector(m.Funcs, func(b bytes, f Func) bytes {
		export(f.Export, 0, counts[0])
		counts[0]++
		return b.u(typeOf(f.Type))
	})
	tables := vector(m.Tables, func(b bytes, t Table) bytes {
		export(t.Export, 1, counts[1])
		counts[1]++
		return t.bytes(b)
	})
	memories := vector(m.Memories, func(b bytes, l Limits) bytes {
		export(l.Export, 2, counts[2])
		counts[2]++
		return l.bytes(b)
	})
	globals := vector(m.Globals, func(b bytes, g Global) bytes {
		export(g.Export, 3, counts[3])
		counts[3]++
		return append(append(globalType(b, g.Type), Code(g.Code)...), 0x0b)
	})
	elements := vector(m.Elements, func(b bytes, e Element) bytes {
		if e.Table != 0 {
			b = b.u(2).u(e.Table)
		} else {
			b = b.u(0)
		}
		b = append(append(b, Code(e.Offset)...), 0x0b)
		if e.Table != 0 {
			b = append(b, 0)
		}
		return append(b, vector(e.Funcs, func(b bytes, f int) bytes { return b.u(f) })...)
	})
	code := vector(m.Funcs, func(b bytes, f Func) bytes {
		locals := strings.Fields(f.Locals)
		body := vector(locals, func(b bytes, t string) bytes { return append(b.u(1), types[t]) })
		body = append(append(body, Code(f.Code)...), 0x0b)
		return append(b.u(len(body)), body...)
	})
	data := vector(m.Data, func(b bytes, d Data) bytes {
		return append(append(b.u(0), Code(d.Offset)...), 0x0b).text(d.Bytes)
	})
	out := bytes("\x00asm\x01\x00\x00\x00")
	section := func(id byte, body bytes) {
		if len(body) > 1 || len(body) == 1 && body[0] != 0 {
			out = append(append(out, id).u(len(body)), body...)
		}
	}
	section(1, vector(signatures, func(b bytes, s string) bytes { return append(b, s...) }))
	section(2, imports)
	section(3, functions)
	section(4, tables)
	section(5, memories)
	section(6, globals)
	section(7, vector(exports, func(b bytes, e Export) bytes { return append(b.text(e.Name), e.Kind).u(e.Index) }))
	if m.Start != "" {
		n, _ := strconv.Atoi(m.Start)
		out = append(out, 8).u(len(bytes{}.u(n))).u(n)
	}
	section(9, elements)
	section(10, code)
	section(11, data)
	for _, c := range m.Customs {
		body := append(bytes{}.text(c.Name), c.Data...)
		out = append(append(out, 0).u(len(body)), body...)
	}
	return out
}

// instructions are those that Code knows, by name: their bytes, and a letter for each immediate, see immediate.
var instructions = map[string]struct{ code, immediates string }{
	"unreachable": {"\x00", ""}, "nop": {"\x01", ""}, "block": {"\x02", "b"}, "loop": {"\x03", "b"}, "if": {"\x04", "b"}, "else": {"\x05", ""},
	"end": {"\x0b", ""}, "br": {"\x0c", "u"}, "br_if": {"\x0d", "u"}, "return": {"\x0f", ""}, "call": {"\x10", "u"}, "call_indirect": {"\x11", "uu"},
	"return_call": {"\x12", "u"}, "drop": {"\x1a", ""}, "select": {"\x1b", ""},
	"local.get": {"\x20", "u"}, "local.set": {"\x21", "u"}, "local.tee": {"\x22", "u"}, "global.get": {"\x23", "u"}, "global.set": {"\x24", "u"},
	"table.get": {"\x25", "u"}, "table.set": {"\x26", "u"}, "table.grow": {"\xfc\x0f", "u"}, "table.size": {"\xfc\x10", "u"}, "table.fill": {"\xfc\x11", "u"},
	"i32.load": {"\x28", "uu"}, "i64.load": {"\x29", "uu"}, "i32.load8_u": {"\x2d", "uu"}, "i32.store": {"\x36", "uu"}, "i64.store": {"\x37", "uu"}, "i32.store8": {"\x3a", "uu"},
	"memory.size": {"\x3f\x00", ""}, "memory.grow": {"\x40\x00", ""}, "memory.fill": {"\xfc\x0b\x00", ""}, "memory.copy": {"\xfc\x0a\x00\x00", ""},
	"i32.const": {"\x41", "s"}, "i64.const": {"\x42", "s"}, "f32.const": {"\x43", "f"}, "f64.const": {"\x44", "d"},
	"i32.eqz": {"\x45", ""}, "i32.eq": {"\x46", ""}, "i32.lt_s": {"\x48", ""}, "i32.add": {"\x6a", ""}, "i32.sub": {"\x6b", ""}, "i32.mul": {"\x6c", ""},
	"i32.div_s": {"\x6d", ""}, "i32.div_u": {"\x6e", ""}, "i32.rem_s": {"\x6f", ""}, "i32.rem_u": {"\x70", ""},
	"i64.add": {"\x7c", ""}, "i64.mul": {"\x7e", ""}, "i64.div_s": {"\x7f", ""}, "i64.rem_u": {"\x82", ""}, "f32.add": {"\x92", ""}, "f64.add": {"\xa0", ""}, "f64.mul": {"\xa2", ""}, "f64.sqrt": {"\x9f", ""},
	"i32.wrap_i64": {"\xa7", ""}, "i32.trunc_f64_s": {"\xaa", ""}, "i64.trunc_f64_s": {"\xb0", ""}, "i64.extend_i32_s": {"\xac", ""}, "i32.trunc_sat_f64_s": {"\xfc\x02", ""},
	"f64.convert_i32_s": {"\xb7", ""}, "f32.demote_f64": {"\xb6", ""}, "i32.extend8_s": {"\xc0", ""},
	"ref.null": {"\xd0", "t"}, "ref.is_null": {"\xd1", ""}, "ref.func": {"\xd2", "u"},
	"i32.atomic.rmw.add": {"\xfe\x1e", "uu"}, "v128.const_zero": {"\xfd\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", ""},
	"throw": {"\x08", "u"}, "struct.new": {"\xfb\x00", "u"},
}

// Code assembles instructions, which semicolons part: "local.get 0; i32.const -1; i32.add".
func Code(text string) []byte {
	var b bytes
	for line := range strings.SplitSeq(text, ";") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		in, ok := instructions[words[0]]
		if !ok {
			panic("testwasm: no instruction " + words[0])
		}
		b = append(b, in.code...)
		words = words[1:]
		for i, kind := range in.immediates {
			word := "0"
			if i < len(words) {
				word = words[i]
			}
			b = immediate(b, kind, word)
		}
	}
	return b
}

func immediate(b bytes, kind rune, word string) bytes {
	switch kind {
	case 'b', 't':
		if t, ok := types[word]; ok {
			return append(b, t)
		}
		if word == "0" {
			return append(b, 0x40)
		}
	case 'f', 'd':
		n, _ := strconv.ParseFloat(word, 64)
		if kind == 'f' {
			return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(n)))
		}
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(n))
	}
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("testwasm: immediate %q", word))
	}
	if kind == 'u' {
		return b.u(int(n))
	}
	return b.s(n)
}
