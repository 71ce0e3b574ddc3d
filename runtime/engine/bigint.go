package engine

import (
	"math"
	"math/big"
	"unsafe"

	"github.com/dop251/goja"

	"devserver/runtime/exactmath"
)

// BigInts are *big.Int to the engine, whose operations go on for as long as their operands are large, and stop for nobody. Those
// of large ones are put together here of operations on smaller ones, between which there is a look at the time.

const (
	// maxBits is how many bits a BigInt may have, as in V8.
	maxBits = 1 << 30
	// smallBits is how many bits are few: an operation on two numbers of that size takes some milliseconds.
	smallBits = 1 << 18
)

func bigOf(m *machine, v goja.Value) (*big.Int, bool) {
	w := wordsOf(v)
	if w.kind != m.bigInt {
		return nil, false
	}
	return (*big.Int)(w.data), true
}

// bigValue makes a value of a number that nobody changes any more.
func (m *machine) bigValue(x *big.Int) (v goja.Value) {
	*(*words)(unsafe.Pointer(&v)) = words{m.bigInt, unsafe.Pointer(x)}
	return v
}

// operands returns the two numbers on top of the stack, if both are BigInts. Objects become what they stand for.
func (m *machine) operands(vm unsafe.Pointer) (x, y *big.Int, ok bool) {
	left, right := m.top(vm, 1), m.top(vm, 0)
	if x, ok := bigOf(m, *left); ok {
		if y, ok := bigOf(m, *right); ok {
			return x, y, true
		}
	}
	_, isObject := (*left).(*goja.Object)
	if !isObject {
		_, isObject = (*right).(*goja.Object)
	}
	if isObject {
		sp, pc := at[int](vm, m.sp), at[int](vm, m.pc)
		here, kept := *pc, *right
		*sp--
		m.toNumeric.exec(vm) // a script's function, which uses the stack from here on
		*sp++
		stack := at[[]goja.Value](vm, m.stack)
		for len(*stack) < *sp {
			*stack = append(*stack, nil) // the engine may have cut off what the function did not leave there
		}
		*m.top(vm, 0) = kept
		m.toNumeric.exec(vm)
		*pc = here
		left, right = m.top(vm, 1), m.top(vm, 0)
	}
	if wordsOf(*left).kind != m.bigInt || wordsOf(*right).kind != m.bigInt {
		return nil, nil, false
	}
	x, _ = bigOf(m, *left)
	y, _ = bigOf(m, *right)
	return x, y, true
}

// give puts the result of an operator in the place of its operands.
func (m *machine) give(vm unsafe.Pointer, x *big.Int) {
	if x.BitLen() > maxBits {
		panic(m.tooLarge(vm))
	}
	sp := at[int](vm, m.sp)
	*sp--
	*m.top(vm, 0) = m.bigValue(x)
	*at[int](vm, m.pc)++
}

func (m *machine) tooLarge(vm unsafe.Pointer) goja.Value {
	return m.rangeError(vm, "Maximum BigInt size exceeded")
}

func (i *_mul) exec(vm unsafe.Pointer) {
	m := made
	if m.multiplyNumbers(vm) {
		return
	}
	if x, y, ok := m.operands(vm); ok {
		switch bits := x.BitLen() + y.BitLen(); {
		case bits <= smallBits:
			m.give(vm, new(big.Int).Mul(x, y))
		case bits > maxBits+1:
			panic(m.tooLarge(vm))
		default:
			m.give(vm, Multiply(x, y, func() { m.check(vm) }))
		}
		return
	}
	i.instruction.exec(vm)
}

func (i *_exp) exec(vm unsafe.Pointer) {
	m := made
	if m.numbers(vm) {
		left, right := m.pair(vm)
		x, _ := m.number(left)
		y, _ := m.number(right)
		result := exactmath.Pow(x, y)
		if !m.setNumber(left, result) {
			*m.top(vm, 1) = m.engine(vm).ToValue(result)
		}
		m.advance(vm, 1)
		return
	}
	if x, y, ok := m.operands(vm); ok && y.Sign() > 0 && x.BitLen() > 1 {
		if !y.IsUint64() {
			panic(m.tooLarge(vm))
		}
		if y.Uint64() > smallBits || uint64(x.BitLen())*y.Uint64() > smallBits {
			p := power(x, y.Uint64(), func() { m.check(vm) })
			if p == nil {
				panic(m.tooLarge(vm))
			}
			m.give(vm, p)
			return
		}
	} else if ok && y.Sign() > 0 { // of 0, 1 and -1
		result := x
		if y.Bit(0) == 0 {
			result = new(big.Int).Abs(x)
		}
		m.give(vm, result)
		return
	} else if !ok && m.numbers(vm) { // objects have become what they stand for
		i.exec(vm)
		return
	}
	i.instruction.exec(vm)
}

// isNumber reports whether a value is a number, and not one of the others that count as such.
func (m *machine) isNumber(w words) bool { return w.kind == m.integer || w.kind == m.float }

// numbers reports whether the two values on top of the stack are numbers.
func (m *machine) numbers(vm unsafe.Pointer) bool {
	return m.isNumber(wordsOf(*m.top(vm, 1))) && m.isNumber(wordsOf(*m.top(vm, 0)))
}

func (i *_sal) exec(vm unsafe.Pointer) {
	m := made
	if m.shiftLeft(vm) {
		return
	}
	if x, y, ok := m.operands(vm); ok && !(y.IsInt64() && y.Int64() >= -maxBits && y.Int64() <= maxBits && (y.Sign() <= 0 || x.BitLen()+int(y.Int64()) <= maxBits)) || ok && y.Sign() < 0 {
		switch {
		case x.Sign() == 0:
			m.give(vm, x)
		case y.Sign() > 0:
			panic(m.tooLarge(vm))
		default:
			// The engine takes the distance for one of 64 bits.
			distance := uint(maxBits) + 1
			if y.IsInt64() && -y.Int64() < maxBits {
				distance = uint(-y.Int64())
			}
			m.give(vm, new(big.Int).Rsh(x, distance))
		}
		return
	}
	i.instruction.exec(vm)
}

func (i *_div) exec(vm unsafe.Pointer) {
	m := made
	if m.divideNumbers(vm) {
		return
	}
	if q, _, ok := m.divided(vm); ok {
		m.give(vm, q)
		return
	}
	i.instruction.exec(vm)
}

func (i *_mod) exec(vm unsafe.Pointer) {
	m := made
	if m.remainder(vm) {
		return
	}
	if _, r, ok := m.divided(vm); ok {
		m.give(vm, r)
		return
	}
	i.instruction.exec(vm)
}

// divided divides the operands, if the first is a large BigInt and the second one that it can be divided by.
func (m *machine) divided(vm unsafe.Pointer) (quotient, remainder *big.Int, ok bool) {
	if m.numbers(vm) {
		return nil, nil, false
	}
	x, y, ok := m.operands(vm)
	if !ok || y.Sign() == 0 || x.BitLen() <= smallBits {
		return nil, nil, false
	}
	quotient, remainder = Divide(x, y, func() { m.check(vm) })
	return quotient, remainder, true
}

// The sum of a text and a BigInt needs its digits.
func (i *_add) exec(vm unsafe.Pointer) {
	m := made
	if m.addNumbers(vm) {
		return
	}
	left, right := m.top(vm, 1), m.top(vm, 0)
	if wordsOf(*left).kind == m.bigInt || wordsOf(*right).kind == m.bigInt {
		x, isBig := bigOf(m, *left)
		y, isBigToo := bigOf(m, *right)
		if isBig && isBigToo {
			m.give(vm, new(big.Int).Add(x, y))
			return
		} else if _, ok := (*left).(goja.String); ok && y.BitLen() > smallBits {
			*right = m.engine(vm).ToValue(Digits(y, 10, func() { m.check(vm) }))
		} else if _, ok := (*right).(goja.String); ok && isBig && x.BitLen() > smallBits {
			*left = m.engine(vm).ToValue(Digits(x, 10, func() { m.check(vm) }))
		}
	}
	i.instruction.exec(vm)
}

// `…${x}`
func (i *_toString) exec(vm unsafe.Pointer) {
	m := made
	if x, ok := bigOf(m, *m.top(vm, 0)); ok && x.BitLen() > smallBits {
		*m.top(vm, 0) = m.engine(vm).ToValue(Digits(x, 10, func() { m.check(vm) }))
	}
	i.instruction.exec(vm)
}

// LargeBigInt returns the BigInt that v is, which must not be changed, if an operation on it may take long.
func LargeBigInt(v goja.Value) (*big.Int, bool) {
	m := theMachine()
	if m.err != nil {
		return nil, false
	}
	x, ok := bigOf(m, v)
	return x, ok && x.BitLen() > smallBits
}

// ItemsWithLargeBigInt returns the items of an array, which must not be changed, if a BigInt is among them that may take long to
// write. Where there is none, an item may be nil.
func ItemsWithLargeBigInt(v goja.Value) []goja.Value {
	m := theMachine()
	_, self, kind := layout().self(v)
	if kind == nil || kind != m.array {
		return nil
	}
	items := *at[[]goja.Value](self, m.values)
	for i := range items {
		if x, ok := bigOf(m, items[i]); ok && x.BitLen() > smallBits {
			return items
		}
	}
	return nil
}

// BigIntOf returns the BigInt that v is, which must not be changed.
func BigIntOf(v goja.Value) (*big.Int, bool) {
	m := theMachine()
	if m.err != nil {
		return nil, false
	}
	return bigOf(m, v)
}

// MaxBigInt is how many bits a BigInt may have: more than in V8 are not to be.
const MaxBigInt = maxBits

// Multiply multiplies two numbers, and calls check every few milliseconds.
func Multiply(x, y *big.Int, check func()) *big.Int {
	if x.BitLen() < y.BitLen() {
		x, y = y, x
	}
	check()
	if y.BitLen() <= smallBits/2 {
		if x.BitLen() <= smallBits {
			return new(big.Int).Mul(x, y)
		}
		return multiplyParts(x, y, smallBits/2, check)
	}
	if x.BitLen() > 2*y.BitLen() {
		return multiplyParts(x, y, uint(y.BitLen()), check)
	}
	// Karatsuba: three products of halves.
	half := uint(x.BitLen()+1) / 2
	x1, x0 := split(x, half)
	y1, y0 := split(y, half)
	high, low := Multiply(x1, y1, check), Multiply(x0, y0, check)
	middle := Multiply(x1.Add(x1, x0), y1.Add(y1, y0), check)
	middle.Sub(middle, high).Sub(middle, low)
	high.Lsh(high, half).Add(high, middle)
	high.Lsh(high, half).Add(high, low)
	if x.Sign()*y.Sign() < 0 {
		high.Neg(high)
	}
	return high
}

// multiplyParts multiplies a long number with a shorter one, a part of the former at a time.
func multiplyParts(x, y *big.Int, bits uint, check func()) *big.Int {
	words := max(int(bits)/wordBits, 1)
	from := x.Bits()
	to := make([]big.Word, len(from)+len(y.Bits())+1)
	var part, product, above big.Int
	for at := 0; at < len(from); at += words {
		part.SetBits(from[at:min(at+words, len(from))])
		product.Set(Multiply(&part, new(big.Int).Abs(y), check))
		// What is there already overlaps with the beginning of the product.
		end := min(at+len(y.Bits()), len(to))
		above.SetBits(to[at:end])
		product.Add(&product, &above)
		clear(to[at:end])
		copy(to[at:], product.Bits())
	}
	result := new(big.Int).SetBits(to)
	if x.Sign()*y.Sign() < 0 {
		result.Neg(result)
	}
	return result
}

const wordBits = 32 << (^big.Word(0) >> 63)

// split takes the absolute value of a number apart.
func split(x *big.Int, bits uint) (high, low *big.Int) {
	x = new(big.Int).Abs(x)
	high = new(big.Int).Rsh(x, bits)
	low = new(big.Int).Lsh(high, bits)
	return high, low.Sub(x, low)
}

// power returns nil if the power has too many bits.
func power(x *big.Int, n uint64, check func()) *big.Int {
	fraction := new(big.Float)
	exponent := new(big.Float).SetInt(x).MantExp(fraction)
	f, _ := fraction.Abs(fraction).Float64()
	if (float64(exponent)+math.Log2(f))*float64(n) > maxBits {
		return nil
	}
	if twos := x.TrailingZeroBits(); twos > 0 && x.BitLen() == int(twos)+1 { // a power of two, which is a shift
		result := new(big.Int).Lsh(big.NewInt(1), twos*uint(n))
		if x.Sign() < 0 && n&1 == 1 {
			result.Neg(result)
		}
		return result
	}
	result, square := big.NewInt(1), x
	for {
		if n&1 == 1 {
			result = Multiply(result, square, check)
		}
		if n >>= 1; n == 0 {
			return result
		}
		square = Multiply(square, square, check)
	}
}

// Divide returns the quotient, rounded to zero, and the remainder of two numbers, of which the second is not 0, and calls check
// every few milliseconds.
func Divide(x, y *big.Int, check func()) (quotient, remainder *big.Int) {
	if x.CmpAbs(y) < 0 {
		return new(big.Int), x
	}
	a, b := new(big.Int).Abs(x), new(big.Int).Abs(y)
	// From the top on, as many bits of a at a time as b has.
	bits := uint(max(b.BitLen(), smallBits/8))
	parts := (uint(a.BitLen()) + bits - 1) / bits
	quotient, remainder = new(big.Int), new(big.Int)
	quotients := make([]*big.Int, parts)
	for i := int(parts) - 1; i >= 0; i-- {
		remainder.Lsh(remainder, bits).Or(remainder, bitsOf(a, uint(i)*bits, bits))
		quotients[i], remainder = divide2by1(remainder, b, bits, check)
	}
	quotient = join(quotients, bits)
	if x.Sign()*y.Sign() < 0 {
		quotient.Neg(quotient)
	}
	if x.Sign() < 0 {
		remainder.Neg(remainder)
	}
	return quotient, remainder
}

// bitsOf takes some bits out of a number that is not negative.
func bitsOf(x *big.Int, from, bits uint) *big.Int {
	words := x.Bits()
	first, last := int(from/wordBits), int((from+bits+wordBits-1)/wordBits)
	if first >= len(words) {
		return new(big.Int)
	}
	part := new(big.Int).SetBits(words[first:min(last, len(words))])
	part = new(big.Int).Rsh(part, from%wordBits)
	return lowBits(part, bits)
}

// lowBits are the lowest bits of a number that is not negative.
func lowBits(x *big.Int, bits uint) *big.Int {
	if uint(x.BitLen()) <= bits {
		return x
	}
	_, low := split(x, bits)
	return low
}

// join puts numbers of so many bits together, the first one lowest.
func join(parts []*big.Int, bits uint) *big.Int {
	if len(parts) == 1 {
		return parts[0]
	}
	half := len(parts) / 2
	high := join(parts[half:], bits)
	result := new(big.Int).Lsh(high, uint(half)*bits)
	return result.Or(result, join(parts[:half], bits))
}

// divide2by1 divides a < b·2^bits by b: the quotient has no more bits than that. Burnikel and Ziegler's: two divisions by the
// upper half of b, and the products of what they leave with the lower half.
func divide2by1(a, b *big.Int, bits uint, check func()) (q, r *big.Int) {
	check()
	if bits <= smallBits/8 || b.BitLen() <= smallBits/8 {
		return new(big.Int).QuoRem(a, b, new(big.Int))
	}
	if a.Cmp(b) < 0 {
		return new(big.Int), a
	}
	half := (bits + 1) / 2
	low := bits - half
	top := new(big.Int).Rsh(a, low)
	q1, r1 := divide3by2(top, b, half, check)
	rest := r1.Lsh(r1, low)
	rest.Or(rest, lowBits(a, low))
	q0, r0 := divide3by2(rest, b, low, check)
	q = q1.Lsh(q1, low)
	return q.Add(q, q0), r0
}

// divide3by2 divides a < b·2^bits by b, of which it takes the upper bits first.
func divide3by2(a, b *big.Int, bits uint, check func()) (q, r *big.Int) {
	check()
	if a.Cmp(b) < 0 {
		return new(big.Int), a
	}
	if uint(b.BitLen()) <= bits+wordBits {
		return divide2by1(a, b, bits, check)
	}
	rest := uint(b.BitLen()) - bits
	b1, b0 := split(b, rest)
	a1, a0 := split(a, rest)
	if new(big.Int).Rsh(a1, bits).Cmp(b1) >= 0 {
		q = new(big.Int).Lsh(big.NewInt(1), bits)
		q.Sub(q, big.NewInt(1))
		r = a1.Sub(a1, Multiply(q, b1, check))
	} else {
		q, r = divide2by1(a1, b1, bits, check)
	}
	r = new(big.Int).Lsh(r, rest)
	r.Or(r, a0).Sub(r, Multiply(q, b0, check))
	for r.Sign() < 0 {
		q = new(big.Int).Sub(q, big.NewInt(1))
		r.Add(r, b)
	}
	return q, r
}

// Digits writes a number in a base from 2 to 36, and calls check every few milliseconds.
func Digits(x *big.Int, base int, check func()) string {
	if x.BitLen() <= smallBits/8 || base&(base-1) == 0 {
		return x.Text(base)
	}
	// powers[i] is base^(leaf·2^i).
	const leaf = 4096
	powers := []*big.Int{power(big.NewInt(int64(base)), leaf, check)}
	for last := powers[0]; 2*last.BitLen() <= x.BitLen()+2; {
		last = Multiply(last, last, check)
		powers = append(powers, last)
	}
	text := make([]byte, 0, int(float64(x.BitLen())/3)+2)
	if x.Sign() < 0 {
		text = append(text, '-')
	}
	return string(appendDigits(text, new(big.Int).Abs(x), base, powers, leaf, false, check))
}

func appendDigits(text []byte, x *big.Int, base int, powers []*big.Int, leaf int, padded bool, check func()) []byte {
	i := len(powers) - 1
	for !padded && i >= 0 && x.Cmp(powers[i]) < 0 {
		i--
	}
	if i < 0 {
		check()
		digits := x.Text(base)
		for n := len(digits); padded && n < leaf; n++ {
			text = append(text, '0')
		}
		return append(text, digits...)
	}
	high, low := Divide(x, powers[i], check)
	text = appendDigits(text, high, base, powers[:i], leaf, padded, check)
	return appendDigits(text, low, base, powers[:i], leaf, true, check)
}

// ParseDigits reads a number of digits in a base, and calls check every few milliseconds. It reports false for what is no number, and returns
// nil for one that is too large.
func ParseDigits(digits string, base int, check func()) (x *big.Int, ok bool) {
	if float64(len(digits)-1)*math.Log2(float64(base)) > maxBits {
		return nil, true
	}
	const leaf = 4096
	powers := make(map[int]*big.Int)
	var parse func(digits string) (*big.Int, bool)
	powerOf := func(n int) *big.Int {
		if powers[n] == nil {
			powers[n] = power(big.NewInt(int64(base)), uint64(n), check)
		}
		return powers[n]
	}
	parse = func(digits string) (*big.Int, bool) {
		check()
		if len(digits) <= leaf {
			return new(big.Int).SetString(digits, base)
		}
		low := leaf
		for 2*low < len(digits) {
			low *= 2
		}
		a, ok := parse(digits[:len(digits)-low])
		if !ok {
			return nil, false
		}
		b, ok := parse(digits[len(digits)-low:])
		if !ok {
			return nil, false
		}
		a = Multiply(a, powerOf(low), check)
		return a.Add(a, b), true
	}
	return parse(digits)
}
