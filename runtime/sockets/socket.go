// Package sockets is connect() of cloudflare:sockets, TCP and TLS:
// https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/
//
// socket.go is a socket as scripts have it, connection.go what it stands on. The bytes stay in Go where a script pipes
// them from or to somewhere else.
package sockets

import (
	"context"
	"net"

	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// Host is what a realm's host does for its sockets.
type Host interface {
	// Context ends with the isolate, and its sockets with it.
	Context() context.Context
}

// transport is whether, and when, a socket is to speak TLS.
type transport string

const (
	plain    transport = "off"
	secure   transport = "on"
	startTLS transport = "starttls"
)

// socket is the Go value behind a Socket.
type socket struct {
	realm  *webidl.Realm
	dialer fetch.Dialer
	addr   string // host:port
	// accepted is the connection that was made to the Worker; nil if the script connects.
	accepted *Accepted

	transport     transport
	allowHalfOpen bool
	upgraded      bool // it has gone on as another socket

	connection     *connection
	readable       *streams.ReadableStream
	writable       *streams.WritableStream
	opened, closed *webidl.Promise
	closing        *webidl.Promise // what close returns; nil before
	receivedAll    bool
	sentAll        bool
}

// Connect implements connect(address, options) over a dialer.
func Connect(c webidl.Call, dialer fetch.Dialer) goja.Value {
	c.Check(c.Realm.CheckIO())
	addr, err := address(c.Realm, c.Arg(0))
	c.Check(err)
	s := newSocket(c.Realm, dialer, addr)
	options := c.Dictionary(1)
	s.allowHalfOpen = options.Bool("allowHalfOpen")
	if wanted, ok := options.String("secureTransport"); ok {
		switch s.transport = transport(wanted); s.transport {
		case plain, secure, startTLS:
		default:
			c.Throw(webidl.TypeErrorf("Unsupported value in secureTransport socket option: %s", wanted))
		}
	}
	span := tracing.Open(c.Realm, "connect") // which ends with the invocation
	ctx := tracing.WithContext(s.context(), span.Context())
	s.open(ctx, func() (net.Conn, error) { return dialer.Dial(ctx, addr, s.transport == secure) })
	return c.Realm.New(socketClass, s)
}

// address makes "host:port" of what a script gives.
func address(r *webidl.Realm, v goja.Value) (string, error) {
	if object, ok := v.(*goja.Object); ok {
		fields := r.Dictionary(object)
		host, _ := fields.String("hostname")
		port, ok := fields.Get("port")
		if !ok || port.ToNumber().String() == "NaN" {
			return "", webidl.TypeErrorf("The value cannot be converted because it is not an integer.")
		}
		return parseAddress(net.JoinHostPort(unbracketed(host), port.String()))
	}
	return parseAddress(r.USVString(v))
}

func unbracketed(host string) string {
	if len(host) > 1 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

// parseAddress reads an address as the authority of a URL.
func parseAddress(text string) (string, error) {
	u, err := weburl.Parse("fake://" + text)
	switch {
	case err != nil:
		return "", webidl.TypeErrorf("Specified address could not be parsed.")
	case u.Hostname() == "":
		return "", webidl.TypeErrorf("Specified address is missing hostname.")
	case u.Port() == "":
		return "", webidl.TypeErrorf("Specified address is missing port.")
	}
	return net.JoinHostPort(unbracketed(u.Hostname()), u.Port()), nil
}

// newSocket makes a socket without a connection.
func newSocket(r *webidl.Realm, dialer fetch.Dialer, addr string) *socket {
	s := &socket{realm: r, dialer: dialer, addr: addr, transport: plain, opened: r.NewPromise(), closed: r.NewPromise()}
	s.opened.MarkHandled()
	s.closed.MarkHandled()
	var out *streams.Outlet
	s.writable, out = streams.NewOutlet(r)
	s.connection = newConnection(out)
	s.connection.received = func() { r.Loop.Post(func() { s.receivedAll = true; s.end() }) }
	s.connection.broke = func(err error) { r.Loop.Post(func() { s.fail(err) }) }
	s.readable = streams.FromReader(r, &s.connection.in, -1)
	return s
}

func (s *socket) context() context.Context {
	if host, ok := s.realm.Host.(Host); ok {
		return host.Context()
	}
	return context.Background()
}

// open makes the connection. As long as there is something to wait for, nobody can say that nothing will come.
func (s *socket) open(ctx context.Context, dial func() (net.Conn, error)) {
	op := s.realm.Loop.Begin()
	go func() {
		s.connection.run(ctx, dial, func(err error) { s.realm.Loop.Post(func() { s.dialed(err) }) })
		op.Done(func() { s.sentAll = true; s.end() })
	}()
}

func (s *socket) dialed(err error) {
	if err != nil {
		s.opened.Reject(err)
		s.fail(err)
		return
	}
	s.opened.Resolve(s.info())
}

// fail is the end of a socket that did not end well.
func (s *socket) fail(err error) {
	if s.closed.Pending() {
		s.closed.Reject(err)
	}
}

// end closes the socket once the other side has ended what it sends, and this side too, if it is to go on until then.
func (s *socket) end() {
	if !s.receivedAll || !s.sentAll && s.allowHalfOpen || s.closing != nil || s.upgraded {
		return
	}
	s.close()
}

// close implements close(): what has been written is sent.
func (s *socket) close() goja.Value {
	if s.closing != nil {
		return s.closing.Value()
	}
	s.closing = s.realm.NewPromise()
	if s.upgraded || !s.closed.Pending() {
		s.closing.Resolve(goja.Undefined())
		return s.closing.Value()
	}
	reason := errClosing
	if s.readable.Reading() {
		reason = errSocketClosed
	}
	op := s.realm.Loop.Begin()
	go func() {
		s.connection.stop(reason)
		if s.connection.err == nil {
			s.connection.conn.Close()
		}
		// As in Workers, the script hears that the socket is closed before its read fails.
		if !op.Done(func() {
			defer s.connection.tell()
			if s.closed.Pending() {
				s.closed.Resolve(goja.Undefined())
			}
			s.closing.Resolve(goja.Undefined())
		}) {
			s.connection.tell()
		}
	}()
	return s.closing.Value()
}

// startTLS implements startTls(): the connection goes on as another socket, which speaks TLS.
func (s *socket) startTLS(c webidl.Call) goja.Value {
	switch {
	case s.upgraded:
		c.Throw(webidl.TypeErrorf("startTls has already been called on this socket, or the socket was transferred over RPC."))
	case s.transport == secure:
		c.Throw(webidl.TypeErrorf("Cannot startTls on a TLS socket."))
	case s.transport != startTLS:
		c.Throw(webidl.TypeErrorf("The `secureTransport` socket option must be set to 'starttls' for startTls to be used."))
	}
	name, _ := c.Dictionary(0).String("expectedServerHostname")
	s.upgraded = true
	next := newSocket(s.realm, s.dialer, s.addr)
	next.transport, next.allowHalfOpen = secure, s.allowHalfOpen
	ctx := s.context()
	next.open(ctx, func() (net.Conn, error) {
		s.connection.tell()
		s.connection.stop(errClosing)
		if s.connection.err != nil {
			return nil, s.connection.err
		}
		return s.dialer.StartTLS(ctx, s.connection.conn, s.addr, name)
	})
	if s.closed.Pending() {
		s.closed.Resolve(goja.Undefined())
	}
	return s.realm.New(socketClass, next)
}
