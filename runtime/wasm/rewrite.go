package wasm

import (
	"slices"
	"strconv"
)

// The engine does not run a module as it is, but rewritten so that
//
//   - everything is imported from one place, and nothing is asked of a table's limits, which link.go compares itself:
//     import i is "link" "i";
//   - everything that may be seen from outside is exported under a name of its kind and index: "f7", "t0", "m0", "g3";
//   - a reference to function 7 is the same everywhere: there is one, in the global exported as "r7". The engine would
//     make a new one each time, so that there were no telling which function a reference is to;
//   - the start function is not run when the module is instantiated, but after, by instance.go: it may lead to what is in
//     the instance;
//   - code that runs for long comes back to Go now and then: loops and functions count fuel down, and call "link" "tick"
//     when there is none left. The engine's own way to stop code comes back in each round of each loop, which takes some
//     forty times as long; and without either, Go's garbage collector would have to wait for the code to end.
//
// References in immutable globals are in mutable ones, since only those can be given a value that is not constant. That
// they are immutable is known from what was parsed.
const (
	linkModule = "link"
	tickName   = "tick"
)

// fuel is how many rounds of loops, or calls, code runs before it comes back to Go.
const fuel = 20_000

// maxPages bounds a memory: to 1 GiB. A module that wants to be able to have more gets no more.
const maxPages = 1 << 14

// exportName is what something is exported as after rewriting.
func exportName(kind externKind, index int) string { return string("ftmg"[kind]) + strconv.Itoa(index) }

func referenceName(function int) string { return "r" + strconv.Itoa(function) }

// rewritten is a module for the engine.
type rewritten struct {
	code []byte
	// referenced are the functions that there are references to, in order.
	referenced []int
}

// rewrite makes of a module what the engine runs.
func (p *parsed) rewrite() (out rewritten, err error) {
	err = caught(func() { out = p.rewritten() })
	return out, err
}

func (p *parsed) rewritten() rewritten {
	referenced := p.referenced()
	how := rewriting{
		moves: true, first: uint32(p.imported[kindFunction]),
		references: make(map[uint32]uint32, len(referenced)),
		counts:     true, fuel: uint32(len(p.globals)), tick: uint32(p.imported[kindFunction]),
	}
	for i, f := range referenced {
		how.references[uint32(f)] = how.fuel + 1 + uint32(i)
	}
	w := &writer{0, 'a', 's', 'm', 1, 0, 0, 0}
	p.copyVector(w, sectionType, func(v *vector) { v.next().byte(0x60, 0, 0) })
	w.section(sectionImport, func(w *writer) { p.writeImports(w) })
	p.copy(w, sectionFunction)
	p.copy(w, sectionTable)
	if p.sections[sectionMemory] != nil {
		w.section(sectionMemory, func(w *writer) {
			var v vector
			for _, m := range p.memories[p.imported[kindMemory]:] {
				writeMemory(v.next(), m)
			}
			w.vector(&v)
		})
	}
	w.section(sectionGlobal, func(w *writer) { p.writeGlobals(w, how, referenced) })
	w.section(sectionExport, func(w *writer) { p.writeExports(w, how, referenced) })
	n := 0
	p.copyEach(w, sectionElement, func(r *reader, w *writer) {
		p.element(r, w, how, n)
		n++
	})
	p.copy(w, sectionDataCount)
	p.copyEach(w, sectionCode, func(r *reader, w *writer) { p.body(r, w, how) })
	n = 0
	p.copyEach(w, sectionData, func(r *reader, w *writer) {
		p.dataSegment(r, w, n)
		n++
	})
	return rewritten{*w, referenced}
}

// referenced are the functions that there may be references to, besides those in the code, which have to be among them.
func (p *parsed) referenced() []int {
	var all []int
	if p.start >= 0 {
		all = append(all, p.start)
	}
	for _, e := range p.exports {
		if e.kind == kindFunction {
			all = append(all, e.index)
		}
	}
	add := func(r *reader) { all = append(all, int(p.functionIndex(r))) }
	p.each(sectionElement, func(r *reader) { p.walkElement(r, nil, add, func(r *reader) { p.references(r, add) }) })
	if p.imported[kindGlobal] < len(p.globals) {
		next := p.imported[kindGlobal]
		p.each(sectionGlobal, func(r *reader) {
			r.globalType()
			p.references(r, func(r *reader) {
				add(r)
				p.initial = append(p.initial, [2]int{next, all[len(all)-1]})
			})
			next++
		})
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// references finds the functions that a constant expression refers to.
func (p *parsed) references(r *reader, add func(r *reader)) {
	for {
		op := r.peek()
		if op == 0xd2 {
			r.byte()
			add(r)
			continue
		}
		p.instruction(r, nil, rewriting{})
		if op == 0x0b {
			return
		}
	}
}

func (p *parsed) writeImports(w *writer) {
	var v vector
	for i, d := range p.imports {
		w := v.next()
		w.name(linkModule)
		w.name(strconv.Itoa(i))
		w.byte(byte(d.kind))
		switch d.kind {
		case kindFunction:
			w.u32(uint32(p.funcs[d.index]))
		case kindTable:
			w.byte(byte(p.tables[d.index].element))
			limits{}.write(w)
		case kindMemory:
			writeMemory(w, p.memories[d.index])
		case kindGlobal:
			p.globals[d.index].write(w)
		}
	}
	w2 := v.next()
	w2.name(linkModule)
	w2.name(tickName)
	w2.byte(byte(kindFunction))
	w2.u32(uint32(len(p.types)))
	w.vector(&v)
}

func writeMemory(w *writer, m limits) {
	if m.hasMax {
		m.max = max(m.min, min(m.max, maxPages))
	}
	m.write(w)
}

// write writes the type as it is after rewriting.
func (g globalType) write(w *writer) {
	mutable := byte(0)
	if g.mutable || g.value.reference() {
		mutable = 1
	}
	w.byte(byte(g.value), mutable)
}

func (p *parsed) writeGlobals(w *writer, how rewriting, referenced []int) {
	var v vector
	next := p.imported[kindGlobal]
	p.each(sectionGlobal, func(r *reader) {
		r.globalType()
		w := v.next()
		p.globals[next].write(w)
		// The references are in globals that come after this one.
		p.constant(r, w, rewriting{moves: true, first: how.first})
		next++
	})
	v.next().byte(byte(typeI32), 1, 0x41, 0, 0x0b) // none at first: to begin with, there is a tick
	for _, f := range referenced {
		w := v.next()
		w.byte(byte(typeFuncref), 0, 0xd2)
		w.u32(how.function(uint32(f)))
		w.byte(0x0b)
	}
	w.vector(&v)
}

func (p *parsed) writeExports(w *writer, how rewriting, referenced []int) {
	var v vector
	export := func(name string, kind externKind, index uint32) {
		w := v.next()
		w.name(name)
		w.byte(byte(kind))
		w.u32(index)
	}
	for _, f := range referenced {
		export(exportName(kindFunction, f), kindFunction, how.function(uint32(f)))
		export(referenceName(f), kindGlobal, how.references[uint32(f)])
	}
	for i := range p.tables {
		export(exportName(kindTable, i), kindTable, uint32(i))
	}
	for i := range p.memories {
		export(exportName(kindMemory, i), kindMemory, uint32(i))
	}
	for i := range p.globals {
		export(exportName(kindGlobal, i), kindGlobal, uint32(i))
	}
	w.vector(&v)
}

// copy copies a section that does not change.
func (p *parsed) copy(w *writer, id byte) {
	if r := p.sections[id]; r != nil {
		w.section(id, func(w *writer) { w.byte(r.code...) })
	}
}

// copyVector copies a section, which may be missing, with more elements.
func (p *parsed) copyVector(w *writer, id byte, more func(v *vector)) {
	var v vector
	if r := p.sections[id]; r != nil {
		v.n = r.u32()
		v.byte(r.code[r.pos:]...)
		r.pos = 0
	}
	more(&v)
	w.section(id, func(w *writer) { w.vector(&v) })
}

// copyEach copies a section element by element.
func (p *parsed) copyEach(w *writer, id byte, fn func(r *reader, w *writer)) {
	if p.sections[id] == nil {
		return
	}
	w.section(id, func(w *writer) {
		var v vector
		p.each(id, func(r *reader) { fn(r, v.next()) })
		w.vector(&v)
	})
}

// element copies an element segment; functions become constant expressions.
// https://webassembly.github.io/spec/core/binary/modules.html#element-section
func (p *parsed) element(r *reader, w *writer, how rewriting, number int) {
	s := p.walkElement(r, w, func(r *reader) {
		f := p.functionIndex(r)
		w.byte(0x23)
		w.u32(how.references[f])
		w.byte(0x0b)
	}, func(r *reader) { p.constant(r, w, how) })
	if s.offset != nil {
		s.number = number
		p.elements = append(p.elements, s)
	}
}

func (p *parsed) walkElement(r *reader, w *writer, function, expression func(r *reader)) (s segment) {
	flags := r.u32()
	if flags > 7 {
		r.fail("illegal flag value %d", flags)
	}
	passive, explicit, expressions := flags&1 != 0, flags&2 != 0, flags&4 != 0
	if w == nil {
		w = &writer{}
	}
	// The shortest forms are for functions in table 0 only, so that the type is left out.
	w.u32(flags | 4)
	if !passive {
		if explicit {
			s.into = int(p.tableIndex(r))
			w.u32(uint32(s.into))
		}
		start := r.pos
		p.constant(r, w, rewriting{})
		s.offset = r.code[start:r.pos]
	}
	element := typeFuncref
	if flags&3 != 0 {
		if expressions {
			element = r.referenceType()
		} else if kind := r.byte(); kind != 0 {
			r.pos--
			r.fail("illegal element kind 0x%x", kind)
		}
		w.byte(byte(element))
	}
	s.length = r.count()
	w.u32(uint32(s.length))
	for range s.length {
		if expressions {
			expression(r)
		} else {
			function(r)
		}
	}
	return s
}

// dataSegment copies a data segment: its offset is looked at.
func (p *parsed) dataSegment(r *reader, w *writer, number int) {
	start := r.pos
	flags := r.u32()
	if flags > 2 {
		r.fail("illegal flag value %d", flags)
	}
	if flags == 2 && r.u32() != 0 {
		r.unsupported("several memories")
	}
	s := segment{number: number}
	if flags != 1 {
		at := r.pos
		p.constant(r, nil, rewriting{})
		s.offset = r.code[at:r.pos]
	}
	s.length = len(r.bytes(r.u32()))
	w.byte(r.code[start:r.pos]...)
	if s.offset != nil {
		p.data = append(p.data, s)
	}
}

// body copies the code of a function.
func (p *parsed) body(r *reader, w *writer, how rewriting) {
	code := r.bytes(r.u32())
	in := &reader{code: code, base: r.base + r.pos - len(code)}
	w.sized(func(w *writer) {
		for range in.count() {
			in.u32()
			in.valueType()
		}
		w.byte(code[:in.pos]...)
		if calls(code[in.pos:]) {
			how.count(w)
		}
		var traps trapping
		for !in.done() {
			traps.note(code[in.pos:])
			p.instruction(in, w, how)
		}
		p.traps = append(p.traps, traps)
	})
}

// calls reports whether code may have calls in it: it has a byte that looks like one.
func calls(code []byte) bool {
	return slices.ContainsFunc(code, func(b byte) bool { return 0x10 <= b && b <= 0x13 })
}

// count writes the code that counts fuel down.
func (how rewriting) count(w *writer) {
	op := func(code byte, index uint32) {
		w.byte(code)
		w.u32(index)
	}
	op(0x23, how.fuel)
	w.byte(0x45, 0x04, 0x40) // if it is 0
	op(0x10, how.tick)
	w.byte(0x41)
	w.i64(fuel)
	op(0x24, how.fuel)
	w.byte(0x0b)
	op(0x23, how.fuel)
	w.byte(0x41, 0x7f, 0x6a) // less 1
	op(0x24, how.fuel)
}
