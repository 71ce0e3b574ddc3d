package weburl

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
)

// SearchParamsClass is the class URLSearchParams; the Go value behind its objects is a *[SearchParams]:
// https://url.spec.whatwg.org/#interface-urlsearchparams
var SearchParamsClass = webidl.NewClass("URLSearchParams", searchParamsIDL{})

var searchParamsIterator = webidl.NewIteratorClass("URLSearchParams Iterator")

type searchParamsIDL struct{}

func (searchParamsIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return newSearchParams(c) }
	class.Members = []webidl.Member{
		webidl.ReadOnly("size", func(p *SearchParams, c webidl.Call) goja.Value { return c.Realm.Int(p.Size()) }),
		webidl.Method("append", 2, func(p *SearchParams, c webidl.Call) goja.Value {
			p.Append(c.USVString(0), c.USVString(1))
			return c.Undefined()
		}),
		webidl.Method("delete", 1, func(p *SearchParams, c webidl.Call) goja.Value {
			name := c.USVString(0)
			if hasValue(c) {
				p.DeletePair(name, c.USVString(1))
			} else {
				p.Delete(name)
			}
			return c.Undefined()
		}),
		webidl.Method("get", 1, func(p *SearchParams, c webidl.Call) goja.Value {
			value, ok := p.Get(c.USVString(0))
			if !ok {
				return goja.Null()
			}
			return c.String(value)
		}),
		webidl.Method("getAll", 1, func(p *SearchParams, c webidl.Call) goja.Value {
			return c.Realm.Strings(p.GetAll(c.USVString(0)))
		}),
		webidl.Method("has", 1, func(p *SearchParams, c webidl.Call) goja.Value {
			name := c.USVString(0)
			if hasValue(c) {
				return c.Bool(p.HasPair(name, c.USVString(1)))
			}
			return c.Bool(p.Has(name))
		}),
		webidl.Method("set", 2, func(p *SearchParams, c webidl.Call) goja.Value {
			p.Set(c.USVString(0), c.USVString(1))
			return c.Undefined()
		}),
		webidl.Method("sort", 0, func(p *SearchParams, c webidl.Call) goja.Value {
			p.Sort()
			return c.Undefined()
		}),
	}
	class.Members = append(class.Members, webidl.PairIterable(searchParamsIterator,
		func(p *SearchParams, r *webidl.Realm, i int) (key, value goja.Value, ok bool) {
			if i >= p.Size() {
				return nil, nil, false
			}
			pair := p.At(i)
			return r.String(pair.Name), r.String(pair.Value), true
		})...)
	class.Members = append(class.Members,
		webidl.Method("toString", 0, func(p *SearchParams, c webidl.Call) goja.Value { return c.String(p.String()) }))
}

// hasValue reports whether a call of delete or has is about a name and a value. Workers from before the flag take no
// notice of the second argument.
func hasValue(c webidl.Call) bool {
	return c.Has(1) && c.Realm.Compat().Enabled(compat.URLSearchParamsDeleteHasValue)
}

// newSearchParams is the constructor: https://url.spec.whatwg.org/#dom-urlsearchparams-urlsearchparams
func newSearchParams(c webidl.Call) *SearchParams {
	if !c.Has(0) {
		return NewSearchParams(nil)
	}
	obj, ok := c.Arg(0).(*goja.Object)
	switch {
	case !ok:
		return ParseQuery(strings.TrimPrefix(c.USVString(0), "?"))
	case webidl.Iterates(obj):
		return NewSearchParams(sequencePairs(c, obj))
	default:
		return NewSearchParams(recordPairs(c, obj))
	}
}

func sequencePairs(c webidl.Call, sequence *goja.Object) []Pair {
	var pairs []Pair
	for _, item := range c.Realm.Sequence(sequence) {
		if !webidl.Iterates(item) {
			c.Throw(webidl.TypeErrorf("Incorrect type: the provided value is not of type 'Sequence'."))
		}
		pair := c.Realm.Sequence(item)
		if len(pair) != 2 {
			c.Throw(webidl.TypeErrorf("Invalid URL search params sequence."))
		}
		pairs = append(pairs, Pair{c.Realm.USVString(pair[0]), c.Realm.USVString(pair[1])})
	}
	return pairs
}

func recordPairs(c webidl.Call, record *goja.Object) []Pair {
	var pairs []Pair
	c.Realm.Record(record, func(key string, value goja.Value) {
		pair := Pair{key, c.Realm.USVString(value)}
		// Keys that differ in lone surrogates only have become the same: the last one counts, at the place of the first.
		if strings.Contains(key, "\uFFFD") {
			if i := slices.IndexFunc(pairs, func(p Pair) bool { return p.Name == key }); i >= 0 {
				pairs[i] = pair
				return
			}
		}
		pairs = append(pairs, pair)
	})
	return pairs
}
