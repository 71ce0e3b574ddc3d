package mtls

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"devserver/internal/testpki"
)

// The authorities of all tests in this package, made once.
var pki = sync.OnceValue(func() (p struct{ root, inter, other *testpki.CA }) {
	p.root = testpki.New("Test Root", testpki.Template(func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: "Test Root", Organization: []string{"Example"}, Country: []string{"US"}}
	}))
	p.inter = p.root.Intermediate("Test Inter")
	p.other = testpki.New("Other Root")
	return p
})

func certFile(certs ...*x509.Certificate) File {
	return File{Name: "cert.pem", Data: testpki.CertPEM(certs...)}
}

func keyFile(key crypto.Signer) File {
	return File{Name: "key.pem", Data: testpki.KeyPEM(key, testpki.PKCS8)}
}

func wantCode(t *testing.T, err error, code string) *Problem {
	t.Helper()
	problem, ok := errors.AsType[*Problem](err)
	if !ok {
		t.Fatalf("got error %v, want a Problem %s", err, code)
	}
	if problem.Code != code {
		t.Fatalf("got %v, want code %s", problem, code)
	}
	if problem.What == "" || problem.Fix == "" {
		t.Fatalf("%s does not say what is wrong and what to do: %+v", code, problem)
	}
	return problem
}

func codes(problems []*Problem) []string {
	var found []string
	for _, p := range problems {
		found = append(found, p.Code)
	}
	return found
}

func TestLoadKeyPairFormats(t *testing.T) {
	for _, c := range []struct {
		key     testpki.KeyType
		formats []testpki.Format
		want    string
	}{
		{testpki.RSA2048, []testpki.Format{testpki.PKCS8, testpki.PKCS1}, "RSA 2048"},
		{testpki.P256, []testpki.Format{testpki.PKCS8, testpki.SEC1}, "ECDSA P-256"},
		{testpki.P384, []testpki.Format{testpki.PKCS8, testpki.SEC1}, "ECDSA P-384"},
		{testpki.P521, []testpki.Format{testpki.PKCS8, testpki.SEC1}, "ECDSA P-521"},
		{testpki.Ed25519, []testpki.Format{testpki.PKCS8}, "Ed25519"},
	} {
		leaf := pki().inter.Client("client", testpki.Key(c.key))
		for _, format := range c.formats {
			t.Run(fmt.Sprintf("%s/%d", c.want, format), func(t *testing.T) {
				keyPEM := leaf.KeyPEM(format)
				block, _ := pem.Decode(keyPEM)
				for name, key := range map[string][]byte{"PEM": keyPEM, "DER": block.Bytes} {
					got, err := LoadKeyPair(File{"cert.pem", leaf.ChainPEM()}, File{"key", key})
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					if got.KeyType() != c.want || !got.Chain.equal(leaf.Chain) || len(got.Warnings(time.Now())) > 0 {
						t.Errorf("%s: got key %s, %d certificates, warnings %v", name, got.KeyType(), len(got.Chain), got.Warnings(time.Now()))
					}
				}
			})
		}
	}
}

// TestLoadKeyPairTolerates reads what editors, shells and people make of PEM files.
func TestLoadKeyPairTolerates(t *testing.T) {
	leaf := pki().inter.Client("client")
	parameters := "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
	utf16LE := func(b []byte) []byte {
		out := []byte{0xFF, 0xFE}
		for _, u := range utf16.Encode([]rune(string(b))) {
			out = binary.LittleEndian.AppendUint16(out, u)
		}
		return out
	}
	utf16BE := func(b []byte) []byte {
		out := []byte{0xFE, 0xFF}
		for _, u := range utf16.Encode([]rune(string(b))) {
			out = binary.BigEndian.AppendUint16(out, u)
		}
		return out
	}
	replace := func(from, to string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(from), []byte(to)) }
	}
	for name, change := range map[string]func([]byte) []byte{
		"as it is":                 func(b []byte) []byte { return b },
		"CRLF":                     replace("\n", "\r\n"),
		"BOM":                      func(b []byte) []byte { return append([]byte("\uFEFF"), b...) },
		"UTF-16 little endian":     utf16LE,
		"UTF-16 big endian":        utf16BE,
		"indented":                 replace("\n", "\n    "),
		"trailing blanks":          replace("\n", "  \n"),
		"line breaks spelled out":  replace("\n", `\n`),
		"CRLF spelled out":         replace("\n", `\r\n`),
		"no line break at the end": bytes.TrimSpace,
		"bag attributes": func(b []byte) []byte {
			return append([]byte("Bag Attributes\n    localKeyID: 01 02\nsubject=CN = client\n"), b...)
		},
		"EC parameters first": func(b []byte) []byte { return append([]byte(parameters), b...) },
	} {
		t.Run(name, func(t *testing.T) {
			cert, key := change(leaf.ChainPEM()), change(leaf.KeyPEM(testpki.SEC1))
			got, err := LoadKeyPair(File{"cert.pem", cert}, File{"key.pem", key})
			if err != nil {
				t.Fatal(err)
			}
			if !got.Chain.equal(leaf.Chain) {
				t.Errorf("got the chain %v", subjects(got.Chain))
			}
		})
	}

	t.Run("one file", func(t *testing.T) {
		for name, data := range map[string][]byte{
			"key last":  slices.Concat(leaf.ChainPEM(), leaf.KeyPEM(testpki.PKCS8)),
			"key first": slices.Concat(leaf.KeyPEM(testpki.PKCS8), leaf.ChainPEM()),
		} {
			both := File{"client.pem", data}
			for twice, key := range map[string]File{"once": {}, "twice": both} {
				if got, err := LoadKeyPair(both, key); err != nil || !got.Chain.equal(leaf.Chain) {
					t.Errorf("%s, given %s: %v", name, twice, err)
				}
			}
		}
	})
	t.Run("certificate in DER", func(t *testing.T) {
		if _, err := LoadKeyPair(File{"client.der", leaf.Cert.Raw}, keyFile(leaf.Key)); err != nil {
			t.Error(err)
		}
	})
	t.Run("a key beside the chain is ignored when the right one is given", func(t *testing.T) {
		data := slices.Concat(leaf.ChainPEM(), pki().root.Client("x").KeyPEM(testpki.PKCS8))
		if _, err := LoadKeyPair(File{"cert.pem", data}, keyFile(leaf.Key)); err != nil {
			t.Error(err)
		}
	})
}

// pkcs8Of is a PKCS#8 key of any algorithm, with bytes that look like a key.
func pkcs8Of(t *testing.T, algorithm asn1.ObjectIdentifier, parameters asn1.RawValue) []byte {
	t.Helper()
	der, err := asn1.Marshal(struct {
		Version    int
		Algorithm  pkix.AlgorithmIdentifier
		PrivateKey []byte
	}{0, pkix.AlgorithmIdentifier{Algorithm: algorithm, Parameters: parameters}, []byte(canary)})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// canary stands in key files that are refused; no message may show it.
const canary = "CANARY-KEY-MATERIAL-0123456789-CANARY"

func pemOf(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

func oidDER(t *testing.T, oid asn1.ObjectIdentifier) asn1.RawValue {
	t.Helper()
	der, err := asn1.Marshal(oid)
	if err != nil {
		t.Fatal(err)
	}
	return asn1.RawValue{FullBytes: der}
}

func TestLoadKeyPairRefuses(t *testing.T) {
	leaf := pki().inter.Client("client")
	stranger := pki().root.Client("stranger")
	rsaLeaf := pki().root.Client("rsa", testpki.Key(testpki.RSA2048))
	cert, key := certFile(leaf.Chain...), keyFile(leaf.Key)
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "client"}}, leaf.Key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(leaf.Key.Public())
	if err != nil {
		t.Fatal(err)
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p224DER, err := x509.MarshalECPrivateKey(p224)
	if err != nil {
		t.Fatal(err)
	}
	x25519, err := asn1.Marshal([]byte(canary)[:32])
	if err != nil {
		t.Fatal(err)
	}
	encrypted, err := asn1.Marshal(encryptedPKCS8{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}}, // PBES2
		Data:      []byte(canary),
	})
	if err != nil {
		t.Fatal(err)
	}
	legacy := pem.EncodeToMemory(&pem.Block{
		Type: "EC PRIVATE KEY", Bytes: []byte(canary),
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00112233445566778899AABBCCDDEEFF"},
	})
	p12, err := asn1.Marshal(struct {
		Version  int
		AuthSafe struct {
			ContentType asn1.ObjectIdentifier
			Content     []byte `asn1:"explicit,tag:0"`
		}
	}{3, struct {
		ContentType asn1.ObjectIdentifier
		Content     []byte `asn1:"explicit,tag:0"`
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}, []byte(canary)}})
	if err != nil {
		t.Fatal(err)
	}
	sec1Of := func(curve asn1.RawValue) []byte {
		der, err := asn1.Marshal(struct {
			Version    int
			PrivateKey []byte
			Curve      asn1.RawValue `asn1:"explicit,tag:0"`
		}{1, []byte(canary), asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: curve.FullBytes}})
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	bulky := pki().root.Client("bulky", testpki.Template(func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Value: make([]byte, maxChainSize)}}
	}))
	keyOf := func(label string, der []byte) File { return File{"key.pem", pemOf(label, der)} }
	oid := func(arcs ...int) asn1.ObjectIdentifier { return arcs }
	ecKey := oid(1, 2, 840, 10045, 2, 1)
	none := asn1.RawValue{}

	for _, c := range []struct {
		name      string
		cert, key File
		code      string
		where     string
		what      string // part of the message
	}{
		{"key of another certificate", cert, keyFile(stranger.Key), CodeKeyMismatch, "key.pem", "none of the 2 certificates: CN=client, CN=Test Inter in cert.pem"},
		{"key of another kind", certFile(leaf.Cert), keyFile(rsaLeaf.Key), CodeKeyMismatch, "key.pem", "(RSA 2048) does not belong to the certificate CN=client (ECDSA P-256) in cert.pem"},
		{"swapped", key, cert, CodeFilesSwapped, key.Name, "and cert.pem is the certificate"},
		{"certificate twice", cert, cert, CodeKeyMissing, "cert.pem", "holds a certificate"},
		{"key twice", key, key, CodeCertMissing, "key.pem", "holds a private key"},
		{"no key at all", cert, File{}, CodeKeyMissing, "cert.pem", "holds a certificate"},
		{"request", File{"client.csr", pemOf("CERTIFICATE REQUEST", csr)}, key, CodeCertIsRequest, "client.csr", "certificate request (CSR)"},
		{"request, old label", File{"client.csr", pemOf("NEW CERTIFICATE REQUEST", csr)}, key, CodeCertIsRequest, "client.csr", ""},
		{"request in DER", File{"client.csr", csr}, key, CodeCertIsRequest, "client.csr", ""},
		{"empty certificate file", File{"cert.pem", []byte("\n")}, key, CodeCertMissing, "cert.pem", "the file is empty"},
		{"empty key file", cert, File{Name: "key.pem"}, CodeKeyMissing, "key.pem", "the file is empty"},
		{"text for a certificate", File{"cert.pem", []byte("hello")}, key, CodeCertMissing, "cert.pem", "neither PEM nor DER"},
		{"text for a key", cert, File{"key.pem", []byte(canary)}, CodeKeyMissing, "key.pem", "neither PEM nor DER"},
		{"public key", cert, keyOf("PUBLIC KEY", public), CodeKeyMissing, "key.pem", "holds a public key"},
		{"PKCS#7", File{"c.p7b", pemOf("PKCS7", []byte{0x30, 0})}, key, CodeCertFormat, "c.p7b", "PKCS#7"},
		{"damaged PKCS#12", File{"c.p12", p12}, key, CodeCertFormat, "c.p12", "PKCS#12"},
		{"damaged PKCS#12 as key", cert, File{"c.p12", p12}, CodeCertFormat, "c.p12", "PKCS#12"},
		{"PKCS#7 in DER", File{"c.p7b", []byte{0x30, 0x0F, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2, 0xA0, 2, 0x30, 0}}, key, CodeCertFormat, "c.p7b", "PKCS#7"},
		{"garbage in the certificate", File{"cert.pem", pemOf("CERTIFICATE", []byte("garbage"))}, key, CodeCertParse, "cert.pem", "cannot be parsed"},
		{"certificate cut off", File{"cert.pem", leaf.CertPEM()[:200]}, key, CodeCertParse, "cert.pem", "damaged"},
		{"second certificate cut off", File{"cert.pem", leaf.ChainPEM()[:len(leaf.ChainPEM())-60]}, key, CodeCertParse,
			fmt.Sprintf("cert.pem:%d", 1+bytes.Count(leaf.CertPEM(), []byte("\n"))), "damaged"},
		{"line breaks lost", File{"cert.pem", bytes.ReplaceAll(leaf.CertPEM(), []byte("\n"), []byte(" "))}, key, CodeCertParse, "cert.pem", "damaged"},
		{"too large a chain", certFile(bulky.Chain...), keyFile(bulky.Key), CodeChainTooLarge, "cert.pem", "too large to be sent: 1 certificates"},
		{"garbage in the key", cert, keyOf("PRIVATE KEY", []byte(canary)), CodeKeyParse, "key.pem", "neither PKCS#8 nor PKCS#1 nor SEC 1"},
		{"key cut off", cert, File{"key.pem", key.Data[:100]}, CodeKeyParse, "key.pem", "damaged"},
		{"supported algorithm, broken key", cert, keyOf("PRIVATE KEY", pkcs8Of(t, oid(1, 2, 840, 113549, 1, 1, 1), none)), CodeKeyParse, "key.pem", ""},
		{"supported curve, broken key", cert, keyOf("PRIVATE KEY", pkcs8Of(t, ecKey, oidDER(t, oid(1, 2, 840, 10045, 3, 1, 7)))), CodeKeyParse, "key.pem", ""},
		{"two keys", cert, File{"key.pem", slices.Concat(key.Data, keyFile(stranger.Key).Data)}, CodeKeyAmbiguous, "key.pem", "2 private keys"},
		{"encrypted PKCS#8", cert, keyOf("ENCRYPTED PRIVATE KEY", encrypted), CodeKeyEncrypted, "key.pem", "needs a passphrase"},
		{"encrypted PKCS#8 in DER", cert, File{"key.der", encrypted}, CodeKeyEncrypted, "key.der", ""},
		{"encrypted the old way", cert, File{"key.pem", legacy}, CodeKeyEncrypted, "key.pem", ""},
		{"OpenSSH", cert, keyOf("OPENSSH PRIVATE KEY", []byte(canary)), CodeKeyUnsupported, "key.pem", "OpenSSH"},
		{"DSA", cert, keyOf("DSA PRIVATE KEY", []byte(canary)), CodeKeyUnsupported, "key.pem", "DSA"},
		{"Ed448", cert, keyOf("PRIVATE KEY", pkcs8Of(t, oid(1, 3, 101, 113), none)), CodeKeyUnsupported, "key.pem", "Ed448"},
		{"RSA-PSS", cert, keyOf("PRIVATE KEY", pkcs8Of(t, oid(1, 2, 840, 113549, 1, 1, 10), none)), CodeKeyUnsupported, "key.pem", "RSA-PSS"},
		{"unknown algorithm", cert, keyOf("PRIVATE KEY", pkcs8Of(t, oid(1, 2, 3, 4), none)), CodeKeyUnsupported, "key.pem", "1.2.3.4"},
		{"secp256k1", cert, keyOf("PRIVATE KEY", pkcs8Of(t, ecKey, oidDER(t, oid(1, 3, 132, 0, 10)))), CodeKeyUnsupported, "key.pem", "secp256k1"},
		{"secp256k1 in SEC 1", cert, keyOf("EC PRIVATE KEY", sec1Of(oidDER(t, oid(1, 3, 132, 0, 10)))), CodeKeyUnsupported, "key.pem", "secp256k1"},
		{"explicit curve", cert, keyOf("EC PRIVATE KEY", sec1Of(asn1.RawValue{FullBytes: []byte{0x30, 0}})), CodeKeyUnsupported, "key.pem", "explicit parameters"},
		{"P-224", cert, keyOf("EC PRIVATE KEY", p224DER), CodeKeyUnsupported, "key.pem", "ECDSA P-224"},
		{"X25519", cert, keyOf("PRIVATE KEY", func() []byte {
			der, _ := asn1.Marshal(struct {
				Version    int
				Algorithm  pkix.AlgorithmIdentifier
				PrivateKey []byte
			}{0, pkix.AlgorithmIdentifier{Algorithm: oid(1, 3, 101, 110)}, x25519})
			return der
		}()), CodeKeyUnsupported, "key.pem", "X25519"},
		{"tiny RSA", cert, keyOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey(t, 512))), CodeKeyUnsupported, "key.pem", "RSA 512"},
	} {
		t.Run(c.name, func(t *testing.T) {
			certificate, err := LoadKeyPair(c.cert, c.key)
			problem := wantCode(t, err, c.code)
			if certificate != nil {
				t.Error("a certificate was returned all the same")
			}
			if problem.Where != c.where || !strings.Contains(problem.What, c.what) {
				t.Errorf("got %q at %q, want %q at %q", problem.What, problem.Where, c.what, c.where)
			}
			noKeyIn(t, err.Error(), c.key.Data)
			noKeyIn(t, err.Error(), []byte(canary))
		})
	}

	t.Run("both files are wrong", func(t *testing.T) {
		_, err := LoadKeyPair(File{"cert.pem", []byte("x")}, keyOf("ENCRYPTED PRIVATE KEY", encrypted))
		if err == nil || !strings.Contains(err.Error(), CodeCertMissing) || !strings.Contains(err.Error(), CodeKeyEncrypted) {
			t.Errorf("got %v, want both problems", err)
		}
	})
}

// rsaKey makes an RSA key of a size that crypto/rsa no longer generates by itself.
func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestLoadKeyPairChain(t *testing.T) {
	inter := pki().inter
	deep := inter.Intermediate("Deep Inter")
	leaf := deep.Client("client")
	root := pki().root.Cert
	cross := testpki.New("Cross Root").Intermediate("Test Inter", testpki.Signer(inter.Key)).Cert
	stranger := pki().other.Cert
	namesake := pki().other.Intermediate("Deep Inter").Cert
	leafCert, deepCert, interCert := leaf.Chain[0], leaf.Chain[1], leaf.Chain[2]

	for _, c := range []struct {
		name  string
		given []*x509.Certificate
		want  []*x509.Certificate
		notes []string
	}{
		{"in order", leaf.Chain, leaf.Chain, nil},
		{"leaf alone", leaf.Chain[:1], leaf.Chain[:1], nil},
		{"with root", append(slices.Clone(leaf.Chain), root), append(slices.Clone(leaf.Chain), root), nil},
		{"reversed", []*x509.Certificate{root, interCert, deepCert, leafCert}, append(slices.Clone(leaf.Chain), root), []string{CodeChainOrder}},
		{"leaf last", []*x509.Certificate{deepCert, interCert, leafCert}, leaf.Chain, []string{CodeChainOrder}},
		{"intermediates mixed up", []*x509.Certificate{leafCert, interCert, deepCert}, leaf.Chain, []string{CodeChainOrder}},
		{"twice", []*x509.Certificate{leafCert, leafCert, deepCert, interCert}, leaf.Chain, []string{CodeChainOrder}},
		{"gap", []*x509.Certificate{leafCert, interCert}, []*x509.Certificate{leafCert, interCert}, []string{CodeChainIncomplete}},
		{"namesake", []*x509.Certificate{leafCert, namesake}, []*x509.Certificate{leafCert, namesake}, []string{CodeChainIncomplete}},
		{"stranger", []*x509.Certificate{leafCert, stranger, deepCert, interCert}, []*x509.Certificate{leafCert, deepCert, interCert, stranger}, []string{CodeChainOrder, CodeChainStray}},
		{"cross-signed", []*x509.Certificate{leafCert, deepCert, interCert, cross}, []*x509.Certificate{leafCert, deepCert, interCert, cross}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := LoadKeyPair(certFile(c.given...), keyFile(leaf.Key))
			if err != nil {
				t.Fatal(err)
			}
			if !got.Chain.equal(c.want) {
				t.Errorf("got the chain %v, want %v", subjects(got.Chain), subjects(c.want))
			}
			if notes := codes(got.Warnings(time.Now())); !slices.Equal(notes, c.notes) {
				t.Errorf("got the notes %v, want %v", notes, c.notes)
			}
			if len(got.TLSCertificate().Certificate) != len(c.want) {
				t.Errorf("%d certificates are sent, want %d", len(got.TLSCertificate().Certificate), len(c.want))
			}
		})
	}
}

// TestChainIncomplete has the words for what is missing, and the cases in which nothing is known to be.
func TestChainIncomplete(t *testing.T) {
	const at = "http://ca.example/inter.cer"
	says := testpki.Template(func(c *x509.Certificate) { c.IssuingCertificateURL = []string{at} })
	deep := pki().inter.Intermediate("Deep Inter")
	leaf := deep.Client("client", says)
	for _, c := range []struct {
		name  string
		given []*x509.Certificate
		want  string // part of the warning; "" for none
		fix   string
	}{
		{"issuer known by its address", leaf.Chain[:1], "the certificate of CN=Deep Inter, which issued CN=client, is not in the file", at},
		{"issuer there", leaf.Chain[:2], "", ""},
		{"whole", leaf.Chain, "", ""},
		{"gap", []*x509.Certificate{leaf.Cert, pki().root.Cert}, "the others in the file did not (CN=Test Root", "append the certificate of CN=Deep Inter"},
		{"namesake", []*x509.Certificate{leaf.Cert, pki().other.Intermediate("Deep Inter").Cert}, "has another key than the one that issued CN=client", at},
	} {
		got, err := LoadKeyPair(File{"cert.pem", testpki.CertPEM(c.given...)}, keyFile(leaf.Key))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		warnings := got.Warnings(time.Now())
		if c.want == "" {
			if len(warnings) > 0 {
				t.Errorf("%s: warns %v", c.name, warnings)
			}
			continue
		}
		if len(warnings) != 1 || warnings[0].Code != CodeChainIncomplete || !strings.Contains(warnings[0].What, c.want) || !strings.Contains(warnings[0].Fix, c.fix) {
			t.Errorf("%s: warns %v, want %q and %q", c.name, warnings, c.want, c.fix)
		}
	}
}

// TestPresent shows a loaded certificate of each kind of key to a real TLS server, in both versions of TLS.
func TestPresent(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		server := testpki.Serve(t, testpki.Origin{
			Cert: pki().root.Server("127.0.0.1"), ClientCAs: []*testpki.CA{pki().root}, MinVersion: version, MaxVersion: version,
		})
		for _, kind := range []testpki.KeyType{testpki.P256, testpki.P384, testpki.P521, testpki.RSA2048, testpki.Ed25519} {
			leaf := pki().inter.Client(fmt.Sprintf("client %d", kind), testpki.Key(kind))
			reversed := slices.Clone(leaf.Chain)
			slices.Reverse(reversed)
			certificate, err := LoadKeyPair(certFile(reversed...), keyFile(leaf.Key))
			if err != nil {
				t.Fatal(err)
			}
			pair := certificate.TLSCertificate()
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
				RootCAs: pki().root.Pool(),
				GetClientCertificate: func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
					return &pair, request.SupportsCertificate(&pair)
				},
			}}}
			response, err := client.Get(server.URL)
			if err != nil {
				t.Fatalf("%s, %s: %v", tls.VersionName(version), certificate.KeyType(), err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil || string(body) != leaf.Cert.Subject.CommonName {
				t.Errorf("%s, %s: the server saw %q, %v", tls.VersionName(version), certificate.KeyType(), body, err)
			}
		}
	}
}

// noKeyIn fails if text shows 8 bytes or more of key, plain or in one of the usual encodings. Of a PEM file both the base64
// and what it stands for are looked for.
func noKeyIn(t *testing.T, text string, key []byte) {
	t.Helper()
	if block, _ := pem.Decode(key); block != nil {
		noKeyIn(t, text, block.Bytes)
	}
	if bytes.Contains(key, []byte("-----BEGIN ")) {
		var body []byte
		for line := range bytes.Lines(key) {
			if !bytes.HasPrefix(line, []byte("-----")) && !bytes.Contains(line, []byte(": ")) {
				body = append(body, bytes.TrimSpace(line)...)
			}
		}
		key = body
	}
	for i := 0; i+8 <= len(key); i++ {
		window := key[i : i+8]
		decimal := strings.Trim(fmt.Sprint(window), "[]")
		spellings := []string{string(window), hex.EncodeToString(window), decimal, strings.ReplaceAll(decimal, " ", ", ")}
		if i+12 <= len(key) { // base64 encodes groups of three bytes; every group is the first of some window
			spellings = append(spellings, base64.StdEncoding.EncodeToString(key[i:i+12]))
		}
		for _, spelling := range spellings {
			if strings.Contains(text, spelling) {
				t.Fatalf("private key bytes %d to %d are shown in %.200q", i, i+8, text)
			}
		}
	}
}

// TestCertificateHidesKey prints a certificate in all ways that a careless log statement could.
func TestCertificateHidesKey(t *testing.T) {
	for _, kind := range []testpki.KeyType{testpki.P256, testpki.RSA2048, testpki.Ed25519} {
		leaf := pki().root.Client("client", testpki.Key(kind))
		certificate, err := LoadKeyPair(certFile(leaf.Chain...), keyFile(leaf.Key))
		if err != nil {
			t.Fatal(err)
		}
		var secret []byte
		switch key := leaf.Key.(type) {
		case *rsa.PrivateKey:
			secret = key.D.Bytes()
		case *ecdsa.PrivateKey:
			if secret, err = key.Bytes(); err != nil {
				t.Fatal(err)
			}
		default:
			der, _ := x509.MarshalPKCS8PrivateKey(key)
			secret = der[len(der)-32:] // the seed
		}
		var out strings.Builder
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
			for _, value := range []any{certificate, *certificate, certificate.Signer(), certificate.TLSCertificate()} {
				fmt.Fprintf(&out, verb+"\n", value)
			}
		}
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "certificate", certificate, "signer", certificate.Signer(), "tls", certificate.TLSCertificate().PrivateKey)
		noKeyIn(t, out.String(), secret)
	}
	// The check itself finds what it looks for.
	leaf := pki().root.Client("client", testpki.Key(testpki.Ed25519))
	der, _ := x509.MarshalPKCS8PrivateKey(leaf.Key)
	if !strings.Contains(fmt.Sprint(leaf.Key), strings.Trim(fmt.Sprint(der[len(der)-32:][:8]), "[]")) {
		t.Error("fmt no longer prints an Ed25519 key as decimal bytes: the search above looks for the wrong spelling")
	}
}

// TestOpenSSLFiles reads what OpenSSL itself writes.
func TestOpenSSLFiles(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl")
	}
	dir := t.TempDir()
	run := func(t *testing.T, args ...string) {
		t.Helper()
		command := exec.Command(openssl, args...)
		command.Dir = dir
		if out, err := command.CombinedOutput(); err != nil {
			t.Skipf("this openssl cannot %s: %s", strings.Join(args, " "), out)
		}
	}
	file := func(name string) File {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return File{name, data}
	}
	request := func(t *testing.T, key, cert string) {
		run(t, "req", "-x509", "-new", "-key", key, "-passin", "pass:secret", "-subj", "/C=US/ST=Texas/O=Example/CN=client/emailAddress=a@b.c", "-days", "90", "-out", cert)
	}

	for _, c := range []struct {
		name string
		make [][]string // writes k.pem
		code string     // "": it loads
		key  string     // what KeyType says, or what the message names
	}{
		{"EC with parameters", [][]string{{"ecparam", "-name", "prime256v1", "-genkey", "-out", "k.pem"}}, "", "ECDSA P-256"},
		{"EC in PKCS#8", [][]string{{"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "k.pem"}}, "", "ECDSA P-384"},
		{"Ed25519", [][]string{{"genpkey", "-algorithm", "ED25519", "-out", "k.pem"}}, "", "Ed25519"},
		{"RSA 1024", [][]string{{"genrsa", "-traditional", "-out", "k.pem", "1024"}}, "", "RSA 1024"},
		{"encrypted", [][]string{{"genpkey", "-algorithm", "ED25519", "-aes256", "-pass", "pass:secret", "-out", "k.pem"}}, CodeKeyEncrypted, ""},
		{"encrypted, traditional", [][]string{{"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "p.pem"}, {"ec", "-aes256", "-in", "p.pem", "-passout", "pass:secret", "-out", "k.pem"}}, CodeKeyEncrypted, ""},
		{"Ed448", [][]string{{"genpkey", "-algorithm", "ED448", "-out", "k.pem"}}, CodeKeyUnsupported, "Ed448"},
		{"X25519 needs no certificate", [][]string{{"genpkey", "-algorithm", "X25519", "-out", "k.pem"}}, CodeKeyUnsupported, "X25519"},
		{"RSA-PSS", [][]string{{"genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1024", "-out", "k.pem"}}, CodeKeyUnsupported, "RSA-PSS"},
		{"secp256k1", [][]string{{"ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", "k.pem"}}, CodeKeyUnsupported, "secp256k1"},
		{"brainpool", [][]string{{"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1", "-out", "k.pem"}}, CodeKeyUnsupported, "brainpoolP256r1"},
		{"explicit parameters", [][]string{{"ecparam", "-name", "prime256v1", "-param_enc", "explicit", "-genkey", "-noout", "-out", "k.pem"}}, CodeKeyUnsupported, "explicit parameters"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, args := range c.make {
				run(t, args...)
			}
			if !strings.HasPrefix(c.name, "X25519") {
				request(t, "k.pem", "c.pem")
			}
			certificate, err := LoadKeyPair(file("c.pem"), file("k.pem"))
			if c.code != "" {
				if problem := wantCode(t, err, c.code); !strings.Contains(problem.What, c.key) {
					t.Errorf("%q does not name %s", problem.What, c.key)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if certificate.KeyType() != c.key || certificate.Issuer() != "emailAddress=a@b.c,CN=client,O=Example,ST=Texas,C=US" {
				t.Errorf("got %s issued by %s", certificate.KeyType(), certificate.Issuer())
			}
		})
	}
	t.Run("PKCS#7", func(t *testing.T) {
		run(t, "genpkey", "-algorithm", "ED25519", "-out", "k.pem")
		request(t, "k.pem", "c.pem")
		run(t, "crl2pkcs7", "-nocrl", "-certfile", "c.pem", "-out", "c.p7b")
		_, err := LoadKeyPair(file("c.p7b"), file("k.pem"))
		wantCode(t, err, CodeCertFormat)
		// The command that the message proposes does what it promises.
		run(t, "pkcs7", "-print_certs", "-in", "c.p7b", "-out", "certificate.pem")
		if _, err := LoadKeyPair(file("certificate.pem"), file("k.pem")); err != nil {
			t.Error(err)
		}
	})
}

func FuzzLoadKeyPair(f *testing.F) {
	leaf := pki().inter.Client("client")
	f.Add(leaf.ChainPEM(), leaf.KeyPEM(testpki.PKCS8))
	f.Add(leaf.CertPEM(), leaf.KeyPEM(testpki.SEC1))
	f.Add(slices.Concat(leaf.KeyPEM(testpki.PKCS8), leaf.ChainPEM()), []byte{})
	f.Add(leaf.Cert.Raw, []byte("-----BEGIN PRIVATE KEY-----\n-----BEGIN "))
	f.Add([]byte("\xff\xfe-\x00-\x00"), []byte("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END EC PRIVATE KEY-----"))
	f.Fuzz(func(t *testing.T, cert, key []byte) {
		for _, keyInput := range []File{{"key", key}, {}} {
			certificate, err := LoadKeyPair(File{"cert", cert}, keyInput)
			if err != nil {
				if _, ok := errors.AsType[*Problem](err); !ok || certificate != nil {
					t.Fatalf("got %v, %v", certificate, err)
				}
				continue
			}
			if len(certificate.Chain) == 0 || certificate.KeyType() == "unknown key type" {
				t.Fatalf("accepted %v with the key %s", certificate.Chain, certificate.KeyType())
			}
			again, err := LoadKeyPair(File{"cert", encodeChain(certificate.Chain)}, File{"key", key})
			if keyInput.Data != nil && (err != nil || !again.Chain.equal(certificate.Chain)) {
				t.Fatalf("what was accepted is not accepted again: %v", err)
			}
		}
	})
}
