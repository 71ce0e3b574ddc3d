package webidl

import "github.com/dop251/goja"

// Forget gives up the Go value behind a platform object that scripts have no use for any more; without it, the value
// lives as long as the realm. From then on the object is of no class: using it is an "Illegal invocation".
func (r *Realm) Forget(obj *goja.Object) { delete(r.impls, obj) }
