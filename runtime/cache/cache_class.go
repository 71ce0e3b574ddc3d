package cache

import (
	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// CacheClass is the class Cache.
var CacheClass = webidl.NewClass("Cache", cacheIDL{})

type cacheIDL struct{}

func (cacheIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Promising("match", 0, func(cache *cache, c webidl.Call) goja.Value {
			checkKey(c, "match")
			span := tracing.Open(c.Realm, "cache_match")
			defer span.CloseSoon(c.Realm)
			found, err := cache.match(c.Realm, c.Arg(0), queryOptions(c, "match"), span)
			c.Check(err)
			return found
		}),
		webidl.Promising("put", 0, func(cache *cache, c webidl.Call) goja.Value {
			checkKey(c, "put")
			res, ok := fetch.ResponseOf(c.Realm, c.Arg(1))
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'put' on 'Cache': parameter 2 is not of type 'Response'."))
			}
			span := tracing.Open(c.Realm, "cache_put")
			done, err := cache.put(c.Realm, c.Arg(0), res, span)
			if _, ok := done.(*goja.Object); !ok || err != nil { // or else it closes the span
				span.CloseSoon(c.Realm)
			}
			c.Check(err)
			return done
		}),
		webidl.Promising("delete", 0, func(cache *cache, c webidl.Call) goja.Value {
			checkKey(c, "delete")
			span := tracing.Open(c.Realm, "cache_delete")
			defer span.CloseSoon(c.Realm)
			removed, err := cache.remove(c.Realm, c.Arg(0), queryOptions(c, "delete"), span)
			c.Check(err)
			return removed
		}),
		unimplemented[*cache]("Cache", "add"),
		unimplemented[*cache]("Cache", "addAll"),
		unimplemented[*cache]("Cache", "matchAll"),
		unimplemented[*cache]("Cache", "keys"),
	}
}

// checkKey throws if the first argument, which may be undefined, is missing.
func checkKey(c webidl.Call, method string) {
	if len(c.Args) == 0 {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'Cache': parameter 1 is not of type 'Request or string'.", method))
	}
}

// queryOptions converts the second argument to https://w3c.github.io/ServiceWorker/#dictdef-cachequeryoptions and returns
// ignoreMethod, the only member that Workers have.
func queryOptions(c webidl.Call, method string) (ignoreMethod bool) {
	if _, ok := c.Arg(1).(*goja.Object); !ok && !webidl.IsNullish(c.Arg(1)) {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'Cache': parameter 2 is not of type 'CacheQueryOptions'.", method))
	}
	options := c.Dictionary(1)
	ignoreMethod = options.Bool("ignoreMethod")
	for _, name := range []string{"ignoreSearch", "ignoreVary", "cacheName"} {
		if _, ok := options.Get(name); ok {
			c.Throw(webidl.Errorf("The '%s' field on 'CacheQueryOptions' is not implemented.", name))
		}
	}
	return ignoreMethod
}

// unimplemented is a method of the standard that Workers do not have.
func unimplemented[T any](class, name string) webidl.Member {
	return webidl.Method(name, 0, func(_ T, c webidl.Call) goja.Value {
		panic(c.Realm.ErrorValue(webidl.Errorf("Failed to execute '%s' on '%s': the method is not implemented.", name, class)))
	})
}
