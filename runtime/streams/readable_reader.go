package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// streamReader is what locks a stream: a default reader, a BYOB reader, or Go.
type streamReader interface {
	generic() *genericReader
	// failRequests rejects everything that waits for a chunk.
	failRequests(reason goja.Value)
}

// genericReader is the mixin of the readers: https://streams.spec.whatwg.org/#generic-reader-mixin
type genericReader struct {
	realm  *webidl.Realm
	stream *ReadableStream // nil once released
	closed *promise
}

func (g *genericReader) generic() *genericReader { return g }

var errReaderReleased = webidl.TypeErrorf("This ReadableStream reader has been released.")

// initialize implements https://streams.spec.whatwg.org/#readable-stream-reader-generic-initialize
func (g *genericReader) initialize(reader streamReader, s *ReadableStream) {
	g.realm, g.stream = s.realm, s
	s.reader = reader
	switch s.state {
	case readable:
		g.closed = pending(s.realm)
	case readableClosed:
		g.closed = settled(s.realm)
	case readableErrored:
		g.closed = failed(s.realm, s.storedError)
	}
}

// cancel implements https://streams.spec.whatwg.org/#readable-stream-reader-generic-cancel
func (g *genericReader) cancel(reason goja.Value) outcome { return g.stream.cancel(reason) }

// release implements https://streams.spec.whatwg.org/#readable-stream-reader-generic-release
func (g *genericReader) release() {
	reason := g.realm.ErrorValue(errReaderReleased)
	if g.closed.pending() {
		g.closed.reject(reason)
	} else {
		g.closed = failed(g.realm, reason)
	}
	if c := g.stream.controller; c != nil {
		c.releaseSteps()
	}
	g.stream.reader = nil
	g.stream = nil
}

// ReadableStreamDefaultReader is the Go value behind a ReadableStreamDefaultReader: https://streams.spec.whatwg.org/#default-reader-class
type ReadableStreamDefaultReader struct {
	genericReader
	requests []readRequest
}

// acquireDefaultReader implements https://streams.spec.whatwg.org/#acquire-readable-stream-reader
func (s *ReadableStream) acquireDefaultReader() (*ReadableStreamDefaultReader, error) {
	reader := &ReadableStreamDefaultReader{}
	return reader, reader.setUp(s)
}

// setUp implements https://streams.spec.whatwg.org/#set-up-readable-stream-default-reader
func (d *ReadableStreamDefaultReader) setUp(s *ReadableStream) error {
	if s.Locked() {
		return errReadableLocked
	}
	s.ready()
	d.initialize(d, s)
	return nil
}

// read implements https://streams.spec.whatwg.org/#readable-stream-default-reader-read
func (d *ReadableStreamDefaultReader) read(request readRequest) {
	s := d.stream
	s.disturbed = true
	switch s.state {
	case readableClosed:
		request.closeSteps()
	case readableErrored:
		request.errorSteps(s.storedError)
	default:
		s.controller.pullSteps(request)
	}
}

// releaseLock implements https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreaderrelease
func (d *ReadableStreamDefaultReader) releaseLock() {
	d.release()
	if len(d.requests) > 0 {
		d.failRequests(d.realm.ErrorValue(errReaderReleased))
	}
}

func (d *ReadableStreamDefaultReader) failRequests(reason goja.Value) {
	requests := d.requests
	d.requests = nil
	for _, request := range requests {
		request.errorSteps(reason)
	}
}

// ReadableStreamBYOBReader is the Go value behind a ReadableStreamBYOBReader: https://streams.spec.whatwg.org/#byob-reader-class
type ReadableStreamBYOBReader struct {
	genericReader
	requests []readIntoRequest
}

var errNotByteStream = webidl.TypeErrorf("This ReadableStream does not support BYOB reads.")

// acquireBYOBReader implements https://streams.spec.whatwg.org/#acquire-readable-stream-byob-reader
func (s *ReadableStream) acquireBYOBReader() (*ReadableStreamBYOBReader, error) {
	reader := &ReadableStreamBYOBReader{}
	return reader, reader.setUp(s)
}

// setUp implements https://streams.spec.whatwg.org/#set-up-readable-stream-byob-reader
func (b *ReadableStreamBYOBReader) setUp(s *ReadableStream) error {
	if s.Locked() {
		return errReadableLocked
	}
	if _, ok := s.byteController(); !ok {
		return errNotByteStream
	}
	b.initialize(b, s)
	return nil
}

// read implements https://streams.spec.whatwg.org/#readable-stream-byob-reader-read
func (b *ReadableStreamBYOBReader) read(v view, min int, request readIntoRequest) {
	s := b.stream
	s.disturbed = true
	if s.state == readableErrored {
		request.errorSteps(s.storedError)
		return
	}
	c, _ := s.byteController()
	c.pullInto(v, min, request)
}

// releaseLock implements https://streams.spec.whatwg.org/#abstract-opdef-readablestreambyobreaderrelease
func (b *ReadableStreamBYOBReader) releaseLock() {
	b.release()
	if len(b.requests) > 0 {
		b.failRequests(b.realm.ErrorValue(errReaderReleased))
	}
}

func (b *ReadableStreamBYOBReader) failRequests(reason goja.Value) {
	requests := b.requests
	b.requests = nil
	for _, request := range requests {
		request.errorSteps(reason)
	}
}

// promiseRequest is a read request that settles the promise of reader.read().
type promiseRequest struct {
	realm  *webidl.Realm
	result *webidl.Promise
}

func (p promiseRequest) chunkSteps(chunk goja.Value) {
	p.result.Resolve(p.realm.IteratorResult(chunk, false))
}

func (p promiseRequest) closeSteps() {
	p.result.Resolve(p.realm.IteratorResult(goja.Undefined(), true))
}

func (p promiseRequest) errorSteps(reason goja.Value) { p.result.RejectValue(reason) }

// promiseIntoRequest is a read-into request that settles the promise of reader.read(view).
type promiseIntoRequest struct{ promiseRequest }

func (p promiseIntoRequest) closeSteps(chunk goja.Value) {
	p.result.Resolve(p.realm.IteratorResult(chunk, true))
}
