package webcrypto

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/asn1"
	"math/big"
)

// curve is an elliptic curve: https://w3c.github.io/webcrypto/#dfn-NamedCurve
type curve struct {
	elliptic.Curve
	name string
	alg  string // the "alg" of a JSON Web Key for ECDSA
	oid  asn1.ObjectIdentifier
}

var curves = []*curve{
	{elliptic.P256(), "P-256", "ES256", asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}},
	{elliptic.P384(), "P-384", "ES384", asn1.ObjectIdentifier{1, 3, 132, 0, 34}},
	{elliptic.P521(), "P-521", "ES512", asn1.ObjectIdentifier{1, 3, 132, 0, 35}},
}

var oidECPublicKey = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}

func findCurve(name string) (*curve, error) {
	for _, c := range curves {
		if c.name == name {
			return c, nil
		}
	}
	return nil, notSupportedErrorf("Unrecognized or unimplemented EC curve %q requested.", name)
}

// bytes returns how many bytes a coordinate has, and half a signature.
func (c *curve) bytes() int { return (c.Params().BitSize + 7) / 8 }

// parsePoint parses a point that is on the curve, compressed or not: https://www.secg.org/sec1-v2.pdf, section 2.3.4
func (c *curve) parsePoint(data []byte) (*ecdsa.PublicKey, bool) {
	if len(data) > 0 && (data[0] == 2 || data[0] == 3) {
		x, y := elliptic.UnmarshalCompressed(c.Curve, data)
		if x == nil {
			return nil, false
		}
		return c.point(x, y)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(c.Curve, data)
	return public, err == nil
}

// point makes the public key with the coordinates x and y, if there is such a point.
func (c *curve) point(x, y *big.Int) (*ecdsa.PublicKey, bool) {
	size := c.bytes()
	if x.BitLen() > 8*size || y.BitLen() > 8*size {
		return nil, false
	}
	data := make([]byte, 1+2*size)
	data[0] = 4
	x.FillBytes(data[1 : 1+size])
	y.FillBytes(data[1+size:])
	public, err := ecdsa.ParseUncompressedPublicKey(c.Curve, data)
	return public, err == nil
}

// parseECInfo returns the public key in info, the algorithm of which is that of elliptic curves.
func parseECInfo(info subjectPublicKeyInfo) (*ecdsa.PublicKey, bool) {
	var oid asn1.ObjectIdentifier
	if rest, err := asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &oid); err != nil || len(rest) > 0 {
		return nil, false
	}
	for _, c := range curves {
		if c.oid.Equal(oid) {
			return c.parsePoint(info.PublicKey.RightAlign())
		}
	}
	return nil, false
}

// ecKey is the material of both halves of a pair for ECDSA or ECDH.
type ecKey struct {
	name    string
	curve   *curve
	public  *ecdsa.PublicKey
	private *ecdsa.PrivateKey // nil in a public key
}

// newEC makes the material for the algorithm of that name: signatures are for ECDSA only, and agreement for ECDH.
func newEC(base ecKey) material {
	if base.name == "ECDSA" {
		return ecdsaKey{base}
	}
	return ecdhKey{base}
}

func generateEC(p *params, extractable bool, usages []string) (generated, error) {
	name := p.algorithm.name
	usages, err := checkUsages("generate "+name, usages, p.algorithm.usages)
	if err != nil {
		return generated{}, err
	}
	c, err := findCurve(p.namedCurve)
	if err != nil {
		return generated{}, err
	}
	private, err := ecdsa.GenerateKey(c.Curve, rand.Reader)
	if err != nil {
		return generated{}, operationErrorf("Error generating EC %q key", c.name)
	}
	public := newEC(ecKey{name: name, curve: c, public: &private.PublicKey})
	return pair(keyAlgorithm{name: name, namedCurve: c.name}, public, newEC(ecKey{name, c, &private.PublicKey, private}), extractable, usages), nil
}

func importEC(p *params, format string, data keyData, extractable bool, usages []string) (*key, error) {
	return importHalf(p, format, data, extractable, usages, func() (half, error) { return loadEC(p, format, data) })
}

func loadEC(p *params, format string, data keyData) (half, error) {
	c, err := findCurve(p.namedCurve)
	if err != nil {
		return half{}, err
	}
	base := ecKey{name: p.algorithm.name, curve: c}
	switch format {
	case "raw":
		var ok bool
		if base.public, ok = c.parsePoint(data.raw); !ok {
			return half{}, dataErrorf("Failed to import raw EC key data: Invalid point encoding..")
		}
	case "spki":
		parsed, err := parseSPKI(data.raw)
		if err != nil {
			return half{}, err
		}
		base.public, _ = parsed.(*ecdsa.PublicKey)
	case "pkcs8":
		parsed, err := parsePKCS8(data.raw)
		if err != nil {
			return half{}, err
		}
		if base.private, _ = parsed.(*ecdsa.PrivateKey); base.private != nil {
			base.public = &base.private.PublicKey
		}
	case "jwk":
		if base.public, base.private, err = data.jwk.ec(base.name, c); err != nil {
			return half{}, err
		}
	default:
		return half{}, errImportFormat(format)
	}
	if base.public == nil {
		return half{}, dataErrorf("Input was not an EC key.")
	}
	if base.public.Curve != c.Curve {
		return half{}, dataErrorf("\"algorithm.namedCurve\" %q does not match the curve specified by the input key data.", c.name)
	}
	return half{keyAlgorithm{name: base.name, namedCurve: c.name}, newEC(base), base.private != nil}, nil
}

// ec returns the keys in a JSON Web Key on an elliptic curve; private is nil if it is a public one.
func (w *jwk) ec(name string, c *curve) (public *ecdsa.PublicKey, private *ecdsa.PrivateKey, err error) {
	if w.kty != "EC" {
		return nil, nil, dataErrorf("Elliptic curve \"jwk\" key import requires a JSON Web Key with Key Type parameter \"kty\" (%q) equal to \"EC\".", w.kty)
	}
	if w.crv != c.name {
		return nil, nil, dataErrorf("Elliptic curve \"jwk\" key import requires a JSON Web Key with Curve parameter \"crv\" (%q) equal to %q.", w.crv, c.name)
	}
	if name == "ECDSA" && w.alg != "" && w.alg != c.alg {
		return nil, nil, dataErrorf("JSON Web Key Algorithm parameter \"alg\" (%q) does not match requested curve.", w.alg)
	}
	x, ok := c.coordinate(w.x)
	if !ok {
		return nil, nil, dataErrorf("Invalid EC key in JSON Web Key; missing \"x\".")
	}
	y, ok := c.coordinate(w.y)
	if !ok {
		return nil, nil, dataErrorf("Invalid EC key in JSON Web Key; missing \"y\".")
	}
	if public, ok = c.point(x, y); !ok {
		return nil, nil, dataErrorf("Invalid EC key; public key coordinates \"x\" and \"y\" are invalid.")
	}
	if w.d == "" {
		return public, nil, nil
	}
	d, ok := c.coordinate(w.d)
	if !ok {
		return nil, nil, dataErrorf("Invalid EC key in JSON Web Key; missing or invalid private key component (\"d\").")
	}
	private, err = ecdsa.ParseRawPrivateKey(c.Curve, d.FillBytes(make([]byte, c.bytes())))
	if err != nil || !private.PublicKey.Equal(public) {
		return nil, nil, dataErrorf("Invalid EC key in JSON Web Key.")
	}
	return public, private, nil
}

// coordinate decodes a number that is as long as the numbers of the curve are.
func (c *curve) coordinate(text string) (*big.Int, bool) {
	data, ok := decodeBase64URL(text)
	return new(big.Int).SetBytes(data), ok && len(data) == c.bytes()
}

func (k ecKey) export(format string) (any, error) {
	switch format {
	case "raw":
		if k.private != nil {
			return nil, invalidAccessErrorf("Raw export of elliptic curve keys is only allowed for public keys.")
		}
		return k.public.Bytes()
	case "jwk":
		return k.jwk()
	}
	if k.private == nil {
		return exportDER(k.name, format, k.public, nil)
	}
	return exportDER(k.name, format, k.public, k.private)
}

func (k ecKey) jwk() (*jwk, error) {
	point, err := k.public.Bytes()
	if err != nil {
		return nil, operationErrorf("Public key export failed.")
	}
	size := k.curve.bytes()
	w := &jwk{kty: "EC", crv: k.curve.name, x: encodeBase64URL(point[1 : 1+size]), y: encodeBase64URL(point[1+size:])}
	if k.private != nil {
		d, err := k.private.Bytes()
		if err != nil {
			return nil, operationErrorf("Private key export failed.")
		}
		w.d = encodeBase64URL(d)
	}
	return w, nil
}
