package origin

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
)

// KeyType names the kind of a public key, with its size or curve: "RSA 2048", "ECDSA P-256", "Ed25519".
func KeyType(public crypto.PublicKey) string {
	switch public := public.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", public.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + public.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return "unknown key type"
}
