package runtime_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/runtime"
	"devserver/runtime/webidl"
)

// variable is a binding whose value is a string.
type variable struct{ name, value string }

func (v variable) Name() string                     { return v.name }
func (v variable) Value(r *webidl.Realm) goja.Value { return r.String(v.value) }

// TestCloudflareWorkers has what the module cloudflare:workers exports.
func TestCloudflareWorkers(t *testing.T) {
	const helpers = `const w = builtin("cloudflare:workers"), tell = (f) => { try { return String(f()) } catch (e) { return e.name + ": " + e.message } };
		class Other extends w.WorkerEntrypoint { fetch(r) { return new Response("other " + r.method + new URL(r.url).pathname + (this.ctx.props.x ?? "")) } }
		const atStart = w.env.WHO;
		return { default: { async fetch(request, env, ctx) { return new Response(String(await (async () => { `
	for _, test := range []struct{ script, want string }{
		{`return [atStart, w.env.WHO, w.env === env, Object.keys(w.env), "WHO" in w.env, "X" in w.env, JSON.stringify(w.env), w.env.toString()].join()`, `you,you,false,WHO,true,false,{"WHO":"you"},[object Object]`},
		{`return w.withEnv({ A: 1 }, () => [w.env.A, w.env.WHO].join()) + w.env.A`, "1,undefined"},
		{`return [await w.withEnv({ A: 1 }, async () => { await 0; await new Promise((r) => r()); return w.env.A }), w.env.WHO].join()`, "1,you"},
		{`return w.withEnv({ A: 1 }, () => w.withEnv({ A: 2 }, () => w.env.A) + w.env.A)`, "3"},
		{`return tell(() => w.withEnv({}, () => { throw new RangeError("x") })) + w.env.WHO`, "RangeError: xyou"},
		{`return w.withEnvAndExports({ A: 1 }, { B: 2 }, () => w.env.A + w.exports.B) + "," + w.withExports({ B: 3 }, () => w.exports.B)`, "3,3"},
		{`return Object.keys(w.exports).join() + Object.keys(ctx.exports).join()`, "default,Otherdefault,Other"},
		{`const r = await ctx.exports.Other.fetch("http://x/y?z", { method: "POST", body: "b" }); return r.text()`, "other POST/y"},
		{`return tell(() => new w.WorkerEntrypoint())`, "TypeError: Failed to construct 'WorkerEntrypoint': constructor parameter 1 is not of type 'Object'."},
		{`return tell(() => new w.DurableObject(ctx, env))`, "TypeError: Failed to construct 'DurableObjectBase': constructor parameter 1 is not of type 'DurableObjectState'."},
		{`return tell(() => new w.RpcStub(1))`, "TypeError: Failed to construct 'JsRpcStub': constructor parameter 1 is not of type 'Object'."},
		{`return tell(() => new w.RpcStub(new w.RpcTarget()))`, "[object JsRpcStub]"},
		{`return [w.RpcPromise, w.RpcProperty, w.ServiceStub].map((c) => tell(() => new c())).join()`, "TypeError: Illegal constructor,TypeError: Illegal constructor,TypeError: Illegal constructor"},
		{`class T extends w.RpcTarget { x() { return 3 } } return new T().x()`, "3"},
		{`class F extends w.WorkflowEntrypoint {} const f = new F(ctx, env); return f.env.WHO + (f.ctx === ctx)`, "youtrue"},
		{`return tell(() => w.abortIsolate()) + tell(() => w.cache.purge({}))`, "NotSupportedError: abortIsolate() of cloudflare:workers is not supported by devserver yet.NotSupportedError: cache.purge() of cloudflare:workers is not supported by devserver yet."},
		{`return w.tracing.enterSpan("s", (span, a) => { span.setAttribute("k", 1); return [span.isTraced, a].join() }, 7)`, "false,7"},
		{`const { EmailMessage } = builtin("cloudflare:email"); const m = new EmailMessage("a@b.c", "d@e.f", "raw"); return m.from + m.to`, "a@b.cd@e.f"},
		{`const { NonRetryableError: E } = builtin("cloudflare:workflows"); return [new E("m").name, new E("m", "N").name, new E("m") instanceof Error].join()`, "NonRetryableError,N,true"},
		{`return tell(() => builtin("cloudflare:nothing"))`, `Error: No such module "cloudflare:nothing".`},
	} {
		code := script(helpers + test.script + ` })())) } }, Other }`)
		code.Loads = true
		w, _ := load(t, code, func(o *runtime.Options) { o.Bindings = []runtime.Binding{variable{"WHO", "you"}} })
		if _, got, err := get(t, w, "/"); got != test.want {
			t.Errorf("%s\ngot  %s %v\nwant %s", test.script, got, err, test.want)
		}
	}
}

// TestServiceWorkerEvents has what a FetchEvent does.
func TestServiceWorkerEvents(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`addEventListener("fetch", (e) => e.respondWith(new Response([e.type, e.isTrusted, e instanceof FetchEvent, e instanceof ExtendableEvent, e.request.method].join())))`, "fetch,true,true,true,GET"},
		{`addEventListener("fetch", (e) => e.respondWith(Promise.resolve().then(() => new Response(WHO))))`, "you"},
		{`addEventListener("fetch", () => {}); addEventListener("fetch", (e) => e.respondWith(new Response("second")))`, "second"},
		{`addEventListener("fetch", (e) => { e.respondWith(new Promise((r) => setTimeout(() => { try { e.respondWith(1) } catch (x) { r(new Response(x.name + x.message)) } }))) })`,
			"InvalidStateErrorToo late to call FetchEvent.respondWith(). It must be called synchronously in the event handler."},
		{`addEventListener("fetch", (e) => { let text; e.respondWith(new Promise((r) => setTimeout(() => r(new Response(text))))); try { e.respondWith(1) } catch (x) { text = x.name + x.message } })`,
			"InvalidStateErrorFetchEvent.respondWith() has already been called; it can only be called once."},
		{`addEventListener("fetch", (e) => { throw new RangeError("no") })`, "RangeError: no"},
		{`addEventListener("fetch", (e) => { e.respondWith(1) })`, "TypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'."},
		{`addEventListener("fetch", (e) => { e.passThroughOnException(); e.waitUntil(Promise.resolve()) })`, "the network"},
		{`addEventListener("scheduled", () => {})`, "Error: Handler does not export a fetch() function."},
		{`undeclared = 1; addEventListener("fetch", function (e) { e.respondWith(new Response(String(this === globalThis && undeclared))) })`, "1"},
	} {
		code := runtime.Script{Name: "worker.js", Code: "(function() {" + test.script + "\nreturn {} })", ServiceWorker: true, Assigned: []string{"undeclared"}}
		w, err := runtime.Load(runtime.Options{Script: code, Bindings: []runtime.Binding{variable{"WHO", "you"}}, Fetch: roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("the network")), Request: r}, nil
		})})
		if err != nil {
			t.Errorf("%s: %v", test.script, err)
			continue
		}
		t.Cleanup(w.Close)
		_, got, failed := get(t, w, "/")
		if failed != nil {
			got = failed.Error()
		}
		if got != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.script, got, test.want)
		}
	}
	_, err := runtime.Load(runtime.Options{Script: runtime.Script{Code: "(function() { return {} })", ServiceWorker: true}})
	if err == nil || err.Message != "No event handlers were registered. This script does nothing." {
		t.Errorf("without listeners: %v", err)
	}
}

// TestModuleFiles has what scripts get of files that are not code.
func TestModuleFiles(t *testing.T) {
	code := script(`const t = builtin("./1-a.txt").default, d = builtin("./2-b.bin").default; new Uint8Array(d)[0]++;
		return { default: { fetch: () => new Response([t, d instanceof ArrayBuffer, new Uint8Array(d).join(), builtin("./1-a.txt") === builtin("./1-a.txt")].join()) } }`)
	code.Loads = true
	code.Files = []runtime.ModuleFile{{Name: "./1-a.txt", Type: "Text", Bytes: []byte("täxt\xff")}, {Name: "./2-b.bin", Type: "Data", Bytes: []byte{1, 2}}}
	w, _ := load(t, code, func(*runtime.Options) {})
	for range 2 { // each isolate has its own bytes
		if _, got, err := get(t, w, "/"); got != "täxt\uFFFD,true,2,2,true" {
			t.Errorf("got %q %v", got, err)
		}
	}
}
