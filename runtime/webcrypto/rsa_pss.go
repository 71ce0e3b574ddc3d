package webcrypto

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"math/big"
)

// rsaPSS is an RSA key for https://w3c.github.io/webcrypto/#rsa-pss
type rsaPSS struct{ rsaKey }

var errPSSSign = operationErrorf("Failed to sign with RSA-PSS key")

func (k rsaPSS) sign(p *params, data []byte) ([]byte, error) {
	if k.private == nil {
		return nil, errSignPublic
	}
	if k.digest.new().Size()+2 > k.public.Size() {
		return nil, operationErrorf("key too small for signing with given digest")
	}
	if p.saltLength > k.public.Size()-k.digest.new().Size()-2 {
		return nil, operationErrorf("key too small for signing with given digest and salt length")
	}
	sum := k.digest.sum(data)
	if p.saltLength == 0 {
		return k.signUnsalted(sum)
	}
	signature, err := rsa.SignPSS(rand.Reader, k.private, k.digest.id, sum, &rsa.PSSOptions{SaltLength: p.saltLength})
	if err != nil {
		return nil, errPSSSign
	}
	return signature, nil
}

func (k rsaPSS) verify(p *params, signature, data []byte) (bool, error) {
	if k.private != nil {
		return false, errVerifyPrivate
	}
	sum := k.digest.sum(data)
	if p.saltLength == 0 {
		return k.verifyUnsalted(sum, signature), nil
	}
	// The lengths that the library gives another meaning are negative, and 0.
	return rsa.VerifyPSS(k.public, k.digest.id, sum, signature, &rsa.PSSOptions{SaltLength: p.saltLength}) == nil, nil
}

// A salt of no bytes cannot be asked of the standard library, where 0 means "as long as possible". Without a salt the
// encoded message is the same each time, so that verifying is comparing.

// encodeUnsalted implements https://www.rfc-editor.org/rfc/rfc8017#section-9.1.1 for an empty salt. The result is as
// long as the modulus.
func (k rsaPSS) encodeUnsalted(sum []byte) []byte {
	bits := k.public.N.BitLen() - 1
	h := k.digest.new()
	h.Write(make([]byte, 8))
	h.Write(sum)
	seed := h.Sum(nil)
	message := make([]byte, (bits+7)/8)
	masked := message[:len(message)-len(seed)-1]
	masked[len(masked)-1] = 1
	for i := 0; i < len(masked); i += len(seed) {
		h.Reset()
		h.Write(seed)
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(i/len(seed))))
		for j, b := range h.Sum(nil) {
			if i+j < len(masked) {
				masked[i+j] ^= b
			}
		}
	}
	masked[0] &= 0xFF >> (8*len(message) - bits)
	copy(message[len(masked):], seed)
	message[len(message)-1] = 0xBC
	return append(make([]byte, k.public.Size()-len(message)), message...)
}

func (k rsaPSS) verifyUnsalted(sum, signature []byte) bool {
	s := new(big.Int).SetBytes(signature)
	if len(signature) != k.public.Size() || s.Cmp(k.public.N) >= 0 || k.digest.new().Size()+2 > k.public.Size() {
		return false
	}
	message := s.Exp(s, big.NewInt(int64(k.public.E)), k.public.N)
	return bytes.Equal(message.FillBytes(make([]byte, len(signature))), k.encodeUnsalted(sum))
}

// signUnsalted blinds the message with a random number, so that how long the computation takes says nothing of the key,
// and checks what comes out, so that a fault in it says nothing either.
func (k rsaPSS) signUnsalted(sum []byte) ([]byte, error) {
	n, e := k.public.N, big.NewInt(int64(k.public.E))
	for {
		blind, err := rand.Int(rand.Reader, n)
		if err != nil {
			return nil, errPSSSign
		}
		unblind := new(big.Int).ModInverse(blind, n)
		if unblind == nil {
			continue
		}
		message := new(big.Int).SetBytes(k.encodeUnsalted(sum))
		message.Mul(message, blind.Exp(blind, e, n)).Mod(message, n)
		message.Exp(message, k.private.D, n)
		message.Mul(message, unblind).Mod(message, n)
		signature := message.FillBytes(make([]byte, k.public.Size()))
		if !k.verifyUnsalted(sum, signature) {
			return nil, errPSSSign
		}
		return signature, nil
	}
}
