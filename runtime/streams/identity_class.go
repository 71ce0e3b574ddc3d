package streams

import (
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
		t := newIdentity(c.Realm, -1, toQueuingStrategy(c, 0).highWaterMark)
		return &t
	}
}

type fixedLengthStreamIDL struct{}

func (fixedLengthStreamIDL) Define(class *webidl.Class) {
	class.Parent = IdentityTransformStreamClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		length := fixedLength(c)
		return &FixedLengthStream{newIdentity(c.Realm, length, toQueuingStrategy(c, 1).highWaterMark)}
	}
}

const maxSafeInteger = 1<<53 - 1

// fixedLength converts the length of a FixedLengthStream, a number or a BigInt.
func fixedLength(c webidl.Call) int64 {
	if n, ok := c.Arg(0).Export().(*big.Int); ok {
		if n.Sign() < 0 || n.Cmp(big.NewInt(maxSafeInteger)) > 0 {
			c.Throw(errFixedLength)
		}
		return n.Int64()
	}
	n := c.Realm.Float(c.Arg(0))
	if !(n >= 0 && n <= maxSafeInteger) {
		c.Throw(errFixedLength)
	}
	return int64(n)
}

var errFixedLength = webidl.TypeErrorf("FixedLengthStream requires an integer expected length less than 2^53.")
