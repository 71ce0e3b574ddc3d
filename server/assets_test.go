package server_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devserver/server"
)

const assetsWorker = `export default {
	async fetch(request, env) {
		const { pathname, search } = new URL(request.url);
		if (search === "?asset") return env.ASSETS.fetch(request);
		if (search === "?url") return env.ASSETS.fetch("https://anything.test/about.html");
		if (search === "?head") {
			const res = await env.ASSETS.fetch(new Request("https://anything.test/a.txt", { headers: { "if-none-match": request.headers.get("x-tag") } }));
			return new Response([res.status, res.headers.get("etag"), res.headers.get("content-type"), await res.text()].join(" "));
		}
		return new Response("worker " + request.method + " " + pathname);
	},
};`

// expect asks for paths, each with what the status and the body are to be.
func (p *project) expect(answers ...string) {
	p.t.Helper()
	for i := 0; i < len(answers); i += 2 {
		status, body := p.get(answers[i])
		if got := strings.TrimSpace(fmt.Sprint(status, " ", body)); got != answers[i+1] {
			p.t.Errorf("%s: %s\nwant %s", answers[i], got, answers[i+1])
		}
	}
}

func TestAssets(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": "name = \"w\"\nmain = \"w.js\"\ncompatibility_date = \"2026-11-01\"\n" +
			"[assets]\ndirectory = \"public\"\nbinding = \"ASSETS\"\nnot_found_handling = \"single-page-application\"\nrun_worker_first = [\"/api/*\", \"!/api/docs/*\"]\n",
		"w.js":              assetsWorker,
		"public/index.html": "root", "public/about.html": "about", "public/a.txt": "text", "public/api/a.txt": "api", "public/api/docs/a.txt": "docs",
		"public/_redirects": "/old /about 301\n",
	})
	if loaded := await[server.Loaded](p); len(loaded.Rows) != 1 || loaded.Rows[0].Name != "ASSETS" || loaded.Rows[0].Resource != "Assets in public" || loaded.Rows[0].Problem != "" {
		t.Errorf("%+v", loaded.Rows)
	}
	p.expect(
		"/", "200 root", "/about", "200 about", "/a.txt", "200 text", "/old", "200 about",
		"/api/x", "200 worker GET /api/x", "/api/a.txt", "200 worker GET /api/a.txt", "/api/a.txt?asset", "200 api", "/api/docs/a.txt", "200 docs", "/api/docs/none", "200 root",
		"/none", "200 root", // there are rules, so that what stands in comes before the Worker
		"/api/?url", "200 about",
	)
	_, answer := p.get("/api/?head")
	status, rest, _ := strings.Cut(answer, " ")
	if tag, rest, _ := strings.Cut(rest, " "); status != "200" || rest != "text/plain; charset=utf-8 text" {
		t.Errorf("%s", answer)
	} else if _, again := p.get("/api/?head", "x-tag", tag); !strings.HasPrefix(again, "304 "+tag) {
		t.Errorf("%s", again)
	}

	// Files are served as they are, and nothing is reloaded for that.
	p.write("public/new.txt", "new")
	p.expect("/new.txt", "200 new")
	p.write("public/_redirects", "/bad\n/old /a.txt 301\n")
	if found := await[server.Problems](p).Problems; len(found) != 1 || found[0].Pos.Line != 1 || filepath.Base(found[0].Pos.File) != "_redirects" {
		t.Errorf("%v", found)
	}
	p.expect("/old", "200 text")
	p.write("public/_redirects", "/old /new.txt 301\n")
	if notice := await[server.Notice](p).Text; notice != "_redirects is fine now" {
		t.Errorf("%s", notice)
	}
	p.expect("/old", "200 new")

	// The Worker is reloaded without them, and they with their settings.
	p.write("w.js", strings.ReplaceAll(assetsWorker, `"worker "`, `"changed "`))
	if loaded := await[server.Loaded](p); loaded.Number != 2 {
		t.Errorf("%+v", loaded)
	}
	p.expect("/api/x", "200 changed GET /api/x", "/a.txt", "200 text")
	p.write("wrangler.toml", "name = \"w\"\nmain = \"w.js\"\ncompatibility_date = \"2026-11-01\"\n[assets]\ndirectory = \"other\"\nbinding = \"ASSETS\"\n")
	if loaded := await[server.Loaded](p); !strings.Contains(loaded.Rows[0].Problem, "does not exist") {
		t.Errorf("%+v", loaded.Rows)
	}
	p.expect("/a.txt", "200 changed GET /a.txt")
	p.write("other/a.txt", "other")
	p.expect("/a.txt", "200 other")
}

func TestAssetsAlone(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.jsonc":     `{ "name": "site", "compatibility_date": "2026-11-01", "assets": { "directory": "dist", "not_found_handling": "404-page" } }`,
		"dist/index.html":    "root",
		"dist/404.html":      "nothing here",
		"dist/_headers":      "/*\n  X-Frame-Options: DENY\n",
		"dist/secret.key":    "key",
		"dist/.assetsignore": "*.key\n",
		"secret.txt":         "secret",
	})
	if loaded := await[server.Loaded](p); len(loaded.Rows) != 1 || loaded.Rows[0].Name != "" {
		t.Errorf("%+v", loaded.Rows)
	}
	// "/..%2fsecret.txt" is not the path at which it would be, whatever it is.
	p.expect("/", "200 root", "/x", "404 nothing here", "/secret.key", "404 nothing here", "/_headers", "404 nothing here")

	// What no client writes, byte by byte.
	for _, target := range []string{
		"/../secret.txt", "/..\\secret.txt", "/%2e%2e/secret.txt", "/dist/../../secret.txt", "http://other.test/../secret.txt", "//../secret.txt",
		"/%2e%2e%5csecret.txt", "/..%2fsecret.txt", "/..%00/secret.txt", "/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", target, strings.TrimPrefix(p.url, "http://"))
		answer, err := io.ReadAll(conn)
		conn.Close()
		head, body, _ := strings.Cut(string(answer), "\r\n\r\n")
		if err != nil || !strings.HasPrefix(head, "HTTP/1.1 404") && !strings.HasPrefix(head, "HTTP/1.1 307") || body != "" && body != "nothing here" || strings.Contains(head, "\nLocation: //") {
			t.Errorf("%s: %v\n%s", target, err, answer)
		}
	}
	if err := os.RemoveAll(filepath.Join(p.dir, "dist")); err != nil {
		t.Fatal(err)
	}
	p.expect("/", "404")
}

func TestAssetsRefused(t *testing.T) {
	for _, c := range []struct{ assets, main, want string }{
		{"binding = \"ASSETS\"\n", "w.js", "assets.directory: is missing"},
		{"directory = \"public\"\nbinding = \"ASSETS\"\n", "", "assets.binding: there is no Worker whose env it could be in"},
		{"directory = \"public\"\nrun_worker_first = true\n", "", "assets.run_worker_first: there is no Worker that could be first"},
		{"directory = \"public\"\nrun_worker_first = [\"/a\", \"b\"]\n", "w.js", `assets.run_worker_first[1]: "b": a rule begins with / or !/`},
		{"directory = \"public\"\nbase_path = \"https://x/\"\n", "w.js", "assets.base_path: is a URL, not a path"},
		{"directory = \"public\"\n[site]\nbucket = \"public\"\n", "w.js", "site: a Worker has static assets or is a Workers Site, but not both"},
	} {
		main := ""
		if c.main != "" {
			main = "main = \"w.js\"\n"
		}
		p := serve(t, map[string]string{"wrangler.toml": "name = \"w\"\ncompatibility_date = \"2026-11-01\"\n" + main + "[assets]\n" + c.assets, "w.js": assetsWorker})
		if failed := await[server.Failed](p); !strings.Contains(failed.Error(), c.want) {
			t.Errorf("%s\nwant %s", failed.Error(), c.want)
		}
	}
}
