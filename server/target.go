package server

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"net"
	"net/http"
	"strings"

	"devserver/bindings"
	"devserver/origin"
	"devserver/runtime/webidl"
)

// target is a client as the Worker meets it.
func (s *Session) target(client *origin.Client) bindings.Target {
	if s.options.ThrowErrors {
		return throwing{dialing{client}}
	}
	return edge{origin.AsEdge(client), dialing{client}}
}

// edge is a client whose failures are answered.
type edge struct {
	http.RoundTripper
	dialing
}

// dialing is a client as connect() meets it.
type dialing struct{ client *origin.Client }

// Dial implements fetch.Dialer.
func (d dialing) Dial(ctx context.Context, addr string, secure bool) (net.Conn, error) {
	conn, err := d.client.Dial(ctx, addr, secure)
	return conn, notConnected(err, "proxy request failed, cannot connect to the specified address")
}

// StartTLS implements fetch.Dialer.
func (d dialing) StartTLS(ctx context.Context, conn net.Conn, addr, name string) (net.Conn, error) {
	secured, err := d.client.StartTLS(ctx, conn, addr, name)
	return secured, notConnected(err, "TLS Handshake Failed.")
}

// notConnected is what workerd throws, with the explanation as its cause.
func notConnected(err error, message string) error {
	if e, ok := errors.AsType[*origin.Error](err); ok {
		return &webidl.Error{Name: "Error", Message: message, Cause: explanation(e)}
	}
	return err
}

func explanation(e *origin.Error) error {
	return &webidl.Error{Name: "Error", Message: strings.TrimSuffix(e.Explanation(), "\n"), Code: e.Code}
}

// throwing is a client whose failures are thrown.
type throwing struct{ dialing }

// RoundTrip implements http.RoundTripper.
func (t throwing) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.client.RoundTrip(req)
	if e, ok := errors.AsType[*origin.Error](err); ok && req.Context().Err() == nil {
		return nil, thrown(e)
	}
	return res, err
}

// thrown is what workerd throws for a failure, which tells a lost connection from everything else and no more, with the
// explanation as its cause, which workerd's has not.
func thrown(e *origin.Error) *webidl.Error {
	t := &webidl.Error{Name: "Error", Cause: explanation(e)}
	switch e.Code {
	case origin.ConnectionRefused, origin.ConnectTimeout, origin.NetworkUnreachable, origin.ClientClosed,
		origin.OriginClosed, origin.BadResponse, origin.HTTP2Only, origin.ResponseTruncated, origin.ResetAfterHandshake:
		t.Message, t.Retryable = "Network connection lost.", true
	default:
		t.Message = "internal error; reference = " + reference()
	}
	return t
}

// reference looks like the name that workerd gives to an entry in its log.
func reference() string {
	var b [15]byte
	rand.Read(b[:])
	return strings.ToLower(base32.HexEncoding.EncodeToString(b[:]))
}
