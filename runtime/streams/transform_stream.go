package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// TransformStream is the Go value behind a TransformStream: https://streams.spec.whatwg.org/#ts-class
type TransformStream struct {
	realm *webidl.Realm

	readable   *ReadableStream
	writable   *WritableStream
	controller *TransformStreamDefaultController

	backpressure       bool
	backpressureChange *promise // made when a write waits for it
}

func (t *TransformStream) sides() (*ReadableStream, *WritableStream) { return t.readable, t.writable }

// TransformStreamDefaultController is the Go value behind a TransformStreamDefaultController:
// https://streams.spec.whatwg.org/#ts-default-controller-class
type TransformStreamDefaultController struct {
	realm  *webidl.Realm
	stream *TransformStream
	object *goja.Object

	// The algorithms are nil when they do nothing, and once they are cleared. Without transform, chunks pass.
	transform func(chunk goja.Value) outcome
	flush     func() outcome
	cancel    func(reason goja.Value) outcome
	cleared   bool

	finish *promise // the [[finishPromise]]
}

// Object returns the JavaScript object of the controller.
func (c *TransformStreamDefaultController) Object() *goja.Object {
	if c.object == nil {
		c.object = c.realm.New(TransformStreamDefaultControllerClass, c)
	}
	return c.object
}

// initialize implements https://streams.spec.whatwg.org/#initialize-transform-stream and
// https://streams.spec.whatwg.org/#set-up-transform-stream-default-controller
func (t *TransformStream) initialize(c *TransformStreamDefaultController, startPromise *promise,
	writableMark float64, writableSize sizeAlgorithm, readableMark float64, readableSize sizeAlgorithm) {
	// Both sides wait for a promise resolved with startPromise; one will do.
	startResult := newPromise(t.realm)
	startResult.follow(startPromise)
	start := func() (outcome, error) { return startResult, nil }
	c.realm, c.stream = t.realm, t
	t.controller = c

	// Neither start algorithm fails.
	t.writable = newWritableStream(t.realm)
	_ = t.writable.setUpController(&WritableStreamDefaultController{
		sinkWrite: t.sinkWrite,
		sinkClose: t.sinkClose,
		sinkAbort: t.sinkAbort,
	}, start, writableMark, writableSize)

	t.readable = newReadableStream(t.realm)
	_ = t.readable.setUpDefaultController(&ReadableStreamDefaultController{
		readableSource: readableSource{pull: t.sourcePull, cancel: t.sourceCancel},
	}, start, readableMark, readableSize)

	t.setBackpressure(true)
}

func (t *TransformStream) readableController() *ReadableStreamDefaultController {
	return t.readable.controller.(*ReadableStreamDefaultController)
}

// error implements https://streams.spec.whatwg.org/#transform-stream-error
func (t *TransformStream) error(reason goja.Value) {
	t.readableController().error(reason)
	t.errorWritableAndUnblockWrite(reason)
}

// errorWritableAndUnblockWrite implements https://streams.spec.whatwg.org/#transform-stream-error-writable-and-unblock-write
func (t *TransformStream) errorWritableAndUnblockWrite(reason goja.Value) {
	t.controller.clearAlgorithms()
	t.writable.controller.errorIfNeeded(reason)
	t.unblockWrite()
}

// unblockWrite implements https://streams.spec.whatwg.org/#transform-stream-unblock-write
func (t *TransformStream) unblockWrite() {
	if t.backpressure {
		t.setBackpressure(false)
	}
}

// setBackpressure implements https://streams.spec.whatwg.org/#transform-stream-set-backpressure
func (t *TransformStream) setBackpressure(backpressure bool) {
	if t.backpressureChange != nil {
		t.backpressureChange.resolve()
		t.backpressureChange = nil
	}
	t.backpressure = backpressure
}

// backpressureChanged returns the [[backpressureChangePromise]].
func (t *TransformStream) backpressureChanged() outcome {
	if t.backpressureChange == nil {
		t.backpressureChange = newPromise(t.realm)
	}
	return t.backpressureChange
}

// sinkWrite implements https://streams.spec.whatwg.org/#transform-stream-default-sink-write-algorithm
func (t *TransformStream) sinkWrite(chunk goja.Value) outcome {
	if !t.backpressure {
		return t.controller.performTransform(chunk)
	}
	return then(t.realm, t.backpressureChanged(), func(goja.Value) outcome {
		if t.writable.state == writableErroring {
			return rejected(t.realm, t.writable.storedError)
		}
		return t.controller.performTransform(chunk)
	}, nil)
}

// sinkAbort implements https://streams.spec.whatwg.org/#transform-stream-default-sink-abort-algorithm
func (t *TransformStream) sinkAbort(reason goja.Value) outcome {
	c := t.controller
	if c.finish != nil {
		return c.finish
	}
	c.finish = newPromise(t.realm)
	promise := c.finish
	upon(t.realm, c.runCancel(reason), func(goja.Value) {
		if t.readable.state == readableErrored {
			promise.reject(t.readable.storedError)
			return
		}
		t.readableController().error(reason)
		promise.resolve()
	}, func(failure goja.Value) {
		t.readableController().error(failure)
		promise.reject(failure)
	})
	return promise
}

// sinkClose implements https://streams.spec.whatwg.org/#transform-stream-default-sink-close-algorithm
func (t *TransformStream) sinkClose() outcome {
	c := t.controller
	if c.finish != nil {
		return c.finish
	}
	c.finish = newPromise(t.realm)
	promise := c.finish
	var result outcome
	if c.flush != nil {
		result = c.flush()
	}
	c.clearAlgorithms()
	upon(t.realm, result, func(goja.Value) {
		if t.readable.state == readableErrored {
			promise.reject(t.readable.storedError)
			return
		}
		t.readableController().close()
		promise.resolve()
	}, func(failure goja.Value) {
		t.readableController().error(failure)
		promise.reject(failure)
	})
	return promise
}

// sourceCancel implements https://streams.spec.whatwg.org/#transform-stream-default-source-cancel
func (t *TransformStream) sourceCancel(reason goja.Value) outcome {
	c := t.controller
	if c.finish != nil {
		return c.finish
	}
	c.finish = newPromise(t.realm)
	promise := c.finish
	upon(t.realm, c.runCancel(reason), func(goja.Value) {
		if t.writable.state == writableErrored {
			promise.reject(t.writable.storedError)
			return
		}
		t.writable.controller.errorIfNeeded(reason)
		t.unblockWrite()
		promise.resolve()
	}, func(failure goja.Value) {
		t.writable.controller.errorIfNeeded(failure)
		t.unblockWrite()
		promise.reject(failure)
	})
	return promise
}

// sourcePull implements https://streams.spec.whatwg.org/#transform-stream-default-source-pull
func (t *TransformStream) sourcePull() outcome {
	t.setBackpressure(false)
	return t.backpressureChanged()
}

// clearAlgorithms implements https://streams.spec.whatwg.org/#transform-stream-default-controller-clear-algorithms
func (c *TransformStreamDefaultController) clearAlgorithms() {
	c.transform, c.flush, c.cancel = nil, nil, nil
	c.cleared = true
}

// runCancel calls the cancel algorithm and clears all.
func (c *TransformStreamDefaultController) runCancel(reason goja.Value) outcome {
	var result outcome
	if c.cancel != nil {
		result = c.cancel(reason)
	}
	c.clearAlgorithms()
	return result
}

var errTransformUnreadable = webidl.TypeErrorf("The readable side of this TransformStream is no longer readable.")

// enqueue implements https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue
func (c *TransformStreamDefaultController) enqueue(chunk goja.Value) error {
	t := c.stream
	out := t.readableController()
	if !out.canCloseOrEnqueue() {
		return errTransformUnreadable
	}
	if err := out.enqueue(chunk); err != nil {
		t.errorWritableAndUnblockWrite(c.realm.ErrorValue(err))
		return &webidl.Thrown{Value: t.readable.storedError}
	}
	if backpressure := out.hasBackpressure(); backpressure != t.backpressure {
		t.setBackpressure(true)
	}
	return nil
}

// performTransform implements https://streams.spec.whatwg.org/#transform-stream-default-controller-perform-transform
func (c *TransformStreamDefaultController) performTransform(chunk goja.Value) outcome {
	var result outcome
	switch {
	case c.transform != nil:
		result = c.transform(chunk)
	case !c.cleared:
		if err := c.enqueue(chunk); err != nil {
			result = thrownBy(c.realm, err)
		}
	}
	return then(c.realm, result, nil, func(reason goja.Value) outcome {
		c.stream.error(reason)
		return rejected(c.realm, reason)
	})
}

var errTransformTerminated = webidl.TypeErrorf("The transform stream has been terminated")

// terminate implements https://streams.spec.whatwg.org/#transform-stream-default-controller-terminate
func (c *TransformStreamDefaultController) terminate() {
	c.stream.readableController().close()
	c.stream.errorWritableAndUnblockWrite(c.realm.ErrorValue(errTransformTerminated))
}
