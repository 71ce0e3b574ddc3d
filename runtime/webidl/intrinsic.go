package webidl

import (
	"github.com/dop251/goja"
)

// Intrinsic returns one of the engine's own constructors, such as Map, as it was when it was first asked for. If a script
// has replaced it with something that is no object by then, Intrinsic throws a TypeError.
func (r *Realm) Intrinsic(constructor string) *goja.Object {
	return r.intrinsics.get(constructor)
}

type methodName struct{ constructor, method string }

// IntrinsicMethod returns a method of one of the engine's own classes, such as ("Map", "set"), as it was when it was
// first asked for.
func (r *Realm) IntrinsicMethod(constructor, method string) goja.Callable {
	methods := State[map[methodName]goja.Callable](r)
	name := methodName{constructor, method}
	call := (*methods)[name]
	if call == nil {
		call = r.intrinsics.callable(r.IntrinsicPrototype(constructor).Get(method), constructor+".prototype."+method)
		if *methods == nil {
			*methods = map[methodName]goja.Callable{}
		}
		(*methods)[name] = call
	}
	return call
}

// IntrinsicFunction returns a function of one of the engine's own objects, such as ("Object", "freeze").
func (r *Realm) IntrinsicFunction(object, name string) goja.Callable {
	return r.intrinsics.method(object, name)
}

// IntrinsicPrototype returns the prototype object of one of the engine's own classes.
func (r *Realm) IntrinsicPrototype(constructor string) *goja.Object {
	return r.intrinsics.prototype(constructor)
}

// IteratorPrototype returns %IteratorPrototype%, from which iterators and generators inherit.
func (r *Realm) IteratorPrototype() *goja.Object { return r.intrinsics.iteratorPrototype() }

// AsyncIteratorPrototype returns %AsyncIteratorPrototype%, which the engine does not have.
func (r *Realm) AsyncIteratorPrototype() *goja.Object { return r.intrinsics.asyncIteratorPrototype() }

// ReplaceIntrinsic puts a constructor in the place of one of the engine's, for scripts and for the platform.
func (r *Realm) ReplaceIntrinsic(name string, constructor *goja.Object) {
	r.intrinsics.get(name)
	r.intrinsics.globals[name] = constructor
	r.IntrinsicPrototype(name).DefineDataProperty("constructor", constructor, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	r.VM.GlobalObject().DefineDataProperty(name, constructor, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
