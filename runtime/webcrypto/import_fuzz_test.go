package webcrypto

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"testing"
)

// FuzzImport imports keys of anything: whatever is accepted can be exported, and imported again.
func FuzzImport(f *testing.F) {
	rsaKey, _ := rsa.GenerateKey(rand.Reader, 1024)
	ecKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	for _, private := range []any{rsaKey, ecKey, edKey} {
		der, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	for _, public := range []any{&rsaKey.PublicKey, &ecKey.PublicKey, edKey.Public()} {
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	f.Add(make([]byte, 32))
	f.Add(append([]byte{2}, make([]byte, 32)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, a := range algorithms {
			for _, format := range []string{"raw", "spki", "pkcs8"} {
				p := &params{name: a.name, algorithm: a, strict: true, hash: digests[1], namedCurve: "P-256"}
				if a.name == "NODE-ED25519" {
					p.namedCurve = a.name
				}
				for _, usages := range [][]string{a.usages[:1], a.usages[1:2], nil} {
					k, err := importKey(p, format, keyData{raw: data}, a.generate != nil, usages)
					if err != nil || !k.extractable {
						continue
					}
					exported, err := k.export(format)
					if err != nil {
						t.Fatalf("%s %s: %v", a.name, format, err)
					}
					again, err := importKey(p, format, keyData{raw: exported.([]byte)}, true, usages)
					if err != nil {
						t.Fatalf("%s %s again: %v", a.name, format, err)
					}
					w, err := again.export("jwk")
					if err != nil {
						t.Fatalf("%s as a JSON Web Key: %v", a.name, err)
					}
					if _, err := importKey(p, "jwk", keyData{jwk: w.(*jwk)}, true, usages); err != nil {
						t.Fatalf("%s as a JSON Web Key again: %v", a.name, err)
					}
				}
			}
		}
	})
}
