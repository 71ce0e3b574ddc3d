package mtls

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"

	"devserver/origin"
)

// The algorithm identifiers of keys that are supported.
var supportedAlgorithms = map[string]bool{
	"1.2.840.113549.1.1.1": true, // RSA
	"1.3.101.112":          true, // Ed25519
}

const ecPublicKey = "1.2.840.10045.2.1"

var supportedCurves = map[string]bool{
	"1.2.840.10045.3.1.7": true, // P-256
	"1.3.132.0.34":        true, // P-384
	"1.3.132.0.35":        true, // P-521
}

// unsupportedNames are the keys and curves that people may come with, for the message that refuses them.
var unsupportedNames = map[string]string{
	"1.2.840.113549.1.1.10":   "RSA-PSS",
	"1.2.840.10040.4.1":       "DSA",
	"1.3.101.110":             "X25519",
	"1.3.101.111":             "X448",
	"1.3.101.113":             "Ed448",
	"2.16.840.1.101.3.4.3.17": "ML-DSA-44",
	"2.16.840.1.101.3.4.3.18": "ML-DSA-65",
	"2.16.840.1.101.3.4.3.19": "ML-DSA-87",
	"1.2.840.10045.3.1.1":     "ECDSA P-192",
	"1.3.132.0.33":            "ECDSA P-224",
	"1.3.132.0.10":            "ECDSA secp256k1",
	"1.3.36.3.3.2.8.1.1.7":    "ECDSA brainpoolP256r1",
	"1.3.36.3.3.2.8.1.1.11":   "ECDSA brainpoolP384r1",
	"1.3.36.3.3.2.8.1.1.13":   "ECDSA brainpoolP512r1",
	"1.2.156.10197.1.301":     "SM2",
}

// pkcs8 is https://www.rfc-editor.org/rfc/rfc5958#section-2, as far as the algorithm is concerned.
type pkcs8 struct {
	Version    int
	Algorithm  pkix.AlgorithmIdentifier
	PrivateKey []byte
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	PublicKey  asn1.RawValue `asn1:"optional,tag:1"`
}

// sec1 is https://www.rfc-editor.org/rfc/rfc5915#section-3 with the curve left unparsed.
type sec1 struct {
	Version    int
	PrivateKey []byte
	Curve      asn1.RawValue  `asn1:"optional,explicit,tag:0"`
	PublicKey  asn1.BitString `asn1:"optional,explicit,tag:1"`
}

// encryptedPKCS8 is https://www.rfc-editor.org/rfc/rfc5958#section-3.
type encryptedPKCS8 struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

// pkcs7 is https://www.rfc-editor.org/rfc/rfc5652#section-3, as far as the type is concerned.
type pkcs7 struct {
	ContentType asn1.ObjectIdentifier
	Content     asn1.RawValue `asn1:"explicit,tag:0"`
}

// unmarshal parses all of der as a T.
func unmarshal[T any](der []byte) (value T, ok bool) {
	rest, err := asn1.Unmarshal(der, &value)
	return value, err == nil && len(rest) == 0
}

func is[T any](der []byte) bool {
	_, ok := unmarshal[T](der)
	return ok
}

// labelOfDER is the PEM label that a DER file would have, or "".
func labelOfDER(der []byte) string {
	if _, err := x509.ParseCertificate(der); err == nil {
		return "CERTIFICATE"
	}
	if _, err := x509.ParseCertificateRequest(der); err == nil {
		return "CERTIFICATE REQUEST"
	}
	if _, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return "RSA PRIVATE KEY"
	}
	switch {
	case is[pkcs8](der):
		return "PRIVATE KEY"
	case is[sec1](der):
		return "EC PRIVATE KEY"
	case is[encryptedPKCS8](der):
		return "ENCRYPTED PRIVATE KEY"
	case isPKCS12(der):
		return "PKCS12"
	case is[pkcs7](derOf(der)):
		return "PKCS7"
	}
	return ""
}

// algorithmOf names the algorithm of a key that cannot be used: of the parsed key if there is one, else as far as its
// outer structure tells. It returns "" for a supported algorithm, whose key is then damaged, and for what is no key at all.
func algorithmOf(der []byte, parsed any) string {
	if signer, ok := parsed.(crypto.Signer); ok {
		return origin.KeyType(signer.Public())
	}
	if key, ok := unmarshal[pkcs8](der); ok {
		if oid := key.Algorithm.Algorithm.String(); oid != ecPublicKey {
			return nameUnsupported(oid, supportedAlgorithms)
		}
		return curveOf(key.Algorithm.Parameters.FullBytes)
	}
	if key, ok := unmarshal[sec1](der); ok {
		return curveOf(key.Curve.Bytes) // a RawValue keeps its explicit tag, so Bytes is the whole inner element
	}
	return ""
}

func curveOf(parameters []byte) string {
	oid, ok := unmarshal[asn1.ObjectIdentifier](parameters)
	if !ok {
		return "ECDSA on a curve given by explicit parameters"
	}
	return nameUnsupported(oid.String(), supportedCurves)
}

func nameUnsupported(oid string, supported map[string]bool) string {
	if supported[oid] {
		return ""
	}
	if name, ok := unsupportedNames[oid]; ok {
		return name
	}
	return "of the kind " + oid
}
