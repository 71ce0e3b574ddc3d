// Package ecmaregexp is the regular expressions of ECMAScript, as far as the engine's own do not reach: the flags d, u
// and v to the letter, properties of characters, sets of sets, modifiers, and names that several groups share.
//
// A pattern is parsed (parse.go), compiled (compile.go) and matched by a backtracking machine with a stack of its own
// (match.go): https://tc39.es/ecma262/#sec-regexp-regular-expression-objects. Strings are sequences of UTF-16 code units.
package ecmaregexp

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf16"
)

// Flags are the flags of a regular expression that its pattern means something else for.
type Flags struct {
	HasIndices, Global, IgnoreCase, Multiline, DotAll, Unicode, UnicodeSets, Sticky bool
}

// ParseFlags reads flags, each of which may be given once.
func ParseFlags(s string) (f Flags, ok bool) {
	for i := range len(s) {
		flag := f.flag(s[i])
		if flag == nil || *flag {
			return f, false
		}
		*flag = true
	}
	return f, !f.Unicode || !f.UnicodeSets
}

func (f *Flags) flag(letter byte) *bool {
	switch letter {
	case 'd':
		return &f.HasIndices
	case 'g':
		return &f.Global
	case 'i':
		return &f.IgnoreCase
	case 'm':
		return &f.Multiline
	case 's':
		return &f.DotAll
	case 'u':
		return &f.Unicode
	case 'v':
		return &f.UnicodeSets
	case 'y':
		return &f.Sticky
	}
	return nil
}

// String is the flags in their order.
func (f Flags) String() string {
	var b strings.Builder
	for _, letter := range []byte("dgimsuvy") {
		if *f.flag(letter) {
			b.WriteByte(letter)
		}
	}
	return b.String()
}

// fullUnicode reports whether the pattern is about code points.
func (f Flags) fullUnicode() bool { return f.Unicode || f.UnicodeSets }

// Regexp is a compiled pattern. It is immutable.
type Regexp struct {
	// Groups is the number of groups that capture, the whole match included.
	Groups int
	// Names are the names of groups in the order of the pattern, each once.
	Names []Name

	flags     Flags
	program   []instruction
	registers int
}

// Name is a name, and the groups that have it.
type Name struct {
	Name   string
	Groups []int
}

// SyntaxError is what is wrong with a pattern.
type SyntaxError struct {
	Pattern, Flags, Problem string
}

func (e *SyntaxError) Error() string {
	if e.Pattern == "" {
		return e.Problem
	}
	return fmt.Sprintf("Invalid regular expression: /%s/%s: %s", e.Pattern, e.Flags, e.Problem)
}

// Input is a string that is matched, in UTF-16 code units.
type Input interface {
	Length() int
	CharAt(i int) uint16
}

// ErrStopped is why a match ended without a result.
var ErrStopped = errors.New("ecmaregexp: stopped")

// Compile compiles a pattern, which is given in UTF-16 code units. The error is a *[SyntaxError].
func Compile(pattern []uint16, flags Flags) (*Regexp, error) {
	p := &parser{flags: flags, source: pattern}
	tree, err := p.parse()
	if err != nil {
		return nil, &SyntaxError{Pattern: string(decode(pattern)), Flags: flags.String(), Problem: err.Error()}
	}
	c := &compiler{unicode: flags.fullUnicode()}
	c.save(0, false)
	c.node(tree, false)
	c.save(0, true)
	c.emit(instruction{op: opMatch})
	r := &Regexp{Groups: p.groups + 1, flags: flags, program: c.program, registers: c.registers}
	for _, g := range p.named {
		r.addName(g.name, g.index)
	}
	return r, nil
}

// Check looks whether a literal is one: the text between its slashes, and its flags. The error is what V8 says, a
// *[SyntaxError].
func Check(pattern, flags string) error {
	if _, ok := checked.Load(flags + "/" + pattern); ok {
		return nil
	}
	units := utf16.Encode([]rune(pattern))
	parsed, ok := ParseFlags(flags)
	if !ok {
		return &SyntaxError{Problem: "Invalid regular expression flags"}
	}
	if _, err := (&parser{flags: parsed, source: units}).parse(); err != nil {
		return &SyntaxError{Pattern: pattern, Flags: flags, Problem: err.Error()}
	}
	checked.Store(flags+"/"+pattern, nil)
	return nil
}

// checked are the literals that are known to be good: a Worker's are looked at again on each reload.
var checked sync.Map

func (r *Regexp) addName(name string, group int) {
	for i := range r.Names {
		if r.Names[i].Name == name {
			r.Names[i].Groups = append(r.Names[i].Groups, group)
			return
		}
	}
	r.Names = append(r.Names, Name{name, []int{group}})
}

// Match looks for a match at or after a position, or exactly there if the expression is sticky. It returns the bounds of
// each group, -1 for one that took no part, or nil if there is no match. stop is asked from time to time whether to give
// up, with [ErrStopped].
func (r *Regexp) Match(input Input, at int, stop func() bool) ([]int, error) {
	m := &matcher{input: input, length: input.Length(), program: r.program, unicode: r.flags.fullUnicode(), stop: stop,
		captures: make([]int, 2*r.Groups), registers: make([]int, r.registers)}
	if m.unicode && 0 < at && at < m.length && isLow(input.CharAt(at)) && isHigh(input.CharAt(at-1)) {
		at-- // the code point that it is within
	}
	first := r.first()
	for ; at <= m.length; at++ {
		if first == nil || at < m.length && first.canBegin(input.CharAt(at)) || r.flags.Sticky {
			for i := range m.captures {
				m.captures[i] = -1
			}
			matched, err := m.run(0, at)
			if err != nil {
				return nil, err
			}
			if matched {
				return m.captures, nil
			}
		}
		if r.flags.Sticky {
			break
		}
		if m.unicode && at+1 < m.length && isHigh(input.CharAt(at)) && isLow(input.CharAt(at+1)) {
			at++
		}
	}
	return nil, nil
}

// first is what every match begins with; nil if that is not known.
func (r *Regexp) first() *set {
	for _, in := range r.program {
		switch in.op {
		case opSave:
			continue
		case opSet, opSpan:
			if in.op == opSpan && in.low == 0 {
				return nil
			}
			return in.set
		}
		return nil
	}
	return nil
}
