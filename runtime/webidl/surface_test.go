package webidl

import (
	"testing"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
)

var (
	toolsNamespace = NewClass("tools", toolsIDL{})
	pointsAsync    = NewAsyncIteratorClass("Point AsyncIterator")
	scopeClass     = NewClass("Scope", scopeIDL{})
)

type (
	toolsIDL struct{}
	scopeIDL struct{}
)

func (toolsIDL) Define(class *Class) {
	class.Statics = []Member{Static("one", 0, func(c Call) goja.Value { return c.Realm.Int(1) })}
}

func (scopeIDL) Define(class *Class) { class.Parent = pointClass }

// TestSurface holds what scripts can observe of namespaces, asynchronous iterators and the global object's class, each in
// realms that have made all globals at once, and in realms that make them late.
func TestSurface(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`tools.one() + String(tools) + Object.getOwnPropertyNames(tools)`, "1[object tools]one"},
		{`tools.one === tools.one && tools.nothing === undefined && !('nothing' in tools)`, "true"},
		{`const proto = Object.getPrototypeOf(tools); Reflect.ownKeys(proto).length === 0 && Object.getPrototypeOf(proto) === Object.prototype`, "true"},
		{`Object.defineProperty(tools, 'one', { value: () => 2 }); tools.one()`, "2"},
		{`tools.one = () => 3; tools.two = () => 4; tools.one() + tools.two()`, "7"},
		{`JSON.stringify(Object.getOwnPropertyDescriptor(tools, Symbol.toStringTag))`, `{"value":"tools","writable":false,"enumerable":false,"configurable":true}`},
		{`const it = later(), proto = Object.getPrototypeOf(it); [proto.next.length, proto.return.length].join()`, "0,1"},
		{`fixed`, "5"},
		{`heavy === heavy && heavy[0]`, "1"},
		{`heavy; var x = heavy; Object.getOwnPropertyDescriptor(globalThis, 'heavy').value === x`, "true"},
		{`typeof undefinedName + typeof Nothing`, "undefinedundefined"},
		{`const o = { twice }; o.twice(1)`, "TypeError: " + illegalInvocation},
		{`const f = twice; f(2) + twice.call(null, 3)`, "10"},
	} {
		for _, all := range []bool{false, true} {
			vm := goja.New()
			r := NewRealm(vm, eventloop.New(vm, nil))
			made := 0
			globals := NewGlobals([]Global{
				NamespaceGlobal("tools", func(r *Realm) goja.Value { return r.Namespace(toolsNamespace) }),
				ConstantGlobal("fixed", func(r *Realm) goja.Value { return r.Int(5) }),
				FunctionGlobal("twice", 1, func(c Call) goja.Value { return c.Realm.Number(2 * c.Realm.Float(c.Arg(0))) }),
				FunctionGlobal("later", 0, func(c Call) goja.Value { return c.Realm.New(pointsAsync, &AsyncIterator{}) }),
				ClassGlobal(scopeClass), ClassGlobal(pointClass), ClassGlobal(pointClass).As("Dot"),
				ValueGlobal("heavy", func(r *Realm) goja.Value { made++; return r.Array(r.Int(made)) }).Lazily(),
			})
			globals.Scope = scopeClass
			globals.Install(r, nil, all)
			if made > 0 {
				t.Error("a lazy global is made before it is needed")
			}
			check(t, vm, test.script, test.want)
		}
	}
	// What only those see that look at the global object itself.
	for _, test := range []struct{ script, want string }{
		{`[globalThis instanceof Scope, globalThis instanceof Point, Object.getPrototypeOf(globalThis) === Scope.prototype].join()`, "true,true,true"},
		{`[Object.hasOwn(globalThis, 'twice'), Object.hasOwn(Point.prototype, 'twice'), Object.hasOwn(globalThis, 'Scope'), Object.keys(globalThis)].join()`, "false,true,true,fixed"},
		{`'use strict'; globalThis.fixed = 6`, "TypeError: Cannot assign to read only property 'fixed'"},
		{`Dot === Point`, "true"},
		{`String(globalThis) + typeof GoError`, "[object Scope]undefined"},
	} {
		vm := goja.New()
		r := NewRealm(vm, eventloop.New(vm, nil))
		globals := NewGlobals([]Global{
			ConstantGlobal("fixed", func(r *Realm) goja.Value { return r.Int(5) }),
			FunctionGlobal("twice", 1, func(c Call) goja.Value { return c.Undefined() }),
			ClassGlobal(scopeClass), ClassGlobal(pointClass), ClassGlobal(pointClass).As("Dot"),
		})
		globals.Scope = scopeClass
		globals.Install(r, nil, true)
		check(t, vm, test.script, test.want)
	}
}

// check compares what a script gives, or throws.
func check(t *testing.T, vm *goja.Runtime, script, want string) {
	t.Helper()
	v, err := vm.RunString(script)
	got := ""
	if ex, ok := err.(*goja.Exception); ok {
		got = ex.Value().String()
	} else if err != nil {
		t.Fatal(err)
	} else {
		got = v.String()
	}
	if got != want {
		t.Errorf("%s\ngot  %s\nwant %s", script, got, want)
	}
}
