package webcrypto

import (
	"crypto/ecdh"
)

// x25519Key is a key for https://w3c.github.io/webcrypto/#x25519
type x25519Key struct {
	public  *ecdh.PublicKey
	private *ecdh.PrivateKey // nil in a public key
}

func (k x25519Key) half() okpMaterial { return x25519Key{k.public, nil} }

func (k x25519Key) bytes() (public, private []byte) {
	if k.private == nil {
		return k.public.Bytes(), nil
	}
	return k.public.Bytes(), k.private.Bytes()
}

func (k x25519Key) export(format string) (any, error) {
	return exportOKP("X25519", format, k, k.public, k.private)
}

func (k x25519Key) deriveBits(p *params, bits *int) ([]byte, error) {
	if k.private == nil {
		return nil, invalidAccessErrorf("The deriveBits operation is only valid for a private key, not \"public\".")
	}
	if err := checkPeer("X25519", p.public); err != nil {
		return nil, err
	}
	secret, err := k.private.ECDH(p.public.material.(x25519Key).public)
	if err != nil {
		return nil, operationErrorf("Failed to derive EDDH key: public key routines INVALID_PEER_KEY.")
	}
	return firstBits(secret, bits)
}
