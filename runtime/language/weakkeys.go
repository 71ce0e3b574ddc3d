package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// weakKeyAdditions let symbols be keys of a WeakMap and members of a WeakSet: https://tc39.es/ecma262/#sec-canbeheldweakly.
// As all that is weak here, they hold what they have for as long as the isolate lives.
var weakKeyAdditions = []addition{
	{word: "WeakMap", and: mentions("Symbol"), install: func(r *webidl.Realm) { takeSymbols(r, "WeakMap", "set", 2) }},
	{word: "WeakSet", and: mentions("Symbol"), install: func(r *webidl.Realm) { takeSymbols(r, "WeakSet", "add", 1) }},
}

// weakSymbols is what the WeakMaps and WeakSets of a realm have for symbols; a set has undefined.
type weakSymbols struct {
	of map[*goja.Object]map[*goja.Symbol]goja.Value
}

func takeSymbols(r *webidl.Realm, class, adder string, length int) {
	proto, state := r.IntrinsicPrototype(class), webidl.State[weakSymbols](r)
	if state.of == nil {
		state.of = make(map[*goja.Object]map[*goja.Symbol]goja.Value)
	}
	nobody := r.VM.NewObject()
	// method has a method be done by another function when its key is a symbol. The engine's says whether this is right.
	method := func(name string, by func(held map[*goja.Symbol]goja.Value, key *goja.Symbol) goja.Value) {
		engine.CompleteMethod(proto, name, func(native engine.Native) engine.Native {
			return func(fc goja.FunctionCall) goja.Value {
				key, ok := fc.Argument(0).(*goja.Symbol)
				if !ok {
					return native(fc)
				}
				native(goja.FunctionCall{This: fc.This, Arguments: []goja.Value{nobody}})
				return by(state.of[fc.This.(*goja.Object)], key)
			}
		})
	}
	if class == "WeakMap" {
		method("get", func(held map[*goja.Symbol]goja.Value, key *goja.Symbol) goja.Value {
			if v := held[key]; v != nil {
				return v
			}
			return goja.Undefined()
		})
	}
	method("has", func(held map[*goja.Symbol]goja.Value, key *goja.Symbol) goja.Value {
		return r.Bool(held[key] != nil)
	})
	method("delete", func(held map[*goja.Symbol]goja.Value, key *goja.Symbol) goja.Value {
		had := held[key] != nil
		delete(held, key)
		return r.Bool(had)
	})
	// The constructors of the engine go another way as long as this is the engine's own.
	native, _ := goja.AssertFunction(proto.Get(adder))
	has, _ := goja.AssertFunction(proto.Get("has"))
	define(proto, adder, r.Builtin(adder, length, func(c webidl.Call) goja.Value {
		if _, ok := c.Arg(0).(*goja.Object); ok {
			v, err := native(c.This, c.Args...)
			c.Realm.Rethrow(err)
			return v
		}
		if _, err := has(c.This, nobody); err != nil {
			_, err = native(c.This, nobody) // in its words
			c.Realm.Rethrow(err)
		}
		if !canBeHeldWeakly(c.Realm, c.Arg(0)) {
			c.Throw(webidl.TypeErrorf("Invalid value used %s", map[string]string{"WeakMap": "as weak map key", "WeakSet": "in weak set"}[class]))
		}
		key := c.Arg(0).(*goja.Symbol)
		this := c.This.(*goja.Object)
		if state.of[this] == nil {
			state.of[this] = make(map[*goja.Symbol]goja.Value)
		}
		value := goja.Undefined()
		if class == "WeakMap" {
			value = c.Arg(1)
		}
		state.of[this][key] = value
		return this
	}))
}
