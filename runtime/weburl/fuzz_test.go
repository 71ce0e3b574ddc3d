package weburl

import (
	"strings"
	"testing"
)

// FuzzURL parses, then sets every part to the same value. Whatever comes out must parse to itself.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{
		"http://u:p@h:80/a/../b?c#d", "file:C|/x", "foo:/..//x", "foo:a ?#", "http://[::1.2.3.4]/",
		"//x", "\\x", "?q", "#f", "https://bücher.א", "blob:https://h", "http://0x7f.1", "http://xn--zca", "foo://h", "file://h/C:/..",
	} {
		for _, value := range []string{"", "x", "/x y", "//", "http", "file:", "81x", "C|", ":", "%zz", "\t \n", "é\x00", "[::1]:2", "..", "a b"} {
			f.Add(seed, value)
		}
	}
	setters := []struct {
		name string
		set  func(*URL, string)
	}{
		{"protocol", (*URL).SetProtocol}, {"username", (*URL).SetUsername}, {"password", (*URL).SetPassword},
		{"host", (*URL).SetHost}, {"hostname", (*URL).SetHostname}, {"port", (*URL).SetPort},
		{"pathname", (*URL).SetPathname}, {"search", (*URL).SetSearch}, {"hash", (*URL).SetHash},
		{"searchParams", func(u *URL, v string) { u.SearchParams().Append(v, v); u.SearchParams().Delete("x") }},
	}
	f.Fuzz(func(t *testing.T, input, value string) {
		input, value = strings.ToValidUTF8(input, "\ufffd"), strings.ToValidUTF8(value, "\ufffd")
		u, err := Parse(input)
		if err != nil {
			return
		}
		checkStable(t, u, "parsing "+input)
		if joined, err := ParseWithBase(value, u); err == nil {
			checkStable(t, joined, "joining "+value)
		}
		all := u.Clone()
		for _, setter := range setters {
			one := u.Clone()
			setter.set(one, value)
			checkStable(t, one, setter.name+" = "+value)
			setter.set(all, value)
			checkStable(t, all, setter.name+" = "+value+" after others")
		}
	})
}

// checkStable fails unless u, serialised, parses to the same parts.
func checkStable(t *testing.T, u *URL, how string) {
	t.Helper()
	again, err := Parse(u.Href())
	if err != nil {
		t.Fatalf("%q made %q: %v", how, u.Href(), err)
	}
	for name, want := range attributes(u.Clone()) {
		if got := attributes(again)[name]; got != want {
			t.Fatalf("%q made %q, whose %s is %q and then %q", how, u.Href(), name, want, got)
		}
	}
}
