// The cases of the Cache API that are compared. Each has a cache and a URL of its own; what it returns is told as JSON.

const encoder = new TextEncoder();

// told is all of a response that a Worker sees, but for what is another one each time.
const told = async (r) => {
  if (r === undefined) return "undefined";
  const headers = [...r.headers].map(([name, value]) => name === "date" ? [name, isNaN(Date.parse(value)) ? value : "a date"] : [name, value]);
  const seen = { status: r.status, statusText: r.statusText, url: r.url, redirected: r.redirected, type: r.type, headers, noBody: r.body === null };
  const type = r.headers.get("content-type") ?? "";
  const text = await r.text();
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1];
  return JSON.parse(JSON.stringify({ ...seen, text }).replaceAll(boundary ?? "\0", "BOUNDARY"));
};

const thrown = (e) => ({ throws: String(e).replace(/reference = \w+/, "reference = ID"), class: [TypeError, RangeError, DOMException].filter((c) => e instanceof c).map((c) => c.name) });

const attempt = async (what) => {
  try { return (await what()) ?? "undefined"; } catch (e) { return thrown(e); }
};

const sync = (what) => {
  try { const v = what(); return typeof v?.then === "function" ? "a promise" : String(v); } catch (e) { return thrown(e); }
};

const stream = (...parts) => new ReadableStream({
  async pull(c) {
    if (parts.length === 0) return c.close();
    await scheduler.wait(5);
    const part = parts.shift();
    if (part instanceof Error) throw part;
    c.enqueue(encoder.encode(part));
  },
});

const httpDate = (seconds) => new Date(Date.now() + seconds * 1000).toUTCString();

// kept stores a response under url and tells of what a match finds.
const kept = (headers, body = "body", init = {}) => async ({ cache, url }) => ({
  put: await attempt(() => cache.put(url, new Response(body, { headers, ...init }))),
  match: await attempt(async () => told(await cache.match(url))),
});

// asked stores a response and matches it with a request of some headers.
const asked = (stored, request, body = "0123456789") => async ({ cache, url }) => {
  await cache.put(url, new Response(body, { headers: stored }));
  return attempt(async () => told(await cache.match(new Request(url, { headers: request }))));
};

const fresh = { "Cache-Control": "max-age=60" };

const cases = {
  // What is stored.
  "max-age": kept(fresh),
  "s-maxage": kept({ "Cache-Control": "s-maxage=60" }),
  "s-maxage before max-age": kept({ "Cache-Control": "max-age=60, s-maxage=0" }),
  "max-age=0": kept({ "Cache-Control": "max-age=0" }),
  "max-age, quoted": kept({ "Cache-Control": "max-age=\"60\"" }),
  "max-age of no number": kept({ "Cache-Control": "max-age=soon" }),
  "max-age, negative": kept({ "Cache-Control": "max-age=-1" }),
  "MAX-AGE": kept({ "Cache-Control": "MAX-AGE=60" }),
  "max-age of a fraction": kept({ "Cache-Control": "max-age=60.9" }),
  "max-age with spaces": kept({ "Cache-Control": " public ,  max-age = 60 " }),
  "max-age twice": kept([["Cache-Control", "max-age=60"], ["Cache-Control", "max-age=0"]]),
  "public": kept({ "Cache-Control": "public" }),
  "public, max-age": kept({ "Cache-Control": "public, max-age=60" }),
  "immutable": kept({ "Cache-Control": "immutable" }),
  "stale-while-revalidate": kept({ "Cache-Control": "max-age=0, stale-while-revalidate=60" }),
  "stale-if-error": kept({ "Cache-Control": "stale-if-error=60" }),
  "proxy-revalidate": kept({ "Cache-Control": "max-age=60, proxy-revalidate" }),
  "no Cache-Control": kept({}),
  "no-store": kept({ "Cache-Control": "no-store" }),
  "no-store and max-age": kept({ "Cache-Control": "no-store, max-age=60" }),
  "no-cache": kept({ "Cache-Control": "no-cache" }),
  "no-cache and max-age": kept({ "Cache-Control": "no-cache, max-age=60" }),
  "Pragma": kept({ "Pragma": "no-cache" }),
  "Pragma and max-age": kept({ "Pragma": "no-cache", ...fresh }),
  "private": kept({ "Cache-Control": "private, max-age=60" }),
  "Expires": async (c) => kept({ "Expires": httpDate(60) })(c).then((r) => { r.match.headers = r.match.headers?.map(([n, v]) => n === "expires" ? [n, "a date"] : [n, v]); return r; }),
  "Expires in the past": kept({ "Expires": "Thu, 01 Jan 1970 00:00:00 GMT" }),
  "Expires: 0": kept({ "Expires": "0" }),
  "Expires, but max-age=0": async (c) => kept({ "Expires": httpDate(60), "Cache-Control": "max-age=0" })(c),
  "Expires in the past, but max-age": kept({ "Expires": "Thu, 01 Jan 1970 00:00:00 GMT", ...fresh }),
  "Expires after Date": kept({ "Date": "Thu, 01 Jan 1970 00:00:00 GMT", "Expires": "Thu, 01 Jan 1970 01:00:00 GMT" }),
  "Last-Modified long ago": kept({ "Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT" }),
  "Last-Modified long ago, 302": kept({ "Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT", "Location": "https://a.example/" }, null, { status: 302 }),
  "Last-Modified in the future": kept({ "Last-Modified": "Thu, 01 Jan 2099 00:00:00 GMT" }),
  "Age": kept({ "Age": "30", ...fresh }),
  "Age beyond max-age": kept({ "Age": "90", ...fresh }),
  "Age of no number": kept({ "Age": "old", ...fresh }),
  "Date": kept({ "Date": "Thu, 01 Jan 1970 00:00:00 GMT", ...fresh }),
  "Set-Cookie": kept({ "Set-Cookie": "a=b", ...fresh }),
  "Set-Cookie, public": kept({ "Set-Cookie": "a=b", "Cache-Control": "public, max-age=60" }),
  "Set-Cookie, private=set-cookie": kept({ "Set-Cookie": "a=b", "Cache-Control": "private=set-cookie, max-age=60" }),
  "Set-Cookie, max-age, Private=Set-Cookie": kept({ "Set-Cookie": "a=b", "Cache-Control": "max-age=60, Private=Set-Cookie" }),
  "Set-Cookie, private=\"set-cookie\"": kept({ "Set-Cookie": "a=b", "Cache-Control": "max-age=60, private=\"set-cookie\"" }),
  "private=x": kept({ "Cache-Control": "private=x, max-age=60" }),
  "Authorization": async ({ cache, url }) => {
    await cache.put(new Request(url, { headers: { Authorization: "Basic eA==" } }), new Response("x", { headers: fresh }));
    return told(await cache.match(url));
  },
  "Authorization, public": async ({ cache, url }) => {
    await cache.put(new Request(url, { headers: { Authorization: "Basic eA==" } }), new Response("x", { headers: { "Cache-Control": "public, max-age=60" } }));
    return told(await cache.match(url));
  },
  "Cache-Control of the request that puts": async ({ cache, url }) => {
    await cache.put(new Request(url, { headers: { "Cache-Control": "no-store" } }), new Response("x", { headers: fresh }));
    return told(await cache.match(url));
  },
  "Cache-Control of the request that matches": asked(fresh, { "Cache-Control": "no-cache" }),
  "hop by hop": kept({ "Keep-Alive": "x", "TE": "x", "Trailer": "x", "Upgrade": "x", "Proxy-Authenticate": "x", "Proxy-Authorization": "x", "X-Other": "y", ...fresh }),
  "Connection": kept({ "Connection": "X-Other", "X-Other": "y", ...fresh }),
  "Warning": kept({ "Warning": "110 - \"stale\", 299 - \"odd\"", ...fresh }),
  "header spelling": kept({ "X-OtHer": "Y", "x-other": "z", ...fresh }),
  "many headers": kept([["Link", "<a>"], ["Link", "<b>"], ["Content-Type", "text/plain;charset=UTF-8"], ["Cache-Control", "max-age=60"]]),
  "header beyond ASCII": kept({ "X-Other": "caf\u00e9", ...fresh }),
  "cf-cache-status of the origin": kept({ "CF-Cache-Status": "DYNAMIC", ...fresh }),
  "Cache-Tag": kept({ "Cache-Tag": "a,b", ...fresh }),
  "Content-Encoding": kept({ "Content-Encoding": "gzip", ...fresh }, "zip me, please"),
  "Content-Encoding, manual": kept({ "Content-Encoding": "gzip", ...fresh }, new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 75, 4, 0, 67, 190, 183, 232, 1, 0, 0, 0]), { encodeBody: "manual" }),
  "Content-Length that is wrong": kept({ "Content-Length": "2", ...fresh }, "four"),
  "Transfer-Encoding": kept({ "Transfer-Encoding": "chunked", ...fresh }),
  ...Object.fromEntries([200, 201, 203, 204, 205, 300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 405, 410, 414, 418, 500, 501, 502, 503, 504, 599].map((status) =>
    [`status ${status}`, kept(fresh, [204, 205, 304].includes(status) ? null : "body", { status })])),
  ...Object.fromEntries([302, 404, 500, 504].map((status) => [`status ${status}, no Cache-Control`, kept({}, "body", { status })])),
  "statusText": kept(fresh, "x", { statusText: "Very Fine" }),
  "no body": kept(fresh, null),
  "empty body": kept(fresh, ""),
  "large body": async ({ cache, url }) => {
    await cache.put(url, new Response("x".repeat(5 << 20), { headers: fresh }));
    const r = await cache.match(url);
    return [r.headers.get("content-length"), (await r.arrayBuffer()).byteLength];
  },

  // Bodies that are streams.
  "stream": async ({ cache, url }) => {
    await cache.put(url, new Response(stream("one ", "two ", "three"), { headers: fresh }));
    return told(await cache.match(url));
  },
  "stream of a known length": async ({ cache, url }) => {
    const { readable, writable } = new FixedLengthStream(8);
    const w = writable.getWriter();
    w.write(encoder.encode("12345678"));
    w.close();
    await cache.put(url, new Response(readable, { headers: fresh }));
    return told(await cache.match(url));
  },
  "stream that fails": async ({ cache, url }) => ({
    put: await attempt(() => cache.put(url, new Response(stream("one", new RangeError("no more")), { headers: fresh }))),
    match: await told(await cache.match(url)),
  }),
  "stream that fails keeps what there was": async ({ cache, url }) => {
    await cache.put(url, new Response("old", { headers: fresh }));
    return {
      put: await attempt(() => cache.put(url, new Response(stream("one", new RangeError("no more")), { headers: fresh }))),
      match: await told(await cache.match(url)),
    };
  },
  "stream of strings": async ({ cache, url }) => ({
    put: await attempt(() => cache.put(url, new Response(new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } }), { headers: fresh }))),
    match: await told(await cache.match(url)),
  }),
  "match while put": async ({ cache, url }) => {
    await cache.put(url, new Response("old", { headers: fresh }));
    let go;
    const gate = new Promise((resolve) => { go = resolve; });
    const put = cache.put(url, new Response(new ReadableStream({ async start(c) {
      c.enqueue(encoder.encode("ne"));
      await gate;
      c.enqueue(encoder.encode("w"));
      c.close();
    } }), { headers: fresh }));
    const during = await (await cache.match(url)).text();
    go();
    await put;
    return [during, await (await cache.match(url)).text()];
  },
  "put while the old is read": async ({ cache, url }) => {
    await cache.put(url, new Response("old one", { headers: fresh }));
    const old = await cache.match(url);
    await cache.put(url, new Response("new", { headers: fresh }));
    return [await old.text(), await (await cache.match(url)).text()];
  },
  "delete while it is read": async ({ cache, url }) => {
    await cache.put(url, new Response("old one", { headers: fresh }));
    const old = await cache.match(url);
    await cache.delete(url);
    return [await old.text(), await told(await cache.match(url))];
  },
  "body is used at once": async ({ cache, url }) => {
    const r = new Response("x", { headers: fresh });
    const put = cache.put(url, r);
    const used = r.bodyUsed;
    await put;
    return [used, r.bodyUsed];
  },
  "body that is used": async ({ cache, url }) => {
    const r = new Response("x", { headers: fresh });
    await r.text();
    return attempt(() => cache.put(url, r));
  },
  "body that is locked": async ({ cache, url }) => {
    const r = new Response("x", { headers: fresh });
    r.body.getReader();
    return attempt(() => cache.put(url, r));
  },
  "clone": async ({ cache, url }) => {
    const r = new Response("x", { headers: fresh });
    await cache.put(url, r.clone());
    return [await r.text(), await told(await cache.match(url))];
  },
  "match twice": async ({ cache, url }) => {
    await cache.put(url, new Response("x", { headers: fresh }));
    return [await told(await cache.match(url)), await told(await cache.match(url))];
  },
  "headers of a match": async ({ cache, url }) => {
    await cache.put(url, new Response("x", { headers: fresh }));
    const r = await cache.match(url);
    return attempt(() => r.headers.set("a", "b"));
  },

  // Keys.
  "query": async ({ cache, url }) => {
    await cache.put(url + "?a", new Response("a", { headers: fresh }));
    return [await told(await cache.match(url)), await told(await cache.match(url + "?b")), (await told(await cache.match(url + "?a"))).text];
  },
  "fragment": async ({ cache, url }) => {
    await cache.put(url + "#a", new Response("a", { headers: fresh }));
    return [await told(await cache.match(url)), await told(await cache.match(url + "#b"))];
  },
  "URL object": async ({ cache, url }) => {
    await cache.put(new URL(url), new Response("a", { headers: fresh }));
    return (await told(await cache.match(new URL(url)))).text;
  },
  "URL that is not normal": async ({ cache, url }) => {
    await cache.put(url + "/./a b", new Response("a", { headers: fresh }));
    return (await told(await cache.match(url + "/a%20b"))).text;
  },
  "relative URL": async ({ cache }) => ({ put: await attempt(() => cache.put("/a", new Response("x"))), match: await attempt(() => cache.match("/a")), delete: await attempt(() => cache.delete("a")) }),
  "URL of no HTTP": async ({ cache }) => ({ put: await attempt(() => cache.put("ftp://a/b", new Response("x", { headers: fresh }))), match: await attempt(async () => told(await cache.match("ftp://a/b"))), delete: await attempt(() => cache.delete("ftp://a/b")) }),
  "data URL": async ({ cache }) => ({ put: await attempt(() => cache.put("data:,x", new Response("x", { headers: fresh }))), match: await attempt(async () => told(await cache.match("data:,x"))) }),
  "cf.cacheKey": async ({ cache, url }) => {
    await cache.put(new Request(url, { cf: { cacheKey: url + "-key" } }), new Response("keyed", { headers: fresh }));
    return [await told(await cache.match(url)), (await told(await cache.match(new Request(url, { cf: { cacheKey: url + "-key" } })))).text, (await told(await cache.match(url + "-key"))).text];
  },
  "namespaces": async ({ cache, url }) => {
    await cache.put(url, new Response("x", { headers: fresh }));
    const other = await caches.open("other of " + url);
    return [await told(await other.match(url)), await told(await caches.default.match(url))];
  },
  "the default cache": async ({ url }) => {
    await caches.default.put(url, new Response("x", { headers: fresh }));
    return told(await caches.default.match(url));
  },
  "a cache named default": async ({ url }) => {
    await caches.default.put(url, new Response("x", { headers: fresh }));
    return told(await (await caches.open("default")).match(url));
  },
  "a name of 1023 characters": async () => attempt(async () => String(await caches.open("x".repeat(1023)))),
  "a name of 1024 characters": async () => attempt(async () => String(await caches.open("x".repeat(1024)))),
  "an empty name": async ({ url }) => attempt(async () => { const c = await caches.open(""); await c.put(url, new Response("x", { headers: fresh })); return told(await c.match(url)); }),
  "Vary": async ({ cache, url }) => {
    await cache.put(new Request(url, { headers: { "X-A": "1" } }), new Response("x", { headers: { "Vary": "X-A", ...fresh } }));
    return told(await cache.match(new Request(url, { headers: { "X-A": "2" } })));
  },
  "Vary: *": kept({ "Vary": "*", ...fresh }),
  "Vary: a, *": kept({ "Vary": "a, *", ...fresh }),

  // Methods.
  "put POST": async ({ cache, url }) => attempt(() => cache.put(new Request(url, { method: "POST" }), new Response("x", { headers: fresh }))),
  "put HEAD": async ({ cache, url }) => attempt(() => cache.put(new Request(url, { method: "HEAD" }), new Response("x", { headers: fresh }))),
  "put 206": async ({ cache, url }) => attempt(() => cache.put(url, new Response("x", { status: 206, headers: fresh }))),
  "put Response.error()": async ({ cache, url }) => attempt(() => cache.put(url, Response.error())),
  "put nothing": async ({ cache, url }) => attempt(() => cache.put(url)),
  "put no Response": async ({ cache, url }) => attempt(() => cache.put(url, "x")),
  "put a redirect": async ({ cache, url }) => { await cache.put(url, Response.redirect("https://a.example/", 301)); return told(await cache.match(url)); },
  "put twice": async ({ cache, url }) => {
    await cache.put(url, new Response("one", { headers: fresh }));
    await cache.put(url, new Response("two", { headers: fresh }));
    return (await told(await cache.match(url))).text;
  },
  "put what may not be stored over what is": async ({ cache, url }) => {
    await cache.put(url, new Response("one", { headers: fresh }));
    await cache.put(url, new Response("two", { headers: { "Cache-Control": "no-store" } }));
    return told(await cache.match(url));
  },
  "put what is stale over what is fresh": async ({ cache, url }) => {
    await cache.put(url, new Response("one", { headers: fresh }));
    await cache.put(url, new Response("two", { headers: { "Cache-Control": "max-age=0" } }));
    return told(await cache.match(url));
  },
  "match HEAD": async ({ cache, url }) => { await cache.put(url, new Response("x", { headers: fresh })); return told(await cache.match(new Request(url, { method: "HEAD" }))); },
  "match HEAD, ignoreMethod": async ({ cache, url }) => { await cache.put(url, new Response("x", { headers: fresh })); return told(await cache.match(new Request(url, { method: "HEAD" }), { ignoreMethod: true })); },
  "match POST": async ({ cache, url }) => { await cache.put(url, new Response("x", { headers: fresh })); return told(await cache.match(new Request(url, { method: "POST", body: "b" }))); },
  "match POST, ignoreMethod": async ({ cache, url }) => { await cache.put(url, new Response("x", { headers: fresh })); return told(await cache.match(new Request(url, { method: "POST", body: "b" }), { ignoreMethod: true })); },
  "match ignoreSearch": async ({ cache, url }) => attempt(async () => told(await cache.match(url, { ignoreSearch: true }))),
  "match ignoreSearch: false": async ({ cache, url }) => attempt(async () => told(await cache.match(url, { ignoreSearch: false }))),
  "match ignoreVary": async ({ cache, url }) => attempt(async () => told(await cache.match(url, { ignoreVary: true }))),
  "match cacheName": async ({ cache, url }) => attempt(async () => told(await cache.match(url, { cacheName: "x" }))),
  "match null options": async ({ cache, url }) => attempt(async () => told(await cache.match(url, null))),
  "match options of a string": async ({ cache, url }) => attempt(async () => told(await cache.match(url, "x"))),
  "match nothing": async ({ cache }) => attempt(() => cache.match()),
  "match undefined": async ({ cache }) => attempt(() => cache.match(undefined)),
  "match an object": async ({ cache, url }) => attempt(async () => told(await cache.match({ toString: () => url }))),
  "delete": async ({ cache, url }) => {
    const before = await cache.delete(url);
    await cache.put(url, new Response("x", { headers: fresh }));
    return [before, await cache.delete(url), await cache.delete(url), await told(await cache.match(url))];
  },
  "delete POST": async ({ cache, url }) => {
    await cache.put(url, new Response("x", { headers: fresh }));
    return [await cache.delete(new Request(url, { method: "POST" })), await cache.delete(new Request(url, { method: "POST" }), { ignoreMethod: true })];
  },
  "delete what has expired": async ({ cache, url }) => {
    await cache.put(url, new Response("x", { headers: { "Cache-Control": "max-age=1" } }));
    await scheduler.wait(1200);
    return [await told(await cache.match(url)), await cache.delete(url)];
  },
  "delete what was stored stale": async ({ cache, url }) => {
    await cache.put(url, new Response("x", { headers: { "Cache-Control": "max-age=0" } }));
    return cache.delete(url);
  },
  "Age after a second": async ({ cache, url }) => {
    await cache.put(url, new Response("x", { headers: fresh }));
    await scheduler.wait(1100);
    return (await cache.match(url)).headers.get("age");
  },

  // Ranges.
  ...Object.fromEntries(["bytes=2-4", "bytes=2-", "bytes=-3", "bytes=0-0", "bytes=9-9", "bytes=5-100", "bytes=0-9", "bytes=0-", "bytes=-10", "bytes=-100", "bytes=-0",
    "bytes=10-", "bytes=10-12", "bytes=4-2", "bytes=", "bytes= 2-4", "bytes=2-4 ", "bytes = 2 - 4", "BYTES=2-4", "bytes=a-b", "bytes=-", "lines=1-2", "2-4", "", "bytes=0-1,3-4", "bytes=0-1, 8-", "bytes=0-1,20-30", "bytes=2-4,",
  ].map((range) => [`Range: ${range}`, asked({ "Content-Type": "text/plain", ...fresh }, { Range: range })])),
  "Range of an empty body": asked(fresh, { Range: "bytes=0-" }, ""),
  "Range of several, no Content-Type": asked(fresh, { Range: "bytes=0-1,3-4" }, encoder.encode("0123456789")),
  "Range of a 404": async ({ cache, url }) => {
    await cache.put(url, new Response("0123456789", { status: 404, headers: fresh }));
    return told(await cache.match(new Request(url, { headers: { Range: "bytes=2-4" } })));
  },
  "Range of what is not there": async ({ cache, url }) => attempt(async () => told(await cache.match(new Request(url, { headers: { Range: "bytes=2-4" } })))),
  "Range and If-None-Match": asked({ "ETag": "\"a\"", ...fresh }, { "Range": "bytes=2-4", "If-None-Match": "\"a\"" }),
  "Range that cannot be and If-None-Match": asked({ "ETag": "\"a\"", ...fresh }, { "Range": "bytes=20-", "If-None-Match": "\"a\"" }),
  "Range and If-Range": asked({ "ETag": "\"a\"", ...fresh }, { "Range": "bytes=2-4", "If-Range": "\"b\"" }),

  // Conditions.
  ...Object.fromEntries(["\"a\"", "\"b\"", "W/\"a\"", "*", " * ", "\"b\", \"a\"", "\"b\",W/\"a\"", "a", "\"\"", ""].map((etag) =>
    [`If-None-Match: ${etag}`, asked({ "ETag": "\"a\"", "Content-Type": "text/x", ...fresh }, { "If-None-Match": etag })])),
  "If-None-Match of a weak ETag": asked({ "ETag": "W/\"a\"", ...fresh }, { "If-None-Match": "\"a\"" }),
  "If-None-Match: *, no ETag": asked(fresh, { "If-None-Match": "*" }),
  "If-None-Match: *, odd ETag": asked({ "ETag": "a", ...fresh }, { "If-None-Match": "*" }),
  ...Object.fromEntries(["Thu, 01 Jan 2015 00:00:00 GMT", "Wed, 31 Dec 2014 23:59:59 GMT", "Fri, 01 Jan 2016 00:00:00 GMT", "Fri, 01 Jan 2016 00:00:00 UTC", "2016-01-01", "", " Thu, 01 Jan 2015 00:00:00 GMT "].map((date) =>
    [`If-Modified-Since: ${date}`, asked({ "Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT", ...fresh }, { "If-Modified-Since": date })])),
  "If-Modified-Since, odd Last-Modified": asked({ "Last-Modified": "2015-01-01", ...fresh }, { "If-Modified-Since": "Fri, 01 Jan 2016 00:00:00 GMT" }),
  "If-Modified-Since, no Last-Modified": asked(fresh, { "If-Modified-Since": "Fri, 01 Jan 2016 00:00:00 GMT" }),
  "If-None-Match that fails, If-Modified-Since": asked({ "ETag": "\"a\"", "Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT", ...fresh }, { "If-None-Match": "\"b\"", "If-Modified-Since": "Fri, 01 Jan 2016 00:00:00 GMT" }),
  "If-Match, If-Unmodified-Since": asked({ "ETag": "\"a\"", ...fresh }, { "If-Match": "\"b\"", "If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT" }),

  // The classes.
  "methods that are not there": async ({ cache, url }) => ({
    add: sync(() => cache.add(url)), addAll: sync(() => cache.addAll([url])), addAllOfNothing: sync(() => cache.addAll()), matchAll: sync(() => cache.matchAll(url)), keys: sync(() => cache.keys()),
    has: sync(() => caches.has("x")), delete: sync(() => caches.delete("x")), match: sync(() => caches.match(url)), names: sync(() => caches.keys()),
    promise: await attempt(() => caches.keys()),
  }),
  "open without a name": async () => ({ open: await attempt(async () => String(await caches.open())), undefined: await attempt(async () => String(await caches.open(undefined))) }),
  "detached": async ({ cache, url }) => ({ match: await attempt(() => (0, cache.match)(url)), put: sync(() => (0, cache.put)(url)), open: sync(() => (0, caches.open)("x")) }),
  "shape": async ({ cache }) => ({
    caches: String(caches), cache: String(cache), same: caches.default === caches.default, own: Object.getOwnPropertyNames(caches), default: JSON.stringify(Object.getOwnPropertyDescriptor(caches, "default") ?? null),
    proto: Object.getOwnPropertyNames(Object.getPrototypeOf(caches)).sort(), cacheProto: Object.getOwnPropertyNames(Object.getPrototypeOf(cache)).sort(),
    construct: sync(() => new Cache()), constructStorage: sync(() => new CacheStorage()), inSelf: ["caches", "Cache", "CacheStorage"].map((n) => typeof globalThis[n]),
    open: await caches.open("a") === await caches.open("a"), putLength: cache.put.length, matchLength: cache.match.length,
  }),
  "at module scope": async () => atModuleScope,
  "synchronous errors": async ({ cache, url }) => ({
    post: sync(() => { const p = cache.put(new Request(url, { method: "POST" }), new Response("x")); p.catch(() => {}); return p; }),
    error: sync(() => { const p = cache.put(url, Response.error()); p.catch(() => {}); return p; }),
    nothing: sync(() => { const p = cache.match(); p.catch(() => {}); return p; }),
  }),
};

const atModuleScope = {
  open: await attempt(async () => String(await caches.open("at module scope"))),
  default: sync(() => caches.default),
  match: await attempt(() => caches.default.match("https://a.example/")),
  put: await attempt(() => caches.default.put("https://a.example/", new Response("x", { headers: fresh }))),
  delete: await attempt(() => caches.default.delete("https://a.example/")),
};

export default {
  async fetch(request) {
    const name = decodeURIComponent(request.headers.get("X-Case") ?? "");
    if (name === "") return Response.json(Object.keys(cases));
    const id = crypto.randomUUID();
    const cache = await caches.open(id);
    const url = "https://origin.example/" + id;
    const result = await attempt(() => cases[name]({ cache, url }));
    return new Response(JSON.stringify(result, null, 1).replaceAll(id, "ID"));
  },
};
