package webcrypto

import (
	"crypto/ecdsa"
	"crypto/rand"
	"math/big"
)

// ecdsaKey is an elliptic curve key for https://w3c.github.io/webcrypto/#ecdsa
type ecdsaKey struct{ ecKey }

var (
	errSignPublic    = invalidAccessErrorf("Asymmetric signing requires a private key.")
	errVerifyPrivate = invalidAccessErrorf("Asymmetric verification requires a public key.")
)

// sign returns r and s one after the other, both as long as a coordinate.
func (k ecdsaKey) sign(p *params, data []byte) ([]byte, error) {
	if k.private == nil {
		return nil, errSignPublic
	}
	r, s, err := ecdsa.Sign(rand.Reader, k.private, p.hash.sum(data))
	if err != nil {
		return nil, operationErrorf("Failed to sign with ECDSA key")
	}
	size := k.curve.bytes()
	signature := make([]byte, 2*size)
	r.FillBytes(signature[:size])
	s.FillBytes(signature[size:])
	return signature, nil
}

func (k ecdsaKey) verify(p *params, signature, data []byte) (bool, error) {
	if k.private != nil {
		return false, errVerifyPrivate
	}
	size := k.curve.bytes()
	if len(signature) != 2*size {
		return false, nil
	}
	r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
	return ecdsa.Verify(k.public, p.hash.sum(data), r, s), nil
}
