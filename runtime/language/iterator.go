package language

import (
	"math"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// iteratorAdditions are the helpers of iterators: https://tc39.es/ecma262/#sec-iterator-objects. Their names are those of
// arrays' methods, which most scripts use; so a script has to do something with iterators, too.
var iteratorAdditions = []addition{
	helper("map", 1), helper("filter", 1), helper("take", 1), helper("drop", 1), helper("flatMap", 1),
	helper("reduce", 1), helper("toArray", 0), helper("forEach", 1), helper("some", 1), helper("every", 1), helper("find", 1),
	{word: "dispose", install: func(r *webidl.Realm) {
		r.IteratorPrototype().DefineDataPropertySymbol(webidl.SymDispose, r.Builtin("[Symbol.dispose]", 0, func(c webidl.Call) goja.Value {
			direct(c.Realm, thisObject(c)).callReturn()
			return goja.Undefined()
		}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}},
}

func helper(name string, length int) addition {
	return addition{word: name, and: iterates, install: func(r *webidl.Realm) {
		define(r.IteratorPrototype(), name, r.Builtin(name, length, helpers[name]))
	}}
}

var iterates = shows(usesIterators)

// usesIterators reports whether a script may call a method of an iterator.
func usesIterators(text string) bool {
	for _, sign := range []string{".values()", ".keys()", ".entries()", ".matchAll(", "Symbol.iterator", "Iterator", "function*", "function *", "*[", "yield"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// IteratorGlobals has Iterator, whose prototype is that of the engine's iterators.
func iteratorGlobal(r *webidl.Realm) goja.Value {
	proto := r.IteratorPrototype()
	var constructor *goja.Object
	constructor = r.VM.ToValue(func(call goja.ConstructorCall) *goja.Object {
		if call.NewTarget == nil || call.NewTarget == constructor {
			panic(r.TypeError("Abstract class Iterator not directly constructable"))
		}
		return nil
	}).(*goja.Object)
	complete(r, constructor, "Iterator", 0, proto)
	define(constructor, "from", r.Builtin("from", 1, iteratorFrom))
	define(constructor, "concat", r.Builtin("concat", 0, iteratorConcat))
	define(constructor, "zip", r.Builtin("zip", 1, iteratorZip))
	define(constructor, "zipKeyed", r.Builtin("zipKeyed", 1, iteratorZipKeyed))
	for name, fn := range helpers {
		length := 1
		if name == "toArray" {
			length = 0
		}
		define(proto, name, r.Builtin(name, length, fn))
	}
	// https://tc39.es/ecma262/#sec-iterator.prototype.constructor: accessors, for the sake of old code that assigns them.
	weird := func(key string, value goja.Value) (get, set *goja.Object) {
		return r.Builtin("get "+key, 0, func(webidl.Call) goja.Value { return value }), r.Builtin("set "+key, 1, func(c webidl.Call) goja.Value {
			this := thisObject(c)
			if this == proto {
				c.Throw(webidl.TypeErrorf("Cannot assign to this property"))
			}
			if key == "constructor" {
				this.DefineDataProperty(key, c.Arg(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			} else {
				this.DefineDataPropertySymbol(goja.SymToStringTag, c.Arg(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			}
			return goja.Undefined()
		})
	}
	get, set := weird("constructor", constructor)
	proto.DefineAccessorProperty("constructor", get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
	get, set = weird("[Symbol.toStringTag]", r.String("Iterator"))
	proto.DefineAccessorPropertySymbol(goja.SymToStringTag, get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return constructor
}

// iteratorFrom implements https://tc39.es/ecma262/#sec-iterator.from.
func iteratorFrom(c webidl.Call) goja.Value {
	r := c.Realm
	it := flattenable(r, c.Arg(0), true)
	for proto := it.iterator.Prototype(); proto != nil; proto = proto.Prototype() {
		if proto == r.IteratorPrototype() {
			return it.iterator
		}
	}
	return newHelper(r, "Wrap for valid iterator", &lazily{realm: r, source: it, next: func() (goja.Value, bool) { return it.step() }, plain: true})
}

// flattenable implements https://tc39.es/ecma262/#sec-getiteratorflattenable.
func flattenable(r *webidl.Realm, v goja.Value, stringsToo bool) record {
	obj, ok := v.(*goja.Object)
	if !ok {
		if !stringsToo || !isString(v) {
			panic(r.TypeError("%s is not an object", inspect(v)))
		}
		return iteratorOf(r, v)
	}
	method := orUndefined(obj.GetSymbol(goja.SymIterator))
	if goja.IsUndefined(method) || goja.IsNull(method) {
		return direct(r, obj)
	}
	return opened(r, obj, method)
}

// iteratorConcat implements https://tc39.es/proposal-iterator-sequencing/.
func iteratorConcat(c webidl.Call) goja.Value {
	r := c.Realm
	type source struct {
		value *goja.Object
		open  goja.Callable
	}
	var sources []source
	for _, v := range c.Args {
		obj, ok := v.(*goja.Object)
		if !ok {
			c.Throw(webidl.TypeErrorf("%s is not an object", inspect(v)))
		}
		open, ok := goja.AssertFunction(obj.GetSymbol(goja.SymIterator))
		if !ok {
			c.Throw(webidl.TypeErrorf("%s is not iterable", inspect(v)))
		}
		sources = append(sources, source{obj, open})
	}
	h := &lazily{realm: r}
	h.next = func() (goja.Value, bool) {
		for {
			if h.inner == nil {
				if len(sources) == 0 {
					return nil, false
				}
				v, err := sources[0].open(sources[0].value)
				r.Rethrow(err)
				sources = sources[1:]
				obj, ok := v.(*goja.Object)
				if !ok {
					panic(r.TypeError("%s is not an object", inspect(v)))
				}
				it := direct(r, obj)
				h.inner = &it
			}
			if v, ok := h.inner.step(); ok {
				return v, true
			}
			h.inner = nil
		}
	}
	return newHelper(r, "Iterator Helper", h)
}

// lazily is an iterator helper: it takes values from its source when it is asked for one.
type lazily struct {
	realm   *webidl.Realm
	source  record
	inner   *record // that of flatMap and concat
	next    func() (goja.Value, bool)
	close   func() // instead of closing inner and source, if not nil
	started bool
	running bool
	done    bool
	plain   bool // only wraps
}

// helperProtos are the prototypes of helpers, by their tag.
type helperProtos map[string]*goja.Object

func newHelper(r *webidl.Realm, tag string, h *lazily) goja.Value {
	protos := webidl.State[helperProtos](r)
	if *protos == nil {
		*protos = helperProtos{}
	}
	proto := (*protos)[tag]
	if proto == nil {
		proto = r.VM.CreateObject(r.IteratorPrototype())
		define(proto, "next", r.Builtin("next", 0, func(c webidl.Call) goja.Value { return thisHelper(c).advance(c) }))
		define(proto, "return", r.Builtin("return", 0, func(c webidl.Call) goja.Value { return thisHelper(c).finish(c) }))
		if tag == "Iterator Helper" {
			proto.DefineDataPropertySymbol(goja.SymToStringTag, r.String(tag), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
		(*protos)[tag] = proto
	}
	obj := r.VM.CreateObject(proto)
	r.Bind(obj, h)
	return obj
}

func thisHelper(c webidl.Call) *lazily {
	h, ok := c.Realm.Impl(c.This).(*lazily)
	if !ok {
		c.Throw(webidl.TypeErrorf("Method Iterator Helper.prototype.next called on incompatible receiver %s", inspect(c.This)))
	}
	return h
}

func (h *lazily) advance(c webidl.Call) goja.Value {
	if h.running {
		c.Throw(webidl.TypeErrorf("Generator is already running"))
	}
	if h.plain {
		result, err := h.source.next(h.source.iterator)
		c.Realm.Rethrow(err)
		return result
	}
	if h.done {
		return c.Realm.IteratorResult(goja.Undefined(), true)
	}
	h.started, h.running = true, true
	var value goja.Value
	var more bool
	err := c.Realm.Try(func() { value, more = h.next() })
	h.running = false
	if err != nil {
		h.done = true
		panic(c.Realm.ErrorValue(err))
	}
	if !more {
		h.done = true
		return c.Realm.IteratorResult(goja.Undefined(), true)
	}
	return c.Realm.IteratorResult(value, false)
}

func (h *lazily) finish(c webidl.Call) goja.Value {
	if h.running {
		c.Throw(webidl.TypeErrorf("Generator is already running"))
	}
	if h.plain {
		result, called := h.source.callReturn()
		if !called {
			return c.Realm.IteratorResult(goja.Undefined(), true)
		}
		return result
	}
	if !h.done {
		h.done = true
		if h.close != nil {
			h.running = h.started // one that has not begun is only marked as ended
			err := c.Realm.Try(h.close)
			h.running = false
			c.Realm.Rethrow(err)
		}
		if h.inner != nil {
			inner := h.inner
			if h.source.iterator != nil {
				h.source.guarded(inner.close)
			} else {
				inner.close()
			}
		}
		if h.source.iterator != nil {
			h.source.close()
		}
	}
	return c.Realm.IteratorResult(goja.Undefined(), true)
}

func thisObject(c webidl.Call) *goja.Object {
	obj, ok := c.This.(*goja.Object)
	if !ok {
		c.Throw(webidl.TypeErrorf("Iterator.prototype method called on non-object"))
	}
	return obj
}

// callbackOf checks the callback of a helper before its iterator's next is looked at; a bad one closes the iterator.
func callbackOf(c webidl.Call) (record, webidl.Callback) {
	this := thisObject(c)
	var callback webidl.Callback
	record{realm: c.Realm, iterator: this}.guarded(func() { callback = c.Function(0, inspect(c.Arg(0))) })
	return direct(c.Realm, this), callback
}

// limit is the argument of take and drop.
func limit(c webidl.Call) (record, float64) {
	this := thisObject(c)
	var n float64
	record{realm: c.Realm, iterator: this}.guarded(func() {
		n = c.Arg(0).ToNumber().ToFloat()
		if math.IsNaN(n) {
			c.Throw(webidl.RangeErrorf("%s must be positive", inspect(c.Arg(0))))
		}
		if n = math.Trunc(n); n < 0 || n > 1<<53-1 && !math.IsInf(n, 1) {
			c.Throw(webidl.RangeErrorf("%s must be positive", inspect(c.Arg(0))))
		}
	})
	return direct(c.Realm, this), n
}

var helpers = map[string]func(c webidl.Call) goja.Value{
	"map": func(c webidl.Call) goja.Value {
		it, callback := callbackOf(c)
		n := 0
		return newHelper(c.Realm, "Iterator Helper", &lazily{realm: c.Realm, source: it, next: func() (goja.Value, bool) {
			v, ok := it.step()
			if !ok {
				return nil, false
			}
			return call(it, callback, v, &n), true
		}})
	},
	"filter": func(c webidl.Call) goja.Value {
		it, callback := callbackOf(c)
		n := 0
		return newHelper(c.Realm, "Iterator Helper", &lazily{realm: c.Realm, source: it, next: func() (goja.Value, bool) {
			for {
				v, ok := it.step()
				if !ok {
					return nil, false
				}
				if call(it, callback, v, &n).ToBoolean() {
					return v, true
				}
			}
		}})
	},
	"take": func(c webidl.Call) goja.Value {
		it, left := limit(c)
		return newHelper(c.Realm, "Iterator Helper", &lazily{realm: c.Realm, source: it, next: func() (goja.Value, bool) {
			if left <= 0 {
				it.close()
				return nil, false
			}
			left--
			return it.step()
		}})
	},
	"drop": func(c webidl.Call) goja.Value {
		it, left := limit(c)
		return newHelper(c.Realm, "Iterator Helper", &lazily{realm: c.Realm, source: it, next: func() (goja.Value, bool) {
			for ; left > 0; left-- {
				if _, ok := it.step(); !ok {
					return nil, false
				}
			}
			return it.step()
		}})
	},
	"flatMap": func(c webidl.Call) goja.Value {
		it, callback := callbackOf(c)
		n := 0
		h := &lazily{realm: c.Realm, source: it}
		h.next = func() (goja.Value, bool) {
			for {
				if h.inner == nil {
					v, ok := it.step()
					if !ok {
						return nil, false
					}
					mapped := call(it, callback, v, &n)
					it.guarded(func() {
						inner := flattenable(c.Realm, mapped, false)
						h.inner = &inner
					})
				}
				var v goja.Value
				var ok bool
				it.guarded(func() { v, ok = h.inner.step() })
				if ok {
					return v, true
				}
				h.inner = nil
			}
		}
		return newHelper(c.Realm, "Iterator Helper", h)
	},
	"reduce": func(c webidl.Call) goja.Value {
		it, callback := callbackOf(c)
		n := 0
		var result goja.Value
		if len(c.Args) > 1 {
			result = c.Arg(1)
		} else {
			var ok bool
			if result, ok = it.step(); !ok {
				c.Throw(webidl.TypeErrorf("Reduce of a done iterator with no initial value"))
			}
			n = 1
		}
		for {
			v, ok := it.step()
			if !ok {
				return result
			}
			it.guarded(func() {
				var err error
				result, err = callback.Call(goja.Undefined(), result, v, c.Realm.Int(n))
				c.Realm.Rethrow(err)
			})
			n++
		}
	},
	"toArray": func(c webidl.Call) goja.Value {
		it := direct(c.Realm, thisObject(c))
		var list []goja.Value
		for {
			v, ok := it.step()
			if !ok {
				return c.Realm.Array(list...)
			}
			list = append(list, v)
		}
	},
	"forEach": func(c webidl.Call) goja.Value {
		each(c, func(goja.Value, goja.Value) bool { return true })
		return goja.Undefined()
	},
	"some": func(c webidl.Call) goja.Value {
		return c.Bool(each(c, func(_, result goja.Value) bool { return !result.ToBoolean() }) != nil)
	},
	"every": func(c webidl.Call) goja.Value {
		return c.Bool(each(c, func(_, result goja.Value) bool { return result.ToBoolean() }) == nil)
	},
	"find": func(c webidl.Call) goja.Value {
		return orUndefined(each(c, func(_, result goja.Value) bool { return !result.ToBoolean() }))
	},
}

// each calls back with each value until more says that it is enough, and returns the value of which it did.
func each(c webidl.Call, more func(v, result goja.Value) bool) goja.Value {
	it, callback := callbackOf(c)
	n := 0
	for {
		v, ok := it.step()
		if !ok {
			return nil
		}
		if !more(v, call(it, callback, v, &n)) {
			it.close()
			return v
		}
	}
}

// call calls back with a value and how many there were before it.
func call(it record, callback webidl.Callback, v goja.Value, n *int) (result goja.Value) {
	it.guarded(func() {
		var err error
		result, err = callback.Call(goja.Undefined(), v, it.realm.Int(*n))
		it.realm.Rethrow(err)
	})
	*n++
	return result
}
