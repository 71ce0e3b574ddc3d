package runtime

import (
	"cmp"
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/email"
	"devserver/runtime/fetch"
	"devserver/runtime/rpc"
	"devserver/runtime/sockets"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// workersExports are what the module cloudflare:workers exports.
var workersExports = []string{
	"DurableObject", "RpcPromise", "RpcProperty", "RpcStub", "RpcTarget", "ServiceStub", "WorkerEntrypoint", "WorkflowEntrypoint",
	"abortIsolate", "cache", "env", "exports", "tracing", "waitUntil", "withEnv", "withEnvAndExports", "withExports",
}

// cloudflareWorkers makes the module cloudflare:workers.
func cloudflareWorkers(iso *isolate, exports *goja.Object) {
	r := iso.realm
	for _, class := range []*webidl.Class{
		durableObjectClass, rpc.PromiseClass, rpc.PropertyClass, rpc.StubClass, rpc.TargetClass, serviceStubClass, workerEntrypointClass, workflowEntrypointClass,
	} {
		exports.Set(cmp.Or(class.Shown, class.Name), r.Constructor(class))
	}
	exports.Set("env", iso.ambientObject(envKey, func() (*goja.Object, error) { return iso.environment() }))
	exports.Set("exports", iso.ambientObject(exportsKey, func() (*goja.Object, error) { return iso.loopbacks(), nil }))
	exports.Set("waitUntil", r.Function("waitUntil", 1, func(c webidl.Call) goja.Value {
		if iso.context == nil {
			c.Throw(r.CheckIO())
		}
		iso.context.waitUntil(c.Realm, c.Arg(0))
		return c.Undefined()
	}))
	with := func(name string, keys ...ambientKey) {
		exports.Set(name, r.Function(name, len(keys)+1, func(c webidl.Call) goja.Value {
			x := r.AsyncContext()
			for i, key := range keys {
				x = x.With(key, c.Arg(i))
			}
			fn := c.Function(len(keys), "The callback")
			return r.InAsyncContext(x, func() goja.Value {
				result, err := fn.Call(goja.Undefined())
				r.Rethrow(err)
				return result
			})
		}))
	}
	with("withEnv", envKey)
	with("withExports", exportsKey)
	with("withEnvAndExports", envKey, exportsKey)
	exports.Set("tracing", tracing.New(r))
	exports.Set("cache", notYet(r, "cache", "purge"))
	exports.Set("abortIsolate", notYetFunction(r, "abortIsolate"))
}

// ambientKey is the key under which the asynchronous context has what stands in for env or exports.
type ambientKey string

const (
	envKey     ambientKey = "env"
	exportsKey ambientKey = "exports"
)

// ambientObject is an object that is another one: the one that withEnv or withExports has put in its place for the code
// that runs now, or the isolate's own.
func (iso *isolate) ambientObject(key ambientKey, own func() (*goja.Object, error)) goja.Value {
	// A value that is no object has no properties.
	now := func() *goja.Object {
		if value, ok := iso.realm.AsyncContext().Value(key).(goja.Value); ok {
			if object, ok := value.(*goja.Object); ok {
				return object
			}
			return iso.vm.NewObject()
		}
		object, err := own()
		iso.realm.Rethrow(err)
		return object
	}
	descriptor := func(property string) goja.PropertyDescriptor {
		object := now()
		if !slices.Contains(object.GetOwnPropertyNames(), property) {
			return goja.PropertyDescriptor{}
		}
		return goja.PropertyDescriptor{Value: object.Get(property), Writable: goja.FLAG_TRUE, Enumerable: goja.FLAG_TRUE, Configurable: goja.FLAG_TRUE}
	}
	proxy := iso.vm.NewProxy(iso.vm.NewObject(), &goja.ProxyTrapConfig{
		GetOwnPropertyDescriptor: func(_ *goja.Object, property string) goja.PropertyDescriptor { return descriptor(property) },
		Has:                      func(_ *goja.Object, property string) bool { return now().Get(property) != nil },
		Get:                      func(_ *goja.Object, property string, _ goja.Value) goja.Value { return now().Get(property) },
		GetSym:                   func(_ *goja.Object, property *goja.Symbol, _ goja.Value) goja.Value { return now().GetSymbol(property) },
		Set: func(_ *goja.Object, property string, value, _ goja.Value) bool {
			return now().Set(property, value) == nil
		},
		DeleteProperty: func(_ *goja.Object, property string) bool { return now().Delete(property) == nil },
		OwnKeys: func(*goja.Object) *goja.Object {
			keys := now().Keys()
			list := make([]goja.Value, len(keys))
			for i, key := range keys {
				list[i] = iso.realm.String(key)
			}
			return iso.realm.Array(list...)
		},
	})
	return iso.vm.ToValue(proxy)
}

// notYet is an object with methods that fail because devserver has nothing behind them yet.
func notYet(r *webidl.Realm, name string, methods ...string) *goja.Object {
	object := r.VM.NewObject()
	for _, method := range methods {
		object.Set(method, notYetFunction(r, name+"."+method))
	}
	return object
}

func notYetFunction(r *webidl.Realm, name string) *goja.Object {
	return r.Function(name, 0, func(c webidl.Call) goja.Value {
		panic(r.ErrorValue(webidl.DOMErrorf("NotSupportedError", "%s() of cloudflare:workers is not supported by devserver yet.", name)))
	})
}

// cloudflareSockets makes the module cloudflare:sockets.
func cloudflareSockets(iso *isolate, exports *goja.Object) {
	exports.Set("connect", iso.realm.Function("connect", 1, iso.ConnectSocket))
}

// ConnectSocket is the function connect of cloudflare:sockets; it implements node.Sockets.
func (iso *isolate) ConnectSocket(c webidl.Call) goja.Value {
	dialer, ok := iso.worker.options.Fetch.(fetch.Dialer)
	if !ok {
		c.Throw(webidl.Errorf("This Worker has no network: nothing is behind connect()."))
	}
	return sockets.Connect(c, dialer)
}

// cloudflareEmail makes the module cloudflare:email.
func cloudflareEmail(iso *isolate, exports *goja.Object) {
	exports.Set("EmailMessage", iso.realm.Constructor(email.MessageClass))
}

// cloudflareWorkflows makes the module cloudflare:workflows.
func cloudflareWorkflows(iso *isolate, exports *goja.Object) {
	class, err := iso.vm.RunProgram(nonRetryableError)
	iso.realm.Rethrow(err)
	exports.Set("NonRetryableError", class)
}

var nonRetryableError = goja.MustCompile("cloudflare:workflows", `(class NonRetryableError extends Error {
	constructor(message, name = "NonRetryableError") {
		super(message);
		this.name = name;
	}
})`, true)
