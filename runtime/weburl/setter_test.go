package weburl

import "testing"

func TestSetters(t *testing.T) {
	for _, c := range []struct {
		href  string
		set   func(*URL, string)
		value string
		want  string
	}{
		{"http://h:443/", (*URL).SetProtocol, "https:ignored", "https://h/"},
		{"http://h/", (*URL).SetProtocol, "foo", "http://h/"},
		{"foo://h", (*URL).SetProtocol, "http", "foo://h"},
		{"http://h:1/", (*URL).SetProtocol, "file", "http://h:1/"},
		{"file:///x", (*URL).SetProtocol, "http", "file:///x"},
		{"http://h/", (*URL).SetProtocol, "1x", "http://h/"},

		{"http://h/", (*URL).SetUsername, "a@b", "http://a%40b@h/"},
		{"file:///x", (*URL).SetUsername, "a", "file:///x"},
		{"http://h/", (*URL).SetPassword, "p:", "http://:p%3A@h/"},
		{"foo:x", (*URL).SetPassword, "p", "foo:x"},

		{"http://h:1/x", (*URL).SetHost, "i", "http://i:1/x"},
		{"http://h:1/x", (*URL).SetHost, "i:2/y", "http://i:2/x"},
		{"http://h:1/x", (*URL).SetHost, "i:99999", "http://i:1/x"},
		{"http://h:1/x", (*URL).SetHost, ":2", "http://h:1/x"},
		{"http://h/", (*URL).SetHost, "", "http://h/"},
		{"http://h/", (*URL).SetHost, "a b", "http://h/"},
		{"foo:/.//x", (*URL).SetHost, "h", "foo://h//x"},
		{"foo://u@h", (*URL).SetHost, "", "foo://u@h"},
		{"foo:x", (*URL).SetHost, "h", "foo:x"},
		{"file:///x", (*URL).SetHost, "localhost", "file:///x"},
		{"http://h:1/x", (*URL).SetHostname, "[::1]:2", "http://h:1/x"},
		{"http://h:1/x", (*URL).SetHostname, "[::0:1]", "http://[::1]:1/x"},

		{"http://h/", (*URL).SetPort, "8080x", "http://h:8080/"},
		{"http://h:1/", (*URL).SetPort, "", "http://h/"},
		{"http://h:1/", (*URL).SetPort, "80", "http://h/"},
		{"http://h:1/", (*URL).SetPort, "x", "http://h:1/"},
		{"file:///x", (*URL).SetPort, "1", "file:///x"},

		{"http://h/x?q#f", (*URL).SetPathname, "a/../b?#", "http://h/b%3F%23?q#f"},
		{"foo://h/x", (*URL).SetPathname, "", "foo://h"},
		{"foo:/x", (*URL).SetPathname, "", "foo:/"},
		{"foo:/x", (*URL).SetPathname, "//y", "foo:/.//y"},
		{"foo:x", (*URL).SetPathname, "/y", "foo:x"},
		{"file:///x", (*URL).SetPathname, "C|/..", "file:///C:/"},

		{"http://h/?q#f", (*URL).SetSearch, "a#b", "http://h/?a%23b#f"},
		{"http://h/?q#f", (*URL).SetSearch, "??", "http://h/??#f"},
		{"http://h/?q#f", (*URL).SetSearch, "", "http://h/#f"},
		{"http://h/?q#f", (*URL).SetSearch, "?", "http://h/?#f"},

		{"http://h/?q#f", (*URL).SetHash, "#a#b", "http://h/?q#a#b"},
		{"http://h/?q#f", (*URL).SetHash, "", "http://h/?q"},
		{"http://h/?q#f", (*URL).SetHash, "#", "http://h/?q#"},
	} {
		u := mustParse(t, c.href)
		c.set(u, c.value)
		if u.Href() != c.want {
			t.Errorf("%q set to %q: got %q, want %q", c.href, c.value, u.Href(), c.want)
		}
	}
}

func TestSetHref(t *testing.T) {
	u := mustParse(t, "http://h/?a=1")
	if err := u.SetHref("x"); err == nil || u.Href() != "http://h/?a=1" {
		t.Errorf("a relative URL was set: %q, %v", u.Href(), err)
	}
	params := u.SearchParams()
	params.Append("pending", "")
	if err := u.SetHref("foo://i/?b=2"); err != nil {
		t.Fatal(err)
	}
	if want := "foo://i/?b=2"; u.Href() != want || params.String() != "b=2" {
		t.Errorf("got %q and %q, want %q", u.Href(), params, want)
	}
}
