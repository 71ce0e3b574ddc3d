package compression_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"devserver/internal/jstest"
	"devserver/runtime/compat"
	"devserver/runtime/compression"
	"devserver/runtime/events"
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

// TestMain also sees coroutines that nobody stopped.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func globals() [][]webidl.Global {
	return [][]webidl.Global{compression.Globals(), streams.Globals(), textcodec.Globals(), events.Globals(), timers.Globals(), {webidl.ClassGlobal(webidl.DOMExceptionClass)}}
}

var formats = []string{"gzip", "deflate", "deflate-raw"}

// deflated is what Go's own packages make of text.
func deflated(format, text string) string {
	var b bytes.Buffer
	var w io.WriteCloser
	switch format {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	default:
		w, _ = flate.NewWriter(&b, flate.DefaultCompression)
	}
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

// inflated is what Go's own packages make of data, or the error.
func inflated(format, data string) string {
	in := strings.NewReader(data)
	var r io.Reader = flate.NewReader(in)
	var err error
	switch format {
	case "gzip":
		r, err = gzip.NewReader(in)
	case "deflate":
		r, err = zlib.NewReader(in)
	}
	if err != nil {
		return err.Error()
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

const prelude = `
	const enc = text => new TextEncoder().encode(text), str = data => new TextDecoder().decode(data);
	const error = async p => { try { await p; return 'no error' } catch (e) { return String(e) } };
	const read = async stream => {
		const r = stream.getReader(), list = [];
		for (let x; !(x = await r.read()).done; ) list.push(...x.value);
		return new Uint8Array(list);
	};
	const write = (stream, ...chunks) => {
		const w = stream.writable.getWriter();
		for (const c of chunks) w.write(c).catch(() => {});
		w.close().catch(() => {});
		return stream.readable;
	};
`

// isolate is one in which gz is "hello" compressed. Coroutines end with it.
func isolate(t testing.TB) *jstest.Isolate {
	iso := jstest.New(t, globals()...)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	iso.Host = host{ctx}
	iso.VM.Set("gz", iso.Uint8Array([]byte(deflated("gzip", "hello"))))
	return iso
}

type host struct{ ctx context.Context }

func (h host) Context() context.Context { return h.ctx }

// The expectations are what workerd does.
func TestClasses(t *testing.T) {
	const incomplete = "TypeError: Called close() on a decompression stream with incomplete data"
	const trailing = "TypeError: Trailing bytes after end of compressed data"
	const corrupt = "TypeError: Decompression failed."
	for _, c := range []jstest.Case{
		{`const s = new CompressionStream('gzip'); return [s, s instanceof TransformStream, s.readable instanceof ReadableStream, s.writable.getWriter().desiredSize].join()`, "[object CompressionStream],true,true,1"},
		{`new CompressionStream('brotli')`, "thrown: TypeError: The compression format must be either 'deflate', 'deflate-raw' or 'gzip'."},
		{`new DecompressionStream('GZIP')`, "thrown: TypeError: The compression format must be either 'deflate', 'deflate-raw' or 'gzip'."},
		{`new CompressionStream()`, "thrown: TypeError: Failed to construct 'CompressionStream': 1 argument required, but only 0 present."},
		{`return Object.getOwnPropertyDescriptor(TransformStream.prototype, 'readable').get.call({})`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},

		{`return str(await read(write(new DecompressionStream('gzip'), gz)))`, "hello"},
		{`return str(await read(write(new DecompressionStream('gzip'), ...[...gz].map(b => new Uint8Array([b])))))`, "hello"},
		{`return str(await read(write(new DecompressionStream('gzip'), gz, new Uint8Array(0), undefined)))`, "hello"},
		{`return (await read(write(new CompressionStream('gzip'), enc('hello')))).slice(0, 10).join()`, "31,139,8,0,0,0,0,0,0,3"},
		{`return (await read(write(new CompressionStream('deflate')))).slice(0, 2).join()`, "120,156"},
		{`return str(await read(write(new CompressionStream('gzip'), 'é', enc('x').buffer, new DataView(enc('y').buffer)).pipeThrough(new DecompressionStream('gzip'))))`, "éxy"},
		{`return (await read(write(new CompressionStream('deflate-raw')))).length > 0`, "true"},
		{`const s = new CompressionStream('gzip'), r = s.readable.getReader({ mode: 'byob' }); s.writable.getWriter().write(enc('x')); return (await r.read(new Uint8Array(3))).value.join()`, "31,139,8"},
		// A script may await its writes and the end before it begins to read, however much it is.
		{`const s = new CompressionStream('gzip'), w = s.writable.getWriter(), data = new Uint8Array(1 << 17).map((_, i) => i * i >> 3);
			for (let i = 0; i < 4; i++) { await w.ready; await w.write(data) } await w.close();
			let n = 0; await s.readable.pipeThrough(new DecompressionStream('gzip')).pipeTo(new WritableStream({ write(c) { n += c.length } })); return n`, "524288"},
		{`const data = enc('hey'); const s = new DecompressionStream('gzip'), w = s.writable.getWriter(); w.write(gz); gz.fill(0); w.close(); return str(await read(s.readable))`, "hello"},

		{`const w = new DecompressionStream('gzip').writable.getWriter(); const e = await error(w.write(enc('not gzip at all'))); return [e, await error(w.closed), await error(w.write(gz))].join()`, corrupt + "," + corrupt + "," + corrupt},
		{`return error(read(write(new DecompressionStream('gzip'), enc('not gzip at all'))))`, corrupt},
		{`gz[gz.length - 8] ^= 1; return error(read(write(new DecompressionStream('gzip'), gz)))`, corrupt},
		{`gz[gz.length - 1] ^= 1; return error(read(write(new DecompressionStream('gzip'), gz)))`, corrupt},
		{`const w = new DecompressionStream('gzip').writable.getWriter(); await w.write(gz.slice(0, -1)); return error(w.close())`, incomplete},
		{`return error(read(write(new DecompressionStream('gzip'), gz.slice(0, 4))))`, incomplete},
		{`return error(read(write(new DecompressionStream('deflate'))))`, incomplete},
		{`return error(read(write(new DecompressionStream('gzip'), gz, enc('x'))))`, trailing},
		{`return error(new DecompressionStream('gzip').writable.getWriter().write(new Uint8Array([...gz, 0])))`, trailing},
		{`return error(read(write(new DecompressionStream('gzip'), gz, gz)))`, trailing},
		{`return error(new CompressionStream('gzip').writable.getWriter().write({}))`, "TypeError: This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side."},
		{`return error(read(write(new CompressionStream('gzip'), 1)))`, "TypeError: This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side."},

		{`const s = new CompressionStream('gzip'), w = s.writable.getWriter(); w.close(); return error(w.write(gz))`, "TypeError: This WritableStream has been closed."},
		{`const s = new CompressionStream('gzip'), p = s.readable.getReader().read(); s.writable.abort(new RangeError('why')); return error(p)`, "RangeError: why"},
		{`const s = new DecompressionStream('gzip'), w = s.writable.getWriter(); w.write(gz.slice(0, 12)); await s.readable.cancel(new RangeError('why')); return error(w.write(gz))`, "RangeError: why"},
		{`const s = new CompressionStream('gzip'); await s.readable.cancel(); return error(s.writable.getWriter().write(gz))`, "Error: Stream was cancelled."},
		{`return new CompressionStream('gzip').readable.getReader().read()`, "hung"},
		{`const s = new CompressionStream('deflate-raw'); await s.writable.getWriter().write(enc('x')); return s.readable.getReader().read()`, "hung"}, // not flushed
	} {
		t.Run(c[0], func(t *testing.T) {
			if got := isolate(t).Run(t, prelude+c[0]); got != c[1] {
				t.Errorf("got  %s\nwant %s", got, c[1])
			}
		})
	}
}

// TestStrictChecks shows the side of the flag strict_compression_checks that TestClasses does not.
func TestStrictChecks(t *testing.T) {
	flags, _ := compat.Resolve("2023-07-31", nil)
	for script, want := range map[string]string{
		`return str(await read(write(new DecompressionStream('gzip'), gz, enc('x'))))`:               "hello",
		`return str(await read(write(new DecompressionStream('gzip'), new Uint8Array([...gz, 0]))))`: "hello",
		`return str(await read(write(new DecompressionStream('gzip'), gz.slice(0, -1))))`:            "hello",
		`return str(await read(write(new DecompressionStream('gzip'))))`:                             "",
		`return error(read(write(new DecompressionStream('gzip'), enc('not gzip at all'))))`:         "TypeError: Decompression failed.",
	} {
		iso := isolate(t)
		iso.SetCompat(&flags)
		if got := iso.Run(t, prelude+script); got != want {
			t.Errorf("%s: %s, want %s", script, got, want)
		}
	}
}

// TestInGo pipes a body of Go's through both classes, and reads it in Go while nobody runs the loop.
func TestInGo(t *testing.T) {
	text := strings.Repeat("The quick brown fox jumps over the lazy dog. ", 20000)
	for _, format := range formats {
		for _, test := range []struct{ class, in, want string }{
			{"Decompression", deflated(format, text), text},
			{"Compression", text, ""},
		} {
			iso := isolate(t)
			body := pipeThrough(t, iso, strings.NewReader(test.in), test.class, format)
			if streams.NeedsLoop(body) {
				t.Error("needs the loop")
			}
			data, err := io.ReadAll(body)
			if err != nil {
				t.Fatal(err)
			}
			got, want := string(data), test.want
			if test.class == "Compression" {
				got, want = inflated(format, got), text
			}
			if got != want {
				t.Errorf("%s: %s: %d bytes, want %d: %.100s", format, test.class, len(got), len(want), got)
			}
		}
	}
}

func pipeThrough(t testing.TB, iso *jstest.Isolate, in io.Reader, class, format string) io.ReadCloser {
	t.Helper()
	iso.VM.Set("body", streams.NewFromReader(iso.Realm, io.NopCloser(in), -1))
	return reader(t, iso, "body.pipeThrough(new "+class+"Stream('"+format+"'))")
}

// reader is the [streams.Reader] of the stream that a script ends with.
func reader(t testing.TB, iso *jstest.Isolate, script string) (body io.ReadCloser) {
	t.Helper()
	var err error
	if fatal := iso.Loop.Do(func() {
		v, failed := iso.VM.RunString(script)
		if err = failed; err == nil {
			stream, _ := webidl.As[*streams.ReadableStream](iso.Realm, v)
			body, err = streams.Reader(iso.Realm, stream)
		}
	}); fatal != nil {
		t.Fatal(fatal)
	}
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestInGoFails checks what a reader in Go gets of data that is none.
func TestInGoFails(t *testing.T) {
	for data, want := range map[string]string{
		"not gzip at all":               "TypeError: Decompression failed.",
		deflated("gzip", "hello")[:15]:  "TypeError: Called close() on a decompression stream with incomplete data",
		deflated("gzip", "hello") + "x": "TypeError: Trailing bytes after end of compressed data",
	} {
		body := pipeThrough(t, isolate(t), strings.NewReader(data), "Decompression", "gzip")
		if _, err := io.ReadAll(body); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", data, err, want)
		}
	}
}

// endless is a reader that counts.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read.Add(int64(len(p)))
	return len(p), nil
}

// TestBomb checks that no more is decompressed than somebody reads, and that a pipe stops when there is no room.
func TestBomb(t *testing.T) {
	var bomb bytes.Buffer
	w, _ := gzip.NewWriterLevel(&bomb, gzip.HuffmanOnly)
	io.CopyN(w, &endless{}, 4<<20)
	w.Close()
	source := &endless{}
	body := pipeThrough(t, isolate(t), io.MultiReader(&bomb, source), "Decompression", "gzip")
	p := make([]byte, 1000)
	for range 100 {
		if n, err := body.Read(p); err != nil || n == 0 {
			t.Fatal(n, err)
		}
	}
	if n := source.read.Load(); n > 1<<20 { // a buffer or two may wait for their turn
		t.Errorf("%d bytes too many were read", n)
	}
	body.Close()
	if _, err := body.Read(p); err == nil {
		t.Error("read after Close")
	}
}

// TestConstantMemory checks that a body takes no more memory for being long, however it is read.
func TestConstantMemory(t *testing.T) {
	const size = 16 << 20
	var zip bytes.Buffer
	w, _ := gzip.NewWriterLevel(&zip, gzip.BestSpeed)
	io.CopyN(w, &endless{}, size)
	w.Close()
	for class, in := range map[string]io.Reader{"Compression": io.LimitReader(&endless{}, size), "Decompression": &zip} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		body := pipeThrough(t, isolate(t), in, class, "gzip")
		p := make([]byte, 1000) // goes into no buffer evenly
		var err error
		for err == nil {
			_, err = body.Read(p)
		}
		runtime.ReadMemStats(&after)
		if err != io.EOF {
			t.Error(err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > size/2 {
			t.Errorf("%s: %d bytes were allocated", class, used)
		}
	}
}

// TestBackpressure checks that a script learns when nobody keeps up, and when somebody does.
func TestBackpressure(t *testing.T) {
	got := isolate(t).Run(t, prelude+`
		const s = new CompressionStream('gzip'), w = s.writable.getWriter(), r = s.readable.getReader();
		let x = 1; const noise = new Uint8Array(100000).map(() => x = x * 48271 % 2147483647);
		const first = r.read(); await w.write(noise); await w.write(noise); await first;
		await scheduler.wait(0);
		const full = w.desiredSize;
		let ready = false; w.ready.then(() => ready = true);
		await scheduler.wait(0);
		const before = ready;
		while (!ready) await r.read();
		return [full, before, ready, w.desiredSize].join()`)
	if want := "0,false,true,1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestSlowReaderInGo has a script write what a goroutine reads slowly: waiting for it is not being hung.
func TestSlowReaderInGo(t *testing.T) {
	iso := isolate(t)
	body := reader(t, iso, `
		const s = new CompressionStream('gzip');
		let x = 1; const noise = new Uint8Array(100000).map(() => x = x * 48271 % 2147483647);
		globalThis.written = (async () => {
			const w = s.writable.getWriter();
			await scheduler.wait(0);
			for (let i = 0; i < 20; i++) { await w.ready; await w.write(noise) }
			await w.close();
			return 'written';
		})();
		s.readable`)
	if !streams.NeedsLoop(body) {
		t.Error("does not need the loop")
	}
	size := make(chan int)
	go func() {
		data, _ := io.ReadAll(body)
		size <- len(inflated("gzip", string(data)))
	}()
	if got := iso.Run(t, `return written`); got != "written" {
		t.Error(got)
	}
	if n := <-size; n != 2000000 {
		t.Errorf("%d bytes", n)
	}
}

// TestEndsWithIsolate checks that a decompressor in the middle of its data goes with the isolate; TestMain would see it.
func TestEndsWithIsolate(t *testing.T) {
	iso := jstest.New(t, globals()...)
	ctx, cancel := context.WithCancel(t.Context())
	iso.Host = host{ctx}
	iso.VM.Set("part", iso.Uint8Array([]byte(deflated("gzip", "hello")[:12])))
	body := reader(t, iso, `const s = new DecompressionStream('gzip'); s.writable.getWriter().write(part); s.readable`)
	cancel()
	if _, err := body.Read(make([]byte, 10)); err == nil { // the test hangs if nobody ends it
		t.Error("no error")
	}
}
