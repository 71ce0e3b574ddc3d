package textstream

import (
	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// TextEncoderStreamClass is the class TextEncoderStream: https://encoding.spec.whatwg.org/#interface-textencoderstream
// It inherits from TransformStream, as in Workers.
var TextEncoderStreamClass = webidl.NewClass("TextEncoderStream", textEncoderStreamIDL{})

type textEncoderStreamIDL struct{}

func (textEncoderStreamIDL) Define(class *webidl.Class) {
	class.Parent = streams.TransformStreamClass
	class.Construct = func(c webidl.Call) any {
		s := &textEncoderStream{realm: c.Realm}
		s.TransformStream = streams.NewTransformStream(c.Realm, s)
		return s
	}
	class.Members = append([]webidl.Member{
		webidl.ReadOnly("encoding", func(_ *textEncoderStream, c webidl.Call) goja.Value { return c.String("utf-8") }),
	}, streams.TransformMembers()...)
}
