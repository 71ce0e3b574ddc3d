package origin

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"
)

// verdict is a reason why an origin refuses a certificate.
type verdict struct {
	code           Code
	what, why, fix string
}

func (e *Error) is(v *verdict) { e.Code, e.What, e.Why, e.Fix = v.code, v.what, v.why, v.fix }

// suspect looks at the certificate for the reason of a refusal that did not say one; nil if there is nothing to be seen.
func (f *facts) suspect(now time.Time) *verdict {
	chain := f.identity.chain()
	if len(chain) == 0 {
		return nil
	}
	for _, look := range []func() *verdict{
		func() *verdict { return f.wrongKey(chain[0]) },
		func() *verdict { return f.untimely(chain, now) },
		func() *verdict { return f.wrongUsage(chain[0]) },
		func() *verdict {
			if len(f.ask().issuers) > 0 && !f.acceptsOneOf(chain) {
				return f.unknownIssuer(chain)
			}
			return nil
		},
		func() *verdict { return f.weak(chain) },
	} {
		if v := look(); v != nil {
			return v
		}
	}
	return nil
}

// wrongKey: the private key is not that of the certificate.
func (f *facts) wrongKey(leaf *x509.Certificate) *verdict {
	signer, ok := f.identity.Certificate.PrivateKey.(crypto.Signer)
	if !ok {
		return nil
	}
	public, ok := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || public.Equal(leaf.PublicKey) {
		return nil
	}
	return &verdict{code: KeyMismatch,
		what: "the private key does not belong to the client certificate",
		why:  fmt.Sprintf("what it signs cannot be verified with the certificate of %s", subject(leaf)),
		fix:  "take the key that the certificate was issued for, and " + f.identity.renew()}
}

// untimely: a certificate of the chain is not valid now.
func (f *facts) untimely(chain []*x509.Certificate, now time.Time) *verdict {
	for i, c := range chain {
		which := "the client certificate"
		if i > 0 {
			which = fmt.Sprintf("the intermediate %s", subject(c))
		}
		switch {
		case now.After(c.NotAfter):
			return &verdict{code: ClientCertExpired,
				what: fmt.Sprintf("%s expired on %s", which, day(c.NotAfter)),
				fix:  "renew it, and " + f.identity.renew()}
		case now.Before(c.NotBefore):
			return &verdict{code: ClientCertTooEarly,
				what: fmt.Sprintf("%s is not valid before %s", which, day(c.NotBefore)),
				fix:  "use one that is valid already, or check the clocks: this machine's says " + day(now)}
		}
	}
	return nil
}

func (f *facts) wrongUsage(leaf *x509.Certificate) *verdict {
	if forClients(leaf) {
		return nil
	}
	return &verdict{code: ClientCertUsage,
		what: "the certificate is not meant for clients",
		why:  "its extended key usage does not include clientAuth",
		fix:  "have it issued with extendedKeyUsage = clientAuth, and " + f.identity.renew()}
}

// weak: many origins take neither short RSA keys nor signatures over broken hashes.
func (f *facts) weak(chain []*x509.Certificate) *verdict {
	for i, c := range chain {
		var why string
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < 2048 {
			why = fmt.Sprintf("%s has an RSA key of %d bits", subject(c), key.N.BitLen())
		}
		switch c.SignatureAlgorithm {
		case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
			if i == 0 || !selfIssued(c) {
				why = fmt.Sprintf("%s is signed with %s", subject(c), c.SignatureAlgorithm)
			}
		}
		if why != "" {
			return &verdict{code: ClientCertWeak,
				what: "the client certificate is weaker than the origin accepts",
				why:  why,
				fix:  "have it issued for an ECDSA key, or an RSA key of 2048 bits or more, with SHA-256, and " + f.identity.renew()}
		}
	}
	return nil
}

// unknownIssuer: the origin cannot build a chain from what was presented to an authority that it trusts. Either it does
// not trust the authority, or something in between was not presented.
func (f *facts) unknownIssuer(chain []*x509.Certificate) *verdict {
	leaf, last := chain[0], chain[len(chain)-1]
	if how := f.missing(last); how != "" {
		return &verdict{code: ChainIncomplete,
			what: fmt.Sprintf("an intermediate is missing: %s, which issued %s, was not presented", issuer(last), subject(last)),
			why:  how,
			fix:  fmt.Sprintf("append the certificate of %s to the certificate file, below the others, and %s", issuer(last), f.identity.renew())}
	}
	v := &verdict{code: ClientCAUnknown,
		what: fmt.Sprintf("the origin does not trust the issuer of the client certificate, %s", issuer(leaf)),
		why:  fmt.Sprintf("the chain that was presented ends at %s, issued by %s", subject(last), issuer(last)),
		fix:  "use a certificate from an authority the origin accepts; if intermediates are missing, append them to the certificate file"}
	switch {
	case len(chain) == 1 && selfIssued(leaf):
		v.what = "the origin does not trust the client certificate, which signed itself"
		v.why = fmt.Sprintf("nobody but %s vouches for it", subject(leaf))
	case f.accepts(last.RawIssuer):
		v.why += ", a name that the origin accepts, so its authority of that name must have another key"
	}
	if len(f.ask().issuers) > 0 {
		v.why += fmt.Sprintf("; the origin accepts [%s]", strings.Join(shorten(f.ask().issuers), "; "))
	}
	return v
}

// missing says how it is known that the issuer of the last certificate is an intermediate that should have been
// presented; "" if it is not known.
func (f *facts) missing(last *x509.Certificate) string {
	if selfIssued(last) {
		return ""
	}
	impostor := false
	for i, c := range slices.Concat(f.peers, f.known) {
		if !bytes.Equal(c.RawSubject, last.RawIssuer) {
			continue
		}
		switch {
		case last.CheckSignatureFrom(c) != nil:
			impostor = true
		case selfIssued(c):
			return "" // it is a root, which is not presented
		case i < len(f.peers):
			return "the origin's own certificate has it in its chain"
		default:
			return "it is among the certificates that are trusted here"
		}
	}
	switch {
	case impostor:
		return ""
	case f.accepts(last.RawIssuer):
		return "the origin names it among the authorities that it accepts"
	case !last.IsCA && len(last.IssuingCertificateURL) > 0:
		return "the certificate itself says that it can be had from " + last.IssuingCertificateURL[0]
	}
	return ""
}

// accepts reports whether the origin named an authority.
func (f *facts) accepts(name []byte) bool {
	return slices.ContainsFunc(f.ask().acceptable, func(other []byte) bool { return bytes.Equal(name, other) })
}

// acceptsOneOf reports whether the origin named the issuer of one of the certificates.
func (f *facts) acceptsOneOf(chain []*x509.Certificate) bool {
	return slices.ContainsFunc(chain, func(c *x509.Certificate) bool { return f.accepts(c.RawIssuer) || f.accepts(c.RawSubject) })
}

func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, c.RawIssuer) }
