package config

import (
	"fmt"
	"slices"
	"strings"
)

// A schema says what a value may be. It reports wrong types, missing keys and
// unknown ones. Null is a value of the wrong type.
type schema interface {
	fits(Kind) bool // whether this schema is meant for such a value
	String() string // "a string", "an array of numbers", …
	check(n *Node, report func(...Diagnostic))
}

// primitive is any value of one Kind.
type primitive Kind

const (
	text    = primitive(String)
	number  = primitive(Number)
	boolean = primitive(Bool)
)

func (p primitive) fits(k Kind) bool                 { return k == Kind(p) }
func (p primitive) String() string                   { return Kind(p).String() }
func (p primitive) check(*Node, func(...Diagnostic)) {}

// anything is what devserver does not look into, or leaves to others.
type anything struct{}

func (anything) fits(Kind) bool                   { return true }
func (anything) String() string                   { return "a value" }
func (anything) check(*Node, func(...Diagnostic)) {}

// oneOf is a string out of a few.
type oneOf []string

func (oneOf) fits(k Kind) bool { return k == String }

func (o oneOf) String() string {
	quoted := make([]string, len(o))
	for i, s := range o {
		quoted[i] = fmt.Sprintf("%q", s)
	}
	return "one of " + strings.Join(quoted, ", ")
}

func (o oneOf) check(n *Node, report func(...Diagnostic)) {
	if s, _ := n.AsString(); !slices.Contains(o, s) {
		report(n.Diagnostic(Error, CodeValue, fmt.Sprintf("should be %s, but is %q", o, s), didYouMean(s, o)))
	}
}

// listOf is an array.
type listOf struct{ element schema }

func (listOf) fits(k Kind) bool { return k == Array }

func (l listOf) String() string {
	switch plural := l.element.String(); {
	case strings.HasPrefix(plural, "a "):
		return "an array of " + plural[len("a "):] + "s"
	case strings.HasPrefix(plural, "an "):
		return "an array of " + plural[len("an "):] + "s"
	default:
		return "an array, each element " + plural
	}
}

func (l listOf) check(n *Node, report func(...Diagnostic)) {
	for _, item := range n.Items() {
		verify(l.element, item, report)
	}
}

// mapOf is an object with keys of the author's choice.
type mapOf struct{ value schema }

func (mapOf) fits(k Kind) bool { return k == Object }
func (mapOf) String() string   { return "an object" }

func (m mapOf) check(n *Node, report func(...Diagnostic)) {
	for _, item := range n.Items() {
		verify(m.value, item, report)
	}
}

// fields is an object with these keys and no others.
type fields map[string]schema

// required marks a key of fields that has to be there.
type required struct{ schema }

func (fields) fits(k Kind) bool { return k == Object }
func (fields) String() string   { return "an object" }

func (f fields) check(n *Node, report func(...Diagnostic)) {
	names := f.names()
	report(n.UnknownKeys(names...)...)
	for _, name := range names {
		if value := n.Get(name); value != nil {
			verify(f[name], value, report)
		} else if _, must := f[name].(required); must {
			report(n.Missing(name, f[name].String()))
		}
	}
}

func (f fields) names() []string {
	names := make([]string, 0, len(f))
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// either is the first schema that fits.
type either []schema

func (e either) fits(k Kind) bool {
	return slices.ContainsFunc(e, func(s schema) bool { return s.fits(k) })
}

func (e either) String() string {
	words := make([]string, len(e))
	for i, s := range e {
		words[i] = s.String()
	}
	return strings.Join(words, " or ")
}

func (e either) check(n *Node, report func(...Diagnostic)) {
	for _, s := range e {
		if s.fits(n.Kind()) {
			s.check(n, report)
			return
		}
	}
}

// lax is what wrangler does not look at: whatever is wrong with the value as a
// whole is a Warning, and the value has no effect. If only is a Kind, it is so
// for values of that Kind.
type lax struct {
	schema
	only Kind
}

// where is a schema with one more rule, for values that fit.
type where struct {
	schema
	rule func(n *Node, report func(...Diagnostic))
}

func (w where) check(n *Node, report func(...Diagnostic)) {
	w.schema.check(n, report)
	w.rule(n, report)
}

// verify reports what is wrong with a value.
func verify(s schema, n *Node, report func(...Diagnostic)) {
	switch {
	case n.Kind() == Absent:
	case !s.fits(n.Kind()):
		d := n.WrongType(s.String())
		if l, ok := s.(lax); ok && (l.only == Absent || l.only == n.Kind()) {
			d.Severity = Warning
			d.Message += ": it has no effect"
		}
		report(d)
	default:
		s.check(n, report)
	}
}
