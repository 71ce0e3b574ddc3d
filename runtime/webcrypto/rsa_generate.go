package webcrypto

import (
	"crypto/rand"
	"crypto/rsa"
	"math/big"
)

// generateRSAKey makes an RSA key. The standard library makes them for the public exponent 65537 and 1024 bits or more; for
// others, it makes the primes.
func generateRSAKey(bits, e int) (*rsa.PrivateKey, error) {
	if e == 65537 && bits >= 1024 {
		return rsa.GenerateKey(rand.Reader, bits)
	}
	exponent, one := big.NewInt(int64(e)), big.NewInt(1)
	for {
		p, err := primeFor(exponent, bits-bits/2)
		if err != nil {
			return nil, err
		}
		q, err := primeFor(exponent, bits/2)
		if err != nil {
			return nil, err
		}
		n := new(big.Int).Mul(p, q)
		if n.BitLen() != bits || p.Cmp(q) == 0 {
			continue
		}
		totient := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		private := &rsa.PrivateKey{
			PublicKey: rsa.PublicKey{N: n, E: e},
			D:         new(big.Int).ModInverse(exponent, totient),
			Primes:    []*big.Int{p, q},
		}
		private.Precompute()
		return private, private.Validate()
	}
}

// primeFor makes a prime p, for which p-1 has no factor in common with the public exponent.
func primeFor(exponent *big.Int, bits int) (*big.Int, error) {
	one := big.NewInt(1)
	for {
		p, err := rand.Prime(rand.Reader, bits)
		if err != nil {
			return nil, err
		}
		if new(big.Int).GCD(nil, nil, exponent, new(big.Int).Sub(p, one)).Cmp(one) == 0 {
			return p, nil
		}
	}
}
