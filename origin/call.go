package origin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
)

// call is one RoundTrip as its explanation will need it.
type call struct {
	ctx    context.Context
	facts  *facts // until conn is known
	conn   *conn  // nil before there is one, or through a proxy's tunnel
	scheme string // set if net/http will write the request line in absolute form
}

type callKey struct{}

func (c *call) context() context.Context {
	ctx := context.WithValue(c.ctx, callKey{}, c)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: c.gotConn})
}

func (c *call) gotConn(info httptrace.GotConnInfo) {
	if c.conn, _ = info.Conn.(*conn); c.conn != nil && c.scheme != "" {
		c.conn.expectAbsoluteURI(c.scheme)
	}
}

// form makes out's URL into what net/http writes as the right request line: the path and
// query as they are, or the whole URL for an http:// request through a proxy.
func (c *call) form(out *http.Request, proxied bool) {
	if proxied && out.URL.Scheme == "http" && out.URL.Opaque != "" {
		out.URL.Opaque = "//" + out.URL.Host + out.URL.Opaque
		return
	}
	if strings.HasPrefix(RequestURI(out.URL), "//") {
		c.scheme = out.URL.Scheme
		out.URL.Opaque = RequestURI(out.URL)
	}
}

// cause prefers what the connection heard to what net/http made of it.
func (c *call) cause(err error) error {
	if c.conn != nil {
		if last := c.conn.reason(); last != nil {
			return last
		}
	}
	return err
}

func (c *call) known() *facts {
	if c.conn != nil {
		return c.conn.facts
	}
	return c.facts
}

// body explains how a response body ended, if it did not end well.
type body struct {
	io.ReadCloser
	client *Client
	call   *call
	end    error // sticky
}

func (b *body) Read(p []byte) (int, error) {
	if b.end != nil {
		return 0, b.end
	}
	n, err := b.ReadCloser.Read(p)
	switch {
	case err == nil:
		return n, nil
	case b.call.ctx.Err() != nil:
		// Even for io.EOF: an origin that notices the cancellation may end its response in
		// good order, and half a body must not look like a whole one.
		b.end = context.Cause(b.call.ctx)
	case err == io.EOF || errors.Is(err, http.ErrBodyReadAfterClose):
		b.end = err
	default:
		b.end = b.client.fail(fmt.Errorf("%w: %w", errTruncated, b.call.cause(err)), b.call.known())
	}
	return n, b.end
}

var errTruncated = errors.New("response body")
