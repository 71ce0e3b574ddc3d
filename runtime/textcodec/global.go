package textcodec

import (
	"encoding/base64"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global {
	return []webidl.Global{
		webidl.FunctionGlobal("btoa", 1, btoa),
		webidl.FunctionGlobal("atob", 1, atob),
		webidl.ClassGlobal(TextEncoderClass),
		webidl.ClassGlobal(TextDecoderClass),
	}
}

// btoa is https://html.spec.whatwg.org/#dom-btoa
func btoa(c webidl.Call) goja.Value {
	data, ok := latin1(c.USVString(0))
	if !ok {
		c.Throw(webidl.DOMErrorf("InvalidCharacterError", "btoa() can only operate on characters in the Latin1 (ISO/IEC 8859-1) range."))
	}
	return c.String(base64.StdEncoding.EncodeToString(data))
}

// atob is https://html.spec.whatwg.org/#dom-atob
func atob(c webidl.Call) goja.Value {
	data, ok := DecodeBase64(c.USVString(0))
	if !ok {
		c.Throw(webidl.DOMErrorf("InvalidCharacterError", "atob() called with invalid base64-encoded data. (Only whitespace, '+', '/', alphanumeric ASCII, and up to two terminal '=' signs when the input data length is divisible by 4 are allowed.)"))
	}
	return c.Realm.BytesString(string(data))
}

// latin1 returns one byte for each character of text, or false if one has no place in a byte.
func latin1(text string) ([]byte, bool) {
	data := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xFF {
			return nil, false
		}
		data = append(data, byte(r))
	}
	return data, true
}
