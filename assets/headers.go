package assets

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"devserver/runtime/weburl"
)

// maxHeaderRules is how many rules _headers may have.
const maxHeaderRules = 100

// Headers are the rules of a _headers file.
type Headers struct{ rules []headerRule }

// headerRule says which headers responses to a path get, and lose.
type headerRule struct {
	line    line
	path    string
	pattern *pattern // nil: it never matches
	set     []headerField
	unset   []string // without those that come to be set
}

type headerField struct{ name, value string } // the name in lower case

// Len returns how many rules there are.
func (h *Headers) Len() int {
	if h == nil {
		return 0
	}
	return len(h.rules)
}

// looksLikePath recognises a line of _headers that begins a rule.
var looksLikePath = regexp.MustCompile(`^(\S+://|/)`)

// ParseHeaders reads a _headers file. Lines at fault are left out and reported.
//
// https://developers.cloudflare.com/workers/static-assets/headers/
func ParseHeaders(text string) (*Headers, []Problem) {
	p := headerParser{skip: false}
	report := func(problem Problem) { p.problems = append(p.problems, problem) }
	for _, l := range lines(text, report) {
		if looksLikePath.MatchString(l.text) {
			if len(p.rules) >= maxHeaderRules {
				report(l.problem(fmt.Sprintf("there are more than %d rules; the %d lines from here on are ignored", maxHeaderRules, l.last-l.number+1), ""))
				break
			}
			p.finish()
			p.begin(l)
			continue
		}
		if problem, fix := p.header(l.text); problem != "" {
			report(l.problem(problem, fix))
		}
	}
	p.finish()
	slices.SortStableFunc(p.problems, func(a, b Problem) int { return a.Line - b.Line })
	return &Headers{p.rules}, p.problems
}

// headerParser is what ParseHeaders knows between two lines.
type headerParser struct {
	rules    []headerRule
	rule     *headerRule // the one being read; nil before the first
	skip     bool        // the latest path was at fault, and what follows it is ignored
	problems []Problem
}

// begin begins a rule.
func (p *headerParser) begin(l line) {
	path, problem, fix := canonicalURL(l.text, false)
	if m := absolute.FindStringSubmatch(l.text); problem == "" && m != nil && withPort.MatchString(m[1]) {
		problem, fix = "ports are not supported in "+l.text, "leave the port out: the rule holds for every one"
	}
	var compiled *pattern
	if problem == "" {
		if compiled, problem = newPattern(path); compiled == nil {
			fix = "use * once, and for every other part a :name of its own"
			if !strings.Contains(path, "*") {
				// Only the *s of a path are looked at when _headers is read, so that such a rule counts.
				p.problems = append(p.problems, l.problem(problem, fix))
				problem = ""
			}
		}
	}
	if p.skip = problem != ""; p.skip {
		p.problems = append(p.problems, l.problem(problem, fix))
		return
	}
	p.rule = &headerRule{line: l, path: path, pattern: compiled}
}

// header reads a line of a rule.
func (p *headerParser) header(text string) (problem, fix string) {
	if p.skip {
		return "", ""
	}
	name, value, colon := strings.Cut(text, ":")
	if !colon {
		unset, isUnset := strings.CutPrefix(text, "! ")
		switch {
		case p.rule == nil:
			return "a header stands before the first path", "write the path that it is for above it: /*"
		case !isUnset:
			return "a header without a value", "write Name: value, or ! Name to remove it"
		}
		p.rule.unset = append(p.rule.unset, unset)
		if !isToken(unset) {
			return fmt.Sprintf("%q is not the name of a header: requests that the rule is for fail", unset), "write ! Name, with one space"
		}
		return "", ""
	}
	name, value = strings.ToLower(strings.TrimFunc(name, isSpace)), strings.TrimFunc(value, isSpace)
	switch {
	case strings.Contains(name, " "):
		return fmt.Sprintf("the name of the header, %q, has a space in it", name), "write Name: value"
	case name == "":
		return "a header without a name", "write Name: value"
	case value == "":
		return fmt.Sprintf("header %s has no value", name), "write Name: value, or ! Name to remove it"
	case p.rule == nil:
		return fmt.Sprintf("header %s stands before the first path", name), "write the path that it is for above it: /*"
	}
	if i := slices.IndexFunc(p.rule.set, func(f headerField) bool { return f.name == name }); i >= 0 {
		p.rule.set[i].value += ", " + value
	} else {
		p.rule.set = append(p.rule.set, headerField{name, value})
	}
	if !isToken(name) {
		return fmt.Sprintf("%q is not the name of a header: requests that the rule is for fail", name), ""
	}
	return "", ""
}

// finish ends the rule that is being read. A path that is there twice has the headers of the last of them.
func (p *headerParser) finish() {
	rule := p.rule
	if p.rule = nil; rule == nil {
		return
	}
	if len(rule.set) == 0 && len(rule.unset) == 0 {
		p.problems = append(p.problems, rule.line.problem("no headers follow "+rule.line.text, "indent them below it: Name: value"))
		return
	}
	if i := slices.IndexFunc(p.rules, func(r headerRule) bool { return r.path == rule.path }); i >= 0 {
		p.problems = append(p.problems, rule.line.problem(
			fmt.Sprintf("%s is on line %d too, whose headers it replaces", rule.line.text, p.rules[i].line.number), "write the headers below one of them"))
		p.rules[i] = *rule
		return
	}
	p.rules = append(p.rules, *rule)
}

// isToken reports whether a text can be the name of a header.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// Apply changes the headers of a response to a request for a URL. What rules set replaces what is there, and of two
// that set the same name both count. It returns false if the headers cannot be as they are to be, which makes the
// request fail.
func (h *Headers) Apply(u *weburl.URL, header http.Header) bool {
	if h == nil {
		return true
	}
	var given []string
	for _, rule := range h.rules {
		if rule.pattern == nil {
			continue
		}
		captures, ok := rule.pattern.match(u)
		if !ok {
			continue
		}
		for _, name := range rule.unset {
			if !isToken(name) {
				return false
			}
			delete(header, http.CanonicalHeaderKey(name))
		}
		for _, f := range rule.set {
			value := replace(f.value, captures)
			if !isToken(f.name) || strings.ContainsAny(value, "\x00\r\n") {
				return false
			}
			if slices.Contains(given, f.name) {
				key := http.CanonicalHeaderKey(f.name)
				if before := header[key]; len(before) > 0 && key != "Set-Cookie" {
					header[key] = []string{before[0] + ", " + value}
				} else {
					header[key] = append(before, value)
				}
				continue
			}
			header[http.CanonicalHeaderKey(f.name)] = []string{value}
			given = append(given, f.name)
		}
	}
	return true
}
