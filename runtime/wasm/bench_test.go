package wasm_test

import (
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/testwasm"
	"devserver/runtime/wasm"
)

var benchModule = testwasm.Module{
	Imports:  []testwasm.Import{{Module: "m", Name: "f", Func: "i32 -> i32"}},
	Memories: []testwasm.Limits{{Min: 1, Max: -1, Export: "memory"}},
	Funcs: []testwasm.Func{
		{Export: "sum", Type: "i32 -> i32", Locals: "i32 i32", Code: "loop 0; local.get 2; local.get 1; local.get 1; i32.mul; i32.add; local.set 2; local.get 1; i32.const 1; i32.add; local.tee 1; local.get 0; i32.lt_s; br_if 0; end; local.get 2"},
		{Export: "add", Type: "i32 i32 -> i32", Code: "local.get 0; local.get 1; i32.add"},
		{Export: "call", Type: "i32 -> i32", Code: "local.get 0; call 0"},
		{Export: "fib", Type: "i32 -> i32", Code: "local.get 0; i32.const 2; i32.lt_s; if i32; local.get 0; else; local.get 0; i32.const 1; i32.sub; call 4; local.get 0; i32.const 2; i32.sub; call 4; i32.add; end"},
	},
}

func benchmark(b *testing.B, script string) {
	engine := &wasm.Engine{}
	m, err := engine.Compile(benchModule.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	iso := newIsolate(b)
	iso.Host = host{engine, b.Context()}
	iso.VM.Set("m", m.Value(iso.Realm))
	v, err := iso.VM.RunString("(() => { const e = new WebAssembly.Instance(m, { m: { f: (x) => x } }).exports; return " + script + "})()")
	if err != nil {
		b.Fatal(err)
	}
	f, _ := goja.AssertFunction(v)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f(nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoopMillion(b *testing.B) { benchmark(b, "() => e.sum(1000000)") }
func BenchmarkFib25(b *testing.B)       { benchmark(b, "() => e.fib(25)") }
func BenchmarkCall(b *testing.B)        { benchmark(b, "() => e.add(1, 2)") }
func BenchmarkCallBack(b *testing.B)    { benchmark(b, "() => e.call(1)") }
func BenchmarkInstantiate(b *testing.B) {
	benchmark(b, "() => new WebAssembly.Instance(m, { m: { f: (x) => x } })")
}

// BenchmarkIsolate is what a request pays for the namespace and one instance.
func BenchmarkIsolate(b *testing.B) {
	engine := &wasm.Engine{}
	m, err := engine.Compile(benchModule.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		iso := newIsolate(b)
		iso.Host = host{engine, b.Context()}
		iso.VM.Set("m", m.Value(iso.Realm))
		if _, err := iso.VM.RunString("new WebAssembly.Instance(m, { m: { f: (x) => x } }).exports.add(1, 2)"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBareIsolate is the same without WebAssembly.
func BenchmarkBareIsolate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := newIsolate(b).VM.RunString("1 + 2"); err != nil {
			b.Fatal(err)
		}
	}
}
