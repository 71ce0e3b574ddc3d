package webcrypto

import (
	"crypto/rand"
	"crypto/rsa"
)

// rsaOAEP is an RSA key for https://w3c.github.io/webcrypto/#rsa-oaep
type rsaOAEP struct{ rsaKey }

// errOAEP is the one error of everything that can be wrong with a message.
var errOAEP = operationErrorf("RSA-OAEP failed encrypt/decrypt.")

func (k rsaOAEP) encrypt(p *params, data []byte) ([]byte, error) {
	if k.private != nil {
		return nil, invalidAccessErrorf("Encryption/key wrapping only works with public keys, not \"private\".")
	}
	result, err := rsa.EncryptOAEP(k.digest.new(), rand.Reader, k.public, data, p.label)
	if err != nil {
		return nil, errOAEP
	}
	return result, nil
}

func (k rsaOAEP) decrypt(p *params, data []byte) ([]byte, error) {
	if k.private == nil {
		return nil, invalidAccessErrorf("Decryption/key unwrapping only works with private keys, not \"public\".")
	}
	result, err := rsa.DecryptOAEP(k.digest.new(), nil, k.private, data, p.label)
	if err != nil {
		return nil, errOAEP
	}
	return result, nil
}
