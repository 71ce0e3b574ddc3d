//go:build peers

package peers

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const connectWorker = `import { WorkerEntrypoint } from "cloudflare:workers";
const encode = (text) => new TextEncoder().encode(text);
export class Named extends WorkerEntrypoint {
	async connect(socket) {
		const writer = socket.writable.getWriter();
		await writer.write(encode(socket.constructor.name + JSON.stringify(await socket.opened)));
		writer.releaseLock();
		await socket.readable.pipeTo(socket.writable);
	}
}
export class Without extends WorkerEntrypoint {}
async function over(env, binding, address) {
	const socket = env[binding].connect(address);
	const writer = socket.writable.getWriter();
	writer.write(encode("across"));
	writer.close();
	return JSON.stringify(await socket.opened) + (await new Response(socket.readable).text());
}
export default {
	fetch() { return new Response("up"); },
	async connect(socket, env, ctx) {
		const reader = socket.readable.getReader();
		const { value } = await reader.read();
		reader.releaseLock();
		const line = new TextDecoder().decode(value), writer = socket.writable.getWriter(), say = (text) => writer.write(encode(text));
		switch (line) {
		case "opened": await say(JSON.stringify(await socket.opened)); break;
		case "shape": await say([socket.constructor.name, Object.getOwnPropertyNames(Object.getPrototypeOf(socket)).sort(), socket.secureTransport, socket.upgraded, ctx.constructor.name, Object.keys(env)].join()); break;
		case "rest": for await (const chunk of socket.readable) await writer.write(chunk); await say("!"); break;
		case "pipe": writer.releaseLock(); await socket.readable.pipeTo(socket.writable); break;
		case "throw": await say("before"); throw new Error("boom");
		case "close": await say("before"); await socket.close(); console.log(String(await socket.closed)); break;
		case "tls": try { socket.startTls(); } catch (e) { await say(String(e)); } break;
		case "large": await say("x".repeat(1 << 20)); break;
		case "many": for (let i = 0; i < 50; i++) await say(i + ","); break;
		case "writer": await say("a"); await writer.close(); await writer.write(encode("b")).catch((e) => console.log(String(e))); break;
		case "nothing": break;
		case "named": await say(await over(env, "NAMED", "some.host:12").catch(String)); break;
		case "object": await say(await over(env, "NAMED", { hostname: "some.host", port: 12 }).catch(String)); break;
		case "url": await say(await over(env, "NAMED", "nonsense").catch(String)); break;
		case "fetched": await say(await (await env.NAMED.fetch("http://x/").catch((e) => new Response(String(e)))).text()); break;
		}
	},
};`

// TestInboundConnect makes the same connections to a Worker on both sides, and compares all that comes back.
func TestInboundConnect(t *testing.T) {
	t.Parallel()
	ports := [2]int{}
	var listeners []net.Listener
	for i := range ports { // both are free at the same time
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, l)
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	for _, l := range listeners {
		l.Close()
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	workers, _ := json.Marshal([]any{map[string]any{
		"name": "a", "modules": true, "script": connectWorker, "compatibilityDate": compatibilityDate,
		"serviceBindings": map[string]any{"NAMED": map[string]string{"name": "a", "entrypoint": "Named"}},
		"connectHandlers": []any{map[string]any{"protocol": "tcp", "port": ports[0]}},
	}})
	runMiniflare(t, "miniflare_workers.mjs", wranglersMiniflare(t), write("workers.json", string(workers)))
	write("worker.js", connectWorker)
	write("wrangler.json", fmt.Sprintf(`{"name": "a", "main": "worker.js", "compatibility_date": "%s", "services": [{"binding": "NAMED", "service": "a", "entrypoint": "Named"}],
		"connect": [{"protocol": "tcp", "port": %d}]}`, compatibilityDate, ports[1]))
	serve(t, &project{dir: dir})

	ends := regexp.MustCompile(`127\.0\.0\.1:\d+`)
	say := func(port int, line, rest string) string {
		conn, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", port))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		io.WriteString(conn, line)
		if rest != "" {
			time.Sleep(200 * time.Millisecond) // so that the Worker has read the line
			io.WriteString(conn, rest)
			conn.(*net.TCPConn).CloseWrite()
		}
		answer, err := io.ReadAll(conn)
		if err != nil {
			return "error " + err.Error()
		}
		return ends.ReplaceAllString(string(answer), "HOST")
	}
	for _, line := range strings.Fields("opened shape rest pipe throw close tls large many writer nothing named object url") {
		rest := ""
		if line == "rest" || line == "pipe" {
			rest = "the rest"
		}
		if theirs, ours := say(ports[0], line, rest), say(ports[1], line, rest); theirs != ours || theirs == "" && line != "nothing" {
			t.Errorf("%s\nminiflare: %.300s\ndevserver: %.300s", line, theirs, ours)
		}
	}
}
