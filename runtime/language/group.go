package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// groupAdditions group the values of an iterable: https://tc39.es/ecma262/#sec-groupby. Maps have getOrInsert, too.
var groupAdditions = []addition{
	{word: "groupBy", and: mentions("Object"), install: func(r *webidl.Realm) {
		define(r.Intrinsic("Object"), "groupBy", r.Builtin("groupBy", 2, func(c webidl.Call) goja.Value {
			groups := c.Realm.VM.CreateObject(nil)
			lists := make(map[string]*goja.Object)
			symbols := make(map[*goja.Symbol]*goja.Object)
			groupBy(c, func(key, value goja.Value) {
				var list *goja.Object
				if symbol, ok := key.(*goja.Symbol); ok {
					if list = symbols[symbol]; list == nil {
						list = c.Realm.VM.NewArray()
						symbols[symbol] = list
						c.Check(groups.SetSymbol(symbol, list))
					}
				} else {
					name := propertyKey(c.Realm, key)
					if list = lists[name]; list == nil {
						list = c.Realm.VM.NewArray()
						lists[name] = list
						c.Check(groups.Set(name, list))
					}
				}
				push(c.Realm, list, value)
			})
			return groups
		}))
	}},
	{word: "groupBy", and: mentions("Map"), install: func(r *webidl.Realm) {
		define(r.Intrinsic("Map"), "groupBy", r.Builtin("groupBy", 2, func(c webidl.Call) goja.Value {
			groups, err := c.Realm.VM.New(c.Realm.Intrinsic("Map"))
			c.Realm.Rethrow(err)
			get, set := c.Realm.IntrinsicMethod("Map", "get"), c.Realm.IntrinsicMethod("Map", "set")
			groupBy(c, func(key, value goja.Value) {
				found, err := get(groups, key)
				c.Realm.Rethrow(err)
				list, ok := found.(*goja.Object)
				if !ok {
					list = c.Realm.VM.NewArray()
					_, err := set(groups, key, list)
					c.Realm.Rethrow(err)
				}
				push(c.Realm, list, value)
			})
			return groups
		}))
	}},
	getOrInsert("Map", false), getOrInsert("Map", true), getOrInsert("WeakMap", false), getOrInsert("WeakMap", true),
}

func groupBy(c webidl.Call, add func(key, value goja.Value)) {
	if goja.IsUndefined(c.Arg(0)) || goja.IsNull(c.Arg(0)) {
		c.Throw(webidl.TypeErrorf("%s is not iterable", inspect(c.Arg(0))))
	}
	callback := c.Function(1, inspect(c.Arg(1)))
	n := 0
	iterate(c.Realm, c.Arg(0), func(v goja.Value) bool {
		key, err := callback.Call(goja.Undefined(), v, c.Realm.Int(n))
		c.Realm.Rethrow(err)
		add(key, v)
		n++
		return true
	})
}

// propertyKey is a value as the name of a property. The engine's own conversion has an object's toString called once.
func propertyKey(r *webidl.Realm, v goja.Value) string { return r.ToString(v).String() }

func push(r *webidl.Realm, list *goja.Object, v goja.Value) {
	_, err := r.IntrinsicMethod("Array", "push")(list, v)
	r.Rethrow(err)
}

// getOrInsert makes Map.prototype.getOrInsert and its like: https://tc39.es/proposal-upsert/.
func getOrInsert(class string, computed bool) addition {
	name := "getOrInsert"
	if computed {
		name = "getOrInsertComputed"
	}
	a := method(class, name, 2, func(c webidl.Call) goja.Value {
		call := func(method string, args ...goja.Value) goja.Value {
			v, err := c.Realm.IntrinsicMethod(class, method)(c.This, args...)
			c.Realm.Rethrow(err)
			return v
		}
		key := c.Arg(0)
		had := call("has", key).ToBoolean()
		if class == "WeakMap" && !canBeHeldWeakly(c.Realm, key) {
			c.Throw(webidl.TypeErrorf("Invalid value used as weak map key"))
		}
		var callback webidl.Callback
		if computed {
			callback = c.Function(1, inspect(c.Arg(1)))
		}
		if had {
			return call("get", key)
		}
		value := c.Arg(1)
		if computed {
			var err error
			value, err = callback.Call(goja.Undefined(), key)
			c.Realm.Rethrow(err)
		}
		call("set", key, value)
		return value
	})
	a.and = mentions(class)
	return a
}
