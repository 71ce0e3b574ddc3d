package runtime

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/rpc"
	"devserver/runtime/webidl"
)

// The classes that Workers extend: https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/rpc/
var (
	workerEntrypointClass   = webidl.NewClass("WorkerEntrypoint", entrypointIDL{})
	workflowEntrypointClass = webidl.NewClass("WorkflowEntrypoint", entrypointIDL{})
	durableObjectClass      = webidl.NewClass("DurableObject", durableObjectIDL{})
	serviceStubClass        = webidl.NewClass("ServiceStub", nobodyIDL{"fetch", "connect"})
)

type entrypoint struct{}

// entrypointIDL is a class whose objects have what they are constructed with as their properties.
type entrypointIDL struct{}

func (entrypointIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		if _, ok := c.Arg(0).(*goja.Object); !ok {
			c.Throw(webidl.TypeErrorf("Failed to construct '%s': constructor parameter 1 is not of type 'Object'.", class.Name))
		}
		this := c.Object()
		this.DefineDataProperty("ctx", c.Arg(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		this.DefineDataProperty("env", c.Arg(1), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		return entrypoint{}
	}
}

type durableObjectIDL struct{}

func (durableObjectIDL) Define(class *webidl.Class) {
	// There is no DurableObjectState yet that it could be given.
	class.Construct = func(c webidl.Call) any {
		panic(c.Realm.TypeError("Failed to construct 'DurableObjectBase': constructor parameter 1 is not of type 'DurableObjectState'."))
	}
}

// nobodyIDL is a class that scripts know and that has no objects yet: its methods.
type nobodyIDL []string

func (methods nobodyIDL) Define(class *webidl.Class) {
	for _, name := range methods {
		class.Members = append(class.Members, nobodys(name))
	}
}

// nobody would be the Go value behind an object of such a class.
type nobody interface{ nobody() }

func nobodys(name string) webidl.Member {
	return webidl.Method(name, 0, func(_ nobody, c webidl.Call) goja.Value { return c.Undefined() })
}

// loopbacks makes ctx.exports: of each entrypoint that the script exports, what a service binding to it would be.
func (iso *isolate) loopbacks() *goja.Object {
	if iso.loopback != nil {
		return iso.loopback
	}
	object := iso.vm.NewObject()
	if iso.exports == nil { // the module scope is still being evaluated
		return object
	}
	names := iso.exports.Keys()
	slices.Sort(names)
	for _, name := range append([]string{"default"}, slices.DeleteFunc(names, func(name string) bool { return name == "default" })...) {
		if _, ok := iso.exports.Get(name).(*goja.Object); ok {
			object.Set(name, rpc.NewLoopback(iso.realm, iso.worker, rpc.Entrypoint{Name: name}))
		}
	}
	iso.loopback = object
	return object
}
