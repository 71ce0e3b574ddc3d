package webcrypto

import (
	"crypto/cipher"
	"crypto/subtle"
	"errors"
	"slices"
)

// aesGCM is a key for https://w3c.github.io/webcrypto/#aes-gcm
type aesGCM struct{ aesKey }

var errTag = errors.New("message authentication failed")

// gcm returns the cipher, whose tags are all 16 bytes long, and how long in bytes a tag is to be.
func (k aesGCM) gcm(p *params) (cipher.AEAD, int, error) {
	if len(p.iv) == 0 {
		return nil, 0, operationErrorf("AES-GCM IV must not be empty.")
	}
	bits := 128
	if p.tagLength != nil {
		bits = *p.tagLength
	}
	if !slices.Contains([]int{32, 64, 96, 104, 112, 120, 128}, bits) {
		return nil, 0, operationErrorf("Invalid AES-GCM tag length %d.", bits)
	}
	block, err := k.block()
	if err != nil {
		return nil, 0, err
	}
	gcm, err := cipher.NewGCMWithNonceSize(block, len(p.iv))
	if err != nil {
		return nil, 0, operationErrorf("AES-GCM IV of %d bytes is not supported: %v", len(p.iv), err)
	}
	return gcm, bits / 8, nil
}

func (k aesGCM) encrypt(p *params, data []byte) ([]byte, error) {
	gcm, tag, err := k.gcm(p)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, p.iv, data, p.additionalData)[:len(data)+tag], nil
}

func (k aesGCM) decrypt(p *params, data []byte) ([]byte, error) {
	gcm, tag, err := k.gcm(p)
	if err != nil {
		return nil, err
	}
	if len(data) < tag {
		return nil, operationErrorf("Ciphertext length of %d bits must be greater than or equal to the size of the AES-GCM tag length of %d bits.", 8*len(data), 8*tag)
	}
	text := data[:len(data)-tag]
	var plain []byte
	if tag == gcm.Overhead() {
		plain, err = gcm.Open(nil, p.iv, data, p.additionalData)
	} else {
		plain, err = openTruncated(gcm, p, text, data[len(text):])
	}
	if err != nil {
		return nil, k.errDecryption(len(text), len(text))
	}
	return plain, nil
}

// openTruncated opens what was sealed and had its tag cut short, which the library does only for a few lengths. The
// cipher adds the same key stream in both directions, so sealing the ciphertext shows the plaintext, and sealing that
// shows the tag. The plaintext of a wrong tag is dropped.
func openTruncated(gcm cipher.AEAD, p *params, text, tag []byte) ([]byte, error) {
	plain := gcm.Seal(nil, p.iv, text, nil)[:len(text)]
	want := gcm.Seal(nil, p.iv, plain, p.additionalData)[len(text):]
	if subtle.ConstantTimeCompare(tag, want[:len(tag)]) != 1 {
		return nil, errTag
	}
	return plain, nil
}
