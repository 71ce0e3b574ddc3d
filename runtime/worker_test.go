package runtime_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dop251/goja"
	"go.uber.org/goleak"

	"devserver/runtime"
	"devserver/runtime/compat"
	"devserver/runtime/console"
	"devserver/runtime/webidl"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a runtime.Log that keeps what it is told.
type recorder struct {
	mu         sync.Mutex
	lines      []string
	exceptions []*runtime.Error
}

func (r *recorder) Console(_ console.Level, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, text)
}

func (r *recorder) Exception(e *runtime.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.exceptions = append(r.exceptions, e)
}

func (r *recorder) Used(time.Duration) {}

func (r *recorder) reported() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	for _, e := range r.exceptions {
		list = append(list, e.Error())
	}
	return strings.Join(list, "; ")
}

// script wraps a module body, which sets exports, as the bundler would.
func script(body string) runtime.Script {
	return runtime.Script{Name: "test.js", Code: "(function(builtin){\"use strict\";\n" + body + "\n})"}
}

// fetchScript is a Worker whose fetch handler has this body.
func fetchScript(body string) runtime.Script {
	return script("return { default: { async fetch(request, env, ctx) {\n" + body + "\n} } }")
}

// roundTripper is a function as an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func load(t testing.TB, s runtime.Script, change func(*runtime.Options)) (*runtime.Worker, *recorder) {
	t.Helper()
	log := &recorder{}
	flags, _ := compat.Resolve("", nil)
	options := runtime.Options{
		Script: s, Compat: flags, Log: log, CPULimit: time.Second,
		Fetch: roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("no network in this test") }),
	}
	if change != nil {
		change(&options)
	}
	w, err := runtime.Load(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		w.Close()
		if err := w.Wait(ctx); err != nil {
			t.Error("isolates are left over")
		}
	})
	return w, log
}

func get(t testing.TB, w *runtime.Worker, path string) (*http.Response, string, error) {
	t.Helper()
	res, err := w.RoundTrip(httptest.NewRequest("GET", "http://localhost:8787"+path, nil))
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, string(body), err
}

// TestBodyReadLate checks that a body which a script has given all of is sent to its end, although nothing was left to run
// long before anybody read it.
func TestBodyReadLate(t *testing.T) {
	const give = `const enc = s => new TextEncoder().encode(s), later = () => new Promise(r => setTimeout(r, 200));
		const source = () => new ReadableStream({ async start(c) { c.enqueue(enc("shell ")); await later(); c.enqueue(enc("rest")); c.close() } });
		const write = ({ readable, writable }, data = [enc("shell "), enc("rest")]) => {
			const w = writable.getWriter();
			(async () => { for (const d of data) { await w.write(d); await later() } await w.close() })();
			return readable;
		};
		const gzip = async () => new Uint8Array(await new Response(source().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
		const gunzip = () => new DecompressionStream("gzip");
		`
	for _, test := range []struct{ body, encoding string }{
		{body: `return new Response(source())`},
		{body: `return new Response(source().pipeThrough(new TransformStream()))`},
		{body: `return new Response(source().tee()[0])`},
		{body: `return new Response(write(new IdentityTransformStream()))`},
		{body: `return new Response(source().pipeThrough(new IdentityTransformStream()))`},
		{body: `return new HTMLRewriter().on("b", { element() {} }).transform(new Response(source()))`},
		{body: `return new Response(write(new CompressionStream("gzip")))`, encoding: "gzip"},
		{body: `return new Response(source().pipeThrough(new CompressionStream("gzip")))`, encoding: "gzip"},
		{body: `return new Response(source().pipeThrough(new CompressionStream("gzip")).tee()[0])`, encoding: "gzip"},
		{body: `const z = await gzip(); return new Response(write(gunzip(), [z.slice(0, 12), z.slice(12)]))`},
		{body: `return new Response(source().pipeThrough(new CompressionStream("gzip")).pipeThrough(gunzip()))`},
	} {
		t.Run(test.body, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				t.Cleanup(func() { time.Sleep(time.Minute) }) // the watchdog, which outlives the Worker, ends in the bubble
				w, log := load(t, fetchScript(give+test.body), nil)
				res, err := w.RoundTrip(httptest.NewRequest("GET", "http://localhost:8787/", nil))
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				time.Sleep(time.Minute) // of the bubble's time: all that the script can do by itself is done
				body := io.Reader(res.Body)
				if test.encoding == "gzip" {
					if body, err = gzip.NewReader(body); err != nil {
						t.Fatal(err)
					}
				}
				got, err := io.ReadAll(body)
				if err != nil || string(got) != "shell rest" {
					t.Errorf("got %q, %v", got, err)
				}
				if len(log.exceptions) > 0 {
					t.Errorf("reported %v", log.exceptions)
				}
			})
		})
	}
}

// TestBodyNeverGiven checks that whoever reads a body that nothing can end any more is told so, with or without a codec.
func TestBodyNeverGiven(t *testing.T) {
	for _, body := range []string{
		`return new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array(9)) } }))`,
		`const s = new IdentityTransformStream(); s.writable.getWriter().write(new Uint8Array(9)); return new Response(s.readable)`,
		`const s = new CompressionStream("gzip"); s.writable.getWriter().write(new Uint8Array(9)); return new Response(s.readable)`,
	} {
		t.Run(body, func(t *testing.T) {
			w, _ := load(t, fetchScript(body), nil)
			_, _, err := get(t, w, "/")
			if e, ok := errors.AsType[*runtime.Error](err); !ok || e.Kind != runtime.Hung {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`return new Response("hello")`, "hello"},
		{`return new Response(new URL(request.url).pathname)`, "/path"},
		{`return new Response(request.url)`, "http://localhost:8787/path?q=1"},
		{`return Response.json({ method: request.method })`, `{"method":"GET"}`},
		{`await new Promise(r => setTimeout(r, 1)); return new Response("later")`, "later"},
		{`return new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("str")); c.close() } }))`, "str"},
		{`return { then(resolve) { resolve(new Response("thenable")) } }`, "thenable"},
		{`return new Response(typeof env + typeof ctx.waitUntil)`, "objectfunction"},
		{`return new Response(String(globalThis === self))`, "true"},
		{`return new Response(navigator.userAgent)`, "Cloudflare-Workers"},
		{`return new Response(new Date(2026, 6, 1, 12) + "")`, "Wed Jul 01 2026 12:00:00 GMT+0000 (Coordinated Universal Time)"},
	} {
		t.Run(test.body, func(t *testing.T) {
			w, log := load(t, fetchScript(test.body), nil)
			res, body, err := get(t, w, "/path?q=1")
			if err != nil {
				t.Fatal(err)
			}
			if body != test.want || res.StatusCode != 200 {
				t.Errorf("got %d %q, want 200 %q", res.StatusCode, body, test.want)
			}
			if log.reported() != "" {
				t.Errorf("reported: %s", log.reported())
			}
		})
	}
}

func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name, body, message string
		kind                runtime.Kind
	}{
		{"throw", `throw new TypeError("oops")`, "TypeError: oops", runtime.Uncaught},
		{"throw null", `throw null`, "Uncaught null", runtime.Uncaught},
		{"throw a string", `throw "text"`, "Uncaught 'text'", runtime.Uncaught},
		{"rejected promise", `return Promise.reject(new RangeError("no"))`, "RangeError: no", runtime.Uncaught},
		{"no response", `return 5`, "TypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'.", runtime.Uncaught},
		{"undefined", ``, "TypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'.", runtime.Uncaught},
		{"hang", `await new Promise(() => {})`, "The Workers runtime canceled this request because it detected that your Worker's code had hung and would never generate a response.", runtime.Hung},
		{"endless loop", `while (true) {}`, "Worker exceeded CPU time limit", runtime.Limit},
		{"endless microtasks", `const f = () => Promise.resolve().then(f); await f()`, "Worker exceeded CPU time limit", runtime.Limit},
		{"endless recursion", `(function f() { f() })()`, "RangeError: Maximum call stack size exceeded", runtime.Limit},
		{"hostile error", `throw { get stack() { throw 1 }, get name() { throw 2 } }`, "an exception that cannot be described", runtime.Uncaught},
		{"used body", `const r = new Response("x"); await r.text(); return r`, "TypeError", runtime.Uncaught},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, _ := load(t, fetchScript(test.body), func(o *runtime.Options) { o.CPULimit = 600 * time.Millisecond })
			_, _, err := get(t, w, "/")
			e, ok := errors.AsType[*runtime.Error](err)
			if !ok {
				t.Fatalf("got %v, want a *runtime.Error", err)
			}
			if e.Kind != test.kind || !strings.Contains(e.Error(), test.message) {
				t.Errorf("got kind %v %q, want kind %v %q", e.Kind, e.Error(), test.kind, test.message)
			}
			// The next request is answered as if nothing had happened: by failing in the same way.
			if _, _, err := get(t, w, "/"); err == nil || err.Error() != e.Error() {
				t.Errorf("the second request: %v", err)
			}
		})
	}
}

func TestStackNamesTheFrames(t *testing.T) {
	w, _ := load(t, script("function inner() { throw new Error('deep') }\nreturn { default: { fetch() { inner() } } }"), nil)
	_, _, err := get(t, w, "/")
	e, _ := errors.AsType[*runtime.Error](err)
	if e == nil || len(e.Stack) < 2 || !strings.HasPrefix(e.Stack[0], "at inner (test.js:2:") || strings.HasSuffix(e.Stack[0], "))") {
		t.Errorf("got %+v", e)
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, test := range []struct{ name, body, message string }{
		{"syntax", `return {`, "SyntaxError"},
		{"throws", `throw new Error("at start")`, "Error: at start"},
		{"no default", `return {}`, "no default export"},
		{"a text is exported", `return {default: {}, kind: "edge"}`, "Incorrect type for map entry 'kind': the provided value is not of type 'function or ExportedHandler'."},
		{"undefined is exported", `return {default: {}, A: class {}, o: [], f() {}, none: undefined}`, "Incorrect type for map entry 'none'"},
		{"fetch at module scope", `fetch("http://x/"); return {default: {}}`, ""},
		{"timer at module scope", `setTimeout(() => {}, 1); return {default: {}}`, "Disallowed operation called within global scope"},
		{"compression at module scope", `new CompressionStream("gzip"); return {default: {}}`, "Disallowed operation called within global scope"},
		{"identity at module scope", `new IdentityTransformStream(); return {default: {}}`, "Disallowed operation called within global scope"},
		{"rewriter at module scope", `new HTMLRewriter().transform(new Response(new ReadableStream())); return {default: {}}`, "Disallowed operation called within global scope"},
		{"random at module scope", `crypto.randomUUID(); return {default: {}}`, "Disallowed operation called within global scope"},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := &recorder{}
			w, err := runtime.Load(runtime.Options{Script: script(test.body), Log: log})
			if w != nil {
				w.Close()
			}
			if test.message == "" {
				if reported := log.reported(); !strings.Contains(reported, "Disallowed operation called within global scope") {
					t.Errorf("reported %q, error %v", reported, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want %q", err, test.message)
			}
		})
	}
}

func TestTopLevelAwait(t *testing.T) {
	s := runtime.Script{Name: "test.js", Code: `(async function(){ const text = await Promise.resolve("tla"); return { default: { fetch: () => new Response(text) } } })`}
	w, _ := load(t, s, nil)
	if _, body, err := get(t, w, "/"); err != nil || body != "tla" {
		t.Errorf("got %q, %v", body, err)
	}
	s.Code = `(async function(){ await new Promise(() => {}) })`
	if _, err := runtime.Load(runtime.Options{Script: s}); err == nil || !strings.Contains(err.Error(), "unsettled") {
		t.Errorf("a top-level await that nothing settles: %v", err)
	}
}

func TestFreshIsolatePerRequest(t *testing.T) {
	w, _ := load(t, script(`let n = 0; return { default: { fetch() { globalThis.leak = (globalThis.leak || 0) + 1; return new Response([++n, leak].join()) } } }`), nil)
	for range 3 {
		if _, body, err := get(t, w, "/"); err != nil || body != "1,1" {
			t.Fatalf("got %q, %v, want 1,1", body, err)
		}
	}
}

func TestHandlers(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"class", `return { default: class { constructor(ctx, env) { this.env = env } fetch() { return new Response(this.env.NAME) } } }`, "value"},
		{"this", `return { default: { word: "mine", fetch() { return new Response(this.word) } } }`, "mine"},
		{"entrypoint", `const { WorkerEntrypoint } = builtin("cloudflare:workers"); return { default: class extends WorkerEntrypoint { fetch() { return new Response(this.env.NAME + typeof this.ctx.waitUntil) } } }`, "valuefunction"},
		{"env import", `const { env } = builtin("cloudflare:workers"); return { default: { fetch() { return new Response(env.NAME) } } }`, "value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := script(test.body)
			s.Loads = true
			w, _ := load(t, s, func(o *runtime.Options) { o.Bindings = []runtime.Binding{constant{}} })
			if _, body, err := get(t, w, "/"); err != nil || body != test.want {
				t.Errorf("got %q, %v, want %q", body, err, test.want)
			}
		})
	}
}

// constant is a binding that is a string.
type constant struct{}

func (constant) Name() string                     { return "NAME" }
func (constant) Value(r *webidl.Realm) goja.Value { return r.String("value") }

func TestWaitUntilGoesOnAfterTheResponse(t *testing.T) {
	w, log := load(t, fetchScript(`
		ctx.waitUntil(new Promise(r => setTimeout(() => { console.log("done"); r() }, 20)));
		ctx.waitUntil(Promise.reject(new Error("in the background")));
		return new Response("first")`), nil)
	_, body, err := get(t, w, "/")
	if err != nil || body != "first" {
		t.Fatalf("got %q, %v", body, err)
	}
	w.Close()
	w.Wait(t.Context())
	if len(log.lines) != 1 || log.lines[0] != "done" {
		t.Errorf("printed %q", log.lines)
	}
	if got := log.reported(); got != "Error: in the background" {
		t.Errorf("reported %q", got)
	}
}

func TestUnhandledRejections(t *testing.T) {
	for _, test := range []struct{ name, body, reported string }{
		{"nobody", `Promise.reject(new Error("lost"));`, "Error: lost"},
		{"handled later in the same task", `const p = Promise.reject(new Error("found")); await null; p.catch(() => {});`, ""},
		{"listener", `addEventListener("unhandledrejection", e => { e.preventDefault(); console.log(String(e.reason)) }); Promise.reject(1);`, ""},
		{"timer", `setTimeout(() => { throw new Error("in a timer") }, 1); await new Promise(r => setTimeout(r, 5));`, "Error: in a timer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, log := load(t, fetchScript(test.body+` return new Response("ok")`), nil)
			if _, body, err := get(t, w, "/"); err != nil || body != "ok" {
				t.Fatalf("got %q, %v", body, err)
			}
			if got := log.reported(); got != test.reported {
				t.Errorf("reported %q, want %q", got, test.reported)
			}
		})
	}
}

func TestStreamThatFailsMidway(t *testing.T) {
	w, _ := load(t, fetchScript(`
		let n = 0;
		return new Response(new ReadableStream({ pull(c) {
			if (n++ < 2) c.enqueue(new TextEncoder().encode("chunk" + n)); else c.error(new Error("midway"));
		} }))`), nil)
	_, body, err := get(t, w, "/")
	if body != "chunk1chunk2" || err == nil || !strings.Contains(err.Error(), "midway") {
		t.Errorf("got %q, %v", body, err)
	}
}

func TestBodyThatNeverComes(t *testing.T) {
	w, _ := load(t, fetchScript(`return new Response(new ReadableStream({ pull() { return new Promise(() => {}) } }))`), nil)
	res, body, err := get(t, w, "/")
	if e, ok := errors.AsType[*runtime.Error](err); !ok || e.Kind != runtime.Hung || res.StatusCode != 200 || body != "" {
		t.Errorf("got %+v %q %v", res, body, err)
	}
}

func TestClientGoneEndsTheBody(t *testing.T) {
	w, _ := load(t, fetchScript(`return new Response(new ReadableStream({ pull() { return new Promise((done) => setTimeout(done, 60_000)) } }))`), nil)
	ctx, cancel := context.WithCancel(t.Context())
	res, err := w.RoundTrip(httptest.NewRequestWithContext(ctx, "GET", "http://localhost:8787/", nil))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.ReadAll(res.Body); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	res.Body.Close()
}

func TestStreamingStartsBeforeTheEnd(t *testing.T) {
	w, _ := load(t, fetchScript(`
		const { readable, writable } = new TransformStream();
		const writer = writable.getWriter();
		ctx.waitUntil((async () => {
			await writer.write(new TextEncoder().encode("early"));
			await scheduler.wait(10);
			await writer.write(new TextEncoder().encode("late"));
			await writer.close();
		})());
		return new Response(readable)`), nil)
	res, err := w.RoundTrip(httptest.NewRequest("GET", "http://localhost/", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	first := make([]byte, 64)
	n, err := res.Body.Read(first)
	if string(first[:n]) != "early" || err != nil {
		t.Errorf("the first read: %q, %v", first[:n], err)
	}
	rest, err := io.ReadAll(res.Body)
	if string(rest) != "late" || err != nil {
		t.Errorf("the rest: %q, %v", rest, err)
	}
}

func TestProxiedBodyIsHandedOn(t *testing.T) {
	const size = 1 << 20
	w, _ := load(t, fetchScript(`return fetch("http://upstream/")`), func(o *runtime.Options) {
		o.Fetch = roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"X-Up": {"1"}}, ContentLength: -1,
				Body: io.NopCloser(io.LimitReader(zeros{}, size)), Request: r}, nil
		})
	})
	res, body, err := get(t, w, "/")
	if err != nil || len(body) != size || res.Header.Get("X-Up") != "1" {
		t.Errorf("got %d bytes, %v", len(body), err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestClientGoneCancelsFetches(t *testing.T) {
	asked := make(chan struct{})
	canceled := make(chan error, 1)
	w, _ := load(t, fetchScript(`return fetch("http://upstream/")`), func(o *runtime.Options) {
		o.Fetch = roundTripper(func(r *http.Request) (*http.Response, error) {
			close(asked)
			<-r.Context().Done()
			canceled <- r.Context().Err()
			return nil, r.Context().Err()
		})
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	_, err := w.RoundTrip(httptest.NewRequestWithContext(ctx, "GET", "http://localhost/", nil))
	if e, ok := errors.AsType[*runtime.Error](err); !ok || e.Kind != runtime.Gone {
		t.Errorf("got %v, want Gone", err)
	}
	<-canceled
}

func TestUnreadBodiesAreClosed(t *testing.T) {
	closed := make(chan struct{})
	w, _ := load(t, fetchScript(`await fetch("http://upstream/"); return new Response("done")`), func(o *runtime.Options) {
		o.Fetch = roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, ContentLength: -1, Request: r,
				Body: &closeNotifier{Reader: zeros{}, closed: closed}}, nil
		})
	})
	if _, body, err := get(t, w, "/"); err != nil || body != "done" {
		t.Fatalf("got %q, %v", body, err)
	}
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("the body was not closed")
	}
}

type closeNotifier struct {
	io.Reader
	once   sync.Once
	closed chan struct{}
}

func (c *closeNotifier) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

// TestHeavyScripts are evaluated ahead: each request still has an isolate of its own.
func TestHeavyScripts(t *testing.T) {
	w, log := load(t, script(`
		let n = 0;
		for (let i = 0; i < 40000; i++);
		return { default: { fetch() { return new Response(String(++n)) } } }`), nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				if _, body, err := get(t, w, "/"); err != nil || body != "1" {
					t.Errorf("got %q, %v, want 1", body, err)
				}
			}
		})
	}
	wg.Wait()
	w.Close()
	w.Close()
	if _, body, err := get(t, w, "/"); err != nil || body != "1" {
		t.Errorf("after Close: %q, %v", body, err)
	}
	if log.reported() != "" {
		t.Errorf("reported: %s", log.reported())
	}
}

func TestConcurrentRequests(t *testing.T) {
	w, _ := load(t, fetchScript(`await scheduler.wait(1); return new Response(new URL(request.url).pathname)`), nil)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			path := fmt.Sprintf("/%d", i)
			if _, body, err := get(t, w, path); err != nil || body != path {
				t.Errorf("%s: got %q, %v", path, body, err)
			}
		})
	}
	wg.Wait()
}

const helloScript = `
	const url = new URL(request.url);
	return new Response("Hello " + url.pathname, { headers: { "content-type": "text/plain", "x-a": "1" } });`

// asTheProgramRuns sets the garbage collector as the program does for itself.
func asTheProgramRuns(b *testing.B) {
	before := debug.SetGCPercent(400)
	b.Cleanup(func() { debug.SetGCPercent(before) })
}

// BenchmarkHello is one request to a small Worker in a fresh isolate, every global registered, without HTTP.
func BenchmarkHello(b *testing.B) {
	asTheProgramRuns(b)
	w, _ := load(b, fetchScript(helloScript), nil)
	req := httptest.NewRequest("GET", "http://localhost:8787/path", nil)
	b.ReportAllocs()
	for b.Loop() {
		res, err := w.RoundTrip(req)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
}

// BenchmarkBareEngine is the least that a fresh isolate can cost: a new goja runtime that runs a compiled script whose
// asynchronous function returns a string.
func BenchmarkBareEngine(b *testing.B) {
	asTheProgramRuns(b)
	program := goja.MustCompile("bare.js", `(function(){ "use strict"; return { default: { async fetch(request) { return "Hello " + request } } } })`, true)
	b.ReportAllocs()
	for b.Loop() {
		vm := goja.New()
		module, err := vm.RunProgram(program)
		if err != nil {
			b.Fatal(err)
		}
		start, _ := goja.AssertFunction(module)
		exports, _ := start(goja.Undefined())
		target := exports.(*goja.Object).Get("default").(*goja.Object)
		fetch, _ := goja.AssertFunction(target.Get("fetch"))
		if _, err := fetch(target, vm.ToValue("/path")); err != nil {
			b.Fatal(err)
		}
	}
}

// At module scope the clock stands at 0, and nothing has a body that is not a stream.
func TestModuleScope(t *testing.T) {
	w, _ := load(t, script(`
		const attempts = {
			date: () => [Date.now(), +new Date(), Date()],
			null: () => new Response(null, {status: 404}).clone().status,
			stream: () => typeof new Response(new ReadableStream()).clone().body,
			request: () => new Request("http://x/", {signal: new AbortController().signal}).url,
			beacon: () => navigator.sendBeacon("http://x/"),
			rewriter: () => new HTMLRewriter().on("p", {}).transform(new Response()).status,
		}
		for (const body of ["''", "'x'", "new String('x')", "new Uint8Array(0)", "new Blob([])", "new FormData()", "new URLSearchParams()"]) {
			attempts[body] = () => new Response(Function("return " + body)())
		}
		attempts.post = () => new Request("http://x/", {method: "POST", body: "x"})
		attempts.json = () => Response.json(1)
		attempts.redirect = () => Response.redirect("http://x/")
		const results = Object.entries(attempts).map(([name, run]) => {
			try { return name + " " + run() } catch (e) { return name + " " + e.message.slice(0, 20) }
		})
		return {default: {fetch() { return new Response(results.join("\n") + "\n" + (Date.now() > 1e12) + Response.json(1).ok) }}}`), nil)
	const want = `date 0,0,Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)
null 404
stream object
request http://x/
beacon false
rewriter 200
'' Disallowed operation
'x' Disallowed operation
new String('x') Disallowed operation
new Uint8Array(0) Disallowed operation
new Blob([]) Disallowed operation
new FormData() Disallowed operation
new URLSearchParams() Disallowed operation
post Disallowed operation
json Disallowed operation
redirect Disallowed operation
truetrue`
	if _, got, err := get(t, w, "/"); got != want {
		t.Errorf("%v, got\n%s\nwant\n%s", err, got, want)
	}
}
