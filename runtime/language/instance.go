package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// hasInstance is https://tc39.es/ecma262/#sec-function.prototype-@@hasinstance also for proxies, which the engine's own refuses, and
// which the platform's classes are.
func hasInstance(vm *goja.Runtime, native engine.Native) engine.Native {
	return func(call goja.FunctionCall) goja.Value {
		constructor, ok := call.This.(*goja.Object)
		if !ok || !isCallable(constructor) {
			return vm.ToValue(false)
		}
		if engine.IsBound(constructor) {
			return native(call) // asks the function that is bound
		}
		object, ok := call.Argument(0).(*goja.Object)
		if !ok {
			return vm.ToValue(false)
		}
		of := orUndefined(constructor.Get("prototype"))
		proto, ok := of.(*goja.Object)
		if !ok {
			if bound := guardedBound(constructor); bound != nil {
				call.This = bound
				return native(call)
			}
			text := of.String()
			if _, ok := of.(*goja.Symbol); ok {
				text = "Symbol(" + text + ")"
			}
			panic(vm.NewTypeError("Function has non-object prototype '%s' in instanceof check", text))
		}
		for object = object.Prototype(); object != nil; object = object.Prototype() {
			if object == proto {
				return vm.ToValue(true)
			}
		}
		return vm.ToValue(false)
	}
}

// guardedBound returns what a proxy of the platform's is for, if that is a bound function: see [webidl.Guards]. A script's proxy of one is
// no bound function.
func guardedBound(object *goja.Object) *goja.Object {
	if !webidl.IsProxy(object) {
		return nil
	}
	proxy := object.Export().(goja.Proxy)
	target, handler := proxy.Target(), proxy.Handler()
	if target == nil || handler == nil || !engine.IsBound(target) {
		return nil
	}
	if _, native := handler.Export().(*goja.ProxyTrapConfig); !native {
		return nil
	}
	return target
}

// isCallable reports whether an object can be called.
func isCallable(object *goja.Object) bool {
	if !webidl.IsProxy(object) && object.ClassName() == "Function" {
		return true // without a closure
	}
	_, ok := goja.AssertFunction(object)
	return ok
}
