package bundle

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// shape makes a Script of esbuild's ES module:
//
//	(function(__builtin){"use strict";const{WorkerEntrypoint}=__builtin("cloudflare:workers");
//	…the module, line by line and column by column where it was…
//	return{default:worker_default,Foo};
//	})
func (b *Bundler) shape(module, sourceMap []byte, mode mode) (*Script, []Message) {
	if bytes.HasPrefix(module, []byte("#!")) {
		copy(module, "//")
	}
	m, err := b.shaped.module(module, b.isInput)
	if err != nil {
		return nil, []Message{{Text: "The bundle cannot be read back: " + err.Error(), Hint: "This is a mistake in devserver. Please report it."}}
	}
	serviceWorker := m.isServiceWorker()
	if b.options.FindAdditionalModules && !b.options.NoBundle && serviceWorker {
		return nil, []Message{{
			Text: "`find_additional_modules` can only be used with an ES module entrypoint.",
			Hint: "Remove `find_additional_modules = true` from your configuration, or migrate to the ES module Worker format: https://developers.cloudflare.com/workers/learning/migrate-to-module-workers/",
		}}
	}
	if problems := b.unknownImports(m.imports); len(problems) > 0 {
		return nil, problems
	}
	m.shape(mode)
	if problems := b.badRegexesIn(m.badRegexes, module, sourceMap); len(problems) > 0 {
		return nil, problems
	}
	lines := newMappings(sourceMap)
	m.take(lines)
	tail := m.result()
	var parts []*Part
	if m.decided.apart {
		parts = m.split(tail, lines)
	}
	var code strings.Builder
	code.Grow(len(module) + len(module)/32 + 1024)
	before, after := m.around()
	code.WriteString("(" + before)
	if mode.topLevelAwait {
		code.WriteString("async ")
	}
	strictness := `"use strict";`
	if serviceWorker {
		strictness = ""
	}
	fmt.Fprintf(&code, "function(%s){%s%s\n", m.decided.loader, strictness, m.head)
	inCode := newWrittenFiles(code.Len(), m.files, m.decided.helpers)
	for _, f := range m.files {
		code.WriteString(f.code)
	}
	fmt.Fprintf(&code, "\n%s\n}%s)\n//# sourceMappingURL=%s.map\n", tail, after, ScriptName)

	var warnings []Message
	if serviceWorker && m.hasExports && m.commonJS == "" {
		warnings = append(warnings, Message{
			Text: "The entrypoint " + b.relative(b.options.Entry) + " has exports like an ES Module, but hasn't defined a default export like a module worker " +
				`normally would. Building the worker using "service-worker" format...`,
		})
	}
	return &Script{
		Name:           ScriptName,
		Code:           code.String(),
		Parts:          parts,
		written:        inCode,
		sourceMap:      sync.OnceValue(func() []byte { return shiftForGoja(lines.bytes()) }),
		Async:          mode.topLevelAwait,
		Assigned:       m.assigned(),
		ReflectsGlobal: slices.ContainsFunc(m.files, func(f *shapedFile) bool { return f.reflects }),
		Builtins:       m.builtins,
		Loads:          strings.Count(code.String(), m.decided.loader) > 1,
		ServiceWorker:  serviceWorker,
		DirectEval:     m.decided.directEval,
		Warnings:       warnings,
	}, nil
}

// fileText is what esbuild's output has of one file, being turned into a piece of the body of a function. Text is blanked or
// overwritten in place, which keeps the source map right; the few edits that change a length are collected.
type fileText struct {
	*tokens
	clauses
	decided decisions

	fields   map[int]bool // tokens that name class fields with initial values
	topLevel []bool       // words outside of all brackets
	edits    []edit

	namedClasses map[int]bool // tokens of classes that got a name
	badRegexes   []badRegex
	registers    string // the call that gives the loader the table of additional modules, if it goes to the head

	// appends and generates say that the file uses what the head declares for that.
	appends, generates bool
	uses               helperUses
}

// clauses are what import and export clauses say.
type clauses struct {
	head      []byte // declarations made of the import clauses
	headNames []string
	builtins  []string
	imports   []builtinImport

	hasExports bool
	hasDefault bool
	spread     []string // expressions of namespaces that are re-exported as a whole
	properties []string // the exports, as properties of an object literal
	commonJS   string   // the expression of module.exports, if the entry is a CommonJS module
}

// add adds those of another file.
func (c *clauses) add(other *clauses) {
	c.head = append(c.head, other.head...)
	c.headNames = append(c.headNames, other.headNames...)
	for _, name := range other.builtins {
		c.addBuiltin(name)
	}
	c.imports = append(c.imports, other.imports...)
	c.hasExports = c.hasExports || other.hasExports
	c.hasDefault = c.hasDefault || other.hasDefault
	c.spread = append(c.spread, other.spread...)
	c.properties = append(c.properties, other.properties...)
	c.commonJS = cmp.Or(other.commonJS, c.commonJS)
}

// unquote returns what a string literal of esbuild's says; of a name, the name.
func unquote(literal string) string { return strings.Trim(literal, `"'`) }

// An edit replaces code[start:end].
type edit struct {
	start, end int32
	text       string
}

// unusedName returns a name for the loader that the code does not contain.
func unusedName(code []byte) string { return unusedVariation(code, "__builtin") }

func unusedVariation(code []byte, name string) string {
	for bytes.Contains(code, []byte(name)) {
		name += "_"
	}
	return name
}

// blank overwrites the tokens from first to last, and what is between them, with spaces.
func (m *fileText) blank(first, last int) {
	text := m.code[m.list[first].start:m.list[last].end]
	for i, c := range text {
		if c != '\n' {
			text[i] = ' '
		}
	}
	for i := first; i <= last; i++ {
		m.list[i].kind, m.list[i].mate = gone, -1
	}
}

// takeImportsAndExports removes the import and export clauses, which stand between the statements at top level, and
// keeps what they say.
func (m *fileText) takeImportsAndExports() {
	for i := 0; i < len(m.list); i++ {
		switch {
		case m.list[i].mate > int32(i):
			i = m.skip(i)
		case m.list[i].kind != word || m.is(i-1, ".") || m.is(i-1, "?."):
		case m.is(i, "import") && !m.is(i+1, "("):
			i = m.takeImport(i)
		case m.is(i, "export"):
			i = m.takeExport(i)
		}
	}
}

// takeImport handles one import declaration and returns the index of its last token:
//
//	import "x"; import d from "x"; import * as ns from "x"; import d, {a, b as c, "s" as e} from "x";
func (m *fileText) takeImport(first int) int {
	var properties, names []string
	var namespace string
	i := first + 1
	for ; !m.kind(i, text); i++ {
		switch {
		case m.is(i, "*"):
			i += 2 // as
			namespace = m.text(i)
			m.headNames = append(m.headNames, namespace)
		case m.is(i, "{"):
			for _, pair := range m.clause(i) {
				properties = append(properties, property(pair[0], pair[1]))
				names = append(names, pair[0])
				m.headNames = append(m.headNames, pair[1])
			}
			i = int(m.list[i].mate)
		case !m.is(i, "from") && !m.is(i, ","):
			properties = append(properties, "default:"+m.text(i))
			names = append(names, "default")
			m.headNames = append(m.headNames, m.text(i))
		}
	}
	loaded := m.load(i)
	for _, name := range names {
		m.imports = append(m.imports, builtinImport{unquote(m.text(i)), unquote(name)})
	}
	switch {
	case len(properties) > 0:
		m.head = fmt.Appendf(m.head, "const{%s}=%s;", strings.Join(properties, ","), loaded)
	case namespace == "":
		m.head = append(m.head, loaded+";"...)
	}
	if namespace != "" {
		m.head = fmt.Appendf(m.head, "const %s=%s;", namespace, loaded)
	}
	return m.takeStatement(first, i)
}

// takeExport handles one export declaration and returns the index of its last token:
//
//	export {a, b as default, c as "s"}; export * from "x"; export * as ns from "x"; export default require_x();
//
// Other forms are not in esbuild's output.
func (m *fileText) takeExport(first int) int {
	m.hasExports = true
	switch i := first + 1; {
	case m.is(i, "{"):
		pairs, end := m.clause(i), int(m.list[i].mate)
		local := ""
		if m.is(end+1, "from") {
			end += 2
			local = m.load(end) + "."
		}
		for _, pair := range pairs {
			m.addProperty(pair[1], local+pair[0])
		}
		return m.takeStatement(first, end)
	case m.is(i, "*") && m.is(i+1, "as"):
		m.addProperty(m.text(i+2), m.load(i+4))
		return m.takeStatement(first, i+4)
	case m.is(i, "*"):
		m.spread = append(m.spread, m.load(i+2))
		return m.takeStatement(first, i+2)
	default: // export default
		end := m.expressionEnd(i + 1)
		m.commonJS = string(m.code[m.list[i+1].start:m.list[end].end])
		return m.takeStatement(first, end)
	}
}

func (c *clauses) addProperty(name, value string) {
	c.hasDefault = c.hasDefault || unquote(name) == "default"
	if unquote(name) == "__proto__" {
		name = `["__proto__"]`
	}
	c.properties = append(c.properties, property(name, value))
}

// property writes a property of an object or pattern.
func property(name, value string) string {
	if name == value {
		return name
	}
	return name + ":" + value
}

// clause returns the pairs of "a as b" in the braces; of "a" it makes "a as a".
func (m *fileText) clause(brace int) (pairs [][2]string) {
	for i := brace + 1; i < int(m.list[brace].mate); i++ {
		pair := [2]string{m.text(i), m.text(i)}
		if m.is(i+1, "as") {
			i += 2
			pair[1] = m.text(i)
		}
		pairs = append(pairs, pair)
		i++ // the comma
	}
	return pairs
}

// load returns an expression that loads the built-in module that token i names.
func (m *fileText) load(i int) string {
	specifier := m.text(i)
	m.addBuiltin(unquote(specifier))
	return m.decided.loader + "(" + specifier + ")"
}

func (c *clauses) addBuiltin(name string) {
	if !slices.Contains(c.builtins, name) {
		c.builtins = append(c.builtins, name)
	}
}

// takeStatement blanks the statement up to token i, with the import attributes and the semicolon that may follow.
func (m *fileText) takeStatement(first, i int) int {
	if m.is(i+1, "with") && m.is(i+2, "{") {
		i = int(m.list[i+2].mate)
	}
	if m.is(i+1, ";") {
		i++
	}
	m.blank(first, i)
	return i
}

// expressionEnd returns the index of the last token of the expression that begins at token i: the one before a comma, a
// semicolon or a closing bracket.
func (m *fileText) expressionEnd(i int) int {
	for ; i < len(m.list); i++ {
		switch {
		case int(m.list[i].mate) > i:
			i = m.skip(i)
		case m.list[i].mate >= 0, m.is(i, ","), m.is(i, ";"):
			return i - 1
		}
	}
	return len(m.list) - 1
}

// skip returns the index of the token that closes the bracket, or the whole template literal, that token i opens.
func (m *fileText) skip(i int) int {
	for int(m.list[i].mate) > i {
		i = int(m.list[i].mate)
	}
	return i
}

// result is the statement that the function ends with.
func (c *clauses) result() string {
	if c.commonJS != "" {
		return "return(m=>m&&m.__esModule?m:{...m,default:m})(" + c.commonJS + ");"
	}
	var properties []string
	for _, namespace := range c.spread {
		properties = append(properties, "..."+namespace)
	}
	if len(c.spread) > 0 {
		properties = append(properties, "default:void 0") // export * leaves it out
	}
	return "return{" + strings.Join(append(properties, c.properties...), ",") + "};"
}

// takeLoaderCalls lets what esbuild leaves to import(), and to require() with a literal, go to the loader: built-in modules, and
// names that import() knows only at run time. A require function that is used in any other way is the one of esbuild, as in
// production: it throws, unless the script has made a global one.
func (m *fileText) takeLoaderCalls() {
	if !bytes.Contains(m.code, []byte("import")) && !bytes.Contains(m.code, []byte("__require")) {
		return
	}
	for i := range m.list {
		switch {
		case !m.kind(i, word):
		case m.isImportCall(i):
			m.edits = append(m.edits, edit{m.list[i].start, m.list[i].end, m.decided.loader + ".import"})
			if end := int(m.list[i+1].mate); m.kind(i+2, text) && (end == i+3 || m.is(i+3, ",")) {
				m.addBuiltin(unquote(m.text(i + 2)))
			}
		case m.is(i, "__require") && m.is(i+1, "(") && m.kind(i+2, text) && m.is(i+3, ")"):
			m.addBuiltin(unquote(m.text(i + 2)))
			m.edits = append(m.edits, edit{m.list[i].start, m.list[i].end, m.decided.loader})
		case m.is(i, "__toESM") && m.is(i+1, "(") && m.is(i+2, "__require") && m.is(i+3, "("):
			// The loader returns a namespace already.
			m.blank(i, i)
			if end := int(m.list[i+3].mate); m.is(end+1, ",") {
				m.blank(end+1, int(m.list[i+1].mate)-1)
			}
		}
	}
}

// isImportCall reports whether the word at token i is that of import(…), and not a property or a method.
func (m *tokens) isImportCall(i int) bool {
	return m.is(i, "import") && m.is(i+1, "(") && !m.is(i-1, ".") && !m.is(i-1, "?.") && !m.is(int(m.list[i+1].mate)+1, "{")
}

// takeRegistration gives the table of additional modules to the loader: at once, if a module may have to wait for others at
// top level before the table's turn comes.
func (m *fileText) takeRegistration() {
	if !bytes.Contains(m.code, []byte(registration)) {
		return
	}
	for i := range m.list {
		if !m.kind(i, word) || !m.is(i, registration) || !m.is(i+1, "(") || m.is(i-1, ".") {
			continue
		}
		if end := int(m.list[i+1].mate) + 1; m.decided.mode.topLevelAwait && m.is(end, ";") {
			m.registers = m.decided.loader + string(m.code[m.list[i].end:m.list[end].end])
			m.blank(i, end)
			return
		}
		m.edits = append(m.edits, edit{m.list[i].start, m.list[i].end, m.decided.loader})
	}
}

// edited is the code with its edits, which are in order.
func (m *fileText) edited() string {
	var code strings.Builder
	by := 0
	for _, e := range m.edits {
		by += len(e.text)
	}
	code.Grow(len(m.code) + by)
	at := int32(0)
	for _, e := range m.edits {
		code.Write(m.code[at:e.start])
		code.WriteString(e.text)
		at = e.end
	}
	code.Write(m.code[at:])
	return code.String()
}
