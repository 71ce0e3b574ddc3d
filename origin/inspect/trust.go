package inspect

import (
	"crypto/x509"
	"fmt"
	"slices"
)

// Trust is some roots that are trusted besides the system's.
type Trust struct {
	From  string // whose they are, in words: "--cacert"
	File  string // the PEM file they are in; "" if there is none
	Roots []*x509.Certificate
}

// whose finds the roots that a root is among; nil: the system's.
func whose(trusted []Trust, root *x509.Certificate) *Trust {
	i := slices.IndexFunc(trusted, func(t Trust) bool { return slices.ContainsFunc(t.Roots, root.Equal) })
	if i < 0 {
		return nil
	}
	return &trusted[i]
}

// public tells whether the system's roots alone accept a chain for a name, and why not.
func public(chain []*x509.Certificate, name string, roots func() (*x509.CertPool, error)) (Answer, string) {
	pool, err := roots()
	switch {
	case err != nil:
		return Unknown, fmt.Sprintf("the system's roots cannot be read: %v", err)
	case pool.Equal(x509.NewCertPool()):
		return Unknown, "this machine has no roots of its own"
	case len(chain) == 0:
		return Unknown, ""
	}
	options := x509.VerifyOptions{Roots: pool, DNSName: name, Intermediates: x509.NewCertPool()}
	for _, c := range chain[1:] {
		options.Intermediates.AddCert(c)
	}
	if _, err := chain[0].Verify(options); err != nil {
		return No, err.Error()
	}
	return Yes, ""
}
