package sockets_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"go.uber.org/goleak"

	"devserver/internal/jstest"
	"devserver/internal/testpki"
	"devserver/runtime/fetch"
	"devserver/runtime/sockets"
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/webidl"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// dialer is a fetch.Dialer over the network of the tests.
type dialer struct{ roots *x509.CertPool }

func (d dialer) Dial(ctx context.Context, addr string, secure bool) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, webidl.Errorf("no connection")
	}
	if secure {
		return d.StartTLS(ctx, conn, addr, "")
	}
	return conn, nil
}

func (d dialer) StartTLS(ctx context.Context, conn net.Conn, addr, name string) (net.Conn, error) {
	if name == "" {
		name, _, _ = net.SplitHostPort(addr)
	}
	secured := tls.Client(conn, &tls.Config{RootCAs: d.roots, ServerName: name})
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, webidl.Errorf("TLS: %v", err)
	}
	return secured, nil
}

// serve answers each line with itself; "quit" with "bye" and the end, "tls" with "go" and TLS from then on.
func serve(t *testing.T, config *tls.Config, fromTheStart bool) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if fromTheStart {
				conn = tls.Server(conn, config)
			}
			go talk(conn, config)
		}
	}()
	return listener.Addr().String()
}

func talk(conn net.Conn, config *tls.Config) {
	defer conn.Close()
	for lines := bufio.NewReader(conn); ; {
		line, err := lines.ReadString('\n')
		switch {
		case err != nil:
			io.WriteString(conn, "end:"+line)
			return
		case line == "quit\n":
			io.WriteString(conn, "bye")
			conn.(interface{ CloseWrite() error }).CloseWrite()
			io.Copy(io.Discard, lines)
			return
		case line == "tls\n":
			io.WriteString(conn, "go")
			conn = tls.Server(conn, config)
			lines.Reset(conn)
		default:
			io.WriteString(conn, line)
		}
	}
}

// helpers are what the scripts share: text makes bytes, said reads one chunk, all reads to the end, told says what
// becomes of a promise.
const helpers = `
	const text = (s) => new TextEncoder().encode(s);
	const said = async (s) => { const r = s.readable.getReader(); const { value } = await r.read(); r.releaseLock(); return new TextDecoder().decode(value); };
	const all = async (s) => { let t = ""; for (const r = s.readable.getReader();;) { const { done, value } = await r.read(); if (done) return t; t += new TextDecoder().decode(value); } };
	const told = async (p) => { try { return JSON.stringify(await p) ?? "undefined"; } catch (e) { return String(e); } };
	const thrown = (f) => { try { return String(f()); } catch (e) { return String(e); } };
`

func TestConnect(t *testing.T) {
	ca := testpki.New("sockets")
	certificate := ca.Server("origin.example", "127.0.0.1").TLS()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	roots := ca.Pool()
	addresses := strings.NewReplacer("$TLS", serve(t, config, true), "$ADDR", serve(t, config, false), "$NONE", unused(t))
	for name, test := range map[string]struct{ script, want string }{
		"no port":              {`return thrown(() => connect("host"))`, "TypeError: Specified address is missing port."},
		"no host":              {`return thrown(() => connect(":80"))`, "TypeError: Specified address could not be parsed."},
		"a bad port":           {`return thrown(() => connect("host:99999"))`, "TypeError: Specified address could not be parsed."},
		"a URL":                {`return thrown(() => connect("http://host:80"))`, "TypeError: Specified address is missing port."},
		"no fields":            {`return thrown(() => connect({}))`, "TypeError: The value cannot be converted because it is not an integer."},
		"a bad option":         {`return thrown(() => connect("$ADDR", { secureTransport: "bad" }))`, "TypeError: Unsupported value in secureTransport socket option: bad"},
		"opened":               {`const s = connect("$ADDR"); return await told(s.opened) + s.secureTransport + s.upgraded + s`, `{"remoteAddress":"$ADDR"}offfalse[object Socket]`},
		"fields":               {`const [hostname, port] = "$ADDR".split(":"); const s = connect({ hostname, port: Number(port) }); return told(s.opened)`, `{"remoteAddress":"$ADDR"}`},
		"there and back":       {`const s = connect("$ADDR"); const w = s.writable.getWriter(); await w.write(text("hello\n")); return said(s)`, "hello\n"},
		"a string":             {`const s = connect("$ADDR"); await s.writable.getWriter().write("hello\n"); return said(s)`, "hello\n"},
		"before it is open":    {`const s = connect("$ADDR"); s.writable.getWriter().write("a\n"); return said(s)`, "a\n"},
		"what it ends":         {`const s = connect("$ADDR"); const w = s.writable.getWriter(); w.write("unfinished"); w.close(); return await all(s) + await told(s.closed)`, "end:unfinishedundefined"},
		"what the other ends":  {`const s = connect("$ADDR"); const w = s.writable.getWriter(); await w.write("quit\n"); return await all(s) + await told(s.closed) + await told(w.write("x"))`, "byeundefinedTypeError: This WritableStream has been closed."},
		"half open":            {`const s = connect("$ADDR", { allowHalfOpen: true }); const w = s.writable.getWriter(); await w.write("quit\n"); return await all(s) + await told(w.write("x")) + await told(w.close()) + await told(s.closed)`, "byeundefinedundefinedundefined"},
		"closed":               {`const s = connect("$ADDR"); const w = s.writable.getWriter(); await s.opened; const r = [s.close(), s.close(), s.closed]; return [...await Promise.all(r.map(told)), await told(s.readable.getReader().read()), await told(w.write("x"))].join()`, "undefined,undefined,undefined,TypeError: This ReadableStream belongs to an object that is closing.,TypeError: This WritableStream has been closed."},
		"closed while reading": {`const s = connect("$ADDR"); await s.opened; const p = told(s.readable.getReader().read()); await Promise.resolve(); await s.close(); return await p + await told(s.closed)`, "TypeError: This socket has been closed.undefined"},
		"closed, then read":    {`const s = connect("$ADDR"), r = s.readable.getReader(), w = s.writable.getWriter(), l = []; await w.write("a\n"); await r.read(); const p = r.read().catch(e => l.push(e.message)); await Promise.resolve(); await Promise.all([p, s.close().then(() => l.push("close")), s.closed.then(() => l.push("closed"))]); return l.join()`, "closed,close,This socket has been closed."},
		"closed with a write":  {`const s = connect("$ADDR"); s.writable.getWriter().write("a\n"); await s.close(); return told(s.closed)`, "undefined"},
		"nobody there": {`const s = connect("$NONE"); return [await told(s.opened), await told(s.closed), await told(s.readable.getReader().read()), await told(s.writable.getWriter().write("x"))].join()`,
			`Error: no connection,Error: no connection,{"done":true},Error: no connection`},
		"TLS":                     {`const s = connect("$TLS", { secureTransport: "on" }); await s.writable.getWriter().write("hello\n"); return await said(s) + s.secureTransport`, "hello\non"},
		"TLS by another name":     {`const s = connect("$TLS".replace("127.0.0.1", "localhost"), { secureTransport: "on" }); return (await told(s.opened)).slice(0, 11)`, "Error: TLS:"},
		"startTls":                {`const s = connect("$ADDR", { secureTransport: "starttls" }); const w = s.writable.getWriter(); await w.write("tls\n"); const go = await said(s); w.releaseLock(); const t = s.startTls(); await t.writable.getWriter().write("secret\n"); return [go, await told(t.opened), await said(t), s.upgraded, t.upgraded, t.secureTransport, await told(s.closed), thrown(() => s.startTls())].join()`, `go,{"remoteAddress":"$ADDR"},secret` + "\n" + `,true,false,on,undefined,TypeError: startTls has already been called on this socket, or the socket was transferred over RPC.`},
		"startTls with a name":    {`const s = connect("$ADDR", { secureTransport: "starttls" }); await s.writable.getWriter().write("tls\n"); await said(s); const t = s.startTls({ expectedServerHostname: "origin.example" }); await t.writable.getWriter().write("secret\n"); return said(t)`, "secret\n"},
		"startTls, another name":  {`const s = connect("$ADDR", { secureTransport: "starttls" }); await s.writable.getWriter().write("tls\n"); await said(s); const t = s.startTls({ expectedServerHostname: "other.example" }); return (await told(t.opened)).slice(0, 11)`, "Error: TLS:"},
		"startTls while it reads": {`const s = connect("$ADDR", { secureTransport: "starttls" }); await s.writable.getWriter().write("tls\n"); await said(s); const p = told(s.readable.getReader().read()); const t = s.startTls(); await t.writable.getWriter().write("secret\n"); return await said(t) + await p`, "secret\nTypeError: This ReadableStream belongs to an object that is closing."},
		"startTls after close":    {`const s = connect("$ADDR", { secureTransport: "starttls" }); await s.opened; const c = s.close(), t = s.startTls(); await Promise.all([c, told(t.opened), told(t.closed)]); return "over"`, "over"},
		"startTls over TLS":       {`const s = connect("$TLS", { secureTransport: "on" }); await s.opened; return thrown(() => s.startTls())`, "TypeError: Cannot startTls on a TLS socket."},
		"startTls, not asked for": {`return thrown(() => connect("$ADDR").startTls())`, "TypeError: The `secureTransport` socket option must be set to 'starttls' for startTls to be used."},
		"a pipe":                  {`const s = connect("$ADDR"); const b = new Response("through\n").body.pipeTo(s.writable); return await all(s)`, "through\nend:"},
		"a big one":               {`const s = connect("$ADDR"); const line = "x".repeat(1 << 20) + "\n"; const w = s.writable.getWriter(); w.write(line); w.close(); return (await all(s)).length`, "1048581"},
	} {
		t.Run(name, func(t *testing.T) {
			iso := jstest.New(t, streams.Globals(), textcodec.Globals(), fetch.Globals(), []webidl.Global{
				webidl.FunctionGlobal("connect", 1, func(c webidl.Call) goja.Value { return sockets.Connect(c, dialer{roots}) }),
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			iso.Host = host{ctx}
			if got, want := iso.Run(t, helpers+addresses.Replace(test.script)), addresses.Replace(test.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

type host struct{ ctx context.Context }

func (h host) Context() context.Context { return h.ctx }

// unused is an address that nothing listens on.
func unused(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
