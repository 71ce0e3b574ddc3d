package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// FromGo reports whether all bytes that s has still to give come from Go, whatever the loop does.
func FromGo(s *ReadableStream) bool { return s.ofGo() }

// ReadEach locks and disturbs s and calls chunk with its bytes as they come, which are chunk's until it returns, and
// then done, once: with nil at the end, and else with what the stream is in error with or, for a chunk that is neither
// bytes nor a string, with a TypeError. Both are called on the loop. While only the script can give more, nothing keeps
// the loop from being idle. cancel cancels the stream; neither is called after it.
// ReadEach may be called on the loop only. The error is that s is locked.
func ReadEach(r *webidl.Realm, s *ReadableStream, chunk func(data []byte), done func(err error)) (cancel func(reason goja.Value), err error) {
	reader, err := s.acquireDefaultReader()
	if err != nil {
		return nil, err
	}
	each := &eachRequest{realm: r, reader: reader, chunk: chunk, done: done}
	each.next()
	return each.cancel, nil
}

// eachRequest gives the chunks of a stream away one by one: https://streams.spec.whatwg.org/#read-loop
type eachRequest struct {
	realm  *webidl.Realm
	reader *ReadableStreamDefaultReader
	chunk  func(data []byte)
	done   func(err error)

	reading, again, ended bool
}

// next reads on. Chunks that are there already are not read from within each other, however many they are.
func (e *eachRequest) next() {
	e.again = true
	if e.reading {
		return
	}
	e.reading = true
	for e.again && !e.ended {
		e.again = false
		e.reader.read(e)
	}
	e.reading = false
}

func (e *eachRequest) chunkSteps(value goja.Value) {
	if e.ended {
		return
	}
	data, err := sentBytes(e.realm, value)
	if err != nil {
		e.ended = true
		ignore(e.reader.cancel(e.realm.ErrorValue(err)))
		e.done(err)
		return
	}
	e.chunk(data)
	e.next()
}

func (e *eachRequest) closeSteps() { e.end(nil) }

func (e *eachRequest) errorSteps(reason goja.Value) { e.end(e.realm.Thrown(reason)) }

func (e *eachRequest) end(err error) {
	if e.ended {
		return
	}
	e.ended = true
	e.done(err)
}

func (e *eachRequest) cancel(reason goja.Value) {
	if e.ended {
		return
	}
	e.ended = true
	ignore(e.reader.cancel(reason))
}
