package runtime_test

import "testing"

// BenchmarkNodeModule has a Worker of which each request loads one module of Node.js and touches it.
func BenchmarkNodeModule(b *testing.B) {
	for _, c := range []struct{ name, use string }{
		{"buffer", `m.Buffer.from("x").toString("hex")`},
		{"events", `new m.EventEmitter().on("x", () => {}).emit("x")`},
		{"util", `m.inspect({ a: 1 })`},
		{"async_hooks", `new m.AsyncLocalStorage().run(1, () => 1)`},
		{"stream", `new m.Readable({ read() {} }).push("x")`},
		{"crypto", `m.createHash("sha256").update("x").digest("hex")`},
		{"http", `m.STATUS_CODES[200]`},
		{"fs", `m.existsSync("/tmp")`},
	} {
		b.Run(c.name, func(b *testing.B) {
			code := fetchScript(`const m = builtin("node:` + c.name + `"); return new Response(String(` + c.use + `))`)
			code.Loads = true
			w, _ := load(b, code, nil)
			b.ReportAllocs()
			for b.Loop() {
				if res, body, err := get(b, w, "/"); err != nil || res.StatusCode != 200 {
					b.Fatal(body, err)
				}
			}
		})
	}
}
