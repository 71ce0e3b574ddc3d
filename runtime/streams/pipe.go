package streams

import (
	"context"
	"errors"
	"io"

	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// pipeOptions is a converted StreamPipeOptions: https://streams.spec.whatwg.org/#dictdef-streampipeoptions
type pipeOptions struct {
	preventClose, preventAbort, preventCancel bool
	signal                                    *events.AbortSignal // or nil
}

// pipe is one run of https://streams.spec.whatwg.org/#readable-stream-pipe-to
type pipe struct {
	pipeOptions
	realm  *webidl.Realm
	source *ReadableStream
	dest   *WritableStream
	reader streamReader
	writer *WritableStreamDefaultWriter
	result *promise

	shuttingDown bool
	// lastWrite is the promise of the last write; held is a chunk that has been read and is not written yet.
	lastWrite outcome
	held      goja.Value
	// syncRead is set while a read is being asked for: a chunk that comes meanwhile was there already.
	syncRead     bool
	removeSignal func()
}

// pipeTo implements https://streams.spec.whatwg.org/#readable-stream-pipe-to for streams that are not locked.
func (s *ReadableStream) pipeTo(dest *WritableStream, options pipeOptions) *promise {
	p := &pipe{pipeOptions: options, realm: s.realm, source: s, dest: dest, result: newPromise(s.realm)}
	if p.inGo() {
		p.runInGo()
		return p.result
	}
	// Neither is locked, so neither acquisition fails.
	reader, _ := s.acquireDefaultReader()
	p.reader = reader
	p.writer, _ = dest.acquireWriter()
	s.disturbed = true
	if p.listen() {
		p.run(reader)
	}
	return p.result
}

// listen follows the signal. It reports false if that has aborted already, and with it the pipe.
func (p *pipe) listen() bool {
	if p.signal == nil {
		return true
	}
	if p.signal.Aborted() {
		p.abort()
		return false
	}
	p.removeSignal = p.signal.OnAbort(p.abort)
	return true
}

func (p *pipe) abort() {
	reason := p.signal.Reason()
	p.shutdown(func() outcome {
		var aborted, cancelled outcome
		if !p.preventAbort && p.dest.state == writable {
			aborted = p.dest.abort(reason)
		}
		if !p.preventCancel && p.source.state == readable {
			cancelled = p.source.cancel(reason)
		}
		return both(p.realm, aborted, cancelled)
	}, reason)
}

// both is the outcome of getting a promise to wait for all of two.
func both(r *webidl.Realm, a, b outcome) outcome {
	if a == nil || b == nil {
		if a == nil {
			a = b
		}
		return a
	}
	result := newPromise(r)
	waiting := 2
	for _, o := range []outcome{a, b} {
		upon(r, o, func(goja.Value) {
			if waiting--; waiting == 0 {
				result.resolve()
			}
		}, result.reject)
	}
	return result
}

var errDestinationClosed = webidl.TypeErrorf("This destination writable stream is closed.")

// run starts a pipe whose chunks are JavaScript values. The order of the checks is that of the standard.
func (p *pipe) run(reader *ReadableStreamDefaultReader) {
	source, dest := p.source, p.dest

	sourceErrored := func(reason goja.Value) {
		p.shutdown(p.unless(p.preventAbort, func() outcome { return dest.abort(reason) }), reason)
	}
	destErrored := func(reason goja.Value) {
		p.shutdown(p.unless(p.preventCancel, func() outcome { return source.cancel(reason) }), reason)
	}
	sourceClosed := func(goja.Value) {
		p.shutdown(p.unless(p.preventClose, p.writer.closeWithErrorPropagation), nil)
	}
	switch {
	case source.state == readableErrored:
		sourceErrored(source.storedError)
	case dest.state == writableErrored:
		destErrored(dest.storedError)
	case source.state == readableClosed:
		sourceClosed(nil)
	case dest.closeQueuedOrInFlight() || dest.state == writableClosed:
		destErrored(p.realm.ErrorValue(errDestinationClosed))
	}
	if p.shuttingDown {
		return
	}
	upon(p.realm, reader.closed, sourceClosed, sourceErrored)
	upon(p.realm, p.writer.closed, nil, destErrored)
	p.step()
}

// unless returns action, or nil if it is prevented.
func (p *pipe) unless(prevented bool, action func() outcome) func() outcome {
	if prevented {
		return nil
	}
	return action
}

// step reads a chunk once the destination is ready for it.
func (p *pipe) step() {
	if p.shuttingDown {
		return
	}
	upon(p.realm, p.writer.ready, func(goja.Value) {
		if p.shuttingDown {
			return
		}
		p.syncRead = true
		p.reader.(*ReadableStreamDefaultReader).read(p)
		p.syncRead = false
	}, nil)
}

// chunkSteps implements readRequest. A chunk must not be written from within the enqueue call that gives it.
func (p *pipe) chunkSteps(chunk goja.Value) {
	p.held = chunk
	if p.syncRead {
		p.writeHeld()
		p.step()
		return
	}
	upon(p.realm, nil, func(goja.Value) {
		p.writeHeld()
		p.step()
	}, nil)
}

func (p *pipe) writeHeld() {
	if p.held == nil {
		return
	}
	chunk := p.held
	p.held = nil
	p.lastWrite = p.writer.write(chunk)
	p.lastWrite.handle()
}

func (p *pipe) closeSteps() {}

func (p *pipe) errorSteps(goja.Value) {}

// shutdown implements https://streams.spec.whatwg.org/#rs-pipeTo-shutdown-with-action
// A nil action is none; reason is nil if there is no error.
func (p *pipe) shutdown(action func() outcome, reason goja.Value) {
	if p.shuttingDown {
		return
	}
	p.shuttingDown = true
	if p.dest.state == writable && !p.dest.closeQueuedOrInFlight() {
		p.writeHeld()
		p.afterWrites(func() { p.act(action, reason) })
		return
	}
	p.act(action, reason)
}

// afterWrites calls next, as a microtask, once all that was written is done with.
func (p *pipe) afterWrites(next func()) {
	last := p.lastWrite
	again := func(goja.Value) {
		if p.lastWrite != last {
			p.afterWrites(next)
			return
		}
		next()
	}
	upon(p.realm, last, again, again)
}

func (p *pipe) act(action func() outcome, reason goja.Value) {
	if action == nil {
		p.finalize(reason)
		return
	}
	upon(p.realm, action(), func(goja.Value) { p.finalize(reason) }, p.finalize)
}

// finalize implements https://streams.spec.whatwg.org/#rs-pipeTo-finalize
func (p *pipe) finalize(reason goja.Value) {
	p.writer.release()
	if reader, ok := p.reader.(*ReadableStreamDefaultReader); ok {
		reader.releaseLock()
	} else {
		p.reader.generic().release()
	}
	if p.removeSignal != nil {
		p.removeSignal()
	}
	if reason != nil {
		p.result.reject(reason)
	} else {
		p.result.resolve()
	}
}

// inGo reports whether the bytes can go from the source to the destination without entering JavaScript. A signal that
// is to stop the pipe, but neither of the streams, is left to the other way.
func (p *pipe) inGo() bool {
	d := p.dest
	return p.source.ofGo() && d.sink != nil && d.state == writable && !d.closeQueuedOrInFlight() &&
		d.inFlightWrite == nil && d.controller.queue.empty() &&
		(p.signal == nil || !p.signal.Aborted() && !p.preventAbort && !p.preventCancel)
}

// runInGo copies the bytes in a goroutine; all that scripts can see happens on the loop, before and after.
func (p *pipe) runInGo() {
	p.writer, _ = p.dest.acquireWriter()
	body := p.source.take()
	p.reader = p.source.reader
	if out, ok := p.dest.sink.(feeder); ok {
		out.feeding(true)
	}
	p.listen()
	sink := p.dest.sink
	stop := atEnd(p.realm, func() {
		sink.abort(errEnded)
		body.Close()
	})
	op := p.realm.Loop.Begin()
	go func() {
		readErr, writeErr := copyBytes(sink, body)
		stop()
		// The sink is told here, and again by the algorithms of its stream, so that who reads from it need not wait
		// for the loop.
		switch {
		case writeErr != nil:
			sink.abort(writeErr)
		case readErr != nil && !p.preventAbort:
			sink.abort(readErr)
		case readErr == nil && !p.preventClose:
			sink.close()
		}
		if !op.Done(func() { p.copied(readErr, writeErr) }) {
			body.Close()
		}
	}()
}

// host is what this package asks of the realm's owner, if it can tell: a context that ends with the isolate.
type host interface{ Context() context.Context }

var errEnded = errors.New("the isolate has ended")

// atEnd has fn called when the isolate ends, in a goroutine, unless stop is called before.
func atEnd(r *webidl.Realm, fn func()) (stop func() bool) {
	if h, ok := r.Host.(host); ok {
		return context.AfterFunc(h.Context(), fn)
	}
	return func() bool { return true }
}

// copyBytes copies until the end, which is no error, and tells errors of the two sides apart.
func copyBytes(dst io.Writer, src io.Reader) (readErr, writeErr error) {
	p := make([]byte, maxChunk/2)
	for {
		n, err := src.Read(p)
		if n > 0 {
			if _, writeErr := dst.Write(p[:n]); writeErr != nil {
				return nil, writeErr
			}
		}
		if err == io.EOF {
			return nil, nil
		}
		if err != nil {
			return err, nil
		}
	}
}

// copied brings the streams to the state that the copying in Go has come to.
func (p *pipe) copied(readErr, writeErr error) {
	if out, ok := p.dest.sink.(feeder); ok {
		out.feeding(false)
	}
	if p.shuttingDown {
		return // by the signal
	}
	switch {
	case readErr != nil:
		reason := p.realm.ErrorValue(readErr)
		p.source.body.discard()
		p.source.error(reason)
		p.shutdown(p.unless(p.preventAbort, func() outcome { return p.dest.abort(reason) }), reason)
	case writeErr != nil:
		reason := p.realm.ErrorValue(writeErr)
		p.dest.controller.errorIfNeeded(reason)
		p.shutdown(p.unless(p.preventCancel, func() outcome { return p.source.cancel(reason) }), reason)
	default:
		p.source.body.discard()
		p.source.close()
		p.shutdown(p.unless(p.preventClose, p.writer.closeWithErrorPropagation), nil)
	}
}
