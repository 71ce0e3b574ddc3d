package arraybuffer

import (
	"math"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// call is a call of one of %TypedArray%.prototype's methods on a view of a resizable buffer. The length may change whenever a
// script runs, which the engine's methods do not expect: those that run scripts while they are at work are done here.
type call struct {
	realm  *webidl.Realm
	this   engine.TypedArray
	shape  *shape
	bounds bounds
	name   string
	args   []goja.Value
	engine func(args ...goja.Value) goja.Value // the engine's own method, on the same array
}

// methods are those of https://tc39.es/ecma262/#sec-properties-of-the-%typedarrayprototype%-object
var methods = map[string]func(c *call) goja.Value{
	"at": func(c *call) goja.Value {
		length := c.validate()
		k := integer(c.arg(0))
		if k < 0 {
			k += float64(length)
		}
		if k < 0 || k >= float64(length) {
			return goja.Undefined()
		}
		return c.get(int(k))
	},
	"copyWithin": func(c *call) goja.Value {
		length := c.validate()
		to, from, end := c.relative(0, length, 0), c.relative(1, length, 0), c.relative(2, length, length)
		count := min(end-from, length-to)
		if count <= 0 {
			return c.this.Object
		}
		length = c.validate()
		if count = min(count, length-from, length-to); count > 0 {
			c.engine(c.int(to), c.int(from), c.int(from+count))
		}
		return c.this.Object
	},
	"entries": (*call).validated, "keys": (*call).validated, "values": (*call).validated,
	"reverse": (*call).validated, "toReversed": (*call).validated,
	"every": func(c *call) goja.Value {
		return c.each(func(_ int, _, result goja.Value) goja.Value { return c.unless(result.ToBoolean(), c.realm.Bool(false)) }, c.realm.Bool(true))
	},
	"some": func(c *call) goja.Value {
		return c.each(func(_ int, _, result goja.Value) goja.Value { return c.unless(!result.ToBoolean(), c.realm.Bool(true)) }, c.realm.Bool(false))
	},
	"forEach": func(c *call) goja.Value {
		return c.each(func(int, goja.Value, goja.Value) goja.Value { return nil }, goja.Undefined())
	},
	"find": func(c *call) goja.Value {
		return c.each(func(_ int, v, result goja.Value) goja.Value { return c.unless(!result.ToBoolean(), v) }, goja.Undefined())
	},
	"findIndex": func(c *call) goja.Value {
		return c.each(func(k int, _, result goja.Value) goja.Value { return c.unless(!result.ToBoolean(), c.int(k)) }, c.int(-1))
	},
	"findLast": func(c *call) goja.Value {
		return c.eachBackwards(func(_ int, v, result goja.Value) goja.Value { return c.unless(!result.ToBoolean(), v) }, goja.Undefined())
	},
	"findLastIndex": func(c *call) goja.Value {
		return c.eachBackwards(func(k int, _, result goja.Value) goja.Value { return c.unless(!result.ToBoolean(), c.int(k)) }, c.int(-1))
	},
	"fill": func(c *call) goja.Value {
		length := c.validate()
		value := c.numeric(c.arg(0))
		from, to := c.relative(1, length, 0), c.relative(2, length, length)
		to = min(to, c.validate())
		return c.engine(value, c.int(from), c.int(to))
	},
	"filter": func(c *call) goja.Value {
		var kept []goja.Value
		c.each(func(_ int, v, result goja.Value) goja.Value {
			if result.ToBoolean() {
				kept = append(kept, v)
			}
			return nil
		}, nil)
		a := c.species(c.int(len(kept)))
		for i, v := range kept {
			put(c.realm, a, i, v)
		}
		return a.Object
	},
	"includes": func(c *call) goja.Value {
		length := c.validate()
		if length == 0 {
			return c.realm.Bool(false)
		}
		for k := c.relative(1, length, 0); k < length; k++ {
			if v := c.get(k); v.StrictEquals(c.arg(0)) || isNaN(v) && isNaN(c.arg(0)) {
				return c.realm.Bool(true)
			}
		}
		return c.realm.Bool(false)
	},
	"indexOf": func(c *call) goja.Value {
		length := c.validate()
		if length == 0 {
			return c.int(-1)
		}
		for k := c.relative(1, length, 0); k < min(length, c.now()); k++ {
			if c.get(k).StrictEquals(c.arg(0)) {
				return c.int(k)
			}
		}
		return c.int(-1)
	},
	"join": func(c *call) goja.Value {
		length := c.validate()
		separator := ","
		if !goja.IsUndefined(c.arg(0)) {
			return c.join(length, c.realm.ToString(c.arg(0)), toText)
		}
		return c.join(length, c.realm.String(separator).(goja.String), toText)
	},
	"lastIndexOf": func(c *call) goja.Value {
		length := c.validate()
		if length == 0 {
			return c.int(-1)
		}
		from := float64(length - 1)
		if len(c.args) > 1 {
			from = integer(c.arg(1))
		}
		if from < 0 {
			from += float64(length)
		}
		if from < 0 {
			return c.int(-1)
		}
		for k := min(int(min(from, float64(length-1))), c.now()-1); k >= 0; k-- {
			if c.get(k).StrictEquals(c.arg(0)) {
				return c.int(k)
			}
		}
		return c.int(-1)
	},
	"map": func(c *call) goja.Value {
		length := c.validate()
		fn := c.callback()
		a := c.species(c.int(length))
		for k := range length {
			put(c.realm, a, k, c.invoke(fn, c.arg(1), c.get(k), c.int(k), c.this.Object))
		}
		return a.Object
	},
	"reduce": func(c *call) goja.Value {
		length := c.validate()
		return c.reduce(0, length, 1)
	},
	"reduceRight": func(c *call) goja.Value {
		length := c.validate()
		return c.reduce(length-1, -1, -1)
	},
	"slice": func(c *call) goja.Value {
		length := c.validate()
		from, to := c.relative(0, length, 0), c.relative(1, length, length)
		count := max(0, to-from)
		a := c.species(c.int(count))
		if count == 0 {
			return a.Object
		}
		to = min(to, c.validate())
		if a.Kind == c.this.Kind {
			// Byte by byte, as the two may be of the same memory.
			source := bytesOf(c.this)
			if from*a.ElementSize <= len(source) {
				target := bytesOf(a)
				for i, b := range source[from*a.ElementSize : max(from, to)*a.ElementSize][:min(max(0, to-from)*a.ElementSize, len(target))] {
					target[i] = b
				}
			}
			return a.Object
		}
		for n := 0; from < to; from, n = from+1, n+1 {
			put(c.realm, a, n, c.get(from))
		}
		return a.Object
	},
	"sort": func(c *call) goja.Value {
		compare := c.comparator()
		length := c.validate()
		if compare == nil {
			return c.engine()
		}
		for k, v := range c.sorted(length, compare) {
			c.this.Set(k, v)
		}
		return c.this.Object
	},
	"subarray": func(c *call) goja.Value {
		length := c.now()
		begin, end, follow := c.relative(0, length, 0), length, c.bounds.length == follows && goja.IsUndefined(c.arg(1))
		args := []goja.Value{c.this.Buffer.Object, nil}
		if !follow {
			end = c.relative(1, length, length)
			args = append(args, c.int(max(0, end-begin)))
		}
		args[1] = c.int(c.bounds.offset + begin*c.this.ElementSize)
		return c.species(args...).Object
	},
	"toLocaleString": func(c *call) goja.Value {
		length := c.validate()
		return c.join(length, c.realm.String(",").(goja.String), func(r *webidl.Realm, v goja.Value) goja.String {
			method, ok := goja.AssertFunction(v.ToObject(r.VM).Get("toLocaleString"))
			if !ok {
				panic(r.TypeError("%s is not a function", v.ToObject(r.VM).Get("toLocaleString")))
			}
			text, err := method(v, c.args...)
			r.Rethrow(err)
			return r.ToString(text)
		})
	},
	"toSorted": func(c *call) goja.Value {
		compare := c.comparator()
		length := c.validate()
		if compare == nil {
			return c.engine()
		}
		a := c.make(c.this.Class(), c.int(length))
		for k, v := range c.sorted(length, compare) {
			a.Set(k, v)
		}
		return a.Object
	},
	"with": func(c *call) goja.Value {
		length := c.validate()
		k := integer(c.arg(0))
		if k < 0 {
			k += float64(length)
		}
		v := c.numeric(c.arg(1))
		if k < 0 || k >= float64(c.now()) {
			panic(c.realm.RangeError("Invalid typed array index"))
		}
		a := c.make(c.this.Class(), c.int(length))
		for i := range length {
			if i == int(k) {
				a.Set(i, v)
			} else {
				put(c.realm, a, i, c.get(i))
			}
		}
		return a.Object
	},
	"toHex": (*call).bytes, "toBase64": (*call).bytes, "setFromHex": (*call).bytes, "setFromBase64": (*call).bytes,
}

func (c *call) arg(i int) goja.Value { return argument(c.args, i) }

func (c *call) int(n int) goja.Value { return c.realm.Int(n) }

// validate implements https://tc39.es/ecma262/#sec-validatetypedarray and returns the length.
func (c *call) validate() int {
	if IsOutOfBounds(c.realm, c.this.Object) {
		class := "%TypedArray%"
		if strings.Contains(c.name, "Hex") || strings.Contains(c.name, "Base64") {
			class = "Uint8Array"
		}
		panic(c.realm.ErrorValue(errOutOfBounds(class + ".prototype." + c.name)))
	}
	return *c.this.Length
}

// now is the length as it is now: 0 if the buffer is detached or too short.
func (c *call) now() int {
	if *c.this.Buffer.Detached {
		return 0
	}
	return *c.this.Length
}

// validated is for methods of the engine's that run no script.
func (c *call) validated() goja.Value {
	c.validate()
	return c.engine(c.args...)
}

// bytes is for those that read options first: to them a view that is out of bounds by then is empty.
func (c *call) bytes() goja.Value {
	v := c.engine(c.args...)
	c.validate()
	return v
}

// get is the k-th element, which may not be there any more.
func (c *call) get(k int) goja.Value {
	if k&0xfff == 0xfff {
		c.realm.CheckTime()
	}
	if v := c.this.Get(k); v != nil {
		return v
	}
	return goja.Undefined()
}

// unless is v, by which a loop ends, or nil, by which it goes on.
func (c *call) unless(on bool, v goja.Value) goja.Value {
	if on {
		return nil
	}
	return v
}

// relative is an argument that counts from the beginning or, if it is negative, from the end.
func (c *call) relative(i, length, otherwise int) int { return relative(c.arg(i), length, otherwise) }

func relative(v goja.Value, length, otherwise int) int {
	if goja.IsUndefined(v) {
		return otherwise
	}
	n := integer(v)
	if n < 0 {
		n += float64(length)
	}
	return int(max(0, min(n, float64(length))))
}

// callback is the first argument, which must be a function.
func (c *call) callback() goja.Callable {
	fn, ok := goja.AssertFunction(c.arg(0))
	if !ok {
		panic(c.realm.TypeError("%s is not a function", webidl.Described(c.arg(0))))
	}
	return fn
}

// comparator is the first argument, which must be a function or undefined, which is nil.
func (c *call) comparator() goja.Callable {
	fn, ok := goja.AssertFunction(c.arg(0))
	if !ok && !goja.IsUndefined(c.arg(0)) {
		panic(c.realm.TypeError("The comparison function must be either a function or undefined: %s", shown(c.arg(0))))
	}
	return fn
}

func (c *call) invoke(fn goja.Callable, this goja.Value, args ...goja.Value) goja.Value {
	v, err := fn(this, args...)
	c.realm.Rethrow(err)
	return v
}

// each calls the callback with each element until stop returns a value, which is returned, or otherwise.
func (c *call) each(stop func(k int, v, result goja.Value) goja.Value, otherwise goja.Value) goja.Value {
	length := c.validate()
	fn := c.callback()
	for k := range length {
		v := c.get(k)
		if end := stop(k, v, c.invoke(fn, c.arg(1), v, c.int(k), c.this.Object)); end != nil {
			return end
		}
	}
	return otherwise
}

func (c *call) eachBackwards(stop func(k int, v, result goja.Value) goja.Value, otherwise goja.Value) goja.Value {
	length := c.validate()
	fn := c.callback()
	for k := length - 1; k >= 0; k-- {
		v := c.get(k)
		if end := stop(k, v, c.invoke(fn, c.arg(1), v, c.int(k), c.this.Object)); end != nil {
			return end
		}
	}
	return otherwise
}

func (c *call) reduce(k, end, step int) goja.Value {
	fn := c.callback()
	var value goja.Value
	switch {
	case len(c.args) > 1:
		value = c.arg(1)
	case k == end:
		panic(c.realm.TypeError("Reduce of empty array with no initial value"))
	default:
		value, k = c.get(k), k+step
	}
	for ; k != end; k += step {
		value = c.invoke(fn, goja.Undefined(), value, c.get(k), c.int(k), c.this.Object)
	}
	return value
}

func (c *call) join(length int, separator goja.String, text func(r *webidl.Realm, v goja.Value) goja.String) goja.Value {
	var b goja.StringBuilder
	for k := range length {
		if k > 0 {
			b.WriteString(separator)
		}
		if v := c.get(k); !goja.IsUndefined(v) {
			b.WriteString(text(c.realm, v))
		}
	}
	return b.String()
}

func toText(r *webidl.Realm, v goja.Value) goja.String { return r.ToString(v) }

// sorted is the elements in the order of a comparator.
func (c *call) sorted(length int, compare goja.Callable) []goja.Value {
	list := make([]goja.Value, length)
	for k := range list {
		list[k] = c.get(k)
	}
	slices.SortStableFunc(list, func(a, b goja.Value) int {
		switch order := c.invoke(compare, goja.Undefined(), a, b).ToNumber().ToFloat(); {
		case order < 0:
			return -1
		case order > 0:
			return 1
		}
		return 0
	})
	return list
}

// numeric is a value as an element of the array: a number or a BigInt.
func (c *call) numeric(v goja.Value) goja.Value {
	return numeric(c.realm, c.this, v)
}

// species implements https://tc39.es/ecma262/#typedarray-species-create.
func (c *call) species(args ...goja.Value) engine.TypedArray {
	a := c.make(speciesConstructor(c.realm, c.this.Object, c.this.Class()), args...)
	if isBig(a) != isBig(c.this) {
		panic(c.realm.TypeError("Cannot mix BigInt and other types, use explicit conversions"))
	}
	return a
}

// make implements https://tc39.es/ecma262/#sec-typedarraycreatefromconstructor.
func (c *call) make(constructor *goja.Object, args ...goja.Value) engine.TypedArray {
	made, err := c.realm.VM.New(constructor, args...)
	c.realm.Rethrow(err)
	a, ok := engine.TypedArrayOf(made)
	switch {
	case !ok:
		panic(c.realm.TypeError("Method %%TypedArray%%.prototype.%s called on incompatible receiver %s", c.name, shown(made)))
	case IsOutOfBounds(c.realm, made):
		panic(c.realm.ErrorValue(errOutOfBounds("%TypedArray%.prototype." + c.name)))
	case len(args) == 1 && float64(*a.Length) < args[0].ToFloat():
		panic(c.realm.TypeError("Derived TypedArray constructor created an array which was too small"))
	}
	return a
}

// speciesConstructor implements https://tc39.es/ecma262/#sec-speciesconstructor.
func speciesConstructor(r *webidl.Realm, object, otherwise *goja.Object) *goja.Object {
	constructor := object.Get("constructor")
	if constructor == nil || goja.IsUndefined(constructor) {
		return otherwise
	}
	class, ok := constructor.(*goja.Object)
	if !ok {
		panic(r.TypeError("The .constructor property is not an object"))
	}
	species := class.GetSymbol(goja.SymSpecies)
	if species == nil || goja.IsUndefined(species) || goja.IsNull(species) {
		return otherwise
	}
	if _, ok := goja.AssertConstructor(species); !ok {
		panic(r.TypeError("object.constructor[Symbol.species] is not a constructor"))
	}
	return species.(*goja.Object)
}

// put sets an element to any value.
func put(r *webidl.Realm, a engine.TypedArray, i int, v goja.Value) {
	a.Set(i, numeric(r, a, v))
}

func numeric(r *webidl.Realm, a engine.TypedArray, v goja.Value) goja.Value {
	if isBig(a) {
		return toBigInt(r, v)
	}
	return v.ToNumber()
}

func isBig(a engine.TypedArray) bool { return strings.HasPrefix(a.Kind, "Big") }

func isNaN(v goja.Value) bool {
	_, object := v.(*goja.Object)
	return !object && goja.IsNumber(v) && math.IsNaN(v.ToFloat())
}

// bytesOf is what a typed array shows of its buffer.
func bytesOf(a engine.TypedArray) []byte {
	from, to := *a.Offset*a.ElementSize, (*a.Offset+*a.Length)*a.ElementSize
	if data := *a.Buffer.Data; to <= len(data) {
		return data[from:to]
	}
	return nil
}

// shown is a value as messages show it.
func shown(v goja.Value) string {
	object, ok := v.(*goja.Object)
	if !ok {
		return v.String()
	}
	if _, ok := goja.AssertFunction(object); ok {
		return object.String()
	}
	return "#<" + object.ClassName() + ">"
}
