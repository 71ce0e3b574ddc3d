package server_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"devserver/server"
)

// TestMalformedPaths asks for paths that Go's HTTP server refuses, and the platform hands to the Worker. The endpoints stay
// what they are.
func TestMalformedPaths(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml":  "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\nassets = { directory = \"public\" }\n",
		"index.js":       `export default { async fetch(r) { return new Response(r.url + " " + await r.text()) } }`,
		"public/50%.txt": "fifty per cent",
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(patience))
	defer conn.Close()
	var all strings.Builder
	for _, target := range []string{"/100%.txt", "/%zz?%", "/50%.txt", "http://a.test/%2", "//%zz/x", "/%41"} {
		fmt.Fprintf(&all, "POST %s HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\n%%zz\n", target)
	}
	all.WriteString("GET x.test:80 HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
	if _, err := io.WriteString(conn, all.String()); err != nil {
		t.Fatal(err)
	}
	answers, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	rest := string(answers)
	for _, want := range []string{"http://a.test/100%.txt %zz", "http://a.test/%zz?% %zz", "HTTP/1.1 405", "http://a.test/%2 %zz", "http://a.test//%zz/x %zz", "http://a.test/%41 %zz", "HTTP/1.1 400"} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("no %q in\n%s", want, rest)
		}
		rest = after
	}
}

// TestHeaderSpelling has names in an odd spelling, as a script may write them.
func TestHeaderSpelling(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n",
		"index.js": `export default { fetch() { return new Response("", { headers: { "eTAG": "a", "www-authenticate": "b", "CF-cache-STATUS": "c",
			"cf-ray": "d", "access-control-allow-ORIGIN": "e", "x-lower": "f", "X-MiXed": "g", "content-TYPE": "h/i" } }) } }`,
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(patience))
	defer conn.Close()
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	answer, err := io.ReadAll(conn)
	for _, line := range []string{"ETag: a", "WWW-Authenticate: b", "CF-Cache-Status: c", "CF-Ray: d", "Access-Control-Allow-Origin: e", "x-lower: f", "X-MiXed: g", "Content-Type: h/i"} {
		if !strings.Contains(string(answer), "\r\n"+line+"\r\n") {
			t.Errorf("no line %q in %v\n%s", line, err, answer)
		}
	}
}

// TestConfigurationErrorPage names files as they are named elsewhere, and what may have been meant.
func TestConfigurationErrorPage(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": "name = \"w\"\nmain = \"src/index.js\"\ncompatibility_date = \"2026-01-01\"\nminify = 1\n"})
	status, body := p.get("/")
	if status != 503 || strings.Contains(body, p.dir) || !strings.Contains(body, "wrangler.toml:4:10: minify: should be") || !strings.Contains(body, "the entry point src/index.js cannot be used") {
		t.Errorf("%d %s", status, body)
	}
	p.write("src/index.js", "export default {}")
	p.write("wrangler.toml", "name = \"w\"\nmain = \"src/index.js\"\ncompatibility_date = \"2026-01-01\"\ncompatibility_flags = [\"nodejs_compt\"]\n")
	if problems := fmt.Sprint(await[server.Loaded](p).Problems); !strings.Contains(problems, `wrangler.toml:4:24: compatibility_flags: "nodejs_compt" is not a flag that is known here (fix: did you mean "nodejs_compat"?)`) {
		t.Error(problems)
	}
}
