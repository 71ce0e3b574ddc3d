package webcrypto

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
)

// okpSize is how many bytes the keys of the curves of RFC 7748 and RFC 8032 have that there are, public ones and
// private ones.
const okpSize = 32

// checkNode checks the curve that NODE-ED25519 comes with, and has in the algorithm attribute.
func checkNode(p *params) error {
	if p.algorithm.name == "NODE-ED25519" && p.namedCurve != "NODE-ED25519" {
		return notSupportedErrorf("EDDSA curve %q isn't supported.", p.namedCurve)
	}
	return nil
}

func okpAlgorithm(p *params) keyAlgorithm {
	return keyAlgorithm{name: p.algorithm.name, namedCurve: p.namedCurve}
}

func generateOKP(p *params, extractable bool, usages []string) (generated, error) {
	name := p.algorithm.name
	usages, err := checkUsages("generate "+name, usages, p.algorithm.usages)
	if err != nil {
		return generated{}, err
	}
	if err := checkNode(p); err != nil {
		return generated{}, err
	}
	seed := make([]byte, okpSize)
	rand.Read(seed)
	private, err := newOKPPrivate(name, seed)
	if err != nil {
		return generated{}, err
	}
	return pair(okpAlgorithm(p), private.half(), private, extractable, usages), nil
}

// okpMaterial is what both kinds of keys on these curves have in common.
type okpMaterial interface {
	material
	// half returns the public key.
	half() okpMaterial
	// bytes returns the public key and the private one, if there is one.
	bytes() (public, private []byte)
}

func newOKPPrivate(name string, seed []byte) (okpMaterial, error) {
	if name != "X25519" {
		private := ed25519.NewKeyFromSeed(seed)
		return ed25519Key{name, private.Public().(ed25519.PublicKey), private}, nil
	}
	private, err := ecdh.X25519().NewPrivateKey(seed)
	if err != nil {
		return nil, dataErrorf("Invalid length %d for private key", len(seed))
	}
	return x25519Key{private.PublicKey(), private}, nil
}

func newOKPPublic(name string, data []byte) (okpMaterial, error) {
	if name != "X25519" {
		return ed25519Key{name, bytes.Clone(data), nil}, nil
	}
	public, err := ecdh.X25519().NewPublicKey(data)
	if err != nil {
		return nil, dataErrorf("Invalid length %d for public key", len(data))
	}
	return x25519Key{public, nil}, nil
}

// okpOf returns the material of a key that the standard library has parsed, or nil if it is for another algorithm.
func okpOf(name string, parsed any) okpMaterial {
	switch k := parsed.(type) {
	case ed25519.PublicKey:
		if name != "X25519" {
			return ed25519Key{name, k, nil}
		}
	case ed25519.PrivateKey:
		if name != "X25519" {
			return ed25519Key{name, k.Public().(ed25519.PublicKey), k}
		}
	case *ecdh.PublicKey:
		if name == "X25519" && k.Curve() == ecdh.X25519() {
			return x25519Key{k, nil}
		}
	case *ecdh.PrivateKey:
		if name == "X25519" && k.Curve() == ecdh.X25519() {
			return x25519Key{k.PublicKey(), k}
		}
	}
	return nil
}

func importOKP(p *params, format string, data keyData, extractable bool, usages []string) (*key, error) {
	return importHalf(p, format, data, extractable, usages, func() (half, error) {
		if err := checkNode(p); err != nil {
			return half{}, err
		}
		m, err := loadOKP(p.algorithm.name, format, data)
		if err != nil {
			return half{}, err
		}
		_, private := m.bytes()
		return half{okpAlgorithm(p), m, private != nil}, nil
	})
}

func loadOKP(name, format string, data keyData) (okpMaterial, error) {
	switch format {
	case "raw":
		if len(data.raw) != okpSize {
			return nil, dataErrorf("%s raw keys must be exactly 32-bytes (provided %d).", name, len(data.raw))
		}
		return newOKPPublic(name, data.raw)
	case "spki":
		return parsedOKP(name, parseSPKI, data.raw)
	case "pkcs8":
		return parsedOKP(name, parsePKCS8, data.raw)
	case "jwk":
		return data.jwk.okp(name)
	}
	return nil, errImportFormat(format)
}

func parsedOKP(name string, parse func(der []byte) (any, error), der []byte) (okpMaterial, error) {
	parsed, err := parse(der)
	if err != nil {
		return nil, err
	}
	if m := okpOf(name, parsed); m != nil {
		return m, nil
	}
	return nil, dataErrorf("Input was not an %s key.", name)
}

// okp returns the key in a JSON Web Key: https://www.rfc-editor.org/rfc/rfc8037
func (w *jwk) okp(name string) (okpMaterial, error) {
	crv := name
	if name == "NODE-ED25519" {
		crv = "Ed25519"
	}
	switch {
	case w.kty != "OKP":
		return nil, dataErrorf("%s \"jwk\" key imports requires a JSON Web Key with Key Type parameter \"kty\" (%q) equal to \"OKP\".", crv, w.kty)
	case w.crv == "":
		return nil, dataErrorf("Missing field \"crv\" for %s key.", crv)
	case w.crv != crv:
		return nil, dataErrorf("Only %s is supported but %q was requested.", crv, w.crv)
	case crv == "Ed25519" && w.alg != "" && w.alg != "EdDSA" && w.alg != "Ed25519":
		return nil, dataErrorf("JSON Web Key Algorithm parameter \"alg\" (%q) does not match requested Ed25519 curve.", w.alg)
	}
	x, ok := decodeBase64URL(w.x)
	if !ok {
		return nil, dataErrorf("Invalid %s key in JSON WebKey; missing or invalid public key component (\"x\").", crv)
	}
	if len(x) != okpSize {
		return nil, dataErrorf("Invalid length %d for public key", len(x))
	}
	if w.d == "" {
		return newOKPPublic(name, x)
	}
	d, ok := decodeBase64URL(w.d)
	if !ok {
		return nil, dataErrorf("Invalid %s key in JSON Web Key; missing or invalid private key component (\"d\").", crv)
	}
	if len(d) != okpSize {
		return nil, dataErrorf("Invalid length %d for private key", len(d))
	}
	m, err := newOKPPrivate(name, d)
	if err != nil {
		return nil, err
	}
	if public, _ := m.bytes(); !bytes.Equal(public, x) {
		return nil, dataErrorf("Invalid %s key in JSON Web Key; the public key component (\"x\") is not that of the private key.", crv)
	}
	return m, nil
}

func exportOKP(name, format string, m okpMaterial, public, private any) (any, error) {
	x, d := m.bytes()
	switch format {
	case "raw":
		if d != nil {
			return nil, invalidAccessErrorf("Raw export of %s keys is only allowed for public keys.", name)
		}
		return bytes.Clone(x), nil
	case "jwk":
		w := &jwk{kty: "OKP", crv: name, x: encodeBase64URL(x)}
		if name != "X25519" {
			w.crv = "Ed25519"
		}
		if name == "Ed25519" {
			w.alg = "EdDSA"
		}
		if d != nil {
			w.d = encodeBase64URL(d)
		}
		return w, nil
	}
	if d == nil {
		return exportDER(name, format, public, nil)
	}
	return exportDER(name, format, public, private)
}
