package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/rpc"
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

func newIsolate(t testing.TB, depth int) *jstest.Isolate {
	iso := jstest.New(t, fetch.Globals(), streams.Globals(), events.Globals(), textcodec.Globals(), timers.Globals(), []webidl.Global{
		webidl.ClassGlobal(webidl.DOMExceptionClass),
		webidl.ValueGlobal("RpcTarget", func(r *webidl.Realm) goja.Value { return r.Constructor(rpc.TargetClass) }),
		webidl.ValueGlobal("RpcStub", func(r *webidl.Realm) goja.Value { return r.Constructor(rpc.StubClass) }),
	})
	iso.Realm.Host = host(depth)
	return iso
}

// host is what the package asks of a realm's host.
type host int

func (h host) CallDepth() int { return int(h) }

func (host) FetchEnvironment() fetch.Environment { return fetch.Environment{Property: rpc.Property} }

// callee is a Worker: a script that evaluates to the object whose methods are called, in an isolate for each call.
type callee struct {
	t      testing.TB
	script string
	env    func(iso *jstest.Isolate) // what else the script sees

	running sync.WaitGroup
	mu      sync.Mutex
	ended   int
}

func (w *callee) Fetch(*http.Request, rpc.Entrypoint) (*http.Response, error) {
	return nil, errors.New("it answers no requests")
}

func (w *callee) Call(i *rpc.Invocation, e rpc.Entrypoint) {
	iso := newIsolate(w.t, i.Depth())
	if w.env != nil {
		w.env(iso)
	}
	w.running.Go(func() {
		begun := false
		iso.Loop.Post(func() {
			begun = true
			i.Begin(iso.Realm, func() (rpc.Receiver, error) {
				v, err := iso.VM.RunString("(" + w.script + ")")
				if err != nil {
					return rpc.Receiver{}, err
				}
				return rpc.Receiver{Object: v.(*goja.Object)}, nil
			})
		})
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := iso.Loop.Run(ctx, func() bool { return begun && rpc.Over(iso.Realm) }); err != nil {
			rpc.Fail(iso.Realm, err)
		}
		iso.Loop.Close()
		rpc.End(iso.Realm)
		w.mu.Lock()
		w.ended++
		w.mu.Unlock()
	})
}

// settled waits until all isolates of the Worker have ended, and returns how many there were.
func (w *callee) settled(t *testing.T) int {
	t.Helper()
	done := make(chan struct{})
	go func() {
		w.running.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("an isolate never ends")
	}
	return w.ended
}

// target is the script of a Worker with a bit of all.
const target = `new (class extends RpcTarget {
	add(a, b) { return a + b }
	echo(x) { return x }
	fail() { throw new RangeError("failed") }
	async call(f, ...args) { return await f(...args) }
	counter() { let n = 0; return new (class extends RpcTarget { up(by = 1) { return n += by } get n() { return n } [Symbol.dispose]() { n = -1 } })() }
	functions() { return { f: (x) => "f" + x, n: 1 } }
	bytes() { return new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([104, 105])); c.close() } }) }
	never() { return new Promise(() => {}) }
	slow() { return new Promise((done) => setTimeout(() => done("slow"), 1)) }
})`

// TestCalls calls a Worker in each way. Afterwards, when the caller has ended, nothing of the callee is left.
func TestCalls(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{`return await B.add(1, 2)`, "3"},
		{`return JSON.stringify(await B.echo({ a: [1, { b: null }] }))`, `{"a":[1,{"b":null}]}`},
		{`return await B.fail()`, "thrown: RangeError: failed"},
		{`return await B.missing()`, `thrown: TypeError: The RPC receiver does not implement the method "missing".`},
		{`return await B.call((x, y) => x * y, 6, 7)`, "42"},
		{`return await B.call(async (f) => await f("x"), (x) => x + x)`, "xx"},
		{`return await B.call(() => { throw new SyntaxError("there") })`, "thrown: SyntaxError: there"},
		{`const c = await B.counter(); await c.up(); return [await c.up(5), await c.n].join()`, "6,6"},
		{`return await B.counter().up(3)`, "3"},
		{`const c = B.counter(); return (await Promise.all([c.up(), c.up(), c.n])).join()`, "1,2,2"},
		{`const c = await B.counter(), d = c.dup(); c[Symbol.dispose](); return [await d.up(), await c.up().catch((e) => e.message)].join()`, "1,RPC stub used after being disposed."},
		{`const o = await B.functions(); const got = await o.f(1); o[Symbol.dispose](); return [got, await o.f(2).catch((e) => e.message)].join()`, "f1,RPC stub used after being disposed."},
		{`const p = B.counter(); await p; p[Symbol.dispose](); return await p.up()`, "thrown: Error: RPC promise used after being disposed."},
		{`return await new Response(await B.bytes()).text()`, "hi"},
		{`return await new Response(await B.echo(new Response("there and back").body)).text()`, "there and back"},
		{`const r = await B.echo(new Request("http://h/", { method: "PUT", body: "x" })); return r.method + await r.text()`, "PUTx"},
		{`return await B.echo(Symbol("s"))`, "thrown: DataCloneError: Symbol(s) could not be cloned."},
		{`return await B.echo(new (class Foo {})())`, `thrown: DataCloneError: Could not serialize object of type "Foo". This type does not support serialization.`},
		{`return (await Promise.all(Array.from({ length: 200 }, (_, i) => B.add(i, 1)))).length`, "200"},
		{`B.slow(); return "does not wait"`, "does not wait"},
		{`B.never(); return "does not wait"`, "does not wait"},
		{`const s = new RpcStub({ a: 1, f: () => 2 }); return [await s.a, await s.f()].join()`, "1,2"},
		{`return new RpcStub(new Date())`, "thrown: TypeError: RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives."},
	} {
		t.Run(c.script, func(t *testing.T) {
			b := &callee{t: t, script: target}
			a := newIsolate(t, 0)
			a.VM.Set("B", rpc.NewFetcher(a.Realm, b, rpc.Entrypoint{}))
			if got := a.Run(t, c.script); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			a.Loop.Close()
			rpc.End(a.Realm)
			b.settled(t)
		})
	}
}

// TestCircle has a Worker call itself without end: the chain is cut where Workers' is, and comes apart again.
func TestCircle(t *testing.T) {
	b := &callee{t: t, script: `new (class extends RpcTarget { async deep(n) { try { return await SELF.deep(n + 1) } catch (e) { return n + " " + e.message.slice(0, 24) } } })`}
	b.env = func(iso *jstest.Isolate) { iso.VM.Set("SELF", rpc.NewFetcher(iso.Realm, b, rpc.Entrypoint{})) }
	a := newIsolate(t, 0)
	a.VM.Set("B", rpc.NewFetcher(a.Realm, b, rpc.Entrypoint{}))
	if got := a.Run(t, `return await B.deep(1)`); got != "32 Subrequest depth limit e" {
		t.Error(got)
	}
	rpc.End(a.Realm)
	if n := b.settled(t); n != 32 {
		t.Errorf("%d isolates", n)
	}
}

// TestEnds ends the one side while the other waits.
func TestEnds(t *testing.T) {
	t.Run("the caller", func(t *testing.T) {
		b := &callee{t: t, script: target}
		a := newIsolate(t, 0)
		a.VM.Set("B", rpc.NewFetcher(a.Realm, b, rpc.Entrypoint{}))
		if got := a.Run(t, `globalThis.kept = [await B.counter(), await B.functions(), await B.bytes(), B.never(), B.counter()]; return "kept"`); got != "kept" {
			t.Fatal(got)
		}
		a.Loop.Close()
		rpc.End(a.Realm)
		b.settled(t) // none waits for a caller that is not there any more
	})
	t.Run("the callee", func(t *testing.T) {
		a := newIsolate(t, 0)
		a.VM.Set("B", rpc.NewFetcher(a.Realm, dead{}, rpc.Entrypoint{}))
		if got := a.Run(t, `return (await Promise.allSettled([B.x(1), B.y, B.x(() => 1).z.z(), B.x(new Response("body"))])).map((r) => r.reason.message).join()`); got != "gone,gone,gone,gone" {
			t.Error(got)
		}
		over(t, a)
	})
	t.Run("a callee that has been begun", func(t *testing.T) {
		iso := newIsolate(t, 0)
		a := newIsolate(t, 0)
		a.VM.Set("B", rpc.NewFetcher(a.Realm, worker(func(i *rpc.Invocation) {
			iso.Loop.Do(func() {
				i.Begin(iso.Realm, func() (rpc.Receiver, error) {
					v, err := iso.VM.RunString(target)
					return rpc.Receiver{Object: v.(*goja.Object)}, err
				})
			})
			iso.Loop.Close()
			rpc.End(iso.Realm)
		}), rpc.Entrypoint{}))
		if got := a.Run(t, `return await B.never(() => 1)`); got != "thrown: Error: The execution context which hosts this callback is no longer running." {
			t.Error(got)
		}
		over(t, a)
	})
}

// over waits until nobody has anything of an isolate any more.
func over(t *testing.T, iso *jstest.Isolate) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := iso.Loop.Run(ctx, func() bool { return rpc.Over(iso.Realm) }); err != nil {
		t.Errorf("what was sent is still held: %v", err)
	}
}

// worker is a Worker of which only calls are of interest.
type worker func(i *rpc.Invocation)

func (worker) Fetch(*http.Request, rpc.Entrypoint) (*http.Response, error) { return nil, nil }
func (w worker) Call(i *rpc.Invocation, _ rpc.Entrypoint)                  { w(i) }

// dead is a Worker that cannot be started.
type dead struct{}

func (dead) Fetch(*http.Request, rpc.Entrypoint) (*http.Response, error) { return nil, nil }
func (dead) Call(i *rpc.Invocation, _ rpc.Entrypoint)                    { i.Fail(fmt.Errorf("gone")) }
