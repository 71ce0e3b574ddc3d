package runtime_test

import (
	"strings"
	"testing"
	"time"

	"devserver/internal/testwasm"
	"devserver/runtime"
)

// TestWebAssembly has what a Worker does with a .wasm file that it imports, and what it may not do with bytes.
func TestWebAssembly(t *testing.T) {
	counter := testwasm.Module{
		Memories: []testwasm.Limits{{Min: 1, Max: -1, Export: "memory"}},
		Globals:  []testwasm.Global{{Type: "mut i32", Code: "i32.const 0", Export: "n"}},
		Funcs: []testwasm.Func{
			{Export: "next", Type: "-> i32", Code: "global.get 0; i32.const 1; i32.add; global.set 0; global.get 0"},
			{Export: "spin", Type: "->", Code: "loop 0; br 0; end"},
		},
	}
	files := []runtime.ModuleFile{{Name: "a.wasm", Type: "CompiledWasm", Bytes: counter.Bytes()}}
	for _, test := range []struct{ script, want string }{
		{`return [m instanceof WebAssembly.Module, early.exports.next(), new WebAssembly.Instance(m).exports.next()].join()`, "true,1,1"},
		{`return (await WebAssembly.instantiate(m)).exports.next()`, "1"},
		{`return (early.exports.next(), early.exports.next())`, "2"}, // each request has an instance of its own
		{`return new WebAssembly.Instance(made).exports.memory.buffer.byteLength`, "65536"},
		{`try { new WebAssembly.Module(bytes) } catch (e) { return e.name + ": " + e.message }`, "CompileError: WebAssembly.Module(): Wasm code generation disallowed by embedder"},
		{`return WebAssembly.compile(bytes).catch((e) => e.name + ": " + e.message)`, "CompileError: WebAssembly.compile(): Wasm code generation disallowed by embedder"},
		{`return WebAssembly.instantiate(bytes).catch((e) => e.name + ": " + e.message)`, "CompileError: WebAssembly.instantiate(): Wasm code generation disallowed by embedder"},
		{`return WebAssembly.validate(bytes)`, "true"},
		{`return typeof WebAssembly.compileStreaming`, "undefined"},
		{`try { early.exports.spin() } catch {} for (;;);`, "Worker exceeded CPU time limit"},
	} {
		code := script(`const m = builtin("a.wasm").default, early = new WebAssembly.Instance(m), bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), made = m; new WebAssembly.Module(bytes);
			return { default: { async fetch() { return new Response(String(await (async () => { ` + test.script + ` })())) } } }`)
		code.Loads, code.Files = true, files
		w, _ := load(t, code, func(o *runtime.Options) { o.CPULimit = time.Second })
		for range 2 {
			_, got, err := get(t, w, "/")
			if err != nil {
				got = err.Error()
			}
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("%s\ngot  %s\nwant %s", test.script, got, test.want)
			}
		}
	}
	_, err := runtime.Load(runtime.Options{Script: runtime.Script{Name: "w.js", Code: "(function(){})", Loads: true, Files: []runtime.ModuleFile{{Name: "bad.wasm", Type: "CompiledWasm", Bytes: []byte("\x00asm\x02\x00\x00\x00")}}}})
	if err == nil || !strings.Contains(err.Error(), "bad.wasm: WebAssembly.Module(): expected version 01 00 00 00, found 02 00 00 00 @+4") {
		t.Errorf("a bad module: %v", err)
	}
}
