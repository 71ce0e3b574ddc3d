package node

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// diffieHellman is what is behind a DiffieHellman or DiffieHellmanGroup, and the private key of such a pair.
type diffieHellman struct {
	prime, generator *big.Int
	public, private  *big.Int // nil until there are any
	known            bool     // the prime is a safe one, which need not be checked
}

// dhPublicKey is the public key of a pair.
type dhPublicKey struct{ prime, generator, public *big.Int }

// maxPrime is the length of the longest prime number, in bits.
const maxPrime = 10000

// modpGroups are the lengths of the primes of https://www.rfc-editor.org/rfc/rfc3526 and RFC 2409, and the numbers that
// make them safe ones, by name.
var modpGroups = map[string]struct{ bits, offset int64 }{
	"modp1": {768, 149686}, "modp2": {1024, 129093}, "modp5": {1536, 741804},
	"modp14": {2048, 124476}, "modp15": {3072, 1690314}, "modp16": {4096, 240904}, "modp17": {6144, 929484}, "modp18": {8192, 4743158},
}

// modpPrime computes the prime of a group: 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * π) + offset). It returns nil
// if there is no such group.
func modpPrime(name string) *big.Int {
	group, ok := modpGroups[name]
	if !ok {
		return nil
	}
	one := big.NewInt(1)
	power := func(n int64) *big.Int { return new(big.Int).Lsh(one, uint(n)) }
	sum := new(big.Int).Add(scaledPi(uint(group.bits-130)), big.NewInt(group.offset))
	p := power(group.bits)
	p.Sub(p, power(group.bits-64)).Sub(p, one)
	return p.Add(p, sum.Lsh(sum, 64))
}

// scaledPi returns floor(2^bits * π), by Machin's formula.
func scaledPi(bits uint) *big.Int {
	const guard = 64 // bits, so that what is cut off does not add up
	arctan := func(x int64) *big.Int {
		power := new(big.Int).Lsh(big.NewInt(1), bits+guard)
		power.Quo(power, big.NewInt(x))
		sum, square := new(big.Int).Set(power), big.NewInt(x*x)
		for n, sign := int64(3), -1; power.Sign() != 0; n, sign = n+2, -sign {
			power.Quo(power, square)
			term := new(big.Int).Quo(power, big.NewInt(n))
			if sign < 0 {
				term.Neg(term)
			}
			sum.Add(sum, term)
		}
		return sum
	}
	pi := new(big.Int).Mul(big.NewInt(16), arctan(5))
	pi.Sub(pi, new(big.Int).Mul(big.NewInt(4), arctan(239)))
	return pi.Rsh(pi, guard)
}

// generate makes a private key, unless there is one, and its public key.
func (d *diffieHellman) generate() {
	if d.private == nil {
		limit := new(big.Int).Sub(d.prime, big.NewInt(2))
		limit.Rsh(limit, 1)
		if limit.Sign() <= 0 {
			limit.SetInt64(1)
		}
		d.private, _ = rand.Int(rand.Reader, limit)
		d.private.Add(d.private, big.NewInt(1))
	}
	d.public = new(big.Int).Exp(d.generator, d.private, d.prime)
}

// agree returns the shared secret, as long as the prime is.
func (d *diffieHellman) agree(theirs *big.Int) ([]byte, error) {
	const failed = "DiffieHellman computeSecret() failed: "
	switch {
	case theirs.Cmp(big.NewInt(1)) <= 0:
		return nil, webidl.RangeErrorf(failed + "Supplied key is too small")
	case theirs.Cmp(new(big.Int).Sub(d.prime, big.NewInt(1))) >= 0:
		return nil, webidl.RangeErrorf(failed + "Supplied key is too large")
	case d.private == nil:
		return nil, webidl.Errorf(failed + "error computing shared secret")
	}
	secret := new(big.Int).Exp(theirs, d.private, d.prime)
	return secret.FillBytes(make([]byte, (d.prime.BitLen()+7)/8)), nil
}

// verifyError is what is wrong with the parameters, as bits that crypto.constants names.
func (d *diffieHellman) verifyError() int {
	const notSafe, notPrime, unableToCheck, notSuitable = 2, 1, 4, 8
	problems := 0
	remainder := func(n int64) int64 { return new(big.Int).Mod(d.prime, big.NewInt(n)).Int64() }
	switch {
	case d.generator.Cmp(big.NewInt(2)) == 0:
		if remainder(24) != 11 {
			problems |= notSuitable
		}
	case d.generator.Cmp(big.NewInt(5)) == 0:
		if r := remainder(10); r != 3 && r != 7 {
			problems |= notSuitable
		}
	default:
		problems |= unableToCheck
	}
	switch {
	case d.known:
	case !d.prime.ProbablyPrime(20):
		problems |= notPrime
	case !new(big.Int).Rsh(d.prime, 1).ProbablyPrime(20):
		problems |= notSafe
	}
	return problems
}

// newDHPrime makes a safe prime that suits the generator, unless stop says that it takes too long.
func newDHPrime(bits int, generator int64, stop func() bool) (*big.Int, error) {
	failed := webidl.Errorf("DiffieHellman init failed: could not generate parameters")
	if generator == 0 {
		generator = 2
	}
	if bits < 3 || generator < 2 {
		return nil, failed
	}
	if bits > maxPrime {
		return nil, webidl.RangeErrorf("DiffieHellman init failed: requested prime size too large")
	}
	var add, rem int64
	switch {
	case bits < 6:
		add, rem = 2, 1
	case generator == 2:
		add, rem = 24, 11
	case generator == 5:
		add, rem = 10, 3
	default:
		add, rem = 12, 11
	}
	p, err := generatePrime(bits, true, big.NewInt(add), big.NewInt(rem), stop)
	if err != nil {
		return nil, failed
	}
	return p, nil
}

// agreePairs is diffieHellman: of a private key and a public one of the same kind.
func agreePairs(private, public *pairKey) ([]byte, error) {
	failed := webidl.Errorf("Failed to derive shared diffie-hellman secret")
	switch ours := private.private.(type) {
	case *ecdh.PrivateKey:
		if theirs, ok := public.public.(*ecdh.PublicKey); ok {
			if secret, err := ours.ECDH(theirs); err == nil {
				return secret, nil
			}
		}
	case *ecdsa.PrivateKey:
		if theirs, ok := public.public.(*ecdsa.PublicKey); ok && theirs.Curve == ours.Curve {
			return curveOf(ours.Curve).agree(ours, theirs)
		}
	case *diffieHellman:
		if theirs, ok := public.public.(*dhPublicKey); ok && theirs.prime.Cmp(ours.prime) == 0 {
			return ours.agree(theirs.public)
		}
	}
	return nil, failed
}

// numberOr returns a number as bytes, or throws that there is none.
func numberOr(c webidl.Call, n *big.Int, missing string) goja.Value {
	if n == nil {
		c.Throw(webidl.Errorf("%s", missing))
	}
	return newBuffer(c.Realm, n.Bytes())
}

var dhNatives = []webidl.Member{
	webidl.Static("newDHGroup", 0, func(c webidl.Call) goja.Value {
		prime := modpPrime(c.Arg(0).String())
		if prime == nil || prime.BitLen() < 2048 { // which generateKeyPair would take
			c.Throw(webidl.Errorf("Failed to init DiffieHellmanGroup: invalid group. Only groups {modp14, modp15, modp16, modp17, modp18} are supported."))
		}
		return newHandle(c, &diffieHellman{prime: prime, generator: big.NewInt(2), known: true})
	}),
	// newDH takes a size in bits or a prime, and a generator, each a number or bytes.
	webidl.Static("newDH", 0, func(c webidl.Call) goja.Value {
		d := &diffieHellman{generator: big.NewInt(2)}
		bits := goja.IsNumber(c.Arg(0))
		if goja.IsNumber(c.Arg(1)) {
			d.generator.SetInt64(c.Arg(1).ToInteger())
		} else if data, ok := c.Realm.Bytes(c.Arg(1)); ok {
			if bits {
				c.Throw(webidl.Errorf("DiffieHellman init failed: invalid parameters"))
			}
			d.generator.SetBytes(data)
		}
		if bits {
			c.Check(c.Realm.CheckIO())
			size, generator := int(c.Arg(0).ToInteger()), d.generator.Int64()
			d.prime = bounded(c, func(stop func() bool) (*big.Int, error) { return newDHPrime(size, generator, stop) })
			if d.generator.Sign() == 0 {
				d.generator.SetInt64(2)
			}
			return newHandle(c, d)
		}
		d.prime = new(big.Int).SetBytes(dataAt(c, 0))
		switch {
		case d.prime.Sign() == 0:
			c.Throw(webidl.Errorf("DiffieHellman init failed: invalid key"))
		case d.prime.BitLen() > maxPrime:
			c.Throw(webidl.RangeErrorf("DiffieHellman init failed: requested prime size too large"))
		case d.generator.Cmp(big.NewInt(1)) <= 0:
			c.Throw(webidl.Errorf("DiffieHellman init failed: invalid generator"))
		case d.generator.Cmp(d.prime) >= 0 && d.generator.BitLen() > 8:
			c.Throw(webidl.Errorf("DiffieHellman init failed: invalid generator"))
		}
		return newHandle(c, d)
	}),
	webidl.Static("generateDH", 0, func(c webidl.Call) goja.Value {
		c.Check(c.Realm.CheckIO())
		d := handleOf[*diffieHellman](c, 0)
		made := *d
		*d = bounded(c, func(func() bool) (diffieHellman, error) { made.generate(); return made, nil })
		return newBuffer(c.Realm, d.public.Bytes())
	}),
	webidl.Static("agreeDH", 0, func(c webidl.Call) goja.Value {
		d, theirs := *handleOf[*diffieHellman](c, 0), new(big.Int).SetBytes(dataAt(c, 1))
		return newBuffer(c.Realm, bounded(c, func(func() bool) ([]byte, error) { return d.agree(theirs) }))
	}),
	webidl.Static("primeDH", 0, func(c webidl.Call) goja.Value { return numberOr(c, handleOf[*diffieHellman](c, 0).prime, "No p") }),
	webidl.Static("generatorDH", 0, func(c webidl.Call) goja.Value {
		return numberOr(c, handleOf[*diffieHellman](c, 0).generator, "No g")
	}),
	webidl.Static("publicDH", 0, func(c webidl.Call) goja.Value {
		return numberOr(c, handleOf[*diffieHellman](c, 0).public, "No public key")
	}),
	webidl.Static("privateDH", 0, func(c webidl.Call) goja.Value {
		return numberOr(c, handleOf[*diffieHellman](c, 0).private, "No private key")
	}),
	webidl.Static("setPublicDH", 0, func(c webidl.Call) goja.Value {
		handleOf[*diffieHellman](c, 0).public = new(big.Int).SetBytes(dataAt(c, 1))
		return c.Undefined()
	}),
	webidl.Static("setPrivateDH", 0, func(c webidl.Call) goja.Value {
		handleOf[*diffieHellman](c, 0).private = new(big.Int).SetBytes(dataAt(c, 1))
		return c.Undefined()
	}),
	webidl.Static("verifyErrorDH", 0, func(c webidl.Call) goja.Value {
		d := *handleOf[*diffieHellman](c, 0)
		return c.Realm.Int(bounded(c, func(func() bool) (int, error) { return d.verifyError(), nil }))
	}),
	webidl.Static("agree", 0, func(c webidl.Call) goja.Value {
		secret, err := agreePairs(handleOf[*pairKey](c, 0), handleOf[*pairKey](c, 1))
		c.Check(err)
		return newBuffer(c.Realm, secret)
	}),
}
