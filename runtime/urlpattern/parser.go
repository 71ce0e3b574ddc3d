package urlpattern

import "strconv"

// encoder canonicalises fixed text: see [devserver/runtime/weburl.CanonicalPath] and its likes.
type encoder func(text string) (string, error)

// parser reads the pattern string of one component.
//
// https://urlpattern.spec.whatwg.org/#pattern-parser
type parser struct {
	options
	encode  encoder
	segment string // the regular expression of a segment
	tokens  []token
	pending []byte // fixed text that is not a part yet
	parts   []part
	number  int // of the next group without a name
	named   map[string]bool
}

// parseParts is "parse a pattern string".
func parseParts(input string, o options, encode encoder) ([]part, error) {
	tokens, err := tokenize(input, false)
	if err != nil {
		return nil, err
	}
	p := parser{options: o, encode: encode, segment: o.segmentRegexp(), tokens: tokens}
	for len(p.tokens) > 0 {
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	return p.parts, nil
}

// next reads what comes next: a group, a group in braces, or a character.
func (p *parser) next() error {
	char := p.take(tokenChar)
	name := p.take(tokenName)
	if group := p.takeGroup(name); name != nil || group != nil {
		var prefix string
		if char != nil {
			prefix = char.value
		}
		if prefix != p.prefix {
			p.pending = append(p.pending, prefix...)
			prefix = ""
		}
		if err := p.flush(); err != nil {
			return err
		}
		return p.add(prefix, name, group, "", p.takeModifier())
	}
	if char == nil {
		char = p.take(tokenEscapedChar)
	}
	if char != nil {
		p.pending = append(p.pending, char.value...)
		return nil
	}
	if p.take(tokenOpen) != nil {
		prefix := p.takeText()
		name := p.take(tokenName)
		group := p.takeGroup(name)
		suffix := p.takeText()
		if err := p.require(tokenClose); err != nil {
			return err
		}
		return p.add(prefix, name, group, suffix, p.takeModifier())
	}
	if err := p.flush(); err != nil {
		return err
	}
	return p.require(tokenEnd)
}

// take takes the next token if it is of a kind, else it returns nil.
func (p *parser) take(kind tokenKind) *token {
	if p.tokens[0].kind != kind {
		return nil
	}
	t := &p.tokens[0]
	p.tokens = p.tokens[1:]
	return t
}

func (p *parser) require(kind tokenKind) error {
	if t := p.tokens[0]; p.take(kind) == nil {
		if t.kind == tokenEnd {
			return syntaxErrorf("a brace is not closed")
		}
		return syntaxErrorf("%q is not expected at %d", t.value, t.start)
	}
	return nil
}

// takeGroup is "try to consume a regexp or wildcard token".
func (p *parser) takeGroup(name *token) *token {
	t := p.take(tokenRegexp)
	if t == nil && name == nil {
		t = p.take(tokenAsterisk)
	}
	return t
}

func (p *parser) takeModifier() modifier {
	t := p.take(tokenOtherModifier)
	if t == nil {
		t = p.take(tokenAsterisk)
	}
	if t == nil {
		return once
	}
	return modifier(t.value[0])
}

// takeText is "consume text".
func (p *parser) takeText() string {
	var text []byte
	for {
		t := p.take(tokenChar)
		if t == nil {
			t = p.take(tokenEscapedChar)
		}
		if t == nil {
			return string(text)
		}
		text = append(text, t.value...)
	}
}

// add is "add a part". name and group may be nil.
func (p *parser) add(prefix string, name, group *token, suffix string, m modifier) error {
	if name == nil && group == nil && m == once {
		p.pending = append(p.pending, prefix...)
		return nil
	}
	if err := p.flush(); err != nil {
		return err
	}
	if name == nil && group == nil {
		if prefix == "" {
			return nil
		}
		return p.addText(prefix, m)
	}
	added := part{kind: regexpGroup, modifier: m}
	switch {
	case group == nil, group.kind == tokenRegexp && group.value == p.segment:
		added.kind = segmentWildcard
	case group.kind == tokenAsterisk, group.value == anything:
		added.kind = fullWildcard
	default:
		added.value = group.value
	}
	if name == nil {
		added.name = strconv.Itoa(p.number)
		p.number++
	} else if added.name = name.value; p.named[added.name] {
		return syntaxErrorf("two groups have the name %q", added.name)
	} else if p.named == nil {
		p.named = map[string]bool{added.name: true}
	} else {
		p.named[added.name] = true
	}
	var err error
	if added.prefix, err = p.encode(prefix); err != nil {
		return err
	}
	if added.suffix, err = p.encode(suffix); err != nil {
		return err
	}
	p.parts = append(p.parts, added)
	return nil
}

// flush is "maybe add a part from the pending fixed value".
func (p *parser) flush() error {
	if len(p.pending) == 0 {
		return nil
	}
	text := string(p.pending)
	p.pending = p.pending[:0]
	return p.addText(text, once)
}

func (p *parser) addText(text string, m modifier) error {
	encoded, err := p.encode(text)
	if err != nil {
		return err
	}
	p.parts = append(p.parts, part{kind: fixedText, value: encoded, modifier: m})
	return nil
}
