package language

import (
	"math"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

var mathAdditions = []addition{
	// https://tc39.es/ecma262/#sec-math.f16round
	static("Math", "f16round", 1, func(c webidl.Call) goja.Value {
		return c.Realm.Number(engine.FromFloat16(engine.ToFloat16(c.Arg(0).ToNumber().ToFloat())))
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
