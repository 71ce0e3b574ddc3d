package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// ReadableStreamDefaultController is the Go value behind a ReadableStreamDefaultController:
// https://streams.spec.whatwg.org/#rs-default-controller-class
type ReadableStreamDefaultController struct {
	readableSource
	size  sizeAlgorithm
	queue queueWithSizes
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
	c.size = size
	return c.setUp(s, c, start, highWaterMark)
}

// queued implements readableController.
func (c *ReadableStreamDefaultController) queued() (some bool, size float64) {
	return !c.queue.empty(), c.queue.total
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

// hasBackpressure implements https://streams.spec.whatwg.org/#rs-default-controller-has-backpressure
func (c *ReadableStreamDefaultController) hasBackpressure() bool { return !c.shouldCallPull() }

// cancelSteps implements https://streams.spec.whatwg.org/#rs-default-controller-private-cancel
func (c *ReadableStreamDefaultController) cancelSteps(reason goja.Value) outcome {
	c.queue.reset()
	return c.runCancel(reason)
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
