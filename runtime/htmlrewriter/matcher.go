package htmlrewriter

import (
	"bytes"
)

// step is a compound of a selector: an element that matches it either is what the selector selects, or lets elements
// within it be tried against the next one.
type step struct {
	names []nameTest
	attrs []encodedTest
	id    int // of the selector's handlers, at the last step
	next  *step
	child bool // the next step is for children, else for descendants
}

// encodedTest is an attributeTest in the encoding of the document.
type encodedTest struct {
	attributeTest
	bytes []byte
	never bool // the value cannot be written in that encoding
}

// matcher finds, tag by tag, which elements selectors select. It keeps the elements that are open, as lol-html does: an
// end tag closes all that was opened since its start tag, and nothing is closed that the document does not close.
type matcher struct {
	first []*step
	// counts says that elements are counted by their names.
	counts bool
	root   frame
	stack  []frame
	open   map[string]int // how many elements of each name are open
	// within are the steps to try on all elements within those that are open, each with the depth that it came from.
	within []inherited
	found  []*step // whose names match the tag that is being read

	matched []int // of the last tag, in order
}

type inherited struct {
	step  *step
	depth int
}

// frame is an open element, or the document.
type frame struct {
	name     string
	children int
	byName   map[string]int
	steps    []*step // for children
	element  openElement
}

// openElement is what the engine keeps of an element that has content.
type openElement struct {
	ids    []int // of the handlers whose selectors match
	end    *endHandler
	hidden bool // the content is left out
}

// maxDepth is how many elements may be open at a time, when there are selectors. It is where workerd's limit on memory
// is met.
const maxDepth = 1 << 14

func (m *matcher) add(list []complexSelector, id int, cs *charset) {
	for _, selector := range list {
		var last *step
		for _, c := range selector {
			s := &step{id: -1}
			for _, test := range c.names {
				if test.kind == thisName {
					name, ok := cs.encodeExactly(test.name)
					if test.name = string(name); !ok {
						test.kind = noName
					}
				}
				s.names = append(s.names, test)
			}
			for _, test := range c.attrs {
				value, ok := cs.encodeExactly(test.value)
				s.attrs = append(s.attrs, encodedTest{test, value, !ok})
			}
			for _, test := range c.names {
				m.counts = m.counts || test.kind == nthOfType
			}
			if last == nil {
				m.first = append(m.first, s)
			} else {
				last.next, last.child = s, c.child
			}
			last = s
		}
		last.id = id
	}
	if m.open == nil {
		m.open = map[string]int{}
	}
}

func (m *matcher) top() *frame {
	if len(m.stack) == 0 {
		return &m.root
	}
	return &m.stack[len(m.stack)-1]
}

// begin looks at the name of a start tag, and reports whether finish has to know the attributes.
func (m *matcher) begin(name string) (needsAttributes bool) {
	parent := m.top()
	parent.children++
	if m.counts {
		if parent.byName == nil {
			parent.byName = map[string]int{}
		}
		parent.byName[name]++
	}
	m.found = m.found[:0]
	for _, s := range m.first {
		m.try(s, name, parent)
	}
	for _, s := range parent.steps {
		m.try(s, name, parent)
	}
	for _, w := range m.within {
		m.try(w.step, name, parent)
	}
	for _, s := range m.found {
		if len(s.attrs) > 0 {
			return true
		}
	}
	return false
}

func (m *matcher) try(s *step, name string, parent *frame) {
	for i := range s.names {
		test := &s.names[i]
		var ok bool
		switch test.kind {
		case anyName:
			ok = true
		case thisName:
			ok = test.name == name
		case nthChild:
			ok = test.nth.has(parent.children)
		case nthOfType:
			ok = test.nth.has(parent.byName[name])
		}
		if ok == test.not {
			return
		}
	}
	m.found = append(m.found, s)
}

// finish looks at the whole of a start tag. It fills matched, and opens the element if it has content. It reports false
// if too many are open.
func (m *matcher) finish(t *tagLexeme, content bool) bool {
	m.matched = m.matched[:0]
	var opened frame
	depth := len(m.stack)
	for _, s := range m.found {
		if !s.matches(t) {
			continue
		}
		if s.next == nil {
			m.select_(s.id)
			continue
		}
		switch {
		case !content:
		case s.child:
			opened.steps = append(opened.steps, s.next)
		case !m.inherits(s.next):
			m.within = append(m.within, inherited{s.next, depth})
		}
	}
	if !content {
		return true
	}
	opened.name = t.tagName
	if len(m.matched) > 0 {
		opened.element.ids = append([]int(nil), m.matched...)
	}
	m.stack = append(m.stack, opened)
	m.open[opened.name]++
	return len(m.stack) <= maxDepth
}

// select_ adds to matched, once.
func (m *matcher) select_(id int) {
	for _, known := range m.matched {
		if known == id {
			return
		}
	}
	m.matched = append(m.matched, id)
}

func (m *matcher) inherits(s *step) bool {
	for _, w := range m.within {
		if w.step == s {
			return true
		}
	}
	return false
}

// end closes the elements that an end tag closes, and tells closed of each, the outermost first.
func (m *matcher) end(name string, closed func(e *openElement)) {
	if m.open[name] == 0 {
		return
	}
	at := len(m.stack) - 1
	for m.stack[at].name != name {
		at--
	}
	for i := at; i < len(m.stack); i++ {
		f := &m.stack[i]
		if n := m.open[f.name]; n > 1 {
			m.open[f.name] = n - 1
		} else {
			delete(m.open, f.name)
		}
		closed(&f.element)
		*f = frame{}
	}
	m.stack = m.stack[:at]
	for len(m.within) > 0 && m.within[len(m.within)-1].depth >= at {
		m.within = m.within[:len(m.within)-1]
	}
}

func (s *step) matches(t *tagLexeme) bool {
	for i := range s.attrs {
		if s.attrs[i].holds(t) == s.attrs[i].not {
			return false
		}
	}
	return true
}

// holds is the test without its negation. Of an attribute that is given more than once the first counts.
func (test *encodedTest) holds(t *tagLexeme) bool {
	if test.never {
		return false
	}
	i := t.find(test.name)
	if i < 0 {
		return false
	}
	if test.op == 0 {
		return true
	}
	value, want := t.value(i), test.bytes
	equal := bytes.Equal
	if test.fold || test.foldHTML && t.ns == nsHTML {
		equal = equalFoldBytes
	}
	switch test.op {
	case '=':
		return equal(value, want)
	case '~':
		for part := range words(value) {
			if equal(part, want) {
				return true
			}
		}
	case '|':
		return equal(value, want) || len(value) > len(want) && value[len(want)] == '-' && equal(value[:len(want)], want)
	case '^':
		return len(want) > 0 && len(value) >= len(want) && equal(value[:len(want)], want)
	case '$':
		return len(want) > 0 && len(value) >= len(want) && equal(value[len(value)-len(want):], want)
	case '*':
		for i := 0; len(want) > 0 && i+len(want) <= len(value); i++ {
			if equal(value[i:i+len(want)], want) {
				return true
			}
		}
	}
	return false
}

// words are the parts between white space, empty ones too.
func words(value []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		from := 0
		for i := 0; i <= len(value); i++ {
			if i == len(value) || isSpace(value[i]) {
				if !yield(value[from:i]) {
					return
				}
				from = i + 1
			}
		}
	}
}

// isSpace reports whether c is ASCII whitespace: https://infra.spec.whatwg.org/#ascii-whitespace
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' }
