package sockets

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// connection is a connection that is being made, or has been, between its two streams. Its bytes go between the streams
// and the network in goroutines.
type connection struct {
	ready chan struct{} // closed when conn or err is there
	conn  net.Conn
	err   error

	in  inlet
	out *streams.Outlet
	// cuts says that what arrives once nothing more is read is not read either.
	cuts bool
	// sent is closed when nothing more will be sent.
	sent chan struct{}

	// received is told when all has been received, and broke why nothing more can be received or sent. They are called
	// from goroutines.
	received func()
	broke    func(err error)

	mu      sync.Mutex
	closing error // why nothing more is read, here
	// told is closed, by tell, when the script may learn that its read is over.
	told chan struct{}
	tell func()
}

// What is read of, or written to, a socket that has been closed, before and after.
var (
	errClosing       = webidl.TypeErrorf("This ReadableStream belongs to an object that is closing.")
	errSocketClosed  = webidl.TypeErrorf("This socket has been closed.")
	errWritingClosed = webidl.TypeErrorf("This WritableStream has been closed.")
)

func newConnection(out *streams.Outlet) *connection {
	c := &connection{ready: make(chan struct{}), out: out, sent: make(chan struct{}), told: make(chan struct{})}
	c.tell = sync.OnceFunc(func() { close(c.told) })
	c.in.connection = c
	return c
}

// run makes the connection with dial and sends what the script writes. When ctx ends, so does the connection.
func (c *connection) run(ctx context.Context, dial func() (net.Conn, error), dialed func(err error)) {
	defer close(c.sent)
	c.conn, c.err = dial()
	close(c.ready)
	dialed(c.err)
	if c.err != nil {
		c.out.Fail(c.err)
		return
	}
	context.AfterFunc(ctx, func() {
		c.conn.Close()
		c.out.Fail(errWritingClosed)
	})
	c.send()
}

// send copies from the script to the network until the script has closed its stream.
func (c *connection) send() {
	buffer := make([]byte, 32<<10)
	for {
		n, err := c.out.Read(buffer)
		if n > 0 {
			if _, failed := c.conn.Write(buffer[:n]); failed != nil {
				lost := lostConnection(failed)
				c.out.Fail(lost)
				c.broke(lost)
				return
			}
		}
		if err == nil {
			continue
		}
		if half, ok := c.conn.(interface{ CloseWrite() error }); ok && c.stopped() == nil {
			half.CloseWrite()
		}
		return
	}
}

// stop ends reading, now, with an error, which the script gets once tell is called, and writing after what has been
// written; it returns when that is done. The connection stays as it is.
func (c *connection) stop(reason error) {
	<-c.ready
	c.refuse(reason)
	if c.err != nil {
		return
	}
	c.out.Finish()
	c.conn.SetReadDeadline(time.Unix(1, 0))
	<-c.sent
	c.out.Fail(errWritingClosed)
	c.in.reading.Lock() // until the read that was under way is over
	c.conn.SetReadDeadline(time.Time{})
	c.in.reading.Unlock()
}

// refuse has nothing more be read, and says why.
func (c *connection) refuse(reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closing = reason
}

// stopped is why the script reads no more, or nil.
func (c *connection) stopped() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing
}

// inlet is what comes from the network.
type inlet struct {
	connection *connection
	reading    sync.Mutex
}

// Read implements io.Reader. Of a connection that could not be made there is nothing to be read.
func (in *inlet) Read(p []byte) (int, error) {
	n, err := in.read(p)
	if closing := in.connection.stopped(); closing != nil && err == closing {
		<-in.connection.told
	}
	return n, err
}

func (in *inlet) read(p []byte) (int, error) {
	c := in.connection
	<-c.ready
	in.reading.Lock()
	defer in.reading.Unlock()
	if closing := c.stopped(); closing != nil {
		return 0, closing
	}
	if c.err != nil {
		return 0, io.EOF
	}
	n, err := c.conn.Read(p)
	switch closing := c.stopped(); {
	case n > 0 && closing != nil && c.cuts:
		if conn, ok := c.conn.(interface{ Reset() }); ok {
			conn.Reset()
		}
		return 0, closing
	case n > 0 || err == nil:
		return n, nil
	case closing != nil:
		return 0, closing
	case err == io.EOF:
		c.received()
		return 0, io.EOF
	}
	lost := lostConnection(err)
	c.broke(lost)
	return 0, lost
}

// Close implements io.Closer: the script reads no more. That says nothing about writing.
func (in *inlet) Close() error { return nil }

// lostConnection is what a script sees of a connection that broke.
func lostConnection(err error) error {
	if e, ok := errors.AsType[*webidl.Error](err); ok {
		return e
	}
	return &webidl.Error{Name: "Error", Message: "Network connection lost.", Retryable: true, Cause: err}
}
