package origin

import (
	"context"
	"errors"
	"net"
)

// Dial opens a connection to an origin, "host:port", as its policy says. If it is to be secure it speaks TLS, in which
// the identity is presented to an origin that asks. No proxy is used. The connection is the caller's; its errors are not
// explained. The error is the cause of ctx if that has ended, else an *[Error].
func (c *Client) Dial(ctx context.Context, addr string, secure bool) (net.Conn, error) {
	p, f, err := c.reach(addr)
	if err != nil {
		return nil, c.failToDial(ctx, err, f)
	}
	ctx, cancel := p.dialContext(ctx)
	defer cancel()
	raw, err := p.connect(ctx, "tcp", f)
	if err != nil {
		return nil, c.failToDial(ctx, err, f)
	}
	if !secure {
		return raw, nil
	}
	return c.startTLS(ctx, p, f, raw, addr, "")
}

// StartTLS makes TLS over a connection that Dial has opened to addr, which it owns: on an error it is closed. A name that
// is not empty is verified instead of addr's host.
func (c *Client) StartTLS(ctx context.Context, raw net.Conn, addr, name string) (net.Conn, error) {
	p, f, err := c.reach(addr)
	if err != nil {
		raw.Close()
		return nil, c.failToDial(ctx, err, f)
	}
	ctx, cancel := p.dialContext(ctx)
	defer cancel()
	return c.startTLS(ctx, p, f, raw, addr, name)
}

func (c *Client) startTLS(ctx context.Context, p *pool, f *facts, raw net.Conn, addr, name string) (net.Conn, error) {
	end, err := p.endpoint(addr)
	if err != nil {
		raw.Close()
		return nil, c.failToDial(ctx, err, f)
	}
	config := end.config
	if name != "" && p.policy.ServerName == "" {
		config = config.Clone()
		config.ServerName = normalHost(name)
	}
	if p.policy.Insecure {
		c.say(NoticeInsecure, f.host, noticeText[NoticeInsecure])
	}
	inner, err := p.shakeHands(ctx, raw, end, config, f)
	if err != nil {
		return nil, c.failToDial(ctx, err, f)
	}
	return inner, nil
}

// reach finds the pool for an origin, and whether the client may go there.
func (c *Client) reach(addr string) (*pool, *facts, error) {
	host, port, err := net.SplitHostPort(addr)
	if err == nil && c.life.Err() != nil {
		err = errClosed
	}
	if err != nil {
		return nil, &facts{host: addr, identity: c.identity}, err
	}
	host = normalHost(host)
	p := c.pool(host, port)
	f := p.facts(net.JoinHostPort(host, port))
	if zone := c.zones(); c.identity != nil && !zone.Warn && zone.cover(host) {
		return nil, f, &errProxied{}
	}
	return p, f, nil
}

// failToDial reports why there is no connection.
func (c *Client) failToDial(ctx context.Context, err error, f *facts) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errClosed) {
		return cause
	}
	e := *explain(err, f)
	e.Method = "CONNECT"
	c.failed(&e)
	return &e
}
