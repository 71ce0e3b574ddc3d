package webcrypto

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"strings"

	"devserver/runtime/webidl"
)

// digest is a hash function.
type digest struct {
	name string
	new  func() hash.Hash
	jwk  string // the "alg" of an HMAC key with it; MD5 has none
}

// digests are the hash functions of Workers, which add MD5 to those of the standard.
var digests = []digest{
	{"SHA-1", sha1.New, "HS1"},
	{"SHA-256", sha256.New, "HS256"},
	{"SHA-384", sha512.New384, "HS384"},
	{"SHA-512", sha512.New, "HS512"},
	{"MD5", md5.New, ""},
}

// findDigest finds a hash function by its name, in any case.
func findDigest(name string) (digest, error) {
	for _, d := range digests {
		if strings.EqualFold(d.name, name) {
			return d, nil
		}
	}
	return digest{}, webidl.DOMErrorf("NotSupportedError", "Unrecognized or unimplemented digest algorithm requested.")
}

// sum returns the digest of data.
func (d digest) sum(data []byte) []byte {
	h := d.new()
	h.Write(data)
	return h.Sum(nil)
}
