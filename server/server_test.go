package server_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"devserver/bindings/all"
	"devserver/bindings/mtls"
	"devserver/config"
	"devserver/internal/testpki"
	"devserver/server"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// project is a Worker's directory with a session that serves it.
type project struct {
	t      *testing.T
	dir    string
	url    string
	events chan server.Event

	session *server.Session
}

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// serve writes the files and serves them.
func serve(t *testing.T, files map[string]string) *project {
	t.Helper()
	return serveWith(t, files, func(*server.Options) {})
}

// serveWith is serve with other options.
func serveWith(t *testing.T, files map[string]string, change func(*server.Options)) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir(), events: make(chan server.Event, 10_000)}
	for name, content := range files {
		p.write(name, content)
	}
	// A file that is as young as the file system's clock is coarse counts as changed while it was read.
	time.Sleep(30 * time.Millisecond)
	port := 0
	listening, err := server.Listen("127.0.0.1", &port)
	if err != nil {
		t.Fatal(err)
	}
	p.url = listening.URL()
	options := server.Options{
		Projects: []server.Load{func() (*config.Config, config.Diagnostics) {
			return config.Load(config.Options{Dir: p.dir})
		}},
		Dir:    p.dir,
		Kinds:  all.Kinds(),
		Getenv: func(string) string { return "" },
		Report: func(e server.Event) {
			if _, ok := e.(server.Answered); !ok {
				p.events <- e
			}
		},
	}
	change(&options)
	session := server.NewSession(options)
	p.session = session
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { session.Run(ctx, time.Now(), func() { close(ready) }) })
	<-ready
	wg.Go(func() { listening.Serve(ctx, session.Handler()) })
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		cancel()
		wg.Wait()
	})
	return p
}

// write replaces a file as editors do: by renaming a new one over it.
func (p *project) write(name, content string) {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	os.MkdirAll(filepath.Dir(path), 0o755)
	next := path + ".tmp"
	if err := os.WriteFile(next, []byte(content), 0o644); err != nil {
		p.t.Fatal(err)
	}
	if err := os.Rename(next, path); err != nil {
		p.t.Fatal(err)
	}
}

// await returns the next event of a type.
func await[E server.Event](p *project) E {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case e := <-p.events:
			if e, ok := e.(E); ok {
				return e
			}
		case <-deadline:
			p.t.Fatalf("no %T", *new(E))
		}
	}
}

func (p *project) get(path string, headers ...string) (int, string) {
	p.t.Helper()
	req, _ := http.NewRequest("GET", p.url+path, nil)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		} else {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

const wrangler = "name = \"w\"\nmain = \"src/index.js\"\ncompatibility_date = \"2026-11-01\"\n"

func worker(expression string) string {
	return "export default { async fetch(request, env, ctx) { return new Response(" + expression + ") } }"
}

func TestServesTheWorker(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "[vars]\nGREETING = \"hello\"\nLIST = [1, 2]\n",
		".dev.vars":     "SECRET=hidden\n",
		"src/index.js":  worker("[env.GREETING, env.LIST[1], env.SECRET, new URL(request.url).search].join()"),
	})
	if e := await[server.Loaded](p); e.Number != 1 || len(e.Rows) != 3 {
		t.Errorf("loaded %+v", e)
	}
	if status, body := p.get("/?q=%20"); status != 200 || body != "hello,2,hidden,?q=%20" {
		t.Errorf("got %d %q", status, body)
	}
}

func TestReloads(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml":     wrangler,
		"src/index.js":      `import { word } from "./lib/word.js"; import "./more"; ` + worker("word + (env.X ?? '')"),
		"src/more/index.js": "", // a directory is imported
		"src/lib/word.js":   `export const word = "one"`,
	})
	await[server.Loaded](p)
	expect := func(want string) {
		t.Helper()
		if _, body := p.get("/"); body != want {
			t.Errorf("got %q, want %q", body, want)
		}
	}
	expect("one")

	p.write("src/lib/word.js", `export const word = "two"`)
	if e := await[server.Loaded](p); e.Number != 2 || len(e.Changed) != 1 || filepath.Base(e.Changed[0]) != "word.js" {
		t.Errorf("loaded %+v", e)
	}
	expect("two")

	p.write(".dev.vars", "X=!\n") // a file that was not there
	await[server.Loaded](p)
	expect("two!")

	p.write("src/lib/word.js", `export const word = `)
	if e := await[server.Failed](p); e.Build == nil || e.Serving != 3 || !strings.Contains(e.Build.Error(), "word.js:1:") {
		t.Errorf("failed %+v", e)
	}
	expect("two!") // the last good one

	p.write("src/lib/word.js", `throw new Error("at start")`)
	if e := await[server.Failed](p); e.Worker == nil || !strings.Contains(e.Worker.Text(), "src/lib/word.js:1:") {
		t.Errorf("failed %+v", e.Worker)
	}
	expect("two!")

	p.write("src/lib/word.js", `export const word = "three"`)
	await[server.Loaded](p)
	expect("three!")

	p.write("wrangler.toml", wrangler+"compatibility_date = 5\n")
	if e := await[server.Failed](p); !e.Problems.HasErrors() {
		t.Errorf("failed %+v", e)
	}
	expect("three!")
	p.write("wrangler.toml", wrangler+"[vars]\nX = \"?\"\n")
	await[server.Loaded](p)
	expect("three!") // .dev.vars comes before vars
}

func TestStartsBroken(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": "export default {"})
	await[server.Failed](p)
	if status, body := p.get("/"); status != 503 || !strings.Contains(body, "src/index.js:1:") {
		t.Errorf("got %d %q", status, body)
	}
	p.write("src/index.js", worker("'mended'"))
	await[server.Loaded](p)
	if status, body := p.get("/"); status != 200 || body != "mended" {
		t.Errorf("got %d %q", status, body)
	}
}

// load are requests that run all the time. The Worker answers each with a number, and none may be answered by a number
// below the one that was announced before it began.
type load struct {
	announced atomic.Int64
	requests  atomic.Int64
	stop      chan struct{}
	running   sync.WaitGroup
}

func (p *project) load() *load {
	l := &load{stop: make(chan struct{})}
	l.announced.Store(1)
	for range 4 {
		l.running.Go(func() {
			for {
				select {
				case <-l.stop:
					return
				default:
				}
				least := l.announced.Load()
				status, body := p.get("/")
				n, err := strconv.ParseInt(body, 10, 64)
				if status != 200 || err != nil || n < least {
					p.t.Errorf("got %d %q after %d was announced", status, body, least)
					return
				}
				l.requests.Add(1)
			}
		})
	}
	return l
}

// end waits until no request is under way, and returns how many there were.
func (l *load) end() int64 {
	close(l.stop)
	l.running.Wait()
	return l.requests.Load()
}

// TestReloadsUnderLoad has requests run all the time while the Worker is replaced: none may fail, and none that begins
// after a generation was announced may be answered by an older one.
func TestReloadsUnderLoad(t *testing.T) {
	reloads := 200
	if testing.Short() {
		reloads = 15
	}
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": worker("'1'")})
	await[server.Loaded](p)
	load := p.load()
	for n := 2; n <= reloads; n++ {
		p.write("src/index.js", worker(fmt.Sprintf("'%d'", n)))
		if e := await[server.Loaded](p); e.Number < n {
			t.Errorf("announced #%d, want #%d", e.Number, n)
		}
		load.announced.Store(int64(n))
	}
	t.Logf("%d requests during %d reloads", load.end(), reloads)
}

func TestRequestsInFlightFinishOnTheOldCode(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler,
		"src/index.js":  `export default { async fetch() { console.log("begun"); await scheduler.wait(300); return new Response("old") } }`,
	})
	await[server.Loaded](p)
	answer := make(chan string)
	go func() {
		_, body := p.get("/")
		answer <- body
	}()
	await[server.Console](p)
	p.write("src/index.js", worker("'new'"))
	await[server.Loaded](p)
	if _, body := p.get("/"); body != "new" {
		t.Errorf("a new request: %q", body)
	}
	if body := <-answer; body != "old" {
		t.Errorf("the request in flight: %q", body)
	}
}

func TestErrorPages(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler,
		"src/index.ts":  "",
		"src/index.js":  "export default {\n  async fetch(request) {\n    throw new TypeError('<b>bad</b>')\n  }\n}",
	})
	await[server.Loaded](p)
	status, body := p.get("/x")
	if status != 500 || !strings.HasPrefix(body, "TypeError: <b>bad</b>\n    at") || !strings.Contains(body, "src/index.js:3:") {
		t.Errorf("as text: %d %q", status, body)
	}
	status, body = p.get("/x?q=<i>", "Accept", "text/html,*/*")
	if where := `<p class="where">src/index.js:3</p>`; !strings.Contains(body, where) ||
		!strings.Contains(body, `current"><b>3</b><span>    throw <mark>new</mark> TypeError(&#39;&lt;b&gt;bad&lt;/b&gt;&#39;)</span>`) {
		t.Errorf("without what stands at the place: %q", body)
	}
	if status != 500 || !strings.Contains(body, "&lt;b&gt;bad") || strings.Contains(body, "<b>bad") || !strings.Contains(body, "/x?q=&lt;i&gt;</p>") {
		t.Errorf("as HTML: %d %q", status, body)
	}
	if e := await[server.Exception](p); e.Path != "/x" || e.Error.Name != "TypeError" {
		t.Errorf("reported %+v", e)
	}
}

// TestErrorPageTellsAll looks for what a page says besides the exception: causes, messages too long for a heading, problems
// of the sources, and calls to origins that failed.
func TestErrorPageTellsAll(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml":  wrangler,
		"devserver.toml": "[origins.\"origin.example\"]\nconnect_to = \"127.0.0.1:1\"\n",
		"src/index.js": `export default { async fetch(request) {
			switch (new URL(request.url).pathname) {
			case "/causes": throw new AggregateError([new TypeError("<i>one</i>")], "several", { cause: new Error("the reason") })
			case "/long": throw new Error("L".repeat(500) + "\nsecond")
			case "/call": return fetch("https://origin.example/")
			case "/alike": return new Response("CONNECT_REFUSED: made up", { status: 200, headers: { "x-devserver-mtls": "CONNECT_REFUSED", "content-type": "text/plain;charset=UTF-8" } })
			case "/read": return new Response("read: " + await (await fetch("https://origin.example/")).text(), { status: 521, headers: { "x-devserver-mtls": "CONNECT_REFUSED", "content-type": "text/plain;charset=UTF-8" } })
			}
		} }`,
	})
	await[server.Loaded](p)
	browser := []string{"Accept", "text/html,*/*"}
	for _, test := range []struct {
		path    string
		headers []string
		status  int
		want    []string
		not     string
	}{
		{"/causes", browser, 500, []string{"<h1>AggregateError: several</h1>", "[cause]: Error: the reason\n", "[errors]: [\n  TypeError: &lt;i&gt;one&lt;/i&gt;\n"}, "<i>one"},
		{"/long", browser, 500, []string{"<h1>Error: " + strings.Repeat("L", 233) + "…</h1>", strings.Repeat("L", 500) + "\nsecond</pre>"}, ""},
		{"/call", browser, 521, []string{"<!doctype html>", "A call to an origin failed: 521 Origin Down", "<h1>", "origin: origin.example:443", `class="fix"`}, ""},
		{"/call", []string{"Accept", "*/*"}, 521, []string{"fix: "}, "<!doctype"},
		{"/call", []string{"Accept", "text/html", "Sec-Fetch-Dest", "empty"}, 521, []string{"fix: "}, "<!doctype"},
		{"/alike", browser, 200, []string{"CONNECT_REFUSED: made up"}, "<!doctype"},
		{"/read", browser, 521, []string{"read: ", "origin.example"}, "<!doctype"},
	} {
		status, body := p.get(test.path, test.headers...)
		if status != test.status || test.not != "" && strings.Contains(body, test.not) {
			t.Errorf("%s %q: %d %q", test.path, test.headers, status, body)
		}
		for _, want := range test.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s %q: %q is not in %q", test.path, test.headers, want, body)
			}
		}
	}

	broken := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": "const a = 1;\nconst b = ['<b>', (;\n"})
	await[server.Failed](broken)
	if status, body := broken.get("/", browser...); status != 503 || !strings.Contains(body, "The Worker could not be built") ||
		!strings.Contains(body, `<p class="where">src/index.js:2:`) || !strings.Contains(body, "&lt;b&gt;&#39;, (<mark>;</mark>") {
		t.Errorf("a build that failed: %d %q", status, body)
	}
}

func TestBodyThatFailsMidwayCutsTheConnection(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler,
		"src/index.js":  `export default { fetch() { let n = 0; return new Response(new ReadableStream({ pull(c) { if (n++) c.error(new Error("midway")); else c.enqueue(new Uint8Array(3)) } })) } }`,
	})
	await[server.Loaded](p)
	res, err := http.Get(p.url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); len(body) != 3 || err == nil {
		t.Errorf("got %d bytes, %v: want 3 and an error", len(body), err)
	}
	if e := await[server.Exception](p); !strings.Contains(e.Error.Error(), "midway") {
		t.Errorf("reported %v", e.Error)
	}
}

func TestLocalEndpointsAreGuarded(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "[dev]\nhost = \"example.com\"\n",
		"src/index.js":  worker("'worker'"),
	})
	await[server.Loaded](p)
	port := p.url[strings.LastIndex(p.url, ":"):]
	for _, test := range []struct {
		headers []string
		want    int
	}{
		{nil, 404},
		{[]string{"Host", "localhost" + port}, 404},
		{[]string{"Host", "app.localhost"}, 404},
		{[]string{"Host", "[::1]" + port}, 404},
		{[]string{"Host", "example.com"}, 404},
		{[]string{"Host", "attacker.example"}, 403},
		{[]string{"Host", "localhost.attacker.example"}, 403},
		{[]string{"Host", "127.0.0.1.nip.io"}, 403},
		{[]string{"Host", "192.168.0.1"}, 403},
		{[]string{"Origin", "http://localhost:3000"}, 404},
		{[]string{"Origin", "https://attacker.example"}, 403},
		{[]string{"Origin", "null"}, 403},
		{[]string{"Origin", "file://localhost"}, 403},
		{[]string{"Origin", "http://localhost@attacker.example"}, 403},
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		{[]string{"Sec-Fetch-Site", "same-site"}, 404}, // another port of localhost
		{[]string{"Sec-Fetch-Site", "none"}, 404},      // typed into the browser
	} {
		if status, _ := p.get("/cdn-cgi/local/anything", test.headers...); status != test.want {
			t.Errorf("%v: got %d, want %d", test.headers, status, test.want)
		}
	}
	if status, body := p.get("/cdn-cgi/other", "Host", "attacker.example"); status != 200 || body != "worker" {
		t.Errorf("a path of the Worker's: %d %q", status, body)
	}
}

func TestRequestsLookAsAtTheEdge(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler,
		"src/index.js":  worker("JSON.stringify([request.headers.get('cf-connecting-ip'), request.headers.get('cf-ray')?.length, request.cf.colo, request.headers.get('host'), request.redirect])"),
	})
	await[server.Loaded](p)
	if _, body := p.get("/", "Host", "example.com"); body != `["127.0.0.1",16,"DFW","example.com","manual"]` {
		t.Errorf("got %s", body)
	}
}

func TestRawTargetsReachTheWorker(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": worker("request.url")})
	await[server.Loaded](p)
	host := strings.TrimPrefix(p.url, "http://")
	for target, want := range map[string]string{
		"/a%2Fb|c?x=%zz&y='": "http://" + host + "/a%2Fb|c?x=%zz&y='",
		"//double":           "http://" + host + "//double",
		"/a/../b":            "http://" + host + "/a/../b",
	} {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", target, host)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		conn.Close()
		if string(body) != want {
			t.Errorf("%s: got %s, want %s", target, body, want)
		}
	}
}

// TestMTLSBinding is the documented example against an origin that demands a certificate, which is replaced while it
// runs.
func TestMTLSBinding(t *testing.T) {
	ca := testpki.New("test CA")
	first, second := ca.Client("first client"), ca.Client("second client")
	origin := testpki.Serve(t, testpki.Origin{
		Cert: ca.Server("a-secured-origin.com"), ClientCAs: []*testpki.CA{ca}, ClientAuth: tls.RequireAndVerifyClientCert,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
		}),
	})
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "mtls_certificates = [\n { binding = \"MY_CERT\", certificate_id = \"<CERTIFICATE_ID>\" }\n]\n",
		"src/index.js": `export default { async fetch(request, env) {
			const fetcher = request.url.endsWith("/plain") ? globalThis : env.MY_CERT;
			return await fetcher.fetch("https://a-secured-origin.com");
		} }`,
		"devserver.toml": fmt.Sprintf("[mtls_certificates.MY_CERT]\ncert = \"client.pem\"\nkey = \"client.key\"\n\n"+
			"[origins.\"a-secured-origin.com\"]\nconnect_to = %q\nca = \"ca.pem\"\n", origin.Addr),
		"ca.pem":     string(ca.PEM()),
		"client.pem": string(first.ChainPEM()),
		"client.key": string(first.KeyPEM(testpki.PKCS8)),
	})
	if e := await[server.Loaded](p); len(e.Rows) != 1 || e.Rows[0].Mode != "local" || !strings.Contains(e.Rows[0].Resource, "first client") {
		t.Errorf("rows %+v", e.Rows)
	}
	if status, body := p.get("/"); status != 200 || body != "first client" {
		t.Errorf("with the binding: %d %q", status, body)
	}
	if status, body := p.get("/plain"); status != 520 && status != 525 || !strings.Contains(body, "certificate") {
		t.Errorf("with plain fetch: %d %q", status, body)
	}
	p.write("client.pem", string(second.ChainPEM()))
	if e := await[server.Loaded](p); e.Rows[0].Mode != "local" || !strings.Contains(e.Rows[0].Resource, "first client") {
		t.Errorf("while key and certificate do not match: %+v", e.Rows)
	}
	if status, body := p.get("/"); status != 200 || body != "first client" {
		t.Errorf("while key and certificate do not match: %d %q", status, body)
	}
	p.write("client.key", string(second.KeyPEM(testpki.PKCS8)))
	if e := await[server.Loaded](p); e.Rows[0].Mode != "local" || !strings.Contains(e.Rows[0].Resource, "second client") {
		t.Errorf("after the certificate was replaced: %+v", e.Rows)
	}
	if status, body := p.get("/"); status != 200 || body != "second client" {
		t.Errorf("after the certificate was replaced: %d %q", status, body)
	}
}

// TestRotationUnderLoad replaces the certificate in the store again and again, and the Worker's source, while requests
// run all the time: none may fail, and none that begins after a certificate was announced may present an older one.
func TestRotationUnderLoad(t *testing.T) {
	rotations, reloadsEach := 50, 4
	if testing.Short() {
		rotations = 8
	}
	ca := testpki.New("test CA")
	origin := testpki.Serve(t, testpki.Origin{
		Cert: ca.Server("a-secured-origin.com"), ClientCAs: []*testpki.CA{ca}, ClientAuth: tls.RequireAndVerifyClientCert,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
		}),
	})
	const id = "0b7f7c3e-0000-4000-8000-000000000000"
	home := t.TempDir()
	store := mtls.NewStore(home, time.Now, func(p *mtls.Problem) { t.Errorf("store: %v", p) })
	upload := func(n int) {
		leaf := ca.Client(strconv.Itoa(n))
		if _, _, err := store.Upload(mtls.UploadParams{
			ID: id, Cert: mtls.File{Name: "cert", Data: leaf.ChainPEM()}, Key: mtls.File{Name: "key", Data: leaf.KeyPEM(testpki.PKCS8)},
		}); err != nil {
			t.Fatal(err)
		}
	}
	upload(1)
	source := func(n int) string {
		return fmt.Sprintf("// %d\nexport default { fetch(request, env) { return env.MY_CERT.fetch('https://a-secured-origin.com/') } }", n)
	}
	p := serveWith(t, map[string]string{
		"wrangler.toml":  wrangler + "mtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"" + id + "\" }]\n",
		"src/index.js":   source(0),
		"devserver.toml": fmt.Sprintf("[origins.\"a-secured-origin.com\"]\nconnect_to = %q\nca = \"ca.pem\"\n", origin.Addr),
		"ca.pem":         string(ca.PEM()),
	}, func(o *server.Options) {
		o.Getenv = func(name string) string {
			if name == "DEVSERVER_HOME" {
				return home
			}
			return ""
		}
	})
	await[server.Loaded](p)
	load := p.load()
	for n := 2; n <= rotations+1; n++ {
		if err := store.Delete(id); err != nil {
			t.Fatal(err)
		}
		upload(n)
		for {
			e := await[server.Loaded](p)
			if strings.Contains(e.Rows[0].Resource, fmt.Sprintf("CN=%d ", n)) || strings.Contains(e.Rows[0].Resource, fmt.Sprintf("CN=%d,", n)) {
				break
			}
		}
		load.announced.Store(int64(n))
		for i := range reloadsEach {
			p.write("src/index.js", source(n*100+i))
			await[server.Loaded](p)
		}
	}
	t.Logf("%d requests during %d rotations and %d reloads", load.end(), rotations, rotations*reloadsEach)
}

// TestIdentitiesNeverMix has several bindings call shared origins at random, over kept connections, new ones and redirects
// from one origin to another: the origin must see the certificate of the binding that called, each time.
func TestIdentitiesNeverMix(t *testing.T) {
	requests, identities := 20_000, 8
	if testing.Short() {
		requests = 1_000
	}
	ca := testpki.New("test CA")
	var served atomic.Int64
	origin := testpki.Serve(t, testpki.Origin{
		Cert: ca.Server("a.example", "b.example"), ClientCAs: []*testpki.CA{ca}, ClientAuth: tls.RequireAndVerifyClientCert,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			cn := r.TLS.PeerCertificates[0].Subject.CommonName
			if cn != r.Header.Get("X-Expected") {
				t.Errorf("%s came with the certificate of %s", r.Header.Get("X-Expected"), cn)
			}
			switch n := served.Add(1); {
			case r.URL.Path == "/redirect":
				http.Redirect(w, r, "https://b.example/there", http.StatusFound)
				return
			case n%97 == 0:
				w.Header().Set("Connection", "close")
			}
			io.WriteString(w, cn)
		}),
	})
	var entries, local []string
	files := map[string]string{"ca.pem": string(ca.PEM())}
	for i := range identities {
		leaf := ca.Client(strconv.Itoa(i))
		entries = append(entries, fmt.Sprintf("{ binding = \"ID%d\", certificate_id = \"x\" }", i))
		local = append(local, fmt.Sprintf("[mtls_certificates.ID%d]\ncert = \"%d.pem\"\n", i, i))
		files[fmt.Sprintf("%d.pem", i)] = string(leaf.ChainPEM()) + string(leaf.KeyPEM(testpki.PKCS8))
	}
	for _, host := range []string{"a.example", "b.example"} {
		local = append(local, fmt.Sprintf("[origins.%q]\nconnect_to = %q\nca = \"ca.pem\"\n", host, origin.Addr))
	}
	files["wrangler.toml"] = wrangler + "mtls_certificates = [" + strings.Join(entries, ", ") + "]\n"
	files["devserver.toml"] = strings.Join(local, "\n")
	files["src/index.js"] = `export default { fetch(request, env) {
		const [, id, path] = new URL(request.url).pathname.split("/");
		return env["ID" + id].fetch("https://a.example/" + path, { headers: { "x-expected": id } });
	} }`
	p := serve(t, files)
	await[server.Loaded](p)
	var wg sync.WaitGroup
	for worker := range 8 {
		random := rand.New(rand.NewPCG(uint64(worker), 1))
		wg.Go(func() {
			for range requests / 8 {
				id, path := strconv.Itoa(random.IntN(identities)), []string{"plain", "redirect"}[random.IntN(8)/7]
				if status, body := p.get("/" + id + "/" + path); status != 200 || body != id {
					t.Errorf("%s: got %d %q", id, status, body)
					return
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d requests of %d identities reached the origin", served.Load(), identities)
}

func TestMTLSBindingWithoutCertificate(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "mtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"0b7f7c3e-0000-4000-8000-000000000000\" }]\n",
		"src/index.js":  `export default { async fetch(request, env) { try { return await env.MY_CERT.fetch("https://a/") } catch (e) { return new Response(String(e)) } } }`,
	})
	if e := await[server.Loaded](p); len(e.Rows) != 1 || e.Rows[0].Mode != "no certificate" || !strings.Contains(e.Rows[0].Fix, "mtls-certificate upload") {
		t.Errorf("rows %+v", e.Rows)
	}
	if _, body := p.get("/"); !strings.HasPrefix(body, "Error: Binding MY_CERT has no certificate") || !strings.Contains(body, "upload") {
		t.Errorf("got %q", body)
	}
}

func TestUnsupportedBinding(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "kv_namespaces = [{ binding = \"MY_KV\", id = \"abc\" }]\n",
		"src/index.js":  `export default { async fetch(request, env) { const kv = await env.MY_KV; try { return await kv.get("x") } catch (e) { return new Response(String(e)) } } }`,
	})
	if e := await[server.Loaded](p); len(e.Rows) != 1 || e.Rows[0].Mode != "not supported" {
		t.Errorf("rows %+v", e.Rows)
	}
	if _, body := p.get("/"); body != "Error: Binding MY_KV (kv_namespaces) is not supported by devserver yet" {
		t.Errorf("got %q", body)
	}
}

// What goes through all of env, as frameworks do, does not use the bindings in it.
func TestUnsupportedBindingInPassing(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "vars = { A = \"x\", J = [1] }\nimages = { binding = \"IMAGES\" }\n",
		"src/index.js":  `const atLoad = process.env.A; export default { async fetch(request, env) { console.log(env); return new Response(JSON.stringify([atLoad, process.env, { ...env }, Object.keys(env.IMAGES)])) } }`,
	})
	await[server.Loaded](p)
	if _, body := p.get("/"); body != `["x",{"A":"x","J":"[1]"},{"A":"x","J":[1],"IMAGES":{}},[]]` {
		t.Errorf("got %q", body)
	}
}

// The modules of Node.js need none of the globals that come with nodejs_compat_v2, which Nuxt turns off.
func TestNodeModulesWithoutNodeGlobals(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "compatibility_flags = [\"nodejs_compat\", \"no_nodejs_compat_v2\"]\n",
		"src/index.js": `
			import * as timers from "node:timers";
			import { setImmediate as immediate, setTimeout as timeout } from "node:timers/promises";
			import { EventEmitter } from "node:events";
			import { callbackify } from "node:util";
			export default { async fetch() {
				const list = [typeof setImmediate, typeof process, await new Promise((done) => timers.setImmediate(done, "timers")), await immediate("a"), await timeout(1, "b")];
				const cleared = timers.setImmediate(() => list.push("cleared"));
				timers.clearImmediate(cleared);
				list.push(typeof timers.setTimeout(() => {}, 1).ref);
				const emitter = new EventEmitter({ captureRejections: true });
				emitter.on("x", async () => { throw "captured" });
				emitter.emit("x");
				list.push(await new Promise((done) => emitter.on("error", done)));
				list.push(await new Promise((done) => callbackify(async () => "called back")((_, v) => done(v))));
				return new Response(list.join());
			} }`,
	})
	await[server.Loaded](p)
	if _, body := p.get("/"); body != "undefined,undefined,timers,a,b,function,captured,called back" {
		t.Errorf("got %q", body)
	}
}

// TestFailedConnection: what node:net says of a connection that nobody accepts, and that packages which wrangler replaces need not
// be installed.
func TestFailedConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "compatibility_flags = [\"nodejs_compat\"]\n",
		"src/index.js": fmt.Sprintf(`
			import net from "node:net";
			import fetching from "node-fetch";
			export default { async fetch() {
				const err = await new Promise((done) => net.connect(%d, "127.0.0.1").on("error", done));
				return new Response([err, err.constructor.name, JSON.stringify(err), err.cause.code, fetching.isRedirect(301)].join("\n"));
			} }`, port),
	})
	await[server.Loaded](p)
	want := fmt.Sprintf(`Error: connect ECONNREFUSED 127.0.0.1:%[1]d
ConnectException
{"code":"ECONNREFUSED","errno":-111,"syscall":"connect","address":"127.0.0.1","port":%[1]d}
CONNECTION_REFUSED
true`, port)
	if _, body := p.get("/"); body != want {
		t.Errorf("got %q, want %q", body, want)
	}
}

func TestVersionMetadata(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "version_metadata = { binding = \"VERSION\" }\n",
		"src/index.js":  worker("[env.VERSION.id.length, env.VERSION.tag, isNaN(new Date(env.VERSION.timestamp))].join() + env.VERSION.id"),
	})
	await[server.Loaded](p)
	_, first := p.get("/")
	if !strings.HasPrefix(first, "36,,false") {
		t.Errorf("got %q", first)
	}
	p.write("src/index.js", worker("'reloaded ' + env.VERSION.id"))
	await[server.Loaded](p)
	if _, second := p.get("/"); !strings.HasSuffix(first, strings.TrimPrefix(second, "reloaded ")) {
		t.Errorf("the binding did not live on through a reload: %q, then %q", first, second)
	}
}

func TestCPULimits(t *testing.T) {
	files := map[string]string{
		"wrangler.toml": wrangler + "[limits]\ncpu_ms = 10\n",
		"src/index.js":  `export default { fetch() { const until = Date.now() + 100; while (Date.now() < until) {} return new Response("late") } }`,
	}
	p := serve(t, files)
	await[server.Loaded](p)
	if status, body := p.get("/"); status != 200 || body != "late" {
		t.Errorf("a limit that is not enforced: %d %q", status, body)
	}
	if e := await[server.Notice](p); !strings.Contains(e.Text, "limit (limits.cpu_ms) is 10ms at the edge") {
		t.Errorf("noticed %q", e.Text)
	}
	p = serveWith(t, files, func(o *server.Options) { o.EnforceLimits = true })
	await[server.Loaded](p)
	if status, body := p.get("/"); status != 500 || !strings.Contains(body, "exceeded CPU time limit") {
		t.Errorf("a limit that is enforced: %d %q", status, body)
	}
}

func TestListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	if _, err := server.Listen("", &port); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), strconv.Itoa(port)) {
		t.Errorf("a port that is taken and was asked for: %v", err)
	}
	first, err := server.Listen("", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	second, err := server.Listen("", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if !second.Moved || second.Port == first.Port {
		t.Errorf("the second: %+v", second)
	}
}

// TestNothingIsLeftOver counts goroutines and descriptors before and after many requests of several kinds.
func TestNothingIsLeftOver(t *testing.T) {
	requests := 10_000
	if testing.Short() {
		requests = 1_000
	}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "upstream") }))
	defer upstream.Close()
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "[vars]\nUPSTREAM = \"" + upstream.URL + "\"\n",
		"src/index.js": `export default { async fetch(request, env, ctx) {
			switch (new URL(request.url).pathname) {
			case "/fetch": return fetch(env.UPSTREAM);
			case "/unread": await fetch(env.UPSTREAM); return new Response("unread");
			case "/stream": return new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(9)); c.close() } }));
			case "/wait": ctx.waitUntil(scheduler.wait(5)); setTimeout(() => {}, 3600_000); return new Response("wait");
			case "/throw": throw new Error("thrown");
			}
			return new Response("hello");
		} }`,
	})
	await[server.Loaded](p)
	go func() { // nobody else takes them
		for {
			select {
			case <-p.events:
			case <-t.Context().Done():
				return
			}
		}
	}()
	paths := []string{"/", "/fetch", "/unread", "/stream", "/wait", "/throw"}
	run := func(n int) {
		var wg sync.WaitGroup
		for worker := range 8 {
			wg.Go(func() {
				for i := range n / 8 {
					p.get(paths[(worker+i)%len(paths)])
				}
			})
		}
		wg.Wait()
	}
	idle := func() (goroutines, descriptors int) {
		http.DefaultClient.CloseIdleConnections()
		upstream.CloseClientConnections()
		// Counts settle when the last isolates and connections have ended: wait until they do not fall any more.
		deadline := time.Now().Add(patience)
		for calm := 0; calm < 10 && time.Now().Before(deadline); {
			g, d := goruntime.NumGoroutine(), openDescriptors()
			if g == goroutines && d == descriptors {
				calm++
			} else {
				calm = 0
			}
			goroutines, descriptors = g, d
			time.Sleep(20 * time.Millisecond)
		}
		return goroutines, descriptors
	}
	run(200)
	goroutines, descriptors := idle()
	run(requests)
	goroutinesAfter, descriptorsAfter := idle()
	t.Logf("%d requests: goroutines %d → %d, descriptors %d → %d", requests, goroutines, goroutinesAfter, descriptors, descriptorsAfter)
	if goroutinesAfter > goroutines || descriptorsAfter > descriptors {
		t.Errorf("left over: goroutines %d → %d, descriptors %d → %d", goroutines, goroutinesAfter, descriptors, descriptorsAfter)
	}
}

// openDescriptors counts the process's open descriptors, where the system shows them.
func openDescriptors() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}
