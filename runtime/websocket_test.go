package runtime_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"devserver/runtime"
	"devserver/runtime/compat"
	"devserver/runtime/fetch"
)

// echoSocket accepts a WebSocket and sends back what comes.
const echoSocket = `
	const [client, server] = Object.values(new WebSocketPair());
	server.accept();
	server.binaryType = "arraybuffer";
	server.addEventListener("message", e => server.send(e.data));
	return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": "chat", "X-Header": "x" } });`

// dial opens a WebSocket at whatever answers requests. The other side of it is another implementation's.
func dial(t testing.TB, w http.RoundTripper, options *websocket.DialOptions) (*websocket.Conn, *http.Response) {
	t.Helper()
	if options == nil {
		options = &websocket.DialOptions{}
	}
	options.HTTPClient = &http.Client{Transport: w}
	c, res, err := websocket.Dial(t.Context(), "ws://worker/path?q", options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	c.SetReadLimit(-1)
	return c, res
}

// say sends a text and returns the one that comes back.
func say(t testing.TB, c *websocket.Conn, text string) string {
	t.Helper()
	if err := c.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return hear(t, c)
}

func hear(t testing.TB, c *websocket.Conn) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, data, err := c.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWebSocketServer(t *testing.T) {
	w, log := load(t, fetchScript(echoSocket), nil)
	c, res := dial(t, w, &websocket.DialOptions{Subprotocols: []string{"chat"}, CompressionMode: websocket.CompressionContextTakeover})
	if c.Subprotocol() != "chat" || res.Header.Get("X-Header") != "x" || !strings.HasPrefix(res.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate") {
		t.Errorf("got %v", res.Header)
	}
	for _, size := range []int{0, 1, 1000, 100_000, 3 << 20} {
		if sent := strings.Repeat("é", size); say(t, c, sent) != sent {
			t.Errorf("%d characters came back changed", size)
		}
	}
	if err := c.Close(3000, "bye"); err != nil {
		t.Error(err)
	}
	if log.reported() != "" {
		t.Error(log.reported())
	}
}

// TestWebSocketEvents: what the Worker is told when a client leaves, politely or not.
func TestWebSocketEvents(t *testing.T) {
	w, log := load(t, fetchScript(`
		const [client, server] = Object.values(new WebSocketPair());
		server.accept();
		server.send("early");
		server.addEventListener("message", e => { if (e.data === "throw") throw new Error("thrown"); if (e.data === "close") server.close(4000, "as you wish"); });
		server.addEventListener("close", e => console.log("close", e.code, e.reason, e.wasClean, server.readyState));
		server.addEventListener("error", e => console.log("error", e.message));
		return new Response(null, { status: 101, webSocket: client });`), nil)
	closed := func(c *websocket.Conn) string {
		_, _, err := c.Read(t.Context())
		return fmt.Sprint(websocket.CloseStatus(err))
	}
	for _, test := range []struct {
		name, want string
		leave      func(c *websocket.Conn)
	}{
		{"politely", "close 3000 bye true 3", func(c *websocket.Conn) { c.Close(3000, "bye") }},
		{"at once", "close 1006 WebSocket disconnected without sending Close frame. false 3", func(c *websocket.Conn) { c.CloseNow() }},
		{"sent away", "close 4000 as you wish true 3", func(c *websocket.Conn) {
			c.Write(t.Context(), websocket.MessageText, []byte("close"))
			if got := closed(c); got != "StatusCode(4000)" {
				t.Errorf("the client saw %s", got)
			}
		}},
		{"a listener throws", "error Uncaught Error: thrown", func(c *websocket.Conn) {
			c.Write(t.Context(), websocket.MessageText, []byte("throw"))
			closed(c)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _ := dial(t, w, nil)
			if got := hear(t, c); got != "early" {
				t.Errorf("first came %q", got)
			}
			test.leave(c)
			deadline := time.Now().Add(10 * time.Second)
			for {
				log.mu.Lock()
				lines := log.lines
				log.mu.Unlock()
				if len(lines) > 0 {
					if strings.Join(lines, "; ") != test.want {
						t.Errorf("got  %v\nwant %s", lines, test.want)
					}
					break
				}
				if time.Now().After(deadline) {
					t.Fatal("the Worker is told nothing")
				}
				time.Sleep(time.Millisecond)
			}
			log.mu.Lock()
			log.lines = nil
			log.mu.Unlock()
		})
	}
	if got := log.reported(); got != "Error: thrown" {
		t.Errorf("reported %q", got)
	}
}

// TestWebSocketRefusals: responses that are no WebSocket, and requests that asked for none.
func TestWebSocketRefusals(t *testing.T) {
	for script, want := range map[string]string{
		`return new Response(null, { status: 101, webSocket: new WebSocketPair()[0] })`: `TypeError: Worker tried to return a WebSocket in a response to a request which did not contain the header "Upgrade: websocket".`,
	} {
		w, _ := load(t, fetchScript(script), nil)
		if _, _, err := get(t, w, "/"); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	}
	for script, want := range map[string]string{
		`const [c] = Object.values(new WebSocketPair()); c.accept(); return new Response(null, { status: 101, webSocket: c })`: "TypeError: Can't return WebSocket in a Response after calling accept().",
		`const w = new WebSocket("ws://x"); w.onerror = () => {}; return new Response(null, { status: 101, webSocket: w })`:    "TypeError: Can't return WebSocket in a Response if it was created with `new WebSocket()`",
	} {
		w, _ := load(t, fetchScript(script), nil)
		req := httptest.NewRequest("GET", "/", nil)
		req.Header.Set("Upgrade", "websocket")
		req.Header.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
		if res, err := w.RoundTrip(req); err == nil || err.Error() != want {
			t.Errorf("got %v, %v", res, err)
		}
	}
}

// TestWebSocketProxy: a Worker returns what it fetched, which is passed through as it is, unless the extensions differ.
func TestWebSocketProxy(t *testing.T) {
	upstream, _ := load(t, fetchScript(echoSocket), nil)
	toUpstream := func(o *runtime.Options) { o.Fetch = upstream }
	for name, script := range map[string]string{
		"the request":       `return fetch(request)`,
		"another request":   `return fetch("http://x/", { headers: { Upgrade: "websocket" } })`,
		"another response":  `const { webSocket } = await fetch(request); return new Response(null, { status: 101, webSocket })`,
		"another extension": `return fetch("http://x/", { headers: { Upgrade: "websocket", "Sec-WebSocket-Extensions": "permessage-deflate" } })`,
		"through the Worker": `const up = (await fetch(request)).webSocket, [client, server] = Object.values(new WebSocketPair());
			up.accept(); server.accept(); server.onmessage = e => up.send(e.data); up.onmessage = e => server.send(e.data);
			up.onclose = e => server.close(e.code, e.reason); server.onclose = e => up.close(e.code, e.reason);
			return new Response(null, { status: 101, webSocket: client });`,
		"through new WebSocket": `const up = new WebSocket("ws://x/"), [client, server] = Object.values(new WebSocketPair()); await new Promise(r => up.onopen = r);
			server.accept(); server.onmessage = e => up.send(e.data); up.onmessage = e => server.send(e.data); up.onclose = e => server.close(e.code, e.reason);
			server.onclose = e => up.close(e.code, e.reason);
			return new Response(null, { status: 101, webSocket: client });`,
	} {
		for _, mode := range []websocket.CompressionMode{websocket.CompressionDisabled, websocket.CompressionContextTakeover} {
			t.Run(fmt.Sprint(name, " ", mode), func(t *testing.T) {
				w, log := load(t, fetchScript(script), toUpstream)
				c, _ := dial(t, w, &websocket.DialOptions{Subprotocols: []string{"chat"}, CompressionMode: mode})
				for _, size := range []int{1, 1000, 200_000} {
					if sent := strings.Repeat("x", size); say(t, c, sent) != sent {
						t.Errorf("%d characters came back changed", size)
					}
				}
				if err := c.Close(3000, "bye"); err != nil {
					t.Error(err)
				}
				if log.reported() != "" {
					t.Error(log.reported())
				}
			})
		}
	}
}

// TestWebSocketCompressionFlag: before the flag, nothing is compressed.
func TestWebSocketCompressionFlag(t *testing.T) {
	for date, want := range map[string]bool{"2023-08-14": false, "2023-08-15": true} {
		w, _ := load(t, fetchScript(echoSocket), func(o *runtime.Options) { o.Compat, _ = compat.Resolve(date, nil) })
		_, res := dial(t, w, &websocket.DialOptions{Subprotocols: []string{"chat"}, CompressionMode: websocket.CompressionContextTakeover})
		if got := res.Header.Get("Sec-WebSocket-Extensions") != ""; got != want {
			t.Errorf("%s: compressed %v, want %v", date, got, want)
		}
	}
}

// TestWebSocketOutlivesTheResponse: a WebSocket that is open keeps the isolate as waitUntil does.
func TestWebSocketOutlivesTheResponse(t *testing.T) {
	upstream, _ := load(t, fetchScript(echoSocket), nil)
	w, log := load(t, fetchScript(`
		const { webSocket } = await fetch("http://x/", { headers: { Upgrade: "websocket" } });
		webSocket.accept();
		webSocket.addEventListener("message", e => { console.log(e.data); webSocket.close(1000) });
		webSocket.addEventListener("close", e => console.log("close", e.code));
		webSocket.send("after the response");
		return new Response("answered");`), func(o *runtime.Options) { o.Fetch = upstream })
	if _, body, err := get(t, w, "/"); err != nil || body != "answered" {
		t.Fatal(body, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	w.Close()
	if err := w.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(log.lines, "; "); got != "after the response; close 1000" {
		t.Errorf("got %q", got)
	}
}

// TestWebSocketBackpressure: a client that sends faster than the Worker listens has to wait, and what was not accepted
// takes no memory.
func TestWebSocketBackpressure(t *testing.T) {
	w, _ := load(t, fetchScript(`
		const [client, server] = Object.values(new WebSocketPair());
		return new Response(null, { status: 101, webSocket: client });`), nil)
	c, _ := dial(t, w, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	sent := 0
	for c.Write(ctx, websocket.MessageBinary, make([]byte, 64<<10)) == nil {
		sent += 64 << 10
	}
	if sent > 4<<20 {
		t.Errorf("%d bytes were taken by a Worker that accepts nothing", sent)
	}
}

// TestWebSocketGoAway: the WebSockets of a Worker that is replaced are closed from our side.
func TestWebSocketGoAway(t *testing.T) {
	w, log := load(t, fetchScript(`
		const [client, server] = Object.values(new WebSocketPair());
		server.accept();
		server.addEventListener("close", e => console.log("close", e.code, e.reason));
		return new Response(null, { status: 101, webSocket: client });`), nil)
	var upgrade fetch.Upgrade
	c, _ := dial(t, roundTripper(func(req *http.Request) (*http.Response, error) {
		res, err := w.RoundTrip(req)
		upgrade = res.Body.(fetch.Upgrade)
		return res, err
	}), nil)
	upgrade.GoAway(1012, "the Worker was reloaded")
	_, _, err := c.Read(t.Context())
	if websocket.CloseStatus(err) != 1012 {
		t.Errorf("got %v", err)
	}
	upgrade.Close()
	w.Close()
	w.Wait(t.Context())
	if got := strings.Join(log.lines, "; "); got != "close 1012 the Worker was reloaded" {
		t.Errorf("the Worker was told %q", got)
	}
}

// TestWebSocketCPULimit: each message may use the CPU time of a request, and no more.
func TestWebSocketCPULimit(t *testing.T) {
	w, log := load(t, fetchScript(`
		const [client, server] = Object.values(new WebSocketPair());
		server.accept();
		server.addEventListener("message", e => {
			const end = Date.now() + Number(e.data);
			while (Date.now() < end);
			server.send("done");
		});
		return new Response(null, { status: 101, webSocket: client });`), func(o *runtime.Options) { o.CPULimit = 200 * time.Millisecond })
	c, _ := dial(t, w, nil)
	for range 4 {
		if got := say(t, c, "60"); got != "done" {
			t.Fatalf("got %q", got)
		}
	}
	c.Write(t.Context(), websocket.MessageText, []byte("60000"))
	if _, _, err := c.Read(t.Context()); err == nil {
		t.Error("a listener that does not end goes on")
	}
	c.CloseNow()
	w.Close()
	w.Wait(t.Context())
	if got := log.reported(); !strings.HasPrefix(got, "Worker exceeded CPU time limit") {
		t.Errorf("reported %q", got)
	}
}

// TestWebSocketManyLeave: isolates end with their clients.
func TestWebSocketManyLeave(t *testing.T) {
	w, _ := load(t, fetchScript(echoSocket), nil)
	for i := range 100 {
		c, _ := dial(t, w, &websocket.DialOptions{Subprotocols: []string{"chat"}})
		say(t, c, "hi")
		if i%2 == 0 {
			c.CloseNow()
		} else {
			c.Close(1000, "")
		}
	}
	w.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := w.Wait(ctx); err != nil {
		t.Error("isolates are left over")
	}
}

func BenchmarkWebSocketEcho(b *testing.B) {
	for _, size := range []int{64, 64 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			w, _ := load(b, fetchScript(echoSocket), nil)
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				res, err := w.RoundTrip(r)
				if err != nil {
					b.Error(err)
					return
				}
				defer res.Body.Close()
				stream, buffer, _ := http.NewResponseController(rw).Hijack()
				io.WriteString(buffer, "HTTP/1.1 101 Switching Protocols\r\n")
				res.Header.Write(buffer)
				buffer.WriteString("\r\n")
				buffer.Flush()
				res.Body.(fetch.Upgrade).Serve(stream)
			}))
			defer server.Close()
			c, _, err := websocket.Dial(b.Context(), server.URL, &websocket.DialOptions{Subprotocols: []string{"chat"}})
			if err != nil {
				b.Fatal(err)
			}
			defer c.CloseNow()
			c.SetReadLimit(-1)
			text := strings.Repeat("x", size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				say(b, c, text)
			}
		})
	}
}
