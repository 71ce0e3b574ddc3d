package runtime_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"devserver/runtime"
	"devserver/runtime/compat"
)

// nodeServer is a Worker whose server is Node.js's.
const nodeServer = `
	const http = builtin("node:http"), { httpServerHandler } = builtin("cloudflare:node");
	http.createServer((req, res) => {
		let body = "", from = req.socket.remoteAddress;
		req.setEncoding("utf8").on("data", (chunk) => { body += chunk; }).on("end", () => {
			res.writeHead(201, "Made", { "X-From": from });
			res.write(req.method + " " + req.url + " ");
			setTimeout(() => res.end(body), 1);
		});
	}).listen(8080);
	return { default: httpServerHandler({ port: 8080 }) };`

func TestNodeServer(t *testing.T) {
	s := script(nodeServer)
	s.Loads = true
	w, _ := load(t, s, nil)
	req, err := http.NewRequest("POST", "http://worker.test/path?q=1", strings.NewReader("sent"))
	if err != nil {
		t.Fatal(err)
	}
	req.RequestURI = "/path?q=1"
	req.Header.Set("CF-Connecting-IP", "203.0.113.9")
	res, err := w.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != "201 Made" || res.Header.Get("X-From") != "203.0.113.9" || string(body) != "POST /path?q=1 sent" {
		t.Errorf("got %s %v %q", res.Status, res.Header, body)
	}
}

// TestNodeServerFlag shows both sides of the flag enable_nodejs_http_server_modules.
func TestNodeServerFlag(t *testing.T) {
	for flag, want := range map[string]bool{"enable_nodejs_http_server_modules": true, "disable_nodejs_http_server_modules": false, "no_nodejs_compat": false} {
		flags, problems := compat.Resolve("", []string{flag})
		if problems != nil {
			t.Fatal(problems)
		}
		if got := runtime.ModulesFor(flags).Has("cloudflare:node"); got != want {
			t.Errorf("%s: %v", flag, got)
		}
	}
}
