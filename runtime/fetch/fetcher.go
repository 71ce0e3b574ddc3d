package fetch

import (
	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
)

// fetcher is the Go value behind a Fetcher: what a Worker has of something that it can send requests to.
type fetcher struct{ target Target }

// NewFetcher makes a Fetcher object over a target.
func NewFetcher(r *webidl.Realm, t Target) *goja.Object { return r.New(FetcherClass, &fetcher{t}) }

// NewFetcherOf makes an object of a class that inherits from Fetcher.
func NewFetcherOf(r *webidl.Realm, class *webidl.Class, t Target) *goja.Object {
	return r.New(class, &fetcher{t})
}

// TargetOf returns what is behind a Fetcher; nil if v is none.
func TargetOf(r *webidl.Realm, v goja.Value) Target {
	if f, ok := webidl.As[*fetcher](r, v); ok {
		return f.target
	}
	return nil
}

// FetcherClass is the class Fetcher. It is not a global: scripts see it in bindings only.
var FetcherClass = webidl.NewClass("Fetcher", fetcherIDL{})

// hasProperties reports whether a Fetcher may have a property besides its own members. It is no thenable.
func hasProperties(r *webidl.Realm, name string) bool {
	flags := r.Compat()
	return webidl.State[state](r).Property != nil && flags.Enabled(compat.RPC) && name != "then"
}

type fetcherIDL struct{}

func (fetcherIDL) Define(class *webidl.Class) {
	class.Wildcard(func(c webidl.Call, name string) goja.Value {
		property := webidl.State[state](c.Realm).Property
		f, ok := webidl.As[*fetcher](c.Realm, c.This)
		if !ok || !hasProperties(c.Realm, name) {
			return nil
		}
		return property(c, f.target, name)
	}, hasProperties)
	class.Members = []webidl.Member{
		webidl.Promising("fetch", 1, func(f *fetcher, c webidl.Call) goja.Value { return fetch(c, f.target, "Fetcher") }),
		webidl.Method("connect", 1, func(f *fetcher, c webidl.Call) goja.Value {
			dialer, ok := f.target.(Dialer)
			connect := webidl.State[state](c.Realm).Connect
			if !ok || connect == nil {
				c.Throw(webidl.DOMErrorf("NotSupportedError", "connect() is not supported by this binding in devserver yet; its fetch() is."))
			}
			return connect(c, dialer)
		}),
	}
}
