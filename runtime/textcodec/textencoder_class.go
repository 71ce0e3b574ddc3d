package textcodec

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// TextEncoderClass is the class TextEncoder: https://encoding.spec.whatwg.org/#interface-textencoder
var TextEncoderClass = webidl.NewClass("TextEncoder", textEncoderIDL{})

// textEncoder is the Go value behind a TextEncoder, which has no state.
type textEncoder struct{}

type textEncoderIDL struct{}

func (textEncoderIDL) Define(class *webidl.Class) {
	class.Construct = func(webidl.Call) any { return textEncoder{} }
	class.Members = []webidl.Member{
		webidl.ReadOnly("encoding", func(_ textEncoder, c webidl.Call) goja.Value { return c.String("utf-8") }),
		webidl.Method("encode", 0, func(_ textEncoder, c webidl.Call) goja.Value {
			if !c.Has(0) {
				return c.Realm.Uint8Array(nil)
			}
			return c.Realm.Uint8Array([]byte(c.USVString(0)))
		}),
		webidl.Method("encodeInto", 2, func(_ textEncoder, c webidl.Call) goja.Value {
			text := c.USVString(0)
			if c.Realm.ViewKind(c.Arg(1)) != "Uint8Array" {
				c.Throw(webidl.TypeErrorf("Failed to execute 'encodeInto' on 'TextEncoder': parameter 2 is not of type 'JsUint8Array'."))
			}
			destination, _ := c.Realm.Bytes(c.Arg(1))
			read, written := EncodeInto(text, destination)
			result := c.Realm.VM.NewObject()
			result.Set("read", read)
			result.Set("written", written)
			return result
		}),
	}
}
