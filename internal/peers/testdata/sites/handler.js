// What Workers with a site do: serve it with kv-asset-handler, and use the namespace directly.
import { getAssetFromKV, mapRequestToAsset, serveSinglePageApp } from "@cloudflare/kv-asset-handler";

// The options of kv-asset-handler that the header X-Options chooses from.
const options = {
  none: () => ({}),
  "own handler": () => ({ mapRequestToAsset: (request) => new Request(new URL("/about.html", request.url), request) }),
  "own prefix": () => ({
    mapRequestToAsset: (request) => {
      const url = new URL(request.url);
      url.pathname = url.pathname.replace(/^\/docs/, "/");
      return mapRequestToAsset(new Request(url, request));
    },
  }),
  "single page": () => ({ mapRequestToAsset: serveSinglePageApp }),
  "single page at home": () => ({ mapRequestToAsset: (request) => serveSinglePageApp(request, { defaultDocument: "home.htm" }) }),
  "default document": () => ({ defaultDocument: "home.htm" }),
  "default type": () => ({ defaultMimeType: "application/x-none" }),
  "encoded": () => ({ pathIsEncoded: true }),
  "browser": () => ({ cacheControl: { browserTTL: 60 } }),
  "browser 0": () => ({ cacheControl: { browserTTL: 0, edgeTTL: 10 } }),
  "no edge": () => ({ cacheControl: { edgeTTL: null } }),
  "bypass": () => ({ cacheControl: { bypassCache: true, browserTTL: 5 } }),
  "by function": () => ({ cacheControl: (request) => ({ browserTTL: new URL(request.url).pathname.length, edgeTTL: 30 }) }),
  "weak": () => ({ defaultETag: "weak" }),
  "no manifest": () => ({ ASSET_MANIFEST: {} }),
  "manifest as text": (site) => ({ ASSET_MANIFEST: JSON.stringify(site.manifest) }),
  "no namespace": () => ({ ASSET_NAMESPACE: undefined }),
};

// What the header X-Call chooses from: calls of the namespace, and what they come to. wrangler answers neither put()
// nor get() of several keys: it hangs.
const key = (site, name) => site.manifest[name] ?? name;
const calls = {
  manifest: (kv, site) => site.manifest,
  "manifest is": (kv, site) => [typeof site.text, site.text.startsWith("{")],
  "the namespace": (kv) => [typeof kv, Object.prototype.toString.call(kv), Object.keys(kv), ["get", "getWithMetadata", "list", "put", "delete"].map((name) => typeof kv[name])],
  list: (kv) => kv.list(),
  "list none": (kv) => kv.list({ prefix: "none" }),
  "list by prefix": (kv) => kv.list({ prefix: "$__MINIFLARE_SITES__$/fold" }),
  "list 2": (kv) => kv.list({ limit: 2 }),
  "list 2 and on": async (kv) => { const { cursor } = await kv.list({ limit: 2 }); return kv.list({ limit: 2, cursor }); },
  "list all by 3": async (kv) => { const all = []; let cursor; do { const page = await kv.list({ limit: 3, cursor }); all.push(page.keys.map((k) => k.name)); cursor = page.cursor; } while (cursor); return all; },
  "list 0": (kv) => kv.list({ limit: 0 }),
  "list -1": (kv) => kv.list({ limit: -1 }),
  "list 1001": (kv) => kv.list({ limit: 1001 }),
  "list 1.5": (kv) => kv.list({ limit: 1.5 }),
  "list NaN": (kv) => kv.list({ limit: "x" }),
  "list null": (kv) => kv.list(null),
  "list a text": (kv) => kv.list("x"),
  "list with a bad cursor": (kv) => kv.list({ cursor: "none" }),
  "list of nulls": (kv) => kv.list({ limit: null, prefix: null, cursor: null }),
  text: (kv, site) => kv.get(key(site, "index.html")),
  "text by option": (kv, site) => kv.get(key(site, "index.html"), { type: "text" }),
  "json": (kv, site) => kv.get(key(site, "data.json"), "json"),
  "json of text": (kv, site) => kv.get(key(site, "index.html"), "json"),
  "json of nothing": (kv, site) => kv.get(key(site, "empty.txt"), "json"),
  "bytes": async (kv, site) => { const b = await kv.get(key(site, "bytes.bin"), "arrayBuffer"); return [Object.prototype.toString.call(b), [...new Uint8Array(b)]]; },
  "bytes as text": (kv, site) => kv.get(key(site, "bytes.bin"), "text"),
  "text with a mark": async (kv, site) => [...await kv.get(key(site, "mark.txt"))].map((c) => c.codePointAt(0)),
  "stream": async (kv, site) => { const s = await kv.get(key(site, "index.html"), "stream"); return [s instanceof ReadableStream, await new Response(s).text()]; },
  "stream of nothing": async (kv, site) => await new Response(await kv.get(key(site, "empty.txt"), "stream")).text(),
  "a large stream": async (kv, site) => { let n = 0; for await (const chunk of await kv.get(key(site, "large.bin"), { type: "stream" })) n += chunk.length; return n; },
  "a stream that is cancelled": async (kv, site) => { const s = await kv.get(key(site, "large.bin"), "stream"); await s?.cancel(); return s?.locked; },
  "bad type": (kv, site) => kv.get(key(site, "index.html"), "blob"),
  "bad type of what is not there": (kv) => kv.get("none", { type: "blob" }),
  "type null": (kv, site) => kv.get(key(site, "index.html"), null),
  "type undefined": (kv, site) => kv.get(key(site, "index.html"), { type: undefined }),
  "cacheTtl": (kv, site) => kv.get(key(site, "index.html"), { cacheTtl: 60 }),
  "cacheTtl too low": (kv, site) => kv.get(key(site, "index.html"), { cacheTtl: 10 }),
  "cacheTtl a text": (kv, site) => kv.get(key(site, "index.html"), { cacheTtl: "x" }),
  "metadata": (kv, site) => kv.getWithMetadata(key(site, "index.html")),
  "metadata of json": (kv, site) => kv.getWithMetadata(key(site, "data.json"), { type: "json" }),
  "metadata of none": (kv) => kv.getWithMetadata("none"),
  "metadata: order": async (kv, site) => Object.keys(await kv.getWithMetadata(key(site, "index.html"))),
  "none": (kv) => kv.get("none"),
  "none as a stream": (kv) => kv.get("none", "stream"),
  "by its name": (kv) => kv.get("index.html"),
  "by its name in a folder": (kv) => kv.get("folder/page.html"),
  "by an encoded name": (kv) => kv.get("folder%2Fpage.html"),
  "by an encoded name and the prefix": (kv) => kv.get("$__MINIFLARE_SITES__$/folder%2Fpage.html"),
  "by a name and the prefix": (kv) => kv.get("$__MINIFLARE_SITES__$/folder/page.html"),
  "by the prefix": (kv) => kv.get("$__MINIFLARE_SITES__$/"),
  "by a badly encoded name": (kv) => kv.get("$__MINIFLARE_SITES__$/%zz"),
  "a folder": (kv) => kv.get("folder"),
  "a folder with a slash": (kv) => kv.get("folder/"),
  "out of the bucket": (kv) => kv.get("../secret.txt"),
  "out of the bucket, by a key": (kv) => kv.get("$__MINIFLARE_SITES__$/..%2Fsecret.txt"),
  "out of the bucket, from a folder": (kv) => kv.get("folder/../../secret.txt"),
  "out of the bucket, absolutely": (kv) => kv.get("/etc/passwd"),
  "out of the bucket, with backslashes": (kv) => kv.get("..\\secret.txt"),
  "by a way around": (kv) => kv.get("folder/../index.html"),
  "with two slashes": (kv) => kv.get("folder//page.html"),
  "with a slash before": (kv) => kv.get("/index.html"),
  "a link": (kv) => kv.get("link.txt"),
  "hidden": (kv) => kv.get(".hidden.txt"),
  "in a hidden folder": (kv) => kv.get(".well-known/x.txt"),
  "with a zero byte": (kv) => kv.get("index.html\0"),
  "empty": (kv) => kv.get(""),
  "a dot": (kv) => kv.get("."),
  "two dots": (kv) => kv.get(".."),
  "a long key": (kv) => kv.get("k".repeat(513)),
  "a long key of umlauts": (kv) => kv.get("ü".repeat(257)),
  "a key of 512": (kv) => kv.get("k".repeat(512)),
  "no key": (kv) => kv.get(),
  "a number": (kv) => kv.get(5),
  "null": (kv) => kv.get(null),
  "an object": (kv) => kv.get({}),
  "a symbol": (kv) => kv.get(Symbol("x")),
  "put nothing": (kv) => kv.put("a"),
  "delete": (kv) => kv.delete("index.html"),
  "delete without a key": (kv) => kv.delete(),
  "without this": (kv) => { const { get } = kv; return get("index.html"); },
};

const show = (v) => JSON.stringify(v, (_, v) => (v === undefined ? "undefined" : v));

export async function answer(event, site) {
  const { request } = event;
  const call = request.headers.get("x-call");
  if (call === "?") return Response.json(Object.keys(calls));
  if (call) {
    try {
      return new Response(show(await calls[call](site.namespace, site)));
    } catch (e) {
      return new Response(`${e.name}: ${e.message}`, { status: 555 });
    }
  }
  const chosen = request.headers.get("x-options");
  if (chosen === "?") return Response.json(Object.keys(options));
  try {
    return await getAssetFromKV(event, { ...site.defaults, ...options[chosen](site) });
  } catch (e) {
    return new Response(`${e.name}: ${e.message} ${e.status}`, { status: e.status || 555 });
  }
}
