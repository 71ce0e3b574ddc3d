package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// A Part is a piece of a Script that is compiled by itself, so that a save does not compile again what it left as it was:
// the packages that a Worker is made of are mostly much larger than its own sources.
//
// Code evaluates to a function of two parameters: the loader, as that of [Script.Code], and an object that the parts of one
// script share, empty at first. Called in their order, the last one returns what the function of [Script.Code] does.
type Part struct {
	Code string
	// Origin says where the lines of Code come from, as far as it matters when Code is the same.
	Origin string

	sourceMap func() []byte
	written   writtenFiles
}

// LoadSourceMap is as [Script.LoadSourceMap], for the part.
func (p *Part) LoadSourceMap(string) ([]byte, error) { return p.sourceMap(), nil }

// WrittenText is as [Script.WrittenText], for the part.
func (p *Part) WrittenText(start, end int) (text string, ok bool) { return p.written.text(start, end) }

var ( // not constant for the tests
	// smallest is what a run of packages must have, in bytes, to be worth a part of its own.
	smallest = 8 << 10
	// worthwhile is what all of them must have together. Below, one script is compiled as quickly.
	worthwhile = 96 << 10
)

// piece is a part while its ends are being found. Raw pieces are runs of files of packages, or of files that are not.
type piece struct {
	files    []*shapedFile
	size     int // in bytes, of esbuild's text
	line     int // of the module, that it begins with
	packages bool
}

// split finds parts in the module, of which tail is the return statement; none if they would not be worth it, or if the
// module does not come apart.
//
// esbuild puts the files one after the other, and what they declare into one scope. A part gets what it uses of parts
// before it by value, so no part may use something of a later one, or what is assigned after the part that declares it
// has run: where that happens, all from one to the other becomes one part. As packages do not use a Worker's sources,
// it does not happen to most of them.
func (m *shapedModule) split(tail string, lines *mappings) []*Part {
	tailTokens, err := scan([]byte(tail))
	if err != nil {
		return nil
	}
	pieces := m.pieces()
	x := m.crossings(pieces, tailTokens)
	pieces = x.merge(pieces)
	if !isWorthwhile(pieces) {
		return nil
	}
	return m.parts(pieces, x, tail, lines)
}

// comesApart reports whether there may be parts.
func (m *shapedModule) comesApart() bool {
	pieces := m.pieces()
	return len(pieces) > 1 && isWorthwhile(pieces)
}

func isWorthwhile(pieces []piece) bool {
	size := 0
	for _, p := range pieces {
		if p.packages {
			size += p.size
		}
	}
	return size > 0 && size >= worthwhile
}

// pieces puts files together.
func (m *shapedModule) pieces() []piece {
	var joined []piece
	line := 0
	for i, f := range m.files {
		inPackages := inPackage(f.path)
		if i == 0 && f.path == "" && len(m.files) > 1 {
			inPackages = inPackage(m.files[1].path) // esbuild's helpers
		}
		joined = join(joined, piece{m.files[i : i+1 : i+1], len(f.raw), line, inPackages})
		line += f.lines()
	}
	for i := range joined {
		if joined[i].size < smallest {
			joined[i].packages = false
		}
	}
	var list []piece
	for _, p := range joined {
		list = join(list, p)
	}
	return list
}

// join adds a piece to a list, in which no two of one kind are neighbours.
func join(list []piece, p piece) []piece {
	if n := len(list); n > 0 && list[n-1].packages == p.packages {
		list[n-1].add(p)
		return list
	}
	return append(list, p)
}

// add adds the piece behind.
func (p *piece) add(next piece) {
	p.files = append(p.files, next.files...)
	p.size += next.size
}

// isBetweenStatements reports whether a position is outside of all brackets. at is the token where the last search ended.
func (m *fileText) isBetweenStatements(at *int, position int) bool {
	for ; *at < len(m.list) && int(m.list[*at].start) < position; *at++ {
		if mate := m.list[*at].mate; mate > int32(*at) {
			if int(m.list[mate].start) > position {
				return false
			}
			*at = int(mate)
		}
	}
	return true
}

// names are those that a file has to do with in the scope that all files share. Among those that it uses there may be others.
type names struct {
	declared []string
	used     []string
	changing []string // assigned other than by a statement of their own
}

// names finds them. declarations tells of each token whether a variable is declared there.
func (m *fileText) names(declarations []bool) (n names) {
	n.declared = m.declared()
	seen := make(map[string]bool)
	changing := make(map[string]bool)
	for i := range m.list {
		t := &m.list[i]
		switch t.kind {
		case word:
			known := seen[string(m.code[t.start:t.end])]
			changes := !declarations[i] && m.isAssigned(i) && !m.isOwnStatement(i)
			if known && !changes || !m.isReference(i) {
				continue
			}
			if !known {
				seen[m.text(i)] = true
				n.used = append(n.used, m.text(i))
			}
			if changes {
				changing[m.text(i)] = true
			}
		case punct:
			if (m.is(i, "}") || m.is(i, "]")) && (m.is(i+1, "=") || m.is(i+1, "of") || m.is(i+1, "in")) && t.mate >= 0 && !declarations[int(t.mate)] {
				for j := int(t.mate) + 1; j < i; j++ {
					if m.kind(j, word) {
						changing[m.text(j)] = true
					}
				}
			}
		}
	}
	n.changing = slices.Collect(maps.Keys(changing))
	return n
}

// crossings is what pieces of a module use of each other.
type crossings struct {
	declared map[string]int // the piece that declares a name
	used     []map[string]bool
	changing map[string]bool
}

const headPiece = -1 // what the import clauses became

func (m *shapedModule) crossings(pieces []piece, tail *tokens) *crossings {
	x := &crossings{declared: make(map[string]int), used: make([]map[string]bool, len(pieces)), changing: make(map[string]bool)}
	for _, name := range m.headNames {
		x.declared[name] = headPiece
	}
	for i, p := range pieces {
		for _, f := range p.files {
			for _, name := range f.names.declared {
				x.declared[name] = i
			}
			for _, name := range f.names.changing {
				x.changing[name] = true
			}
		}
	}
	for i, p := range pieces {
		used := make(map[string]bool)
		for _, f := range p.files {
			for _, name := range f.names.used {
				if in, ok := x.declared[name]; ok && in != i {
					used[name] = true
				}
			}
			if f.appends {
				used[m.decided.append] = true
			}
			if f.generates {
				used[m.decided.generators] = true
			}
		}
		x.used[i] = used
	}
	last := len(pieces) - 1
	for i := range tail.list {
		name := string(tail.code[tail.list[i].start:tail.list[i].end])
		if in, ok := x.declared[name]; ok && tail.list[i].kind == word && in != last {
			x.used[last][name] = true
		}
	}
	return x
}

// before returns the token before token i, of those that are still there.
func (m *fileText) before(i int) int {
	for i--; i >= 0 && m.list[i].kind == gone; i-- {
	}
	return i
}

// isReference reports whether the word at token i may name a variable, and not a property.
func (m *fileText) isReference(i int) bool {
	p := m.before(i)
	switch {
	case m.is(p, "."), m.is(p, "?."), m.fields[i]:
		return false
	case m.is(i+1, ":") && (m.is(p, "{") || m.is(p, ",")):
		return false
	case m.is(i+1, "(") && !m.is(p, "function") && !m.is(p, "*"): // a method
		return !m.is(int(m.list[i+1].mate)+1, "{")
	}
	return true
}

// isOwnStatement reports whether the word at token i begins a statement outside of all brackets: x = …
func (m *fileText) isOwnStatement(i int) bool {
	p := m.before(i)
	return m.topLevel[i] && m.is(i+1, "=") && (p < 0 || m.is(p, ";") || m.is(p, "}"))
}

// declared returns the names that the file declares in the scope that all files share.
func (m *fileText) declared() (names []string) {
	m.topLevel = make([]bool, len(m.list))
	declare := func(i int) { names = append(names, m.text(i)) }
	var ends []int       // of the brackets around, the innermost last
	var functions []bool // whether they are bodies of functions
	inFunctions := 0
	for i := range m.list {
		t := &m.list[i]
		if n := len(ends); n > 0 && ends[n-1] == i {
			if functions[n-1] {
				inFunctions--
			}
			ends, functions = ends[:n-1], functions[:n-1]
		}
		if int(t.mate) > i {
			isFunction := m.is(i, "{") && m.isFunctionBody(i)
			if isFunction {
				inFunctions++
			}
			ends, functions = append(ends, int(t.mate)), append(functions, isFunction)
			continue
		}
		if t.kind != word || inFunctions > 0 {
			continue
		}
		top := len(ends) == 0
		if top {
			m.topLevel[i] = true
		}
		p := m.before(i)
		if m.is(p, ".") || m.is(p, "?.") {
			continue
		}
		switch {
		case m.is(i, "var"), top && (m.is(i, "let") || m.is(i, "const")):
			m.declareVariables(i, declare)
		case top && (m.is(i, "function") || m.is(i, "class")):
			if m.is(p, "async") {
				p = m.before(p)
			}
			name := i + 1
			if m.is(name, "*") {
				name++
			}
			if p < 0 || m.is(p, ";") || m.is(p, "}") {
				declare(name)
			}
		}
	}
	return names
}

// declareVariables calls declare for the names in the declaration that begins at token i.
func (m *fileText) declareVariables(i int, declare func(int)) {
	for end := i; ; {
		first := end + 1
		m.bind(first, declare)
		end = m.skip(first)
		if m.is(end+1, "=") {
			end = m.expressionEnd(end + 2)
		}
		if end++; !m.is(end, ",") {
			return
		}
	}
}

// bind calls declare for the names in the binding name, or pattern, at token i.
func (m *fileText) bind(i int, declare func(int)) {
	if m.kind(i, word) {
		declare(i)
		return
	}
	if !m.is(i, "{") && !m.is(i, "[") {
		return
	}
	end := int(m.list[i].mate)
	for j := i + 1; j < end; j++ {
		if m.is(j, ",") {
			continue
		}
		if m.is(j, "...") {
			j++
		}
		if m.is(i, "{") && m.is(m.skip(j)+1, ":") {
			j = m.skip(j) + 2
		}
		m.bind(j, declare)
		j = m.skip(j)
		if m.is(j+1, "=") {
			j = m.expressionEnd(j + 2)
		}
	}
}

// isFunctionBody reports whether the brace at token i opens the body of a function, or something else with variables of
// its own.
func (m *fileText) isFunctionBody(i int) bool {
	p := m.before(i)
	if m.is(p, "=>") || m.is(p, "static") {
		return true
	}
	if !m.is(p, ")") {
		return false
	}
	head := m.before(int(m.list[p].mate))
	if m.is(head, "await") {
		head = m.before(head)
	}
	for _, statement := range []string{"if", "for", "while", "switch", "with", "catch"} {
		if m.is(head, statement) && !m.is(m.before(head), ".") {
			return false
		}
	}
	return true
}

// merge makes one piece of those between which a value cannot be handed on, and renumbers what it knows of them.
func (x *crossings) merge(pieces []piece) []piece {
	glued := make([]bool, len(pieces)) // to the one before
	for user, names := range x.used {
		for name := range names {
			from := x.declared[name]
			if from == headPiece || from < user && !x.changing[name] {
				continue
			}
			for i := min(from, user) + 1; i <= max(from, user); i++ {
				glued[i] = true
			}
		}
	}
	var merged []piece
	number := make([]int, len(pieces))
	for i, p := range pieces {
		n := len(merged)
		if glued[i] || n > 0 && !merged[n-1].packages && !p.packages {
			merged[n-1].add(p)
			merged[n-1].packages = merged[n-1].packages && p.packages
		} else {
			merged = append(merged, p)
		}
		number[i] = len(merged) - 1
	}
	used := make([]map[string]bool, len(merged))
	for i := range used {
		used[i] = make(map[string]bool)
	}
	for i, names := range x.used {
		for name := range names {
			used[number[i]][name] = true
		}
	}
	x.used = used
	for name, piece := range x.declared {
		if piece != headPiece {
			x.declared[name] = number[piece]
		}
	}
	return merged
}

// parts writes the pieces as parts.
func (m *shapedModule) parts(pieces []piece, x *crossings, tail string, lines *mappings) []*Part {
	imported := make([][]string, len(pieces))
	exported := make(map[int][]string)
	for i, names := range x.used {
		for name := range names {
			from := x.declared[name]
			if from == i {
				continue
			}
			imported[i] = append(imported[i], name)
			if !slices.Contains(exported[from], name) {
				exported[from] = append(exported[from], name)
			}
		}
	}
	shared := "__shared"
	for slices.ContainsFunc(m.files, func(f *shapedFile) bool { return strings.Contains(f.code, shared) }) {
		shared += "_"
	}
	export := func(names []string) string {
		slices.Sort(names)
		var b strings.Builder
		for _, name := range names {
			fmt.Fprintf(&b, "%s.%s=%[2]s;", shared, name)
		}
		return b.String()
	}
	before, after := m.around()
	open := "(" + before + "function(" + m.decided.loader + "," + shared + `){"use strict";`
	var list []*Part
	var at place
	if len(m.head) > 0 {
		list = append(list, &Part{Code: open + string(m.head) + export(exported[headPiece]) + "}" + after + ")", sourceMap: func() []byte { return nil }})
	}
	for i, p := range pieces {
		var code strings.Builder
		code.Grow(p.size + p.size/32 + 1024)
		code.WriteString(open)
		if len(imported[i]) > 0 {
			slices.Sort(imported[i])
			fmt.Fprintf(&code, "const{%s}=%s;", strings.Join(imported[i], ","), shared)
		}
		code.WriteString("\n")
		inCode := newWrittenFiles(code.Len(), p.files, m.decided.helpers)
		for _, f := range p.files {
			code.WriteString(f.code)
		}
		code.WriteString("\n" + export(exported[i]))
		begins := at
		for _, f := range p.files {
			at.add(f.mapped.by)
		}
		end := lines.count()
		if i == len(pieces)-1 {
			code.WriteString(tail)
		} else {
			end = pieces[i+1].line
		}
		fmt.Fprintf(&code, "\n}%s)\n//# sourceMappingURL=%s.map\n", after, ScriptName)
		list = append(list, &Part{
			Code: code.String(), Origin: lines.origin(p.line, end, p.packages),
			sourceMap: sync.OnceValue(func() []byte { return shiftForGoja(lines.of(p.line, end, begins)) }),
			written:   inCode,
		})
	}
	return list
}

// mappings are those of a source map, by the lines of what it is the map of.
type mappings struct {
	before, after []byte   // of the map
	all           []byte   // lines, as they were at first
	lines         [][]byte // each without its semicolon
}

// A place is what a mapping is relative to: a source, a line of it and a column, by their numbers.
type place [3]int

func (p *place) add(by place) {
	for i := range p {
		p[i] += by[i]
	}
}

func newMappings(sourceMap []byte) *mappings {
	key := []byte(`"mappings": "`)
	start := bytes.Index(sourceMap, key)
	if start < 0 {
		return &mappings{before: sourceMap}
	}
	start += len(key)
	end := start + bytes.IndexByte(sourceMap[start:], '"')
	all := sourceMap[start:end]
	return &mappings{before: sourceMap[:start], after: sourceMap[end:], all: all, lines: bytes.Split(all, []byte(";"))}
}

// original finds where a line and a column come from; all numbers count from zero.
func (m *mappings) original(line, column int) (source string, sourceLine, sourceColumn int, ok bool) {
	if line >= len(m.lines) {
		return "", 0, 0, false
	}
	var state, found [3]int // source, line, column
	for i, segments := range m.lines[:line+1] {
		at := 0
		for len(segments) > 0 {
			var by int
			by, segments = readVLQ(segments)
			if at += by; len(segments) > 0 && segments[0] != ',' {
				for i := range state {
					by, segments = readVLQ(segments)
					state[i] += by
				}
				if len(segments) > 0 && segments[0] != ',' { // a name
					_, segments = readVLQ(segments)
				}
				if i == line && at <= column {
					found, ok = state, true
				}
			}
			segments = segments[min(1, len(segments)):]
		}
	}
	var names struct{ Sources []string }
	if !ok || json.Unmarshal(slices.Concat(m.before, m.after), &names) != nil || found[0] >= len(names.Sources) {
		return "", 0, 0, false
	}
	return names.Sources[found[0]], found[1], found[2], true
}

func (m *mappings) count() int { return len(m.lines) }

// bytes is the source map.
func (m *mappings) bytes() []byte {
	return slices.Concat(m.before, bytes.Join(m.lines, []byte(";")), m.after)
}

// origin returns the mappings of some lines. That of the first is relative to what is before them, and left out if
// relative is set.
func (m *mappings) origin(from, to int, relative bool) string {
	to = min(to, len(m.lines))
	if from >= to {
		return ""
	}
	all := bytes.Join(m.lines[from:to], []byte(";"))
	if first := bytes.TrimLeft(all, ";"); relative {
		return string(first[max(bytes.IndexAny(first, ",;"), 0):])
	}
	return string(all)
}

// distance is how far mappings go, from what the first is relative to.
func distance(mappings []byte) (by place) {
	field, value, shift := 0, 0, 0
	for _, digit := range mappings {
		if digit == ',' || digit == ';' {
			field = 0
			continue
		}
		bits := int(base64Values[digit])
		value |= bits & 31 << shift
		if bits&32 != 0 {
			shift += 5
			continue
		}
		if 1 <= field && field <= 3 { // between the column in the code and the name
			if value&1 != 0 {
				value = -value + 1
			}
			by[field-1] += value / 2
		}
		field, value, shift = field+1, 0, 0
	}
	return by
}

// of returns the map of some lines, of which the first mapping is relative to a place.
func (m *mappings) of(from, to int, at place) []byte {
	to = min(to, len(m.lines))
	if from >= to {
		return nil
	}
	part := slices.Clone(m.before)
	fixed := false
	for i, line := range m.lines[from:to] {
		if i > 0 {
			part = append(part, ';')
		}
		if fixed || len(line) == 0 {
			part = append(part, line...)
			continue
		}
		column, rest := readVLQ(line)
		if part = appendVLQ(part, column); len(rest) > 0 && rest[0] != ',' {
			for i := range at {
				var n int
				n, rest = readVLQ(rest)
				part = appendVLQ(part, at[i]+n)
			}
			fixed = true
		}
		part = append(part, rest...)
	}
	return append(part, m.after...)
}
