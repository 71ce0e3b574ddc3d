package webcrypto

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"slices"
)

// aesCBC is a key for https://w3c.github.io/webcrypto/#aes-cbc
type aesCBC struct{ aesKey }

func (k aesCBC) encrypt(p *params, data []byte) ([]byte, error) {
	if len(p.iv) != aes.BlockSize {
		return nil, operationErrorf("AES-CBC IV must be 16 bytes long (provided %d bytes).", len(p.iv))
	}
	block, err := k.block()
	if err != nil {
		return nil, err
	}
	padding := aes.BlockSize - len(data)%aes.BlockSize
	padded := append(slices.Grow(bytes.Clone(data), padding), bytes.Repeat([]byte{byte(padding)}, padding)...)
	cipher.NewCBCEncrypter(block, p.iv).CryptBlocks(padded, padded)
	return padded, nil
}

func (k aesCBC) decrypt(p *params, data []byte) ([]byte, error) {
	if len(p.iv) != aes.BlockSize {
		return nil, operationErrorf("AES-CBC IV must be 16 bytes long (provided %d).", len(p.iv))
	}
	block, err := k.block()
	if err != nil {
		return nil, err
	}
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, k.errDecryption(len(data), len(data)/aes.BlockSize*aes.BlockSize)
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, p.iv).CryptBlocks(plain, data)
	padding, ok := cbcPadding(plain)
	if !ok {
		return nil, k.errDecryption(len(data), len(data)-aes.BlockSize)
	}
	return plain[:len(plain)-padding], nil
}

// cbcPadding returns how long the padding at the end of the last block is, or false if it is wrong. It takes as long
// either way: https://www.rfc-editor.org/rfc/rfc5652#section-6.3
func cbcPadding(plain []byte) (int, bool) {
	last := plain[len(plain)-aes.BlockSize:]
	padding := int(last[aes.BlockSize-1])
	good := subtle.ConstantTimeLessOrEq(1, padding) & subtle.ConstantTimeLessOrEq(padding, aes.BlockSize)
	for i, b := range last {
		isPadding := subtle.ConstantTimeLessOrEq(aes.BlockSize-padding, i)
		good &= subtle.ConstantTimeSelect(isPadding, subtle.ConstantTimeByteEq(b, byte(padding)), 1)
	}
	return padding, good == 1
}
