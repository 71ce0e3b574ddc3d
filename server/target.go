package server

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"net/http"
	"strings"

	"devserver/origin"
	"devserver/runtime/webidl"
)

// target is a client as the Worker meets it.
func (s *Session) target(client *origin.Client) http.RoundTripper {
	if s.options.ThrowErrors {
		return throwing{client}
	}
	return origin.AsEdge(client)
}

// throwing is a client whose failures are thrown.
type throwing struct{ client *origin.Client }

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
	t := &webidl.Error{Name: "Error", Cause: &webidl.Error{Name: "Error", Message: strings.TrimSuffix(e.Explanation(), "\n")}}
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
