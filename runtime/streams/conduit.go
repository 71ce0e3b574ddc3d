package streams

import (
	"io"
	"slices"
	"sync"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// conduit joins the two sides of an IdentityTransformStream. It holds no bytes: a write is done when readers have
// taken all of it. Each end may be in the hands of JavaScript, which reads and writes without blocking, or of a
// goroutine, which blocks; so bytes that Go pipes in and Go reads out never enter JavaScript.
type conduit struct {
	expected int64 // how many bytes have to come, or -1
	// readerGone is called, by whoever it is that closes the reading end before the data has ended.
	readerGone func(err error)

	mu        sync.Mutex
	written   int64
	writes    []*conduitIO
	reads     []*conduitIO
	writerErr error // what reads get after the data: io.EOF once the writing end is closed, or why it was aborted
	readerErr error // what writes get once the reading end is closed
	readErr   error // what reads get then
	inGo      bool  // a goroutine reads
	fed       bool  // a goroutine writes, at the moment
}

// conduitIO is a read or a write that waits for the other end.
type conduitIO struct {
	p   []byte
	n   int // done so far
	err error

	woken chan struct{} // of a goroutine that waits

	// Of JavaScript: done is called on the loop. op keeps the loop from being idle while the other end is Go's.
	done func(n int, err error)
	loop *eventloop.Loop
	op   *eventloop.Operation
}

func (x *conduitIO) finish(err error) {
	x.err = err
	if x.woken != nil {
		close(x.woken)
		return
	}
	task := func() { x.done(x.n, x.err) }
	if x.op != nil {
		x.op.Done(task)
	} else {
		x.loop.Post(task)
	}
}

// match lets waiting reads take from waiting writes. The lock is held.
func (c *conduit) match() {
	for len(c.reads) > 0 && len(c.writes) > 0 {
		r, w := c.reads[0], c.writes[0]
		r.n = copy(r.p, w.p[w.n:])
		w.n += r.n
		c.reads = c.reads[1:]
		r.finish(nil)
		if w.n == len(w.p) {
			c.writes = c.writes[1:]
			w.finish(nil)
		}
	}
	if len(c.writes) == 0 && c.writerErr != nil {
		c.reads = finishAll(c.reads, c.writerErr)
	}
}

func finishAll(list []*conduitIO, err error) []*conduitIO {
	for _, x := range list {
		x.finish(err)
	}
	return nil
}

var (
	errTooManyBytes = webidl.TypeErrorf("Attempt to write too many bytes through a FixedLengthStream.")
	errTooFewBytes  = webidl.TypeErrorf("FixedLengthStream did not see all expected bytes before close().")
	errConduitShut  = webidl.TypeErrorf("This WritableStream has been closed.")
)

// write starts w. The bytes of w that are not taken at once are copied if they are JavaScript's.
func (c *conduit) write(w *conduitIO) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.readerErr != nil:
		w.finish(c.readerErr)
	case c.writerErr != nil:
		w.finish(errConduitShut)
	case c.expected >= 0 && c.written+int64(len(w.p)) > c.expected:
		w.finish(errTooManyBytes)
	case len(w.p) == 0:
		w.finish(nil)
	default:
		c.written += int64(len(w.p))
		c.writes = append(c.writes, w)
		c.match()
		if w.done != nil && w.n < len(w.p) {
			w.p, w.n = slices.Clone(w.p[w.n:]), 0
			if c.inGo {
				w.op = w.loop.Begin()
			}
		}
	}
}

// writeAsync writes data for JavaScript.
func (c *conduit) writeAsync(loop *eventloop.Loop, data []byte, done func(err error)) {
	c.write(&conduitIO{p: data, loop: loop, done: func(_ int, err error) { done(err) }})
}

// Write implements io.Writer for a goroutine.
func (c *conduit) Write(data []byte) (int, error) {
	w := &conduitIO{p: data, woken: make(chan struct{})}
	c.write(w)
	<-w.woken
	return w.n, w.err
}

// close implements goSink: it ends the data.
func (c *conduit) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.writerErr == io.EOF:
		return nil
	case c.writerErr != nil:
		return c.writerErr
	case c.readerErr != nil:
		return c.readerErr
	}
	if c.expected >= 0 && c.written < c.expected {
		c.writerErr = errTooFewBytes
		c.match()
		return errTooFewBytes
	}
	c.writerErr = io.EOF
	c.match()
	return nil
}

// abort implements goSink: it ends the data with an error, at once.
func (c *conduit) abort(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.writerErr == nil {
		c.writerErr = err
		c.writes = finishAll(c.writes, err)
		c.match()
	}
}

// feeding implements feeder.
func (c *conduit) feeding(fed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fed = fed
}

// read implements byteChannel.
func (c *conduit) read(x *conduitIO) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.readErr != nil {
		x.finish(c.readErr)
		return
	}
	c.reads = append(c.reads, x)
	c.match()
}

// shutReading implements byteChannel.
func (c *conduit) shutReading(readErr, writeErr error) {
	c.mu.Lock()
	if c.readErr != nil {
		c.mu.Unlock()
		return
	}
	c.readErr, c.readerErr = readErr, writeErr
	ended := c.writerErr != nil
	c.writes = finishAll(c.writes, writeErr)
	c.reads = finishAll(c.reads, readErr)
	c.mu.Unlock()
	if !ended && c.readerGone != nil {
		c.readerGone(writeErr)
	}
}

// needsLoop implements byteChannel: JavaScript writes, unless a goroutine does or all is written.
func (c *conduit) needsLoop() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.fed && c.writerErr == nil && c.readerErr == nil
}

// handToGo implements byteChannel, for writes of JavaScript that wait.
func (c *conduit) handToGo(loop *eventloop.Loop) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inGo = true
	for _, w := range c.writes {
		if w.done != nil && w.op == nil {
			w.op = loop.Begin()
		}
	}
}
