package eventsource_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"devserver/internal/jstest"
	"devserver/runtime/events"
	"devserver/runtime/eventsource"
	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

func globals() [][]webidl.Global {
	return [][]webidl.Global{eventsource.Globals(), fetch.Globals(), streams.Globals(), events.Globals(), textcodec.Globals(), timers.Globals(), weburl.Globals(),
		{webidl.ClassGlobal(webidl.DOMExceptionClass)}}
}

// helpers are what the scripts of the tests share. heard tells of the events of a source until it is closed.
const helpers = `
	const stream = (...parts) => new ReadableStream({ pull(c) {
		if (parts.length === 0) return c.close();
		c.enqueue(new TextEncoder().encode(parts.shift()));
	} });
	const heard = (es, ...kinds) => new Promise((resolve) => {
		const list = [];
		const note = (e) => {
			list.push(e.type === "error" ? "error " + es.readyState : e.type + " " + JSON.stringify(e.data) + (e.lastEventId ? " #" + e.lastEventId : ""));
			if (es.readyState === 2) resolve(list.join("; "));
		};
		for (const kind of ["message", "error", ...kinds]) es.addEventListener(kind, note);
	});
	const of = (...parts) => heard(EventSource.from(stream(...parts)), "foo");
`

func TestStream(t *testing.T) {
	table(t, []jstest.Case{
		{`return of("data:a\n\ndata: b\n\ndata:  c\n\n")`, `message "a"; message "b"; message " c"; error 2`},
		{`return of("data:\n\ndata\ndata\n\ndata:test\n\n")`, `message ""; message "\n"; message "test"; error 2`},
		{`return of("data:a\ndata:b\n", "\n")`, `message "a\nb"; error 2`},
		{`return of("data:a\r", "\n\r", "\ndata:b\r\rdata:c\r\n\r\n")`, `message "a"; message "b"; message "c"; error 2`},
		{`return of("event:foo\ndata:a\n\ndata:b\n\n")`, `foo "a"; message "b"; error 2`},
		{`return of("event:foo\n\ndata:a\n\nevent:\ndata:b\n\n")`, `message "a"; message "b"; error 2`},
		{`return of("id:1\ndata:a\n\ndata:b\n\nid\ndata:c\n\n")`, `message "a" #1; message "b" #1; message "c"; error 2`},
		{`return of("id:1\n\nid:2\u00002\ndata:a\n\n")`, `message "a" #1; error 2`},
		{`return of(":comment\ndata:a\n:data:b\nDATA:c\n data:d\nunknown:e\n\n")`, `message "a"; error 2`},
		{`return of("data:a\n\ndata:b")`, `message "a"; error 2`},
		{`return of("data:a\n\ndata:b\n")`, `message "a"; error 2`},
		{`return of("\uFEFFdata:a\n\n\uFEFFdata:b\n\n")`, `message "a"; error 2`},
		{`return heard(EventSource.from(new ReadableStream({ start(c) { for (const b of [0xEF, 0xBB, 0xBF, 0x64, 0x61, 0x74, 0x61, 0x3A, 0xE2, 0x82, 0xAC, 0xFF, 0x0A, 0x0A]) c.enqueue(new Uint8Array([b])); c.close(); } })))`,
			`message "€�"; error 2`},
		{`return heard(EventSource.from(new ReadableStream({ start(c) { c.enqueue("data:a\n\n"); c.close(); } })))`, `message "a"; error 2`},
		{`return heard(EventSource.from(new ReadableStream({ start(c) { c.error(new RangeError("no")); } })))`, `error 2`},
		{`const es = EventSource.from(stream("data:a\n\ndata:b\n\n")); let got = ""; es.onmessage = function (e) { got += e.data + (this === es); this.close(); }; await scheduler.wait(1); return got`, "atrue"},
		{`let reason = "none"; const es = EventSource.from(new ReadableStream({ cancel() { reason = "cancelled" } })); es.close(); await scheduler.wait(1); return [reason, es.readyState]`, "cancelled,2"},
		{`return heard(EventSource.from(new ReadableStream()))`, "hung"},
		{`const a = new Uint8Array(1 << 24).fill(97); let n = 0;
			const es = EventSource.from(new ReadableStream({ async pull(c) { await scheduler.wait(0); n++; c.enqueue(a) } }));
			const e = await new Promise(r => es.onerror = r); return [e.error, es.readyState, n < 9].join()`,
			"RangeError: The server sent an event of more than 33554432 bytes.,2,true"},
	})
}

func TestErrors(t *testing.T) {
	table(t, []jstest.Case{
		{`new EventSource()`, "thrown: TypeError: Failed to construct 'EventSource': constructor parameter 1 is not of type 'string'."},
		{`new EventSource("")`, "thrown: SyntaxError: Cannot open an EventSource to ''. The URL is invalid."},
		{`new EventSource("/x")`, "thrown: SyntaxError: Cannot open an EventSource to '/x'. The URL is invalid."},
		{`new EventSource("http://a/", { withCredentials: true })`, "thrown: NotSupportedError: The init.withCredentials option is not supported. It must be false or undefined."},
		{`new EventSource("http://a/", "x")`, "thrown: TypeError: Failed to construct 'EventSource': constructor parameter 2 is not of type 'EventSourceInit'."},
		{`new EventSource("http://a/", { fetcher: 1 })`, "thrown: TypeError: Incorrect type for the 'fetcher' field on 'EventSourceInit': the provided value is not of type 'Fetcher'."},
		{`EventSource.from(1)`, "thrown: TypeError: Failed to execute 'from' on 'EventSource': parameter 1 is not of type 'JsReadableStream'."},
		{`const s = stream("x"); s.getReader(); EventSource.from(s)`, "thrown: TypeError: This ReadableStream is locked."},
		{`const s = stream("x"); const r = s.getReader(); await r.read(); r.releaseLock(); EventSource.from(s)`, "thrown: TypeError: This ReadableStream has already been read from."},
		{`const es = EventSource.from(stream("data:x\n\n")); return [es.url, es.withCredentials, es.readyState, es.onopen, EventSource.OPEN, es.CLOSED, es[Symbol.dispose] === es.close, es instanceof EventTarget]`,
			",false,1,,1,2,true,true"},
	})
	iso := jstest.New(t, globals()...)
	iso.SetIOContext(false)
	if got, want := iso.Run(t, `new EventSource("http://a/")`), "thrown: NotSupportedError: An EventSource can only be created within the context of a worker request."; got != want {
		t.Errorf("at module scope: got %s, want %s", got, want)
	}
}

func table(t *testing.T, cases []jstest.Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c[0], func(t *testing.T) {
			if got := jstest.New(t, globals()...).Run(t, helpers+c[0]); got != c[1] {
				t.Errorf("got  %s\nwant %s", got, c[1])
			}
		})
	}
}

// origin answers requests by their path. It keeps what it was asked.
type origin struct{ asked []string }

// RoundTrip implements fetch.Target.
func (o *origin) RoundTrip(req *http.Request) (*http.Response, error) {
	last := ""
	for name, values := range req.Header {
		if strings.EqualFold(name, "Last-Event-ID") { // it is spelt as in the standard
			last = strings.Join(values, ",")
		}
	}
	o.asked = append(o.asked, req.Header.Get("Accept")+" "+req.Header.Get("Cache-Control")+" "+last)
	res := &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, ContentLength: -1}
	body := "data:x\n\n"
	switch req.URL.Opaque {
	case "/id":
		body = "retry:5000\nid:7\ndata:x\n\nid:8\ndata:y"
	case "/status":
		res.StatusCode = 500
	case "/type":
		res.Header.Set("Content-Type", "text/html")
	case "/charset":
		res.Header.Set("Content-Type", "text/event-stream;charset=x")
	case "/none":
		res.Header.Del("Content-Type")
	case "/empty":
		res.StatusCode = 204
	case "/moved":
		res.StatusCode, res.Header = 302, http.Header{"Location": {"/there"}}
	case "/lost":
		return nil, io.ErrUnexpectedEOF
	}
	res.Body = io.NopCloser(strings.NewReader(body))
	return res, nil
}

// TestFetch connects, and connects again, in no time.
func TestFetch(t *testing.T) {
	const first = `const list = []; const note = (what) => list.push(what); const es = new EventSource("http://a.example/PATH");
		es.onopen = (e) => note("open"); es.onmessage = (e) => note(e.data + e.origin); es.onerror = (e) => note(e.error.message + es.readyState);
		await scheduler.wait(1500); note(es.url); es.close(); return list.join("; ")`
	for path, want := range map[string]string{
		"ok":      "open; xhttp://a.example; The server disconnected.0; http://a.example/ok",
		"charset": "open; xhttp://a.example; The server disconnected.0; http://a.example/charset",
		"moved":   "open; xhttp://a.example; The server disconnected.0; http://a.example/there",
		"status":  "The response status code was 500.2; http://a.example/status",
		"type":    "The content type 'text/html' is invalid.2; http://a.example/type",
		"none":    "No content type header was present in the response.2; http://a.example/none",
		"empty":   "The server provided no content. Will try reconnecting.0; http://a.example/empty",
		"lost":    "Network connection lost.2; http://a.example/lost",
	} {
		t.Run(path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				iso := jstest.New(t, globals()...)
				fetch.Attach(iso.Realm, fetch.Environment{Target: &origin{}})
				if got := iso.Run(t, strings.Replace(first, "PATH", path, 1)); got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			})
		})
	}
}

func TestReconnect(t *testing.T) {
	for path, want := range map[string]struct{ script, asked string }{
		"id":    {"4999:1 5001:2 9999:2 10001:3", "text/event-stream no-cache |text/event-stream no-cache 7|text/event-stream no-cache 7"},
		"ok":    {"1999:1 2001:2 3999:2 4001:3", "text/event-stream no-cache |text/event-stream no-cache |text/event-stream no-cache "},
		"empty": {"1999:1 2001:2 3999:2 4001:2", "text/event-stream no-cache |text/event-stream no-cache "},
	} {
		t.Run(path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				iso, asked := jstest.New(t, globals()...), &origin{}
				fetch.Attach(iso.Realm, fetch.Environment{Target: asked})
				got := iso.Run(t, `let errors = 0; const es = new EventSource("http://a.example/`+path+`"); es.onerror = () => errors++;
					const list = []; let now = 0;
					for (const part of "`+want.script+`".split(" ")) { const at = parseInt(part); await scheduler.wait(at - now); now = at; list.push(at + ":" + errors); }
					es.close(); return list.join(" ")`)
				if got != want.script || strings.Join(asked.asked, "|") != want.asked {
					t.Errorf("got %s and %q\nwant %s and %q", got, strings.Join(asked.asked, "|"), want.script, want.asked)
				}
			})
		})
	}
}

// TestFetcher connects through a binding.
func TestFetcher(t *testing.T) {
	iso := jstest.New(t, globals()...)
	iso.VM.Set("binding", fetch.NewFetcher(iso.Realm, &origin{}))
	if got := iso.Run(t, `return new Promise((resolve) => { const es = new EventSource("http://a.example/ok", { fetcher: binding }); es.onmessage = (e) => { es.close(); resolve(e.data) } })`); got != "x" {
		t.Error(got)
	}
}
