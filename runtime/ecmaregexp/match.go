package ecmaregexp

import "unicode/utf16"

// matcher is one attempt to match. Its stack has what to do when something fails: where to try next, and what to put
// back before.
type matcher struct {
	input     Input
	length    int
	program   []instruction
	unicode   bool
	captures  []int
	registers []int
	stack     []resumption
	steps     int
	stop      func() bool
}

// resumption is an entry of the stack.
type resumption struct {
	kind resumptionKind
	a, b int
	set  int // of giveBack: the instruction
}

type resumptionKind uint8

const (
	tryAt      resumptionKind = iota // instruction a, position b
	putCapture                       // capture a was b
	putCount                         // register a was b
	giveBack                         // the span of instruction set ended at b, and cannot end before a
)

// stepsBetween is how often stop is asked.
const stepsBetween = 1 << 14

// mostResumptions bounds the memory that one match takes.
const mostResumptions = 1 << 24

// run matches the program from pc on at a position. Where it succeeds, the captures are those of the match.
func (m *matcher) run(pc, pos int) (matched bool, err error) {
	base := len(m.stack)
	for {
		if m.steps++; m.steps%stepsBetween == 0 && m.stop != nil && m.stop() || len(m.stack) > mostResumptions {
			return false, ErrStopped
		}
		in := &m.program[pc]
		ok := true
		switch in.op {
		case opSet:
			c, next := m.char(pos, in.backward)
			if ok = next >= 0 && in.set.contains(c); ok {
				pos = next
			}
		case opSpan:
			pos, ok = m.span(in, pc, pos)
		case opSplit:
			m.push(resumption{tryAt, in.y, pos, 0})
			pc = in.x
			continue
		case opJump:
			pc = in.x
			continue
		case opSave:
			m.capture(in.x, pos)
		case opForget:
			for i := in.x; i < in.y; i++ {
				if m.captures[i] >= 0 {
					m.capture(i, -1)
				}
			}
		case opCount:
			m.count(in.x, in.y)
		case opMark:
			m.count(in.x, pos)
		case opMoved:
			ok = m.registers[in.x] != pos
		case opLoop:
			n := m.registers[in.x] + 1
			if n > in.low && m.registers[in.groups[0]] == pos {
				ok = false // a round that was not needed and took nothing
				break
			}
			m.count(in.x, n)
			switch {
			case n < in.low && m.registers[in.groups[0]] == pos:
				m.count(in.x, in.low-1) // nor will the others take anything
				pc = in.y
				continue
			case n < in.low:
				pc = in.y
				continue
			case n >= in.high:
			case in.lazy:
				m.push(resumption{tryAt, in.y, pos, 0})
			default:
				m.push(resumption{tryAt, pc + 1, pos, 0})
				pc = in.y
				continue
			}
		case opInputStart:
			ok = pos == 0
		case opInputEnd:
			ok = pos == m.length
		case opLineStart:
			ok = pos == 0 || lineEnds.contains(rune(m.input.CharAt(pos-1)))
		case opLineEnd:
			ok = pos == m.length || lineEnds.contains(rune(m.input.CharAt(pos)))
		case opWordBoundary, opNoWordBoundary:
			before := pos > 0 && in.set.contains(rune(m.input.CharAt(pos-1)))
			after := pos < m.length && in.set.contains(rune(m.input.CharAt(pos)))
			ok = (before != after) == (in.op == opWordBoundary)
		case opReference:
			pos, ok = m.reference(in, pos)
		case opLook:
			if ok, err = m.look(in, pc+1, pos); err != nil {
				return false, err
			}
			if ok {
				pc = in.y
				continue
			}
		case opMatch:
			return true, nil
		}
		if ok {
			pc++
			continue
		}
		if pc, pos, ok = m.resume(base); !ok {
			return false, nil
		}
	}
}

func (m *matcher) push(r resumption) { m.stack = append(m.stack, r) }

func (m *matcher) capture(i, value int) {
	m.push(resumption{putCapture, i, m.captures[i], 0})
	m.captures[i] = value
}

func (m *matcher) count(i, value int) {
	m.push(resumption{putCount, i, m.registers[i], 0})
	m.registers[i] = value
}

// resume goes back to the latest choice above base.
func (m *matcher) resume(base int) (pc, pos int, ok bool) {
	for len(m.stack) > base {
		top := &m.stack[len(m.stack)-1]
		switch top.kind {
		case putCapture:
			m.captures[top.a] = top.b
		case putCount:
			m.registers[top.a] = top.b
		case tryAt:
			pc, pos = top.a, top.b
			m.stack = m.stack[:len(m.stack)-1]
			return pc, pos, true
		case giveBack:
			_, top.b = m.char(top.b, true)
			pc, pos = top.set+1, top.b
			if pos <= top.a {
				m.stack = m.stack[:len(m.stack)-1]
			}
			return pc, pos, true
		}
		m.stack = m.stack[:len(m.stack)-1]
	}
	return 0, 0, false
}

// span takes as many members as it can.
func (m *matcher) span(in *instruction, pc, pos int) (int, bool) {
	n, least := 0, pos
	for ; n < in.high; n++ {
		if n == in.low {
			least = pos
		}
		c, next := m.char(pos, false)
		if next < 0 || !in.set.contains(c) {
			break
		}
		pos = next
		if m.steps++; m.steps%stepsBetween == 0 && m.stop != nil && m.stop() {
			break // and run stops
		}
	}
	if n < in.low {
		return pos, false
	}
	if n == in.low {
		least = pos
	}
	if least < pos {
		m.push(resumption{giveBack, least, pos, pc})
	}
	return pos, true
}

// char is the character after or before a position, and the position beyond it; -1 if there is none.
func (m *matcher) char(pos int, backward bool) (c rune, next int) {
	if backward {
		if pos == 0 {
			return 0, -1
		}
		unit := m.input.CharAt(pos - 1)
		if m.unicode && isLow(unit) && pos > 1 {
			if high := m.input.CharAt(pos - 2); isHigh(high) {
				return utf16.DecodeRune(rune(high), rune(unit)), pos - 2
			}
		}
		return rune(unit), pos - 1
	}
	if pos >= m.length {
		return 0, -1
	}
	unit := m.input.CharAt(pos)
	if m.unicode && isHigh(unit) && pos+1 < m.length {
		if low := m.input.CharAt(pos + 1); isLow(low) {
			return utf16.DecodeRune(rune(unit), rune(low)), pos + 2
		}
	}
	return rune(unit), pos + 1
}

// reference takes the text of a group once more; of one that took no part it takes nothing.
func (m *matcher) reference(in *instruction, pos int) (int, bool) {
	for _, g := range in.groups {
		from, to := m.captures[2*g], m.captures[2*g+1]
		if from < 0 || to < 0 {
			continue
		}
		start := pos
		if in.backward {
			start = pos - (to - from)
		}
		if start < 0 || start+to-from > m.length {
			return pos, false
		}
		for i := 0; i < to-from; {
			a, next := m.char(from+i, false)
			b, _ := m.char(start+i, false)
			if a != b && !(in.fold && m.canonical(a) == m.canonical(b)) {
				return pos, false
			}
			i = next - from
		}
		if in.backward {
			return start, true
		}
		return start + to - from, true
	}
	return pos, true
}

func (m *matcher) canonical(c rune) rune {
	if m.unicode {
		return canonicalUnicode(c)
	}
	return canonicalUpper(c)
}

// look looks ahead or behind. What it captures stays, if it is not negative; its choices are made.
func (m *matcher) look(in *instruction, pc, pos int) (bool, error) {
	base := len(m.stack)
	matched, err := m.run(pc, pos)
	if err != nil || !matched {
		return in.negative, err
	}
	if in.negative {
		for len(m.stack) > base {
			m.undo()
		}
		return false, nil
	}
	kept := m.stack[:base]
	for _, r := range m.stack[base:] {
		if r.kind == putCapture || r.kind == putCount {
			kept = append(kept, r)
		}
	}
	m.stack = kept
	return true, nil
}

// undo takes back the latest entry of the stack.
func (m *matcher) undo() {
	top := m.stack[len(m.stack)-1]
	switch top.kind {
	case putCapture:
		m.captures[top.a] = top.b
	case putCount:
		m.registers[top.a] = top.b
	}
	m.stack = m.stack[:len(m.stack)-1]
}
