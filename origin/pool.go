package origin

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of a connection's beginnings. The edge gives an origin about as long to accept.
const (
	connectTimeout   = 19 * time.Second
	handshakeTimeout = 15 * time.Second
	idleTimeout      = 90 * time.Second

	idlePerHost = 128
	idleInAll   = 1024

	// mostOrigins bounds the origins a pool keeps TLS sessions for.
	mostOrigins = 256
	// ticketsPerOrigin: one is used by the next connection, a few more by parallel ones.
	ticketsPerOrigin = 8
)

// pool holds the connections of one client under one policy. Nothing in it is shared with
// another identity or policy, and no tls.Config changes once it has been used.
type pool struct {
	client    *Client
	policy    *Policy
	transport *http.Transport

	http2 *http2Conns // nil unless HTTP/2 is offered

	mu        sync.Mutex
	roots     *x509.CertPool // nil until the first TLS connection, or for the system's
	rooted    bool           // roots has been made
	endpoints map[string]*tlsEndpoint
}

// tlsEndpoint is what a pool keeps for a host:port.
type tlsEndpoint struct {
	config *tls.Config                    // with its own session cache
	wanted atomic.Pointer[certificateAsk] // in the latest full handshake; nil if it asked for none
	judged sync.Once                      // see judge
}

func newPool(c *Client, policy *Policy) *pool {
	p := &pool{client: c, policy: policy, endpoints: make(map[string]*tlsEndpoint)}
	if c.http2 {
		p.http2 = newHTTP2Conns(p)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	p.transport = &http.Transport{
		DialContext:         p.dialPlain,
		DialTLSContext:      p.dialTLS,
		Protocols:           protocols,
		DisableCompression:  true,
		TLSHandshakeTimeout: handshakeTimeout,

		ResponseHeaderTimeout: p.patience(),

		MaxIdleConnsPerHost: idlePerHost,
		MaxIdleConns:        idleInAll,
		IdleConnTimeout:     idleTimeout,
	}
	if p.proxied() {
		// Through a proxy net/http makes the origin's TLS itself, with this config. Its
		// ServerName is left to net/http, unless the policy gives one.
		p.transport.Proxy = c.proxy
		p.transport.TLSClientConfig = &tls.Config{
			MinVersion: tls.VersionTLS12,
			RootCAs:    p.rootsLocked(),
			ServerName: policy.ServerName,

			InsecureSkipVerify: policy.Insecure,
		}
	}
	return p
}

// patience is how long the origin may take to answer; 0 means for ever.
func (p *pool) patience() time.Duration {
	return max(0, cmp.Or(p.policy.ResponseTimeout, p.client.patience))
}

// proxied reports whether this pool may use a proxy: never with an identity, which the proxy
// would get to see, nor if the policy says where the origin is.
func (p *pool) proxied() bool {
	return p.client.proxy != nil && p.client.identity == nil && p.policy.ConnectTo == ""
}

// roundTrip sends one request.
func (p *pool) roundTrip(call *call, req *http.Request) (*http.Response, error) {
	call.repeated = func() {
		p.client.say(NoticeRepeated, call.facts.host, "a kept connection had been closed before anything was written to it; the request is sent on another")
	}
	if p.http2 != nil && req.URL.Scheme == "https" && !upgrades(req) && !p.proxied() {
		res, err := p.http2.roundTrip(call, req)
		if !errors.Is(err, errHTTP1) {
			return res, err
		}
		defer func() {
			if unused := call.spare.Swap(nil); unused != nil {
				unused.Close()
			}
		}()
	}
	for {
		out := outgoing(call.context(), req)
		call.form(out, p.proxied() && usesProxy(p.client.proxy, req))
		once(out)
		res, err := p.transport.RoundTrip(out)
		if err == nil || !call.unsent() || call.ctx.Err() != nil {
			return res, err
		}
	}
}

func (p *pool) closeIdle() {
	p.transport.CloseIdleConnections()
	if p.http2 != nil {
		p.http2.close(false)
	}
}

// retire lets what is in flight finish and keeps nothing for later.
func (p *pool) retire() {
	p.transport.CloseIdleConnections()
	if p.http2 != nil {
		p.http2.close(true)
	}
}

// dialPlain connects for an http:// URL, or to a proxy.
func (p *pool) dialPlain(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := p.dialContext(ctx)
	defer cancel()
	f := p.facts(addr)
	inner, err := p.connect(ctx, network, f)
	if err != nil {
		return nil, err
	}
	return newConn(inner, f), nil
}

// dialTLS connects and makes TLS for an https:// URL, to speak HTTP/1.1.
func (p *pool) dialTLS(ctx context.Context, network, addr string) (net.Conn, error) {
	if call, ok := ctx.Value(callKey{}).(*call); ok {
		if spare := call.spare.Swap(nil); spare != nil {
			return spare, nil
		}
	}
	connection, err := p.secure(ctx, network, addr, nil)
	if err != nil {
		return nil, err // not a *conn that is nil
	}
	return connection, nil
}

// secure connects and makes TLS, offering protocols by ALPN. Its error is an *Error.
func (p *pool) secure(ctx context.Context, network, addr string, protocols []string) (*conn, error) {
	ctx, cancel := p.dialContext(ctx)
	defer cancel()
	f := p.facts(addr)
	end, err := p.endpoint(addr)
	if err != nil {
		return nil, explain(err, f)
	}
	config := end.config
	if protocols != nil {
		config = config.Clone()
		config.NextProtos = protocols
		f.offered = true
	}
	raw, err := p.connect(ctx, network, f)
	if err != nil {
		return nil, err
	}
	inner, err := p.shakeHands(ctx, raw, end, config, f)
	if err != nil {
		return nil, err
	}
	return newConn(inner, f), nil
}

// shakeHands makes TLS over a connection, which it owns: on an error, an *Error, it is closed.
func (p *pool) shakeHands(ctx context.Context, raw net.Conn, end *tlsEndpoint, config *tls.Config, f *facts) (*tls.Conn, error) {
	f.serverName = config.ServerName
	ctx, cancelHandshake := context.WithTimeoutCause(ctx, handshakeTimeout, errHandshakeTimeout)
	defer cancelHandshake()
	inner := tls.Client(raw, config)
	if err := handshake(ctx, inner, f); err != nil {
		switch context.Cause(ctx) {
		case errHandshakeTimeout:
			err = fmt.Errorf("%w after %v", errHandshakeTimeout, handshakeTimeout)
		case errClosed:
			err = errClosed
		}
		return nil, explain(err, f)
	}
	if f.resumed {
		f.wanted = end.wanted.Load()
	} else {
		end.wanted.Store(f.wanted)
	}
	end.judged.Do(func() { p.judge(f) })
	return inner, nil
}

var (
	errHandshakeTimeout = errors.New("TLS handshake timeout")
	errConnectTimeout   = errors.New("connect timeout")
)

// dialContext ends when the call that wanted the connection is cancelled (net/http would
// dial on, for the benefit of a later request) or the client is closed.
func (p *pool) dialContext(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stopClient := context.AfterFunc(p.client.life, func() { cancel(errClosed) })
	stopCall := func() bool { return true }
	if call, ok := ctx.Value(callKey{}).(*call); ok {
		stopCall = context.AfterFunc(call.ctx, func() { cancel(context.Cause(call.ctx)) })
	}
	return ctx, func() { stopClient(); stopCall(); cancel(nil) }
}

func (p *pool) facts(addr string) *facts {
	f := &facts{host: addr, addr: addr, identity: p.client.identity, patience: p.patience(), known: slices.Concat(p.client.roots, p.policy.Roots)}
	if p.policy.ConnectTo != "" {
		f.addr = p.policy.ConnectTo
	}
	return f
}

// connect makes the TCP connection, or an *Error.
func (p *pool) connect(ctx context.Context, network string, f *facts) (net.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, connectTimeout, errConnectTimeout)
	defer cancel()
	inner, err := p.client.dial(ctx, network, f.addr)
	if err != nil {
		switch context.Cause(ctx) {
		case errConnectTimeout:
			err = fmt.Errorf("%w after %v", errConnectTimeout, connectTimeout)
		case errClosed:
			err = errClosed
		}
		return nil, explain(err, f)
	}
	return inner, nil
}

// config is the tls.Config for one host:port.
func (p *pool) config(addr string) (*tls.Config, error) {
	end, err := p.endpoint(addr)
	if err != nil {
		return nil, err
	}
	return end.config, nil
}

// endpoint is what is kept for one host:port, made once. crypto/tls keys its sessions by
// server name without the port, hence a cache for each.
func (p *pool) endpoint(addr string) (*tlsEndpoint, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if end := p.endpoints[addr]; end != nil {
		return end, nil
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	name := p.policy.ServerName
	if name == "" {
		name = normalHost(host)
	}
	if len(p.endpoints) >= mostOrigins {
		// Forget any one: it costs its origin a full handshake.
		for other := range p.endpoints {
			delete(p.endpoints, other)
			break
		}
	}
	end := &tlsEndpoint{config: &tls.Config{
		MinVersion:           tls.VersionTLS12,
		ServerName:           name, // for an IP address it is verified, and not sent as SNI
		RootCAs:              p.rootsLocked(),
		GetClientCertificate: presentCertificate(p.client.identity),
		ClientSessionCache:   tls.NewLRUClientSessionCache(ticketsPerOrigin),
		InsecureSkipVerify:   p.policy.Insecure,
	}}
	p.endpoints[addr] = end
	return end, nil
}

// rootsLocked is what this pool trusts: the system's roots, the client's and the policy's.
// Nil means the system's alone. p.mu is held, or p not yet shared.
func (p *pool) rootsLocked() *x509.CertPool {
	if p.rooted || len(p.client.roots)+len(p.policy.Roots) == 0 {
		return p.roots
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a machine without roots still has the extra ones
	}
	for _, cert := range p.client.roots {
		roots.AddCert(cert)
	}
	for _, cert := range p.policy.Roots {
		roots.AddCert(cert)
	}
	p.roots, p.rooted = roots, true
	return roots
}

// usesProxy reports whether a proxy is set for this URL in general.
func usesProxy(proxy func(*http.Request) (*url.URL, error), req *http.Request) bool {
	if proxy == nil {
		return false
	}
	u, err := proxy(req)
	return err == nil && u != nil
}
