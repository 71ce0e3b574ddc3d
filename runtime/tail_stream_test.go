package runtime_test

import (
	"io"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"devserver/runtime"
	"devserver/runtime/tracing"
)

// followed loads a Worker of which another one, whose handlers are given, is told while it does what it does. told returns
// what the console of that has printed, and what its handler has failed with, once the invocations so far are over.
func followed(t *testing.T, producer runtime.Script, consumer string) (w *runtime.Worker, told func() string) {
	t.Helper()
	c, log := load(t, handlers(consumer), nil)
	var done sync.WaitGroup
	var mu sync.Mutex
	failed := ""
	w, _ = load(t, producer, func(o *runtime.Options) {
		o.Name = "producer"
		o.TailStream = func(s *tracing.Stream) {
			reader := s.Reader()
			done.Go(func() {
				defer reader.Close()
				if handled := c.Dispatch(t.Context(), "default", runtime.TailStream{Reader: reader}); handled.Err != nil {
					mu.Lock()
					defer mu.Unlock()
					failed = "failed: " + handled.Err.Error()
				}
			})
		}
	})
	return w, func() string {
		done.Wait()
		return strings.TrimSpace(strings.Join(log.lines, "\n") + "\n" + failed)
	}
}

func visit(w *runtime.Worker) {
	if res, err := w.RoundTrip(httptest.NewRequest("GET", "http://a.test/p?q", nil)); err == nil {
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
}

// lister is a consumer that prints the types of events with what is most of interest in each.
const lister = `tailStream({ event: { type, info, scriptName, spanId } }) {
	console.log(type, scriptName, info.type, info.url ?? "");
	const names = { [spanId]: "root" };
	return ({ sequence, spanContext, event: e }) => {
		const where = names[spanContext.spanId];
		if (e.spanId) names[e.spanId] = e.name;
		console.log(sequence, where, e.type, JSON.stringify(e.message ?? e.name ?? e.outcome ?? e.info?.statusCode ?? e.info?.map?.(({ name, value }) => [name, String(value)]) ?? null));
	};
}`

func TestTailStream(t *testing.T) {
	for _, test := range []struct{ name, handler, want string }{
		{"logs", `console.log("a", {b: 1}); return new Response("", {status: 201})`, `1 root log ["a",{"b":1}]|2 root return 201|3 root outcome "ok"`},
		{"throws", `throw new TypeError("boom")`, `1 root exception "boom"|2 root outcome "exception"`},
		{"waits", `ctx.waitUntil(scheduler.wait(2).then(() => console.log("late"))); return new Response("")`, `1 root return 200|2 root log ["late"]|3 root outcome "ok"`},
		{"body", `return new Response(new ReadableStream({ async pull(c) { await scheduler.wait(1); console.log("body"); c.enqueue(new Uint8Array(1)); c.close() } }))`,
			`1 root log ["body"]|2 root return 200|3 root outcome "ok"`},
		{"fetch", `await fetch("http://b.test/").catch(() => {}); return new Response("")`,
			`1 root spanOpen "fetch"|2 fetch attributes [["network.protocol.name","http"],["network.protocol.version","HTTP/1.1"],["http.request.method","GET"],["url.full","http://b.test/"]]|3 fetch spanClose "ok"|4 root return 200|5 root outcome "ok"`},
		{"cache", `await caches.default.match("http://c.test/"); return new Response("")`,
			`1 root spanOpen "cache_match"|2 cache_match attributes [["cache.request.url","http://c.test/"],["cache.request.method","GET"],["cache.response.status_code","504"],["cache.response.body.size","0"],["cache.response.cache_status","MISS"],["cache.response.success","false"]]|3 cache_match spanClose "ok"|4 root return 200|5 root outcome "ok"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, told := followed(t, script("return { default: { async fetch(request, env, ctx) { "+test.handler+" } } }"), lister)
			visit(w)
			got, rest, _ := strings.Cut(told(), "\n")
			if got != "onset producer fetch http://a.test/p?q" {
				t.Errorf("onset: %s", got)
			}
			if rest = strings.ReplaceAll(rest, "\n", "|"); rest != test.want {
				t.Errorf("got  %s\nwant %s", rest, test.want)
			}
		})
	}
}

// TestTailStreamSpans has a script make spans of its own.
func TestTailStreamSpans(t *testing.T) {
	const producer = `const { tracing } = builtin("cloudflare:workers"); return { default: { async fetch(request, env, ctx) {
		await tracing.enterSpan("outer", async (span) => {
			await scheduler.wait(1);
			console.log(span.isTraced, tracing.getActiveSpan() === span);
			const inner = tracing.startSpan("inner").setAttribute("n", 1).setAttributes({ s: "t", none: undefined });
			setTimeout(() => console.log("timer"), 1);
			await scheduler.wait(5);
			inner.end();
		});
		tracing.startActiveSpan("left", () => console.log("in"));
		return new Response("");
	} } }`
	code := script(producer)
	code.Loads = true
	w, told := followed(t, code, lister)
	visit(w)
	_, got, _ := strings.Cut(told(), "\n")
	want := `1 root spanOpen "outer"|2 outer log [true,true]|3 outer spanOpen "inner"|4 outer log ["timer"]|5 inner attributes [["n","1"],["s","t"]]|6 inner spanClose "ok"|7 outer spanClose "ok"|8 root spanOpen "left"|9 left log ["in"]|10 root return 200|11 left spanClose "ok"|12 root outcome "ok"`
	if got = strings.ReplaceAll(got, "\n", "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestTailStreamHandlers has consumers return what they may, and what they may not.
func TestTailStreamHandlers(t *testing.T) {
	for _, test := range []struct{ name, consumer, want string }{
		{"object", `tailStream() { return { log({ event }) { console.log(event.message[0], "outcome" in this) }, async outcome({ event }) { await scheduler.wait(1); console.log(event.outcome) } } }`, "hello true|ok"},
		{"of a class", `tailStream() { return new (class { log() { console.log("log") } })() }`, "log"},
		{"later", `async tailStream() { await scheduler.wait(5); return ({ event }) => console.log(event.type) }`, "log|return|outcome"},
		{"nothing", `tailStream() { console.log("onset") }`, "onset"},
		{"a number", `tailStream() { return 5 }`, "failed: TypeError: tailStream() handler returned an unusable value. The tailStream() handler is expected to return either a function, an object, or undefined. Received number"},
		{"throws", `tailStream() { throw new Error("no") }`, "failed: Error: no"},
		{"throws later", `tailStream() { return ({ event }) => { console.log(event.type); throw new Error("no") } }`, "log|failed: Error: no"},
		{"rejects later", `tailStream() { return async ({ event }) => { throw new Error(event.type) } }`, "failed: Error: log"},
		{"without", `tail() {}`, "failed: Error: A worker configured to act as a streaming tail worker does not export a tailStream() handler."},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, told := followed(t, script(`return { default: { fetch() { console.log("hello"); return new Response("") } } }`), test.consumer)
			visit(w)
			if got := strings.ReplaceAll(told(), "\n", "|"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestTailStreamIsBounded has a Worker log more than may wait, while the consumer reads nothing.
func TestTailStreamIsBounded(t *testing.T) {
	var reader *tracing.Reader
	w, _ := load(t, script(`return { default: { fetch() { for (let i = 0; i < 60; i++) console.log("x".repeat(250000)); console.log("y".repeat(300000)); return new Response("") } } }`),
		func(o *runtime.Options) {
			o.TailStream = func(s *tracing.Stream) { reader = s.Reader() }
			o.CPULimit = time.Minute
		})
	visit(w)
	c, log := load(t, handlers(`tailStream() { const seen = {}; return ({ event }) => {
		const kind = event.diagnostic ? event.diagnostic.diagnosticsType + (event.diagnostic.count > 20) : event.truncated ? "cut" + event.message.length : event.type;
		seen[kind] = (seen[kind] ?? 0) + 1;
		if (kind === "outcome") console.log(JSON.stringify(seen));
	} }`), func(o *runtime.Options) { o.CPULimit = time.Minute })
	check(t, c.Dispatch(t.Context(), "default", runtime.TailStream{Reader: reader}), "ok", "")
	if got := strings.Join(log.lines, ""); !regexp.MustCompile(`^\{"log":\d\d,"droppedEventstrue":1,"outcome":1\}$|^\{"log":\d\d,"droppedEventstrue":1,"return":1,"outcome":1\}$`).MatchString(got) {
		t.Error(got)
	}
}
