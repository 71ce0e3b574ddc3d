package engine

import (
	"fmt"
	"math"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// elements is what the engine has typed arrays read and write their elements by: an interface of its own with these methods.
// Two interfaces with the same methods are laid out alike, so that a value of this one can stand where the engine has its
// own. Indices count from the beginning of the buffer, and are within it.
type elements interface {
	toRaw(goja.Value) uint64
	get(idx int) goja.Value
	set(idx int, value goja.Value)
	getRaw(idx int) uint64
	setRaw(idx int, raw uint64)
	less(i, j int) bool
	swap(i, j int)
	typeMatch(v goja.Value) bool
	export(offset int, length int) any
	exportType() reflect.Type
}

// sameMethods says in what two interfaces differ.
func sameMethods(theirs, ours reflect.Type) error {
	if theirs.Kind() != reflect.Interface || theirs.NumMethod() != ours.NumMethod() {
		return fmt.Errorf("%v has not the methods of %v", theirs, ours)
	}
	for i := range ours.NumMethod() {
		if a, b := theirs.Method(i), ours.Method(i); a.Name != b.Name || a.Type != b.Type {
			return fmt.Errorf("%v has the method %s %v and not %s %v", theirs, a.Name, a.Type, b.Name, b.Type)
		}
	}
	return nil
}

// SetFloat16 makes a typed array, whose elements have two bytes, one of float16 numbers: constructor is its class.
func (a TypedArray) SetFloat16(constructor *goja.Object) {
	*a.constructor = constructor
	*(*elements)(a.elements) = (*float16s)(a.Buffer.Data)
}

// float16s are the elements of a Float16Array: what its buffer has. https://tc39.es/ecma262/#sec-typedarray-objects
type float16s []byte

func (a *float16s) at(idx int) *uint16 {
	return (*uint16)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(*a)), 2*idx))
}

func (a *float16s) float(idx int) float64 { return FromFloat16(*a.at(idx)) }

func (a *float16s) get(idx int) goja.Value { return number(a.float(idx)) }

func (a *float16s) set(idx int, value goja.Value) {
	p := a.at(idx) // of the memory that is there before a script may run
	*p = ToFloat16(value.ToFloat())
}

func (a *float16s) getRaw(idx int) uint64 { return uint64(*a.at(idx)) }

func (a *float16s) setRaw(idx int, raw uint64) { *a.at(idx) = uint16(raw) }

func (a *float16s) toRaw(v goja.Value) uint64 { return uint64(ToFloat16(v.ToFloat())) }

// less is the order of sort: -0 is before 0, and NaN is at the end.
func (a *float16s) less(i, j int) bool {
	x, y := a.float(i), a.float(j)
	switch {
	case math.IsNaN(x):
		return false
	case math.IsNaN(y):
		return true
	case x == 0 && y == 0:
		return math.Signbit(x) && !math.Signbit(y)
	}
	return x < y
}

func (a *float16s) swap(i, j int) {
	p, q := a.at(i), a.at(j)
	*p, *q = *q, *p
}

// typeMatch reports whether an element can be what v is.
func (a *float16s) typeMatch(v goja.Value) bool {
	if _, ok := v.(*goja.Object); ok || !goja.IsNumber(v) {
		return false
	}
	x := v.ToFloat()
	return math.IsNaN(x) || FromFloat16(ToFloat16(x)) == x
}

// Float16 is an element of an exported Float16Array, as its bits.
type Float16 uint16

func (a *float16s) export(offset, length int) any {
	return unsafe.Slice((*Float16)(a.at(offset)), length)
}

func (a *float16s) exportType() reflect.Type { return reflect.TypeFor[[]Float16]() }

// number makes a number: no engine is needed for that.
func number(x float64) goja.Value { return (*goja.Runtime)(nil).ToValue(x) }

// ToFloat16 rounds to the nearest float16, ties to even, and returns its bits.
func ToFloat16(x float64) uint16 {
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

// FromFloat16 is the number that some bits are.
func FromFloat16(bits uint16) float64 {
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
