package origin

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// conn is a connection to an origin that remembers what is known about it, and does not
// lose the origin's last word.
//
// In TLS 1.3 an origin refuses a client certificate after the client's handshake has
// succeeded. If a request body is being written then, the write fails first ("connection
// reset by peer") and the alert that says why lies unread. So a failed Write waits for the
// reader to come upon the alert, and returns that instead. It is what golang/go#79952 asks for.
// The same wait lets a response that was sent before the reset win over the reset.
type conn struct {
	net.Conn // *tls.Conn, or the TCP connection for http://
	facts    *facts
	sent     atomic.Int64                    // bytes that were written
	over     atomic.Pointer[<-chan struct{}] // of the call that has the connection; nil if several may have it (HTTP/2)

	reading  atomic.Bool   // somebody reads, or has read
	begun    bool          // something has been read; the reader's
	lastWord error         // the reader's first error; read it after heard is closed
	heard    chan struct{} // closed once lastWord is set, or the connection is closed
	hear     sync.Once

	http2First  atomic.Bool            // the origin began with a frame of HTTP/2, which was not agreed on
	absoluteURI atomic.Pointer[string] // see expectAbsoluteURI; nil nearly always
}

func newConn(inner net.Conn, f *facts) *conn {
	return &conn{Conn: inner, facts: f, heard: make(chan struct{})}
}

func (c *conn) Read(p []byte) (int, error) {
	c.reading.Store(true)
	n, err := c.Conn.Read(p)
	if !c.begun && n > 0 {
		c.begun = true
		c.http2First.Store(!c.facts.http2 && isSettings(p[:n]))
	}
	if err != nil {
		c.hear.Do(func() { c.lastWord = err; close(c.heard) })
	}
	return n, err
}

var errHTTP2First = errors.New("the origin began with a frame of HTTP/2")

// isSettings reports whether what an origin says first is a SETTINGS frame, by which servers of HTTP/2 begin:
// https://www.rfc-editor.org/rfc/rfc9113.html#name-settings
func isSettings(p []byte) bool {
	return len(p) >= 9 && p[0] == 0 && p[1] == 0 && p[3] == 4 && [5]byte(p[4:9]) == [5]byte{}
}

func (c *conn) Write(p []byte) (int, error) {
	if uri := c.absoluteURI.Swap(nil); uri != nil {
		return c.writeOriginForm(p, *uri)
	}
	n, err := c.Conn.Write(p)
	c.sent.Add(int64(n))
	if err != nil {
		err = c.explainWrite(p, err)
	}
	return n, err
}

// ReadFrom implements io.ReaderFrom: net/http copies request bodies with it, and would make a buffer for each otherwise.
func (c *conn) ReadFrom(r io.Reader) (n int64, err error) {
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	return io.CopyBuffer(struct{ io.Writer }{c}, struct{ io.Reader }{r}, buffer[:])
}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.hear.Do(func() { c.lastWord = net.ErrClosed; close(c.heard) })
	return err
}

// explainWrite waits for the reader's first error, as long as the call lasts, and prefers it if it says more than the
// error of writing p. The transports read all the time, unless a response has begun that the Worker does not read on; then
// the call has got what it wanted, and the wait keeps nobody but the rest of the request body.
//
// On HTTP/2 the reader may itself be what writes, or wait until it may: there nothing is waited for without a limit.
func (c *conn) explainWrite(p []byte, err error) error {
	var over <-chan struct{}
	var late <-chan time.Time
	if c.facts.http2 {
		if !c.reading.Load() || isAcknowledgement(p) {
			c.readLastWord()
		}
		late = time.After(lastWordPatience)
	} else if call := c.over.Load(); call != nil {
		over = *call
	}
	select {
	case <-c.heard:
	case <-over:
	case <-late:
	}
	if last := c.reason(); last != nil {
		return last
	}
	return err
}

// isAcknowledgement reports whether p is a SETTINGS or PING frame with the flag ACK, which only the reader writes:
// https://www.rfc-editor.org/rfc/rfc9113.html#name-settings-synchronization
func isAcknowledgement(p []byte) bool {
	return len(p) >= 9 && (p[3] == 4 || p[3] == 6) && p[4]&1 != 0
}

// lastWordPatience is how long the origin's last word is waited for where no call bounds the wait.
const lastWordPatience = time.Second

// readLastWord reads what there is on a connection that broke while nobody reads it: HTTP/2 writes its preface before it
// begins to read, and the reader itself acknowledges.
func (c *conn) readLastWord() {
	c.Conn.SetReadDeadline(time.Now().Add(lastWordPatience))
	var discarded [512]byte
	for {
		if _, err := c.Read(discarded[:]); err != nil {
			return
		}
	}
}

// reason is the reader's first error if that tells more than "it ended".
func (c *conn) reason() error {
	select {
	case <-c.heard:
		if errors.Is(c.lastWord, io.EOF) || errors.Is(c.lastWord, net.ErrClosed) || errors.Is(c.lastWord, os.ErrDeadlineExceeded) {
			return nil
		}
		return c.lastWord
	default:
		return nil
	}
}

// expectAbsoluteURI announces that the next Write begins a request whose line starts its
// target with scheme and a colon, which net/http does for a path that begins with "//". The
// origin shall get the path alone, as the Worker wrote it, so that Write leaves them out.
func (c *conn) expectAbsoluteURI(scheme string) {
	prefix := " " + scheme + ":"
	c.absoluteURI.Store(&prefix)
}

// writeOriginForm writes p without the scheme and colon that follow the method.
func (c *conn) writeOriginForm(p []byte, prefix string) (int, error) {
	method, rest, found := bytes.Cut(p, []byte(prefix))
	if !found || bytes.ContainsAny(method, " \r\n") {
		return c.Write(p)
	}
	line := slices.Concat(method, []byte(" "), rest)
	n, err := c.Write(line)
	if n == len(line) {
		n = len(p)
	}
	return n, err
}
