package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"devserver/internal/testpki"
)

var secureURL = regexp.MustCompile(`Ready on (https://\S+) `)

// TestHTTPS serves by https, with a certificate that is made, with the same one at the next start, and with one's own.
func TestHTTPS(t *testing.T) {
	ca := testpki.New("Root")
	leaf := ca.Server("localhost")
	p := newProject(t, map[string]string{
		"wrangler.toml": wranglerToml + "dev = { local_protocol = \"https\" }\n",
		"index.js": `export default { fetch(request) {
			return new Response(request.url + " " + request.headers.get("x-forwarded-proto")) } }`,
		"cert.pem": string(leaf.ChainPEM()), "key.pem": string(leaf.KeyPEM(testpki.PKCS8)),
		"both.pem": string(leaf.ChainPEM()) + string(leaf.KeyPEM(testpki.PKCS8)), "ca.pem": string(ca.PEM()),
	})
	made := filepath.Join(p.env["DEVSERVER_HOME"], "local-https.pem")
	// ask asks by HTTP/2, trusting a file, and returns the certificate.
	ask := func(trusted string, args ...string) *x509.Certificate {
		t.Helper()
		r := p.begin(args...)
		defer r.stop()
		seen := r.see("Ready on ")
		url := secureURL.FindStringSubmatch(seen)
		if url == nil {
			t.Fatalf("no https in\n%s", seen)
		}
		text, err := os.ReadFile(trusted)
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(text)
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
		defer transport.CloseIdleConnections()
		res, err := (&http.Client{Transport: transport}).Get(url[1] + "/x")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || res.ProtoMajor != 2 || string(body) != url[1]+"/x https" {
			t.Errorf("%s %s %v", res.Proto, body, err)
		}
		return res.TLS.PeerCertificates[0]
	}
	first := ask(made)
	if info, err := os.Stat(made); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if again := ask(made); !again.Equal(first) {
		t.Error("the next start makes another certificate")
	}
	ca509 := filepath.Join(p.dir, "ca.pem")
	if own := ask(ca509, "--https-cert-path", "cert.pem", "--https-key-path", "key.pem"); own.Equal(first) {
		t.Error("it is not the author's own")
	}
	ask(ca509, "--https-cert-path", "both.pem")
	p.env["WRANGLER_HTTPS_CERT_PATH"], p.env["WRANGLER_HTTPS_KEY_PATH"] = "cert.pem", "key.pem"
	ask(ca509)
}
