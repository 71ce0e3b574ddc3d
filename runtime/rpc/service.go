package rpc

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// NewFetcher makes what a Worker has of another one, or of itself: the value of a service binding.
func NewFetcher(r *webidl.Realm, w Worker, e Entrypoint) *goja.Object {
	return fetch.NewFetcher(r, newService(r, w, e))
}

// NewLoopback makes what ctx.exports has of one of a Worker's own entrypoints.
func NewLoopback(r *webidl.Realm, w Worker, e Entrypoint) *goja.Object {
	return fetch.NewFetcherOf(r, loopbackClass, newService(r, w, e))
}

// service is an entrypoint of a Worker as another one has it: the target of its requests and the origin of its calls.
type service struct {
	worker Worker
	entry  Entrypoint
	depth  int
}

func newService(r *webidl.Realm, w Worker, e Entrypoint) *service {
	s := &service{worker: w, entry: e}
	if host, ok := r.Host.(Host); ok {
		s.depth = host.CallDepth()
	}
	return s
}

// send implements origin.
func (s *service) send(op *operation) {
	if s.depth >= maxDepth {
		op.discard()
		op.answer.settle(reply{err: FailureOf(errDepth)})
		return
	}
	s.worker.Call(&Invocation{op: op, depth: s.depth + 1}, s.entry)
}

// errCallerGone is why a request is cancelled whose sender has lost interest. What the sender says of it is its own realm's.
var errCallerGone = errors.New("the Worker that sent the request has ended it")

// RoundTrip implements [fetch.Target]. Bodies are handed on as they are, but nothing of one realm gets into the other:
// exceptions are data here.
func (s *service) RoundTrip(req *http.Request) (*http.Response, error) {
	if s.depth >= maxDepth {
		return nil, errDepth
	}
	caller := req.Context()
	ctx, cancel := context.WithCancelCause(context.WithValue(context.WithoutCancel(caller), depthKey{}, s.depth+1))
	stop := context.AfterFunc(caller, func() { cancel(errCallerGone) })
	in := &http.Request{
		Method: req.Method, URL: req.URL, Header: req.Header, ContentLength: req.ContentLength,
		Proto: req.Proto, ProtoMajor: req.ProtoMajor, ProtoMinor: req.ProtoMinor, Body: req.Body,
	}
	if req.Body != nil && req.Body != http.NoBody {
		in.Body = detached{ReadCloser: req.Body}
	}
	res, err := s.worker.Fetch(in.WithContext(ctx), s.entry)
	if err != nil {
		stop()
		cancel(nil)
		return nil, FailureOf(err)
	}
	if _, ok := res.Body.(fetch.Upgrade); !ok && res.Body != http.NoBody {
		res.Body = detached{ReadCloser: res.Body, end: func() { stop(); cancel(nil) }}
	} else if !ok {
		stop()
		cancel(nil)
	}
	return res, nil
}

// WithCF implements [fetch.Worker].
func (s *service) WithCF(req *http.Request, cf string) *http.Request {
	return req.WithContext(context.WithValue(req.Context(), cfKey{}, cf))
}

type cfKey struct{}

// CF is request.cf of a request that came from another Worker, as JSON; empty if it has none.
func CF(ctx context.Context) string {
	cf, _ := ctx.Value(cfKey{}).(string)
	return cf
}

// detached is a body of another realm: what it fails with there is data here.
type detached struct {
	io.ReadCloser
	end func() // nil if nothing is to be done
}

// Read implements io.Reader.
func (d detached) Read(p []byte) (int, error) {
	n, err := d.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = FailureOf(err)
	}
	return n, err
}

// Close implements io.Closer.
func (d detached) Close() error {
	err := d.ReadCloser.Close()
	if d.end != nil {
		d.end()
	}
	return err
}

// Dial implements [fetch.Dialer]: the other Worker's connect handler gets the other end.
func (s *service) Dial(ctx context.Context, addr string, _ bool) (net.Conn, error) {
	to, ok := s.worker.(Connector)
	if !ok {
		return nil, errLost
	}
	if s.depth >= maxDepth {
		return nil, errDepth
	}
	ours, theirs := newPipe()
	to.Connect(context.WithValue(context.WithoutCancel(ctx), depthKey{}, s.depth+1), theirs, addr, s.entry)
	return ours, nil
}

// StartTLS implements [fetch.Dialer].
func (s *service) StartTLS(context.Context, net.Conn, string, string) (net.Conn, error) {
	return nil, errLost
}

// Property is what a Fetcher over a target has besides its own members: it is [fetch.Environment].Property.
func Property(c webidl.Call, t fetch.Target, name string) goja.Value {
	if s, ok := t.(*service); ok {
		return propertyOf(c.Realm, s, nil, name)
	}
	return propertyOf(c.Realm, noWorker{}, nil, name)
}

// noWorker is the origin of calls of what can be sent requests only.
type noWorker struct{}

var errNoWorker = webidl.TypeErrorf("There is no Worker behind this binding, whose methods could be called: it has fetch() and connect().")

// send implements origin.
func (noWorker) send(op *operation) {
	op.discard()
	op.answer.settle(reply{err: FailureOf(errNoWorker)})
}
