package webidl

import (
	"github.com/dop251/goja"
)

// FrozenArray makes a frozen JavaScript array: https://webidl.spec.whatwg.org/#js-frozen-array
func (r *Realm) FrozenArray(list ...goja.Value) *goja.Object {
	array := r.Array(list...)
	_, err := r.intrinsics.method("Object", "freeze")(nil, array)
	r.Rethrow(err)
	return array
}
