package language

import (
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// promiseAdditions are the newer ways to make a promise. Both work for subclasses: this is the constructor.
var promiseAdditions = []addition{
	// https://tc39.es/ecma262/#sec-promise.resolve: the engine takes what inherits from Promise.prototype for a promise.
	{word: "Promise", and: shows(inheritsPromise), install: func(r *webidl.Realm) {
		constructor, ok := r.IntrinsicPrototype("Promise").Get("constructor").(*goja.Object)
		if !ok {
			return
		}
		native, ok := goja.AssertFunction(constructor.Get("resolve"))
		if !ok {
			return
		}
		define(constructor, "resolve", r.Builtin("resolve", 1, func(c webidl.Call) goja.Value {
			if x, ok := c.Arg(0).(*goja.Object); ok && !engine.IsPromise(x) {
				if this, ok := c.This.(*goja.Object); ok {
					capability := newCapability(r, this)
					capability.settle(r, capability.resolve, x)
					return capability.promise
				}
			}
			result, err := native(c.This, c.Args...)
			r.Rethrow(err)
			return result
		}))
	}},
	// https://tc39.es/ecma262/#sec-promise.withResolvers
	static("Promise", "withResolvers", 0, func(c webidl.Call) goja.Value {
		capability := newCapability(c.Realm, c.This)
		result := c.Realm.VM.NewObject()
		result.Set("promise", capability.promise)
		result.Set("resolve", capability.resolve)
		result.Set("reject", capability.reject)
		return result
	}),
	// https://tc39.es/ecma262/#sec-promise.try
	static("Promise", "try", 1, func(c webidl.Call) goja.Value {
		if _, ok := c.This.(*goja.Object); !ok {
			c.Throw(webidl.TypeErrorf("Promise.try called on non-object"))
		}
		capability := newCapability(c.Realm, c.This)
		var rest []goja.Value
		if len(c.Args) > 1 {
			rest = append(rest, c.Args[1:]...)
		}
		var value goja.Value
		if err := c.Realm.Try(func() {
			var err error
			value, err = c.Function(0, inspect(c.Arg(0))).Call(goja.Undefined(), rest...)
			c.Realm.Rethrow(err)
		}); err != nil {
			capability.settle(c.Realm, capability.reject, c.Realm.ErrorValue(err))
		} else {
			capability.settle(c.Realm, capability.resolve, value)
		}
		return capability.promise
	}),
}

// allRejected is the error that Promise.any is rejected with, in the place of the engine's: made by the constructor, so that its
// stack is a property as of any other. No calls are in it, as in V8.
func allRejected(vm *goja.Runtime, err *goja.Object) *goja.Object {
	const words = "All promises were rejected"
	message := vm.ToValue(words)
	if class, ok := engine.Data(err.Prototype(), "constructor").(*goja.Object); ok {
		if fn, native := engine.FunctionOf(class); native && *fn.Construct != nil {
			err = (*fn.Construct)([]goja.Value{engine.Data(err, "errors"), message}, class)
			err.Set("stack", "AggregateError: "+words)
			return err
		}
	}
	err.DefineDataProperty("message", message, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return err
}

// saysAllRejected has Promise.any give its AggregateError V8's message. The engine makes the promise with the constructor that this is,
// so it gets one that makes the same and looks at what rejects it.
func saysAllRejected(vm *goja.Runtime, native engine.Native) engine.Native {
	return func(call goja.FunctionCall) goja.Value {
		class, _ := call.This.(*goja.Object)
		if _, ok := goja.AssertConstructor(call.This); !ok {
			return native(call)
		}
		reject := func(rejected goja.Callable) goja.Value {
			return vm.ToValue(func(call goja.FunctionCall) goja.Value {
				if err, ok := call.Argument(0).(*goja.Object); ok && err.ClassName() == "Error" && engine.Data(err, "errors") != nil && engine.Data(err, "message") == nil {
					return returned(rejected(call.This, allRejected(vm, err)))
				}
				return returned(rejected(call.This, call.Arguments...))
			})
		}
		looking := vm.ToValue(func(goja.ConstructorCall) *goja.Object { return nil }).(*goja.Object)
		fn, ok := engine.FunctionOf(looking)
		if !ok {
			return native(call)
		}
		*fn.Construct = func(args []goja.Value, _ *goja.Object) *goja.Object {
			execute, _ := goja.AssertFunction(args[0])
			promise, err := vm.New(class, vm.ToValue(func(settle goja.FunctionCall) goja.Value {
				with := settle.Arguments
				if rejected, ok := goja.AssertFunction(settle.Argument(1)); ok {
					with = []goja.Value{settle.Argument(0), reject(rejected)}
				}
				return returned(execute(settle.This, with...))
			}))
			if err != nil {
				panic(err)
			}
			return promise
		}
		returned(nil, looking.DefineAccessorProperty("resolve", vm.ToValue(func(goja.FunctionCall) goja.Value {
			resolve := class.Get("resolve")
			callable, ok := goja.AssertFunction(resolve)
			if !ok {
				return orUndefined(resolve)
			}
			return vm.ToValue(func(call goja.FunctionCall) goja.Value {
				return returned(callable(class, call.Arguments...))
			})
		}), nil, goja.FLAG_TRUE, goja.FLAG_FALSE))
		call.This = looking
		return native(call)
	}
}

// returned throws on what a call has thrown.
func returned(v goja.Value, err error) goja.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// inheritsPromise reports whether a text may make objects that inherit from Promise.prototype and are no promises.
func inheritsPromise(text string) bool { return strings.Contains(text, "Promise.prototype") }

// capability is a promise with its resolving functions: https://tc39.es/ecma262/#sec-promisecapability-records.
type capability struct {
	promise         *goja.Object
	resolve, reject goja.Value
}

// newCapability implements https://tc39.es/ecma262/#sec-newpromisecapability.
func newCapability(r *webidl.Realm, constructor goja.Value) *capability {
	obj, ok := constructor.(*goja.Object)
	if _, can := goja.AssertConstructor(constructor); !ok || !can {
		panic(r.TypeError("%s is not a constructor", inspect(constructor)))
	}
	c := &capability{resolve: goja.Undefined(), reject: goja.Undefined()}
	executor := r.Builtin("", 2, func(call webidl.Call) goja.Value {
		if !goja.IsUndefined(c.resolve) || !goja.IsUndefined(c.reject) {
			call.Throw(webidl.TypeErrorf("Promise executor has already been invoked with non-undefined arguments"))
		}
		c.resolve, c.reject = call.Arg(0), call.Arg(1)
		return goja.Undefined()
	})
	promise, err := r.VM.New(obj, executor)
	r.Rethrow(err)
	for _, fn := range []goja.Value{c.resolve, c.reject} {
		if _, ok := goja.AssertFunction(fn); !ok {
			panic(r.TypeError("Promise resolve or reject function is not callable"))
		}
	}
	c.promise = promise
	return c
}

func (c *capability) settle(r *webidl.Realm, with, value goja.Value) {
	call, _ := goja.AssertFunction(with)
	_, err := call(goja.Undefined(), value)
	r.Rethrow(err)
}
