package language

import (
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// bigIntAdditions mend what the engine does with negative numbers in a BigInt64Array: it takes -2n for 2n there.
var bigIntAdditions = []addition{{word: "BigInt64Array", install: func(r *webidl.Realm) {
	proto := r.IntrinsicPrototype("Uint8Array").Prototype()
	unsigned := r.Intrinsic("BigUint64Array")
	// method has a method of negative numbers be done on the same bytes as numbers without a sign.
	method := func(name string, number func(v goja.Value) goja.Value) {
		engine.CompleteMethod(proto, name, func(native engine.Native) engine.Native {
			return func(fc goja.FunctionCall) goja.Value {
				array, ok := engine.TypedArrayOf(fc.This)
				if !ok || array.Kind != "BigInt64Array" || *array.Length == 0 || *array.Buffer.Detached || len(fc.Arguments) == 0 {
					return native(fc)
				}
				what := number(fc.Arguments[0])
				value, ok := engine.BigIntOf(what)
				if !ok || value.Sign() >= 0 {
					fc.Arguments = append([]goja.Value{what}, fc.Arguments[1:]...)
					return native(fc)
				}
				view, err := r.VM.New(unsigned, array.Object.Get("buffer"), r.VM.ToValue(*array.Offset*array.ElementSize), r.VM.ToValue(*array.Length))
				r.Rethrow(err)
				args := append([]goja.Value{r.VM.ToValue(asUnsigned(value))}, fc.Arguments[1:]...)
				result := native(goja.FunctionCall{This: view, Arguments: args})
				if result == goja.Value(view) {
					return fc.This
				}
				return result
			}
		})
	}
	asBigInt, asInt64 := r.IntrinsicFunction("BigInt", "asIntN"), r.VM.ToValue(64)
	method("fill", func(v goja.Value) goja.Value {
		number, err := asBigInt(goja.Undefined(), asInt64, v)
		r.Rethrow(err)
		return number
	})
	same := func(v goja.Value) goja.Value {
		if value, ok := engine.BigIntOf(v); ok && !value.IsInt64() {
			return goja.Undefined() // which is in none
		}
		return v
	}
	for _, name := range []string{"includes", "indexOf", "lastIndexOf"} {
		method(name, same)
	}
}}}

// asUnsigned is the number with the bits of a negative one of 64 bits.
func asUnsigned(x *big.Int) *big.Int {
	return new(big.Int).Add(x, new(big.Int).Lsh(big.NewInt(1), 64))
}
