//go:build peers

package peers

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
)

// cryptoUnlikes are the cases of testdata/node_crypto.js that come out otherwise than on workerd, and why.
var cryptoUnlikes = map[string]string{
	"CryptoKey 1": "a key from a CryptoKey is equal to the same key from elsewhere",
}

// TestNodeCrypto compares what node:crypto does, errors included.
func TestNodeCrypto(t *testing.T) {
	workerdBinary(t)
	source, err := os.ReadFile("testdata/node_crypto.js")
	if err != nil {
		t.Fatal(err)
	}
	p := newProject(t, testpki.New("peers"), cryptoKeys(t)+string(source), nil)
	theirs, here := surface(t, &startWorkerd(t, p).peer), surface(t, serve(t, p))
	same := 0
	for name := range union(theirs, here) {
		why, differs := cryptoUnlikes[name]
		switch {
		case theirs[name] == here[name] && differs:
			t.Errorf("%s: there is no difference any more (%s)", name, why)
		case theirs[name] != here[name] && !differs:
			t.Errorf("%s:\ndevserver %s\nworkerd   %s", name, here[name], theirs[name])
		case !differs:
			same++
		}
	}
	t.Logf("%d cases, %d the same", len(theirs), same)
}

// cryptoKeys are the constants that the cases are about, as JavaScript.
func cryptoKeys(t *testing.T) string {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	private := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		check(err)
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	check(err)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	check(err)
	sum := sha256.Sum256([]byte("data"))
	signature, err := rsa.SignPKCS1v15(nil, rsaKey, crypto.SHA256, sum[:])
	check(err)

	ca := &x509.Certificate{
		SerialNumber: big.NewInt(0x1234ABCDEF), Subject: pkix.Name{Country: []string{"DE"}, Organization: []string{"Tëst, \"Inc\""}, CommonName: "ca"},
		NotBefore: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC), NotAfter: time.Date(2049, 11, 12, 13, 14, 15, 0, time.UTC),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(77), Subject: pkix.Name{CommonName: "leaf.example", OrganizationalUnit: []string{"a", "b"}},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, DNSNames: []string{"example.com", "*.wild.example.com"},
		IPAddresses: []net.IP{net.ParseIP("127.0.0.1").To4(), net.ParseIP("::1")}, EmailAddresses: []string{"a@example.com"},
		URIs: []*url.URL{{Scheme: "https", Host: "example.com", Path: "/x"}}, OCSPServer: []string{"http://ocsp.example.com/"},
		IssuingCertificateURL: []string{"http://ca.example.com/ca.crt"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	certificate := func(template *x509.Certificate, public any) string {
		der, err := x509.CreateCertificate(rand.Reader, template, ca, public, rsaKey)
		check(err)
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}

	public, err := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	check(err)
	content, err := asn1.Marshal(struct {
		PublicKey asn1.RawValue
		Challenge string `asn1:"ia5"`
	}{asn1.RawValue{FullBytes: public}, "challenge"})
	check(err)
	spkac, err := asn1.Marshal(struct {
		Content   asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}{asn1.RawValue{FullBytes: content}, pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4}, Parameters: asn1.NullRawValue}, asn1.BitString{Bytes: signature, BitLength: 2048}})
	check(err)

	var b strings.Builder
	for name, value := range map[string]string{
		"RSA": private(rsaKey), "EC": private(ecKey), "ED": private(edKey), "LEAF_KEY": private(ecKey), "CA": certificate(ca, &rsaKey.PublicKey),
		"LEAF": certificate(leaf, &ecKey.PublicKey), "SPKAC": base64.StdEncoding.EncodeToString(spkac),
	} {
		text, err := json.Marshal(value)
		check(err)
		fmt.Fprintf(&b, "const %s = %s;\n", name, text)
	}
	fmt.Fprintf(&b, "const RSA_SIGNATURE = new Uint8Array([...%q.matchAll(/../g)].map((m) => parseInt(m[0], 16)));\n", hex.EncodeToString(signature))
	return b.String()
}
