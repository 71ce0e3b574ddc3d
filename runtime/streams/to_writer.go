package streams

import (
	"io"
	"slices"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// ToWriter makes a WritableStream whose bytes go to w, in order, each chunk once the one before has been written. The
// stream owns w from then on: it is closed when the stream is closed or aborted; when it is aborted and has a
// CloseWithError method, that is called instead. Neither Write nor Close is called on the loop. A chunk that is neither
// an ArrayBuffer nor a view, or an error of w, puts the stream in error.
func ToWriter(r *webidl.Realm, w io.WriteCloser) *WritableStream {
	sink := &writerSink{w: w}
	s := newWritableStream(r)
	s.setUpStarted(&WritableStreamDefaultController{
		sinkWrite: func(chunk goja.Value) outcome {
			data, err := chunkBytes(r, chunk)
			if err != nil {
				return thrownBy(r, err)
			}
			data = slices.Clone(data) // the script may change it meanwhile
			return offLoop(r, func() error {
				_, err := sink.Write(data)
				return err
			})
		},
		sinkClose: func() outcome { return offLoop(r, sink.close) },
		sinkAbort: func(reason goja.Value) outcome {
			err := r.Thrown(reason)
			return offLoop(r, func() error {
				sink.abort(err)
				return nil
			})
		},
	}, 1)
	s.sink = sink
	return s
}

// NewToWriter is the JavaScript object of [ToWriter].
func NewToWriter(r *webidl.Realm, w io.WriteCloser) *goja.Object { return ToWriter(r, w).Object() }

// offLoop has fn called in a goroutine and settles a promise with what it returns.
func offLoop(r *webidl.Realm, fn func() error) *promise {
	p := newPromise(r)
	op := r.Loop.Begin()
	go func() {
		err := fn()
		op.Done(func() {
			if err != nil {
				p.reject(r.ErrorValue(err))
				return
			}
			p.resolve()
		})
	}()
	return p
}

// writerSink is the goSink of a writer.
type writerSink struct {
	w    io.WriteCloser
	once sync.Once
	err  error // of closing
}

// Write implements io.Writer.
func (s *writerSink) Write(p []byte) (int, error) { return s.w.Write(p) }

func (s *writerSink) close() error {
	s.once.Do(func() { s.err = s.w.Close() })
	return s.err
}

func (s *writerSink) abort(err error) {
	s.once.Do(func() {
		if w, ok := s.w.(interface{ CloseWithError(error) error }); ok {
			s.err = w.CloseWithError(err)
			return
		}
		s.err = s.w.Close()
	})
}
