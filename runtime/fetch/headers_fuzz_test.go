package fetch

import (
	"bufio"
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// FuzzHeaders appends, sets and removes headers, one per line of a script, in a list and in a map of the standard's
// meaning. The list must say what the map says, and, on the wire, arrive as it was.
func FuzzHeaders(f *testing.F) {
	f.Add("+X-A:1\n+x-a:2\n=Set-Cookie:a\n+set-cookie: b \n-X-A:\n+Content-type:text/x")
	f.Add("=caf\u00e9:x\n+:x\n+a b:x\n+a:\x00\n+a:\t x\r\n+\xFF:\xFF")
	f.Fuzz(func(t *testing.T, script string) {
		list, model := &Headers{}, map[string][]string{}
		for line := range strings.SplitSeq(script, "\n") {
			if line == "" {
				continue
			}
			name, value, _ := strings.Cut(line[1:], ":")
			key := strings.ToLower(name)
			var err error
			switch line[0] {
			case '+':
				if err = list.append(name, value); err == nil {
					model[key] = append(model[key], strings.Trim(value, "\t\n\r "))
				}
			case '=':
				if err = list.set(name, value); err == nil {
					model[key] = []string{strings.Trim(value, "\t\n\r ")}
				}
			default:
				if err = list.remove(name); err == nil {
					delete(model, key)
				}
			}
			if valid := name != "" && !strings.ContainsFunc(name, func(c rune) bool { return !tokenChars[byte(c)] || c >= 0x80 }) &&
				(line[0] != '+' && line[0] != '=' || !strings.ContainsAny(strings.Trim(value, "\t\n\r "), "\x00\r")); valid != (err == nil) {
				t.Fatalf("%q: %v", line, err)
			}
		}
		check := func(list *Headers, what string) {
			t.Helper()
			var names []string
			for _, f := range list.combined() {
				names = append(names, f.name)
				if f.name != "set-cookie" && f.value != strings.Join(model[f.name], ", ") {
					t.Fatalf("%s: %s is %q, not %q", what, f.name, f.value, model[f.name])
				}
			}
			if !slices.IsSorted(names) {
				t.Fatalf("%s: names are %q", what, names)
			}
			if names = slices.Compact(names); len(names) != len(model) {
				t.Fatalf("%s: names are %q, of %q", what, names, model)
			}
			for name, values := range model {
				if got := list.values(strings.ToUpper(name)); !slices.Equal(got, values) {
					t.Fatalf("%s: %s is %q, not %q", what, name, got, values)
				}
				if got, ok := list.get(name); !ok || got != strings.Join(values, ", ") {
					t.Fatalf("%s: %s is %q", what, name, got)
				}
			}
		}
		check(list, "the list")
		check(list.clone(), "its clone")
		check(&Headers{source: list.header()}, "its way through net/http")
		onTheWire(t, list, model)
	})
}

// onTheWire writes a list as HTTP and reads it with net/http, which takes no control characters in values.
func onTheWire(t *testing.T, list *Headers, model map[string][]string) {
	t.Helper()
	for name, values := range model {
		for _, value := range values {
			if strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7F }) || name == "transfer-encoding" || name == "content-length" {
				return
			}
		}
	}
	var wire bytes.Buffer
	wire.WriteString("HTTP/1.1 200 OK\r\n")
	if err := list.header().Write(&wire); err != nil {
		t.Fatal(err)
	}
	wire.WriteString("\r\n")
	res, err := http.ReadResponse(bufio.NewReader(&wire), nil)
	if err != nil {
		t.Fatalf("%v\n%q", err, list.fields)
	}
	back := &Headers{source: res.Header}
	for name, values := range model {
		if got := back.values(name); !slices.Equal(got, values) && name != "connection" && name != "trailer" {
			t.Fatalf("%s arrives as %q, not %q", name, got, values)
		}
	}
}
