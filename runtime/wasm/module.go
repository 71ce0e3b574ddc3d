package wasm

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// Sections: https://webassembly.github.io/spec/core/binary/modules.html#sections
const (
	sectionCustom byte = iota
	sectionType
	sectionImport
	sectionFunction
	sectionTable
	sectionMemory
	sectionGlobal
	sectionExport
	sectionStart
	sectionElement
	sectionCode
	sectionData
	sectionDataCount
	sectionTag
)

var sectionNames = []string{"Custom", "Type", "Import", "Function", "Table", "Memory", "Global", "Export", "Start", "Element", "Code", "Data", "DataCount", "Tag"}

// sectionOrder is the order that sections must have.
var sectionOrder = []byte{sectionType, sectionImport, sectionFunction, sectionTable, sectionMemory, sectionTag, sectionGlobal, sectionExport, sectionStart, sectionElement, sectionDataCount, sectionCode, sectionData}

// valueType is a type of values: https://webassembly.github.io/spec/core/binary/types.html
type valueType byte

const (
	typeI32       valueType = 0x7f
	typeI64       valueType = 0x7e
	typeF32       valueType = 0x7d
	typeF64       valueType = 0x7c
	typeV128      valueType = 0x7b
	typeFuncref   valueType = 0x70
	typeExternref valueType = 0x6f
)

var typeNames = map[valueType]string{
	typeI32: "i32", typeI64: "i64", typeF32: "f32", typeF64: "f64", typeV128: "v128", typeFuncref: "funcref", typeExternref: "externref",
}

func (t valueType) String() string { return typeNames[t] }

func (t valueType) reference() bool { return t == typeFuncref || t == typeExternref }

// slots is how many 64-bit words a list of values takes.
func slots(types []valueType) int {
	n := len(types)
	for _, t := range types {
		if t == typeV128 {
			n++
		}
	}
	return n
}

type funcType struct{ params, results []valueType }

func (t *funcType) equal(o *funcType) bool {
	return slices.Equal(t.params, o.params) && slices.Equal(t.results, o.results)
}

// key is the type in the binary format.
func (t *funcType) key() string {
	w := writer{0x60}
	for _, list := range [][]valueType{t.params, t.results} {
		w.u32(uint32(len(list)))
		for _, v := range list {
			w.byte(byte(v))
		}
	}
	return string(w)
}

// limits are the bounds of a memory, in pages, or a table.
type limits struct {
	min    uint32
	max    uint32
	hasMax bool
	shared bool
}

func (l limits) write(w *writer) {
	flags := byte(0)
	if l.hasMax {
		flags |= 1
	}
	if l.shared {
		flags |= 2
	}
	w.byte(flags)
	w.u32(l.min)
	if l.hasMax {
		w.u32(l.max)
	}
}

type tableType struct {
	element valueType
	limits
}

type globalType struct {
	value   valueType
	mutable bool
}

// externKind is what an import or export is.
type externKind byte

const (
	kindFunction externKind = iota
	kindTable
	kindMemory
	kindGlobal
	kindTag
)

var kindNames = []string{"function", "table", "memory", "global", "tag"}

func (k externKind) String() string { return kindNames[k] }

// importDesc is an import. index is where it is among all of its kind.
type importDesc struct {
	module, name string
	kind         externKind
	index        int
}

type exportDesc struct {
	name  string
	kind  externKind
	index int
}

// parsed is what is known of a module besides its code.
type parsed struct {
	types    []funcType
	imports  []importDesc
	funcs    []int // indices of types, those of imports first; so are the others
	tables   []tableType
	memories []limits
	globals  []globalType
	exports  []exportDesc
	customs  []custom
	// imported are how many of each kind are imports.
	imported [kindTag + 1]int
	start    int // the function to start with; -1 means none
	// elements and data are the active segments.
	elements []segment
	data     []segment
	// initial are the globals that refer to a function at first, and the functions.
	initial [][2]int
	traps   []trapping // of the functions that are not imported
	// sections are the contents of the others, by id; nil where there is none.
	sections [sectionTag + 1]*reader
}

type custom struct {
	name string
	data []byte
}

// segment is what a table or a memory is filled with at first.
type segment struct {
	number int // among all segments of the kind
	into   int // the table or memory
	offset []byte
	length int
}

func (p *parsed) typeOf(function int) *funcType { return &p.types[p.funcs[function]] }

// unsupported fails for a module that uses what the engine lacks.
func (r *reader) unsupported(what string) {
	r.fail("devserver does not support %s in WebAssembly", what)
}

// parse reads the sections of a module. It does not validate the code.
func parse(code []byte) (p *parsed, err error) {
	p = &parsed{start: -1}
	err = caught(func() {
		r := &reader{code: code}
		r.header()
		last := -1
		for !r.done() {
			at := r.pos
			id := r.byte()
			if r.done() {
				r.fail("reached end while decoding section length")
			}
			body := r.bytes(r.u32())
			section := &reader{code: body, base: r.pos - len(body)}
			if id == sectionCustom {
				name := section.name()
				p.customs = append(p.customs, custom{name, body[section.pos:]})
				continue
			}
			order := slices.Index(sectionOrder, id)
			if order < 0 {
				r.pos = section.base
				r.fail("unknown section code #0x%02x", id)
			}
			if order <= last {
				r.pos = at
				r.fail("unexpected section <%s>", sectionNames[id])
			}
			last = order
			p.sections[id] = section
		}
		p.read()
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (r *reader) header() {
	if len(r.code) == 0 {
		panic(&malformed{what: "BufferSource argument is empty", at: -1})
	}
	for i, want := range []uint32{0x6d736100, 1} {
		if len(r.code) < r.pos+4 {
			r.fail("expected 4 bytes, fell off end")
		}
		got := r.code[r.pos : r.pos+4]
		if binary.LittleEndian.Uint32(got) != want {
			word := []string{"magic word 00 61 73 6d", "version 01 00 00 00"}[i]
			r.fail("expected %s, found % x", word, got)
		}
		r.pos += 4
	}
}

// each calls fn for each element of a section that is a vector.
func (p *parsed) each(id byte, fn func(r *reader)) {
	r := p.sections[id]
	if r == nil {
		return
	}
	for range r.count() {
		fn(r)
	}
	if !r.done() {
		r.fail("section was shorter than expected size")
	}
	r.pos = 0
}

func (p *parsed) read() {
	if r := p.sections[sectionTag]; r != nil {
		r.unsupported("exceptions")
	}
	p.each(sectionType, func(r *reader) {
		if form := r.byte(); form != 0x60 {
			r.pos--
			r.unsupported(fmt.Sprintf("types of form 0x%02x (garbage collection)", form))
		}
		p.types = append(p.types, funcType{r.valueTypes(), r.valueTypes()})
	})
	p.each(sectionImport, func(r *reader) {
		i := importDesc{module: r.name(), name: r.name(), kind: externKind(r.byte())}
		switch i.kind {
		case kindFunction:
			i.index = len(p.funcs)
			p.funcs = append(p.funcs, p.typeIndex(r))
		case kindTable:
			i.index = len(p.tables)
			p.tables = append(p.tables, r.tableType())
		case kindMemory:
			i.index = len(p.memories)
			p.memories = append(p.memories, r.memoryType())
		case kindGlobal:
			i.index = len(p.globals)
			p.globals = append(p.globals, r.globalType())
		case kindTag:
			r.unsupported("exceptions")
		default:
			r.fail("unknown import desc code 0x%02x", byte(i.kind))
		}
		p.imported[i.kind]++
		p.imports = append(p.imports, i)
	})
	p.each(sectionFunction, func(r *reader) { p.funcs = append(p.funcs, p.typeIndex(r)) })
	p.each(sectionTable, func(r *reader) { p.tables = append(p.tables, r.tableType()) })
	p.each(sectionMemory, func(r *reader) { p.memories = append(p.memories, r.memoryType()) })
	if len(p.memories) > 1 {
		p.sections[sectionMemory].unsupported("several memories")
	}
	p.each(sectionGlobal, func(r *reader) {
		p.globals = append(p.globals, r.globalType())
		p.constant(r, nil, rewriting{})
	})
	names := map[string]bool{}
	p.each(sectionExport, func(r *reader) {
		at := r.pos
		e := exportDesc{name: r.name(), kind: externKind(r.byte()), index: int(r.u32())}
		if names[e.name] {
			r.pos = at
			r.fail("Duplicate export name '%s'", e.name)
		}
		names[e.name] = true
		if e.kind == kindTag {
			r.unsupported("exceptions")
		}
		if e.kind > kindTag {
			r.fail("invalid export kind 0x%02x", byte(e.kind))
		}
		if n := []int{len(p.funcs), len(p.tables), len(p.memories), len(p.globals)}[e.kind]; e.index >= n {
			r.fail("%s index %d out of bounds (%d entries)", e.kind, e.index, n)
		}
		p.exports = append(p.exports, e)
	})
	if r := p.sections[sectionStart]; r != nil {
		p.start = int(p.functionIndex(r))
		if t := p.typeOf(p.start); len(t.params)+len(t.results) > 0 {
			r.fail("invalid start function: non-zero parameter or return count")
		}
		if !r.done() {
			r.fail("section was shorter than expected size")
		}
	}
}

func (p *parsed) typeIndex(r *reader) int {
	i := r.u32()
	if int64(i) >= int64(len(p.types)) {
		r.fail("no signature at index %d (%d types)", i, len(p.types))
	}
	return int(i)
}

func (r *reader) valueTypes() []valueType {
	list := make([]valueType, r.count())
	for i := range list {
		list[i] = r.valueType()
	}
	return list
}

func (r *reader) valueType() valueType {
	t := valueType(r.byte())
	if _, ok := typeNames[t]; ok {
		return t
	}
	r.pos--
	switch t {
	case 0x69, 0x74:
		r.unsupported("exceptions")
	case 0x63, 0x64:
		r.unsupported("typed references")
	case 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73:
		r.unsupported("garbage collection")
	}
	r.fail("invalid value type 0x%x", byte(t))
	return 0
}

func (r *reader) referenceType() valueType {
	t := r.valueType()
	if !t.reference() {
		r.pos--
		r.fail("invalid reference type 0x%x", byte(t))
	}
	return t
}

func (r *reader) tableType() tableType {
	if r.peek() == 0x40 {
		r.unsupported("tables with initializers")
	}
	t := tableType{element: r.referenceType(), limits: r.limits(math.MaxUint32)}
	if t.shared {
		r.fail("shared tables are not supported")
	}
	return t
}

func (r *reader) memoryType() limits {
	l := r.limits(1 << 16)
	if l.shared && !l.hasMax {
		r.fail("shared memory must have a maximum defined")
	}
	return l
}

func (r *reader) limits(most uint32) limits {
	flags := r.byte()
	if flags >= 4 && flags < 8 {
		r.unsupported("64-bit memories and tables")
	}
	if flags > 7 {
		r.fail("invalid memory limits flags 0x%x", flags)
	}
	l := limits{min: r.u32(), hasMax: flags&1 != 0, shared: flags&2 != 0}
	if l.hasMax {
		l.max = r.u32()
	}
	if l.min > most {
		r.fail("initial memory size (%d pages) is larger than implementation limit (%d pages)", l.min, most)
	}
	if l.hasMax && (l.max > most || l.max < l.min) {
		r.fail("maximum (%d) is lower than the minimum (%d) or above %d", l.max, l.min, most)
	}
	return l
}

func (r *reader) globalType() globalType {
	g := globalType{value: r.valueType()}
	switch r.byte() {
	case 0:
	case 1:
		g.mutable = true
	default:
		r.fail("invalid mutability bit bitmap")
	}
	return g
}
