package htmlrewriter

import (
	"errors"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// rewriting is the body of a transformed response, a [streams.Body]. All its work is done while it is read, by the
// goroutine that reads it: of a document in which no handler is called, nothing ever comes to the loop. To call a
// handler the engine is lent to the loop, which keeps it as long as one call follows another within what has been read
// of the source. Nothing runs, and nothing has to be ended, when a rewriting is dropped half way.
type rewriting struct {
	realm  *webidl.Realm
	source io.ReadCloser
	// context is that of the code which has begun it, in which handlers are called.
	context any

	// These belong to the goroutine in Read or, while onLoop is set, to the loop.
	engine   *engine
	input    []byte
	inputErr error // of the source, after input
	event    event // what the engine waits for
	waits    bool  // it does
	taken    int   // how much of engine.out has been read
	insert   io.ReadCloser
	partial  []byte // of a character of insert

	mu     sync.Mutex
	wake   sync.Cond
	onLoop bool
	early  []byte // may be read while the loop has the engine
	err    error  // there is no more to come
	shut   bool   // err comes from outside: nothing more is read
	inGo   bool   // a goroutine reads, on its own
	// op keeps the loop from being idle while that goroutine may come with a handler to be called. While a handler's
	// promise is awaited there is none: if nothing is left that could settle it, this must be found out.
	op *eventloop.Operation

	dead graveyard
}

const (
	// inputSize is how much of the source is read at a time.
	inputSize = 32 << 10
	// outputSize is how much is put out, at most, before it is read.
	outputSize = 64 << 10
)

var errClosed = errors.New("read on a closed body")

func newRewriting(r *webidl.Realm, e *engine, source io.ReadCloser) *rewriting {
	b := &rewriting{realm: r, engine: e, source: source, context: r.Loop.Context()}
	b.wake.L = &b.mu
	return b
}

// HandToGo says, on the loop, that a goroutine reads from now on.
func (b *rewriting) HandToGo(*eventloop.Loop) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inGo = true
	b.expectLocked()
}

// expectLocked keeps the loop from being idle. It is called on the loop.
func (b *rewriting) expectLocked() {
	if b.inGo && b.op == nil && b.err == nil {
		b.op = b.realm.Loop.Begin()
	}
}

// NeedsLoop implements [streams.Body].
func (b *rewriting) NeedsLoop() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err == nil
}

// Fail implements [streams.Body].
func (b *rewriting) Fail(err error) { b.stop(err, true) }

// Close implements io.Closer.
func (b *rewriting) Close() error {
	b.stop(errClosed, true)
	return nil
}

// stop says that err, which may be io.EOF, is all that is still to be read.
func (b *rewriting) stop(err error, shut bool) {
	b.mu.Lock()
	if b.err != nil {
		b.shut = b.shut || shut
		b.mu.Unlock()
		return
	}
	b.err, b.shut, b.onLoop = err, shut, false
	op := b.op
	b.op = nil
	b.wake.Broadcast()
	b.mu.Unlock()
	if op != nil {
		op.Done(nil)
	}
	b.source.Close()
}

// Read implements io.Reader. What there is it returns before it waits for the source, or for a promise.
func (b *rewriting) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		n, ended, err := b.await(p)
		if n > 0 || err != nil {
			return n, err
		}
		if !ended && !b.waits {
			b.event, b.waits = b.engine.next(), true
		}
		out := b.engine.out[b.taken:]
		if len(out) >= outputSize || len(out) > 0 && (ended || b.event.kind != needCall) {
			return b.take(p), nil
		}
		switch b.event.kind {
		case needInput:
			b.read()
		case needCall:
			b.lend(b.call)
		case needStream:
			if b.insert == nil {
				b.lend(b.open)
			} else {
				b.readInsert()
			}
		case documentDone:
			b.stop(io.EOF, false)
		case failed:
			b.stop(webidl.TypeErrorf("Parser error: %s", b.event.err), false)
		}
	}
}

// await waits until the loop has given the engine back, or something can be read without it. ended says that nothing
// but the engine's output is left; it comes before the error.
func (b *rewriting) await(p []byte) (n int, ended bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.onLoop && b.err == nil && len(b.early) == 0 {
		b.wake.Wait()
	}
	switch {
	case b.shut:
		return 0, true, b.err
	case len(b.early) > 0:
		n = copy(p, b.early)
		b.early = b.early[n:]
		return n, false, nil
	case b.err != nil && b.taken == len(b.engine.out):
		return 0, true, b.err
	}
	return 0, b.err != nil, nil
}

// take reads what the engine has put out.
func (b *rewriting) take(p []byte) int {
	n := copy(p, b.engine.out[b.taken:])
	b.taken += n
	if b.taken == len(b.engine.out) {
		b.engine.out, b.taken = b.engine.out[:0], 0
	}
	return n
}

// read gives the engine more of the source.
func (b *rewriting) read() {
	b.waits = false
	if b.inputErr == nil {
		if b.input == nil {
			b.input = make([]byte, inputSize)
		}
		var n int
		if n, b.inputErr = b.source.Read(b.input); n > 0 {
			b.engine.feed(b.input[:n])
			return
		}
	}
	switch b.inputErr {
	case nil:
	case io.EOF:
		b.engine.finish()
	default:
		b.stop(b.inputErr, false)
	}
}

// readInsert puts out more of the content that a stream gives.
func (b *rewriting) readInsert() {
	chunk := make([]byte, inputSize)
	n, err := b.insert.Read(chunk)
	data := append(b.partial, chunk[:n]...)
	whole := len(data) - incomplete(data)
	b.partial = append([]byte(nil), data[whole:]...)
	switch {
	case !utf8.Valid(data[:whole]):
		err = webidl.TypeErrorf("Parser error: Invalid UTF-8")
	default:
		b.engine.write(string(data[:whole]), b.event.content.html)
	}
	if err == nil {
		return
	}
	b.insert.Close()
	b.insert, b.partial, b.waits = nil, nil, false
	if err != io.EOF {
		b.stop(err, false)
	}
}

// lend has fn, on the loop, go on with the engine.
func (b *rewriting) lend(fn func()) {
	b.mu.Lock()
	b.onLoop = true
	op := b.op
	b.op = nil
	b.mu.Unlock()
	task := func() {
		if !b.stopped() {
			fn()
		}
	}
	var ok bool
	if op != nil {
		ok = op.Done(task)
	} else {
		ok = b.realm.Loop.Post(task)
	}
	if !ok {
		b.stop(eventloop.ErrClosed, true)
	}
}

func (b *rewriting) stopped() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err != nil
}

// giveBack returns the engine to the goroutine that reads.
func (b *rewriting) giveBack() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.onLoop = false
	b.expectLocked()
	b.wake.Broadcast()
}

// open opens, on the loop, a stream whose content is to be put out.
func (b *rewriting) open() {
	body, err := streams.Reader(b.realm, b.event.content.stream.(*streams.ReadableStream))
	if err != nil {
		b.fail(errLocked)
		return
	}
	b.insert = body
	b.giveBack()
}

// fail ends the document with an error, on the loop. What has been put out until then can be read.
func (b *rewriting) fail(err error) {
	if ex, ok := errors.AsType[*goja.Exception](err); ok {
		err = b.realm.Thrown(ex.Value())
	}
	b.stop(err, false)
}

// call calls a handler, on the loop.
func (b *rewriting) call() {
	b.realm.Loop.SetContext(b.context)
	h := b.event.handler.(*callback)
	scope := newScope(b.event.token)
	object := b.realm.New(scope.class(), scope)
	result, err := h.fn.Call(h.this, object)
	if err != nil {
		b.bury(object, scope)
		b.fail(err)
		if _, thrown := errors.AsType[*goja.Exception](err); !thrown {
			b.realm.Rethrow(err)
		}
		return
	}
	next := func() {
		b.bury(object, scope)
		if !b.stopped() {
			b.called()
		}
	}
	if _, ok := result.(*goja.Object); !ok {
		// As in workerd, a handler that returns nothing may still have used its token in microtasks.
		b.realm.Loop.Post(next)
		return
	}
	b.show()
	b.realm.Upon(b.realm.Resolved(result),
		func(goja.Value) { next() },
		func(reason goja.Value) {
			b.bury(object, scope)
			b.fail(b.realm.Thrown(reason))
		})
}

// show lets what has been put out be read while a promise is awaited.
func (b *rewriting) show() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.early = append(b.early, b.engine.out[b.taken:]...)
	b.engine.out, b.taken = b.engine.out[:0], 0
	b.wake.Broadcast()
}

// called goes on after a call, on the loop, up to where it has to be left.
func (b *rewriting) called() {
	b.event = b.engine.next()
	if b.event.kind == needCall && len(b.engine.out) < outputSize {
		b.call()
		return
	}
	b.giveBack()
}

// graveyard keeps the last objects of tokens whose handlers are done, so that using one of them is told of in workerd's
// words. Those before are forgotten: a document has any number of tokens, an isolate not as much memory.
type graveyard struct {
	objects [256]*goja.Object
	next    int
}

func (b *rewriting) bury(object *goja.Object, s scope) {
	s.end()
	d := &b.dead
	if old := d.objects[d.next]; old != nil {
		b.realm.Forget(old)
	}
	d.objects[d.next] = object
	d.next = (d.next + 1) % len(d.objects)
}
