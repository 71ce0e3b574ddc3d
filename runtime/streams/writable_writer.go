package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// WritableStreamDefaultWriter is the Go value behind a WritableStreamDefaultWriter: https://streams.spec.whatwg.org/#default-writer-class
type WritableStreamDefaultWriter struct {
	realm  *webidl.Realm
	stream *WritableStream // nil once released
	closed *promise
	ready  *promise
}

var errWriterReleased = webidl.TypeErrorf("This WritableStream writer has been released.")

// acquireWriter implements https://streams.spec.whatwg.org/#acquire-writable-stream-default-writer
func (s *WritableStream) acquireWriter() (*WritableStreamDefaultWriter, error) {
	writer := &WritableStreamDefaultWriter{}
	return writer, writer.setUp(s)
}

// setUp implements https://streams.spec.whatwg.org/#set-up-writable-stream-default-writer
func (w *WritableStreamDefaultWriter) setUp(s *WritableStream) error {
	if s.Locked() {
		return errWritableLocked
	}
	r := s.realm
	w.realm, w.stream = r, s
	s.writer = w
	switch s.state {
	case writable:
		w.closed, w.ready = pending(r), settled(r)
		if !s.closeQueuedOrInFlight() && s.backpressure {
			w.ready = pending(r)
		}
	case writableErroring:
		w.closed, w.ready = pending(r), failed(r, s.storedError)
	case writableClosed:
		w.closed, w.ready = settled(r), settled(r)
	case writableErrored:
		w.closed, w.ready = failed(r, s.storedError), failed(r, s.storedError)
	}
	return nil
}

// closeWithErrorPropagation implements https://streams.spec.whatwg.org/#writable-stream-default-writer-close-with-error-propagation
func (w *WritableStreamDefaultWriter) closeWithErrorPropagation() outcome {
	s := w.stream
	switch {
	case s.closeQueuedOrInFlight() || s.state == writableClosed:
		return nil
	case s.state == writableErrored:
		return rejected(w.realm, s.storedError)
	}
	return s.close()
}

// ensureClosedPromiseRejected implements https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-closed-promise-rejected
func (w *WritableStreamDefaultWriter) ensureClosedPromiseRejected(reason goja.Value) {
	if w.closed.pending() {
		w.closed.reject(reason)
	} else {
		w.closed = failed(w.realm, reason)
	}
}

// ensureReadyPromiseRejected implements https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-ready-promise-rejected
func (w *WritableStreamDefaultWriter) ensureReadyPromiseRejected(reason goja.Value) {
	if w.ready.pending() {
		w.ready.reject(reason)
	} else {
		w.ready = failed(w.realm, reason)
	}
}

// desiredSize implements https://streams.spec.whatwg.org/#writable-stream-default-writer-get-desired-size
// It reports false where the standard returns null.
func (w *WritableStreamDefaultWriter) desiredSize() (float64, bool) {
	switch w.stream.state {
	case writableErroring, writableErrored:
		return 0, false
	case writableClosed:
		return 0, true
	}
	return w.stream.controller.desiredSize(), true
}

// release implements https://streams.spec.whatwg.org/#writable-stream-default-writer-release
func (w *WritableStreamDefaultWriter) release() {
	reason := w.realm.ErrorValue(errWriterReleased)
	w.ensureReadyPromiseRejected(reason)
	w.ensureClosedPromiseRejected(reason)
	w.stream.writer = nil
	w.stream = nil
}

// write implements https://streams.spec.whatwg.org/#writable-stream-default-writer-write
func (w *WritableStreamDefaultWriter) write(chunk goja.Value) *promise {
	s := w.stream
	size := s.controller.chunkSize(chunk)
	switch {
	case s != w.stream:
		return thrownBy(w.realm, errWriterReleased)
	case s.state == writableErrored:
		return rejected(w.realm, s.storedError)
	case s.closeQueuedOrInFlight() || s.state == writableClosed:
		return thrownBy(w.realm, errWritableClosed)
	case s.state == writableErroring:
		return rejected(w.realm, s.storedError)
	}
	promise := newPromise(w.realm)
	s.writeRequests = append(s.writeRequests, promise)
	s.controller.write(chunk, size)
	return promise
}
