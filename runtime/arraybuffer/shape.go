// Package arraybuffer has what the standard's binary data has beyond the engine's: buffers whose length changes, with views
// that follow them, SharedArrayBuffer, Atomics and Float16Array.
//
// To the engine every buffer is an ArrayBuffer of fixed length; package engine lets that be changed from outside. A realm pays
// for it from its first resizable buffer on, when the engine's own functions are completed in their places: those that make
// views (views.go), and those that go through them (methods.go).
package arraybuffer

import (
	"weak"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// shape is what a buffer is beyond an ArrayBuffer of fixed length.
type shape struct {
	engine.Buffer
	shared bool
	max    int // in bytes; -1 if the length is fixed
	// resize changes the length of memory that somebody else has, who calls [Moved]; false means that it cannot be. Nil for
	// memory of the buffer's own.
	resize func(n int) bool
	// views are those over it. What no script has any more is removed now and then.
	views map[weak.Pointer[goja.Object]]bounds
	sweep int // how many views there may be until then
	// twins are the SharedArrayBuffers over the same memory; nil if there is no other.
	twins *[]*shape
}

// fixed is the max of a buffer of fixed length.
const fixed = -1

// shapes are those of a realm's buffers. Like everything behind an object, they live as long as the realm.
type shapes map[*goja.Object]*shape

// of returns the shape of a buffer, or nil.
func of(r *webidl.Realm, buffer goja.Value) *shape {
	if object, ok := buffer.(*goja.Object); ok {
		if all, ok := webidl.Existing[shapes](r); ok {
			return (*all)[object]
		}
	}
	return nil
}

// resizable reports whether the length can change; a nil shape is that of a buffer of fixed length.
func (s *shape) resizable() bool { return s != nil && s.max != fixed }

// Resizable makes a resizable ArrayBuffer of bytes, which it takes over; max is its longest length, in bytes.
func Resizable(r *webidl.Realm, data []byte, max int) *goja.Object {
	buffer := r.ArrayBuffer(data)
	shapeBuffer(r, buffer, max, false)
	return buffer
}

// Shared makes a SharedArrayBuffer of bytes, which it takes over.
func Shared(r *webidl.Realm, data []byte) *goja.Object { return newShared(r, data, fixed) }

// Growable makes a growable SharedArrayBuffer of bytes, which it takes over; max is its longest length, in bytes.
func Growable(r *webidl.Realm, data []byte, max int) *goja.Object { return newShared(r, data, max) }

func newShared(r *webidl.Realm, data []byte, max int) *goja.Object {
	buffer := r.ArrayBuffer(data)
	buffer.SetPrototype(sharedClassOf(r).proto)
	shapeBuffer(r, buffer, max, true)
	return buffer
}

// shapeBuffer makes an ArrayBuffer of the engine's a resizable one, or a SharedArrayBuffer.
func shapeBuffer(r *webidl.Realm, buffer *goja.Object, max int, shared bool) *shape {
	b, _ := engine.BufferOf(buffer)
	s := &shape{Buffer: b, max: max, shared: shared}
	all := webidl.State[shapes](r)
	if *all == nil {
		*all = shapes{}
	}
	(*all)[buffer] = s
	if s.resizable() {
		prepare(r)
	}
	return s
}

// OwnedBy has somebody else change the length of a resizable buffer's memory, which calls [Moved] then; it answers false if it
// cannot.
func OwnedBy(r *webidl.Realm, buffer *goja.Object, resize func(n int) bool) {
	of(r, buffer).resize = resize
}

// Moved tells a buffer of the memory that it shows from now on.
func Moved(r *webidl.Realm, buffer *goja.Object, data []byte) {
	s := of(r, buffer)
	*s.Data = data
	s.fit()
}

// IsShared reports whether v is a SharedArrayBuffer.
func IsShared(r *webidl.Realm, v goja.Value) bool {
	s := of(r, v)
	return s != nil && s.shared
}

// Max returns the longest length of a resizable ArrayBuffer, or of a growable SharedArrayBuffer, in bytes; false if v is
// neither.
func Max(r *webidl.Realm, v goja.Value) (int, bool) {
	if s := of(r, v); s.resizable() {
		return s.max, true
	}
	return 0, false
}

// Share makes another SharedArrayBuffer over the memory of one, as a clone of it is.
func Share(r *webidl.Realm, buffer *goja.Object) *goja.Object {
	s := of(r, buffer)
	twin := newShared(r, *s.Data, s.max)
	if s.twins == nil {
		s.twins = &[]*shape{s}
	}
	*s.twins = append(*s.twins, of(r, twin))
	of(r, twin).twins = s.twins
	return twin
}

// Bounds returns the offset, in bytes, and the length, in elements, that a view of a resizable buffer was made with, the length
// being negative if it follows the buffer's; false if v is no such view.
func Bounds(r *webidl.Realm, v goja.Value) (offset, length int, ok bool) {
	s, b := viewed(r, v)
	return b.offset, b.length, s != nil
}

// setLength changes the length, in bytes, of which max is the most; false means that it cannot be. The memory of a buffer only
// grows: whatever is at work on a view may have its length from before.
func (s *shape) setLength(n int) bool {
	if s.resize != nil {
		return s.resize(n)
	}
	data := *s.Data
	switch length := len(data); {
	case n <= cap(data):
		data = data[:n]
		clear(data[min(length, n):])
	default:
		data = allocate(n, min(s.max, max(n, 2*length)))
		copy(data, *s.Data)
	}
	if s.twins == nil {
		*s.Data = data
		s.fit()
		return true
	}
	for _, twin := range *s.twins {
		*twin.Data = data
		twin.fit()
	}
	return true
}

// allocate makes memory with room for more, aligned for elements of any size.
func allocate(n, room int) []byte { return make([]byte, n, (max(n, room)+15)&^15) }
