package inspect

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"

	"devserver/origin"
)

// match says whether the identity fits what the origin asked for. The certificate is presented in any case.
func match(request *tls.CertificateRequestInfo, certificate *tls.Certificate, chain []*x509.Certificate) Match {
	signatures := *request
	signatures.AcceptableCAs = nil
	if err := signatures.SupportsCertificate(certificate); err != nil {
		return Match{No, "no signature that the origin accepts can be made with this key: " + err.Error()}
	}
	if len(chain) == 0 {
		return Match{Unknown, "the certificate cannot be read"}
	}
	if len(request.AcceptableCAs) == 0 {
		return Match{Yes, "the origin names no authorities, so what it accepts shows in its answer only"}
	}
	for i, c := range chain {
		if slices.ContainsFunc(request.AcceptableCAs, func(name []byte) bool { return bytes.Equal(name, c.RawIssuer) }) {
			what := "the certificate"
			if i > 0 {
				what = origin.DistinguishedName(c.RawSubject)
			}
			return Match{Yes, fmt.Sprintf("%s is issued by %s, which the origin accepts", what, origin.DistinguishedName(c.RawIssuer))}
		}
	}
	last := chain[len(chain)-1]
	reason := fmt.Sprintf("the origin does not accept %s, which issued the certificate", origin.DistinguishedName(last.RawIssuer))
	if len(chain) > 1 {
		reason = fmt.Sprintf("the origin accepts no issuer of the chain, which ends at %s, issued by %s", origin.DistinguishedName(last.RawSubject), origin.DistinguishedName(last.RawIssuer))
	}
	return Match{No, reason}
}
