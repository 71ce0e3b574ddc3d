package webidl

import "github.com/dop251/goja"

// pinned are the ArrayBuffers that scripts cannot detach.
type pinned map[*goja.Object]struct{}

// PinBuffer has an ArrayBuffer, such as that of a WebAssembly.Memory, be one that scripts can neither transfer nor
// detach: https://tc39.es/ecma262/#sec-detacharraybuffer
func (r *Realm) PinBuffer(buffer *goja.Object) {
	p := State[pinned](r)
	if *p == nil {
		*p = pinned{}
	}
	(*p)[buffer] = struct{}{}
}

// Pinned reports whether a buffer is pinned.
func (r *Realm) Pinned(buffer *goja.Object) bool {
	_, ok := (*State[pinned](r))[buffer]
	return ok
}
