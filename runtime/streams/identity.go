package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// IdentityTransformStream is the Go value behind an IdentityTransformStream or a FixedLengthStream: bytes in, the same
// bytes out, and no queue between.
// https://developers.cloudflare.com/workers/runtime-apis/streams/transformstream/#identitytransformstream
type IdentityTransformStream struct {
	readable *ReadableStream
	writable *WritableStream
}

func (t *IdentityTransformStream) sides() (*ReadableStream, *WritableStream) {
	return t.readable, t.writable
}

// FixedLengthStream is an [IdentityTransformStream] that insists on its length.
type FixedLengthStream struct{ IdentityTransformStream }

// newIdentity makes the two sides. expected is how many bytes have to come, or -1; a nil highWaterMark is one chunk,
// any other is in bytes.
func newIdentity(r *webidl.Realm, expected int64, highWaterMark *float64) IdentityTransformStream {
	pipe := &conduit{expected: expected}
	t := IdentityTransformStream{readable: FromReader(r, channelReader{pipe}, expected), writable: newWritableStream(r)}
	controller := &WritableStreamDefaultController{
		sinkWrite: func(chunk goja.Value) outcome {
			if goja.IsUndefined(chunk) {
				return nil
			}
			data, err := chunkBytes(r, chunk)
			if err != nil {
				pipe.abort(err)
				return thrownBy(r, err)
			}
			result := newPromise(r)
			pipe.writeAsync(r.Loop, data, func(err error) {
				if err != nil {
					pipe.abort(err)
					result.reject(r.ErrorValue(err))
					return
				}
				result.resolve()
			})
			return result
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
	mark := 1.0
	if highWaterMark != nil {
		mark = *highWaterMark
		controller.size = func(chunk goja.Value) (float64, error) {
			data, _ := r.Bytes(chunk)
			return float64(len(data)), nil
		}
	}
	t.writable.setUpStarted(controller, mark)
	t.writable.sink = pipe
	pipe.readerGone = func(err error) {
		r.Loop.Post(func() { controller.errorIfNeeded(r.ErrorValue(err)) })
	}
	return t
}

var errStreamCancelled = webidl.Errorf("Stream was cancelled.")

// cancelled is what writers are told of a reason that a stream was cancelled with.
func cancelled(reason goja.Value, r *webidl.Realm) error {
	if goja.IsUndefined(reason) {
		return errStreamCancelled
	}
	return r.Thrown(reason)
}
