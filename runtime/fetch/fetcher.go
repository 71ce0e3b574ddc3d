package fetch

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// fetcher is the Go value behind a Fetcher: what a Worker has of something that it can send requests to.
type fetcher struct{ target Target }

// NewFetcher makes a Fetcher object over a target.
func NewFetcher(r *webidl.Realm, t Target) *goja.Object { return r.New(FetcherClass, &fetcher{t}) }

// FetcherClass is the class Fetcher. It is not a global: scripts see it in bindings only.
var FetcherClass = webidl.NewClass("Fetcher", fetcherIDL{})

type fetcherIDL struct{}

func (fetcherIDL) Define(class *webidl.Class) {
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
