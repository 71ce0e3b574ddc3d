package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// readableStreamFrom implements https://streams.spec.whatwg.org/#readable-stream-from-iterable
func readableStreamFrom(r *webidl.Realm, iterable goja.Value) (*ReadableStream, error) {
	source := &iterableSource{realm: r}
	if err := r.Try(func() { source.open(iterable) }); err != nil {
		return nil, err
	}
	s := createReadableStream(r, source.pull, source.cancel, 0, nil)
	source.controller = s.controller.(*ReadableStreamDefaultController)
	return s, nil
}

// iterableSource reads an iterator: https://tc39.es/ecma262/#sec-iterator-records
type iterableSource struct {
	realm      *webidl.Realm
	iterator   *goja.Object
	next       goja.Callable
	sync       bool // what a synchronous iterator gives is awaited: https://tc39.es/ecma262/#sec-createasyncfromsynciterator
	controller *ReadableStreamDefaultController
}

// open implements https://tc39.es/ecma262/#sec-getiterator
func (s *iterableSource) open(iterable goja.Value) {
	r := s.realm
	if webidl.IsNullish(iterable) {
		panic(r.ErrorValue(errNotIterable))
	}
	obj := iterable.ToObject(r.VM)
	method := obj.GetSymbol(webidl.SymAsyncIterator)
	if webidl.IsNullish(method) {
		method = obj.GetSymbol(goja.SymIterator)
		s.sync = true
	}
	call, ok := goja.AssertFunction(method)
	if !ok {
		panic(r.ErrorValue(errNotIterable))
	}
	it, err := call(iterable)
	r.Rethrow(err)
	if s.iterator, ok = it.(*goja.Object); !ok {
		panic(r.TypeError("The iterator is not an object."))
	}
	next := s.iterator.Get("next")
	if s.next, ok = goja.AssertFunction(next); !ok {
		s.next = func(goja.Value, ...goja.Value) (goja.Value, error) {
			return nil, webidl.TypeErrorf("The iterator's next is not a function.")
		}
	}
}

var errNotIterable = webidl.TypeErrorf("Failed to execute 'from' on 'ReadableStream': parameter 1 is not of type 'AsyncGenerator'.")

// promiseFor is a promise resolved with what fn returns, or rejected with what it throws.
func (s *iterableSource) promiseFor(fn func() goja.Value) *promise {
	var v goja.Value
	if err := s.realm.Try(func() { v = fn() }); err != nil {
		return thrownBy(s.realm, err)
	}
	if p := resolvedWith(s.realm, v); p != nil {
		return p
	}
	p := newPromise(s.realm)
	p.resolveWith(v)
	return p
}

func (s *iterableSource) object(v goja.Value, what string) *goja.Object {
	obj, ok := v.(*goja.Object)
	if !ok {
		panic(s.realm.TypeError("%s of the iterator is not an object.", what))
	}
	return obj
}

// pull is the pull algorithm.
func (s *iterableSource) pull() outcome {
	r := s.realm
	call := func() goja.Value {
		result, err := s.next(s.iterator)
		r.Rethrow(err)
		return result
	}
	if s.sync {
		return s.pullSync(call)
	}
	return then(r, s.promiseFor(call), s.reaction(func(result goja.Value) outcome {
		obj := s.object(result, "The result")
		if truthy(obj.Get("done")) {
			s.controller.close()
			return nil
		}
		return s.enqueue(valueOf(obj))
	}), nil)
}

func (s *iterableSource) pullSync(call func() goja.Value) outcome {
	r := s.realm
	done := false
	value := s.promiseFor(func() goja.Value {
		obj := s.object(call(), "The result")
		done = truthy(obj.Get("done"))
		return valueOf(obj)
	})
	return then(r, value, s.reaction(func(chunk goja.Value) outcome {
		if done {
			s.controller.close()
			return nil
		}
		return s.enqueue(chunk)
	}), nil)
}

func (s *iterableSource) enqueue(chunk goja.Value) outcome {
	s.realm.Rethrow(s.controller.enqueue(chunk))
	return nil
}

// reaction makes what fn throws a rejection.
func (s *iterableSource) reaction(fn func(goja.Value) outcome) func(goja.Value) outcome {
	return func(v goja.Value) (result outcome) {
		if err := s.realm.Try(func() { result = fn(v) }); err != nil {
			return thrownBy(s.realm, err)
		}
		return result
	}
}

// cancel is the cancel algorithm.
func (s *iterableSource) cancel(reason goja.Value) outcome {
	r := s.realm
	missing := false
	result := s.promiseFor(func() goja.Value {
		method := s.iterator.Get("return")
		if webidl.IsNullish(method) {
			missing = true
			return goja.Undefined()
		}
		call, ok := goja.AssertFunction(method)
		if !ok {
			panic(r.TypeError("The iterator's return is not a function."))
		}
		v, err := call(s.iterator, reason)
		r.Rethrow(err)
		if s.sync {
			return valueOf(s.object(v, "The result"))
		}
		return v
	})
	if missing {
		return nil
	}
	return then(r, result, s.reaction(func(v goja.Value) outcome {
		if !s.sync {
			s.object(v, "The result")
		}
		return nil
	}), nil)
}

func truthy(v goja.Value) bool { return v != nil && v.ToBoolean() }

func valueOf(result *goja.Object) goja.Value {
	if v := result.Get("value"); v != nil {
		return v
	}
	return goja.Undefined()
}
