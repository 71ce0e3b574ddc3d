package webcrypto

import (
	"crypto/rsa"
)

// rsaPKCS1 is an RSA key for https://w3c.github.io/webcrypto/#rsassa-pkcs1
type rsaPKCS1 struct{ rsaKey }

func (k rsaPKCS1) sign(_ *params, data []byte) ([]byte, error) {
	if k.private == nil {
		return nil, errSignPublic
	}
	signature, err := rsa.SignPKCS1v15(nil, k.private, k.digest.id, k.digest.sum(data))
	if err != nil {
		return nil, operationErrorf("Failed to sign with RSASSA-PKCS1-v1_5 key")
	}
	return signature, nil
}

func (k rsaPKCS1) verify(_ *params, signature, data []byte) (bool, error) {
	if k.private != nil {
		return false, errVerifyPrivate
	}
	return rsa.VerifyPKCS1v15(k.public, k.digest.id, k.digest.sum(data), signature) == nil, nil
}
