package arraybuffer

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// Atomics is the global: https://tc39.es/ecma262/#sec-atomics-object. An isolate has one thread, so every access is atomic as
// it is.
func Atomics(r *webidl.Realm) goja.Value {
	atomics := r.VM.NewObject()
	atomics.DefineDataPropertySymbol(goja.SymToStringTag, r.String("Atomics"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	add := func(name string, length int, fn func(c webidl.Call) goja.Value) {
		define(atomics, name, r.Builtin(name, length, fn))
	}
	for _, name := range []string{"add", "and", "exchange", "or", "sub", "xor"} {
		op := modifications[name]
		add(name, 3, func(c webidl.Call) goja.Value {
			cell := cellOf(c, name, false)
			operand, _ := cell.operand(c.Arg(2))
			old := cell.load()
			cell.store(op(old, operand))
			return cell.value(old)
		})
	}
	add("load", 2, func(c webidl.Call) goja.Value {
		cell := cellOf(c, "load", false)
		cell.revalidate()
		return cell.value(cell.load())
	})
	add("store", 3, func(c webidl.Call) goja.Value {
		cell := cellOf(c, "store", false)
		bits, given := cell.operand(c.Arg(2))
		cell.store(bits)
		return given
	})
	add("compareExchange", 4, func(c webidl.Call) goja.Value {
		cell := cellOf(c, "compareExchange", false)
		expected, _ := cell.operand(c.Arg(2))
		replacement, _ := cell.operand(c.Arg(3))
		old := cell.load()
		if old == cell.wrap(expected) {
			cell.store(replacement)
		}
		return cell.value(old)
	})
	add("isLockFree", 1, func(c webidl.Call) goja.Value {
		return c.Bool(slices.Contains([]float64{1, 2, 4, 8}, integer(c.Arg(0))))
	})
	add("pause", 0, func(c webidl.Call) goja.Value {
		if v := c.Arg(0); !goja.IsUndefined(v) {
			if _, isObject := v.(*goja.Object); isObject || !goja.IsNumber(v) || v.ToFloat() != math.Trunc(v.ToFloat()) || math.IsInf(v.ToFloat(), 0) {
				c.Throw(webidl.TypeErrorf("Atomics.pause argument must be undefined or an integer"))
			}
		}
		return goja.Undefined()
	})
	add("wait", 4, func(c webidl.Call) goja.Value {
		waitable(c, "wait").waiting(c)
		c.Throw(webidl.TypeErrorf("Atomics.wait cannot be called in this context"))
		return nil
	})
	add("waitAsync", 4, waitAsync)
	add("notify", 3, notify)
	return atomics
}

// modifications are the operations that read, compute and write. What is beyond the size of an element is cut off.
var modifications = map[string]func(old, operand uint64) uint64{
	"add":      func(old, operand uint64) uint64 { return old + operand },
	"sub":      func(old, operand uint64) uint64 { return old - operand },
	"and":      func(old, operand uint64) uint64 { return old & operand },
	"or":       func(old, operand uint64) uint64 { return old | operand },
	"xor":      func(old, operand uint64) uint64 { return old ^ operand },
	"exchange": func(_, operand uint64) uint64 { return operand },
}

// cell is one element of a typed array of integers. Its values are bits, of which there are no more than it has.
type cell struct {
	realm *webidl.Realm
	array engine.TypedArray
	index int
	name  string // of the function
}

// integerArray is the typed array that a function of Atomics is called with:
// https://tc39.es/ecma262/#sec-validateintegertypedarray
func integerArray(c webidl.Call, name string, waitable bool) engine.TypedArray {
	kinds, what := []string{"Int8Array", "Uint8Array", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array"}, "an integer"
	if waitable {
		kinds, what = []string{"Int32Array", "BigInt64Array"}, "an int32 or BigInt64"
	}
	array, ok := engine.TypedArrayOf(c.Arg(0))
	switch {
	case !ok:
		c.Throw(webidl.TypeErrorf("[object Array] is not %s typed array.", what))
	case !slices.Contains(kinds, array.Kind):
		c.Throw(webidl.TypeErrorf("[object %s] is not %s typed array.", array.Kind, what))
	case IsOutOfBounds(c.Realm, array.Object):
		c.Throw(errOutOfBounds("Atomics." + name))
	}
	return array
}

// cellOf is the element that a function of Atomics is called with: https://tc39.es/ecma262/#sec-validateatomicaccess
func cellOf(c webidl.Call, name string, waitable bool) cell {
	return cellAt(c, integerArray(c, name, waitable), name)
}

func cellAt(c webidl.Call, array engine.TypedArray, name string) cell {
	length := *array.Length
	index, n, ok := toIndex(c.Arg(1))
	if !ok || index >= length {
		c.Throw(webidl.RangeErrorf("Invalid atomic access index: %s", c.Realm.Number(n)))
	}
	return cell{c.Realm, array, index, name}
}

// revalidate looks whether the element is still there, once the arguments have been read:
// https://tc39.es/ecma262/#sec-revalidateatomicaccess
func (c cell) revalidate() {
	switch {
	case IsOutOfBounds(c.realm, c.array.Object):
		panic(c.realm.ErrorValue(errOutOfBounds("Atomics." + c.name)))
	case c.index >= *c.array.Length:
		panic(c.realm.RangeError("Invalid atomic access index: %d", c.index))
	}
}

// operand is an argument, as bits and as what it is before it is brought into the range of elements: a BigInt, or a number
// without its fraction.
func (c cell) operand(v goja.Value) (bits uint64, given goja.Value) {
	if isBig(c.array) {
		given = toBigInt(c.realm, v)
		bits = new(big.Int).And(given.Export().(*big.Int), new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	} else {
		n := integer(v)
		bits, given = modulo(n), c.realm.Number(n)
	}
	c.revalidate()
	return c.wrap(bits), given
}

// modulo is an integer modulo 2^64.
func modulo(n float64) uint64 {
	if math.Abs(n) < 1<<63 {
		return uint64(int64(n))
	}
	if math.IsInf(n, 0) {
		return 0
	}
	whole, _ := big.NewFloat(n).Int(nil)
	return new(big.Int).And(whole, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
}

// wrap cuts off what an element has no room for.
func (c cell) wrap(bits uint64) uint64 {
	return bits << (64 - 8*c.array.ElementSize) >> (64 - 8*c.array.ElementSize)
}

func (c cell) bytes() []byte {
	return bytesOf(c.array)[c.index*c.array.ElementSize:][:c.array.ElementSize]
}

func (c cell) load() uint64 {
	var word [8]byte
	copy(word[:], c.bytes())
	return binary.LittleEndian.Uint64(word[:])
}

func (c cell) store(bits uint64) {
	var word [8]byte
	binary.LittleEndian.PutUint64(word[:], bits)
	copy(c.bytes(), word[:])
}

// value is an element's bits for a script.
func (c cell) value(bits uint64) goja.Value {
	unused := 64 - 8*c.array.ElementSize
	signed := int64(bits<<unused) >> unused
	switch unsigned := strings.Contains(c.array.Kind, "Uint"); {
	case isBig(c.array) && unsigned:
		return c.realm.VM.ToValue(new(big.Int).SetUint64(bits))
	case isBig(c.array):
		return c.realm.VM.ToValue(big.NewInt(signed))
	case unsigned:
		return c.realm.VM.ToValue(int64(bits))
	}
	return c.realm.VM.ToValue(signed)
}

// waiter waits for a cell to be notified.
type waiter struct {
	cell    cell
	promise *webidl.Promise
	wake    func()
}

type waiters struct{ list []*waiter }

// waitable is the element that wait and waitAsync are called with: one of a SharedArrayBuffer.
func waitable(c webidl.Call, name string) cell {
	array := integerArray(c, name, true)
	if !IsShared(c.Realm, array.Buffer.Object) {
		c.Throw(webidl.TypeErrorf("[object %s] is not a shared typed array.", array.Kind))
	}
	return cellAt(c, array, name)
}

// waiting reads what wait and waitAsync expect to find, and for how many milliseconds to wait.
func (c cell) waiting(call webidl.Call) (expected uint64, timeout float64) {
	expected, _ = c.operand(call.Arg(2))
	if timeout = call.Arg(3).ToNumber().ToFloat(); math.IsNaN(timeout) {
		timeout = math.Inf(1)
	}
	return expected, max(0, timeout)
}

// place is the byte of the buffer at which the element is.
func (c cell) place() int { return (*c.array.Offset + c.index) * c.array.ElementSize }

// waitAsync implements https://tc39.es/ecma262/#sec-atomics.waitasync.
func waitAsync(c webidl.Call) goja.Value {
	found := waitable(c, "waitAsync")
	expected, timeout := found.waiting(c)
	result := c.Realm.VM.NewObject()
	switch {
	case found.load() != expected:
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
	w := &waiter{cell: found, promise: r.NewPromise()}
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
	found := cellOf(c, "notify", true)
	most := math.Inf(1)
	if c.Has(2) {
		most = integer(c.Arg(2))
	}
	woken := 0
	for _, w := range slices.Clone(webidl.State[waiters](c.Realm).list) {
		if float64(woken) >= most {
			break
		}
		if w.cell.array.Buffer.Object == found.array.Buffer.Object && w.cell.place() == found.place() {
			w.wake()
			woken++
		}
	}
	return c.Realm.Int(woken)
}

// toBigInt implements https://tc39.es/ecma262/#sec-tobigint.
func toBigInt(r *webidl.Realm, v goja.Value) goja.Value {
	if _, ok := v.(*goja.Object); !ok {
		if _, ok := v.Export().(*big.Int); ok {
			return v
		}
	}
	n, err := r.IntrinsicFunction("BigInt", "asIntN")(goja.Undefined(), r.Int(1<<16), v) // more bits than any number has
	r.Rethrow(err)
	return n
}
