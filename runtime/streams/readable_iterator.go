package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// streamIterator is the asynchronous iterator of a stream: https://streams.spec.whatwg.org/#rs-asynciterator
// Calls are queued one after the other: https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object
type streamIterator struct {
	realm         *webidl.Realm
	reader        *ReadableStreamDefaultReader
	preventCancel bool
	ongoing       outcome // nil if no call is under way
	finished      bool
}

func newStreamIterator(r *webidl.Realm, reader *ReadableStreamDefaultReader, preventCancel bool) *goja.Object {
	it := &streamIterator{realm: r, reader: reader, preventCancel: preventCancel}
	return r.New(readableStreamAsyncIteratorClass, &webidl.AsyncIterator{
		Next: func() goja.Value {
			it.queue(it.next)
			return it.ongoing.value()
		},
		Return: func(value goja.Value) goja.Value {
			it.queue(func() *promise { return it.stop(value) })
			return then(r, it.ongoing, func(goja.Value) outcome { return it.give(value, true) }, nil).value()
		},
	})
}

// queue runs steps once those under way are finished.
func (it *streamIterator) queue(steps func() *promise) {
	if it.ongoing == nil {
		it.ongoing = steps()
		return
	}
	settled := func(goja.Value) outcome { return steps() }
	it.ongoing = then(it.realm, it.ongoing, settled, settled)
}

// give is a promise that is fulfilled with an iterator result.
func (it *streamIterator) give(v goja.Value, done bool) *promise {
	p := newPromise(it.realm)
	p.resolveWith(it.realm.IteratorResult(v, done))
	return p
}

// next implements https://streams.spec.whatwg.org/#rs-asynciterator-prototype-next
func (it *streamIterator) next() *promise {
	r := it.realm
	if it.finished {
		return it.give(goja.Undefined(), true)
	}
	request := &iteratorRequest{it, newPromise(r), false}
	it.reader.read(request)
	return then(r, request.result, func(chunk goja.Value) outcome {
		it.ongoing = nil
		if request.end {
			it.finished = true
		}
		return it.give(chunk, request.end)
	}, func(reason goja.Value) outcome {
		it.ongoing = nil
		it.finished = true
		return rejected(r, reason)
	})
}

// stop implements https://streams.spec.whatwg.org/#rs-asynciterator-prototype-return
func (it *streamIterator) stop(value goja.Value) *promise {
	if it.finished {
		return settled(it.realm)
	}
	it.finished = true
	var result outcome
	if !it.preventCancel {
		result = it.reader.stream.cancel(value)
	}
	it.reader.releaseLock()
	if result == nil {
		return settled(it.realm)
	}
	return result
}

// iteratorRequest is the read request of an iterator.
type iteratorRequest struct {
	*streamIterator
	result *promise
	end    bool
}

// chunkSteps resolves the promise with the chunk: with what it is settled with, if the chunk is itself a promise.
func (q *iteratorRequest) chunkSteps(chunk goja.Value) {
	if _, ok := webidl.AsPromise(chunk); ok {
		q.result.follow(&promise{realm: q.realm, foreign: chunk})
		return
	}
	q.result.resolveWith(chunk)
}

func (q *iteratorRequest) closeSteps() {
	q.end = true
	q.reader.releaseLock()
	q.result.resolve()
}

func (q *iteratorRequest) errorSteps(reason goja.Value) {
	q.reader.releaseLock()
	q.result.reject(reason)
}
