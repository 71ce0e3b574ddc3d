package origin

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"
)

// call is one RoundTrip as its explanation will need it.
type call struct {
	ctx     context.Context
	request *http.Request
	facts   *facts // until conn is known
	conn    *conn  // nil before there is one, or through a proxy's tunnel
	reused  bool   // conn had been used before
	begun   int64  // what had been written to conn before
	scheme  string // set if net/http will write the request line in absolute form

	repeated func() // is told that the request is sent on another connection

	spare atomic.Pointer[conn] // one that was made for HTTP/2, and for which the origin chose HTTP/1.1
}

type callKey struct{}

func (c *call) context() context.Context {
	ctx := context.WithValue(c.ctx, callKey{}, c)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: c.gotConn})
}

// gotConn is called again if the call is made once more, because nothing could be written.
func (c *call) gotConn(info httptrace.GotConnInfo) {
	again := c.conn != nil
	if c.conn, _ = info.Conn.(*conn); c.conn == nil {
		return
	}
	c.reused, c.begun = info.Reused, c.conn.sent.Load()
	if c.conn.facts.http2 {
		return
	}
	over := c.ctx.Done() // and not c, which would live as long as the connection
	c.conn.over.Store(&over)
	if c.scheme != "" {
		c.conn.expectAbsoluteURI(c.scheme)
	}
	if again {
		c.repeated()
	}
}

// unsent reports whether the request can be sent once more: the connection had been kept, and was found dead before
// anything was written to it.
func (c *call) unsent() bool {
	return c.conn != nil && c.reused && c.conn.sent.Load() == c.begun && (c.request.Body == nil || c.request.Body == http.NoBody)
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

// distrust closes the connection of a 204 or 304 response that announces a body. There must be none, so net/http does not
// read one and keeps the connection; if it comes nevertheless, it would be taken for the next response.
func (c *call) distrust(res *http.Response) {
	if c.conn == nil || c.conn.facts.http2 || res.StatusCode != http.StatusNoContent && res.StatusCode != http.StatusNotModified {
		return
	}
	if length := res.Header.Get("Content-Length"); length != "" && length != "0" {
		c.conn.Close()
	}
}

// cause prefers what the connection heard to what the transport made of it.
func (c *call) cause(err error) error {
	if c.conn != nil {
		if c.conn.http2First.Load() {
			return fmt.Errorf("%w: %w", errHTTP2First, err)
		}
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

// annotate is e as it is about this call. Several may wait for the same connection, and get the same error.
func (c *call) annotate(e *Error) *Error {
	own := *e
	own.Method = cmp.Or(c.request.Method, http.MethodGet)
	own.Path, _, _ = strings.Cut(RequestURI(c.request.URL), "?")
	if c.conn != nil {
		var sent int64
		if !c.conn.facts.http2 {
			sent = c.conn.sent.Load() - c.begun
		}
		own.Seen = c.conn.facts.seen(sent, time.Now())
		if own.Code == ResetAfterHandshake && (c.reused && !c.conn.facts.http2 || sent > mostUnread) {
			// It was not the certificate: the origin has answered on this connection, or has read more than fits in between.
			own.Code, own.What, own.Why = OriginClosed, "the origin reset the connection without a response", ""
			if sent > 0 {
				own.Why = "until then it took " + size(sent) + " of the request"
			}
			own.Fix = "the origin's log may say why; it may have a limit for requests"
		}
		if c.reused && own.Code == OriginClosed && own.Fix != tryAgain {
			own.Why = "the connection had been kept from an earlier request, and the origin may have given it up at this moment"
			own.Fix = tryAgain
		}
	}
	return &own
}

// mostUnread is more than systems keep of what was written to a connection and has not been read, in bytes.
const mostUnread = 16 << 20

// tryAgain is what to do about a connection that ended through nobody's fault.
const tryAgain = "another attempt may succeed, and is the Worker's to make"

// summary is a line about a call that was answered.
func (c *call) summary(res *http.Response) string {
	path, _, _ := strings.Cut(RequestURI(c.request.URL), "?")
	parts := []string{fmt.Sprintf("%s %s %d", cmp.Or(c.request.Method, http.MethodGet), path, res.StatusCode)}
	f := c.known()
	if f.version != 0 {
		parts = append(parts, tls.VersionName(f.version))
	}
	if f.http2 {
		parts = append(parts, "HTTP/2")
	}
	switch {
	case f.presented():
		parts = append(parts, "certificate presented")
	case f.identity != nil:
		parts = append(parts, "no certificate presented")
	}
	switch {
	case c.reused:
		parts = append(parts, "kept connection")
	case f.resumed:
		parts = append(parts, "resumed session")
	}
	return strings.Join(parts, ", ")
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
		b.end = b.client.fail(fmt.Errorf("%w: %w", errTruncated, b.call.cause(err)), b.call)
	}
	return n, b.end
}

var errTruncated = errors.New("response body")
