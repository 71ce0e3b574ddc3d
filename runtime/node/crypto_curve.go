package node

//lint:file-ignore SA1019 the package ecdh, which is recommended instead, has no P-224.

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// namedCurve is an elliptic curve by the names that it has. The jwk name of P-224 is none: it has no JSON Web Keys.
type namedCurve struct {
	elliptic.Curve
	name, nist, jwk string
}

var namedCurves = []*namedCurve{
	{elliptic.P224(), "secp224r1", "P-224", ""},
	{elliptic.P256(), "prime256v1", "P-256", "P-256"},
	{elliptic.P384(), "secp384r1", "P-384", "P-384"},
	{elliptic.P521(), "secp521r1", "P-521", "P-521"},
}

// curveByName finds a curve by OpenSSL's name, or NIST's too if nist is true; nil means that there is none.
func curveByName(name string, nist bool) *namedCurve {
	for _, c := range namedCurves {
		if c.name == name || nist && c.nist == name {
			return c
		}
	}
	return nil
}

func curveByJWK(name string) *namedCurve {
	for _, c := range namedCurves {
		if c.jwk == name && name != "" {
			return c
		}
	}
	return nil
}

func curveOf(curve elliptic.Curve) *namedCurve {
	for _, c := range namedCurves {
		if c.Curve == curve {
			return c
		}
	}
	return nil
}

// bytes returns how many bytes a coordinate has.
func (c *namedCurve) bytes() int { return (c.Params().BitSize + 7) / 8 }

// point returns the public key with the coordinates x and y, or nil if there is no such point.
func (c *namedCurve) point(x, y *big.Int) *ecdsa.PublicKey {
	size := c.bytes()
	if x.BitLen() > 8*size || y.BitLen() > 8*size {
		return nil
	}
	data := make([]byte, 1+2*size)
	data[0] = 4
	x.FillBytes(data[1 : 1+size])
	y.FillBytes(data[1+size:])
	return c.parse(data)
}

// parse returns the public key that is the point in data, compressed or not, or nil if there is none.
func (c *namedCurve) parse(data []byte) *ecdsa.PublicKey {
	if len(data) > 0 && (data[0] == 2 || data[0] == 3) {
		x, y := elliptic.UnmarshalCompressed(c.Curve, data)
		if x == nil {
			return nil
		}
		return c.point(x, y)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(c.Curve, data)
	if err != nil {
		return nil
	}
	return public
}

// private returns the private key d, or nil if d is none.
func (c *namedCurve) private(d *big.Int) *ecdsa.PrivateKey {
	if d.BitLen() > 8*c.bytes() {
		return nil
	}
	private, err := ecdsa.ParseRawPrivateKey(c.Curve, d.FillBytes(make([]byte, c.bytes())))
	if err != nil {
		return nil
	}
	return private
}

// encode writes a public key as a point.
func (c *namedCurve) encode(public *ecdsa.PublicKey, compressed bool) ([]byte, error) {
	data, err := public.Bytes()
	if err != nil || !compressed {
		return data, err
	}
	size := c.bytes()
	return append([]byte{2 | data[len(data)-1]&1}, data[1:1+size]...), nil
}

// agree returns the coordinate x of the product of the two keys, which is what ECDH agrees on.
func (c *namedCurve) agree(private *ecdsa.PrivateKey, public *ecdsa.PublicKey) ([]byte, error) {
	if ours, err := private.ECDH(); err == nil {
		theirs, err := public.ECDH()
		if err != nil {
			return nil, err
		}
		return ours.ECDH(theirs)
	}
	// The package ecdh has no P-224.
	x, _ := c.ScalarMult(public.X, public.Y, private.D.Bytes())
	return x.FillBytes(make([]byte, c.bytes())), nil
}

// ecdhState is what is behind an ECDH.
type ecdhState struct {
	curve   *namedCurve
	private *ecdsa.PrivateKey // nil until there is one
}

// curveAt finds the curve that the argument at index i names.
func curveAt(c webidl.Call, i int) *namedCurve {
	name := c.Arg(i).String()
	curve := curveByName(name, false)
	switch {
	case curve != nil:
	case name == "secp256k1":
		c.Throw(webidl.Errorf("Failed to create key using named curve"))
	default:
		c.Throw(webidl.Errorf("Invalid curve"))
	}
	return curve
}

// pointFormat writes a public key in the format, "compressed" or not, that the argument at index i names.
func pointFormat(c webidl.Call, curve *namedCurve, public *ecdsa.PublicKey, i int) goja.Value {
	format := c.Arg(i).String()
	if format == "hybrid" { // BoringSSL has none
		c.Throw(webidl.Errorf("Failed to get public key length"))
	}
	data, err := curve.encode(public, format == "compressed")
	c.Check(err)
	return newBuffer(c.Realm, data)
}

var ecdhNatives = []webidl.Member{
	webidl.Static("getCurves", 0, func(c webidl.Call) goja.Value {
		names := make([]string, len(namedCurves))
		for i, curve := range namedCurves {
			names[i] = curve.name
		}
		return c.Realm.Strings(names)
	}),
	webidl.Static("newECDH", 0, func(c webidl.Call) goja.Value { return newHandle(c, &ecdhState{curve: curveAt(c, 0)}) }),
	webidl.Static("generateECDH", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*ecdhState](c, 0)
		private, err := ecdsa.GenerateKey(s.curve.Curve, rand.Reader)
		c.Check(err)
		s.private = private
		return c.Undefined()
	}),
	webidl.Static("agreeECDH", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*ecdhState](c, 0)
		if s.private == nil {
			c.Throw(webidl.Errorf("Invalid keypair"))
		}
		public := s.curve.parse(dataAt(c, 1))
		if public == nil {
			c.Throw(webidl.Errorf("Failed to set point"))
		}
		secret, err := s.curve.agree(s.private, public)
		c.Check(err)
		return newBuffer(c.Realm, secret)
	}),
	webidl.Static("publicECDH", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*ecdhState](c, 0)
		if s.private == nil {
			c.Throw(webidl.Errorf("Failed to get ECDH public key"))
		}
		return pointFormat(c, s.curve, &s.private.PublicKey, 1)
	}),
	webidl.Static("privateECDH", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*ecdhState](c, 0)
		if s.private == nil {
			c.Throw(webidl.Errorf("Failed to get ECDH private key"))
		}
		data, err := s.private.Bytes()
		c.Check(err)
		return newBuffer(c.Realm, data)
	}),
	webidl.Static("setECDH", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*ecdhState](c, 0)
		private := s.curve.private(new(big.Int).SetBytes(dataAt(c, 1)))
		if private == nil {
			c.Throw(webidl.Errorf("Private key is not valid for specified curve."))
		}
		s.private = private
		return c.Undefined()
	}),
	webidl.Static("convertPoint", 0, func(c webidl.Call) goja.Value {
		curve := curveAt(c, 2)
		public := curve.parse(dataAt(c, 0))
		if public == nil {
			c.Throw(webidl.Errorf("Failed to set point"))
		}
		return pointFormat(c, curve, public, 3)
	}),
}
