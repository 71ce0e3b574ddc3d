package engine

import (
	"math"
	"unsafe"

	"github.com/dop251/goja"
)

// What a script computes with numbers is done here: the engine makes a value of each operand before it makes one of the result,
// and each whole number above 255 that it makes is an allocation. A result that is one of the operands is that value here, and
// small ones are made once. What is no number is left to the engine's instruction.

// smallNumbers is up to which whole number there is a value of each, which all engines have in common.
const smallNumbers = 1 << 12

var smallIntegers = func() *[smallNumbers]int64 {
	var list [smallNumbers]int64
	for i := range list {
		list[i] = int64(i)
	}
	return &list
}()

// maxSafe is up to which number whole ones are integers to the engine.
const maxSafe = 1 << 53

// pair returns what an operator of two operands finds on the stack.
func (m *machine) pair(vm unsafe.Pointer) (left, right *words) {
	stack, sp := *at[[]words](vm, m.stack), *at[int](vm, m.sp)
	return &stack[sp-2], &stack[sp-1]
}

// single returns what an operator of one operand finds on the stack.
func (m *machine) single(vm unsafe.Pointer) *words {
	return &(*at[[]words](vm, m.stack))[*at[int](vm, m.sp)-1]
}

// advance goes on to the next instruction, with so many operands less on the stack.
func (m *machine) advance(vm unsafe.Pointer, operands int) {
	*at[int](vm, m.sp) -= operands
	*at[int](vm, m.pc)++
}

// integers returns the operands, if they are integers.
func (m *machine) integers(left, right *words) (x, y int64, ok bool) {
	if left.kind != m.integer || right.kind != m.integer {
		return 0, 0, false
	}
	return *(*int64)(left.data), *(*int64)(right.data), true
}

// number returns the number that a value is.
func (m *machine) number(w *words) (x float64, ok bool) {
	switch w.kind {
	case m.integer:
		return float64(*(*int64)(w.data)), true
	case m.float:
		return *(*float64)(w.data), true
	}
	return 0, false
}

// setInteger puts an integer in the place of another, the left operand.
func setInteger(left *words, x int64) {
	if x == *(*int64)(left.data) {
		return
	}
	if uint64(x) < smallNumbers {
		left.data = unsafe.Pointer(&smallIntegers[x])
		return
	}
	data := new(int64)
	*data = x
	left.data = unsafe.Pointer(data)
}

// setNumber puts a number in the place of the left operand, unless it is one that the engine has a value of its own for.
func (m *machine) setNumber(left *words, x float64) bool {
	if i := int64(x); float64(i) == x && x >= -maxSafe && x <= maxSafe {
		if i == 0 {
			return false // or -0
		}
		if left.kind != m.integer {
			*left = words{m.integer, unsafe.Pointer(&smallIntegers[0])}
		}
		setInteger(left, i)
		return true
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return false
	}
	data := new(float64)
	*data = x
	*left = words{m.float, unsafe.Pointer(data)}
	return true
}

// toInt32 is https://tc39.es/ecma262/#sec-toint32, and toUint32 when it is taken for one.
func toInt32(x float64) int32 {
	if math.Abs(x) < 1<<62 {
		return int32(int64(x))
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return int32(int64(math.Mod(x, 1<<32)))
}

// bits32 is what the operators of bits make of a number.
func (m *machine) bits32(w *words) (x int32, ok bool) {
	switch w.kind {
	case m.integer:
		return int32(*(*int64)(w.data)), true
	case m.float:
		return toInt32(*(*float64)(w.data)), true
	}
	return 0, false
}

// bitOperands are the operands of an operator of bits, and what it makes of them, if they are numbers.
func (m *machine) bitOperands(vm unsafe.Pointer) (left, right *words, x, y int32, ok bool) {
	left, right = m.pair(vm)
	if x, ok = m.bits32(left); ok {
		y, ok = m.bits32(right)
	}
	return left, right, x, y, ok
}

// giveBits ends an operator of bits.
func (m *machine) giveBits(vm unsafe.Pointer, left, right *words, x int64) {
	if left.kind != m.integer {
		*left = words{m.integer, unsafe.Pointer(&smallIntegers[0])}
	}
	if right.kind == m.integer && x == *(*int64)(right.data) {
		left.data = right.data
	} else {
		setInteger(left, x)
	}
	m.advance(vm, 1)
}

func (i *_and) exec(vm unsafe.Pointer) {
	if left, right, x, y, ok := made.bitOperands(vm); ok {
		made.giveBits(vm, left, right, int64(x&y))
		return
	}
	i.instruction.exec(vm)
}

func (i *_or) exec(vm unsafe.Pointer) {
	if left, right, x, y, ok := made.bitOperands(vm); ok {
		made.giveBits(vm, left, right, int64(x|y))
		return
	}
	i.instruction.exec(vm)
}

func (i *_xor) exec(vm unsafe.Pointer) {
	if left, right, x, y, ok := made.bitOperands(vm); ok {
		made.giveBits(vm, left, right, int64(x^y))
		return
	}
	i.instruction.exec(vm)
}

func (i *_sar) exec(vm unsafe.Pointer) {
	if left, right, x, y, ok := made.bitOperands(vm); ok {
		made.giveBits(vm, left, right, int64(x>>(y&31)))
		return
	}
	i.instruction.exec(vm)
}

func (i *_shr) exec(vm unsafe.Pointer) {
	if left, right, x, y, ok := made.bitOperands(vm); ok {
		made.giveBits(vm, left, right, int64(uint32(x)>>(y&31)))
		return
	}
	i.instruction.exec(vm)
}

// shiftLeft reports whether the operands are numbers, which it has shifted.
func (m *machine) shiftLeft(vm unsafe.Pointer) bool {
	left, right, x, y, ok := m.bitOperands(vm)
	if ok {
		m.giveBits(vm, left, right, int64(x<<(y&31)))
	}
	return ok
}

func (i *_bnot) exec(vm unsafe.Pointer) {
	m := made
	operand := m.single(vm)
	if x, ok := m.bits32(operand); ok {
		if operand.kind != m.integer {
			*operand = words{m.integer, unsafe.Pointer(&smallIntegers[0])}
		}
		setInteger(operand, int64(^x))
		m.advance(vm, 0)
		return
	}
	i.instruction.exec(vm)
}

// x++, of what is a number by then.
func (i *_inc) exec(vm unsafe.Pointer) {
	m := made
	if operand := m.single(vm); operand.kind == m.integer {
		if x := *(*int64)(operand.data) + 1; x <= maxSafe {
			setInteger(operand, x)
			m.advance(vm, 0)
			return
		}
	}
	i.instruction.exec(vm)
}

func (i *_dec) exec(vm unsafe.Pointer) {
	m := made
	if operand := m.single(vm); operand.kind == m.integer {
		if x := *(*int64)(operand.data) - 1; x >= -maxSafe {
			setInteger(operand, x)
			m.advance(vm, 0)
			return
		}
	}
	i.instruction.exec(vm)
}

// addNumbers reports whether the operands are numbers, which it has added.
func (m *machine) addNumbers(vm unsafe.Pointer) bool {
	left, right := m.pair(vm)
	if x, y, ok := m.integers(left, right); ok {
		sum := x + y
		if sum < -maxSafe || sum > maxSafe {
			return false
		}
		setInteger(left, sum)
		m.advance(vm, 1)
		return true
	}
	if x, ok := m.number(left); ok {
		if y, ok := m.number(right); ok && m.setNumber(left, x+y) {
			m.advance(vm, 1)
			return true
		}
	}
	return false
}

func (i *_sub) exec(vm unsafe.Pointer) {
	m := made
	left, right := m.pair(vm)
	if x, y, ok := m.integers(left, right); ok {
		if difference := x - y; difference >= -maxSafe && difference <= maxSafe {
			setInteger(left, difference)
			m.advance(vm, 1)
			return
		}
	} else if x, ok := m.number(left); ok {
		if y, ok := m.number(right); ok && m.setNumber(left, x-y) {
			m.advance(vm, 1)
			return
		}
	}
	i.instruction.exec(vm)
}

// multiplyNumbers reports whether the operands are numbers, which it has multiplied.
func (m *machine) multiplyNumbers(vm unsafe.Pointer) bool {
	left, right := m.pair(vm)
	if x, y, ok := m.integers(left, right); ok {
		if x == 0 && y < 0 || y == 0 && x < 0 { // of which the engine forgets the sign
			*(*goja.Value)(unsafe.Pointer(left)) = m.negativeZero
			m.advance(vm, 1)
			return true
		}
		if product := x * y; x == int64(int32(x)) && y == int64(int32(y)) && product >= -maxSafe && product <= maxSafe {
			setInteger(left, product)
			m.advance(vm, 1)
			return true
		}
	}
	if x, ok := m.number(left); ok {
		if y, ok := m.number(right); ok && m.setNumber(left, x*y) {
			m.advance(vm, 1)
			return true
		}
	}
	return false
}

// divideNumbers reports whether the operands are numbers, which it has divided.
func (m *machine) divideNumbers(vm unsafe.Pointer) bool {
	left, right := m.pair(vm)
	if x, ok := m.number(left); ok {
		if y, ok := m.number(right); ok && m.setNumber(left, x/y) {
			m.advance(vm, 1)
			return true
		}
	}
	return false
}

// remainder reports whether the operands are whole numbers, and has put the rest of their division there.
func (m *machine) remainder(vm unsafe.Pointer) bool {
	left, right := m.pair(vm)
	if x, y, ok := m.integers(left, right); ok && x >= 0 && y > 0 {
		setInteger(left, x%y)
		m.advance(vm, 1)
		return true
	}
	return false
}
