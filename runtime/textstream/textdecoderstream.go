package textstream

import (
	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/webidl"
)

var errNotBytes = webidl.TypeErrorf("This TransformStream is being used as a byte stream, but received a value that is not a BufferSource.")

// textDecoderStream is the Go value behind a TextDecoderStream.
type textDecoderStream struct {
	*streams.TransformStream
	*textcodec.Decoder
	realm *webidl.Realm
}

// Transform implements https://encoding.spec.whatwg.org/#decode-and-enqueue-a-chunk
func (s *textDecoderStream) Transform(chunk goja.Value, enqueue func(chunk goja.Value) error) error {
	data, ok := s.realm.Bytes(chunk)
	if !ok {
		return errNotBytes
	}
	return s.decode(data, true, enqueue)
}

// Flush implements https://encoding.spec.whatwg.org/#flush-and-enqueue
func (s *textDecoderStream) Flush(enqueue func(chunk goja.Value) error) error {
	return s.decode(nil, false, enqueue)
}

func (s *textDecoderStream) decode(data []byte, more bool, enqueue func(chunk goja.Value) error) error {
	text, err := s.Decode(data, more)
	if err != nil || text == "" {
		return err
	}
	return enqueue(s.realm.String(text))
}
