package webcrypto

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"strings"
)

// aesKey is the material of all AES keys; each mode is a type of its own around it.
type aesKey struct {
	name string
	data []byte
}

// newAES makes a key of data, which it owns.
func newAES(name string, data []byte, extractable bool, usages []string) *key {
	k := &key{keyAlgorithm: keyAlgorithm{name: name, length: 8 * len(data)}, kind: "secret", extractable: extractable, usages: usages}
	switch base := (aesKey{name, data}); name {
	case "AES-CBC":
		k.material = aesCBC{base}
	case "AES-CTR":
		k.material = aesCTR{base}
	case "AES-GCM":
		k.material = aesGCM{base}
	default:
		k.material = aesKW{base}
	}
	return k
}

func isAESLength(bits int) bool { return bits == 128 || bits == 192 || bits == 256 }

func generateAES(p *params, extractable bool, usages []string) (generated, error) {
	name := p.algorithm.name
	usages, err := checkUsages("generate "+name, usages, p.algorithm.usages)
	if err != nil {
		return generated{}, err
	}
	if !isAESLength(*p.length) {
		return generated{}, operationErrorf("Generated AES key length must be 128, 192, or 256 bits but requested %d.", *p.length)
	}
	data := make([]byte, *p.length/8)
	rand.Read(data)
	return generated{secret: newAES(name, data, extractable, usages)}, nil
}

func aesLength(p *params) (*int, error) {
	if p.length == nil {
		return nil, errNoKeyLength
	}
	if !isAESLength(*p.length) {
		return nil, operationErrorf("Derived AES key must be 128, 192, or 256 bits in length but provided %d.", *p.length)
	}
	return p.length, nil
}

func importAES(p *params, format string, data keyData, extractable bool, usages []string) (*key, error) {
	name := p.algorithm.name
	usages, err := checkUsages("import secret "+name, usages, p.algorithm.usages)
	if err != nil {
		return nil, err
	}
	raw := data.raw
	switch format {
	case "raw":
		raw = bytes.Clone(raw)
	case "jwk":
		if raw, err = data.jwk.secret(); err != nil {
			return nil, err
		}
	default:
		return nil, errImportFormat(format)
	}
	if !isAESLength(8 * len(raw)) {
		return nil, dataErrorf("Imported AES key length must be 128, 192, or 256 bits but provided %d.", 8*len(raw))
	}
	if format == "jwk" {
		if err := data.jwk.checkSecret((aesKey{name, raw}).alg(), "enc", usages); err != nil {
			return nil, err
		}
	}
	return newAES(name, raw, extractable, usages), nil
}

// alg is the "alg" of a JSON Web Key, such as A128GCM.
func (k aesKey) alg() string {
	bits := map[int]string{16: "128", 24: "192", 32: "256"}[len(k.data)]
	return "A" + bits + strings.TrimPrefix(k.name, "AES-")
}

func (k aesKey) export(format string) (any, error) {
	switch format {
	case "raw":
		return bytes.Clone(k.data), nil
	case "jwk":
		return &jwk{kty: "oct", alg: k.alg(), k: encodeBase64URL(k.data)}, nil
	}
	return nil, notSupportedErrorf("%s key only supports exporting \"raw\" & \"jwk\", not %q.", k.name, format)
}

func (k aesKey) block() (cipher.Block, error) {
	block, err := aes.NewCipher(k.data)
	if err != nil {
		return nil, operationErrorf("%s key is invalid: %v", k.name, err)
	}
	return block, nil
}

// errDecryption is the one error of everything that can be wrong with a ciphertext. What its text says of lengths
// follows from the length of the input alone.
func (k aesKey) errDecryption(input, output int) error {
	return operationErrorf("Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect CryptoKey, or another algorithm-specific reason. Input length was %d, output length expected to be %d for %s", input, output, k.name)
}
