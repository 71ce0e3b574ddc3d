package webcrypto

import (
	"crypto/aes"
	"crypto/cipher"
	"math/big"
)

// aesCTR is a key for https://w3c.github.io/webcrypto/#aes-ctr
type aesCTR struct{ aesKey }

func (k aesCTR) encrypt(p *params, data []byte) ([]byte, error) {
	if len(p.counter) != aes.BlockSize {
		return nil, operationErrorf("Counter must have length of 16 bytes (provided %d).", len(p.counter))
	}
	bits := *p.length
	if bits < 1 || bits > 128 {
		return nil, operationErrorf("Invalid counter of %d bits length provided.", bits)
	}
	block, err := k.block()
	if err != nil {
		return nil, err
	}
	// The counter is the last bits of the block. The cipher counts with all of the block, so that it has to be started
	// again, with the counter at zero, where the counter overflows.
	limit := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	value := new(big.Int).SetBytes(p.counter)
	value.And(value, new(big.Int).Sub(limit, big.NewInt(1)))
	blocks := big.NewInt(int64((len(data) + aes.BlockSize - 1) / aes.BlockSize))
	if blocks.Cmp(limit) > 0 {
		return nil, operationErrorf("Counter block values will repeat.")
	}
	first := len(data)
	if left := limit.Sub(limit, value); left.Cmp(blocks) < 0 {
		first = int(left.Int64()) * aes.BlockSize
	}
	result := make([]byte, len(data))
	cipher.NewCTR(block, p.counter).XORKeyStream(result[:first], data[:first])
	if first < len(data) {
		start := new(big.Int).SetBytes(p.counter)
		start.Sub(start, value)
		cipher.NewCTR(block, start.FillBytes(make([]byte, aes.BlockSize))).XORKeyStream(result[first:], data[first:])
	}
	return result, nil
}

func (k aesCTR) decrypt(p *params, data []byte) ([]byte, error) { return k.encrypt(p, data) }
