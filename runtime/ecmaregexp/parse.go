package ecmaregexp

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// node is a piece of a pattern. Flags that the pattern can change are resolved in it.
type node interface{}

type (
	sequence    []node
	alternation []node
	// character is a set that takes one code point, or one code unit.
	character struct{ set *set }
	// choice is a set and strings, longer ones first. Strings are sets, one for each character, and keys that tell those apart.
	choice struct {
		set   *set
		texts [][]*set
		keys  [][]rune
	}
	group struct {
		index int
		node  node
	}
	// reference is the same text as a group had; of several groups that of the one that took part.
	reference struct {
		groups []int
		name   string // to be resolved
		fold   bool
	}
	assertion struct {
		op    opcode
		words *set
	}
	look struct {
		node             node
		behind, negative bool
	}
	repeat struct {
		node        node
		min, max    int // max -1: any number
		lazy        bool
		first, past int // the groups within
	}
)

type parser struct {
	flags  Flags
	source []uint16
	text   []rune // source as code points, or as code units
	pos    int

	groups   int // so far
	inAll    int // in the whole pattern
	hasNames bool
	named    []namedGroup
	path     []branch
	later    []*reference
	depth    int

	duplicate bool // two groups have a name that cannot both; said last, as V8 does
}

type namedGroup struct {
	name  string
	index int
	path  []branch
}

// branch is one alternative of one disjunction.
type branch struct{ disjunction, alternative int }

// maxDepth bounds the nesting of groups and classes.
const maxDepth = 1000

const eof = -1

func decode(units []uint16) []rune {
	var out []rune
	for i := 0; i < len(units); i++ {
		if i+1 < len(units) && isHigh(units[i]) && isLow(units[i+1]) {
			out = append(out, utf16.DecodeRune(rune(units[i]), rune(units[i+1])))
			i++
		} else {
			out = append(out, rune(units[i]))
		}
	}
	return out
}

func (p *parser) unicode() bool { return p.flags.fullUnicode() }

// failure is a syntax error on its way out.
type failure struct{ error }

func (p *parser) fail(format string, args ...any) {
	panic(failure{fmt.Errorf(format, args...)})
}

func (p *parser) parse() (tree node, err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case failure:
			err = e.error
		default:
			panic(e)
		}
	}()
	if p.unicode() {
		p.text = decode(p.source)
	} else {
		for _, unit := range p.source {
			p.text = append(p.text, rune(unit))
		}
	}
	p.survey()
	tree = p.disjunction()
	if p.pos < len(p.text) {
		if p.peek() == ')' {
			p.fail("Unmatched ')'")
		}
		p.fail("Unexpected character")
	}
	if p.duplicate {
		p.fail("Duplicate capture group name")
	}
	for _, ref := range p.later {
		for _, g := range p.named {
			if g.name == ref.name {
				ref.groups = append(ref.groups, g.index)
			}
		}
		if len(ref.groups) == 0 {
			p.fail("Invalid named capture referenced")
		}
	}
	return tree, nil
}

// survey counts the groups and looks whether one has a name, on which depends what some escapes mean.
func (p *parser) survey() {
	class := false
	for i := 0; i < len(p.text); i++ {
		switch p.text[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '(':
			if class {
				continue
			}
			if i+1 < len(p.text) && p.text[i+1] == '?' {
				if i+3 >= len(p.text) || p.text[i+2] != '<' || p.text[i+3] == '=' || p.text[i+3] == '!' {
					continue
				}
				p.hasNames = true
			}
			p.inAll++
		}
	}
}

func (p *parser) peek() rune { return p.at(0) }

func (p *parser) at(n int) rune {
	if p.pos+n < len(p.text) {
		return p.text[p.pos+n]
	}
	return eof
}

func (p *parser) next() rune {
	c := p.peek()
	p.pos++
	return c
}

func (p *parser) take(s string) bool {
	for i, c := range []rune(s) {
		if p.at(i) != c {
			return false
		}
	}
	p.pos += len(s)
	return true
}

func (p *parser) disjunction() node {
	if p.depth++; p.depth > maxDepth {
		p.fail("Regular expression too large")
	}
	defer func() { p.depth-- }()
	outer := p.flags
	start := p.pos
	var list alternation
	for {
		p.path = append(p.path, branch{start, len(list)})
		list = append(list, p.alternative())
		p.path = p.path[:len(p.path)-1]
		if !p.take("|") {
			break
		}
	}
	p.flags = outer
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func (p *parser) alternative() node {
	var list sequence
	for p.peek() != eof && p.peek() != '|' && p.peek() != ')' {
		list = append(list, p.term())
	}
	return list
}

func (p *parser) term() node {
	before := p.groups
	atom, repeatable := p.atom()
	low, high, ok := p.quantifier()
	if !ok {
		return atom
	}
	if !repeatable {
		if _, ok := atom.(look); ok {
			p.fail("Invalid quantifier")
		}
		p.fail("Nothing to repeat")
	}
	if high >= 0 && low > high {
		p.fail("numbers out of order in {} quantifier")
	}
	return repeat{node: atom, min: low, max: high, lazy: p.take("?"), first: before + 1, past: p.groups + 1}
}

// quantifier reads *, +, ? or {n,m}.
func (p *parser) quantifier() (low, high int, ok bool) {
	switch p.peek() {
	case '*':
		p.pos++
		return 0, -1, true
	case '+':
		p.pos++
		return 1, -1, true
	case '?':
		p.pos++
		return 0, 1, true
	case '{':
		return p.braces()
	}
	return 0, 0, false
}

func (p *parser) braces() (low, high int, ok bool) {
	if low, high, ok = p.quantity(); !ok && p.unicode() {
		p.fail("Incomplete quantifier")
	}
	return low, high, ok
}

// quantity reads {n,m}, if it is there.
func (p *parser) quantity() (low, high int, ok bool) {
	start := p.pos
	p.pos++
	low, ok = p.number()
	high = low
	if ok && p.take(",") {
		high = -1
		if n, given := p.number(); given {
			high = n
		}
	}
	if ok && p.take("}") {
		return low, high, true
	}
	p.pos = start
	return 0, 0, false
}

// mostTimes is more often than a string is long.
const mostTimes = 1 << 30

func (p *parser) number() (n int, ok bool) {
	for ; isDigit(p.peek()); p.pos++ {
		n, ok = min(mostTimes, n*10+int(p.peek()-'0')), true
	}
	return n, ok
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

// atom reads an atom or an assertion, and says whether a quantifier may follow.
func (p *parser) atom() (n node, repeatable bool) {
	switch c := p.next(); c {
	case '^':
		return assertion{op: p.lineOp(opInputStart, opLineStart)}, false
	case '$':
		return assertion{op: p.lineOp(opInputEnd, opLineEnd)}, false
	case '(':
		return p.group()
	case '.':
		if p.flags.DotAll {
			return character{everything}, true
		}
		return character{lineEnds.complement()}, true
	case '[':
		return p.class(), true
	case '\\':
		return p.atomEscape()
	case '*', '+', '?':
		p.fail("Nothing to repeat")
	case '{':
		p.pos--
		if _, _, ok := p.quantity(); ok {
			p.fail("Nothing to repeat")
		}
		if p.unicode() {
			p.fail("Lone quantifier brackets")
		}
		p.pos++
		return p.literal(c), true
	case '}', ']':
		if p.unicode() {
			p.fail("Lone quantifier brackets")
		}
		return p.literal(c), true
	default:
		return p.literal(c), true
	}
	return nil, false
}

func (p *parser) lineOp(input, line opcode) opcode {
	if p.flags.Multiline {
		return line
	}
	return input
}

func (p *parser) literal(c rune) node { return p.characters(newSet([]span{{c, c}})) }

// characters is a set, with what is the same as its members if case is ignored.
func (p *parser) characters(s *set) node {
	if p.flags.IgnoreCase {
		s = s.fold(p.unicode())
	}
	return character{s}
}

func (p *parser) group() (n node, repeatable bool) {
	flags := p.flags
	switch {
	case !p.take("?"):
		p.groups++
		index := p.groups
		n, repeatable = group{index, p.disjunction()}, true
	case p.take(":"):
		n, repeatable = p.disjunction(), true
	case p.take("="):
		n, repeatable = look{node: p.disjunction()}, !p.unicode()
	case p.take("!"):
		n, repeatable = look{node: p.disjunction(), negative: true}, !p.unicode()
	case p.take("<="):
		n = look{node: p.disjunction(), behind: true}
	case p.take("<!"):
		n = look{node: p.disjunction(), behind: true, negative: true}
	case p.take("<"):
		p.groups++
		index := p.groups
		p.name(index)
		n, repeatable = group{index, p.disjunction()}, true
	default:
		p.modifiers()
		n, repeatable = p.disjunction(), true
	}
	if !p.take(")") {
		p.fail("Unterminated group")
	}
	p.flags = flags
	return n, repeatable
}

// name reads the name of a group. Two groups may have the same if not both can take part in a match.
func (p *parser) name(index int) {
	name, ok := p.identifier()
	if !ok {
		p.fail("Invalid capture group name")
	}
	for _, other := range p.named {
		if other.name == name && !exclusive(other.path, p.path) {
			p.duplicate = true
		}
	}
	p.named = append(p.named, namedGroup{name, index, slices.Clone(p.path)})
}

// exclusive reports whether two places are in different alternatives of a disjunction.
func exclusive(a, b []branch) bool {
	for i := range min(len(a), len(b)) {
		if a[i].disjunction != b[i].disjunction {
			return false
		}
		if a[i].alternative != b[i].alternative {
			return true
		}
	}
	return false
}

// identifier reads a name and the > behind it.
func (p *parser) identifier() (name string, ok bool) {
	var b strings.Builder
	for {
		c := p.next()
		switch {
		case c == '>':
			return b.String(), b.Len() > 0
		case c == '\\':
			if !p.take("u") {
				return "", false
			}
			if c, ok = p.unicodeEscape(true); !ok {
				return "", false
			}
		case c >= 0xd800 && c < 0xdc00 && isLow(uint16(max(0, min(p.peek(), 0xffff)))):
			c = utf16.DecodeRune(c, p.next())
		}
		if c == eof || !isIdentifier(c, b.Len() == 0) {
			return "", false
		}
		b.WriteRune(c)
	}
}

func isIdentifier(c rune, start bool) bool {
	if c == '$' || c == '_' || !start && (c == 0x200c || c == 0x200d) {
		return true
	}
	if start {
		return binaryProperty("ID_Start").contains(c)
	}
	return binaryProperty("ID_Continue").contains(c)
}

// modifiers reads (?ims-ims: and changes the flags.
func (p *parser) modifiers() {
	seen := map[rune]bool{}
	removing, any := false, false
	for {
		c := p.next()
		switch c {
		case ':':
			if removing && !any {
				p.fail("Invalid flag group")
			}
			return
		case '-':
			if removing {
				p.fail("Multiple dashes in flag group")
			}
			removing = true
			continue
		case 'i', 'm', 's':
			if seen[c] {
				p.fail("Repeated flag in flag group")
			}
			seen[c], any = true, true
			*p.flags.flag(byte(c)) = !removing
		default:
			p.fail("Invalid group")
		}
	}
}

func (p *parser) atomEscape() (n node, repeatable bool) {
	c := p.peek()
	switch {
	case c == eof:
		p.fail("\\ at end of pattern")
	case c == 'b', c == 'B':
		p.pos++
		op := opWordBoundary
		if c == 'B' {
			op = opNoWordBoundary
		}
		return assertion{op, wordCharacters(p.flags)}, false
	case c == 'k':
		if p.hasNames || p.unicode() {
			p.pos++
			if !p.take("<") {
				p.fail("Invalid named reference")
			}
			name, ok := p.identifier()
			if !ok {
				p.fail("Invalid capture group name")
			}
			ref := &reference{name: name, fold: p.flags.IgnoreCase}
			p.later = append(p.later, ref)
			return ref, true
		}
	case '1' <= c && c <= '9':
		start := p.pos
		if n, _ := p.number(); n <= p.inAll {
			return &reference{groups: []int{n}, fold: p.flags.IgnoreCase}, true
		}
		if p.unicode() {
			p.fail("Invalid escape")
		}
		p.pos = start
	}
	if s, ok := p.classEscape(false); ok {
		if len(s.strings) > 0 {
			return p.withStrings(s), true
		}
		return character{s.set}, true
	}
	return p.literal(p.characterEscape(false)), true
}

// classEscape reads \d, \p{…} and the like, in which case is ignored if it is to be.
func (p *parser) classEscape(inClass bool) (s class, ok bool) {
	fold := func(set *set) *set {
		if p.flags.IgnoreCase {
			return set.fold(p.unicode())
		}
		return set
	}
	c := p.peek()
	switch c {
	case 'd', 'D':
		s.set = digits
	case 's', 'S':
		s.set = spaces
	case 'w', 'W':
		s.set = wordCharacters(p.flags)
	case 'p', 'P':
		if !p.unicode() {
			return s, false
		}
		p.pos++
		s, ok = p.property()
		if !ok || c == 'P' && s.mayString {
			if inClass {
				p.fail("Invalid property name in character class")
			}
			p.fail("Invalid property name")
		}
		if c == 'P' {
			if p.flags.UnicodeSets {
				return class{set: fold(s.set).complement()}, true
			}
			return class{set: fold(s.set.complement())}, true
		}
		s.set = fold(s.set)
		for i, text := range s.strings {
			s.strings[i] = p.foldedString(text)
		}
		return s, true
	default:
		return s, false
	}
	p.pos++
	if 'A' <= c && c <= 'Z' {
		s.set = s.set.complement()
	}
	return s, true
}

// property reads {Name=Value} or {Name}.
func (p *parser) property() (s class, ok bool) {
	if !p.take("{") {
		return s, false
	}
	start := p.pos
	for c := p.peek(); c == '_' || c == '=' || isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'; c = p.peek() {
		p.pos++
	}
	name, value, hasValue := strings.Cut(string(p.text[start:p.pos]), "=")
	if !p.take("}") {
		return s, false
	}
	if hasValue {
		s.set = propertyValue(name, value)
	} else if s.set = loneProperty(name); s.set == nil && p.flags.UnicodeSets {
		return stringProperty(name)
	}
	return s, s.set != nil
}

// characterEscape reads what is behind a backslash and stands for one character.
func (p *parser) characterEscape(inClass bool) rune {
	c := p.next()
	switch c {
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'c':
		if letter := p.peek(); 'a' <= letter && letter <= 'z' || 'A' <= letter && letter <= 'Z' ||
			inClass && !p.unicode() && (isDigit(letter) || letter == '_') {
			p.pos++
			return letter % 32
		}
		if p.unicode() {
			p.fail("Invalid Unicode escape")
		}
		p.pos--
		return '\\'
	case '0':
		if !isDigit(p.peek()) {
			return 0
		}
	case 'x':
		if n, ok := p.hex(2); ok {
			return n
		}
		if p.unicode() {
			p.fail("Invalid escape")
		}
		return c
	case 'u':
		if n, ok := p.unicodeEscape(p.unicode()); ok {
			return n
		}
		if p.unicode() {
			p.fail("Invalid Unicode escape")
		}
		return c
	case eof:
		p.fail("\\ at end of pattern")
	}
	if p.unicode() {
		switch {
		case isDigit(c):
			if c >= '8' {
				p.fail("Invalid escape")
			}
			p.fail("Invalid decimal escape")
		case strings.ContainsRune("^$\\.*+?()[]{}|/", c), inClass && c == '-',
			inClass && p.flags.UnicodeSets && strings.ContainsRune(reservedPunctuators, c):
			return c
		}
		p.fail("Invalid escape")
	}
	if '0' <= c && c <= '7' {
		return p.octal(c - '0')
	}
	if c == 'k' && p.hasNames {
		p.fail("Invalid escape")
	}
	return c
}

// octal reads the rest of an octal escape.
func (p *parser) octal(n rune) rune {
	for i := 0; i < 2 && '0' <= p.peek() && p.peek() <= '7' && n*8+p.peek()-'0' < 256; i++ {
		n = n*8 + p.next() - '0'
	}
	return n
}

func (p *parser) hex(digits int) (n rune, ok bool) {
	start := p.pos
	for range digits {
		d := hexDigit(p.peek())
		if d < 0 {
			p.pos = start
			return 0, false
		}
		n = n*16 + d
		p.pos++
	}
	return n, true
}

func hexDigit(c rune) rune {
	switch {
	case isDigit(c):
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return -1
}

// unicodeEscape reads XXXX, and if full also a pair of them, or {X…}.
func (p *parser) unicodeEscape(full bool) (c rune, ok bool) {
	start := p.pos
	if full && p.take("{") {
		for d := hexDigit(p.peek()); d >= 0; d = hexDigit(p.peek()) {
			if c, ok = c*16+d, true; c > last {
				break
			}
			p.pos++
		}
		if ok && c <= last && p.take("}") {
			return c, true
		}
		p.pos = start
		return 0, false
	}
	if c, ok = p.hex(4); !ok || !full || !isHigh(uint16(c)) {
		return c, ok
	}
	behind := p.pos
	if p.take("\\u") {
		if second, ok := p.hex(4); ok && isLow(uint16(second)) {
			return utf16.DecodeRune(c, second), true
		}
	}
	p.pos = behind
	return c, true
}
