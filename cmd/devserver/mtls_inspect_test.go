package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"devserver/internal/testpki"
	"devserver/origin"
	"devserver/origin/inspect"
)

// situation is an origin, a client, and what mtls-certificate test finds out about them.
type situation struct {
	name   string
	serve  func(t *testing.T, pki *pki) (addr string)
	client func(pki *pki) *testpki.Leaf
	flags  string // besides the binding and the URL
	exit   int
	code   string
	says   []string // on the screen, blanks of any kind being one
}

// pki are the authorities of a situation.
type pki struct {
	origin *testpki.CA // signs the origin's certificate; trusted by the project
	client *testpki.CA // signs clients; trusted by the origin
	other  *testpki.CA // trusted by nobody
}

func (k *pki) good() *testpki.Leaf { return k.client.Intermediate("Team CA").Client("worker-1") }

// secured is an origin that requires a certificate.
func secured(change ...func(*testpki.Origin)) func(*testing.T, *pki) string {
	return func(t *testing.T, k *pki) string {
		o := testpki.Origin{Cert: k.origin.Server("origin.test"), ClientCAs: []*testpki.CA{k.client}}
		for _, c := range change {
			c(&o)
		}
		return testpki.Serve(t, o).Addr
	}
}

func situations() []situation {
	return []situation{
		{name: "success", serve: secured(), exit: 0, code: inspect.CodeOK, says: []string{
			"✓ TLS TLS 1.3, TLS_", "SNI origin.test · no ALPN, so HTTP/1.1 · session resumed",
			"✓ Trust CN=Origin Root, from origin-ca.pem (ca of the origin)", "▲ the system's roots alone do not accept it",
			"✓ Asked for a certificate of CN=Client Root", "ecdsa_secp256r1_sha256",
			"✓ Presented CN=worker-1", "89 more days · ECDSA P-256 · for clientAuth", "sent with CN=Team CA, issued by CN=Client Root",
			"✓ Match CN=Team CA is issued by CN=Client Root, which the origin accepts",
			"✓ Answer 200 OK, 8 bytes", "▲ in production: 526 ", "curl -v --cert ", "openssl s_client",
		}},
		{name: "success over TLS 1.2", serve: secured(), flags: "--tls-max 1.2", exit: 0, code: inspect.CodeOK, says: []string{
			"✓ TLS TLS 1.2, TLS_ECDHE_", "session resumed", "✓ Answer 200 OK", "--tls-max 1.2", "-tls1_2",
		}},
		{name: "success over HTTP/2", serve: secured(func(o *testpki.Origin) {
			o.Config = func(c *tls.Config) { c.NextProtos = []string{"h2", "http/1.1"} }
		}), flags: "--mtls-http2", exit: 0, code: inspect.CodeOK, says: []string{"ALPN h2", "✓ Presented", "✓ Answer 200 OK"}},
		{name: "wrong CA", serve: secured(), client: func(k *pki) *testpki.Leaf { return k.other.Client("worker-1") }, exit: 111, code: "CLIENT_CA_UNKNOWN", says: []string{
			"✘ Match the origin does not accept CN=Other Root, which issued the certificate", "✘ Alert 48 unknown_ca, after the TLS handshake", "fix: ",
		}},
		{name: "wrong CA over TLS 1.2", serve: secured(), flags: "--tls-max 1.2", client: func(k *pki) *testpki.Leaf { return k.other.Client("worker-1") }, exit: 111, code: "CLIENT_CA_UNKNOWN", says: []string{
			"✓ TLS TLS 1.2", "✓ Server CN=origin.test", "✓ Presented CN=worker-1", "✘ Match", "✘ Alert 48 unknown_ca, in the TLS handshake",
		}},
		{name: "expired", serve: secured(), client: func(k *pki) *testpki.Leaf { return k.client.Client("worker-1", testpki.Expired) }, exit: 113, code: "CLIENT_CERT_EXPIRED", says: []string{
			"✘ Presented CN=worker-1", "UTC: it has expired", "✘ Alert 45 certificate_expired, after the TLS handshake", "fix: renew",
		}},
		{name: "missing intermediate", serve: secured(), client: func(k *pki) *testpki.Leaf {
			return k.client.Intermediate("Team CA").Client("worker-1", testpki.Template(func(c *x509.Certificate) { c.IssuingCertificateURL = []string{"http://ca.test/team.crt"} })).Bare()
		}, exit: 112, code: "CHAIN_INCOMPLETE", says: []string{
			"no chain", "✘ Match the origin does not accept CN=Team CA", "✘ Alert 48 unknown_ca",
		}},
		{name: "untrusted server", serve: secured(func(o *testpki.Origin) { o.Cert = testpki.New("Somebody").Server("origin.test") }), exit: 60, code: "SERVER_UNTRUSTED", says: []string{
			"seen on another connection, on which nothing was presented", "✘ Server CN=origin.test", "✘ Trust the origin's certificate is not signed by a root that is trusted here",
			"✓ Asked for a certificate of CN=Client Root", "· Identity CN=worker-1", "✓ Match", "in production: 526 ",
		}},
		{name: "no certificate asked", serve: secured(func(o *testpki.Origin) { o.ClientCAs = nil }), exit: 122, code: inspect.CodeNotRequested, says: []string{
			"▲ Asked the origin did not ask for a certificate", "✓ Answer 200 OK", "▲ the origin answered, but never asked for a certificate",
		}},
		{name: "not TLS", serve: func(t *testing.T, _ *pki) string { return speak(t, "HTTP/1.1 400 Bad Request\r\n\r\n") }, exit: 35, code: "NOT_TLS", says: []string{
			"✓ TCP 127.0.0.1:", "✘ TLS the answer is not TLS: it begins with \"HTTP/\"", "· Identity CN=worker-1 was not presented", "does not speak TLS on this port", "fix: use http://", "in production: 525 ",
		}},
		{name: "refused by HTTP", serve: secured(func(o *testpki.Origin) {
			o.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "not you", http.StatusForbidden) })
		}), exit: 22, code: inspect.CodeHTTPStatus, says: []string{"✓ Match", "✘ Answer 403 Forbidden, 8 bytes", "the handshake succeeded, and the answer is 403 Forbidden"}},
		{name: "nobody listens", serve: closedPort, exit: 7, code: "CONNECTION_REFUSED", says: []string{"✘ TCP 127.0.0.1:", "refused", "in production: unknown"}},
		{name: "no answer in time", serve: secured(func(o *testpki.Origin) {
			o.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		}), flags: "--max-time 0.5", exit: 28, code: origin.ResponseTimeout, says: []string{"✓ Presented", "the origin did not answer in time", "--max-time"}},
		{name: "silence in the handshake", serve: func(t *testing.T, _ *pki) string { return silent(t) }, flags: "--max-time 0.3", exit: 28, code: "TLS_TIMEOUT",
			says: []string{"✓ TCP", "✘ TLS given up after ", "the TLS handshake did not end in time"}},
	}
}

// speak is a server that says something and hangs up.
func speak(t *testing.T, what string) string {
	return listen1(t, func(c net.Conn) {
		c.Read(make([]byte, 4096))
		io.WriteString(c, what)
		c.Close()
	})
}

// silent is a server that takes connections and says nothing.
func silent(t *testing.T) string {
	return listen1(t, func(c net.Conn) { t.Cleanup(func() { c.Close() }) })
}

func listen1(t *testing.T, serve func(net.Conn)) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			serve(c)
		}
	}()
	return listener.Addr().String()
}

func closedPort(t *testing.T, _ *pki) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// project is a folder with a binding for the situation, and its origin.
func (s *situation) project(t *testing.T) (p *project, args []string, client *testpki.Leaf) {
	k := &pki{origin: testpki.New("Origin Root"), client: testpki.New("Client Root"), other: testpki.New("Other Root")}
	client = k.good()
	if s.client != nil {
		client = s.client(k)
	}
	p = newProject(t, map[string]string{
		"worker.js":     documentedJS,
		"wrangler.toml": "name = \"w\"\nmain = \"worker.js\"\ncompatibility_date = \"2026-11-17\"\nmtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"0\" }]\n",
		"devserver.toml": "[mtls_certificates.MY_CERT]\ncert = \"client.pem\"\nkey = \"client.key\"\n" +
			fmt.Sprintf("[origins.\"origin.test\"]\nconnect_to = %q\nca = \"origin-ca.pem\"\n", s.serve(t, k)),
		"client.pem": string(client.ChainPEM()), "client.key": string(client.KeyPEM(testpki.PKCS8)),
		"origin-ca.pem": string(k.origin.PEM()),
	})
	return p, append([]string{"mtls-certificate", "test", "MY_CERT", "https://origin.test/orders"}, strings.Fields(s.flags)...), client
}

var blanks = regexp.MustCompile(`\s+`)

func TestInspect(t *testing.T) {
	for _, s := range situations() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel() // some of them wait
			p, args, client := s.project(t)
			for _, columns := range []int{80, 120} {
				p.env["COLUMNS"] = strconv.Itoa(columns)
				code, screen, stderr := p.run(args...)
				if code != s.exit || stderr != "" {
					t.Errorf("it ends with %d, want %d\n%s%s", code, s.exit, screen, stderr)
				}
				text := blanks.ReplaceAllString(screen, " ")
				for _, part := range s.says {
					if !strings.Contains(text, part) {
						t.Errorf("%q is missing in\n%s", part, screen)
					}
				}
				fits(t, screen, columns)
				keyless(t, screen, client)
			}
			code, out, _ := p.run(append(args, "--json")...)
			var report struct {
				Result inspect.Result `json:"result"`
			}
			if err := json.Unmarshal([]byte(out), &report); err != nil {
				t.Fatalf("%v in\n%s", err, out)
			}
			if code != s.exit || report.Result.Exit != s.exit || report.Result.Code != s.code {
				t.Errorf("JSON has %+v, and it ends with %d; want %s and %d", report.Result, code, s.code, s.exit)
			}
			keyless(t, out, client)
		})
	}
}

// fits tells of lines that are too long, but for words that cannot be broken, and of colours.
func fits(t *testing.T, screen string, columns int) {
	t.Helper()
	for line := range strings.Lines(screen) {
		if line = strings.TrimRight(line, "\n"); utf8.RuneCountInString(line) > columns && strings.Contains(strings.TrimSuffix(strings.TrimSpace(line), ` \`), " ") {
			t.Errorf("longer than %d: %q", columns, line)
		}
		if strings.TrimRight(line, " ") != line || strings.Contains(line, "\x1b") {
			t.Errorf("blanks or colours at the end of %q", line)
		}
	}
}

// keyless tells of a private key in what was printed.
func keyless(t *testing.T, output string, leaf *testpki.Leaf) {
	t.Helper()
	for line := range strings.SplitSeq(string(leaf.KeyPEM(testpki.PKCS8)), "\n") {
		if len(line) > 20 && strings.Contains(output, line) {
			t.Errorf("the private key is printed: %s", line)
		}
	}
}

// TestInspectStore has certificates of the store, by ID and by name, without a project.
func TestInspectStore(t *testing.T) {
	s := situations()[0]
	p, _, _ := s.project(t)
	p.run("mtls-certificate", "upload", "--cert", "client.pem", "--key", "client.key", "--name", "worker one", "--id", "1234-abcd")
	local, err := os.ReadFile(filepath.Join(p.dir, "devserver.toml"))
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`connect_to = "(.*)"`).FindStringSubmatch(string(local))[1]
	p.write("devserver.toml", "")
	for _, word := range []string{"1234-abcd", "worker one", "MY_CERT"} {
		if word == "MY_CERT" {
			p.write("wrangler.toml", "name = \"w\"\nmain = \"worker.js\"\ncompatibility_date = \"2026-11-17\"\nmtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"1234-abcd\" }]\n")
		}
		code, screen, stderr := p.run("mtls-certificate", "test", word, "origin.test", "--cacert", "origin-ca.pem", "--connect-to", "origin.test:443:"+address)
		if code != 0 {
			t.Errorf("%s ends with %d\n%s%s", word, code, screen, stderr)
		}
		contains(t, blanks.ReplaceAllString(screen, " "), "ID 1234-abcd", "the certificate store", "from origin-ca.pem (--cacert)", "worker-1")
	}
}

func TestInspectErrors(t *testing.T) {
	s := situations()[0]
	p, _, _ := s.project(t)
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"test", exitUsage, "a certificate and a URL"},
		{"test MY_CERT", exitUsage, "a certificate and a URL"},
		{"test MY_CERT http://origin.test", exitUsage, "has no TLS"},
		{"test MY_CERT ftp://origin.test", exitUsage, "not an https:// URL"},
		{"test MY_CERT https://", exitUsage, "not an https:// URL"},
		{"test MY_CERT https://o.test:port", exitUsage, "cannot be understood"},
		{"test MY_CRT https://origin.test", exitFailed, "did you mean MY_CERT?"},
		{"test nothing https://origin.test", exitFailed, "there is MY_CERT"},
		{"test MY_CERT https://origin.test -c none.toml", exitFailed, "none.toml"},
		{"test MY_CERT https://origin.test --cacert none.pem", exitFailed, "none.pem"},
		{"test MY_CERT https://origin.test --max-time soon", exitUsage, "number of seconds"},
		{"test MY_CERT https://origin.test --tls-max 1.1", exitUsage, "1.2, 1.3"},
		{"test MY_CERT https://origin.test --connect-to a:b", exitUsage, "four parts"},
		{"test MY_CERT https://origin.test --insecure", exitUsage, "unknown flag"},
	} {
		code, stdout, stderr := p.run(append([]string{"mtls-certificate"}, strings.Fields(c.args)...)...)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s ends with %d, want %d and %q in\n%s%s", c.args, code, c.code, c.want, stdout, stderr)
		}
	}
}

// TestInspectCommandLines runs the command lines that are to be copied. With TLS 1.3 curl may lose the alert to a reset.
func TestInspectCommandLines(t *testing.T) {
	for _, program := range []string{"curl", "openssl", "sh"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("there is no %s", program)
		}
	}
	for i, want := range map[int]string{0: "worker-1", 4: "alert unknown ca"} {
		s := situations()[i]
		p, args, _ := s.project(t)
		_, screen, _ := p.run(args...)
		_, lines, _ := strings.Cut(screen, "\n\n  curl")
		curl, openssl, _ := strings.Cut("curl"+lines, "\n\n")
		for _, line := range []string{curl, openssl} {
			cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
			cmd.Dir = p.dir
			out, err := cmd.CombinedOutput()
			if text := string(out); !strings.Contains(text, want) || (err == nil) != (i == 0) && strings.HasPrefix(line, "curl") {
				t.Errorf("%s: %v, and %q is missing in\n%s", line, err, want, text)
			}
		}
	}
}

// TestScreens writes the screens into the file that DEVSERVER_SCREENS names, for the documentation.
func TestScreens(t *testing.T) {
	path := os.Getenv("DEVSERVER_SCREENS")
	if path == "" {
		t.Skip("DEVSERVER_SCREENS is not set")
	}
	var b strings.Builder
	for _, s := range situations() {
		for _, columns := range []string{"80", "120"} {
			if columns == "120" && s.name != "success" && s.name != "wrong CA" {
				continue
			}
			p, args, _ := s.project(t)
			p.env["COLUMNS"] = columns
			code, screen, _ := p.run(args...)
			fmt.Fprintf(&b, "## %s (%s columns)\n\n```\n$ devserver %s\n%s$ echo $?\n%d\n```\n\n", s.name, columns, strings.Join(args, " "), screen, code)
		}
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
