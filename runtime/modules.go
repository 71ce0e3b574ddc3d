package runtime

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dop251/goja_nodejs/require"

	"devserver/runtime/webidl"
)

// Modules are the built-in modules, by specifier, that a script may import.
var modules = map[string]func(iso *isolate, exports *goja.Object){
	"cloudflare:workers": cloudflareWorkers,
}

// HasModule reports whether there is a built-in module of that name: the bundler asks.
func HasModule(specifier string) bool { return modules[specifier] != nil }

// builtins returns the function through which a script gets its built-in modules, each evaluated on its first import
// and kept, or undefined for a script that imports none.
func (iso *isolate) builtins() goja.Value {
	if len(iso.worker.options.Script.Builtins) == 0 {
		return goja.Undefined()
	}
	registry := require.NewRegistry(require.WithLoader(func(string) ([]byte, error) {
		return nil, require.ModuleFileDoesNotExistError
	}))
	for name, load := range modules {
		registry.RegisterNativeModule(name, func(_ *goja.Runtime, module *goja.Object) {
			load(iso, module.Get("exports").(*goja.Object))
		})
	}
	modules := registry.Enable(iso.vm)
	iso.vm.GlobalObject().Delete("require") // Workers have none
	return iso.realm.Function("builtin", 1, func(c webidl.Call) goja.Value {
		exports, err := modules.Require(c.USVString(0))
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

// unsupportedExports are the exports of cloudflare:workers that devserver does not have yet. Touching one throws.
var unsupportedExports = []string{
	"DurableObject", "WorkflowEntrypoint", "RpcTarget", "RpcStub", "RpcPromise", "RpcProperty", "ServiceStub", "exports",
	"withEnv", "withExports", "withEnvAndExports", "cache", "tracing", "restore", "abortIsolate",
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
	for _, name := range slices.Sorted(slices.Values(unsupportedExports)) {
		exports.DefineAccessorProperty(name, r.Function("get "+name, 0, func(c webidl.Call) goja.Value {
			c.Throw(webidl.Errorf("%s of cloudflare:workers is not supported by devserver yet", name))
			return nil
		}), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
}
