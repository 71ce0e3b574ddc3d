package origin

import (
	"cmp"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"time"
)

// Identity is who a Client says it is when an origin asks: a certificate chain with its
// private key. It is immutable once a Client has it.
type Identity struct {
	// Name is what people call it, usually the binding's name. It appears in messages.
	Name string
	// Source says where the certificate was found, such as the name of its file, and Renewal how another takes its place.
	// They appear in messages; both may be empty.
	Source, Renewal string
	// Certificate holds the chain, leaf first, and a PrivateKey that is a crypto.Signer.
	Certificate tls.Certificate
}

// Fingerprint is the SHA-256 of the leaf certificate, in lower-case hexadecimal.
// Two identities with one fingerprint are the same to every origin.
func (id Identity) Fingerprint() string {
	if len(id.Certificate.Certificate) == 0 {
		return ""
	}
	sum := sha256.Sum256(id.Certificate.Certificate[0])
	return hex.EncodeToString(sum[:])
}

// String names the identity and never shows the key, whatever verb prints it.
func (id Identity) String() string {
	return fmt.Sprintf("identity %q (sha256 %.16s)", id.Name, id.Fingerprint())
}

// GoString is String, so that %#v shows no key either.
func (id Identity) GoString() string { return id.String() }

// renew says what to do with a new certificate.
func (id *Identity) renew() string {
	return cmp.Or(id.Renewal, "upload it again")
}

// chain parses the certificates, leaf first. What cannot be parsed ends it.
func (id *Identity) chain() []*x509.Certificate {
	var chain []*x509.Certificate
	for i, der := range id.Certificate.Certificate {
		if i == 0 && id.Certificate.Leaf != nil {
			chain = append(chain, id.Certificate.Leaf)
			continue
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			break
		}
		chain = append(chain, cert)
	}
	return chain
}

// forClients reports whether a certificate may identify a client. One without any
// extended key usage may be used for everything.
func forClients(c *x509.Certificate) bool {
	for _, usage := range c.ExtKeyUsage {
		if usage == x509.ExtKeyUsageClientAuth || usage == x509.ExtKeyUsageAny {
			return true
		}
	}
	return len(c.ExtKeyUsage) == 0 && len(c.UnknownExtKeyUsage) == 0
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
