package streams

import (
	"io"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

type writableState int

const (
	writable writableState = iota
	writableClosed
	writableErroring
	writableErrored
)

// WritableStream is the Go value behind a WritableStream: https://streams.spec.whatwg.org/#ws-class
// It belongs to the goroutine that runs its realm's loop.
type WritableStream struct {
	realm  *webidl.Realm
	object *goja.Object

	state       writableState
	storedError goja.Value
	controller  *WritableStreamDefaultController
	writer      *WritableStreamDefaultWriter

	backpressure  bool
	writeRequests []*promise
	inFlightWrite *promise
	closeRequest  *promise
	inFlightClose *promise
	pendingAbort  *abortRequest

	sink   goSink // of a Go-side stream
	custom Sink   // of a stream of another package
}

// goSink is where the bytes of a Go-side stream go. Its methods may be called from any goroutine; Write blocks, and
// close and abort may be called again.
type goSink interface {
	io.Writer
	close() error
	abort(err error)
}

// feeder is a goSink whose bytes scripts may read.
type feeder interface {
	// feeding says whether a goroutine writes from now on, instead of JavaScript.
	feeding(fed bool)
}

// abortRequest is https://streams.spec.whatwg.org/#pending-abort-request
type abortRequest struct {
	promise            *promise
	reason             goja.Value
	wasAlreadyErroring bool
}

func newWritableStream(r *webidl.Realm) *WritableStream { return &WritableStream{realm: r} }

// Object returns the JavaScript object of the stream, which is made when it is first asked for.
func (s *WritableStream) Object() *goja.Object {
	if s.object == nil {
		s.object = s.realm.New(WritableStreamClass, s)
	}
	return s.object
}

// Locked reports whether the stream has a writer: https://streams.spec.whatwg.org/#is-writable-stream-locked
func (s *WritableStream) Locked() bool { return s.writer != nil }

var (
	errWritableLocked = webidl.TypeErrorf("This WritableStream is currently locked to a writer.")
	errWritableClosed = webidl.TypeErrorf("This WritableStream has been closed.")
)

// abort implements https://streams.spec.whatwg.org/#writable-stream-abort
func (s *WritableStream) abort(reason goja.Value) outcome {
	if s.state == writableClosed || s.state == writableErrored {
		return nil
	}
	s.controller.signalAbort(reason)
	if s.state == writableClosed || s.state == writableErrored {
		return nil
	}
	if s.pendingAbort != nil {
		return s.pendingAbort.promise
	}
	request := &abortRequest{promise: newPromise(s.realm), reason: reason}
	if s.state == writableErroring {
		request.wasAlreadyErroring, request.reason = true, goja.Undefined()
	}
	s.pendingAbort = request
	if !request.wasAlreadyErroring {
		s.startErroring(reason)
	}
	return request.promise
}

// close implements https://streams.spec.whatwg.org/#writable-stream-close
func (s *WritableStream) close() outcome {
	if s.state == writableClosed || s.state == writableErrored {
		return thrownBy(s.realm, errWritableClosed)
	}
	s.closeRequest = newPromise(s.realm)
	promise := s.closeRequest
	if s.writer != nil && s.backpressure && s.state == writable {
		s.writer.ready.resolve()
	}
	s.controller.close()
	return promise
}

// closeQueuedOrInFlight implements https://streams.spec.whatwg.org/#writable-stream-close-queued-or-in-flight
func (s *WritableStream) closeQueuedOrInFlight() bool {
	return s.closeRequest != nil || s.inFlightClose != nil
}

// dealWithRejection implements https://streams.spec.whatwg.org/#writable-stream-deal-with-rejection
func (s *WritableStream) dealWithRejection(reason goja.Value) {
	if s.state == writable {
		s.startErroring(reason)
		return
	}
	s.finishErroring()
}

// startErroring implements https://streams.spec.whatwg.org/#writable-stream-start-erroring
func (s *WritableStream) startErroring(reason goja.Value) {
	s.state = writableErroring
	s.storedError = reason
	if s.writer != nil {
		s.writer.ensureReadyPromiseRejected(reason)
	}
	if s.inFlightWrite == nil && s.inFlightClose == nil && s.controller.started {
		s.finishErroring()
	}
}

// finishErroring implements https://streams.spec.whatwg.org/#writable-stream-finish-erroring
func (s *WritableStream) finishErroring() {
	s.state = writableErrored
	s.controller.queue.reset()
	requests := s.writeRequests
	s.writeRequests = nil
	for _, request := range requests {
		request.reject(s.storedError)
	}
	abort := s.pendingAbort
	if abort == nil {
		s.rejectCloseAndClosed()
		return
	}
	s.pendingAbort = nil
	if abort.wasAlreadyErroring {
		abort.promise.reject(s.storedError)
		s.rejectCloseAndClosed()
		return
	}
	upon(s.realm, s.controller.abortSteps(abort.reason), func(goja.Value) {
		abort.promise.resolve()
		s.rejectCloseAndClosed()
	}, func(reason goja.Value) {
		abort.promise.reject(reason)
		s.rejectCloseAndClosed()
	})
}

// finishInFlightWrite implements https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write
func (s *WritableStream) finishInFlightWrite() {
	request := s.inFlightWrite
	s.inFlightWrite = nil
	request.resolve()
}

// finishInFlightWriteWithError implements https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write-with-error
func (s *WritableStream) finishInFlightWriteWithError(reason goja.Value) {
	request := s.inFlightWrite
	s.inFlightWrite = nil
	request.reject(reason)
	s.dealWithRejection(reason)
}

// finishInFlightClose implements https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close
func (s *WritableStream) finishInFlightClose() {
	request := s.inFlightClose
	s.inFlightClose = nil
	request.resolve()
	if s.state == writableErroring {
		s.storedError = nil
		if s.pendingAbort != nil {
			s.pendingAbort.promise.resolve()
			s.pendingAbort = nil
		}
	}
	s.state = writableClosed
	if s.writer != nil {
		s.writer.closed.resolve()
	}
}

// finishInFlightCloseWithError implements https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close-with-error
func (s *WritableStream) finishInFlightCloseWithError(reason goja.Value) {
	request := s.inFlightClose
	s.inFlightClose = nil
	request.reject(reason)
	if s.pendingAbort != nil {
		s.pendingAbort.promise.reject(reason)
		s.pendingAbort = nil
	}
	s.dealWithRejection(reason)
}

// rejectCloseAndClosed implements https://streams.spec.whatwg.org/#writable-stream-reject-close-and-closed-promise-if-needed
func (s *WritableStream) rejectCloseAndClosed() {
	if s.closeRequest != nil {
		s.closeRequest.reject(s.storedError)
		s.closeRequest = nil
	}
	if s.writer != nil {
		s.writer.closed.reject(s.storedError)
	}
}

// updateBackpressure implements https://streams.spec.whatwg.org/#writable-stream-update-backpressure
func (s *WritableStream) updateBackpressure(backpressure bool) {
	if s.writer != nil && backpressure != s.backpressure {
		if backpressure {
			s.writer.ready = pending(s.realm)
		} else {
			s.writer.ready.resolve()
		}
	}
	s.backpressure = backpressure
}
