package bundle

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"devserver/runtime/ecmaregexp"
)

// dropNameCalls removes the calls that esbuild's KeepNames adds to every function and class, wherever the name comes out
// right without: each costs about a microsecond per isolate. What remains are the names that esbuild had to change.
//
//	function f() {…}  __name(f, "f");
//	var f = /* @__PURE__ */ __name(() => …, "f"), o = { f: __name(() => …, "f") };
//	call(__name(function f() {…}, "f"));
//	var C = class {  static { __name(this, "C"); }  …};
func (m *fileText) dropNameCalls() {
	definition, defProp := -1, -1
	for i := range m.list {
		if !m.kind(i, word) {
			continue
		}
		switch {
		case m.is(i, "__defProp"):
			m.uses.defProp++
			if m.is(i-1, "var") {
				defProp = i - 1
			}
		case !m.is(i, "__name"):
		case m.is(i-1, "var") && m.is(i+1, "="):
			definition = i - 1
		case !m.is(i+1, "(") || !m.dropNameCall(i):
			m.uses.name++
		}
	}
	if definition < 0 || m.uses.name+m.decided.elsewhere.name > 0 {
		return
	}
	m.dropDeclaration(definition)
	if m.uses.defProp+m.decided.elsewhere.defProp == 2 && defProp >= 0 { // its own and __name's
		m.dropDeclaration(defProp)
	}
}

// definesName reports whether __name is defined here.
func (m *fileText) definesName() bool {
	if !bytes.Contains(m.code, []byte("var __name")) {
		return false
	}
	for i := range m.list {
		if m.is(i, "__name") && m.is(i-1, "var") && m.is(i+1, "=") {
			return true
		}
	}
	return false
}

// dropDeclaration blanks a var statement of one variable.
func (m *fileText) dropDeclaration(first int) {
	if end := m.expressionEnd(first + 3); m.is(end+1, ";") {
		m.blank(first, end+1)
	}
}

// dropNameCall blanks the call of __name at token i if it changes nothing, and reports whether it did.
func (m *fileText) dropNameCall(i int) bool {
	end := int(m.list[i+1].mate)
	if !m.kind(end-1, text) || !m.is(end-2, ",") {
		return false
	}
	name := strings.Trim(m.text(end-1), `"`)
	switch {
	case m.is(i+2, "this") && end == i+5 && m.is(i-1, "{") && m.is(i-2, "static"):
		if m.className(i-2) != name {
			return false
		}
		last := int(m.list[i-1].mate)
		if !m.is(last-1, ";") && last != end+1 {
			return false
		}
		m.blank(i-2, last)
	case end == i+5 && m.is(end+1, ";"):
		if !m.is(i+2, name) || !(m.is(i-1, "}") || m.is(i-1, ";") || m.is(i-1, "{")) {
			return false
		}
		m.blank(i, end) // the semicolon may be the body of something
	default:
		own, known := m.functionName(i + 2)
		switch {
		case !known:
			return false
		case own == name:
			m.blank(i, i)
		case own == "" && m.isNamedBy(i, name):
			m.blank(i, i+1)
			m.blank(end, end)
		default:
			return false
		}
		m.blank(end-2, end-1)
	}
	return true
}

// isNamedBy reports whether an anonymous function in the place of the expression at token i gets that name from where it
// stands.
func (m *fileText) isNamedBy(i int, name string) bool {
	switch {
	case m.is(i-1, "="):
		return m.is(i-2, name) && !m.is(i-3, ".")
	case m.is(i-1, ":"):
		return (m.is(i-2, name) || m.is(i-2, `"`+name+`"`)) && (m.is(i-3, "{") || m.is(i-3, ","))
	}
	return false
}

// functionName returns the own name, if it has one, of the function or class that begins at token i. It does not know
// other expressions.
func (m *fileText) functionName(i int) (name string, known bool) {
	if m.is(i, "async") && !m.is(i+1, "=>") {
		i++
	}
	first := i
	switch {
	case m.is(i, "function"):
		i++
		if m.is(i, "*") {
			i++
		}
	case m.is(i, "class"):
		i++
	case m.is(i, "("):
		end := int(m.list[i].mate)
		if m.is(end+1, "=>") {
			return "", true
		}
		name, known = m.functionName(i + 1)
		return name, known && m.expressionEnd(i+1) == end-1
	default:
		return "", m.is(i+1, "=>")
	}
	if m.kind(i, word) && !m.is(i, "extends") {
		return m.text(i), true
	}
	return "", i > first
}

// className returns the name that a class has without help, given the index of the first token in its body; "" if it has
// none or that is hard to tell.
func (m *fileText) className(first int) string {
	if !m.is(first-1, "{") {
		return ""
	}
	i := first - 2
	for depth := 0; i >= 0 && depth < 16; i, depth = i-1, depth+1 { // back over the heritage
		switch {
		case m.list[i].mate >= 0 && int(m.list[i].mate) < i:
			i = int(m.list[i].mate)
		case m.is(i, "class") && !m.is(i-1, "."):
			switch {
			case m.is(i+1, "extends"), m.is(i+1, "{"):
				if m.is(i-1, "=") && m.kind(i-2, word) && !m.is(i-3, ".") {
					return m.text(i - 2)
				}
				return ""
			}
			return m.text(i + 1)
		case m.is(i, ";"), m.is(i, "{"), m.is(i, "}"):
			return ""
		}
	}
	return ""
}

// respell rewrites what esbuild prints and goja's parser refuses.
func (m *fileText) respell() {
	m.respellPrivate()
	for i := range m.list {
		switch {
		case m.list[i].kind == regex:
			m.markRegex(i)
		case m.is(i, "class") && m.kind(i, word) && !m.is(i-1, ".") && !m.is(i-1, "?."):
			if body := m.classBody(i); body > 0 {
				m.respellFields(body)
			}
		case m.is(i, "=>") && !m.is(i+1, "{"):
			m.respellAwait(i)
		}
	}
}

// respellAwait gives the asynchronous arrow function at token i, whose body is an expression, a block instead if it awaits and
// is part of parameters: goja takes the await for one of the function that they belong to, where it is an error.
//
//	function f(call = async (x) => await x) {…}
func (m *fileText) respellAwait(i int) {
	head := i - 1
	if m.is(head, ")") {
		head = int(m.list[head].mate)
	}
	if head--; head < 0 || !m.is(head, "async") {
		return
	}
	end := m.expressionEnd(i + 1)
	awaits := false
	for k := i + 1; k <= end && !awaits; k++ {
		awaits = m.kind(k, word) && m.is(k, "await")
	}
	if awaits && m.inParameters(head) {
		m.edits = append(m.edits, edit{m.list[i].end, m.list[i].end, "{return("}, edit{m.list[end].end, m.list[end].end, ")}"})
	}
}

// inParameters reports whether token i is part of the parameters of a function, and not of a block in them.
func (m *fileText) inParameters(i int) bool {
	for i--; i >= 0; i-- {
		switch mate := int(m.list[i].mate); {
		case mate >= 0 && mate < i:
			i = mate
		case m.is(i, ";"), m.is(i, "{") && (m.is(i-1, ")") || m.is(i-1, "=>")):
			return false
		case m.is(i, "(") && (m.is(mate+1, "=>") || m.is(mate+1, "{")):
			return true // a statement with a block does no harm
		}
	}
	return false
}

// classBody returns the index of the brace that opens the body of the class at token i, or 0 if it is none.
func (m *fileText) classBody(i int) int {
	i++
	if m.kind(i, word) && !m.is(i, "extends") {
		i++
	}
	if m.is(i, "{") {
		return i
	}
	if !m.is(i, "extends") {
		return 0 // a property of this name
	}
	for i++; i < len(m.list); i++ {
		switch {
		case m.is(i, "class"):
			if i = m.classBody(i); i == 0 {
				return 0
			}
			i = m.skip(i)
		case m.is(i, "function"):
			for !m.is(i, "{") {
				i = m.skip(i) + 1
			}
			i = m.skip(i)
		case m.is(i, "{") && !m.is(i-1, "extends"):
			return i
		case int(m.list[i].mate) > i:
			i = m.skip(i)
		}
	}
	return 0
}

// respellFields quotes fields named get, set or async: goja takes the word for a modifier, unless ( or ; follows.
func (m *fileText) respellFields(body int) {
	start := true // of a member
	for i := body + 1; i < int(m.list[body].mate); i++ {
		if m.kind(i, gone) || start && m.is(i, "static") && !m.is(i+1, "=") {
			continue
		}
		if start && m.kind(i, word) && m.is(i+1, "=") {
			m.fields[i] = true
		}
		if start && (m.is(i, "get") || m.is(i, "set") || m.is(i, "async")) && (m.is(i+1, "=") || m.is(i+1, "}")) {
			m.quote(i)
		}
		start = m.is(i, ";")
		if int(m.list[i].mate) > i {
			start = m.is(i, "{") && (m.is(i-1, ")") || m.is(i-1, "static"))
			i = m.skip(i)
		}
	}
}

// respellings of private names that goja takes for modifiers too. They are as long, so that columns stay.
var respellings = map[string][]string{
	"#get": {"#Get", "#geT", "#_et", "#$et"},
	"#set": {"#Set", "#seT", "#_et", "#$et"},
}

// respellPrivate renames #get and #set throughout.
func (m *fileText) respellPrivate() {
	for name, instead := range respellings {
		if !bytes.Contains(m.code, []byte(name)) {
			continue
		}
		free := slices.IndexFunc(instead, func(s string) bool { return !bytes.Contains(m.code, []byte(s)) })
		if free < 0 {
			continue
		}
		for i := range m.list {
			if m.kind(i, private) && m.is(i, name) {
				copy(m.code[m.list[i].start:], instead[free])
			}
		}
	}
}

// quote makes a string of the property name at token i, in place if there is room between it and the next token.
func (m *fileText) quote(i int) {
	name, quoted := m.list[i], strconv.Quote(m.text(i))
	end := name.end
	for end-name.start < int32(len(quoted)) && m.code[end] == ' ' {
		end++
	}
	// The spaces after the following operator make up for the rest.
	if next := m.list[i+1]; end-name.start < int32(len(quoted)) && next.start == end && m.code[next.start] == '=' && m.code[next.end] == ' ' {
		end = next.end + 1
		quoted += "="
	}
	m.edits = append(m.edits, edit{name.start, end, quoted})
}

// markRegex puts a mark in the place of a literal, which the runtime knows the expression of: see [ecmaregexp.Mark]. The engine
// does not take all literals, takes some wrongly, and compiles each when it is loaded.
func (m *fileText) markRegex(i int) {
	if pattern, flags, ok := m.checkRegex(i); ok {
		m.edits = append(m.edits, edit{m.list[i].start, m.list[i].end, ecmaregexp.Mark(ecmaregexp.Literal(pattern, flags))})
	}
}

// braces finds an escape, and in a group one of a code point.
var braces = regexp.MustCompile(`\\(?:u\{([0-9A-Fa-f]+)\}|[^u]|u)`)

// respellBraces writes \u{…} in strings and templates, where the engine's parser does not always take it, as two escapes. In
// identifiers it stays, and in tagged templates, which show how they are written.
func (m *fileText) respellBraces() {
	for i := range m.list {
		t := &m.list[i]
		if t.kind != text && (t.kind != template || m.isTagged(i)) {
			continue
		}
		for _, at := range braces.FindAllSubmatchIndex(m.code[t.start:t.end], -1) {
			if at[2] < 0 {
				continue
			}
			c, err := strconv.ParseUint(string(m.code[t.start:t.end][at[2]:at[3]]), 16, 21)
			if err != nil || c <= 0xffff {
				continue
			}
			high, low := utf16.EncodeRune(rune(c))
			m.edits = append(m.edits, edit{t.start + int32(at[0]), t.start + int32(at[1]), fmt.Sprintf(`\u%04x\u%04x`, high, low)})
		}
	}
}

// isTagged reports whether the template that token i is a piece of has a tag.
func (m *fileText) isTagged(i int) bool {
	i = m.templateHead(i)
	switch {
	case m.kind(i-1, word):
		return !slices.Contains(wordsBeforeExpression, m.text(i-1)) || m.is(i-2, ".")
	case m.kind(i-1, template):
		return m.code[m.list[i-1].end-1] == '`'
	}
	return m.is(i-1, ")") || m.is(i-1, "]")
}
