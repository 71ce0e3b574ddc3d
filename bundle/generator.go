package bundle

import (
	"bytes"
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// GeneratorModule is the specifier of the module whose default export is what asynchronous generators and for await are made
// of. A script loads it if it has some.
const GeneratorModule = "devserver:generators"

// generators makes asynchronous generators of what esbuild lowers them to, which a script can tell from real ones:
//
//	function f(a) { return __asyncGenerator(this, null, function* () { … yield new __await(x) … return y; }); }
//
// becomes a generator that the runtime drives: it is told of each such function, and gives it the right prototypes.
//
//	function* f(a) {yield __async.start; … yield new __await(x) … return yield new __await(y); }
//
// esbuild's helpers are replaced by the runtime's.
func (m *fileText) generators() {
	lowers := bytes.Contains(m.code, []byte("__asyncGenerator")) || bytes.Contains(m.code, []byte("__forAwait"))
	if !lowers && !bytes.Contains(m.code, []byte("__yieldStar")) {
		return
	}
	g := &generatorText{fileText: m, name: m.decided.generators, members: make(map[int][]memberName), delegates: make(map[int]bool)}
	if !lowers {
		g.plainDelegations()
		return
	}
	if m.decided.helpers == (helperNames{}) {
		return
	}
	g.enclose()
	g.replaceHelpers()
	for i := range m.list {
		switch {
		case m.kind(i, word) && m.decided.helpers.generator == m.text(i) && m.is(i+1, "(") && m.is(i-1, "return"):
			g.lowered(i)
		case m.kind(i, word) && m.decided.helpers.forAwait == m.text(i) && m.is(i+1, "(") && m.is(i-1, "="):
			g.loop(i)
		}
	}
	g.plainDelegations()
	g.declare()
	m.edits = append(m.edits, g.closers...) // behind those of what they close around
}

// generatorText is a module while its generators are looked for.
type generatorText struct {
	*fileText
	name   string  // of the runtime's module
	around []int32 // for each token the one that opens the innermost bracket around it, or -1
	bodies map[int]bool

	members   map[int][]memberName // by the brace of the object literal or class body that they stand in
	functions []int                // declarations
	closers   []edit               // behind values that are returned
	delegates map[int]bool         // calls of __yieldStar in lowered functions
}

// memberName is a method that is a generator.
type memberName struct {
	key    string // an expression, or "" if it is hard to tell
	static bool
}

// isHelper reports whether a name is that of one of esbuild's helpers, which end in a number where sources use the name, too.
func isHelper(name, helper string) bool {
	return strings.HasPrefix(name, helper) && strings.Trim(name[len(helper):], "0123456789") == ""
}

// enclose finds out what is in which brackets, and which are bodies of classes.
func (g *generatorText) enclose() {
	g.around = make([]int32, len(g.list))
	g.bodies = make(map[int]bool)
	var open []int32
	for i := range g.list {
		if n := len(open); n > 0 && int(g.list[open[n-1]].mate) == i { // of a piece of a template the mate is the next one
			open = open[:n-1]
		}
		g.around[i] = -1
		if n := len(open); n > 0 {
			g.around[i] = open[n-1]
		}
		if int(g.list[i].mate) > i {
			open = append(open, int32(i))
		}
		if g.kind(i, word) && g.is(i, "class") && !g.is(i-1, ".") && !g.is(i-1, "?.") {
			if body := g.classBody(i); body > 0 {
				g.bodies[body] = true
			}
		}
	}
}

// generatorHelpers are esbuild's helpers, by what their definitions begin with.
var generatorHelpers = map[string]struct {
	member     string
	definition *regexp.Regexp // where sources use the names of parameters, too, they end in numbers
}{
	"__await":          {"Await", regexp.MustCompile(`^function\(promise\d*,isYieldStar\d*\)\{`)},
	"__asyncGenerator": {"generator", regexp.MustCompile(`^\(__this\d*,__arguments\d*,generator\d*\)=>\{`)},
	"__yieldStar":      {"Delegate", regexp.MustCompile(`^\(?value\d*\)?=>\{var`)},
	"__forAwait":       {"iterate", regexp.MustCompile(`^\(obj\d*,it\d*,method\d*\)=>\(`)},
}

// helperNames are what esbuild's helpers are called in a module, as TypeScript's have the same names, or empty.
type helperNames struct{ await, generator, delegate, forAwait string }

// add takes those that another file defines.
func (h *helperNames) add(other helperNames) {
	h.await, h.generator = cmp.Or(other.await, h.await), cmp.Or(other.generator, h.generator)
	h.delegate, h.forAwait = cmp.Or(other.delegate, h.delegate), cmp.Or(other.forAwait, h.forAwait)
}

// generatorHelpers returns those that the file defines.
func (m *fileText) generatorHelpers() (names helperNames) {
	for _, d := range m.helperDefinitions() {
		switch name := m.text(d.first - 2); d.helper {
		case "__await":
			names.await = name
		case "__asyncGenerator":
			names.generator = name
		case "__yieldStar":
			names.delegate = name
		case "__forAwait":
			names.forAwait = name
		}
	}
	return names
}

// helperDefinition is the value of a variable at top level, by its tokens, that is one of esbuild's helpers.
type helperDefinition struct {
	helper      string
	first, last int
}

func (m *fileText) helperDefinitions() (list []helperDefinition) {
	if !slices.ContainsFunc(slices.Collect(maps.Keys(generatorHelpers)), func(name string) bool { return bytes.Contains(m.code, []byte(name)) }) {
		return nil
	}
	for i := 0; i < len(m.list); i++ {
		if int(m.list[i].mate) > i {
			i = m.skip(i)
			continue
		}
		if !(m.kind(i, word) && m.is(i, "var")) && !(m.kind(i, punct) && m.is(i, ",")) || i+3 >= len(m.list) || !m.is(i+2, "=") {
			continue
		}
		for name, helper := range generatorHelpers {
			if !isHelper(m.text(i+1), name) {
				continue
			}
			end := m.expressionEnd(i + 3)
			text := bytes.Join(bytes.Fields(m.code[m.list[i+3].start:m.list[end].end]), nil)
			if helper.definition.Match(text) {
				list = append(list, helperDefinition{name, i + 3, end})
			}
		}
	}
	return list
}

// replaceHelpers puts the runtime's functions in the place of esbuild's helpers.
func (g *generatorText) replaceHelpers() {
	for _, d := range g.helperDefinitions() {
		start := g.list[d.first].start
		g.blank(d.first, d.last)
		text := g.call() + "." + generatorHelpers[d.helper].member
		if d.helper == "__yieldStar" { // it is called without new
			text = "x=>new " + text + "(x)"
		}
		g.edits = append(g.edits, edit{start, start, text})
	}
}

// call is the name of the runtime's module, which is used.
func (g *generatorText) call() string {
	g.generates = true
	return g.name
}

// lowered handles one lowered function, whose call of the helper is token i.
func (g *generatorText) lowered(i int) {
	open, call := i-2, i+1
	end := int(g.list[call].mate)
	inner := i + 6 // function
	if !g.is(open, "{") || !g.is(i+2, "this") || !g.is(i+3, ",") || !g.is(i+5, ",") || !g.is(inner, "function") || !g.is(inner+1, "*") || !g.is(inner+2, "(") {
		return
	}
	params := inner + 2
	paramsEnd := int(g.list[params].mate)
	body := paramsEnd + 1
	if bodyEnd := int(g.list[body].mate); bodyEnd+1 != end {
		return
	}
	g.returns(body)
	last := int(g.list[open].mate)
	if end+1 != last && !(g.is(end+1, ";") && end+2 == last) {
		return
	}
	outerEnd := g.before(open)
	if !g.is(outerEnd, ")") {
		return
	}
	outer := int(g.list[outerEnd].mate)
	if !g.head(outer) {
		return
	}
	if paramsEnd > params+1 {
		g.blank(outer, inner+1)
	} else {
		g.blank(open, paramsEnd)
	}
	g.blank(end, last)
	at := g.list[body].end
	g.edits = append(g.edits, edit{at, at, "yield " + g.call() + ".start;"})
}

// head makes a generator of a function whose parameters begin at token i, and reports whether it could.
func (g *generatorText) head(i int) bool {
	before := g.before(i)
	star := func(at int) {
		g.edits = append(g.edits, edit{g.list[at].start, g.list[at].start, "*"})
	}
	function := before
	name := ""
	if !g.is(function, "function") && g.kind(before, word) && g.is(g.before(before), "function") {
		name, function = g.text(before), g.before(before)
	}
	if g.is(function, "function") && g.kind(function, word) && !g.is(g.before(function), ".") && !(name == "" && g.isMethodName(function)) {
		previous := g.before(function)
		statement := previous < 0 || g.is(previous, ";") || g.is(previous, "}") || g.is(previous, "{") || g.is(previous, ":") && g.is(g.before(previous), "default")
		if statement && name == "" {
			return false
		}
		if name != "" && g.is(previous, ":") && !statement && g.list[function].newline {
			return false // behind a case, maybe
		}
		g.edits = append(g.edits, edit{g.list[function].end, g.list[function].end, "*"})
		if statement {
			g.functions = append(g.functions, function)
			return true
		}
		start, last := g.list[function].start, g.list[int(g.list[i].mate)+1].mate // the outer body's
		end := g.list[last].end
		g.edits = append(g.edits, edit{start, start, g.call() + "("})
		text := ")"
		if name == "" {
			if given := g.givenName(function); given != "" {
				text = "," + strconv.Quote(given) + ")"
			}
		}
		g.edits = append(g.edits, edit{end, end, text})
		return true
	}
	container := int(g.around[before])
	if container < 0 || !g.is(container, "{") || !g.kind(container, punct) {
		return false
	}
	first, key := before, ""
	switch {
	case g.kind(before, private):
		key = g.text(before)
	case g.is(before, "]"):
		first = int(g.list[before].mate)
		if before == first+4 && g.is(first+1, "Symbol") && g.is(first+2, ".") && g.is(first+3, "asyncIterator") {
			key = "Symbol.asyncIterator"
		}
	case g.kind(before, word):
		key = strconv.Quote(g.text(before))
	case g.kind(before, text), g.kind(before, number):
		key = g.text(before)
	default:
		return false
	}
	class := g.bodies[container]
	static := class && g.is(g.before(first), "static")
	if p := g.before(first); !class && !g.is(p, "{") && !g.is(p, ",") {
		return false
	}
	star(first)
	g.members[container] = append(g.members[container], memberName{key, static})
	return true
}

// isPrivate reports whether the method is one that only the class sees.
func (n memberName) isPrivate() bool { return strings.HasPrefix(n.key, "#") }

// isMethodName reports whether the word function at token i names a method.
func (g *generatorText) isMethodName(i int) bool {
	container := int(g.around[i])
	p := g.before(i)
	if container < 0 || !g.is(container, "{") {
		return false
	}
	if g.bodies[container] { // it may also be the value of a field
		return p == container || g.is(p, ";") || g.is(p, "}") || g.is(p, "static")
	}
	return (p == container || g.is(p, ",")) && !g.isBlock(container)
}

// isBlock reports whether the brace at token i begins statements, rather than an object literal.
func (g *generatorText) isBlock(i int) bool {
	p := g.before(i)
	return p < 0 || g.is(p, ")") || g.is(p, ";") || g.is(p, "{") || g.is(p, "}") || g.is(p, "=>") || g.is(p, "else") || g.is(p, "do") || g.is(p, "try") ||
		g.is(p, "finally") || g.is(p, "static") || g.is(p, "catch")
}

// givenName is the name that the anonymous function at token i gets from where it stands, or "".
func (g *generatorText) givenName(i int) string {
	p := g.before(i)
	for g.is(p, "(") && g.is(g.before(p), "=") {
		p = g.before(p)
	}
	named := g.before(p)
	switch {
	case g.is(p, "=") && (g.kind(named, word) || g.kind(named, private)) && !g.is(g.before(named), "."):
		return g.text(named)
	case g.is(p, ":") && (g.is(g.before(named), "{") || g.is(g.before(named), ",")):
		switch {
		case g.kind(named, word):
			return g.text(named)
		case g.kind(named, text):
			return unquote(g.text(named))
		}
	}
	return ""
}

// plainDelegations undoes what esbuild does to the yield* of generators that are not asynchronous.
func (g *generatorText) plainDelegations() {
	for i := range g.list {
		if g.kind(i, word) && isHelper(g.text(i), "__yieldStar") && g.is(i-1, "*") && g.is(i-2, "yield") && !g.delegates[i] {
			g.blank(i, i)
		}
	}
}

// returns has the values of the return statements of the body at token i, but not of functions in it, be awaited, and notes
// what it delegates to.
func (g *generatorText) returns(body int) {
	end := int(g.list[body].mate)
	for i := body + 1; i < end; i++ {
		switch {
		case g.is(i, "{") && g.kind(i, punct) && (g.bodies[i] || g.isFunctionBody(i)):
			i = g.skip(i)
		case g.kind(i, word) && isHelper(g.text(i), "__yieldStar"):
			g.delegates[i] = true
		case g.kind(i, word) && g.is(i, "return") && !g.is(i-1, ".") && !g.is(i-1, "?."):
			last := i
			for j := i + 1; j < end; j++ {
				if g.is(j, ";") || g.list[j].mate >= 0 && int(g.list[j].mate) < j {
					break
				}
				j = g.skip(j)
				last = j
			}
			if last == i || g.is(i+1, ":") || g.is(i+1, "(") && g.is(g.skip(i+1)+1, "{") {
				continue
			}
			// A comma in the value must not part arguments.
			start := g.list[i].end
			g.edits = append(g.edits, edit{start, start, " yield new " + g.call() + ".Await(("})
			g.closers = append(g.closers, edit{g.list[last].end, g.list[last].end, "))"})
		}
	}
}

// loop has the results of an asynchronous iterator be objects: for (var iter = __forAwait(x), more, temp, error; more =
// !(temp = await iter.next()).done; more = false) …
func (g *generatorText) loop(i int) {
	iter := g.text(i - 2)
	seen := 0
	for j := int(g.list[i+1].mate); j < len(g.list) && seen < 2; j++ {
		if !g.is(j, iter) || g.list[j].kind != word || !g.is(j+1, ".") {
			continue
		}
		switch {
		case g.is(j+2, "next") && seen == 0:
			// Back to the bracket that !( opens.
			k := int(g.around[j])
			for k > 0 && !(g.is(k, "(") && g.is(k-1, "!")) {
				k = int(g.around[k])
			}
			if k <= 0 {
				return
			}
			at := g.list[k].start
			g.edits = append(g.edits, edit{at, at, g.call() + ".result"})
			seen = 1
		case g.is(j+2, "return") && seen == 1:
			k := g.skip(int(g.around[j])) + 1 // behind (temp = iter.return)
			if !g.is(k, "&&") {
				return
			}
			at := g.list[k].end
			last := g.assignedEnd(k + 1)
			g.edits = append(g.edits, edit{at, at, g.call() + ".result("}, edit{g.list[last].end, g.list[last].end, ")"})
			seen = 2
		}
	}
}

// declare tells the runtime of the functions and methods: of a function before anything that is in its block runs.
func (g *generatorText) declare() {
	for _, function := range g.functions {
		name := g.text(function + 1)
		if g.is(function+1, "*") {
			name = g.text(function + 2)
		}
		at := g.blockStart(function)
		g.edits = append(g.edits, edit{at, at, g.call() + "(" + name + ");"})
	}
	for container, members := range g.members {
		start, last := g.list[container], g.list[g.list[container].mate]
		var static, other []string
		scan := [2]bool{}
		private, fields := "", ""
		for _, member := range members {
			switch {
			case member.isPrivate() && member.static:
				private += ",this." + member.key
			case member.isPrivate():
				fields += ",this." + member.key
			case member.key == "" && member.static:
				scan[1] = true
			case member.key == "":
				scan[0] = true
			case member.static:
				static = append(static, ","+member.key)
			default:
				other = append(other, ","+member.key)
			}
		}
		method := func(scan bool) string {
			if scan {
				return ".all("
			}
			return ".methods("
		}
		if !g.bodies[container] {
			g.edits = append(g.edits, edit{start.start, start.start, g.call() + method(scan[0])},
				edit{last.end, last.end, strings.Join(other, "") + ")"})
			continue
		}
		text := "static{"
		if len(other) > 0 || scan[0] {
			text += g.call() + method(scan[0]) + "this.prototype" + strings.Join(other, "") + ");"
		}
		if len(static) > 0 || scan[1] {
			text += g.call() + method(scan[1]) + "this" + strings.Join(static, "") + ");"
		}
		if private != "" {
			text += g.call() + ".functions(0" + private + ");"
		}
		if fields != "" { // only an instance has them
			text += "}#" + g.name + "=" + g.call() + ".functions(0" + fields + ");static{"
		}
		text = strings.ReplaceAll(text+"}", "static{}", "")
		g.edits = append(g.edits, edit{start.end, start.end, text})
	}
}

// blockStart is where the block begins that the statement at token i stands in; at top level, its file.
func (g *generatorText) blockStart(i int) int32 {
	open := int(g.around[i])
	if open >= 0 {
		if p := g.before(open); g.is(p, ")") && g.is(g.before(int(g.list[p].mate)), "switch") {
			return g.list[i].start // nothing can stand before a case
		}
		at := open
		for g.kind(at+1, text) && g.is(at+2, ";") {
			at += 2
		}
		return g.list[at].end
	}
	start := g.list[i].start
	for at := int(start); ; {
		at = bytes.LastIndex(g.code[:at], []byte("\n// "))
		if at < 0 {
			if pathLine(g.code) != "" {
				return int32(bytes.IndexByte(g.code, '\n') + 1)
			}
			return 0
		}
		line := g.code[at+1:]
		end := bytes.IndexByte(line, '\n')
		if end < 0 {
			return 0
		}
		from := 0
		if g.isBetweenStatements(&from, at+1) {
			return int32(at + 1 + end + 1)
		}
	}
}
