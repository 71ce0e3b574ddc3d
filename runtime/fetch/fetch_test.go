package fetch_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/blob"
	"devserver/runtime/compat"
	"devserver/runtime/eventloop"
	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// roundTrip is a Target made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func set(t testing.TB, date string) compat.Set {
	t.Helper()
	s, problems := compat.Resolve(date, nil)
	if problems != nil {
		t.Fatal(problems)
	}
	return s
}

// respond runs the body of an async function that returns a Response, and makes it the answer to a request.
func respond(t testing.TB, iso *jstest.Isolate, method, body string) (*http.Response, fetch.Body, error) {
	t.Helper()
	if got := iso.Run(t, "globalThis.result = await (async () => {"+body+"})()"); strings.HasPrefix(got, "thrown") || got == "hung" {
		t.Fatal(got)
	}
	response, ok := fetch.ResponseOf(iso.Realm, iso.VM.Get("result"))
	if !ok {
		t.Fatalf("%s: not a Response", body)
	}
	var res *http.Response
	var out fetch.Body
	var err error
	if fatal := iso.Loop.Do(func() {
		res, out, err = response.HTTP(iso.Realm, &http.Request{Method: method})
	}); fatal != nil {
		t.Fatal(fatal)
	}
	return res, out, err
}

// drain reads a body while the loop runs.
func drain(t testing.TB, iso *jstest.Isolate, body io.ReadCloser) (string, error) {
	t.Helper()
	var data []byte
	var err error
	done := make(chan struct{})
	op := iso.Loop.Begin()
	go func() {
		data, err = io.ReadAll(body)
		body.Close()
		close(done)
		op.Done(nil)
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := iso.Loop.Run(ctx, func() bool {
		select {
		case <-done:
			return true
		default:
			return false
		}
	}); err != nil {
		t.Fatal(err)
	}
	return string(data), err
}

func TestResponseHTTP(t *testing.T) {
	for _, test := range []struct {
		script, method string
		status         string
		length         int64
		header         http.Header
		body           string
		needsLoop      bool
	}{
		{script: `return new Response('abc')`, status: "200 OK", length: 3,
			header: http.Header{"Content-Type": {"text/plain;charset=UTF-8"}}, body: "abc"},
		{script: `return new Response('é')`, status: "200 OK", length: 2,
			header: http.Header{"Content-Type": {"text/plain;charset=UTF-8"}}, body: "é"},
		{script: `return new Response(null, { status: 404, statusText: 'Gone Fishing' })`, status: "404 Gone Fishing", header: http.Header{}},
		{script: `return new Response(new Uint8Array([65, 66]), { status: 299 })`, status: "299 ", length: 2, header: http.Header{}, body: "AB"},
		{script: `return new Response('', { status: 204 })`, status: "204 No Content",
			header: http.Header{"Content-Type": {"text/plain;charset=UTF-8"}}},
		{script: `return new Response('x', { headers: { 'X-Foo': '1', 'x-foo': '2', 'aB': '3', 'etag': 'q', 'content-type': 't' } })`,
			status: "200 OK", length: 1, body: "x",
			header: http.Header{"X-Foo": {"1", "2"}, "aB": {"3"}, "Etag": {"q"}, "Content-Type": {"t"}}},
		{script: `const h = new Headers({ 'Set-Cookie': 'a' }); h.append('set-cookie', 'b, c'); return new Response(null, { headers: h })`,
			status: "200 OK", header: http.Header{"Set-Cookie": {"a", "b, c"}}},
		{script: `return new Response('x', { headers: { 'content-length': '5', 'transfer-encoding': 'chunked', connection: 'close',
				'keep-alive': 'x', te: 'x', upgrade: 'q', trailer: 'x', 'content-type': 't' } })`,
			status: "200 OK", length: 1, body: "x", header: http.Header{"Content-Type": {"t"}}},
		{script: `return new Response(null, { headers: { 'content-length': '5' } })`, method: "HEAD", status: "200 OK", length: 5, header: http.Header{}},
		{script: `return new Response(null)`, method: "HEAD", status: "200 OK", length: -1, header: http.Header{}},
		{script: `return new Response(null, { headers: { 'content-length': '5' } })`, status: "200 OK", header: http.Header{}},
		{script: `return Response.redirect('http://a/b', 301)`, status: "301 Moved Permanently", header: http.Header{"Location": {"http://a/b"}}},
		{script: `return Response.json({ a: [1] })`, status: "200 OK", length: 9,
			header: http.Header{"Content-Type": {"application/json"}}, body: `{"a":[1]}`},
		{script: `return new Response(new ReadableStream({ pull(c) { setTimeout(() => { c.enqueue(new Uint8Array([65])); c.close() }) } }))`,
			status: "200 OK", length: -1, header: http.Header{}, body: "A", needsLoop: true},
		{script: `const f = new FixedLengthStream(3), w = f.writable.getWriter(); w.write(new Uint8Array([65, 66, 67])); w.close(); return new Response(f.readable)`,
			status: "200 OK", length: 3, header: http.Header{}, body: "ABC", needsLoop: true},
		{script: `const r = new Response('abc'); r.body; return r`, status: "200 OK", length: 3,
			header: http.Header{"Content-Type": {"text/plain;charset=UTF-8"}}, body: "abc"},
		{script: `return fetch('http://127.0.0.1:7481/cookies')`, status: "200 OK", length: -1,
			header: http.Header{"Set-Cookie": {"a=1", "b=2; x=1, 2"}, "X-A": {"1", "2"}}, body: "c"},
		{script: `return new Response('zipped', { headers: { 'content-encoding': 'gzip', 'content-type': 't' }, encodeBody: 'manual' })`,
			status: "200 OK", length: 6, header: http.Header{"Content-Type": {"t"}, "Content-Encoding": {"gzip"}}, body: "zipped"},
		{script: `return fetch('http://127.0.0.1:7481/gzip')`, status: "200 OK", length: -1,
			header: http.Header{"Content-Type": {"text/plain"}, "Content-Encoding": {"gzip"}}, body: zipped()},
		{script: `const r = await fetch('http://127.0.0.1:7481/gzip'); return new Response(r.body, r)`, status: "200 OK", length: -1,
			header: http.Header{"Content-Type": {"text/plain"}, "Content-Encoding": {"gzip"}}, body: zipped()},
		{script: `return fetch('http://127.0.0.1:7481/gzip', { encodeResponseBody: 'manual' })`, status: "200 OK", length: -1,
			header: http.Header{"Content-Type": {"text/plain"}, "Content-Encoding": {"gzip"}}, body: zipped()},
		{script: `const r = await fetch('http://127.0.0.1:7481/gzip'); return new Response(r.body)`, status: "200 OK", length: -1,
			header: http.Header{}, body: "zipped"},
	} {
		t.Run(test.script, func(t *testing.T) {
			iso := newIsolate(t, fetch.Environment{Target: &origin{}})
			res, body, err := respond(t, iso, test.method, test.script)
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != test.status {
				t.Errorf("status %q, want %q", res.Status, test.status)
			}
			if res.ContentLength != test.length {
				t.Errorf("length %d, want %d", res.ContentLength, test.length)
			}
			if body.NeedsLoop() != test.needsLoop {
				t.Errorf("needs loop: %v, want %v", body.NeedsLoop(), test.needsLoop)
			}
			if got, want := headerText(res.Header), headerText(test.header); got != want {
				t.Errorf("headers %s, want %s", got, want)
			}
			if got, err := drain(t, iso, body); err != nil || got != test.body {
				t.Errorf("body %q, %v, want %q", got, err, test.body)
			}
		})
	}
}

func headerText(h http.Header) string {
	var b strings.Builder
	h.Write(&b)
	return strings.ReplaceAll(b.String(), "\r\n", "; ")
}

func TestResponseHTTPRefuses(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`const r = new Response('a'); await r.text(); return r`, "Body has already been used"},
		{`const r = new Response('a'); r.body.getReader(); return r`, "currently locked to a reader"},
		{`return Response.error()`, "error response"},
	} {
		iso := newIsolate(t, fetch.Environment{})
		if _, _, err := respond(t, iso, "GET", test.script); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.script, err, test.want)
		}
	}
}

// TestResponseIsCompressed is the counterpart of passing a compressed body on: a script that says gzip gets gzip.
func TestResponseIsCompressed(t *testing.T) {
	iso := newIsolate(t, fetch.Environment{})
	res, body, err := respond(t, iso, "GET", `return new Response('zipped', { headers: { 'content-encoding': 'gzip' } })`)
	if err != nil || res.ContentLength != -1 {
		t.Fatal(res, err)
	}
	data, err := drain(t, iso, body)
	if err != nil {
		t.Fatal(err)
	}
	back := newIsolate(t, fetch.Environment{Target: roundTrip(func(*http.Request) (*http.Response, error) {
		return answer(200, http.Header{"Content-Encoding": {"gzip"}}, data), nil
	})})
	if got := back.Run(t, `return (await fetch('http://a')).text()`); got != "zipped" {
		t.Error(got)
	}
}

// TestBodyEncoding: "manual" leaves the coding of a body, either way, to the script.
func TestBodyEncoding(t *testing.T) {
	target := roundTrip(func(*http.Request) (*http.Response, error) {
		return answer(200, http.Header{"Content-Encoding": {"gzip"}}, zipped()), nil
	})
	for script, want := range map[string]string{
		`return (await fetch('http://a')).text()`: "zipped",
		`return (await (await fetch('http://a', { encodeResponseBody: 'manual' })).bytes()).slice(0, 2).join()`:                       "31,139",
		`return (await (await fetch(new Request('http://a', { encodeResponseBody: 'manual' }))).bytes()).slice(0, 2).join()`:          "31,139",
		`return (await fetch(new Request('http://a', { encodeResponseBody: 'manual' }), { encodeResponseBody: 'automatic' })).text()`: "zipped",
		`return fetch('http://a', { encodeResponseBody: 'no' })`:                                                                      "thrown: TypeError: encodeResponseBody: unexpected value: no",
		`return new Response('a', { encodeBody: 'no' })`:                                                                              "thrown: TypeError: encodeBody: unexpected value: no",
	} {
		iso := newIsolate(t, fetch.Environment{Target: target})
		if got := iso.Run(t, script); got != want {
			t.Errorf("%s: %s, want %s", script, got, want)
		}
	}
}

func incoming(t testing.TB, iso *jstest.Isolate, in *http.Request, opts fetch.Incoming, script string) string {
	t.Helper()
	if err := iso.Loop.Do(func() { iso.VM.Set("request", fetch.NewRequest(iso.Realm, in, opts)) }); err != nil {
		t.Fatal(err)
	}
	return iso.Run(t, script)
}

// TestHeadersInit: what headers are made of is looked at step by step.
func TestHeadersInit(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`const log = [], p = new Proxy({ a: '1', c: '2' }, {
			ownKeys(t) { log.push('keys'); return Reflect.ownKeys(t) },
			getOwnPropertyDescriptor(t, k) { log.push('has ' + k); return k === 'c' ? undefined : Reflect.getOwnPropertyDescriptor(t, k) },
			get(t, k) { log.push('get ' + String(k)); return t[k] } });
			return [...new Headers(p)].join() + ': ' + log.join()`, "a,1: get Symbol(Symbol.iterator),keys,has a,get a,has c"},
		{`return [...new Headers(new Proxy({ a: '1', [Symbol('b')]: '2' }, {}))].join()`, "a,1"},
	}, fetch.Globals())
}

// TestFormDataBody: what cannot be encoded is no body.
func TestFormDataBody(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`const f = new FormData(); f.append('a\\', ''); new Response(f)`, `thrown: TypeError: Name or filename can't end with backslash`},
		{`const f = new FormData(); f.append('a', new Blob([]), 'b\\'); new Request('http://a', { method: 'POST', body: f })`, `thrown: TypeError: Name or filename can't end with backslash`},
		{`const f = new FormData(), names = ['a\\b', '\\"', '"', '']; for (const n of names) f.append(n, ''); return JSON.stringify([...(await new Response(f).formData()).keys()]) === JSON.stringify(names)`, "true"},
	}, fetch.Globals(), blob.Globals())
}

func TestIncomingRequest(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`return request.url`, "http://Example.com:80/a/../b|c%2f%zz?x=y"},
		{`return new Request(request).url`, "http://Example.com:80/a/../b|c%2f%zz?x=y"},
		{`return request.method + request.redirect + request.integrity + request.keepalive + request.cache`, "POSTmanualfalseundefined"},
		{`return [...request.headers].join('; ')`, "content-length,3; cookie,a=1, b=2; host,Example.com:80; x-a,1"},
		{`request.headers.set('a', 'b')`, "thrown: TypeError: Can't modify immutable headers."},
		{`request.clone().headers.set('a', 'b')`, "thrown: TypeError: Can't modify immutable headers."},
		{`const r = new Request(request); r.headers.set('a', 'b'); return r.headers.get('host') + r.headers.get('a')`, "Example.com:80b"},
		{`return request.headers === request.headers && request.cf === request.cf && request.signal === request.signal`, "true"},
		{`return JSON.stringify(request.cf) + request.cf.colo`, `{"colo":"LHR"}LHR`},
		{`return new Request(request, { cf: { x: 1 } }).cf.x`, "1"},
		{`return [request.bodyUsed, await request.text(), request.bodyUsed].join()`, "false,abc,true"},
		{`const c = request.clone(); return await c.text() + await request.text()`, "abcabc"},
		{`const b = new Int8Array([1]), r = new Response(new ReadableStream({ start(c) { c.enqueue(b); c.close() } })), c = r.clone(); const x = (await r.body.getReader().read()).value, y = (await c.body.getReader().read()).value; return [x === b, y === b, y.constructor.name, y[0]].join()`, "true,false,Int8Array,1"},
		{`const r = new Response(new ReadableStream({ start(c) { c.enqueue(() => 1) } })), c = r.clone(); return (await Promise.allSettled([r.text(), c.text()])).map(x => x.reason.name).join()`, "DataCloneError,DataCloneError"},
		{`const c = new Request(request); return [await c.text(), request.bodyUsed].join()`, "abc,true"},
		{`const a = new Request('http://a', request), b = new Request('http://b', request); return [a.body === b.body, request.bodyUsed, await b.text(), a.bodyUsed, request.bodyUsed].join()`, "true,false,abc,true,true"},
		{`const a = new Request('http://a', request); await a.text(); return new Request('http://b', request)`, "thrown: TypeError: This ReadableStream is disturbed (has already been read from), and cannot be used as a body."},
		{`request.body.getReader(); return new Request('http://a', request).url`, "http://a/"},
		{`const a = new Request('http://a', request), c = a.clone(); return [await c.text(), await request.text()].join()`, "abc,abc"},
		{`return (await fetch(new Request('http://127.0.0.1:7481/echo', request))).text()`,
			"POST /echo content-length:3 cookie:a=1, b=2 x-a:1 abc"},
		{`return (await fetch(new Request('http://127.0.0.1:7481/redirect/302', request))).status`, "302"},
		{`return request.signal.aborted`, "false"},
	} {
		t.Run(test.script, func(t *testing.T) {
			in := &http.Request{
				Method: "POST", RequestURI: "/a/../b|c%2f%zz?x=y", Host: "Example.com:80",
				Header:        http.Header{"X-A": {"1"}, "Cookie": {"a=1", "b=2"}, "Content-Length": {"3"}},
				Body:          io.NopCloser(strings.NewReader("abc")),
				ContentLength: 3,
			}
			iso := newIsolate(t, fetch.Environment{Target: &origin{}})
			if got := incoming(t, iso, in, fetch.Incoming{CF: `{"colo":"LHR"}`}, test.script); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestIncomingURL(t *testing.T) {
	parsed, _ := url.Parse("https://b.example/p?q")
	for _, test := range []struct {
		in   http.Request
		opts fetch.Incoming
		want string
	}{
		{http.Request{RequestURI: "/x", Host: "a"}, fetch.Incoming{}, "http://a/x"},
		{http.Request{RequestURI: "/x", Host: "a"}, fetch.Incoming{Scheme: "https"}, "https://a/x"},
		{http.Request{RequestURI: "/x", Host: "a"}, fetch.Incoming{URL: "http://z/"}, "http://z/"},
		{http.Request{RequestURI: "http://c/x", Host: "c"}, fetch.Incoming{}, "http://c/x"},
		{http.Request{URL: parsed}, fetch.Incoming{}, "https://b.example/p?q"},
		{http.Request{URL: &url.URL{Scheme: "https", Host: "d", Opaque: "//x/%zz"}, Host: "e"}, fetch.Incoming{}, "https://e//x/%zz"},
	} {
		iso := newIsolate(t, fetch.Environment{})
		if got := incoming(t, iso, &test.in, test.opts, `return request.url`); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestRequestSignalFollowsTheClient(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	flags, _ := compat.Resolve("", []string{compat.EnableRequestSignal})
	iso := newIsolate(t, fetch.Environment{})
	iso.SetCompat(&flags)
	in := (&http.Request{Method: "GET", Host: "a", RequestURI: "/"}).WithContext(ctx)
	iso.VM.Set("leave", cancel)
	got := incoming(t, iso, in, fetch.Incoming{}, `
		const aborted = new Promise(resolve => request.signal.addEventListener('abort', () => resolve(request.signal.reason.name)));
		const alive = setInterval(() => {}, 1000);
		leave();
		try { return await aborted } finally { clearInterval(alive) }`)
	if got != "AbortError" {
		t.Error(got)
	}
}

func TestFetcher(t *testing.T) {
	bound, global := &origin{}, &origin{}
	iso := newIsolate(t, fetch.Environment{Target: global})
	iso.VM.Set("B", fetch.NewFetcher(iso.Realm, bound))
	for _, test := range []struct{ script, want string }{
		{`return (await B.fetch('http://127.0.0.1:7481/redirect/307', { method: 'POST', body: 'x' })).text()`,
			"POST /echo content-length:1 content-type:text/plain;charset=UTF-8 x"},
		{`return (await fetch(new Request('http://127.0.0.1:7481/echo', { fetcher: B }))).status`, "200"},
		{`return B.fetch('/echo')`, "thrown: TypeError: Invalid URL: /echo"},
		{`return B.connect('a:1')`, "thrown: NotSupportedError: connect() is not supported by this binding in devserver yet; its fetch() is."},
		{`return String(B) + typeof Fetcher`, "[object Fetcher]undefined"},
		{`const { fetch } = B; return fetch('http://a')`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
	} {
		if got := iso.Run(t, test.script); got != test.want {
			t.Errorf("%s: got %s, want %s", test.script, got, test.want)
		}
	}
	if n := len(bound.requests()); n != 3 {
		t.Errorf("the binding's target got %d requests, want 3", n)
	}
	if n := len(global.requests()); n != 0 {
		t.Errorf("the global target got %d requests, want none", n)
	}
}

func TestOutgoingURLIsKept(t *testing.T) {
	o := &origin{}
	iso := newIsolate(t, fetch.Environment{Target: o})
	iso.Run(t, `await fetch('http://u:p@LOCALHOST:7481//double/a%2Fb|c%zz?q=a b#frag')`)
	got := o.requests()[0]
	if got.URL.Scheme != "http" || got.URL.Host != "localhost:7481" || got.URL.Opaque != "//double/a%2Fb|c%zz?q=a%20b" || got.URL.User != nil {
		t.Errorf("%#v", got.URL)
	}
	if len(got.Header) != 0 || got.Body != nil || got.GetBody != nil {
		t.Errorf("%v, body %v", got.Header, got.Body)
	}
}

func TestCompatibilityDates(t *testing.T) {
	const crossing = `return (await fetch('http://127.0.0.1:7481/redirect/302?to=http://localhost:7481/echo', { headers: { Authorization: 'a', Cookie: 'c' } })).text()`
	for _, test := range []struct{ date, script, want string }{
		{"2025-09-01", crossing, "GET /echo cookie:c "},
		{"2025-08-31", crossing, "GET /echo authorization:a cookie:c "},
		{"2024-11-10", `return new Request('http://a', { cache: 'no-store' })`, "thrown: Error: The 'cache' field on 'RequestInitializerDict' is not implemented."},
		{"2024-11-11", `return new Request('http://a', { cache: 'no-store' }).cache`, "no-store"},
		{"2024-11-11", `return new Request('http://a', { cache: 'no-cache' })`, "thrown: TypeError: Unsupported cache mode: no-cache"},
		{"2025-08-07", `return new Request('http://a', { cache: 'no-cache' }).cache`, "no-cache"},
		{"2024-10-13", `return new Request('http://a', { method: 'patch' })`, "thrown: TypeError: Invalid HTTP method string: patch"},
		{"2024-10-13", `return new Request('http://a', { method: 'post' }).method`, "POST"},
		{"2024-10-14", `return new Request('http://a', { method: 'patch' }).method`, "PATCH"},
	} {
		iso := newIsolate(t, fetch.Environment{Target: &origin{}})
		flags := set(t, test.date)
		iso.SetCompat(&flags)
		if got := iso.Run(t, test.script); got != test.want {
			t.Errorf("%s %s: got %s, want %s", test.date, test.script, got, test.want)
		}
	}
}

func TestModuleScope(t *testing.T) {
	o := &origin{}
	iso := newIsolate(t, fetch.Environment{Target: o})
	iso.SetIOContext(false)
	if got := iso.Run(t, `return fetch('http://127.0.0.1:7481/')`); !strings.HasPrefix(got, "thrown: Error: Disallowed operation called within global scope") {
		t.Error(got)
	}
	if len(o.requests()) != 0 {
		t.Error("a request was sent")
	}
}

func TestNoTarget(t *testing.T) {
	if got := newIsolate(t, fetch.Environment{}).Run(t, `return fetch('http://a')`); !strings.HasPrefix(got, "thrown: Error: This Worker has no network") {
		t.Error(got)
	}
}

func TestTargetErrors(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{io.EOF, "Error: Network connection lost., true, Error: EOF"},
		{errors.New("no such host"), "Error: Network connection lost., undefined, Error: no such host"},
		{webidl.TypeErrorf("mine"), "TypeError: mine, undefined, undefined"},
	} {
		iso := newIsolate(t, fetch.Environment{Target: roundTrip(func(*http.Request) (*http.Response, error) { return nil, test.err })})
		got := iso.Run(t, `try { await fetch('http://a') } catch (e) { return [e, e.retryable + '', e.cause + ''].join(', ') }`)
		if got != test.want {
			t.Errorf("%v: got %s, want %s", test.err, got, test.want)
		}
	}
}

// closing reports when it is closed.
type closing struct {
	io.Reader
	closed chan struct{}
}

func (c *closing) Close() error {
	close(c.closed)
	return nil
}

func TestUnreadBodyIsClosedWithTheIsolate(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	body := &closing{strings.NewReader("abc"), make(chan struct{})}
	iso := newIsolate(t, fetch.Environment{
		Context: func() context.Context { return ctx },
		Target: roundTrip(func(req *http.Request) (*http.Response, error) {
			res := answer(200, http.Header{}, "")
			res.Body = body
			return res, nil
		}),
	})
	if got := iso.Run(t, `globalThis.r = await fetch('http://a'); return r.status`); got != "200" {
		t.Fatal(got)
	}
	select {
	case <-body.closed:
		t.Fatal("closed too early")
	default:
	}
	end()
	select {
	case <-body.closed:
	case <-time.After(20 * time.Second):
		t.Fatal("not closed")
	}
}

func TestIsolateEndCancelsTheRequest(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	sent, cancelled := make(chan struct{}), make(chan struct{})
	iso := newIsolate(t, fetch.Environment{
		Context: func() context.Context { return ctx },
		Target: roundTrip(func(req *http.Request) (*http.Response, error) {
			close(sent)
			<-req.Context().Done()
			close(cancelled)
			return nil, req.Context().Err()
		}),
	})
	if err := iso.Loop.Do(func() { iso.VM.RunString(`fetch('http://a').catch(() => {})`) }); err != nil {
		t.Fatal(err)
	}
	<-sent
	iso.Loop.Close()
	end()
	<-cancelled
}

func TestAbort(t *testing.T) {
	var cause error
	done := make(chan struct{})
	iso := newIsolate(t, fetch.Environment{Target: roundTrip(func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		cause = context.Cause(req.Context())
		close(done)
		return nil, req.Context().Err()
	})})
	got := iso.Run(t, `
		const c = new AbortController();
		const p = fetch('http://a', { signal: c.signal });
		setTimeout(() => c.abort(new Error('enough')), 0);
		return p`)
	if got != "thrown: Error: enough" {
		t.Error(got)
	}
	<-done
	// The target may put the cause into a message, on its own goroutine.
	if _, ok := errors.AsType[*webidl.Thrown](cause); !ok || cause.Error() != "Error: enough" {
		t.Error(cause)
	}
}

// TestStreamingDown reads a body that is made while it is read: each chunk is asked for by the script.
func TestStreamingDown(t *testing.T) {
	r, w := io.Pipe()
	iso := newIsolate(t, fetch.Environment{Target: roundTrip(func(*http.Request) (*http.Response, error) {
		res := answer(200, http.Header{}, "")
		res.Body = r
		return res, nil
	})})
	written := make(chan string, 1)
	iso.VM.Set("write", func(s string) {
		go func() {
			io.WriteString(w, s) // returns when the script has read it
			written <- s
		}()
	})
	iso.VM.Set("close", func() { w.Close() })
	got := iso.Run(t, `
		const reader = (await fetch('http://a')).body.getReader(), seen = [];
		for (const part of ['one', 'two', 'three']) {
			write(part);
			seen.push(String.fromCharCode(...(await reader.read()).value));
		}
		setTimeout(close, 0);
		return seen + (await reader.read()).done`)
	if got != "one,two,threetrue" {
		t.Error(got)
	}
	for _, want := range []string{"one", "two", "three"} {
		select {
		case s := <-written:
			if s != want {
				t.Errorf("got %s, want %s", s, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("a write was not read")
		}
		if want != "three" {
			continue
		}
	}
}

// TestStreamingUp sends a body that a script makes while it is sent, no faster than it is read.
func TestStreamingUp(t *testing.T) {
	read := make(chan string)
	iso := newIsolate(t, fetch.Environment{Target: roundTrip(func(req *http.Request) (*http.Response, error) {
		if req.ContentLength != -1 {
			return nil, errors.New("the length is not known")
		}
		var all strings.Builder
		p := make([]byte, 64)
		for {
			n, err := req.Body.Read(p)
			all.Write(p[:n])
			if err == io.EOF {
				req.Body.Close()
				return answer(200, http.Header{}, all.String()), nil
			}
			if err != nil {
				return nil, err
			}
		}
	})})
	close(read)
	got := iso.Run(t, `
		let pulls = 0, max = 0, waiting = 0;
		const body = new ReadableStream({
			async pull(c) {
				max = Math.max(max, ++waiting);
				await new Promise(resolve => setTimeout(resolve, 0));
				waiting--;
				if (++pulls > 5) return c.close();
				c.enqueue(new TextEncoder().encode('<' + pulls + '>'));
			}
		}, { highWaterMark: 0 });
		const res = await fetch('http://a', { method: 'POST', body });
		return await res.text() + max`)
	if got != "<1><2><3><4><5>1" {
		t.Error(got)
	}
}

func TestUploadThatFails(t *testing.T) {
	o := &origin{}
	iso := newIsolate(t, fetch.Environment{Target: o})
	got := iso.Run(t, `
		const body = new ReadableStream({ start(c) { c.enqueue(new Uint8Array(3)) }, pull(c) { c.error(new RangeError('mine')) } });
		return fetch('http://127.0.0.1:7481/echo', { method: 'POST', body })`)
	if got != "thrown: RangeError: mine" {
		t.Error(got)
	}
}

func TestIncomingCostsLittle(t *testing.T) {
	iso := newIsolate(t, fetch.Environment{})
	in := &http.Request{Method: "POST", Host: "a", RequestURI: "/", Header: http.Header{"Accept": {"*/*"}},
		Body: io.NopCloser(strings.NewReader("abc")), ContentLength: 3}
	make := func() { fetch.NewRequest(iso.Realm, in, fetch.Incoming{CF: "{}"}) }
	make() // the class
	if n := testing.AllocsPerRun(100, make); n > 7 {
		t.Errorf("%v allocations for a request that nobody looks at", n)
	}
}

func BenchmarkIncomingUntouched(b *testing.B) {
	vm := goja.New()
	r := webidl.NewRealm(vm, eventloop.New(vm, nil))
	in := &http.Request{Method: "GET", Host: "a", RequestURI: "/", Header: http.Header{"Accept": {"*/*"}}, Body: http.NoBody}
	fetch.NewRequest(r, in, fetch.Incoming{}) // the class
	b.ReportAllocs()
	for b.Loop() {
		fetch.NewRequest(r, in, fetch.Incoming{CF: "{}"})
	}
}

func BenchmarkResponse(b *testing.B) {
	iso := newIsolate(b, fetch.Environment{})
	v, err := iso.VM.RunString(`(() => new Response('hello', { headers: { 'content-type': 'text/plain', 'x-a': 'b' } }))`)
	if err != nil {
		b.Fatal(err)
	}
	f, _ := goja.AssertFunction(v)
	b.ReportAllocs()
	for b.Loop() {
		v, err := f(nil)
		if err != nil {
			b.Fatal(err)
		}
		res, _ := fetch.ResponseOf(iso.Realm, v)
		if _, _, err := res.HTTP(iso.Realm, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProxy is a Worker that passes a request on and its answer back, in an isolate that is already there.
func BenchmarkProxy(b *testing.B) {
	iso := newIsolate(b, fetch.Environment{Target: roundTrip(func(req *http.Request) (*http.Response, error) {
		return answer(200, http.Header{"Content-Type": {"text/plain"}, "Server": {"x"}}, "hello"), nil
	})})
	v, err := iso.VM.RunString(`(request => fetch(request))`)
	if err != nil {
		b.Fatal(err)
	}
	f, _ := goja.AssertFunction(v)
	in := &http.Request{Method: "GET", Host: "a.example", RequestURI: "/path?q", Body: http.NoBody,
		Header: http.Header{"Accept": {"*/*"}, "User-Agent": {"bench"}, "Accept-Encoding": {"gzip"}}}
	b.ReportAllocs()
	for b.Loop() {
		var promise *goja.Promise
		iso.Loop.Do(func() {
			v, err := f(nil, fetch.NewRequest(iso.Realm, in, fetch.Incoming{}))
			if err != nil {
				b.Fatal(err)
			}
			promise, _ = webidl.AsPromise(v)
		})
		if err := iso.Loop.Run(b.Context(), func() bool { return promise.State() != goja.PromiseStatePending }); err != nil {
			b.Fatal(err)
		}
		res, ok := fetch.ResponseOf(iso.Realm, promise.Result())
		if !ok {
			b.Fatal(promise.Result())
		}
		_, body, err := res.HTTP(iso.Realm, in)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, body)
		body.Close()
	}
}

// TestUploadIsReleased has a target that neither reads nor closes the body: the script's stream is cancelled all the
// same once the response has been read, and the loop comes to rest.
func TestUploadIsReleased(t *testing.T) {
	iso := newIsolate(t, fetch.Environment{Target: roundTrip(func(*http.Request) (*http.Response, error) {
		return answer(200, http.Header{}, "ok"), nil
	})})
	got := iso.Run(t, `
		let cancelled; const done = new Promise(resolve => { cancelled = resolve });
		const body = new ReadableStream({ pull() { return new Promise(() => {}) }, cancel() { cancelled('cancelled') } });
		const res = await fetch('http://a', { method: 'POST', body });
		return await res.text() + await done`)
	if got != "okcancelled" {
		t.Error(got)
	}
}
