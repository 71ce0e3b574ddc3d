package textcodec

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// TextDecoderClass is the class TextDecoder: https://encoding.spec.whatwg.org/#interface-textdecoder
var TextDecoderClass = webidl.NewClass("TextDecoder", textDecoderIDL{})

type textDecoderIDL struct{}

func (textDecoderIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		label := "utf-8"
		if c.Has(0) {
			label = c.USVString(0)
		}
		options := c.Dictionary(1)
		d, ok := NewDecoder(label, Options{Fatal: options.Bool("fatal"), IgnoreBOM: options.Bool("ignoreBOM")})
		if !ok {
			c.Throw(webidl.RangeErrorf("\"%s\" is not a valid encoding.", label))
		}
		return d
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("encoding", func(d *Decoder, c webidl.Call) goja.Value { return c.String(d.Encoding) }),
		webidl.ReadOnly("fatal", func(d *Decoder, c webidl.Call) goja.Value { return c.Bool(d.Fatal) }),
		webidl.ReadOnly("ignoreBOM", func(d *Decoder, c webidl.Call) goja.Value { return c.Bool(d.IgnoreBOM) }),
		webidl.Method("decode", 0, func(d *Decoder, c webidl.Call) goja.Value {
			var data []byte
			if c.Has(0) {
				var ok bool
				if data, ok = c.Realm.Bytes(c.Arg(0)); !ok {
					c.Throw(webidl.TypeErrorf("Failed to execute 'decode' on 'TextDecoder': parameter 1 is not of type 'Array'."))
				}
			}
			text, err := d.Decode(data, c.Dictionary(1).Bool("stream"))
			if err != nil {
				c.Throw(webidl.TypeErrorf("Failed to decode input."))
			}
			return c.String(text)
		}),
	}
}
