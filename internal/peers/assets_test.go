//go:build peers

package peers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"devserver/assets"
	"devserver/runtime/weburl"
)

// assetsWorker is a Worker with assets, as testdata/assets.mjs wants it.
type assetsWorker struct {
	Name     string `json:"name"`
	Host     string `json:"host"`
	Dir      string `json:"directory"`
	Script   string `json:"script,omitempty"`
	HTML     string `json:"html_handling,omitempty"`
	NotFound string `json:"not_found_handling,omitempty"`
	BasePath string `json:"base_path,omitempty"`
	First    any    `json:"run_worker_first,omitempty"`
	Date     string `json:"compatibility_date"`
}

// startAssets runs Workers with assets on wrangler's own Miniflare, or skips.
func startAssets(t testing.TB, workers []assetsWorker) *peer {
	t.Helper()
	workerd := workerdBinary(t)
	folder := os.Getenv("DEVSERVER_WRANGLER")
	if folder == "" {
		t.Skip("DEVSERVER_WRANGLER does not name the folder of the npm package wrangler")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skipf("Miniflare needs Node.js: %v", err)
	}
	script, err := filepath.Abs("testdata/assets.mjs")
	if err != nil {
		t.Fatal(err)
	}
	list, err := json.Marshal(workers)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "workers.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, script, folder, file)
	cmd.Env = append(os.Environ(), "MINIFLARE_WORKERD_PATH="+workerd)
	if _, err := cmd.StdinPipe(); err != nil { // it ends with its standard input
		t.Fatal(err)
	}
	m := start(t, "miniflare", cmd)
	m.addr = "127.0.0.1:" + m.output.await(t, regexp.MustCompile(`(?m)^port (\d+)$`))
	return &m.peer
}

// tree writes files.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// assetFiles has each way in which HTML files may stand beside each other, and names that are hard to write in a URL.
var assetFiles = map[string]string{
	"index.html": "root", "404.html": "not found", "about.html": "about", "a.txt": "text", "noext": "no extension", "empty.txt": "",
	"both.html": "both.html", "both/index.html": "both/index.html", "both/in.txt": "in both",
	"folder/index.html": "folder", "folder/page.html": "folder/page", "folder/404.html": "folder/404", "folder/sub/deep.html": "deep",
	"binary/index": "index without extension", "bare": "bare", "bare.html": "bare.html",
	"three": "three", "three.html": "three.html", "index/index.html": "index/index", "other/index.html.html": "index.html.html",
	"same.html/index.html": "a folder that ends in .html", "page.html.html": "page.html.html",
	"sp ace/a b.txt": "spaces", "ü/é.html": "umlauts", "[id].html": "brackets", "a+b&c=d.txt": "signs", "100%.txt": "percent", "%41.txt": "encoded name",
	"q?.txt": "question", "h#.txt": "hash", "semi;colon.txt": "semicolon", "back\\slash.txt": "backslash", "quote'\".txt": "quotes", "日本語.txt": "日本語", "😀.txt": "emoji",
	"Upper.TXT": "UPPER", "dot.": "ends in a dot", ".hidden/x.txt": "hidden", ".well-known/w.txt": "well-known", ".dotfile": "dotfile", ".html": "only an extension",
	"x/.html": "only an extension, below", "...txt": "dots", "CON.txt": "device", "a.b.c.js": "js", "m.mjs": "mjs", "s.svg": "svg", "f.ico": "ico", "w.wasm": "wasm", "p.PNG": "png",
	"json.json": "{}", "map.js.map": "{}", "x.unknown": "unknown", "_worker.bundle": "x", "sub/_headers": "a file like others", "sub/_redirects": "a file like others", "sub/.assetsignore": "a file like others",
}

// assetPaths are asked for in each handling of HTML and of what is not found.
func assetPaths() []string {
	paths := []string{
		"/", "/index", "/index.html", "/index/", "/index/index", "/index/index.html", "/404", "/404.html", "/a.txt", "/a.txt/", "/noext", "/empty.txt", "/nope", "/nope/", "/nope.html", "/nope/x/y", "/nope/index.html", "/nope/index",
		"/about", "/about/", "/about.html", "/about/index", "/about/index.html", "/about.html/", "/both", "/both/", "/both.html", "/both/index", "/both/index.html", "/both/in.txt", "/both/nope",
		"/folder", "/folder/", "/folder.html", "/folder/index", "/folder/index.html", "/folder/page", "/folder/page/", "/folder/page.html", "/folder/nope", "/folder/sub", "/folder/sub/nope", "/folder/sub/deep", "/folder/404", "/folder/404.html",
		"/binary", "/binary/", "/binary/index", "/binary/index.html", "/bare", "/bare/", "/bare.html", "/three", "/three/", "/three.html", "/other/index.html", "/other/index.html.html", "/other/", "/same", "/same.html", "/same.html/", "/same.html/index.html", "/page.html", "/page", "/page.html.html",
		"/sp%20ace/a%20b.txt", "/sp+ace/a+b.txt", "/%C3%BC/%C3%A9", "/%c3%bc/%c3%a9", "/%C3%BC/%C3%A9.html", "/[id]", "/%5Bid%5D", "/%5bid%5d", "/[id].html", "/a+b&c=d.txt", "/a%2Bb%26c%3Dd.txt", "/100%.txt", "/100%25.txt", "/%41.txt", "/%2541.txt",
		"/q%3F.txt", "/q?.txt", "/h%23.txt", "/semi;colon.txt", "/semi%3Bcolon.txt", "/back%5Cslash.txt", "/back%5cslash.txt", "/back\\slash.txt", "/quote'%22.txt", "/quote%27%22.txt", "/%E6%97%A5%E6%9C%AC%E8%AA%9E.txt", "/%F0%9F%98%80.txt",
		"/Upper.TXT", "/upper.txt", "/A.TXT", "/dot.", "/dot", "/.hidden/x.txt", "/.hidden", "/.hidden/", "/.well-known/w.txt", "/.dotfile", "/.html", "/x/.html", "/x/", "/...txt", "/CON.txt", "/con.txt", "/CON",
		"/a.b.c.js", "/m.mjs", "/s.svg", "/f.ico", "/w.wasm", "/p.PNG", "/json.json", "/map.js.map", "/x.unknown", "/_worker.bundle",
		"/_headers", "/_redirects", "/.assetsignore", "/sub/_headers", "/sub/_redirects", "/sub/.assetsignore",
		"//", "//a.txt", "/folder//page", "/folder//", "//folder///page.html", "/folder/./page", "/folder/../a.txt", "/../a.txt", "/../../../../etc/passwd", "/%2e%2e/a.txt", "/folder/%2e%2e/a.txt", "/folder/..%2fa.txt", "/..%2f..%2fetc%2fpasswd", "/folder%2fpage", "/folder%2Fpage.html", "/folder%5cpage", "/folder/..%5ca.txt",
		"/a.txt%00", "/%00", "/a%00.txt", "/a.txt%20", "/a.txt.", "/a.txt::$DATA", "/a.txt%3A%3A$DATA", "/%ff", "/%C3", "/%C3%28", "/%ED%A0%80", "/%F5%80%80%80", "/%", "/%2", "/%zz", "/%E0%80%AF", "/~", "/a.txt~", "/a.txt?query", "/about.html?a=1&b=%20", "/about/?", "/folder?x#y", "/%C3%BC/%C3%A9.html?ü",
		"/;a.txt", "/a.txt;", "/a.txt,", "/@", "/:", "/|", "/^", "/`", "/{", "/}", "/<", "/\"", "/*", "/(", "/!", "/$", "/=", "/&", "/'",
	}
	for _, name := range []string{"404.html/", "folder/page.html/", "folder/index/", "both/index/", "three/index", "three/index.html", "bare/index", "bare/index.html", "index.html/", "index.html/index.html", "x/index", "x/index.html", "x/nope.html", "x", ".well-known", "sub/", "sub"} {
		paths = append(paths, "/"+name)
	}
	return paths
}

// TestAssets asks for files in each handling of HTML and of what is not found.
func TestAssets(t *testing.T) {
	dir := tree(t, assetFiles)
	if err := os.WriteFile(filepath.Join(dir, "large.bin"), make([]byte, 3_000_000), 0o600); err != nil {
		t.Fatal(err)
	}
	outside := tree(t, map[string]string{"f.txt": "outside", "index.html": "index outside"})
	for link, to := range map[string]string{"link.txt": outside + "/f.txt", "linked": outside, "inside.html": dir + "/about.html"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	var workers []assetsWorker
	for _, html := range []string{"auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"} {
		for _, notFound := range []string{"none", "404-page", "single-page-application"} {
			name := html + "-" + notFound
			workers = append(workers, assetsWorker{Name: name, Host: name + ".test", Dir: dir, HTML: html, NotFound: notFound})
		}
	}
	for _, base := range []string{"/docs", "/docs/v1/"} {
		for _, html := range []string{"auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"} {
			name := fmt.Sprintf("base%d-%s", len(base), html)
			workers = append(workers, assetsWorker{Name: name, Host: name + ".test", Dir: dir, HTML: html, NotFound: "404-page", BasePath: base})
		}
	}
	c := newAssetComparison(t, workers)
	for _, w := range workers {
		for _, path := range assetPaths() {
			if w.BasePath != "" {
				c.compare(t, w, get(path))
				path = strings.TrimSuffix(w.BasePath, "/") + path
			}
			c.compare(t, w, get(path))
		}
		for _, request := range []string{
			request("HEAD", "/a.txt", ""), request("HEAD", "/about.html", ""), request("HEAD", "/large.bin", ""), request("HEAD", "/nope", ""),
			request("POST", "/a.txt", "body"), request("PUT", "/nope", "body"), request("DELETE", "/about.html", ""), request("OPTIONS", "/", ""), request("PATCH", "/folder", ""),
			get("/large.bin"), get("/link.txt"), get("/linked/f.txt"), get("/linked/"), get("/linked"), get("/inside"), get("/linked/../a.txt"),
			get("/a.txt", "Range: bytes=0-1"), get("/a.txt", "Range: bytes=99-"), get("/a.txt", "Range: nonsense"), get("/large.bin", "Range: bytes=0-9,20-29"), get("/a.txt", "Authorization: Basic eDp5"),
			get("/a.txt", "If-None-Match: *"), get("/a.txt", `If-None-Match: "x"`), get("/a.txt", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"), get("/nope", "Sec-Fetch-Mode: navigate"), get("/about", "Sec-Fetch-Mode: navigate"),
		} {
			c.compare(t, w, request)
		}
		tag := c.compare(t, w, get("/a.txt")).header("Etag")
		if tag != "" {
			for _, value := range []string{tag, "W/" + tag, tag + ", \"x\"", strings.Trim(tag, `"`)} {
				c.compare(t, w, get("/a.txt", "If-None-Match: "+value))
				c.compare(t, w, request("HEAD", "/a.txt", "", "If-None-Match: "+value))
			}
		}
	}
	c.done(t)
}

// assetComparison asks both sides.
type assetComparison struct {
	ours, theirs  *peer
	asked, differ int
	explained     map[string]int
}

// assetDifference is why some requests for assets are answered otherwise than by wrangler.
type assetDifference struct {
	why     string
	matches func(target string, ours, theirs reply) bool
}

var assetDifferences = []assetDifference{
	{"net/http refuses a path with a % that encodes nothing", func(target string, ours, theirs reply) bool {
		_, err := url.PathUnescape(target)
		return err != nil && ours.status == "400 Bad Request"
	}},
	{"workerd refuses what is no URI; here the URL is made of it that browsers would make", func(target string, ours, theirs reply) bool {
		return strings.ContainsAny(target, "`<>\"{}|^ü") && theirs.status == "400 Bad Request" && theirs.body == "invalid URI"
	}},
	{"net/http leaves Content-Type out of a 304, as RFC 9110 has it", func(target string, ours, theirs reply) bool {
		theirs.headers = slices.DeleteFunc(slices.Clone(theirs.headers), func(h string) bool { return strings.HasPrefix(h, "Content-Type: ") })
		return ours.status == "304 Not Modified" && ours.asset() == theirs.asset()
	}},
}

func newAssetComparison(t *testing.T, workers []assetsWorker) *assetComparison {
	for i := range workers {
		if workers[i].Date == "" {
			workers[i].Date = compatibilityDate
		}
	}
	c := &assetComparison{explained: map[string]int{}, theirs: startAssets(t, workers)}
	sites := map[string]*assets.Site{}
	for _, w := range workers {
		base := ""
		if w.BasePath != "" {
			base, _ = assets.NormalizeBasePath(w.BasePath)
		}
		sites[w.Host] = assets.NewSite(w.Dir, assets.Settings{HTML: assets.HTMLHandling(w.HTML), NotFound: assets.NotFoundHandling(w.NotFound), BasePath: base, Navigation: true},
			func(file string, problems []assets.Problem) {
				for _, p := range problems {
					t.Logf("%s:%d:%d %s (%s)", filepath.Base(file), p.Line, p.Column, p.Message, p.Fix)
				}
			})
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u, err := weburl.Parse("http://" + r.Host + r.RequestURI)
		if err != nil {
			t.Errorf("%s: %v", r.RequestURI, err)
			return
		}
		res := sites[r.Host].Respond(r, u)
		for n, v := range res.Header {
			w.Header()[n] = v
		}
		if res.Header["Content-Type"] == nil {
			w.Header()["Content-Type"] = nil
		}
		w.Header()["Content-Length"] = []string{fmt.Sprint(res.ContentLength)}
		w.WriteHeader(res.StatusCode)
		if b, ok := res.Body.(interface {
			WriteTo(w interface{ Write([]byte) (int, error) }) (int64, error)
		}); ok {
			b.WriteTo(w)
		} else {
			buf := make([]byte, 1<<16)
			for {
				n, err := res.Body.Read(buf)
				w.Write(buf[:n])
				if err != nil {
					break
				}
			}
		}
		res.Body.Close()
	}))
	t.Cleanup(server.Close)
	c.ours = &peer{name: "devserver", addr: strings.TrimPrefix(server.URL, "http://")}
	return c
}

// header returns the value of a header, or "".
func (r reply) header(name string) string {
	for _, h := range r.headers {
		if n, value, _ := strings.Cut(h, ": "); strings.EqualFold(n, name) {
			return value
		}
	}
	return ""
}

// framing are headers that say how a body is sent, and no more.
var framing = []string{"content-length", "transfer-encoding", "connection", "date"}

// asset is a reply without what only says how it is sent.
func (r reply) asset() string {
	headers := []string{}
	for _, h := range r.headers {
		name, value, _ := strings.Cut(h, ": ")
		if name = strings.ToLower(name); !slices.Contains(framing, name) {
			headers = append(headers, name+": "+value)
		}
	}
	slices.Sort(headers)
	r.headers, r.status = headers, r.status[:3]
	return r.String()
}

// compare sends a request to both sides, and returns devserver's reply.
func (c *assetComparison) compare(t *testing.T, w assetsWorker, request string) reply {
	t.Helper()
	request = strings.Replace(request, "Host: worker.localhost", "Host: "+w.Host, 1)
	ours, theirs := c.ours.ask(t, request), c.theirs.ask(t, request)
	c.asked++
	if ours.asset() != theirs.asset() {
		target := strings.Fields(request)[1]
		for _, d := range assetDifferences {
			if d.matches(target, ours, theirs) {
				c.explained[d.why]++
				return ours
			}
		}
		c.differ++
		if c.differ < 40 {
			line, _, _ := strings.Cut(request, "\r\nHost")
			t.Errorf("%s %s\n%s\ndevserver: %s\nwrangler:  %s", w.Name, line, request[len(line):], ours.asset(), theirs.asset())
		}
	}
	return ours
}

func (c *assetComparison) done(t *testing.T) {
	t.Helper()
	t.Logf("%d requests compared, %d differ for no reason that is known", c.asked, c.differ)
	for why, n := range c.explained {
		t.Logf("%d differ: %s", n, why)
	}
}

// TestAssetTypes asks for a file of each extension that is known, and of some that are not.
func TestAssetTypes(t *testing.T) {
	known, err := os.ReadFile("../../assets/mediatypes.txt")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(known)) {
		for i, word := range strings.Fields(line) {
			name := "a." + word
			if i == 0 { // a type, whose second half may be an extension that is not known
				_, half, _ := strings.Cut(word, "/")
				name = "b." + half
			}
			files[name] = name
		}
	}
	for _, name := range []string{"a.", ".a", ".png", "..png", ".a.png", "a.PNG", "a.Html5", "a.tar.gz", "a.htm", "a.d.ts", "a.vue", "a.tmp", "png", "a.b c", "a.jpg~", "a.7z", "a.İ", "a.min.css.br"} {
		files[name] = name
	}
	w := assetsWorker{Name: "types", Host: "types.test", Dir: tree(t, files), HTML: "none"}
	c := newAssetComparison(t, []assetsWorker{w})
	for name := range files {
		c.compare(t, w, get("/"+url.PathEscape(name)))
	}
	c.done(t)
}

// ignoreFiles are what .assetsignore files are tried on.
var ignoreFiles = []string{
	"a.txt", "b.txt", "A.TXT", "a.md", "ab", "abc", "a b.txt", "a ", " a", "#a", "!a", "a#b", "a!b", "[a]", "a*b", "a?b", "a\\b", "-", "]", "^", "é.txt", "dir/a.txt", "dir/b.txt", "dir/a", "dir/sub/a.txt", "dir/sub/deep/a.txt", "dir/sub/b.md",
	"other/dir/a.txt", "other/dir/sub/a.txt", "other/a.txt", "other/.a", "other/dirx/a.txt", ".a", ".hidden/a.txt", "node_modules/x/index.js", "x/node_modules/y.js", "foo.log", "logs/foo.log", "logs/keep.log", "logs/deep/foo.log", "(a)", "a+b", "a|b", "a.b", "axb", "$a", "{a}", "a,b",
	"build/x.js", "src/build/y.js", "build.txt", "_headers", "_redirects", "sub/_headers", "0", "5", "x5", "xa", "xA", "x-", "x]", "x!", "x^", "aXXb", "a/b/c/d", "a1/b/c", "a1/x/b", "a1/x/y/b", "**", "*",
}

// ignorePatterns are .assetsignore files.
var ignorePatterns = []string{
	"", "a.txt", "/a.txt", "*.txt", "/*.txt", "*", "!a.txt", "*\n!a.txt", "*.txt\n!a.txt", "dir", "dir/", "/dir", "/dir/", "dir/*", "dir/**", "dir/*\n!dir/a.txt", "dir/\n!dir/a.txt", "**/a.txt", "**/dir", "**/dir/", "dir/**/a.txt", "**", "/**", "**/", "/*", "/*/", "*/", "**/*", "**/*.txt", "dir/sub", "sub", "sub/",
	"a?b", "a[XY]b", "x[0-9]", "x[!0-9]", "x[^0-9]", "x[a-z]", "x[5-0]", "x[]5]", "x[-]", "x[]", "x[!]", "x[", "[ab]", "[[]a]", "[a-b].txt", "a\\*b", "a\\?b", "\\[a\\]", "\\#a", "#a", "\\!a", "!a\n", "a\\ ", "a ", "a  ", " a", "\\ a", "a b.txt", "a\\", "a\\\\b", "\ta.txt", "a.txt\t", "a.txt\r", "*.txt\r\n!b.txt\r\n",
	"A.txt", "A.TXT", "*.TXT", "É.txt", "é.txt", "(a)", "a+b", "a|b", "a.b", "$a", "{a}", "{a,b}", "a,b", "^", "-", "]", "foo*", "*foo", "*o*", "*.*", ".*", ".a", ".hidden", "/.hidden/a.txt", "node_modules", "node_modules/", "/node_modules", "*.log\n!keep.log", "logs/*\n!logs/keep.log", "logs/\n!logs/keep.log", "logs/**/*.log", "logs/**\n!logs/deep/\n!logs/deep/foo.log",
	"build", "build/", "/build", "build/*", "src/build", "a/**/d", "a/**", "a/b/**/d", "a1/**/b", "a1/*/b", "a1/**b", "a1/x**/b", "a**b", "***", "****/a", "a***b", "/", "//", "!!a", "dir//a.txt", "dir/./a.txt", "./a.txt", "../a.txt", "dir/sub/..", "!/_headers", "!_headers", "!/.assetsignore\n!/_redirects", "# comment\n\n  \na.txt", "\uFEFFa.txt", "*.txt\n!*.txt\na.txt", "*\n!*/\n!*.md", "/*\n!/dir\n/dir/*\n!/dir/sub", "x[\\-]", "x[a\\-z]", "x[A-z]", "[!a]", "[!ab].txt", "?", "??", "*?", "?*.txt", "dir/?", "[/]", "dir[/]a.txt", "dir?a.txt", "dir*a.txt",
}

// TestAssetsIgnore asks for all files with each .assetsignore.
func TestAssetsIgnore(t *testing.T) {
	var workers []assetsWorker
	for i, pattern := range ignorePatterns {
		files := map[string]string{".assetsignore": pattern}
		for _, name := range ignoreFiles {
			files[name] = name
		}
		name := fmt.Sprintf("ignore%d", i)
		workers = append(workers, assetsWorker{Name: name, Host: name + ".test", Dir: tree(t, files), HTML: "none"})
	}
	for some := range slices.Chunk(workers, 25) {
		c := newAssetComparison(t, some)
		for _, w := range some {
			for _, name := range append(ignoreFiles, ".assetsignore") {
				before := c.differ
				c.compare(t, w, get("/"+strings.ReplaceAll(url.PathEscape(name), "%2F", "/")))
				if c.differ > before {
					t.Logf("pattern %s and the file %q", strings.TrimPrefix(w.Name, "ignore"), name)
				}
			}
		}
		c.done(t)
	}
}
