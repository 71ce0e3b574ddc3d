// Package fetch is the Fetch Standard as Workers have it: Headers, Request, Response, fetch() and the class Fetcher.
//
// Everything that a Worker can call is a [Target], an http.RoundTripper with URLs that are not re-encoded: the network
// behind the global fetch, an mTLS binding, another Worker. There is one implementation of fetching over all of them,
// in fetch.go, so that bodies, signals and redirects work alike, and each hop of a redirect goes through the same
// target. The same seam leads in: [NewRequest] makes the Request of an incoming *http.Request, [Response.HTTP] the
// *http.Response that answers it.
//
// Go data stays in Go until a script looks at it. An incoming Request costs one small object; its headers, URL and
// body come into being one by one as they are asked for. A body that came from Go and is returned untouched is handed
// on as the io.Reader that it is.
package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Target is what requests are sent to. Its requests carry the URL as url.URL{Scheme, Host, Opaque: "/path?query"},
// the serialisation of the URL Standard byte for byte, and header names as the script spelt them, well-known names
// excepted, which are as net/http has them. A request without body has Body nil; http.NoBody is an empty one. An error
// that is a *webidl.Error reaches the script as it is.
type Target interface {
	RoundTrip(*http.Request) (*http.Response, error)
}

// Dialer is a Target that can open connections, too: what connect() reaches. Errors that are a *webidl.Error reach the
// script as they are. It is called from goroutines.
type Dialer interface {
	// Dial connects to "host:port" and, if it is to be secure, makes TLS.
	Dial(ctx context.Context, addr string, secure bool) (net.Conn, error)
	// StartTLS makes TLS over a connection to addr, which it owns. A name that is not empty is verified instead of addr's.
	StartTLS(ctx context.Context, conn net.Conn, addr, name string) (net.Conn, error)
}

// Worker is a Target that is another Worker: it is told of a request's cf, which a network does not carry.
type Worker interface {
	Target
	// WithCF returns the request with cf, as JSON.
	WithCF(req *http.Request, cf string) *http.Request
}

// Environment is what an isolate gives its fetches.
type Environment struct {
	// Target is what the global fetch reaches; nil means that it is refused.
	Target Target
	// Context returns the context that ends with the isolate. It is called when the first request is sent; nil means
	// one that never ends.
	Context func() context.Context
	// WebSocket makes the WebSocket of a response with status 101. Nil means that such responses are errors.
	WebSocket func(*webidl.Realm, Upgraded) WebSocket
	// Property is a property that a Fetcher over a target does not have itself: what can be called of it besides
	// fetch(). Nil means that there is nothing.
	Property func(c webidl.Call, target Target, name string) goja.Value
	// Connect is connect() over a Dialer; it throws as members do. Nil means that there is none.
	Connect func(c webidl.Call, d Dialer) goja.Value
}

// Host is a realm's host that says what its fetches have.
type Host interface{ FetchEnvironment() Environment }

// Init implements the initialization of [webidl.State].
func (s *state) Init(r *webidl.Realm) {
	if host, ok := r.Host.(Host); ok {
		s.Environment = host.FetchEnvironment()
	}
}

// Attach gives its environment to a realm whose host is no [Host]. Without either, the global fetch is refused.
func Attach(r *webidl.Realm, env Environment) { webidl.State[state](r).Environment = env }

// state is what the package keeps per isolate.
type state struct {
	Environment
}

func (s *state) context() context.Context {
	if s.Context == nil {
		return context.Background()
	}
	return s.Context()
}

// networkError is the error that a script sees when a target failed, or a body broke off: why the exchange was
// cancelled, if a script or the body of its request did that; the target's own *webidl.Error; or else what Workers say
// of a lost connection, with the reason as cause.
func networkError(ctx context.Context, err error) error {
	for _, reason := range []error{context.Cause(ctx), err} {
		if thrown, ok := errors.AsType[*webidl.Thrown](reason); ok {
			return thrown
		}
		if e, ok := errors.AsType[*webidl.Error](reason); ok {
			return e
		}
		if e, ok := errors.AsType[webidl.ForeignError](reason); ok {
			return e
		}
	}
	return &webidl.Error{Name: "Error", Message: "Network connection lost.", Cause: err, Retryable: lostConnection(err)}
}

// lostConnection reports whether an error means that another attempt may succeed.
func lostConnection(err error) bool {
	for _, lost := range []error{
		io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE,
	} {
		if errors.Is(err, lost) {
			return true
		}
	}
	_, ok := errors.AsType[*net.OpError](err)
	return ok
}
