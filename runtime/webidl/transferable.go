package webidl

import (
	"github.com/dop251/goja"
)

// Transferable is what a transfer list can move besides ArrayBuffers: the Go value behind a platform object that is
// transferable implements it. https://html.spec.whatwg.org/#transferable-objects
type Transferable interface {
	// Detached reports whether what is behind the object has been moved away, so that it cannot be moved again.
	Detached() bool
	// Transfer makes the object that takes over, and returns it with what hands over to it. move is called once
	// everything that goes with the object has been copied, and not at all if that fails.
	Transfer(r *Realm) (object *goja.Object, move func())
}
