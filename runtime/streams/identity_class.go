package streams

import (
	"math"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// IdentityTransformStreamClass is the class IdentityTransformStream of Workers.
var IdentityTransformStreamClass = webidl.NewClass("IdentityTransformStream", identityTransformStreamIDL{})

// FixedLengthStreamClass is the class FixedLengthStream of Workers.
var FixedLengthStreamClass = webidl.NewClass("FixedLengthStream", fixedLengthStreamIDL{})

type identityTransformStreamIDL struct{}

func (identityTransformStreamIDL) Define(class *webidl.Class) {
	class.Parent = TransformStreamClass
	class.Construct = func(c webidl.Call) any {
		c.Check(c.Realm.CheckIO())
		t := newIdentity(c.Realm, -1, toQueuingStrategy(c, 0).highWaterMark)
		return &t
	}
}

type fixedLengthStreamIDL struct{}

func (fixedLengthStreamIDL) Define(class *webidl.Class) {
	class.Parent = IdentityTransformStreamClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		c.Check(c.Realm.CheckIO())
		length, err := toLength(c.Realm, c.Arg(0))
		c.Check(err)
		return &FixedLengthStream{newIdentity(c.Realm, length, toQueuingStrategy(c, 1).highWaterMark)}
	}
}

const maxSafeInteger = 1<<53 - 1

// toLength converts a number of bytes that a script announces, a number or a BigInt.
func toLength(r *webidl.Realm, v goja.Value) (int64, error) {
	if n, ok := bigInt(v); ok {
		switch {
		case n.Sign() < 0:
			return 0, errNegativeLength
		case n.Cmp(big.NewInt(maxSafeInteger)) > 0:
			return 0, errFixedLength
		}
		return n.Int64(), nil
	}
	n := r.Float(v)
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return 0, errNoInteger
	case n < 0:
		return 0, errNegativeLength
	case n > maxSafeInteger:
		return 0, errFixedLength
	}
	return int64(n), nil
}

func bigInt(v goja.Value) (*big.Int, bool) {
	if _, ok := v.(*goja.Object); ok {
		return nil, false // whose Export may run getters
	}
	n, ok := v.Export().(*big.Int)
	return n, ok
}

var (
	errFixedLength    = webidl.TypeErrorf("FixedLengthStream requires an integer expected length less than 2^53.")
	errNegativeLength = webidl.TypeErrorf("The value cannot be converted because it is negative and this API expects a positive bigint.")
	errNoInteger      = webidl.TypeErrorf("The value cannot be converted because it is not an integer.")
)
