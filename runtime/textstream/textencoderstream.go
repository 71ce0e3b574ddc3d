// Package textstream is TextEncoderStream and TextDecoderStream, https://encoding.spec.whatwg.org/: the codecs of
// textcodec as transform streams.
package textstream

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global {
	return []webidl.Global{webidl.ClassGlobal(TextEncoderStreamClass), webidl.ClassGlobal(TextDecoderStreamClass)}
}

// textEncoderStream is the Go value behind a TextEncoderStream.
type textEncoderStream struct {
	*streams.TransformStream
	realm *webidl.Realm
	high  uint16 // the high surrogate that the last chunk ended with, or 0
}

// Transform implements https://encoding.spec.whatwg.org/#encode-and-enqueue-a-chunk
func (s *textEncoderStream) Transform(chunk goja.Value, enqueue func(chunk goja.Value) error) error {
	text, err := s.domString(chunk)
	if err != nil || text.Length() == 0 {
		return err
	}
	data := make([]byte, 0, text.Length()+utf8.UTFMax)
	first, last := text.CharAt(0), text.CharAt(text.Length()-1)
	if !utf16.IsSurrogate(rune(first)) && !utf16.IsSurrogate(rune(last)) && s.high == 0 {
		return s.enqueue(append(data, text.String()...), enqueue)
	}
	for i := range text.Length() {
		data = s.appendUnit(data, text.CharAt(i))
	}
	return s.enqueue(data, enqueue)
}

// domString converts a chunk to a string, with its surrogates as they are: https://webidl.spec.whatwg.org/#js-DOMString
func (s *textEncoderStream) domString(chunk goja.Value) (goja.String, error) {
	chunk = chunk.ToString() // of an object; other values stay
	if text, ok := chunk.(goja.String); ok {
		return text, nil
	}
	if _, ok := chunk.(*goja.Symbol); ok {
		return nil, webidl.TypeErrorf("Cannot convert a Symbol value to a string")
	}
	return s.realm.String(chunk.String()).(goja.String), nil
}

// appendUnit implements https://encoding.spec.whatwg.org/#convert-code-unit-to-scalar-value
func (s *textEncoderStream) appendUnit(data []byte, unit uint16) []byte {
	high := s.high
	s.high = 0
	if high != 0 {
		if r := utf16.DecodeRune(rune(high), rune(unit)); r != utf8.RuneError {
			return utf8.AppendRune(data, r)
		}
		data = utf8.AppendRune(data, utf8.RuneError)
	}
	if 0xD800 <= unit && unit <= 0xDBFF {
		s.high = unit
		return data
	}
	return utf8.AppendRune(data, rune(unit)) // a low surrogate alone becomes U+FFFD
}

// Flush implements https://encoding.spec.whatwg.org/#encode-and-flush
func (s *textEncoderStream) Flush(enqueue func(chunk goja.Value) error) error {
	if s.high == 0 {
		return nil
	}
	return s.enqueue(utf8.AppendRune(nil, utf8.RuneError), enqueue)
}

func (s *textEncoderStream) enqueue(data []byte, enqueue func(chunk goja.Value) error) error {
	if len(data) == 0 {
		return nil
	}
	return enqueue(s.realm.Uint8Array(data))
}
