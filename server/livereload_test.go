package server_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"devserver/server"
)

var liveScript = regexp.MustCompile(`\n<script(?: nonce="([^"]*)")? src="/cdn-cgi/local/live-reload\.js\?v=([0-9a-f]+\.\d+)"></script>\n$`)

const liveToml = "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n"

// pages is a Worker that answers with what its query asks for.
const pages = `export default { async fetch(request) {
	const q = new URL(request.url).searchParams, headers = {}
	for (const [name, value] of q) if (name.includes("-")) headers[name] = value
	if (q.has("throw")) throw new Error("<b>boom</b>")
	if (q.has("stream")) {
		let n = 0
		return new Response(new ReadableStream({ pull(c) { n++ < 3 ? c.enqueue(new TextEncoder().encode("<p>" + n)) : c.close() } }), { headers })
	}
	return new Response("<p>hi", { headers, status: Number(q.get("status") ?? 200) })
} }`

func live(o *server.Options) { o.LiveReload = true }

// TestLiveReloadScript has the script on pages, and on nothing else.
func TestLiveReloadScript(t *testing.T) {
	p := serveWith(t, map[string]string{"wrangler.toml": liveToml, "index.js": pages}, live)
	const document, html = "Sec-Fetch-Dest: document", "content-type=text/html"
	for _, test := range []struct {
		query, header string
		want          bool
		body          string
	}{
		{html, document, true, "<p>hi"},
		{html, "Sec-Fetch-Dest: iframe", true, "<p>hi"},
		{html, "Accept: text/html,*/*", true, "<p>hi"},
		{"content-type=Text/HTML;charset=utf-8", document, true, "<p>hi"},
		{html + "&stream", document, true, "<p>1<p>2<p>3"},
		{html + "&etag=%22x%22&cache-control=max-age%3D1000", document, true, "<p>hi"},
		{html + "&status=404", document, true, "<p>hi"},
		{html + "&content-encoding=gzip", document, true, "<p>hi"},
		{html + "&content-encoding=gzip&stream", document, true, "<p>1<p>2<p>3"},
		{html + "&content-encoding=br", document, true, "<p>hi"},
		{html + "&content-security-policy=default-src+'self'", document, true, "<p>hi"},
		{html + "&content-security-policy=script-src+'nonce-abc'+'strict-dynamic'", document, true, "<p>hi"},

		{html, "Sec-Fetch-Dest: empty", false, "<p>hi"},
		{html, "Accept: */*", false, "<p>hi"},
		{"content-type=text/plain", document, false, "<p>hi"},
		{"content-type=application/xhtml%2Bxml", document, false, "<p>hi"},
		{"content-type=text/html;charset=utf-16le", document, false, "<p>hi"},
		{html + "&content-disposition=attachment;filename=x.html", document, false, "<p>hi"},
		{html + "&status=206", document, false, "<p>hi"},
		{html + "&content-security-policy=script-src+'none'", document, false, "<p>hi"},
		{html + "&content-security-policy=connect-src+https:", document, false, "<p>hi"},
	} {
		t.Run(test.query+" "+test.header, func(t *testing.T) {
			r, err := http.NewRequest("GET", p.url+"/page?"+test.query, nil)
			if err != nil {
				t.Fatal(err)
			}
			name, value, _ := strings.Cut(test.header, ": ")
			r.Header.Set(name, value)
			res, err := (&http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}).Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			found := liveScript.FindSubmatchIndex(body)
			if (found != nil) != test.want {
				t.Fatalf("the script is added: %t; %q", found != nil, body)
			}
			if found == nil {
				if string(body) != test.body {
					t.Errorf("%q", body)
				}
				return
			}
			if got := string(body[:found[0]]); got != test.body {
				t.Errorf("before the script is %q, want %q", got, test.body)
			}
			if got := res.Header.Get("Cache-Control") + res.Header.Get("Etag") + res.Header.Get("Content-Encoding"); got != "no-store" {
				t.Errorf("headers %v", res.Header)
			}
			if nonce := string(liveScript.FindSubmatch(body)[1]); strings.Contains(test.query, "nonce-abc") != (nonce == "abc") {
				t.Errorf("nonce %q", nonce)
			}
		})
	}
	if notice := await[server.Notice](p); !strings.Contains(notice.Text, "Content-Security-Policy") {
		t.Errorf("%q", notice.Text)
	}
}

// Without the flag nothing is added, and nothing listens.
func TestNoLiveReload(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": liveToml, "index.js": pages})
	if _, body := p.get("/?content-type=text/html", "Sec-Fetch-Dest", "document"); body != "<p>hi" {
		t.Errorf("%q", body)
	}
	for _, path := range []string{"live-reload", "live-reload.js"} {
		if status, _ := p.get("/cdn-cgi/local/" + path); status != 404 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// TestLiveReload follows a page from an error that is mended to the next version.
func TestLiveReload(t *testing.T) {
	p := serveWith(t, map[string]string{"wrangler.toml": liveToml, "index.js": "export default {"}, live)
	res, err := http.Get(p.url + "/cdn-cgi/local/live-reload")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%v", res.Header)
	}
	lines := bufio.NewScanner(res.Body)
	version := func() string {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return data
			}
		}
		t.Fatalf("the stream ends: %v", lines.Err())
		return ""
	}
	page := func(query string) string {
		_, body := p.get("/?"+query, "Sec-Fetch-Dest", "document", "Accept", "text/html")
		if m := liveScript.FindStringSubmatch(body); m != nil {
			return m[2]
		}
		t.Fatalf("no script on\n%s", body)
		return ""
	}
	first := version()
	if page("") != first {
		t.Error("the error page is of another version")
	}
	p.write("index.js", pages)
	second := version()
	if second == first || page("content-type=text/html") != second || page("throw") != second {
		t.Errorf("after %s comes %s", first, second)
	}
	// A save that breaks it changes nothing: the last good version answers.
	p.write("index.js", "export default {")
	await[server.Failed](p)
	await[server.Failed](p)
	if page("content-type=text/html") != second {
		t.Error("a save that is no good changes the version")
	}
	p.write("index.js", pages+"\n")
	if third := version(); third == second {
		t.Error("the version stays")
	}
}

// TestLiveReloadAttacks is what pages elsewhere may try.
func TestLiveReloadAttacks(t *testing.T) {
	p := serveWith(t, map[string]string{"wrangler.toml": liveToml, "index.js": pages}, live)
	for _, path := range []string{"live-reload", "live-reload.js", "live-reload?v=1"} {
		for _, header := range [][]string{
			{"Host", "attacker.example"}, {"Host", "localhost.attacker.example"}, {"Origin", "https://attacker.example"}, {"Origin", "null"},
			{"Origin", "http://localhost.attacker.example"}, {"Sec-Fetch-Site", "cross-site"},
		} {
			if status, body := p.get("/cdn-cgi/local/"+path, header...); status != http.StatusForbidden {
				t.Errorf("%s with %v: %d %q", path, header, status, body)
			}
		}
	}
	if status, _ := p.get("/cdn-cgi/local/live-reload.js", "Sec-Fetch-Site", "same-origin", "Origin", p.url); status != http.StatusOK {
		t.Errorf("the page's own script: %d", status)
	}
	// What a policy says is put into an attribute only if it is a nonce by its form.
	_, body := p.get(`/?content-type=text/html&content-security-policy=script-src+'self'+'nonce-"><img+src=x>'`, "Sec-Fetch-Dest", "document")
	if !liveScript.MatchString(body) || strings.Contains(body, "img") {
		t.Errorf("%q", body)
	}
	// Many listeners at once are told to go; the page itself is answered all the same.
	var open []io.Closer
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	refused := false
	for range 300 {
		res, err := http.Get(p.url + "/cdn-cgi/local/live-reload")
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, res.Body)
		if res.StatusCode == http.StatusServiceUnavailable {
			refused = true
			break
		}
	}
	if !refused {
		t.Error("any number may listen")
	}
	if status, _ := p.get("/"); status != http.StatusOK {
		t.Errorf("%d", status)
	}
}

// TestLiveReloadBrokenEncoding has a body that is not what its header says: it is cut off, not sent as if it were whole.
func TestLiveReloadBrokenEncoding(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(strings.Repeat("page ", 10_000)))
	z.Close()
	text, _ := json.Marshal(packed.Bytes()[:packed.Len()/2])
	p := serveWith(t, map[string]string{"wrangler.toml": liveToml, "index.js": `export default { fetch() {
		return new Response(new Uint8Array([...atob(` + string(text) + `)].map(c => c.charCodeAt(0))),
			{ encodeBody: "manual", headers: { "content-type": "text/html", "content-encoding": "gzip" } }) } }`}, live)
	r, err := http.NewRequest("GET", p.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Dest", "document")
	res, err := http.DefaultClient.Do(r)
	if err == nil {
		defer res.Body.Close()
		if body, err := io.ReadAll(res.Body); err == nil {
			t.Errorf("it is taken for whole: %d %q", res.StatusCode, body)
		}
	}
}

func TestErrorPageAsJSON(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": liveToml, "index.js": pages})
	_, body := p.get("/?throw", "Accept", "application/json")
	var got struct {
		Error struct {
			Title, Message string
			Stack          []string
		}
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || got.Error.Message != "Error: <b>boom</b>" || len(got.Error.Stack) == 0 || strings.Contains(body, "<b>") {
		t.Errorf("%v %s", err, body)
	}
}

// TestReloadOnDemand loads the Worker again though nothing has changed.
func TestReloadOnDemand(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": liveToml, "index.js": pages})
	await[server.Loaded](p)
	p.session.Reload()
	if e := await[server.Loaded](p); e.Number != 2 || len(e.Changed) > 0 {
		t.Errorf("%+v", e)
	}
}
