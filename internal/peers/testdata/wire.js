// The cases that are compared. Each gets what it calls origins with: f is the mTLS binding's fetch, A and B are origins
// with TLS, PLAIN_A and PLAIN_B without. What it returns is told as JSON; a Response is passed on as it is.

const encoder = new TextEncoder();

const stream = (...parts) => new ReadableStream({
  start(c) {
    for (const part of parts) c.enqueue(encoder.encode(part));
    c.close();
  },
});

const slowStream = (...parts) => new ReadableStream({
  async pull(c) {
    if (parts.length === 0) return c.close();
    await scheduler.wait(10);
    c.enqueue(encoder.encode(parts.shift()));
  },
});

const fixed = (text, length = text.length) => {
  const { readable, writable } = new FixedLengthStream(length);
  const writer = writable.getWriter();
  writer.write(encoder.encode(text)).catch(() => {});
  writer.close().catch(() => {});
  return readable;
};

const form = (...pairs) => {
  const data = new FormData();
  for (const pair of pairs) data.append(...pair);
  return data;
};

const post = (body, headers) => ({ method: "POST", body, headers });

const told = async (r) => ({
  status: r.status, statusText: r.statusText, ok: r.ok, redirected: r.redirected, url: r.url, type: r.type,
  headers: [...r.headers], noBody: r.body === null, text: await r.text(),
});

const thrown = (e) => ({
  throws: String(e), name: e?.name, retryable: e?.retryable,
  class: [TypeError, RangeError, SyntaxError, DOMException].filter((c) => e instanceof c).map((c) => c.name),
});

const attempt = async (what) => {
  try { return await what(); } catch (e) { return thrown(e); }
};

const redirect = (status, to) => `/redirect/${status}?to=${encodeURIComponent(to)}`;

const cases = {
  // Methods.
  ...Object.fromEntries(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "QUERY"].map((method) =>
    [`method ${method}`, async ({ f, A }) => told(await f(A + "/m", { method }))])),
  "method patch, lower case": async ({ f, A }) => told(await f(A + "/m", { method: "patch", body: "x" })),
  "method get, lower case": async ({ f, A }) => told(await f(A + "/m", { method: "get" })),
  "method Foo": async ({ f, A }) => told(await f(A + "/m", { method: "Foo" })),
  "method CONNECT": async ({ f, A }) => told(await f(A + "/m", { method: "CONNECT" })),
  "method TRACE": async ({ f, A }) => told(await f(A + "/m", { method: "TRACE" })),
  "method GET with a body": async ({ f, A }) => told(await f(A + "/m", { method: "GET", body: "x" })),
  "method DELETE with a body": async ({ f, A }) => told(await f(A + "/m", { method: "DELETE", body: "x" })),

  // Bodies.
  "body string": async ({ f, A }) => told(await f(A + "/echo", post("héllo €"))),
  "body lone surrogate": async ({ f, A }) => told(await f(A + "/echo", post("\ud800x"))),
  "body empty string": async ({ f, A }) => told(await f(A + "/echo", post(""))),
  "body null": async ({ f, A }) => told(await f(A + "/echo", post(null))),
  "body ArrayBuffer": async ({ f, A }) => told(await f(A + "/echo", post(encoder.encode("buffer").buffer))),
  "body Uint8Array": async ({ f, A }) => told(await f(A + "/echo", post(encoder.encode("bytes")))),
  "body Uint16Array": async ({ f, A }) => told(await f(A + "/echo", post(new Uint16Array([0x6161, 0x6262])))),
  "body view with an offset": async ({ f, A }) => told(await f(A + "/echo", post(encoder.encode("abcdef").subarray(2, 4)))),
  "body DataView": async ({ f, A }) => told(await f(A + "/echo", post(new DataView(encoder.encode("abcdef").buffer, 1, 3)))),
  "body empty bytes": async ({ f, A }) => told(await f(A + "/echo", post(new Uint8Array(0)))),
  "body URLSearchParams": async ({ f, A }) => told(await f(A + "/echo", post(new URLSearchParams([["a", "b c"], ["é", "&="]])))),
  "body FormData": async ({ f, A }) => told(await f(A + "/p", post(form(["a", "b"], ["q\"uote", "line\nend"], ["é", "ü"], ["new\nline\r", "\r\n"])))),
  "body FormData with a File": async ({ f, A }) => told(await f(A + "/p", post(form(
    ["f", new File(["content"], "näme.txt", { type: "text/x" })], ["b", new Blob(["blob"])], ["n", new Blob(["named"]), "n.bin"])))),
  "body empty FormData": async ({ f, A }) => told(await f(A + "/p", post(form()))),
  "body Blob": async ({ f, A }) => told(await f(A + "/echo", post(new Blob(["blob"], { type: "Text/X" })))),
  "body Blob without a type": async ({ f, A }) => told(await f(A + "/echo", post(new Blob(["blob"])))),
  "body stream": async ({ f, A }) => told(await f(A + "/echo", post(stream("ab", "cde")))),
  "body slow stream": async ({ f, A }) => told(await f(A + "/echo", post(slowStream("ab", "cde")))),
  "body empty stream": async ({ f, A }) => told(await f(A + "/echo", post(stream()))),
  "body FixedLengthStream": async ({ f, A }) => told(await f(A + "/echo", post(fixed("hello")))),
  "body empty FixedLengthStream": async ({ f, A }) => told(await f(A + "/echo", post(fixed("")))),
  "body FixedLengthStream, too little": async ({ f, A }) => told(await f(A + "/broken", post(fixed("hel", 5)))),
  "body FixedLengthStream, too much": async ({ f, A }) => told(await f(A + "/broken", post(fixed("hello", 3)))),
  "body IdentityTransformStream": async ({ f, A }) => {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const sent = writer.write(encoder.encode("through")).then(() => writer.close());
    const r = await f(A + "/echo", post(readable));
    await sent;
    return told(r);
  },
  "body of text through TextEncoderStream": async ({ f, A }) => told(await f(A + "/echo", post(new ReadableStream({
    start(c) { c.enqueue("tëxt"); c.close(); },
  }).pipeThrough(new TextEncoderStream())))),
  "body stream of strings": async ({ f, A }) => told(await f(A + "/echo", post(new ReadableStream({ start(c) { c.enqueue("x"); c.close(); } })))),
  "body stream of objects": async ({ f, A }) => told(await f(A + "/broken", post(new ReadableStream({ start(c) { c.enqueue({}); c.close(); } })))),
  "body stream that fails": async ({ f, A }) => told(await f(A + "/broken", post(new ReadableStream({
    start(c) { c.enqueue(encoder.encode("x")); }, pull() { throw new RangeError("no more"); },
  })))),
  "body of a response": async ({ f, A }) => told(await f(A + "/echo", post((await f(A + "/chunked")).body))),
  "body of a response with a length": async ({ f, A }) => told(await f(A + "/echo", post((await f(A + "/multi")).body))),
  "body object": async ({ f, A }) => told(await f(A + "/echo", post({ a: 1 }))),
  "body number": async ({ f, A }) => told(await f(A + "/echo", post(12))),
  "body 1 MiB": async ({ f, A }) => (await (await f(A + "/echo", post("x".repeat(1 << 20)))).text()).length,

  // Paths and queries, byte by byte.
  ...Object.fromEntries(Object.entries({
    "percent and bar": "/a%2Fb|c", "bad percent": "/a%zz", "double slash": "//double/x", "slashes only": "//", "colon": "/a:b", "star": "/*",
    "query": "/?q=a b&x=%20&y=+|'\"<>`{}", "characters": "/a b{}`\"<>^é\\x;y=1:@!$&'()*+,", "empty query": "/x?", "empty fragment": "/x?#",
    "fragment": "/x#frag", "no path": "", "no path, query": "?q", "dots": "/a/../b/./c//d/%2e%2e/e", "brackets": "/[a]?[b]=1&c[]=2",
    "tabs and newlines": "/a\tb\nc", "astral": "/😀?😀", "surrogate": "/\ud800", "trailing dots": "/a/..", "empty segment": "/a//b/", "control": "/\u0001\u007f",
    "question marks": "/a?b?c", "long": "/" + "x".repeat(3000),
  }).map(([name, path]) => [`path ${name}`, async ({ f, A }) => told(await f(A + path))])),
  "host by name": async ({ f, A }) => told(await f(A.replace("127.0.0.1", "localhost") + "/")),
  "host in capitals": async ({ f, A }) => told(await f(A.replace("127.0.0.1", "LOCALHOST") + "/")),
  "host in short": async ({ f, A }) => told(await f(A.replace("127.0.0.1", "127.1") + "/")),
  "host percent": async ({ f, A }) => told(await f(A.replace("127.0.0.1", "%6cocalhost") + "/")),
  "host with user and password": async ({ f, A }) => told(await f(A.replace("//", "//u:p@") + "/u")),
  "url object": async ({ f, A }) => told(await f(new URL("/u?v", A))),
  "url Request": async ({ f, A }) => told(await f(new Request(A + "/rq", post("abc", { "X-Foo": "Bar" })))),
  "url Request with init": async ({ f, A }) => told(await f(new Request(A + "/rq", post("abc", { "X-Foo": "Bar" })), { method: "PUT", headers: { "X-B": "c" } })),
  "url plain": async ({ f, PLAIN_A }) => told(await f(PLAIN_A + "/plain")),
  "url with the global fetch": async ({ PLAIN_A }) => told(await fetch(PLAIN_A + "/plain")),
  ...Object.fromEntries(["", "/relative", "nonsense", "http://", "https://[::1", "ftp://127.0.0.1/", "javascript:1", "http://a b/", "blob:x"].map((url) =>
    [`url ${JSON.stringify(url)}`, async ({ f }) => told(await f(url))])),

  // Headers.
  "headers spelling and order": async ({ f, A }) => told(await f(A + "/h", { headers: [["X-Zeta", "1"], ["x-alpha", "2"], ["X-ALPHA", "3"], ["accept", "*/*"], ["cookie", "a=b"], ["Cookie", "c=d"]] })),
  "headers well-known names in lower case": async ({ f, A }) => told(await f(A + "/h", {
    headers: Object.fromEntries(["accept", "accept-language", "authorization", "cache-control", "content-type", "cookie", "date", "etag", "if-match",
      "if-modified-since", "if-none-match", "last-modified", "origin", "pragma", "range", "referer", "user-agent", "vary", "via", "www-authenticate",
      "x-forwarded-for", "cf-ray", "x-requested-with", "x-custom", "dnt", "sec-fetch-mode", "content-language", "content-disposition"].map((n) => [n, "v"])),
  })),
  "headers WELL-KNOWN NAMES in capitals": async ({ f, A }) => told(await f(A + "/h", { headers: { "ACCEPT": "a", "USER-AGENT": "b", "X-CUSTOM": "c", "ETAG": "d", "DNT": "e" } })),
  "headers set over another spelling": async ({ f, A }) => {
    const headers = new Headers([["Upper-X", "1"]]);
    headers.set("UPPER-X", "2");
    return told(await f(A + "/h", { headers }));
  },
  "headers deleted and set again": async ({ f, A }) => {
    const headers = new Headers([["Upper-X", "1"]]);
    headers.delete("upper-x");
    headers.set("UPPER-X", "2");
    return told(await f(A + "/h", { headers }));
  },
  "headers several values": async ({ f, A }) => told(await f(A + "/h", { headers: [["X-M", "1"], ["X-M", "2"], ["x-m", "3"]] })),
  "headers Set-Cookie": async ({ f, A }) => told(await f(A + "/h", { headers: [["Set-Cookie", "a=1"], ["set-cookie", "b=2"]] })),
  "headers User-Agent": async ({ f, A }) => told(await f(A + "/h", { headers: { "User-Agent": "me" } })),
  "headers Accept-Encoding": async ({ f, A }) => told(await f(A + "/h", { headers: { "Accept-Encoding": "gzip" } })),
  "headers Host": async ({ f, A }) => told(await f(A + "/h", { headers: { Host: "evil.example" } })),
  "headers hop by hop": async ({ f, A }) => told(await f(A + "/h", { headers: { Connection: "close", "Keep-Alive": "5", TE: "trailers", Upgrade: "foo", "Proxy-Connection": "x", "Transfer-Encoding": "chunked", "Content-Length": "7", Trailer: "x" } })),
  "headers Connection": async ({ f, A }) => told(await f(A + "/h", { headers: { Connection: "close" } })),
  "headers TE": async ({ f, A }) => told(await f(A + "/h", { headers: { TE: "trailers" } })),
  "headers Expect": async ({ f, A }) => told(await f(A + "/h", { headers: { Expect: "100-continue" } })),
  "headers Expect with a body": async ({ f, A }) => told(await f(A + "/echo", post("expected", { Expect: "100-continue" }))),
  "headers own Content-Length": async ({ f, A }) => told(await f(A + "/echo", post("hello", { "Content-Length": "99" }))),
  "headers own Content-Length, stream": async ({ f, A }) => told(await f(A + "/echo", post(stream("hello"), { "Content-Length": "5" }))),
  "headers own Transfer-Encoding": async ({ f, A }) => told(await f(A + "/echo", post(stream("hello"), { "Transfer-Encoding": "chunked" }))),
  "headers own Content-Type": async ({ f, A }) => told(await f(A + "/echo", post("hello", { "content-type": "text/x" }))),
  "headers Content-Type without a body": async ({ f, A }) => told(await f(A + "/p", { method: "POST", headers: { "Content-Type": "text/x" } })),
  "headers latin-1 value": async ({ f, A }) => told(await f(A + "/h", { headers: { "x-l": "café" } })),
  "headers other value": async ({ f, A }) => told(await f(A + "/h", { headers: { "x-l": "€" } })),
  "headers empty value": async ({ f, A }) => told(await f(A + "/h", { headers: { "x-e": "" } })),
  "headers empty User-Agent": async ({ f, A }) => told(await f(A + "/h", { headers: { "User-Agent": "" } })),
  "headers spaces": async ({ f, A }) => told(await f(A + "/h", { headers: { "x-e": "  a  b " } })),
  "headers newline": async ({ f, A }) => told(await f(A + "/h", { headers: { "x-e": "a\nb" } })),
  "headers bad name": async ({ f, A }) => told(await f(A + "/h", { headers: { "x e": "a" } })),
  "headers empty name": async ({ f, A }) => told(await f(A + "/h", { headers: { "": "a" } })),
  "headers odd name": async ({ f, A }) => told(await f(A + "/h", { headers: { "x_!#$%&'*+-.^`|~": "a" } })),
  "headers Upgrade": async ({ f, A }) => told(await f(A + "/h", { headers: { Upgrade: "foo" } })),

  // Redirects.
  ...Object.fromEntries([301, 302, 303, 307, 308].flatMap((status) => [
    [`redirect ${status} GET`, async ({ f, A }) => told(await f(A + redirect(status, "/there"), { headers: { "X-Foo": "1" } }))],
    [`redirect ${status} POST`, async ({ f, A }) => told(await f(A + redirect(status, "/there"), post("abc", { "X-Foo": "1", Authorization: "z", Cookie: "c=d", "Content-Type": "text/x", "Content-Language": "en" })))],
    [`redirect ${status} POST to another origin`, async ({ f, A, B }) => told(await f(A + redirect(status, B + "/there"), post("abc", { "X-Foo": "1", Authorization: "z", Cookie: "c=d" })))],
    [`redirect ${status} GET to plain http`, async ({ f, A, PLAIN_B }) => told(await f(A + redirect(status, PLAIN_B + "/there"), { headers: { Authorization: "z", Cookie: "c=d" } }))],
  ])),
  "redirect 303 HEAD": async ({ f, A }) => told(await f(A + redirect(303, "/there"), { method: "HEAD" })),
  "redirect 302 HEAD": async ({ f, A }) => told(await f(A + redirect(302, "/there"), { method: "HEAD" })),
  "redirect 303 PUT": async ({ f, A }) => told(await f(A + redirect(303, "/there"), { method: "PUT", body: "x" })),
  "redirect 302 PUT": async ({ f, A }) => told(await f(A + redirect(302, "/there"), { method: "PUT", body: "x" })),
  "redirect 300": async ({ f, A }) => told(await f(A + redirect(300, "/there"))),
  "redirect 305": async ({ f, A }) => told(await f(A + redirect(305, "/there"))),
  "redirect from plain http to TLS": async ({ f, A, PLAIN_A }) => told(await f(PLAIN_A + redirect(302, A + "/there"))),
  "redirect to the same host by another name": async ({ f, A }) => told(await f(A + redirect(302, A.replace("127.0.0.1", "localhost") + "/there"), { headers: { Authorization: "z" } })),
  "redirect back and forth": async ({ f, A, B }) => told(await f(A + redirect(302, B + redirect(302, A + "/there")), { headers: { Authorization: "z" } })),
  "redirect to a relative path": async ({ f, A }) => told(await f(A + redirect(302, "../x/./y?z#f"))),
  "redirect to a query": async ({ f, A }) => told(await f(A + redirect(302, "?z"))),
  "redirect to //host": async ({ f, A, B }) => told(await f(A + redirect(302, B.replace("https:", "") + "/there"))),
  "redirect with a fragment kept": async ({ f, A }) => told(await f(A + redirect(302, "/there") + "#frag")),
  "redirect to an odd path": async ({ f, A }) => told(await f(A + redirect(302, "/a%2Fb|c^?q=\"'"))),
  "redirect to bytes beyond ASCII": async ({ f, A }) => told(await f(A + "/utf8-location")),
  "redirect without Location": async ({ f, A }) => told(await f(A + "/no-location")),
  "redirect to a bad Location": async ({ f, A }) => told(await f(A + "/bad-location")),
  "redirect to ftp": async ({ f, A }) => told(await f(A + "/ftp-location")),
  "redirect 20 times": async ({ f, A }) => told(await f(A + "/hops/20")),
  "redirect 21 times": async ({ f, A }) => told(await f(A + "/hops/21")),
  "redirect 307 with a stream": async ({ f, A }) => told(await f(A + redirect(307, "/there"), post(stream("abc")))),
  "redirect 302 with a stream": async ({ f, A }) => told(await f(A + redirect(302, "/there"), post(stream("abc")))),
  "redirect 307 with FormData": async ({ f, A }) => told(await f(A + redirect(307, "/there"), post(form(["a", "b"])))),
  "redirect manual": async ({ f, A }) => told(await f(A + redirect(302, "/there"), { redirect: "manual" })),
  "redirect manual 307": async ({ f, A }) => told(await f(A + redirect(307, "/there"), { redirect: "manual", method: "POST", body: "x" })),
  "redirect error": async ({ f, A }) => told(await f(A + redirect(302, "/there"), { redirect: "error" })),
  "redirect with a Request": async ({ f, A }) => told(await f(new Request(A + redirect(307, "/there"), post("abc", { "X-Foo": "1" })))),

  // Responses.
  ...Object.fromEntries(["multi", "connection", "201", "204", "205", "304", "304-length", "404", "500", "999", "latin1", "http10", "until-close", "noreason", "100", "103",
    "gzip", "gzip-chunked", "gzip-not", "gzip-empty", "gzip-half", "br", "br-not", "br-empty", "br-half", "encoding-other", "chunked", "trailers", "empty-length", "empty-chunked", "charset", "bom", "duplicate", "fold", "empty-header",
  ].map((path) => [`response ${path}`, async ({ f, A }) => told(await f(A + "/" + path))])),
  "response gzip, encodeResponseBody": async ({ f, A }) => told(await f(A + "/gzip", { encodeResponseBody: "manual" })),
  "response encodeResponseBody that is none": async ({ f, A }) => told(await f(A + "/gzip", { encodeResponseBody: "x" })),
  "response HEAD": async ({ f, A }) => told(await f(A + "/multi", { method: "HEAD" })),
  "response HEAD gzip": async ({ f, A }) => told(await f(A + "/gzip", { method: "HEAD" })),
  "response getSetCookie": async ({ f, A }) => (await f(A + "/multi")).headers.getSetCookie(),
  "response get Set-Cookie": async ({ f, A }) => (await f(A + "/multi")).headers.get("set-cookie"),
  "response headers are immutable": async ({ f, A }) => { (await f(A + "/multi")).headers.set("x", "y"); },
  "response headers made mutable": async ({ f, A }) => {
    const r = await f(A + "/multi"), copy = new Response(r.body, r);
    copy.headers.set("X-New", "y");
    return told(copy);
  },
  "response json": async ({ f, A }) => (await f(A + "/json")).json(),
  "response json that is none": async ({ f, A }) => (await f(A + "/multi")).json(),
  "response formData": async ({ f, A }) => [...await (await f(A + "/form")).formData()],
  "response formData that is none": async ({ f, A }) => [...await (await f(A + "/json")).formData()],
  "response blob": async ({ f, A }) => { const b = await (await f(A + "/json")).blob(); return [b.type, b.size, await b.text()]; },
  "response arrayBuffer": async ({ f, A }) => (await (await f(A + "/big")).arrayBuffer()).byteLength,
  "response bytes": async ({ f, A }) => [...await (await f(A + "/charset")).bytes()],
  "response read twice": async ({ f, A }) => {
    const r = await f(A + "/multi");
    return [r.bodyUsed, await r.text(), r.bodyUsed, await attempt(() => r.text())];
  },
  "response clone": async ({ f, A }) => {
    const r = await f(A + "/multi"), c = r.clone();
    return [r.bodyUsed, await c.text(), r.bodyUsed, c.bodyUsed, await r.text(), c.url === r.url, [...c.headers]];
  },
  "response clone after reading": async ({ f, A }) => {
    const r = await f(A + "/multi");
    await r.text();
    return attempt(() => r.clone());
  },
  "response locked": async ({ f, A }) => {
    const r = await f(A + "/multi");
    r.body.getReader();
    return [r.bodyUsed, r.body.locked, await attempt(() => r.text())];
  },
  "response by reader": async ({ f, A }) => {
    const r = await f(A + "/chunked"), reader = r.body.getReader();
    let text = "";
    for (let part; !(part = await reader.read()).done;) text += new TextDecoder().decode(part.value);
    return [text, r.bodyUsed];
  },
  "response by for await": async ({ f, A }) => {
    let n = 0;
    for await (const part of (await f(A + "/big")).body) n += part.length;
    return n;
  },
  "response by BYOB reader": async ({ f, A }) => {
    const reader = (await f(A + "/multi")).body.getReader({ mode: "byob" });
    const part = await reader.read(new Uint8Array(8));
    return [part.done, [...part.value]];
  },
  "response through TextDecoderStream": async ({ f, A }) => {
    let text = "";
    for await (const part of (await f(A + "/bom")).body.pipeThrough(new TextDecoderStream())) text += part;
    return text;
  },
  "response cancelled": async ({ f, A }) => {
    const r = await f(A + "/big");
    await r.body.cancel("enough");
    return [r.bodyUsed, await attempt(() => r.text())];
  },
  "response of two at once": async ({ f, A, B }) => (await Promise.all([f(A + "/json"), f(B + "/json")])).map((r) => r.status),

  // Giving up.
  "abort before": async ({ f, A }) => told(await f(A + "/", { signal: AbortSignal.abort() })),
  "abort before with a reason": async ({ f, A }) => told(await f(A + "/", { signal: AbortSignal.abort(new RangeError("mine")) })),
  "abort before with a string": async ({ f, A }) => told(await f(A + "/", { signal: AbortSignal.abort("mine") })),
  "abort while waiting": async ({ f, A }) => {
    const c = new AbortController();
    setTimeout(() => c.abort(), 30);
    return told(await f(A + "/stall", { signal: c.signal }));
  },
  "abort within the body": async ({ f, A }) => {
    const c = new AbortController();
    const r = await f(A + "/stall-body", { signal: c.signal });
    setTimeout(() => c.abort(new RangeError("mine")), 30);
    return [r.status, await attempt(() => r.text())];
  },
  "abort by a Request's signal": async ({ f, A }) => told(await f(new Request(A + "/stall", { signal: AbortSignal.timeout(30) }))),
  "abort after the end": async ({ f, A }) => {
    const c = new AbortController();
    const r = await f(A + "/multi", { signal: c.signal }), text = await r.text();
    c.abort();
    return [r.status, text];
  },
  "timeout while waiting": async ({ f, A }) => told(await f(A + "/stall", { signal: AbortSignal.timeout(30) })),
  "timeout within the body": async ({ f, A }) => told(await f(A + "/stall-body", { signal: AbortSignal.timeout(60) })),
  "timeout that does not come": async ({ f, A }) => told(await f(A + "/multi", { signal: AbortSignal.timeout(5000) })),
  "abort by any": async ({ f, A }) => told(await f(A + "/stall", { signal: AbortSignal.any([AbortSignal.timeout(30), new AbortController().signal]) })),
  "signal that is none": async ({ f, A }) => told(await f(A + "/", { signal: {} })),
  "signal null": async ({ f, A }) => (await f(A + "/", { signal: null })).status,

  // Failures of the network.
  "fail garbage": async ({ f, A }) => told(await f(A + "/garbage")),
  "fail close": async ({ f, A }) => told(await f(A + "/close")),
  "fail half a head": async ({ f, A }) => told(await f(A + "/half-head")),
  "fail half a body by length": async ({ f, A }) => told(await f(A + "/half-length")),
  "fail half a body by chunks": async ({ f, A }) => told(await f(A + "/half-chunked")),
  "fail refused": async ({ f, REFUSED }) => told(await f(REFUSED + "/")),
  "fail plain where TLS is": async ({ f, A }) => told(await f(A.replace("https", "http") + "/")),
  "fail TLS where plain is": async ({ f, PLAIN_A }) => told(await f(PLAIN_A.replace("http", "https") + "/")),
  "fail without the certificate": async ({ A }) => told(await fetch(A + "/")),
  "fail other name": async ({ f, A }) => told(await f(A.replace("127.0.0.1", "other.localhost") + "/")),

  // data: URLs.
  ...Object.fromEntries(["data:,hello%20there", "data:text/x;base64,aGk=", "data:text/plain;charset=utf-8,é", "data:nonsense", "data:text/x;base64,!"].map((url) =>
    [`data ${url}`, async () => told(await fetch(url))])),
  "data by the binding": async ({ f }) => told(await f("data:,x")),

  // Passed on as they are.
  ...Object.fromEntries(["multi", "connection", "204", "205", "304", "404", "999", "latin1", "noreason", "gzip", "gzip-chunked", "gzip-not", "br", "chunked", "trailers", "until-close",
    "empty-length", "empty-chunked", "charset", "103", "redirect/302?to=/there", "no-location", "half-length", "half-chunked", "garbage", "big"].map((path) =>
    [`proxy ${path}`, ({ f, A }) => f(A + "/" + path, { redirect: "manual" })])),
  "proxy HEAD": ({ f, A }) => f(A + "/multi", { method: "HEAD" }),
  "proxy the request": ({ f, A, request }) => f(new Request(A + "/echo", request)),
  "proxy a changed response": async ({ f, A }) => {
    const r = await f(A + "/gzip");
    return new Response(r.body, { status: 201, headers: { "X-New": "1" } });
  },
  "proxy a gzip response with its headers": async ({ f, A }) => { const r = await f(A + "/gzip"); return new Response(r.body, r); },

  "proxy gzip, encodeResponseBody": ({ f, A }) => f(A + "/gzip", { encodeResponseBody: "manual" }),
  "proxy a br response with its headers": async ({ f, A }) => { const r = await f(A + "/br"); return new Response(r.body, r); },
  "proxy a br response as text": async ({ f, A }) => new Response((await f(A + "/br")).body),

  // Responses of the Worker itself.
  "answer text": () => new Response("text"),
  "answer nothing": () => new Response(),
  "answer null, 204": () => new Response(null, { status: 204 }),
  "answer 304": () => new Response(null, { status: 304, headers: { ETag: "\"x\"" } }),
  "answer bytes": () => new Response(encoder.encode("bytes")),
  "answer json": () => Response.json({ a: "é" }),
  "answer redirect": () => Response.redirect("http://example.test/é", 307),
  "answer error": () => Response.error(),
  "answer stream": () => new Response(stream("ab", "cde")),
  "answer slow stream": () => new Response(slowStream("ab", "cde")),
  "answer empty stream": () => new Response(stream()),
  "answer stream of strings": () => new Response(new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } })),
  "answer fixed length": () => new Response(fixed("hello")),
  "answer FormData": () => new Response(new URLSearchParams({ a: "b c" })),
  "answer Blob": () => new Response(new Blob(["blob"], { type: "text/x" })),
  "answer own Content-Length": () => new Response("hello", { headers: { "Content-Length": "99" } }),
  "answer stream with own Content-Length": () => new Response(stream("hello"), { headers: { "Content-Length": "5" } }),
  "answer header spelling": () => new Response("x", { headers: [["X-zETA", "1"], ["x-alpha", "2"], ["X-ALPHA", "3"], ["set-cookie", "a=1"], ["Set-Cookie", "b=2"], ["cache-CONTROL", "no-store"], ["x-u", "é€"], ["x-empty", ""]] }),
  "answer hop by hop headers": () => new Response("x", { headers: { Connection: "X-Foo", "Keep-Alive": "1", TE: "x", Trailer: "x", "Transfer-Encoding": "gzip", Upgrade: "foo" } }),
  "answer statusText": () => new Response("x", { status: 299, statusText: "Odd Thing" }),
  "answer statusText é": () => new Response("x", { status: 200, statusText: "é" }),
  "answer content-encoding gzip": () => new Response("zip me", { headers: { "Content-Encoding": "gzip" } }),
  "answer content-encoding br": () => new Response("br me", { headers: { "Content-Encoding": "br" } }),
  "answer content-encoding gzip, nothing": () => new Response("", { headers: { "Content-Encoding": "gzip" } }),
  "answer content-encoding other": () => new Response("as it is", { headers: { "Content-Encoding": "GZIP" } }),
  "answer content-encoding br, manual": () => new Response("as it is", { headers: { "Content-Encoding": "br" }, encodeBody: "manual" }),
  "answer encodeBody that is none": () => new Response("x", { encodeBody: "x" }),
  "answer through CompressionStream": async () => told(new Response(new Blob(["some text"]).stream().pipeThrough(new CompressionStream("gzip")).pipeThrough(new DecompressionStream("gzip")))),
  "answer decompressed garbage": async () => told(new Response(new Blob(["some text"]).stream().pipeThrough(new DecompressionStream("deflate")))),
  "answer half of a compressed text": async () => {
    const zip = await new Response(new Blob(["some text"]).stream().pipeThrough(new CompressionStream("deflate"))).bytes();
    return told(new Response(new Blob([zip.slice(0, -2)]).stream().pipeThrough(new DecompressionStream("deflate"))));
  },
  "answer content-encoding gzip, manual": () => new Response("not zipped", { headers: { "Content-Encoding": "gzip" }, encodeBody: "manual" }),
  "answer Date": () => new Response("x", { headers: { Date: "then", Server: "me" } }),

  // What comes in: the request of the test's client.
  "in": async ({ request }) => ({
    method: request.method, url: request.url, headers: [...request.headers].filter(([n]) => !/^(cf-|x-real-ip|x-forwarded-proto|x-case)/.test(n)),
    noBody: request.body === null, redirect: request.redirect, text: await request.text(),
  }),
};

export default {
  async fetch(request, env) {
    const name = request.headers.get("X-Case");
    if (!name) return Response.json(Object.keys(cases));
    const f = (...args) => env.MY_CERT.fetch(...args);
    try {
      const value = await cases[decodeURIComponent(name)]({ f, request, ...env });
      return value instanceof Response ? value : Response.json({ value: value ?? null });
    } catch (e) {
      return Response.json(thrown(e));
    }
  },
};
