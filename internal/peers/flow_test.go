//go:build peers

package peers

import (
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

var (
	uploadedID = regexp.MustCompile(`(?m)^ID: ([0-9a-f-]{36})$`)
	readyURL   = regexp.MustCompile(`Ready on (http://\S+) `)
)

// TestDocumentedFlow does what Cloudflare's documentation does, with nginx as the origin that demands a certificate:
// upload it, write its ID into the configuration, run the example.
func TestDocumentedFlow(t *testing.T) {
	t.Parallel()
	nginxBinary(t)
	program := devserverBinary(t)
	ca := testpki.New("peers")
	addr := startNginx(t, ca.Server("a-secured-origin.com"), ca)

	for _, c := range []struct{ worker, config string }{
		{"worker.js", "wrangler.toml"},
		{"worker.ts", "wrangler.jsonc"},
	} {
		t.Run(c.config, func(t *testing.T) {
			dir, home := t.TempDir(), t.TempDir()
			write := func(name string, content []byte) {
				t.Helper()
				if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			command := func(args ...string) *exec.Cmd {
				cmd := exec.Command(program, args...)
				cmd.Dir, cmd.Env = dir, append(os.Environ(), "DEVSERVER_HOME="+home)
				return cmd
			}
			upload := func(leaf *testpki.Leaf, name string) string {
				t.Helper()
				write("cert.pem", leaf.ChainPEM())
				write("key.pem", leaf.KeyPEM(testpki.PKCS8))
				out, err := command("mtls-certificate", "upload", "--cert", "cert.pem", "--key", "key.pem", "--name", name).CombinedOutput()
				id := uploadedID.FindSubmatch(out)
				if err != nil || id == nil {
					t.Fatalf("upload: %v\n%s", err, out)
				}
				return string(id[1])
			}
			// ask starts devserver, asks it once and ends it.
			ask := func(id, worker string) reply {
				t.Helper()
				configuration := strings.Replace(example(t, c.config), "<CERTIFICATE_ID>", id, 1)
				write(c.config, []byte(configuration))
				write(c.worker, []byte(worker))
				d := start(t, "devserver", command("--config", c.config, "--port", "0"))
				defer d.Kill()
				u, err := url.Parse(d.Await(t, readyURL))
				if err != nil {
					t.Fatal(err)
				}
				d.addr = net.JoinHostPort("127.0.0.1", u.Port())
				return d.ask(t, get("/"))
			}
			expect := func(got reply, status, body string) {
				t.Helper()
				if got.status != status || !strings.Contains(got.body, body) {
					t.Errorf("got %s\nwant %s with %q", got, status, body)
				}
			}
			write("ca.pem", ca.PEM())
			write("devserver.toml", []byte("[origins.\"a-secured-origin.com\"]\nconnect_to = \""+addr+"\"\nca = \"ca.pem\"\n"))
			worker := example(t, c.worker)
			id := upload(ca.Client("worker-1"), "my-client-cert")

			expect(ask(id, worker), "200 OK", "nginx saw CN=worker-1\n")

			plain := strings.Replace(worker, "environment.MY_CERT.fetch(", "fetch(", 1)
			if plain == worker {
				t.Fatal("the example does not call environment.MY_CERT.fetch")
			}
			expect(ask(id, plain), "400 Bad Request", "No required SSL certificate was sent")

			stranger := upload(testpki.New("another").Client("stranger"), "of-another-ca")
			expect(ask(stranger, worker), "400 Bad Request", "The SSL certificate error")

			if out, err := command("mtls-certificate", "delete", "--id", id).CombinedOutput(); err != nil {
				t.Fatalf("delete: %v\n%s", err, out)
			}
			gone := ask(id, worker)
			if strings.HasPrefix(gone.status, "200") {
				t.Errorf("deleted, and still presented: %s", gone)
			}
			t.Logf("with the certificate deleted: %s %q", gone.status, gone.body)
		})
	}
}

// example is a file of the examples.
func example(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
