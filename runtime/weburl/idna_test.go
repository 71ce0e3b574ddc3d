package weburl

import (
	"errors"
	"strings"
	"testing"
)

func TestToASCII(t *testing.T) {
	const invalid = ""
	for input, want := range map[string]string{
		"Bücher.Example":    "xn--bcher-kva.example",
		"bu\u0308cher":      "xn--bcher-kva",
		"faß":               "xn--fa-hia",
		"日本。jp":             "xn--wgv71a.jp",
		"so\u00adft":        "soft",
		"a\u200db":          invalid, // a joiner without context
		"क्\u200dष":         "xn--11b2ezcw70k",
		"\u0308a":           invalid, // a leading combining mark
		"a\ue000":           invalid, // private use
		"xn--bcher-kva.ü":   "xn--bcher-kva.xn--tda",
		"xn--xn--a--gua.pt": invalid, // Punycode for a label that starts with xn--
		"xn--a.ü":           invalid,
		"xn--ü":             invalid,
		"XN--FA-HIA.ü":      "xn--fa-hia.xn--tda",

		// The Bidi rule
		"א":    "xn--4db",
		"אa":   invalid,
		"aא":   invalid,
		"א1":   "xn--1-zhc",
		"1א":   invalid,
		"א-":   invalid,
		"א.a":  "xn--4db.a",
		"א.1":  invalid, // a label that starts with a digit in a Bidi domain
		"א.a-": invalid,
		"א١1":  invalid, // Arabic and European digits together
		"א..a": "xn--4db..a",

		// Unicode 16 and 17
		"ẞ":          "xn--zca",
		"Ⴀ":          "xn--rkj",
		"a\u115fb":   "ab",
		"\U00010D50": "xn--dh0d", // maps to U+10D70
		"\u1ACFa":    invalid,    // a combining mark
		"\U00033480": invalid,    // not assigned
	} {
		got, err := toASCII(input)
		switch {
		case want == invalid && err == nil:
			t.Errorf("%+q: got %q, want a failure", input, got)
		case want != invalid && err != nil:
			t.Errorf("%+q: %v", input, err)
		case got != want:
			t.Errorf("%+q: got %q, want %q", input, got, want)
		}
	}
}

// A binary search is made in the changes.
func TestChangesAreSorted(t *testing.T) {
	previous := rune(-1)
	for _, c := range changes {
		if c.lo <= previous || c.hi < c.lo {
			t.Errorf("%U–%U stands after %U", c.lo, c.hi, previous)
		}
		if (c.status == mapped) != (c.offset != 0) {
			t.Errorf("%U–%U has status %d and offset %d", c.lo, c.hi, c.status, c.offset)
		}
		previous = c.hi
	}
}

func TestDomainLength(t *testing.T) {
	for _, c := range []struct {
		domain string
		want   error
	}{
		{strings.Repeat("a", 1<<20), nil},
		{strings.Repeat("ü", maxDomain/2), nil},
		{strings.Repeat("ü", maxDomain/2) + "a", errDomainTooLong},
		{strings.Repeat("\u337f", maxDomain/3), errDomainTooLong}, // each maps to four characters
	} {
		u, err := Parse("http://" + c.domain)
		if !errors.Is(err, c.want) {
			t.Errorf("%d bytes of %.6q: %v, want %v", len(c.domain), c.domain, err, c.want)
		}
		if err != nil {
			continue
		}
		if _, err := Parse(u.Href()); err != nil {
			t.Errorf("%d bytes of %.6q cannot be parsed again: %v", len(c.domain), c.domain, err)
		}
	}
}
