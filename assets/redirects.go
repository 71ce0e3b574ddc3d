package assets

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"devserver/runtime/weburl"
)

// How many rules _redirects may have: of those without patterns before the first with one, and of the others.
const (
	maxStaticRedirects  = 2000
	maxDynamicRedirects = 100
)

// Redirects are the rules of a _redirects file.
type Redirects struct {
	static  map[string]redirection
	dynamic []dynamicRedirect // in order; those without a pattern stand after one that has
	count   int
}

// redirection is where a rule leads, and with which status. That of 200 shows another asset at the path.
type redirection struct {
	to     string
	status int
}

type dynamicRedirect struct {
	pattern *pattern
	redirection
}

// Len returns how many rules there are.
func (r *Redirects) Len() int {
	if r == nil {
		return 0
	}
	return r.count
}

var (
	comment = regexp.MustCompile(`[\s\x{FEFF}\x{00A0}]+#.*$`)
	toIndex = regexp.MustCompile(`/index(.html)?$`)
)

// ParseRedirects reads a _redirects file. Lines at fault are left out and reported.
//
// https://developers.cloudflare.com/workers/static-assets/redirects/
func ParseRedirects(text string, html HTMLHandling) (*Redirects, []Problem) {
	r := &Redirects{static: map[string]redirection{}}
	var problems []Problem
	report := func(p Problem) { problems = append(problems, p) }
	seen := map[string]int{}
	static, dynamic := 0, 0
	for _, l := range lines(text, report) {
		tokens := strings.FieldsFunc(comment.ReplaceAllString(l.text, ""), isSpace)
		if len(tokens) < 2 || len(tokens) > 3 {
			report(l.problem(fmt.Sprintf("a rule has 2 or 3 parts, and this one has %d", len(tokens)), "write /from /to, or /from /to 301"))
			continue
		}
		from, problem, fix := redirectFrom(tokens[0])
		if problem != "" {
			report(l.problem(problem, fix))
			continue
		}
		if dynamic == 0 && !isPattern(from) {
			if static++; static > maxStaticRedirects {
				report(l.problem(fmt.Sprintf("there are more than %d rules without * and :name", maxStaticRedirects), ""))
				continue
			}
		} else if dynamic++; dynamic > maxDynamicRedirects {
			report(l.problem(fmt.Sprintf("there are more than %d rules from the first with * or :name on; the %d lines from here on are ignored",
				maxDynamicRedirects, l.last-l.number+1), "move those without * and :name to the top, where 2000 are allowed"))
			break
		}
		to, problem, fix := canonicalURL(tokens[1], true)
		if problem != "" {
			report(l.problem(problem, fix))
			continue
		}
		rule := redirection{to, 302}
		if len(tokens) == 3 {
			var ok bool
			if rule.status, ok = redirectStatus(tokens[2]); !ok {
				report(l.problem(tokens[2]+" is not a status that a rule may have", "write 200, 301, 302 (as without), 303, 307 or 308"))
				continue
			}
		}
		if !hasHost(to) && toIndex.MatchString(to) && (strings.HasSuffix(from, "/*") || strings.HasSuffix(from, "/") && html != ExactPath) {
			report(l.problem("the rule would lead back to itself, since /index.html is shown at /", "for an application with one page, set not_found_handling to \"single-page-application\""))
			continue
		}
		if before, twice := seen[from]; twice {
			report(l.problem(fmt.Sprintf("%s is on line %d already", from, before), "remove one of them"))
			continue
		}
		seen[from] = l.number
		if rule.status == 200 && hasHost(to) {
			report(l.problem("a rule with status 200 can lead to a path only, not to "+to, "write 302, or answer it in the Worker"))
			continue
		}
		if problem := r.add(from, rule); problem != "" {
			report(l.problem(problem, "use * once, and for every other part a :name of its own"))
		}
		if hasHost(to) && !placeholder.MatchString(to) {
			if _, err := weburl.Parse(to); err != nil {
				report(l.problem(to+" is not a URL: requests that the rule is for fail", ""))
			}
		}
	}
	return r, problems
}

// add adds a rule, unless it can never match.
func (r *Redirects) add(from string, rule redirection) (problem string) {
	r.count++
	if len(r.dynamic) == 0 && !isPattern(from) {
		r.static[from] = rule
		return ""
	}
	pattern, problem := newPattern(from)
	r.dynamic = append(r.dynamic, dynamicRedirect{pattern, rule})
	return problem
}

// redirectFrom is the path that a rule is for.
func redirectFrom(token string) (path, problem, fix string) {
	if hasHost(token) {
		return "", token + " has a host, and a rule is for a path of any", fixPath
	}
	path, ok := canonicalPath(token, false)
	if !ok {
		return "", token + " is not a path", fixPath
	}
	return path, "", ""
}

// redirectStatus reads a status as JavaScript reads numbers.
func redirectStatus(token string) (int, bool) {
	value, err := strconv.ParseFloat(token, 64)
	if err != nil {
		return 0, false
	}
	switch value {
	case 200, 301, 302, 303, 307, 308:
		return int(value), true
	}
	return 0, false
}

// match finds the rule for a URL, with what its placeholders stand for put in.
func (r *Redirects) match(u *weburl.URL) (redirection, bool) {
	if r == nil {
		return redirection{}, false
	}
	if rule, ok := r.static[u.Pathname()]; ok {
		return rule, true
	}
	for _, rule := range r.dynamic {
		if rule.pattern == nil {
			continue
		}
		if captures, ok := rule.pattern.match(u); ok {
			return redirection{fillIn(rule.to, captures), rule.status}, true
		}
	}
	return redirection{}, false
}

// external matches a target that was written with another host.
var external = regexp.MustCompile(`^(?:\w+://|//[^/\\\s?#])`)

// fillIn is a target with its placeholders replaced. A path cannot become a host by that.
func fillIn(to string, captures []capture) string {
	isExternal := external.MatchString(strings.TrimFunc(to, isSpace))
	target := strings.TrimFunc(replace(to, captures), isSpace)
	if isExternal {
		return target
	}
	path, rest := target, ""
	if i := strings.IndexAny(target, "?#"); i >= 0 {
		path, rest = target[:i], target[i:]
	}
	return collapse(path, `/\`) + rest
}

// location is the value of the Location header: the target relative to the URL of the request, whose query is kept
// where the target has none.
func (r redirection) location(u *weburl.URL) (string, bool) {
	to, err := weburl.ParseWithBase(r.to, u)
	if err != nil {
		return "", false
	}
	search := to.Search()
	if search == "" {
		search = u.Search()
	}
	if to.Origin() == u.Origin() {
		return to.Pathname() + search + to.Hash(), true
	}
	base := to.Href()
	return base[:len(base)-len(to.Search())-len(to.Hash())] + search + to.Hash(), true
}
