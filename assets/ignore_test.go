package assets

import (
	"strings"
	"testing"
)

func TestIgnore(t *testing.T) {
	for _, c := range []struct {
		patterns      string
		ignored, kept string // paths with spaces between them
	}{
		{"", ".assetsignore _headers _redirects", "a.txt x/_headers"},
		{"*.log\n!keep.log", "a.log x/a.log A.LOG", "keep.log x/keep.log a.txt"},
		{"dir/", "dir/a dir/b/c x/dir/a", "dir x/dir"},
		{"/dir", "dir dir/a", "x/dir x/dir/a"},
		{"dir/*\n!dir/a", "dir/b dir/c/a", "dir/a"},
		{"dir/\n!dir/a", "dir/a dir/b", "a"},
		{"a/**/d", "a/d a/b/d a/b/c/d", "d x/a/d"},
		{"a/**", "a/b a/b/c", "a"},
		{"**/a", "a x/a x/y/a", "ab"},
		{"x[0-9]", "x5", "xa x x55"},
		{"x[!0-9]", "x5 x!", "xa"}, // not as git has it, but as wrangler does
		{"x[]5]", "", "x5 xa"},     // as above
		{`\#a`, "#a", "a"},
		{`\!a`, "!a", "a"},
		{"# a\n\n  \n", "", "a #"},
		{"a?b", "axb", "ab a/b"},
		{"!/_headers", ".assetsignore", "_headers"},
		{"secret\r\n*.key\r\n", "secret a.key", "a"},
		{"[", "", "a ["},
	} {
		i, _ := ParseIgnore([]byte(c.patterns))
		for _, path := range strings.Fields(c.ignored) {
			if !i.Ignores(path) {
				t.Errorf("%q does not ignore %s", c.patterns, path)
			}
		}
		for _, path := range strings.Fields(c.kept) {
			if i.Ignores(path) {
				t.Errorf("%q ignores %s", c.patterns, path)
			}
		}
	}
	if i, problems := ParseIgnore([]byte("a\xff")); i != nil || len(problems) != 1 {
		t.Errorf("not UTF-8: %v", problems)
	}
	if i, problems := ParseIgnore([]byte("a\x00")); i != nil || len(problems) != 1 {
		t.Errorf("with a null character: %v", problems)
	}
	if _, problems := ParseIgnore([]byte("[^a]\na\\?b")); len(problems) != 2 {
		t.Errorf("%v", problems)
	}
	if _, problems := ParseIgnore([]byte("a\n[x\nb\\")); len(problems) != 2 || problems[0].Line != 2 || problems[1].Line != 3 {
		t.Errorf("%v", problems)
	}
}

func FuzzIgnore(f *testing.F) {
	f.Add([]byte("*.log\n!a\n/b/**/c/\n[!a-z]\\ "), "b/x/c")
	f.Fuzz(func(t *testing.T, text []byte, path string) {
		i, problems := ParseIgnore(text)
		if (i == nil) != (len(problems) == 1 && strings.HasPrefix(problems[0].Message, "the file is not")) {
			t.Errorf("%v", problems)
		}
		i.Ignores(path)
	})
}

func TestContentType(t *testing.T) {
	for name, want := range map[string]string{
		"/a.html": "text/html; charset=utf-8", "/a.JS": "text/javascript; charset=utf-8", "/a.json": "application/json", "/x.y/a": "", "/a": "", "/.png": "", "/a.": "", "/a.nope": "",
		"/a.tar.gz": "application/gzip", "/favicon.ico": "image/vnd.microsoft.icon",
	} {
		if got := ContentType(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
