package rpc

import (
	"strings"
	"sync/atomic"

	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// callSpan is the span of an operation of this isolate's, in the span of a session, which lasts as long as anything that
// calls in it have brought. The methods of a nil callSpan do nothing.
type callSpan struct {
	span    *tracing.Span
	session *session
}

type session struct {
	span  *tracing.Span
	users atomic.Int32
}

// openCall opens the span of an operation that begins at to: in a session of its own if that is a Worker, or else in the
// call that has brought it, whose session goes on.
func (s *scope) openCall(to origin, op *operation) *callSpan {
	var c *callSpan
	kind := ""
	switch to := to.(type) {
	case *service:
		span := tracing.Open(s.realm, "jsRpcSession")
		if span == nil {
			return nil
		}
		kind = "fetcher"
		c = &callSpan{session: &session{span: span}, span: span.Open("jsRpcCall")}
	case *stub:
		c, kind = to.reference.call.within(), "stub"
	case *promise:
		c, kind = to.call.within(), "promise"
	}
	if c == nil {
		return nil
	}
	c.session.users.Add(1)
	c.span.Set(attributes("jsrpc.target_kind", kind, "jsrpc.operation", op.kind(), "jsrpc.method", op.method())...)
	op.from = c.span.Context()
	return c
}

// within opens the span of a call of what this one has brought.
func (c *callSpan) within() *callSpan {
	if c == nil {
		return nil
	}
	return &callSpan{session: c.session, span: c.span.Open("jsRpcCall")}
}

// retain notes that something is there that the call has brought.
func (c *callSpan) retain() *callSpan {
	if c != nil {
		c.session.users.Add(1)
	}
	return c
}

// release is the end of a retain.
func (c *callSpan) release() {
	if c != nil && c.session.users.Add(-1) == 0 {
		c.session.span.Close()
	}
}

// close is the end of the call, once the script has gone on with what came of it.
func (c *callSpan) close(r *webidl.Realm) {
	if c != nil {
		r.Microtask(func() {
			r.Microtask(func() {
				c.span.Close()
				c.release()
			})
		})
	}
}

// openSpan opens the span of performing an operation of another isolate's; nil if nobody is told.
func (s *scope) openSpan(op *operation, kind string) *tracing.Span {
	host, ok := s.realm.Host.(tracing.Host)
	if !ok || host.TracingStream() == nil {
		return nil
	}
	stream := host.TracingStream()
	span := stream.Open(tracing.SpanID{}, "jsRpcCall")
	if kind == "entrypoint" {
		stream.Tell(tracing.SpanID{}, tracing.Attributes{List: attributes("jsrpc.method", op.method())})
	}
	span.Set(attributes("jsrpc.method", op.method(), "jsrpc.target_kind", kind, "jsrpc.operation", op.kind())...)
	if caller := op.from.Span; caller != (tracing.SpanID{}) {
		span.Set(attributes("jsrpc.caller_span_id", caller.String())...)
	}
	return span
}

// kind is what is done at the end of the path.
func (op *operation) kind() string {
	if op.call {
		return "call"
	}
	return "getProperty"
}

// method is the path, for those who are told.
func (op *operation) method() string {
	if len(op.path) == 0 {
		return "(this)"
	}
	return strings.Join(op.path, ".")
}

// attributes are names and values, in turn.
func attributes(list ...string) []tracing.Attribute {
	var all []tracing.Attribute
	for i := 0; i < len(list); i += 2 {
		all = append(all, tracing.Attribute{Name: list[i], Value: list[i+1]})
	}
	return all
}
