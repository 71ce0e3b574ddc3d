package assets

import (
	"regexp"
	"strings"

	"devserver/runtime/weburl"
)

// pattern is the left side of a rule: a path, or "https://" and a host and a path. In it * stands for anything, once,
// and :name for what there is up to the next slash, or in the host up to the next dot.
type pattern struct {
	text      string
	crossHost bool
	prefix    string // what each path that matches begins with
	regexp    *regexp.Regexp
}

// placeholder matches :name. It is a placeholder wherever it stands.
var placeholder = regexp.MustCompile(`:([A-Za-z]\w*)`)

// isPattern reports whether a path is more than itself.
func isPattern(path string) bool { return strings.Contains(path, "*") || placeholder.MatchString(path) }

// newPattern compiles a pattern. One that cannot ever match is nil, and why is a problem: placeholders are replaced one
// after the other wherever their name begins, so that no name may begin with another that stands before it.
func newPattern(text string) (p *pattern, problem string) {
	if strings.Count(text, "*") > 1 {
		return nil, "more than one * never matches"
	}
	p = &pattern{text: text, crossHost: strings.HasPrefix(text, "https://")}
	places := placeholder.FindAllStringSubmatchIndex(text, -1)
	var names []string
	inHost := map[string]bool{}
	for _, at := range places {
		name := text[at[2]:at[3]]
		for _, before := range names {
			if before == name {
				return nil, ":" + name + " is there twice, and so never matches"
			}
			if strings.HasPrefix(name, before) {
				return nil, ":" + name + " begins like :" + before + ", and so never matches"
			}
		}
		if name == "splat" && strings.Contains(text, "*") {
			return nil, ":splat is the name of what * stands for, and so never matches beside it"
		}
		names = append(names, name)
		inHost[name] = p.isHostPlaceholder(at[0], at[1])
	}
	var b strings.Builder
	b.WriteByte('^')
	rest := 0
	literal := func(s string) {
		before, after, splat := strings.Cut(s, "*")
		b.WriteString(regexp.QuoteMeta(before))
		if splat {
			b.WriteString("(?P<splat>.*)")
			b.WriteString(regexp.QuoteMeta(after))
		}
	}
	for _, at := range places {
		literal(text[rest:at[0]])
		name := text[at[2]:at[3]]
		class := "[^/]+"
		if inHost[name] {
			class = "[^/.]+"
		}
		b.WriteString("(?P<" + name + ">" + class + ")")
		rest = at[1]
	}
	literal(text[rest:])
	b.WriteByte('$')
	p.regexp = regexp.MustCompile(b.String())
	p.prefix = text
	if end := strings.IndexByte(text, '*'); end >= 0 {
		p.prefix = text[:end]
	}
	if len(places) > 0 {
		p.prefix = p.prefix[:min(len(p.prefix), places[0][0])]
	}
	return p, ""
}

// isHostPlaceholder reports whether a placeholder stands in the host, before a dot, a hyphen or the slash after it.
func (p *pattern) isHostPlaceholder(start, end int) bool {
	if !p.crossHost || end >= len(p.text) || !strings.ContainsRune(`-/\^$+?.()|[]{}`, rune(p.text[end])) {
		return false
	}
	return !strings.Contains(p.text[len("https://"):start], "/")
}

// capture is what a placeholder stands for.
type capture struct{ name, value string }

// match matches a URL, whatever its scheme and port.
func (p *pattern) match(u *weburl.URL) ([]capture, bool) {
	subject := u.Pathname()
	if p.crossHost {
		subject = "https://" + u.Hostname() + subject
	}
	if !strings.HasPrefix(subject, p.prefix) {
		return nil, false
	}
	groups := p.regexp.FindStringSubmatch(subject)
	if groups == nil {
		return nil, false
	}
	var captures []capture
	for i, name := range p.regexp.SubexpNames() {
		if name != "" {
			captures = append(captures, capture{name, groups[i]})
		}
	}
	return captures, true
}

// replace puts what placeholders stand for into a text, one after the other.
func replace(text string, captures []capture) string {
	for _, c := range captures {
		if strings.Contains(text, ":"+c.name) {
			text = replaceAll(text, ":"+c.name, c.value)
		}
	}
	return text
}

// replaceAll is String.prototype.replaceAll, in which $ has a meaning in the replacement: $$ is $, $& what is replaced,
// and $` and $' what is before and after it.
//
// https://tc39.es/ecma262/#sec-getsubstitution
func replaceAll(text, old, replacement string) string {
	if !strings.Contains(replacement, "$") {
		return strings.ReplaceAll(text, old, replacement)
	}
	var b strings.Builder
	for start := 0; ; {
		i := strings.Index(text[start:], old)
		if i < 0 {
			b.WriteString(text[start:])
			return b.String()
		}
		at := start + i
		b.WriteString(text[start:at])
		for r := replacement; r != ""; {
			before, after, found := strings.Cut(r, "$")
			b.WriteString(before)
			if r = after; !found {
				break
			}
			what := ""
			switch {
			case strings.HasPrefix(r, "$"):
				what = "$"
			case strings.HasPrefix(r, "&"):
				what = old
			case strings.HasPrefix(r, "`"):
				what = text[:at]
			case strings.HasPrefix(r, "'"):
				what = text[at+len(old):]
			default:
				b.WriteByte('$')
				continue
			}
			b.WriteString(what)
			r = r[1:]
		}
		start = at + len(old)
	}
}
