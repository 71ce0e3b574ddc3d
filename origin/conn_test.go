package origin

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// scripted is a connection whose writes fail at once and whose reads fail when told to.
type scripted struct {
	net.Conn
	read chan error
}

func (s scripted) Write([]byte) (int, error) { return 0, syscall.EPIPE }
func (s scripted) Read([]byte) (int, error)  { return 0, <-s.read }
func (s scripted) Close() error              { return nil }

func (s scripted) SetReadDeadline(time.Time) error { return nil }

// TestLastWord is what a failed write waits for, and how long, on a clock of its own.
func TestLastWord(t *testing.T) {
	alert := &net.OpError{Op: "remote error", Err: errors.New("tls: unknown certificate authority")}
	for _, c := range []struct {
		name  string
		after time.Duration // when the reader ends; 0: never
		last  error
		want  error
		took  time.Duration
	}{
		{"the alert was read already", time.Nanosecond, alert, alert, time.Nanosecond},
		{"the alert comes late", 30 * time.Second, alert, alert, 30 * time.Second},
		{"the other side has ended in good order", time.Second, io.EOF, syscall.EPIPE, time.Second},
		{"the reader never ends", 0, nil, syscall.EPIPE, time.Minute}, // the call's time
		{"the reader ends after the call", 2 * time.Minute, alert, syscall.EPIPE, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				read := make(chan error, 2)
				conn := newConn(scripted{read: read}, &facts{})
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				over := ctx.Done()
				conn.over.Store(&over)
				go conn.Read(nil)
				if c.after > 0 {
					time.AfterFunc(c.after, func() { read <- c.last })
				}
				defer func() { read <- io.EOF }() // for a reader that still waits
				begun := time.Now()
				_, err := conn.Write([]byte("x"))
				if took := time.Since(begun); err != c.want || took != c.took {
					t.Errorf("got %v after %v, want %v after %v", err, took, c.want, c.took)
				}
			})
		})
	}
	t.Run("closed", func(t *testing.T) {
		conn := newConn(scripted{}, &facts{})
		conn.Close()
		if _, err := conn.Write([]byte("x")); err != syscall.EPIPE {
			t.Error(err)
		}
	})
}

// TestLastWordHTTP2: the reader of HTTP/2 writes too, so that a failed write must not wait for it without end.
func TestLastWordHTTP2(t *testing.T) {
	alert := &net.OpError{Op: "remote error", Err: errors.New("tls: unknown certificate authority")}
	const acknowledgement, ping = "\x00\x00\x00\x04\x01\x00\x00\x00\x00", "\x00\x00\x08\x06\x00\x00\x00\x00\x00"
	for _, c := range []struct {
		name, frame string
		reading     bool          // something reads while the frame is written
		after       time.Duration // when a read ends; 0: never
		want        error
		took        time.Duration
	}{
		{"the reader acknowledges", acknowledgement, false, 100 * time.Millisecond, alert, 100 * time.Millisecond},
		{"another writes while the reader reads", ping, true, 100 * time.Millisecond, alert, 100 * time.Millisecond},
		{"another writes while the reader waits for its turn", ping, false, 0, syscall.EPIPE, lastWordPatience},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				read := make(chan error, 1)
				conn := newConn(scripted{read: read}, &facts{http2: true})
				conn.reading.Store(true)
				if c.reading {
					go conn.Read(nil)
				}
				if c.after > 0 {
					time.AfterFunc(c.after, func() { read <- alert })
				}
				begun := time.Now()
				_, err := conn.Write([]byte(c.frame))
				if took := time.Since(begun); err != c.want || took != c.took {
					t.Errorf("got %v after %v, want %v after %v", err, took, c.want, c.took)
				}
			})
		})
	}
}
