package webcrypto

import (
	"hash"
	"hash/crc32"
	"hash/crc64"
)

// checksum is a function that a DigestStream computes and digest does not.
type checksum struct {
	name string
	new  func() hash.Hash
}

// crc64NVME is the polynomial of the NVM Express specification, reflected.
const crc64NVME = 0x9A6C9329AC4BC9B5

// checksums are the functions that are found by their exact names.
var checksums = []checksum{
	{"crc32", func() hash.Hash { return crc32.NewIEEE() }},
	{"crc32c", func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) }},
	{"crc64nvme", func() hash.Hash { return crc64.New(crc64.MakeTable(crc64NVME)) }},
}

// newDigestHash begins a digest or a checksum.
func newDigestHash(name string) (hash.Hash, error) {
	for _, c := range checksums {
		if c.name == name {
			return c.new(), nil
		}
	}
	d, err := findDigest(name)
	if err != nil {
		return nil, err
	}
	return d.new(), nil
}
