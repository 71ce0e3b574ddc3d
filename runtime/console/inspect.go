package console

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Options say how a value is shown.
type Options struct {
	// Depth is how many levels of objects within objects are shown.
	Depth int
	// Colors adds the colours of a terminal.
	Colors bool
	// ShowHidden shows properties that are not enumerable as well.
	ShowHidden bool
}

const (
	// DefaultDepth is the depth of console.log.
	DefaultDepth = 2
	// MaxDepth is the greatest depth there is.
	MaxDepth = 1000

	lineWidth     = 80
	compactLevels = 3   // how many levels of objects may share a line
	maxItems      = 100 // of an array, a map or a set
	maxString     = 10_000
	// maxIndexed is the length from which on an array is not asked for properties beside its elements.
	maxIndexed = 10_000
)

// Inspect returns what a console shows of a value. It calls no getters and no proxies, only what a script has given an
// object for this very purpose (see custom.go), and never throws.
func Inspect(r *webidl.Realm, v goja.Value, o Options) string {
	in := newInspector(r, o)
	return in.try(v, func() string { return in.value(v, 0) })
}

// inspector is one call of [Inspect].
type inspector struct {
	Options
	realm   *webidl.Realm
	natives *natives

	lineages    map[*goja.Object]lineage
	seen        []*goja.Object // the objects around the one being shown
	circular    map[*goja.Object]int
	indentation int
	deepest     int // depth of the object shown last
	budget      int // bytes left of maxText; when it is used up, no further properties are shown
}

func newInspector(r *webidl.Realm, o Options) *inspector {
	return &inspector{Options: o, realm: r, natives: nativesOf(r), budget: maxText}
}

// try returns what show returns, or a stand-in if it throws.
func (in *inspector) try(v goja.Value, show func() string) (text string) {
	if err := in.realm.Try(func() { text = show() }); err != nil {
		if _, ok := v.(*goja.Object); ok {
			return "[object]"
		}
		return "[value]"
	}
	return text
}

// value shows any value at a depth.
func (in *inspector) value(v goja.Value, depth int) string {
	obj, ok := v.(*goja.Object)
	if !ok {
		return in.primitive(v)
	}
	obj, ok = in.unwrap(obj)
	if !ok {
		return in.style("<Revoked Proxy>", special)
	}
	for _, outer := range in.seen {
		if outer == obj {
			return in.circle(obj)
		}
	}
	if text, ok := in.custom(obj, depth); ok {
		return text
	}
	return in.object(obj, depth)
}

// unwrap returns what is behind an object that is a proxy, or false if it has been revoked. Classes of the platform
// are proxies too, but are themselves.
func (in *inspector) unwrap(obj *goja.Object) (*goja.Object, bool) {
	for obj.ExportType() == proxyType {
		if in.realm.ClassOfPrototype(obj) != nil || in.realm.ClassOfConstructor(obj) != nil {
			return obj, true
		}
		proxy, ok := obj.Export().(goja.Proxy)
		if !ok || proxy.Target() == nil {
			return nil, false
		}
		obj = proxy.Target()
	}
	return obj, true
}

func (in *inspector) circle(obj *goja.Object) string {
	n, ok := in.circular[obj]
	if !ok {
		if in.circular == nil {
			in.circular = map[*goja.Object]int{}
		}
		n = len(in.circular) + 1
		in.circular[obj] = n
	}
	return in.style("[Circular *"+strconv.Itoa(n)+"]", special)
}

// object shows an object that is no proxy.
func (in *inspector) object(obj *goja.Object, depth int) string {
	s := in.shape(obj, depth)
	if s.whole != "" {
		return s.whole
	}
	if depth > in.Depth {
		return in.style("["+s.name+"]", special)
	}
	depth++
	in.seen = append(in.seen, obj)
	in.deepest = depth
	var output []string
	if s.entries != nil {
		output = s.entries(depth)
	}
	for i, p := range s.properties {
		if in.budget <= 0 {
			output = append(output, more(len(s.properties)-i, "property", "properties"))
			break
		}
		output = append(output, in.property(p, depth))
	}
	in.seen = in.seen[:len(in.seen)-1]
	base := s.base
	if n, ok := in.circular[obj]; ok {
		reference := in.style("<ref *"+strconv.Itoa(n)+">", special)
		if base == "" {
			base = reference
		} else {
			base = reference + " " + base
		}
	}
	text := in.layOut(output, base, s, depth)
	in.budget -= len(text)
	return text
}

// nested runs show with what it returns indented further.
func (in *inspector) nested(by int, show func() string) string {
	in.indentation += by
	defer func() { in.indentation -= by }()
	return show()
}

// property is a property's name and value.
func (in *inspector) property(p property, depth int) string {
	return in.name(p) + ": " + in.propertyValue(p, depth)
}

func (in *inspector) propertyValue(p property, depth int) string {
	switch {
	case p.value != nil:
		return in.nested(2, func() string { return in.value(p.value, depth) })
	case p.getter && p.setter:
		return in.style("[Getter/Setter]", special)
	case p.getter:
		return in.style("[Getter]", special)
	case p.setter:
		return in.style("[Setter]", special)
	}
	return in.style("undefined", undefined)
}

// name is the name of a property as it stands before a colon.
func (in *inspector) name(p property) string {
	switch {
	case p.symbol != nil:
		return "[" + in.style(symbolText(p.symbol), symbol) + "]"
	case p.name == "__proto__":
		return "['__proto__']"
	case p.hidden:
		return "[" + p.name + "]"
	case isIdentifier(p.name):
		return p.name
	}
	return in.style(quote(p.name), stringy)
}

func isIdentifier(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func more(n int, one, many string) string {
	noun := many
	if n == 1 {
		noun = one
	}
	return "... " + strconv.Itoa(n) + " more " + noun
}

// style is a kind of text that has a colour of its own.
type style string

const (
	special   style = "36"
	numeric   style = "33"
	stringy   style = "32"
	symbol    style = "32"
	undefined style = "90"
	null      style = "1"
	date      style = "35"
	regular   style = "31"
)

func (in *inspector) style(s string, as style) string {
	if !in.Colors {
		return s
	}
	end := "39"
	if as == null {
		end = "22"
	}
	return "\x1b[" + string(as) + "m" + s + "\x1b[" + end + "m"
}

// uncolored is s without the colours that style has put in.
func (in *inspector) uncolored(s string) string {
	if !in.Colors || !strings.Contains(s, "\x1b[") {
		return s
	}
	return colorCode.ReplaceAllString(s, "")
}
