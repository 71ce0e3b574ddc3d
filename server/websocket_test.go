package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"devserver/internal/testpki"
	"devserver/server"
)

// echoSocket is a Worker that sends back what comes over a WebSocket, with a name before it.
func echoSocket(name string) string {
	return `export default { fetch(request) {
	const [client, socket] = Object.values(new WebSocketPair());
	socket.accept();
	socket.addEventListener("message", e => socket.send("` + name + ` " + e.data));
	return new Response(null, { status: 101, webSocket: client });
} }`
}

// dial opens a WebSocket as a browser would that shows a page of another site.
func (p *project) dial(path string) *websocket.Conn {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	c, _, err := websocket.Dial(ctx, p.url+path, &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {"https://elsewhere.example"}}, CompressionMode: websocket.CompressionContextTakeover,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { c.CloseNow() })
	return c
}

// say sends a text and returns what comes back, or how the WebSocket was closed.
func say(t *testing.T, c *websocket.Conn, text string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := c.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return hear(t, c)
}

func hear(t *testing.T, c *websocket.Conn) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, data, err := c.Read(ctx)
	if err != nil {
		return fmt.Sprint(websocket.CloseStatus(err), " ", err)
	}
	return string(data)
}

func TestWebSocket(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": echoSocket("first")})
	await[server.Loaded](p)
	c := p.dial("/")
	for _, text := range []string{"hi", strings.Repeat("x", 20_000)} {
		if got := say(t, c, text); got != "first "+text {
			t.Errorf("got %q", got)
		}
	}
	if err := c.Close(4000, "bye"); err != nil {
		t.Error(err)
	}

	// A request that asks for none gets an explanation.
	if status, body := p.get("/"); status != 500 || !strings.Contains(body, "Upgrade: websocket") {
		t.Errorf("without an upgrade: %d %q", status, body)
	}
}

// TestWebSocketsOfTheOldWorker go on for a moment, and are then told to come again.
func TestWebSocketsOfTheOldWorker(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": echoSocket("first")})
	await[server.Loaded](p)
	c := p.dial("/")
	if got := say(t, c, "1"); got != "first 1" {
		t.Errorf("got %q", got)
	}
	p.write("src/index.js", echoSocket("second"))
	await[server.Loaded](p)
	if got := say(t, p.dial("/"), "1"); got != "second 1" {
		t.Errorf("got %q", got)
	}
	if got := say(t, c, "2"); got != "first 2" {
		t.Errorf("in the time of grace: %q", got)
	}
	if got := hear(t, c); !strings.Contains(got, "StatusServiceRestart") || !strings.Contains(got, "the Worker was reloaded") {
		t.Errorf("after it: %q", got)
	}
}

// TestWebSocketProxy: what a Worker fetched and returns goes through as it is.
func TestWebSocketProxy(t *testing.T) {
	closed := make(chan struct{})
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: websocket.CompressionContextTakeover})
		if err != nil {
			return
		}
		defer close(closed)
		defer c.CloseNow()
		for {
			kind, data, err := c.Read(context.Background())
			if err != nil || c.Write(context.Background(), kind, append([]byte(r.URL.Path+" "), data...)) != nil {
				return
			}
		}
	}))
	defer upstream.Close()
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": `export default { fetch(request) {
		return fetch("` + upstream.URL + `" + new URL(request.url).pathname, request) } }`})
	await[server.Loaded](p)
	c := p.dial("/a%2Fb")
	for _, text := range []string{"hi", strings.Repeat("x", 20_000)} {
		if got := say(t, c, text); got != "/a/b "+text {
			t.Errorf("got %q", got)
		}
	}
	c.CloseNow()
	select {
	case <-closed:
	case <-time.After(patience):
		t.Error("the upstream is not told that the client has gone")
	}
}

// TestWebSocketOverMTLS: a WebSocket to an origin that demands a certificate, accepted by the Worker and passed through,
// with HTTP/2 offered for other calls and not; and refusals that explain themselves.
func TestWebSocketOverMTLS(t *testing.T) {
	ca, other := testpki.New("test CA"), testpki.New("other")
	accept := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			return
		}
		defer c.CloseNow()
		for {
			kind, data, err := c.Read(context.Background())
			if err != nil {
				return
			}
			who := r.TLS.PeerCertificates[0].Subject.CommonName + " over " + r.Proto + ": "
			if c.Write(context.Background(), kind, append([]byte(who), data...)) != nil {
				return
			}
		}
	})
	accepts := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, Handler: accept})
	refuses := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{other}, Handler: accept})
	files := withCert(ca, "")
	files["src/index.js"] = `export default { async fetch(request, env) {
		const [, how, host] = new URL(request.url).pathname.split("/");
		try {
			const res = await env.MY_CERT.fetch("https://" + host + "/", { headers: { Upgrade: "websocket" } });
			if (!res.webSocket) return new Response(res.status + " " + res.headers.get("x-devserver-mtls") + " " + await res.text());
			if (how === "through") return res;
			const [client, socket] = Object.values(new WebSocketPair()), up = res.webSocket;
			up.accept(); socket.accept();
			socket.onmessage = e => up.send(e.data);
			up.onmessage = e => socket.send("Worker heard " + e.data);
			up.onclose = e => socket.close(e.code, e.reason);
			socket.onclose = e => up.close(e.code, e.reason);
			return new Response(null, { status: 101, webSocket: client });
		} catch (e) {
			return new Response(e.name + ": " + e.message + " " + e.cause);
		}
	} }`
	for _, http2 := range []bool{false, true} {
		for _, throw := range []bool{false, true} {
			t.Run(fmt.Sprintf("HTTP/2 %t, throw %t", http2, throw), func(t *testing.T) {
				p := serveWith(t, files, func(o *server.Options) { o.HTTP2, o.ThrowErrors = http2, throw })
				await[server.Loaded](p)
				for how, want := range map[string]string{"through": "worker over HTTP/1.1: hi", "accept": "Worker heard worker over HTTP/1.1: hi"} {
					c := p.dial("/" + how + "/" + accepts.Addr)
					if got := say(t, c, "hi"); got != want {
						t.Errorf("%s: got %q, want %q", how, got, want)
					}
					if err := c.Close(websocket.StatusNormalClosure, ""); err != nil {
						t.Errorf("%s: %v", how, err)
					}
				}
				want := "520 CLIENT_CA_UNKNOWN CLIENT_CA_UNKNOWN: "
				if throw {
					want = "Error: internal error; reference = "
				}
				_, body := p.get("/through/" + refuses.Addr)
				if !strings.HasPrefix(body, want) || !strings.Contains(body, "CLIENT_CA_UNKNOWN: the origin does not trust") {
					t.Errorf("refused: %q", body)
				}
			})
		}
	}
}
