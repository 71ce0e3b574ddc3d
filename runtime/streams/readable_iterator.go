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
	ongoing       goja.Value
	finished      bool
}

func newStreamIterator(r *webidl.Realm, reader *ReadableStreamDefaultReader, preventCancel bool) *goja.Object {
	it := &streamIterator{realm: r, reader: reader, preventCancel: preventCancel}
	return r.New(readableStreamAsyncIteratorClass, &webidl.AsyncIterator{
		Next: func() goja.Value {
			it.queue(it.next)
			return it.ongoing
		},
		Return: func(value goja.Value) goja.Value {
			it.queue(func() goja.Value { return it.stop(value) })
			return then(r, it.ongoing, func(goja.Value) outcome { return r.IteratorResult(value, true) }, nil)
		},
	})
}

// queue runs steps once those under way are finished.
func (it *streamIterator) queue(steps func() goja.Value) {
	if it.ongoing == nil {
		it.ongoing = steps()
		return
	}
	settled := func(goja.Value) outcome { return steps() }
	it.ongoing = then(it.realm, it.ongoing, settled, settled)
}

// next implements https://streams.spec.whatwg.org/#rs-asynciterator-prototype-next
func (it *streamIterator) next() goja.Value {
	r := it.realm
	if it.finished {
		return r.Resolved(r.IteratorResult(goja.Undefined(), true))
	}
	request := &iteratorRequest{it, r.NewPromise(), false}
	it.reader.read(request)
	return then(r, request.result.Value(), func(chunk goja.Value) outcome {
		it.ongoing = nil
		if request.end {
			it.finished = true
		}
		return r.IteratorResult(chunk, request.end)
	}, func(reason goja.Value) outcome {
		it.ongoing = nil
		it.finished = true
		return r.Rejected(&webidl.Thrown{Value: reason})
	})
}

// stop implements https://streams.spec.whatwg.org/#rs-asynciterator-prototype-return
func (it *streamIterator) stop(value goja.Value) goja.Value {
	r := it.realm
	if it.finished {
		return r.Resolved(goja.Undefined())
	}
	it.finished = true
	var result outcome
	if !it.preventCancel {
		result = it.reader.stream.cancel(value)
	}
	it.reader.releaseLock()
	return promised(r, result)
}

// iteratorRequest is the read request of an iterator.
type iteratorRequest struct {
	*streamIterator
	result *webidl.Promise
	end    bool
}

func (q *iteratorRequest) chunkSteps(chunk goja.Value) { q.result.Resolve(chunk) }

func (q *iteratorRequest) closeSteps() {
	q.end = true
	q.reader.releaseLock()
	q.result.Resolve(goja.Undefined())
}

func (q *iteratorRequest) errorSteps(reason goja.Value) {
	q.reader.releaseLock()
	q.result.RejectValue(reason)
}
