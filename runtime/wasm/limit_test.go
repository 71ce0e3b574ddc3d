package wasm_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/dop251/goja"

	"devserver/internal/testwasm"
	"devserver/runtime/eventloop"
	"devserver/runtime/wasm"
	"devserver/runtime/webidl"
)

// TestCPULimit stops code that does not end, in a loop, in calls and in a start function.
func TestCPULimit(t *testing.T) {
	modules := map[string]testwasm.Module{
		"loop":  {Funcs: []testwasm.Func{{Export: "run", Type: "->", Code: "loop 0; br 0; end"}}},
		"calls": {Funcs: []testwasm.Func{{Export: "run", Type: "i32 ->", Code: "local.get 0; i32.const 60; i32.eq; if 0; return; end; local.get 0; i32.const 1; i32.add; call 0; local.get 0; i32.const 1; i32.add; call 0"}}},
		"start": {Funcs: []testwasm.Func{{Type: "->", Code: "loop 0; br 0; end"}}, Start: "0"},
	}
	for name, m := range modules {
		t.Run(name, func(t *testing.T) {
			vm := goja.New()
			cpu := eventloop.NewCPU(eventloop.NewWatchdog(5*time.Millisecond), 30*time.Millisecond, func(eventloop.Excess) { vm.Interrupt("limit") })
			r := webidl.NewRealm(vm, eventloop.New(vm, cpu))
			webidl.NewGlobals(wasm.Globals()).Install(r, nil, false)
			r.SetIOContext(false)
			c := testwasm.Case{Module: m, Script: "const i = new WebAssembly.Instance(m); for (;;) try { i.exports.run(0) } catch {}"}
			err := r.Loop.Do(func() {
				if _, err := vm.RunString(testwasm.Prelude + c.Run(c.Compile())); err != nil {
					r.Loop.Fail(err)
				}
			})
			if _, ok := errors.AsType[*goja.InterruptedError](err); !ok {
				t.Errorf("the loop ends with %v", err)
			}
		})
	}
}

// host gives isolates what the runtime does.
type host struct {
	engine *wasm.Engine
	ctx    context.Context
}

func (h host) WebAssembly() *wasm.Engine { return h.engine }
func (h host) Context() context.Context  { return h.ctx }

// TestShared has many isolates use one compiled module at once, each of which ends.
func TestShared(t *testing.T) {
	engine := &wasm.Engine{}
	m, err := engine.Compile((&testwasm.Module{
		Imports:  []testwasm.Import{{Module: "m", Name: "f", Func: "i32 -> i32"}},
		Memories: []testwasm.Limits{{Min: 1, Max: -1, Export: "memory"}},
		Globals:  []testwasm.Global{{Type: "mut i32", Code: "i32.const 0", Export: "n"}},
		Funcs:    []testwasm.Func{{Export: "run", Type: "i32 -> i32", Code: "local.get 0; call 0; global.get 0; i32.add; global.set 0; global.get 0"}},
	}).Bytes())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	const isolates = 20
	for n := range isolates {
		go func() {
			ctx, end := context.WithCancel(context.Background())
			defer end()
			vm := goja.New()
			r := webidl.NewRealm(vm, eventloop.New(vm, nil))
			r.Host = host{engine, ctx}
			webidl.NewGlobals(wasm.Globals()).Install(r, nil, false)
			done <- r.Loop.Do(func() {
				vm.Set("m", m.Value(r))
				vm.Set("n", n)
				v, err := vm.RunString(`const e = new WebAssembly.Instance(m, { m: { f: (x) => x + n } }).exports; for (let i = 0; i < 100; i++) e.run(1); e.n.value`)
				if err != nil || v.ToInteger() != int64(100*(n+1)) {
					r.Loop.Fail(errors.Join(err, errors.New("a wrong sum")))
				}
			})
		}()
	}
	for range isolates {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestCache has a second engine find what a first has compiled, and both go on when either's modules are let go of.
func TestCache(t *testing.T) {
	cache := wasm.NewCache()
	code := (&testwasm.Module{Funcs: []testwasm.Func{{Export: "seven", Type: "-> i32", Code: "i32.const 7"}}}).Bytes()
	for range 3 {
		engine := &wasm.Engine{Cache: cache}
		m, err := engine.Compile(code)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // modules that nobody keeps
			if !engine.Validate(code) {
				t.Fatal("not valid")
			}
			runtime.GC()
		}
		iso := newIsolate(t)
		iso.Host = host{engine, t.Context()}
		iso.VM.Set("m", m.Value(iso.Realm))
		if got := iso.Run(t, "return new WebAssembly.Instance(m).exports.seven()"); got != "7" {
			t.Error(got)
		}
	}
}
