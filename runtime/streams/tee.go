package streams

import (
	"io"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// Tee locks s and returns two streams that each give all of it: https://streams.spec.whatwg.org/#readable-stream-tee
// A Go-side stream that no script has read gives two Go-side streams; what one of them has read and the other has not
// is kept in memory, however much that is, as the standard has it. The error is that s is locked.
func Tee(r *webidl.Realm, s *ReadableStream) (a, b *ReadableStream, err error) {
	return tee(r, s, false)
}

// TeeCloning is Tee for owners that do not know of each other: chunks of the second stream are structured clones.
func TeeCloning(r *webidl.Realm, s *ReadableStream) (a, b *ReadableStream, err error) {
	return tee(r, s, true)
}

func tee(r *webidl.Realm, s *ReadableStream, cloning bool) (a, b *ReadableStream, err error) {
	if s.Locked() {
		return nil, nil, errReadableLocked
	}
	if s.ofGo() {
		a, b = s.teeBody(r)
		return a, b, nil
	}
	if _, ok := s.byteController(); ok {
		a, b = s.byteTee()
	} else {
		a, b = s.defaultTee(cloning)
	}
	return a, b, nil
}

// teeState is what the two branches of a tee share: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaulttee
type teeState struct {
	realm   *webidl.Realm
	source  *ReadableStream
	branch  [2]*ReadableStream
	reading bool

	cancelled [2]bool
	reason    [2]goja.Value
	cancel    *promise
}

// cancelBranch is the cancel algorithm of branch i.
func (t *teeState) cancelBranch(i int) func(reason goja.Value) outcome {
	return func(reason goja.Value) outcome {
		t.cancelled[i], t.reason[i] = true, reason
		if t.cancelled[1-i] {
			composite := t.realm.Array(t.reason[0], t.reason[1])
			t.cancel.follow(t.source.cancel(composite))
		}
		return t.cancel
	}
}

func (t *teeState) resolveCancel() {
	if !t.cancelled[0] || !t.cancelled[1] {
		t.cancel.resolve()
	}
}

// defaultTee implements https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaulttee
func (s *ReadableStream) defaultTee(cloning bool) (a, b *ReadableStream) {
	reader, _ := s.acquireDefaultReader() // the caller has seen that s is not locked
	t := &defaultTee{teeState: teeState{realm: s.realm, source: s, cancel: newPromise(s.realm)}, reader: reader, cloning: cloning}
	for i := range t.branch {
		t.branch[i] = createReadableStream(s.realm, t.pull, t.cancelBranch(i), 1, nil)
	}
	upon(s.realm, reader.closed, nil, func(reason goja.Value) {
		for i := range t.branch {
			t.controller(i).error(reason)
		}
		t.resolveCancel()
	})
	return t.branch[0], t.branch[1]
}

type defaultTee struct {
	teeState
	reader    *ReadableStreamDefaultReader
	cloning   bool // for the second branch
	readAgain bool
}

func (t *defaultTee) controller(i int) *ReadableStreamDefaultController {
	return t.branch[i].controller.(*ReadableStreamDefaultController)
}

func (t *defaultTee) pull() outcome {
	if t.reading {
		t.readAgain = true
		return nil
	}
	t.reading = true
	t.reader.read(t)
	return nil
}

// chunkSteps implements readRequest. The microtask lets an error of the source, if there is one, come first.
func (t *defaultTee) chunkSteps(chunk goja.Value) {
	upon(t.realm, nil, func(goja.Value) {
		t.readAgain = false
		chunks := [2]goja.Value{chunk, chunk}
		if t.cloning && !t.cancelled[1] {
			if err := t.realm.Try(func() { chunks[1], _ = structuredclone.Clone(t.realm, chunk, nil) }); err != nil {
				t.fail(t.realm.ErrorValue(err))
				return
			}
		}
		for i := range t.branch {
			if !t.cancelled[i] {
				// A branch counts chunks, so its enqueue does not fail.
				_ = t.controller(i).enqueue(chunks[i])
			}
		}
		t.reading = false
		if t.readAgain {
			t.pull()
		}
	}, nil)
}

// fail ends both branches because a chunk cannot be cloned.
func (t *defaultTee) fail(reason goja.Value) {
	for i := range t.branch {
		t.controller(i).error(reason)
	}
	t.cancel.follow(t.source.cancel(reason))
}

func (t *defaultTee) closeSteps() {
	t.reading = false
	for i := range t.branch {
		if !t.cancelled[i] {
			t.controller(i).close()
		}
	}
	t.resolveCancel()
}

func (t *defaultTee) errorSteps(goja.Value) { t.reading = false }

// byteTee implements https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee
func (s *ReadableStream) byteTee() (a, b *ReadableStream) {
	reader, _ := s.acquireDefaultReader() // the caller has seen that s is not locked
	t := &byteTee{teeState: teeState{realm: s.realm, source: s, cancel: newPromise(s.realm)}, reader: reader}
	for i := range t.branch {
		t.branch[i] = createReadableByteStream(s.realm, func() outcome { return t.pull(i) }, t.cancelBranch(i))
	}
	t.forwardReaderError()
	return t.branch[0], t.branch[1]
}

type byteTee struct {
	teeState
	reader    streamReader
	readAgain [2]bool
}

func (t *byteTee) controller(i int) *ReadableByteStreamController {
	return t.branch[i].controller.(*ReadableByteStreamController)
}

func (t *byteTee) forwardReaderError() {
	reader := t.reader
	upon(t.realm, reader.generic().closed, nil, func(reason goja.Value) {
		if t.reader != reader {
			return
		}
		for i := range t.branch {
			t.controller(i).error(reason)
		}
		t.resolveCancel()
	})
}

func (t *byteTee) pull(i int) outcome {
	if t.reading {
		t.readAgain[i] = true
		return nil
	}
	t.reading = true
	if request := t.controller(i).getBYOBRequest(); request != nil {
		t.pullWithBYOBReader(request.view, i)
	} else {
		t.pullWithDefaultReader()
	}
	return nil
}

func (t *byteTee) pullWithDefaultReader() {
	if reader, ok := t.reader.(*ReadableStreamBYOBReader); ok {
		reader.releaseLock()
		t.reader, _ = t.source.acquireDefaultReader() // just released
		t.forwardReaderError()
	}
	t.reader.(*ReadableStreamDefaultReader).read(&byteTeeRequest{t})
}

func (t *byteTee) pullWithBYOBReader(into *goja.Object, i int) {
	if reader, ok := t.reader.(*ReadableStreamDefaultReader); ok {
		reader.releaseLock()
		t.reader, _ = t.source.acquireBYOBReader() // just released
		t.forwardReaderError()
	}
	v, _ := toView(t.realm, into)
	t.reader.(*ReadableStreamBYOBReader).read(v, 1, &byteTeeIntoRequest{t, i})
}

// again pulls for a branch that asked in the meantime.
func (t *byteTee) again() {
	t.reading = false
	for i := range t.branch {
		if t.readAgain[i] {
			t.pull(i)
			return
		}
	}
}

// cloneChunk is a copy of what a view shows.
func cloneChunk(v view) byteEntry {
	data := append([]byte{}, v.bytes()...)
	return byteEntry{data, 0, len(data)}
}

// byteTeeRequest is the read request of a byte tee.
type byteTeeRequest struct{ *byteTee }

func (t *byteTeeRequest) chunkSteps(chunk goja.Value) {
	upon(t.realm, nil, func(goja.Value) {
		t.readAgain = [2]bool{}
		v, _ := toView(t.realm, chunk)
		second := byteEntry{}
		if !t.cancelled[0] && !t.cancelled[1] {
			second = cloneChunk(v)
		}
		for i := range t.branch {
			if t.cancelled[i] {
				continue
			}
			var err error
			if i == 1 && second.data != nil {
				err = t.controller(i).enqueueBytes(second)
			} else {
				err = t.controller(i).enqueue(v)
			}
			t.realm.Rethrow(err)
		}
		t.again()
	}, nil)
}

func (t *byteTeeRequest) closeSteps() {
	t.reading = false
	for i := range t.branch {
		if !t.cancelled[i] {
			t.realm.Rethrow(t.controller(i).close())
		}
	}
	for i := range t.branch {
		if len(t.controller(i).pendingPullIntos) > 0 {
			t.realm.Rethrow(t.controller(i).respond(0))
		}
	}
	t.resolveCancel()
}

func (t *byteTeeRequest) errorSteps(goja.Value) { t.reading = false }

// byteTeeIntoRequest is the read-into request of a byte tee, for branch i.
type byteTeeIntoRequest struct {
	*byteTee
	i int
}

func (t *byteTeeIntoRequest) chunkSteps(chunk goja.Value) {
	upon(t.realm, nil, func(goja.Value) {
		t.readAgain = [2]bool{}
		byob, other := t.i, 1-t.i
		v, _ := toView(t.realm, chunk)
		if !t.cancelled[other] {
			second := cloneChunk(v)
			if !t.cancelled[byob] {
				t.realm.Rethrow(t.controller(byob).respondWithNewView(v))
			}
			t.realm.Rethrow(t.controller(other).enqueueBytes(second))
		} else if !t.cancelled[byob] {
			t.realm.Rethrow(t.controller(byob).respondWithNewView(v))
		}
		t.again()
	}, nil)
}

func (t *byteTeeIntoRequest) closeSteps(chunk goja.Value) {
	t.reading = false
	byob, other := t.i, 1-t.i
	for _, i := range []int{byob, other} {
		if !t.cancelled[i] {
			t.realm.Rethrow(t.controller(i).close())
		}
	}
	if v, ok := toView(t.realm, chunk); ok {
		if !t.cancelled[byob] {
			t.realm.Rethrow(t.controller(byob).respondWithNewView(v))
		}
		if !t.cancelled[other] && len(t.controller(other).pendingPullIntos) > 0 {
			t.realm.Rethrow(t.controller(other).respond(0))
		}
	}
	t.resolveCancel()
}

func (t *byteTeeIntoRequest) errorSteps(goja.Value) { t.reading = false }

// teeBody is the tee of a stream whose bytes come from Go.
func (s *ReadableStream) teeBody(r *webidl.Realm) (a, b *ReadableStream) {
	shared := &sharedBody{body: s.take()}
	shared.turn.L = &shared.mu
	var branches [2]*ReadableStream
	for i := range branches {
		branches[i] = FromReader(r, &bodyBranch{shared, i}, s.length)
	}
	return branches[0], branches[1]
}

// sharedBody is a body that two readers read, each at its own pace. Whoever needs bytes that neither has yet reads
// them for both.
type sharedBody struct {
	body io.ReadCloser

	mu      sync.Mutex
	turn    sync.Cond // the reading one has finished
	reading bool
	ahead   [2][]byte // what each branch has still to get
	gone    [2]error  // why a branch is not read any more
	err     error
}

// bodyBranch is one of the two readers. It is a [Body], which needs the loop if the shared body does.
type bodyBranch struct {
	*sharedBody
	i int
}

// Read implements io.Reader.
func (b *bodyBranch) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		switch {
		case b.gone[b.i] != nil:
			return 0, b.gone[b.i]
		case len(b.ahead[b.i]) > 0:
			n := copy(p, b.ahead[b.i])
			b.ahead[b.i] = b.ahead[b.i][n:]
			return n, nil
		case b.err != nil:
			return 0, b.err
		case !b.reading:
			return b.readLocked(p)
		}
		b.turn.Wait()
	}
}

// readLocked reads from the body into p, without the lock, and leaves a copy for the other branch.
func (b *bodyBranch) readLocked(p []byte) (int, error) {
	b.reading = true
	b.mu.Unlock()
	n, err := b.body.Read(p)
	b.mu.Lock()
	b.reading = false
	b.err = err
	if other := 1 - b.i; b.gone[other] == nil {
		b.ahead[other] = append(b.ahead[other], p[:n]...)
	}
	b.turn.Broadcast()
	return n, err
}

// Close implements io.Closer: the body is closed with the second branch.
func (b *bodyBranch) Close() error {
	if b.shut(errBodyClosed) {
		return b.body.Close()
	}
	return nil
}

// Fail implements [Body].
func (b *bodyBranch) Fail(err error) {
	if !b.shut(err) {
		return
	}
	if body, ok := b.body.(Body); ok {
		body.Fail(err)
		return
	}
	b.body.Close()
}

// shut ends the branch and reports whether it was the second to end.
func (b *bodyBranch) shut(err error) (last bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone[b.i] != nil {
		return false
	}
	b.gone[b.i] = err
	b.ahead[b.i] = nil
	b.turn.Broadcast()
	return b.gone[1-b.i] != nil
}

// NeedsLoop implements [Body].
func (b *bodyBranch) NeedsLoop() bool { return NeedsLoop(b.body) }
