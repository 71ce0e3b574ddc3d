package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

// answering is a Worker that answers with a text.
func answering(text string) string {
	return fmt.Sprintf("export default { fetch() { return new Response(%q) } }\n", text)
}

const wranglerToml = "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n"

func TestReload(t *testing.T) {
	p := newProject(t, map[string]string{"wrangler.toml": wranglerToml, "index.js": answering("one")})
	p.age()
	r := p.start()
	r.wants("one")
	r.see("   GET / 200 OK (")

	p.write("index.js", answering("two"))
	contains(t, r.see("reloaded #2 in "), " ms · index.js changed\n")
	r.wants("two")

	p.write("index.js", "export default {\n  fetch() { return new Response('x' }\n}\n")
	contains(t, r.see("(#2) still answers"), "could not be built · index.js changed", `index.js:2:37: Expected ")"`, "| ", "^")
	r.wants("two")

	p.write("index.js", answering("three"))
	contains(t, r.see("reloaded #3"), "index.js changed")
	r.wants("three")

	p.write("wrangler.toml", wranglerToml+"vars = { GREETING = \"hello\" }\ndev = { ip = \"127.0.0.1\" }\n")
	contains(t, r.see("reloaded #4"), "▲ dev.ip or dev.port has changed", "env.GREETING", `"hello"`, "wrangler.toml changed")
	if code := r.stop(); code != exitOK {
		t.Errorf("it ends with %d", code)
	}
	if text := r.errors.all(); text != "" {
		t.Errorf("on standard error stands\n%s", text)
	}
}

// TestMendable has mistakes in files, which a save can mend.
func TestMendable(t *testing.T) {
	p := newProject(t, map[string]string{"wrangler.toml": "name = \"w\"\nmain = 3\ncompatibility_date = \"2026-01-01\"\n", "index.js": answering("fine")})
	p.age()
	r := p.begin()
	contains(t, r.see("waiting for a save"), "The configuration has errors", "wrangler.toml:2:8: main: should be a string", "nothing answers on http://localhost:")
	p.write("wrangler.toml", wranglerToml)
	r.url = ready.FindStringSubmatch(r.see("Ready on "))[1]
	r.wants("fine")
}

// TestNotMendable has mistakes that keep devserver from starting, and the same without them.
func TestNotMendable(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)
	files := map[string]string{
		"wrangler.toml": wranglerToml, "index.js": answering("fine"), "empty.pem": "",
		"port.toml":  wranglerToml + "dev = { port = " + port + " }\n",
		"lists.toml": wranglerToml + "[env.staging]\n",
		"ca.pem":     string(testpki.New("Root").PEM()),
		"a.env":      "A=1\n",
	}
	for _, test := range []struct {
		args string
		code int
		want string
		twin string
	}{
		{"index.mjs", exitFailed, "index.mjs: the entry point index.mjs cannot be used: there is no such file", "index.js"},
		{"-c wranglr.toml", exitFailed, "wranglr.toml: there is no such file\n  fix: did you mean \"wrangler.toml\"?", "-c wrangler.toml"},
		{"-c lists.toml --env stagin", exitFailed, `did you mean "staging"?`, "-c lists.toml --env staging"},
		{"--compatibility-date 2026-13-01", exitFailed, "--compatibility-date: should be a date", "--compatibility-date 2026-10-01"},
		{"--name A_B", exitFailed, "--name: ", "--name a_b"},
		{"--env-file b.env", exitFailed, "b.env: there is no such file", "--env-file a.env"},
		{"--port " + port, exitFailed, "port " + port + " is already in use", ""},
		{"-c port.toml --ip 127.0.0.1", exitFailed, "port " + port + " is already in use", "-c port.toml --port 0"},
		{"--cacert empty.pem", exitFailed, "--cacert: empty.pem holds no certificate", "--cacert ca.pem"},
		{"--cacert none.pem", exitFailed, "--cacert: cannot read none.pem", "--cacert=ca.pem"},

		{"--prot 80", exitUsage, "unknown flag --prot\n  did you mean --port?", "--no-minify"},
		{"--port http", exitUsage, "--port http is not a port", ""},
		{"--port 65536", exitUsage, "--port 65536 is not a port", ""},
		{"--port --name w", exitUsage, "--port has no value\n  write --port N", ""},
		{"--minify=yes", exitUsage, "--minify is a switch", "--minify=true"},
		{"--log-level warning", exitUsage, "did you mean warn?", "--log-level info"},
		{"--upstream-protocol ftp", exitUsage, "is not one of http, https", "--upstream-protocol https"},
		{"--mtls-errors edg", exitUsage, "did you mean edge?", "--mtls-errors edge"},
		{"--proxied-zones 520", exitUsage, "is not one of error, warn", "--proxied-zones=error"},
		{"--mtls-http2=1", exitUsage, "--mtls-http2 is a switch", "--no-mtls-http2"},
		{"--var A=1", exitUsage, "write KEY:VALUE", "--var A:1=:2"},
		{"--mtls MY_CERT", exitUsage, "want BINDING=CERT", "--mtls MY_CERT=cert.pem"},
		{"--connect-to a.example:443", exitUsage, "want four parts", "--connect-to a.example:443:127.0.0.1:1"},
		{"-c wrangler.toml -c none.toml", exitFailed, "none.toml: there is no such file", "-c wrangler.toml -c lists.toml"},
		{"--remote", exitUsage, "--remote is not supported", "--remote=false"},
		{"--assets", exitUsage, "--assets has no value\n  write --assets DIR", "--assets public"},
		{"--bundle=maybe", exitUsage, "--bundle is a switch", "--no-bundle"},
		{"--local-protocol ftp", exitUsage, "is not one of http, https", "--local-protocol http"},
		{"--local-protocol https --https-cert-path none.pem", exitFailed, "none.pem", ""},
		{"--local-protocol https --https-cert-path ca.pem", exitFailed, "ca.pem", ""},
		{"--local-protocol https --https-key-path ca.pem", exitUsage, "--https-key-path is given without a certificate", ""},
		{"--ready-file .", exitFailed, "it is there, and no file", "--ready-file ready.json"},
		{"--ready-file none/ready.json", exitFailed, "--ready-file", "--ready-file=ready.json"},
		{"--experimental-x", exitUsage, "wrangler's experiments have no meaning here", ""},
		{"index.js other.js", exitUsage, `"other.js" is one word too many`, "dev index.js"},
		{"devv", exitUsage, "did you mean dev?", "dev"},
		{"deploy", exitUsage, "wrangler's that devserver does not have", ""},
		{"mtls-certificat list", exitUsage, "did you mean mtls-certificate?", ""},
		{"--port 0 mtls-certificate list", exitUsage, "the command mtls-certificate comes after a flag", "--port 0 dev"},
	} {
		t.Run(test.args, func(t *testing.T) {
			p := newProject(t, files)
			code, stdout, stderr := p.run(strings.Fields(test.args)...)
			if code != test.code {
				t.Errorf("it ends with %d, want %d", code, test.code)
			}
			contains(t, stderr, test.want)
			if stdout != "" {
				t.Errorf("it prints\n%s", stdout)
			}
			if test.twin == "" {
				return
			}
			args := strings.Fields(test.twin)
			if args[0] == "dev" {
				args = args[1:] // begin puts a flag in front
			}
			p.start(args...).wants("fine")
		})
	}
}

func TestScriptAlone(t *testing.T) {
	p := newProject(t, map[string]string{"src/hello.ts": "const text: string = 'typed'\n" + answering("typed")})
	r := p.begin("src/hello.ts")
	seen := r.see("Ready on ")
	contains(t, seen, "hello.ts", "compatibility-date: is not set", "no bindings", "fresh isolate")
	r.url = ready.FindStringSubmatch(seen)[1]
	r.wants("typed")
}

func TestNothingToServe(t *testing.T) {
	code, _, stderr := newProject(t, nil).run()
	if code != exitFailed {
		t.Errorf("it ends with %d", code)
	}
	contains(t, stderr, "neither a script nor a configuration", "fix: name a script: devserver src/index.js")
}

func TestEnvironment(t *testing.T) {
	p := newProject(t, map[string]string{
		"wrangler.toml": wranglerToml + "[env.staging]\nvars = { WHERE = \"staging\" }\n[env.test]\nvars = { WHERE = \"test\" }\n",
		"index.js":      "export default { fetch(_, env) { return new Response(`${env.WHERE} ${env.A} ${env.SECRET}`) } }",
		".dev.vars":     "SECRET=hush\nA=file\n",
	})
	p.env["CLOUDFLARE_ENV"] = "staging"
	r := p.begin("--var", "A:flag:1")
	seen := r.see("Ready on ")
	contains(t, seen, "environment staging", "secrets from .dev.vars, --var", `env.A         "(hidden)"`)
	if strings.Contains(seen, "hush") || strings.Contains(seen, "flag:1") {
		t.Errorf("a secret is shown:\n%s", seen)
	}
	r.url = ready.FindStringSubmatch(seen)[1]
	r.wants("staging flag:1 hush")
	r.stop()
	p.start("-e", "test").wants("test file hush")
}

// TestOriginFlags has a real origin that is reached, trusted and shown a certificate by flags alone.
func TestOriginFlags(t *testing.T) {
	root := testpki.New("Root")
	origin := testpki.Serve(t, testpki.Origin{
		Cert: root.Server("a-secured-origin.com"), ClientCAs: []*testpki.CA{root},
		Config: func(c *tls.Config) { c.NextProtos = []string{"h2", "http/1.1"} },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/zone" {
				w.Header().Set("Server", "cloudflare")
				w.Header().Set("CF-Ray", "1-FRA")
			}
			fmt.Fprint(w, r.TLS.PeerCertificates[0].Subject.CommonName, " ", r.Proto)
		}),
	})
	client := root.Client("flagged")
	p := newProject(t, map[string]string{
		"wrangler.toml": wranglerToml + "mtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"none\" }]\n",
		"index.js": `export default { async fetch(request, env) {
			const { pathname } = new URL(request.url)
			const target = pathname === "/plain" ? globalThis : env.MY_CERT
			try {
				return await target.fetch("https://a-secured-origin.com" + pathname)
			} catch (e) {
				return new Response("threw " + e + " " + e.cause)
			}
		} }`,
		"ca.pem": string(root.PEM()), "cert.pem": string(client.ChainPEM()), "key.pem": string(client.KeyPEM(testpki.PKCS8)),
	})
	connect := "--connect-to=a-secured-origin.com:443:" + origin.Addr
	r := p.begin("--mtls", "MY_CERT=cert.pem,key.pem", "--cacert", "ca.pem", connect)
	seen := r.see("Ready on ")
	contains(t, seen, "env.MY_CERT", "CN=flagged", "a-secured-origin.com:443    "+origin.Addr)
	r.url = ready.FindStringSubmatch(seen)[1]
	r.wants("flagged HTTP/1.1")
	if status, body := r.get("/plain"); status != 520 && status != 525 {
		t.Errorf("without a certificate the origin answers %d %q", status, body)
	}
	contains(t, r.see("GET /plain 5"), "✘ GET /plain → a-secured-origin.com:443: ", "CERT_REQUIRED", "fix: ")
	if status, body := r.get("/zone"); status != 520 {
		t.Errorf("what Cloudflare proxies answers %d %q", status, body)
	}
	contains(t, r.see("GET /zone 5"), "PROXIED_ZONE", "HAS reached the origin")
	r.stop()

	cert := "--mtls=MY_CERT=cert.pem,key.pem"
	r = p.start(cert, "--cacert", "ca.pem", connect, "--mtls-errors=throw", "--mtls-http2", "--log-level", "debug")
	r.wants("flagged HTTP/2.0")
	if _, body := r.get("/plain"); !strings.HasPrefix(body, "threw Error: internal error; reference = ") || !strings.Contains(body, "CERT_REQUIRED: ") {
		t.Errorf("what fails throws %q", body)
	}
	r.see("a-secured-origin.com:443 (MY_CERT): GET / 200, TLS 1.3, HTTP/2, certificate presented")
	r.stop()

	r = p.start(cert, "--cacert", "ca.pem", connect, "--proxied-zones", "warn")
	if status, body := r.get("/zone"); status != 200 {
		t.Errorf("with --proxied-zones warn: %d %q", status, body)
	}
	contains(t, r.see("GET /zone 2"), "▲ a-secured-origin.com:443 (MY_CERT): Cloudflare proxies this origin")
	r.stop()

	p.env["NODE_EXTRA_CA_CERTS"] = filepath.Join(p.dir, "ca.pem")
	p.start(cert, connect).wants("flagged HTTP/1.1")
	delete(p.env, "NODE_EXTRA_CA_CERTS")
	p.env["SSL_CERT_FILE"] = filepath.Join(p.dir, "ca.pem")
	p.start(cert, connect).wants("flagged HTTP/1.1")
	p.env["SSL_CERT_FILE"] = "nowhere.pem"
	p.env["NODE_EXTRA_CA_CERTS"] = "nowhere.pem"
	r = p.start(connect)
	contains(t, r.screen.all(), "NODE_EXTRA_CA_CERTS has no effect", "SSL_CERT_FILE has no effect", "env.MY_CERT: certificate none is not in the store", "devserver mtls-certificate upload")
}
