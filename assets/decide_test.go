package assets

import (
	"slices"
	"strings"
	"testing"

	"devserver/runtime/weburl"
)

// fileList are files by their paths.
type fileList []string

func (l fileList) Has(path string) bool { return slices.Contains(l, path) }

func parse(t testing.TB, url string) *weburl.URL {
	t.Helper()
	u, err := weburl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestDecide(t *testing.T) {
	files := fileList{"/index.html", "/404.html", "/about.html", "/both.html", "/both/index.html", "/folder/index.html", "/folder/404.html", "/a.txt", "/[id].html", "/ü.txt", "/bin/index"}
	const auto, force, drop, none = AutoTrailingSlash, ForceTrailingSlash, DropTrailingSlash, ExactPath
	for _, c := range []struct {
		html     HTMLHandling
		notFound NotFoundHandling
		base     string
		path     string
		want     string // status and file or location
	}{
		{auto, "", "", "/", "200 /index.html"},
		{auto, "", "", "/index.html", "307 /"},
		{auto, "", "", "/index", "307 /"},
		{auto, "", "", "/about", "200 /about.html"},
		{auto, "", "", "/about/", "307 /about"},
		{auto, "", "", "/about.html?q=1", "307 /about?q=1"},
		{auto, "", "", "/both", "200 /both.html"},
		{auto, "", "", "/both/", "200 /both/index.html"},
		{auto, "", "", "/both/index.html", "307 /both/"},
		{auto, "", "", "/folder", "307 /folder/"},
		{auto, "", "", "/bin/index", "200 /bin/index"},
		{auto, "", "", "/nope", "0"},
		{"", "", "", "/about", "200 /about.html"},
		{"of the future", "", "", "/about", "200 /about.html"},
		{force, "", "", "/about", "307 /about/"},
		{force, "", "", "/about/", "200 /about.html"},
		{force, "", "", "/both.html", "200 /both.html"},
		{force, "", "", "/folder/index.html", "307 /folder/"},
		{drop, "", "", "/", "200 /index.html"},
		{drop, "", "", "/index", "307 /"},
		{drop, "", "", "/folder", "200 /folder/index.html"},
		{drop, "", "", "/folder/", "307 /folder"},
		{drop, "", "", "/both/index.html", "200 /both/index.html"},
		{none, "", "", "/", "0"},
		{none, "", "", "/about", "0"},
		{none, "", "", "/about.html", "200 /about.html"},

		{auto, NearestPage, "", "/nope", "404 /404.html"},
		{auto, NearestPage, "", "/folder/x/y", "404 /folder/404.html"},
		{none, NearestPage, "", "/x/", "404 /404.html"},
		{auto, SinglePageApplication, "", "/x/y/z", "200 /index.html"},
		{auto, SinglePageApplication, "", "/index.html", "307 /"},

		{auto, "", "", "/[id]", "307 /%5Bid%5D"},
		{auto, "", "", "/%5Bid%5D", "200 /[id].html"},
		{auto, "", "", "/%5bid%5d", "307 /%5Bid%5D"},
		{auto, "", "", "/%C3%BC.txt", "200 /ü.txt"},
		{auto, "", "", "//a.txt", "307 /a.txt"},
		{auto, "", "", "/folder%2F..%2Fa.txt", "0"},
		{auto, "", "", "/..%2fa.txt", "0"},
		{auto, "", "", "/a.txt%00", "0"},
		{auto, "", "", "/%ff", "0"},

		{auto, "", "/docs/", "/docs/about", "200 /about.html"},
		{auto, "", "/docs/", "/docs", "307 /docs/"},
		{auto, "", "/docs/", "/about", "0"},
		{auto, "", "/docs/", "/docsabout", "0"},
		{drop, "", "/docs/", "/docs/", "307 /docs"},
		{drop, "", "/docs/", "/docs", "200 /index.html"},
	} {
		s := Settings{HTML: c.html, NotFound: c.notFound, BasePath: c.base}
		if got := answered(s.Decide("GET", parse(t, "http://h.test"+c.path), Rules{}, files)); got != c.want {
			t.Errorf("%s %s %s: %s, want %s", c.html, c.notFound, c.base+c.path, got, c.want)
		}
	}
}

func answered(a Answer) string {
	text := map[int]string{0: "0", 200: "200", 301: "301", 302: "302", 303: "303", 307: "307", 308: "308", 404: "404", 405: "405", 500: "500"}[a.Status]
	if rest := a.File + a.Location; rest != "" {
		text += " " + rest
	}
	return text
}

func TestMethods(t *testing.T) {
	s, files := Settings{}, fileList{"/a.txt"}
	for method, want := range map[string]string{"GET": "200 /a.txt", "HEAD": "200 /a.txt", "POST": "405", "OPTIONS": "405"} {
		if got := answered(s.Decide(method, parse(t, "http://h.test/a.txt"), Rules{}, files)); got != want {
			t.Errorf("%s: %s, want %s", method, got, want)
		}
	}
	if got := answered(s.Decide("POST", parse(t, "http://h.test/b.txt"), Rules{}, files)); got != "0" {
		t.Errorf("POST to nothing: %s", got)
	}
}

func TestForWorker(t *testing.T) {
	files := fileList{"/index.html", "/a.txt", "/api/a.txt"}
	rules, problems := ParseRoutes([]string{"/api/*", "!/api/docs/*", "/x*z"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	spa := Settings{NotFound: SinglePageApplication}
	for _, c := range []struct {
		settings Settings
		path     string
		navigate bool
		worker   bool
	}{
		{Settings{}, "/nope", false, true},
		{Settings{}, "/a.txt", false, false},
		{Settings{First: Routing{All: true}}, "/a.txt", false, true},
		{spa, "/nope", false, true},
		{spa, "/nope", true, false},
		{Settings{First: rules}, "/api/a.txt", false, true},
		{Settings{First: rules}, "/api/docs/x", false, false},
		{Settings{First: rules}, "/xyz", false, true},
		{Settings{First: rules}, "/xy", false, true},
		{Settings{First: rules, NotFound: SinglePageApplication}, "/xy", false, false},
		{Settings{First: rules}, "/a.txt", false, false},
	} {
		if got := c.settings.ForWorker("GET", parse(t, "http://h.test"+c.path), c.navigate, Rules{}, files); got != c.worker {
			t.Errorf("%+v %s: for the Worker: %t", c.settings, c.path, got)
		}
	}
}

func TestParseRoutes(t *testing.T) {
	many := make([]string, 101)
	for i := range many {
		many[i] = "/" + strings.Repeat("x", i%90) + string(rune('a'+i%26))
	}
	for _, c := range []struct {
		rules []string
		want  []string // what messages have, in order
	}{
		{[]string{"/api/*"}, nil},
		{[]string{"/a", "!/b"}, nil},
		{nil, []string{"no rules"}},
		{many, []string{"101 rules"}},
		{[]string{"!/a"}, []string{"only has rules that exclude"}},
		{[]string{"a", "/b"}, []string{`"a": a rule begins with / or !/`}},
		{[]string{"!a", "/b"}, []string{`"!a": a rule that excludes`}},
		{[]string{"/a", "/a"}, []string{`"/a": the rule is there twice`}},
		{[]string{"/a/*", "/a/b", "!/a/b"}, []string{`"/a/b": the rule "/a/*" makes it redundant`}},
		{[]string{"/" + strings.Repeat("x", 100)}, []string{"100 characters at most"}},
	} {
		_, problems := ParseRoutes(c.rules)
		var got []string
		for _, p := range problems {
			got = append(got, p.Message)
		}
		if len(got) != len(c.want) || slices.ContainsFunc(c.want, func(w string) bool { return !strings.Contains(strings.Join(got, "\n"), w) }) {
			t.Errorf("%q: %q, want %q", c.rules, got, c.want)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		rule, path string
		want       bool
	}{
		{"/a", "/a", true}, {"/a", "/ab", false}, {"/a*", "/a", true}, {"/*", "/", true}, {"/a*c", "/abc", true}, {"/a*c", "/ab", false},
		{"/a*b*c", "/a1b2c", true}, {"/a*b*c", "/a1c2b", false}, {"/aa*aa", "/aaa", false}, {"/*.js", "/x.js", true}, {"/a.c", "/abc", false},
	} {
		if got := glob(c.rule, c.path); got != c.want {
			t.Errorf("%s %s: %t", c.rule, c.path, got)
		}
	}
}

func TestNormalizeBasePath(t *testing.T) {
	for path, want := range map[string]string{"/": "/", "docs": "/docs/", "/docs": "/docs/", "/a//b/./c/../": "/a/b/", "..": "/"} {
		if got, problem := NormalizeBasePath(path); got != want || problem != "" {
			t.Errorf("%q: %q %s", path, got, problem)
		}
	}
	for _, path := range []string{"", "//h/x", "https://h/x", `\x`, "/a?b", "/a#b", "/%20", "/a\n"} {
		if got, problem := NormalizeBasePath(path); problem == "" {
			t.Errorf("%q: %q", path, got)
		}
	}
}
