package node

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// asyncNatives is what async_hooks.js asks of Go.
var asyncNatives = webidl.NewClass("async_hooks", asyncIDL{})

type asyncIDL struct{}

func (asyncIDL) Define(class *webidl.Class) {
	for _, exported := range []*webidl.Class{asyncLocalStorageClass, asyncResourceClass} {
		class.Statics = append(class.Statics, webidl.StaticReadOnly(exported.Name, func(c webidl.Call) goja.Value {
			return c.Realm.Constructor(exported)
		}))
	}
}

// asyncLocalStorageClass is https://nodejs.org/api/async_context.html#class-asynclocalstorage, as Workers have it: a storage
// cannot be entered for good, nor disabled.
var asyncLocalStorageClass = webidl.NewClass("AsyncLocalStorage", asyncLocalStorageIDL{})

// asyncLocalStorage is the key of its store in asynchronous contexts.
type asyncLocalStorage struct {
	fallback goja.Value // what the store is outside of any run
	name     string
}

type asyncLocalStorageIDL struct{}

func (asyncLocalStorageIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		s := &asyncLocalStorage{fallback: c.Undefined()}
		options := optionsOf(c, 0, "AsyncLocalStorage", "AsyncLocalStorageOptions")
		if v, ok := options.Get("defaultValue"); ok {
			s.fallback = v
		}
		if v, ok := options.Get("name"); ok {
			s.name = c.Realm.USVString(v)
		}
		return s
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("name", func(s *asyncLocalStorage, c webidl.Call) goja.Value { return c.String(s.name) }),
		webidl.Method("run", 0, func(s *asyncLocalStorage, c webidl.Call) goja.Value {
			fn := functionArgument(c, 1, "run' on 'AsyncLocalStorage", "function")
			return within(c, c.Realm.AsyncContext().With(s, c.Arg(0)), fn, nil, 2)
		}),
		webidl.Method("exit", 0, func(s *asyncLocalStorage, c webidl.Call) goja.Value {
			fn := functionArgument(c, 0, "exit' on 'AsyncLocalStorage", "function")
			return within(c, c.Realm.AsyncContext().With(s, c.Undefined()), fn, nil, 1)
		}),
		webidl.Method("getStore", 0, func(s *asyncLocalStorage, c webidl.Call) goja.Value {
			if store, ok := c.Realm.AsyncContext().Value(s).(goja.Value); ok {
				return store
			}
			return s.fallback
		}),
	}
	for _, name := range []string{"enterWith", "disable"} {
		class.Members = append(class.Members, webidl.Method(name, 0, func(_ *asyncLocalStorage, c webidl.Call) goja.Value {
			c.Throw(webidl.Errorf("asyncLocalStorage.%s() is not implemented", name))
			return nil
		}))
	}
	class.Statics = []webidl.Member{
		webidl.Static("bind", 0, func(c webidl.Call) goja.Value {
			fn := functionArgument(c, 0, "bind' on 'AsyncLocalStorage", "Function")
			return bound(c, c.Realm.AsyncContext(), fn, nil)
		}),
		webidl.Static("snapshot", 0, func(c webidl.Call) goja.Value {
			snapshot := c.Realm.AsyncContext()
			return c.Realm.Builtin("", 0, func(c webidl.Call) goja.Value {
				fn, ok := goja.AssertFunction(c.Arg(0))
				if !ok {
					c.Throw(webidl.TypeErrorf("The first argument must be a function"))
				}
				return within(c, snapshot, fn, nil, 1)
			})
		}),
	}
}

// asyncResourceClass is https://nodejs.org/api/async_context.html#class-asyncresource. As in Workers, there are no asynchronous
// ids, and nothing is told of what becomes of a resource.
var asyncResourceClass = webidl.NewClass("AsyncResource", asyncResourceIDL{})

// asyncResource is the context that a resource was made in.
type asyncResource struct{ context *webidl.AsyncContext }

type asyncResourceIDL struct{}

func (asyncResourceIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		if v, ok := optionsOf(c, 1, "AsyncResource", "Options").Get("triggerAsyncId"); ok && !goja.IsUndefined(v) {
			c.Throw(webidl.Errorf("The 'triggerAsyncId' field on 'Options' is not implemented."))
		}
		return &asyncResource{c.Realm.AsyncContext()}
	}
	none := func(_ *asyncResource, c webidl.Call) goja.Value { return c.Realm.Int(0) }
	class.Members = []webidl.Member{
		webidl.Method("asyncId", 0, none),
		webidl.Method("triggerAsyncId", 0, none),
		webidl.Method("emitDestroy", 0, func(_ *asyncResource, c webidl.Call) goja.Value { return c.Undefined() }),
		webidl.Method("bind", 0, func(a *asyncResource, c webidl.Call) goja.Value { return a.bind(c, c.Object(), c.Arg(1)) }),
		webidl.Method("runInAsyncScope", 0, func(a *asyncResource, c webidl.Call) goja.Value {
			fn := functionArgument(c, 0, "runInAsyncScope' on 'AsyncResource", "function")
			return within(c, a.context, fn, c.Arg(1), 2)
		}),
	}
	class.Statics = []webidl.Member{
		webidl.Static("bind", 0, func(c webidl.Call) goja.Value {
			a := &asyncResource{c.Realm.AsyncContext()}
			return a.bind(c, c.Realm.New(class, a), c.Arg(2))
		}),
	}
}

// bind returns a function that calls the first argument in the resource's context; object is the resource.
func (a *asyncResource) bind(c webidl.Call, object *goja.Object, this goja.Value) goja.Value {
	f := bound(c, a.context, functionArgument(c, 0, "bind' on 'AsyncResource", "Function"), this)
	f.Set("asyncResource", object)
	return f
}

// functionArgument converts an argument that must be a function.
func functionArgument(c webidl.Call, i int, what, kind string) goja.Callable {
	fn, ok := goja.AssertFunction(c.Arg(i))
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s': parameter %d is not of type '%s'.", what, i+1, kind))
	}
	return fn
}

// optionsOf converts an argument of a constructor that must be an object, if it is there.
func optionsOf(c webidl.Call, i int, class, kind string) webidl.Dictionary {
	v := c.Arg(i)
	if _, ok := v.(*goja.Object); !ok && !goja.IsUndefined(v) && !goja.IsNull(v) {
		c.Throw(webidl.TypeErrorf("Failed to construct '%s': constructor parameter %d is not of type '%s'.", class, i+1, kind))
	}
	return c.Dictionary(i)
}

// bound is a function that calls fn in a context.
func bound(c webidl.Call, context *webidl.AsyncContext, fn goja.Callable, this goja.Value) *goja.Object {
	return c.Realm.Builtin("", 0, func(c webidl.Call) goja.Value { return within(c, context, fn, this, 0) })
}

// within calls fn in a context, with the arguments of the call from i on. Its this, if there is none, is the global object.
func within(c webidl.Call, context *webidl.AsyncContext, fn goja.Callable, this goja.Value, i int) goja.Value {
	if this == nil || goja.IsUndefined(this) {
		this = c.Realm.VM.GlobalObject()
	}
	var args []goja.Value
	if len(c.Args) > i {
		args = append(args, c.Args[i:]...)
	}
	return c.Realm.InAsyncContext(context, func() goja.Value {
		v, err := fn(this, args...)
		c.Realm.Rethrow(err)
		return v
	})
}
