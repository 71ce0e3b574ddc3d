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

// TestNodeServerImplicitHead shows that what middleware puts in writeHead's place is called for a head that nobody has written:
// sessions set their cookies there.
func TestNodeServerImplicitHead(t *testing.T) {
	s := script(`
		const http = builtin("node:http"), { httpServerHandler } = builtin("cloudflare:node");
		http.createServer((req, res) => {
			const { writeHead } = res;
			res.writeHead = (status, ...rest) => {
				res.setHeader("X-Seen", [status, res._header, res.headersSent].join());
				return writeHead.call(res, 202, ...rest);
			};
			if (req.url === "/implicit") res._implicitHeader();
			if (req.url === "/flush") res.flushHeaders();
			if (req.url === "/write") res.write("a");
			if (req.url === "/removed") res.removeHeader("Content-Length");
			res.end("b");
		}).listen(8080);
		const server = httpServerHandler({ port: 8080 });
		return { default: { async fetch(request, env, ctx) {
			const { status, headers } = await server.fetch(request, env, ctx);
			return new Response([status, headers.get("x-seen"), headers.get("content-length"), headers.get("transfer-encoding")].join());
		} } };`)
	s.Loads = true
	w, _ := load(t, s, nil)
	for path, want := range map[string]string{
		"/": "202,200,,false,1,", "/implicit": "202,200,,false,,chunked", "/flush": "202,200,,false,,chunked",
		"/write": "202,200,,false,,chunked", "/removed": "202,200,,false,,chunked",
	} {
		req, err := http.NewRequest("GET", "http://worker.test"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.RequestURI = path
		res, err := w.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if string(body) != want {
			t.Errorf("%s: got %s, want %s", path, body, want)
		}
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
