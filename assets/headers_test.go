package assets

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"devserver/runtime/weburl"
)

func weburlParse(s string) (*weburl.URL, error) { return weburl.Parse(s) }

func TestHeaders(t *testing.T) {
	rules, problems := ParseHeaders(`
# comment
/*
  X-All: one
  X-Two: a
  X-Two: b
  Cache-Control: no-store

/static/*
	X-All: two
  ! Etag
  X-Path: :splat

/u/:name/:id
  X-User: :id of :name

https://:sub.example.com/*
  X-Sub: :sub
https://h.test/secret
  X-Host: yes
/last
  X-Url: https://x.test/a:b
`)
	for _, p := range problems {
		t.Error(p)
	}
	for url, want := range map[string]string{
		"http://h.test/":               "Cache-Control=no-store Etag=e X-All=one X-Two=a, b",
		"http://h.test/static/x/y.js":  "Cache-Control=no-store X-All=one, two X-Path=x/y.js X-Two=a, b",
		"http://h.test/u/joe/7":        "Cache-Control=no-store Etag=e X-All=one X-Two=a, b X-User=7 of joe",
		"http://h.test:8787/secret?q":  "Cache-Control=no-store Etag=e X-All=one X-Host=yes X-Two=a, b",
		"http://api.example.com/x":     "Cache-Control=no-store Etag=e X-All=one X-Sub=api X-Two=a, b",
		"http://a.b.example.com/x":     "Cache-Control=no-store Etag=e X-All=one X-Two=a, b",
		"https://h.test/last":          "Cache-Control=no-store Etag=e X-All=one X-Two=a, b X-Url=https://x.test/a:b",
		"http://h.test/u/j%2Fx/%C3%BC": "Cache-Control=no-store Etag=e X-All=one X-Two=a, b X-User=%C3%BC of j%2Fx",
	} {
		header := http.Header{"Etag": {"e"}, "Cache-Control": {"public"}}
		ok := rules.Apply(parse(t, url), header)
		var got []string
		for _, name := range slices.Sorted(maps.Keys(header)) {
			got = append(got, name+"="+strings.Join(header[name], "|"))
		}
		if text := strings.Join(got, " "); !ok || text != want {
			t.Errorf("%s: %s\nwant %s", url, text, want)
		}
	}
}

func TestHeaderProblems(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
		left int
	}{
		{"/a\n  X: y\n", "", 1},
		{"/a\r\n  X: y\r\n", "", 1},
		{"X: y\n/a\n X: y", "1:1 header x stands before the first path", 1},
		{"! X\n/a\n X: y", "1:1 a header stands before the first path", 1},
		{"/a\n/b\n X: y", "1:1 no headers follow /a", 1},
		{"/a\n X", "1:1 no headers follow /a; 2:2 a header without a value", 0},
		{"/a\n X:\n Y: 1", "2:2 header x has no value", 1},
		{"/a\n : v\n Y: 1", "2:2 a header without a name", 1},
		{"/a\n A B: v\n Y: 1", `2:2 the name of the header, "a b", has a space in it`, 1},
		{"/a\n A@B: v", `2:2 "a@b" is not the name of a header: requests that the rule is for fail`, 1},
		{"http://a.test/x\n X: y", "1:1 http://a.test/x is neither a path nor an https URL", 0},
		{"https://a.test:8080/x\n X: y", "1:1 ports are not supported in https://a.test:8080/x", 0},
		{"/*/*\n X: y\n/b\n X: y", "1:1 more than one * never matches", 1},
		{"/*/:splat\n X: y", "1:1 :splat is the name of what * stands for, and so never matches beside it", 0},
		{"/:a/:a\n X: y", "1:1 :a is there twice, and so never matches", 1},
		{"/a\n X: y\n/a\n Z: y", "3:1 /a is on line 1 too, whose headers it replaces", 1},
	} {
		rules, problems := ParseHeaders(c.text)
		var got []string
		for _, p := range problems {
			got = append(got, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Message))
		}
		if text := strings.Join(got, "; "); text != c.want || rules.Len() != c.left {
			t.Errorf("%q:\n%s, %d rules\nwant %s, %d", c.text, text, rules.Len(), c.want, c.left)
		}
	}
	var many strings.Builder
	for i := range 103 {
		fmt.Fprintf(&many, "/p%d\n  X: y\n", i)
	}
	if rules, problems := ParseHeaders(many.String()); rules.Len() != 101 || len(problems) != 1 { // as wrangler counts
		t.Errorf("%d rules: %v", rules.Len(), problems)
	}
}

func TestHeadersThatCannotBe(t *testing.T) {
	rules, _ := ParseHeaders("/a\n  A@B: v\n/b\n  ! A B\n")
	for path, want := range map[string]bool{"/a": false, "/b": false, "/c": true} {
		if got := rules.Apply(parse(t, "http://h.test"+path), http.Header{}); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add("/a/*\n  X: :splat\n  ! Y\nhttps://:h.test/:x\n  Z: :x:h", "/a/b")
	f.Fuzz(func(t *testing.T, text, path string) {
		rules, problems := ParseHeaders(text)
		last := strings.Count(text, "\n") + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > last || p.Column < 1 || p.Message == "" {
				t.Errorf("%+v", p)
			}
		}
		u, err := weburl.Parse("http://h.test/" + path)
		if err != nil {
			return
		}
		header := http.Header{"Etag": {"x"}}
		if !rules.Apply(u, header) {
			return
		}
		for name, values := range header {
			if !isToken(name) || strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") {
				t.Errorf("%q: %q", name, values)
			}
		}
	})
}
