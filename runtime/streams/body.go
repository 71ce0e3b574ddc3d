package streams

import (
	"errors"
	"io"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// bodySource is the Go side of a Go-side stream: bytes that have not entered JavaScript.
type bodySource struct {
	io.ReadCloser
	reading bool // a read for JavaScript is under way
	size    int  // how many bytes the next one asks for
}

const (
	minChunk = 4 << 10
	maxChunk = 64 << 10
)

// asyncReader is a body that can be read without blocking, so that no goroutine is needed. done is called once, with
// what Read would return, possibly at once and from any goroutine. Unlike other reads under way, it keeps the loop
// from being idle only while Go has to provide the bytes.
type asyncReader interface {
	readAsync(r *webidl.Realm, p []byte, done func(n int, err error))
}

// loopBody is a body whose bytes JavaScript may write, or change.
type loopBody interface {
	// HandToGo says, on the loop, that a goroutine reads from now on: what JavaScript waits for until it has read keeps
	// the loop from being idle.
	HandToGo(loop *eventloop.Loop)
}

// FromReader makes a ReadableStream of type bytes over body, whose bytes enter JavaScript only if a script reads them.
// The stream owns body from then on: it is closed at its end, on an error, or when the stream is cancelled. length is
// how many bytes body gives, or -1 if that is not known. No JavaScript object is made before [ReadableStream.Object]
// is called.
func FromReader(r *webidl.Realm, body io.ReadCloser, length int64) *ReadableStream {
	return &ReadableStream{realm: r, length: length, body: &bodySource{ReadCloser: body}}
}

// NewFromReader is the JavaScript object of [FromReader].
func NewFromReader(r *webidl.Realm, body io.ReadCloser, length int64) *goja.Object {
	return FromReader(r, body, length).Object()
}

// setUpController gives a Go-side stream the controller that scripts need to read it.
func (b *bodySource) setUpController(s *ReadableStream) {
	b.size = minChunk
	if s.length > minChunk {
		b.size = int(min(s.length, maxChunk))
	}
	c := &ReadableByteStreamController{body: b}
	c.cancel = func(reason goja.Value) outcome {
		if body, ok := b.ReadCloser.(Body); ok {
			body.Fail(cancelled(reason, s.realm))
		} else {
			b.discard()
		}
		return nil
	}
	// The start algorithm does nothing, and so cannot fail.
	_ = s.setUpByteController(c, noStart, 0, 0)
}

// discard closes the body. Closing may wait for a read that is under way, so the loop does not wait for it.
func (b *bodySource) discard() {
	if _, ok := b.ReadCloser.(asyncReader); ok {
		b.Close()
		return
	}
	go b.Close()
}

// pull reads a chunk for JavaScript: into the view of a BYOB read if one waits, else into memory of its own.
func (b *bodySource) pull(c *ReadableByteStreamController) {
	if b.reading {
		return
	}
	b.reading = true
	var p []byte
	into := len(c.pendingPullIntos) > 0
	if into {
		first := c.pendingPullIntos[0]
		p = first.buffer.Bytes()[first.byteOffset+first.bytesFilled : first.byteOffset+first.byteLength]
	} else {
		p = make([]byte, b.size)
	}
	b.read(c.realm, p, func(n int, err error) {
		b.reading = false
		if c.stream.state != readable {
			return
		}
		if n > 0 {
			b.deliver(c, p, n, into)
		}
		switch {
		case err == nil:
			c.callPullIfNeeded()
		case errors.Is(err, io.EOF):
			b.discard()
			b.end(c)
		default:
			b.discard()
			c.error(c.realm.ErrorValue(err))
		}
	})
}

// read reads once and calls done on the loop.
func (b *bodySource) read(r *webidl.Realm, p []byte, done func(n int, err error)) {
	if body, ok := b.ReadCloser.(asyncReader); ok {
		body.readAsync(r, p, done)
		return
	}
	op := r.Loop.Begin()
	stop := failAtEnd(r, b.ReadCloser)
	go func() {
		n, err := b.Read(p)
		stop()
		if !op.Done(func() { done(n, err) }) {
			b.Close()
		}
	}()
}

func (b *bodySource) deliver(c *ReadableByteStreamController, p []byte, n int, into bool) {
	if into && len(c.pendingPullIntos) > 0 {
		c.realm.Rethrow(c.respond(n))
		return
	}
	if n == len(p) {
		b.size = min(2*b.size, maxChunk)
	} else if n <= len(p)/2 {
		// The chunk is kept for as long as the script likes; what it does not use is given back.
		p = append(make([]byte, 0, n), p[:n]...)
	}
	c.realm.Rethrow(c.enqueueBytes(byteEntry{p[:n:n], 0, n}))
}

// end closes the stream, and answers the BYOB reads that still wait.
func (b *bodySource) end(c *ReadableByteStreamController) {
	if err := c.close(); err != nil {
		return // the stream is in error now, and says so
	}
	if len(c.pendingPullIntos) > 0 {
		c.realm.Rethrow(c.respond(0))
	}
}

// Body is what [Reader] returns: a body that any one goroutine may read.
type Body interface {
	io.ReadCloser
	// NeedsLoop reports whether bytes come only while somebody runs the loop: see [eventloop.Loop.Run].
	NeedsLoop() bool
	// Fail ends the body from outside, because the loop will not be run any more: a Read that waits, and every later
	// one, returns err. It may be called from any goroutine.
	Fail(err error)
}

// NeedsLoop reports whether body is a [Body] that needs the loop.
func NeedsLoop(body io.ReadCloser) bool {
	b, ok := body.(Body)
	return ok && b.NeedsLoop()
}

var errBodyClosed = errors.New("read on a closed body")

// goReader locks a stream for Go.
type goReader struct{ genericReader }

func (*goReader) failRequests(goja.Value) {}

// untouched reports whether all bytes that the stream has still to give are in its body, and nothing waits for them.
func (s *ReadableStream) untouched() bool {
	if s.body == nil || s.body.reading || s.state != readable {
		return false
	}
	c, ok := s.controller.(*ReadableByteStreamController)
	return !ok || c.queueTotalSize == 0 && len(c.pendingPullIntos) == 0
}

// ofGo reports whether all bytes that the stream has still to give come from Go, whatever the loop does.
func (s *ReadableStream) ofGo() bool { return s.untouched() && !NeedsLoop(s.body.ReadCloser) }

// take locks an untouched stream for Go and returns its body.
func (s *ReadableStream) take() io.ReadCloser {
	s.lockForGo()
	return s.body.ReadCloser
}

func (s *ReadableStream) lockForGo() {
	s.disturbed = true
	reader := &goReader{}
	reader.initialize(reader, s)
}

// Reader locks and disturbs s and returns its bytes, for one goroutine, any one, to read and close; closing it cancels
// the stream. For a Go-side stream that no script has read it is the very body the stream was made of. For any other it
// is a [Body] that reads ahead no further than the stream's own queue; it fails if a chunk is neither an ArrayBuffer
// nor a view, and what the stream is in error with comes out of Read as a [webidl.Thrown].
// It may be called on the loop only. The error is that s is locked.
func Reader(r *webidl.Realm, s *ReadableStream) (io.ReadCloser, error) {
	if s.Locked() {
		return nil, errReadableLocked
	}
	if s.untouched() {
		body := s.take()
		if b, ok := body.(loopBody); ok {
			b.HandToGo(r.Loop)
		}
		return body, nil
	}
	return newPump(r, s)
}

// ReadAll locks and disturbs s, reads it to its end and calls done with all bytes, on the loop; at once if they are
// there already. The error is that s is locked, that a chunk is not made of bytes, or what the stream is in error with.
// It may be called on the loop only.
func ReadAll(r *webidl.Realm, s *ReadableStream, done func(data []byte, err error)) {
	if s.Locked() {
		done(nil, errReadableLocked)
		return
	}
	if s.untouched() {
		readAllBody(r, s, done)
		return
	}
	reader, _ := s.acquireDefaultReader()
	all := &readAllRequest{realm: r, reader: reader, done: done}
	reader.read(all)
}

func readAllBody(r *webidl.Realm, s *ReadableStream, done func(data []byte, err error)) {
	body, length := s.take(), s.length
	finish := func(data []byte, err error) {
		if err != nil {
			s.error(r.ErrorValue(err))
		} else {
			s.close()
		}
		done(data, err)
	}
	if _, ok := body.(asyncReader); ok {
		readAllAsync(r, body, finish)
		return
	}
	op := r.Loop.Begin()
	stop := failAtEnd(r, body)
	go func() {
		data, err := readToEnd(body, length)
		stop()
		body.Close()
		op.Done(func() { finish(data, err) })
	}()
}

// failAtEnd has a body that waits for the script fail when the isolate ends, unless stop is called before: a goroutine
// reads it, which would wait for ever.
func failAtEnd(r *webidl.Realm, body io.ReadCloser) (stop func() bool) {
	if b, ok := body.(Body); ok && b.NeedsLoop() {
		return atEnd(r, func() { b.Fail(errEnded) })
	}
	return func() bool { return true }
}

// maxInMemory is how many bytes of a stream are read into memory. Deployed Workers have 128 MB for all they do.
const maxInMemory = 512 << 20

var errTooLong = webidl.TypeErrorf("Memory limit would be exceeded before EOF.")

// readToEnd is io.ReadAll, up to maxInMemory, with memory for a known length taken at once, up to a bound.
func readToEnd(body io.Reader, length int64) ([]byte, error) {
	capacity := int64(512)
	if length >= 0 {
		capacity = min(length, 1<<20) + 1 // one more byte, to see the end without growing
	}
	data := make([]byte, 0, capacity)
	for {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if len(data) > maxInMemory {
			return nil, errTooLong
		}
		if err != nil {
			return data, err
		}
	}
}

// readAllAsync reads a body that needs no goroutine.
func readAllAsync(r *webidl.Realm, body io.ReadCloser, done func(data []byte, err error)) {
	var data []byte
	p := make([]byte, maxChunk)
	var next func()
	next = func() {
		body.(asyncReader).readAsync(r, p, func(n int, err error) {
			data = append(data, p[:n]...)
			if err == nil && len(data) > maxInMemory {
				err = errTooLong
			}
			if err == nil {
				next()
				return
			}
			body.Close()
			if errors.Is(err, io.EOF) {
				err = nil
			}
			done(data, err)
		})
	}
	next()
}

// readAllRequest collects the chunks of a stream: https://streams.spec.whatwg.org/#read-loop
type readAllRequest struct {
	realm  *webidl.Realm
	reader *ReadableStreamDefaultReader
	data   []byte
	done   func(data []byte, err error)

	reading, again bool
}

func (a *readAllRequest) chunkSteps(chunk goja.Value) {
	data, ok := bytesOf(a.realm, chunk)
	if !ok {
		err := errNotBytes
		ignore(a.reader.cancel(a.realm.ErrorValue(err)))
		a.done(nil, err)
		return
	}
	if a.data = append(a.data, data...); len(a.data) > maxInMemory {
		ignore(a.reader.cancel(a.realm.ErrorValue(errTooLong)))
		a.done(nil, errTooLong)
		return
	}
	a.next()
}

// next reads on. Chunks that are there already are not read from within each other, however many they are.
func (a *readAllRequest) next() {
	a.again = true
	if a.reading {
		return
	}
	a.reading = true
	for a.again {
		a.again = false
		a.reader.read(a)
	}
	a.reading = false
}

func (a *readAllRequest) closeSteps() { a.done(a.data, nil) }

func (a *readAllRequest) errorSteps(reason goja.Value) { a.done(nil, &webidl.Thrown{Value: reason}) }

// bytesOf returns the bytes of an ArrayBuffer or a view, not copied.
func bytesOf(r *webidl.Realm, chunk goja.Value) ([]byte, bool) {
	return r.Bytes(chunk)
}

// chunkBytes is bytesOf for what is written to a stream that is used as one of bytes. There a string is its UTF-8.
func chunkBytes(r *webidl.Realm, chunk goja.Value) ([]byte, error) {
	if data, ok := bytesOf(r, chunk); ok {
		return data, nil
	}
	if goja.IsString(chunk) {
		return []byte(r.USVString(chunk)), nil
	}
	return nil, errObjectChunk
}

var (
	errNotBytes    = webidl.TypeErrorf("This ReadableStream did not return bytes.")
	errObjectChunk = webidl.TypeErrorf("This TransformStream is being used as a byte stream, but received an object of " +
		"non-ArrayBuffer/ArrayBufferView type on its writable side.")
)
