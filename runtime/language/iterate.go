package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// record is an iterator and its next method: https://tc39.es/ecma262/#sec-iterator-records.
type record struct {
	realm    *webidl.Realm
	iterator *goja.Object
	next     goja.Callable
}

// iteratorOf calls a value's [Symbol.iterator].
func iteratorOf(r *webidl.Realm, v goja.Value) record {
	var method goja.Value
	switch obj := v.(type) {
	case *goja.Object:
		method = obj.GetSymbol(goja.SymIterator)
	default:
		if !goja.IsUndefined(v) && !goja.IsNull(v) {
			method = v.ToObject(r.VM).GetSymbol(goja.SymIterator)
		}
	}
	return opened(r, v, method)
}

// opened calls the method of a value that gives an iterator.
func opened(r *webidl.Realm, v, method goja.Value) record {
	call, ok := goja.AssertFunction(method)
	if !ok {
		if goja.IsUndefined(v) || goja.IsNull(v) {
			panic(r.TypeError("undefined is not iterable"))
		}
		panic(r.TypeError("%s is not iterable (cannot read property Symbol(Symbol.iterator))", webidl.Described(v)))
	}
	it, err := call(v)
	r.Rethrow(err)
	obj, ok := it.(*goja.Object)
	if !ok {
		panic(r.TypeError("Result of the Symbol.iterator method is not an object"))
	}
	return direct(r, obj)
}

// direct is the record of an object that is an iterator: https://tc39.es/ecma262/#sec-getiteratordirect.
func direct(r *webidl.Realm, obj *goja.Object) record {
	next, ok := goja.AssertFunction(obj.Get("next"))
	if !ok {
		next = func(goja.Value, ...goja.Value) (goja.Value, error) {
			panic(r.TypeError("%s is not a function", inspect(orUndefined(obj.Get("next")))))
		}
	}
	return record{r, obj, next}
}

func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}

// step is the next value, or false at the end.
func (it record) step(args ...goja.Value) (goja.Value, bool) {
	obj := it.advance(args...)
	if obj == nil {
		return nil, false
	}
	return orUndefined(obj.Get("value")), true
}

// more reports whether there is a next value, which it does not look at.
func (it record) more() bool { return it.advance() != nil }

// advance is the result that has the next value, or nil at the end.
func (it record) advance(args ...goja.Value) *goja.Object {
	it.realm.CheckTime()
	result, err := it.next(it.iterator, args...)
	it.realm.Rethrow(err)
	obj, ok := result.(*goja.Object)
	if !ok {
		panic(it.realm.TypeError("Iterator result %s is not an object", inspect(result)))
	}
	if orUndefined(obj.Get("done")).ToBoolean() {
		return nil
	}
	return obj
}

// close calls the iterator's return, if it has one: https://tc39.es/ecma262/#sec-iteratorclose.
func (it record) close() {
	result, called := it.callReturn()
	if !called {
		return
	}
	if _, ok := result.(*goja.Object); !ok {
		panic(it.realm.TypeError("%s is not an object", inspect(result)))
	}
}

func (it record) callReturn() (goja.Value, bool) {
	method := orUndefined(it.iterator.Get("return"))
	if goja.IsUndefined(method) || goja.IsNull(method) {
		return nil, false
	}
	call, ok := goja.AssertFunction(method)
	if !ok {
		panic(it.realm.TypeError("%s is not a function", inspect(method)))
	}
	result, err := call(it.iterator)
	it.realm.Rethrow(err)
	return result, true
}

// guarded runs fn; if it throws, the iterator is closed, and what closing throws is dropped.
func (it record) guarded(fn func()) {
	if err := it.realm.Try(fn); err != nil {
		it.realm.Try(func() { it.callReturn() })
		panic(it.realm.ErrorValue(err))
	}
}

// iterate gives visit the values of an iterable until it returns false.
func iterate(r *webidl.Realm, v goja.Value, visit func(v goja.Value) bool) {
	it := iteratorOf(r, v)
	for {
		value, ok := it.step()
		if !ok {
			return
		}
		more := true
		it.guarded(func() { more = visit(value) })
		if !more {
			it.close()
			return
		}
	}
}
