package language

import (
	"math"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

var mathAdditions = []addition{
	// https://tc39.es/ecma262/#sec-math.f16round
	static("Math", "f16round", 1, func(c webidl.Call) goja.Value {
		return c.Realm.Number(fromFloat16(toFloat16(c.Arg(0).ToFloat())))
	}),
	// https://tc39.es/ecma262/#sec-math.sumprecise
	static("Math", "sumPrecise", 1, func(c webidl.Call) goja.Value {
		var sum exactSum
		iterate(c.Realm, c.Arg(0), func(v goja.Value) bool {
			if _, ok := v.(*goja.Object); ok || !goja.IsNumber(v) {
				c.Throw(webidl.TypeErrorf("%s is not a number", inspect(v)))
			}
			sum.add(v.ToFloat())
			return true
		})
		return c.Realm.Number(sum.value())
	}),
}

// exactSum adds without rounding. The sum of nothing is -0.
type exactSum struct {
	finite             *big.Float
	nan, up, down, any bool // any: something other than -0 was added
}

// exactBits is enough for any sum of float64s: their exponents span about 2 100 bits, and a carry needs a few more.
const exactBits = 2400

func (s *exactSum) add(x float64) {
	switch {
	case math.IsNaN(x):
		s.nan = true
	case math.IsInf(x, 1):
		s.up = true
	case math.IsInf(x, -1):
		s.down = true
	case x == 0:
		s.any = s.any || !math.Signbit(x)
	default:
		if s.any = true; s.finite == nil {
			s.finite = new(big.Float).SetPrec(exactBits)
		}
		s.finite.Add(s.finite, big.NewFloat(x))
	}
}

func (s *exactSum) value() float64 {
	switch {
	case s.nan, s.up && s.down:
		return math.NaN()
	case s.up:
		return math.Inf(1)
	case s.down:
		return math.Inf(-1)
	case !s.any:
		return math.Copysign(0, -1)
	case s.finite == nil || s.finite.Sign() == 0:
		return 0
	}
	x, _ := s.finite.Float64()
	return x
}

// toFloat16 rounds to the nearest float16, ties to even, and returns its bits.
func toFloat16(x float64) uint16 {
	sign := uint16(0)
	if math.Signbit(x) {
		sign, x = 0x8000, -x
	}
	switch {
	case math.IsNaN(x):
		return 0x7e00
	case x >= 65520: // halfway to what would be the next after the largest
		return sign | 0x7c00
	case x < 0x1p-14: // subnormal: multiples of 2^-24
		return sign | uint16(math.RoundToEven(x*0x1p24))
	}
	fraction, exponent := math.Frexp(x)                  // x = fraction·2^exponent, fraction in [½, 1)
	units := uint16(math.RoundToEven(fraction * 0x1p11)) // 1024 … 2048
	return sign | (uint16(exponent+14)<<10 + units - 0x400)
}

func fromFloat16(bits uint16) float64 {
	sign := 1.0
	if bits&0x8000 != 0 {
		sign = -1
	}
	exponent, fraction := int(bits>>10&0x1f), float64(bits&0x3ff)
	switch exponent {
	case 0:
		return sign * fraction * 0x1p-24
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1+fraction*0x1p-10, exponent-15)
}
