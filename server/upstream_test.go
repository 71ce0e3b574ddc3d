package server

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMovedOrigin is a table of headers on their way to the Worker and back.
func TestMovedOrigin(t *testing.T) {
	for _, test := range []struct{ name, scheme, host, header, value, seen, returned string }{
		{"Origin", "http", "example.com", "Origin", "http://localhost:8787", "http://example.com", "http://localhost:8787"},
		{"a path stays", "https", "example.com", "Referer", "http://localhost:8787/a?b=http://localhost:8787#c", "https://example.com/a?b=http://localhost:8787#c", "http://localhost:8787/a?b=http://localhost:8787#c"},
		{"another host", "http", "example.com", "Origin", "http://localhost:8788", "http://localhost:8788", "http://localhost:8788"},
		{"a host that contains it", "http", "example.com", "Origin", "http://localhost:87871", "http://localhost:87871", "http://localhost:87871"},
		{"https", "http", "example.com", "Origin", "https://LOCALHOST:8787", "https://LOCALHOST:8787", "https://LOCALHOST:8787"},
		{"several", "http", "example.com", "Link", "<http://localhost:8787/a>, <http://localhost:8787/b>", "<http://example.com/a>, <http://example.com/b>", "<http://localhost:8787/a>, <http://localhost:8787/b>"},
		{"no URL", "http", "example.com", "X", "localhost:8787", "localhost:8787", "localhost:8787"},
		{"only the scheme", "https", "", "Origin", "http://localhost:8787", "https://localhost:8787", "http://localhost:8787"},
		{"nothing", "http", "", "Origin", "http://localhost:8787", "http://localhost:8787", "http://localhost:8787"},
		{"a port", "http", "example.com:81", "Origin", "http://localhost:8787", "http://example.com:81", "http://localhost:8787"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &http.Request{Host: "localhost:8787", Header: http.Header{test.header: {test.value}}}
			moved := move(r, test.scheme, test.host)
			if diff := cmp.Diff(test.seen, r.Header[test.header][0]); diff != "" {
				t.Errorf("the Worker sees (-want +got):\n%s", diff)
			}
			before := []string{r.Header[test.header][0]}
			answer := http.Header{test.header: before}
			moved.back(answer)
			if diff := cmp.Diff(test.returned, answer[test.header][0]); diff != "" {
				t.Errorf("the client sees (-want +got):\n%s", diff)
			}
			if before[0] != r.Header[test.header][0] {
				t.Error("the values of the response are changed in place")
			}
		})
	}
}

func TestMovedCookies(t *testing.T) {
	r := &http.Request{Host: "localhost:8787", Header: http.Header{}}
	moved := move(r, "https", "example.com")
	answer := http.Header{"Set-Cookie": {"a=1; Domain=example.com; Path=/", "b=2; Domain=example.com", "c=3; Domain=example.com.evil", "d=http://example.com"}}
	moved.back(answer)
	want := []string{"a=1; Domain=localhost; Path=/", "b=2; Domain=localhost", "c=3; Domain=example.com.evil", "d=http://example.com"}
	if diff := cmp.Diff(want, answer["Set-Cookie"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
