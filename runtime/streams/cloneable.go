package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Clone implements [webidl.Cloneable]: as in Workers, a stream cannot be cloned.
func (s *ReadableStream) Clone(*webidl.Realm, *goja.Object) (*goja.Object, error) {
	return nil, webidl.DOMErrorf("DataCloneError", "ReadableStream can only be serialized for RPC.")
}

// Clone implements [webidl.Cloneable]: as in Workers, a stream cannot be cloned.
func (s *WritableStream) Clone(*webidl.Realm, *goja.Object) (*goja.Object, error) {
	return nil, webidl.DOMErrorf("DataCloneError", "WritableStream can only be serialized for RPC.")
}
