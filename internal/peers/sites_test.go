//go:build peers

package peers

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"devserver/internal/subprocess"
)

// siteFiles are the files of a site. What an exclusion leaves out is in "skip".
var siteFiles = map[string]string{
	"index.html": "<h1>root</h1>", "about.html": "about", "home.htm": "home", "404.html": "not found", "data.json": `{"a":[1,null,"é"]}`, "empty.txt": "", "style.css": "a{}", "app.js": "1", "app.js.map": "{}",
	"folder/index.html": "folder", "folder/page.html": "page", "folder/home.htm": "home of the folder", "folder/deep/er/x.txt": "deep", "noext": "no extension", "folder/noext": "no extension there",
	"a b.txt": "spaces", "ü/é.txt": "umlauts", "日本語.html": "日本語", "😀.txt": "emoji", "a+b&c=d.txt": "signs", "100%.txt": "percent", "%41.txt": "an encoded name", "A.txt": "A", "q?.txt": "question", "h#.txt": "hash", "semi;colon.txt": "semicolon",
	"quote'(x)!~*.txt": "left as they are", "back\\slash.txt": "backslash", "dots..txt": "dots", "v1.2/index.html": "a folder with a dot", "image.svg": "<svg/>", "image.PNG": "png", "font.woff2": "woff", "m.mjs": "mjs", "w.wasm": "wasm", "x.unknown": "unknown", "tar.tar.gz": "gz",
	".hidden.txt": "hidden", ".well-known/x.txt": "well-known", "folder/.hidden": "hidden there", "skip/a.txt": "skipped", "skip/b.html": "skipped", "node_modules/m/index.js": "a module", "bytes.bin": "\x00\xff\xfe\x80ABC", "mark.txt": "\xef\xbb\xbfmark", "constructor": "like a property",
}

// sitePaths are asked for with each of kv-asset-handler's options.
var sitePaths = []string{
	"/", "/index.html", "/index", "/about", "/about.html", "/about/", "/nope", "/nope.html", "/nope/", "/nope.png", "/folder", "/folder/", "/folder/page.html", "/folder/page", "/folder/noext", "/folder/deep/er/x.txt", "/noext", "/empty.txt", "/data.json", "/style.css", "/app.js", "/app.js.map",
	"/a%20b.txt", "/a b.txt", "/%C3%BC/%C3%A9.txt", "/%c3%bc/%c3%a9.txt", "/%E6%97%A5%E6%9C%AC%E8%AA%9E.html", "/%E6%97%A5%E6%9C%AC%E8%AA%9E", "/%F0%9F%98%80.txt", "/a+b&c=d.txt", "/a%2Bb%26c%3Dd.txt", "/100%25.txt", "/%41.txt", "/%2541.txt", "/q%3F.txt", "/q?.txt", "/h%23.txt", "/semi;colon.txt", "/semi%3Bcolon.txt",
	"/quote'(x)!~*.txt", "/back%5Cslash.txt", "/back\\slash.txt", "/dots..txt", "/v1.2", "/v1.2/", "/image.svg", "/image.PNG", "/font.woff2", "/m.mjs", "/w.wasm", "/x.unknown", "/tar.tar.gz", "/.hidden.txt", "/.well-known/x.txt", "/skip/a.txt", "/skip/b.html", "/node_modules/m/index.js", "/bytes.bin", "/mark.txt", "/constructor", "/toString", "/__proto__",
	"//index.html", "/folder//page.html", "/folder/../index.html", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/folder%2Fpage.html", "/index.html?query=1", "/index.html%00", "/docs", "/docs/", "/docs/about.html", "/docs/folder/page.html", "/link.txt", "/linked/x.txt", "/$__MINIFLARE_SITES__$/index.html",
}

// siteUnlikes are the calls of the namespace in which devserver differs on purpose: why.
var siteUnlikes = map[string]string{
	"list 1001":               "wrangler says so with the name of an error of its own; in production KV says it",
	"by the prefix":           "wrangler takes the empty name for the list of keys",
	"by a badly encoded name": "wrangler fails to decode it; it is no file's",
	"a folder":                "wrangler gives a listing of the folder, which is no file",
	"a folder with a slash":   "as above",
	"by a way around":         "wrangler makes a URL of the name; in production it is a key like any other, and there is none",
	"with a slash before":     "as above",
	"with a zero byte":        "as above",
}

// siteDifferences is why some requests are answered otherwise than by wrangler.
var siteDifferences = []assetDifference{
	{"wrangler makes a URL of a file's name, in which % ? # and \\ mean something: the namespace finds another file, or none", func(target string, _, _ reply) bool {
		return strings.Contains(target, "%")
	}},
}

// siteHeaders are those that say something of a site's file.
var siteHeaders = []string{"content-type", "cache-control", "etag", "cf-cache-status", "accept-ranges", "content-range", "location", "allow"}

// site is what a reply says of a site's file.
func (r reply) site() string {
	var headers []string
	for _, h := range r.headers {
		name, value, _ := strings.Cut(h, ": ")
		if name = strings.ToLower(name); slices.Contains(siteHeaders, name) {
			headers = append(headers, name+": "+value)
		}
	}
	slices.Sort(headers)
	r.headers, r.status = headers, r.status[:3]
	return r.String()
}

// TestSites serves Workers Sites beside `wrangler dev`, with the npm package @cloudflare/kv-asset-handler and without: a
// Worker made of modules and one in the service-worker format, with all files, with some left out, and with some chosen.
func TestSites(t *testing.T) {
	t.Parallel()
	npm := os.Getenv("DEVSERVER_NPM")
	if _, err := os.Stat(filepath.Join(npm, "node_modules", "@cloudflare", "kv-asset-handler")); err != nil {
		t.Skip("DEVSERVER_NPM does not name a folder in which the npm package @cloudflare/kv-asset-handler is installed")
	}
	for _, c := range []struct{ name, main, settings string }{
		{"all files", "module.js", ""},
		{"some left out", "service.js", `, "exclude": ["skip", "*.map", "**/deep/**", "!nothing"]`},
		{"some chosen", "module.js", `, "include": ["*.html", "folder/**", "**/*.txt", "data.json", "!skip/*"], "exclude": ["about.html"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &project{dir: tree(t, nil)}
			for name, content := range siteFiles {
				p.file(t, "public/"+name, content)
			}
			p.file(t, "public/large.bin", string(make([]byte, 3_000_000)))
			p.file(t, "public/linked to/x.txt", "x")
			p.file(t, "secret.txt", "secret")
			for link, to := range map[string]string{"link.txt": "about.html", "linked": "linked to"} {
				if err := os.Symlink(filepath.Join(p.dir, "public", to), filepath.Join(p.dir, "public", link)); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{"handler.js", "module.js", "service.js"} {
				text, err := os.ReadFile(filepath.Join("testdata", "sites", name))
				if err != nil {
					t.Fatal(err)
				}
				p.write(t, name, string(text))
			}
			if err := os.Symlink(filepath.Join(npm, "node_modules"), filepath.Join(p.dir, "node_modules")); err != nil {
				t.Fatal(err)
			}
			p.write(t, "wrangler.json", fmt.Sprintf(`{ "name": "site", "main": %q, "compatibility_date": %q, "site": { "bucket": "public"%s } }`, c.main, compatibilityDate, c.settings))
			ours, theirs := serve(t, p), startWrangler(t, p)

			asked, differ, unlike := 0, 0, 0
			compare := func(request string, explained string) {
				t.Helper()
				asked++
				our, err := ours.try(request, patience)
				if err != nil {
					t.Fatalf("devserver: %v\n%s", err, request)
				}
				their, err := theirs.try(request, 3*patience)
				if err != nil {
					t.Fatalf("wrangler: %v\n%s", err, request)
				}
				got, want := our.site(), their.site()
				if i := slices.IndexFunc(siteDifferences, func(d assetDifference) bool { return d.matches(strings.Fields(request)[1], our, their) }); i >= 0 && got != want {
					unlike++
					return
				}
				switch {
				case explained != "":
					unlike++
					if got == want && c.settings == "" {
						t.Errorf("%s is not different any more", strings.Fields(request)[1])
					}
				case got != want:
					if differ++; differ < 40 {
						line, _, _ := strings.Cut(request, "\r\nHost")
						t.Errorf("%s\n%s\ndevserver: %s\nwrangler:  %s", line, request[len(line):], got, want)
					}
				}
			}
			names := func(header string) (list []string) {
				if err := json.Unmarshal([]byte(ours.ask(t, get("/", header+": ?")).body), &list); err != nil {
					t.Fatal(err)
				}
				return list
			}
			for _, call := range names("X-Call") {
				compare(get("/"+strings.ReplaceAll(call, " ", "-"), "X-Call: "+call), siteUnlikes[call])
			}
			for i, option := range names("X-Options") {
				if testing.Short() && i%3 != 0 {
					continue // wrangler takes its time
				}
				for i, path := range sitePaths {
					if strings.Contains(path, " ") || !slices.Contains([]string{"none", "single page", "encoded"}, option) && i%5 != 0 {
						continue // no request at all, or one of many that are alike
					}
					compare(get(path, "X-Options: "+option), "")
				}
				for _, path := range []string{"/", "/about.html", "/nope", "/data.json"} {
					for _, r := range []string{
						request("HEAD", path, "", "X-Options: "+option), request("POST", path, "body", "X-Options: "+option), request("OPTIONS", path, "", "X-Options: "+option),
						get(path, "X-Options: "+option, "If-None-Match: *"), get(path, "X-Options: "+option, "Range: bytes=1-2"),
					} {
						compare(r, "")
					}
					tag := ours.ask(t, get(path, "X-Options: "+option)).header("Etag")
					for _, value := range []string{cmp.Or(tag, `"x"`), "W/" + cmp.Or(tag, `"x"`)} {
						compare(get(path, "X-Options: "+option, "If-None-Match: "+value), "")
						compare(request("HEAD", path, "", "X-Options: "+option, "If-None-Match: "+value), "")
					}
				}
			}
			t.Logf("%d requests compared, %d differ for no reason that is known, %d on purpose", asked, differ, unlike)
		})
	}
}

// file writes a file that may be in a folder.
func (p *project) file(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(p.dir, name)), 0o700); err != nil {
		t.Fatal(err)
	}
	p.write(t, name, content)
}

var wranglerURL = regexp.MustCompile(wranglerReady)

// startWrangler runs `wrangler dev` on a project, or skips.
func startWrangler(t testing.TB, p *project) *peer {
	t.Helper()
	w := start(t, "wrangler", subprocess.Wrangler(t, p.dir, wranglerDev...))
	w.addr = strings.TrimPrefix(w.Await(t, wranglerURL), "http://")
	return &w.peer
}
