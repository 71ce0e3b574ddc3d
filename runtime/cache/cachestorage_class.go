package cache

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// cacheStorage is the Go value behind caches: https://w3c.github.io/ServiceWorker/#cachestorage-interface
type cacheStorage struct{}

// CacheStorageClass is the class CacheStorage.
var CacheStorageClass = webidl.NewClass("CacheStorage", cacheStorageIDL{})

type cacheStorageIDL struct{}

// maxName is how many bytes of UTF-8 the name of a cache must be shorter than.
const maxName = 1024

func (cacheStorageIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Promising("open", 0, func(_ *cacheStorage, c webidl.Call) goja.Value {
			if len(c.Args) == 0 {
				c.Throw(webidl.TypeErrorf("Failed to execute 'open' on 'CacheStorage': parameter 1 is not of type 'string'."))
			}
			name := c.USVString(0)
			if len(name) >= maxName {
				c.Throw(errLongName)
			}
			return c.Realm.New(CacheClass, &cache{Named(name)})
		}),
		unimplemented[*cacheStorage]("CacheStorage", "match"),
		unimplemented[*cacheStorage]("CacheStorage", "has"),
		unimplemented[*cacheStorage]("CacheStorage", "delete"),
		unimplemented[*cacheStorage]("CacheStorage", "keys"),
	}
}

// newCacheStorage makes the object caches. Its property default is its own, as in Workers.
func newCacheStorage(r *webidl.Realm) goja.Value {
	caches := r.New(CacheStorageClass, &cacheStorage{})
	caches.DefineDataProperty("default", r.New(CacheClass, &cache{Default}), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return caches
}

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global {
	return []webidl.Global{
		webidl.ClassGlobal(CacheStorageClass),
		webidl.ClassGlobal(CacheClass),
		webidl.ValueGlobal("caches", newCacheStorage),
	}
}
