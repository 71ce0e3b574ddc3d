package server_test

import (
	"testing"

	"devserver/server"
)

// TestCacheOutlivesReload keeps a response with one generation of a Worker, and finds it with the next.
func TestCacheOutlivesReload(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": `export default { async fetch(request) {
		await caches.default.put("https://a.example/", new Response("kept", { headers: { "Cache-Control": "max-age=60" } }));
		return new Response("stored");
	} }`})
	if _, got := p.get("/"); got != "stored" {
		t.Fatalf("got %q", got)
	}
	await[server.Loaded](p)
	p.write("src/index.js", `export default { async fetch(request) {
		return (await caches.default.match("https://a.example/")) ?? new Response("gone");
	} }`)
	await[server.Loaded](p)
	if _, got := p.get("/"); got != "kept" {
		t.Errorf("got %q", got)
	}
}
