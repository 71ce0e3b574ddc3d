package engine

import (
	"fmt"
	"unsafe"

	"github.com/dop251/goja"
)

// x instanceof y, https://tc39.es/ecma262/#sec-instanceofoperator, of which the engine leaves out the last step where y is a proxy.
func (i *_op_instanceof) exec(vm unsafe.Pointer) {
	m := made
	class, ok := (*m.top(vm, 0)).(*goja.Object)
	if !ok || (*words)(unsafe.Add(unsafe.Pointer(class), layout().selfAt)).kind != m.proxy {
		i.instruction.exec(vm)
		return
	}
	r, has := m.engine(vm), class.GetSymbol(goja.SymHasInstance)
	if has == nil || goja.IsUndefined(has) || goja.IsNull(has) {
		if _, ok := goja.AssertFunction(class); !ok {
			panic(r.NewTypeError("Right-hand side of 'instanceof' is not callable"))
		}
		// OrdinaryHasInstance is what every function inherits, and nobody can replace.
		has = r.ToValue(func() {}).(*goja.Object).Prototype().GetSymbol(goja.SymHasInstance)
	}
	method, ok := goja.AssertFunction(has)
	if !ok {
		text := typeOf(has)
		if _, ok := has.(*goja.Object); !ok && text != "symbol" {
			if text += " " + has.String(); goja.IsString(has) {
				text = fmt.Sprintf("string %q", has)
			}
		}
		panic(r.NewTypeError("%s is not a function", text))
	}
	is := must(method(class, *m.top(vm, 1))).ToBoolean()
	*at[int](vm, m.sp)--
	*m.top(vm, 0) = r.ToValue(is)
	*at[int](vm, m.pc)++
}

func typeOf(v goja.Value) string {
	switch v.(type) {
	case *goja.Object:
		return "object"
	case *goja.Symbol:
		return "symbol"
	case goja.String:
		return "string"
	}
	if _, ok := BigIntOf(v); ok {
		return "bigint"
	}
	if goja.IsNumber(v) {
		return "number"
	}
	return "boolean"
}

// findProxy finds by what the engine knows a proxy.
func (m *machine) findProxy(runner *goja.Runtime) error {
	proxy, ok := runner.ToValue(runner.NewProxy(runner.NewObject(), &goja.ProxyTrapConfig{})).(*goja.Object)
	if !ok {
		return fmt.Errorf("a proxy is no object")
	}
	m.proxy = (*words)(unsafe.Add(unsafe.Pointer(proxy), layout().selfAt)).kind
	return nil
}
