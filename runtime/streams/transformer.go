package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Transformer is what a TransformStream of Go's does with its chunks. Both methods are called on the loop, and what
// they return or throw puts the stream in error.
type Transformer interface {
	// Transform turns one chunk into any number of others, which it hands to enqueue.
	Transform(chunk goja.Value, enqueue func(chunk goja.Value) error) error
	// Flush is called after the last chunk.
	Flush(enqueue func(chunk goja.Value) error) error
}

// NewTransformStream makes a TransformStream of a transformer: https://streams.spec.whatwg.org/#transformstream-set-up
func NewTransformStream(r *webidl.Realm, transformer Transformer) *TransformStream {
	c := &TransformStreamDefaultController{}
	settle := func(step func() error) outcome {
		var failed error
		if err := r.Try(func() { failed = step() }); err != nil {
			failed = err
		}
		if failed != nil {
			return thrownBy(r, failed)
		}
		return nil
	}
	c.transform = func(chunk goja.Value) outcome {
		return settle(func() error { return transformer.Transform(chunk, c.enqueue) })
	}
	c.flush = func() outcome {
		return settle(func() error { return transformer.Flush(c.enqueue) })
	}
	t := &TransformStream{realm: r}
	t.initialize(c, settled(r), 1, nil, 0, nil)
	return t
}
