package assets

import (
	"fmt"
	"slices"
	"strings"
)

// Routing is run_worker_first: for which paths the Worker comes before the assets. The zero value means for none.
type Routing struct {
	All      bool
	Rules    bool     // there are rules, which come before anything else
	Worker   []string // paths for the Worker, in which * is anything
	NoWorker []string // paths for the assets, which win
}

// What the rules of run_worker_first may be.
const (
	maxRoutes      = 100
	maxRouteLength = 100
)

// RouteProblem is what is wrong with a rule of run_worker_first. Index is the rule's place, or -1 for all of them.
type RouteProblem struct {
	Index        int
	Message, Fix string
}

// ParseRoutes reads run_worker_first where it is a list.
func ParseRoutes(rules []string) (Routing, []RouteProblem) {
	var problems []RouteProblem
	report := func(index int, fix, format string, args ...any) {
		problems = append(problems, RouteProblem{index, fmt.Sprintf(format, args...), fix})
	}
	switch {
	case len(rules) == 0:
		report(-1, "write true or false, or a rule such as \"/api/*\"", "has no rules")
	case len(rules) > maxRoutes:
		report(-1, "use * to make one rule of several", "has %d rules, and %d are the most", len(rules), maxRoutes)
	}
	r := Routing{Rules: true}
	var positive, negative []int
	for i, rule := range rules {
		switch {
		case strings.HasPrefix(rule, "/"):
			positive = append(positive, i)
			r.Worker = append(r.Worker, rule)
		case strings.HasPrefix(rule, "!/"):
			negative = append(negative, i)
			r.NoWorker = append(r.NoWorker, rule[1:])
		case strings.HasPrefix(rule, "!"):
			report(i, `begin it with "!/"`, "%q: a rule that excludes paths begins with !/", rule)
		default:
			report(i, `begin it with "/"`, "%q: a rule begins with / or !/", rule)
		}
		if utf16Length(rule) > maxRouteLength {
			report(i, "shorten it with *", "%q: a rule has %d characters at most", rule, maxRouteLength)
		}
	}
	if len(negative) > 0 && len(positive) == 0 {
		report(-1, `add what the Worker is to answer, such as "/*"`, "only has rules that exclude paths")
	}
	for _, places := range [][]int{positive, negative} {
		for n, i := range places {
			if slices.ContainsFunc(places[:n], func(j int) bool { return rules[j] == rules[i] }) {
				report(i, "remove it", "%q: the rule is there twice", rules[i])
				continue
			}
			if wide := slices.IndexFunc(places, func(j int) bool { return covers(rules[j], rules[i]) }); wide >= 0 {
				report(i, "remove it", "%q: the rule %q makes it redundant", rules[i], rules[places[wide]])
			}
		}
	}
	return r, problems
}

// covers reports whether a rule that ends with * makes another redundant.
func covers(wide, rule string) bool {
	stem, ok := strings.CutSuffix(wide, "*")
	return ok && wide != rule && strings.HasPrefix(rule, stem)
}

// first reports whether the rules say who answers a path, and if so, whether it is the Worker.
func (r Routing) first(path string) (worker, decided bool) {
	matches := func(rule string) bool { return glob(rule, path) }
	switch {
	case slices.ContainsFunc(r.NoWorker, matches):
		return false, true
	case slices.ContainsFunc(r.Worker, matches):
		return true, true
	}
	return r.All, r.All
}

// glob reports whether a path matches a rule, in which * is anything.
func glob(rule, path string) bool {
	parts := strings.Split(rule, "*")
	path, ok := strings.CutPrefix(path, parts[0])
	if !ok || len(parts) == 1 {
		return ok && path == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	return strings.HasSuffix(path, parts[last])
}
