package node

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// jsonWebKey has the members of a JSON Web Key that are strings: https://www.rfc-editor.org/rfc/rfc7517
type jsonWebKey map[string]string

// jwkMembers are the members that an exported key has, in order; those that do not apply are undefined.
var jwkMembers = []string{
	"kty", "use", "key_ops", "alg", "ext", "crv", "x", "y", "d", "n", "e", "p", "q", "dp", "dq", "qi", "oth", "k", "pub", "priv",
}

func jsonWebKeyAt(c webidl.Call, i int) jsonWebKey {
	w := jsonWebKey{}
	obj, ok := c.Arg(i).(*goja.Object)
	if !ok {
		return w
	}
	for _, name := range jwkMembers {
		if v := obj.Get(name); v != nil && goja.IsString(v) {
			w[name] = v.String()
		}
	}
	return w
}

// number returns a member that is a number.
func (w jsonWebKey) number(name string) (*big.Int, error) {
	data, err := w.bytes(name)
	return new(big.Int).SetBytes(data), err
}

// bytes returns a member that is bytes.
func (w jsonWebKey) bytes(name string) ([]byte, error) {
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(w[name], "="))
	if err != nil {
		return nil, webidl.Errorf("%s JWK invalid %s parameter", w["kty"], name)
	}
	return data, nil
}

// need checks that members are there.
func (w jsonWebKey) need(names ...string) error {
	for _, name := range names {
		if _, ok := w[name]; !ok {
			return webidl.Errorf("%s JWK missing %s parameter", w["kty"], name)
		}
	}
	return nil
}

// numbers returns members that are numbers, all of which must be there.
func (w jsonWebKey) numbers(names ...string) ([]*big.Int, error) {
	if err := w.need(names...); err != nil {
		return nil, err
	}
	numbers := make([]*big.Int, len(names))
	for i, name := range names {
		var err error
		if numbers[i], err = w.number(name); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

func (w jsonWebKey) public() (*pairKey, error) {
	unknown := webidl.Errorf("JWK public key import is not implemented for this key type")
	switch w["kty"] {
	case "RSA":
		public, err := w.rsaPublic()
		if err != nil {
			return nil, err
		}
		return &pairKey{public: public}, nil
	case "EC":
		public, err := w.ecPublic()
		if err != nil {
			return nil, err
		}
		return &pairKey{public: public}, nil
	case "OKP":
		if err := w.okp("x"); err != nil {
			return nil, err
		}
		x, err := w.bytes("x")
		if err != nil || len(x) != ed25519.PublicKeySize {
			return nil, unknown
		}
		if w["crv"] == "Ed25519" {
			return &pairKey{public: ed25519.PublicKey(x)}, nil
		}
		public, err := ecdh.X25519().NewPublicKey(x)
		if err != nil {
			return nil, unknown
		}
		return &pairKey{public: public}, nil
	}
	return nil, unknown
}

func (w jsonWebKey) private() (*pairKey, error) {
	unknown := webidl.Errorf("JWK private key import is not implemented for this key type")
	switch w["kty"] {
	case "RSA":
		return w.rsaPrivate()
	case "EC":
		return w.ecPrivate()
	case "OKP":
		if err := w.okp("d"); err != nil {
			return nil, err
		}
		d, err := w.bytes("d")
		if err != nil || len(d) != ed25519.SeedSize {
			return nil, unknown
		}
		if w["crv"] == "Ed25519" {
			return newPrivateKey(ed25519.NewKeyFromSeed(d)), nil
		}
		private, err := ecdh.X25519().NewPrivateKey(d)
		if err != nil {
			return nil, unknown
		}
		return newPrivateKey(private), nil
	}
	return nil, unknown
}

// okp checks a key of https://www.rfc-editor.org/rfc/rfc8037 that has its bytes in a member.
func (w jsonWebKey) okp(member string) error {
	if err := w.need("crv"); err != nil {
		return err
	}
	if w["crv"] != "Ed25519" && w["crv"] != "X25519" {
		return webidl.Errorf("OKP JWK unsupported crv parameter")
	}
	return w.need(member)
}

func (w jsonWebKey) rsaPublic() (*rsa.PublicKey, error) {
	n, err := w.numbers("n", "e")
	if err != nil {
		return nil, err
	}
	if !n[1].IsInt64() || n[1].BitLen() > 31 || n[1].Int64() < 3 || n[1].Bit(0) == 0 || n[0].Bit(0) == 0 || n[0].BitLen() > maxRSA {
		return nil, webidl.Errorf("RSA JWK invalid public key")
	}
	return &rsa.PublicKey{N: n[0], E: int(n[1].Int64())}, nil
}

func (w jsonWebKey) rsaPrivate() (*pairKey, error) {
	public, err := w.rsaPublic()
	if err != nil {
		return nil, err
	}
	n, err := w.numbers("d", "p", "q", "dp", "dq", "qi")
	if err != nil {
		return nil, err
	}
	private := &rsa.PrivateKey{PublicKey: *public, D: n[0], Primes: []*big.Int{n[1], n[2]}}
	private.Precompute()
	if private.Validate() != nil {
		return nil, webidl.Errorf("RSA JWK invalid private key")
	}
	return newPrivateKey(private), nil
}

func (w jsonWebKey) ecPublic() (*ecdsa.PublicKey, error) {
	if err := w.need("crv", "x", "y"); err != nil {
		return nil, err
	}
	curve := curveByJWK(w["crv"])
	switch {
	case w["crv"] == "secp256k1":
		return nil, webidl.Errorf("EC JWK unsupported curve")
	case curve == nil:
		return nil, webidl.Errorf("EC JWK unsupported crv parameter")
	}
	n, err := w.numbers("x", "y")
	if err != nil {
		return nil, err
	}
	public := curve.point(n[0], n[1])
	if public == nil {
		return nil, webidl.Errorf("EC JWK invalid public key")
	}
	return public, nil
}

func (w jsonWebKey) ecPrivate() (*pairKey, error) {
	public, err := w.ecPublic()
	if err != nil {
		return nil, err
	}
	d, err := w.numbers("d")
	if err != nil {
		return nil, err
	}
	private := curveOf(public.Curve).private(d[0])
	if private == nil || !private.PublicKey.Equal(public) {
		return nil, webidl.Errorf("EW JWK invalid private key")
	}
	return newPrivateKey(private), nil
}

// exportJWK makes the JSON Web Key of the key at index 0.
func exportJWK(c webidl.Call) goja.Value {
	members := map[string]any{}
	number := func(name string, n *big.Int) { members[name] = base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	data := func(name string, b []byte) { members[name] = base64.RawURLEncoding.EncodeToString(b) }
	switch k := c.Realm.Impl(c.Arg(0)).(type) {
	case secretKey:
		members["kty"], members["ext"] = "oct", true
		data("k", k)
	case *pairKey:
		switch public := k.public.(type) {
		case *rsa.PublicKey:
			members["kty"] = "RSA"
			number("n", public.N)
			number("e", big.NewInt(int64(public.E)))
			if private, ok := k.private.(*rsa.PrivateKey); ok {
				number("d", private.D)
				number("p", private.Primes[0])
				number("q", private.Primes[1])
				number("dp", private.Precomputed.Dp)
				number("dq", private.Precomputed.Dq)
				number("qi", private.Precomputed.Qinv)
			}
		case *ecdsa.PublicKey:
			curve := curveOf(public.Curve)
			point, err := public.Bytes()
			c.Check(err)
			members["kty"], members["crv"] = "EC", curve.jwk
			data("x", point[1:1+curve.bytes()])
			data("y", point[1+curve.bytes():])
			if private, ok := k.private.(*ecdsa.PrivateKey); ok {
				d, err := private.Bytes()
				c.Check(err)
				data("d", d)
			}
		case ed25519.PublicKey:
			members["kty"], members["crv"], members["alg"] = "OKP", "Ed25519", "EdDSA"
			data("x", public)
			if private, ok := k.private.(ed25519.PrivateKey); ok {
				data("d", private.Seed())
			}
		case *ecdh.PublicKey:
			members["kty"], members["crv"] = "OKP", "X25519"
			data("x", public.Bytes())
			if private, ok := k.private.(*ecdh.PrivateKey); ok {
				data("d", private.Bytes())
			}
		default:
			c.Throw(webidl.Errorf("Key type is invalid for JWK export"))
		}
	}
	obj := c.Realm.VM.NewObject()
	for _, name := range jwkMembers {
		value := goja.Undefined()
		if v, ok := members[name]; ok {
			value = c.Realm.VM.ToValue(v)
		}
		obj.Set(name, value)
	}
	return obj
}
