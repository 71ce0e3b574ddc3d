package runtime_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"devserver/runtime"
)

// reflecting is a Worker that is known to look at the global object as a whole.
func reflecting(body string) runtime.Script {
	s := fetchScript(body)
	s.ReflectsGlobal = true
	return s
}

func TestGlobalScope(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`return new Response([self instanceof ServiceWorkerGlobalScope, self instanceof WorkerGlobalScope, self instanceof EventTarget, String(self)].join())`, "true,true,true,[object ServiceWorkerGlobalScope]"},
		{`return new Response([Object.hasOwn(globalThis, "fetch"), "fetch" in globalThis, typeof fetch, typeof globalThis.fetch, Object.hasOwn(WorkerGlobalScope.prototype, "fetch")].join())`, "false,true,function,function,true"},
		{`return new Response([Object.hasOwn(globalThis, "Request"), Object.keys(globalThis).includes("Request"), Object.keys(globalThis).includes("crypto"), Object.keys(globalThis).includes("console")].join())`, "true,false,true,false"},
		{`return new Response([typeof nope, typeof GoError, typeof ExecutionContext, "nope" in globalThis].join())`, "undefined,undefined,undefined,false"},
		{`nope`, "thrown: ReferenceError: nope is not defined"},
		{`new ServiceWorkerGlobalScope()`, "thrown: TypeError: Illegal constructor"},
		{`Object.create(globalThis).queueMicrotask(() => {})`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`const tasks = { queueMicrotask }; tasks.queueMicrotask(() => {})`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`const { setTimeout: later } = globalThis; return new Response(typeof later(() => {}) + typeof setTimeout.call(null, () => {}))`, "objectobject"},
		{`await fetch.call({}, "http://a/")`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`return new Response([structuredClone(new Headers({ a: "b" })).get("a"), structuredClone(new Request("http://a/", { method: "PUT" })).method, structuredClone(new Response(null, { status: 204 })).status].join())`, "b,PUT,204"},
		{`structuredClone(new Response("text"))`, "thrown: DataCloneError: ReadableStream can only be serialized for RPC."},
		{`structuredClone(new ReadableStream())`, "thrown: DataCloneError: ReadableStream can only be serialized for RPC."},
		{`structuredClone(AbortSignal.abort())`, "thrown: DataCloneError: AbortSignal serialization is not enabled."},
		{`new MessageEvent("message", { ports: [{}] })`, "thrown: TypeError: Incorrect type for array element 0: the provided value is not of type 'MessagePort'."},
		{`const { port1 } = new MessageChannel(); return new Response(new MessageEvent("message", { ports: [port1], source: port1 }).ports[0] === port1)`, "true"},
		{`return new Response(String(console) + Object.keys(Object.getPrototypeOf(console)).length)`, "[object console]0"},
		{`return new Response(origin + typeof origin)`, "nullstring"},
		{`globalThis.origin = 5`, "thrown: TypeError: Cannot assign to read only property 'origin'"},
		{`new FetchEvent("fetch", { request })`, "thrown: TypeError: Illegal constructor"},
		{`ExtendableEvent.prototype.waitUntil.call(new Event("x"), 1)`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`return new Response([TraceEvent === TailEvent, Object.getPrototypeOf(ScheduledEvent) === ExtendableEvent, Object.getPrototypeOf(ExtendableEvent) === Event].join())`, "true,true,true"},
		{`return new Response([Cloudflare.compatibilityFlags.nodejs_compat, Cloudflare.compatibilityFlags.experimental, Cloudflare.compatibilityFlags.nope, Object.isFrozen(Cloudflare.compatibilityFlags), Cloudflare.compatibilityFlags === Cloudflare.compatibilityFlags].join())`, "true,false,,true,true"},
		{`return new Response([navigator.userAgent, navigator.platform, navigator.hardwareConcurrency, navigator.language, navigator.languages].join("|"))`, "Cloudflare-Workers||1|en|en"},
	} {
		for _, s := range []runtime.Script{reflecting(test.script), fetchScript(test.script)} {
			if !s.ReflectsGlobal && (strings.Contains(test.script, "globalThis") || strings.Contains(test.script, "self")) {
				continue // the bundler would say that it does
			}
			w, _ := load(t, s, nil)
			_, got, err := get(t, w, "/")
			if err != nil {
				got = "thrown: " + err.Error()
			}
			if got != test.want {
				t.Errorf("%s (reflecting: %v)\ngot  %s\nwant %s", test.script, s.ReflectsGlobal, got, test.want)
			}
		}
	}
}

// TestErrorEvents holds which uncaught exceptions listeners are told of, and what is still logged.
func TestErrorEvents(t *testing.T) {
	for _, test := range []struct{ script, want, logged string }{
		{`addEventListener("error", e => seen.push(e.type, e.message, e.error.name, e.filename, e.lineno > 0, e instanceof ErrorEvent)); reportError(new TypeError("r"))`, "error,Uncaught TypeError: r,TypeError,test.js,true,true", "TypeError: r"},
		{`addEventListener("error", e => { seen.push(e.message, e.filename, e.lineno > 0); e.preventDefault() }); reportError("text"); reportError(null); reportError({})`,
			"Uncaught text,test.js,true,Uncaught null,test.js,true,Uncaught #<Object>,test.js,true", ""},
		{`addEventListener("error", e => { seen.push(e.message); throw new Error("worse") }); reportError(new Error("bad"))`, "Uncaught Error: bad", "Error: worse; Error: bad"},
		{`addEventListener("error", e => seen.push(e.message)); queueMicrotask(() => { throw new RangeError("m") }); setTimeout(() => { throw new RangeError("t") })`, "Uncaught RangeError: m,Uncaught RangeError: t", "RangeError: m; RangeError: t"},
		{`addEventListener("error", e => seen.push(e.message)); Promise.reject(new Error("p"))`, "", "Error: p"},
		{`addEventListener("unhandledrejection", e => { seen.push(e.type, e.reason.message, e.promise === p); e.preventDefault() }); const p = Promise.reject(new Error("p"))`, "unhandledrejection,p,true", ""},
		{`addEventListener("unhandledrejection", e => { seen.push(e.type) }); const p = Promise.reject(new Error("p"))`, "unhandledrejection", "Error: p"},
		{`addEventListener("rejectionhandled", e => seen.push(e.type, e.promise === p)); addEventListener("unhandledrejection", e => e.preventDefault());
			const p = Promise.reject(new Error("p")); setTimeout(() => p.catch(() => {}))`, "rejectionhandled,true", ""},
		{`addEventListener("rejectionhandled", e => seen.push(e.type)); const p = Promise.reject(new Error("p")); p.catch(() => {})`, "", ""},
	} {
		w, log := load(t, fetchScript("const seen = [];"+test.script+"\nawait scheduler.wait(5); return new Response(seen.join())"), nil)
		_, got, err := get(t, w, "/")
		if err != nil || got != test.want || log.reported() != test.logged {
			t.Errorf("%s\ngot  %q %v, logged %q\nwant %q, logged %q", test.script, got, err, log.reported(), test.want, test.logged)
		}
	}
}

// TestSendBeacon checks that a beacon is sent, keeps the isolate alive until then, and that its failure is nobody's.
func TestSendBeacon(t *testing.T) {
	release, sent := make(chan struct{}), make(chan string, 1)
	w, log := load(t, fetchScript(`return new Response([navigator.sendBeacon("http://stats.test/hit", "data"), navigator.sendBeacon("no url")].join())`), func(o *runtime.Options) {
		o.Fetch = roundTripper(func(r *http.Request) (*http.Response, error) {
			<-release
			body, _ := io.ReadAll(r.Body)
			sent <- r.Method + " " + r.URL.Host + r.URL.Opaque + " " + string(body)
			return nil, errors.New("refused")
		})
	})
	if _, got, err := get(t, w, "/"); err != nil || got != "true,true" {
		t.Errorf("got %q %v", got, err)
	}
	close(release)
	select {
	case got := <-sent:
		if !strings.HasPrefix(got, "POST ") || !strings.HasSuffix(got, "/hit data") {
			t.Errorf("sent %q", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("nothing was sent")
	}
	if said := log.reported(); said != "" {
		t.Errorf("reported %q", said)
	}
}
