package urlpattern

import (
	"strings"
	"testing"
)

func TestExpression(t *testing.T) {
	for _, c := range []struct {
		pattern, input string
		ignoreCase     bool
		linear         bool
		want           string
	}{
		{":a*", "xy", false, true, "xy"},
		{"a{b}?:c", "abx", false, true, "x"},
		{"a:b", "AX", true, true, "X"},
		{"(a.)-(\\1)", "ab-ab", false, false, "ab,ab"},
		{"(a.)-(\\1)", "ab-AB", true, false, "ab,AB"},
		{"((?!a).*)", "ba", false, false, "ba"},
		{"(.(?<=a)b)", "ab", false, false, "ab"},
		{"([\\q{abc|d}x]+)", "dabcx", false, false, "dabcx"},
		{"([\\w--[a-c]]+)", "xyz", false, false, "xyz"},
		{"(\\p{Lu})", "s", true, false, "s"},
		{"((?-i:a)b)", "aB", true, false, "aB"},
		{"((?<n>a)|(?<n>b))", "b", false, false, "b,,b"},
		{"(a??)*:t", "ab", false, false, "a,b"},
		{"(.*)?(a?)?", "a", false, false, "a,"},
	} {
		got, err := compile(c.pattern, encoders[Hash], options{ignoreCase: c.ignoreCase})
		if err != nil {
			t.Error(err)
			continue
		}
		if (got.expression.linear != nil) != c.linear {
			t.Errorf("%s: linear is %t", c.pattern, !c.linear)
		}
		groups, ok := got.match(c.input, nil)
		var values []string
		for _, g := range groups {
			values = append(values, g.value)
		}
		if joined := strings.Join(values, ","); !ok || joined != c.want || !got.test(c.input, nil) {
			t.Errorf("%s on %s: got %q, want %q", c.pattern, c.input, joined, c.want)
		}
	}
}

func TestExpressionStops(t *testing.T) {
	c, err := compile("((?:a|a)+b)", encoders[Hash], defaultOptions)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	stop := func() bool { asked++; return true }
	if c.test(strings.Repeat("a", 100), stop) || asked == 0 {
		t.Errorf("it was asked %d times whether to stop", asked)
	}
}
