package webcrypto

import (
	"bytes"
	"crypto/hkdf"
	"crypto/pbkdf2"

	"devserver/runtime/webidl"
)

var errNoKeyLength = webidl.TypeErrorf("Missing field \"length\" in \"derivedKeyParams\".")

type (
	hkdfKey   struct{ secret []byte } // https://w3c.github.io/webcrypto/#hkdf
	pbkdf2Key struct{ secret []byte } // https://w3c.github.io/webcrypto/#pbkdf2
)

func anyLength(*params) (*int, error) { return nil, nil }

// importSecret makes a key that other keys are derived from, and that never leaves again.
func importSecret(p *params, format string, data keyData, extractable bool, usages []string) (*key, error) {
	name := p.algorithm.name
	usages, err := checkUsages("import secret "+name, usages, p.algorithm.usages)
	if err != nil {
		return nil, err
	}
	if extractable {
		return nil, syntaxErrorf("%s key cannot be extractable.", name)
	}
	if format != "raw" {
		return nil, notSupportedErrorf("%s key must be imported in \"raw\" format (requested %q).", name, format)
	}
	k := &key{keyAlgorithm: keyAlgorithm{name: name}, kind: "secret", usages: usages}
	if secret := bytes.Clone(data.raw); name == "HKDF" {
		k.material = hkdfKey{secret}
	} else {
		k.material = pbkdf2Key{secret}
	}
	return k, nil
}

func (hkdfKey) export(format string) (any, error) {
	return nil, notSupportedErrorf("Unrecognized export format requested.")
}

func (pbkdf2Key) export(format string) (any, error) {
	return nil, notSupportedErrorf("Unrecognized export format requested.")
}

// derivedLength checks how many bits are to be derived, and returns how many bytes that is.
func derivedLength(name string, bits *int) (int, error) {
	if bits == nil {
		return 0, operationErrorf("%s cannot derive a key with null length.", name)
	}
	if *bits%8 != 0 {
		return 0, operationErrorf("%s requires a derived key length that is a multiple of eight (requested %d).", name, *bits)
	}
	return *bits / 8, nil
}

func (k hkdfKey) deriveBits(p *params, bits *int) ([]byte, error) {
	length, err := derivedLength("HKDF", bits)
	if err != nil {
		return nil, err
	}
	result, err := hkdf.Key(p.hash.new, k.secret, p.salt, string(p.info), length)
	if err != nil {
		return nil, operationErrorf("HKDF deriveBits failed.")
	}
	return result, nil
}

// maxIterations is how many iterations Cloudflare allows. The open-source runtime has no limit.
const maxIterations = 100_000

func (k pbkdf2Key) deriveBits(p *params, bits *int) ([]byte, error) {
	length, err := derivedLength("PBKDF2", bits)
	if err != nil {
		return nil, err
	}
	if p.iterations == 0 {
		return nil, operationErrorf("PBKDF2 requires a positive iteration count (requested 0).")
	}
	if p.iterations > maxIterations {
		return nil, notSupportedErrorf("Pbkdf2 failed: iteration counts above %d are not supported (requested %d).", maxIterations, p.iterations)
	}
	if length > 255*p.hash.new().Size() {
		return nil, operationErrorf("Pbkdf2 failed: derived key length exceeds maximum for this hash")
	}
	if length == 0 {
		return []byte{}, nil
	}
	result, err := pbkdf2.Key(p.hash.new, string(k.secret), p.salt, p.iterations, length)
	if err != nil {
		return nil, operationErrorf("PBKDF2 deriveBits failed.")
	}
	return result, nil
}
