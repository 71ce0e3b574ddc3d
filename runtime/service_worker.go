package runtime

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// The events that Workers in the service worker format listen to:
// https://developers.cloudflare.com/workers/reference/migrate-to-module-workers/
var (
	extendableEventClass = webidl.NewClass("ExtendableEvent", extendableEventIDL{})
	fetchEventClass      = webidl.NewClass("FetchEvent", fetchEventIDL{})
)

// extendableEvent is an event for whose sake the isolate goes on.
type extendableEvent interface{ executionContext() *executionContext }

type extendableEventIDL struct{}

func (extendableEventIDL) Define(class *webidl.Class) {
	class.Parent = events.EventClass
	class.Members = []webidl.Member{
		webidl.Method("waitUntil", 1, func(e extendableEvent, c webidl.Call) goja.Value {
			e.executionContext().waitUntil(c.Realm, c.Arg(0))
			return c.Undefined()
		}),
	}
}

// fetchEvent is the Go value behind a FetchEvent: https://w3c.github.io/ServiceWorker/#fetchevent-interface
type fetchEvent struct {
	extendable
	request  *goja.Object
	response goja.Value // nil before respondWith
	over     bool       // all listeners have been called
}

type fetchEventIDL struct{}

func (fetchEventIDL) Define(class *webidl.Class) {
	class.Parent = extendableEventClass
	class.Members = []webidl.Member{
		webidl.ReadOnly("request", func(e *fetchEvent, c webidl.Call) goja.Value { return e.request }),
		webidl.Method("respondWith", 1, func(e *fetchEvent, c webidl.Call) goja.Value {
			switch {
			case e.over:
				c.Throw(webidl.DOMErrorf("InvalidStateError", "Too late to call FetchEvent.respondWith(). It must be called synchronously in the event handler."))
			case e.response != nil:
				c.Throw(webidl.DOMErrorf("InvalidStateError", "FetchEvent.respondWith() has already been called; it can only be called once."))
			}
			e.response = c.Arg(0)
			return c.Undefined()
		}),
		// There is nothing to pass through to, as with ctx.
		webidl.Method("passThroughOnException", 0, func(e *fetchEvent, c webidl.Call) goja.Value { return c.Undefined() }),
	}
}

// fireFetch has the listeners answer a request. If none does, it goes where its URL leads.
func (iso *isolate) fireFetch(request *goja.Object) (goja.Value, error) {
	target := events.GlobalTarget(iso.realm)
	if !target.Listens("fetch") {
		return nil, noHandler("fetch")
	}
	e := &fetchEvent{extendable: extendable{context: iso.context}, request: request}
	e.Init(iso.realm, fetchEventClass, e, "fetch")
	thrown := iso.fire(e)
	e.over = true
	switch {
	case e.response != nil:
		return e.response, nil
	case thrown != nil:
		return iso.realm.Rejected(iso.realm.Thrown(thrown)), nil
	}
	network := fetch.NewFetcher(iso.realm, iso.worker.options.Fetch)
	call, _ := goja.AssertFunction(network.Get("fetch"))
	return call(network, request)
}

// checkListeners refuses a script that has nothing to be called.
func (iso *isolate) checkListeners() *Error {
	target := events.GlobalTarget(iso.realm)
	if slices.ContainsFunc([]string{"fetch", "scheduled", "queue", "tail", "trace", "email"}, target.Listens) {
		return nil
	}
	return &Error{Kind: StartUp, Message: "No event handlers were registered. This script does nothing.",
		Fix: "export default { async fetch(request, env, ctx) { … } }"}
}

// exposeEnvironment makes the bindings global variables.
func (iso *isolate) exposeEnvironment() error {
	env, err := iso.environment()
	if err != nil {
		return err
	}
	for _, name := range env.Keys() {
		if err := iso.vm.GlobalObject().Set(name, env.Get(name)); err != nil {
			return err
		}
	}
	return nil
}
