// Package exactmath has the functions of JavaScript's Math that Go's package math rounds otherwise than V8.
//
// V8 rounds what Math.sin and the like return correctly; Go's package math, which the engine uses, is off by a unit in the
// last place for every fifth argument. What packages print of geometry, colours and money shows that. So the functions are
// computed here with about a hundred bits, and rounded once. The hyperbolic ones are made of these by the formulas of V8,
// which do not round correctly; tanh differs from V8's in the last place for one argument in ten.
package exactmath

import (
	"math"
	"math/big"
	"sync"
)

// double is the sum of two numbers, of which the first is the sum rounded.
type double struct{ hi, lo float64 }

func fromSum(a, b float64) double { // exact
	s := a + b
	t := s - a
	return double{s, (a - (s - t)) + (b - t)}
}

func fromProduct(a, b float64) double { // exact
	p := a * b
	return double{p, math.FMA(a, b, -p)}
}

func (a double) add(b double) double {
	s, t := fromSum(a.hi, b.hi), fromSum(a.lo, b.lo)
	s = fromSum(s.hi, s.lo+t.hi)
	return fromSum(s.hi, s.lo+t.lo)
}

func (a double) neg() double         { return double{-a.hi, -a.lo} }
func (a double) sub(b double) double { return a.add(b.neg()) }

func (a double) mul(b double) double {
	p := fromProduct(a.hi, b.hi)
	return fromSum(p.hi, p.lo+(a.hi*b.lo+a.lo*b.hi))
}

func (a double) div(b double) double {
	q := a.hi / b.hi
	r := a.sub(b.mul(double{q, 0}))
	q2 := r.hi / b.hi
	r = r.sub(b.mul(double{q2, 0}))
	return fromSum(q, q2).add(double{r.hi / b.hi, 0})
}

func (a double) scale(by float64) double { return double{a.hi * by, a.lo * by} } // by a power of two

func one(x float64) double { return double{x, 0} }

// constants are what is needed to more than a hundred bits: parts of numbers of which multiples are exact, and the
// coefficients of the series.
type constants struct {
	pi                *big.Float // 1 300 bits
	halfPi, ln2       double
	invLn2, invLn10   double
	ln2Parts          [4]float64 // of 32 bits each but the last
	halfPiParts       [5]float64
	inverseFactorials [30]double
	inverseOdd        [12]double // 1/(2k+1)
}

var constant = sync.OnceValue(func() *constants {
	c := &constants{}
	const bits = 1300
	// arctan returns Atan(1/n) or Atanh(1/n), times 2**bits.
	arctan := func(n int64, sign int64) *big.Int {
		term := new(big.Int).Div(new(big.Int).Lsh(big.NewInt(1), bits+32), big.NewInt(n))
		sum := new(big.Int).Set(term)
		for k := int64(1); term.Sign() != 0; k++ {
			term.Div(term, big.NewInt(n*n))
			part := new(big.Int).Div(term, big.NewInt(2*k+1))
			if sign < 0 && k%2 == 1 {
				part.Neg(part)
			}
			sum.Add(sum, part)
		}
		return sum.Rsh(sum, 32)
	}
	float := func(x *big.Int, exponent int) *big.Float {
		f := new(big.Float).SetPrec(bits + 64).SetInt(x)
		return f.SetMantExp(f, exponent-bits)
	}
	pi := new(big.Int).Mul(arctan(5, -1), big.NewInt(4)) // Machin's formula, of π/4
	pi.Sub(pi, arctan(239, -1))
	c.pi = float(pi, 2)
	ln2 := new(big.Int).Mul(arctan(3, 1), big.NewInt(2))
	// ln 10 = 3 ln 2 + ln(5/4), and ln(5/4) = 2 Atanh(1/9)
	ln10 := new(big.Int).Mul(ln2, big.NewInt(3))
	ln10.Add(ln10, new(big.Int).Lsh(arctan(9, 1), 1))
	quotient := func(x *big.Float) *big.Float { return new(big.Float).SetPrec(bits).Quo(big.NewFloat(1), x) }
	c.halfPi, c.ln2 = round2(float(pi, 1)), round2(float(ln2, 0))
	c.invLn2, c.invLn10 = round2(quotient(float(ln2, 0))), round2(quotient(float(ln10, 0)))
	split(c.ln2Parts[:], float(ln2, 0))
	split(c.halfPiParts[:], float(pi, 1))
	factorial := big.NewFloat(1).SetPrec(200)
	for i := range c.inverseFactorials {
		if i > 0 {
			factorial.Mul(factorial, big.NewFloat(float64(i)))
		}
		c.inverseFactorials[i] = round2(quotient(factorial))
	}
	for i := range c.inverseOdd {
		c.inverseOdd[i] = round2(quotient(big.NewFloat(float64(2*i + 1))))
	}
	return c
})

func round2(x *big.Float) double {
	hi, _ := x.Float64()
	lo, _ := new(big.Float).SetPrec(x.Prec()).Sub(x, big.NewFloat(hi)).Float64()
	return double{hi, lo}
}

// split writes a number as a sum of which all but the last have 32 bits.
func split(parts []float64, x *big.Float) {
	rest := new(big.Float).SetPrec(x.Prec()).Set(x)
	for i := range parts {
		part := new(big.Float).SetPrec(32).SetMode(big.ToZero).Set(rest)
		if i == len(parts)-1 {
			part = rest
		}
		parts[i], _ = part.Float64()
		rest = new(big.Float).SetPrec(x.Prec()).Sub(rest, big.NewFloat(parts[i]))
	}
}

// reduce takes n multiples of a number, as its parts, from x; n has at most 20 bits.
func reduce(x double, n float64, parts []float64) double {
	for _, part := range parts[:len(parts)-1] {
		x = x.sub(one(n * part))
	}
	return x.sub(fromProduct(n, parts[len(parts)-1]))
}

// exponential returns e**x as a factor and a power of two.
func exponential(x double) (double, int) {
	c := constant()
	n := math.Round(x.hi / math.Ln2)
	r := reduce(x, n, c.ln2Parts[:]).scale(1.0 / 256)
	m := taylor(r, r, 1, 1, 12) // e**r - 1, of which the squares keep their small bits
	for range 8 {
		m = m.add(m).add(m.mul(m))
	}
	return m.add(one(1)), int(n)
}

// taylor sums power·x^k/(first+step·k)! for terms k.
func taylor(power, x double, first, step, terms int) double {
	c := constant()
	sum := c.inverseFactorials[first+step*(terms-1)]
	for k := terms - 2; k >= 0; k-- {
		sum = sum.mul(x).add(c.inverseFactorials[first+step*k])
	}
	return sum.mul(power)
}

// Exp is Math.exp.
func Exp(x float64) float64 {
	if math.IsNaN(x) || math.Abs(x) > 746 {
		return math.Exp(x)
	}
	m, n := exponential(one(x))
	return math.Ldexp(m.hi, n)
}

// Expm1 is Math.expm1.
func Expm1(x float64) float64 {
	switch {
	case math.IsNaN(x) || x > 710 || math.Abs(x) < 1e-18:
		return math.Expm1(x)
	case x < -60:
		return -1
	case math.Abs(x) < 0.4:
		return taylor(one(x), one(x), 1, 1, 26).hi
	}
	m, n := exponential(one(x))
	if n > 120 {
		return math.Ldexp(m.hi, n)
	}
	scaled := m.scale(math.Ldexp(1, n))
	return scaled.sub(one(1)).hi
}

// logarithm returns ln x of a positive, finite x.
func logarithm(x double) double {
	if f := x.sub(one(1)); math.Abs(f.hi) < 1.0/32 {
		return logarithm1p(f)
	}
	frac, n := math.Frexp(x.hi)
	if frac < math.Sqrt2/2 {
		n--
	}
	m := double{math.Ldexp(x.hi, -n), math.Ldexp(x.lo, -n)}
	about := math.Log(m.hi)
	e, k := exponential(one(-about))
	t := m.mul(e.scale(math.Ldexp(1, k))).sub(one(1)) // m/e**about - 1, of the order of a rounding error
	y := one(about).add(t.sub(t.mul(t).scale(0.5)))
	if math.Abs(m.hi-1) < 1.0/32 {
		y = logarithm1p(m.sub(one(1)))
	}
	return constant().ln2.mul(one(float64(n))).add(y)
}

// logarithm1p returns ln(1+f) of a small f: 2 Atanh(f/(2+f)).
func logarithm1p(f double) double {
	s := f.div(f.add(one(2)))
	s2 := s.mul(s)
	c := constant()
	sum := c.inverseOdd[len(c.inverseOdd)-1]
	for k := len(c.inverseOdd) - 2; k >= 0; k-- {
		sum = sum.mul(s2).add(c.inverseOdd[k])
	}
	return sum.mul(s).scale(2)
}

// regular reports whether a logarithm is none of those that need no computing.
func regular(x float64) bool { return x > 0 && !math.IsInf(x, 1) }

// Log is Math.log.
func Log(x float64) float64 {
	if !regular(x) {
		return math.Log(x)
	}
	return logarithm(one(x)).hi
}

// Log2 is Math.log2.
func Log2(x float64) float64 {
	if !regular(x) {
		return math.Log2(x)
	}
	return logarithm(one(x)).mul(constant().invLn2).hi
}

// Log10 is Math.log10.
func Log10(x float64) float64 {
	if !regular(x) {
		return math.Log10(x)
	}
	return logarithm(one(x)).mul(constant().invLn10).hi
}

// Log1p is Math.log1p.
func Log1p(x float64) float64 {
	switch {
	case !(x > -1) || math.IsInf(x, 1) || math.Abs(x) < 1e-18:
		return math.Log1p(x)
	case math.Abs(x) < 1.0/32:
		return logarithm1p(one(x)).hi
	}
	return logarithm(fromSum(1, x)).hi
}

// Pow is Math.pow, and the operator ** of numbers.
func Pow(x, y float64) float64 {
	switch {
	case math.IsNaN(y) || math.Abs(x) == 1 && math.IsInf(y, 0):
		return math.NaN()
	case y == 0 || math.IsInf(y, 0) || x == 0 || math.IsInf(x, 0) || math.IsNaN(x) || x < 0 && y != math.Trunc(y):
		return math.Pow(x, y)
	case y == 1:
		return x
	case y == 2: // rounded once
		return x * x
	case y == 0.5: // as is the root
		return math.Sqrt(x)
	case y > 0 && y < 53 && x == math.Trunc(x) && y == math.Trunc(y):
		if power, ok := wholePower(x, int(y)); ok {
			return power
		}
	}
	l := logarithm(one(math.Abs(x)))
	sign := 1.0
	if x < 0 && math.Mod(y, 2) != 0 {
		sign = -1
	}
	switch about := l.hi * y; {
	case about > 710:
		return sign * math.Inf(1)
	case about < -746:
		return sign * 0
	}
	m, n := exponential(l.mul(one(y)))
	return sign * math.Ldexp(m.hi, n)
}

// wholePower is a power that is a whole number and needs no rounding.
func wholePower(x float64, y int) (power float64, ok bool) {
	power = 1
	for ; y > 0; y-- {
		if power *= x; math.Abs(power) > 1<<53 {
			return 0, false
		}
	}
	return power, true
}

// Cbrt is Math.cbrt.
func Cbrt(x float64) float64 {
	y := math.Cbrt(x)
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) || math.Abs(x) < 1e-290 || math.Abs(x) > 1e290 {
		return y
	}
	square := fromProduct(y, y)
	error := square.mul(one(y)).sub(one(x))
	return one(y).sub(error.div(square.mul(one(3)))).hi
}

// sincos returns the sine and the cosine of a finite number.
func sincos(x double) (sin, cos double) {
	c := constant()
	var r double
	var quadrant int
	if n := math.Round(x.hi / (math.Pi / 2)); math.Abs(n) < 1<<20 {
		r, quadrant = reduce(x, n, c.halfPiParts[:]), int(n)&3
	} else { // x.lo is 0
		wide := new(big.Float).SetPrec(1300).SetFloat64(x.hi)
		half := new(big.Float).SetMantExp(c.pi, -1)
		count, _ := new(big.Float).SetPrec(1300).Quo(wide, half).Int(nil)
		wide.Sub(wide, new(big.Float).SetPrec(1300).Mul(half, new(big.Float).SetPrec(1300).SetInt(count)))
		r, quadrant = round2(wide), int(new(big.Int).And(count, big.NewInt(3)).Int64())
		if r.hi > math.Pi/4 {
			r, quadrant = r.sub(c.halfPi), quadrant+1
		} else if r.hi < -math.Pi/4 {
			r, quadrant = r.add(c.halfPi), quadrant+3
		}
	}
	square := r.mul(r).neg()
	sin, cos = taylor(r, square, 1, 2, 14), taylor(one(1), square, 0, 2, 15)
	switch quadrant & 3 {
	case 1:
		return cos, sin.neg()
	case 2:
		return sin.neg(), cos.neg()
	case 3:
		return cos.neg(), sin
	}
	return sin, cos
}

// angle reports whether an angle is none of those that need no computing.
func angle(x float64) bool { return math.Abs(x) > 1e-150 && !math.IsInf(x, 0) }

// Sin is Math.sin.
func Sin(x float64) float64 {
	if !angle(x) {
		return math.Sin(x)
	}
	s, _ := sincos(one(x))
	return s.hi
}

// Cos is Math.cos.
func Cos(x float64) float64 {
	if !angle(x) {
		return math.Cos(x)
	}
	_, c := sincos(one(x))
	return c.hi
}

// Tan is Math.tan.
func Tan(x float64) float64 {
	if !angle(x) {
		return math.Tan(x)
	}
	s, c := sincos(one(x))
	return s.div(c).hi
}

// Atan is Math.atan.
func Atan(x float64) float64 { return Atan2(x, 1) }

// Atan2 is Math.atan2.
func Atan2(y, x float64) float64 {
	about := math.Atan2(y, x)
	if !angle(y) || !angle(x) || math.Abs(about) < 1e-150 {
		return about
	}
	_, e := math.Frexp(math.Max(math.Abs(x), math.Abs(y)))
	x, y = math.Ldexp(x, -e), math.Ldexp(y, -e)
	s, c := sincos(one(about))
	d := c.mul(one(y)).sub(s.mul(one(x))).div(c.mul(one(x)).add(s.mul(one(y))))
	return one(about).add(d).hi
}

// arcsine returns the arc sine of a number below 1.
func arcsine(x double) double {
	about := math.Asin(x.hi)
	s, c := sincos(one(about))
	d := x.sub(s).div(c)
	return one(about).add(d).add(s.div(c).mul(d.mul(d)).scale(0.5))
}

// Asin is Math.asin.
func Asin(x float64) float64 {
	if !angle(x) || !(math.Abs(x) < 1) {
		return math.Asin(x)
	}
	return arcsine(one(x)).hi
}

// Acos is Math.acos.
func Acos(x float64) float64 {
	switch {
	case !angle(x) || !(math.Abs(x) < 1):
		return math.Acos(x)
	case x < 0.5:
		return constant().halfPi.sub(arcsine(one(x))).hi
	}
	z := (1 - x) / 2 // exact
	root := math.Sqrt(z)
	correction := one(z).sub(fromProduct(root, root)).div(one(2 * root))
	return arcsine(one(root).add(correction)).scale(2).hi
}

// V8's formulas, of which each operation rounds.

// Sinh is Math.sinh.
func Sinh(x float64) float64 {
	a, half := math.Abs(x), math.Copysign(0.5, x)
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0) || a < 0x1p-28:
		return x
	case a < 22:
		t := Expm1(a)
		if a < 1 {
			return half * (2*t - float64(t*t)/(t+1))
		}
		return half * (t + t/(t+1))
	case a < 709.7822265625:
		return half * Exp(a)
	}
	w := Exp(0.5 * a)
	return half * w * w
}

// Cosh is Math.cosh.
func Cosh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case math.IsNaN(a) || math.IsInf(a, 0):
		return a
	case a < 0.5*math.Ln2:
		t := Expm1(a)
		w := 1 + t
		if a < 0x1p-55 {
			return w
		}
		return 1 + float64(t*t)/(w+w)
	case a < 22:
		t := Exp(a)
		return float64(0.5*t) + 0.5/t
	case a < 709.7822265625:
		return 0.5 * Exp(a)
	}
	w := Exp(0.5 * a)
	return 0.5 * w * w
}

// Tanh is Math.tanh.
func Tanh(x float64) float64 {
	a, z := math.Abs(x), 1.0
	switch {
	case math.IsNaN(x) || x == 0 || a < 0x1p-28:
		return x
	case a >= 22:
	case a >= 1:
		z = 1 - 2/(Expm1(2*a)+2)
	default:
		t := Expm1(-2 * a)
		z = -t / (t + 2)
	}
	return math.Copysign(z, x)
}

// Asinh is Math.asinh.
func Asinh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0) || a < 0x1p-28:
		return x
	case a > 0x1p28:
		a = Log(a) + math.Ln2
	case a > 2:
		a = Log(float64(2*a) + 1/(math.Sqrt(float64(x*x)+1)+a))
	default:
		t := x * x
		a = Log1p(a + t/(1+math.Sqrt(1+t)))
	}
	return math.Copysign(a, x)
}

// Acosh is Math.acosh.
func Acosh(x float64) float64 {
	switch {
	case !(x > 1):
		return math.Acosh(x)
	case x >= 0x1p28:
		return Log(x) + math.Ln2
	case x > 2:
		return Log(float64(2*x) - 1/(x+math.Sqrt(float64(x*x)-1)))
	}
	t := x - 1
	return Log1p(t + math.Sqrt(float64(2*t)+float64(t*t)))
}

// Atanh is Math.atanh.
func Atanh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case !(a < 1) || a < 0x1p-28:
		return math.Atanh(x)
	case a < 0.5:
		t := a + a
		t = 0.5 * Log1p(t+float64(t*a)/(1-a))
		return math.Copysign(t, x)
	}
	return math.Copysign(0.5*Log1p((a+a)/(1-a)), x)
}
