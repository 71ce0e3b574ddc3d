package runtime

import (
	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// globalScopeClass is the class of the global object: https://w3c.github.io/ServiceWorker/#serviceworkerglobalscope-interface
var (
	globalScopeClass       = webidl.NewClass("ServiceWorkerGlobalScope", globalScopeIDL{})
	workerGlobalScopeClass = webidl.NewClass("WorkerGlobalScope", workerGlobalScopeIDL{})
)

type (
	globalScopeIDL       struct{}
	workerGlobalScopeIDL struct{}
)

func (globalScopeIDL) Define(class *webidl.Class)       { class.Parent = workerGlobalScopeClass }
func (workerGlobalScopeIDL) Define(class *webidl.Class) { class.Parent = events.EventTargetClass }

// cloudflare is the Go value behind the global Cloudflare.
type cloudflare struct{ flags *goja.Object }

var cloudflareClass = webidl.NewClass("Cloudflare", cloudflareIDL{})

type cloudflareIDL struct{}

func (cloudflareIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("compatibilityFlags", func(cf *cloudflare, c webidl.Call) goja.Value {
			if cf.flags == nil {
				cf.flags = c.Realm.VM.CreateObject(nil)
				for name, on := range c.Realm.Compat().All() {
					cf.flags.Set(name, on)
				}
				_, err := c.Realm.IntrinsicFunction("Object", "freeze")(nil, cf.flags)
				c.Realm.Rethrow(err)
			}
			return cf.flags
		}),
	}
}

// scopeGlobals are the globals that have to do with the global object itself.
func scopeGlobals() []webidl.Global {
	return []webidl.Global{
		webidl.ValueGlobal("self", func(r *webidl.Realm) goja.Value { return r.VM.GlobalObject() }),
		webidl.ConstantGlobal("origin", func(r *webidl.Realm) goja.Value { return r.String("null") }),
		webidl.ValueGlobal("Cloudflare", func(r *webidl.Realm) goja.Value { return r.New(cloudflareClass, &cloudflare{}) }),
		webidl.ClassGlobal(workerGlobalScopeClass),
		webidl.ClassGlobal(globalScopeClass),
		webidl.ClassGlobal(extendableEventClass),
		webidl.ClassGlobal(fetchEventClass),
		webidl.ClassGlobal(tailEventClass),
		webidl.ClassGlobal(tailEventClass).As("TraceEvent"),
		webidl.ClassGlobal(scheduledEventClass),
	}
}
