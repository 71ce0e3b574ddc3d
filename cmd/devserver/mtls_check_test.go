package main

import (
	"crypto/x509"
	"encoding/json"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

func TestCheck(t *testing.T) {
	root, other := testpki.New("Root"), testpki.New("Other")
	team := root.Intermediate("Team CA")
	good := team.Client("worker-1")
	stranger := other.Client("stranger")
	namesake := testpki.New("Root")
	p := newProject(t, map[string]string{
		"cert.pem": string(good.ChainPEM()), "key.pem": string(good.KeyPEM(testpki.PKCS8)),
		"both.pem":    string(good.ChainPEM()) + string(good.KeyPEM(testpki.SEC1)),
		"leaf.pem":    string(good.CertPEM()),
		"team.pem":    string(testpki.CertPEM(team.Cert)),
		"wrong.pem":   string(testpki.CertPEM(team.Cert, good.Cert)),
		"other.key":   string(stranger.KeyPEM(testpki.PKCS8)),
		"root.pem":    string(root.PEM()),
		"other.pem":   string(other.PEM()),
		"again.pem":   string(namesake.PEM()),
		"expired.pem": string(both(root.Client("late", testpki.Expired))),
		"early.pem":   string(both(root.Client("early", testpki.NotYetValid))),
		"server.pem":  string(both(root.Client("server", testpki.WrongUsage))),
		"any.pem":     string(both(root.Client("any", testpki.Usage()))),
		"root1.pem":   string(both(root.Client("direct"))),
		"signing.pem": string(both(root.Client("deaf", testpki.Template(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })))),
		"text.txt":    "hello",
	})
	for _, c := range []struct {
		args string
		code int
		says []string
	}{
		{"cert.pem key.pem", 0, []string{"✓ cert.pem: CN=worker-1, issued by CN=Team CA", "✓ key.pem: the private key (ECDSA P-256) belongs to it", "✓ 2 certificates, in order: CN=worker-1, then CN=Team CA", "✓ valid until", "✓ for client authentication", "✓ ECDSA P-256, signed with ECDSA-SHA256"}},
		{"key.pem cert.pem", 0, []string{"✓ key.pem: the private key"}},
		{"both.pem", 0, []string{"✓ both.pem: the private key"}},
		{"leaf.pem team.pem --key key.pem", 0, []string{"✓ 2 certificates, in order"}},
		{"--cert cert.pem --key key.pem --ca root.pem", 0, []string{"✓ trusted by CN=Root of root.pem"}},
		{"any.pem", 0, []string{"✓ for every use"}},
		{"root1.pem --ca root.pem", 0, []string{"✓ the chain is this certificate alone", "✓ trusted by CN=Root of root.pem"}},
		{"cert.pem", 0, []string{"▲ cert.pem: there is no private key", "KEY_MISSING"}},
		{"wrong.pem key.pem", 0, []string{"▲ wrong.pem: the certificates are not in the order", "CHAIN_ORDER"}},
		{"signing.pem", 0, []string{"▲ ", "CLIENT_CERT_KEY_USAGE"}},

		{"cert.pem other.key", 1, []string{"✘ other.key: ", "KEY_MISMATCH", "fix: "}},
		{"key.pem", 1, []string{"✘ key.pem: there is a private key and no certificate", "CERT_MISSING"}},
		{"cert.pem key.pem other.key", 1, []string{"✘ other.key: this is a second private key", "KEY_AMBIGUOUS"}},
		{"text.txt", 1, []string{"✘ text.txt: no certificate found", "CERT_MISSING"}},
		{"expired.pem --ca root.pem", 1, []string{"✘ the certificate CN=late expired on", "CLIENT_CERT_EXPIRED", "✓ trusted by CN=Root"}},
		{"early.pem --ca root.pem", 1, []string{"✘ ", "CLIENT_CERT_NOT_YET_VALID", "✓ trusted by CN=Root"}},
		{"server.pem --ca root.pem", 1, []string{"✘ ", "CLIENT_CERT_EKU", "✓ trusted by CN=Root"}},
		{"leaf.pem key.pem --ca root.pem", 1, []string{"✘ root.pem: no root here issued CN=worker-1; the chain needs CN=Team CA", "CLIENT_CA_UNKNOWN", "append its certificate"}},
		{"cert.pem key.pem --ca other.pem", 1, []string{"✘ other.pem: no root here issued CN=Team CA; the chain needs CN=Root"}},
		{"cert.pem key.pem --ca again.pem", 1, []string{"✘ again.pem: the root called CN=Root here is not the one that issued CN=Team CA"}},

		{"", exitUsage, nil},
		{"none.pem", 1, nil},
		{"cert.pem --ca none.pem", 1, nil},
		{"cert.pem --passphrase secret", exitUsage, nil},
	} {
		code, out, stderr := p.run(append([]string{"mtls-certificate", "check"}, strings.Fields(c.args)...)...)
		if code != c.code || (stderr == "") != (c.says != nil) {
			t.Errorf("check %s ends with %d, want %d\n%s%s", c.args, code, c.code, out, stderr)
		}
		text := blanks.ReplaceAllString(out, " ")
		for _, part := range c.says {
			if !strings.Contains(text, part) {
				t.Errorf("check %s: %q is missing in\n%s", c.args, part, out)
			}
		}
		keyless(t, out+stderr, good)
		fits(t, out, 80)
		if c.says == nil {
			continue
		}
		jsonCode, out, _ := p.run(append([]string{"mtls-certificate", "check", "--json"}, strings.Fields(c.args)...)...)
		var result struct {
			Usable   bool
			Findings []struct{ Level, Code, What string }
		}
		if err := json.Unmarshal([]byte(out), &result); err != nil || jsonCode != code || result.Usable != (code == 0) || len(result.Findings) == 0 {
			t.Errorf("check --json %s ends with %d and %+v, %v", c.args, jsonCode, result, err)
		}
		keyless(t, out, good)
	}
}

func both(leaf *testpki.Leaf) []byte {
	return append(leaf.ChainPEM(), leaf.KeyPEM(testpki.PKCS8)...)
}
