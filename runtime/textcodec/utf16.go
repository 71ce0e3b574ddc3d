package textcodec

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Decoder decodes a stream of UTF-16: https://encoding.spec.whatwg.org/#shared-utf-16-decoder
type utf16Decoder struct {
	order binary.ByteOrder
	kept  []byte // half a code unit, a high surrogate, or both
	fatal bool
}

func (d *utf16Decoder) decode(chunk []byte, last bool) (string, error) {
	if len(d.kept) > 0 {
		chunk = append(d.kept, chunk...)
		d.kept = nil
	}
	text := make([]byte, 0, len(chunk))
	for len(chunk) > 0 {
		r, n := d.next(chunk)
		if n == 0 { // cut short
			if !last {
				d.kept = append([]byte(nil), chunk...)
				break
			}
			n = len(chunk)
		}
		if r == utf8.RuneError && d.fatal && !d.isReplacement(chunk[:n]) {
			return "", errMalformed
		}
		text = utf8.AppendRune(text, r)
		chunk = chunk[n:]
	}
	return string(text), nil
}

// next decodes one character and says how many bytes it took, or 0 if data ends before its end.
func (d *utf16Decoder) next(data []byte) (rune, int) {
	if len(data) < 2 {
		return utf8.RuneError, 0
	}
	unit := rune(d.order.Uint16(data))
	switch {
	case !utf16.IsSurrogate(unit):
		return unit, 2
	case unit >= 0xDC00:
		return utf8.RuneError, 2
	case len(data) < 4:
		return utf8.RuneError, 0
	}
	r := utf16.DecodeRune(unit, rune(d.order.Uint16(data[2:])))
	if r == utf8.RuneError {
		return r, 2
	}
	return r, 4
}

// isReplacement reports whether data is U+FFFD itself, rather than what it is to replace.
func (d *utf16Decoder) isReplacement(data []byte) bool {
	return len(data) == 2 && d.order.Uint16(data) == utf8.RuneError
}

func (d *utf16Decoder) reset() { d.kept = nil }
