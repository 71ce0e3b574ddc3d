package language

import (
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// atomicsObject is Atomics: https://tc39.es/ecma262/#sec-atomics-object. An isolate has one thread, so every access is
// atomic as it is.
func atomicsObject(r *webidl.Realm) goja.Value {
	atomics := r.VM.NewObject()
	atomics.DefineDataPropertySymbol(goja.SymToStringTag, r.String("Atomics"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	add := func(name string, length int, fn func(c webidl.Call) goja.Value) {
		define(atomics, name, r.Builtin(name, length, fn))
	}
	for name, op := range modifications {
		add(name, 3, func(c webidl.Call) goja.Value {
			cell := cellOf(c)
			operand := cell.convert(c, c.Arg(2))
			old := cell.load()
			cell.store(op(old, operand))
			return cell.value(old)
		})
	}
	add("load", 2, func(c webidl.Call) goja.Value {
		cell := cellOf(c)
		return cell.value(cell.load())
	})
	add("store", 3, func(c webidl.Call) goja.Value {
		cell := cellOf(c)
		v := cell.convert(c, c.Arg(2))
		cell.store(v)
		return cell.given(c, v)
	})
	add("compareExchange", 4, func(c webidl.Call) goja.Value {
		cell := cellOf(c)
		expected, replacement := cell.wrap(cell.convert(c, c.Arg(2))), cell.convert(c, c.Arg(3))
		old := cell.load()
		if old.Cmp(expected) == 0 {
			cell.store(replacement)
		}
		return cell.value(old)
	})
	add("isLockFree", 1, func(c webidl.Call) goja.Value {
		return c.Bool(slices.Contains([]int64{1, 2, 4, 8}, c.Arg(0).ToInteger()))
	})
	add("pause", 0, func(c webidl.Call) goja.Value { return goja.Undefined() })
	add("wait", 4, func(c webidl.Call) goja.Value {
		waitable(c)
		c.Throw(webidl.TypeErrorf("Atomics.wait cannot be called in this context"))
		return nil
	})
	add("waitAsync", 4, waitAsync)
	add("notify", 3, notify)
	return atomics
}

// modifications are the operations that read, compute and write.
var modifications = map[string]func(old, operand *big.Int) *big.Int{
	"add":      func(old, operand *big.Int) *big.Int { return new(big.Int).Add(old, operand) },
	"sub":      func(old, operand *big.Int) *big.Int { return new(big.Int).Sub(old, operand) },
	"and":      func(old, operand *big.Int) *big.Int { return new(big.Int).And(old, operand) },
	"or":       func(old, operand *big.Int) *big.Int { return new(big.Int).Or(old, operand) },
	"xor":      func(old, operand *big.Int) *big.Int { return new(big.Int).Xor(old, operand) },
	"exchange": func(_, operand *big.Int) *big.Int { return operand },
}

// cell is one element of a typed array of integers.
type cell struct {
	realm  *webidl.Realm
	array  *goja.Object
	index  string
	number int
	bits   uint
	signed bool
	big    bool
}

// integers are the typed arrays that Atomics takes.
var integers = map[string]cell{
	"Int8Array": {bits: 8, signed: true}, "Uint8Array": {bits: 8}, "Int16Array": {bits: 16, signed: true}, "Uint16Array": {bits: 16},
	"Int32Array": {bits: 32, signed: true}, "Uint32Array": {bits: 32},
	"BigInt64Array": {bits: 64, signed: true, big: true}, "BigUint64Array": {bits: 64, big: true},
}

func cellOf(c webidl.Call) cell {
	array, ok := c.Arg(0).(*goja.Object)
	found, known := cell{}, false
	if ok {
		found, known = integers[c.Realm.ViewKind(array)]
	}
	if !known {
		c.Throw(webidl.TypeErrorf("[object Array] is not an integer typed array."))
	}
	index := c.Arg(1).ToNumber().ToFloat()
	if index = math.Trunc(index); math.IsNaN(index) {
		index = 0
	}
	if index < 0 || index >= float64(orUndefined(array.Get("length")).ToInteger()) {
		c.Throw(webidl.RangeErrorf("Invalid atomic access index"))
	}
	found.realm, found.array, found.number = c.Realm, array, int(index)
	found.index = c.Realm.Int(int(index)).String()
	return found
}

// convert is an operand: a BigInt, or a number without its fraction.
func (c cell) convert(call webidl.Call, v goja.Value) *big.Int {
	if c.big {
		n, err := call.Realm.IntrinsicFunction("BigInt", "asIntN")(goja.Undefined(), call.Realm.Int(64), v)
		call.Realm.Rethrow(err)
		return n.Export().(*big.Int)
	}
	f := math.Trunc(v.ToNumber().ToFloat())
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return new(big.Int)
	}
	n, _ := big.NewFloat(f).Int(nil)
	return n
}

// wrap brings a number into the element's range.
func (c cell) wrap(n *big.Int) *big.Int {
	modulus := new(big.Int).Lsh(big.NewInt(1), c.bits)
	n = new(big.Int).Mod(n, modulus)
	if c.signed && n.Bit(int(c.bits)-1) == 1 {
		n.Sub(n, modulus)
	}
	return n
}

func (c cell) load() *big.Int {
	switch n := c.array.Get(c.index).Export().(type) {
	case *big.Int:
		return n
	case int64:
		return big.NewInt(n)
	case float64:
		return big.NewInt(int64(n))
	}
	return new(big.Int)
}

func (c cell) store(n *big.Int) {
	if c.big {
		c.array.Set(c.index, c.wrap(n))
	} else {
		c.array.Set(c.index, c.wrap(n).Int64())
	}
}

// value is an element for a script.
func (c cell) value(n *big.Int) goja.Value {
	if c.big {
		return c.realm.VM.ToValue(n)
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return c.realm.Number(f)
}

// given is what was stored, before it was brought into range.
func (c cell) given(call webidl.Call, n *big.Int) goja.Value {
	if c.big {
		return call.Arg(2)
	}
	return c.value(n)
}

// waiter waits for a cell to be notified.
type waiter struct {
	array   *goja.Object
	number  int
	promise *webidl.Promise
	wake    func()
}

type waiters struct{ list []*waiter }

// waitable checks the arguments of wait and waitAsync, and returns what is in the cell.
func waitable(c webidl.Call) cell {
	found := cellOf(c)
	if kind := c.Realm.ViewKind(found.array); kind != "Int32Array" && kind != "BigInt64Array" {
		c.Throw(webidl.TypeErrorf("[object Array] is not an int32 or BigInt64 typed array."))
	}
	if buffer, ok := found.array.Get("buffer").(*goja.Object); !ok || !isShared(c.Realm, buffer) {
		c.Throw(webidl.TypeErrorf("[object Array] is not a shared typed array."))
	}
	return found
}

// waitAsync implements https://tc39.es/ecma262/#sec-atomics.waitasync.
func waitAsync(c webidl.Call) goja.Value {
	found := waitable(c)
	expected := found.wrap(found.convert(c, c.Arg(2)))
	timeout := math.Inf(1)
	if c.Has(3) {
		if t := c.Arg(3).ToNumber().ToFloat(); !math.IsNaN(t) {
			timeout = max(0, t)
		}
	}
	result := c.Realm.VM.NewObject()
	switch {
	case found.load().Cmp(expected) != 0:
		result.Set("async", false)
		result.Set("value", "not-equal")
		return result
	case timeout == 0:
		result.Set("async", false)
		result.Set("value", "timed-out")
		return result
	}
	state := webidl.State[waiters](c.Realm)
	r := c.Realm
	w := &waiter{array: found.array, number: found.number, promise: r.NewPromise()}
	end := func(how string) {
		state.list = slices.DeleteFunc(state.list, func(x *waiter) bool { return x == w })
		w.promise.Resolve(r.String(how))
	}
	w.wake = func() { end("ok") }
	if timeout <= math.MaxInt32 {
		timer := r.Loop.After(time.Duration(timeout*float64(time.Millisecond)), false, func() { end("timed-out") })
		w.wake = func() { r.Loop.Stop(timer); end("ok") }
	}
	state.list = append(state.list, w)
	result.Set("async", true)
	result.Set("value", w.promise.Value())
	return result
}

// notify implements https://tc39.es/ecma262/#sec-atomics.notify.
func notify(c webidl.Call) goja.Value {
	found := cellOf(c)
	if kind := c.Realm.ViewKind(found.array); kind != "Int32Array" && kind != "BigInt64Array" {
		c.Throw(webidl.TypeErrorf("[object Array] is not an int32 or BigInt64 typed array."))
	}
	most := math.Inf(1)
	if c.Has(2) {
		if most = math.Trunc(c.Arg(2).ToNumber().ToFloat()); math.IsNaN(most) {
			most = 0
		}
	}
	woken := 0
	buffer := found.array.Get("buffer")
	for _, w := range slices.Clone(webidl.State[waiters](c.Realm).list) {
		if float64(woken) >= most {
			break
		}
		if w.number == found.number && w.array.Get("buffer").SameAs(buffer) {
			w.wake()
			woken++
		}
	}
	return c.Realm.Int(woken)
}
