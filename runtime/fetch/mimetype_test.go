package fetch

import (
	"strings"
	"testing"
)

// mimeTypes are what parsing and serializing makes of texts: https://mimesniff.spec.whatwg.org/#parsing-a-mime-type
// An empty result is a failure.
var mimeTypes = [][2]string{
	{"text/html", "text/html"},
	{" TEXT/Html;CharSet=UTF-8\t", "text/html;charset=UTF-8"},
	{"text/html ; ; x = y;z=1", "text/html;z=1"},
	{`a/b;x="a\"b\\c";x=2`, `a/b;x="a\"b\\c"`},
	{`a/b;x="open;y=1`, `a/b;x="open;y=1"`},
	{`a/b;x="\`, `a/b;x="\\"`},
	{`a/b;x="1"junk;y=2`, "a/b;x=1;y=2"},
	{`a/b;x="";y=;z=`, `a/b;x=""`},
	{"a/b;x=\u00ff;y=\u0100", "a/b;x=\"\u00ff\""},
	{"a/b;x=\x7f;y=\x01", "a/b"},
	{"a/b;K\u212a=1", "a/b"},
	{"a/b;novalue", "a/b"},
	{"a", ""},
	{"a/", ""},
	{"/b", ""},
	{"a /b", ""},
	{"a/b c", ""},
	{"a/b\u00e9", ""},
	{"", ""},
}

func TestMIMEType(t *testing.T) {
	for _, test := range mimeTypes {
		m, ok := parseMIMEType(test[0])
		if ok != (test[1] != "") || ok && m.String() != test[1] {
			t.Errorf("%q: %q, %v, want %q", test[0], m, ok, test[1])
		}
	}
}

// FuzzMIME checks that what is parsed is what is written and parsed again.
func FuzzMIME(f *testing.F) {
	for _, test := range mimeTypes {
		f.Add(test[0])
	}
	f.Fuzz(func(t *testing.T, input string) {
		m, ok := parseMIMEType(input)
		if !ok {
			return
		}
		text := m.String()
		again, ok := parseMIMEType(text)
		if !ok || again.String() != text || len(again.parameters) != len(m.parameters) {
			t.Errorf("%q: %q, then %q, %v", input, text, again, ok)
		}
		if m.essence != strings.ToLower(m.essence) || strings.Count(m.essence, "/") != 1 {
			t.Errorf("%q: %q", input, m.essence)
		}
		seen := map[string]bool{}
		for i, p := range m.parameters {
			if seen[p.name] || p.name != strings.ToLower(p.name) || again.parameters[i] != p {
				t.Errorf("%q: parameter %q", input, p)
			}
			seen[p.name] = true
		}
	})
}
