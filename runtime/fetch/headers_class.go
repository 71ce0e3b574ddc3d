package fetch

import (
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// HeadersClass is the class Headers.
var HeadersClass = webidl.NewClass("Headers", headersIDL{})

type headersIDL struct{}

func (headersIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		h := &Headers{}
		if c.Has(0) {
			h.fill(c.Realm, c.Arg(0), "Failed to construct 'Headers': constructor parameter 1")
		}
		return h
	}
	class.Members = []webidl.Member{
		webidl.Method("get", 1, func(h *Headers, c webidl.Call) goja.Value {
			value, ok := h.get(headerName(c))
			if !ok {
				return goja.Null()
			}
			return c.String(value)
		}),
		webidl.Method("getAll", 1, func(h *Headers, c webidl.Call) goja.Value {
			if !strings.EqualFold(c.USVString(0), "set-cookie") {
				c.Throw(webidl.TypeErrorf(`getAll() can only be used with the header name "Set-Cookie".`))
			}
			return c.Realm.Strings(h.values("set-cookie"))
		}),
		webidl.Method("getSetCookie", 0, func(h *Headers, c webidl.Call) goja.Value {
			return c.Realm.Strings(h.values("set-cookie"))
		}),
		webidl.Method("has", 1, func(h *Headers, c webidl.Call) goja.Value {
			return c.Bool(h.index(headerName(c)) >= 0)
		}),
		webidl.Method("set", 2, func(h *Headers, c webidl.Call) goja.Value {
			c.Check(h.set(c.USVString(0), c.USVString(1)))
			return c.Undefined()
		}),
		webidl.Method("append", 2, func(h *Headers, c webidl.Call) goja.Value {
			c.Check(h.append(c.USVString(0), c.USVString(1)))
			return c.Undefined()
		}),
		webidl.Method("delete", 1, func(h *Headers, c webidl.Call) goja.Value {
			c.Check(h.remove(c.USVString(0)))
			return c.Undefined()
		}),
		webidl.Method("forEach", 1, func(h *Headers, c webidl.Call) goja.Value {
			fn := c.Function(0, "The callback")
			receiver, self := c.Arg(1), c.This
			for _, f := range h.combined() {
				_, err := fn.Call(receiver, c.String(f.value), c.String(f.name), self)
				c.Realm.Rethrow(err)
			}
			return c.Undefined()
		}),
		webidl.Method("entries", 0, func(h *Headers, c webidl.Call) goja.Value {
			return h.iterate(c.Realm, func(f field) goja.Value { return c.Realm.Array(c.String(f.name), c.String(f.value)) })
		}),
		webidl.Method("keys", 0, func(h *Headers, c webidl.Call) goja.Value {
			return h.iterate(c.Realm, func(f field) goja.Value { return c.String(f.name) })
		}),
		webidl.Method("values", 0, func(h *Headers, c webidl.Call) goja.Value {
			return h.iterate(c.Realm, func(f field) goja.Value { return c.String(f.value) })
		}),
		webidl.Alias(goja.SymIterator, "entries"),
	}
}

var headersIteratorClass = webidl.NewIteratorClass("Headers Iterator")

// iterate makes an iterator over the headers as they are now. The standard has it see later changes, and so skip a
// header after one that the loop deletes; in Workers, such a loop deletes them all.
func (h *Headers) iterate(r *webidl.Realm, pick func(f field) goja.Value) goja.Value {
	rest := h.combined()
	return r.New(headersIteratorClass, &webidl.Iterator{Next: func() (goja.Value, bool) {
		if len(rest) == 0 {
			return nil, false
		}
		f := rest[0]
		rest = rest[1:]
		return pick(f), true
	}})
}

func headerName(c webidl.Call) string {
	name := c.USVString(0)
	if !validName(name) {
		c.Throw(errHeaderName)
	}
	return name
}

// fill implements https://fetch.spec.whatwg.org/#concept-headers-fill; what begins the TypeError of an init that is none.
func (h *Headers) fill(r *webidl.Realm, init goja.Value, what string) {
	check := func(err error) {
		if err != nil {
			panic(r.ErrorValue(err))
		}
	}
	obj, ok := init.(*goja.Object)
	if !ok {
		panic(r.TypeError("%s is not of type 'Headers or Sequence or object'.", what))
	}
	if other, ok := webidl.As[*Headers](r, obj); ok {
		*h = *other.clone()
		return
	}
	if webidl.Iterates(obj) {
		for _, item := range r.Sequence(obj) {
			if !webidl.Iterates(item) {
				panic(r.TypeError("Incorrect type: the provided value is not of type 'Sequence'."))
			}
			pair := r.Sequence(item)
			if len(pair) != 2 {
				panic(r.TypeError("To initialize a Headers object from a sequence, each inner sequence must have exactly two elements."))
			}
			check(h.append(r.USVString(pair[0]), r.USVString(pair[1])))
		}
		return
	}
	h.fields = make([]field, 0, 4)
	r.Record(obj, func(name string, value goja.Value) { check(h.append(name, r.USVString(value))) })
}
