package textcodec

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// singleByteDecoder decodes an encoding in which each byte is a character:
// https://encoding.spec.whatwg.org/#single-byte-decoder
type singleByteDecoder struct {
	charmap *charmap.Charmap
	fatal   bool
}

func (d *singleByteDecoder) decode(chunk []byte, _ bool) (string, error) {
	var text strings.Builder
	text.Grow(len(chunk) + len(chunk)/4)
	for _, b := range chunk {
		r := d.charmap.DecodeByte(b)
		if r == utf8.RuneError {
			switch {
			case 0x80 <= b && b < 0xA0:
				r = rune(b) // a control character, where the charmap has a gap and the standard has none
			case d.fatal:
				return "", errMalformed
			}
		}
		text.WriteRune(r)
	}
	return text.String(), nil
}

func (d *singleByteDecoder) reset() {}
