package runtime_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"devserver/runtime"
	"devserver/runtime/compat"
)

// compatibility makes a Worker's compatibility date and flags.
func compatibility(t testing.TB, date string, flags ...string) func(*runtime.Options) {
	t.Helper()
	set, problems := compat.Resolve(date, flags)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return func(o *runtime.Options) { o.Compat = set }
}

// network answers what the Worker fetches: /redirect with a redirect to another origin, anything else with the headers
// that it came with.
func network(o *runtime.Options) {
	o.Fetch = roundTripper(func(r *http.Request) (*http.Response, error) {
		res := &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(nil)), Request: r}
		if r.URL.Opaque == "/redirect" {
			res.StatusCode = 302
			res.Header.Set("Location", "http://other.test/")
			return res, nil
		}
		var seen bytes.Buffer
		r.Header.Write(&seen)
		res.Body = io.NopCloser(&seen)
		return res, nil
	})
}

// TestFlags shows both sides of compatibility flags: what a script gives on the date before the flag is on by default, on
// that date, and before it with the flag.
func TestFlags(t *testing.T) {
	for _, test := range []struct {
		flag, before, date string // date is empty for a flag that is never on by default
		script, off, on    string
	}{
		// globals
		{compat.GlobalNavigator, "2022-03-20", "2022-03-21", `typeof navigator + typeof Navigator`, "undefinedundefined", "objectfunction"},
		{compat.EnableNavigatorLanguage, "2025-05-18", "2025-05-19", `"language" in navigator && navigator.languages.join()`, "false", "en"},
		{compat.ExposeGlobalMessageChannel, "2025-08-14", "2025-08-15", `typeof MessageChannel + typeof MessagePort`, "undefinedundefined", "functionfunction"},
		{compat.EnableGlobalPerformanceClasses, "2026-08-03", "2026-08-04", `typeof Performance + typeof performance.mark`, "undefinedundefined", "functionfunction"},

		// requests
		{compat.EnableCtxExports, "2025-11-16", "2025-11-17", `typeof ctx.exports`, "undefined", "object"},
		{compat.UpperCaseAllHTTPMethods, "2024-10-13", "2024-10-14", `thrown(() => new Request("http://a/", { method: "patch" }).method)`, "TypeError", "PATCH"},
		{compat.CacheOptionEnabled, "2024-11-10", "2024-11-11", `thrown(() => new Request("http://a/", { cache: "no-store" }).cache)`, "Error", "no-store"},
		{compat.CacheNoCacheEnabled, "2025-08-06", "2025-08-07", `thrown(() => new Request("http://a/", { cache: "no-cache" }).cache)`, "TypeError", "no-cache"},
		{compat.StripAuthorizationOnCrossOrigin, "2025-08-31", "2025-09-01",
			`(await (await fetch("http://a.test/redirect", { headers: { Authorization: "x" } })).text()).includes("Authorization")`, "true", "false"},

		{compat.WebSocketCompression, "2023-08-14", "2023-08-15",
			`(await (await fetch("http://a.test/", { headers: { Upgrade: "websocket", "Sec-WebSocket-Extensions": "permessage-deflate" } })).text()).includes("permessage-deflate")`, "false", "true"},

		// other classes
		{compat.HTMLRewriterESI, "2026-11-17", "",
			`await new HTMLRewriter().on("esi\\:include", { element(e) { e.after("!") } }).transform(new Response("<esi:include><b></b>")).text()`,
			"<esi:include><b></b>", "<esi:include>!<b></b>"},
		{compat.AllowEvalDuringStartup, "2025-05-31", "2025-06-01", `atStart`, "EvalError", "2"},
		{compat.URLSearchParamsDeleteHasValue, "2023-06-30", "2023-07-01", `new URLSearchParams("a=1").has("a", "2")`, "true", "false"},
	} {
		code := script(`const thrown = f => { try { return f() } catch (e) { return e.name } };
			const atStart = thrown(() => eval("1 + 1"));
			return { default: { async fetch(request, env, ctx) { return new Response(String(` + test.script + ")) } } }")
		ask := func(date string, flags ...string) string {
			change := compatibility(t, date, flags...)
			w, _ := load(t, code, func(o *runtime.Options) { change(o); network(o) })
			_, got, err := get(t, w, "/")
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
		if test.date == "" {
			continue
		}
		if got := ask(test.date); got != test.on {
			t.Errorf("%s, %s: got %q, want %q", test.flag, test.date, got, test.on)
		}
	}
}

// TestRequestSignalFlag shows both sides of the flag enable_request_signal: whether request.signal is aborted when the
// client goes away.
func TestRequestSignalFlag(t *testing.T) {
	for _, test := range []struct {
		date, want string
	}{
		{"2026-11-16", "went on: false"},
		{"2026-11-17", "AbortError"}, // enable_request_signal
	} {
		ctx, leave := context.WithCancel(t.Context())
		w, log := load(t, fetchScript(`
			const left = new Promise(resolve => request.signal.addEventListener("abort", () => resolve(request.signal.reason.name)));
			const stream = new ReadableStream({ async pull(c) { await scheduler.wait(1); c.enqueue(new Uint8Array(1)) } });
			ctx.waitUntil((async () => {
				const slow = scheduler.wait(500).then(() => "went on: " + request.signal.aborted);
				console.log(await Promise.race([left, slow]));
			})());
			return new Response(stream)`), compatibility(t, test.date))
		res, err := w.RoundTrip(httptest.NewRequest("GET", "http://localhost/", nil).WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		leave()
		res.Body.Close()
		w.Close()
		deadline, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := w.Wait(deadline); err != nil {
			t.Fatal(err)
		}
		log.mu.Lock()
		if len(log.lines) != 1 || log.lines[0] != test.want {
			t.Errorf("%s: logged %q, want %q", test.date, log.lines, test.want)
		}
		log.mu.Unlock()
	}
}
