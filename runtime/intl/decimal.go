package intl

import (
	"bytes"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// decimal is a number as its digits: 0.digits × 10^exponent, without zeros at either end. Zero has no digits.
type decimal struct {
	negative bool
	digits   []byte
	exponent int
	nan, inf bool
}

// fromFloat is the shortest decimal that reads as x.
func fromFloat(x float64) decimal {
	switch {
	case math.IsNaN(x):
		return decimal{nan: true}
	case math.IsInf(x, 0):
		return decimal{inf: true, negative: x < 0}
	}
	d, _ := parseDecimal(strconv.FormatFloat(math.Abs(x), 'e', -1, 64))
	d.negative = math.Signbit(x)
	return d
}

// fromBig is an integer.
func fromBig(x *big.Int) decimal {
	d, _ := parseDecimal(x.String())
	return d
}

// parseDecimal reads a StringNumericLiteral without spaces that is decimal.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		d.negative, s = true, rest
	} else {
		s = strings.TrimPrefix(s, "+")
	}
	if s == "Infinity" {
		d.inf = true
		return d, true
	}
	mantissa, exponent, scaled := strings.Cut(strings.ToLower(s), "e")
	if scaled {
		e, err := strconv.Atoi(exponent)
		if err != nil || e > 1<<20 || e < -1<<20 {
			return d, false
		}
		d.exponent = e
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" {
		return d, false
	}
	for _, c := range []byte(whole + fraction) {
		if c < '0' || c > '9' {
			return d, false
		}
	}
	d.digits = []byte(whole + fraction)
	d.exponent += len(whole)
	return d.trimmed(), true
}

func (d decimal) trimmed() decimal {
	d.digits = bytes.TrimRight(d.digits, "0")
	n := len(d.digits)
	d.digits = bytes.TrimLeft(d.digits, "0")
	d.exponent -= n - len(d.digits)
	if len(d.digits) == 0 {
		d.exponent = 0
	}
	return d
}

func (d decimal) isZero() bool { return !d.nan && !d.inf && len(d.digits) == 0 }

// magnitude is the power of ten of the first digit; zero's is 0.
func (d decimal) magnitude() int {
	if len(d.digits) == 0 {
		return 0
	}
	return d.exponent - 1
}

// shifted is the number times a power of ten.
func (d decimal) shifted(by int) decimal {
	if len(d.digits) > 0 {
		d.exponent += by
	}
	return d
}

// rounded is the nearest multiple of increment × 10^place.
func (d decimal) rounded(place, increment int, mode string) decimal {
	if d.nan || d.inf || len(d.digits) == 0 {
		return d
	}
	if increment == 1 && d.exponent-len(d.digits) >= place {
		return d
	}
	// In units of 10^place: n and what is left below, as a comparison with a half.
	whole := max(d.exponent-place, 0)
	var digits []byte
	if whole <= len(d.digits) {
		digits = d.digits[:whole]
	} else {
		digits = append(append([]byte(nil), d.digits...), bytes.Repeat([]byte("0"), whole-len(d.digits))...)
	}
	n := new(big.Int)
	if len(digits) > 0 {
		n.SetString(string(digits), 10)
	}
	rest := d.digits[min(whole, len(d.digits)):]
	if d.exponent < place {
		rest = append(bytes.Repeat([]byte("0"), place-d.exponent), d.digits...)
	}
	step := big.NewInt(int64(increment))
	quotient, remainder := new(big.Int).QuoRem(n, step, new(big.Int))
	twice := new(big.Int).Lsh(remainder, 1)
	half := twice.Cmp(step) // -1, 0, 1: below, at or above a half, but for rest
	below := bytes.TrimRight(rest, "0")
	exact := remainder.Sign() == 0 && len(below) == 0
	if increment%2 == 1 { // a half has a half unit
		if twice.Add(twice, big.NewInt(1)); twice.Cmp(step) == 0 {
			switch {
			case len(below) == 0 || below[0] < '5':
				half = -1
			case below[0] == '5' && len(below) == 1:
				half = 0
			default:
				half = 1
			}
		}
	} else if half == 0 && len(below) > 0 {
		half = 1
	}
	up := false
	if !exact {
		switch mode {
		case "ceil":
			up = !d.negative
		case "floor":
			up = d.negative
		case "expand":
			up = true
		case "trunc":
		default:
			switch {
			case half != 0:
				up = half > 0
			case mode == "halfCeil":
				up = !d.negative
			case mode == "halfFloor":
				up = d.negative
			case mode == "halfTrunc":
			case mode == "halfEven":
				up = quotient.Bit(0) == 1
			default:
				up = true
			}
		}
	}
	if up {
		quotient.Add(quotient, big.NewInt(1))
	}
	text := quotient.Mul(quotient, step).String()
	out := decimal{negative: d.negative, digits: []byte(text), exponent: len(text) + place}
	return out.trimmed()
}

// plain is the number's digits before and after the point.
func (d decimal) plain() (whole, fraction string) {
	switch {
	case len(d.digits) == 0:
		return "0", ""
	case d.exponent <= 0:
		return "0", strings.Repeat("0", -d.exponent) + string(d.digits)
	case d.exponent >= len(d.digits):
		return string(d.digits) + strings.Repeat("0", d.exponent-len(d.digits)), ""
	}
	return string(d.digits[:d.exponent]), string(d.digits[d.exponent:])
}
