package server_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
	"devserver/server"
)

func TestServiceWorker(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "[vars]\nWHO = \"world\"\n",
		"src/index.js": `import text from "./a.txt";
addEventListener("fetch", (event) => {
	const path = new URL(event.request.url).pathname;
	if (path === "/throw") throw new Error("on purpose");
	if (path === "/reject") return event.respondWith(Promise.reject(new Error("rejected")));
	if (path === "/late") return Promise.resolve().then(() => { try { event.respondWith(new Response("late")) } catch (e) { console.log(e.message) } });
	event.waitUntil(Promise.resolve().then(() => console.log("waited")));
	event.respondWith(answer());
});
async function answer() { return new Response(WHO + text + (this === globalThis)) }`,
		"src/a.txt": "!",
	})
	await[server.Loaded](p)
	if status, body := p.get("/"); status != 200 || body != "world!true" {
		t.Errorf("got %d %q", status, body)
	}
	if e := await[server.Console](p); e.Text != "waited" {
		t.Errorf("console %+v", e)
	}
	for path, want := range map[string]string{"/throw": "on purpose", "/reject": "rejected"} {
		if status, _ := p.get(path); status != 500 {
			t.Errorf("%s: got %d", path, status)
		}
		if e := await[server.Exception](p); !strings.Contains(e.Error.Text(), want) {
			t.Errorf("%s: %s", path, e.Error.Text())
		}
	}
	p.write("src/index.js", "1")
	if e := await[server.Failed](p); e.Worker == nil || e.Worker.Message != "No event handlers were registered. This script does nothing." {
		t.Errorf("failed %+v", e)
	}
}

func TestAdditionalModulesAreWatched(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "find_additional_modules = true\nrules = [{ type = \"ESModule\", globs = [\"**/*.mjs\"] }, { type = \"Text\", globs = [\"**/*.md\"], fallthrough = true }]\n",
		"src/index.js":  `export default { async fetch(r) { const name = "." + new URL(r.url).pathname; try { return new Response((await import(name)).default) } catch (e) { return new Response(e.message) } } }`,
		"src/a.mjs":     "export default 'a'",
		"src/b.md":      "b",
	})
	await[server.Loaded](p)
	for path, want := range map[string]string{"/a.mjs": "a", "/b.md": "b", "/new.mjs": `No such module "new.mjs".`} {
		if _, body := p.get(path); body != want {
			t.Errorf("%s: got %q, want %q", path, body, want)
		}
	}
	p.write("src/new.mjs", "export default 'new'")
	for body := ""; body != "new"; {
		await[server.Loaded](p) // the name that the file had first may be seen, too
		_, body = p.get("/new.mjs")
	}
}

// TestBuildLeavesNothingRunning: a command that succeeded has succeeded, whatever it began in the background; that is ended.
func TestBuildLeavesNothingRunning(t *testing.T) {
	if goruntime.GOOS == "windows" {
		t.Skip("the command is for a Unix shell")
	}
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + `
[build]
command = "sleep 1000 & (trap 'echo ended > ended; exit' TERM; echo > began; while true; do sleep 0.02; done) > /dev/null 2>&1 & until [ -e began ]; do sleep 0.02; done"
`,
		"src/index.js": `export default { fetch() { return new Response("ok") } }`,
	})
	await[server.Loaded](p)
	if status, body := p.get("/"); status != 200 || body != "ok" {
		t.Errorf("got %d %q", status, body)
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		if _, err := os.Stat(filepath.Join(p.dir, "ended")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("what it left running goes on")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestCustomBuild(t *testing.T) {
	if goruntime.GOOS == "windows" {
		t.Skip("the commands are for a Unix shell")
	}
	const build = `
[build]
command = "mkdir -p dist && echo built $WRANGLER_COMMAND >> builds && if grep -q broken code/a.js; then echo 'a.js is broken' >&2; exit 3; fi; cp code/a.js dist/a.js"
watch_dir = "code"
`
	p := serve(t, map[string]string{
		"wrangler.toml": "name = \"w\"\nmain = \"dist/a.js\"\ncompatibility_date = \"2026-11-01\"\n" + build,
		"code/a.js":     worker("'one'"),
	})
	builds := func() int {
		content, _ := os.ReadFile(filepath.Join(p.dir, "builds"))
		return strings.Count(string(content), "built dev\n")
	}
	await[server.Loaded](p)
	if _, body := p.get("/"); body != "one" || builds() != 1 {
		t.Errorf("got %q after %d builds", body, builds())
	}
	p.write(".dev.vars", "X=1\n") // nothing that is built
	await[server.Loaded](p)
	if builds() != 1 {
		t.Error("built again for a change of the variables")
	}
	p.write("code/a.js", worker("'two'"))
	for body := ""; body != "two"; {
		await[server.Loaded](p)
		_, body = p.get("/")
	}
	p.write("code/a.js", "broken")
	if e := await[server.Failed](p); e.Other == nil || !strings.Contains(e.Other.Error(), "exit status 3\na.js is broken") || !strings.HasPrefix(e.Other.Error(), "Running custom build `mkdir") {
		t.Errorf("failed %+v", e)
	}
	if _, body := p.get("/"); body != "two" {
		t.Errorf("got %q after a build that failed", body)
	}
	p.write("code/a.js", worker("'three'"))
	for body := ""; body != "three"; {
		await[server.Loaded](p)
		_, body = p.get("/")
	}
}

// TestPolyfilledModules: what wrangler bundles a polyfill for is there, and it is said that it is another.
func TestPolyfilledModules(t *testing.T) {
	wrangler := "name = \"w\"\nmain = \"a.js\"\ncompatibility_date = \"2025-02-14\"\ncompatibility_flags = [\"nodejs_compat\"]\n"
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler,
		"a.js":          `import { EOL } from "node:os"; import { join } from "path"; import fs from "fs"; ` + worker(`JSON.stringify([EOL, join("a", "b"), typeof fs.readFileSync])`),
	})
	if e := await[server.Loaded](p); len(e.Notes) != 1 || !strings.HasPrefix(e.Notes[0], "node:fs, node:os: with the compatibility date 2025-02-14 wrangler deploys polyfills") {
		t.Errorf("%q", e.Notes)
	}
	if _, body := p.get("/"); body != `["\n","a/b","function"]` {
		t.Error(body)
	}
	p.write("wrangler.toml", wrangler+"no_bundle = true\n")
	if e := await[server.Failed](p); e.Build == nil || !strings.Contains(e.Build.Error(), `Could not import "node:os"`) {
		t.Errorf("%+v", e)
	}
}

// TestCustomBuildOfPackage runs a program that a package has, as npm does.
func TestCustomBuildOfPackage(t *testing.T) {
	if goruntime.GOOS == "windows" {
		t.Skip("the program is for a Unix shell")
	}
	config := func(command string) string {
		return "name = \"w\"\nmain = \"a.js\"\ncompatibility_date = \"2026-11-01\"\n[build]\ncommand = \"" + command + "\"\n"
	}
	p := serve(t, map[string]string{"wrangler.toml": config("maker made.js"), "made.js": worker("'made'")})
	if e := await[server.Failed](p); e.Other == nil || !strings.Contains(e.Other.Error(), "exit status 127") {
		t.Errorf("failed %+v", e.Other)
	}
	bin := filepath.Join(p.dir, "node_modules", ".bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "maker"), []byte("#!/bin/sh\ncp $1 a.js\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	p.write("wrangler.toml", config("maker ./made.js"))
	await[server.Loaded](p)
	if _, body := p.get("/"); body != "made" {
		t.Errorf("got %q", body)
	}
}

func TestCustomBuildWithoutResult(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": "name = \"w\"\nmain = \"dist/a.js\"\ncompatibility_date = \"2026-11-01\"\n[build]\ncommand = \"echo nothing\"\n",
	})
	want := "The expected output file at \"dist/a.js\" was not found after running custom build: echo nothing.\nThe `main` property in your wrangler.toml file should point to the file generated by the custom build."
	if e := await[server.Failed](p); e.Other == nil || e.Other.Error() != want {
		t.Errorf("failed %+v", e.Other)
	}
}

func TestSockets(t *testing.T) {
	ca := testpki.New("sockets")
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{ca.Server("db.example").TLS()}, ClientAuth: tls.RequestClientCert,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				who := "nobody"
				if conn.(*tls.Conn).Handshake() == nil && len(conn.(*tls.Conn).ConnectionState().PeerCertificates) > 0 {
					who = conn.(*tls.Conn).ConnectionState().PeerCertificates[0].Subject.CommonName
				}
				io.WriteString(conn, who)
			}()
		}
	}()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := free.Addr().String()
	free.Close()
	client := ca.Client("worker-1")
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "mtls_certificates = [{ binding = \"CERT\", certificate_id = \"00000000-0000-4000-8000-000000000001\" }]\n",
		"devserver.toml": fmt.Sprintf("proxied_zones = [\"zone.example\"]\n[mtls_certificates.CERT]\ncert = \"client.pem\"\nkey = \"client.key\"\n[origins.\"db.example\"]\nconnect_to = %q\nca = \"ca.pem\"\n[origins.\"none.example\"]\nconnect_to = %q\n[origins.\"untrusted.example\"]\nconnect_to = %q\n",
			listener.Addr(), refused, listener.Addr()),
		"ca.pem": string(ca.PEM()), "client.pem": string(client.ChainPEM()), "client.key": string(client.KeyPEM(testpki.PKCS8)),
		"src/index.js": `import { connect } from "cloudflare:sockets";
const text = async (s) => new Response(s.readable).text();
const tls = { secureTransport: "on" };
const told = (s) => s.opened.then(() => new Response("opened"), (e) => new Response(e.message + "|" + e.cause.message));
export default { async fetch(r, env) {
	switch (new URL(r.url).pathname) {
	case "/plain": return new Response(await text(connect("db.example:5432", tls)));
	case "/mtls": return new Response(await text(env.CERT.connect({ hostname: "db.example", port: 5432 }, tls)));
	case "/raw": return new Response(connect("db.example:5432", tls).readable);
	case "/untrusted": return told(connect("untrusted.example:5432", tls));
	case "/none": return told(connect("none.example:1"));
	case "/zone": return told(env.CERT.connect("a.zone.example:443", tls));
	}
} }`,
	})
	await[server.Loaded](p)
	for path, want := range map[string]string{
		"/plain": "nobody", "/mtls": "worker-1", "/raw": "nobody",
		"/none":      "proxy request failed, cannot connect to the specified address|connection refused",
		"/untrusted": "proxy request failed, cannot connect to the specified address|certificate",
		"/zone":      "proxy request failed, cannot connect to the specified address|Cloudflare",
	} {
		start, rest, _ := strings.Cut(want, "|")
		if _, body := p.get(path); !strings.HasPrefix(body, start) || !strings.Contains(body, rest) || rest == "" && body != want {
			t.Errorf("%s: got %q, want %q", path, body, want)
		}
	}
}
