//go:build peers

package peers

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"devserver/internal/subprocess"
)

// hostCases are configurations and flags that decide what a Worker sees of where it is.
var hostCases = []struct{ name, toml, flags string }{
	{"nothing", "", ""},
	{"a route", `route = "shop.example.com/*"`, ""},
	{"routes", `routes = [{ pattern = "a.example.com/x/*", zone_name = "example.com" }, "b.example.com"]`, ""},
	{"a wildcard", `route = "*.example.com/*"`, ""},
	{"a custom domain", `routes = [{ pattern = "shop.example.com", custom_domain = true }]`, ""},
	{"the zone", `routes = [{ pattern = "*/*", zone_name = "example.com" }]`, ""},
	{"dev.host", "route = \"shop.example.com/*\"\ndev = { host = \"dev.example.com\" }", ""},
	{"dev.host with a port", "dev = { host = \"dev.example.com:8443\" }", ""},
	{"dev.upstream_protocol", "dev = { upstream_protocol = \"https\" }", ""},
	{"--host", "dev = { host = \"dev.example.com\" }", "--host flag.example.com"},
	{"--local-upstream", "dev = { host = \"dev.example.com\" }", "--local-upstream up.example.com"},
	{"--host and --local-upstream", "", "--local-upstream up.example.com --host flag.example.com"},
	{"--upstream-protocol", "", "--upstream-protocol https"},
	{"--upstream-protocol and a route", `route = "shop.example.com/*"`, "--upstream-protocol https"},
	{"--route", `route = "shop.example.com/*"`, "--route flag.example.com/*"},
	{"--no-infer-origin-from-routes", `route = "shop.example.com/*"`, "--infer-origin-from-routes=false"},
	{"--no-infer-origin-from-routes and dev.host", "route = \"shop.example.com/*\"\ndev = { host = \"dev.example.com\" }", "--infer-origin-from-routes=false"},
}

const hostWorker = `export default { fetch(request) {
	const url = new URL(request.url);
	const headers = { "Set-Cookie": "a=b; Domain=" + url.hostname, Location: url.origin + "/to", "X-Url": "see " + url.origin + "/x, http://elsewhere.example/" };
	return Response.json({ url: request.url, host: request.headers.get("host"), origin: request.headers.get("origin"), referer: request.headers.get("referer") }, { status: 302, headers });
} }`

// TestHosts compares what a Worker sees of its host, and what a client gets back, with wrangler dev.
func TestHosts(t *testing.T) {
	program := devserverBinary(t)
	for _, c := range hostCases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"index.js": hostWorker, "wrangler.toml": "name = \"hosts\"\nmain = \"index.js\"\ncompatibility_date = \"2026-08-01\"\n" + c.toml + "\n"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			flags := strings.Fields(c.flags)
			ours := exec.Command(program, append([]string{"--port", "0"}, flags...)...)
			ours.Dir, ours.Env = dir, append(os.Environ(), "CI=1", "DEVSERVER_HOME="+t.TempDir())
			var outcomes []string
			for _, p := range []*process{startWranglerDev(t, dir, flags), start(t, "devserver", ours)} {
				u, err := url.Parse(p.Await(t, hostReady))
				if err != nil {
					t.Fatal(err)
				}
				p.addr = net.JoinHostPort("127.0.0.1", u.Port())
				answer := p.ask(t, fmt.Sprintf("GET /path?q=%%20 HTTP/1.1\r\nHost: %s\r\nOrigin: http://%[1]s\r\nReferer: http://%[1]s/from\r\nConnection: close\r\n\r\n", p.addr))
				p.Kill()
				lines := []string{answer.status, answer.body}
				for _, header := range answer.headers {
					if name, value, _ := strings.Cut(header, ":"); slices.Contains([]string{"location", "set-cookie", "x-url"}, strings.ToLower(name)) {
						lines = append(lines, strings.ToLower(name)+":"+value)
					}
				}
				outcomes = append(outcomes, strings.ReplaceAll(strings.Join(lines, "\n"), p.addr, "HERE"))
			}
			if outcomes[0] != outcomes[1] {
				t.Errorf("wrangler\n%s\ndevserver\n%s", outcomes[0], outcomes[1])
			}
		})
	}
}

var hostReady = regexp.MustCompile(`Ready on (http://\S+)`)

// startWranglerDev runs wrangler dev in a directory, or skips where it cannot be run. Another process may take the ports
// that it is told before it opens them: then it is run once more.
func startWranglerDev(t *testing.T, dir string, flags []string) *process {
	t.Helper()
	var log string
	for range 3 {
		words := []string{"dev", "--port", freePort(t), "--ip", "127.0.0.1", "--inspector-port", freePort(t)}
		p := start(t, "wrangler", subprocess.Wrangler(t, dir, append(words, flags...)...))
		if _, ok := p.Ready(hostReady); ok {
			return p
		}
		p.Kill()
		log = p.Log.String()
	}
	t.Skipf("wrangler dev does not start:\n%s", log)
	return nil
}
