package assets

import (
	"fmt"
	"strings"
	"testing"
)

func TestRedirects(t *testing.T) {
	rules, problems := ParseRedirects(`
/old /new 301
/query /to?x=1 # a comment
/hash /to#part 303
/away https://example.com/there 308
/shown /page.html 200
/missing /gone 200
/über /latin
/blog/* /news/:splat 302
/u/:name/:id /users/:id?n=:name 307
/late /static-after-dynamic
/go/* https://example.com/:splat
/open/* /:splat
/dollar/:x /d/:x
`, AutoTrailingSlash)
	for _, p := range problems {
		t.Error(p)
	}
	files := fileList{"/page.html", "/old.html", "/a.txt"}
	for path, want := range map[string]string{
		"/old":          "301 /new",
		"/old?q=1":      "301 /new?q=1",
		"/old/":         "307 /old", // which is the file's
		"/query":        "302 /to?x=1",
		"/query?y=2":    "302 /to?x=1",
		"/hash?y":       "303 /to?y#part",
		"/away?q":       "308 https://example.com/there?q",
		"/shown":        "307 /page", // the file is there
		"/missing":      "404",
		"/%C3%BCber":    "302 /latin",
		"/blog/":        "302 /news/",
		"/blog/a/b?c":   "302 /news/a/b?c",
		"/u/joe/7":      "307 /users/7?n=joe",
		"/u/joe":        "0",
		"/late":         "302 /static-after-dynamic",
		"/go/x/y":       "302 https://example.com/x/y",
		"/open//evil/x": "302 /evil/x", // and not another host
		"/dollar/a$&b":  "302 /d/a:xb",
		"/dollar/$$":    "302 /d/$",
		"/a.txt":        "200 /a.txt",
	} {
		s := Settings{}
		if got := answered(s.Decide("GET", parse(t, "http://h.test"+path), Rules{Redirects: rules}, files)); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestRedirectProblems(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // line:column message
		left int    // rules
	}{
		{"/a /b\n\n# comment\n", "", 1},
		{"\uFEFF/a /b\r\n/c /d\r\n", "", 2},
		{"/a", "1:1 a rule has 2 or 3 parts, and this one has 1", 0},
		{"/a /b 301 x", "1:1 a rule has 2 or 3 parts, and this one has 4", 0},
		{"/ok /x\n  /a", "2:3 a rule has 2 or 3 parts, and this one has 1", 1},
		{"https://a.test/x /b", "1:1 https://a.test/x has a host, and a rule is for a path of any", 0},
		{"/a b", "1:1 b is neither a path nor an https URL", 0},
		{"/a http://b.test/", "1:1 http://b.test/ is neither a path nor an https URL", 0},
		{"/a /b 418", "1:1 418 is not a status that a rule may have", 0},
		{"/a /b x", "1:1 x is not a status that a rule may have", 0},
		{"/a /b\n/a /c", "2:1 /a is on line 1 already", 1},
		{"/* /index.html 200", "1:1 the rule would lead back to itself, since /index.html is shown at /", 0},
		{"/ /index", "1:1 the rule would lead back to itself, since /index.html is shown at /", 0},
		{"/a https://b.test/ 200", "1:1 a rule with status 200 can lead to a path only, not to https://b.test/", 0},
		{"/*/* /b", "1:1 more than one * never matches", 1},
		{"/:a/:a /b", "1:1 :a is there twice, and so never matches", 1},
		{"/:a/:ab /b", "1:1 :ab begins like :a, and so never matches", 1},
		{"/:ab/:a /b", "", 1},
		{"/*/:splat /b", "1:1 :splat is the name of what * stands for, and so never matches beside it", 1},
		{"/a https://[/", "1:1 https://[/ is not a URL: requests that the rule is for fail", 1},
		{"/" + strings.Repeat("x", 2000) + " /b", "1:1 the line is longer than 2000 characters, and ignored", 0},
	} {
		rules, problems := ParseRedirects(c.text, AutoTrailingSlash)
		got := ""
		for _, p := range problems {
			got += fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Message)
		}
		if got != c.want || rules.Len() != c.left {
			t.Errorf("%q:\n%s, %d rules\nwant %s, %d", c.text, got, rules.Len(), c.want, c.left)
		}
	}
	if _, problems := ParseRedirects("/ /index", ExactPath); len(problems) > 0 {
		t.Errorf("without html_handling: %v", problems)
	}
	var static, dynamic strings.Builder
	for i := range 2001 {
		fmt.Fprintf(&static, "/s%d /x\n", i)
	}
	for i := range 102 {
		fmt.Fprintf(&dynamic, "/d%d/* /x\n", i)
	}
	if rules, problems := ParseRedirects(static.String(), ""); rules.Len() != 2000 || len(problems) != 1 || problems[0].Line != 2001 {
		t.Errorf("%d static rules: %v", rules.Len(), problems)
	}
	if rules, problems := ParseRedirects(dynamic.String(), ""); rules.Len() != 100 || len(problems) != 1 || problems[0].Line != 101 {
		t.Errorf("%d dynamic rules: %v", rules.Len(), problems)
	}
}

func FuzzRedirects(f *testing.F) {
	f.Add("/a/* /b/:splat 301\n/:x/:y https://e.test/:y?:x#h\n", "/a/b$&/c?d")
	f.Add("/a /b 200 # c", "/a")
	f.Fuzz(func(t *testing.T, text, path string) {
		rules, problems := ParseRedirects(text, AutoTrailingSlash)
		last := strings.Count(text, "\n") + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > last || p.Column < 1 || p.Message == "" {
				t.Errorf("%+v", p)
			}
		}
		u, err := weburlParse("http://h.test/" + path)
		if err != nil {
			return
		}
		s := Settings{}
		a := s.Decide("GET", u, Rules{Redirects: rules}, fileList{"/b"})
		if strings.ContainsAny(a.Location, "\r\n\x00 ") {
			t.Errorf("Location: %q", a.Location)
		}
	})
}
