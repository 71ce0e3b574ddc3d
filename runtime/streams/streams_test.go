package streams_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/eventloop"
	"devserver/runtime/events"
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

// body is an io.ReadCloser that gives its parts one Read at a time and then err, and remembers that it was closed.
type body struct {
	parts []string
	err   error

	mu     sync.Mutex
	closed chan struct{}
}

func newBody(err error, parts ...string) *body {
	return &body{parts: parts, err: err, closed: make(chan struct{})}
}

func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.parts) == 0 {
		return 0, b.err
	}
	n := copy(p, b.parts[0])
	if b.parts[0] = b.parts[0][n:]; b.parts[0] == "" {
		b.parts = b.parts[1:]
	}
	return n, nil
}

func (b *body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-b.closed:
	default:
		close(b.closed)
	}
	return nil
}

// globals are the classes, and what the tests need besides: goBody(...parts) makes a Go-side stream, failingBody one
// that fails after its parts, text(stream) reads one with ReadAll, through(stream) with Reader in a goroutine.
func globals() [][]webidl.Global {
	own := []webidl.Global{
		webidl.ClassGlobal(webidl.DOMExceptionClass),
		webidl.FunctionGlobal("goBody", 0, func(c webidl.Call) goja.Value {
			return streams.NewFromReader(c.Realm, newBody(io.EOF, texts(c)...), -1)
		}),
		webidl.FunctionGlobal("failingBody", 0, func(c webidl.Call) goja.Value {
			return streams.NewFromReader(c.Realm, newBody(webidl.TypeErrorf("the network is down"), texts(c)...), -1)
		}),
		webidl.PromisingFunctionGlobal("text", 1, func(c webidl.Call) goja.Value {
			p := c.Realm.NewPromise()
			streams.ReadAll(c.Realm, stream(c), func(data []byte, err error) { settle(c.Realm, p, data, err) })
			return p.Value()
		}),
		webidl.PromisingFunctionGlobal("through", 1, func(c webidl.Call) goja.Value {
			p := c.Realm.NewPromise()
			body, err := streams.Reader(c.Realm, stream(c))
			c.Check(err)
			op := c.Realm.Loop.Begin()
			go func() {
				data, err := io.ReadAll(iotest.OneByteReader(body))
				body.Close()
				op.Done(func() { settle(c.Realm, p, data, err) })
			}()
			return p.Value()
		}),
		webidl.FunctionGlobal("needsLoop", 1, func(c webidl.Call) goja.Value {
			body, err := streams.Reader(c.Realm, stream(c))
			c.Check(err)
			defer body.Close()
			return c.Bool(streams.NeedsLoop(body))
		}),
		webidl.FunctionGlobal("lengthOf", 1, func(c webidl.Call) goja.Value { return c.Realm.Int(int(stream(c).Length())) }),
	}
	return [][]webidl.Global{streams.Globals(), events.Globals(), timers.Globals(), textcodec.Globals(), own}
}

func texts(c webidl.Call) []string {
	parts := make([]string, len(c.Args))
	for i, v := range c.Args {
		parts[i] = v.String()
	}
	return parts
}

func stream(c webidl.Call) *streams.ReadableStream {
	s, _ := webidl.As[*streams.ReadableStream](c.Realm, c.Arg(0))
	return s
}

func settle(r *webidl.Realm, p *webidl.Promise, data []byte, err error) {
	if err != nil {
		p.Reject(err)
		return
	}
	p.Resolve(r.String(string(data)))
}

// prelude makes the scripts short: of(...chunks) is a stream of a script's, str decodes a chunk, collect reads all
// chunks, error says what a promise is rejected with or a function throws.
const prelude = `
const enc = s => new TextEncoder().encode(s), str = v => v === undefined ? 'undefined' : new TextDecoder().decode(v);
const of = (...chunks) => new ReadableStream({ start(c) { for (const x of chunks) c.enqueue(x); c.close() } });
const error = async x => { try { await (typeof x === 'function' ? x() : x); return 'no error' } catch (e) { return String(e) } };
const collect = async s => { const all = []; for (const r = s.getReader();;) { const { value, done } = await r.read(); if (done) return all; all.push(value) } };
`

func table(t *testing.T, cases []jstest.Case) {
	t.Helper()
	for i := range cases {
		cases[i][0] = prelude + cases[i][0]
	}
	for _, c := range cases {
		script, want := c[0], c[1]
		t.Run(strings.TrimPrefix(script, prelude), func(t *testing.T) {
			t.Parallel()
			if got := jstest.New(t, globals()...).Run(t, script); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// TestMessages holds the texts of errors, which are workerd's.
func TestMessages(t *testing.T) {
	table(t, []jstest.Case{
		{`const s = of(); s.getReader(); return error(s.cancel())`, "TypeError: This ReadableStream is currently locked to a reader."},
		{`const s = of(); s.getReader(); return error(() => s.getReader())`, "TypeError: This ReadableStream is currently locked to a reader."},
		{`const s = of(); s.getReader(); return error(() => s.tee())`, "TypeError: This ReadableStream is currently locked to a reader."},
		{`const s = of(); s.getReader(); return error(s.pipeTo(new WritableStream()))`, "TypeError: This ReadableStream is currently locked to a reader."},
		{`const w = new WritableStream(); w.getWriter(); return error(of().pipeTo(w))`, "TypeError: This WritableStream is currently locked to a writer."},
		{`const s = of(); s.getReader(); return error(text(s))`, "TypeError: This ReadableStream is currently locked to a reader."},
		{`const s = of(); s.getReader(); return error(through(s))`, "TypeError: This ReadableStream is currently locked to a reader."},
		{`return error(() => of().getReader({ mode: 'x' }))`, "TypeError: mode must be undefined or 'byob' in call to getReader()."},
		{`return error(() => of().getReader({ mode: 'byob' }))`, "TypeError: This ReadableStream does not support BYOB reads."},
		{`return error(of().pipeTo({}))`, "TypeError: Failed to execute 'pipeTo' on 'ReadableStream': parameter 1 is not of type 'WritableStream'."},
		{`return error(() => of().pipeThrough({}))`, "TypeError: Incorrect type for the 'readable' field on 'Transform': the provided value is not of type 'ReadableStream'."},
		{`return error(of().pipeTo(new WritableStream(), { signal: 1 }))`, "TypeError: Incorrect type for the 'signal' field on 'PipeToOptions': the provided value is not of type 'AbortSignal'."},
		{`const r = of().getReader(); r.releaseLock(); return error(r.read())`, "TypeError: This ReadableStream reader has been released."},
		{`const r = of().getReader(); r.releaseLock(); return error(r.closed)`, "TypeError: This ReadableStream reader has been released."},
		{`return error(() => new ReadableStream({ type: 'foo' }))`, `TypeError: "foo" is not a valid type of ReadableStream.`},
		{`return error(() => new ReadableStream({ pull: 1 }))`, "TypeError: Incorrect type for the 'pull' field on 'UnderlyingSource': the provided value is not of type 'function'."},
		{`return error(new ReadableStream({ type: 'bytes' }).getReader({ mode: 'byob' }).read('x'))`, "TypeError: Failed to execute 'read' on 'ReadableStreamBYOBReader': parameter 1 is not of type 'ArrayBufferView'."},
		{`return error(() => ReadableStream.from(1))`, "TypeError: Failed to execute 'from' on 'ReadableStream': parameter 1 is not of type 'AsyncGenerator'."},
		{`const w = new WritableStream(); w.getWriter(); return error(w.close())`, "TypeError: This WritableStream is currently locked to a writer."},
		{`const w = new WritableStream().getWriter(); w.close(); return error(w.write(1))`, "TypeError: This WritableStream has been closed."},
		{`const w = new WritableStream().getWriter(); w.releaseLock(); return error(w.write(1))`, "TypeError: This WritableStream writer has been released."},
		{`const w = new WritableStream(); await w.close(); return error(of('a').pipeTo(w))`, "TypeError: This destination writable stream is closed."},
		{`let c; const t = new TransformStream({ start(x) { c = x } }); await t.readable.cancel(); return error(() => c.enqueue(1))`, "TypeError: The readable side of this TransformStream is no longer readable."},
		{`return error(text(of({})))`, "TypeError: This ReadableStream did not return bytes."},
		{`return error(text(of('str')))`, "TypeError: This ReadableStream did not return bytes."},
		{`return error(through(of({})))`, "TypeError: Draining read encountered a value that cannot be converted to bytes"},
	})
}

// TestOrder holds the order in which scripts see things happen; node's is the same.
func TestOrder(t *testing.T) {
	table(t, []jstest.Case{
		{`const log = [];
		const s = new ReadableStream({ start() { log.push('start') }, pull(c) { log.push('pull'); c.enqueue(1) } });
		log.push('made'); Promise.resolve().then(() => log.push('tick')); await null; await null; return log.join()`, "start,made,pull,tick"},
		{`const log = []; const w = new WritableStream({ write(x) { log.push('w' + x) }, close() { log.push('close') } }).getWriter();
		w.write(1).then(() => log.push('done1')); w.write(2).then(() => log.push('done2')); log.push('sync');
		await w.close(); return log.join()`, "sync,w1,w2,done1,close,done2"},
		{`const log = []; const t = new TransformStream({ transform(x, c) { log.push('t' + x); c.enqueue(x) } });
		const w = t.writable.getWriter(); w.write(1); w.write(2); log.push('sync'); const r = t.readable.getReader();
		log.push((await r.read()).value, (await r.read()).value); return log.join()`, "sync,t1,t2,1,2"},
		{`const log = []; const s = of(1, 2); for (const p = s.getReader(), n = [p.read(), p.read(), p.read()]; n.length;) log.push(JSON.stringify(await n.shift()));
		return log.join(' ')`, `{"value":1,"done":false} {"value":2,"done":false} {"done":true}`},
		{`const it = of(1, 2)[Symbol.asyncIterator](); const a = it.next(), b = it.return('x'); return JSON.stringify([await a, await b, await it.next()])`,
			`[{"value":1,"done":false},{"value":"x","done":true},{"done":true}]`},
	})
}

// TestGoSide is what scripts see of streams that Go made.
func TestGoSide(t *testing.T) {
	table(t, []jstest.Case{
		{`return (await collect(goBody('ab', 'c'))).map(str).join('|')`, "ab|c"},
		{`const { value } = await goBody('hello').getReader().read(); return [value.constructor.name, value.byteOffset, value.buffer.byteLength].join()`, "Uint8Array,0,5"},
		{`const r = goBody('hello').getReader({ mode: 'byob' }); const a = await r.read(new Uint8Array(2)), b = await r.read(new Uint8Array(9)), c = await r.read(new Uint8Array(9));
		return [str(a.value), str(b.value), c.done, c.value.byteLength].join()`, "he,llo,true,0"},
		{`const r = goBody('a', 'b', 'c').getReader({ mode: 'byob' }); const a = await r.readAtLeast(2, new Uint8Array(5)); return str(a.value)`, "ab"},
		{`const r = goBody('a', 'b', 'c').getReader({ mode: 'byob' }); const a = await r.read(new Uint16Array(1)); return new Uint8Array(a.value.buffer).join()`, "97,98"},
		{`const r = goBody('a', 'b', 'c').getReader({ mode: 'byob' }); await r.read(new Uint16Array(1)); return error(r.read(new Uint16Array(1)))`,
			"TypeError: The stream was closed in the middle of an element of the view that is being filled."},
		{`return error(collect(failingBody('a')))`, "TypeError: the network is down"},
		{`return error(text(failingBody('a')))`, "TypeError: the network is down"},
		{`const s = failingBody(); await error(text(s)); return s.locked`, "true"},
		{`const s = goBody('a'); const r = s.getReader(); const q = error(r.read()); r.releaseLock(); const b = s.getReader();
		return [await q, str((await b.read()).value), (await b.read()).done].join()`, "TypeError: This ReadableStream reader has been released.,a,true"},
		{`const [a, b] = goBody('ab', 'cd').tee(); return [await text(a), (await collect(b)).map(str).join('')].join()`, "abcd,abcd"},
		{`const [a, b] = failingBody('ab').tee(); return [await error(text(a)), await error(collect(b))].join()`, "TypeError: the network is down,TypeError: the network is down"},
		{`const [a, b] = goBody('ab', 'cd').tee(); await a.cancel(); return text(b)`, "abcd"},
		{`const s = goBody('ab'); s.getReader().releaseLock(); return text(s)`, "ab"},
		{`const s = goBody('ab', 'cd'); const r = s.getReader(); await r.read(); r.releaseLock(); return text(s)`, "cd"},
		{`const s = goBody('ab', 'cd'); const r = s.getReader(); await r.read(); r.releaseLock(); return through(s)`, "cd"},
		{`const s = goBody('ab'); const all = []; const it = s.values(); for (let x; !(x = await it.next()).done;) all.push(str(x.value)); return all + s.locked`, "abfalse"},
		{`const s = goBody('ab'); await s.cancel('no'); return (await s.getReader().read()).done`, "true"},
		{`return through(of('té', enc('x'), 'ts'))`, "téxts"},
		{`return through(of(enc('ab'), new DataView(enc('cd').buffer), enc('ef').buffer))`, "abcdef"},
		{`return text(of(enc('ab'), new DataView(enc('cd').buffer), enc('ef').buffer))`, "abcdef"},
		{`let i = 0; return through(new ReadableStream({ async pull(c) { await scheduler.wait(0); if (i++ == 3) c.close(); else c.enqueue(enc('x' + i)) } }))`, "x1x2x3"},
		{`let i = 0; return through(new ReadableStream({ pull(c) { if (i++ == 3) c.error(new RangeError('bad')); else c.enqueue(enc('x' + i)) } })).catch(e => e instanceof RangeError && e.message)`, "bad"},
		{`return through(new ReadableStream({ start(c) { c.error('plain') } })).catch(e => e)`, "plain"},
		{`return through(new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 4, pull(c) { c.byobRequest.view[0] = 65; c.byobRequest.respond(1); c.close() } }))`, "A"},
		{`return text(new ReadableStream({ type: 'bytes', start(c) { c.enqueue(enc('a')); c.enqueue(enc('b')); c.close() } }))`, "ab"},
		{`return [needsLoop(goBody('a')), needsLoop(of(enc('a'))), needsLoop(new ReadableStream())].join()`, "false,false,true"},
		{`return [lengthOf(goBody()), lengthOf(new FixedLengthStream(7n).readable), lengthOf(new ReadableStream({ expectedLength: 9 })), lengthOf(of())].join()`, "-1,7,9,-1"},
		{`return text(new ReadableStream())`, "hung"},
		{`return text(new IdentityTransformStream().readable)`, "hung"},
	})
}

// TestIdentity is IdentityTransformStream and FixedLengthStream; the texts are workerd's.
func TestIdentity(t *testing.T) {
	table(t, []jstest.Case{
		{`const t = new IdentityTransformStream(); return [t instanceof TransformStream, String(t), new FixedLengthStream(1) instanceof IdentityTransformStream].join()`,
			"true,[object IdentityTransformStream],true"},
		{`return [new IdentityTransformStream().writable.getWriter().desiredSize, new IdentityTransformStream({ highWaterMark: 10 }).writable.getWriter().desiredSize].join()`, "1,10"},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(), r = t.readable.getReader(); const q = w.write(enc('hey')); const c = await r.read(); await q; return str(c.value)`, "hey"},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); const data = enc('hey'); w.write(data); data[0] = 0; w.close(); return text(t.readable)`, "hey"},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); w.write(enc('hey')); w.close(); return through(t.readable)`, "hey"},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); return w.write(enc('hey'))`, "hung"},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(), r = t.readable.getReader({ mode: 'byob' });
		w.write(enc('hello')); const a = await r.read(new Uint8Array(3)), b = await r.read(new Uint8Array(3)); return str(a.value) + '|' + str(b.value)`, "hel|lo"},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); w.write('\u00e9'); w.close(); return text(t.readable)`, "é"},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); return error(w.write({}))`,
			"TypeError: This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side."},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); await t.readable.cancel(new RangeError('why')); return error(w.write(enc('x')))`, "RangeError: why"},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); await t.readable.cancel(); return error(w.write(enc('x')))`, "Error: Stream was cancelled."},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); const q = error(w.write(enc('x'))); await t.readable.cancel(new RangeError('why')); return q`, "RangeError: why"},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); const q = error(t.readable.getReader().read()); await w.abort(new RangeError('why')); return q`, "RangeError: why"},
		{`const t = new IdentityTransformStream(); const q = goBody('ab', 'cd').pipeTo(t.writable); const x = await text(t.readable); await q; return x`, "abcd"},
		{`const t = new IdentityTransformStream(); const q = goBody('ab', 'cd').pipeTo(t.writable); const x = await through(t.readable); await q; return x + t.writable.locked`, "abcdfalse"},
		{`const t = new IdentityTransformStream(), q = goBody('ab').pipeTo(t.writable, { preventClose: true }), r = t.readable.getReader(); const a = await r.read(); await q;
		const w = t.writable.getWriter(); w.write(enc('more')); return str(a.value) + str((await r.read()).value)`, "abmore"},
		{`const s = goBody('ab'); const t = new IdentityTransformStream(); const q = s.pipeTo(t.writable); const l = [s.locked, t.writable.locked]; await text(t.readable); await q;
		return [...l, s.locked, t.writable.locked].join()`, "true,true,false,false"},
		{`const t = new IdentityTransformStream(); const q = error(failingBody('ab').pipeTo(t.writable)); return [await error(text(t.readable)), await q].join()`,
			"TypeError: the network is down,TypeError: the network is down"},
		{`const t = new IdentityTransformStream(); const q = error(goBody('ab').pipeTo(t.writable)); await t.readable.cancel(new RangeError('why')); return q`, "RangeError: why"},
		{`const t = new IdentityTransformStream(), a = new AbortController(); const q = error(goBody('ab').pipeTo(t.writable, { signal: a.signal })); a.abort(new RangeError('sig')); return q`, "RangeError: sig"},
		{`return error(goBody('ab').pipeTo(new IdentityTransformStream().writable, { signal: AbortSignal.abort(new RangeError('sig')) }))`, "RangeError: sig"},
		{`const t = new TransformStream({ transform(x, c) { c.enqueue(enc(str(x).toUpperCase())) } }); return through(goBody('ab', 'cd').pipeThrough(t))`, "ABCD"},
		{`return through(goBody('ab', 'cd').pipeThrough(new IdentityTransformStream()).pipeThrough(new FixedLengthStream(4)))`, "abcd"},
		{`const t = new IdentityTransformStream(); return error(Promise.race([t.readable.pipeTo(t.writable), scheduler.wait(1).then(() => { throw 'still open' })]))`, "still open"},
		{`const t = new FixedLengthStream(3), w = t.writable.getWriter(); w.write(enc('abc')); w.close(); return text(t.readable)`, "abc"},
		{`const b = new Uint8Array(8); new ReadableStream({ type: "bytes", start(c) { c.enqueue(b) } }); try { new FixedLengthStream(b) } catch (e) { return e.name }`, "TypeError"},
		{`let ran = false; try { new FixedLengthStream({ get a() { ran = true } }) } catch {} return ran`, "false"},
		{`const t = new FixedLengthStream(2), w = t.writable.getWriter(); const q = error(text(t.readable)); return [await error(w.write(enc('abc'))), await q].join()`,
			"TypeError: Attempt to write too many bytes through a FixedLengthStream.,TypeError: Attempt to write too many bytes through a FixedLengthStream."},
		{`const t = new FixedLengthStream(4), w = t.writable.getWriter(); w.write(enc('abc')); const q = error(text(t.readable)); return [await error(w.close()), await q].join()`,
			"TypeError: FixedLengthStream did not see all expected bytes before close().,TypeError: FixedLengthStream did not see all expected bytes before close()."},
		{`const t = new FixedLengthStream(9); const q = error(goBody('ab').pipeTo(t.writable)); return [await error(text(t.readable)), await q].join()`,
			"TypeError: FixedLengthStream did not see all expected bytes before close().,TypeError: FixedLengthStream did not see all expected bytes before close()."},
		{`const t = new FixedLengthStream(1); const q = error(goBody('ab').pipeTo(t.writable)); return [await error(text(t.readable)), await q].join()`,
			"TypeError: Attempt to write too many bytes through a FixedLengthStream.,TypeError: Attempt to write too many bytes through a FixedLengthStream."},
		{`return error(() => new FixedLengthStream(-1))`, "TypeError: The value cannot be converted because it is negative and this API expects a positive bigint."},
		{`return error(() => new FixedLengthStream(NaN))`, "TypeError: The value cannot be converted because it is not an integer."},
		{`return error(() => new FixedLengthStream(2 ** 53))`, "TypeError: FixedLengthStream requires an integer expected length less than 2^53."},
	})
}

// TestReaderHandsOn checks that the bytes of an untouched Go-side stream are not touched by handing the stream on.
func TestReaderHandsOn(t *testing.T) {
	iso := jstest.New(t, globals()...)
	original := newBody(io.EOF, "x")
	s := streams.FromReader(iso.Realm, original, 1)
	got, err := streams.Reader(iso.Realm, s)
	if err != nil || got != io.ReadCloser(original) {
		t.Fatalf("got %v, %v, want the body itself", got, err)
	}
	if !s.Locked() || !s.Disturbed() {
		t.Error("the stream is not locked and disturbed")
	}
	if _, err := streams.Reader(iso.Realm, s); err == nil {
		t.Error("a locked stream could be read again")
	}
}

func TestCloseBody(t *testing.T) {
	for name, script := range map[string]string{
		"at the end":              `for (const r = s.getReader(); !(await r.read()).done;);`,
		"by cancelling":           `await s.cancel()`,
		"by cancelling a reader":  `const r = s.getReader(); await r.read(); await r.cancel()`,
		"by the pipe's end":       `await s.pipeTo(new WritableStream())`,
		"by a failing sink":       `await s.pipeTo(new WritableStream({ write() { throw 1 } })).catch(() => {})`,
		"by both branches":        `const [a, b] = s.tee(); await Promise.all([a.cancel(), b.cancel()])`,
		"by leaving an iterator":  `const it = s.values(); await it.next(); await it.return()`,
		"by the pipe's end in Go": `const t = new IdentityTransformStream(); const q = s.pipeTo(t.writable); await text(t.readable); await q`,
	} {
		t.Run(name, func(t *testing.T) {
			iso := jstest.New(t, globals()...)
			b := newBody(io.EOF, "ab", "cd")
			iso.VM.Set("s", streams.NewFromReader(iso.Realm, b, 4))
			if got := iso.Run(t, script); got != "undefined" {
				t.Fatal(got)
			}
			<-b.closed // the test hangs if it is not
		})
	}
}

// runLoop runs the isolate's loop while do, in another goroutine, is under way.
func runLoop(t *testing.T, iso *jstest.Isolate, do func()) {
	t.Helper()
	done := make(chan struct{})
	op := iso.Loop.Begin()
	finished := false
	go func() {
		do()
		op.Done(func() { finished = true })
		close(done)
	}()
	if err := iso.Loop.Run(t.Context(), func() bool { return finished }); err != nil {
		t.Fatal(err)
	}
	<-done
}

// reader gives the Go side of the stream that script, an expression, makes.
func reader(t *testing.T, iso *jstest.Isolate, script string) io.ReadCloser {
	t.Helper()
	var body io.ReadCloser
	if err := iso.Loop.Do(func() {
		v, err := iso.VM.RunString(script)
		if err != nil {
			t.Fatal(err)
		}
		s, _ := webidl.As[*streams.ReadableStream](iso.Realm, v)
		if body, err = streams.Reader(iso.Realm, s); err != nil {
			t.Fatal(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return body
}

// TestBackpressure checks that a script is asked for no more than what Go reads and the stream's own queue takes.
func TestBackpressure(t *testing.T) {
	iso := jstest.New(t, globals()...)
	body := reader(t, iso, `var pulls = 0; new ReadableStream({ pull(c) { pulls++; c.enqueue(new Uint8Array([pulls])) } }, { highWaterMark: 2 })`)
	p := make([]byte, 1)
	runLoop(t, iso, func() {
		for range 3 {
			if _, err := io.ReadFull(body, p); err != nil {
				t.Error(err)
			}
		}
	})
	if pulls := iso.VM.Get("pulls").ToInteger(); pulls > 6 {
		t.Errorf("%d pulls for 3 bytes", pulls)
	}
	if p[0] != 3 {
		t.Errorf("third byte is %d", p[0])
	}
}

func TestReaderCloseCancels(t *testing.T) {
	iso := jstest.New(t, globals()...)
	body := reader(t, iso, `var cancelled = false; new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1)) }, cancel() { cancelled = true } })`)
	runLoop(t, iso, func() {
		if _, err := body.Read(make([]byte, 1)); err != nil {
			t.Error(err)
		}
		body.Close()
		if _, err := body.Read(make([]byte, 1)); err == nil {
			t.Error("read after Close")
		}
	})
	if got := iso.Run(t, `return cancelled`); got != "true" {
		t.Error("the stream was not cancelled")
	}
}

func TestReaderError(t *testing.T) {
	iso := jstest.New(t, globals()...)
	body := reader(t, iso, `new ReadableStream({ pull(c) { c.error(new RangeError('bad')) } })`)
	runLoop(t, iso, func() {
		_, err := body.Read(make([]byte, 1))
		if thrown, ok := errors.AsType[*webidl.Thrown](err); !ok || err.Error() != "RangeError: bad" || thrown.Value == nil {
			t.Errorf("got %v", err)
		}
	})
}

// TestFail checks that the loop is idle while a Read waits for a stream that can never give anything, and that whoever
// sees that can release the Read.
func TestFail(t *testing.T) {
	for _, script := range []string{`new ReadableStream()`, `new IdentityTransformStream().readable`} {
		iso := jstest.New(t, globals()...)
		body := reader(t, iso, script).(streams.Body)
		if !body.NeedsLoop() {
			t.Error("does not need the loop")
		}
		hung := errors.New("hung")
		result := make(chan error)
		go func() {
			_, err := body.Read(make([]byte, 1))
			result <- err
		}()
		if err := iso.Loop.Run(t.Context(), func() bool { return false }); !errors.Is(err, eventloop.ErrIdle) {
			t.Errorf("the loop ended with %v", err)
		}
		body.Fail(hung)
		if err := <-result; !errors.Is(err, hung) {
			t.Errorf("got %v", err)
		}
	}
}

// TestLoopClosed checks that a Read ends when the loop is closed while it asks.
func TestLoopClosed(t *testing.T) {
	iso := jstest.New(t, globals()...)
	body := reader(t, iso, `new ReadableStream()`)
	iso.Loop.Close()
	if _, err := body.Read(make([]byte, 1)); err == nil {
		t.Error("no error")
	}
}

// TestPipeInGo checks that a pipe from Go to Go goes on while nobody runs the loop.
func TestPipeInGo(t *testing.T) {
	iso := jstest.New(t, globals()...)
	big := strings.Repeat("0123456789abcdef", 64<<10)
	iso.VM.Set("s", streams.NewFromReader(iso.Realm, newBody(io.EOF, big), int64(len(big))))
	body := reader(t, iso, `const t = new IdentityTransformStream(); var q = s.pipeTo(t.writable); t.readable`)
	if streams.NeedsLoop(body) {
		t.Error("needs the loop")
	}
	data, err := io.ReadAll(body) // on this goroutine: the loop does not run
	if err == nil && string(data) != big {
		err = errors.New("other bytes")
	}
	if err != nil {
		t.Error(err)
	}
	if got := iso.Run(t, `return q`); got != "undefined" {
		t.Error(got)
	}
}

type host struct{ ctx context.Context }

func (h host) Context() context.Context { return h.ctx }

// TestPipeEndsWithIsolate checks that a pipe to a stream that nobody reads does not outlive the isolate.
func TestPipeEndsWithIsolate(t *testing.T) {
	iso := jstest.New(t, globals()...)
	ctx, cancel := context.WithCancel(t.Context())
	iso.Host = host{ctx}
	b := newBody(io.EOF, "x")
	iso.VM.Set("s", streams.NewFromReader(iso.Realm, b, 1))
	if got := iso.Run(t, `s.pipeTo(new IdentityTransformStream().writable).catch(() => {})`); got != "undefined" {
		t.Fatal(got)
	}
	iso.Loop.Close()
	cancel()
	<-b.closed // the test hangs if it is not
}

// TestTeeInGo reads the branches of a Go-side tee at different paces, from two goroutines.
func TestTeeInGo(t *testing.T) {
	iso := jstest.New(t, globals()...)
	a, b, err := streams.Tee(iso.Realm, streams.FromReader(iso.Realm, newBody(io.EOF, "one", "two", "three"), -1))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, s := range []*streams.ReadableStream{a, b} {
		body, err := streams.Reader(iso.Realm, s)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			r := io.Reader(body)
			if i == 1 {
				r = iotest.OneByteReader(r)
			}
			if data, err := io.ReadAll(r); err != nil || string(data) != "onetwothree" {
				t.Errorf("branch %d: %q, %v", i, data, err)
			}
		})
	}
	wg.Wait()
}

// TestUnhandled counts the promises that are rejected and that no script handles: those that the algorithms make for
// themselves must not be among them, and those that a script neglects must.
func TestUnhandled(t *testing.T) {
	for _, c := range []struct {
		script string
		want   int
	}{
		{`await error(new ReadableStream({ pull() { throw 1 } }).getReader().read())`, 0},
		{`new ReadableStream({ pull() { throw 1 } }).getReader().read()`, 1},
		{`const r = new ReadableStream({ start(c) { c.error(1) } }).getReader(); r.closed`, 0},
		{`const w = new WritableStream({ write() { throw 1 } }).getWriter(); w.ready; w.closed; await error(w.write())`, 0},
		{`new WritableStream({ write() { throw 1 } }).getWriter().write()`, 1},
		{`new WritableStream({ write() { throw 1 } }).getWriter().write().catch(() => {})`, 0},
		{`await error(new ReadableStream({ pull() { throw 1 } }).pipeTo(new WritableStream()))`, 0},
		{`new ReadableStream({ pull() { throw 1 } }).pipeTo(new WritableStream())`, 1},
		{`await error(of(1, 2).pipeTo(new WritableStream({ write() { throw 1 } })))`, 0},
		{`await error(collect(of(1).pipeThrough(new TransformStream({ transform() { throw 1 } }))))`, 0},
		{`of(1).pipeThrough(new TransformStream({ transform() { throw 1 } }))`, 0},
		{`const [a, b] = new ReadableStream({ pull() { throw 1 } }).tee(); await error(collect(a)); await error(collect(b))`, 0},
		{`const it = new ReadableStream({ pull() { throw 1 } }).values(); await error(it.next()); await it.return()`, 0},
		{`const [a, b] = failingBody('x').tee(); await error(collect(a)); await error(text(b))`, 0},
		{`await error(failingBody('x').pipeThrough(new IdentityTransformStream()).getReader().cancel())`, 0},
		{`const t = new IdentityTransformStream(), w = t.writable.getWriter(); await t.readable.cancel(); await error(w.write(enc('x')))`, 0},
		{`const t = new FixedLengthStream(1), w = t.writable.getWriter(); await error(w.write(enc('xyz')))`, 0},
		{`const t = new TransformStream(), w = t.writable.getWriter(); await t.readable.cancel(1); await error(w.write(1))`, 0},
		{`await error(through(of({})))`, 0},
		{`await error(new WritableStream({ close() { throw 1 } }).close())`, 0},
		{`await error(new WritableStream({ abort() { throw 1 } }).abort())`, 0},
	} {
		t.Run(c.script, func(t *testing.T) {
			iso := jstest.New(t, globals()...)
			unhandled := map[*goja.Promise]bool{}
			iso.VM.SetPromiseRejectionTracker(func(p *goja.Promise, op goja.PromiseRejectionOperation) {
				if op == goja.PromiseRejectionReject {
					unhandled[p] = true
				} else {
					delete(unhandled, p)
				}
			})
			if got := iso.Run(t, prelude+c.script+"; await scheduler.wait(0)"); got != "undefined" {
				t.Fatal(got)
			}
			if len(unhandled) != c.want {
				t.Errorf("%d unhandled rejections, want %d", len(unhandled), c.want)
			}
		})
	}
}
