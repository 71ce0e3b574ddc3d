package node

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

var (
	errRSA     = webidl.Errorf("Failed to cipher/decipher")
	errPadding = webidl.Errorf("Failed to set the padding")
)

// rsaPublicPower is the operation of the public key on a message as long as the modulus, or shorter.
func rsaPublicPower(k *rsa.PublicKey, message []byte) ([]byte, error) {
	m := new(big.Int).SetBytes(message)
	if m.Cmp(k.N) >= 0 || len(message) != k.Size() {
		return nil, errRSA
	}
	return m.Exp(m, big.NewInt(int64(k.E)), k.N).FillBytes(make([]byte, k.Size())), nil
}

// rsaPrivatePower is the operation of the private key. The message is blinded with a random number, so that how long the
// computation takes says nothing of the key, and what comes out is checked.
func rsaPrivatePower(k *rsa.PrivateKey, message []byte) ([]byte, error) {
	m := new(big.Int).SetBytes(message)
	if m.Cmp(k.N) >= 0 || len(message) != k.Size() {
		return nil, errRSA
	}
	for {
		blind, err := rand.Int(rand.Reader, k.N)
		if err != nil {
			return nil, errRSA
		}
		unblind := new(big.Int).ModInverse(blind, k.N)
		if unblind == nil {
			continue
		}
		m.Mul(m, blind.Exp(blind, big.NewInt(int64(k.E)), k.N)).Mod(m, k.N)
		m.Exp(m, k.D, k.N)
		m.Mul(m, unblind).Mod(m, k.N)
		out := m.FillBytes(make([]byte, k.Size()))
		if check, err := rsaPublicPower(&k.PublicKey, out); err != nil || !bytes.Equal(check, message) {
			return nil, errRSA
		}
		return out, nil
	}
}

// rsaCipher is one of the four operations that encrypt or decrypt.
type rsaCipher struct {
	padding int
	digest  messageDigest
	label   []byte
}

func (r rsaCipher) publicEncrypt(k *rsa.PublicKey, data []byte) ([]byte, error) {
	switch r.padding {
	case paddingPKCS1:
		return encryptPKCS1(k, data)
	case paddingOAEP:
		return rsa.EncryptOAEP(r.digest.new(), rand.Reader, k, data, r.label)
	case paddingNone:
		return rsaPublicPower(k, data)
	}
	return nil, errPadding
}

func (r rsaCipher) privateDecrypt(k *rsa.PrivateKey, data []byte) ([]byte, error) {
	switch r.padding {
	case paddingPKCS1:
		return decryptPKCS1(k, data)
	case paddingOAEP:
		return rsa.DecryptOAEP(r.digest.new(), nil, k, data, r.label)
	case paddingNone:
		return rsaPrivatePower(k, data)
	}
	return nil, errPadding
}

func (r rsaCipher) privateEncrypt(k *rsa.PrivateKey, data []byte) ([]byte, error) {
	switch r.padding {
	case paddingPKCS1:
		return signPKCS1(k, 0, data)
	case paddingNone:
		return rsaPrivatePower(k, data)
	}
	return nil, errPadding
}

// publicDecrypt takes off the padding of block type 1. https://www.rfc-editor.org/rfc/rfc8017#section-9.2
func (r rsaCipher) publicDecrypt(k *rsa.PublicKey, data []byte) ([]byte, error) {
	if r.padding != paddingPKCS1 && r.padding != paddingNone {
		return nil, errPadding
	}
	message, err := rsaPublicPower(k, data)
	if err != nil || r.padding == paddingNone {
		return message, err
	}
	return rsaUnblock(1, message)
}

// rsaNative is one of the operations as a function: of a key, data, padding, name of the hash function, and label.
func rsaNative(name string, run func(r rsaCipher, k *pairKey, data []byte) ([]byte, error)) webidl.Member {
	return webidl.Static(name, 0, func(c webidl.Call) goja.Value {
		k := handleOf[*pairKey](c, 0)
		if k.kind() != "rsa" {
			c.Throw(webidl.Errorf("publicEncrypt() currently only supports RSA keys"))
		}
		data, ok := c.Realm.Bytes(c.Arg(1))
		if !ok && !goja.IsString(c.Arg(1)) {
			c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'CryptoImpl': parameter 2 is not of type 'BufferSource'.", name))
		} else if !ok {
			data = utf8Encoding.encode(c.Arg(1))
		}
		r := rsaCipher{padding: paddingPKCS1, digest: messageDigests["sha256"]}
		if c.Has(2) {
			r.padding = int(c.Arg(2).ToInteger())
		}
		if c.Has(3) {
			if r.digest, ok = findMessageDigest(c.Arg(3).String()); !ok {
				c.Throw(webidl.Errorf("Unsupported hash digest"))
			}
		}
		if c.Has(4) {
			if r.label, _ = c.Realm.Bytes(c.Arg(4)); r.padding != paddingOAEP {
				c.Throw(webidl.Errorf("Failed to set the OAEP label"))
			}
		}
		out, err := run(r, k, data)
		if err != nil && err != errPadding {
			err = errRSA
		}
		c.Check(err)
		return newBuffer(c.Realm, out)
	})
}

var rsaNatives = []webidl.Member{
	rsaNative("publicEncrypt", func(r rsaCipher, k *pairKey, data []byte) ([]byte, error) {
		return r.publicEncrypt(k.public.(*rsa.PublicKey), data)
	}),
	rsaNative("privateDecrypt", func(r rsaCipher, k *pairKey, data []byte) ([]byte, error) {
		return r.privateDecrypt(k.private.(*rsa.PrivateKey), data)
	}),
	rsaNative("privateEncrypt", func(r rsaCipher, k *pairKey, data []byte) ([]byte, error) {
		return r.privateEncrypt(k.private.(*rsa.PrivateKey), data)
	}),
	rsaNative("publicDecrypt", func(r rsaCipher, k *pairKey, data []byte) ([]byte, error) {
		return r.publicDecrypt(k.public.(*rsa.PublicKey), data)
	}),
}
