package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Sink is what a WritableStream of another package does with its chunks, whatever they are. Its methods are called on
// the loop, one after the other, and none after Close or Abort; what they return puts the stream in error.
type Sink interface {
	Write(chunk goja.Value) error
	Close() error
	Abort(reason goja.Value)
}

// NewSinkStream makes the WritableStream of a sink: https://streams.spec.whatwg.org/#writablestream-set-up. Its object,
// which is of a class that inherits from [WritableStreamClass], is there already.
func NewSinkStream(r *webidl.Realm, object *goja.Object, sink Sink) *WritableStream {
	s := newWritableStream(r)
	s.object, s.custom = object, sink
	settle := func(err error) outcome {
		if err != nil {
			return thrownBy(r, err)
		}
		return nil
	}
	s.setUpStarted(&WritableStreamDefaultController{
		sinkWrite: func(chunk goja.Value) outcome { return settle(sink.Write(chunk)) },
		sinkClose: func() outcome { return settle(sink.Close()) },
		sinkAbort: func(reason goja.Value) outcome {
			sink.Abort(reason)
			return nil
		},
	}, 1)
	return s
}

// Sink returns what [NewSinkStream] was given, or nil.
func (s *WritableStream) Sink() Sink { return s.custom }
