package console

import (
	"slices"
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
	// Layout says how it is laid out; nil means [DefaultLayout].
	Layout *Layout
}

// Layout says how what is shown is laid out, and how much of it there may be.
type Layout struct {
	// Width is how many characters a line may have that several properties share.
	Width int
	// Compact is how many levels of objects may share a line, and 0 gives each property a line of its own.
	Compact int
	// Items is how many elements of an array, a map or a set are shown, and Text how many characters of a string.
	Items, Text int
	// Plain leaves out what objects have a function of their own for: see custom.go.
	Plain bool
	// Getters calls getters and shows what they return.
	Getters bool
	// Proxies shows a proxy's target and handler.
	Proxies bool
	// Throws passes on what an object's own function throws; otherwise such a function is as good as none.
	Throws bool
	// Sort, if it is not nil, orders the properties of an object, as they are shown.
	Sort func(a, b string) int
}

// DefaultLayout is the layout of console.log.
var DefaultLayout = Layout{Width: 80, Compact: 3, Items: 100, Text: 10_000}

const (
	// DefaultDepth is the depth of console.log.
	DefaultDepth = 2
	// MaxDepth is the greatest depth there is.
	MaxDepth = 1000

	// maxIndexed is the length from which on an array is not asked for properties beside its elements.
	maxIndexed = 10_000
)

// Inspect returns what a console shows of a value. It calls no getters and no proxies, only what a script has given an
// object for this very purpose (see custom.go), and never throws, unless the options say so.
func Inspect(r *webidl.Realm, v goja.Value, o Options) string {
	in := newInspector(r, o)
	return in.try(v, func() string { return in.value(v, 0) })
}

// inspector is one call of [Inspect].
type inspector struct {
	Options
	realm   *webidl.Realm
	natives *natives
	layout  *Layout

	lineages    map[*goja.Object]lineage
	seen        []*goja.Object // the objects around the one being shown
	circular    map[*goja.Object]int
	indentation int
	deepest     int // depth of the object shown last
	budget      int // bytes left of maxText; when it is used up, no further properties are shown
}

func newInspector(r *webidl.Realm, o Options) *inspector {
	in := &inspector{Options: o, realm: r, natives: nativesOf(r), budget: maxText, layout: o.Layout}
	if in.layout == nil {
		in.layout = &DefaultLayout
	}
	return in
}

// try returns what show returns, or a stand-in if it throws and must not.
func (in *inspector) try(v goja.Value, show func() string) (text string) {
	if in.layout.Throws {
		return show()
	}
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
	if in.layout.Proxies {
		if text, ok := in.proxy(obj, depth); ok {
			return text
		}
	}
	context, proxies := obj, 0
	for target, ok := in.target(obj); ok; target, ok = in.target(obj) {
		if target == nil {
			return in.style("<Revoked Proxy>", special)
		}
		obj = target
		proxies++
	}
	if slices.Contains(in.seen, obj) {
		return in.circle(obj)
	}
	if !in.layout.Plain {
		if text, ok := in.custom(obj, context, depth); ok {
			return text
		}
	}
	text := in.object(obj, depth)
	if proxies = min(proxies, maxCustom); proxies > 0 {
		text = strings.Repeat(in.style("Proxy(", special), proxies) + text + strings.Repeat(in.style(")", special), proxies)
	}
	return text
}

// target returns what is behind an object that is a script's proxy; nil, if it has been revoked.
func (in *inspector) target(obj *goja.Object) (target *goja.Object, isProxy bool) {
	if obj.ExportType() != proxyType || in.realm.ClassOfPrototype(obj) != nil || in.realm.ClassOfConstructor(obj) != nil {
		return nil, false
	}
	proxy, _ := obj.Export().(goja.Proxy)
	return proxy.Target(), true
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

// proxy shows an object that is a script's proxy by its target and its handler.
func (in *inspector) proxy(obj *goja.Object, depth int) (string, bool) {
	proxy, ok := obj.Export().(goja.Proxy)
	if !ok || proxy.Target() == nil || in.realm.ClassOfPrototype(obj) != nil || in.realm.ClassOfConstructor(obj) != nil {
		return "", false
	}
	if depth > in.Depth {
		return in.style("Proxy [Array]", special), true
	}
	depth++
	in.deepest = depth
	output := []string{
		in.nested(2, func() string { return in.value(proxy.Target(), depth) }),
		in.nested(2, func() string { return in.value(proxy.Handler(), depth) }),
	}
	return in.layOut(output, "", shape{open: "Proxy [", close: "]", list: true}, depth), true
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
	if in.layout.Sort != nil {
		first := 0
		if s.list {
			first = len(output) - len(s.properties)
		}
		slices.SortStableFunc(output[max(first, 0):], in.layout.Sort)
	}
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
	text := in.name(p) + ": " + in.propertyValue(p, depth)
	if p.inherited && in.Colors {
		text = "\x1b[2m" + text + "\x1b[22m"
	}
	return text
}

func (in *inspector) propertyValue(p property, depth int) string {
	switch {
	case p.getter && in.layout.Getters && p.get != nil:
		return in.got(p, depth)
	case p.buffer:
		buffer := p.value.(*goja.Object).Export().(goja.ArrayBuffer)
		return "ArrayBuffer { byteLength: " + in.style(strconv.Itoa(len(buffer.Bytes())), numeric) + " }"
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
	case p.symbol != nil && p.hidden:
		return "[" + in.style(symbolText(p.symbol), symbol) + "]"
	case p.symbol != nil:
		return in.style(symbolText(p.symbol), symbol)
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
