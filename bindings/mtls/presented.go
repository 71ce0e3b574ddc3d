package mtls

import (
	"cmp"
	"crypto/x509"
	"fmt"

	"devserver/bindings"
	"devserver/origin"
)

// Presented is what a binding presents and whom it trusts, for who looks at that apart from the binding.
type Presented struct {
	Identity          origin.Identity
	ID                string // certificate_id, if the certificate is in the store
	Source            string // where the certificate was found, in words
	CertFile, KeyFile string // where it stands, if in files of the user's; KeyFile is empty if the key is in CertFile
	CAFile            string // the binding's own roots; empty if it has none
	Roots             []*x509.Certificate
}

// Load finds the certificate of a binding that [Kind.Decode] made, instead of opening it.
func Load(b bindings.Binding, host bindings.Host) (Presented, error) {
	own, ok := b.(*binding)
	if !ok {
		return Presented{}, fmt.Errorf("%s is not an mTLS binding", b.Name())
	}
	roots, err := own.load(host)
	if err != nil {
		return Presented{}, err
	}
	local := own.settings.local
	p := Presented{
		Identity: *own.identity, Source: cmp.Or(local.cert, "$"+local.certEnv),
		CertFile: local.cert, KeyFile: local.key, CAFile: local.ca, Roots: roots,
	}
	switch {
	case local.demo:
		p.Source = "the demo origin"
	case !local.given():
		p.ID, p.Source = own.settings.id, "the certificate store"
	}
	return p, nil
}
