package bundle

import (
	"bytes"
	"cmp"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// decisions are made for a module as a whole, from what its files have.
type decisions struct {
	loader     string // the parameter of the function
	append     string // what the head calls the function that appends to strings
	generators string // and the module that generators are made of

	mode          mode
	serviceWorker bool
	directEval    bool   // eval is called directly
	apart         bool   // parts are looked for
	unbundled     string // the folder of the files' paths if they are not bundled

	strings string      // the variables that are appended to and have strings, with a space before and after each
	helpers helperNames // of generators

	elsewhere helperUses // in other files; only for the one that defines the helpers
}

// helperUses says how often helpers that esbuild may define are named: __name, without the calls that were dropped, and
// __defProp.
type helperUses struct{ name, defProp int }

// shapedFile is what has been made of the text of one file. It is immutable once its module is complete.
type shapedFile struct {
	raw  string // esbuild's
	path string // as esbuild writes it; "" for esbuild's helpers

	beginsWithSlash, endsStatement bool

	clauses clauses
	found   findings

	// What follows is right for these decisions.
	decided decisions
	outcome

	mapped struct { // the latest mappings of its lines
		text []byte
		by   place
	}
}

// findings are what decisions are made from.
type findings struct {
	loader      string // that import and export clauses were taken with
	listens     bool   // it calls addEventListener
	callsEval   bool
	definesName bool            // that is, the helper __name
	helpers     helperNames     // of generators
	strings     map[string]bool // variables that are given strings
	appended    []string        // variables that are appended to
}

// outcome is what becomes of a file.
type outcome struct {
	all  clauses // with the modules that are loaded in other places
	code string

	registers          string
	appends, generates bool
	uses               helperUses
	assigned           []string
	reflects           bool
	moves              []move
	badRegexes         []badRegex
	names              names
}

// shapedFiles has what was made of the files of one module, for the next one: few of them change in between.
type shapedFiles struct {
	kept      map[string]*shapedFile // by their raw text
	unbundled string                 // as in decisions
}

// shapedModule is esbuild's output, by files, while it becomes the body of a function.
type shapedModule struct {
	clauses
	decided decisions
	files   []*shapedFile
	texts   []*fileText // of the files that are new; they are used up when the file is shaped

	badRegexes []badRegex
}

// module cuts esbuild's output where a file begins, and takes the import and export clauses. isFile knows the paths of files
// as esbuild writes them.
func (k *shapedFiles) module(code []byte, isFile func(path string) bool) (*shapedModule, error) {
	m := &shapedModule{decided: decisions{loader: unusedName(code), append: unusedVariation(code, "__append"), generators: unusedVariation(code, "__async"), unbundled: k.unbundled}}
	if !k.cut(m, code, isFile) {
		list, err := scan(bytes.Clone(code))
		if err != nil {
			return nil, err
		}
		m.files, m.texts = []*shapedFile{{raw: string(code)}}, []*fileText{{tokens: list}}
	}
	k.kept = make(map[string]*shapedFile, len(m.files))
	for i, f := range m.files {
		k.kept[f.raw] = f
		m.find(i)
		m.clauses.add(&f.clauses)
	}
	return m, nil
}

// cut reports whether the module comes apart between statements.
func (k *shapedFiles) cut(m *shapedModule, code []byte, isFile func(path string) bool) bool {
	for start := 0; start < len(code); {
		var f *shapedFile
		var text *fileText
		end := start
		for least := 1; ; least = 2 * (end - start) { // what looks like the beginning of a file can be a line of a template
			end = nextFile(code, start+least, isFile)
			if f = k.kept[string(code[start:end])]; f == nil {
				list, err := scan(bytes.Clone(code[start:end]))
				if err != nil && end == len(code) {
					return false
				} else if err != nil {
					continue
				}
				f, text = newShapedFile(list, isFile), &fileText{tokens: list}
			}
			if f.endsStatement || end == len(code) {
				break
			}
		}
		if f.beginsWithSlash && start > 0 {
			return false // whether it divides is up to what stands before
		}
		m.files, m.texts = append(m.files, f), append(m.texts, text)
		start = end
	}
	return true
}

func newShapedFile(list *tokens, isFile func(path string) bool) *shapedFile {
	f := &shapedFile{raw: string(list.code), endsStatement: true}
	if path := pathLine(list.code); path != "" && isFile(path) {
		f.path = path
	}
	if n := len(list.list); n > 0 {
		f.beginsWithSlash = list.list[0].first == '/'
		f.endsStatement = list.is(n-1, ";") || list.is(n-1, "}")
	}
	return f
}

// nextFile is where the first line from a position on begins that names a file, or the end.
func nextFile(code []byte, from int, isFile func(path string) bool) int {
	for from < len(code) {
		i := bytes.Index(code[from:], []byte("\n// "))
		if i < 0 {
			break
		}
		from += i + 1
		if isFile(pathLine(code[from:])) {
			return from
		}
	}
	return len(code)
}

// pathLine is what the comment says that the code begins with.
func pathLine(code []byte) string {
	line, _, _ := bytes.Cut(code, []byte("\n"))
	comment, ok := bytes.CutPrefix(line, []byte("// "))
	if !ok {
		return ""
	}
	return strings.TrimSpace(string(comment))
}

// find takes the clauses of a file and looks for what matters to the others, unless that is known.
func (m *shapedModule) find(i int) {
	f := m.files[i]
	if f.found.loader == m.decided.loader {
		return
	}
	text := m.text(i)
	text.decided.loader = m.decided.loader
	text.takeImportsAndExports()
	f.clauses, f.decided = text.clauses, decisions{}
	f.found = findings{
		loader:      m.decided.loader,
		listens:     text.listens(),
		callsEval:   len(text.evalCalls()) > 0,
		definesName: text.definesName(),
		helpers:     text.generatorHelpers(),
		strings:     text.stringVariables(),
		appended:    text.appended(),
	}
}

// text is that of a file before anything has been done to it.
func (m *shapedModule) text(i int) *fileText {
	if m.texts[i] == nil {
		list, _ := scan([]byte(m.files[i].raw)) // it could be scanned before
		m.texts[i] = &fileText{tokens: list}
	}
	return m.texts[i]
}

// shape does the rest.
func (m *shapedModule) shape(mode mode) {
	m.decide(mode)
	var defining []int
	m.each(func(i int) {
		if !m.files[i].found.definesName {
			m.shapeFile(i, helperUses{})
		}
	})
	var elsewhere helperUses
	for i, f := range m.files {
		if f.found.definesName {
			defining = append(defining, i)
			continue
		}
		elsewhere.name += f.uses.name
		elsewhere.defProp += f.uses.defProp
	}
	for _, i := range defining {
		if len(defining) > 1 {
			elsewhere.name++ // whose it is is hard to tell
		}
		m.shapeFile(i, elsewhere)
	}
	m.join()
}

// decide puts together what the files have.
func (m *shapedModule) decide(mode mode) {
	d := &m.decided
	d.mode, d.serviceWorker = mode, m.isServiceWorker()
	given, appended := make(map[string]bool), make(map[string]bool)
	for _, f := range m.files {
		d.directEval = d.directEval || f.found.callsEval && !d.serviceWorker
		d.helpers.add(f.found.helpers)
		maps.Copy(given, f.found.strings)
		for _, name := range f.found.appended {
			appended[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(appended)) {
		if given[name] {
			d.strings += " " + name + " "
		}
	}
	d.apart = !mode.topLevelAwait && !d.serviceWorker && m.comesApart()
}

// each calls f for all files, several at a time.
func (m *shapedModule) each(f func(i int)) {
	var next atomic.Int64
	var working sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(m.files)) {
		working.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(m.files); i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	working.Wait()
}

// shapeFile makes of one file what it becomes, unless that is known.
func (m *shapedModule) shapeFile(i int, elsewhere helperUses) {
	f, decided := m.files[i], m.decided
	decided.elsewhere = elsewhere
	if f.decided == decided {
		return
	}
	t := m.text(i)
	m.texts[i] = nil
	if t.decided.loader == "" {
		t.decided.loader = decided.loader
		t.takeImportsAndExports()
	}
	t.decided = decided
	t.shape()
	declarations := t.declarations()
	f.decided, f.outcome = decided, outcome{
		all: t.clauses, code: t.edited(),
		registers: t.registers, appends: t.appends, generates: t.generates, uses: t.uses, badRegexes: t.badRegexes, moves: t.moves(),
	}
	f.assigned, f.reflects = t.globals(declarations)
	if decided.apart {
		f.names = t.names(declarations)
	}
}

// shape respells what the engine, or the runtime, wants otherwise.
func (m *fileText) shape() {
	m.fields = make(map[int]bool)
	m.takeLoaderCalls()
	m.takeDirectEval()
	m.dropNameCalls()
	m.generators()
	m.takeRegistration()
	m.respell()
	if m.decided.mode.braces {
		m.respellBraces()
	}
	m.appendStrings()
	slices.SortStableFunc(m.edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
}

// join puts together what the files have become.
func (m *shapedModule) join() {
	m.clauses = clauses{}
	appends, generates, registers, at := false, false, "", 0
	for _, f := range m.files {
		m.clauses.add(&f.all)
		appends, generates = appends || f.appends, generates || f.generates
		registers += f.registers
		for _, bad := range f.badRegexes {
			bad.start += at
			m.badRegexes = append(m.badRegexes, bad)
		}
		at += len(f.raw)
	}
	load := func(name, specifier string) {
		m.head = append(m.head, "const{default:"+name+"}="+m.decided.loader+`("`+specifier+`");`...)
		m.headNames = append(m.headNames, name)
	}
	if generates {
		load(m.decided.generators, GeneratorModule)
	}
	m.head = append(m.head, registers...)
	if appends {
		load(m.decided.append, AppendModule)
	}
}

// assigned are the names of global variables that some file may assign.
func (m *shapedModule) assigned() []string {
	names := make(map[string]bool)
	for _, f := range m.files {
		for _, name := range f.assigned {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// move is a line of a file in which edits move what stands behind them.
type move struct {
	line, start int
	edits       []edit
}

// moves are those of the edits, which are in order.
func (m *fileText) moves() (list []move) {
	line, start, edits := 0, 0, m.edits
	for len(edits) > 0 {
		end := len(m.code)
		if i := bytes.IndexByte(m.code[start:], '\n'); i >= 0 {
			end = start + i + 1
		}
		n := 0
		for n < len(edits) && (int(edits[n].start) < end || end == len(m.code)) {
			n++
		}
		if n > 0 {
			list = append(list, move{line, start, edits[:n]})
		}
		line, start, edits = line+1, end, edits[n:]
	}
	return list
}

// take takes esbuild's source map apart by files, and makes it that of the code with its edits: what stands behind one on its
// line has moved.
func (m *shapedModule) take(sourceMap *mappings) {
	line, start := 0, 0
	for _, f := range m.files {
		end := start
		for _, mappings := range sourceMap.lines[min(line, len(sourceMap.lines)):min(line+f.lines(), len(sourceMap.lines))] {
			end += len(mappings) + 1
		}
		text := sourceMap.all[start:min(end, len(sourceMap.all))]
		if f.mapped.text == nil || !bytes.Equal(f.mapped.text, text) {
			f.mapped.by = distance(text)
		}
		f.mapped.text, start = text, min(end, len(sourceMap.all)) // of this map, so that the one before can go
		for _, move := range f.moves {
			if at := line + move.line; at < len(sourceMap.lines) {
				sourceMap.lines[at] = moveLine(sourceMap.lines[at], move.start, move.edits)
			}
		}
		line += f.lines()
	}
}

// lines is how many lines of the module the file takes.
func (f *shapedFile) lines() int { return strings.Count(f.raw, "\n") }
