package mtls

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"
	"time"

	"devserver/internal/testpki"
)

func TestWarnings(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	valid := testpki.Valid(now.Add(-time.Hour), now.Add(60*24*time.Hour))
	root := testpki.New("root", valid)
	until := func(d time.Duration) testpki.Option { return testpki.Valid(now.Add(-time.Hour), now.Add(d)) }
	usage := func(usage x509.KeyUsage) testpki.Option {
		return testpki.Template(func(c *x509.Certificate) { c.KeyUsage = usage })
	}
	for _, c := range []struct {
		name string
		leaf *testpki.Leaf
		want []string
	}{
		{"nothing", root.Client("c", valid), nil},
		{"expired", root.Client("c", testpki.Valid(now.Add(-2*time.Hour), now.Add(-time.Second))), []string{CodeExpired}},
		{"last second", root.Client("c", until(0)), []string{CodeExpiresSoon}},
		{"29 days left", root.Client("c", until(29*24*time.Hour)), []string{CodeExpiresSoon}},
		{"30 days left", root.Client("c", until(30*24*time.Hour)), nil},
		{"not yet valid", root.Client("c", testpki.Valid(now.Add(time.Second), now.Add(60*24*time.Hour))), []string{CodeNotYetValid}},
		{"valid from now on", root.Client("c", testpki.Valid(now, now.Add(60*24*time.Hour))), nil},
		{"intermediate expired", root.Intermediate("i", until(-time.Minute)).Client("c", valid), []string{CodeExpired}},
		{"for servers only", root.Client("c", valid, testpki.WrongUsage), []string{CodeEKU}},
		{"for servers and clients", root.Client("c", valid, testpki.Usage(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth)), nil},
		{"for anything", root.Client("c", valid, testpki.Usage(x509.ExtKeyUsageAny)), nil},
		{"for something unknown", root.Client("c", valid, testpki.Usage(), testpki.Template(func(c *x509.Certificate) {
			c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 2, 3}}
		})), []string{CodeEKU}},
		{"unrestricted", root.Client("c", valid, testpki.Usage()), nil},
		{"may not sign", root.Client("c", valid, usage(x509.KeyUsageKeyEncipherment)), []string{CodeKeyUsage}},
		{"no key usage", root.Client("c", valid, usage(0)), nil},
		{"RSA 2048", root.Client("c", valid, testpki.Key(testpki.RSA2048)), nil},
		{"RSA 1024", root.Client("c", valid, testpki.Signer(rsaKey(t, 1024))), []string{CodeKeyWeak}},
	} {
		t.Run(c.name, func(t *testing.T) {
			certificate, err := LoadKeyPair(certFile(c.leaf.Chain...), keyFile(c.leaf.Key))
			if err != nil {
				t.Fatal(err)
			}
			warnings := certificate.Warnings(now)
			if got := codes(warnings); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			for _, w := range warnings {
				if w.Where != "cert.pem" || w.What == "" || w.Fix == "" {
					t.Errorf("incomplete: %+v", w)
				}
			}
		})
	}
	// Go no longer signs with SHA-1, so only the field is set.
	t.Run("SHA-1", func(t *testing.T) {
		leaf := *root.Client("c", valid).Cert
		leaf.SignatureAlgorithm = x509.SHA1WithRSA
		if got := codes((Chain{&leaf}).warnings("", now)); !slices.Equal(got, []string{CodeSignatureWeak}) {
			t.Errorf("got %v", got)
		}
		selfSigned := *root.Cert
		selfSigned.SignatureAlgorithm = x509.SHA1WithRSA
		if got := codes((Chain{&selfSigned}).strength("")); got != nil {
			t.Errorf("a root's own signature is reported: %v", got)
		}
	})
}

func TestCertificateNames(t *testing.T) {
	leaf := pki().root.Client("client")
	certificate, err := LoadKeyPair(certFile(leaf.Chain...), keyFile(leaf.Key))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(leaf.Cert.Raw)
	for _, c := range []struct{ what, got, want string }{
		{"subject", certificate.Subject(), "CN=client"},
		{"issuer", certificate.Issuer(), "CN=Test Root,O=Example,C=US"},
		{"fingerprint", certificate.Fingerprint(), hex.EncodeToString(sum[:])},
		{"key type", certificate.KeyType(), "ECDSA P-256"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	if !certificate.NotAfter().Equal(leaf.Cert.NotAfter) || certificate.Leaf() != certificate.Chain[0] {
		t.Error("the leaf is not the first certificate")
	}
}

// A client certificate that its own key signed, as openssl req -x509 makes it, is its own chain.
func TestSelfSigned(t *testing.T) {
	key := pki().root.Client("x").Key
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "self"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(60 * 24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	got, err := LoadKeyPair(File{"cert.pem", pemOf("CERTIFICATE", der)}, keyFile(key))
	if err != nil || len(got.Chain) != 1 || len(got.Warnings(time.Now())) > 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestRemaining(t *testing.T) {
	for d, want := range map[time.Duration]string{
		20 * time.Second: "0 min", 90 * time.Minute: "1 h 30 min", 47*time.Hour + 59*time.Minute: "47 h 59 min", 48 * time.Hour: "2 days", 700 * time.Hour: "29 days",
	} {
		if got := remaining(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
