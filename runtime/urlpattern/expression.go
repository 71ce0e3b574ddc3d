package urlpattern

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"devserver/runtime/ecmaregexp"
)

// generateRegexp is the first half of "generate a regular expression and name list". It is JavaScript's syntax.
//
// https://urlpattern.spec.whatwg.org/#generate-a-regular-expression-and-name-list
func generateRegexp(parts []part, o options) string {
	var b strings.Builder
	write := func(pieces ...string) {
		for _, s := range pieces {
			b.WriteString(s)
		}
	}
	write("^")
	for i := range parts {
		p := &parts[i]
		if p.kind == fixedText {
			text := escape(p.value, regexpSyntax)
			if p.modifier == once {
				write(text)
			} else {
				write("(?:", text, ")", p.modifier.String())
			}
			continue
		}
		value := p.value
		switch p.kind {
		case segmentWildcard:
			value = o.segment()
		case fullWildcard:
			value = anything
		}
		prefix, suffix := escape(p.prefix, regexpSyntax), escape(p.suffix, regexpSyntax)
		switch {
		case prefix == "" && suffix == "" && p.modifier.repeats():
			write("((?:", value, ")", p.modifier.String(), ")")
		case prefix == "" && suffix == "":
			write("(", value, ")", p.modifier.String())
		case p.modifier.repeats():
			write("(?:", prefix, "((?:", value, ")(?:", suffix, prefix, "(?:", value, "))*)", suffix, ")")
			if p.modifier == '*' {
				write("?")
			}
		default:
			write("(?:", prefix, "(", value, ")", suffix, ")", p.modifier.String())
		}
	}
	write("$")
	return b.String()
}

// expression is a regular expression. Without groups that are regular expressions themselves it is one of Go's, which
// take linear time: what it is matched with is ASCII without line breaks, for which JavaScript's say the same.
type expression struct {
	linear *regexp.Regexp
	script *ecmaregexp.Regexp // JavaScript's, if linear is nil
}

func newExpression(parts []part, o options) (*expression, error) {
	source := generateRegexp(parts, o)
	if slices.ContainsFunc(parts, func(p part) bool { return p.kind == regexpGroup }) {
		flags := ecmaregexp.Flags{UnicodeSets: true, IgnoreCase: o.ignoreCase}
		script, err := ecmaregexp.Compile(utf16.Encode([]rune(source)), flags)
		return &expression{script: script}, err
	}
	if o.ignoreCase {
		source = "(?i)" + source
	}
	linear, err := regexp.Compile(source)
	return &expression{linear: linear}, err
}

// match appends what the groups match to groups, or returns false. It gives up, as if nothing matched, when stop, which
// is asked from time to time, says so.
func (e *expression) match(input string, groups []group, stop func() bool) ([]group, bool) {
	var at []int
	if e.linear != nil {
		at = e.linear.FindStringSubmatchIndex(input)
	} else {
		at, _ = e.script.Match(ecmaregexp.ASCII(input), 0, nil, stop)
	}
	if at == nil {
		return nil, false
	}
	for at = at[2:]; len(at) > 0; at = at[2:] {
		if at[0] < 0 {
			groups = append(groups, group{})
			continue
		}
		groups = append(groups, group{input[at[0]:at[1]], true})
	}
	return groups, true
}

func (e *expression) test(input string, stop func() bool) bool {
	if e.linear != nil {
		return e.linear.MatchString(input)
	}
	at, _ := e.script.Match(ecmaregexp.ASCII(input), 0, nil, stop)
	return at != nil
}
