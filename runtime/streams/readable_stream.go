package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

type readableState int

const (
	readable readableState = iota
	readableClosed
	readableErrored
)

// ReadableStream is the Go value behind a ReadableStream: https://streams.spec.whatwg.org/#rs-class
//
// Its chunks are in one of two places. A stream that a script made has a controller with a queue of JavaScript
// values. A stream that Go made has a body, an io.ReadCloser, and gets a controller only when a script reads it.
// A stream belongs to the goroutine that runs its realm's loop.
type ReadableStream struct {
	realm  *webidl.Realm
	object *goja.Object

	state       readableState
	disturbed   bool
	reader      streamReader
	storedError goja.Value
	controller  readableController

	body   *bodySource // of a Go-side stream
	length int64       // how many bytes the stream will give in all; -1 if that is not known
}

// readableController is what a stream asks of its controller, whichever kind it is:
// https://streams.spec.whatwg.org/#rs-abstract-ops-used-by-controllers
type readableController interface {
	cancelSteps(reason goja.Value) outcome
	pullSteps(request readRequest)
	releaseSteps()
	error(reason goja.Value)
	// queued tells whether there are chunks in the queue, and their size in all.
	queued() (some bool, size float64)
	// source returns what controllers of both kinds have in common.
	source() *readableSource
}

// readRequest is what a default reader waits with: https://streams.spec.whatwg.org/#read-request
type readRequest interface {
	chunkSteps(chunk goja.Value)
	closeSteps()
	errorSteps(reason goja.Value)
}

// readIntoRequest is what a BYOB reader waits with: https://streams.spec.whatwg.org/#read-into-request
// closeSteps is given a view, or undefined.
type readIntoRequest interface {
	chunkSteps(chunk goja.Value)
	closeSteps(chunk goja.Value)
	errorSteps(reason goja.Value)
}

func newReadableStream(r *webidl.Realm) *ReadableStream {
	return &ReadableStream{realm: r, length: -1}
}

// Object returns the JavaScript object of the stream, which is made when it is first asked for.
func (s *ReadableStream) Object() *goja.Object {
	if s.object == nil {
		s.object = s.realm.New(ReadableStreamClass, s)
	}
	return s.object
}

// Locked reports whether something reads the stream: https://streams.spec.whatwg.org/#is-readable-stream-locked
func (s *ReadableStream) Locked() bool { return s.reader != nil }

// Disturbed reports whether the stream has ever been read or cancelled: https://streams.spec.whatwg.org/#is-readable-stream-disturbed
func (s *ReadableStream) Disturbed() bool { return s.disturbed }

// Length returns how many bytes the stream gives in all, or -1 if that is not known.
func (s *ReadableStream) Length() int64 { return s.length }

// ready returns the controller, which a Go-side stream gets now.
func (s *ReadableStream) ready() readableController {
	if s.controller == nil {
		s.body.setUpController(s)
	}
	return s.controller
}

// byteController returns the controller if it is that of a byte stream.
func (s *ReadableStream) byteController() (*ReadableByteStreamController, bool) {
	c, ok := s.ready().(*ReadableByteStreamController)
	return c, ok
}

// createReadableStream implements https://streams.spec.whatwg.org/#create-readable-stream for a start algorithm that
// does nothing. A nil size means that each chunk counts as 1.
func createReadableStream(r *webidl.Realm, pull func() outcome, cancel func(goja.Value) outcome, highWaterMark float64, size sizeAlgorithm) *ReadableStream {
	s := newReadableStream(r)
	c := &ReadableStreamDefaultController{readableSource: readableSource{pull: pull, cancel: cancel}}
	s.setUpDefaultController(c, noStart, highWaterMark, size)
	return s
}

// createReadableByteStream implements https://streams.spec.whatwg.org/#abstract-opdef-createreadablebytestream
func createReadableByteStream(r *webidl.Realm, pull func() outcome, cancel func(goja.Value) outcome) *ReadableStream {
	s := newReadableStream(r)
	c := &ReadableByteStreamController{readableSource: readableSource{pull: pull, cancel: cancel}}
	s.setUpByteController(c, noStart, 0, 0)
	return s
}

// noStart is a start algorithm that does nothing.
func noStart() (outcome, error) { return nil, nil }

var errReadableLocked = webidl.TypeErrorf("This ReadableStream is currently locked to a reader.")

// cancel implements https://streams.spec.whatwg.org/#readable-stream-cancel
func (s *ReadableStream) cancel(reason goja.Value) outcome {
	s.disturbed = true
	switch s.state {
	case readableClosed:
		return nil
	case readableErrored:
		return rejected(s.realm, s.storedError)
	}
	s.close()
	if reader, ok := s.reader.(*ReadableStreamBYOBReader); ok {
		requests := reader.requests
		reader.requests = nil
		for _, request := range requests {
			request.closeSteps(goja.Undefined())
		}
	}
	result := s.ready().cancelSteps(reason)
	return then(s.realm, result, func(goja.Value) outcome { return nil }, nil)
}

// close implements https://streams.spec.whatwg.org/#readable-stream-close
func (s *ReadableStream) close() {
	s.state = readableClosed
	if s.reader == nil {
		return
	}
	s.reader.generic().closed.resolve()
	if reader, ok := s.reader.(*ReadableStreamDefaultReader); ok {
		requests := reader.requests
		reader.requests = nil
		for _, request := range requests {
			request.closeSteps()
		}
	}
}

// error implements https://streams.spec.whatwg.org/#readable-stream-error
func (s *ReadableStream) error(reason goja.Value) {
	s.state = readableErrored
	s.storedError = reason
	if s.reader == nil {
		return
	}
	s.reader.generic().closed.reject(reason)
	s.reader.failRequests(reason)
}

// fulfillReadRequest implements https://streams.spec.whatwg.org/#readable-stream-fulfill-read-request
func (s *ReadableStream) fulfillReadRequest(chunk goja.Value, done bool) {
	reader := s.reader.(*ReadableStreamDefaultReader)
	request := reader.requests[0]
	reader.requests = reader.requests[1:]
	if done {
		request.closeSteps()
	} else {
		request.chunkSteps(chunk)
	}
}

// fulfillReadIntoRequest implements https://streams.spec.whatwg.org/#readable-stream-fulfill-read-into-request
func (s *ReadableStream) fulfillReadIntoRequest(chunk goja.Value, done bool) {
	reader := s.reader.(*ReadableStreamBYOBReader)
	request := reader.requests[0]
	reader.requests = reader.requests[1:]
	if done {
		request.closeSteps(chunk)
	} else {
		request.chunkSteps(chunk)
	}
}

// numReadRequests implements https://streams.spec.whatwg.org/#readable-stream-get-num-read-requests
func (s *ReadableStream) numReadRequests() int {
	if reader, ok := s.reader.(*ReadableStreamDefaultReader); ok {
		return len(reader.requests)
	}
	return 0
}

// numReadIntoRequests implements https://streams.spec.whatwg.org/#readable-stream-get-num-read-into-requests
func (s *ReadableStream) numReadIntoRequests() int {
	if reader, ok := s.reader.(*ReadableStreamBYOBReader); ok {
		return len(reader.requests)
	}
	return 0
}

func (s *ReadableStream) hasDefaultReader() bool {
	_, ok := s.reader.(*ReadableStreamDefaultReader)
	return ok
}

func (s *ReadableStream) hasBYOBReader() bool {
	_, ok := s.reader.(*ReadableStreamBYOBReader)
	return ok
}
