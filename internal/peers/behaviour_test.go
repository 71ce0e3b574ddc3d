//go:build peers

package peers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
	"devserver/server"
)

// behaviours are Workers that go wrong, or that show what goes wrong. Both sides answer with the same status. The body of
// a 500 is a line on workerd, and the error with its place on devserver; any other body is the same.
var behaviours = []struct {
	name, worker string
	says         string // is in devserver's answer, or on its terminal
	differs      string // why the status, or the body if that is no error's, is another one; empty if it is the same
}{
	{name: "endless loop", worker: `export default { fetch() { while (true) {} } }`,
		says: "CPU", differs: "workerd alone has no limit of CPU time, and goes on for ever; devserver ends the request, as the edge does"},
	{name: "runaway recursion", worker: `export default { fetch() { function f() { f(); } f(); } }`, says: "call stack"},
	{name: "runaway recursion, caught", worker: `export default { fetch() { let n = 0; function f() { n++; f(); } try { f(); } catch (e) { return new Response(e.name + " " + e.message + " " + (n > 500)); } } }`,
		says: "call stack", differs: "the engine's call stack cannot overflow into an exception: the request is ended"},
	{name: "throw null", worker: `export default { fetch() { throw null; } }`, says: "null"},
	{name: "throw undefined", worker: `export default { fetch() { throw undefined; } }`, says: "undefined"},
	{name: "throw a string", worker: `export default { fetch() { throw "a string"; } }`, says: "a string"},
	{name: "throw an Error", worker: "export default {\n  fetch() {\n    throw new RangeError('out of it');\n  },\n};", says: "worker.js:3:"},
	{name: "throw an Error with a cause", worker: `export default { fetch() { throw new Error("outer", { cause: new TypeError("inner") }); } }`, says: "inner"},
	{name: "throw an object whose stack throws", worker: `export default { fetch() { throw { get stack() { throw 1; }, get message() { throw 2; } }; } }`},
	{name: "rejected promise", worker: `export default { async fetch() { await Promise.reject(new Error("rejected")); } }`, says: "rejected"},
	{name: "rejected promise that nobody handles", worker: `export default { async fetch() { Promise.reject(new Error("forgotten")); return new Response("ok"); } }`, says: "forgotten"},
	{name: "error in a timer", worker: `export default { async fetch() { setTimeout(() => { throw new Error("in the timer"); }, 1); await scheduler.wait(20); return new Response("ok"); } }`, says: "in the timer"},
	{name: "promise that never settles", worker: `export default { async fetch() { await new Promise(() => {}); } }`, says: "hung"},
	{name: "body that fails midway", says: "midway", worker: `export default { fetch() {
		let n = 0;
		return new Response(new ReadableStream({ async pull(c) {
			await scheduler.wait(5);
			if (n++) throw new Error("midway");
			c.enqueue(new TextEncoder().encode("first"));
		} }));
	} }`},
	{name: "body that never ends, of nothing", says: "hung", worker: `export default { fetch() { return new Response(new ReadableStream({ pull() { return new Promise(() => {}); } })); } }`},
	{name: "fetch at module scope", worker: `await fetch("http://127.0.0.1/"); export default { fetch() { return new Response("ok"); } }`, says: "Disallowed operation called within global scope"},
	{name: "timer at module scope", worker: `setTimeout(() => {}, 1); export default { fetch() { return new Response("ok"); } }`, says: "Disallowed operation called within global scope"},
	{name: "random values at module scope", worker: `crypto.randomUUID(); export default { fetch() { return new Response("ok"); } }`, says: "Disallowed operation called within global scope"},
	{name: "error at module scope", worker: `throw new Error("at start"); export default { fetch() {} }`, says: "at start"},
	{name: "syntax error", worker: `export default { fetch() { return new Response("ok" } }`, says: "worker.js:1:"},
	{name: "not a Response", worker: `export default { fetch() { return "text"; } }`, says: "Response"},
	{name: "undefined", worker: `export default { async fetch() {} }`, says: "Response"},
	{name: "an object like a Response", worker: `export default { fetch() { return { status: 200, headers: new Headers(), body: null }; } }`, says: "Response"},
	{name: "no handler", worker: `export default {}`, says: "fetch"},
	{name: "handler that is no function", worker: `export default { fetch: 1 }`, says: "fetch"},
	{name: "class", worker: `export default class { constructor(ctx, env) { this.env = env; } fetch() { return new Response(typeof this.env); } }`,
		says: "object", differs: "workerd takes a plain class for a Durable Object's; at devserver it is an entrypoint, as those that extend WorkerEntrypoint"},
	{name: "used Response", worker: `export default { async fetch() { const r = new Response("x"); await r.text(); return r; } }`, says: "used"},
	{name: "passThroughOnException", worker: `export default { fetch(request, env, ctx) { ctx.passThroughOnException(); throw new Error("passed"); } }`, says: "passed"},
	{name: "waitUntil that is rejected", worker: `export default { fetch(request, env, ctx) { ctx.waitUntil(Promise.reject(new Error("later"))); return new Response("ok"); } }`, says: "later"},
	{name: "console.log of objects", says: "{ a: 1", worker: `export default { fetch() {
		console.log({ a: 1, b: [1, "two", null], c: new Map([["k", { v: 1 }]]) }, new Set([1]), new Error("shown"), [undefined], new Date(0), /x/g, () => {}, class A {}, Symbol("s"), 1n);
		console.log(new URL("http://a/b?c"), new Headers({ x: "y" }), new Request("http://a/"), new Response("x"), new Uint8Array(3), new URLSearchParams("a=b"));
		console.error("%s is %d and %o", "one", 1, {});
		return new Response("ok");
	} }`},
	{name: "eval", worker: `export default { fetch() { return new Response(String(eval("1+1"))); } }`},
	{name: "new Function", worker: `export default { fetch() { return new Response(String(new Function("return 1")())); } }`},
}

// TestBehaviour runs Workers that go wrong on both sides.
func TestBehaviour(t *testing.T) {
	workerdBinary(t)
	ca := testpki.New("peers")
	for _, b := range behaviours {
		t.Run(b.name, func(t *testing.T) {
			p := newProject(t, ca, b.worker, nil)
			theirs, listens := tryWorkerd(t, p)
			want, wantErr := "does not start", error(nil)
			var wantReply reply
			if listens {
				wantReply, wantErr = theirs.try(get("/"), 3*time.Second)
				if want = wantReply.status; wantErr != nil {
					want = "no answer: " + wantErr.Error()
				}
			}
			theirs.Kill()

			p.limitCPU(t, 100*time.Millisecond)
			ours, seen := serveWith(t, p, server.Options{EnforceLimits: true})
			got := ours.ask(t, get("/"))
			said := seen.take()
			t.Logf("workerd: %s %q\n%s\n\ndevserver: %s %q\n%s", want, wantReply.body, strings.TrimSpace(theirs.Log.String()), got.status, got.body, said)

			status := got.status
			if strings.HasPrefix(status, "503") {
				status = "does not start"
			}
			switch {
			case status == want && b.differs != "":
				t.Errorf("there is no difference any more (%s)", b.differs)
			case status != want && b.differs == "":
				t.Errorf("devserver answers %q, and workerd %q", status, want)
			case status == want && strings.HasPrefix(status, "200") && (got.body != wantReply.body || fmt.Sprint(got.err) != fmt.Sprint(wantReply.err)):
				t.Errorf("the bodies differ: %q %v, and on workerd %q %v", got.body, got.err, wantReply.body, wantReply.err)
			}
			if !strings.Contains(got.body+"\n"+said, b.says) {
				t.Errorf("devserver does not say %q", b.says)
			}
		})
	}
}

// limitCPU sets the CPU time that a request may take.
func (p *project) limitCPU(t testing.TB, limit time.Duration) {
	t.Helper()
	p.append(t, "wrangler.toml", fmt.Sprintf("[limits]\ncpu_ms = %d\n", limit.Milliseconds()))
}
