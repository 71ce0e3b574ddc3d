package webcrypto

import (
	"crypto"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"strings"
)

// digest is a hash function.
type digest struct {
	name string
	id   crypto.Hash
	new  func() hash.Hash
	// suffix is what the "alg" of a JSON Web Key says of it, as 256 in HS256; MD5 has none.
	suffix string
}

// digests are the hash functions of Workers, which add MD5 to those of the standard.
var digests = []digest{
	{"SHA-1", crypto.SHA1, sha1.New, "1"},
	{"SHA-256", crypto.SHA256, sha256.New, "256"},
	{"SHA-384", crypto.SHA384, sha512.New384, "384"},
	{"SHA-512", crypto.SHA512, sha512.New, "512"},
	{"MD5", crypto.MD5, md5.New, ""},
}

// findDigest finds a hash function by its name, in any case.
func findDigest(name string) (digest, error) {
	for _, d := range digests {
		if strings.EqualFold(d.name, name) {
			return d, nil
		}
	}
	return digest{}, notSupportedErrorf("Unrecognized or unimplemented digest algorithm requested.")
}

// sum returns the digest of data.
func (d digest) sum(data []byte) []byte {
	h := d.new()
	h.Write(data)
	return h.Sum(nil)
}
