package origin_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"devserver/origin"
)

// hangUpAfterFirst serves http:// and hangs up on the second request of each connection without a response. It counts the
// requests that arrive.
func hangUpAfterFirst(t *testing.T) (addr string, arrived *atomic.Int32) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	arrived = new(atomic.Int32)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for first := true; readRaw(conn) != ""; first = false {
					arrived.Add(1)
					if !first {
						return
					}
					io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				}
			}()
		}
	}()
	return listener.Addr().String(), arrived
}

// A request that may have been seen is never sent twice, even on a kept connection, whatever its method says.
func TestNoSecondRequest(t *testing.T) {
	for _, c := range []struct {
		method, key, body string
	}{
		{"GET", "", ""}, {"HEAD", "", ""}, {"OPTIONS", "", ""}, {"TRACE", "", ""}, {"DELETE", "", ""},
		{"POST", "", ""}, {"POST", "", "pay"}, {"POST", "Idempotency-Key", ""}, {"PUT", "x-idempotency-key", "pay"}, {"GET", "idempotency-key", ""},
	} {
		t.Run(c.method+" "+c.key+" "+c.body, func(t *testing.T) {
			host, arrived := hangUpAfterFirst(t)
			client := newClient(t, origin.Options{})
			send := func() error {
				header := http.Header{}
				if c.key != "" {
					header[c.key] = []string{"1"}
				}
				var body io.Reader
				if c.body != "" {
					body = strings.NewReader(c.body)
				}
				res, err := fetch(t, client, c.method, "http", host, "/", header, body, int64(len(c.body)))
				if err == nil {
					io.Copy(io.Discard, res.Body)
					res.Body.Close()
				}
				return err
			}
			if err := send(); err != nil {
				t.Fatal(err)
			}
			err := send()
			e, is := errors.AsType[*origin.Error](err)
			if !is || e.Code != origin.OriginClosed || !strings.Contains(e.Why, "had been kept") {
				t.Errorf("got %v, want %s on a kept connection", err, origin.OriginClosed)
			}
			if n := arrived.Load(); n != 2 {
				t.Errorf("%d requests arrived, want 2", n)
			}
		})
	}
}

// unwritable refuses what is written to it once it is told to, as a socket does whose other side has gone.
type unwritable struct {
	net.Conn
	gone atomic.Bool
}

func (c *unwritable) Write(p []byte) (int, error) {
	if c.gone.Load() {
		c.Conn.Close()
		return 0, &net.OpError{Op: "write", Err: syscall.EPIPE}
	}
	return c.Conn.Write(p)
}

// A connection that is new and cannot be written to is not tried again for ever.
func TestNoSecondRequestOnNewConnections(t *testing.T) {
	host, _ := hangUpAfterFirst(t)
	var dialled atomic.Int32
	client := newClient(t, origin.Options{Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		dead := &unwritable{Conn: conn}
		dead.gone.Store(dialled.Add(1) <= 3)
		return dead, nil
	}})
	_, err := fetch(t, client, "GET", "http", host, "/", nil, nil, 0)
	if e, is := errors.AsType[*origin.Error](err); !is || e.Code != origin.OriginClosed || dialled.Load() != 1 {
		t.Errorf("got %v after %d connections, want %s after one", err, dialled.Load(), origin.OriginClosed)
	}
}

// A request of which nothing was written is sent again, whatever its method is, and that is said.
func TestSecondRequestIfNothingWasWritten(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		t.Run(method, func(t *testing.T) {
			host, arrived := hangUpAfterFirst(t)
			var mu sync.Mutex
			var conns []*unwritable
			var seen events
			client := newClient(t, origin.Options{Observe: seen.observe, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				mu.Lock()
				defer mu.Unlock()
				conns = append(conns, &unwritable{Conn: conn})
				return conns[len(conns)-1], nil
			}})
			for i := range 2 {
				res, err := fetch(t, client, method, "http", host, "/", nil, nil, 0)
				if err != nil {
					t.Fatalf("request %d: %v", i+1, err)
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
				conns[0].gone.Store(true)
			}
			if n := arrived.Load(); n != 2 || len(conns) != 2 {
				t.Errorf("%d requests on %d connections, want 2 on 2", n, len(conns))
			}
			if codes := seen.codes(); !slices.Equal(codes, []string{origin.NoticeRepeated}) {
				t.Errorf("events %v", codes)
			}
		})
	}
}

// A connection on which a response may have a body that it must not have is not used again: that body would be taken for
// the next response.
func TestForbiddenBody(t *testing.T) {
	for _, status := range []string{"204 No Content", "304 Not Modified"} {
		t.Run(status, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			responses := make(chan string, 2)
			responses <- "HTTP/1.1 " + status + "\r\nContent-Length: 5\r\n\r\n"
			responses <- "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					go func() {
						defer conn.Close()
						readRaw(conn)
						io.WriteString(conn, <-responses)
						if readRaw(conn) != "" { // not before there is another request, or net/http would notice
							io.WriteString(conn, "hello")
						}
					}()
				}
			}()
			client := newClient(t, origin.Options{})
			for _, want := range []string{status, "200 OK"} {
				res, err := fetch(t, client, "POST", "http", listener.Addr().String(), "/", nil, nil, 0)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				if res.Status != want {
					t.Errorf("status %q, want %q", res.Status, want)
				}
			}
		})
	}
}
