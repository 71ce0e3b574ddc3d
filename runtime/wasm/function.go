package wasm

import (
	"math/big"
	"strconv"

	"github.com/dop251/goja"
	"github.com/tetratelabs/wazero/api"

	"devserver/runtime/webidl"
)

// function is a function of an instance: https://webassembly.github.io/spec/js-api/#exported-function
type function struct {
	store    *store
	instance *instance
	index    int
	typ      *funcType

	object *goja.Object // made when JavaScript sees the function
	// idle is the engine's function while it is not being called: a second call meanwhile needs another one.
	idle api.Function
}

func (f *function) source() (api.Module, string) {
	return f.instance.mod, exportName(kindFunction, f.index)
}

// reference is the funcref of the function.
func (f *function) reference() uint64 { return f.wordIn(f.instance, f.index) }

// wordIn is what the function is called in an instance, where it has an index of its own.
func (f *function) wordIn(i *instance, index int) uint64 {
	return i.mod.ExportedGlobal(referenceName(index)).Get()
}

// value returns the JavaScript function, of which there is one.
func (f *function) value() goja.Value {
	if f.object == nil {
		r := f.store.realm
		f.object = r.Builtin(strconv.Itoa(f.index), len(f.typ.params), func(c webidl.Call) goja.Value { return f.call(c.Args) })
		f.store.functions[f.object] = f
	}
	return f.object
}

// call is https://webassembly.github.io/spec/js-api/#call-an-exported-function
func (f *function) call(args []goja.Value) goja.Value {
	s := f.store
	if !convertible(f.typ) {
		panic(s.realm.TypeError("type incompatibility when transforming from/to JS"))
	}
	var few [8]uint64
	stack := few[:]
	if n := max(len(f.typ.params), len(f.typ.results)); n > len(few) {
		stack = make([]uint64, n)
	}
	for i, t := range f.typ.params {
		var v goja.Value
		if i < len(args) {
			v = args[i]
		}
		stack[i] = s.fromJS(t, v)
	}
	fn := f.idle
	f.idle = nil
	if fn == nil {
		fn = f.instance.mod.ExportedFunction(exportName(kindFunction, f.index))
	}
	s.run(fn, f.instance.module, stack)
	f.idle = fn // not after it has failed: then its stack may have become very large
	switch len(f.typ.results) {
	case 0:
		return goja.Undefined()
	case 1:
		return s.toJS(f.typ.results[0], stack[0])
	}
	list := make([]goja.Value, len(f.typ.results))
	for i, t := range f.typ.results {
		list[i] = s.toJS(t, stack[i])
	}
	return s.realm.Array(list...)
}

// bigInt makes a BigInt.
func (s *store) bigInt(n int64) goja.Value { return s.realm.VM.ToValue(big.NewInt(n)) }

var twoTo64 = new(big.Int).Lsh(big.NewInt(1), 64)

// bigInt64 is https://tc39.es/ecma262/#sec-tobigint64, as bits.
func (s *store) bigInt64(v goja.Value) uint64 {
	var n *big.Int
	if _, object := v.(*goja.Object); !object {
		n, _ = v.Export().(*big.Int)
	}
	if n == nil {
		converted, err := s.realm.IntrinsicFunction("BigInt", "asIntN")(nil, s.realm.Int(64), v)
		s.realm.Rethrow(err)
		n = converted.Export().(*big.Int)
	}
	if n.IsInt64() {
		return uint64(n.Int64())
	}
	return new(big.Int).Mod(n, twoTo64).Uint64()
}
