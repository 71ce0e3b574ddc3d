// Package tracing is what a Worker does, told while it does it: the events that its streaming tail consumers get, and the
// spans in which scripts and the APIs put them.
//
// A [Stream] is one invocation. Each of its consumers has a [Reader]. A [Span] is a part of it: a fetch, a call of another
// Worker, or what the script says is one. Where nobody consumes an invocation there is no Stream, and [Open] returns a nil
// Span, whose methods do nothing.
package tracing

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"devserver/runtime/webidl"
)

// TraceID is what all invocations have in common that came of one event; SpanID names a span of it. They are 32 and 16
// hexadecimal digits; the zero values are none.
type (
	TraceID [16]byte
	SpanID  [8]byte
)

func (id TraceID) String() string { return hex.EncodeToString(id[:]) }
func (id SpanID) String() string  { return hex.EncodeToString(id[:]) }

func newTraceID() (id TraceID) {
	rand.Read(id[:])
	return id
}

func newSpanID() (id SpanID) {
	rand.Read(id[:])
	return id
}

// Context is where in a trace something is. The zero value is nowhere.
type Context struct {
	Trace TraceID
	Span  SpanID
}

type contextKey struct{}

// WithContext returns a context for requests that says where they come from; ctx itself if that is nowhere.
func WithContext(ctx context.Context, from Context) context.Context {
	if from == (Context{}) {
		return ctx
	}
	return context.WithValue(ctx, contextKey{}, from)
}

// ContextOf is where a request comes from.
func ContextOf(ctx context.Context) Context {
	from, _ := ctx.Value(contextKey{}).(Context)
	return from
}

// Stream is one invocation. Its methods may be called from any goroutine; a nil Stream drops what it is told.
type Stream struct {
	// Script is the name of the Worker; empty if it has none.
	Script string
	// Heard are the names of the Workers that have been told of what this invocation is about, before this one.
	Heard []string

	invocation TraceID
	trace      TraceID
	root       SpanID

	mu       sync.Mutex
	onset    Event
	sequence int
	open     []*Span // that have not been closed
	readers  []*Reader
	over     bool
}

// NewStream begins an invocation that comes from somewhere, possibly nowhere. Its first event is onset, whose Span it sets.
func NewStream(from Context, onset Onset) *Stream {
	s := &Stream{Script: onset.Script, invocation: newTraceID(), trace: from.Trace, root: newSpanID()}
	if s.trace == (TraceID{}) {
		s.trace = newTraceID()
	}
	onset.Span = s.root
	s.onset = Event{stream: s, span: from.Span, at: time.Now(), body: onset}
	return s
}

// Root is where the invocation itself is in its trace.
func (s *Stream) Root() Context {
	if s == nil {
		return Context{}
	}
	return Context{s.trace, s.root}
}

// Reader makes the reader of a further consumer. It must be called before anything is told.
func (s *Stream) Reader() *Reader {
	r := &Reader{stream: s, ready: make(chan struct{}, 1)}
	s.readers = append(s.readers, r)
	return r
}

// Tell tells the consumers what happened in a span; the zero SpanID is the invocation's own.
func (s *Stream) Tell(in SpanID, body Body) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell(in, body)
}

func (s *Stream) tell(in SpanID, body Body) {
	if s.over {
		return
	}
	if in == (SpanID{}) {
		in = s.root
	}
	s.sequence++
	e := Event{stream: s, span: in, at: time.Now(), sequence: s.sequence, body: body}
	for _, r := range s.readers {
		r.add(e)
	}
}

// End closes the spans that are still open, and tells the consumers how the invocation ended. Nothing is told after that.
func (s *Stream) End(outcome Outcome) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, span := range slices.Backward(slices.Clone(s.open)) {
		span.close()
	}
	s.tell(SpanID{}, outcome)
	s.over = true
	for _, r := range s.readers {
		r.over = true
		r.wake()
	}
}

// maxQueue is how much may wait for a consumer, in bytes as they are counted by Body; what is more is dropped.
const maxQueue = 8 << 20

// Reader is what one consumer has of a Stream.
type Reader struct {
	stream *Stream
	ready  chan struct{} // has an element if there is something to be read

	// What follows is guarded by the stream's mutex.
	queue   []Event
	size    int // of the queue, in bytes
	dropped int // events, since one was queued
	over    bool
	gone    bool // the consumer reads no more
}

// Stream is whose events are read.
func (r *Reader) Stream() *Stream { return r.stream }

// Onset is the first event.
func (r *Reader) Onset() Event { return r.stream.onset }

// add queues an event, unless too much is waiting: how the invocation ended is always told.
func (r *Reader) add(e Event) {
	if r.gone {
		return
	}
	_, last := e.body.(Outcome)
	if !last && r.size+e.body.size() > maxQueue {
		r.dropped++
		return
	}
	if r.dropped > 0 {
		lost := e
		lost.body = Dropped{r.dropped}
		r.queue = append(r.queue, lost)
		r.dropped = 0
	}
	r.queue = append(r.queue, e)
	r.size += e.body.size()
	r.wake()
}

func (r *Reader) wake() {
	select {
	case r.ready <- struct{}{}:
	default:
	}
}

// Next waits for events and returns all that there are. It returns none once there will be no more, or when ctx ends.
func (r *Reader) Next(ctx context.Context) []Event {
	for {
		r.stream.mu.Lock()
		queue, over := r.queue, r.over
		r.queue, r.size = nil, 0
		r.stream.mu.Unlock()
		if len(queue) > 0 || over {
			return queue
		}
		select {
		case <-r.ready:
		case <-ctx.Done():
			return nil
		}
	}
}

// Close says that the consumer reads no more.
func (r *Reader) Close() {
	r.stream.mu.Lock()
	defer r.stream.mu.Unlock()
	r.gone, r.queue = true, nil
}

// Host is the host of a realm whose invocation may be consumed.
type Host interface {
	// TracingStream is that of the invocation that runs; nil if nobody consumes it.
	TracingStream() *Stream
}

func streamOf(r *webidl.Realm) *Stream {
	if host, ok := r.Host.(Host); ok {
		return host.TracingStream()
	}
	return nil
}
