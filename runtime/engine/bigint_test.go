package engine

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestLargeBigInts compares what is put together here with what math/big does at once.
func TestLargeBigInts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	number := func(bits int) *big.Int {
		words := make([]big.Word, bits/wordBits+1)
		for i := range words {
			switch random.IntN(4) {
			case 0:
				words[i] = ^big.Word(0)
			case 1:
			default:
				words[i] = big.Word(random.Uint64())
			}
		}
		x := new(big.Int).SetBits(words)
		x.Rsh(x, uint(random.IntN(wordBits)))
		if random.IntN(2) == 0 {
			x.Neg(x)
		}
		return x
	}
	checks := 0
	check := func() { checks++ }
	sizes := []int{1, 1000, smallBits / 8, smallBits, 3*smallBits + 13}
	for _, m := range sizes {
		for _, n := range sizes {
			x, y := number(m), number(n)
			before, other := new(big.Int).Set(x), new(big.Int).Set(y)
			if got := Multiply(x, y, check); got.Cmp(new(big.Int).Mul(x, y)) != 0 {
				t.Fatalf("the product of %d and %d bits is wrong", x.BitLen(), y.BitLen())
			}
			if y.Sign() != 0 {
				q, r := new(big.Int).QuoRem(x, y, new(big.Int))
				if gotQ, gotR := Divide(x, y, check); gotQ.Cmp(q) != 0 || gotR.Cmp(r) != 0 {
					t.Fatalf("the quotient of %d and %d bits is wrong", x.BitLen(), y.BitLen())
				}
			}
			if before.Cmp(x) != 0 || other.Cmp(y) != 0 {
				t.Fatal("an operand has changed")
			}
		}
		x := number(m)
		for _, base := range []int{2, 10, 36} {
			if Digits(x, base, check) != x.Text(base) {
				t.Errorf("%d bits in base %d are wrong", x.BitLen(), base)
			}
		}
		digits := new(big.Int).Abs(x).String()
		if got, ok := ParseDigits(digits, 10, check); !ok || got.String() != digits {
			t.Errorf("%d digits are read wrongly", len(digits))
		}
	}
	if checks < 1000 {
		t.Errorf("there were %d looks at the time", checks)
	}
	if p := power(big.NewInt(-3), 100_001, check); p.Cmp(new(big.Int).Exp(big.NewInt(-3), big.NewInt(100_001), nil)) != 0 {
		t.Error("a power is wrong")
	}
	if power(big.NewInt(3), maxBits, check) != nil || power(big.NewInt(-2), maxBits+1, check) != nil {
		t.Error("a power has more bits than there may be")
	}
	if _, ok := ParseDigits("12x4", 10, check); ok {
		t.Error("12x4 is no number")
	}
}
