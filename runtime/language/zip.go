package language

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// zipMode says when a joint iteration ends.
type zipMode string

const (
	zipShortest zipMode = "shortest" // with the first of its iterators
	zipLongest  zipMode = "longest"  // with the last; those that ended before it give padding
	zipStrict   zipMode = "strict"   // they all have to end together
)

// zip is a joint iteration: https://tc39.es/proposal-joint-iteration/#sec-IteratorZip.
type zip struct {
	realm   *webidl.Realm
	mode    zipMode
	sources []*record
	open    []*record // those of the sources that have not ended
	padding []goja.Value
	// result makes of a value of each source what the iteration gives.
	result func(values []goja.Value) goja.Value
}

// iteratorZip implements https://tc39.es/proposal-joint-iteration/#sec-iterator.zip.
func iteratorZip(c webidl.Call) goja.Value {
	z, iterables, padding := newZip(c)
	input := iteratorOf(z.realm, iterables)
	for {
		var v goja.Value
		var more bool
		z.guarded(func() { v, more = input.step() })
		if !more {
			break
		}
		input.guarded(func() { z.add(v) })
	}
	if z.mode == zipLongest {
		z.padInOrder(padding)
	}
	z.result = func(values []goja.Value) goja.Value { return z.realm.Array(values...) }
	return z.iterator()
}

// iteratorZipKeyed implements https://tc39.es/proposal-joint-iteration/#sec-iterator.zipkeyed.
func iteratorZipKeyed(c webidl.Call) goja.Value {
	z, iterables, padding := newZip(c)
	r := z.realm
	reflect := func(method string, args ...goja.Value) goja.Value {
		v, err := r.IntrinsicFunction("Reflect", method)(nil, args...)
		r.Rethrow(err)
		return orUndefined(v)
	}
	var keys []goja.Value
	for _, key := range r.Sequence(reflect("ownKeys", iterables)) {
		var property, v goja.Value = nil, goja.Undefined()
		z.guarded(func() {
			property = reflect("getOwnPropertyDescriptor", iterables, key)
			if descriptor, ok := property.(*goja.Object); ok && descriptor.Get("enumerable").ToBoolean() {
				v = reflect("get", iterables, key)
			}
		})
		if !goja.IsUndefined(v) {
			keys = append(keys, key)
			z.add(v)
		}
	}
	if z.mode == zipLongest {
		z.padding = make([]goja.Value, len(keys))
		for i, key := range keys {
			z.padding[i] = goja.Undefined()
			if padding != nil {
				z.guarded(func() { z.padding[i] = reflect("get", padding, key) })
			}
		}
	}
	z.result = func(values []goja.Value) goja.Value {
		object := r.VM.CreateObject(nil)
		for i, key := range keys {
			if symbol, ok := key.(*goja.Symbol); ok {
				object.DefineDataPropertySymbol(symbol, values[i], goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			} else {
				reflect("set", object, key, values[i])
			}
		}
		return object
	}
	return z.iterator()
}

// newZip reads the arguments. padding is nil if there is none.
func newZip(c webidl.Call) (z *zip, iterables, padding *goja.Object) {
	iterables, ok := c.Arg(0).(*goja.Object)
	if !ok {
		c.Throw(webidl.TypeErrorf("%s is not an object", inspect(c.Arg(0))))
	}
	z = &zip{realm: c.Realm, mode: zipShortest}
	if goja.IsUndefined(c.Arg(1)) {
		return z, iterables, nil
	}
	options, ok := c.Arg(1).(*goja.Object)
	if !ok {
		c.Throw(webidl.TypeErrorf("%s is not an object", inspect(c.Arg(1))))
	}
	if mode := orUndefined(options.Get("mode")); !goja.IsUndefined(mode) {
		if isString(mode) {
			z.mode = zipMode(mode.String())
		}
		if !isString(mode) || !slices.Contains([]zipMode{zipShortest, zipLongest, zipStrict}, z.mode) {
			c.Throw(webidl.TypeErrorf("%s is not one of shortest, longest, strict", inspect(mode)))
		}
	}
	if z.mode != zipLongest {
		return z, iterables, nil
	}
	if v := orUndefined(options.Get("padding")); !goja.IsUndefined(v) {
		if padding, ok = v.(*goja.Object); !ok {
			c.Throw(webidl.TypeErrorf("%s is not an object", inspect(v)))
		}
	}
	return z, iterables, padding
}

// add opens an iterable.
func (z *zip) add(iterable goja.Value) {
	z.guarded(func() {
		it := flattenable(z.realm, iterable, false)
		z.sources = append(z.sources, &it)
		z.open = append(z.open, &it)
	})
}

// padInOrder takes a value for each source from an iterable, as long as there are any.
func (z *zip) padInOrder(padding *goja.Object) {
	z.padding = make([]goja.Value, len(z.sources))
	for i := range z.padding {
		z.padding[i] = goja.Undefined()
	}
	if padding == nil {
		return
	}
	z.guarded(func() {
		it := iteratorOf(z.realm, padding)
		for i := range z.padding {
			v, more := it.step()
			if !more {
				return
			}
			z.padding[i] = v
		}
		it.close()
	})
}

// guarded runs fn; if it throws, what is open is closed.
func (z *zip) guarded(fn func()) {
	if err := z.realm.Try(fn); err != nil {
		z.close(err)
	}
}

// close closes what is open, the last first, and throws err, or else the first error of closing:
// https://tc39.es/proposal-joint-iteration/#sec-closeall.
func (z *zip) close(err error) {
	open := z.open
	z.open = nil
	for _, it := range slices.Backward(open) {
		if failed := z.realm.Try(it.close); err == nil {
			err = failed
		}
	}
	if err != nil {
		panic(z.realm.ErrorValue(err))
	}
}

// iterator makes the helper that iterates.
func (z *zip) iterator() goja.Value {
	return newHelper(z.realm, "Iterator Helper", &lazily{realm: z.realm, next: z.step, close: func() { z.close(nil) }})
}

// step is what the iteration gives next, or false at its end.
func (z *zip) step() (goja.Value, bool) {
	if len(z.sources) == 0 {
		return nil, false
	}
	values := make([]goja.Value, len(z.sources))
	for i, source := range z.sources {
		if source == nil {
			values[i] = z.padding[i]
			continue
		}
		v, more := z.take(source)
		switch {
		case more:
			values[i] = v
			continue
		case z.mode == zipShortest:
			z.close(nil)
			return nil, false
		case z.mode == zipStrict:
			z.demandEnd(i)
			return nil, false
		case len(z.open) == 0:
			return nil, false
		}
		z.sources[i], values[i] = nil, z.padding[i]
	}
	return z.result(values), true
}

// take asks a source for a value.
func (z *zip) take(source *record) (v goja.Value, more bool) {
	z.ask(source, func() bool {
		v, more = source.step()
		return more
	})
	return v, more
}

// ask reports what a source says: whether it goes on. If it does not, or fails, it is not open any more.
func (z *zip) ask(source *record, goesOn func() bool) (more bool) {
	err := z.realm.Try(func() { more = goesOn() })
	if err != nil || !more {
		z.open = slices.DeleteFunc(z.open, func(it *record) bool { return it == source })
	}
	if err != nil {
		z.close(err)
	}
	return more
}

// demandEnd throws unless the sources end together, of which the one at i has ended.
func (z *zip) demandEnd(i int) {
	unequal := func() {
		z.close(z.realm.Try(func() { panic(z.realm.TypeError("The iterators of a strict zip do not end together")) }))
	}
	if i > 0 {
		unequal()
	}
	for _, source := range z.sources[1:] {
		if z.ask(source, source.more) {
			unequal()
		}
	}
}
