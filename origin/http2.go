package origin

//lint:file-ignore SA1019 net/http, which is recommended instead, speaks HTTP/2 over a *tls.Conn only: see http2Conns.

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http2"
)

// protocolHTTP2 is its name in ALPN.
const protocolHTTP2 = "h2"

// http2Conns are a pool's connections that speak HTTP/2. net/http would do that over a *tls.Conn only, and here it must
// be a conn, for the alerts that come late; so it is golang.org/x/net/http2, with connections that are chosen here.
type http2Conns struct {
	pool      *pool
	transport *http2.Transport

	mu      sync.Mutex
	origins map[string]*http2Origin // by host:port
}

// http2Origin is what is known about one host:port.
type http2Origin struct {
	dialling chan struct{} // has room for one: the calls that come meanwhile share its connection
	conns    []*http2.ClientConn
	http1    bool // it chose HTTP/1.1
}

// errHTTP1 is why there is no connection: the origin chose HTTP/1.1.
var errHTTP1 = errors.New("the origin speaks HTTP/1.1")

func newHTTP2Conns(p *pool) *http2Conns {
	h := &http2Conns{pool: p, origins: make(map[string]*http2Origin)}
	// The http.Transport is there for its settings, and sends nothing.
	transport, err := http2.ConfigureTransports(&http.Transport{
		DisableCompression:    true,
		IdleConnTimeout:       idleTimeout,
		ResponseHeaderTimeout: p.patience(),
	})
	if err != nil {
		panic(err) // it is new: nothing can be in the way
	}
	transport.ConnPool = h
	transport.ReadIdleTimeout = 30 * time.Second // then it is asked whether it is still there
	h.transport = transport
	return h
}

// roundTrip sends one request. It fails with errHTTP1, and has not touched the body, if the origin chose HTTP/1.1.
func (h *http2Conns) roundTrip(call *call, req *http.Request) (*http.Response, error) {
	out := outgoing(call.context(), req)
	out.TransferEncoding = nil
	if out.Body == http.NoBody {
		out.Body = nil
	}
	if uri := RequestURI(out.URL); strings.HasPrefix(uri, "//") {
		out.URL.Opaque = "//" + out.URL.Host + uri // of which x/net/http2 takes the host away again
	}
	return h.transport.RoundTrip(out)
}

// GetClientConn implements http2.ClientConnPool.
func (h *http2Conns) GetClientConn(req *http.Request, _ string) (*http2.ClientConn, error) {
	ctx := req.Context()
	call, _ := ctx.Value(callKey{}).(*call)
	addr := call.facts.host
	origin := h.origin(addr)
	if cc, err := h.reserve(origin); cc != nil || err != nil {
		return cc, err
	}
	select {
	case origin.dialling <- struct{}{}:
		defer func() { <-origin.dialling }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if cc, err := h.reserve(origin); cc != nil || err != nil {
		return cc, err
	}
	return h.dial(ctx, call, addr, origin)
}

func (h *http2Conns) origin(addr string) *http2Origin {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.origins[addr] == nil {
		h.origins[addr] = &http2Origin{dialling: make(chan struct{}, 1)}
	}
	return h.origins[addr]
}

// reserve takes a stream on a connection that has room; without one, both results are nil.
func (h *http2Conns) reserve(origin *http2Origin) (*http2.ClientConn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if origin.http1 {
		return nil, errHTTP1
	}
	for _, cc := range origin.conns {
		if cc.ReserveNewRequest() {
			return cc, nil
		}
	}
	return nil, nil
}

func (h *http2Conns) dial(ctx context.Context, call *call, addr string, origin *http2Origin) (*http2.ClientConn, error) {
	connection, err := h.pool.secure(ctx, "tcp", addr, []string{protocolHTTP2, "http/1.1"})
	if err != nil {
		return nil, err
	}
	if !connection.facts.http2 {
		h.mu.Lock()
		origin.http1 = true
		h.mu.Unlock()
		call.spare.Store(connection)
		return nil, errHTTP1
	}
	cc, err := h.transport.NewClientConn(connection)
	if err != nil {
		if last := connection.reason(); last != nil {
			err = last
		}
		connection.Close()
		return nil, explain(err, connection.facts)
	}
	cc.ReserveNewRequest()
	h.mu.Lock()
	defer h.mu.Unlock()
	origin.conns = append(origin.conns, cc)
	return cc, nil
}

// MarkDead implements http2.ClientConnPool.
func (h *http2Conns) MarkDead(dead *http2.ClientConn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, origin := range h.origins {
		for i, cc := range origin.conns {
			if cc == dead {
				origin.conns = append(origin.conns[:i:i], origin.conns[i+1:]...)
				return
			}
		}
	}
}

// close closes the connections without a request. With forever, the others too, as soon as theirs have ended.
func (h *http2Conns) close(forever bool) {
	h.mu.Lock()
	var all []*http2.ClientConn
	for _, origin := range h.origins {
		all = append(all, origin.conns...)
		if forever {
			origin.conns = nil
		}
	}
	h.mu.Unlock()
	for _, cc := range all {
		if forever {
			cc.SetDoNotReuse()
		}
		if s := cc.State(); s.StreamsActive+s.StreamsReserved+s.StreamsPending == 0 {
			cc.Close()
		}
	}
}
