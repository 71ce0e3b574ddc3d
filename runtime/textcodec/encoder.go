package textcodec

import (
	"unicode/utf16"
	"unicode/utf8"
)

// EncodeInto writes as many whole characters of text as fit into destination, and returns how many UTF-16 code units
// it read and how many bytes it wrote: https://encoding.spec.whatwg.org/#dom-textencoder-encodeinto
func EncodeInto(text string, destination []byte) (read, written int) {
	end := min(len(text), len(destination))
	for end < len(text) && end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	text = text[:end]
	for _, r := range text {
		read += utf16.RuneLen(r)
	}
	return read, copy(destination, text)
}
