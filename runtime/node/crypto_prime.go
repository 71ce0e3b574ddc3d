package node

import (
	"crypto/rand"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

var (
	errPrime       = webidl.Errorf("Error while generating prime")
	errPrimeAddRem = webidl.RangeErrorf("Invalid values for add and rem")
)

// generatePrime makes a prime of exactly so many bits, the highest two of which are set unless that leaves too few.
// With add, it leaves the remainder rem; a safe one is twice a prime plus one. It gives up when stop reports true.
func generatePrime(bits int, safe bool, add, rem *big.Int, stop func() bool) (*big.Int, error) {
	if bits < 2 || safe && bits < 3 || bits > maxPrime {
		return nil, errPrime
	}
	if add == nil && !safe {
		return rand.Prime(rand.Reader, bits)
	}
	if add == nil {
		add, rem = big.NewInt(4), big.NewInt(3) // half of it is odd
	}
	size := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	for n := 0; ; n++ {
		if n%16 == 15 && stop() {
			return nil, errPrime
		}
		p, err := rand.Int(rand.Reader, size)
		if err != nil {
			return nil, errPrime
		}
		p.Add(p, size)
		p.Sub(p, new(big.Int).Mod(p, add)).Add(p, rem)
		for p.BitLen() < bits {
			p.Add(p, add)
		}
		if p.BitLen() != bits {
			continue
		}
		if !safe {
			if p.ProbablyPrime(20) {
				return p, nil
			}
			continue
		}
		half := new(big.Int).Rsh(p, 1)
		if half.ProbablyPrime(0) && p.ProbablyPrime(20) && half.ProbablyPrime(20) {
			return p, nil
		}
	}
}

// possible reports whether a prime can leave the remainder, so that looking for one comes to an end.
func possible(bits int, add, rem *big.Int) bool {
	if add.Sign() <= 0 || rem.Cmp(add) >= 0 || add.BitLen() > bits {
		return false
	}
	return new(big.Int).GCD(nil, nil, add, rem).Cmp(big.NewInt(1)) == 0
}

var primeNatives = []webidl.Member{
	webidl.Static("checkPrime", 0, func(c webidl.Call) goja.Value {
		candidate := new(big.Int).SetBytes(dataAt(c, 0))
		return c.Bool(bounded(c, func(func() bool) (bool, error) { return candidate.ProbablyPrime(20), nil }))
	}),
	webidl.Static("generatePrime", 0, func(c webidl.Call) goja.Value {
		c.Check(c.Realm.CheckIO())
		bits := int(c.Arg(0).ToInteger())
		var add, rem *big.Int
		if data, ok := c.Realm.Bytes(c.Arg(2)); ok {
			add = new(big.Int).SetBytes(data)
			data, ok = c.Realm.Bytes(c.Arg(3))
			if rem = new(big.Int).SetBytes(data); !ok || !possible(bits, add, rem) { // Workers want both
				c.Throw(errPrimeAddRem)
			}
		}
		safe := c.Arg(1).ToBoolean()
		p := bounded(c, func(stop func() bool) (*big.Int, error) { return generatePrime(bits, safe, add, rem, stop) })
		return c.Realm.ArrayBuffer(p.FillBytes(make([]byte, (bits+7)/8)))
	}),
}
