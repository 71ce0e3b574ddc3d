package bundle

import "strings"

// AppendModule is the specifier of the module whose default export is the function that appends to strings: given two
// values, it returns what + does. A script loads it if it needs it.
const AppendModule = "devserver:append"

// appendStrings has strings be appended to by a function of the runtime: x += y becomes x =append(x,y). The engine copies
// all of a string for each piece that is appended to it, so that a page of a megabyte takes minutes to put together. Where
// nothing suggests that x is a string, as for most counters, nothing changes.
func (m *fileText) appendStrings() {
	name := m.decided.append
	for i := range m.list {
		if !m.is(i, "+=") || !m.kind(i, punct) {
			continue
		}
		first := m.appendTarget(i - 1)
		if first < 0 {
			continue
		}
		end := m.assignedEnd(i + 1)
		if !m.addsText(i+1, end) && !strings.Contains(m.decided.strings, " "+m.text(i-1)+" ") {
			continue
		}
		m.appends = true
		target := string(m.code[m.list[first].start:m.list[i-1].end])
		op, last := m.list[i], m.list[end].end
		m.edits = append(m.edits,
			edit{op.start, op.end, "=" + name + "(" + target + ","},
			edit{last, last, ")"})
	}
}

// appended are the names of variables and properties that something is appended, or added, to.
func (m *fileText) appended() (names []string) {
	seen := make(map[string]bool)
	for i := range m.list {
		if m.is(i, "+=") && m.kind(i, punct) && m.appendTarget(i-1) >= 0 && !seen[m.text(i-1)] {
			seen[m.text(i-1)] = true
			names = append(names, m.text(i-1))
		}
	}
	return names
}

// stringVariables are the names of variables and properties that something gives a string literal, other than in helpers that
// the runtime's replace.
func (m *fileText) stringVariables() map[string]bool {
	names := make(map[string]bool)
	helpers := m.helperDefinitions()
	for i := 0; i < len(m.list); i++ {
		if len(helpers) > 0 && i == helpers[0].first {
			i, helpers = helpers[0].last, helpers[1:]
			continue
		}
		if !(m.kind(i, text) || m.kind(i, template) && m.code[m.list[i].start] == '`') {
			continue
		}
		if (m.is(i-1, "=") || m.is(i-1, ":")) && (m.kind(i-2, word) || m.kind(i-2, private)) {
			names[m.text(i-2)] = true
		}
	}
	return names
}

// appendTarget returns the first token of the variable, or the member of a variable or of this, that ends at token i, or -1
// if it is something that must not be evaluated twice.
func (m *fileText) appendTarget(i int) int {
	if !m.kind(i, word) && !m.kind(i, private) {
		return -1
	}
	if m.is(i-1, ".") {
		if !m.kind(i-2, word) || m.is(i-2, "super") || m.is(i-3, ".") || m.is(i-3, "?.") {
			return -1
		}
		return i - 2
	}
	if m.is(i-1, "?.") {
		return -1
	}
	return i
}

// assignedEnd returns the last token of the expression at token i that is assigned to something.
func (m *fileText) assignedEnd(i int) int {
	conditions, last := 0, i
	for ; i < len(m.list); i++ {
		switch {
		case m.list[i].kind == gone:
			continue
		case int(m.list[i].mate) > i:
			i = m.skip(i)
		case m.list[i].mate >= 0, m.is(i, ","), m.is(i, ";"):
			return last
		case m.is(i, "?"):
			conditions++
		case m.is(i, ":"):
			if conditions == 0 {
				return last
			}
			conditions--
		}
		last = i
	}
	return last
}

// addsText reports whether the expression from token i to token end has a string literal outside of all brackets.
func (m *fileText) addsText(i, end int) bool {
	for ; i <= end; i++ {
		if m.kind(i, text) || m.kind(i, template) {
			return true
		}
		if int(m.list[i].mate) > i {
			i = m.skip(i)
		}
	}
	return false
}
