package mtls

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"devserver/origin"
)

// expiresSoon is how long before its end a certificate is warned about.
const expiresSoon = 30 * 24 * time.Hour

// maxChainSize is what a server written in Go takes, in bytes; OpenSSL's default is 100 KB.
const maxChainSize = 256 << 10

// A Certificate is a client certificate with its private key: an identity that can be presented to an origin.
// It is immutable and may be used by all goroutines. The private key can sign, but cannot be printed, marshalled or read back.
type Certificate struct {
	Chain
	signer crypto.Signer
	source string     // the file of the certificate, for warnings
	notes  []*Problem // what LoadKeyPair mended
}

// Signer signs with the private key.
func (c *Certificate) Signer() crypto.Signer { return c.signer }

// TLSCertificate is what crypto/tls presents. The slices belong to the caller, the certificates in them do not.
func (c *Certificate) TLSCertificate() tls.Certificate {
	der := make([][]byte, len(c.Chain))
	for i, cert := range c.Chain {
		der[i] = cert.Raw
	}
	return tls.Certificate{Certificate: der, PrivateKey: c.signer, Leaf: c.Leaf()}
}

// Warnings says why an origin may refuse the certificate at the time now, and what was mended when it was loaded.
func (c *Certificate) Warnings(now time.Time) []*Problem {
	return append(slices.Clone(c.notes), c.Chain.warnings(c.source, now)...)
}

// String names the certificate, for %v and %s of a Certificate and all that contain it.
func (c *Certificate) String() string { return c.Subject() }

// sealedKey is a private key of which only the use is left: formatting or marshalling it shows no key material,
// because the key itself is only reachable through a function.
type sealedKey struct {
	public crypto.PublicKey
	sign   func(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error)
}

func seal(key crypto.Signer) crypto.Signer {
	return &sealedKey{public: key.Public(), sign: key.Sign}
}

func (k *sealedKey) Public() crypto.PublicKey { return k.public }

func (k *sealedKey) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.sign(random, digest, opts)
}

// A Chain is a client certificate followed by the intermediates that are sent along with it. It is never empty.
type Chain []*x509.Certificate

// Leaf is the client certificate itself.
func (c Chain) Leaf() *x509.Certificate { return c[0] }

// Subject is the leaf's subject, as in CN=client,O=Example,C=US.
func (c Chain) Subject() string { return origin.DistinguishedName(c.Leaf().RawSubject) }

// Issuer is the leaf's issuer, as in CN=Root CA,O=Example,ST=Texas,C=US.
func (c Chain) Issuer() string { return origin.DistinguishedName(c.Leaf().RawIssuer) }

// NotAfter is when the leaf expires, in UTC.
func (c Chain) NotAfter() time.Time { return c.Leaf().NotAfter }

// Fingerprint is the SHA-256 of the leaf's DER in lower-case hexadecimal.
func (c Chain) Fingerprint() string {
	sum := sha256.Sum256(c.Leaf().Raw)
	return hex.EncodeToString(sum[:])
}

// KeyType is the leaf's kind of key: "RSA 2048", "ECDSA P-256" or "Ed25519".
func (c Chain) KeyType() string { return origin.KeyType(c.Leaf().PublicKey) }

func (c Chain) equal(other Chain) bool { return slices.EqualFunc(c, other, (*x509.Certificate).Equal) }

// size is how many bytes of DER a handshake sends.
func (c Chain) size() int {
	size := 0
	for _, cert := range c {
		size += len(cert.Raw)
	}
	return size
}

// orderChain puts the certificates as TLS sends them: the leaf, then each one's issuer. Those that issue none of the others
// come last, as strays. A second certificate for an issuer (a cross-signed intermediate) is no stray: an origin may need it.
func orderChain(leaf *x509.Certificate, certs []*x509.Certificate) (ordered Chain, strays []*x509.Certificate) {
	ordered = Chain{leaf}
	var rest []*x509.Certificate
	for _, cert := range certs {
		if !cert.Equal(leaf) && !slices.ContainsFunc(rest, cert.Equal) {
			rest = append(rest, cert)
		}
	}
	for last := leaf; !bytes.Equal(last.RawSubject, last.RawIssuer); {
		i := slices.IndexFunc(rest, func(cert *x509.Certificate) bool { return issued(cert, last) })
		if i < 0 {
			break
		}
		last = rest[i]
		ordered = append(ordered, last)
		rest = slices.Delete(rest, i, i+1)
	}
	path := slices.Clone(ordered)
	for _, cert := range rest {
		if !slices.ContainsFunc(path, func(child *x509.Certificate) bool { return bytes.Equal(cert.RawSubject, child.RawIssuer) }) {
			strays = append(strays, cert)
		}
		ordered = append(ordered, cert)
	}
	return ordered, strays
}

// issued tells by names and key identifiers whether parent issued child. It does not check the signature, which may use an
// algorithm that Go refuses but the origin accepts.
func issued(parent, child *x509.Certificate) bool {
	return bytes.Equal(parent.RawSubject, child.RawIssuer) &&
		(len(parent.SubjectKeyId) == 0 || len(child.AuthorityKeyId) == 0 || bytes.Equal(parent.SubjectKeyId, child.AuthorityKeyId))
}

// gaps warns about certificates that are not part of the chain, and about one that seems to be missing from it. Whether the
// last issuer is a root, which is not sent, only the origin knows; so it says what the file and the certificates tell.
func (c Chain) gaps(strays []*x509.Certificate, where string) []*Problem {
	end := c[0]
	for _, cert := range c[1:] {
		if !issued(cert, end) {
			break
		}
		end = cert
	}
	complete := bytes.Equal(end.RawSubject, end.RawIssuer)
	issuer, name := origin.DistinguishedName(end.RawIssuer), origin.DistinguishedName(end.RawSubject)
	missing := &Problem{Code: CodeChainIncomplete, Where: where, Fix: "append the certificate of " + issuer}
	if at := end.IssuingCertificateURL; len(at) > 0 {
		missing.Fix += ", which is at " + origin.EscapeName(at[0])
	}
	namesake := slices.ContainsFunc(c, func(cert *x509.Certificate) bool { return bytes.Equal(cert.RawSubject, end.RawIssuer) })
	authority := slices.ContainsFunc(strays, func(stray *x509.Certificate) bool { return stray.IsCA })
	switch {
	case !complete && namesake:
		missing.What = fmt.Sprintf("the certificate of %s in the file has another key than the one that issued %s: that one is missing", issuer, name)
		return []*Problem{missing}
	case !complete && authority && end == c[0]:
		missing.What = fmt.Sprintf("the certificate of %s, which issued %s, is missing: the others in the file did not (%s)", issuer, name, strings.Join(subjects(strays), ", "))
		return []*Problem{missing}
	case !complete && len(strays) == 0 && end == c[0] && len(end.IssuingCertificateURL) > 0:
		missing.What = fmt.Sprintf("the certificate of %s, which issued %s, is not in the file; unless it is a root, origins need it", issuer, name)
		return []*Problem{missing}
	case len(strays) == 0:
		return nil
	}
	stray := &Problem{
		Code: CodeChainStray, Where: where,
		What: "not part of the chain, but sent along: " + strings.Join(subjects(strays), ", "),
		Fix:  "remove what did not issue the client certificate",
	}
	if !complete {
		stray.Fix += ", or append what is missing between: the certificate of " + issuer
	}
	return []*Problem{stray}
}

func (c Chain) warnings(where string, now time.Time) []*Problem {
	return slices.Concat(c.validity(where, now), c.purpose(where), c.version(where), c.strength(where))
}

// validity warns about certificates that are expired, will soon be, or are not valid yet.
func (c Chain) validity(where string, now time.Time) []*Problem {
	var problems []*Problem
	for _, cert := range c {
		name := origin.DistinguishedName(cert.RawSubject)
		switch {
		case now.After(cert.NotAfter):
			problems = append(problems, &Problem{
				Code: CodeExpired, Where: where,
				What: fmt.Sprintf("the certificate %s expired on %s", name, day(cert.NotAfter)),
				Fix:  "renew it and upload the new one: origins refuse an expired certificate",
			})
		case now.Before(cert.NotBefore):
			problems = append(problems, &Problem{
				Code: CodeNotYetValid, Where: where,
				What: fmt.Sprintf("the certificate %s is not valid before %s (this machine's clock says %s)",
					name, cert.NotBefore.UTC().Format(time.DateTime), now.UTC().Format(time.DateTime)),
				Fix: "check the clock, or wait: origins refuse a certificate from the future",
			})
		case cert.NotAfter.Sub(now) < expiresSoon:
			problems = append(problems, &Problem{
				Code: CodeExpiresSoon, Where: where,
				What: fmt.Sprintf("the certificate %s expires on %s, in %s", name, day(cert.NotAfter), remaining(cert.NotAfter.Sub(now))),
				Fix:  "renew it in time",
			})
		}
	}
	return problems
}

// remaining is a time in words: in days, or in hours and minutes if it is less than two.
func remaining(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// purpose warns about a leaf that was issued for something else than to authenticate a TLS client.
func (c Chain) purpose(where string) []*Problem {
	var problems []*Problem
	leaf := c.Leaf()
	restricted := len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) > 0
	if restricted && !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageClientAuth) && !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageAny) {
		problems = append(problems, &Problem{
			Code: CodeEKU, Where: where,
			What: "the certificate " + c.Subject() + " is not meant for client authentication: its extended key usage lacks clientAuth",
			Fix:  "have it issued with extendedKeyUsage = clientAuth: most origins refuse it otherwise",
		})
	}
	if leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		problems = append(problems, &Problem{
			Code: CodeKeyUsage, Where: where,
			What: "the certificate " + c.Subject() + " does not allow signing: its key usage lacks digitalSignature",
			Fix:  "have it issued with keyUsage = digitalSignature: TLS signs with the client's key",
		})
	}
	return problems
}

// version warns about certificates without extensions, which OpenSSL makes unless it is told of one.
func (c Chain) version(where string) []*Problem {
	var problems []*Problem
	for _, cert := range c {
		if cert.Version < 3 && !bytes.Equal(cert.RawSubject, cert.RawIssuer) {
			problems = append(problems, &Problem{
				Code: CodeCertVersion, Where: where,
				What: fmt.Sprintf("the certificate %s is of X.509 version %d, which some servers refuse", origin.DistinguishedName(cert.RawSubject), cert.Version),
				Fix:  "have it issued as version 3, with extendedKeyUsage = clientAuth: openssl x509 -req -extfile",
			})
		}
	}
	return problems
}

// strength warns about keys and signatures that today's TLS servers refuse by default.
func (c Chain) strength(where string) []*Problem {
	var problems []*Problem
	for _, cert := range c {
		name := origin.DistinguishedName(cert.RawSubject)
		if public, ok := cert.PublicKey.(*rsa.PublicKey); ok && public.N.BitLen() < 2048 {
			problems = append(problems, &Problem{
				Code: CodeKeyWeak, Where: where,
				What: fmt.Sprintf("the certificate %s has a weak key: RSA with %d bits", name, public.N.BitLen()),
				Fix:  "use RSA with 2048 bits or more, or ECDSA P-256: OpenSSL's default security level refuses it",
			})
		}
		selfSigned := bytes.Equal(cert.RawSubject, cert.RawIssuer) // nobody checks the signature of a root
		if !selfSigned && slices.Contains(weakSignatures, cert.SignatureAlgorithm) {
			problems = append(problems, &Problem{
				Code: CodeSignatureWeak, Where: where,
				What: fmt.Sprintf("the certificate %s is signed with %s, which is broken", name, cert.SignatureAlgorithm),
				Fix:  "have it issued with SHA-256: today's TLS servers refuse it",
			})
		}
	}
	return problems
}

var weakSignatures = []x509.SignatureAlgorithm{x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
