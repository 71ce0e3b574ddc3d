package console

import (
	"reflect"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

var (
	proxyType       = reflect.TypeFor[goja.Proxy]()
	promiseType     = reflect.TypeFor[*goja.Promise]()
	arrayBufferType = reflect.TypeFor[goja.ArrayBuffer]()
	mapType         = reflect.TypeFor[[][2]any]()
	setType         = reflect.TypeFor[[]any]()
)

// natives are the engine's functions that look at objects without running anything of the script's. Each is taken from
// the global object on its first use.
type natives struct {
	realm *webidl.Realm
	made  map[string]goja.Callable

	custom *goja.Symbol // see customSymbol
}

func nativesOf(r *webidl.Realm) *natives {
	n := webidl.State[natives](r)
	n.realm = r
	return n
}

// find returns the function that a path from the global object leads to, such as "Map.prototype.forEach".
func (n *natives) find(path string) goja.Callable {
	if call, ok := n.made[path]; ok {
		return call
	}
	v := goja.Value(n.realm.VM.GlobalObject())
	for name := range strings.SplitSeq(path, ".") {
		v = n.object(v, path).Get(name)
	}
	call, ok := goja.AssertFunction(v)
	if !ok {
		panic(n.gone(path))
	}
	return n.keep(path, call)
}

// object is v, unless the script has put something else where the engine has an object.
func (n *natives) object(v goja.Value, path string) *goja.Object {
	obj, ok := v.(*goja.Object)
	if !ok {
		panic(n.gone(path))
	}
	return obj
}

func (n *natives) gone(path string) *goja.Object { return n.realm.TypeError("%s is gone", path) }

func (n *natives) keep(path string, call goja.Callable) goja.Callable {
	if n.made == nil {
		n.made = map[string]goja.Callable{}
	}
	n.made[path] = call
	return call
}

// static calls a function of a constructor, such as Number.parseInt.
func (n *natives) static(path string, args ...goja.Value) goja.Value {
	v, err := n.find(path)(goja.Undefined(), args...)
	n.realm.Rethrow(err)
	return v
}

// call calls a method of a class on an object.
func (n *natives) call(class, name string, this goja.Value, args ...goja.Value) goja.Value {
	v, err := n.find(class+".prototype."+name)(this, args...)
	n.realm.Rethrow(err)
	return v
}

// answers reports whether a method of a class accepts an object as one of its own.
func (n *natives) answers(class, name string, this goja.Value, args ...goja.Value) bool {
	_, err := n.find(class+".prototype."+name)(this, args...)
	return err == nil
}

// property is an own property of an object.
type property struct {
	name           string
	symbol         *goja.Symbol
	value          goja.Value // nil for an accessor
	getter, setter bool
	get            goja.Value // the getter
	hidden         bool       // not enumerable
	inherited      bool
	buffer         bool // the buffer of a view that shows what is in it
}

// describe returns an own property of an object that is no proxy, without calling its getter, or false.
func (n *natives) describe(obj *goja.Object, key goja.Value) (property, bool) {
	d, ok := n.static("Object.getOwnPropertyDescriptor", obj, key).(*goja.Object)
	if !ok {
		return property{}, false
	}
	p := property{hidden: !d.Get("enumerable").ToBoolean()}
	if s, ok := key.(*goja.Symbol); ok {
		p.symbol = s
	} else {
		p.name = key.String()
	}
	if get := d.Get("get"); get != nil {
		p.getter, p.get = !goja.IsUndefined(get), get
		p.setter = !goja.IsUndefined(d.Get("set"))
		return p, true
	}
	p.value = d.Get("value")
	return p, true
}

// symbols are the symbols that an object's own properties have, whether they are enumerable or not.
func (n *natives) symbols(obj *goja.Object) []*goja.Symbol {
	list := n.static("Object.getOwnPropertySymbols", obj).(*goja.Object)
	var symbols []*goja.Symbol
	for _, i := range list.Keys() {
		if symbol, ok := list.Get(i).(*goja.Symbol); ok {
			symbols = append(symbols, symbol)
		}
	}
	return symbols
}

// lookup returns the value of a property of an object or its prototypes, or nil if there is none or it has a getter.
func (in *inspector) lookup(obj *goja.Object, key goja.Value) goja.Value {
	for range maxPrototypes {
		var ok bool
		if obj, ok = in.unwrap(obj); !ok {
			return nil
		}
		if p, ok := in.natives.describe(obj, key); ok {
			return p.value
		}
		if obj = obj.Prototype(); obj == nil {
			return nil
		}
	}
	return nil
}

// maxPrototypes is how far up its prototypes an object is looked at.
const maxPrototypes = 100

// getter calls the getter of a class's prototype on an object.
func (n *natives) getter(class, name string, this *goja.Object) goja.Value {
	path := class + ".prototype.get " + name
	get, ok := n.made[path]
	if !ok {
		proto := n.object(n.object(n.realm.VM.GlobalObject().Get(class), path).Get("prototype"), path)
		for ; get == nil && proto != nil; proto = proto.Prototype() {
			if d, ok := n.static("Object.getOwnPropertyDescriptor", proto, n.realm.String(name)).(*goja.Object); ok {
				get, _ = goja.AssertFunction(d.Get("get"))
			}
		}
		if get == nil {
			panic(n.gone(path))
		}
		n.keep(path, get)
	}
	v, err := get(this)
	n.realm.Rethrow(err)
	return v
}
