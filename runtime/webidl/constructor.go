package webidl

import "github.com/dop251/goja"

// NativeConstructor makes a constructor that is not a class's. construct is told what new was applied to: the constructor
// itself, or a subclass; call is what calling the constructor without new does. Its properties, prototype among them, are
// the caller's to define.
func (r *Realm) NativeConstructor(construct func(args []goja.Value, newTarget *goja.Object) *goja.Object, call func(args []goja.Value) goja.Value) *goja.Object {
	target := r.VM.ToValue(bareConstructor).(*goja.Object)
	return r.VM.ToValue(r.VM.NewProxy(target, &goja.ProxyTrapConfig{
		Construct: func(_ *goja.Object, args []goja.Value, newTarget *goja.Object) *goja.Object {
			return construct(args, newTarget)
		},
		Apply: func(_ *goja.Object, _ goja.Value, args []goja.Value) goja.Value { return call(args) },
	})).(*goja.Object)
}
