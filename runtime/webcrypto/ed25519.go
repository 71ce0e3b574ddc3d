package webcrypto

import (
	"crypto/ed25519"
)

// ed25519Key is a key for https://w3c.github.io/webcrypto/#ed25519, or for what Workers called so before.
type ed25519Key struct {
	name    string
	public  ed25519.PublicKey
	private ed25519.PrivateKey // nil in a public key
}

func (k ed25519Key) half() okpMaterial { return ed25519Key{k.name, k.public, nil} }

func (k ed25519Key) bytes() (public, private []byte) {
	if k.private == nil {
		return k.public, nil
	}
	return k.public, k.private.Seed()
}

func (k ed25519Key) export(format string) (any, error) {
	return exportOKP(k.name, format, k, k.public, k.private)
}

func (k ed25519Key) sign(_ *params, data []byte) ([]byte, error) {
	if k.private == nil {
		return nil, errSignPublic
	}
	return ed25519.Sign(k.private, data), nil
}

func (k ed25519Key) verify(_ *params, signature, data []byte) (bool, error) {
	if k.private != nil {
		return false, errVerifyPrivate
	}
	if len(signature) != ed25519.SignatureSize {
		return false, operationErrorf("Invalid %s signature length %d", k.name, len(signature))
	}
	return ed25519.Verify(k.public, data, signature), nil
}
