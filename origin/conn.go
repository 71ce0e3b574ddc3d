package origin

import (
	"bytes"
	"errors"
	"io"
	"net"
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

	lastWord error         // the reader's first error; read it after heard is closed
	heard    chan struct{} // closed once lastWord is set, or the connection is closed
	hear     sync.Once

	absoluteURI atomic.Pointer[string] // see expectAbsoluteURI; nil nearly always
}

// lastWordTimeout bounds how long a failed Write waits for the reader. The peer has closed
// already, so the reader normally ends at once.
const lastWordTimeout = time.Second

func newConn(inner net.Conn, f *facts) *conn {
	return &conn{Conn: inner, facts: f, heard: make(chan struct{})}
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		c.hear.Do(func() { c.lastWord = err; close(c.heard) })
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	if uri := c.absoluteURI.Swap(nil); uri != nil {
		return c.writeOriginForm(p, *uri)
	}
	n, err := c.Conn.Write(p)
	if err != nil {
		err = c.explainWrite(err)
	}
	return n, err
}

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.hear.Do(func() { c.lastWord = net.ErrClosed; close(c.heard) })
	return err
}

// explainWrite waits for the reader's first error and prefers it if it says more.
func (c *conn) explainWrite(err error) error {
	timer := time.NewTimer(lastWordTimeout)
	defer timer.Stop()
	select {
	case <-c.heard:
	case <-timer.C:
	}
	if last := c.reason(); last != nil {
		return last
	}
	return err
}

// reason is the reader's first error if that tells more than "it ended".
func (c *conn) reason() error {
	select {
	case <-c.heard:
		if errors.Is(c.lastWord, io.EOF) || errors.Is(c.lastWord, net.ErrClosed) {
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
