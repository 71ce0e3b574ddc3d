package server_test

import (
	"strings"
	"testing"

	"devserver/internal/testwasm"
	"devserver/server"
)

// TestBlobs is a Worker in the service-worker format, with files as its global variables.
func TestBlobs(t *testing.T) {
	module := testwasm.Module{Funcs: []testwasm.Func{{Export: "answer", Type: "-> i32", Code: "i32.const 42"}}}
	const settings = "name = \"w\"\nmain = \"w.js\"\ncompatibility_date = \"2026-11-01\"\ntext_blobs = { TEXT = \"t.txt\" }\ndata_blobs = { DATA = \"d.bin\" }\nwasm_modules = { WASM = \"m.wasm\" }\n"
	p := serve(t, map[string]string{
		"wrangler.toml": settings, "t.txt": "grüße", "d.bin": "\x00\xff", "m.wasm": string(module.Bytes()),
		"w.js": `addEventListener("fetch", (event) => event.respondWith(new Response(
			[TEXT, DATA instanceof ArrayBuffer, new Uint8Array(DATA), new WebAssembly.Instance(WASM).exports.answer()].join())));`,
	})
	if status, body := p.get("/"); status != 200 || body != "grüße,true,0,255,42" {
		t.Errorf("got %d %s", status, body)
	}
	await[server.Loaded](p)
	p.write("t.txt", "changed")
	await[server.Loaded](p)
	if _, body := p.get("/"); !strings.HasPrefix(body, "changed,") {
		t.Errorf("after a save: got %s", body)
	}
	p.write("m.wasm", "no module")
	p.write("w.js", `export default { fetch: () => new Response("module") };`)
	for {
		failed := await[server.Failed](p)
		if text := failed.Error(); strings.Contains(text, "cannot be configured for an ES module Worker") {
			break
		}
	}
}

func TestBlobThatIsNotThere(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": "name = \"w\"\nmain = \"w.js\"\ncompatibility_date = \"2026-11-01\"\n[text_blobs]\nTEXT = \"missing.txt\"\n",
		"w.js":          `addEventListener("fetch", (event) => event.respondWith(new Response(TEXT)));`,
	})
	if status, body := p.get("/"); status != 503 || !strings.Contains(body, "missing.txt") || !strings.Contains(body, "TEXT") {
		t.Errorf("got %d %s", status, body)
	}
	p.write("missing.txt", "here")
	await[server.Loaded](p)
	if _, body := p.get("/"); body != "here" {
		t.Errorf("got %s", body)
	}
}
