package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// readableSource is what the two kinds of controllers have in common: the underlying source, and when to pull it.
type readableSource struct {
	realm  *webidl.Realm
	stream *ReadableStream
	object *goja.Object

	// The algorithms are nil when they do nothing, and once they are cleared.
	pull   func() outcome
	cancel func(reason goja.Value) outcome

	highWaterMark  float64
	started        bool
	closeRequested bool
	pullAgain      bool
	pulling        bool
}

// source implements readableController.
func (c *readableSource) source() *readableSource { return c }

// setUp is the part that https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller and
// https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller have in common.
func (c *readableSource) setUp(s *ReadableStream, controller readableController, start func() (outcome, error), highWaterMark float64) error {
	c.realm, c.stream, c.highWaterMark = s.realm, s, highWaterMark
	s.controller = controller
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
	}, controller.error)
	return nil
}

// callPullIfNeeded implements https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed and
// https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed
func (c *readableSource) callPullIfNeeded() {
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
	}, c.stream.controller.error)
}

// shouldCallPull implements https://streams.spec.whatwg.org/#readable-stream-default-controller-should-call-pull and
// https://streams.spec.whatwg.org/#readable-byte-stream-controller-should-call-pull
func (c *readableSource) shouldCallPull() bool {
	if !c.canCloseOrEnqueue() || !c.started {
		return false
	}
	if c.stream.numReadRequests() > 0 || c.stream.numReadIntoRequests() > 0 {
		return true
	}
	desired, _ := c.desiredSize()
	return desired > 0
}

// desiredSize implements https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size and
// https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-desired-size
// It reports false where the standard returns null.
func (c *readableSource) desiredSize() (float64, bool) {
	switch c.stream.state {
	case readableErrored:
		return 0, false
	case readableClosed:
		return 0, true
	}
	_, size := c.stream.controller.queued()
	return c.highWaterMark - size, true
}

// canCloseOrEnqueue implements https://streams.spec.whatwg.org/#readable-stream-default-controller-can-close-or-enqueue
func (c *readableSource) canCloseOrEnqueue() bool {
	return !c.closeRequested && c.stream.state == readable
}

// runCancel calls the cancel algorithm, which must not be called again, and clears all.
func (c *readableSource) runCancel(reason goja.Value) outcome {
	cancel := c.cancel
	c.clearAlgorithms()
	if cancel == nil {
		return nil
	}
	return cancel(reason)
}

// clearAlgorithms implements https://streams.spec.whatwg.org/#readable-stream-default-controller-clear-algorithms and
// https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-algorithms
func (c *readableSource) clearAlgorithms() { c.pull, c.cancel = nil, nil }
