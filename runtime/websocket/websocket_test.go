package websocket_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	peer "github.com/coder/websocket"

	"devserver/internal/jstest"
	"devserver/runtime/blob"
	"devserver/runtime/compat"
	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
	"devserver/runtime/websocket"
)

func globals() []webidl.Global {
	list := []webidl.Global{webidl.ClassGlobal(webidl.DOMExceptionClass)}
	for _, more := range [][]webidl.Global{events.Globals(), blob.Globals(), fetch.Globals(), timers.Globals(), websocket.Globals()} {
		list = append(list, more...)
	}
	return list
}

// prelude are what scripts here use: pairs that are accepted, and a log of what happens to a WebSocket.
const prelude = `
	const log = [];
	const attempt = fn => { try { const v = fn(); log.push(v === undefined ? "ok" : String(v)) } catch (e) { log.push(e.name + ": " + e.message) } };
	const pair = (...options) => { const list = [...new WebSocketPair()]; list.forEach((w, i) => w.accept(options[i])); return list };
	const tick = () => new Promise(r => setTimeout(r));
	const watch = (name, w) => { for (const kind of ["open", "message", "close", "error"]) w.addEventListener(kind, e => log.push(name + " " +
		(kind === "message" ? "message " + (typeof e.data === "string" ? e.data : e.data.constructor.name + (e.data.byteLength ?? e.data.size)) :
		 kind === "close" ? "close " + e.code + " " + e.reason + " " + e.wasClean : kind === "error" ? "error " + e.message : kind) + " " + w.readyState)); return w };
	const closed = w => new Promise(r => w.addEventListener("close", r));
	const result = () => log.join("; ");
`

func run(t *testing.T, cases []jstest.Case, change func(*jstest.Isolate)) {
	t.Helper()
	for _, c := range cases {
		t.Run(c[0], func(t *testing.T) {
			iso := jstest.New(t, globals())
			if change != nil {
				change(iso)
			}
			if got := iso.Run(t, prelude+c[0]); got != c[1] {
				t.Errorf("got  %s\nwant %s", got, c[1])
			}
		})
	}
}

// TestPairs: what workerd says of the same scripts, but for the event of type "error" that it adds when both sides have
// closed in good order.
func TestPairs(t *testing.T) {
	run(t, []jstest.Case{
		{`const p = new WebSocketPair(); return [Object.keys(p), p, p[0] === p[0], [...p].length, p.length, p[0] instanceof EventTarget].join()`,
			"0,1,[object WebSocketPair],true,2,,true"},
		{`const w = new WebSocketPair()[0]; return JSON.stringify([w.readyState, w.url, w.protocol, w.extensions, w.binaryType, w.bufferedAmount, w.onmessage])`,
			`[1,null,"","","blob",0,null]`},
		{`return [WebSocket.OPEN, WebSocket.READY_STATE_CLOSED, WebSocket.prototype.CLOSING].join()`, "1,3,2"},
		{`attempt(() => WebSocketPair()); attempt(() => WebSocket("ws://x")); return result()`,
			"TypeError: Failed to construct 'WebSocketPair': Please use the 'new' operator, this object constructor cannot be called as a function.; " +
				"TypeError: Failed to construct 'WebSocket': Please use the 'new' operator, this object constructor cannot be called as a function."},
		{`const [a, b] = pair(); watch("b", b);
			for (const v of ["hi", new Uint8Array(3), new ArrayBuffer(2), new DataView(new ArrayBuffer(4), 1), null, 5, {}, undefined, "\ud800", "", new Blob(["x"])]) a.send(v);
			await tick(); return result()`,
			"b message hi 1; b message Blob3 1; b message Blob2 1; b message Blob3 1; b message null 1; b message 5 1; " +
				"b message [object Object] 1; b message undefined 1; b message \uFFFD 1; b message  1; b message [object Blob] 1"},
		{`const [a, b] = pair(); b.binaryType = "arraybuffer"; b.binaryType = "zip"; const bytes = new Uint8Array([1]);
			const got = new Promise(r => b.onmessage = e => r(e)); a.send(bytes); bytes[0] = 9; const e = await got;
			return [e.data, new Uint8Array(e.data)[0], e.target === b, e.isTrusted, e.origin, e.source, b.binaryType].join()`,
			"[object ArrayBuffer],1,true,true,,,arraybuffer"},
		// Both sides closed: by the close, and by the answer that is sent without the script.
		{`const [a, b] = pair(); watch("a", a); watch("b", b); a.close(1000, "bye"); log.push(a.readyState + "" + b.readyState); await tick();
			attempt(() => b.send("x")); attempt(() => a.send("x")); attempt(() => b.close(3000, "late")); return result()`,
			"21; b close 1000 bye true 3; a close 1000 bye true 3; TypeError: Can't call WebSocket send() after close().; " +
				"TypeError: Can't call WebSocket send() after close().; ok"},
		{`const [a, b] = pair(); watch("a", a); watch("b", b); a.close(); await tick(); return result()`, "b close 1005  true 3; a close 1005  true 3"},
		{`const [a, b] = pair(); watch("a", a); watch("b", b); a.close(1000, "x"); b.close(1001, "y"); await tick(); return result()`,
			"b close 1000 x true 3; a close 1001 y true 3"},
		// Half open: the other side may go on.
		{`const [a, b] = pair({}, { allowHalfOpen: true }); watch("a", a); watch("b", b); a.close(1000, "x"); await tick(); log.push(a.readyState + "" + b.readyState);
			b.send("still"); b.close(3001, "y"); await tick(); return result()`,
			"b close 1000 x true 2; 22; a message still 2; a close 3001 y true 3"},
		// Messages wait for accept().
		{`const [a, b] = [...new WebSocketPair()]; b.accept(); b.send("1"); b.send("2"); b.close(1000, "x"); watch("a", a); await tick(); log.push("before " + b.bufferedAmount);
			a.accept(); log.push("accepted"); await tick(); return result()`,
			"before 3; accepted; a message 1 1; a message 2 1; a close 1000 x true 3"},
		// Each message is a task of its own, after microtasks and before timers; without a listener it is lost.
		{`const [a, b] = pair(); a.send("lost"); await tick(); b.addEventListener("message", e => { log.push(e.data); Promise.resolve().then(() => log.push("micro " + e.data)) });
			a.send("1"); a.send("2"); log.push("sync"); await 0; log.push("microtask"); await tick(); log.push("timer"); return result()`,
			"sync; microtask; 1; micro 1; 2; micro 2; timer"},
		// A listener that throws ends the WebSocket.
		{`const [a, b] = pair(); watch("b", b); b.addEventListener("message", e => { throw new RangeError("boom " + e.data) }); a.send("1"); a.send("2"); await tick();
			attempt(() => b.send("x")); attempt(() => b.close(1000)); return result()`,
			"b message 1 1; b error Uncaught RangeError: boom 1 3; ok; ok"},
		{`const w = new WebSocketPair()[0]; attempt(() => w.send("x")); attempt(() => w.close()); attempt(() => w.close(1)); attempt(() => w.accept(5));
			attempt(() => w.accept()); attempt(() => w.accept()); return result()`,
			"TypeError: You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.; " +
				"TypeError: You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.; " +
				"InvalidAccessError: Invalid WebSocket close code: 1.; " +
				"TypeError: Failed to execute 'accept' on 'WebSocket': parameter 1 is not of type 'AcceptOptions'.; ok; ok"},
		// Nobody will ever send: the script hangs, and is told so.
		{`const [a, b] = pair(); await new Promise(r => b.onmessage = r)`, "hung"},
		{`const p = new WebSocketRequestResponsePair("ping", "pong"); return p.request + p.response`, "pingpong"},
	}, nil)
}

func TestCloseArguments(t *testing.T) {
	refused := func(code string) string { return "InvalidAccessError: Invalid WebSocket close code: " + code + "." }
	var cases []jstest.Case
	for args, want := range map[string]string{
		``: "1005 ", `undefined`: "1005 ", `1000`: "1000 ", `1001, ""`: "1001 ", `1014`: "1014 ", `2999`: "2999 ", `4999, "r"`: "4999 r", `"1000"`: "1000 ",
		`1000.7`: "1000 ", `1000, null`: "1000 null", `1000, undefined`: "1000 ", `1000, "\ud800"`: "1000 \uFFFD", `1000, "x".repeat(123)`: "1000 " + strings.Repeat("x", 123),
		`null`: refused("0"), `0`: refused("0"), `999`: refused("999"), `1004`: refused("1004"), `1005`: refused("1005"), `1006`: refused("1006"),
		`1015`: refused("1015"), `5000`: refused("5000"), `66536`: refused("66536"), `-1`: refused("-1"), `NaN`: refused("0"), `{}`: refused("0"),
		`undefined, "r"`: "InvalidAccessError: If you specify a WebSocket close reason, you must also specify a code.", `null, "r"`: refused("0"),
		`1000, "é".repeat(62)`: "SyntaxError: WebSocket close reason must not be longer than 123 bytes when UTF-8 encoded.",
	} {
		cases = append(cases, jstest.Case{`const [a, b] = pair(); b.onclose = e => log.push(e.code + " " + e.reason);
			try { a.close(` + args + `) } catch (e) { log.push(e.name + ": " + e.message) } await tick(); return result()`, want})
	}
	run(t, cases, nil)
}

// TestFlags shows both sides of each compatibility flag.
func TestFlags(t *testing.T) {
	for _, c := range []struct{ script, flag, off, on string }{
		{`return pair()[0].binaryType`, "websocket_standard_binary_type", "arraybuffer", "blob"},
		{`const [a, b] = pair(); watch("b", b); a.close(1000); await tick(); return result()`, "web_socket_auto_reply_to_close",
			"b close 1000  true 2", "b close 1000  true 3"},
		{`const [a, b] = pair(); b.onclose = e => log.push(e.reason.length); attempt(() => a.close(1000, "x".repeat(124))); await tick(); return result()`,
			"websocket_close_reason_byte_limit", "ok; 124", "SyntaxError: WebSocket close reason must not be longer than 123 bytes when UTF-8 encoded."},
	} {
		set := func(date string, flags ...string) func(*jstest.Isolate) {
			set, _ := compat.Resolve(date, flags)
			return func(iso *jstest.Isolate) { iso.SetCompat(&set) }
		}
		run(t, []jstest.Case{{c.script, c.off}}, set("2026-01-01"))
		run(t, []jstest.Case{{c.script, c.on}}, set("2026-01-01", c.flag))
	}
}

func TestResponses(t *testing.T) {
	const status = "RangeError: Responses with a WebSocket must have status code 101."
	run(t, []jstest.Case{
		{`const w = new WebSocketPair()[0]; for (const init of [{ webSocket: w }, { status: 100, webSocket: w }, { status: 204, webSocket: w }, { status: 101 }, { status: 101, webSocket: null },
			{ status: 101, webSocket: {} }, { status: 101, webSocket: new WebSocketPair() }]) attempt(() => new Response(null, init)); return result()`,
			status + "; " + status + "; " + status +
				"; RangeError: Responses may only be constructed with status codes in the range 200 to 599, inclusive." +
				"; RangeError: Responses may only be constructed with status codes in the range 200 to 599, inclusive." +
				"; TypeError: Incorrect type for the 'webSocket' field on 'InitializerDict': the provided value is not of type 'WebSocket'." +
				"; TypeError: Incorrect type for the 'webSocket' field on 'InitializerDict': the provided value is not of type 'WebSocket'."},
		{`const w = new WebSocketPair()[0], res = new Response(null, { status: 101, webSocket: w });
			log.push(res.webSocket === w, res.status, res.statusText, res.body, new Response(null, res).webSocket === w, new Response().webSocket);
			attempt(() => res.clone()); attempt(() => new Response("x", { status: 101, webSocket: w })); return result()`,
			"true; 101; ; ; true; ; TypeError: Cannot clone a response to a WebSocket handshake.; " +
				"TypeError: Response with null body status (101, 204, 205, or 304) cannot have a body."},
	}, nil)
}

func TestAttachments(t *testing.T) {
	tooLarge := func(n string) string {
		return "Error: A WebSocket 'attachment' cannot be larger than 16384 bytes.'attachment' was " + n + " bytes."
	}
	keep := func(v string) string {
		return "const w = new WebSocketPair()[0]; attempt(() => w.serializeAttachment(" + v + ")); return result()"
	}
	run(t, []jstest.Case{
		{`const w = new WebSocketPair()[0]; log.push(w.deserializeAttachment()); w.serializeAttachment({ a: 1 }); const a = w.deserializeAttachment();
			log.push(a.a, a !== w.deserializeAttachment()); w.serializeAttachment(null); log.push(w.deserializeAttachment()); return result()`, "; 1; true; "},
		{keep(`"x".repeat(16379)`), "ok"},
		{keep(`"x".repeat(16380)`), tooLarge("16385")},
		{keep(`"x".repeat(20000)`), tooLarge("20006")},
		{keep(`"\u20ac".repeat(8189)`), "ok"},
		{keep(`"\u20ac".repeat(8190)`), tooLarge("16386")},
		{keep(`new Uint8Array(16000)`), "ok"},
		{keep(`{ a: "x".repeat(16366) }`), "ok"},
		{keep(`{ a: [1, 2.5, new Date(0), new Map([[1, new Set(["x"])]]), true, undefined, 10n, /x/] }`), "ok"},
		{keep(`() => 1`), "DataCloneError: () => 1 could not be cloned."},
		{keep(`undefined`), "TypeError: Failed to execute 'serializeAttachment' on 'WebSocket': parameter 1 is not of type 'Value'."},
	}, nil)
}

func TestConstructor(t *testing.T) {
	const invalid = "SyntaxError: WebSocket Constructor: The url is invalid."
	const scheme = "SyntaxError: WebSocket Constructor: The url scheme must be ws or wss."
	const token = "SyntaxError: WebSocket Constructor: The protocol header token is invalid."
	var cases []jstest.Case
	for args, want := range map[string]string{
		`""`: invalid, `"/relative"`: invalid, `"http://x/"`: scheme, `"mailto:x"`: scheme, `"ws://x/#f"`: "SyntaxError: WebSocket Constructor: The url fragment must be empty.",
		`"ws://x/#"`:   "SyntaxError: WebSocket Constructor: The url fragment must be empty.",
		`"ws://x", ""`: token, `"ws://x", "a b"`: token, `"ws://x", "a,b"`: token, `"ws://x", {}`: token,
		`"ws://x", ["a", ""]`:      "SyntaxError: WebSocket Constructor: One of the protocol header tokens is invalid.",
		`"ws://x", ["a", "a"]`:     "SyntaxError: WebSocket Constructor: The protocols header cannot have repeating values.",
		`"WS://X/ü?q", ["a", "b"]`: "ws://x/%C3%BC?q 0",
		`"ws://x", null`:           "ws://x/ 0",
	} {
		cases = append(cases, jstest.Case{"attempt(() => { const w = new WebSocket(" + args + "); return w.url + ' ' + w.readyState }); return result()", want})
	}
	run(t, cases, func(iso *jstest.Isolate) { attach(iso, "") })
	iso := jstest.New(t, globals())
	iso.SetIOContext(false)
	got := iso.Run(t, prelude+`attempt(() => new WebSocket("x")); attempt(() => new WebSocketPair()); return log.map(s => s.slice(0, 49)).join()`)
	if want := "Error: Disallowed operation called within global scope"; !strings.HasPrefix(got, want[:40]) || strings.Count(got, "Disallowed") != 2 {
		t.Errorf("at module scope: %s", got)
	}
}

// attach lets a realm's fetches reach addr, whatever host they name.
func attach(iso *jstest.Isolate, addr string) {
	fetch.Attach(iso.Realm, fetch.Environment{WebSocket: websocket.New, Target: target(func(req *http.Request) (*http.Response, error) {
		out := req.Clone(req.Context())
		out.URL.Host, out.URL.Opaque = addr, ""
		out.URL.Path = req.URL.Opaque
		return http.DefaultTransport.RoundTrip(out)
	})})
}

type target func(*http.Request) (*http.Response, error)

func (t target) RoundTrip(req *http.Request) (*http.Response, error) { return t(req) }

// TestClient has scripts talk with another implementation.
func TestClient(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/refuse":
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, "not you")
			return
		case "/wrong":
			w.Header().Set("Upgrade", "websocket")
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Sec-WebSocket-Accept", "wrong")
			w.WriteHeader(http.StatusSwitchingProtocols)
			return
		}
		c, err := peer.Accept(w, r, &peer.AcceptOptions{Subprotocols: []string{"b"}, CompressionMode: peer.CompressionContextTakeover})
		if err != nil {
			return
		}
		defer c.CloseNow()
		c.SetReadLimit(-1)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		switch r.URL.Path {
		case "/vanish":
			return
		case "/headers":
			c.Write(ctx, peer.MessageText, []byte(r.Method+" "+r.Header.Get("X-Mine")+" "+r.Header.Get("Sec-WebSocket-Version")+" "+r.Header.Get("Sec-WebSocket-Extensions")))
		case "/close":
			c.Close(4001, "go away")
			return
		}
		for {
			kind, data, err := c.Read(ctx)
			if err != nil {
				return
			}
			if c.Write(ctx, kind, data) != nil {
				return
			}
		}
	}))
	defer server.Close()
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	const open = `const w = watch("w", new WebSocket("ws://x/echo", ["a", "b"])); await new Promise(r => w.addEventListener("open", r)); `
	run(t, []jstest.Case{
		{open + `w.send("hi"); w.send(new Uint8Array(1000)); w.onmessage = e => { if (e.data !== "hi") w.close(3000, "bye") };
			await closed(w); return w.url + " " + w.protocol + " " + w.extensions.slice(0, 18) + ": " + result()`,
			"ws://x/echo b permessage-deflate: w open 1; w message hi 1; w message Blob1000 1; w close 3000 bye true 3"},
		{`const w = watch("w", new WebSocket("ws://x/close")); await closed(w); return result()`, "w open 1; w close 4001 go away true 3"},
		{`const w = watch("w", new WebSocket("ws://x/vanish")); await closed(w); attempt(() => w.send("x")); return result()`,
			"w open 1; w close 1006 WebSocket disconnected without sending Close frame. false 3; ok"},
		{`const w = watch("w", new WebSocket("ws://x/refuse")); w.addEventListener("error", e => log.push(e.error.cause.message)); await closed(w); return result()`,
			"w error Uncaught TypeError: Failed to establish the WebSocket connection: expected server to reply with HTTP status code 101 " +
				"(switching protocols), but received 403 instead. 3; not you; w close 1006 Failed to establish websocket connection false 3"},
		{`const w = watch("w", new WebSocket("ws://x/echo")); attempt(() => w.send("x")); attempt(() => w.accept()); attempt(() => w.close()); log.push(w.readyState); await closed(w); return result()`,
			"TypeError: You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.; " +
				"TypeError: Websockets obtained from the 'new WebSocket()' constructor cannot call accept; ok; 2; " +
				"w error Uncaught Error: Network connection lost. 3; w close 1006 Failed to establish websocket connection false 3"},
		{`const res = await fetch("http://x/headers", { method: "POST", body: "x", headers: { Upgrade: "WebSocket", "X-Mine": "m" } }), w = watch("w", res.webSocket);
			log.push(res.status, res.body, w.url, await res.text()); w.accept(); await new Promise(r => w.addEventListener("message", r)); w.close(); await closed(w); return result()`,
			"101; ; ; ; w message GET m 13  1; w close 1005  true 3"},
		{`const res = await fetch("http://x/refuse", { headers: { Upgrade: "websocket" } }); return res.status + " " + res.webSocket + " " + await res.text()`, "403 null not you"},
		{`const res = await fetch("http://x/wrong", { headers: { Upgrade: "websocket" } }); return res.status + " " + await res.text()`,
			"502 The server answered the WebSocket handshake with status 101, but its Sec-WebSocket-Accept does not answer our Sec-WebSocket-Key.\n"},
		{`const c = new AbortController(), res = await fetch("http://x/echo", { headers: { Upgrade: "websocket" }, signal: c.signal }), w = watch("w", res.webSocket);
			w.accept(); w.send("x"); await new Promise(r => w.addEventListener("message", r)); c.abort(); await closed(w); return result()`,
			"w message x 1; w close 1006 WebSocket disconnected without sending Close frame. false 3"},
	}, func(iso *jstest.Isolate) { attach(iso, server.Listener.Addr().String()) })
}
