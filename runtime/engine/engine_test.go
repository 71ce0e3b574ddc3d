package engine_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
)

// This test fails when goja is no longer laid out as the package expects.
func TestSupported(t *testing.T) {
	if err := engine.Supported(); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, vm *goja.Runtime, script string) goja.Value {
	t.Helper()
	v, err := vm.RunString(script)
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return v
}

func TestBuffer(t *testing.T) {
	vm := goja.New()
	v := run(t, vm, `var b = new ArrayBuffer(3); var u = new Uint8Array(b); b`)
	b, ok := engine.BufferOf(v)
	if !ok || b.Object != v || len(*b.Data) != 3 || *b.Detached {
		t.Fatalf("got %+v, %v", b, ok)
	}
	data := make([]byte, 8)
	data[4] = 7
	*b.Data = data
	u, _ := engine.TypedArrayOf(run(t, vm, `u`))
	*u.Offset, *u.Length = 3, 5
	if got := run(t, vm, `[b.byteLength, u.length, u.byteOffset, ...u].join()`).String(); got != "8,5,3,0,7,0,0,0" {
		t.Errorf("got %s", got)
	}
	for _, script := range []string{`({})`, `1`, `null`, `[]`, `u`, `new DataView(b)`} {
		if _, ok := engine.BufferOf(run(t, vm, script)); ok {
			t.Errorf("%s is a buffer", script)
		}
	}
	if _, ok := engine.BufferOf(nil); ok {
		t.Error("nil is a buffer")
	}
}

func TestTypedArray(t *testing.T) {
	vm := goja.New()
	for kind, size := range map[string]int{
		"Int8Array": 1, "Uint8Array": 1, "Uint8ClampedArray": 1, "Int16Array": 2, "Uint16Array": 2, "Int32Array": 4, "Uint32Array": 4,
		"Float32Array": 4, "Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8,
	} {
		a, ok := engine.TypedArrayOf(run(t, vm, `var b = new ArrayBuffer(32); var a = new `+kind+`(b, 8, 2); a`))
		if !ok || a.Kind != kind || a.ElementSize != size || *a.Offset*size != 8 || *a.Length != 2 {
			t.Errorf("%s: got %+v, %v", kind, a, ok)
		}
		if a.Buffer.Object != run(t, vm, `b`) || a.Class() != run(t, vm, kind) {
			t.Errorf("%s: another buffer or class", kind)
		}
	}
	for _, script := range []string{`new Int16Array(new Int16Array([9, 7, -8]).buffer, 2)`, `new BigInt64Array(new BigInt64Array([9n, 7n, -8n]).buffer, 8)`} {
		v := run(t, vm, `globalThis.a = `+script)
		a, _ := engine.TypedArrayOf(v)
		if a.Get(1).String() != "-8" || a.Get(2) != nil || a.Get(-1) != nil {
			t.Errorf("%s: got %v, %v", script, a.Get(1), a.Get(2))
		}
		a.Set(1, a.Get(0))
		a.Set(2, a.Get(0))
		if got := run(t, vm, `a.join()`).String(); got != "7,7" {
			t.Errorf("%s: got %s", script, got)
		}
	}
	a, _ := engine.TypedArrayOf(run(t, vm, `Object.defineProperty(class extends Uint8Array {}, "name", { value: "X" }); Object.setPrototypeOf(new Uint8Array(1), null)`))
	if a.Kind != "Uint8Array" {
		t.Errorf("got %s", a.Kind)
	}
	if _, ok := engine.TypedArrayOf(run(t, vm, `new DataView(b)`)); ok {
		t.Error("a DataView is a typed array")
	}
}

func TestDataView(t *testing.T) {
	vm := goja.New()
	d, ok := engine.DataViewOf(run(t, vm, `var b = new ArrayBuffer(32); var d = new DataView(b, 8, 2); d`))
	if !ok || *d.Offset != 8 || *d.Length != 2 || d.Buffer.Object != run(t, vm, `b`) {
		t.Fatalf("got %+v, %v", d, ok)
	}
	*d.Length = 5
	if got := run(t, vm, `d.byteLength`).ToInteger(); got != 5 {
		t.Errorf("got %d", got)
	}
}

func TestFunction(t *testing.T) {
	vm := goja.New()
	v := run(t, vm, `var fill = Uint8Array.prototype.fill, before = fill; fill`)
	f, ok := engine.FunctionOf(v)
	if !ok || *f.Construct != nil {
		t.Fatal("fill is no function of the engine's, or a constructor")
	}
	native := *f.Call
	*f.Call = func(c goja.FunctionCall) goja.Value {
		native(goja.FunctionCall{This: c.This, Arguments: []goja.Value{vm.ToValue(2)}})
		return vm.ToValue("ours")
	}
	class, _ := engine.FunctionOf(run(t, vm, `Uint8Array`))
	construct := *class.Construct
	*class.Construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		return construct([]goja.Value{vm.ToValue(3)}, newTarget)
	}
	if got := run(t, vm, `const u = new Uint8Array(1); [u.fill(1), u, u instanceof Uint8Array, u.fill === before, u.fill.name, u.constructor === Uint8Array].join()`).String(); got != "ours,2,2,2,true,true,fill,true" {
		t.Errorf("got %s", got)
	}
	if _, ok := engine.FunctionOf(run(t, vm, `() => 1`)); ok {
		t.Error("a script's function is the engine's")
	}
	if _, ok := engine.FunctionOf(vm.ToValue(func(goja.FunctionCall) goja.Value { return nil })); !ok {
		t.Error("a Go function is none")
	}
}

func TestBound(t *testing.T) {
	vm := goja.New()
	for script, want := range map[string]bool{"(() => 1).bind()": true, "Map.bind()": true, "() => 1": false, "Map": false, "({})": false, "1": false} {
		if got := engine.IsBound(run(t, vm, script)); got != want {
			t.Errorf("%s: %v", script, got)
		}
	}
}

// TestCompleteNothing: what the engine does not have is an error, and what it has is as it was.
func TestCompleteNothing(t *testing.T) {
	call := func(vm *goja.Runtime, native engine.Native) engine.Native { return native }
	for _, c := range []engine.Completion{
		{Path: "Function.prototype", Symbol: goja.SymIterator, Call: call},
		{Path: "Function.nothing", Symbol: goja.SymIterator, Call: call},
		{Path: "JSON", Symbol: goja.SymIterator, Call: call},
		{Path: "Function.prototype", Symbol: goja.SymHasInstance, Remove: true},
		{Path: "Function.prototype.nothing", Call: call},
	} {
		if err := engine.Complete([]engine.Completion{c}); err == nil {
			t.Errorf("%+v is completed", c)
		} else if name := c.Path; !strings.Contains(err.Error(), name) {
			t.Error(err)
		}
	}
}

func TestIterated(t *testing.T) {
	vm := goja.New()
	v := run(t, vm, `var u = new Uint8Array(1); var i = u.values(); i`)
	if engine.Iterated(v) != run(t, vm, `u`) {
		t.Error("another object")
	}
	run(t, vm, `i.next(); i.next()`)
	if engine.Iterated(v) != nil || engine.Iterated(run(t, vm, `[][Symbol.iterator]`)) != nil {
		t.Error("an object where there is none")
	}
}

func TestFloat16Elements(t *testing.T) {
	vm := goja.New()
	a, _ := engine.TypedArrayOf(run(t, vm, `var a = new Uint16Array(4); a`))
	class := run(t, vm, `(class Float16Array {})`).(*goja.Object)
	a.SetFloat16(class)
	if b, _ := engine.TypedArrayOf(a.Object); b.Kind != "Float16Array" || b.Class() != class {
		t.Errorf("got %+v", b)
	}
	for _, c := range [][2]string{
		{`a[0] = 1.5; a[1] = 1e9; a[2] = -0; a[3] = NaN; [a[0], a[1], Object.is(a[2], -0), a[3]].join()`, "1.5,Infinity,true,NaN"},
		{`a.set([3, 0.1, -2, NaN]); a.sort(); a.join()`, "-2,0.0999755859375,3,NaN"},
		{`[a.indexOf(0.1), a.indexOf(3), a.includes(NaN), a.indexOf("3")].join()`, "-1,2,true,-1"},
		{`new Float64Array(a).join()`, "-2,0.0999755859375,3,NaN"},
		{`a.reverse(); a.fill(0.5, 0, 2).join()`, "0.5,0.5,0.0999755859375,-2"},
		{`a[Symbol.toStringTag]`, "Float16Array"},
		{`try { a[0] = 1n } catch (e) { e.constructor.name }`, "TypeError"},
	} {
		if got := run(t, vm, c[0]).String(); got != c[1] {
			t.Errorf("%s: got %s, want %s", c[0], got, c[1])
		}
	}
	if bits, ok := a.Object.Export().([]engine.Float16); !ok || len(bits) != 4 || bits[0] != 0x3800 {
		t.Errorf("got %v", a.Object.Export())
	}
}

func TestJobs(t *testing.T) {
	vm := goja.New()
	var kinds []bool
	vm.Set("look", func() {
		for _, job := range *engine.Jobs(vm) {
			kinds = append(kinds, engine.CallsThen(job))
		}
	})
	run(t, vm, `Promise.resolve({ then() {} }); Promise.resolve().then(() => {}); (async () => { await { then() {} } })(); (async () => { await 0 })(); look()`)
	if want := []bool{true, false, true, false}; !slices.Equal(kinds, want) {
		t.Errorf("got %v, want %v", kinds, want)
	}
}

func TestFloat16(t *testing.T) {
	for bits := range 1 << 16 {
		x := engine.FromFloat16(uint16(bits))
		if got := engine.ToFloat16(x); got != uint16(bits) && !math.IsNaN(x) {
			t.Fatalf("%#x is %v, which is %#x", bits, x, got)
		}
	}
	for x, want := range map[float64]uint16{
		65519: 0x7bff, 65520: 0x7c00, 0x1p-24: 1, 0x1p-25: 0, 0x1.8p-24: 2, 1 + 0x1p-11: 0x3c00, 1 + 0x1.8p-10: 0x3c02, -0x1p-26: 0x8000, 0x1.ffcp-15: 0x400, 0x1.ff8p-15: 0x3ff,
	} {
		if got := engine.ToFloat16(x); got != want {
			t.Errorf("%v: got %#x, want %#x", x, got, want)
		}
	}
}
