package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// ReadableByteStreamController is the Go value behind a ReadableByteStreamController:
// https://streams.spec.whatwg.org/#rbs-controller-class
type ReadableByteStreamController struct {
	readableSource
	// body, if not nil, takes the place of pull for a Go-side stream: it needs no promise.
	body *bodySource

	autoAllocateChunkSize int // 0 for none
	queue                 []byteEntry
	queueTotalSize        int
	pendingPullIntos      []*pullInto
	byobRequest           *ReadableStreamBYOBRequest
}

// byteEntry is https://streams.spec.whatwg.org/#readable-byte-stream-queue-entry with the memory of the buffer that
// was transferred. An ArrayBuffer for it is made when it is handed out.
type byteEntry struct {
	data           []byte
	offset, length int
}

// pullInto is https://streams.spec.whatwg.org/#pull-into-descriptor
type pullInto struct {
	buffer           goja.ArrayBuffer
	bufferByteLength int
	byteOffset       int
	byteLength       int
	bytesFilled      int
	minimumFill      int
	kind             string // the view constructor
	elementSize      int
	reader           readerType
}

type readerType int

const (
	readerDefault readerType = iota
	readerBYOB
	readerNone
)

// ReadableStreamBYOBRequest is the Go value behind a ReadableStreamBYOBRequest: https://streams.spec.whatwg.org/#rs-byob-request-class
type ReadableStreamBYOBRequest struct {
	object     *goja.Object
	controller *ReadableByteStreamController // nil once invalidated
	view       *goja.Object
}

// Object returns the JavaScript object of the controller.
func (c *ReadableByteStreamController) Object() *goja.Object {
	if c.object == nil {
		c.object = c.realm.New(ReadableByteStreamControllerClass, c)
	}
	return c.object
}

// setUpByteController implements https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller
func (s *ReadableStream) setUpByteController(c *ReadableByteStreamController, start func() (outcome, error), highWaterMark float64, autoAllocateChunkSize int) error {
	c.autoAllocateChunkSize = autoAllocateChunkSize
	return c.setUp(s, c, start, highWaterMark)
}

// callPullIfNeeded is that of the source, or has the body pulled.
func (c *ReadableByteStreamController) callPullIfNeeded() {
	if c.body == nil {
		c.readableSource.callPullIfNeeded()
	} else if c.shouldCallPull() {
		c.body.pull(c)
	}
}

// queued implements readableController.
func (c *ReadableByteStreamController) queued() (some bool, size float64) {
	return c.queueTotalSize > 0, float64(c.queueTotalSize)
}

// clearPendingPullIntos implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-pending-pull-intos
func (c *ReadableByteStreamController) clearPendingPullIntos() {
	c.invalidateBYOBRequest()
	c.pendingPullIntos = nil
}

func (c *ReadableByteStreamController) resetQueue() { c.queue, c.queueTotalSize = nil, 0 }

var errPartialElement = webidl.TypeErrorf("The stream was closed in the middle of an element of the view that is being filled.")

// close implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-close
func (c *ReadableByteStreamController) close() error {
	if c.closeRequested || c.stream.state != readable {
		return nil
	}
	if c.queueTotalSize > 0 {
		c.closeRequested = true
		return nil
	}
	if len(c.pendingPullIntos) > 0 {
		first := c.pendingPullIntos[0]
		if first.bytesFilled%first.elementSize != 0 {
			reason := c.realm.ErrorValue(errPartialElement)
			c.error(reason)
			return &webidl.Thrown{Value: reason}
		}
	}
	c.clearAlgorithms()
	c.stream.close()
	return nil
}

// enqueue implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue
func (c *ReadableByteStreamController) enqueue(chunk view) error {
	if c.closeRequested || c.stream.state != readable {
		return nil
	}
	data, err := transferBytes(c.realm, chunk.buffer)
	if err != nil {
		return err
	}
	return c.enqueueBytes(byteEntry{data, chunk.offset, chunk.length})
}

// enqueueBytes is the part of enqueue after the transfer of the chunk's buffer.
func (c *ReadableByteStreamController) enqueueBytes(chunk byteEntry) error {
	if len(c.pendingPullIntos) > 0 {
		first := c.pendingPullIntos[0]
		if first.buffer.Detached() {
			return errDetached
		}
		c.invalidateBYOBRequest()
		first.buffer, _ = transfer(c.realm, first.buffer)
		if first.reader == readerNone {
			c.enqueueDetachedPullInto(first)
		}
	}
	switch {
	case c.stream.hasDefaultReader():
		c.processReadRequestsUsingQueue()
		if c.stream.numReadRequests() == 0 {
			c.enqueueChunk(chunk)
			break
		}
		if len(c.pendingPullIntos) > 0 {
			c.shiftPendingPullInto()
		}
		c.stream.fulfillReadRequest(c.chunk(chunk), false)
	case c.stream.hasBYOBReader():
		c.enqueueChunk(chunk)
		for _, filled := range c.processPullIntosUsingQueue() {
			c.commitPullInto(filled)
		}
	default:
		c.enqueueChunk(chunk)
	}
	c.callPullIfNeeded()
	return nil
}

// chunk makes the Uint8Array of an entry.
func (c *ReadableByteStreamController) chunk(e byteEntry) goja.Value {
	if e.offset == 0 && e.length == len(e.data) {
		return c.realm.Uint8Array(e.data)
	}
	return newView(c.realm, "Uint8Array", c.realm.VM.NewArrayBuffer(e.data), e.offset, e.length)
}

// enqueueChunk implements https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueuechunktoqueue
func (c *ReadableByteStreamController) enqueueChunk(e byteEntry) {
	c.queue = append(c.queue, e)
	c.queueTotalSize += e.length
}

// enqueueClonedChunk implements https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueueclonedchunktoqueue
func (c *ReadableByteStreamController) enqueueClonedChunk(data []byte) {
	c.enqueueChunk(byteEntry{append([]byte{}, data...), 0, len(data)})
}

// enqueueDetachedPullInto implements https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueuedetachedpullintotoqueue
func (c *ReadableByteStreamController) enqueueDetachedPullInto(p *pullInto) {
	if p.bytesFilled > 0 {
		c.enqueueClonedChunk(p.buffer.Bytes()[p.byteOffset : p.byteOffset+p.bytesFilled])
	}
	c.shiftPendingPullInto()
}

// error implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-error
func (c *ReadableByteStreamController) error(reason goja.Value) {
	if c.stream.state != readable {
		return
	}
	c.clearPendingPullIntos()
	c.resetQueue()
	c.clearAlgorithms()
	c.stream.error(reason)
}

// commitPullInto implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-commit-pull-into-descriptor
func (c *ReadableByteStreamController) commitPullInto(p *pullInto) {
	done := c.stream.state == readableClosed
	filled := c.convertPullInto(p)
	if p.reader == readerDefault {
		c.stream.fulfillReadRequest(filled, done)
	} else {
		c.stream.fulfillReadIntoRequest(filled, done)
	}
}

// convertPullInto implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-convert-pull-into-descriptor
func (c *ReadableByteStreamController) convertPullInto(p *pullInto) goja.Value {
	buffer, err := transfer(c.realm, p.buffer)
	c.realm.Rethrow(err)
	return newView(c.realm, p.kind, buffer, p.byteOffset, p.bytesFilled/p.elementSize)
}

// fillPullIntoFromQueue implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-pull-into-descriptor-from-queue
func (c *ReadableByteStreamController) fillPullIntoFromQueue(p *pullInto) (ready bool) {
	remaining := min(c.queueTotalSize, p.byteLength-p.bytesFilled)
	maxBytesFilled := p.bytesFilled + remaining
	if aligned := maxBytesFilled - maxBytesFilled%p.elementSize; aligned >= p.minimumFill {
		remaining = aligned - p.bytesFilled
		ready = true
	}
	dest := p.buffer.Bytes()
	for remaining > 0 {
		head := &c.queue[0]
		n := min(remaining, head.length)
		copy(dest[p.byteOffset+p.bytesFilled:], head.data[head.offset:head.offset+n])
		if head.length == n {
			c.queue[0] = byteEntry{}
			c.queue = c.queue[1:]
		} else {
			head.offset += n
			head.length -= n
		}
		c.queueTotalSize -= n
		p.bytesFilled += n
		remaining -= n
	}
	return ready
}

// fillReadRequestFromQueue implements https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerfillreadrequestfromqueue
func (c *ReadableByteStreamController) fillReadRequestFromQueue(request readRequest) {
	entry := c.queue[0]
	c.queue[0] = byteEntry{}
	c.queue = c.queue[1:]
	c.queueTotalSize -= entry.length
	c.handleQueueDrain()
	request.chunkSteps(c.chunk(entry))
}

// getBYOBRequest implements https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollergetbyobrequest
func (c *ReadableByteStreamController) getBYOBRequest() *ReadableStreamBYOBRequest {
	if c.byobRequest == nil && len(c.pendingPullIntos) > 0 {
		first := c.pendingPullIntos[0]
		c.byobRequest = &ReadableStreamBYOBRequest{
			controller: c,
			view:       newView(c.realm, "Uint8Array", first.buffer, first.byteOffset+first.bytesFilled, first.byteLength-first.bytesFilled),
		}
		c.byobRequest.object = c.realm.New(ReadableStreamBYOBRequestClass, c.byobRequest)
	}
	return c.byobRequest
}

// invalidateBYOBRequest implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-invalidate-byob-request
func (c *ReadableByteStreamController) invalidateBYOBRequest() {
	if c.byobRequest != nil {
		c.byobRequest.controller, c.byobRequest.view = nil, nil
		c.byobRequest = nil
	}
}

// handleQueueDrain implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-handle-queue-drain
func (c *ReadableByteStreamController) handleQueueDrain() {
	if c.queueTotalSize == 0 && c.closeRequested {
		c.clearAlgorithms()
		c.stream.close()
		return
	}
	c.callPullIfNeeded()
}

// processPullIntosUsingQueue implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-process-pull-into-descriptors-using-queue
func (c *ReadableByteStreamController) processPullIntosUsingQueue() []*pullInto {
	var filled []*pullInto
	for len(c.pendingPullIntos) > 0 && c.queueTotalSize > 0 {
		p := c.pendingPullIntos[0]
		if c.fillPullIntoFromQueue(p) {
			c.shiftPendingPullInto()
			filled = append(filled, p)
		}
	}
	return filled
}

// processReadRequestsUsingQueue implements https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerprocessreadrequestsusingqueue
func (c *ReadableByteStreamController) processReadRequestsUsingQueue() {
	reader := c.stream.reader.(*ReadableStreamDefaultReader)
	for len(reader.requests) > 0 && c.queueTotalSize > 0 {
		request := reader.requests[0]
		reader.requests = reader.requests[1:]
		c.fillReadRequestFromQueue(request)
	}
}

var errLeftoverBytes = webidl.TypeErrorf("The stream was closed with fewer bytes left than an element of the view takes.")

// pullInto implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into
func (c *ReadableByteStreamController) pullInto(v view, min int, request readIntoRequest) {
	size := v.buffer.Bytes()
	buffer, err := transfer(c.realm, v.buffer)
	if err != nil {
		request.errorSteps(c.realm.ErrorValue(err))
		return
	}
	p := &pullInto{
		buffer:           buffer,
		bufferByteLength: len(size),
		byteOffset:       v.offset,
		byteLength:       v.length,
		minimumFill:      min * v.elementSize(),
		kind:             v.kind,
		elementSize:      v.elementSize(),
		reader:           readerBYOB,
	}
	reader := c.stream.reader.(*ReadableStreamBYOBReader)
	if len(c.pendingPullIntos) > 0 {
		c.pendingPullIntos = append(c.pendingPullIntos, p)
		reader.requests = append(reader.requests, request)
		return
	}
	if c.stream.state == readableClosed {
		request.closeSteps(newView(c.realm, p.kind, p.buffer, p.byteOffset, 0))
		return
	}
	if c.queueTotalSize > 0 {
		if c.fillPullIntoFromQueue(p) {
			filled := c.convertPullInto(p)
			c.handleQueueDrain()
			request.chunkSteps(filled)
			return
		}
		if c.closeRequested {
			reason := c.realm.ErrorValue(errLeftoverBytes)
			c.error(reason)
			request.errorSteps(reason)
			return
		}
	}
	c.pendingPullIntos = append(c.pendingPullIntos, p)
	reader.requests = append(reader.requests, request)
	c.callPullIfNeeded()
}

var (
	errRespondClosed = webidl.TypeErrorf("The number of bytes written must be 0 when the stream is closed.")
	errRespondZero   = webidl.TypeErrorf("The number of bytes written must not be 0 while the stream is readable.")
	errRespondTooFar = webidl.RangeErrorf("More bytes were written than the view has room for.")
)

// respond implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond
func (c *ReadableByteStreamController) respond(bytesWritten int) error {
	first := c.pendingPullIntos[0]
	if c.stream.state == readableClosed {
		if bytesWritten != 0 {
			return errRespondClosed
		}
	} else {
		if bytesWritten == 0 {
			return errRespondZero
		}
		if first.bytesFilled+bytesWritten > first.byteLength {
			return errRespondTooFar
		}
	}
	buffer, err := transfer(c.realm, first.buffer)
	if err != nil {
		return err
	}
	first.buffer = buffer
	c.respondInternal(bytesWritten)
	return nil
}

// respondInClosedState implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-closed-state
func (c *ReadableByteStreamController) respondInClosedState(first *pullInto) {
	if first.reader == readerNone {
		c.shiftPendingPullInto()
	}
	if !c.stream.hasBYOBReader() {
		return
	}
	var filled []*pullInto
	for range c.stream.numReadIntoRequests() {
		filled = append(filled, c.shiftPendingPullInto())
	}
	for _, p := range filled {
		c.commitPullInto(p)
	}
}

// respondInReadableState implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-readable-state
func (c *ReadableByteStreamController) respondInReadableState(bytesWritten int, p *pullInto) {
	p.bytesFilled += bytesWritten
	if p.reader == readerNone {
		c.enqueueDetachedPullInto(p)
		for _, filled := range c.processPullIntosUsingQueue() {
			c.commitPullInto(filled)
		}
		return
	}
	if p.bytesFilled < p.minimumFill {
		return
	}
	c.shiftPendingPullInto()
	if remainder := p.bytesFilled % p.elementSize; remainder > 0 {
		end := p.byteOffset + p.bytesFilled
		c.enqueueClonedChunk(p.buffer.Bytes()[end-remainder : end])
		p.bytesFilled -= remainder
	}
	filled := c.processPullIntosUsingQueue()
	c.commitPullInto(p)
	for _, p := range filled {
		c.commitPullInto(p)
	}
}

// respondInternal implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-internal
func (c *ReadableByteStreamController) respondInternal(bytesWritten int) {
	first := c.pendingPullIntos[0]
	c.invalidateBYOBRequest()
	if c.stream.state == readableClosed {
		c.respondInClosedState(first)
	} else {
		c.respondInReadableState(bytesWritten, first)
	}
	c.callPullIfNeeded()
}

var (
	errViewElsewhere = webidl.RangeErrorf("The view does not begin where the bytes written so far end.")
	errViewOther     = webidl.RangeErrorf("The buffer of the view does not have the length of the buffer that was requested.")
)

// respondWithNewView implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-with-new-view
func (c *ReadableByteStreamController) respondWithNewView(v view) error {
	first := c.pendingPullIntos[0]
	if c.stream.state == readableClosed {
		if v.length != 0 {
			return errRespondClosed
		}
	} else if v.length == 0 {
		return errRespondZero
	}
	switch {
	case first.byteOffset+first.bytesFilled != v.offset:
		return errViewElsewhere
	case first.bufferByteLength != len(v.buffer.Bytes()):
		return errViewOther
	case first.bytesFilled+v.length > first.byteLength:
		return errRespondTooFar
	}
	buffer, err := transfer(c.realm, v.buffer)
	if err != nil {
		return err
	}
	first.buffer = buffer
	c.respondInternal(v.length)
	return nil
}

// shiftPendingPullInto implements https://streams.spec.whatwg.org/#readable-byte-stream-controller-shift-pending-pull-into
func (c *ReadableByteStreamController) shiftPendingPullInto() *pullInto {
	p := c.pendingPullIntos[0]
	c.pendingPullIntos = c.pendingPullIntos[1:]
	return p
}

// cancelSteps implements https://streams.spec.whatwg.org/#rbs-controller-private-cancel
func (c *ReadableByteStreamController) cancelSteps(reason goja.Value) outcome {
	c.clearPendingPullIntos()
	c.resetQueue()
	return c.runCancel(reason)
}

// maxAllocation is the largest ArrayBuffer that autoAllocateChunkSize may ask for, in bytes.
const maxAllocation = 1 << 30

var errAllocation = webidl.RangeErrorf("Array buffer allocation failed")

// pullSteps implements https://streams.spec.whatwg.org/#rbs-controller-private-pull
func (c *ReadableByteStreamController) pullSteps(request readRequest) {
	if c.queueTotalSize > 0 {
		c.fillReadRequestFromQueue(request)
		return
	}
	if c.autoAllocateChunkSize > maxAllocation {
		request.errorSteps(c.realm.ErrorValue(errAllocation))
		return
	}
	if c.autoAllocateChunkSize > 0 {
		c.pendingPullIntos = append(c.pendingPullIntos, &pullInto{
			buffer:           c.realm.VM.NewArrayBuffer(make([]byte, c.autoAllocateChunkSize)),
			bufferByteLength: c.autoAllocateChunkSize,
			byteLength:       c.autoAllocateChunkSize,
			minimumFill:      1,
			kind:             "Uint8Array",
			elementSize:      1,
			reader:           readerDefault,
		})
	}
	reader := c.stream.reader.(*ReadableStreamDefaultReader)
	reader.requests = append(reader.requests, request)
	c.callPullIfNeeded()
}

// releaseSteps implements https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontroller-releasesteps
func (c *ReadableByteStreamController) releaseSteps() {
	if len(c.pendingPullIntos) > 0 {
		first := c.pendingPullIntos[0]
		first.reader = readerNone
		c.pendingPullIntos = []*pullInto{first}
	}
}
