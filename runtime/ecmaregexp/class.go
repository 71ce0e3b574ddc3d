package ecmaregexp

import (
	"slices"
	"strings"
)

// class is what a class stands for: code points, and with the flag v also strings.
type class struct {
	set     *set
	strings []string
	// mayString says that by how it is written the class can have strings, though it may have none.
	mayString bool
}

const (
	syntaxCharacters    = "()[]{}/-\\|"
	reservedPunctuators = "&-!#%,:;<=>@`~"
	doublePunctuators   = "&!#$%*+,.:;<=>?@^`~"
)

// class reads a class behind its opening bracket.
func (p *parser) class() node {
	if p.flags.UnicodeSets {
		return p.withStrings(p.classSet())
	}
	negated := p.take("^")
	var spans []span
	for p.peek() != ']' {
		if p.peek() == eof {
			p.fail("Unterminated character class")
		}
		from, set := p.classAtom()
		if p.peek() != '-' || p.at(1) == ']' {
			spans = append(spans, atomSpans(from, set)...)
			continue
		}
		p.pos++
		if p.peek() == eof {
			p.fail("Unterminated character class")
		}
		to, other := p.classAtom()
		if set != nil || other != nil {
			if p.unicode() {
				p.fail("Invalid character class")
			}
			spans = slices.Concat(spans, atomSpans(from, set), []span{{'-', '-'}}, atomSpans(to, other))
			continue
		}
		if from > to {
			p.fail("Range out of order in character class")
		}
		spans = append(spans, span{from, to})
	}
	p.pos++
	s := newSet(spans)
	if p.flags.IgnoreCase {
		s = s.fold(p.unicode())
	}
	if negated {
		s = s.complement()
	}
	return character{s}
}

func atomSpans(c rune, s *set) []span {
	if s != nil {
		return s.spans
	}
	return []span{{c, c}}
}

// classAtom reads a character, or a set of them.
func (p *parser) classAtom() (rune, *set) {
	c := p.next()
	if c != '\\' {
		return c, nil
	}
	if s, ok := p.classEscape(true); ok {
		return 0, s.set
	}
	return p.classCharacter(), nil
}

// classCharacter reads an escape that stands for one character.
func (p *parser) classCharacter() rune {
	switch p.peek() {
	case 'b':
		p.pos++
		return '\b'
	case '-':
		if p.unicode() {
			p.pos++
			return '-'
		}
	}
	return p.characterEscape(true)
}

// classSet reads a class in which there can be classes: https://tc39.es/ecma262/#prod-ClassSetExpression.
func (p *parser) classSet() class {
	if p.depth++; p.depth > maxDepth {
		p.fail("Regular expression too large")
	}
	defer func() { p.depth-- }()
	negated := p.take("^")
	result := class{set: newSet(nil)}
	for first := true; p.peek() != ']'; first = false {
		operand, single := p.classOperand()
		switch {
		case first && p.at(0) == '-' && p.at(1) == '-':
			result = p.chain(operand, "--", class.minus)
			p.closeChain()
			return p.negate(result, negated)
		case first && p.at(0) == '&' && p.at(1) == '&':
			result = p.chain(operand, "&&", class.intersect)
			p.closeChain()
			return p.negate(result, negated)
		case p.peek() == '-' && p.at(1) != '-':
			p.pos++
			to, ok := p.classOperand()
			from, isOne := operand.set.only()
			end, isEnd := to.set.only()
			if !single || !ok || !isOne && !p.flags.IgnoreCase || !isEnd && !p.flags.IgnoreCase {
				p.fail("Invalid character class")
			}
			from, end = operand.first(from), to.first(end)
			if from > end {
				p.fail("Range out of order in character class")
			}
			operand = class{set: p.folded(newSet([]span{{from, end}}))}
			if p.peek() == '-' && p.at(1) != '-' {
				p.fail("Invalid character class")
			}
		}
		result = result.union(operand)
		if !(p.peek() == ']') && (p.at(0) == '-' && p.at(1) == '-' || p.at(0) == '&' && p.at(1) == '&') {
			p.fail("Invalid set operation in character class")
		}
	}
	p.pos++
	return p.negate(result, negated)
}

// first is the character that an operand was written as.
func (c class) first(only rune) rune {
	if len(c.strings) == 1 {
		return []rune(c.strings[0])[0]
	}
	return only
}

func (p *parser) folded(s *set) *set {
	if p.flags.IgnoreCase {
		return s.fold(true)
	}
	return s
}

func (p *parser) chain(left class, operator string, apply func(a, b class) class) class {
	for p.take(operator) {
		if operator == "&&" && p.peek() == '&' {
			p.fail("Invalid character in character class")
		}
		right, _ := p.classOperand()
		may := left.mayString && (operator == "--" || right.mayString)
		left = apply(left, right.plain())
		left.mayString = may
	}
	return left.plain()
}

func (p *parser) closeChain() {
	if !p.take("]") {
		if p.peek() == eof {
			p.fail("Unterminated character class")
		}
		p.fail("Invalid set operation in character class")
	}
}

func (p *parser) negate(c class, negated bool) class {
	c = c.plain()
	if !negated {
		return c
	}
	if c.mayString {
		p.fail("Negated character class may contain strings")
	}
	return class{set: c.set.complement()}
}

// classOperand reads one operand; single says that it is a character, which a range may begin or end with.
func (p *parser) classOperand() (c class, single bool) {
	switch char := p.peek(); {
	case char == eof:
		p.fail("Unterminated character class")
	case char == '[':
		p.pos++
		return p.classSet(), false
	case char == '\\':
		p.pos++
		if p.take("q") {
			return p.classStrings(), false
		}
		if c, ok := p.classEscape(true); ok {
			return c, false
		}
		return p.one(p.classCharacter()), true
	case strings.ContainsRune(syntaxCharacters, char):
		p.fail("Invalid character in character class")
	case strings.ContainsRune(doublePunctuators, char) && p.at(1) == char:
		p.fail("Invalid set operation in character class")
	}
	return p.one(p.next()), true
}

// one is a character as it was written: with what is the same, if case is ignored, the written one is kept as a string
// until the class is put together.
func (p *parser) one(c rune) class {
	return class{set: p.folded(newSet([]span{{c, c}})), strings: nil}.written(c, p.flags.IgnoreCase)
}

func (c class) written(char rune, keep bool) class {
	if _, only := c.set.only(); keep && !only {
		c.strings = []string{string(char)}
	}
	return c
}

// classStrings reads \q{…|…}.
func (p *parser) classStrings() class {
	if !p.take("{") {
		p.fail("Invalid escape")
	}
	result := class{set: newSet(nil)}
	var text []rune
	add := func() {
		if len(text) == 1 {
			result.set = result.set.union(p.folded(newSet([]span{{text[0], text[0]}})))
		} else {
			result.strings, result.mayString = append(result.strings, p.foldedString(string(text))), true
		}
		text = nil
	}
	for {
		switch c := p.next(); c {
		case '}':
			add()
			return result.unique()
		case '|':
			add()
		case '\\':
			text = append(text, p.classCharacter())
		case eof:
			p.fail("Unterminated character class")
		default:
			if strings.ContainsRune(syntaxCharacters, c) || strings.ContainsRune(doublePunctuators, c) && p.peek() == c {
				p.fail("Invalid character in character class")
			}
			text = append(text, c)
		}
	}
}

// foldedString is a string by which those that are the same, if case is ignored, are the same.
func (p *parser) foldedString(s string) string {
	if !p.flags.IgnoreCase {
		return s
	}
	return strings.Map(canonicalUnicode, s)
}

// plain is a class without the notes on how its characters were written.
func (c class) plain() class {
	c.strings = slices.DeleteFunc(slices.Clone(c.strings), func(s string) bool { return len([]rune(s)) == 1 })
	return c
}

func (c class) unique() class {
	slices.Sort(c.strings)
	c.strings = slices.Compact(c.strings)
	return c
}

func (c class) union(d class) class {
	return class{c.set.union(d.set), slices.Concat(c.plain().strings, d.plain().strings), c.mayString || d.mayString}.unique()
}

func (c class) minus(d class) class {
	without := func(s string) bool { return slices.Contains(d.strings, s) }
	return class{set: c.set.minus(d.set), strings: slices.DeleteFunc(slices.Clone(c.plain().strings), without)}
}

func (c class) intersect(d class) class {
	without := func(s string) bool { return !slices.Contains(d.strings, s) }
	return class{set: c.set.intersect(d.set), strings: slices.DeleteFunc(slices.Clone(c.plain().strings), without)}
}

// withStrings is a class as a choice: the longest string first.
func (p *parser) withStrings(c class) node {
	c = c.plain()
	if len(c.strings) == 0 {
		return character{c.set}
	}
	of := choice{set: c.set}
	for _, s := range c.strings {
		text := []rune(s)
		sets := make([]*set, len(text))
		for i, char := range text {
			sets[i] = p.folded(newSet([]span{{char, char}}))
		}
		of.texts = append(of.texts, sets)
		of.keys = append(of.keys, text)
	}
	return of
}

// tree has the texts of a choice by what they begin with, which for those that are matched backward is their end.
type tree struct {
	set      *set // that leads here
	children []*tree
	by       map[rune]*tree
	end      bool
}

func (n choice) tree(backward bool) *tree {
	root := &tree{}
	for i, text := range n.keys {
		at := root
		for j := range text {
			if backward {
				j = len(text) - 1 - j
			}
			next := at.by[text[j]]
			if next == nil {
				if next = (&tree{set: n.texts[i][j]}); at.by == nil {
					at.by = make(map[rune]*tree)
				}
				at.by[text[j]] = next
				at.children = append(at.children, next)
			}
			at = next
		}
		at.end = true
	}
	return root
}
