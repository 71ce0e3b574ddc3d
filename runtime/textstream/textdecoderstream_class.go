package textstream

import (
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/webidl"
)

// TextDecoderStreamClass is the class TextDecoderStream: https://encoding.spec.whatwg.org/#interface-textdecoderstream
// It inherits from TransformStream, as in Workers.
var TextDecoderStreamClass = webidl.NewClass("TextDecoderStream", textDecoderStreamIDL{})

type textDecoderStreamIDL struct{}

func (textDecoderStreamIDL) Define(class *webidl.Class) {
	class.Parent = streams.TransformStreamClass
	class.Construct = func(c webidl.Call) any {
		s := &textDecoderStream{realm: c.Realm, Decoder: textcodec.ConstructDecoder(c)}
		s.TransformStream = streams.NewTransformStream(c.Realm, s)
		return s
	}
	class.Members = append(textcodec.DecoderMembers(), streams.TransformMembers()...)
}
