package rpc

import (
	"sync"

	"devserver/runtime/structuredclone"
)

// reply is what an operation came to, on its way to whoever asked.
type reply struct {
	data *structuredclone.Data
	err  *Failure
	// disposer is to be released when whoever asked disposes of the result; nil if there is nothing to tell.
	disposer *export
}

// discard releases what nobody is going to receive.
func (r reply) discard() {
	discard(r.data)
	if r.disposer != nil {
		r.disposer.release(true)
	}
}

func discard(data *structuredclone.Data) {
	if data == nil {
		return
	}
	data.Externals(func(e structuredclone.External) {
		if e, ok := e.(interface{ discard() }); ok {
			e.discard()
		}
	})
}

// answer is where an operation's result comes from: one isolate waits, and another settles it. Its methods may be called
// from any goroutine.
type answer struct {
	mu sync.Mutex
	// queue are operations on the result, to be performed where it comes into being. Once closed, whoever asked performs
	// them, on what it has received.
	queue  []*operation
	closed bool
	over   bool // it has been settled, or abandoned

	deliver func(reply) // what becomes of the reply; called once, unless it is abandoned
	abandon func()      // tells those who work on it that nobody waits any more
}

// pipe has an operation performed on the result where that comes into being. It reports false if it is too late.
func (a *answer) pipe(op *operation) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	a.queue = append(a.queue, op)
	return true
}

// close returns the operations that wait for the result, and takes no more.
func (a *answer) close() []*operation {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	queue := a.queue
	a.queue = nil
	return queue
}

// settle gives the reply to whoever waits for it. Only the first one counts.
func (a *answer) settle(rep reply) {
	a.mu.Lock()
	late := a.over
	a.over, a.closed, a.abandon = true, true, nil
	queue := a.queue
	a.queue = nil
	a.mu.Unlock()
	for _, op := range queue { // it has failed, or it would have been closed before
		op.discard()
		op.answer.settle(reply{err: rep.err})
	}
	if late {
		rep.discard()
		return
	}
	a.deliver(rep)
}

// onAbandon has fn called when nobody waits any more.
func (a *answer) onAbandon(fn func()) {
	a.mu.Lock()
	if !a.over {
		a.abandon = fn
		a.mu.Unlock()
		return
	}
	a.mu.Unlock()
	fn()
}

// release implements holding: nobody waits for the reply any more.
func (a *answer) release() {
	a.mu.Lock()
	abandon := a.abandon
	a.over, a.abandon = true, nil
	a.mu.Unlock()
	if abandon != nil {
		abandon()
	}
}
