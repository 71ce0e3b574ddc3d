// Package ecmaregexp is the regular expressions of ECMAScript.
//
// A pattern is parsed (parse.go), compiled (compile.go) and matched by a backtracking machine with a stack of its own
// (match.go). Scripts name expressions by numbers (table.go). The standard: https://tc39.es/ecma262/#sec-regexp-regular-expression-objects. Strings are sequences of UTF-16 code units.
package ecmaregexp

import (
	"errors"
	"fmt"
	"strings"
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
	// Pattern and Flags are what it was compiled from.
	Pattern []uint16
	Flags   Flags
	// Groups is the number of groups that capture, the whole match included.
	Groups int
	// Names are the names of groups in the order of the pattern, each once.
	Names []Name

	program   []instruction
	registers int
	begins    beginning // what every match begins with
	prefix    []byte    // likewise, if that is known and ASCII
	atStart   bool      // every match is at the start of the text
}

// leading is the ASCII text that every match begins with, if that is more than a character, and whether all are at the start
// of the text.
func leading(n node) (prefix []byte, atStart bool) {
	switch n := n.(type) {
	case sequence:
		if len(n) == 0 {
			return nil, false
		}
		if text := literal(n); len(text) > 1 {
			for _, c := range text {
				if c >= 128 {
					break
				}
				prefix = append(prefix, byte(c))
			}
			return prefix, false
		}
		return leading(n[0])
	case group:
		return leading(n.node)
	case assertion:
		return nil, n.op == opInputStart
	}
	return nil, false
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

// ErrStopped is why a match ended without a result.
var ErrStopped = errors.New("ecmaregexp: stopped")

// ErrTooDeep is why a match ended that took more memory than one may.
var ErrTooDeep = errors.New("ecmaregexp: too deep")

// Compile compiles a pattern, which is given in UTF-16 code units. The error is a *[SyntaxError].
func Compile(pattern []uint16, flags Flags) (*Regexp, error) {
	p := &parser{flags: flags, source: pattern}
	tree, err := p.parse()
	if err != nil {
		return nil, &SyntaxError{Pattern: string(decode(pattern)), Flags: flags.String(), Problem: err.Error()}
	}
	c := &compiler{unicode: flags.fullUnicode()}
	c.save(0, false)
	c.node(tree, false, anything)
	c.save(0, true)
	c.emit(instruction{op: opMatch})
	r := &Regexp{Groups: p.groups + 1, Pattern: pattern, Flags: flags, program: c.program, registers: c.registers, begins: begin(tree, anything)}
	r.prefix, r.atStart = leading(tree)
	for _, g := range p.named {
		r.addName(g.name, g.index)
	}
	return r, nil
}

func (r *Regexp) addName(name string, group int) {
	for i := range r.Names {
		if r.Names[i].Name == name {
			r.Names[i].Groups = append(r.Names[i].Groups, group)
			return
		}
	}
	r.Names = append(r.Names, Name{name, []int{group}})
}
