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
	globals map[string]goja.Value

	promiseThen   goja.Callable
	reflectGet    goja.Callable
	reflectSet    goja.Callable
	viewTag       goja.Callable
	instance      *goja.Object
	iterator      *goja.Object
	asyncIterator *goja.Object
}

func (in *intrinsics) get(name string) goja.Value {
	if v, ok := in.globals[name]; ok {
		return v
	}
	v := in.realm.VM.GlobalObject().Get(name)
	if in.globals == nil {
		in.globals = map[string]goja.Value{}
	}
	in.globals[name] = v
	return v
}

func (in *intrinsics) method(object, name string) goja.Callable {
	call, _ := goja.AssertFunction(in.get(object).(*goja.Object).Get(name))
	return call
}

func (in *intrinsics) then() goja.Callable {
	if in.promiseThen == nil {
		proto := in.get("Promise").(*goja.Object).Get("prototype").(*goja.Object)
		in.promiseThen, _ = goja.AssertFunction(proto.Get("then"))
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

// hasInstance is Function.prototype[Symbol.hasInstance] for our constructors: the engine's own refuses a proxy.
func (in *intrinsics) hasInstance() *goja.Object {
	if in.instance == nil {
		in.instance = in.realm.Function("[Symbol.hasInstance]", 1, func(c Call) goja.Value {
			constructor, ok := c.This.(*goja.Object)
			obj, isObject := c.Arg(0).(*goja.Object)
			if !ok || !isObject {
				return c.Bool(false)
			}
			proto, ok := constructor.Get("prototype").(*goja.Object)
			if !ok {
				panic(c.Realm.TypeError("Function has non-object prototype in instanceof check"))
			}
			for obj = obj.Prototype(); obj != nil; obj = obj.Prototype() {
				if obj == proto {
					return c.Bool(true)
				}
			}
			return c.Bool(false)
		})
	}
	return in.instance
}

// iteratorPrototype is %IteratorPrototype%.
func (in *intrinsics) iteratorPrototype() *goja.Object {
	if in.iterator == nil {
		values, _ := goja.AssertFunction(in.realm.VM.NewArray().GetSymbol(goja.SymIterator))
		it, err := values(in.realm.VM.NewArray())
		in.realm.Rethrow(err)
		in.iterator = it.(*goja.Object).Prototype().Prototype()
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

// DefineSymbols puts the well-known symbols that the engine lacks on Symbol. It costs a few microseconds, so it is for
// scripts that mention them.
func (r *Realm) DefineSymbols() {
	symbol := r.intrinsics.get("Symbol").(*goja.Object)
	for name, sym := range map[string]*goja.Symbol{
		"asyncIterator": SymAsyncIterator, "dispose": SymDispose, "asyncDispose": SymAsyncDispose,
	} {
		symbol.DefineDataProperty(name, sym, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	}
}
