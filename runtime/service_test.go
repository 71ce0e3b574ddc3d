package runtime_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/dop251/goja"

	"devserver/runtime"
	"devserver/runtime/compat"
	"devserver/runtime/rpc"
	"devserver/runtime/webidl"
)

// service is a binding to another Worker.
type service struct {
	name   string
	worker rpc.Worker
}

func (s service) Name() string { return s.name }
func (s service) Value(r *webidl.Realm) goja.Value {
	return rpc.NewFetcher(r, s.worker, rpc.Entrypoint{Name: "default"})
}

// callee is a Worker that others call.
func callee(t testing.TB, change ...func(*runtime.Options)) *runtime.Worker {
	code := script(`const w = builtin("cloudflare:workers");
		return { default: class extends w.WorkerEntrypoint {
			fetch(request) { return new Response("hello") }
			add(a, b) { return a + b }
			use(stub) { return stub.value }
		} }`)
	code.Loads = true
	w, _ := load(t, code, func(o *runtime.Options) {
		for _, c := range change {
			c(o)
		}
	})
	return w
}

// caller is a Worker that calls another one, env.B, when it is asked: by an expression.
func caller(t testing.TB, b rpc.Worker, expression string, change ...func(*runtime.Options)) *runtime.Worker {
	code := script(`const w = builtin("cloudflare:workers");
		class T extends w.RpcTarget { get value() { return 7 } }
		const tell = async (f) => { try { return await f() } catch (e) { return e.name + ": " + e.message } };
		return { default: { async fetch(request, env, ctx) { return new Response(String(await tell(async () => ` + expression + `))) } } }`)
	code.Loads = true
	w, _ := load(t, code, func(o *runtime.Options) {
		o.Bindings = []runtime.Binding{service{"B", b}}
		for _, c := range change {
			c(o)
		}
	})
	return w
}

// TestRPCFlags shows both sides of the flags rpc and rpc_params_dup_stubs.
func TestRPCFlags(t *testing.T) {
	const stub = `{ const s = new w.RpcStub(new T()); await env.B.use(s); return await env.B.use(s) }`
	for _, test := range []struct{ flag, before, date, script, off, on string }{
		{compat.RPC, "2024-04-02", "2024-04-03", `typeof env.B.add + ("add" in env.B)`, "undefinedfalse", "functiontrue"},
		{compat.RPCParamsDupStubs, "2026-01-19", "2026-01-20", `(async () => ` + stub + `)()`, "Error: RPC stub used after being disposed.", "7"},
	} {
		ask := func(date string, flags ...string) string {
			_, got, err := get(t, caller(t, callee(t), test.script, compatibility(t, date, flags...)), "/")
			if err != nil {
				return "thrown: " + err.Error()
			}
			return got
		}
		if got := ask(test.before); got != test.off {
			t.Errorf("%s, %s: got %q, want %q", test.flag, test.before, got, test.off)
		}
		if got := ask(test.before, test.flag); got != test.on {
			t.Errorf("%s, %s with the flag: got %q, want %q", test.flag, test.before, got, test.on)
		}
		if got := ask(test.date); got != test.on {
			t.Errorf("%s, %s: got %q, want %q", test.flag, test.date, got, test.on)
		}
	}
}

// BenchmarkService is a request whose handler asks another Worker once.
func BenchmarkService(b *testing.B) {
	for _, bench := range []struct{ name, script string }{
		{"None", `"hello"`},
		{"Fetch", `(await env.B.fetch("http://b/")).text()`},
		{"RPC", `env.B.add(1, 2)`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			w := caller(b, callee(b), bench.script)
			req := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
			b.ReportAllocs()
			for b.Loop() {
				res, err := w.RoundTrip(req)
				if err != nil {
					b.Fatal(err)
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
		})
	}
}
