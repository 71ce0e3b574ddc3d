package bundle

import (
	"bytes"
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// writtenFile is what it takes to say how some of the text of a shaped file was written.
type writtenFile struct {
	raw     string // esbuild's
	moves   []move
	size    int // of the shaped text
	helpers helperNames
	source  *source // nil if bundled: wrangler's text is esbuild's, too
}

// writtenFiles are the files that a text has, one behind the other, from an offset on.
type writtenFiles struct {
	begin int
	files []writtenFile
}

func newWrittenFiles(begin int, files []*shapedFile, helpers helperNames) writtenFiles {
	w := writtenFiles{begin, make([]writtenFile, len(files))}
	for i, f := range files {
		w.files[i] = writtenFile{f.raw, f.moves, len(f.code), helpers, nil} // the file itself may be shaped otherwise in the next build
		if unbundled := f.decided.unbundled; unbundled != "" && f.path != "" {
			w.files[i].source = &source{path: filepath.Join(unbundled, filepath.FromSlash(f.path))}
		}
	}
	return w
}

// text is how the function or class from one offset to another was written; ok says whether it is one of a file's.
func (w writtenFiles) text(start, end int) (text string, ok bool) {
	start, end = start-w.begin, end-w.begin
	for _, f := range w.files {
		if start >= 0 && start < end && end <= f.size {
			text = f.text(start, end)
			if f.source != nil {
				text = f.source.find(text)
			}
			return text, true
		}
		start, end = start-f.size, end-f.size
	}
	return "", false
}

func (f *writtenFile) text(start, end int) string {
	from, to := f.original(start, false), f.original(end, true)
	if from >= to {
		return ""
	}
	if end := loweredEnd.FindStringIndex(f.raw[to:]); end != nil && f.helpers.generator != "" {
		// It ends with the inner function if it is a lowered one.
		text := f.raw[from : to+end[1]]
		if list, err := scan([]byte(text)); err == nil && strings.Contains(text, f.helpers.generator) && list.is(len(list.list)-1, "}") {
			return written(text, f.helpers)
		}
	}
	for range 9 { // the engine takes the parentheses around what an arrow function returns for none of it
		closing := closingParenthesis.FindStringIndex(f.raw[to:])
		if closing == nil {
			break
		}
		if _, err := scan([]byte(f.raw[from:to])); err == nil {
			break
		}
		to += closing[1]
	}
	return written(f.raw[from:to], f.helpers)
}

var closingParenthesis = regexp.MustCompile(`^\s*\)`)

// loweredEnd is what stands behind the inner function of a lowered one.
var loweredEnd = regexp.MustCompile(`^\s*\)\s*;?\s*\}`)

// original is where an offset of the shaped text was in esbuild's. What is within an edit was at its begin, or at its end.
func (f *writtenFile) original(at int, isEnd bool) int {
	by := 0
	for _, m := range f.moves {
		for _, e := range m.edits {
			start := int(e.start) + by
			switch {
			case at <= start:
				return at - by
			case at < start+len(e.text) && isEnd:
				return int(e.end)
			case at < start+len(e.text):
				return int(e.start)
			}
			by += len(e.text) - int(e.end-e.start)
		}
	}
	return at - by
}

// written undoes what esbuild has done to the text of a function and what does not run elsewhere: the calls of __name that change
// nothing, and lowered asynchronous generators and loops.
func written(text string, helpers helperNames) string {
	list, err := scan([]byte(text))
	if err != nil {
		return text // a part of a template, say
	}
	w := &writtenText{fileText: &fileText{tokens: list}, helpers: helpers}
	w.dropNames()
	if helpers != (helperNames{}) {
		w.raise()
	}
	slices.SortStableFunc(w.edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	at := int32(0)
	w.edits = slices.DeleteFunc(w.edits, func(e edit) bool { // those within what goes as a whole
		inside := e.start < at
		at = max(at, e.end)
		return inside
	})
	return w.edited()
}

type writtenText struct {
	*fileText
	helpers helperNames
}

// replace puts text in the place of the tokens from first to last.
func (w *writtenText) replace(first, last int, text string) {
	w.edits = append(w.edits, edit{w.list[first].start, w.list[last].end, text})
}

func (w *writtenText) dropNames() {
	for i := range w.list {
		if w.kind(i, word) && w.is(i, "__name") && w.is(i+1, "(") {
			w.dropNameCall(i)
		}
	}
	for i := 0; i < len(w.list); i++ {
		if first := i; w.kind(i, gone) {
			for w.kind(i+1, gone) {
				i++
			}
			if w.is(i+1, ";") && (first == 0 || w.is(first-1, "}") || w.is(first-1, ";") || w.is(first-1, "{")) {
				i++ // a statement
			}
			w.cut(first, i)
		}
	}
}

// cut drops the tokens from first to last: a line that has no others goes with them, and so does what esbuild says of a call.
func (w *writtenText) cut(first, last int) {
	start, end := w.list[first].start, w.list[last].end
	before := bytes.TrimSuffix(w.code[:start], []byte("/* @__PURE__ */ "))
	start = int32(len(before))
	line := bytes.TrimRight(before, " \t")
	if rest := w.code[end:]; bytes.HasSuffix(line, []byte("\n")) && (len(rest) == 0 || rest[0] == '\n') {
		start = int32(len(line) - 1)
	}
	w.edits = append(w.edits, edit{start, end, ""})
}

// raise undoes esbuild's lowering.
func (w *writtenText) raise() {
	for i := range w.list {
		if !w.kind(i, word) || !w.is(i+1, "(") {
			continue
		}
		switch name := w.text(i); {
		case name == "":
		case name == w.helpers.generator && w.is(i-1, "return"):
			w.raiseGenerator(i)
		case name == w.helpers.await && w.is(i-1, "new") && w.is(i-2, "yield"):
			w.raiseOperator(i-2, i, "await ")
		case name == w.helpers.delegate && w.is(i-1, "*") && w.is(i-2, "yield"):
			w.raiseOperator(i, i, "")
		case name == w.helpers.forAwait && w.is(i-1, "="):
			w.raiseLoop(i)
		}
	}
}

// raiseGenerator does what [generatorText.lowered] does, but makes a real asynchronous generator.
func (w *writtenText) raiseGenerator(i int) {
	open, inner := i-2, i+6
	end := int(w.list[i+1].mate)
	if !w.is(open, "{") || !w.is(open-1, ")") || !w.is(i+2, "this") || !w.is(i+3, ",") || !w.is(i+5, ",") || !w.is(inner, "function") || !w.is(inner+1, "*") || !w.is(inner+2, "(") {
		return
	}
	paramsEnd, last := int(w.list[inner+2].mate), int(w.list[open].mate)
	body, outer := paramsEnd+1, int(w.list[open-1].mate)
	bodyEnd := int(w.list[body].mate)
	if bodyEnd+1 != end || end+1 != last && !(w.is(end+1, ";") && end+2 == last) {
		return
	}
	first := w.before(outer)
	switch {
	case first < 0:
		return
	case w.is(first, "function") && w.kind(first, word):
		w.replace(first, first, "async function*")
	case w.kind(first, word) && w.is(w.before(first), "function"):
		w.replace(w.before(first), w.before(first), "async function*")
	default:
		if w.is(first, "]") {
			first = int(w.list[first].mate)
		}
		w.edits = append(w.edits, edit{w.list[first].start, w.list[first].start, "async *"})
	}
	if paramsEnd > inner+3 {
		w.replace(outer, inner+1, "")
	} else {
		w.edits = append(w.edits, edit{w.list[open].start, w.list[body].start, ""})
	}
	w.edits = append(w.edits, edit{w.list[bodyEnd].end, w.list[last].end, ""})
}

// raiseOperator makes an operator of a call, whose name is token i and begins with token first.
func (w *writtenText) raiseOperator(first, i int, operator string) {
	open, end := i+1, int(w.list[i+1].mate)
	simple := open+1 < end
	for j := open + 1; j < end; j++ {
		switch {
		case w.is(j, "(") && j == open+1, w.kind(j, word) && (w.is(j, "yield") || w.is(j, "await") || w.is(j, "async") || w.is(j, "function") || w.is(j, "class")):
			simple = false
		case int(w.list[j].mate) > j:
			j = w.skip(j)
		case !w.kind(j, word) && !w.kind(j, text) && !w.kind(j, number) && !w.is(j, ".") && !w.is(j, "?.") || j > open+1 && w.kind(j-1, word) && w.kind(j, word) && !w.is(j-1, "new"):
			simple = false
		}
	}
	if simple {
		w.replace(first, open, operator)
		w.replace(end, end, "")
		return
	}
	w.replace(first, i, operator)
}

// raiseLoop makes for await of what esbuild makes of it:
//
//	try {
//		for (var iter = __forAwait(values), more, temp, error; more = !(temp = await iter.next()).done; more = false) {
//			const value = temp.value;
//			…
//		}
//	} catch (temp) { error = [temp]; } finally { … }
//
// Where it looks otherwise, an iterator takes the helper's place that can be written without others.
func (w *writtenText) raiseLoop(i int) {
	otherwise := func() { w.replace(i, i, "(async function* (values) { yield* values; })") }
	end := int(w.list[i+1].mate)
	head := i - 4 // (
	try := i - 7
	if try < 0 || !w.is(i-3, "var") || !w.is(head, "(") || !w.is(i-5, "for") || !w.is(i-6, "{") || !w.is(try, "try") || !w.is(end+1, ",") || !w.is(end+3, ",") || !w.is(end+5, ",") {
		otherwise()
		return
	}
	temp := w.text(end + 4)
	headEnd := int(w.list[head].mate)
	body, tryEnd := headEnd+1, int(w.list[i-6].mate)
	catch := tryEnd + 1
	handler := catch + 4
	if !w.is(body, "{") || int(w.list[body].mate)+1 != tryEnd || !w.is(catch, "catch") || !w.is(catch+1, "(") || !w.is(handler, "{") {
		otherwise()
		return
	}
	finally := int(w.list[handler].mate) + 1
	equals := body + 1
	for equals < len(w.list) && !w.is(equals, "=") && !w.is(equals, ";") {
		equals = w.skip(equals) + 1
	}
	if !w.is(finally, "finally") || !w.is(finally+1, "{") || !(w.is(body+1, "const") || w.is(body+1, "let") || w.is(body+1, "var")) ||
		!w.is(equals, "=") || !w.is(equals+1, temp) || !w.is(equals+2, ".") || !w.is(equals+3, "value") || !w.is(equals+4, ";") && equals+4 != tryEnd-1 {
		otherwise()
		return
	}
	declared := strings.TrimSpace(string(w.code[w.list[body+1].start:w.list[equals].start]))
	w.replace(try, i+1, "for await ("+declared+" of (") // the values may have a comma
	w.edits = append(w.edits, edit{w.list[end].end, w.list[headEnd].end, ")"})
	if w.is(equals+4, ";") {
		equals++
	}
	w.cut(body+1, equals+3)
	w.edits = append(w.edits, edit{w.list[tryEnd-1].end, w.list[w.list[finally+1].mate].end, ""})
}
