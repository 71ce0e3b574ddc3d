package webcrypto

import (
	"crypto/subtle"
	"encoding/binary"
)

// aesKW is a key for https://w3c.github.io/webcrypto/#aes-kw, which the standard library does not have.
type aesKW struct{ aesKey }

// keyWrapIV is what the first block of a wrapped key begins as: https://www.rfc-editor.org/rfc/rfc3394#section-2.2.3.1
const keyWrapIV = 0xA6A6A6A6A6A6A6A6

// wrap implements https://www.rfc-editor.org/rfc/rfc3394#section-2.2.1
func (k aesKW) wrap(data []byte) ([]byte, error) {
	if len(data)%8 != 0 {
		return nil, operationErrorf("Unwrapped key bit length must be a multiple of 64 bits but unwrapped key has a length of %d bits.", 8*len(data))
	}
	if len(data) < 16 {
		return nil, operationErrorf("Unwrapped key has length %d bytes but it should be greater than or equal to 16 and less than or equal to %d", len(data), ^uint64(0)-8)
	}
	block, err := k.block()
	if err != nil {
		return nil, err
	}
	result := make([]byte, 8+len(data))
	copy(result[8:], data)
	var b [16]byte
	a, step := uint64(keyWrapIV), uint64(0)
	for range 6 {
		for i := 8; i < len(result); i += 8 {
			step++
			binary.BigEndian.PutUint64(b[:8], a)
			copy(b[8:], result[i:i+8])
			block.Encrypt(b[:], b[:])
			a = binary.BigEndian.Uint64(b[:8]) ^ step
			copy(result[i:], b[8:])
		}
	}
	binary.BigEndian.PutUint64(result, a)
	return result, nil
}

// unwrap implements https://www.rfc-editor.org/rfc/rfc3394#section-2.2.2
func (k aesKW) unwrap(data []byte) ([]byte, error) {
	if len(data)%8 != 0 {
		return nil, operationErrorf("Provided a wrapped key to unwrap that is %d bits which isn't a multiple of 64 bits.", 8*len(data))
	}
	if len(data) < 24 {
		return nil, operationErrorf("Provided a wrapped key to unwrap this is %d bits that is less than the minimal length of 192 bits.", 8*len(data))
	}
	block, err := k.block()
	if err != nil {
		return nil, err
	}
	result := make([]byte, len(data)-8)
	copy(result, data[8:])
	var b [16]byte
	a, step := binary.BigEndian.Uint64(data), uint64(6*len(result)/8)
	for range 6 {
		for i := len(result) - 8; i >= 0; i -= 8 {
			binary.BigEndian.PutUint64(b[:8], a^step)
			copy(b[8:], result[i:i+8])
			block.Decrypt(b[:], b[:])
			a = binary.BigEndian.Uint64(b[:8])
			copy(result[i:], b[8:])
			step--
		}
	}
	var want, got [8]byte
	binary.BigEndian.PutUint64(want[:], keyWrapIV)
	binary.BigEndian.PutUint64(got[:], a)
	if subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
		return nil, operationErrorf("AES-KW key unwrapping failed.")
	}
	return result, nil
}
