package cache_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"devserver/internal/jstest"
	"devserver/runtime/cache"
	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

func globals() [][]webidl.Global {
	return [][]webidl.Global{cache.Globals(), fetch.Globals(), streams.Globals(), textcodec.Globals(), timers.Globals(), weburl.Globals(),
		{webidl.ClassGlobal(webidl.DOMExceptionClass)}}
}

// helpers are what the scripts of the tests share. What is kept and asked goes by one URL.
const helpers = `
	const url = "https://a.example/x?y";
	const cache = caches.default;
	const fresh = { "Cache-Control": "max-age=60" };
	const text = async (r) => r === undefined ? "miss" : r.status + " " + await r.text();
	const keep = (headers, body = "body", init = {}) => cache.put(url, new Response(body, { headers, ...init }));
	const find = async (headers = {}) => text(await cache.match(new Request(url, { headers })));
	const kept = async (headers, body, init) => { await keep(headers, body, init); return find(); };
	const head = async (name, headers) => (await cache.match(new Request(url, { headers }))).headers.get(name);
	const failing = () => new ReadableStream({ pull(c) { if (this.n++) c.error(new RangeError("no more")); else c.enqueue(new TextEncoder().encode("half")); }, n: 0 });
`

func TestStored(t *testing.T) {
	future := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	table(t, []jstest.Case{
		{`return kept(fresh)`, "200 body"},
		{`return kept({ "cache-control": "MAX-AGE=60" })`, "200 body"},
		{`return kept({ "Cache-Control": 'max-age="60"' })`, "200 body"},
		{`return kept({ "Cache-Control": "s-maxage=60, max-age=0" })`, "200 body"},
		{`return kept({ "Cache-Control": "s-maxage=0, max-age=60" })`, "miss"},
		{`return kept({ "Cache-Control": "max-age=0" })`, "miss"},
		{`return kept({ "Cache-Control": "max-age=-1" })`, "miss"},
		{`return kept({ "Cache-Control": "max-age=soon" })`, "miss"},
		{`return kept({ "Cache-Control": "max-age=99999999999999999999" })`, "200 body"},
		{`return kept({})`, "miss"},
		{`return kept({ "Cache-Control": "public" })`, "miss"},
		{`return kept({ "Cache-Control": "immutable" })`, "200 body"},
		{`return kept({ "Cache-Control": "max-age=0, stale-while-revalidate=60" })`, "200 body"},
		{`return kept({ "Cache-Control": "max-age=60, no-store" })`, "miss"},
		{`return kept({ "Cache-Control": "max-age=60, no-cache" })`, "miss"},
		{`return kept({ "Cache-Control": "max-age=60, private" })`, "miss"},
		{`return kept({ "Expires": "` + future + `" })`, "200 body"},
		{`return kept({ "Expires": "` + future + `", pragma: "no-cache" })`, "miss"},
		{`return kept({ "Expires": "0" })`, "miss"},
		{`return kept({ "Expires": "` + future + `", "Cache-Control": "max-age=0" })`, "miss"},
		{`return kept({ "Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT" })`, "200 body"},
		{`return kept({ "Age": "59", ...fresh })`, "200 body"},
		{`return kept({ "Age": "61", ...fresh })`, "miss"},
		{`return kept({ "Set-Cookie": "a=b", ...fresh })`, "miss"},
		{`await keep({ "Set-Cookie": "a=b", "Cache-Control": "private=Set-Cookie, max-age=60" }); return head("set-cookie")`, "null"},
		{`await cache.put(new Request(url, { headers: { Authorization: "x" } }), new Response("x", { headers: fresh })); return find()`, "miss"},
		{`await cache.put(new Request(url, { headers: { Authorization: "x" } }), new Response("x", { headers: { "Cache-Control": "public, max-age=60" } })); return find()`, "200 x"},
		{`return kept(fresh, "gone", { status: 404 })`, "404 gone"},
		{`return kept(fresh, "moved", { status: 302 })`, "302 moved"},
		{`return kept({ "Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT" }, "moved", { status: 302 })`, "miss"},
		{`return kept(fresh, "failed", { status: 500 })`, "miss"},
		{`return kept(fresh, null, { status: 304 })`, "miss"},
		{`return kept(fresh, null)`, "200 "},
		{`await keep(fresh); await keep({ "Cache-Control": "no-store" }, "new"); return find()`, "200 body"},
		{`await keep(fresh); await keep({ "Cache-Control": "max-age=0" }, "new"); return find()`, "miss"},

		{`await keep({ ...fresh, "cf-cache-status": "DYNAMIC", "X-A": "b" }); const r = await cache.match(url);
			return [...r.headers].filter(([name]) => name !== "date").join("|")`,
			"age,0|cache-control,max-age=60|cf-cache-status,HIT|content-length,4|content-type,text/plain;charset=UTF-8|x-a,b"},
		{`await keep({ ...fresh, "Content-Encoding": "gzip" }, "zipped"); return find()`, "200 zipped"},
		{`await keep(fresh); const r = await cache.match(url); return [r.url, r.redirected, r.statusText]`, ",false,OK"},
	})
}

func TestKeys(t *testing.T) {
	table(t, []jstest.Case{
		{`await cache.put(url + "#a", new Response("x", { headers: fresh })); return text(await cache.match(url + "#b"))`, "200 x"},
		{`await keep(fresh); return text(await cache.match("https://a.example/x"))`, "miss"},
		{`await keep(fresh); return text(await cache.match(new URL(url)))`, "200 body"},
		{`await keep(fresh); return text(await (await caches.open("default")).match(url))`, "miss"},
		{`await (await caches.open("n")).put(url, new Response("x", { headers: fresh })); return text(await (await caches.open("n")).match(url))`, "200 x"},
		{`await cache.put(new Request(url, { cf: { cacheKey: "k" } }), new Response("x", { headers: fresh }));
			return [await find(), await text(await cache.match(new Request("https://b.example/", { cf: { cacheKey: "k" } })))]`, "miss,200 x"},
		{`await cache.put(new Request(url, { headers: { "X-A": "1" } }), new Response("x", { headers: { Vary: "X-A", ...fresh } })); return find({ "X-A": "2" })`, "200 x"},
		{`await keep(fresh); return [await cache.delete(url), await cache.delete(url), await find()]`, "true,false,miss"},
		{`await keep(fresh); const post = new Request(url, { method: "POST", body: "b" });
			return [await text(await cache.match(post)), await text(await cache.match(post, { ignoreMethod: true })), await cache.delete(post), await cache.delete(post, { ignoreMethod: true }), post.bodyUsed]`,
			"miss,200 body,false,true,false"},
	})
}

func TestBodies(t *testing.T) {
	table(t, []jstest.Case{
		{`return kept(fresh, new ReadableStream({ start(c) { for (const s of ["a", "b"]) c.enqueue(new TextEncoder().encode(s)); c.close(); } }))`, "200 ab"},
		{`return kept(fresh, new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } }))`, "200 text"},
		{`return kept(fresh, new ReadableStream({ start(c) { c.enqueue(1); c.close(); } }))`, "thrown: TypeError: Draining read encountered a value that cannot be converted to bytes"},
		{`await keep({ ...fresh, "Content-Encoding": "gzip" }, new ReadableStream({ async pull(c) { c.enqueue("zipped"); c.close(); } })); return find()`, "200 zipped"},
		{`await keep(fresh, "old"); let e; try { await keep(fresh, failing()) } catch (x) { e = x } return [e, await find()]`, "RangeError: no more,200 old"},
		{`await keep(fresh, "old"); let go; const gate = new Promise((r) => { go = r });
			const put = keep(fresh, new ReadableStream({ async start(c) { c.enqueue(new TextEncoder().encode("ne")); await gate; c.enqueue(new TextEncoder().encode("w")); c.close(); } }));
			const during = await find(); go(); await put; return [during, await find()]`, "200 old,200 new"},
		{`await keep(fresh, "old"); const r = await cache.match(url); await keep(fresh, "new"); return text(r)`, "200 old"},
		{`const r = new Response("x", { headers: fresh }); const p = cache.put(url, r); const used = r.bodyUsed; await p; return used`, "true"},
		{`const r = new Response("x", { headers: fresh }); r.body; await cache.put(url, r.clone()); return [await r.text(), await find()]`, "x,200 x"},
		{`const r = new Response(new ReadableStream({ start(c) { c.enqueue("x"); c.close() } }), { headers: fresh }); const p = cache.put(url, r); r.headers.set("Cache-Control", "no-store"); await p; return find()`, "200 x"},
		{`const r = new Response("x"); await r.text(); return cache.put(url, r)`, "thrown: TypeError: Body has already been used. It can only be used once. Use tee() first if you need to read it twice."},
		{`const r = new Response(failing()); r.body.getReader(); return cache.put(url, r)`, "thrown: TypeError: The ReadableStream has been locked to a reader."},
		{`await keep(fresh); const r = await cache.match(url); new Uint8Array(await r.arrayBuffer())[0] = 0; return find()`, "200 body"},
		{`return cache.put(url, new Response(new ReadableStream({ pull() { return new Promise(() => {}) } })))`, "hung"},
	})
}

func TestConditions(t *testing.T) {
	table(t, []jstest.Case{
		{`await keep({ ETag: '"a"', ...fresh }); return find({ "If-None-Match": '"a"' })`, "304 "},
		{`await keep({ ETag: '"a"', ...fresh }); return find({ "If-None-Match": '"b", W/"a"' })`, "304 "},
		{`await keep({ ETag: '"a"', ...fresh }); return find({ "If-None-Match": "*" })`, "304 "},
		{`await keep({ ETag: '"a"', ...fresh }); return find({ "If-None-Match": '"b"' })`, "200 body"},
		{`await keep({ ETag: 'a', ...fresh }); return find({ "If-None-Match": "a" })`, "200 body"},
		{`await keep(fresh); return find({ "If-None-Match": "*" })`, "200 body"},
		{`await keep({ "Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT", ...fresh }); return find({ "If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT" })`, "304 "},
		{`await keep({ "Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT", ...fresh }); return find({ "If-Modified-Since": "Wed, 31 Dec 2014 23:59:59 GMT" })`, "200 body"},
		{`await keep({ "Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT", ...fresh }); return find({ "If-Modified-Since": "2016-01-01" })`, "200 body"},
		{`await keep(fresh); return find({ "If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT" })`, "200 body"},
	})
}

func TestRanges(t *testing.T) {
	cases := []jstest.Case{}
	for header, want := range map[string]string{
		"bytes=2-4": "206 234", "bytes=2-": "206 23456789", "bytes=-3": "206 789", "bytes=5-100": "206 56789", "BYTES = 2 - 4": "206 234",
		"bytes=-10": "200 0123456789", "bytes=-0": "200 0123456789", "bytes=": "200 0123456789",
		"bytes=10-": "416 ", "bytes=4-2": "416 ", "bytes=-": "416 ", "bytes=a-": "416 ", "bytes": "416 ", "lines=1-2": "416 ", "bytes=1-2,20-": "416 ",
		"bytes=99999999999999999999-": "416 ", "bytes=0-99999999999999999999": "206 0123456789",
	} {
		cases = append(cases, jstest.Case{fmt.Sprintf(`await keep(fresh, "0123456789"); return find({ Range: %q })`, header), want})
	}
	table(t, append(cases,
		jstest.Case{`await keep(fresh, "0123456789"); return [await head("content-range", { Range: "bytes=2-4" }), await head("content-length", { Range: "bytes=2-4" }), await head("content-range", { Range: "bytes=20-" })]`,
			"bytes 2-4/10,3,bytes */10"},
		jstest.Case{`await keep(fresh, "0123456789"); const r = await cache.match(new Request(url, { headers: { Range: "bytes=0-1,8-" } }));
			const boundary = r.headers.get("content-type").split("=")[1]; const t = await r.text();
			return [r.headers.get("content-length") == t.length, t.replaceAll(boundary, "B").replaceAll("\r\n", "|")]`,
			"true,--B|Content-Type: text/plain;charset=UTF-8|Content-Range: bytes 0-1/10||01|--B|Content-Type: text/plain;charset=UTF-8|Content-Range: bytes 8-9/10||89|--B--"},
		jstest.Case{`await keep({ ETag: '"a"', ...fresh }, "0123456789"); return find({ Range: "bytes=0-1", "If-None-Match": '"a"' })`, "304 "},
		jstest.Case{`return find({ Range: "bytes=0-1" })`, "miss"},
	))
}

func TestErrors(t *testing.T) {
	table(t, []jstest.Case{
		{`return cache.put(new Request(url, { method: "POST" }), new Response("x"))`, "thrown: TypeError: Cannot cache response to non-GET request."},
		{`return cache.put(new Request(url, { method: "HEAD" }), new Response("x"))`, "thrown: TypeError: Cannot cache response to non-GET request."},
		{`return cache.put(url, new Response("x", { status: 206 }))`, "thrown: TypeError: Cannot cache response to a range request (206 Partial Content)."},
		{`return cache.put(url, new Response("x", { headers: { Vary: "a, *" } }))`, "thrown: TypeError: Cannot cache response with 'Vary: *' header."},
		{`return cache.put(url, Response.error())`, "thrown: TypeError: Cache is unable to store an error response"},
		{`return cache.put(url)`, "thrown: TypeError: Failed to execute 'put' on 'Cache': parameter 2 is not of type 'Response'."},
		{`return cache.put("/a", new Response("x"))`, "thrown: TypeError: Invalid URL: /a"},
		{`return cache.match("/a")`, "thrown: TypeError: Invalid URL: /a"},
		{`return cache.delete("a")`, "thrown: TypeError: Invalid URL: a"},
		{`return cache.match("data:,x")`, "thrown: TypeError: Invalid URL. Cache API keys must be fully-qualified, valid URLs."},
		{`return cache.match("ftp://a/b")`, "thrown: TypeError: Fetch API cannot load: ftp://a/b"},
		{`return cache.match()`, "thrown: TypeError: Failed to execute 'match' on 'Cache': parameter 1 is not of type 'Request or string'."},
		{`return cache.match(url, "x")`, "thrown: TypeError: Failed to execute 'match' on 'Cache': parameter 2 is not of type 'CacheQueryOptions'."},
		{`return cache.match(url, { ignoreSearch: false })`, "thrown: Error: The 'ignoreSearch' field on 'CacheQueryOptions' is not implemented."},
		{`return cache.match(url, null)`, "undefined"},
		{`try { cache.add(url) } catch (e) { return "" + e }`, "Error: Failed to execute 'add' on 'Cache': the method is not implemented."},
		{`try { caches.keys() } catch (e) { return "" + e }`, "Error: Failed to execute 'keys' on 'CacheStorage': the method is not implemented."},
		{`return caches.open()`, "thrown: TypeError: Failed to execute 'open' on 'CacheStorage': parameter 1 is not of type 'string'."},
		{`return caches.open("x".repeat(1024))`, "thrown: TypeError: Cache name is too long."},
		{`return caches.open("x".repeat(1023))`, "[object Cache]"},
		{`return [Object.keys(caches), caches.default === caches.default, typeof Cache, typeof CacheStorage]`, "default,true,function,function"},
		{`return new Cache()`, "thrown: TypeError: Illegal constructor"},
	})
}

func TestModuleScope(t *testing.T) {
	for script, want := range map[string]string{
		`return cache.match(url)`:    "thrown: Error: Disallowed operation called within global scope",
		`return keep(fresh)`:         "thrown: Error: Disallowed operation called within global scope",
		`return cache.delete(url)`:   "thrown: Error: Disallowed operation called within global scope",
		`return caches.open("name")`: "[object Cache]",
	} {
		iso := jstest.New(t, globals()...)
		iso.SetIOContext(false)
		if got := iso.Run(t, helpers+script); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", script, got, want)
		}
	}
}

func table(t *testing.T, cases []jstest.Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c[0], func(t *testing.T) {
			if got := jstest.New(t, globals()...).Run(t, helpers+c[0]); got != c[1] {
				t.Errorf("got  %s\nwant %s", got, c[1])
			}
		})
	}
}

// host is an isolate's owner with a storage.
type host struct{ cache.Storage }

func (h host) CacheStorage() cache.Storage { return h.Storage }

// TestShared keeps a response in one isolate and finds it in others, at once.
func TestShared(t *testing.T) {
	storage := host{cache.NewMemory(cache.MemoryOptions{})}
	run := func(script string) string {
		iso := jstest.New(t, globals()...)
		iso.Host = storage
		return iso.Run(t, helpers+script)
	}
	if got := run(`return keep(fresh)`); got != "undefined" {
		t.Fatal(got)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := run(`await keep(fresh); return find()`); got != "200 body" {
				t.Error(got)
			}
		})
	}
	wg.Wait()
}

// TestExpiry has time pass.
func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		storage := host{cache.NewMemory(cache.MemoryOptions{})}
		run := func(script string) string {
			iso := jstest.New(t, globals()...)
			iso.Host = storage
			return iso.Run(t, helpers+script)
		}
		run(`return keep({ Age: "10", ...fresh })`)
		time.Sleep(20 * time.Second)
		if got := run(`return head("age")`); got != "30" {
			t.Errorf("age: %s", got)
		}
		time.Sleep(30 * time.Second)
		if got := run(`return [await find(), await cache.delete(url)]`); got != "miss,false" {
			t.Errorf("after its time: %s", got)
		}
	})
}

// TestTooLarge puts bodies of the largest size, and of one byte more.
func TestTooLarge(t *testing.T) {
	storage := cache.NewMemory(cache.MemoryOptions{Limit: 4000})
	iso := jstest.New(t, globals()...)
	iso.Host = host{storage}
	got := iso.Run(t, helpers+`
		const stream = (n) => new ReadableStream({ start(c) { c.enqueue(new Uint8Array(n)); c.close(); } });
		const sizes = [];
		for (const body of [new Uint8Array(1000), new Uint8Array(1001), stream(1000), stream(1001)]) {
			await cache.delete(url);
			await keep(fresh, body);
			sizes.push((await (await cache.match(url))?.arrayBuffer())?.byteLength);
		}
		return sizes`)
	if got != "1000,,1000," {
		t.Error(got)
	}
}

// target answers with a megabyte, of which a path /lost gives half.
type target struct{}

// RoundTrip implements fetch.Target.
func (target) RoundTrip(req *http.Request) (*http.Response, error) {
	body := io.Reader(strings.NewReader(strings.Repeat("x", 1<<20)))
	if req.URL.Opaque == "/lost" {
		body = io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<19)), iotest.ErrReader(io.ErrUnexpectedEOF))
	}
	return &http.Response{StatusCode: 200, ContentLength: 1 << 20, Header: http.Header{"Cache-Control": {"max-age=60"}, "Content-Length": {"1048576"}}, Body: io.NopCloser(body)}, nil
}

// TestFetched keeps bodies that come from Go.
func TestFetched(t *testing.T) {
	for script, want := range map[string]string{
		`const r = await fetch(url); await cache.put(url, r); return (await text(await cache.match(url))).length`:                                          "1048580",
		`const r = await fetch(url); const put = cache.put(url, r.clone()); const t = await r.text(); await put; return [t.length, (await find()).length]`: "1048576,1048580",
		`await cache.put(url, await fetch("http://a.example/lost")); return find()`:                                                                        "miss",
	} {
		iso := jstest.New(t, globals()...)
		fetch.Attach(iso.Realm, fetch.Environment{Target: target{}})
		if got := iso.Run(t, helpers+script); got != want {
			t.Errorf("%s: got %s, want %s", script, got, want)
		}
	}
}

func TestMemory(t *testing.T) {
	now := time.Now()
	entry := func(size int) *cache.Entry {
		return &cache.Entry{Status: 200, Body: make([]byte, size), Expires: now.Add(time.Minute)}
	}
	key := func(name string) cache.Key { return cache.Key{Cache: cache.Default, URL: name} }
	m := cache.NewMemory(cache.MemoryOptions{Limit: 10_000})
	for _, name := range []string{"a", "b", "c", "d"} {
		m.Put(key(name), entry(1500))
	}
	m.Get(key("a"), now) // b is the one that was not used for the longest time now
	m.Put(key("e"), entry(1500))
	m.Put(key("d"), entry(2501)) // too large, and what there was is gone
	found := ""
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		if m.Get(key(name), now) != nil {
			found += name
		}
	}
	if found != "ace" {
		t.Errorf("found %q", found)
	}
	if m.Get(key("a"), now.Add(time.Minute)) != nil || m.Get(key("a"), now) != nil {
		t.Error("a stale entry is found")
	}
	if !m.Delete(key("c"), now) || m.Delete(key("c"), now) || m.Delete(key("e"), now.Add(time.Hour)) {
		t.Error("Delete does not tell what there was")
	}
}
