package streams

import (
	"devserver/runtime/webidl"
)

// Outlet is the other end of a WritableStream, in Go: what is written to the stream, for one goroutine to read.
type Outlet struct{ channelReader }

// NewOutlet makes a stream for bytes and its other end. A write is done when the outlet has been read that far; closing
// the stream is the end of what there is to read.
func NewOutlet(r *webidl.Realm) (*WritableStream, *Outlet) {
	sides := newIdentity(r, -1, nil)
	outlet := &Outlet{sides.readable.take().(channelReader)}
	outlet.HandToGo(r.Loop)
	return sides.writable, outlet
}

// Finish ends what there is to read after what has been written so far.
func (o *Outlet) Finish() { o.channel.(*conduit).close() }

// Reading reports whether a script waits for bytes of a Go-side stream.
func (s *ReadableStream) Reading() bool { return s.body != nil && s.body.reading }
