package wasm

// rewriting is what changes in instructions: see rewrite.go. The zero value changes nothing.
type rewriting struct {
	// functions from first on move up by one, if moves is set.
	moves bool
	first uint32
	// references are the globals that hold references to functions; missing ones stay instructions.
	references map[uint32]uint32
	// fuel is the global that counts down, tick the function to be called when it is 0.
	fuel, tick uint32
	counts     bool
}

func (w rewriting) function(i uint32) uint32 {
	if w.moves && i >= w.first {
		return i + 1
	}
	return i
}

// instructions with immediates of the simple kinds, by their first byte.
const (
	immNone = iota
	immLEB
	immBlock
	immTable // a vector of labels, and one more
	immMemory
	imm4
	imm8
	immByte
	immLocal
	immTypes
	immSpecial
	immInvalid
	immExceptions
	immReferences
	immGC
)

var immediates = func() (kinds [256]byte) {
	set := func(kind byte, from, to int) {
		for i := from; i <= to; i++ {
			kinds[i] = kind
		}
	}
	set(immInvalid, 0, 255)
	set(immNone, 0x00, 0x01)
	set(immBlock, 0x02, 0x04)
	set(immNone, 0x05, 0x05)
	set(immExceptions, 0x06, 0x0a)
	set(immNone, 0x0b, 0x0b)
	set(immLEB, 0x0c, 0x0d) // br, br_if
	set(immTable, 0x0e, 0x0e)
	set(immNone, 0x0f, 0x0f)
	set(immSpecial, 0x10, 0x13) // calls
	set(immReferences, 0x14, 0x17)
	set(immExceptions, 0x18, 0x19)
	set(immNone, 0x1a, 0x1b)
	set(immTypes, 0x1c, 0x1c)
	set(immExceptions, 0x1f, 0x1f)
	set(immLEB, 0x20, 0x22)
	set(immSpecial, 0x23, 0x26) // globals and tables
	set(immMemory, 0x28, 0x3e)
	set(immByte, 0x3f, 0x40)
	set(immLEB, 0x41, 0x42)
	set(imm4, 0x43, 0x43)
	set(imm8, 0x44, 0x44)
	set(immNone, 0x45, 0xc4)
	set(immSpecial, 0xd0, 0xd0)
	set(immNone, 0xd1, 0xd1)
	set(immSpecial, 0xd2, 0xd2)
	set(immReferences, 0xd3, 0xd6)
	set(immGC, 0xfb, 0xfb)
	set(immSpecial, 0xfc, 0xfe)
	return kinds
}()

// constant reads a constant expression, its end included, and writes it, rewritten, to w, which may be nil.
func (p *parsed) constant(r *reader, w *writer, how rewriting) {
	for {
		op := r.peek()
		if op == 0x02 || op == 0x03 || op == 0x04 {
			r.fail("opcode 0x%02x is not allowed in constant expressions", op)
		}
		p.instruction(r, w, how)
		if op == 0x0b {
			return
		}
	}
}

// instruction reads one instruction and writes it, rewritten, to w, which may be nil.
func (p *parsed) instruction(r *reader, w *writer, how rewriting) {
	start := r.pos
	op := r.byte()
	switch immediates[op] {
	case immNone:
	case immLEB:
		r.skipLEB()
	case immBlock:
		p.blockType(r)
		if op == 0x03 && how.counts && w != nil {
			w.byte(r.code[start:r.pos]...)
			how.count(w)
			return
		}
	case immTable:
		for range r.count() {
			r.u32()
		}
		r.u32()
	case immMemory:
		r.memoryArgument()
	case imm4:
		r.bytes(4)
	case imm8:
		r.bytes(8)
	case immByte:
		r.byte()
	case immTypes:
		r.valueTypes()
	case immSpecial:
		if p.special(r, w, how, op) {
			return
		}
	case immExceptions:
		r.pos = start
		r.unsupported("exceptions")
	case immReferences:
		r.pos = start
		r.unsupported("typed references")
	case immGC:
		r.pos = start
		r.unsupported("garbage collection")
	default:
		r.pos = start
		r.fail("invalid opcode 0x%02x", op)
	}
	if w != nil {
		w.byte(r.code[start:r.pos]...)
	}
}

// special reads the immediates of an instruction that has indices of what rewriting moves or adds to. It reports whether
// it has written the instruction itself.
func (p *parsed) special(r *reader, w *writer, how rewriting, op byte) (written bool) {
	switch op {
	case 0x10, 0x12: // call, return_call
		i := p.functionIndex(r)
		if w != nil {
			w.byte(op)
			w.u32(how.function(i))
		}
		return true
	case 0x11, 0x13: // call_indirect, return_call_indirect
		p.typeIndex(r)
		p.tableIndex(r)
	case 0x23:
		p.globalIndex(r)
	case 0x24:
		if i := p.globalIndex(r); !p.globals[i].mutable {
			r.fail("immutable global #%d cannot be assigned", i)
		}
	case 0x25, 0x26:
		p.tableIndex(r)
	case 0xd0: // ref.null
		r.referenceType()
	case 0xd2: // ref.func
		i := p.functionIndex(r)
		if w == nil {
			return true
		}
		if global, ok := how.references[i]; ok {
			w.byte(0x23)
			w.u32(global)
		} else {
			w.byte(op)
			w.u32(how.function(i))
		}
		return true
	case 0xfc:
		p.miscellaneous(r)
	case 0xfd:
		simd(r)
	case 0xfe: // atomics
		if sub := r.u32(); sub == 3 {
			r.byte()
		} else {
			r.memoryArgument()
		}
	}
	return false
}

func (p *parsed) miscellaneous(r *reader) {
	switch sub := r.u32(); sub {
	case 0, 1, 2, 3, 4, 5, 6, 7:
	case 8: // memory.init
		r.u32()
		r.byte()
	case 9, 13: // data.drop, elem.drop
		r.u32()
	case 10: // memory.copy
		r.bytes(2)
	case 11: // memory.fill
		r.byte()
	case 12: // table.init
		r.u32()
		p.tableIndex(r)
	case 14: // table.copy
		p.tableIndex(r)
		p.tableIndex(r)
	case 15, 16, 17:
		p.tableIndex(r)
	default:
		r.fail("invalid numeric opcode 0xfc%02x", sub)
	}
}

// simd passes over the immediates of a vector instruction.
func simd(r *reader) {
	switch sub := r.u32(); {
	case sub <= 11, sub == 92, sub == 93:
		r.memoryArgument()
	case sub == 12, sub == 13:
		r.bytes(16)
	case 21 <= sub && sub <= 34:
		r.byte()
	case 84 <= sub && sub <= 91:
		r.memoryArgument()
		r.byte()
	case sub >= 0x100:
		r.unsupported("relaxed SIMD")
	}
}

func (r *reader) memoryArgument() {
	if align := r.u32(); align >= 64 {
		r.unsupported("several memories")
	}
	r.skipLEB()
}

func (p *parsed) blockType(r *reader) {
	b := r.peek()
	if b == 0x40 {
		r.byte()
		return
	}
	if b&0xc0 == 0x40 {
		r.valueType()
		return
	}
	p.typeIndex(r)
}

func (p *parsed) functionIndex(r *reader) uint32 {
	i := r.u32()
	if int64(i) >= int64(len(p.funcs)) {
		r.fail("function index #%d is out of bounds", i)
	}
	return i
}

func (p *parsed) globalIndex(r *reader) uint32 {
	i := r.u32()
	if int64(i) >= int64(len(p.globals)) {
		r.fail("Invalid global index: %d", i)
	}
	return i
}

func (p *parsed) tableIndex(r *reader) uint32 {
	i := r.u32()
	if int64(i) >= int64(len(p.tables)) {
		r.fail("table index %d out of range", i)
	}
	return i
}
