package runtime_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"devserver/runtime"
)

// handlers is a Worker with these handlers besides fetch.
func handlers(text string) runtime.Script {
	return script("return { default: { async fetch() { return new Response('') },\n" + text + "\n}, Named: class { constructor(ctx, env) { this.ctx = ctx } scheduled() { console.log('Named', typeof this.ctx.waitUntil) } } }")
}

// listeners is a Worker in the service-worker format.
func listeners(text string) runtime.Script {
	s := script("addEventListener('fetch', () => {});\n" + text + "\nreturn {}")
	s.ServiceWorker = true
	return s
}

func TestScheduled(t *testing.T) {
	at := time.UnixMilli(1700000000000)
	for _, test := range []struct {
		name, handler string
		want          runtime.Outcome
		noRetry       bool
		log           string // the console, and what was reported
		err           string // the handler's error
	}{
		{"what it gets", `scheduled(c, env, ctx) { console.log(c.constructor.name, JSON.stringify(c), Object.getOwnPropertyNames(Object.getPrototypeOf(c)).sort().join(), typeof ctx.waitUntil, Object.getOwnPropertyDescriptor(c, "cron").writable) }`,
			"ok", false, `ScheduledController {"cron":"* * * * *","scheduledTime":1700000000000} constructor,noRetry function false`, ""},
		{"returns anything", `scheduled() { return 5 }`, "ok", false, "", ""},
		{"returns a thenable", `scheduled() { return { then(resolve) { console.log("then"); resolve() } } }`, "ok", false, "then", ""},
		{"a thenable that rejects", `scheduled() { return { then(_, reject) { reject(new Error("x")) } } }`, "exception", false, "", "Error: x"},
		{"throws", `scheduled() { throw new TypeError("boom") }`, "exception", false, "", "TypeError: boom"},
		{"rejects", `async scheduled() { await 1; throw new Error("later") }`, "exception", false, "", "Error: later"},
		{"asks not to be tried again", `scheduled(c) { console.log(c.noRetry()) }`, "ok", true, "undefined", ""},
		{"and throws", `scheduled(c) { c.noRetry(); throw new Error("boom") }`, "exception", true, "", "Error: boom"},
		{"noRetry of nothing", `scheduled(c) { (0, c.noRetry)() }`, "exception", false, "", "TypeError: Illegal invocation"},
		{"waits", `async scheduled() { await new Promise((r) => setTimeout(r, 5)); console.log("done") }`, "ok", false, "done", ""},
		{"waitUntil is waited for", `scheduled(c, env, ctx) { ctx.waitUntil(new Promise((r) => setTimeout(() => { console.log("done"); r() }, 5))) }`, "ok", false, "done", ""},
		{"also if the handler throws", `scheduled(c, env, ctx) { ctx.waitUntil(new Promise((r) => setTimeout(() => { console.log("done"); r() }, 5))); throw new Error("x") }`, "exception", false, "done", "Error: x"},
		{"waitUntil rejects", `scheduled(c, env, ctx) { ctx.waitUntil(Promise.reject(new Error("late"))) }`, "exception", false, "Error: late", ""},
		{"a timer that nothing waits for", `scheduled() { setTimeout(() => console.log("never"), 5) }`, "ok", false, "", ""},
		{"hangs", `scheduled() { return new Promise(() => {}) }`, "exception", false, "", "your Worker's code had hung"},
		{"waitUntil hangs", `scheduled(c, env, ctx) { ctx.waitUntil(new Promise(() => {})) }`, "exception", false, "", "your Worker's code had hung"},
		{"does not end", `scheduled() { for (;;); }`, "exceededCpu", false, "", "CPU time limit"},
		{"is not there", ``, "exception", true, "", "Handler does not export a scheduled() function"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, log := load(t, handlers(test.handler), func(o *runtime.Options) { o.CPULimit = 2 * time.Second })
			event := &runtime.Scheduled{Time: at, Cron: "* * * * *"}
			got := w.Dispatch(t.Context(), "default", event)
			check(t, got, test.want, test.err)
			if event.NoRetry != test.noRetry {
				t.Errorf("noRetry: %v", event.NoRetry)
			}
			if said := strings.Join(log.lines, "\n") + log.reported(); said != test.log {
				t.Errorf("said %q, want %q", said, test.log)
			}
		})
	}
}

func check(t *testing.T, got runtime.Handled, outcome runtime.Outcome, err string) {
	t.Helper()
	text := ""
	if got.Err != nil {
		text = got.Err.Error()
	}
	if got.Outcome != outcome || (err == "") != (text == "") || !strings.Contains(text, err) {
		t.Errorf("%s %q, want %s %q", got.Outcome, text, outcome, err)
	}
}

func TestScheduledEntrypoint(t *testing.T) {
	w, log := load(t, handlers(""), nil)
	check(t, w.Dispatch(t.Context(), "Named", &runtime.Scheduled{}), "ok", "")
	if got := strings.Join(log.lines, "\n"); got != "Named function" {
		t.Error(got)
	}
	check(t, w.Dispatch(t.Context(), "Missing", &runtime.Scheduled{}), "exception", "does not export")
}

func TestScheduledListeners(t *testing.T) {
	for _, test := range []struct {
		name, script string
		want         runtime.Outcome
		log, err     string
	}{
		{"what it gets", `addEventListener("scheduled", (e) => console.log(e.type, e.cron, e.scheduledTime, e.constructor === ScheduledEvent, e instanceof ExtendableEvent, e.noRetry()))`,
			"ok", "scheduled @daily 0 true true undefined", ""},
		{"waitUntil", `addEventListener("scheduled", (e) => e.waitUntil(new Promise((r) => setTimeout(() => { console.log("done"); r() }, 5))))`, "ok", "done", ""},
		{"throws", `addEventListener("scheduled", (e) => { throw new Error("boom") }); addEventListener("scheduled", () => console.log("second"))`, "exception", "second", "Error: boom"},
		{"waitUntil rejects", `addEventListener("scheduled", (e) => e.waitUntil(Promise.reject(new Error("late"))))`, "exception", "Error: late", ""},
		{"is not there", ``, "exception", "", "No event listener registered for scheduled events."},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, log := load(t, listeners(test.script), nil)
			check(t, w.Dispatch(t.Context(), "default", &runtime.Scheduled{Time: time.UnixMilli(0), Cron: "@daily"}), test.want, test.err)
			if said := strings.Join(log.lines, "\n") + log.reported(); said != test.log {
				t.Errorf("said %q, want %q", said, test.log)
			}
		})
	}
}

func TestScheduledIsCanceled(t *testing.T) {
	w, _ := load(t, handlers(`async scheduled() { console.log("begun"); await new Promise((r) => setTimeout(r, 1e6)) }`), nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	check(t, w.Dispatch(ctx, "default", &runtime.Scheduled{}), "canceled", "the client went away")
}
