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

type hostCase struct{ name, toml, flags string }

// hostCases are configurations and flags that decide what a Worker sees of where it is.
var hostCases = []hostCase{
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
	t.Parallel()
	program := devserverBinary(t)
	for some := range slices.Chunk(hostCases, 6) { // those that one process of wrangler serves, side by side
		compareHosts(t, program, some)
	}
}

func compareHosts(t *testing.T, program string, cases []hostCase) {
	wranglers := subprocess.StartWranglers(t)
	defer wranglers.Kill()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"index.js": hostWorker, "wrangler.toml": "name = \"hosts\"\nmain = \"index.js\"\ncompatibility_date = \"2026-08-01\"\n" + c.toml + "\n"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			flags := strings.Fields(c.flags)
			command := exec.Command(program, append([]string{"--port", "0"}, flags...)...)
			command.Dir, command.Env = dir, append(os.Environ(), "CI=1", "DEVSERVER_HOME="+t.TempDir())
			ours := start(t, "devserver", command)
			theirs := wranglers.Serve(t, dir, wranglerReady, append(wranglerDev, flags...)...)
			var outcomes []string
			for i, ready := range []string{theirs, ours.Await(t, hostReady)} {
				u, err := url.Parse(ready)
				if err != nil {
					t.Fatal(err)
				}
				p := peer{[]string{"wrangler", "devserver"}[i], net.JoinHostPort("127.0.0.1", u.Port())}
				answer := p.ask(t, fmt.Sprintf("GET /path?q=%%20 HTTP/1.1\r\nHost: %s\r\nOrigin: http://%[1]s\r\nReferer: http://%[1]s/from\r\nConnection: close\r\n\r\n", p.addr))
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

// wranglerDev are the words of a command that serves a project, wranglerReady is what it says then: its first group is where.
var wranglerDev = []string{"dev", "--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", "--show-interactive-dev-session=false"}

const wranglerReady = `Ready on (http://127\.0\.0\.1:\d+)`
