package streams_test

import (
	"io"
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/streams"
)

// benchmark runs script, the body of a function, once per iteration in the same isolate.
func benchmark(b *testing.B, script string) {
	b.ReportAllocs()
	iso := jstest.New(b, globals()...)
	program := goja.MustCompile("", "(function(){"+script+"})()", true)
	for b.Loop() {
		if err := iso.Loop.Do(func() {
			if _, err := iso.VM.RunProgram(program); err != nil {
				b.Fatal(err)
			}
		}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadableStream(b *testing.B) {
	benchmark(b, `new ReadableStream({ start(c) { c.enqueue('x'); c.close() } })`)
}

func BenchmarkReadableStreamPull(b *testing.B) {
	benchmark(b, `let i = 0; const r = new ReadableStream({ pull(c) { if (i++ == 10) c.close(); else c.enqueue(i) } }).getReader();
		const next = x => { if (!x.done) return r.read().then(next) }; r.read().then(next)`)
}

func BenchmarkTransformStream(b *testing.B) {
	benchmark(b, `new ReadableStream({ start(c) { for (let i = 0; i < 10; i++) c.enqueue(i); c.close() } })
		.pipeThrough(new TransformStream({ transform(x, c) { c.enqueue(x) } })).pipeTo(new WritableStream())`)
}

// BenchmarkHandOn is what a body that is passed on untouched costs.
func BenchmarkHandOn(b *testing.B) {
	b.ReportAllocs()
	iso := jstest.New(b, globals()...)
	for b.Loop() {
		body, err := streams.Reader(iso.Realm, streams.FromReader(iso.Realm, newBody(io.EOF, "x"), 1))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			b.Fatal(err)
		}
	}
}
