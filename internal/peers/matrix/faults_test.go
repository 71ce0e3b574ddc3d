//go:build peers

package matrix_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"devserver/origin"
)

// fault is what a proxy does to a connection when so many bytes have passed in one direction.
type fault string

const (
	reset     fault = "reset"      // the connection, with what is on its way
	halfClose fault = "half-close" // after that byte nothing comes but the end; in a record, that truncates it
	stall     fault = "stall"
	drip      fault = "drip" // a byte a second
)

// places are the bytes at which faults happen: in the first record's header, in the hellos, in the certificates, about
// the end of the handshake, in the request or response.
var places = []int64{0, 1, 5, 6, 300, 800, 1200, 1500, 1700, 2000, 2300, 2600, 4000, 20_000, 100_000}

var errTooLate = errors.New("the caller's deadline")

// TestFaults breaks connections at many places, in both directions: each call ends within its deadline, with a cause that
// has a name, or is answered in full if the fault came after all was said.
func TestFaults(t *testing.T) {
	a := newAuthorities()
	ends := []string{origin.TLSClosed, origin.OriginClosed, origin.ResponseTruncated, origin.ResetAfterHandshake}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		server := goServer.start(t, a, setup{version: version, cert: proper, asks: required, answer: echo})
		for _, f := range []fault{reset, halfClose, stall, drip} {
			for _, toClient := range []bool{true, false} {
				for _, offer := range offers {
					t.Run(fmt.Sprintf("%s/%s/%s/toClient=%v", tls.VersionName(version), f, offer.name, toClient), func(t *testing.T) {
						var mu sync.Mutex
						outcomes := map[string]int{}
						each(len(places), len(places), func(i int) {
							after := places[i]
							proxied := *server
							proxied.addr = faultProxy(t, server.addr, f, toClient, after)
							o := newClient(t, &proxied, origin.Options{
								Identity: a.identity(good), Roots: []*x509.Certificate{a.servers.Cert}, HTTP2: offer.http2,
							})
							limit := 5 * time.Second
							if f == stall || f == drip {
								limit = 100 * time.Millisecond
							}
							ctx, cancel := context.WithTimeoutCause(t.Context(), limit, errTooLate)
							defer cancel()
							type result struct {
								got string
								err error
							}
							ended := make(chan result, 1)
							go func() {
								got, err := post(ctx, o, 64<<10)
								ended <- result{got, err}
							}()
							var got string
							var err error
							select {
							case r := <-ended:
								got, err = r.got, r.err
							case <-time.After(limit + 5*time.Second):
								t.Errorf("after %d bytes: it does not end, long after its deadline", after)
								return
							}
							mu.Lock()
							defer mu.Unlock()
							e, explained := errors.AsType[*origin.Error](err)
							switch {
							case err == nil && got == seen("worker", 64<<10):
								outcomes["answered"]++
							case explained && slices.Contains(ends, e.Code) && (f == reset || f == halfClose):
								outcomes[e.Code]++
							case explained && e.Code == origin.ConnectionRefused && f == reset && after == 0: // before connect returned
								outcomes[e.Code]++
							case errors.Is(err, errTooLate) && (f == stall || f == drip):
								outcomes["deadline"]++
							default:
								t.Errorf("after %d bytes: got %q, %v (%s)", after, got, err, code(codeOf(err)))
							}
						})
						t.Log(outcomes)
						if outcomes["answered"] == len(places) {
							t.Error("no connection was broken")
						}
					})
				}
			}
		}
	}
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*origin.Error](err); ok {
		return e.Code
	}
	return ""
}

// faultProxy passes connections on to addr and does f when so many bytes have gone to the client, or come from it.
func faultProxy(t testing.TB, addr string, f fault, toClient bool, after int64) string {
	t.Helper()
	l := listen(t)
	done := t.Context().Done()
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", addr)
			if err != nil {
				client.Close()
				return
			}
			from, to := server.(*net.TCPConn), client.(*net.TCPConn)
			if !toClient {
				from, to = to, from
			}
			go pass(from, to) // the other direction
			go func() {
				io.CopyN(to, from, after)
				harm(f, from, to, done)
			}()
			context.AfterFunc(t.Context(), func() { client.Close(); server.Close() })
		}
	}()
	return l.Addr().String()
}

// pass hands on what comes from to, until the end.
func pass(to, from *net.TCPConn) {
	io.Copy(to, from)
	to.CloseWrite()
}

// harm is the fault. What comes is still read, so that no buffer fills up.
func harm(f fault, from, to *net.TCPConn, done <-chan struct{}) {
	switch f {
	case reset:
		from.SetLinger(0)
		to.SetLinger(0)
		from.Close()
		to.Close()
	case halfClose:
		to.CloseWrite()
		io.Copy(io.Discard, from)
	case stall:
		io.Copy(io.Discard, from)
	case drip:
		one := make([]byte, 1)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-done:
				return
			}
			if _, err := from.Read(one); err != nil {
				return
			}
			if _, err := to.Write(one); err != nil {
				return
			}
		}
	}
}

// TestPatience has an origin that stalls, or sends a byte a second, while nobody has set a deadline, at a fake clock: the
// handshake ends by itself.
func TestPatience(t *testing.T) {
	a := newAuthorities()
	for _, c := range []struct {
		name  string
		serve func(net.Conn)
	}{
		{"stall", func(net.Conn) {}},
		{"drip", func(conn net.Conn) {
			for _, b := range []byte("\x16\x03\x03\x40\x00" + string(make([]byte, 1000))) {
				time.Sleep(time.Second)
				if _, err := conn.Write([]byte{b}); err != nil {
					return
				}
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var work sync.WaitGroup
				o := origin.New(origin.Options{
					Identity: a.identity(good), Roots: []*x509.Certificate{a.servers.Cert},
					Dial: func(context.Context, string, string) (net.Conn, error) {
						client, server := net.Pipe()
						work.Go(func() { io.Copy(io.Discard, server) })
						work.Go(func() { c.serve(server) })
						return client, nil
					},
				})
				defer o.Close()
				begun := time.Now()
				_, err := post(t.Context(), o, 1)
				if codeOf(err) != origin.TLSTimeout {
					t.Errorf("got %v", err)
				}
				if took := time.Since(begun); took < time.Second || took > time.Minute {
					t.Errorf("it took %v", took)
				}
				work.Wait()
			})
		})
	}
}

// TestNoConnection is situation 23: there is no server at all.
func TestNoConnection(t *testing.T) {
	closed := listen(t)
	closed.Close()
	dialer := net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: unknownNames(t)}}
	for _, c := range []struct {
		name   string
		dial   func(context.Context, string, string) (net.Conn, error)
		status int
		code   string
	}{
		{"refused", func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, closed.Addr().String())
		}, 521, origin.ConnectionRefused},
		{"unknown name", dialer.DialContext, 530, origin.DNSFailed},
		{"unreachable", func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, "255.255.255.255:443") // TCP cannot go there: nothing is sent
		}, 523, origin.NetworkUnreachable},
		{"no answer", func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ETIMEDOUT} // the kernel's word after two minutes
		}, 522, origin.ConnectTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := origin.New(origin.Options{Dial: c.dial})
			defer o.Close()
			_, err := post(t.Context(), o, bodySize)
			e, ok := errors.AsType[*origin.Error](err)
			if !ok || e.Code != c.code || e.Status != c.status {
				t.Errorf("got %v; want %d %s", err, c.status, c.code)
			}
		})
	}
}

// unknownNames is a resolver's way to a name server on loopback that knows no names.
func unknownNames(t testing.TB) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		query := make([]byte, 512)
		for {
			n, from, err := l.ReadFrom(query)
			if err != nil {
				return
			}
			query[2] |= 0x80             // a response
			query[3] = query[3]&0xf0 | 3 // NXDOMAIN
			query[10], query[11] = 0, 0  // without the query's additional record
			l.WriteTo(query[:questionEnd(query[:n])], from)
		}
	}()
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", l.LocalAddr().String())
	}
}

// questionEnd is where the one question of a query ends: after the labels of its name, its type and class.
func questionEnd(query []byte) int {
	i := 12
	for query[i] != 0 {
		i += int(query[i]) + 1
	}
	return i + 5
}
