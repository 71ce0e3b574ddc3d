package runtime_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"devserver/runtime"
)

// consumed loads a Worker, whose traces the channel gets.
func consumed(t *testing.T, s runtime.Script, limit time.Duration) (*runtime.Worker, <-chan *runtime.Trace) {
	t.Helper()
	traces := make(chan *runtime.Trace, 10)
	w, _ := load(t, s, func(o *runtime.Options) {
		o.Name, o.CPULimit = "producer", limit
		o.Tail = func(trace *runtime.Trace) { traces <- trace }
	})
	return w, traces
}

func next(t *testing.T, traces <-chan *runtime.Trace) *runtime.Trace {
	t.Helper()
	select {
	case trace := <-traces:
		return trace
	case <-time.After(10 * time.Second):
		t.Fatal("no trace has come")
		return nil
	}
}

// printer is a tail handler that prints an expression of its first item.
func printer(t *testing.T, trace *runtime.Trace, expression string) string {
	t.Helper()
	w, log := load(t, handlers("tail([item]) { console.log("+expression+") }"), nil)
	check(t, w.Dispatch(t.Context(), "default", runtime.Tail{Traces: []*runtime.Trace{trace}}), "ok", "")
	return strings.Join(log.lines, "\n") + log.reported()
}

const outline = "JSON.stringify([item.outcome, item.logs.map((l) => [l.level, l.message]), item.exceptions.map((x) => x.name + ': ' + x.message), item.event.response?.status])"

func TestTail(t *testing.T) {
	for _, test := range []struct{ name, handler, want string }{
		{"logs", `console.log("a", {b: [1]}, new Map(), undefined); console.error(); console.dir(1); return new Response("", {status: 201})`,
			`["ok",[["log",["a",{"b":[1]},"[object Map]",null]],["error",[]]],[],201]`},
		{"what cannot be told", `const o = {}; o.o = o; console.log(o, Symbol("s"), 1n, { toJSON() { throw 1 } }); return new Response()`, `["ok",[["log",[{},{},"1",{}]]],[],200]`},
		{"throws", `throw new TypeError("boom")`, `["exception",[],["TypeError: boom"],null]`},
		{"throws an object", `throw { a: 1 }`, `["exception",[],["Error: #<Object>"],null]`},
		{"waitUntil rejects", `ctx.waitUntil(Promise.reject("late")); return new Response()`, `["ok",[],["Error: late"],200]`},
		{"waitUntil logs", `ctx.waitUntil(scheduler.wait(2).then(() => console.log("after"))); return new Response()`, `["ok",[["log",["after"]]],[],200]`},
		{"does not end", `for (;;);`, `["exceededCpu",[],["Error: Worker exceeded CPU time limit: its JavaScript ran for more than 100ms"],null]`},
		{"body fails", `return new Response(new ReadableStream({ pull() { throw new Error("body") } }))`, `["exception",[],["Error: body"],200]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			limit := 10 * time.Second
			if test.name == "does not end" {
				limit = 100 * time.Millisecond
			}
			w, traces := consumed(t, script("return { default: { async fetch(request, env, ctx) { "+test.handler+" } } }"), limit)
			res, err := w.RoundTrip(httptest.NewRequest("GET", "http://a.test/", nil))
			if err == nil {
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
			if got := printer(t, next(t, traces), outline); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestTailRequest(t *testing.T) {
	w, traces := consumed(t, script(`return { default: { fetch: () => new Response() } }`), 10*time.Second)
	const id = "ABcd12efghijklmnopqrs"
	req := httptest.NewRequest("PUT", "http://a.test/"+id+"?a="+id[1:]+"&b=0123456789-0123456789-0123456789ab", nil)
	for _, name := range []string{"Authorization", "Cookie", "X-Key", "X-Open"} {
		req.Header.Set(name, "v")
	}
	if _, err := w.RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	const expression = "JSON.stringify([item.scriptName, item.event.constructor.name, item.event.request, item.event.request.getUnredacted()])"
	want := `["producer","FetchEventInfo",` +
		`{"url":"http://a.test/REDACTED?a=` + id[1:] + `&b=REDACTED","method":"PUT","headers":{"authorization":"REDACTED","cookie":"REDACTED","host":"a.test","x-key":"REDACTED","x-open":"v"}},` +
		`{"url":"` + req.URL.String() + `","method":"PUT","headers":{"authorization":"v","cookie":"v","host":"a.test","x-key":"v","x-open":"v"}}]`
	if got := printer(t, next(t, traces), expression); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTailEvents(t *testing.T) {
	w, traces := consumed(t, handlers(`scheduled({ cron }) { console.log(cron); if (cron === "throw") throw new Error("s") }, tail() {}`), 10*time.Second)
	w.Dispatch(t.Context(), "default", &runtime.Scheduled{Time: time.UnixMilli(5), Cron: "throw"})
	trace := next(t, traces)
	const expression = "JSON.stringify([item.event.constructor.name, item.event, item.outcome, item.exceptions.length, item.entrypoint])"
	if got := printer(t, trace, expression); got != `["ScheduledEventInfo",{"cron":"throw","scheduledTime":5},"exception",1,null]` {
		t.Error(got)
	}
	w.Dispatch(t.Context(), "Named", &runtime.Scheduled{})
	if got := printer(t, next(t, traces), "item.entrypoint"); got != "Named" {
		t.Error(got)
	}
	w.Dispatch(t.Context(), "default", runtime.Tail{Traces: []*runtime.Trace{trace}})
	told := next(t, traces)
	if got := printer(t, told, "item.event.constructor.name, JSON.stringify(item.event)"); got != `TailEventInfo {"consumedEvents":[{"scriptName":"producer"}]}` || len(told.Heard) != 1 {
		t.Error(got, told.Heard)
	}
}

func TestTailIsCutOff(t *testing.T) {
	w, traces := consumed(t, script(`return { default: { fetch() { for (let i = 0; i < 10; i++) console.log("x".repeat(30000)); return new Response() } } }`), 10*time.Second)
	if _, err := w.RoundTrip(httptest.NewRequest("GET", "http://a.test/", nil)); err != nil {
		t.Fatal(err)
	}
	if got := printer(t, next(t, traces), "item.truncated, item.logs.length, item.logs.at(-1).level, item.logs.at(-1).message[0].slice(0, 23)"); got != "true 9 warn Log size limit exceeded" {
		t.Error(got)
	}
}

func TestTailListeners(t *testing.T) {
	w, traces := consumed(t, script(`return { default: { fetch: () => new Response() } }`), 10*time.Second)
	if _, err := w.RoundTrip(&http.Request{Method: "GET", Host: "a.test", RequestURI: "/"}); err != nil {
		t.Fatal(err)
	}
	trace := next(t, traces)
	both, log := load(t, listeners(`for (const name of ["tail", "trace"]) addEventListener(name, (e) => console.log(e.type, e.constructor.name, e.events.length, e.traces === e.events, e.events[0].outcome))`), nil)
	check(t, both.Dispatch(t.Context(), "default", runtime.Tail{Traces: []*runtime.Trace{trace}}), "ok", "")
	if got := strings.Join(log.lines, "\n"); got != "trace TailEvent 1 true ok\ntail TailEvent 1 true ok" {
		t.Error(got)
	}
	none, _ := load(t, handlers(""), nil)
	check(t, none.Dispatch(t.Context(), "default", runtime.Tail{}), "exception", "does not export a tail() function")
}
