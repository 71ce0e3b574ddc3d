package inspect

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"

	"devserver/origin"
)

func describeAll(chain []*x509.Certificate, now time.Time) []Certificate {
	list := make([]Certificate, len(chain))
	for i, c := range chain {
		list[i] = Describe(c, now)
	}
	return list
}

// Describe is what people want to know of a certificate at the time now.
func Describe(c *x509.Certificate, now time.Time) Certificate {
	sum := sha256.Sum256(c.Raw)
	d := Certificate{
		Subject: origin.DistinguishedName(c.RawSubject), Issuer: origin.DistinguishedName(c.RawIssuer),
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		DaysLeft: int(math.Floor(c.NotAfter.Sub(now).Hours() / 24)),
		Key:      origin.KeyType(c.PublicKey), Signature: c.SignatureAlgorithm.String(), SHA256: hex.EncodeToString(sum[:]),
		Names: append([]string{}, c.DNSNames...),
	}
	for _, ip := range c.IPAddresses {
		d.Names = append(d.Names, ip.String())
	}
	for _, usage := range c.ExtKeyUsage {
		d.Usages = append(d.Usages, usageName(usage))
	}
	for _, oid := range c.UnknownExtKeyUsage {
		d.Usages = append(d.Usages, oid.String())
	}
	return d
}

// usageName is the name in RFC 5280, https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12, where it has one.
func usageName(usage x509.ExtKeyUsage) string {
	switch usage {
	case x509.ExtKeyUsageAny:
		return "any"
	case x509.ExtKeyUsageServerAuth:
		return "serverAuth"
	case x509.ExtKeyUsageClientAuth:
		return "clientAuth"
	case x509.ExtKeyUsageCodeSigning:
		return "codeSigning"
	case x509.ExtKeyUsageEmailProtection:
		return "emailProtection"
	case x509.ExtKeyUsageTimeStamping:
		return "timeStamping"
	case x509.ExtKeyUsageOCSPSigning:
		return "OCSPSigning"
	}
	return usage.String()
}

// schemeName is the name in the registry: https://www.iana.org/assignments/tls-parameters (TLS SignatureScheme).
func schemeName(scheme tls.SignatureScheme) string {
	if name, ok := schemeNames[scheme]; ok {
		return name
	}
	return fmt.Sprintf("0x%04x", uint16(scheme))
}

var schemeNames = map[tls.SignatureScheme]string{
	0x0201: "rsa_pkcs1_sha1", 0x0203: "ecdsa_sha1",
	0x0301: "rsa_pkcs1_sha224", 0x0303: "ecdsa_sha224",
	0x0401: "rsa_pkcs1_sha256", 0x0403: "ecdsa_secp256r1_sha256",
	0x0501: "rsa_pkcs1_sha384", 0x0503: "ecdsa_secp384r1_sha384",
	0x0601: "rsa_pkcs1_sha512", 0x0603: "ecdsa_secp521r1_sha512",
	0x0804: "rsa_pss_rsae_sha256", 0x0805: "rsa_pss_rsae_sha384", 0x0806: "rsa_pss_rsae_sha512",
	0x0807: "ed25519", 0x0808: "ed448",
	0x0809: "rsa_pss_pss_sha256", 0x080a: "rsa_pss_pss_sha384", 0x080b: "rsa_pss_pss_sha512",
	0x081a: "ecdsa_brainpoolP256r1tls13_sha256", 0x081b: "ecdsa_brainpoolP384r1tls13_sha384", 0x081c: "ecdsa_brainpoolP512r1tls13_sha512",
}

func versionName(version uint16) string {
	return strings.Replace(tls.VersionName(version), "0x", "version 0x", 1)
}
