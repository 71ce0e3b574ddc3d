package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// WritableStreamDefaultController is the Go value behind a WritableStreamDefaultController:
// https://streams.spec.whatwg.org/#ws-default-controller-class
type WritableStreamDefaultController struct {
	realm  *webidl.Realm
	stream *WritableStream
	object *goja.Object

	// The algorithms are nil when they do nothing, and once they are cleared.
	sinkWrite func(chunk goja.Value) outcome
	sinkClose func() outcome
	sinkAbort func(reason goja.Value) outcome
	size      sizeAlgorithm

	highWaterMark float64
	queue         queueWithSizes
	started       bool
	held          bool // backpressure, whatever the queue says

	// The signal is made when a script asks for it; an abort that came before is remembered.
	signal      *events.AbortSignal
	aborted     bool
	abortReason goja.Value
}

// Object returns the JavaScript object of the controller.
func (c *WritableStreamDefaultController) Object() *goja.Object {
	if c.object == nil {
		c.object = c.realm.New(WritableStreamDefaultControllerClass, c)
	}
	return c.object
}

// setUpController implements https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller
func (s *WritableStream) setUpController(c *WritableStreamDefaultController, start func() (outcome, error), highWaterMark float64, size sizeAlgorithm) error {
	c.realm, c.stream = s.realm, s
	c.size, c.highWaterMark = size, highWaterMark
	s.controller = c
	s.updateBackpressure(c.hasBackpressure())
	startPromise, err := start()
	if err != nil {
		return err
	}
	upon(c.realm, startPromise, func(goja.Value) {
		c.started = true
		c.advanceQueueIfNeeded()
	}, func(reason goja.Value) {
		c.started = true
		s.dealWithRejection(reason)
	})
	return nil
}

// setUpStarted is setUpController for a sink of Go's, which needs no start.
func (s *WritableStream) setUpStarted(c *WritableStreamDefaultController, highWaterMark float64) {
	c.realm, c.stream = s.realm, s
	c.highWaterMark = highWaterMark
	c.started = true
	s.controller = c
	s.updateBackpressure(c.hasBackpressure())
}

// advanceQueueIfNeeded implements https://streams.spec.whatwg.org/#writable-stream-default-controller-advance-queue-if-needed
func (c *WritableStreamDefaultController) advanceQueueIfNeeded() {
	switch {
	case !c.started || c.stream.inFlightWrite != nil:
	case c.stream.state == writableErroring:
		c.stream.finishErroring()
	case c.queue.empty():
	case c.queue.peek() == nil:
		c.processClose()
	default:
		c.processWrite(c.queue.peek())
	}
}

// clearAlgorithms implements https://streams.spec.whatwg.org/#writable-stream-default-controller-clear-algorithms
func (c *WritableStreamDefaultController) clearAlgorithms() {
	c.sinkWrite, c.sinkClose, c.sinkAbort, c.size = nil, nil, nil, nil
}

// close implements https://streams.spec.whatwg.org/#writable-stream-default-controller-close
func (c *WritableStreamDefaultController) close() {
	c.queue.entries = append(c.queue.entries, queueEntry{})
	c.advanceQueueIfNeeded()
}

// error implements https://streams.spec.whatwg.org/#writable-stream-default-controller-error
func (c *WritableStreamDefaultController) error(reason goja.Value) {
	c.clearAlgorithms()
	c.stream.startErroring(reason)
}

// errorIfNeeded implements https://streams.spec.whatwg.org/#writable-stream-default-controller-error-if-needed
func (c *WritableStreamDefaultController) errorIfNeeded(reason goja.Value) {
	if c.stream.state == writable {
		c.error(reason)
	}
}

// hasBackpressure implements https://streams.spec.whatwg.org/#writable-stream-default-controller-get-backpressure
func (c *WritableStreamDefaultController) hasBackpressure() bool { return c.desiredSize() <= 0 }

// desiredSize implements https://streams.spec.whatwg.org/#writable-stream-default-controller-get-desired-size
func (c *WritableStreamDefaultController) desiredSize() float64 {
	size := c.highWaterMark - c.queue.total
	if c.held {
		return min(size, 0)
	}
	return size
}

// hold has writers wait, or not any more, for what is behind the sink and not in the queue.
func (c *WritableStreamDefaultController) hold(held bool) {
	c.held = held
	if !c.stream.closeQueuedOrInFlight() && c.stream.state == writable {
		c.stream.updateBackpressure(c.hasBackpressure())
	}
}

// chunkSize implements https://streams.spec.whatwg.org/#writable-stream-default-controller-get-chunk-size
func (c *WritableStreamDefaultController) chunkSize(chunk goja.Value) float64 {
	size, err := c.size.of(chunk)
	if err != nil {
		c.errorIfNeeded(c.realm.ErrorValue(err))
		return 1
	}
	return size
}

// processClose implements https://streams.spec.whatwg.org/#writable-stream-default-controller-process-close
func (c *WritableStreamDefaultController) processClose() {
	s := c.stream
	s.inFlightClose, s.closeRequest = s.closeRequest, nil
	c.queue.dequeue()
	var result outcome
	if c.sinkClose != nil {
		result = c.sinkClose()
	}
	c.clearAlgorithms()
	upon(c.realm, result, func(goja.Value) { s.finishInFlightClose() }, s.finishInFlightCloseWithError)
}

// processWrite implements https://streams.spec.whatwg.org/#writable-stream-default-controller-process-write
func (c *WritableStreamDefaultController) processWrite(chunk goja.Value) {
	s := c.stream
	s.inFlightWrite = s.writeRequests[0]
	s.writeRequests = s.writeRequests[1:]
	var result outcome
	if c.sinkWrite != nil {
		result = c.sinkWrite(chunk)
	}
	upon(c.realm, result, func(goja.Value) {
		s.finishInFlightWrite()
		c.queue.dequeue()
		if !s.closeQueuedOrInFlight() && s.state == writable {
			s.updateBackpressure(c.hasBackpressure())
		}
		c.advanceQueueIfNeeded()
	}, func(reason goja.Value) {
		if s.state == writable {
			c.clearAlgorithms()
		}
		s.finishInFlightWriteWithError(reason)
	})
}

// write implements https://streams.spec.whatwg.org/#writable-stream-default-controller-write
func (c *WritableStreamDefaultController) write(chunk goja.Value, size float64) {
	if err := c.queue.enqueue(chunk, size); err != nil {
		c.errorIfNeeded(c.realm.ErrorValue(err))
		return
	}
	if !c.stream.closeQueuedOrInFlight() && c.stream.state == writable {
		c.stream.updateBackpressure(c.hasBackpressure())
	}
	c.advanceQueueIfNeeded()
}

// abortSteps implements https://streams.spec.whatwg.org/#ws-default-controller-private-abort
func (c *WritableStreamDefaultController) abortSteps(reason goja.Value) outcome {
	var result outcome
	if c.sinkAbort != nil {
		result = c.sinkAbort(reason)
	}
	c.clearAlgorithms()
	return result
}

// signalAbort is "signal abort" on the [[abortController]].
func (c *WritableStreamDefaultController) signalAbort(reason goja.Value) {
	c.aborted, c.abortReason = true, reason
	if c.signal != nil {
		c.signal.SignalAbort(reason)
	}
}

// abortSignal returns the signal of the [[abortController]].
func (c *WritableStreamDefaultController) abortSignal() *events.AbortSignal {
	if c.signal == nil {
		c.signal = events.NewAbortSignal(c.realm)
		if c.aborted {
			c.signal.SignalAbort(c.abortReason)
		}
	}
	return c.signal
}
