package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// References to what may be collected: https://tc39.es/ecma262/#sec-managing-memory. The engine cannot tell when an
// object is collected, so these hold what they refer to for as long as the isolate lives, which is one request; no
// cleanup callback is ever called, which the standard allows.
var (
	weakRefClass  = webidl.NewClass("WeakRef", weakRefIDL{})
	registryClass = webidl.NewClass("FinalizationRegistry", registryIDL{})
)

type weakRef struct{ target goja.Value }

type weakRefIDL struct{}

func (weakRefIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		if !canBeHeldWeakly(c.Realm, c.Arg(0)) {
			c.Throw(webidl.TypeErrorf("Invalid value used in WeakRef"))
		}
		return &weakRef{c.Arg(0)}
	}
	class.Members = webidl.Hidden(
		webidl.Method("deref", 0, func(w *weakRef, c webidl.Call) goja.Value { return w.target }),
	)
}

// registry keeps the tokens, which unregister tells whether it had.
type registry struct{ tokens []goja.Value }

type registryIDL struct{}

func (registryIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		if _, ok := goja.AssertFunction(c.Arg(0)); !ok {
			c.Throw(webidl.TypeErrorf("FinalizationRegistry: cleanup must be callable"))
		}
		return &registry{}
	}
	class.Members = webidl.Hidden(
		webidl.Method("register", 2, func(g *registry, c webidl.Call) goja.Value {
			target, held, token := c.Arg(0), c.Arg(1), c.Arg(2)
			switch {
			case !canBeHeldWeakly(c.Realm, target):
				c.Throw(webidl.TypeErrorf("FinalizationRegistry.prototype.register: invalid target"))
			case target.SameAs(held):
				c.Throw(webidl.TypeErrorf("FinalizationRegistry.prototype.register: target and holdings must not be same"))
			case canBeHeldWeakly(c.Realm, token):
				g.tokens = append(g.tokens, token)
			case !goja.IsUndefined(token):
				c.Throw(webidl.TypeErrorf("Invalid unregister token ('%s')", inspect(token)))
			}
			return goja.Undefined()
		}),
		webidl.Method("unregister", 1, func(g *registry, c webidl.Call) goja.Value {
			token := c.Arg(0)
			if !canBeHeldWeakly(c.Realm, token) {
				c.Throw(webidl.TypeErrorf("Invalid unregister token ('%s')", inspect(token)))
			}
			kept := g.tokens[:0]
			for _, t := range g.tokens {
				if !t.SameAs(token) {
					kept = append(kept, t)
				}
			}
			removed := len(kept) < len(g.tokens)
			g.tokens = kept
			return c.Bool(removed)
		}),
	)
}

// canBeHeldWeakly implements https://tc39.es/ecma262/#sec-canbeheldweakly, but for symbols of the global registry.
func canBeHeldWeakly(r *webidl.Realm, v goja.Value) bool {
	switch v.(type) {
	case *goja.Object:
		return true
	case *goja.Symbol: // but not one of Symbol.for, which is never collected
		keyFor, _ := goja.AssertFunction(r.Intrinsic("Symbol").Get("keyFor"))
		key, err := keyFor(goja.Undefined(), v)
		return err == nil && goja.IsUndefined(key)
	}
	return false
}
