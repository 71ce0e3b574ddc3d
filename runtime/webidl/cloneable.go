package webidl

import (
	"github.com/dop251/goja"
)

// Cloneable is what structuredClone can carry besides the values of the language: the Go value behind a platform
// object that is serializable implements it. https://html.spec.whatwg.org/#serializable-objects
type Cloneable interface {
	// Clone makes a copy of original, the object whose Go value this is. An error, such as a DataCloneError, says why
	// this one cannot be copied.
	Clone(r *Realm, original *goja.Object) (*goja.Object, error)
}

// Clone implements [Cloneable].
func (e *DOMException) Clone(r *Realm, original *goja.Object) (*goja.Object, error) {
	clone := r.DOMException(e.Name, e.Message)
	err := clone.DefineDataProperty("stack", original.Get("stack"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return clone, err
}
