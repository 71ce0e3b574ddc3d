// Package origin is how an origin is reached: which address is dialled, whom we trust, which
// certificate is presented, what goes on the wire, and why it failed if it did.
//
// A Client without an Identity is plain fetch; a Client with one is an mTLS binding. Both
// are http.RoundTrippers whose errors are an *Error that says what happened, why, and what
// to do. See RequestURI for how URLs are handed over.
package origin

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Options of a Client. The zero value is plain fetch without a proxy.
type Options struct {
	// Identity is presented to every origin that asks. Nil: none, ever.
	Identity *Identity
	// Policies says how particular origins are reached. Nil: none is particular.
	Policies *Policies
	// Roots are trusted by this client, besides the system's.
	Roots []*x509.Certificate
	// Proxy chooses a proxy for a request, usually http.ProxyFromEnvironment. Nil: none.
	// A client with an Identity never uses a proxy; it only gives notice that one is set.
	Proxy func(*http.Request) (*url.URL, error)
	// Dial makes the connection below TLS. Nil: a net.Dialer.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// ResponseTimeout is how long an origin may take from the end of the request to the header of its response, where its
	// policy does not say. 0: as long as it likes.
	ResponseTimeout time.Duration
	// HTTP2 offers HTTP/2 to https:// origins. False: HTTP/1.1 only, without ALPN, as workerd.
	HTTP2 bool
	// Observe gets failures and notices. It is called from many goroutines at
	// once and must not block. Nil: nobody.
	Observe func(Event)
	// Calls has Observe told of the calls that were answered, too.
	Calls bool
}

// Client sends requests to origins. It is an http.RoundTripper, safe for
// concurrent use; it follows no redirects and keeps no cookies. A request whose Response is set,
// as net/http has it, was caused by the redirect in that response. Close a Client after use.
//
// A request is sent a second time only if nothing of the first was written.
type Client struct {
	identity *Identity
	roots    []*x509.Certificate
	proxy    func(*http.Request) (*url.URL, error)
	dial     func(ctx context.Context, network, addr string) (net.Conn, error)
	patience time.Duration
	http2    bool
	observe  func(Event)
	calls    bool

	life context.Context // ends with Close
	end  context.CancelCauseFunc

	mu       sync.Mutex
	policies *Policies
	pools    map[*Policy]*pool
	noticed  map[string]bool
}

var errClosed = errors.New("the client is closed")

// New makes a Client. It opens no connection.
func New(options Options) *Client {
	c := &Client{
		identity: options.Identity,
		roots:    options.Roots,
		proxy:    options.Proxy,
		dial:     options.Dial,
		patience: options.ResponseTimeout,
		http2:    options.HTTP2,
		observe:  options.Observe,
		calls:    options.Calls,
		policies: options.Policies,
		pools:    make(map[*Policy]*pool),
		noticed:  make(map[string]bool),
	}
	if c.dial == nil {
		c.dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	c.life, c.end = context.WithCancelCause(context.Background())
	return c
}

// SetPolicies replaces the policies. Connections to an origin whose policy stays the same
// live on; the others are closed when their request has ended.
func (c *Client) SetPolicies(policies *Policies) {
	c.mu.Lock()
	defer c.mu.Unlock()
	pools := make(map[*Policy]*pool)
	for old, p := range c.pools {
		kept := anyOrigin
		if old != anyOrigin {
			kept = nil
			if policies != nil {
				kept = policies.byHost[old.Host]
			}
		}
		if kept != nil && kept.equal(old) {
			pools[kept] = p
		} else {
			p.retire()
		}
	}
	c.policies, c.pools = policies, pools
	clear(c.noticed)
}

// CloseIdle closes the connections that no request uses at the moment.
func (c *Client) CloseIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.pools {
		p.closeIdle()
	}
}

// Retire forgets connections and TLS sessions, for an identity that has been replaced: idle connections are closed at
// once, the others when their request has ended. The Client can still be used by whoever has not noticed.
func (c *Client) Retire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.pools {
		p.retire()
	}
	clear(c.pools)
}

// Close ends dialling and closes idle connections; requests in flight may finish, later ones
// fail. It is safe to call twice.
func (c *Client) Close() error {
	c.end(errClosed)
	c.CloseIdle()
	return nil
}

// RoundTrip sends one request. Its error is the cause of req's context if that has ended,
// else an *Error. The response's Body may end with an *Error, too.
func (c *Client) RoundTrip(req *http.Request) (*http.Response, error) {
	host, port, err := endpoint(req.URL)
	if err == nil && c.life.Err() != nil {
		err = errClosed
	}
	call := &call{ctx: req.Context(), request: req, facts: &facts{host: req.URL.Host, identity: c.identity}}
	var p *pool
	var zone ProxiedZones
	if err == nil {
		p, zone = c.pool(host, port), c.zones()
		call.facts = p.facts(net.JoinHostPort(host, port))
		if c.identity != nil && !zone.Warn && zone.cover(host) {
			err = &errProxied{}
		}
	}
	if err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, c.fail(err, call)
	}
	c.advise(req, call.facts.host, p.policy)

	res, err := p.roundTrip(call, req)
	if req.Context().Err() != nil {
		// Even with a response: an origin that notices the cancellation may answer it.
		if err == nil {
			res.Body.Close()
		}
		return nil, context.Cause(req.Context())
	}
	if err == nil {
		call.distrust(res)
	} else {
		e := c.fail(call.cause(err), call)
		c.tellRedirect(req, e.Host, e.Seen.Presented != "")
		return nil, e
	}
	if c.life.Err() != nil {
		p.retire() // Close came between: keep nothing of this call either
	}
	c.tellRedirect(req, call.facts.host, call.known().presented())
	if c.identity != nil && (byCloudflare(res) || zone.cover(host)) {
		if !zone.Warn {
			res.Body.Close()
			return nil, c.fail(&errProxied{reached: true}, call)
		}
		c.notice(NoticeProxiedZone, call.facts.host, "")
	}
	res.Request = req
	res.Header.Del(CauseHeader)
	if res.StatusCode != http.StatusSwitchingProtocols && res.Body != http.NoBody {
		res.Body = &body{ReadCloser: res.Body, client: c, call: call}
		if e := rejection(res, call.known()); e != nil {
			c.failed(call.annotate(e))
		}
	}
	if c.calls {
		c.say(CallAnswered, call.facts.host, call.summary(res))
	}
	return res, nil
}

// pool finds or makes the pool for an origin.
func (c *Client) pool(host, port string) *pool {
	c.mu.Lock()
	defer c.mu.Unlock()
	policy := c.policies.lookup(host, port)
	p := c.pools[policy]
	if p == nil {
		p = newPool(c, policy)
		c.pools[policy] = p
	}
	return p
}

// zones is what is known about proxied zones.
func (c *Client) zones() ProxiedZones {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.policies.zone()
}

// advise gives the notices that can be known before the call.
func (c *Client) advise(req *http.Request, host string, policy *Policy) {
	if c.observe == nil {
		return
	}
	if policy.Insecure && req.URL.Scheme == "https" {
		c.say(NoticeInsecure, host, noticeText[NoticeInsecure])
	}
	if c.identity == nil {
		return
	}
	if req.URL.Scheme == "http" {
		c.notice(NoticePlainHTTP, host, "")
	}
	if usesProxy(c.proxy, req) {
		c.notice(NoticeProxyIgnored, host, "")
	}
}

// tellRedirect gives notice of a certificate that was presented where a redirect from another origin led.
func (c *Client) tellRedirect(req *http.Request, host string, presented bool) {
	if !presented || req.Response == nil || req.Response.Request == nil {
		return
	}
	from := req.Response.Request.URL
	if before, port, err := endpoint(from); err == nil && (from.Scheme != req.URL.Scheme || net.JoinHostPort(before, port) != host) {
		c.notice(NoticeCrossOrigin, host, " (from "+from.Scheme+"://"+from.Host+")")
	}
}

func (c *Client) identityName() string {
	if c.identity == nil {
		return ""
	}
	return c.identity.Name
}

// fail explains err and reports it.
func (c *Client) fail(err error, call *call) *Error {
	e := call.annotate(explain(err, call.known()))
	c.failed(e)
	return e
}

// endpoint is where a URL leads, its host in the form that policies use.
func endpoint(u *url.URL) (host, port string, err error) {
	host, port = normalHost(u.Hostname()), u.Port()
	switch {
	case host == "":
		return "", "", errors.New("the URL has no host")
	case u.Scheme == "https" && port == "":
		port = "443"
	case u.Scheme == "http" && port == "":
		port = "80"
	case u.Scheme != "https" && u.Scheme != "http":
		return "", "", fmt.Errorf("unsupported URL scheme %q", u.Scheme)
	}
	return host, port, nil
}
