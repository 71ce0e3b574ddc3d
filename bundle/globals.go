package bundle

import (
	"maps"
	"slices"
)

// globals reads from the code what it may do to the global object, and errs on the side of more.
func (m *fileText) globals(declared []bool) (assigned []string, reflects bool) {
	names := make(map[string]bool)
	for i := range m.list {
		switch m.list[i].kind {
		case word:
			switch {
			case m.is(i-1, ".") || m.is(i-1, "?."):
			case m.isGlobalObject(i):
				name, escapes := m.useOfGlobalObject(i)
				if name != "" {
					names[name] = true
				}
				reflects = reflects || escapes
			case m.is(i, "eval") || m.is(i, "Function") && m.is(i+1, "("):
				reflects = true
			case !declared[i] && !m.fields[i] && m.isAssigned(i):
				names[m.text(i)] = true
			}
		case punct:
			// A pattern that is assigned to, or something that looks like one: all names within.
			if (m.is(i, "}") || m.is(i, "]")) && (m.is(i+1, "=") || m.is(i+1, "of") || m.is(i+1, "in")) && m.list[i].mate >= 0 {
				open := int(m.list[i].mate)
				if declared[open] {
					continue
				}
				for j := open + 1; j < i; j++ {
					if m.kind(j, word) && !m.is(j-1, ".") {
						names[m.text(j)] = true
					}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names)), reflects
}

// declarations tells of each token whether a variable of a declaration is named there, or a pattern of them begins.
func (m *fileText) declarations() []bool {
	declared := make([]bool, len(m.list)+2)
	for i := range m.list {
		if !m.kind(i, word) || m.is(i-1, ".") || !(m.is(i, "const") || m.is(i, "let") || m.is(i, "var")) {
			continue
		}
		for end := i; ; {
			first := end + 1
			declared[first] = true
			end = m.skip(first)
			if m.is(end+1, "=") {
				end = m.expressionEnd(end + 2)
			}
			if end++; !m.is(end, ",") {
				break
			}
		}
	}
	return declared
}

// isAssigned reports whether the variable at token i is assigned to or deleted there.
func (m *fileText) isAssigned(i int) bool {
	switch {
	case m.is(i-1, "delete"), m.is(i-1, "++"), m.is(i-1, "--"):
		return true
	case m.is(i-1, "(") && m.is(i-2, "for"):
		return m.is(i+1, "of") || m.is(i+1, "in")
	}
	return m.assigns(i + 1)
}

// assigns reports whether token i is an operator that changes what stands before it.
func (m *fileText) assigns(i int) bool {
	if !m.kind(i, punct) {
		return false
	}
	switch m.text(i) {
	case "=", "+=", "-=", "*=", "/=", "%=", "**=", "&=", "|=", "^=", "<<=", ">>=", ">>>=", "&&=", "||=", "??=", "++", "--":
		return true
	}
	return false
}

func (m *fileText) isGlobalObject(i int) bool {
	return m.is(i, "globalThis") || m.is(i, "self") || m.is(i, "global")
}

// reflecting are members of the global object that look at, or change, its other members.
var reflecting = []string{
	"hasOwnProperty", "propertyIsEnumerable", "__proto__",
	"__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
}

// useOfGlobalObject looks at what follows the global object at token i: the name of the member that changes, and whether the
// object is used for more than a member that the code names.
func (m *fileText) useOfGlobalObject(i int) (changed string, escapes bool) {
	if m.is(i-1, "typeof") && !m.is(i+1, ".") && !m.is(i+1, "?.") && !m.is(i+1, "[") {
		return "", false
	}
	first, deletes := i, m.is(i-1, "delete")
	for {
		name, last := "", 0
		switch {
		case (m.is(i+1, ".") || m.is(i+1, "?.")) && m.kind(i+2, word):
			name, last = m.text(i+2), i+2
		case m.is(i+1, "[") && m.kind(i+2, text) && m.is(i+3, "]"):
			literal := m.text(i + 2)
			name, last = literal[1:len(literal)-1], i+3
		case m.is(i+1, ":"), m.is(i-1, "#"):
			return "", first == i && !m.is(i-1, ",") && !m.is(i-1, "{") // a property name, or the end of a conditional
		default:
			return "", true
		}
		switch {
		case slices.Contains(reflecting, name):
			return "", true
		case name == "globalThis" || name == "self" || name == "global":
			i = last
			continue
		case deletes || m.assigns(last+1) || m.is(first-1, "++") || m.is(first-1, "--"):
			return name, false
		}
		return "", false
	}
}
