package rpc

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// newPipe makes a connection within the program, as its two ends. Unlike net.Pipe it can be closed in one direction, and
// bytes wait in it, up to maxPipe, so that both sides may write first.
func newPipe() (a, b net.Conn) {
	there, back := newFlow(), newFlow()
	return &pipeEnd{in: back, out: there}, &pipeEnd{in: there, out: back}
}

const maxPipe = 64 << 10

// flow is one direction of a pipe.
type flow struct {
	mu      sync.Mutex
	changed *sync.Cond
	bytes   []byte
	ended   bool // nothing more is written
	gone    bool // nothing more is read
	reset   bool // the other side has closed the connection without having read all of it
	expired bool // the deadline of reads has passed
}

func newFlow() *flow {
	f := &flow{}
	f.changed = sync.NewCond(&f.mu)
	return f
}

// set changes the flow, and wakes whoever waits.
func (f *flow) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	f.changed.Broadcast()
}

type pipeEnd struct{ in, out *flow }

// Read implements net.Conn.
func (p *pipeEnd) Read(b []byte) (int, error) {
	f := p.in
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		switch {
		case f.gone:
			return 0, net.ErrClosed
		case f.expired:
			return 0, os.ErrDeadlineExceeded
		case len(f.bytes) > 0:
			n := copy(b, f.bytes)
			f.bytes = f.bytes[n:]
			f.changed.Broadcast()
			return n, nil
		case f.reset:
			return 0, errLost
		case f.ended:
			return 0, io.EOF
		}
		f.changed.Wait()
	}
}

// Write implements net.Conn.
func (p *pipeEnd) Write(b []byte) (written int, err error) {
	f := p.out
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(b) > 0 {
		switch room := maxPipe - len(f.bytes); {
		case f.ended:
			return written, net.ErrClosed
		case f.gone:
			return written, io.ErrClosedPipe
		case room > 0:
			n := min(room, len(b))
			f.bytes = append(f.bytes, b[:n]...)
			b = b[n:]
			written += n
			f.changed.Broadcast()
		default:
			f.changed.Wait()
		}
	}
	return written, nil
}

// CloseWrite ends this direction; what has been written is read.
func (p *pipeEnd) CloseWrite() error {
	p.out.set(func() { p.out.ended = true })
	return nil
}

// Close implements net.Conn.
func (p *pipeEnd) Close() error {
	unread := false
	p.in.set(func() {
		unread = len(p.in.bytes) > 0
		p.in.gone, p.in.bytes = true, nil
	})
	if unread {
		p.Reset()
	}
	return p.CloseWrite()
}

// Reset says that something that has been sent was not read: the other side is told so in place of the end.
func (p *pipeEnd) Reset() { p.out.set(func() { p.out.reset = true }) }

// SetReadDeadline implements net.Conn for what sockets do: a time that has passed interrupts reads, none allows them again.
func (p *pipeEnd) SetReadDeadline(t time.Time) error {
	p.in.set(func() { p.in.expired = !t.IsZero() && !t.After(time.Now()) })
	return nil
}

func (p *pipeEnd) SetWriteDeadline(time.Time) error { return nil }
func (p *pipeEnd) SetDeadline(t time.Time) error    { return p.SetReadDeadline(t) }
func (p *pipeEnd) LocalAddr() net.Addr              { return pipeAddr{} }
func (p *pipeEnd) RemoteAddr() net.Addr             { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }
