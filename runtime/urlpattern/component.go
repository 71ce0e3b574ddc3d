package urlpattern

import "strings"

// component is the compiled pattern of one component. It is not changed once made.
//
// https://urlpattern.spec.whatwg.org/#component
type component struct {
	pattern         string // normalised
	groups          []groupName
	hasRegExpGroups bool

	// steps match without a regular expression, if the pattern is simple enough; else they are nil.
	steps []step
	// expression matches if there are no steps.
	expression *expression
}

// newComponent is "compile a component". Errors are *SyntaxError.
func newComponent(f Field, input string, encode encoder, o options) (component, error) {
	c, err := compile(input, encode, o)
	if err != nil {
		return component{}, &SyntaxError{f.String(), err.Error()}
	}
	return c, nil
}

func compile(input string, encode encoder, o options) (component, error) {
	parts, err := parseParts(input, o, encode)
	if err != nil {
		return component{}, err
	}
	c := component{pattern: patternString(parts, o)}
	for i := range parts {
		if parts[i].kind != fixedText {
			c.groups = append(c.groups, parts[i].groupName())
		}
		c.hasRegExpGroups = c.hasRegExpGroups || parts[i].kind == regexpGroup
	}
	if c.steps = newSteps(parts, o); c.steps == nil {
		c.expression, err = newExpression(parts, o)
	}
	return c, err
}

// groupName is what is known of a group before it matches.
type groupName struct {
	name string
	// optional says that there is nothing but the group in what may be left out. JavaScript leaves it out rather than
	// have it match the empty string; Go's regular expressions do not.
	optional bool
}

func (p *part) groupName() groupName {
	return groupName{p.name, p.modifier == '?' && p.prefix == "" && p.suffix == ""}
}

// group is what a group matched.
type group struct {
	value   string
	matched bool // false if the group took no part in the match
}

// match returns what the groups matched, or false. It gives up, as if nothing matched, when stop, which is asked from
// time to time, and may be nil, says so.
func (c *component) match(input string, stop func() bool) ([]group, bool) {
	groups := make([]group, 0, len(c.groups))
	if c.steps != nil {
		ok := c.step(input, &groups)
		return groups, ok
	}
	groups, ok := c.expression.match(input, groups, stop)
	if !ok {
		return nil, false
	}
	// What is beyond them are groups of the expressions themselves.
	for i := range c.groups {
		if c.groups[i].optional && groups[i].value == "" {
			groups[i].matched = false
		}
	}
	return groups, true
}

// test is match without the groups.
func (c *component) test(input string, stop func() bool) bool {
	if c.steps == nil {
		return c.expression.test(input, stop)
	}
	return c.step(input, nil)
}

// step is a stretch of fixed text, or a group that can end in one place only, so that there is nothing to try. Steps say
// what the regular expression would, sooner, and spare compiling it.
type step struct {
	text      string // of fixed text
	kind      partKind
	delimiter byte // of a segment
}

// newSteps returns the steps of a component, or nil if it needs an expression.
func newSteps(parts []part, o options) []step {
	if o.ignoreCase {
		return nil
	}
	steps := make([]step, 0, 2*len(parts))
	text := func(s string) {
		if s == "" {
			return
		}
		if last := len(steps) - 1; last >= 0 && steps[last].kind == fixedText {
			steps[last].text += s
			return
		}
		steps = append(steps, step{text: s})
	}
	for i := range parts {
		p := &parts[i]
		if p.modifier != once {
			return nil
		}
		text(p.prefix)
		switch p.kind {
		case regexpGroup:
			return nil
		case fixedText:
			text(p.value)
		case segmentWildcard:
			if o.delimiter == "" {
				return nil
			}
			steps = append(steps, step{kind: segmentWildcard, delimiter: o.delimiter[0]})
		case fullWildcard:
			steps = append(steps, step{kind: fullWildcard})
		}
		text(p.suffix)
	}
	for i := range steps {
		switch rest := steps[i+1:]; {
		case len(rest) == 0, steps[i].kind == fixedText:
		case rest[0].kind != fixedText:
			return nil
		case steps[i].kind == segmentWildcard && rest[0].text[0] != steps[i].delimiter:
			return nil // the segment could end at any of several places
		case steps[i].kind == fullWildcard && len(rest) > 1:
			return nil
		}
	}
	return steps
}

// step matches input. groups, which may be nil, takes what the groups match.
func (c *component) step(input string, groups *[]group) bool {
	for i := range c.steps {
		s := &c.steps[i]
		end := len(input)
		switch s.kind {
		case fixedText:
			if !strings.HasPrefix(input, s.text) {
				return false
			}
			input = input[len(s.text):]
			continue
		case segmentWildcard:
			if at := strings.IndexByte(input, s.delimiter); at >= 0 {
				end = at
			}
			if end == 0 {
				return false
			}
		case fullWildcard:
			if i+1 < len(c.steps) { // what follows is the end
				end -= len(c.steps[i+1].text)
			}
			if end < 0 {
				return false
			}
		}
		if groups != nil {
			*groups = append(*groups, group{input[:end], true})
		}
		input = input[end:]
	}
	return input == ""
}
