package weburl

import (
	"errors"
	"testing"
)

func mustParse(t testing.TB, input string) *URL {
	t.Helper()
	u, err := Parse(input)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ input, base, want string }{
		{"http://localhost:8787/path?x=1", "", "http://localhost:8787/path?x=1"},
		{" \x00HTTPS://Example.COM:443 \n", "", "https://example.com/"},
		{"ht\ntp://ho\tst/pa\rth", "", "http://host/path"},
		{"http:\\\\h\\a\\..\\b", "", "http://h/b"},
		{"http://h/a\\b", "", "http://h/a/b"},
		{"foo://h/a\\b", "", "foo://h/a\\b"},
		{"http://h/a/%2e%2E/./b/.", "", "http://h/b/"},
		{"http://h/../..", "", "http://h/"},
		{"http://h/a%2Fb|c%zz^", "", "http://h/a%2Fb|c%zz%5E"},
		{"http://h/ü \"?ü'#ü`", "", "http://h/%C3%BC%20%22?%C3%BC%27#%C3%BC%60"},
		{"foo://h?'", "", "foo://h?'"},
		{"http://a:b:c@d@h/", "", "http://a:b%3Ac%40d@h/"},
		{"http://@h/", "", "http://h/"},
		{"http://:p@h/", "", "http://:p@h/"},
		{"http://h?", "", "http://h/?"},
		{"http://h:/", "", "http://h/"},
		{"http://h:00080/", "", "http://h/"},
		{"foo:a b ?c", "", "foo:a b%20?c"},
		{"foo:/..//x", "", "foo:/.//x"},
		{"foo:///x", "", "foo:///x"},
		{"file:C|/x/../..", "", "file:///C:/"},
		{"file:///x/C|", "", "file:///x/C|"},
		{"file://localhost/x", "", "file:///x"},
		{"file://C|/x", "", "file:///C:/x"},

		{"b", "http://u:p@h:1/a/c?q#f", "http://u:p@h:1/a/b"},
		{"?x", "http://h/a?q#f", "http://h/a?x"},
		{"#x", "http://h/a?q#f", "http://h/a?q#x"},
		{"", "http://h/a?q#f", "http://h/a?q"},
		{"//i/", "http://h/a", "http://i/"},
		{"http:b", "http://h/a/", "http://h/a/b"},
		{"https:b", "http://h/a/", "https://b/"},
		{"#x", "data:a?q", "data:a?q#x"},
		{"/x", "file:///C:/a", "file:///C:/x"},
		{"D:/x", "file:///C:/a", "d:/x"},
		{"D|/x", "file:///C:/a", "file:///D:/x"},
	} {
		var base *URL
		if c.base != "" {
			base = mustParse(t, c.base)
		}
		u, err := ParseWithBase(c.input, base)
		if err != nil {
			t.Error(err)
		} else if u.Href() != c.want {
			t.Errorf("%q with base %q: got %q, want %q", c.input, c.base, u.Href(), c.want)
		}
	}
}

func TestParseFailure(t *testing.T) {
	for _, c := range []struct {
		input, base string
		want        error
	}{
		{"", "", errMissingScheme},
		{"x", "", errMissingScheme},
		{"1http://h", "", errMissingScheme},
		{"x", "data:a", errMissingScheme},
		{"http://", "", errHostMissing},
		{"http://u@", "", errHostMissing},
		{"http://:80", "", errHostMissing},
		{"foo://:80", "", errHostMissing},
		{"http://h:80x", "", errPortInvalid},
		{"http://h:65536", "", errPortOutOfRange},
		{"http://h:99999999999999999999", "", errPortOutOfRange},
		{"http://a b", "", errDomainCodePoint},
		{"http://a%00", "", errDomainCodePoint},
		{"http://%25", "", errDomainCodePoint},
		{"http://%ff", "", errDomainToASCII},
		{"http://\u00ad", "", errDomainToASCII},
		{"foo://a b", "", errHostCodePoint},
		{"http://[::1", "", errIPv6Unclosed},
		{"http://[:1]", "", errIPv6},
		{"http://1.2.3.4.5", "", errIPv4TooManyParts},
		{"http://1.x.3", "", errIPv4NonNumericPart},
		{"http://1.2.3.256", "", errIPv4OutOfRange},
	} {
		var base *URL
		if c.base != "" {
			base = mustParse(t, c.base)
		}
		u, err := ParseWithBase(c.input, base)
		var failure *SyntaxError
		switch {
		case err == nil:
			t.Errorf("%q: got %q, want: %v", c.input, u.Href(), c.want)
		case !errors.Is(err, c.want):
			t.Errorf("%q: got the error: %v, want: %v", c.input, err, c.want)
		case !errors.As(err, &failure) || failure.Input != c.input || failure.Base != c.base:
			t.Errorf("%q: %#v does not name its input and base", c.input, err)
		}
	}
}

func TestSyntaxErrorMessage(t *testing.T) {
	_, err := Parse("http://h:x")
	if want := `invalid URL "http://h:x": the port is not a number`; err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
	_, err = ParseWithBase("//", mustParse(t, "http://h"))
	if want := `invalid URL "//" with base "http://h/": the host is missing`; err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
}

func TestOrigin(t *testing.T) {
	for input, want := range map[string]string{
		"https://u:p@h:8/x":          "https://h:8",
		"http://h:80/":               "http://h",
		"ws://h":                     "ws://h",
		"file:///x":                  "null",
		"foo://h":                    "null",
		"blob:https://h:8/uuid":      "https://h:8",
		"blob:ftp://h/":              "null",
		"blob:blob:https://h/":       "null",
		"blob:x":                     "null",
		"data:text/plain,https://h/": "null",
	} {
		if got := mustParse(t, input).Origin(); got != want {
			t.Errorf("origin of %q is %q, want %q", input, got, want)
		}
	}
}

func TestRequestTarget(t *testing.T) {
	for input, want := range map[string]string{
		"http://h":                   "/",
		"http://h/a%2Fb|c?d=%zz#e":   "/a%2Fb|c?d=%zz",
		"http://h//x?":               "//x?",
		"http://u:p@h:8/;a=b,c@d:e/": "/;a=b,c@d:e/",
	} {
		if got := mustParse(t, input).RequestTarget(); got != want {
			t.Errorf("request target of %q is %q, want %q", input, got, want)
		}
	}
}

func TestProperties(t *testing.T) {
	for _, c := range []struct {
		input                        string
		special, opaque, credentials bool
	}{
		{"http://h/", true, false, false},
		{"http://u@h/", true, false, true},
		{"http://:p@h/", true, false, true},
		{"foo:/x", false, false, false},
		{"foo:x", false, true, false},
	} {
		u := mustParse(t, c.input)
		if u.IsSpecial() != c.special || u.HasOpaquePath() != c.opaque || u.HasCredentials() != c.credentials {
			t.Errorf("%q: special %t, opaque path %t, credentials %t", c.input, u.IsSpecial(), u.HasOpaquePath(), u.HasCredentials())
		}
	}
}

func TestClone(t *testing.T) {
	u := mustParse(t, "http://h/?a=1")
	u.SearchParams().Append("b", "2")
	c := u.Clone()
	if want := "http://h/?a=1&b=2"; c.Href() != want {
		t.Errorf("the clone is %q, want %q", c.Href(), want)
	}
	c.SearchParams().Set("a", "changed")
	c.SetPathname("/x")
	if want := "http://h/?a=1&b=2"; u.Href() != want {
		t.Errorf("changing the clone made the original %q", u.Href())
	}
}

func TestAllocations(t *testing.T) {
	var u *URL
	check := func(name string, want float64, f func()) {
		t.Helper()
		if got := testing.AllocsPerRun(100, f); got > want {
			t.Errorf("%s: %v allocations, want at most %v", name, got, want)
		}
	}
	check("parsing a serialised URL", 1, func() { u, _ = Parse("http://u:p@localhost:8787/path?x=1#f") })
	check("getters", 0, func() {
		for _, part := range []string{
			u.Href(), u.Protocol(), u.Username(), u.Password(), u.Host(), u.Hostname(),
			u.Port(), u.Pathname(), u.Search(), u.Hash(), u.RequestTarget(),
		} {
			if part == "" {
				t.Error("a part is missing")
			}
		}
	})
	check("resolving against a base", 2, func() { _, _ = ParseWithBase("/x?y", u) })
	check("setting search with untouched parameters", 1, func() { u.SetSearch("?z=2") })
}
