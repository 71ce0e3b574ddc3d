package assets

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// project is a directory of assets in a directory, next to a file that is none.
type project struct {
	t    testing.TB
	dir  string
	site *Site
	said []string
}

func newTestSite(t testing.TB, settings Settings, files ...string) *project {
	t.Helper()
	p := &project{t: t, dir: filepath.Join(t.TempDir(), "public")}
	for i := 0; i < len(files); i += 2 {
		p.write(files[i], files[i+1])
	}
	if err := os.WriteFile(filepath.Join(p.dir, "..", "secret.txt"), []byte("secret"), 0o600); err != nil && len(files) > 0 {
		t.Fatal(err)
	}
	p.site = NewSite(p.dir, settings, func(file string, problems []Problem) {
		for _, problem := range problems {
			p.said = append(p.said, fmt.Sprintf("%s:%d:%d %s", filepath.Base(file), problem.Line, problem.Column, problem.Message))
		}
		if len(problems) == 0 {
			p.said = append(p.said, filepath.Base(file)+" is fine")
		}
	})
	return p
}

func (p *project) write(name, content string) {
	p.t.Helper()
	path := filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *project) ask(method, target string, headers ...string) *http.Response {
	p.t.Helper()
	req := &http.Request{Method: method, Header: http.Header{}}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return p.site.Fetch(req, parse(p.t, "http://h.test"+target))
}

// get is the status and the body.
func (p *project) get(target string) string {
	p.t.Helper()
	res := p.ask("GET", target)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.TrimSpace(fmt.Sprint(res.StatusCode, " ", string(body)+res.Header.Get("Location")))
}

func TestSite(t *testing.T) {
	p := newTestSite(t, Settings{NotFound: NearestPage}, "index.html", "root", "404.html", "nothing", "a.txt", "text", "empty", "")
	res := p.ask("GET", "/a.txt")
	tag := res.Header.Get("Etag")
	if got, want := fmt.Sprint(res.StatusCode, res.ContentLength, res.Header), fmt.Sprint(200, 4, http.Header{
		"Content-Type": {"text/plain; charset=utf-8"}, "Cache-Control": {"public, max-age=0, must-revalidate"}, "Cf-Cache-Status": {"HIT"}, "Etag": {tag},
	}); got != want || len(tag) != 34 {
		t.Errorf("%s\nwant %s", got, want)
	}
	for value, want := range map[string]int{tag: 304, "W/" + tag: 304, `"x"`: 200, "*": 200, tag + ", " + tag: 200} {
		res := p.ask("GET", "/a.txt", "If-None-Match", value)
		if res.StatusCode != want || want == 304 && (res.Body != http.NoBody || res.ContentLength != 0) {
			t.Errorf("If-None-Match: %s: %d", value, res.StatusCode)
		}
	}
	for path, want := range map[string]int{"/a.txt": 200, "/none": 404} {
		if res := p.ask("HEAD", path); res.StatusCode != want || res.ContentLength != -1 || res.Body != http.NoBody {
			t.Errorf("HEAD %s: %d, %d", path, res.StatusCode, res.ContentLength)
		}
	}
	for _, name := range []string{"Range", "Authorization"} {
		if res := p.ask("GET", "/a.txt", name, "bytes=0-1"); res.StatusCode != 200 || res.Header["Cache-Control"] != nil {
			t.Errorf("%s: %d %s", name, res.StatusCode, res.Header)
		}
	}
	for target, want := range map[string]string{"/": "200 root", "/empty": "200", "/x/y": "404 nothing"} {
		if got := p.get(target); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}

// TestSiteNow changes files and asks at once.
func TestSiteNow(t *testing.T) {
	p := newTestSite(t, Settings{})
	expect := func(target, want string) {
		t.Helper()
		if got := p.get(target); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	expect("/a.txt", "404") // not even the directory is there
	p.write("a.txt", "one")
	expect("/a.txt", "200 one")
	p.write("a.txt", "two")
	expect("/a.txt", "200 two")
	for i := range 20 { // within a tick of the file system's clock
		name := fmt.Sprintf("%d.txt", i)
		p.write(name, name)
		expect("/"+name, "200 "+name)
		if err := os.Remove(filepath.Join(p.dir, name)); err != nil {
			t.Fatal(err)
		}
		expect("/"+name, "404")
	}
	p.write("new/index.html", "folder")
	expect("/new/", "200 folder")
	if err := os.RemoveAll(filepath.Join(p.dir, "new")); err != nil {
		t.Fatal(err)
	}
	expect("/new/", "404")
	p.write("new", "a file now")
	expect("/new", "200 a file now")

	// A listing that has settled is used again, until the folder changes.
	hourAgo := time.Now().Add(-time.Hour)
	if err := os.Chtimes(p.dir, hourAgo, hourAgo); err != nil {
		t.Fatal(err)
	}
	expect("/a.txt", "200 two")
	if f := p.site.dir.folders[""]; f == nil || !f.settled {
		t.Errorf("%+v has not settled", f)
	}
	p.write("b.txt", "b")
	expect("/b.txt", "200 b")
	if err := os.RemoveAll(p.dir); err != nil {
		t.Fatal(err)
	}
	expect("/a.txt", "404")
}

func TestSiteRules(t *testing.T) {
	p := newTestSite(t, Settings{}, "a.txt", "text", "secret.key", "key")
	expect := func(target, want, said string) {
		t.Helper()
		p.said = nil
		if got := p.get(target); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
		if got := strings.Join(p.said, "; "); got != said {
			t.Errorf("%s: said %q, want %q", target, got, said)
		}
	}
	expect("/secret.key", "200 key", "")
	p.write(".assetsignore", "*.key\n")
	expect("/secret.key", "404", ".assetsignore is fine")
	expect("/.assetsignore", "404", "")
	p.write("_redirects", "/old /a.txt\n/bad\n")
	expect("/old", "302 /a.txt", "_redirects:2:1 a rule has 2 or 3 parts, and this one has 1")
	expect("/old", "302 /a.txt", "")
	p.write("_redirects", "/old /a.txt 301\n")
	expect("/old", "301 /a.txt", "_redirects is fine")
	for range 20 { // within a tick of the file system's clock, and of the same size
		p.write("_redirects", "/old /b.txt 301\n")
		expect("/old", "301 /b.txt", "_redirects is fine")
		p.write("_redirects", "/old /a.txt 301\n")
		expect("/old", "301 /a.txt", "_redirects is fine")
	}
	if err := os.Remove(filepath.Join(p.dir, "_redirects")); err != nil {
		t.Fatal(err)
	}
	expect("/old", "404", "_redirects is fine")
	p.write("_headers", "/a.txt\n  X: y\n")
	expect("/a.txt", "200 text", "_headers is fine")
	if res := p.ask("GET", "/a.txt"); res.Header.Get("X") != "y" {
		t.Errorf("%s", res.Header)
	}
	if headers, redirects := p.site.Refresh(); headers != 1 || redirects != 0 {
		t.Errorf("%d headers, %d redirects", headers, redirects)
	}
	p.write(".assetsignore", "\xff")
	expect("/a.txt", "404", ".assetsignore:1:1 the file is not UTF-8 text without null characters")
	p.write("_headers", "/*\n  A@B: c\n")
	p.write(".assetsignore", "")
	expect("/a.txt", "500", `.assetsignore is fine; _headers:2:3 "a@b" is not the name of a header: requests that the rule is for fail`)
}

// TestSiteTraversal tries to get at what is not below the directory.
func TestSiteTraversal(t *testing.T) {
	p := newTestSite(t, Settings{}, "index.html", "root", "sub/a.txt", "a")
	outside := filepath.Join(p.dir, "..")
	targets := []string{
		"/../secret.txt", "/sub/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/sub/..%2f..%2fsecret.txt", "/%2e%2e%2fsecret.txt", "/..%5csecret.txt", "/..\\secret.txt", "/sub/..%5c..%5csecret.txt",
		"/....//secret.txt", "/.%2e/secret.txt", "/%2e./secret.txt", "/..%00/secret.txt", "/..%2f%2e%2e%2fsecret.txt", "/%252e%252e%252fsecret.txt", "/..;/secret.txt", "/sub/%2e%2e/%2e%2e/secret.txt", "//../secret.txt", "/./../secret.txt", "/%c0%ae%c0%ae/secret.txt",
		"/" + filepath.ToSlash(outside) + "/secret.txt", "/%2f" + filepath.ToSlash(outside) + "/secret.txt", "/sub/a.txt/../../../secret.txt", "/file:///" + filepath.ToSlash(outside) + "/secret.txt",
		"/NUL", "/CON", "/COM1.txt", "/sub/NUL.txt", "/a.txt::$DATA", "/sub/a.txt:stream", "/sub./a.txt", "/sub%20/a.txt", "/SUB/A.TXT", "/sub/a.txt%00.html", "/C:/Windows/win.ini", "/\\\\host\\share\\x",
	}
	for _, target := range targets {
		u, err := weburlParse("http://h.test" + target)
		if err != nil {
			continue
		}
		res := p.site.Fetch(&http.Request{Method: "GET", Header: http.Header{}}, u)
		body, _ := io.ReadAll(res.Body)
		if strings.Contains(string(body), "secret") || res.StatusCode == 200 {
			t.Errorf("%s: %d %q", target, res.StatusCode, body)
		}
		if l := res.Header.Get("Location"); strings.HasPrefix(l, "//") || strings.HasPrefix(l, `/\`) || strings.Contains(l, "..") {
			t.Errorf("%s: Location: %s", target, l)
		}
	}
}

func TestSiteLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("making links takes a privilege there")
	}
	p := newTestSite(t, Settings{}, "a.txt", "a", "sub/b.txt", "b")
	for name, to := range map[string]string{"file": "a.txt", "folder": "sub", "outside.txt": "../secret.txt", "broken": "nothing", "loop": "loop", "self": "."} {
		if err := os.Symlink(to, filepath.Join(p.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for target, want := range map[string]string{
		"/file": "200 a", "/folder/b.txt": "200 b", "/outside.txt": "200 secret", "/broken": "404", "/loop": "404", "/loop/x": "404", "/self/self/a.txt": "200 a", "/folder": "404",
	} {
		if got := p.get(target); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}

func TestETag(t *testing.T) {
	p := newTestSite(t, Settings{}, "a.txt", "one")
	tag := func() string { return p.ask("HEAD", "/a.txt").Header.Get("Etag") }
	name := filepath.Join(p.dir, "a.txt")
	set := func(content string, at time.Time) {
		t.Helper()
		p.write("a.txt", content)
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Unix(1700000000, 123456000)
	set("one", at)
	first := tag()
	set("one", at.Add(time.Millisecond))
	if tag() == first {
		t.Error("the same after a change")
	}
	whole := time.Unix(1, 0) // as in archives that are to be reproducible
	set("one", whole)
	first = tag()
	set("four", whole)
	if tag() == first {
		t.Error("the same for another size, where times say nothing")
	}
}

// TestLargeFile is sent as it is read.
func TestLargeFile(t *testing.T) {
	p := newTestSite(t, Settings{}, "index.html", "x")
	large, err := os.Create(filepath.Join(p.dir, "large.bin"))
	if err != nil {
		t.Fatal(err)
	}
	const size = 200 << 20
	if err := large.Truncate(size); err != nil { // a hole: it takes no space
		t.Fatal(err)
	}
	large.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	res := p.ask("GET", "/large.bin")
	n, err := io.Copy(onlyWriter{io.Discard}, res.Body)
	runtime.ReadMemStats(&after)
	if res.Body.Close(); n != size || err != nil || res.ContentLength != size {
		t.Errorf("%d of %d bytes, %v", n, res.ContentLength, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("took %d bytes of memory", used)
	}
	// One that becomes shorter meanwhile breaks off.
	res = p.ask("GET", "/large.bin")
	if err := os.Truncate(filepath.Join(p.dir, "large.bin"), 100<<10); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, res.Body); err != io.ErrUnexpectedEOF || n != 100<<10 {
		t.Errorf("%d bytes, %v", n, err)
	}
	res.Body.Close()
}

type onlyWriter struct{ io.Writer }

func BenchmarkServe(b *testing.B) {
	p := newTestSite(b, Settings{}, "index.html", "root", "assets/app.js", strings.Repeat("x", 4096))
	old := time.Now().Add(-time.Hour)
	for _, dir := range []string{p.dir, filepath.Join(p.dir, "assets")} {
		if err := os.Chtimes(dir, old, old); err != nil {
			b.Fatal(err)
		}
	}
	handlers := map[string]http.Handler{
		"net/http": http.FileServer(http.Dir(p.dir)),
		"assets": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			u, err := weburlParse("http://" + r.Host + r.RequestURI)
			if err != nil {
				b.Fatal(err)
			}
			res := p.site.Before(r, u, false)
			for name, values := range res.Header {
				w.Header()[name] = values
			}
			w.WriteHeader(res.StatusCode)
			io.Copy(w, res.Body)
			res.Body.Close()
		}),
	}
	for _, name := range []string{"net/http", "assets"} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(handlers[name])
			defer server.Close()
			b.ReportAllocs()
			for b.Loop() {
				res, err := http.Get(server.URL + "/assets/app.js")
				if err != nil {
					b.Fatal(err)
				}
				if n, _ := io.Copy(io.Discard, res.Body); n != 4096 {
					b.Fatal(n)
				}
				res.Body.Close()
			}
		})
		b.Run(name+", in memory", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				handlers[name].ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/assets/app.js", nil))
			}
		})
	}
}
