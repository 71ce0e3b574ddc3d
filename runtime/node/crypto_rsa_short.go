package node

//lint:file-ignore SA1019 scripts may ask for the padding of PKCS #1 v1.5, as in Workers.

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cryptobyteasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// RSA keys that are too short to be safe, which Workers can make and use, and the standard library cannot: the padding of
// PKCS #1 v1.5 over the operations of the keys. https://www.rfc-editor.org/rfc/rfc8017

// isShort reports whether the standard library refuses a key for its length.
func isShort(k *rsa.PublicKey) bool { return k.N.BitLen() < 1024 }

// digestOIDs name hash functions in signatures. https://www.rfc-editor.org/rfc/rfc8017#appendix-B.1
var digestOIDs = map[crypto.Hash]asn1.ObjectIdentifier{
	crypto.MD5:    {1, 2, 840, 113549, 2, 5},
	crypto.SHA1:   {1, 3, 14, 3, 2, 26},
	crypto.SHA224: {2, 16, 840, 1, 101, 3, 4, 2, 4},
	crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1},
	crypto.SHA384: {2, 16, 840, 1, 101, 3, 4, 2, 2},
	crypto.SHA512: {2, 16, 840, 1, 101, 3, 4, 2, 3},
}

// digestInfo is what is signed of a digest; 0 and crypto.MD5SHA1 stand for the digest itself.
func digestInfo(h crypto.Hash, sum []byte) ([]byte, error) {
	if h == 0 || h == crypto.MD5SHA1 {
		return sum, nil
	}
	oid, ok := digestOIDs[h]
	if !ok {
		return nil, errRSA
	}
	var b cryptobyte.Builder
	b.AddASN1(cryptobyteasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cryptobyteasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oid)
			b.AddASN1NULL()
		})
		b.AddASN1OctetString(sum)
	})
	return b.Bytes()
}

// rsaBlock puts data at the end of a block as long as the modulus: of type 1, filled up with FF, or 2, with random bytes.
func rsaBlock(k *rsa.PublicKey, kind byte, data []byte) ([]byte, error) {
	block := make([]byte, k.Size())
	fill := len(block) - len(data) - 3
	if fill < 8 {
		return nil, errRSA
	}
	block[1] = kind
	copy(block[3+fill:], data)
	for i := 2; i < 2+fill; i++ {
		block[i] = 0xFF
		for kind == 2 {
			if rand.Read(block[i : i+1]); block[i] != 0 {
				break
			}
		}
	}
	return block, nil
}

// rsaUnblock returns the data in a block of a type.
func rsaUnblock(kind byte, block []byte) ([]byte, error) {
	if len(block) < 11 {
		return nil, errRSA
	}
	fill := bytes.IndexByte(block[2:], 0)
	if fill < 8 || subtle.ConstantTimeCompare(block[:2], []byte{0, kind}) != 1 {
		return nil, errRSA
	}
	if kind == 1 && !bytes.Equal(block[2:2+fill], bytes.Repeat([]byte{0xFF}, fill)) {
		return nil, errRSA
	}
	return block[3+fill:], nil
}

// signPKCS1 signs a digest, or, with 0, data.
func signPKCS1(k *rsa.PrivateKey, h crypto.Hash, sum []byte) ([]byte, error) {
	if !isShort(&k.PublicKey) {
		return rsa.SignPKCS1v15(nil, k, h, sum)
	}
	info, err := digestInfo(h, sum)
	if err != nil {
		return nil, err
	}
	block, err := rsaBlock(&k.PublicKey, 1, info)
	if err != nil {
		return nil, err
	}
	return rsaPrivatePower(k, block)
}

func verifyPKCS1(k *rsa.PublicKey, h crypto.Hash, sum, signature []byte) bool {
	if !isShort(k) {
		return rsa.VerifyPKCS1v15(k, h, sum, signature) == nil
	}
	info, err := digestInfo(h, sum)
	if err != nil {
		return false
	}
	block, err := rsaPublicPower(k, signature)
	if err != nil {
		return false
	}
	signed, err := rsaUnblock(1, block)
	return err == nil && bytes.Equal(signed, info)
}

func encryptPKCS1(k *rsa.PublicKey, data []byte) ([]byte, error) {
	if !isShort(k) {
		return rsa.EncryptPKCS1v15(rand.Reader, k, data)
	}
	block, err := rsaBlock(k, 2, data)
	if err != nil {
		return nil, err
	}
	return rsaPublicPower(k, block)
}

func decryptPKCS1(k *rsa.PrivateKey, data []byte) ([]byte, error) {
	if !isShort(&k.PublicKey) {
		return rsa.DecryptPKCS1v15(nil, k, data)
	}
	block, err := rsaPrivatePower(k, data)
	if err != nil {
		return nil, err
	}
	return rsaUnblock(2, block)
}
