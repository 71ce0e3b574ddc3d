package testpki_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"devserver/internal/testpki"
)

func get(t *testing.T, url string, config *tls.Config) (string, error) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
	res, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

func TestServe(t *testing.T) {
	ca := testpki.New("root")
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			server := testpki.Serve(t, testpki.Origin{
				Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca},
				MinVersion: version, MaxVersion: version,
			})
			for _, c := range []struct {
				name   string
				client *testpki.Leaf
				want   string // empty: refused
			}{
				{"direct", ca.Client("direct"), "direct"},
				{"intermediate", ca.Intermediate("inter").Client("below"), "below"},
				{"intermediate missing", ca.Intermediate("inter").Client("below").Bare(), ""},
				{"another root", testpki.New("other").Client("stranger"), ""},
				{"expired", ca.Client("late", testpki.Expired), ""},
				{"not yet valid", ca.Client("early", testpki.NotYetValid), ""},
				{"wrong usage", ca.Client("server", testpki.WrongUsage), ""},
			} {
				t.Run(c.name, func(t *testing.T) {
					pair := c.client.TLS()
					got, err := get(t, server.URL, &tls.Config{
						RootCAs: ca.Pool(),
						GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
							return &pair, nil
						},
					})
					if c.want == "" {
						if err == nil {
							t.Fatalf("accepted, answered %q", got)
						}
						return
					}
					if err != nil || got != c.want {
						t.Fatalf("got %q, %v; want %q", got, err, c.want)
					}
				})
			}
		})
	}
}

func TestServerCertificate(t *testing.T) {
	ca := testpki.New("root")
	server := testpki.Serve(t, testpki.Origin{
		Cert: ca.ServerWith([]testpki.Option{testpki.Expired}, "127.0.0.1"),
	})
	_, err := get(t, server.URL, &tls.Config{RootCAs: ca.Pool()})
	invalid, ok := errors.AsType[x509.CertificateInvalidError](err)
	if !ok || invalid.Reason != x509.Expired {
		t.Fatalf("got %v, want expired", err)
	}
	if _, err = get(t, server.URL, &tls.Config{RootCAs: ca.Pool(), Time: func() time.Time {
		return time.Now().Add(-2 * time.Hour)
	}}); err != nil {
		t.Fatalf("while it was valid: %v", err)
	}
}

func TestKeyPEM(t *testing.T) {
	for _, c := range []struct {
		name   string
		key    testpki.KeyType
		format testpki.Format
	}{
		{"P-256 PKCS#8", testpki.P256, testpki.PKCS8},
		{"P-256 SEC1", testpki.P256, testpki.SEC1},
		{"P-384 SEC1", testpki.P384, testpki.SEC1},
		{"P-521 PKCS#8", testpki.P521, testpki.PKCS8},
		{"RSA PKCS#1", testpki.RSA2048, testpki.PKCS1},
		{"RSA PKCS#8", testpki.RSA2048, testpki.PKCS8},
		{"Ed25519 PKCS#8", testpki.Ed25519, testpki.PKCS8},
	} {
		t.Run(c.name, func(t *testing.T) {
			ca := testpki.New("root", testpki.Key(c.key))
			leaf := ca.Intermediate("inter", testpki.Key(c.key)).Client("leaf", testpki.Key(c.key))
			pair, err := tls.X509KeyPair(leaf.ChainPEM(), leaf.KeyPEM(c.format))
			if err != nil {
				t.Fatal(err)
			}
			if len(pair.Certificate) != 2 {
				t.Fatalf("chain of %d, want leaf and intermediate", len(pair.Certificate))
			}
			if _, err := tls.X509KeyPair(ca.PEM(), leaf.KeyPEM(c.format)); err == nil {
				t.Fatal("the leaf's key fits its root")
			}
		})
	}
}
