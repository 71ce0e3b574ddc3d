package webcrypto

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// What node:crypto, which has classes of its own for keys, needs of this package.

// Material is what is in a CryptoKey.
type Material struct {
	Kind        string // "secret", "public" or "private"
	Extractable bool
	Data        []byte // the secret, SubjectPublicKeyInfo or PKCS #8, whether it may be exported or not
}

// IsCryptoKey reports whether v is a CryptoKey.
func IsCryptoKey(r *webidl.Realm, v goja.Value) bool {
	_, ok := webidl.As[*cryptoKey](r, v)
	return ok
}

// MaterialOf returns what is in a CryptoKey, or false if v is none, or one whose material has no bytes.
func MaterialOf(r *webidl.Realm, v goja.Value) (Material, bool) {
	k, ok := webidl.As[*cryptoKey](r, v)
	if !ok {
		return Material{}, false
	}
	format := map[string]string{"public": "spki", "private": "pkcs8"}[k.kind]
	if format == "" {
		format = "raw"
	}
	exported, err := k.material.export(format)
	data, ok := exported.([]byte)
	return Material{Kind: k.kind, Extractable: k.extractable, Data: data}, ok && err == nil
}

// ImportKey makes a CryptoKey at once of what subtle.importKey makes one of in its own time, and throws what that
// rejects with.
func ImportKey(c webidl.Call, format string, data []byte, algorithm goja.Value, extractable bool, usages []string) *goja.Object {
	k, err := importKey(normalize(c, algorithm, importing), format, keyData{raw: data}, extractable, usages)
	c.Check(err)
	return newCryptoKey(c.Realm, k)
}

// ParsePublicKey parses a SubjectPublicKeyInfo. It takes compressed points, which the standard library does not.
func ParsePublicKey(der []byte) (any, error) { return parseSPKI(der) }

// GenerateRSA makes an RSA key with any odd public exponent.
func GenerateRSA(bits, exponent int) (*rsa.PrivateKey, error) { return generateRSAKey(bits, exponent) }

// SignPSS signs the digest sum that h made, with a salt of exactly so many bytes.
func SignPSS(private *rsa.PrivateKey, h crypto.Hash, sum []byte, saltLength int) ([]byte, error) {
	if saltLength > 0 {
		return rsa.SignPSS(rand.Reader, private, h, sum, &rsa.PSSOptions{SaltLength: saltLength})
	}
	return rsaPSS{rsaKey{digest: digest{new: h.New}, public: &private.PublicKey, private: private}}.signUnsalted(sum)
}

// VerifyPSS reports whether a signature of the digest sum that h made is valid and has a salt of exactly so many bytes.
func VerifyPSS(public *rsa.PublicKey, h crypto.Hash, sum, signature []byte, saltLength int) bool {
	if saltLength > 0 {
		return rsa.VerifyPSS(public, h, sum, signature, &rsa.PSSOptions{SaltLength: saltLength}) == nil
	}
	return rsaPSS{rsaKey{digest: digest{new: h.New}, public: public}}.verifyUnsalted(sum, signature)
}
