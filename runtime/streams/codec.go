package streams

import (
	"io"
	"slices"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// Codec turns bytes into other bytes, as compression does. One goroutine at a time uses it, any one.
type Codec interface {
	// Transcode reads src, appends what comes of it to dst, and returns that and what it has not read. Once dst has
	// grown by [CodecChunk] it may stop, and is called again later, be it without any src. With last, there is nothing
	// after src, and the codec has ended once it has read that and does not stop so. An error is final.
	Transcode(dst, src []byte, last bool) (out, rest []byte, err error)
	// Close lets go of what the codec holds. It may be called more than once, and Transcode is not called after it.
	Close()
}

const (
	// CodecChunk is about how many bytes a [Codec] makes ahead of whoever reads them.
	CodecChunk = 64 << 10
	// unreadLimit is how many bytes wait before anybody reads at all. Until then there is no backpressure, as in
	// Workers, where scripts await their writes before they begin to read; the bound is the memory of an isolate.
	unreadLimit = 128 << 20
)

// Transcoder is a TransformStream of bytes that go through a [Codec]. Neither side's bytes enter JavaScript unless a
// script reads or writes them.
type Transcoder struct {
	readable *ReadableStream
	writable *WritableStream
}

func (t *Transcoder) sides() (*ReadableStream, *WritableStream) { return t.readable, t.writable }

// NewTranscoder makes the two sides around a codec, which it takes over.
func NewTranscoder(r *webidl.Realm, codec Codec) Transcoder {
	pipe := &transcoding{codec: codec, loop: r.Loop}
	pipe.changed.L = &pipe.mu
	t := Transcoder{readable: FromReader(r, channelReader{pipe}, -1), writable: newWritableStream(r)}
	controller := &WritableStreamDefaultController{
		sinkWrite: func(chunk goja.Value) outcome {
			if goja.IsUndefined(chunk) {
				return nil
			}
			data, err := chunkBytes(r, chunk)
			if err == nil {
				err = pipe.put(data)
			} else {
				pipe.abort(err)
			}
			if err != nil {
				return thrownBy(r, err)
			}
			return nil
		},
		sinkClose: func() outcome {
			if err := pipe.close(); err != nil {
				return thrownBy(r, err)
			}
			return nil
		},
		sinkAbort: func(reason goja.Value) outcome {
			pipe.abort(r.Thrown(reason))
			return nil
		},
	}
	t.writable.setUpStarted(controller, 1)
	t.writable.sink = pipe
	pipe.hold = controller.hold
	pipe.readerGone = func(err error) {
		r.Loop.Post(func() { controller.errorIfNeeded(r.ErrorValue(err)) })
	}
	pipe.mu.Lock()
	defer pipe.mu.Unlock()
	pipe.stop = atEnd(r, func() { pipe.abort(errEnded) })
	return t
}

// transcoding joins the two sides of a Transcoder. The codec works when something is written, as far as there is room,
// and else when something is read; so whoever writes learns what is wrong with the data, unless there is much of it.
type transcoding struct {
	codec Codec
	loop  *eventloop.Loop
	// readerGone is called, by whoever it is that closes the reading end before the data has ended.
	readerGone func(err error)
	hold       func(held bool) // tells writers in JavaScript of backpressure; it is called on the loop
	stop       func() bool     // ends the watch over the isolate

	mu      sync.Mutex
	changed sync.Cond // for a goroutine that writes
	input   []byte    // not read by the codec yet
	output  []byte    // from taken on not read by anybody yet
	taken   int
	more    bool // the codec has stopped because there was no room
	reads   []*conduitIO
	ended   bool  // the input is complete
	err     error // what reads get after the output: io.EOF once the codec has ended, or what went wrong
	shut    error // what writes get once the reading end is closed
	used    bool  // somebody has begun to read
	inGo    bool  // a goroutine reads
	fed     bool  // a goroutine writes, at the moment

	held bool                 // backpressure, as JavaScript knows it
	op   *eventloop.Operation // keeps the loop from being idle while a goroutine is to make room
}

// advance has the codec work as far as there is room, and gives readers what there is. The lock is held.
func (t *transcoding) advance() {
	for {
		t.work()
		if len(t.reads) == 0 || t.waiting() == 0 {
			break
		}
		x := t.reads[0]
		t.reads = t.reads[1:]
		t.fill(x)
	}
	if t.err != nil && t.waiting() == 0 {
		t.reads = finishAll(t.reads, t.err)
	}
	t.changed.Broadcast()
	t.showBackpressure()
}

// work has the codec work as far as there is room.
func (t *transcoding) work() {
	for t.err == nil && t.waiting() < CodecChunk && (t.more || t.ended || len(t.input) > 0) {
		t.output, t.taken = append(t.output[:0], t.output[t.taken:]...), 0
		before := len(t.output)
		var err error
		t.output, t.input, err = t.codec.Transcode(t.output, t.input, t.ended)
		t.more = len(t.output)-before >= CodecChunk
		switch {
		case err != nil:
			t.fail(err)
		case t.ended && len(t.input) == 0 && !t.more:
			t.finish(io.EOF)
		}
	}
}

// waiting returns how many bytes wait for readers.
func (t *transcoding) waiting() int { return len(t.output) - t.taken }

// fill answers a read from the output.
func (t *transcoding) fill(x *conduitIO) {
	x.n = copy(x.p, t.output[t.taken:])
	t.taken += x.n
	x.finish(nil)
}

// finish ends the work of the codec.
func (t *transcoding) finish(err error) {
	t.err = err
	t.input = nil
	t.codec.Close()
	t.stop()
}

// fail is finish with an error, which goes before any output.
func (t *transcoding) fail(err error) {
	t.finish(err)
	t.output, t.taken = nil, 0
}

// full reports whether writers should wait. Scripts write, and wait for that, before they read; a goroutine need not be let
// do so.
func (t *transcoding) full() bool {
	waiting := len(t.input) + t.waiting()
	return t.err == nil && t.shut == nil && ((t.used || t.fed) && waiting >= CodecChunk || waiting >= unreadLimit)
}

// showBackpressure lets JavaScript know when it has changed.
func (t *transcoding) showBackpressure() {
	held := !t.fed && t.full()
	if held == t.held {
		return
	}
	t.held = held
	op := t.op
	t.op = nil
	if held && t.inGo {
		t.op = t.loop.Begin()
	}
	task := func() {
		t.mu.Lock()
		held := t.held
		t.mu.Unlock()
		t.hold(held)
	}
	if op != nil {
		op.Done(task)
	} else {
		t.loop.Post(task)
	}
}

// refusal is what a write gets now, if it is not nil. The lock is held.
func (t *transcoding) refusal() error {
	switch {
	case t.shut != nil:
		return t.shut
	case t.err == io.EOF || t.err == nil && t.ended:
		return errConduitShut
	}
	return t.err
}

// put takes data for the codec. It does not wait, and keeps a copy of what the codec has no room for.
func (t *transcoding) put(data []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.putLocked(data)
}

func (t *transcoding) putLocked(data []byte) error {
	if err := t.refusal(); err != nil {
		return err
	}
	if len(t.input) > 0 {
		t.input = append(t.input, data...)
		t.advance()
		return t.failure()
	}
	t.input = data
	t.advance()
	t.input = slices.Clone(t.input)
	return t.failure()
}

// failure is what the codec has failed with, or nil.
func (t *transcoding) failure() error {
	if t.err == io.EOF {
		return nil
	}
	return t.err
}

// Write implements io.Writer for a goroutine: it waits for room.
func (t *transcoding) Write(data []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.full() {
		t.changed.Wait()
	}
	if err := t.putLocked(data); err != nil {
		return 0, err
	}
	return len(data), nil
}

// close implements goSink: it ends the input.
func (t *transcoding) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shut != nil {
		return nil // nobody reads what would come
	}
	t.ended = true
	t.advance()
	return t.failure()
}

// abort implements goSink: it ends the output with an error, at once.
func (t *transcoding) abort(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.fail(err)
		t.advance()
	}
}

// feeding implements feeder.
func (t *transcoding) feeding(fed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fed = fed
	t.showBackpressure()
}

// read implements byteChannel.
func (t *transcoding) read(x *conduitIO) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.used = true
	t.reads = append(t.reads, x)
	t.advance()
}

// shutReading implements byteChannel.
func (t *transcoding) shutReading(readErr, writeErr error) {
	t.mu.Lock()
	if t.shut != nil {
		t.mu.Unlock()
		return
	}
	early := t.err == nil
	t.shut = writeErr
	t.fail(readErr)
	t.advance()
	t.mu.Unlock()
	if early {
		t.readerGone(writeErr)
	}
}

// needsLoop implements byteChannel: JavaScript writes, unless a goroutine does or all is written.
func (t *transcoding) needsLoop() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.fed && !t.ended && t.err == nil
}

// handToGo implements byteChannel.
func (t *transcoding) handToGo(loop *eventloop.Loop) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inGo, t.used = true, true
	if t.held && t.op == nil {
		t.op = loop.Begin()
	}
	t.showBackpressure()
}
