package webcrypto

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"strings"

	"devserver/runtime/webidl"
)

// hmacKey is the material of an HMAC key: https://w3c.github.io/webcrypto/#hmac
type hmacKey struct {
	digest digest
	data   []byte
	length int // in bits, up to 7 less than data has
}

// importHMAC makes a key of data, which it copies, or of the *jwk that data is. The length is in bits; nil means all.
func importHMAC(format string, data any, d digest, length *int, extractable bool) (*hmacKey, error) {
	var raw []byte
	switch format {
	case "raw":
		raw = bytes.Clone(data.([]byte))
	case "jwk":
		var err error
		if raw, err = data.(*jwk).hmac(d, extractable); err != nil {
			return nil, err
		}
	default:
		return nil, webidl.DOMErrorf("NotSupportedError", "Unrecognized key import format %q.", format)
	}
	bits := 8 * len(raw)
	if length != nil {
		bits = *length
	}
	if bits == 0 || bits > 8*len(raw) || bits <= 8*(len(raw)-1) {
		return nil, webidl.DOMErrorf("DataError", "Imported HMAC key length (%d) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (%d).", bits, 8*len(raw))
	}
	return newHMAC(d, raw, bits), nil
}

// hmac returns the bytes of a JSON Web Key for HMAC.
func (w *jwk) hmac(d digest, extractable bool) ([]byte, error) {
	if w.kty != "oct" {
		return nil, webidl.DOMErrorf("DataError", "HMAC \"jwk\" key import requires a JSON Web Key with Key Type parameter (\"kty\") equal to \"oct\" (encountered %q).", w.kty)
	}
	if w.notExt && extractable {
		return nil, webidl.DOMErrorf("DataError", "JWK ext field for \"HMAC\" is set to false but extractable is true")
	}
	if w.alg != "" && w.alg != d.jwk {
		return nil, webidl.DOMErrorf("DataError", "HMAC \"jwk\" key import specifies \"alg\" that is incompatible with the hash name (encountered %q, expected %q).", w.alg, d.jwk)
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(w.k, "="))
	if err != nil || len(raw) == 0 {
		return nil, webidl.DOMErrorf("DataError", "HMAC \"jwk\" key import requires a base64Url encoding of the key")
	}
	return raw, nil
}

// generateHMAC makes a random key. The length is in bits; nil means that of a block of the hash function.
func generateHMAC(d digest, length *int) (*hmacKey, error) {
	bits := 8 * d.new().BlockSize()
	if length != nil {
		bits = *length
	}
	// A key longer than a block is hashed down to one: the limit only keeps a script from asking for gigabytes.
	if bits <= 0 || bits > 1<<20 {
		return nil, webidl.DOMErrorf("OperationError", "HMAC key length must be a non-zero unsigned long integer (requested %d).", bits)
	}
	data := make([]byte, (bits+7)/8)
	rand.Read(data)
	return newHMAC(d, data, bits), nil
}

// newHMAC makes a key of the first bits of data, which it owns.
func newHMAC(d digest, data []byte, bits int) *hmacKey {
	if rest := bits % 8; rest != 0 {
		data[len(data)-1] &= 0xFF << (8 - rest)
	}
	return &hmacKey{digest: d, data: data, length: bits}
}

func (k *hmacKey) algorithm() string { return "HMAC" }

func (k *hmacKey) describe() algorithmInfo {
	return algorithmInfo{name: "HMAC", hash: k.digest.name, length: k.length}
}

func (k *hmacKey) export(format string) (any, error) {
	switch format {
	case "raw":
		return bytes.Clone(k.data), nil
	case "jwk":
		if k.digest.jwk == "" {
			return nil, webidl.DOMErrorf("NotSupportedError", "Unimplemented JWK key export format for key algorithm %q.", k.digest.name)
		}
		return &jwk{kty: "oct", k: base64.RawURLEncoding.EncodeToString(k.data), alg: k.digest.jwk}, nil
	}
	return nil, webidl.DOMErrorf("NotSupportedError", "Unimplemented key export format %q.", format)
}

func (k *hmacKey) sign(data []byte) []byte {
	mac := hmac.New(k.digest.new, k.data)
	mac.Write(data)
	return mac.Sum(nil)
}

func (k *hmacKey) verify(signature, data []byte) bool { return hmac.Equal(signature, k.sign(data)) }
