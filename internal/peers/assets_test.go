//go:build peers

package peers

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// assetsWorker is a Worker with assets, as testdata/assets.mjs wants it.
type assetsWorker struct {
	Name     string   `json:"name"`
	Host     string   `json:"host"`
	Dir      string   `json:"directory"`
	Script   string   `json:"script,omitempty"`
	HTML     string   `json:"html_handling,omitempty"`
	NotFound string   `json:"not_found_handling,omitempty"`
	BasePath string   `json:"base_path,omitempty"`
	First    any      `json:"run_worker_first,omitempty"`
	Date     string   `json:"compatibility_date"`
	Flags    []string `json:"compatibility_flags,omitempty"`

	what string // more to say of it when it fails
}

// startAssets runs Workers with assets on wrangler's own Miniflare, or skips.
func startAssets(t testing.TB, workers []assetsWorker) *peer {
	t.Helper()
	folder := os.Getenv("DEVSERVER_WRANGLER")
	if folder == "" {
		t.Skip("DEVSERVER_WRANGLER does not name the folder of the npm package wrangler")
	}
	list, err := json.Marshal(workers)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "workers.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		t.Fatal(err)
	}
	return runMiniflare(t, "assets.mjs", folder, file)
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
	t.Parallel()
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
	concurrently(workers, func(w assetsWorker) {
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
	})
	c.done(t)
}

// assetComparison asks both sides.
type assetComparison struct {
	ours   map[string]*peer // by host
	theirs *peer

	mu            sync.Mutex
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
	{"a rule that leads to no URL fails here with an empty body, there with a page of Miniflare's", func(target string, ours, theirs reply) bool {
		return ours.status[:3] == "500" && theirs.status[:3] == "500" && strings.HasPrefix(theirs.body, "TypeError: Invalid URL string.")
	}},
	{"the edge guards the image endpoints of frameworks against being used by others, who cannot reach this one", func(target string, ours, theirs reply) bool {
		return strings.Contains(target, "_image?href=//") && theirs.body == "Blocked" || strings.Contains(target, "/_next/image?url=http") && theirs.body == "Blocked"
	}},
	{"net/http leaves Content-Type out of a 304, as RFC 9110 has it", func(target string, ours, theirs reply) bool {
		theirs.headers = slices.DeleteFunc(slices.Clone(theirs.headers), func(h string) bool { return strings.HasPrefix(h, "Content-Type: ") })
		return ours.status == "304 Not Modified" && ours.asset() == theirs.asset()
	}},
}

// newAssetComparison starts both sides.
func newAssetComparison(t *testing.T, workers []assetsWorker) *assetComparison {
	t.Helper()
	for i := range workers {
		workers[i].Date = cmp.Or(workers[i].Date, compatibilityDate)
	}
	c := &assetComparison{explained: map[string]int{}, ours: map[string]*peer{}, theirs: startAssets(t, workers)}
	for _, w := range workers {
		c.ours[w.Host] = serve(t, w.project(t))
	}
	return c
}

// project is the Worker as devserver wants it.
func (w assetsWorker) project(t *testing.T) *project {
	t.Helper()
	p := &project{dir: t.TempDir()}
	section := map[string]any{"directory": w.Dir}
	for key, value := range map[string]string{"html_handling": w.HTML, "not_found_handling": w.NotFound, "base_path": w.BasePath} {
		if value != "" {
			section[key] = value
		}
	}
	if w.First != nil {
		section["run_worker_first"] = w.First
	}
	settings := map[string]any{"name": "peer", "compatibility_date": w.Date, "assets": section}
	if len(w.Flags) > 0 {
		settings["compatibility_flags"] = w.Flags
	}
	if w.Script != "" {
		section["binding"], settings["main"] = "ASSETS", "worker.js"
		p.write(t, "worker.js", w.Script)
	}
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	p.write(t, "wrangler.json", string(text))
	return p
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
		if h == "CF-Cache-Status: MISS" {
			value = "HIT" // wrangler says so of a file that took long to read
		}
		if name = strings.ToLower(name); !slices.Contains(framing, name) {
			headers = append(headers, name+": "+value)
		}
	}
	slices.Sort(headers)
	r.headers, r.status = headers, r.status[:3]
	r.body = strings.Replace(r.body, `["cf-cache-status","MISS"]`, `["cf-cache-status","HIT"]`, 1)
	return r.String()
}

// compare sends a request to both sides, and returns devserver's reply.
func (c *assetComparison) compare(t *testing.T, w assetsWorker, request string) reply {
	t.Helper()
	request = strings.Replace(request, "Host: worker.localhost", "Host: "+w.Host, 1)
	ours, theirs := c.ours[w.Host].ask(t, request), c.theirs.ask(t, request)
	c.mu.Lock()
	defer c.mu.Unlock()
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
			t.Errorf("%s%s %s\n%s\ndevserver: %s\nwrangler:  %s", w.Name, w.what, line, request[len(line):], ours.asset(), theirs.asset())
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
	t.Parallel()
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
	concurrently(slices.Collect(maps.Keys(files)), func(name string) { c.compare(t, w, get("/"+url.PathEscape(name))) })
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
	t.Parallel()
	var workers []assetsWorker
	for i, pattern := range ignorePatterns {
		if testing.Short() && i%4 != 0 {
			continue // the whole takes minutes
		}
		files := map[string]string{".assetsignore": pattern}
		for _, name := range ignoreFiles {
			files[name] = name
		}
		name := fmt.Sprintf("ignore%d", i)
		workers = append(workers, assetsWorker{Name: name, Host: name + ".test", Dir: tree(t, files), HTML: "none", what: fmt.Sprintf(", %q,", pattern)})
	}
	for some := range slices.Chunk(workers, 25) {
		c := newAssetComparison(t, some)
		concurrently(some, func(w assetsWorker) {
			for _, name := range append([]string{".assetsignore"}, ignoreFiles...) {
				c.compare(t, w, get("/"+strings.ReplaceAll(url.PathEscape(name), "%2F", "/")))
			}
		})
		c.done(t)
	}
}

const assetHeaders = `
# a comment
/*
  X-All: one
  X-All: more
  X-Frame-Options: DENY
/a.txt
  X-All: two
  Cache-Control: no-store
/folder/*
  X-Splat: :splat
  ! Cache-Control
  ! X-Frame-Options
/u/:name/:id
  X-User: :id of :name, :name-:id :nameless
/b*t
  X-Middle: [:splat]
/old
  X-On-Redirect: yes
/typed.txt
  Content-Type: application/x-typed
  ETag: "mine"
/encoded/%C3%BC
  X-Encoded: 1
/encoded/é
  X-Decoded: 1
/dots/../a.txt
  X-Normal: 1
/query?x=1
  X-Query: 1
/with space
  X-Space: 1
https://rules-auto.test/a.txt
  X-Host: yes
https://:any.test/a.txt
  X-Any-Host: :any
https://other.test/*
  X-Other: no
https://rules-auto.test:8080/*
  X-Port: no
/twice
  X-First: 1
/twice
  X-Second: 1
/:a/:a
  X-Never: 1
/:x.txt
  X-Name: :x
/$&/:d
  X-Dollar: :d
/unset
  ! ETag
  ! content-type
/utf8
  X-Utf8: é
/a@b
  A@B: not a name
/bad-unset
  ! A B
/list
  Set-Cookie: a=1
  Set-Cookie: b=2
  Link: <https://example.com/x>; rel=preload
  X-Colon: a:b:c
  Vary: Accept
/list*
  Set-Cookie: c=3
  vary: Origin
/empty
/no value
  X-Empty:
/last
  X-Last: 1`

const assetRedirects = `
# a comment
/old /new 301
/temporary /new
/s303 /new 303
/s307 /new 307
/s308 /new 308
/q /new?x=1
/h /new#hash
/qh /new?x=1#hash
/away https://example.com/path
/awayq https://example.com/path?x=1#y
/proto //example.com/path
/self http://nope.test/
/selfs https://rules-auto.test/there
/file /a.txt 200
/filehtml /about.html 200
/fileclean /about 200
/filedir /folder/ 200
/filenone /none 200
/filequery /a.txt?x=1 200
/shadow.txt /a.txt 302
/about /elsewhere 302
/404 /elsewhere
/bad418 /x 418
/badtoo few many parts 301
/onlyone
https://rules-auto.test/hosted /x
relative /relative-to
/dup /first
/dup /second
/trail/ /slash
/ü /umlaut
/%C3%A9 /e-acute
/caf%c3%a9 /cafe
/enc /t%20o/ü
/dots/../d /dotted
/a//b /double
/tabs	/to	301
/comment /to # 301
/loop/* /loop/:splat
/wild/*/x /middle/:splat
/wild/* /w/:splat 301
/blog/:year/:slug /posts/:slug?y=:year
/p/:a/:ab /never
/p2/:ab/:a /ab/:ab/a/:a
/two/*/and/* /never
/ext/* https://example.com/:splat
/ext2/:h/* https://:h.example.com/:splat
/open/* /:splat
/open2/* :splat
/back/* /\\:splat
/dollar/:x /d/:x/end
/users/* /folder/page 200
/assets/* /:splat 200
/hash/:x /y#:x
/late /static-after-dynamic
/colon/a:b /literal
/$/* /dollar/:splat
/(paren)/* /paren/:splat
/spa/* /index.html 200
/ /index.html
/idx/* /index 200
/proxy https://example.com/ 200
/invalid https://[/x
/n0 /x 0
/n301.0 /x 301.0`

const echoWorker = `export default { async fetch(request, env) {
	const url = new URL(request.url);
	switch (url.searchParams.get("do")) {
	case "request": return env.ASSETS.fetch(request);
	case "url": return env.ASSETS.fetch("https://other.host" + url.searchParams.get("path"));
	case "manual": return env.ASSETS.fetch("https://other.host" + url.searchParams.get("path"), { redirect: "manual" });
	case "headers": { const res = await env.ASSETS.fetch("https://x.test" + url.searchParams.get("path")); return Response.json([res.status, res.statusText, res.redirected, res.url, [...res.headers].filter(([n]) => n != "content-length" && n != "transfer-encoding" && n != "x-mf-additional-response-log"), await res.text()]); }
	case "post": return env.ASSETS.fetch("https://x.test/a.txt", { method: "POST", body: "b" });
	case "clone": { const res = await env.ASSETS.fetch("https://x.test/a.txt"); return new Response(res.body, { headers: { "x-mine": "1", "etag": res.headers.get("etag") } }); }
	case "type": return new Response([typeof env.ASSETS, typeof env.ASSETS.fetch, Object.prototype.toString.call(env.ASSETS)].join());
	}
	return new Response("worker " + request.method + " " + url.pathname, { headers: { "content-type": "text/plain" } });
} };`

// TestAssetRules asks for what _headers and _redirects have rules for, and for what the Worker may come before.
func TestAssetRules(t *testing.T) {
	t.Parallel()
	files := maps.Clone(assetFiles)
	files["_headers"], files["_redirects"] = assetHeaders, assetRedirects
	for _, name := range []string{"typed.txt", "list.txt", "shadow.txt", "utf8", "unset", "a@b", "bad-unset", "folder/x.txt", "twice", "bat", "b/t", "api/a.txt"} {
		files[name] = name
	}
	ruled, plain := tree(t, files), tree(t, assetFiles)
	workers := []assetsWorker{
		{Name: "rules-auto", Host: "rules-auto.test", Dir: ruled},
		{Name: "rules-none", Host: "rules-none.test", Dir: ruled, HTML: "none", NotFound: "404-page"},
		{Name: "rules-spa", Host: "rules-spa.test", Dir: ruled, HTML: "drop-trailing-slash", NotFound: "single-page-application"},
		{Name: "rules-base", Host: "rules-base.test", Dir: ruled, BasePath: "/folder"},
		{Name: "rules-worker", Host: "rules-worker.test", Dir: ruled, Script: echoWorker, NotFound: "404-page"},
		{Name: "worker", Host: "worker.test", Dir: plain, Script: echoWorker},
		{Name: "worker-404", Host: "worker-404.test", Dir: plain, Script: echoWorker, NotFound: "404-page"},
		{Name: "worker-spa", Host: "worker-spa.test", Dir: plain, Script: echoWorker, NotFound: "single-page-application"},
		{Name: "worker-old", Host: "worker-old.test", Dir: plain, Script: echoWorker, NotFound: "single-page-application", Date: "2025-03-31"},
		{Name: "worker-off", Host: "worker-off.test", Dir: plain, Script: echoWorker, NotFound: "single-page-application", Flags: []string{"assets_navigation_has_no_effect"}},
		{Name: "worker-on", Host: "worker-on.test", Dir: plain, Script: echoWorker, NotFound: "404-page", Date: "2025-03-31", Flags: []string{"assets_navigation_prefers_asset_serving"}},
		{Name: "first", Host: "first.test", Dir: plain, Script: echoWorker, First: true},
		{Name: "first-rules", Host: "first-rules.test", Dir: plain, Script: echoWorker, First: []string{"/api/*", "!/api/docs/*", "/a.*", "/b%20c", "/x*y*z", "/exact"}, NotFound: "single-page-application"},
		{Name: "first-base", Host: "first-base.test", Dir: plain, Script: echoWorker, First: []string{"/docs/api/*"}, BasePath: "/docs", NotFound: "404-page"},
	}
	c := newAssetComparison(t, workers)
	targets := []string{"/a.txt", "/typed.txt", "/list", "/list.txt", "/folder/", "/folder/x.txt", "/folder/none", "/u/joe/7", "/u/a%2Fb/%C3%BC", "/bat", "/b/t", "/encoded/%C3%BC", "/encoded/%C3%A9", "/encoded/%c3%bc", "/query", "/query?x=1", "/with%20space", "/twice", "/z/z", "/$&/x", "/unset", "/utf8", "/a@b", "/bad-unset", "/empty", "/no%20value", "/last", "/index.html", "/none"}
	for line := range strings.Lines(assetRedirects) {
		if fields := strings.Fields(line); len(fields) > 1 && strings.HasPrefix(fields[0], "/") {
			target := strings.NewReplacer("*", "some/where", ":year", "2026", ":slug", "post", ":ab", "AB", ":a", "A", ":x", "X", ":h", "sub", "ü", "%C3%BC", "é", "%C3%A9").Replace(fields[0])
			targets = append(targets, target, target+"?q=1&r", target+"/")
		}
	}
	targets = append(targets, "/loop/", "/loop", "/wild/a/b/x", "/wild//x", "/open//evil.com", "/open//evil.com/%2e%2e", "/open/\\\\evil.com", "/open2//evil.com", "/back/evil.com", "/dollar/$&", "/dollar/$$", "/dollar/$1", "/dollar/a$'b", "/dollar/:x", "/ext/a%20b?c#d", "/ext2/evil.com%2F/x", "/blog/1/:year", "/assets/a.txt", "/assets/folder", "/assets/about.html", "/assets/%2e%2e/a.txt", "/assets/..%2fa.txt", "/assets//a.txt", "/assets/none", "/users/x/y", "/OLD", "/old#x", "//old", "/%6fld", "/hash/a%23b", "/p2/1/2", "/docs", "/docs/", "/docs/a.txt", "/docs/api/x", "/docs/none", "/api/x", "/api/a.txt", "/api/docs/x", "/api/docs/a.txt", "/a.b", "/b%20c", "/xayaz", "/xay", "/exact", "/exact/", "/_image?href=//evil.test/x", "/_image?href=/x", "/x/_next/image?url=https://evil.test/x")
	for _, action := range []string{"request", "type", "post", "clone"} {
		targets = append(targets, "/api/do?do="+action, "/docs/api/x?do="+action)
	}
	for _, path := range []string{"/a.txt", "/about", "/about.html", "/folder", "/none", "/", "/docs/a.txt", "/%C3%BC/%C3%A9.html", "//a.txt", "/old"} {
		for _, action := range []string{"url", "manual", "headers"} {
			targets = append(targets, "/api/do?do="+action+"&path="+url.QueryEscape(path), "/docs/api/x?do="+action+"&path="+url.QueryEscape(path))
		}
	}
	concurrently(workers, func(w assetsWorker) {
		for _, target := range targets {
			c.compare(t, w, get(target))
		}
		for _, target := range []string{"/none", "/about.html", "/api/none", "/docs/none"} {
			c.compare(t, w, get(target, "Sec-Fetch-Mode: navigate"))
			c.compare(t, w, get(target, "Sec-Fetch-Mode: no-cors"))
			c.compare(t, w, request("POST", target, "body", "Sec-Fetch-Mode: navigate"))
			c.compare(t, w, request("HEAD", target, ""))
		}
		for _, target := range []string{"/a.txt", "/old", "/file", "/u/a/b"} {
			for _, method := range []string{"POST", "HEAD", "DELETE", "OPTIONS"} {
				c.compare(t, w, request(method, target, ""))
			}
			c.compare(t, w, get(target, "Range: bytes=0-1"))
		}
	})
	c.done(t)
}
