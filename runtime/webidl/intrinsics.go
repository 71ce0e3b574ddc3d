package webidl

import (
	"reflect"

	"github.com/dop251/goja"
)

var promiseType = reflect.TypeFor[*goja.Promise]()

// intrinsics are the engine's own objects that the realm needs. Each is taken from the global object on its first use
// and kept: what a script does to the global afterwards is not seen.
type intrinsics struct {
	realm   *Realm
	globals map[string]*goja.Object

	promiseThen   goja.Callable
	stringifyJSON goja.Callable
	reflectGet    goja.Callable
	reflectSet    goja.Callable
	iterator      *goja.Object
	asyncIterator *goja.Object
}

// get returns a global of the engine's own, which is an object. Where a script has replaced it with something else before
// the platform needed it, it throws.
func (in *intrinsics) get(name string) *goja.Object {
	if obj, ok := in.globals[name]; ok {
		return obj
	}
	obj, ok := in.realm.VM.GlobalObject().Get(name).(*goja.Object)
	if !ok {
		panic(in.replaced(name))
	}
	if in.globals == nil {
		in.globals = map[string]*goja.Object{}
	}
	in.globals[name] = obj
	return obj
}

// prototype returns the prototype object of one of the engine's own classes.
func (in *intrinsics) prototype(constructor string) *goja.Object {
	proto, ok := in.get(constructor).Get("prototype").(*goja.Object)
	if !ok {
		panic(in.replaced(constructor))
	}
	return proto
}

// callable is what a property of one of the engine's own objects must be.
func (in *intrinsics) callable(v goja.Value, of string) goja.Callable {
	call, ok := goja.AssertFunction(v)
	if !ok {
		panic(in.replaced(of))
	}
	return call
}

// replaced is what the platform throws when it cannot do its work because of what a script did.
func (in *intrinsics) replaced(name string) *goja.Object {
	return in.realm.TypeError("The script has replaced a built-in that the platform needs: %s", name)
}

func (in *intrinsics) method(object, name string) goja.Callable {
	return in.callable(in.get(object).Get(name), object+"."+name)
}

func (in *intrinsics) then() goja.Callable {
	if in.promiseThen == nil {
		in.promiseThen = in.callable(in.prototype("Promise").Get("then"), "Promise.prototype.then")
	}
	return in.promiseThen
}

func (in *intrinsics) getWithReceiver(target *goja.Object, name string, receiver goja.Value) goja.Value {
	if in.reflectGet == nil {
		in.reflectGet = in.method("Reflect", "get")
	}
	v, err := in.reflectGet(nil, target, in.realm.String(name), receiver)
	in.realm.Rethrow(err)
	return v
}

func (in *intrinsics) setWithReceiver(target *goja.Object, key, value, receiver goja.Value) bool {
	if in.reflectSet == nil {
		in.reflectSet = in.method("Reflect", "set")
	}
	v, err := in.reflectSet(nil, target, key, value, receiver)
	in.realm.Rethrow(err)
	return v.ToBoolean()
}

// iteratorPrototype is %IteratorPrototype%.
func (in *intrinsics) iteratorPrototype() *goja.Object {
	if in.iterator == nil {
		array := in.realm.VM.NewArray()
		it, err := in.callable(array.GetSymbol(goja.SymIterator), "Array.prototype[Symbol.iterator]")(array)
		in.realm.Rethrow(err)
		iterator, ok := it.(*goja.Object)
		for range 2 {
			if ok = ok && iterator.Prototype() != nil; ok {
				iterator = iterator.Prototype()
			}
		}
		if !ok {
			panic(in.replaced("Array.prototype[Symbol.iterator]"))
		}
		in.iterator = iterator
	}
	return in.iterator
}

// asyncIteratorPrototype is %AsyncIteratorPrototype%, which the engine does not have.
func (in *intrinsics) asyncIteratorPrototype() *goja.Object {
	if in.asyncIterator == nil {
		in.asyncIterator = in.realm.VM.NewObject()
		self := in.realm.Function("[Symbol.asyncIterator]", 0, func(c Call) goja.Value { return c.This })
		in.asyncIterator.DefineDataPropertySymbol(SymAsyncIterator, self, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return in.asyncIterator
}

// Well-known symbols that the engine does not have. They are process-wide, as the engine's own are.
var (
	SymAsyncIterator = goja.NewSymbol("Symbol.asyncIterator")
	SymDispose       = goja.NewSymbol("Symbol.dispose")
	SymAsyncDispose  = goja.NewSymbol("Symbol.asyncDispose")
)
