package node

import (
	"unicode/utf8"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// bufferNatives is what buffer.js asks of Go.
var bufferNatives = webidl.NewClass("buffer", bufferIDL{})

type bufferIDL struct{}

func (bufferIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		webidl.StaticReadOnly("Buffer", func(c webidl.Call) goja.Value { return buffersOf(c.Realm).constructor }),
		webidl.Static("isAscii", 1, func(c webidl.Call) goja.Value { return c.Bool(isASCII(checked(c, "isAscii"))) }),
		webidl.Static("isUtf8", 1, func(c webidl.Call) goja.Value { return c.Bool(utf8.Valid(checked(c, "isUtf8"))) }),
		webidl.Static("transcode", 3, func(c webidl.Call) goja.Value { return transcode(c) }),
		webidl.Static("decode", 2, func(c webidl.Call) goja.Value {
			data, _ := c.Realm.Bytes(c.Arg(0))
			return encodingNamed(c.Arg(1).String()).decode(c.Realm, data)
		}),
	}
}

// checked returns the bytes of the first argument, of a function that takes bytes only.
func checked(c webidl.Call, name string) []byte {
	data, ok := c.Realm.Bytes(c.Arg(0))
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'BufferUtil': parameter 1 is not of type 'Uint8Array'.", name))
	}
	return data
}

// transcode implements buffer.transcode. A character that the target does not have becomes a question mark.
func transcode(c webidl.Call) goja.Value {
	r := c.Realm
	data, ok := r.Bytes(c.Arg(0))
	if !ok {
		throwCoded(r, "ERR_INVALID_ARG_TYPE", "source", "ArrayBufferView", typeOf(c.Arg(0)))
	}
	from, to := encodingNamed(c.Arg(1).String()), encodingNamed(c.Arg(2).String())
	for _, e := range []encoding{from, to} {
		if e == unknownEncoding || e == base64Encoding || e == base64urlEncoding || e == hexEncoding {
			c.Throw(webidl.Errorf("Unable to transcode buffer due to unsupported encoding"))
		}
	}
	if from == asciiEncoding {
		from = latin1Encoding
	}
	text := from.decode(r, data)
	if to != asciiEncoding && to != latin1Encoding {
		return newBuffer(r, to.encode(text))
	}
	var out []byte
	most := rune(0xFF)
	if to == asciiEncoding {
		most = 0x7F
	}
	for _, x := range text.String() {
		if x > most {
			x = '?'
		}
		out = append(out, byte(x))
	}
	return newBuffer(r, out)
}
