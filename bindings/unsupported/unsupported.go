// Package unsupported stands in for bindings of a kind that devserver does not have yet: they are in env, so that a
// Worker which does not use them runs, and any use of one throws.
package unsupported

import (
	"fmt"

	"github.com/dop251/goja"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/webidl"
)

// Binding is a binding that is not supported.
type Binding struct{ Ref config.BindingRef }

// Name is the property of env.
func (b Binding) Name() string { return b.Ref.Name }

// Row implements bindings.Describer.
func (b Binding) Row() bindings.Row {
	resource := b.Ref.Title
	if b.Ref.Detail != "" {
		resource += " " + b.Ref.Detail
	}
	return bindings.Row{Resource: resource, Mode: "not supported", Problem: fmt.Sprintf("%s bindings are not supported by devserver yet; using env.%s throws", b.Ref.Title, b.Ref.Name)}
}

// Value makes an object that throws whatever is done with it, but for what is done to every value in passing: asking
// for its then and its constructor (when it is awaited), for toJSON, for its string tag (when it is printed), or for what it has of its own, which is
// nothing (when all of env is copied or written as JSON).
func (b Binding) Value(r *webidl.Realm) goja.Value {
	fail := func() {
		panic(r.ErrorValue(webidl.Errorf("Binding %s (%s) is not supported by devserver yet", b.Ref.Name, b.Ref.Key)))
	}
	vm := r.VM
	value := vm.ToValue(vm.NewProxy(vm.NewObject(), &goja.ProxyTrapConfig{
		Get: func(target *goja.Object, name string, _ goja.Value) goja.Value {
			switch name {
			case "then", "constructor", "toJSON":
				return nil
			}
			fail()
			return nil
		},
		GetSym: func(_ *goja.Object, sym *goja.Symbol, _ goja.Value) goja.Value { return nil },
		Set:    func(*goja.Object, string, goja.Value, goja.Value) bool { fail(); return false },
		Has:    func(*goja.Object, string) bool { fail(); return false },
	})).(*goja.Object)
	r.Bind(value, b)
	return value
}
