package webidl

import (
	"github.com/dop251/goja"
)

// Iterator is the Go value behind a default iterator object, such as that of headers.entries().
type Iterator struct {
	// Next returns the next value, or false when there is none.
	Next func() (goja.Value, bool)
}

// NewIteratorClass makes the class of the default iterator objects of a class, such as "Headers Iterator":
// https://webidl.spec.whatwg.org/#js-iterator-prototype-object
func NewIteratorClass(name string) *Class { return NewClass(name, iteratorIDL{}) }

type iteratorIDL struct{}

func (iteratorIDL) Define(class *Class) {
	class.base = func(r *Realm) *goja.Object { return r.intrinsics.iteratorPrototype() }
	class.Members = []Member{
		Method("next", 0, func(it *Iterator, c Call) goja.Value {
			v, ok := it.Next()
			if !ok {
				v = goja.Undefined()
			}
			return c.Realm.IteratorResult(v, !ok)
		}),
	}
}

// IteratorResult makes a { value, done } object.
func (r *Realm) IteratorResult(v goja.Value, done bool) goja.Value {
	result := r.VM.NewObject()
	result.Set("value", v)
	result.Set("done", done)
	return result
}

// PairIterable are the members of a class that is iterable over pairs: entries, keys, values, forEach and
// Symbol.iterator. at returns the pair at an index, or false past the last; it is asked anew each time, so that
// changes made while iterating are seen as the standard has it.
func PairIterable[T any](iterator *Class, at func(this T, r *Realm, i int) (key, value goja.Value, ok bool)) []Member {
	each := func(this T, c Call, pick func(k, v goja.Value) goja.Value) goja.Value {
		i := 0
		r := c.Realm
		return r.New(iterator, &Iterator{Next: func() (goja.Value, bool) {
			k, v, ok := at(this, r, i)
			if !ok {
				return nil, false
			}
			i++
			return pick(k, v), true
		}})
	}
	return []Member{
		Method("entries", 0, func(this T, c Call) goja.Value {
			return each(this, c, func(k, v goja.Value) goja.Value { return c.Realm.Array(k, v) })
		}),
		Method("keys", 0, func(this T, c Call) goja.Value {
			return each(this, c, func(k, _ goja.Value) goja.Value { return k })
		}),
		Method("values", 0, func(this T, c Call) goja.Value {
			return each(this, c, func(_, v goja.Value) goja.Value { return v })
		}),
		Method("forEach", 1, func(this T, c Call) goja.Value {
			fn := c.Function(0, "The callback")
			receiver, self := c.Arg(1), c.This
			for i := 0; ; i++ {
				k, v, ok := at(this, c.Realm, i)
				if !ok {
					return c.Undefined()
				}
				_, err := fn.Call(receiver, v, k, self)
				c.Realm.Rethrow(err)
			}
		}),
		Alias(goja.SymIterator, "entries"),
	}
}

// AsyncIterator is the Go value behind a default asynchronous iterator object.
type AsyncIterator struct {
	// Next returns a promise of an iterator result.
	Next func() goja.Value
	// Return returns a promise of an iterator result.
	Return func(value goja.Value) goja.Value
}

// NewAsyncIteratorClass makes the class of the default asynchronous iterator objects of a class:
// https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object
func NewAsyncIteratorClass(name string) *Class { return NewClass(name, asyncIteratorIDL{}) }

type asyncIteratorIDL struct{}

func (asyncIteratorIDL) Define(class *Class) {
	class.base = func(r *Realm) *goja.Object { return r.intrinsics.asyncIteratorPrototype() }
	class.Members = []Member{
		Promising("next", 0, func(it *AsyncIterator, c Call) goja.Value { return it.Next() }),
		Promising("return", 1, func(it *AsyncIterator, c Call) goja.Value { return it.Return(c.Arg(0)) }).Lenient(),
	}
}
