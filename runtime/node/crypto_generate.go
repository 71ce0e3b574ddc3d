package node

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/webcrypto"
	"devserver/runtime/webidl"
)

var errGenerate = webidl.Errorf("Failed to generate key")

// generator returns what makes a pair of the kind that the arguments from index i on describe.
func generator(c webidl.Call, i int) func(stop func() bool) (*pairKey, error) {
	switch c.Arg(i).String() {
	case "rsa":
		bits, exponent := int(c.Arg(i+1).ToInteger()), int(c.Arg(i+2).ToInteger())
		if bits < 256 || bits > maxRSA {
			c.Throw(webidl.Errorf("Failed to set modulus length"))
		}
		// BoringSSL rounds the length down, and makes no shorter keys.
		const step, shortest = 128, 512
		bits -= bits % step
		return func(func() bool) (*pairKey, error) {
			if bits < shortest || exponent < 3 || exponent%2 == 0 {
				return nil, errGenerate
			}
			private, err := webcrypto.GenerateRSA(bits, exponent)
			if err != nil {
				return nil, errGenerate
			}
			return newPrivateKey(private), nil
		}
	case "ec":
		name := c.Arg(i + 1).String()
		curve := curveByName(name, true)
		switch {
		case name == "secp256k1":
			c.Throw(webidl.Errorf("Failed to initialize key"))
		case curve == nil:
			c.Throw(webidl.Errorf("Invalid or unsupported curve"))
		}
		return func(func() bool) (*pairKey, error) {
			private, err := ecdsa.GenerateKey(curve.Curve, rand.Reader)
			if err != nil {
				return nil, errGenerate
			}
			return newPrivateKey(private), nil
		}
	case "ed25519":
		return func(func() bool) (*pairKey, error) {
			_, private, err := ed25519.GenerateKey(rand.Reader)
			if err != nil {
				return nil, errGenerate
			}
			return newPrivateKey(private), nil
		}
	case "x25519":
		return func(func() bool) (*pairKey, error) {
			private, err := ecdh.X25519().GenerateKey(rand.Reader)
			if err != nil {
				return nil, errGenerate
			}
			return newPrivateKey(private), nil
		}
	}
	var d *diffieHellman
	if goja.IsString(c.Arg(i + 1)) {
		prime := modpPrime(c.Arg(i + 1).String())
		if prime == nil {
			c.Throw(webidl.Errorf("Invalid or unsupported group"))
		}
		d = &diffieHellman{prime: prime, generator: big.NewInt(2)}
	} else {
		d = &diffieHellman{prime: new(big.Int).SetBytes(copied(c, i+1)), generator: big.NewInt(c.Arg(i + 2).ToInteger())}
		if d.prime.BitLen() > maxPrime || d.prime.BitLen() < 3 {
			c.Throw(errGenerate)
		}
	}
	return func(func() bool) (*pairKey, error) {
		d.generate()
		return &pairKey{public: &dhPublicKey{d.prime, d.generator, d.public}, private: d}, nil
	}
}

// bothHalves makes the handles of a pair: public and private.
func bothHalves(c webidl.Call, k *pairKey) goja.Value {
	return c.Realm.Array(newHandle(c, &pairKey{public: k.public}), newHandle(c, k))
}

var generateNatives = []webidl.Member{
	webidl.Static("generateSecret", 0, func(c webidl.Call) goja.Value {
		c.Check(c.Realm.CheckIO())
		data := make([]byte, c.Arg(0).ToInteger()/8)
		rand.Read(data)
		return newHandle(c, secretKey(data))
	}),
	// generatePair takes whether it is to work off the loop first.
	webidl.Static("generatePair", 0, func(c webidl.Call) goja.Value {
		c.Check(c.Realm.CheckIO())
		generate := generator(c, 1)
		if c.Arg(0).ToBoolean() {
			return promised(c, generate, func(k *pairKey) goja.Value { return bothHalves(c, k) })
		}
		return bothHalves(c, bounded(c, generate))
	}),
}
