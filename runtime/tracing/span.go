package tracing

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Span is a part of an invocation that has a name, a beginning and an end. Its methods may be called from any goroutine;
// those of a nil Span do nothing.
type Span struct {
	stream     *Stream
	id, outer  SpanID
	attributes []Attribute // guarded by the stream's mutex
	closed     bool        // the same
}

// Open opens a span in the one that is active where a script is now. It returns nil if nobody consumes the invocation.
func Open(r *webidl.Realm, name string) *Span {
	stream := streamOf(r)
	if stream == nil {
		return nil
	}
	return stream.Open(active(r), name)
}

// Open opens a span in another one; the zero SpanID is the invocation's own.
func (s *Stream) Open(in SpanID, name string) *Span {
	if s == nil {
		return nil
	}
	span := &Span{stream: s, id: newSpanID(), outer: in}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell(in, SpanOpen{name, span.id})
	s.open = append(s.open, span)
	return span
}

// Open opens a span in this one.
func (span *Span) Open(name string) *Span {
	if span == nil {
		return nil
	}
	return span.stream.Open(span.id, name)
}

// Again opens a span beside this one.
func (span *Span) Again(name string) *Span {
	if span == nil {
		return nil
	}
	return span.stream.Open(span.outer, name)
}

// Context is where the span is; nowhere if it is nil.
func (span *Span) Context() Context {
	if span == nil {
		return Context{}
	}
	return Context{span.stream.trace, span.id}
}

// Set sets attributes: their values are a string, a bool, a float64, or an int64, which scripts see as a bigint.
func (span *Span) Set(attributes ...Attribute) {
	if span == nil {
		return
	}
	span.stream.mu.Lock()
	defer span.stream.mu.Unlock()
	if span.closed {
		return
	}
	for _, a := range attributes {
		if i := slices.IndexFunc(span.attributes, func(b Attribute) bool { return a.Name == b.Name }); i >= 0 {
			span.attributes[i] = a
		} else {
			span.attributes = append(span.attributes, a)
		}
	}
}

// tell tells what happened in the span, unless it is over.
func (span *Span) tell(body Body) {
	if span == nil {
		return
	}
	span.stream.mu.Lock()
	defer span.stream.mu.Unlock()
	if !span.closed {
		span.stream.tell(span.id, body)
	}
}

// Close ends the span. Only the first call counts.
func (span *Span) Close() {
	if span == nil {
		return
	}
	span.stream.mu.Lock()
	defer span.stream.mu.Unlock()
	span.close()
}

func (span *Span) close() {
	if span.closed {
		return
	}
	span.closed = true
	s := span.stream
	s.open = slices.DeleteFunc(s.open, func(other *Span) bool { return other == span })
	if len(span.attributes) > 0 {
		s.tell(span.id, Attributes{span.attributes})
	}
	s.tell(span.id, SpanClose{})
}

// CloseAfter closes the span once the script has gone on, from what has just been settled, as far as it can. It is called on
// the loop.
func (span *Span) CloseAfter(r *webidl.Realm) {
	if span != nil {
		r.Loop.AfterTask(span.Close)
	}
}

// CloseSoon is CloseAfter for what is settled already when it is returned to the script.
func (span *Span) CloseSoon(r *webidl.Realm) {
	if span != nil {
		r.Microtask(func() { r.Microtask(span.Close) })
	}
}

// activeKey is where the asynchronous context has the active span.
type activeKey struct{}

// Within runs fn with the span as the active one.
func (span *Span) Within(r *webidl.Realm, fn func() goja.Value) goja.Value {
	if span == nil {
		return fn()
	}
	return r.InAsyncContext(r.AsyncContext().With(activeKey{}, span), fn)
}

// Active is the span in which a script is now; nil if that is the invocation's own.
func Active(r *webidl.Realm) *Span {
	span, _ := r.AsyncContext().Value(activeKey{}).(*Span)
	return span
}

// Where is where in a trace a script is now.
func Where(r *webidl.Realm) Context {
	if span := Active(r); span != nil {
		return span.Context()
	}
	return streamOf(r).Root()
}

func active(r *webidl.Realm) SpanID {
	if span := Active(r); span != nil {
		return span.id
	}
	return SpanID{}
}

// Tell tells the consumers of the invocation that runs what happened where the script is now.
func Tell(r *webidl.Realm, body Body) {
	if s := streamOf(r); s != nil {
		s.Tell(active(r), body)
	}
}
