package streams

import (
	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// byteChannel is what JavaScript, or a goroutine, writes bytes into and others read them from. Its methods may be called from any
// goroutine.
type byteChannel interface {
	// read queues a read, which is finished when there is something to read.
	read(x *conduitIO)
	// shutReading closes the reading end: reads fail with readErr from now on, and writes with writeErr.
	shutReading(readErr, writeErr error)
	// needsLoop reports whether what is still to come comes from JavaScript.
	needsLoop() bool
	// handToGo says that Go reads from now on, while JavaScript goes on writing.
	handToGo(loop *eventloop.Loop)
}

// channelReader is the reading end of a byteChannel. It is a [Body].
type channelReader struct{ channel byteChannel }

// Read implements io.Reader for a goroutine.
func (r channelReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	x := &conduitIO{p: p, woken: make(chan struct{})}
	r.channel.read(x)
	<-x.woken
	return x.n, x.err
}

// readAsync implements asyncReader. A goroutine that feeds the channel keeps the loop from being idle by itself.
func (r channelReader) readAsync(realm *webidl.Realm, p []byte, done func(n int, err error)) {
	r.channel.read(&conduitIO{p: p, loop: realm.Loop, done: done})
}

// Close implements io.Closer.
func (r channelReader) Close() error {
	r.channel.shutReading(errBodyClosed, errStreamCancelled)
	return nil
}

// Fail implements [Body].
func (r channelReader) Fail(err error) { r.channel.shutReading(err, err) }

// NeedsLoop implements [Body].
func (r channelReader) NeedsLoop() bool { return r.channel.needsLoop() }

// HandToGo implements loopBody.
func (r channelReader) HandToGo(loop *eventloop.Loop) { r.channel.handToGo(loop) }
