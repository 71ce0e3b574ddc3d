package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// ReadableStreamDefaultController is the Go value behind a ReadableStreamDefaultController:
// https://streams.spec.whatwg.org/#rs-default-controller-class
type ReadableStreamDefaultController struct {
	realm  *webidl.Realm
	stream *ReadableStream
	object *goja.Object

	// The algorithms are nil when they do nothing, and once they are cleared.
	pull   func() outcome
	cancel func(reason goja.Value) outcome
	size   sizeAlgorithm

	highWaterMark  float64
	queue          queueWithSizes
	started        bool
	closeRequested bool
	pullAgain      bool
	pulling        bool
}

// Object returns the JavaScript object of the controller.
func (c *ReadableStreamDefaultController) Object() *goja.Object {
	if c.object == nil {
		c.object = c.realm.New(ReadableStreamDefaultControllerClass, c)
	}
	return c.object
}

// setUpDefaultController implements https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller
func (s *ReadableStream) setUpDefaultController(c *ReadableStreamDefaultController, start func() (outcome, error), highWaterMark float64, size sizeAlgorithm) error {
	c.realm, c.stream = s.realm, s
	c.size, c.highWaterMark = size, highWaterMark
	s.controller = c
	startPromise, err := start()
	if err != nil {
		return err
	}
	if startPromise == nil && (s.state != readable || c.closeRequested || c.pull == nil) {
		// Nothing can be seen of when the start is over: do without the microtask.
		c.started = true
		return nil
	}
	upon(c.realm, startPromise, func(goja.Value) {
		c.started = true
		c.callPullIfNeeded()
	}, c.error)
	return nil
}

// callPullIfNeeded implements https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed
func (c *ReadableStreamDefaultController) callPullIfNeeded() {
	if !c.shouldCallPull() {
		return
	}
	if c.pulling {
		c.pullAgain = true
		return
	}
	if c.pull == nil {
		return
	}
	c.pulling = true
	upon(c.realm, c.pull(), func(goja.Value) {
		c.pulling = false
		if c.pullAgain {
			c.pullAgain = false
			c.callPullIfNeeded()
		}
	}, c.error)
}

// shouldCallPull implements https://streams.spec.whatwg.org/#readable-stream-default-controller-should-call-pull
func (c *ReadableStreamDefaultController) shouldCallPull() bool {
	if !c.canCloseOrEnqueue() || !c.started {
		return false
	}
	if c.stream.numReadRequests() > 0 {
		return true
	}
	desired, _ := c.desiredSize()
	return desired > 0
}

// clearAlgorithms implements https://streams.spec.whatwg.org/#readable-stream-default-controller-clear-algorithms
func (c *ReadableStreamDefaultController) clearAlgorithms() {
	c.pull, c.cancel, c.size = nil, nil, nil
}

// close implements https://streams.spec.whatwg.org/#readable-stream-default-controller-close
func (c *ReadableStreamDefaultController) close() {
	if !c.canCloseOrEnqueue() {
		return
	}
	c.closeRequested = true
	if c.queue.empty() {
		c.clearAlgorithms()
		c.stream.close()
	}
}

// enqueue implements https://streams.spec.whatwg.org/#readable-stream-default-controller-enqueue
func (c *ReadableStreamDefaultController) enqueue(chunk goja.Value) error {
	if !c.canCloseOrEnqueue() {
		return nil
	}
	if c.stream.numReadRequests() > 0 {
		c.stream.fulfillReadRequest(chunk, false)
	} else {
		size, err := c.size.of(chunk)
		if err == nil {
			err = c.queue.enqueue(chunk, size)
		}
		if err != nil {
			reason := c.realm.ErrorValue(err)
			c.error(reason)
			return &webidl.Thrown{Value: reason}
		}
	}
	c.callPullIfNeeded()
	return nil
}

// error implements https://streams.spec.whatwg.org/#readable-stream-default-controller-error
func (c *ReadableStreamDefaultController) error(reason goja.Value) {
	if c.stream.state != readable {
		return
	}
	c.queue.reset()
	c.clearAlgorithms()
	c.stream.error(reason)
}

// desiredSize implements https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size
// It reports false where the standard returns null.
func (c *ReadableStreamDefaultController) desiredSize() (float64, bool) {
	switch c.stream.state {
	case readableErrored:
		return 0, false
	case readableClosed:
		return 0, true
	}
	return c.highWaterMark - c.queue.total, true
}

// hasBackpressure implements https://streams.spec.whatwg.org/#rs-default-controller-has-backpressure
func (c *ReadableStreamDefaultController) hasBackpressure() bool { return !c.shouldCallPull() }

// canCloseOrEnqueue implements https://streams.spec.whatwg.org/#readable-stream-default-controller-can-close-or-enqueue
func (c *ReadableStreamDefaultController) canCloseOrEnqueue() bool {
	return !c.closeRequested && c.stream.state == readable
}

// cancelSteps implements https://streams.spec.whatwg.org/#rs-default-controller-private-cancel
func (c *ReadableStreamDefaultController) cancelSteps(reason goja.Value) outcome {
	c.queue.reset()
	cancel := c.cancel
	c.cancel = nil
	var result outcome
	if cancel != nil {
		result = cancel(reason)
	}
	c.clearAlgorithms()
	return result
}

// pullSteps implements https://streams.spec.whatwg.org/#rs-default-controller-private-pull
func (c *ReadableStreamDefaultController) pullSteps(request readRequest) {
	if c.queue.empty() {
		reader := c.stream.reader.(*ReadableStreamDefaultReader)
		reader.requests = append(reader.requests, request)
		c.callPullIfNeeded()
		return
	}
	chunk := c.queue.dequeue()
	if c.closeRequested && c.queue.empty() {
		c.clearAlgorithms()
		c.stream.close()
	} else {
		c.callPullIfNeeded()
	}
	request.chunkSteps(chunk)
}

// releaseSteps implements https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultcontroller-releasesteps
func (c *ReadableStreamDefaultController) releaseSteps() {}
