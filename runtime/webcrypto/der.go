package webcrypto

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
)

// subjectPublicKeyInfo is https://www.rfc-editor.org/rfc/rfc5280#section-4.1
type subjectPublicKeyInfo struct {
	Algorithm pkix.AlgorithmIdentifier
	PublicKey asn1.BitString
}

// parseSPKI parses a public key in the format "spki". It returns a *rsa.PublicKey, *ecdsa.PublicKey, *ecdh.PublicKey
// (of X25519) or an ed25519.PublicKey.
func parseSPKI(der []byte) (any, error) {
	var info subjectPublicKeyInfo
	rest, err := asn1.Unmarshal(der, &info)
	if err != nil {
		return nil, dataErrorf("Invalid SPKI input.")
	}
	if len(rest) > 0 {
		return nil, dataErrorf("Invalid %d trailing bytes after SPKI input.", len(rest))
	}
	// The library does not take compressed points.
	if info.Algorithm.Algorithm.Equal(oidECPublicKey) {
		if public, ok := parseECInfo(info); ok {
			return public, nil
		}
		return nil, dataErrorf("Invalid SPKI input.")
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, dataErrorf("Invalid SPKI input.")
	}
	return public, nil
}

// maxPrivateDER is more bytes than the longest RSA key has. To parse a private key is to compute with it, which must
// not take for ever.
const maxPrivateDER = 32 << 10

// parsePKCS8 parses a private key in the format "pkcs8". As Workers do, it takes the formats of RSA and elliptic curve
// keys without that envelope, too. It returns a *rsa.PrivateKey, *ecdsa.PrivateKey, *ecdh.PrivateKey (of X25519) or an
// ed25519.PrivateKey.
func parsePKCS8(der []byte) (any, error) {
	var outer asn1.RawValue
	rest, err := asn1.Unmarshal(der, &outer)
	if err != nil {
		return nil, dataErrorf("Invalid PKCS8 input.")
	}
	if len(outer.FullBytes) > maxPrivateDER {
		return nil, dataErrorf("Invalid PKCS8 input.")
	}
	private, err := parsePrivate(outer.FullBytes)
	if err != nil {
		return nil, dataErrorf("Invalid PKCS8 input.")
	}
	if len(rest) > 0 {
		return nil, dataErrorf("Invalid %d trailing bytes after PKCS8 input.", len(rest))
	}
	return private, nil
}

func parsePrivate(der []byte) (any, error) {
	if private, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return private, nil
	}
	if private, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return private, nil
	}
	return x509.ParseECPrivateKey(der)
}

// exportDER is the part of exporting that all public and private keys share: "spki" for the one and "pkcs8" for the
// other.
func exportDER(name, format string, public, private any) (any, error) {
	kind := "public"
	if private != nil {
		kind = "private"
	}
	switch format {
	case "spki":
		if kind != "public" {
			return nil, invalidAccessErrorf("Asymmetric spki export requires public key (not %q).", kind)
		}
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			return nil, operationErrorf("Public key export failed.")
		}
		return der, nil
	case "pkcs8":
		if kind != "private" {
			return nil, invalidAccessErrorf("Asymmetric pkcs8 export requires private key (not %q).", kind)
		}
		der, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			return nil, operationErrorf("Private key export failed.")
		}
		return der, nil
	}
	return nil, invalidAccessErrorf("Cannot export %q in %q format.", name, format)
}
