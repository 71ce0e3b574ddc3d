package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestEndpoints(t *testing.T) {
	s := NewSession(Options{Projects: []Load{nil}, Report: func(Event) {}})
	s.local = []endpoint{
		{path: "one", aliases: []string{"/cdn-cgi/old/one"}, methods: []string{"GET", "POST"}, help: "does one thing",
			serve: func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("one " + r.URL.Query().Get("a"))) }},
		{path: "two", methods: []string{"POST"}, help: "does another",
			serve: func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("two")) }},
	}
	for _, test := range []struct {
		method, target string
		status         int
		body           string
	}{
		{"GET", "/cdn-cgi/local/one?a=b", 200, "one b"},
		{"HEAD", "/cdn-cgi/local/one", 200, ""},
		{"POST", "/cdn-cgi/old/one?a=b", 200, "one b"},
		{"POST", "/cdn-cgi/local/two", 200, "two"},
		{"GET", "/cdn-cgi/local/two", 405, "/cdn-cgi/local/two takes POST, not GET"},
		{"DELETE", "/cdn-cgi/local/one", 405, "/cdn-cgi/local/one takes GET or POST, not DELETE"},
		{"GET", "/cdn-cgi/local/", 404, "does one thing"},
		{"GET", "/cdn-cgi/local/one/", 404, "does another"},
		{"GET", "/cdn-cgi/local/%3Cscript%3E", 404, "%3Cscript%3E"},
		{"GET", "/cdn-cgi/local/%2Fcdn-cgi%2Fold%2Fone", 404, ""},
		{"GET", "/cdn-cgi/old/two", 503, "the Worker is being loaded"}, // no endpoint: it is the Worker's
		{"GET", "/one", 503, ""},
	} {
		r := httptest.NewRequest(test.method, test.target, nil)
		r.Host = "localhost:8787"
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != test.status || test.method != "HEAD" && !strings.Contains(w.Body.String(), test.body) {
			t.Errorf("%s %s: %d %q, want %d with %q", test.method, test.target, w.Code, w.Body, test.status, test.body)
		}
		if w.Code == http.StatusMethodNotAllowed && w.Header().Get("Allow") == "" {
			t.Errorf("%s %s: no Allow header", test.method, test.target)
		}
		if got := w.Header().Get("Content-Type"); w.Code >= 400 && got != "text/plain; charset=utf-8" {
			t.Errorf("%s %s: content type %q", test.method, test.target, got)
		}
		// Whoever may not use them does not learn what there is.
		for name, value := range map[string]string{"Host": "attacker.example", "Origin": "https://attacker.example", "Sec-Fetch-Site": "cross-site"} {
			r := httptest.NewRequest(test.method, test.target, nil)
			if r.Host = "localhost:8787"; name == "Host" {
				r.Host = value
			} else {
				r.Header.Set(name, value)
			}
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, r)
			if want := 403; test.status != 503 && w.Code != want {
				t.Errorf("%s %s with %s: %s: %d, want %d", test.method, test.target, name, value, w.Code, want)
			}
		}
	}
}
