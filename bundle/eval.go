package bundle

import "bytes"

// takeDirectEval makes the direct calls of eval what the engine knows for such: calls of its own eval by the name of eval. The
// one that is a global asks before it evaluates, so that its calls are indirect. The engine's is the parameter, which only
// sloppy code may name so, of a function around the script; the loader's code() asks.
//
//	(function(eval){return function(__builtin){"use strict"; … eval(__builtin.code("x")) …}})
//
// Scripts in the service worker format, in which eval can be a variable, stay as they are.
func (m *fileText) takeDirectEval() {
	if !m.decided.directEval {
		return
	}
	for _, i := range m.evalCalls() {
		open, end := m.list[i+1], m.list[m.list[i+1].mate]
		m.edits = append(m.edits, edit{open.end, open.end, m.decided.loader + ".code("}, edit{end.start, end.start, ")"})
		m.nameClassesAround(i)
	}
	for i := range m.list {
		if !m.isEval(i) || m.isEvalCall(i) {
			continue
		}
		global := "globalThis.eval"
		if m.isShorthand(i) {
			global = "eval:" + global
		}
		m.edits = append(m.edits, edit{m.list[i].start, m.list[i].end, global})
	}
}

// evalCalls are the tokens of direct calls of eval.
func (m *fileText) evalCalls() (list []int) {
	if !bytes.Contains(m.code, []byte("eval")) {
		return nil
	}
	for i := range m.list {
		if m.isEval(i) && m.isEvalCall(i) {
			list = append(list, i)
		}
	}
	return list
}

func (m *fileText) isEval(i int) bool { return m.is(i, "eval") && m.kind(i, word) && m.isReference(i) }

func (m *fileText) isEvalCall(i int) bool { return m.is(i+1, "(") && !m.is(i-1, "new") }

// open returns the index of the bracket, or the piece of a template, around token i, or -1.
func (m *fileText) open(i int) int {
	for i--; i >= 0; i-- {
		if mate := int(m.list[i].mate); mate > i {
			return i
		} else if mate >= 0 {
			i = m.templateHead(mate)
		}
	}
	return -1
}

// templateHead returns the index of the first piece of the template that token i is a piece of; of others, i.
func (m *fileText) templateHead(i int) int {
	for m.kind(i, template) && m.code[m.list[i].start] == '}' {
		piece := i
		for i--; int(m.list[i].mate) != piece; i-- {
		}
	}
	return i
}

// isShorthand reports whether the word at token i is a property of an object literal, its name and its value.
func (m *fileText) isShorthand(i int) bool {
	if !(m.is(i-1, "{") || m.is(i-1, ",")) || !(m.is(i+1, "}") || m.is(i+1, ",")) {
		return false
	}
	return m.is(m.open(i), "{")
}

// nameClassesAround names the classes around token i that have no names: in those, the engine finds other variables than are
// meant.
func (m *fileText) nameClassesAround(i int) {
	for i = m.open(i); i >= 0; i = m.open(i) {
		if !m.is(i, "{") {
			continue
		}
		for j := i - 1; j >= 0 && !m.is(j, ";") && !m.is(j, "{") && !m.is(j, "}"); j-- {
			if mate := int(m.list[j].mate); mate >= 0 && mate < j {
				j = mate
				continue
			}
			if !m.is(j, "class") || m.is(j-1, ".") || !m.is(j+1, "extends") && !m.is(j+1, "{") {
				continue
			}
			if m.classBody(j) == i && !m.namedClasses[j] {
				name := unusedVariation(m.code, "__class")
				if m.is(j-1, "=") && m.kind(j-2, word) && !m.is(j-3, ".") {
					name = m.text(j - 2)
				}
				if m.namedClasses == nil {
					m.namedClasses = make(map[int]bool)
				}
				m.namedClasses[j] = true
				m.edits = append(m.edits, edit{m.list[j].end, m.list[j].end, " " + name})
			}
			break
		}
	}
}

// around is what the code is in, so that it can name the engine's eval.
func (m *shapedModule) around() (before, after string) {
	if !m.decided.directEval {
		return "", ""
	}
	return "function(eval){return ", "}"
}
