package webcrypto

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"

	"devserver/runtime/webidl"
)

// hmacKey is the material of an HMAC key: https://w3c.github.io/webcrypto/#hmac
type hmacKey struct {
	digest digest
	data   []byte
}

// newHMAC makes a key of the first bits of data, which it owns.
func newHMAC(d digest, data []byte, bits int, extractable bool, usages []string) *key {
	if rest := bits % 8; rest != 0 {
		data[len(data)-1] &= 0xFF << (8 - rest)
	}
	return &key{
		keyAlgorithm: keyAlgorithm{name: "HMAC", hash: d, length: bits},
		kind:         "secret", extractable: extractable, usages: usages,
		material: &hmacKey{digest: d, data: data},
	}
}

func generateHMAC(p *params, extractable bool, usages []string) (generated, error) {
	usages, err := checkUsages("generate HMAC", usages, p.algorithm.usages)
	if err != nil {
		return generated{}, err
	}
	bits := 8 * p.hash.new().BlockSize()
	if p.length != nil {
		bits = *p.length
	}
	// A key longer than a block is hashed down to one: the limit only keeps a script from asking for gigabytes.
	if bits == 0 || bits > 1<<20 {
		return generated{}, operationErrorf("HMAC key length must be a non-zero unsigned long integer (requested %d).", bits)
	}
	data := make([]byte, (bits+7)/8)
	rand.Read(data)
	return generated{secret: newHMAC(p.hash, data, bits, extractable, usages)}, nil
}

func hmacLength(p *params) (*int, error) {
	switch {
	case p.length == nil:
		return new(8 * p.hash.new().BlockSize()), nil
	case *p.length == 0:
		return nil, webidl.TypeErrorf("HMAC key length must be a non-zero unsigned long integer.")
	}
	return p.length, nil
}

func importHMAC(p *params, format string, data keyData, extractable bool, usages []string) (*key, error) {
	usages, err := checkUsages("import secret HMAC", usages, p.algorithm.usages)
	if err != nil {
		return nil, err
	}
	var raw []byte
	switch format {
	case "raw":
		raw = bytes.Clone(data.raw)
	case "jwk":
		if raw, err = data.jwk.hmac(p.hash); err != nil {
			return nil, err
		}
	default:
		return nil, errImportFormat(format)
	}
	bits := 8 * len(raw)
	if p.length != nil {
		bits = *p.length
	}
	if bits == 0 || bits > 8*len(raw) || bits <= 8*(len(raw)-1) {
		return nil, dataErrorf("Imported HMAC key length (%d) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (%d).", bits, 8*len(raw))
	}
	return newHMAC(p.hash, raw, bits, extractable, usages), nil
}

// hmac returns the bytes of a JSON Web Key for HMAC. As in Workers, neither "use" nor "key_ops" matter.
func (w *jwk) hmac(d digest) ([]byte, error) {
	if w.kty != "oct" {
		return nil, dataErrorf("HMAC \"jwk\" key import requires a JSON Web Key with Key Type parameter (\"kty\") equal to \"oct\" (encountered %q).", w.kty)
	}
	if w.alg != "" && d.suffix == "" {
		return nil, notSupportedErrorf("Unrecognized or unimplemented hash algorithm requested")
	}
	if w.alg != "" && w.alg != "HS"+d.suffix {
		return nil, dataErrorf("HMAC \"jwk\" key import specifies \"alg\" that is incompatible with the hash name (encountered %q, expected \"HS%s\").", w.alg, d.suffix)
	}
	raw, ok := decodeBase64URL(w.k)
	if !ok {
		return nil, dataErrorf("HMAC \"jwk\" key import requires a base64Url encoding of the key")
	}
	return raw, nil
}

func (k *hmacKey) export(format string) (any, error) {
	switch format {
	case "raw":
		return bytes.Clone(k.data), nil
	case "jwk":
		if k.digest.suffix == "" {
			return nil, notSupportedErrorf("Unimplemented JWK key export format for key algorithm %q.", k.digest.name)
		}
		return &jwk{kty: "oct", alg: "HS" + k.digest.suffix, k: encodeBase64URL(k.data)}, nil
	}
	return nil, notSupportedErrorf("Unimplemented key export format %q.", format)
}

func (k *hmacKey) sign(_ *params, data []byte) ([]byte, error) {
	mac := hmac.New(k.digest.new, k.data)
	mac.Write(data)
	return mac.Sum(nil), nil
}

func (k *hmacKey) verify(p *params, signature, data []byte) (bool, error) {
	want, err := k.sign(p, data)
	return hmac.Equal(signature, want), err
}
