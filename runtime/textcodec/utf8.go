// Package textcodec turns bytes into text and back: TextDecoder, TextEncoder, atob and btoa, and the decoders below
// them for whatever else reads text, such as bodies and streams.
//
// Text is a Go string in UTF-8. JavaScript strings that have lone surrogates become that with U+FFFD in their place.
//
// https://encoding.spec.whatwg.org/
package textcodec

import (
	"bytes"
	"unicode/utf8"
)

const utf8BOM = "\xEF\xBB\xBF"

// DecodeUTF8 is "UTF-8 decode": a byte order mark at the start is dropped, and each maximal part that cannot be UTF-8
// becomes one U+FFFD: https://encoding.spec.whatwg.org/#utf-8-decode
func DecodeUTF8(data []byte) string {
	return DecodeUTF8WithoutBOM(bytes.TrimPrefix(data, []byte(utf8BOM)))
}

// DecodeUTF8WithoutBOM is [DecodeUTF8] for data in which a byte order mark is text like any other:
// https://encoding.spec.whatwg.org/#utf-8-decode-without-bom
func DecodeUTF8WithoutBOM(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	text := make([]byte, 0, len(data)+8)
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n <= 1 {
			n = max(prefixLength(data), 1)
		}
		text = utf8.AppendRune(text, r)
		data = data[n:]
	}
	return string(text)
}

// prefixLength returns how many bytes at the start of data are the beginning of a character that does not go on; 0 if
// no character begins so, or if it is complete.
func prefixLength(data []byte) int {
	n := 0
	for n < len(data) && !utf8.FullRune(data[:n+1]) {
		n++
	}
	return n
}

// incompleteTail returns how many bytes at the end of data are the beginning of a character.
func incompleteTail(data []byte) int {
	for n := 1; n <= min(utf8.UTFMax-1, len(data)); n++ {
		tail := data[len(data)-n:]
		if utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// utf8Decoder decodes a stream of UTF-8.
type utf8Decoder struct {
	kept  []byte // the beginning of a character
	fatal bool
}

func (d *utf8Decoder) decode(chunk []byte, last bool) (string, error) {
	if len(d.kept) > 0 {
		chunk = append(d.kept, chunk...)
		d.kept = nil
	}
	if !last {
		n := incompleteTail(chunk)
		if n > 0 {
			d.kept = bytes.Clone(chunk[len(chunk)-n:])
		}
		chunk = chunk[:len(chunk)-n]
	}
	if d.fatal && !utf8.Valid(chunk) {
		return "", errMalformed
	}
	return DecodeUTF8WithoutBOM(chunk), nil
}

func (d *utf8Decoder) reset() { d.kept = nil }
