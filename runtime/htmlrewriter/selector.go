package htmlrewriter

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// selectorError says why a selector is refused.
type selectorError string

func (e selectorError) Error() string { return string(e) }

const (
	errUnexpectedToken    selectorError = "Unexpected token in selector."
	errUnexpectedEnd      selectorError = "Unexpected end of selector."
	errNoAttributeName    selectorError = "Missing attribute name in attribute selector."
	errEmptySelector      selectorError = "The selector is empty."
	errDanglingCombinator selectorError = "Dangling combinator in selector."
	errTokenInAttribute   selectorError = "Unexpected token in the attribute selector."
	errPseudo             selectorError = "Unsupported pseudo-class or pseudo-element in selector."
	errNamespace          selectorError = "Selectors with explicit namespaces are not supported."
	errClassName          selectorError = "Invalid or unescaped class name in selector."
	errNextSibling        selectorError = "Unsupported combinator `+` in selector."
	errSubsequentSibling  selectorError = "Unsupported combinator `~` in selector."
)

// complexSelector is compounds joined by combinators: https://drafts.csswg.org/selectors/#complex
type complexSelector []compound

// compound is the tests of one element. Those of the name come first: they need no attributes.
type compound struct {
	// child says that the element is a child of the one that the compound before matches, else it is a descendant.
	child bool
	names []nameTest
	attrs []attributeTest
}

// nameTest is a test that needs no attributes.
type nameTest struct {
	not  bool
	kind nameKind
	name string // in lower case
	nth  nth
}

type nameKind int

const (
	anyName nameKind = iota
	noName           // matches nothing
	thisName
	nthChild
	nthOfType
)

// attributeTest is a test of an attribute.
type attributeTest struct {
	not   bool
	name  string // in lower case
	op    byte   // 0 for one that exists; '=', '~', '|', '^', '$' or '*'
	value string
	// fold says that the case of ASCII letters has no meaning; foldHTML that it has none on elements of HTML.
	fold, foldHTML bool
}

// nth is An+B: https://drafts.csswg.org/css-syntax/#anb
type nth struct{ step, offset int }

func (n nth) has(index int) bool {
	d := index - n.offset
	switch {
	case n.step == 0:
		return d == 0
	case d < 0 && n.step > 0 || d > 0 && n.step < 0:
		return false
	}
	return d%n.step == 0
}

// parseSelector parses a list of selectors. What can be matched while the document streams by is supported; the error
// is worded as in workerd.
func parseSelector(s string) (list []complexSelector, err error) {
	p := selectorParser{tokens: cssTokens(s)}
	defer func() {
		if e, ok := recover().(selectorError); ok {
			list, err = nil, e
		}
	}()
	list = p.list(false)
	if p.peek().kind != cssEnd {
		p.fail(errUnexpectedToken)
	}
	if p.unsupported != "" {
		return nil, p.unsupported
	}
	return list, nil
}

// selectorParser panics with a selectorError.
type selectorParser struct {
	tokens []cssToken
	pos    int
	// unsupported is the first thing in the selector that is valid, and cannot be matched. It is told of only when all
	// of the selector has been found valid.
	unsupported selectorError
}

func (p *selectorParser) fail(err selectorError) { panic(err) }

func (p *selectorParser) refuse(err selectorError) {
	if p.unsupported == "" {
		p.unsupported = err
	}
}

func (p *selectorParser) peek() cssToken { return p.tokens[p.pos] }

func (p *selectorParser) next() cssToken {
	t := p.tokens[p.pos]
	if t.kind != cssEnd {
		p.pos++
	}
	return t
}

func (t cssToken) delim(c string) bool { return t.kind == cssDelim && t.text == c }

// list parses selectors up to the end, or up to a parenthesis if nested.
func (p *selectorParser) list(nested bool) []complexSelector {
	var list []complexSelector
	for {
		list = append(list, p.complex(nested))
		t := p.peek()
		if t.delim(",") {
			p.next()
			continue
		}
		if t.kind != cssEnd && !(nested && t.delim(")")) {
			p.fail(errUnexpectedToken)
		}
		return list
	}
}

// complex parses compounds and combinators.
func (p *selectorParser) complex(nested bool) complexSelector {
	var s complexSelector
	child := false
	for {
		c, empty := p.compound()
		if empty && len(s) > 0 {
			p.fail(errDanglingCombinator)
		}
		if empty {
			p.fail(errEmptySelector)
		}
		c.child = child
		s = append(s, c)
		t := p.peek()
		switch {
		case t.delim(">"):
			p.next()
			child = true
		case t.delim("+"):
			p.next()
			p.refuse(errNextSibling)
		case t.delim("~"):
			p.next()
			p.refuse(errSubsequentSibling)
		case t.kind == cssEnd || t.delim(",") || nested && t.delim(")") || !t.space:
			return s
		default:
			child = false
		}
	}
}

// compound parses simple selectors that no white space separates.
func (p *selectorParser) compound() (c compound, empty bool) {
	empty = !p.typeSelector(&c)
	for first := empty; ; first = false {
		t := p.peek()
		if t.space && !first || !p.simple(&c, t) {
			return c, empty
		}
		empty = false
	}
}

// typeSelector parses an element's name.
func (p *selectorParser) typeSelector(c *compound) bool {
	prefix, name, ok := p.qualifiedName(false)
	if !ok {
		return false
	}
	if prefix == noNamespace {
		c.names = append(c.names, nameTest{kind: noName})
	}
	if name == "*" {
		c.names = append(c.names, nameTest{kind: anyName})
	} else {
		c.names = append(c.names, nameTest{kind: thisName, name: lowerASCII(name)})
	}
	return true
}

type namespacePrefix int

const (
	noPrefix namespacePrefix = iota
	noNamespace
	anyNamespace
)

// qualifiedName parses a name that may have a namespace; "*" is any name. It returns false, and reads nothing, if there
// is none.
func (p *selectorParser) qualifiedName(attribute bool) (namespacePrefix, string, bool) {
	bar := func() bool { t := p.tokens[p.pos+1]; return t.delim("|") && !t.space }
	switch t := p.peek(); {
	case t.kind == cssIdent && bar():
		p.fail(errNamespace)
	case t.kind == cssIdent:
		p.next()
		return noPrefix, t.text, true
	case t.delim("*") && bar():
		p.next()
		p.next()
		name, ok := p.localName(attribute)
		return anyNamespace, name, ok
	case t.delim("*") && !attribute:
		p.next()
		return noPrefix, "*", true
	case t.delim("*"):
		p.next()
		if p.peek().kind == cssEnd || p.peek().delim("]") {
			p.fail(errUnexpectedEnd)
		}
		p.fail(errTokenInAttribute)
	case t.delim("|"):
		p.next()
		name, ok := p.localName(attribute)
		return noNamespace, name, ok
	}
	return noPrefix, "", false
}

// localName parses what follows a namespace. Where a selector ends instead, there is no name at all.
func (p *selectorParser) localName(attribute bool) (name string, ok bool) {
	switch t := p.peek(); {
	case t.kind == cssIdent && !t.space:
		p.next()
		return t.text, true
	case t.delim("*") && !t.space && !attribute:
		p.next()
		return "*", true
	case t.kind == cssEnd && !t.space && !attribute:
		return "", false
	case attribute && !t.space && (t.kind == cssEnd || t.delim("]")):
		p.fail(errUnexpectedEnd)
	case attribute:
		p.fail(errTokenInAttribute)
	}
	p.fail(errUnexpectedToken)
	return "", false
}

// simple parses what begins with t, if that is a simple selector.
func (p *selectorParser) simple(c *compound, t cssToken) bool {
	switch {
	case t.kind == cssHash && t.id:
		p.next()
		c.attrs = append(c.attrs, attributeTest{name: "id", op: '=', value: t.text})
	case t.delim("."):
		p.next()
		class := p.peek()
		if class.kind == cssEnd && !class.space {
			p.fail(errUnexpectedEnd)
		}
		if class.kind != cssIdent || class.space {
			p.fail(errClassName)
		}
		p.next()
		c.attrs = append(c.attrs, attributeTest{name: "class", op: '~', value: class.text})
	case t.delim("["):
		p.next()
		c.attrs = append(c.attrs, p.attribute())
	case t.delim(":"):
		p.next()
		p.pseudo(c)
	default:
		return false
	}
	return true
}

// closes reports whether the next token ends a block that closer closes, and reads it if so. The end of the selector
// closes all blocks.
func (p *selectorParser) closes(closer string) bool {
	t := p.peek()
	if t.delim(closer) {
		p.next()
		return true
	}
	return t.kind == cssEnd
}

// attribute parses what is in brackets: https://drafts.csswg.org/selectors/#attribute-selectors
func (p *selectorParser) attribute() attributeTest {
	if t := p.peek(); t.kind == cssEnd || t.delim("]") {
		p.fail(errUnexpectedEnd)
	}
	prefix, name, ok := p.qualifiedName(true)
	if !ok {
		p.fail(errNoAttributeName)
	}
	if prefix == anyNamespace {
		p.refuse(errNamespace)
	}
	test := attributeTest{name: lowerASCII(name)}
	if p.closes("]") {
		return test
	}
	switch t := p.next(); {
	case t.delim("="):
		test.op = '='
	case t.kind == cssMatch:
		test.op = t.text[0]
	default:
		p.fail(errTokenInAttribute)
	}
	value := p.peek()
	switch {
	case value.kind == cssEnd || value.delim("]"):
		p.fail(errUnexpectedEnd)
	case value.kind != cssIdent && value.kind != cssString:
		p.fail(errTokenInAttribute)
	}
	p.next()
	test.value = value.text
	test.foldHTML = slices.Contains(caselessAttributes, test.name)
	if p.closes("]") {
		return test
	}
	switch flag := p.next(); {
	case flag.kind == cssIdent && strings.EqualFold(flag.text, "i"):
		test.fold = true
	case flag.kind == cssIdent && strings.EqualFold(flag.text, "s"):
		test.foldHTML = false
	default:
		p.fail(errUnexpectedToken)
	}
	if !p.closes("]") {
		p.fail(errUnexpectedToken)
	}
	return test
}

// caselessAttributes are those of HTML whose values are compared without regard to case:
// https://html.spec.whatwg.org/#case-sensitivity-of-selectors
var caselessAttributes = []string{
	"accept", "accept-charset", "align", "alink", "axis", "bgcolor", "charset", "checked", "clear", "codetype", "color",
	"compact", "declare", "defer", "dir", "direction", "disabled", "enctype", "face", "frame", "hreflang", "http-equiv",
	"lang", "language", "link", "media", "method", "multiple", "nohref", "noresize", "noshade", "nowrap", "readonly",
	"rel", "rev", "rules", "scope", "scrolling", "selected", "shape", "target", "text", "type", "valign", "valuetype",
	"vlink",
}

// pseudo parses what follows a colon.
func (p *selectorParser) pseudo(c *compound) {
	t := p.peek()
	if t.kind == cssEnd && !t.space {
		p.fail(errUnexpectedEnd)
	}
	if t.space || t.kind != cssIdent && t.kind != cssFunction {
		if t.delim(":") && p.tokens[p.pos+1].kind == cssEnd {
			p.fail(errUnexpectedEnd)
		}
		p.fail(errPseudo)
	}
	p.next()
	name := lowerASCII(t.text)
	if t.kind == cssFunction {
		switch name {
		case "nth-child":
			c.names = append(c.names, nameTest{kind: nthChild, nth: p.nth()})
		case "nth-of-type":
			c.names = append(c.names, nameTest{kind: nthOfType, nth: p.nth()})
		case "nth-last-child", "nth-last-of-type":
			p.nth()
			p.refuse(errPseudo)
		case "not":
			for _, s := range p.list(true) {
				p.negate(c, s)
			}
			p.closes(")")
		default:
			p.fail(errPseudo)
		}
		return
	}
	switch name {
	case "first-child":
		c.names = append(c.names, nameTest{kind: nthChild, nth: nth{0, 1}})
	case "first-of-type":
		c.names = append(c.names, nameTest{kind: nthOfType, nth: nth{0, 1}})
	case "last-child", "last-of-type", "only-child", "only-of-type", "root", "empty", "scope":
		p.refuse(errPseudo)
	default:
		p.fail(errPseudo)
	}
}

// negate adds the opposite of each test of a selector that :not() excludes. All must hold: a selector of several tests
// is excluded as soon as one of them does, as lol-html has it.
func (p *selectorParser) negate(c *compound, s complexSelector) {
	if len(s) > 1 {
		p.refuse(errPseudo)
	}
	for _, test := range s[0].names {
		test.not = !test.not
		c.names = append(c.names, test)
	}
	for _, test := range s[0].attrs {
		test.not = !test.not
		c.attrs = append(c.attrs, test)
	}
}

var anb = regexp.MustCompile(`^(?:([+-]?\d*)n(?:\s*([+-])\s*(\d+))?|([+-]?\d+))$`)

// anbCut is An+B without the B.
var anbCut = regexp.MustCompile(`^[+-]?\d*n\s*[+-]$`)

// nth parses An+B and the parenthesis after it: https://drafts.csswg.org/css-syntax/#anb-microsyntax
func (p *selectorParser) nth() nth {
	var source strings.Builder
	for !p.closes(")") {
		t := p.next()
		if t.space && source.Len() > 0 {
			source.WriteByte(' ')
		}
		source.WriteString(t.text)
	}
	text := lowerASCII(source.String())
	switch text {
	case "":
		p.fail(errUnexpectedEnd)
	case "even":
		return nth{2, 0}
	case "odd":
		return nth{2, 1}
	}
	m := anb.FindStringSubmatch(text)
	switch {
	case m == nil && anbCut.MatchString(text):
		p.fail(errUnexpectedEnd)
	case m == nil:
		p.fail(errUnexpectedToken)
	}
	if m[4] != "" {
		return nth{0, atoi32(m[4])}
	}
	var n nth
	switch m[1] {
	case "", "+":
		n.step = 1
	case "-":
		n.step = -1
	default:
		n.step = atoi32(m[1])
	}
	if m[3] != "" {
		n.offset = atoi32(m[2] + m[3])
	}
	return n
}

// atoi32 converts digits to a number; one that does not fit into 32 bits becomes the nearest that does.
func atoi32(s string) int {
	n, _ := strconv.Atoi(s) // which clamps, too
	return min(max(n, math.MinInt32), math.MaxInt32)
}

func lowerASCII(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = lower(b[i])
			}
			return string(b)
		}
	}
	return s
}

// lower returns an ASCII letter in lower case, and any other byte as it is.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}
