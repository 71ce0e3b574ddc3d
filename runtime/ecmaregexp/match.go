package ecmaregexp

import (
	"bytes"
	"math"
	"slices"
	"sync"
	"unicode/utf16"
	"unsafe"
)

// Text is a string that is matched: ASCII, or UTF-16 code units. The zero value is empty.
type Text struct {
	narrow []byte
	wide   []uint16
}

// ASCII is a string of characters below 128 as a Text.
func ASCII(s string) Text { return Text{narrow: unsafe.Slice(unsafe.StringData(s), len(s))} }

// UTF16 is a string of code units as a Text. They must not change as long as that is used.
func UTF16(units []uint16) Text { return Text{wide: units} }

// Length is the number of code units.
func (t Text) Length() int { return len(t.narrow) + len(t.wide) }

// unit is a code unit of either kind of text.
type unit interface{ uint8 | uint16 }

// matcher is one attempt to match. Its stack has what to do when something fails: where to try next, and what to put
// back before.
type matcher struct {
	program   []instruction
	unicode   bool
	captures  []int32
	registers []int32
	stack     []resumption
	budget    int // instructions until stop is asked
	depth     int // of looking ahead and behind
	stop      func() bool
	stopped   error
}

// resumption is an entry of the stack: what to do, which instruction or capture or register it is about, and a position or a
// value.
type resumption struct {
	what int32 // a resumptionKind, and above it an index
	at   int32
	end  int32
}

const (
	tryAt      = iota // an instruction, at a position
	putCapture        // a capture was at
	putCount          // a register was at
	giveBack          // the span of an instruction ends at at, and cannot end before end
	takeMore          // the lazy span of an instruction ends at at, and may take as many more as end
	kindBits   = 3
	kindMask   = 1<<kindBits - 1
)

// stepsBetween is how often stop is asked.
const stepsBetween = 1 << 14

// mostResumptions bounds the memory that one match takes: as much as V8's.
const mostResumptions = 64 << 20 / int(unsafe.Sizeof(resumption{}))

var matchers = sync.Pool{New: func() any { return new(matcher) }}

// Match looks for a match at or after a position, or exactly there if the expression is sticky. It appends the bounds of
// each group to found, -1 for one that took no part, or returns nil if there is no match. stop is asked from time to time whether to give
// up, with [ErrStopped]; the error is [ErrTooDeep] if the attempt takes more memory than it may.
func (r *Regexp) Match(text Text, at int, found []int, stop func() bool) ([]int, error) {
	return r.MatchFrom(text, at, r.Flags.Sticky, found, stop)
}

// MatchFrom is Match by another flag y than the expression's.
func (r *Regexp) MatchFrom(text Text, at int, sticky bool, found []int, stop func() bool) ([]int, error) {
	m := matchers.Get().(*matcher)
	defer m.release()
	m.program, m.unicode, m.stop, m.budget, m.depth, m.stopped = r.program, r.Flags.fullUnicode(), stop, stepsBetween, 0, nil
	m.captures = slices.Grow(m.captures[:0], 2*r.Groups)[:2*r.Groups]
	m.registers = slices.Grow(m.registers[:0], r.registers)[:r.registers]
	if text.Length() > math.MaxInt32-1 || at > text.Length() {
		return nil, nil
	}
	var matched bool
	if text.wide == nil {
		matched = search(r, m, text.narrow, at, sticky)
	} else {
		matched = search(r, m, text.wide, at, sticky)
	}
	if !matched || m.stopped != nil {
		return nil, m.stopped
	}
	found = slices.Grow(found[:0], 2*r.Groups)
	for _, c := range m.captures {
		found = append(found, int(c))
	}
	return found, nil
}

// keptStack is how much of a stack is kept for the next match.
const keptStack = 1 << 12

func (m *matcher) release() {
	if m.stack = m.stack[:0]; cap(m.stack) > keptStack {
		m.stack = nil
	}
	m.program, m.stop = nil, nil
	matchers.Put(m)
}

func search[T unit](r *Regexp, m *matcher, text []T, at int, sticky bool) bool {
	if m.unicode && 0 < at && at < len(text) && isLow(uint16(text[at])) && isHigh(uint16(text[at-1])) {
		at-- // the code point that it is within
	}
	if sticky {
		return attempt(m, text, at)
	}
	if r.atStart {
		return at == 0 && attempt(m, text, 0)
	}
	for ; at <= len(text); at++ {
		if !r.begins.any {
			if at = skip(r, text, at); at > len(text) {
				return false
			}
		}
		if attempt(m, text, at) {
			return true
		}
		if m.stopped != nil {
			return false
		}
		if m.unicode && at+1 < len(text) && isHigh(uint16(text[at])) && isLow(uint16(text[at+1])) {
			at++
		}
	}
	return false
}

// skip finds the next position where a match may begin; one beyond the end if there is none.
func skip[T unit](r *Regexp, text []T, at int) int {
	if len(r.prefix) > 0 {
		if narrow, ok := any(text).([]byte); ok {
			if i := bytes.Index(narrow[at:], r.prefix); i >= 0 {
				return at + i
			}
			return len(text) + 1
		}
	}
	b := &r.begins
	for ; at < len(text); at++ {
		if c := text[at]; int(c) < 256 {
			if b.low[c>>6]&(1<<(c&63)) != 0 {
				return at
			}
		} else if b.high {
			return at
		}
	}
	if b.end {
		return at
	}
	return at + 1
}

func attempt[T unit](m *matcher, text []T, at int) bool {
	for i := range m.captures {
		m.captures[i] = -1
	}
	m.stack = m.stack[:0]
	return run(m, text, 0, at)
}

// run matches the program from pc on at a position. Where it succeeds, the captures are those of the match.
func run[T unit](m *matcher, text []T, pc, pos int) bool {
	base := len(m.stack)
	for {
		if m.budget--; m.budget <= 0 && !m.goOn() {
			return false
		}
		in := &m.program[pc]
		ok := true
		switch in.op {
		case opChar:
			if ok = pos < len(text) && rune(text[pos]) == in.char; ok {
				pos++
			}
		case opString:
			if ok = len(text)-pos >= len(in.text); ok {
				for i, c := range in.text {
					if uint16(text[pos+i]) != c {
						ok = false
						break
					}
				}
				pos += len(in.text)
			}
		case opUnit:
			if ok = pos < len(text) && hasUnit(in.set, text[pos]); ok {
				pos++
			}
		case opSet:
			if !in.backward && pos < len(text) && uint16(text[pos]) < 0xd800 {
				if ok = hasUnit(in.set, text[pos]); ok {
					pos++
				}
				break
			}
			c, next := char(text, pos, in.backward, m.unicode)
			if ok = next >= 0 && in.set.contains(c); ok {
				pos = next
			}
		case opSpan:
			pos, ok = greedy(m, text, in, pc, pos)
		case opLazy:
			pos, ok = lazy(m, text, in, pc, pos)
		case opSplit:
			if !in.begins.any && !begins(&in.begins, text, pos) {
				pc = in.y
				continue
			}
			if in.other.any || begins(&in.other, text, pos) {
				m.push(tryAt, in.y, pos)
			}
			pc = in.x
			continue
		case opJump:
			pc = in.x
			continue
		case opSave:
			if len(m.stack) > 0 || m.depth > 0 {
				m.push(putCapture, in.x, int(m.captures[in.x]))
			}
			m.captures[in.x] = int32(pos)
		case opForget:
			for i := in.x; i < in.y; i++ {
				if m.captures[i] >= 0 {
					m.push(putCapture, i, int(m.captures[i]))
					m.captures[i] = -1
				}
			}
		case opCount:
			m.count(in.x, in.y)
		case opMark:
			m.count(in.x, pos)
		case opMoved:
			ok = int(m.registers[in.x]) != pos
		case opLoop:
			n := int(m.registers[in.x]) + 1
			if n > in.low && int(m.registers[in.mark]) == pos {
				ok = false // a round that was not needed and took nothing
				break
			}
			m.count(in.x, n)
			switch {
			case n < in.low && int(m.registers[in.mark]) == pos:
				m.count(in.x, in.low-1) // nor will the others take anything
				pc = in.y
				continue
			case n < in.low:
				pc = in.y
				continue
			case n >= in.high:
			case in.lazy:
				m.push(tryAt, in.y, pos)
			default:
				m.push(tryAt, pc+1, pos)
				pc = in.y
				continue
			}
		case opInputStart:
			ok = pos == 0
		case opInputEnd:
			ok = pos == len(text)
		case opLineStart:
			ok = pos == 0 || lineEnds.contains(rune(text[pos-1]))
		case opLineEnd:
			ok = pos == len(text) || lineEnds.contains(rune(text[pos]))
		case opWordBoundary, opNoWordBoundary:
			before := pos > 0 && in.set.contains(rune(text[pos-1]))
			after := pos < len(text) && in.set.contains(rune(text[pos]))
			ok = (before != after) == (in.op == opWordBoundary)
		case opReference:
			pos, ok = refer(m, text, in, pos)
		case opLook:
			if lookAround(m, text, in, pc+1, pos) {
				pc = in.y
				continue
			}
			if m.stopped != nil {
				return false
			}
			ok = false
		case opMatch:
			return true
		}
		if ok {
			pc++
			continue
		}
		if pc, pos, ok = resume(m, text, base); !ok {
			return false
		}
	}
}

// hasUnit reports whether a set has a code unit.
func hasUnit[T unit](s *set, c T) bool {
	if int(c) < 256 {
		return s.low[c>>6]&(1<<(c&63)) != 0
	}
	return s.containsHigh(rune(c))
}

// begins reports whether what begins as b says can match at a position.
func begins[T unit](b *beginning, text []T, pos int) bool {
	if pos >= len(text) {
		return b.end
	}
	c := text[pos]
	if int(c) < 256 {
		return b.low[c>>6]&(1<<(c&63)) != 0
	}
	return b.high
}

// goOn asks whether to, and looks how large the stack is.
func (m *matcher) goOn() bool {
	m.budget = stepsBetween
	switch {
	case len(m.stack) > mostResumptions:
		m.stopped = ErrTooDeep
	case m.stop != nil && m.stop():
		m.stopped = ErrStopped
	}
	return m.stopped == nil
}

func (m *matcher) push(kind, index, at int) {
	m.stack = append(m.stack, resumption{what: int32(index<<kindBits | kind), at: int32(at)})
}

func (m *matcher) count(i, value int) {
	m.push(putCount, i, int(m.registers[i]))
	m.registers[i] = int32(value)
}

// resume goes back to the latest choice above base.
func resume[T unit](m *matcher, text []T, base int) (pc, pos int, ok bool) {
	for len(m.stack) > base {
		top := &m.stack[len(m.stack)-1]
		index := int(top.what >> kindBits)
		switch top.what & kindMask {
		case putCapture:
			m.captures[index] = top.at
		case putCount:
			m.registers[index] = top.at
		case tryAt:
			pc, pos = index, int(top.at)
			m.stack = m.stack[:len(m.stack)-1]
			return pc, pos, true
		case giveBack:
			in := &m.program[index]
			if pos, ok = giveUp(m, text, in, int(top.at), int(top.end)); ok {
				if top.at = int32(pos); top.at <= top.end {
					m.stack = m.stack[:len(m.stack)-1]
				}
				return index + 1, pos, true
			}
		case takeMore:
			in := &m.program[index]
			at, left := int(top.at), int(top.end)
			for left > 0 {
				c, next := char(text, at, false, m.unicode)
				if next < 0 || !in.set.contains(c) {
					break
				}
				at, left = next, left-1
				m.budget--
				if in.other.any || begins(&in.other, text, at) {
					top.at, top.end = int32(at), int32(left)
					return index + 1, at, true
				}
			}
		}
		m.stack = m.stack[:len(m.stack)-1]
	}
	return 0, 0, false
}

// giveUp finds where a span that ended at pos can end before that, not before least, so that what follows can begin there.
func giveUp[T unit](m *matcher, text []T, in *instruction, pos, least int) (int, bool) {
	for pos > least {
		if m.unicode {
			_, pos = char(text, pos, true, true)
		} else {
			pos--
		}
		if in.other.any || begins(&in.other, text, pos) {
			return pos, true
		}
		m.budget--
	}
	return pos, false
}

// greedy takes as many members as it can.
func greedy[T unit](m *matcher, text []T, in *instruction, pc, start int) (pos int, ok bool) {
	pos = start
	least := start
	if !m.unicode || len(text) > 0 && unsafe.Sizeof(text[0]) == 1 {
		end := len(text)
		if in.high < end-start {
			end = start + in.high
		}
		if in.everything {
			pos = end
		} else {
			s := in.set
			for pos < end && hasUnit(s, text[pos]) {
				pos++
			}
		}
		if pos-start < in.low {
			return pos, false
		}
		least = start + in.low
	} else {
		n := 0
		for ; n < in.high; n++ {
			if n == in.low {
				least = pos
			}
			c, next := char(text, pos, false, true)
			if next < 0 || !in.set.contains(c) {
				break
			}
			pos = next
		}
		if n < in.low {
			return pos, false
		}
		if n == in.low {
			least = pos
		}
	}
	m.budget -= (pos - start) >> 3
	if least == pos {
		return pos, true
	}
	end := pos
	if !in.other.any && !begins(&in.other, text, pos) {
		if in.possessive {
			return pos, false // what follows begins with none of what was taken
		}
		if end, ok = giveUp(m, text, in, pos, least); !ok {
			return pos, false
		}
	} else if in.possessive {
		return pos, true
	}
	if end > least {
		m.push(giveBack, pc, end)
		m.stack[len(m.stack)-1].end = int32(least)
	}
	return end, true
}

// lazy takes as few members as it may.
func lazy[T unit](m *matcher, text []T, in *instruction, pc, pos int) (int, bool) {
	for range in.low {
		c, next := char(text, pos, false, m.unicode)
		if next < 0 || !in.set.contains(c) {
			return pos, false
		}
		pos = next
	}
	if in.high > in.low {
		m.push(takeMore, pc, pos)
		m.stack[len(m.stack)-1].end = int32(min(in.high-in.low, math.MaxInt32))
	}
	return pos, true
}

// char is the character after or before a position, and the position beyond it; -1 if there is none.
func char[T unit](text []T, pos int, backward, unicode bool) (c rune, next int) {
	if backward {
		if pos == 0 {
			return 0, -1
		}
		low := text[pos-1]
		if unicode && isLow(uint16(low)) && pos > 1 {
			if high := text[pos-2]; isHigh(uint16(high)) {
				return utf16.DecodeRune(rune(high), rune(low)), pos - 2
			}
		}
		return rune(low), pos - 1
	}
	if pos >= len(text) {
		return 0, -1
	}
	high := text[pos]
	if unicode && isHigh(uint16(high)) && pos+1 < len(text) {
		if low := text[pos+1]; isLow(uint16(low)) {
			return utf16.DecodeRune(rune(high), rune(low)), pos + 2
		}
	}
	return rune(high), pos + 1
}

// refer takes the text of a group once more; of one that took no part it takes nothing.
func refer[T unit](m *matcher, text []T, in *instruction, pos int) (int, bool) {
	for _, g := range in.groups {
		from, to := int(m.captures[2*g]), int(m.captures[2*g+1])
		if from < 0 || to < 0 {
			continue
		}
		start := pos
		if in.backward {
			start = pos - (to - from)
		}
		if start < 0 || start+to-from > len(text) {
			return pos, false
		}
		m.budget -= (to - from) >> 3
		for i := 0; i < to-from; {
			a, next := char(text, from+i, false, m.unicode)
			b, _ := char(text, start+i, false, m.unicode)
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

// lookAround looks ahead or behind. What it captures stays, if it is not negative; its choices are made.
func lookAround[T unit](m *matcher, text []T, in *instruction, pc, pos int) bool {
	base := len(m.stack)
	m.depth++
	matched := run(m, text, pc, pos)
	m.depth--
	if !matched {
		return in.negative && m.stopped == nil
	}
	if in.negative {
		for len(m.stack) > base {
			m.undo()
		}
		return false
	}
	kept := m.stack[:base]
	for _, r := range m.stack[base:] {
		if kind := r.what & kindMask; kind == putCapture || kind == putCount {
			kept = append(kept, r)
		}
	}
	m.stack = kept
	return true
}

// undo takes back the latest entry of the stack.
func (m *matcher) undo() {
	top := m.stack[len(m.stack)-1]
	switch index := top.what >> kindBits; top.what & kindMask {
	case putCapture:
		m.captures[index] = top.at
	case putCount:
		m.registers[index] = top.at
	}
	m.stack = m.stack[:len(m.stack)-1]
}
