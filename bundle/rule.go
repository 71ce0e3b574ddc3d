package bundle

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// A Type says what a file is to the Worker that imports it.
type Type string

// The types of modules.
const (
	ESModule     Type = "ESModule"
	CommonJS     Type = "CommonJS"
	CompiledWasm Type = "CompiledWasm"
	Text         Type = "Text"
	Data         Type = "Data"
)

// Known reports whether there is such a type.
func (t Type) Known() bool { return t.isJavaScript() || t == CompiledWasm || t == Text || t == Data }

// isJavaScript reports whether modules of the type are code that esbuild reads.
func (t Type) isJavaScript() bool { return t == ESModule || t == CommonJS }

// A Rule says of what type the files are whose names match a glob.
type Rule struct {
	Type  Type     `json:"type"`
	Globs []string `json:"globs"`
	// Fallthrough says whether rules of the same type that come after this one, the defaults among them, count too. Nil
	// means that they don't, which is worth a warning.
	Fallthrough *bool `json:"fallthrough,omitempty"`
}

// defaultRules come after those of [Options]:
// https://developers.cloudflare.com/workers/wrangler/configuration/#bundling
var defaultRules = []Rule{
	{Type: Text, Globs: []string{"**/*.txt", "**/*.html", "**/*.sql"}},
	{Type: Data, Globs: []string{"**/*.bin"}},
	{Type: CompiledWasm, Globs: []string{"**/*.wasm", "**/*.wasm?module"}},
}

// String is the rule as JSON, which is how messages name it.
func (r Rule) String() string {
	text, _ := json.Marshal(r) // strings only: it cannot fail
	return string(text)
}

// ruleSet are the rules in their order, without those that an earlier one of the same type shuts out.
type ruleSet struct {
	rules, removed []Rule
	warnings       []Message
}

// newRuleSet adds the defaults to the user's own rules.
func newRuleSet(own []Rule) ruleSet {
	var set ruleSet
	complete := make(map[Type]*Rule)
	ignored := make(map[Type]string)
	var order []Type
	add := func(r Rule, isDefault bool) {
		first := complete[r.Type]
		if first == nil {
			set.rules = append(set.rules, r)
			if r.Fallthrough == nil || !*r.Fallthrough {
				complete[r.Type] = &r
				order = append(order, r.Type)
			}
			return
		}
		set.removed = append(set.removed, r)
		if first.Fallthrough == nil {
			ignored[r.Type] += "\n " + r.String()
			if isDefault {
				ignored[r.Type] += " (DEFAULT)"
			}
		}
	}
	for _, r := range own {
		add(r, false)
	}
	for _, r := range defaultRules {
		add(r, true)
	}
	for _, t := range order {
		if ignored[t] != "" {
			set.warnings = append(set.warnings, Message{
				Text: fmt.Sprintf("The module rule %s does not have a fallback, the following rules will be ignored:%s", complete[t], ignored[t]),
				Hint: "Add `fallthrough = true` to rule to allow next rule to be used or `fallthrough = false` to silence this warning",
			})
		}
	}
	return set
}

// importPattern is the regular expression of a glob that is matched with import specifiers: there * means anything, and
// all else means itself.
func importPattern(glob string) string {
	var pattern strings.Builder
	for glob != "" {
		literal, rest, stars := cutStars(glob)
		pattern.WriteString(regexp.QuoteMeta(literal))
		if stars > 0 {
			pattern.WriteString(".*")
		}
		glob = rest
	}
	return "^" + pattern.String() + "$"
}

// filePattern is the regular expression of a glob that is matched with names of files: there * stands for no slash, and
// ** as a whole part of the name for any directories.
func filePattern(glob string) string {
	var pattern strings.Builder
	before := "/"
	for glob != "" {
		literal, rest, stars := cutStars(glob)
		pattern.WriteString(regexp.QuoteMeta(literal))
		if literal != "" {
			before = literal
		}
		switch {
		case stars == 0:
		case stars > 1 && strings.HasSuffix(before, "/") && (rest == "" || rest[0] == '/'):
			pattern.WriteString(`(?:[^/]*(?:/|$))*`)
			rest = strings.TrimPrefix(rest, "/")
			before = "/"
		default:
			pattern.WriteString(`[^/]*`)
			before = "*"
		}
		glob = rest
	}
	return "^" + pattern.String() + "$"
}

// cutStars cuts a glob at its first run of stars.
func cutStars(glob string) (literal, rest string, stars int) {
	start := strings.IndexByte(glob, '*')
	if start < 0 {
		return glob, "", 0
	}
	rest = strings.TrimLeft(glob[start:], "*")
	return glob[:start], rest, len(glob) - start - len(rest)
}
