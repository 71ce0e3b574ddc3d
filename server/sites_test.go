package server_test

import (
	"strings"
	"testing"

	"devserver/server"
)

// siteWorker does what kv-asset-handler does with a site, and shows the rest.
const siteWorker = `
async function site(request, kv, text) {
	const manifest = JSON.parse(text);
	const { pathname, searchParams } = new URL(request.url);
	const show = async (f) => { try { return JSON.stringify(await f()); } catch (e) { return e.name + ": " + e.message; } };
	switch (searchParams.get("do")) {
	case "manifest": return new Response(Object.keys(manifest).sort().join());
	case "list": return new Response(await show(async () => (await kv.list()).keys.map((k) => k.name)));
	case "page": return new Response(await show(async () => { const one = await kv.list({ limit: 1 }); return [one, (await kv.list({ cursor: one.cursor, prefix: "$" })).keys.length]; }));
	case "types": return new Response(await show(async () => { const key = manifest["data/x.json"]; return [await kv.get(key), await kv.get(key, "json"), (await kv.get(key, { type: "arrayBuffer" })).byteLength, await new Response(await kv.get(key, "stream")).text(), await kv.getWithMetadata(key, "json"), await kv.get("none"), await kv.get("data/x.json"), await kv.get("../wrangler.toml"), await kv.get(".hidden")]; }));
	case "cached":
		const key = new Request(new URL("/" + manifest["index.html"], request.url));
		await caches.default.put(key, new Response(await kv.get(manifest["index.html"]), { headers: { "cache-control": "max-age=60" } }));
		return new Response(await show(async () => [(await caches.default.match(key)) === undefined, await kv.get("data//x.json"), await kv.get("data/../index.html")]));
	case "put": return new Response(await show(() => kv.put("a", "b")));
	case "bad": return new Response(await show(() => kv.get("index.html", "blob")));
	case "empty": return new Response(await show(() => kv.get("")));
	}
	const body = await kv.get(manifest[pathname.slice(1) || "index.html"] || "none", { type: "arrayBuffer" });
	return body === null ? new Response("none", { status: 404 }) : new Response(body);
}`

func TestWorkersSite(t *testing.T) {
	files := map[string]string{
		"public/index.html": "root", "public/data/x.json": `{"a":1}`, "public/a b.txt": "spaces", "public/.hidden": "hidden", "public/skip.map": "map",
	}
	for name, c := range map[string]struct{ code, settings string }{
		"module":         {`import manifest from "__STATIC_CONTENT_MANIFEST";` + siteWorker + `export default { fetch(request, env) { return site(request, env.__STATIC_CONTENT, manifest); } };`, "exclude = [\"*.map\"]\n"},
		"service worker": {siteWorker + `addEventListener("fetch", (e) => e.respondWith(site(e.request, __STATIC_CONTENT, __STATIC_CONTENT_MANIFEST)));`, "include = [\"**/*.json\", \"*.html\", \"*.txt\", \".hidden\"]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			all := map[string]string{
				"wrangler.toml": "name = \"w\"\nmain = \"w.js\"\ncompatibility_date = \"2026-11-01\"\n[site]\nbucket = \"./public\"\n" + c.settings, "w.js": c.code,
			}
			for name, content := range files {
				all[name] = content
			}
			p := serve(t, all)
			if loaded := await[server.Loaded](p); len(loaded.Rows) != 2 || loaded.Rows[0].Resource != "Workers Site in public" {
				t.Errorf("%+v", loaded.Rows)
			}
			p.expect(
				"/", "200 root", "/none", "404 none", "/skip.map", "404 none",
				"/?do=manifest", "200 .hidden,a b.txt,data/x.json,index.html",
				"/?do=list", `200 ["$__MINIFLARE_SITES__$/a%20b.txt","$__MINIFLARE_SITES__$/data%2Fx.json","$__MINIFLARE_SITES__$/index.html"]`,
				"/?do=page", `200 [{"keys":[{"name":"$__MINIFLARE_SITES__$/a%20b.txt"}],"list_complete":false,"cursor":"JF9fTUlOSUZMQVJFX1NJVEVTX18kL2ElMjBiLnR4dA==","cacheStatus":null},2]`,
				"/?do=types", `200 ["{\"a\":1}",{"a":1},7,"{\"a\":1}",{"value":{"a":1},"metadata":null,"cacheStatus":null},null,"{\"a\":1}",null,null]`,
				"/?do=put", "200 Error: KV PUT failed: 405 Cannot put() with Workers Sites namespace",
				"/?do=bad", `200 TypeError: Unknown response type. Possible types are "text", "arrayBuffer", "json", and "stream".`,
				"/?do=cached", "200 [true,null,null]", // a page that is changed is not to be found in a cache
				"/?do=empty", "200 TypeError: Key name cannot be empty.",
			)
			p.write("public/index.html", "changed")
			p.expect("/", "200 changed")
			p.write("public/new.txt", "new")
			for answer := ""; answer != "new"; _, answer = p.get("/new.txt") {
				// Writing the other file made and removed a third one beside it, which is a change of names, too.
				if loaded := await[server.Loaded](p); !strings.HasSuffix(strings.Join(loaded.Changed, " "), "*") {
					t.Errorf("%q", loaded.Changed)
				}
			}
		})
	}
}
