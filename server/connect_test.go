package server_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"devserver/server"
)

// freePort is a port that nothing listened on a moment ago.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// converse sends a text to a port, then nothing more, and returns all that comes back.
func converse(t *testing.T, port int, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, text)
	conn.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Error(err)
	}
	return string(answer)
}

// TestConnect has a Worker be connected to: from outside, by another Worker, and by the next version of itself.
func TestConnect(t *testing.T) {
	port := freePort(t)
	config := fmt.Sprintf(`{"name":"a","main":"w.js","compatibility_date":"2026-11-01","connect":[{"protocol":"tcp","port":%d}],"services":[{"binding":"SELF","service":"a","entrypoint":"Named"}]}`, port)
	const worker = `import { WorkerEntrypoint } from "cloudflare:workers";
export class Named extends WorkerEntrypoint {
	async connect(socket) { console.log(JSON.stringify(await socket.opened)); await socket.readable.pipeTo(socket.writable); }
}
export default {
	async fetch(request, env) {
		const socket = env.SELF.connect("some.host:12");
		const writer = socket.writable.getWriter();
		writer.write(new TextEncoder().encode("over there"));
		writer.close();
		return new Response(JSON.stringify(await socket.opened) + await new Response(socket.readable).text());
	},
	async connect(socket, env, ctx) {
		const { localAddress, remoteAddress } = await socket.opened;
		const writer = socket.writable.getWriter(), say = (text) => writer.write(new TextEncoder().encode(text));
		const text = await new Response(socket.readable).text();
		await say([socket.constructor.name, localAddress, /^127\.0\.0\.1:\d+$/.test(remoteAddress), text].join());
		if (text === "throw") throw new Error("boom");
	},
};`
	p := serveAll(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": "export default {}", "a/wrangler.json": config, "a/w.js": worker}, "a")
	if rows := await[server.Loaded](p).Rows; len(rows) != 2 || rows[1].Resource != fmt.Sprint("connect() at tcp 127.0.0.1:", port) {
		t.Errorf("%+v", rows)
	}
	want := fmt.Sprintf("Socket,127.0.0.1:%d,true,", port)
	if got := converse(t, port, "hello"); got != want+"hello" {
		t.Errorf("%q", got)
	}
	if e := await[server.Handled](p); e.Event != "TCP" || !e.OK || e.Which != fmt.Sprint("127.0.0.1:", port) {
		t.Errorf("%+v", e)
	}
	if got := converse(t, port, "throw"); got != want+"throw" {
		t.Errorf("%q", got)
	}
	if e := await[server.Exception](p); e.Event != fmt.Sprintf("connect(127.0.0.1:%d)", port) || e.Error.Error() != "Error: boom" {
		t.Errorf("%+v", e)
	}
	if _, got := p.get("/"); got != `{"remoteAddress":"some.host:12"}over there` {
		t.Errorf("%q", got)
	}
	if e := await[server.Console](p); e.Text != `{"localAddress":"some.host:12"}` {
		t.Errorf("%+v", e)
	}

	// A reload keeps the port, a configuration without it gives it back.
	p.write("a/w.js", `export default { async connect(socket) { await socket.writable.getWriter().write(new TextEncoder().encode("second")) } }`)
	await[server.Loaded](p)
	if got := converse(t, port, ""); got != "second" {
		t.Errorf("%q", got)
	}
	p.write("a/wrangler.json", strings.Replace(config, "connect", "x_connect", 1))
	await[server.Loaded](p)
	l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p.write("a/wrangler.json", config)
	if e := await[server.Failed](p); !strings.Contains(fmt.Sprint(e.Failure.Other), fmt.Sprintf("connect: port %d is already in use", port)) || e.Serving == 0 {
		t.Errorf("%+v", e)
	}
}
