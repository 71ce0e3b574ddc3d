package runtime

import (
	"github.com/dop251/goja"
	"github.com/dop251/goja_nodejs/require"

	"devserver/runtime/compat"
	"devserver/runtime/node"
	"devserver/runtime/webidl"
)

// module is a built-in module that a script may import.
type module struct {
	exports []string
	load    func(iso *isolate, exports *goja.Object)
}

// modules are the built-in modules, by specifier. It is only read.
var modules = map[string]module{
	"cloudflare:workers": {exports: []string{"WorkerEntrypoint", "env", "waitUntil"}, load: cloudflareWorkers},
}

// Modules are the built-in modules that a Worker with some compatibility flags may import. The bundler asks.
type Modules struct{ flags compat.Set }

// ModulesFor returns the modules of Workers with these flags.
func ModulesFor(flags compat.Set) Modules { return Modules{flags} }

// Has reports whether there is a module of that name.
func (m Modules) Has(specifier string) bool {
	_, ok := modules[specifier]
	return ok || node.Has(m.flags, specifier)
}

// Exports lists what a module exports, or nil if there is no such module.
func (m Modules) Exports(specifier string) []string {
	if own, ok := modules[specifier]; ok {
		return own.exports
	}
	return node.Exports(specifier)
}

// builtins returns the function through which a script gets its built-in modules, each evaluated on its first import
// and kept, or undefined for a script that asks for none.
func (iso *isolate) builtins() goja.Value {
	if !iso.worker.options.Script.Loads {
		return goja.Undefined()
	}
	registry := require.NewRegistry(require.WithLoader(func(string) ([]byte, error) {
		return nil, require.ModuleFileDoesNotExistError
	}))
	for name, m := range modules {
		registry.RegisterNativeModule(name, func(_ *goja.Runtime, module *goja.Object) {
			m.load(iso, module.Get("exports").(*goja.Object))
		})
	}
	loader := registry.Enable(iso.vm)
	iso.vm.GlobalObject().Delete("require") // Workers have none
	return iso.realm.Function("builtin", 1, func(c webidl.Call) goja.Value {
		specifier := c.USVString(0)
		if node.Has(iso.worker.options.Compat, specifier) {
			return node.Namespace(c.Realm, specifier)
		}
		if _, ok := modules[specifier]; !ok {
			c.Throw(webidl.Errorf("No such module %q.", specifier))
		}
		exports, err := loader.Require(specifier)
		c.Check(err)
		return exports
	})
}

// workerEntrypointClass is the base class of Workers that are classes:
// https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/rpc/#the-workerentrypoint-class
var workerEntrypointClass = webidl.NewClass("WorkerEntrypoint", workerEntrypointIDL{})

type workerEntrypoint struct{}

type workerEntrypointIDL struct{}

func (workerEntrypointIDL) Define(class *webidl.Class) {
	class.Length = 2
	class.Construct = func(c webidl.Call) any {
		this := c.Object()
		this.DefineDataProperty("ctx", c.Arg(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		this.DefineDataProperty("env", c.Arg(1), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		return workerEntrypoint{}
	}
}

func cloudflareWorkers(iso *isolate, exports *goja.Object) {
	r := iso.realm
	exports.Set("WorkerEntrypoint", r.Constructor(workerEntrypointClass))
	exports.Set("waitUntil", r.Function("waitUntil", 1, func(c webidl.Call) goja.Value {
		if iso.context == nil {
			c.Throw(r.CheckIO())
		}
		iso.context.waitUntil(c.Realm, c.Arg(0))
		return c.Undefined()
	}))
	env, err := iso.environment()
	r.Rethrow(err)
	exports.Set("env", env)
}
