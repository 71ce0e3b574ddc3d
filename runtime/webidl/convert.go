package webidl

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// USVString converts a value to a string of scalar values: https://webidl.spec.whatwg.org/#js-USVString
func (r *Realm) USVString(v goja.Value) string {
	if v == nil {
		return "undefined"
	}
	if _, ok := v.(*goja.Symbol); ok {
		panic(r.TypeError("Cannot convert a Symbol value to a string"))
	}
	return v.String()
}

// ByteString converts a value to a string of bytes, one per character: https://webidl.spec.whatwg.org/#js-ByteString
func (r *Realm) ByteString(v goja.Value) string {
	s := r.USVString(v)
	ascii := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	var b strings.Builder
	i := 0
	for _, c := range s {
		if c > 0xFF {
			panic(r.TypeError("Cannot convert argument to a ByteString because the character at index %d has a value of %d which is greater than 255.", i, c))
		}
		b.WriteByte(byte(c))
		i++
	}
	return b.String()
}

// BytesString makes a JavaScript string of a string of bytes, one character per byte.
func (r *Realm) BytesString(s string) goja.Value {
	for i := range len(s) {
		if s[i] >= 0x80 {
			chars := make([]uint16, len(s))
			for j := range len(s) {
				chars[j] = uint16(s[j])
			}
			return goja.StringFromUTF16(chars)
		}
	}
	return r.VM.ToValue(s)
}

// Integer conversions differ in what they do with numbers that do not fit.
type Integer int

const (
	// Modulo wraps around.
	Modulo Integer = iota
	// EnforceRange throws a TypeError.
	EnforceRange
	// Clamp takes the nearest number that fits.
	Clamp
)

// Uint converts a value to an unsigned integer of bits bits: https://webidl.spec.whatwg.org/#abstract-opdef-converttoint
func (r *Realm) Uint(v goja.Value, bits int, how Integer) uint64 {
	upper := math.Ldexp(1, bits) - 1
	if bits == 64 {
		upper = 1<<53 - 1
	}
	x := r.integer(v, 0, upper, how)
	if how == Modulo {
		x = math.Mod(x, math.Ldexp(1, bits))
		if x < 0 {
			x += math.Ldexp(1, bits)
		}
	}
	return uint64(x)
}

// SignedInt converts a value to a signed integer of bits bits.
func (r *Realm) SignedInt(v goja.Value, bits int, how Integer) int64 {
	upper := math.Ldexp(1, bits-1) - 1
	lower := -math.Ldexp(1, bits-1)
	if bits == 64 {
		upper, lower = 1<<53-1, -(1<<53 - 1)
	}
	x := r.integer(v, lower, upper, how)
	if how == Modulo {
		x = math.Mod(x, math.Ldexp(1, bits))
		if x < 0 {
			x += math.Ldexp(1, bits)
		}
		if x >= math.Ldexp(1, bits-1) {
			x -= math.Ldexp(1, bits)
		}
	}
	return int64(x)
}

func (r *Realm) integer(v goja.Value, lower, upper float64, how Integer) float64 {
	x := r.Float(v)
	switch how {
	case EnforceRange:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			panic(r.TypeError("Value is not a finite number"))
		}
		x = math.Trunc(x)
		if x < lower || x > upper {
			panic(r.TypeError("Value is outside the range of the integer type"))
		}
		return x
	case Clamp:
		if math.IsNaN(x) {
			return 0
		}
		return math.RoundToEven(min(max(x, lower), upper))
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return math.Trunc(x)
}

// Float converts a value to a number, which may be NaN or infinite.
func (r *Realm) Float(v goja.Value) float64 {
	if v == nil {
		return math.NaN()
	}
	if _, ok := v.(*goja.Symbol); ok {
		panic(r.TypeError("Cannot convert a Symbol value to a number"))
	}
	return v.ToNumber().ToFloat()
}

// Dictionary is a value converted to a dictionary: https://webidl.spec.whatwg.org/#js-dictionary
type Dictionary struct {
	realm  *Realm
	object *goja.Object
}

// Dictionary converts a value: undefined and null are empty, any object will do, anything else is a TypeError.
func (r *Realm) Dictionary(v goja.Value) Dictionary {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return Dictionary{realm: r}
	}
	obj, ok := v.(*goja.Object)
	if !ok {
		panic(r.TypeError("The provided value is not of type 'object'."))
	}
	return Dictionary{realm: r, object: obj}
}

// IsZero reports whether the dictionary was undefined or null.
func (d Dictionary) IsZero() bool { return d.object == nil }

// Object returns the object behind the dictionary, or nil.
func (d Dictionary) Object() *goja.Object { return d.object }

// Get returns a member, or false if it is missing or undefined.
func (d Dictionary) Get(name string) (goja.Value, bool) {
	if d.object == nil {
		return nil, false
	}
	v := d.object.Get(name)
	return v, v != nil && !goja.IsUndefined(v)
}

// Bool returns a boolean member, false if it is missing.
func (d Dictionary) Bool(name string) bool {
	v, ok := d.Get(name)
	return ok && v.ToBoolean()
}

// String returns a string member, or false if it is missing.
func (d Dictionary) String(name string) (string, bool) {
	v, ok := d.Get(name)
	if !ok {
		return "", false
	}
	return d.realm.USVString(v), true
}

// IsNullish reports whether a value is undefined or null.
func IsNullish(v goja.Value) bool { return v == nil || goja.IsUndefined(v) || goja.IsNull(v) }

// Iterates reports whether a value is an object with a Symbol.iterator.
func Iterates(v goja.Value) bool {
	obj, ok := v.(*goja.Object)
	return ok && !IsNullish(obj.GetSymbol(goja.SymIterator))
}

// Sequence converts a value to a sequence: https://webidl.spec.whatwg.org/#js-sequence
func (r *Realm) Sequence(v goja.Value) []goja.Value {
	if !Iterates(v) {
		panic(r.TypeError("The provided value cannot be converted to a sequence."))
	}
	var list []goja.Value
	r.Iterate(v, func(item goja.Value) bool {
		list = append(list, item)
		return true
	})
	return list
}

// Iterate gives visit the items of an iterable object until it returns false. It ends with the CPU limit: an iterator
// whose next is a built-in need not come to an end by itself.
func (r *Realm) Iterate(v goja.Value, visit func(item goja.Value) bool) {
	r.VM.ForOf(v, func(item goja.Value) bool {
		r.CheckTime()
		return visit(item)
	})
}

// Record visits the own enumerable string-keyed properties of an object, as the conversion to a record does:
// https://webidl.spec.whatwg.org/#js-record
func (r *Realm) Record(obj *goja.Object, visit func(key string, value goja.Value)) {
	if obj.ExportType() == proxyType {
		r.recordOfAny(obj, visit) // which sees every step
		return
	}
	keys := obj.Keys()
	for _, key := range keys {
		// A lone surrogate comes out of the engine as U+FFFD, under which the property is not found again.
		if strings.ContainsRune(key, utf8.RuneError) {
			r.recordOfAny(obj, visit)
			return
		}
	}
	for _, key := range keys {
		if value := obj.Get(key); value != nil { // else a getter has deleted it
			visit(key, value)
		}
	}
}

// recordOfAny is Record step by step, for any object. Keys stay in the engine until their values are found. Those that
// are symbols do not count, as in Workers; the standard throws.
func (r *Realm) recordOfAny(obj *goja.Object, visit func(key string, value goja.Value)) {
	call := func(method string, args ...goja.Value) goja.Value {
		v, err := r.intrinsics.method("Reflect", method)(nil, args...)
		r.Rethrow(err)
		return v
	}
	for _, key := range r.Sequence(call("ownKeys", obj)) {
		property, ok := call("getOwnPropertyDescriptor", obj, key).(*goja.Object)
		if !ok || !property.Get("enumerable").ToBoolean() {
			continue
		}
		if _, symbol := key.(*goja.Symbol); !symbol {
			visit(key.String(), call("get", obj, key))
		}
	}
}
