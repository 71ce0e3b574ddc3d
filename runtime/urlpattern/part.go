package urlpattern

import (
	"strings"
	"unicode/utf8"
)

// part is a piece of a parsed pattern string: fixed text, or a group with what stands before and after it.
//
// https://urlpattern.spec.whatwg.org/#parts
type part struct {
	kind           partKind
	value          string // the fixed text, or the regular expression
	modifier       modifier
	name           string // of a group: its own, or its number
	prefix, suffix string
}

type partKind uint8

const (
	fixedText       partKind = iota
	regexpGroup              // (…)
	segmentWildcard          // :name, as far as the next delimiter
	fullWildcard             // *
)

// modifier says how often a part may occur: '?', '*', '+', or once.
type modifier byte

const once modifier = 0

func (m modifier) String() string {
	if m == once {
		return ""
	}
	return string(m)
}

// repeats reports whether a part may occur more than once.
func (m modifier) repeats() bool { return m == '*' || m == '+' }

// isNamed reports whether a group has a name of its own rather than a number.
func (p *part) isNamed() bool {
	return p.name != "" && !isDigit(p.name[0])
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// options are what differs between the components.
//
// https://urlpattern.spec.whatwg.org/#options
type options struct {
	delimiter  string // what ends a segment: one ASCII character, or ""
	prefix     string // what belongs to the group that it stands before: one ASCII character, or ""
	ignoreCase bool
}

var (
	defaultOptions  = options{}
	hostnameOptions = options{delimiter: "."}
	pathnameOptions = options{delimiter: "/", prefix: "/"}
)

// segmentRegexp is "generate a segment wildcard regexp".
func (o options) segmentRegexp() string { return "[^" + escape(o.delimiter, regexpSyntax) + "]+?" }

// segment is what a segment matches. [^]+?, without a delimiter, is JavaScript's alone.
func (o options) segment() string {
	if o.delimiter == "" {
		return ".+?"
	}
	return o.segmentRegexp()
}

const (
	anything      = ".*"
	regexpSyntax  = `.+*?^${}()[]|/\`
	patternSyntax = `+*?:{}()\`
)

// escape puts a backslash before each character of s that is in special.
func escape(s, special string) string {
	if !strings.ContainsAny(s, special) {
		return s
	}
	b := make([]byte, 0, len(s)+8)
	for i := range len(s) {
		if strings.IndexByte(special, s[i]) >= 0 {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return string(b)
}

// escapePattern is "escape a pattern string".
func escapePattern(s string) string { return escape(s, patternSyntax) }

// patternString writes parts as a pattern string, which is not always the one that they were parsed from.
//
// https://urlpattern.spec.whatwg.org/#generate-a-pattern-string
func patternString(parts []part, o options) string {
	var b strings.Builder
	for i := range parts {
		p := &parts[i]
		if p.kind == fixedText {
			text := escapePattern(p.value)
			if p.modifier != once {
				text = "{" + text + "}"
			}
			b.WriteString(text + p.modifier.String())
			continue
		}
		var before, after *part
		if i > 0 {
			before = &parts[i-1]
		}
		if i+1 < len(parts) {
			after = &parts[i+1]
		}
		braces := p.needsBraces(before, after, o)
		if braces {
			b.WriteByte('{')
		}
		b.WriteString(escapePattern(p.prefix))
		if p.isNamed() {
			b.WriteString(":" + p.name)
		}
		switch {
		case p.kind == regexpGroup:
			b.WriteString("(" + p.value + ")")
		case p.kind == segmentWildcard && !p.isNamed():
			b.WriteString("(" + o.segmentRegexp() + ")")
		case p.kind == fullWildcard:
			if !p.isNamed() && (before == nil || before.kind == fixedText || before.modifier != once || braces || p.prefix != "") {
				b.WriteByte('*')
			} else {
				b.WriteString("(" + anything + ")")
			}
		}
		if p.kind == segmentWildcard && p.isNamed() && continuesName(p.suffix) {
			b.WriteByte('\\')
		}
		b.WriteString(escapePattern(p.suffix))
		if braces {
			b.WriteByte('}')
		}
		b.WriteString(p.modifier.String())
	}
	return b.String()
}

// needsBraces reports whether the group p would be read as another one without braces around it.
func (p *part) needsBraces(before, after *part, o options) bool {
	switch {
	case p.suffix != "", p.prefix != "" && p.prefix != o.prefix:
		return true
	case p.isNamed() && p.kind == segmentWildcard && p.modifier == once && after != nil && after.prefix == "" && after.suffix == "":
		if after.kind == fixedText && continuesName(after.value) || after.kind != fixedText && isDigit(after.name[0]) {
			return true
		}
	}
	return p.prefix == "" && before != nil && before.kind == fixedText && o.prefix != "" && strings.HasSuffix(before.value, o.prefix)
}

// continuesName reports whether a name would go on if s stood after it.
func continuesName(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && isNameCodePoint(r, false)
}
