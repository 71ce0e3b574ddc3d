package urlpattern

import (
	"regexp"
	"strings"
	"testing"

	"devserver/runtime/weburl"
)

// FuzzURLPattern makes a pattern and matches it. The pattern strings of its components must make the same pattern, the
// steps of a component must say what its regular expression says, and nothing may panic or hang.
func FuzzURLPattern(f *testing.F) {
	for _, seed := range []string{
		"https://example.com/:a/:b?*", "/users/:id(\\d+)/{x}?", "http{s}?://*.example.com:8080/*?q=:q#h", "data:foo*", "{/:a}+b{:c}d",
		"/(a|b)-((?!x).)-(\\1)", "/([\\p{L}--[a-c]&&])", "/([\\q{ab|c|}[^x]&&\\w])", "//:@[:x]/(\\u{1f600}\\x41\\cA)", "*{}**?", "/:a:b(.)c", "\\:x\\\\", "/(?:a)", "/((?i-m:a){2,3}?)",
	} {
		f.Add(seed, "https://example.com/users/42?q=1#h", "https://example.com/", false)
		f.Add(seed, "/aB", "https://a.example.com:8080/x/y", true)
	}
	f.Fuzz(func(t *testing.T, text, input, base string, ignoreCase bool) {
		text, input, base = strings.ToValidUTF8(text, "\ufffd"), strings.ToValidUTF8(input, "\ufffd"), strings.ToValidUTF8(base, "\ufffd")
		from := Source{Text: text, IsText: true, IgnoreCase: ignoreCase}
		if base != "" {
			from.Init.Set(BaseURL, base)
		}
		var u URL
		if b, err := weburl.Parse(base); err == nil {
			if parsed, err := weburl.ParseWithBase(input, b); err == nil {
				u = URLOf(parsed)
			}
		}
		for i := range components {
			var one Init
			one.Set(Field(i), text)
			check(t, Source{Init: one, IgnoreCase: ignoreCase}, u, input)
		}
		check(t, from, u, input)
	})
}

// separators are what may stand before and after a component, once.
var separators = [components][2]string{Protocol: {"", ":"}, Search: {"?", ""}, Hash: {"#", ""}}

func check(t *testing.T, from Source, u URL, input string) {
	p, err := New(from)
	if err != nil {
		return
	}
	var init Init
	for f := range BaseURL {
		c := &p.components[f]
		init.Set(f, separators[f][0]+c.pattern+separators[f][1])
		checkSteps(t, c, u[f])
		checkSteps(t, c, input)
		if groups, ok := c.match(u[f], nil); ok && len(groups) < len(c.groups) {
			t.Fatalf("%s %q matches %q with %d groups of %d", f, c.pattern, u[f], len(groups), len(c.groups))
		}
	}
	if _, ok := p.Exec(u, nil); ok != p.Test(u, nil) {
		t.Fatalf("%+v: exec and test of %q disagree", from, u)
	}
	again, err := New(Source{Init: init, IgnoreCase: from.IgnoreCase})
	if err != nil {
		t.Fatalf("%+v made %v, which is no pattern: %v", from, init.values, err)
	}
	for f := range BaseURL {
		if p.Component(f) != again.Component(f) {
			t.Fatalf("%+v: %s is %q and then %q", from, f, p.Component(f), again.Component(f))
		}
	}
}

// checkSteps compares the steps of a component with its regular expression.
func checkSteps(t *testing.T, c *component, input string) {
	if c.steps == nil || strings.ContainsAny(input, "\r\n\u2028\u2029") {
		return
	}
	for _, o := range []options{defaultOptions, hostnameOptions, pathnameOptions} {
		parts, err := parseParts(c.pattern, o, func(s string) (string, error) { return s, nil })
		if err != nil || patternString(parts, o) != c.pattern {
			continue
		}
		own := component{steps: newSteps(parts, o)}
		if own.steps == nil {
			continue
		}
		var groups []group
		ok := own.step(input, &groups)
		want := regexp.MustCompile(generateRegexp(parts, o)).FindStringSubmatch(input)
		if ok != (want != nil) {
			t.Fatalf("%q on %q: the steps say %t", c.pattern, input, ok)
		}
		for i, g := range groups {
			if ok && g.value != want[i+1] {
				t.Fatalf("%q on %q: group %d is %q, want %q", c.pattern, input, i, g.value, want[i+1])
			}
		}
	}
}
