package language

import (
	"strconv"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// An array with an item at 100 000 and little else is, for the engine, a list of what it has; its methods go through the
// whole length all the same, and ask the prototypes for each item that is not there. Programs that keep a stack in such an
// array, and copy it, spend all their time there. These methods go through what there is.

// sparseList is the length below which the engine's methods are quick.
const sparseList = 1 << 12

// sparseCopies do in less time what a method of Array does, or return nil where that would be something else.
var sparseCopies = map[string]func(c webidl.Call) goja.Value{"slice": sliceSparse, "concat": concatSparse}

func sliceSparse(c webidl.Call) goja.Value {
	length, ok := engine.SparseArray(c.This)
	if !ok || !isPlainArray(c.Realm, c.This, true) {
		return nil
	}
	from, ok := relativeIndex(c.Arg(0), length, 0)
	to, also := relativeIndex(c.Arg(1), length, length)
	if !ok || !also {
		return nil
	}
	result := c.Realm.VM.NewArray()
	copyItems(c.Realm, result, c.This.(*goja.Object), from, to, 0)
	c.Realm.Rethrow(result.Set("length", max(to-from, 0)))
	return result
}

func concatSparse(c webidl.Call) goja.Value {
	r := c.Realm
	sparse := false
	for i := -1; i < len(c.Args); i++ {
		v := c.This
		if i >= 0 {
			v = c.Args[i]
		}
		if _, object := v.(*goja.Object); !object && i >= 0 {
			continue
		}
		_, is := engine.SparseArray(v)
		if !is && !engine.IsShortArray(v) || !isPlainArray(r, v, i < 0) {
			return nil
		}
		sparse = sparse || is
	}
	if !sparse {
		return nil
	}
	result, n := r.VM.NewArray(), int64(0)
	add := func(v goja.Value) {
		array, ok := v.(*goja.Object)
		if !ok {
			r.Rethrow(result.Set(strconv.FormatInt(n, 10), v))
			n++
			return
		}
		if length, is := engine.SparseArray(v); is {
			copyItems(r, result, array, 0, length, n)
			n += length
			return
		}
		length := array.Get("length").ToInteger()
		for i := range length {
			if item := array.Get(strconv.FormatInt(i, 10)); item != nil {
				r.Rethrow(result.Set(strconv.FormatInt(n+i, 10), item))
			}
		}
		n += length
	}
	add(c.This)
	for _, arg := range c.Args {
		add(arg)
	}
	if n >= 1<<32 {
		c.Throw(webidl.RangeErrorf("Invalid array length"))
	}
	r.Rethrow(result.Set("length", n))
	return result
}

// copyItems copies what a sparse array has in [from, to), to result from at on.
func copyItems(r *webidl.Realm, result, sparse *goja.Object, from, to, at int64) {
	for _, key := range sparse.Keys() {
		i, err := strconv.ParseInt(key, 10, 64)
		if err != nil || i >= to {
			return // the names come after the indices, which are in their order
		}
		if i >= from {
			r.Rethrow(result.Set(strconv.FormatInt(at+i-from, 10), sparse.Get(key)))
		}
	}
}

// isPlainArray reports whether nothing can be seen of how the items of an array are read: it inherits none and it is spread.
// If it also decides the class of the copy, that must be Array.
func isPlainArray(r *webidl.Realm, v goja.Value, decides bool) bool {
	array, proto := v.(*goja.Object), r.IntrinsicPrototype("Array")
	if array.Prototype() != proto || isSet(array.GetSymbol(goja.SymIsConcatSpreadable)) {
		return false
	}
	for _, inherited := range []*goja.Object{proto, r.IntrinsicPrototype("Object")} {
		for _, name := range inherited.GetOwnPropertyNames() {
			if name != "" && '0' <= name[0] && name[0] <= '9' {
				return false
			}
		}
	}
	if !decides {
		return true
	}
	class := r.Intrinsic("Array")
	return array.Get("constructor") == goja.Value(class) && class.GetSymbol(goja.SymSpecies) == goja.Value(class)
}

func isSet(v goja.Value) bool { return v != nil && !goja.IsUndefined(v) }

// relativeIndex is the index that an argument stands for, counted from the end if it is negative; not ok if finding out
// would run script.
func relativeIndex(v goja.Value, length, otherwise int64) (i int64, ok bool) {
	switch v.(type) {
	case *goja.Object, *goja.Symbol:
		return 0, false
	}
	if goja.IsUndefined(v) {
		return otherwise, true
	}
	if _, big := engine.BigIntOf(v); big {
		return 0, false
	}
	if i = v.ToInteger(); i < 0 {
		return max(length+i, 0), true
	}
	return min(i, length), true
}
