package textcodec

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// TextDecoderClass is the class TextDecoder: https://encoding.spec.whatwg.org/#interface-textdecoder
var TextDecoderClass = webidl.NewClass("TextDecoder", textDecoderIDL{})

type textDecoderIDL struct{}

func (textDecoderIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return ConstructDecoder(c) }
	class.Members = append(DecoderMembers(), webidl.Method("decode", 0, func(d *Decoder, c webidl.Call) goja.Value {
		var data []byte
		if c.Has(0) {
			var ok bool
			if data, ok = c.Realm.Bytes(c.Arg(0)); !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'decode' on 'TextDecoder': parameter 1 is not of type 'Array'."))
			}
		}
		text, err := d.Decode(data, c.Dictionary(1).Bool("stream"))
		c.Check(err)
		return c.String(text)
	}))
}

// ConstructDecoder makes a Decoder of the arguments of a constructor, a label and a TextDecoderOptions:
// https://encoding.spec.whatwg.org/#dom-textdecoder
func ConstructDecoder(c webidl.Call) *Decoder {
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

// decoding is a Decoder, or what embeds one.
type decoding interface{ decoder() *Decoder }

func (d *Decoder) decoder() *Decoder { return d }

// DecoderMembers are the members of the mixin https://encoding.spec.whatwg.org/#interface-mixin-textdecodercommon, for
// classes whose Go values embed a [Decoder].
func DecoderMembers() []webidl.Member {
	return []webidl.Member{
		webidl.ReadOnly("encoding", func(d decoding, c webidl.Call) goja.Value { return c.String(d.decoder().Encoding) }),
		webidl.ReadOnly("fatal", func(d decoding, c webidl.Call) goja.Value { return c.Bool(d.decoder().Fatal) }),
		webidl.ReadOnly("ignoreBOM", func(d decoding, c webidl.Call) goja.Value { return c.Bool(d.decoder().IgnoreBOM) }),
	}
}
