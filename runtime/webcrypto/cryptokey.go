package webcrypto

import (
	"slices"
	"strings"

	"devserver/runtime/webidl"
)

// key is the Go value behind a CryptoKey.
type key struct {
	kind        string // "secret", "public" or "private"
	extractable bool
	usages      []string
	material
}

// material is what an algorithm keeps in a key. What can be done with it, it says by implementing signer.
type material interface {
	// algorithm is the algorithm's name.
	algorithm() string
	// describe makes the value of the algorithm attribute.
	describe() algorithmInfo
	// export returns the key in one of the formats, as bytes or as a *jwk.
	export(format string) (any, error)
}

// algorithmInfo is the algorithm attribute of a key.
type algorithmInfo struct {
	name, hash string
	length     int // in bits
}

// signer is material that signs.
type signer interface {
	sign(data []byte) []byte
	verify(signature, data []byte) bool
}

// jwk is a JSON Web Key: https://www.rfc-editor.org/rfc/rfc7517
type jwk struct {
	kty, k, alg string
	notExt      bool // "ext" is false
}

// keyUsages are all usages, in the order in which a key lists them.
var keyUsages = []string{"encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"}

// checkUsages returns usages in order and each once. Those that are not allowed are an error, and so is none; doing
// says what is being done.
func checkUsages(doing string, usages, allowed []string) ([]string, error) {
	for _, usage := range usages {
		if !slices.Contains(allowed, usage) {
			return nil, webidl.DOMErrorf("SyntaxError", "Attempt to %s with invalid usage %q.", doing, usage)
		}
	}
	if len(usages) == 0 {
		return nil, webidl.DOMErrorf("SyntaxError", "Secret/private CryptoKeys must have at least one usage.")
	}
	return slices.DeleteFunc(slices.Clone(keyUsages), func(usage string) bool { return !slices.Contains(usages, usage) }), nil
}

// permit checks that the key is for the algorithm and the usage.
func (k *key) permit(algorithm, usage string) error {
	if !strings.EqualFold(algorithm, k.algorithm()) {
		return webidl.DOMErrorf("InvalidAccessError", "Requested algorithm %q does not match this CryptoKey's algorithm %q.", algorithm, k.algorithm())
	}
	if !slices.Contains(k.usages, usage) {
		return webidl.DOMErrorf("InvalidAccessError", "Requested key usage %q does not match any usage listed in this CryptoKey.", usage)
	}
	return nil
}
