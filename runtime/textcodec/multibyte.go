package textcodec

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/transform"
)

// charset is an encoding in which ASCII is ASCII and other bytes begin characters of one to four bytes. The characters
// themselves come from the tables of x/text; where a malformed one ends is the standard's.
type charset struct {
	encoding encoding.Encoding
	// length returns how many bytes the character has that data, whose first byte is not ASCII, begins with; 0 if data
	// is too short to tell. If valid is false they are malformed, without looking them up.
	length func(data []byte) (n int, valid bool)
	// missing returns a character of two bytes that is not in x/text's table, or U+FFFD.
	missing func(lead, trail byte) rune
}

// multiByteCharsets are by name. gbk is the encoder's business only: its decoder is that of gb18030.
var multiByteCharsets = map[string]*charset{
	"gbk":       {encoding: simplifiedchinese.GB18030, length: gb18030Length, missing: gb18030Missing},
	"gb18030":   {encoding: simplifiedchinese.GB18030, length: gb18030Length, missing: gb18030Missing},
	"big5":      {encoding: traditionalchinese.Big5, length: doubleByteLength, missing: nothingMissing},
	"euc-kr":    {encoding: korean.EUCKR, length: doubleByteLength, missing: nothingMissing},
	"euc-jp":    {encoding: japanese.EUCJP, length: eucJPLength, missing: nothingMissing},
	"shift_jis": {encoding: japanese.ShiftJIS, length: shiftJISLength, missing: shiftJISMissing},
}

// multiByteDecoder decodes a stream in a charset.
type multiByteDecoder struct {
	*charset
	table transform.Transformer
	kept  []byte // the beginning of a character
	fatal bool
}

func newMultiByteDecoder(c *charset, fatal bool) *multiByteDecoder {
	return &multiByteDecoder{charset: c, table: c.encoding.NewDecoder().Transformer, fatal: fatal}
}

func (d *multiByteDecoder) decode(chunk []byte, last bool) (string, error) {
	if len(d.kept) > 0 {
		chunk = append(d.kept, chunk...)
		d.kept = nil
	}
	text := make([]byte, 0, len(chunk)+len(chunk)/2)
	for len(chunk) > 0 {
		if chunk[0] < utf8.RuneSelf {
			text = append(text, chunk[0])
			chunk = chunk[1:]
			continue
		}
		n, valid := d.length(chunk)
		if n == 0 { // cut short
			if !last {
				d.kept = bytes.Clone(chunk)
				break
			}
			n = len(chunk)
		}
		before := len(text)
		if valid {
			text = d.appendCharacter(text, chunk[:n])
		}
		if len(text) == before {
			if d.fatal {
				return "", errMalformed
			}
			text = utf8.AppendRune(text, utf8.RuneError)
			// An ASCII byte that cannot end the character is one of its own.
			if valid && n < 4 && chunk[n-1] < utf8.RuneSelf {
				n--
			}
		}
		chunk = chunk[n:]
	}
	return string(text), nil
}

// appendCharacter looks a character up and appends it to text, or nothing if there is none.
func (d *multiByteDecoder) appendCharacter(text, character []byte) []byte {
	if string(character) == gb18030Moved {
		return utf8.AppendRune(text, 0xE7C7)
	}
	var found [2 * utf8.UTFMax]byte // big5 has pairs of bytes that are two characters
	n, _, err := d.table.Transform(found[:], character, true)
	d.table.Reset()
	if err == nil && !bytes.ContainsRune(found[:n], utf8.RuneError) {
		return append(text, found[:n]...)
	}
	if len(character) == 2 {
		if r := d.missing(character[0], character[1]); r != utf8.RuneError {
			return utf8.AppendRune(text, r)
		}
	}
	return text
}

func (d *multiByteDecoder) reset() { d.kept = nil }

func nothingMissing(_, _ byte) rune { return utf8.RuneError }

// doubleByteLength is for big5 and euc-kr: https://encoding.spec.whatwg.org/#big5-decoder
func doubleByteLength(data []byte) (int, bool) {
	switch {
	case data[0] == 0x80 || data[0] == 0xFF:
		return 1, false
	case len(data) < 2:
		return 0, false
	}
	return 2, true
}

// eucJPLength is part of https://encoding.spec.whatwg.org/#euc-jp-decoder
func eucJPLength(data []byte) (int, bool) {
	lead := data[0]
	switch {
	case lead != 0x8E && lead != 0x8F && (lead < 0xA1 || lead == 0xFF):
		return 1, false
	case len(data) < 2:
		return 0, false
	case lead == 0x8F && 0xA1 <= data[1] && data[1] <= 0xFE:
		if len(data) < 3 {
			return 0, false
		}
		return 3, true
	}
	return 2, true
}

// shiftJISLength is part of https://encoding.spec.whatwg.org/#shift_jis-decoder
func shiftJISLength(data []byte) (int, bool) {
	lead := data[0]
	switch {
	case lead == 0x80 || 0xA1 <= lead && lead <= 0xDF:
		return 1, true
	case lead == 0xA0 || lead > 0xFC:
		return 1, false
	case len(data) < 2:
		return 0, false
	}
	return 2, true
}

// shiftJISMissing returns the characters for private use.
func shiftJISMissing(lead, trail byte) rune {
	if lead < 0xF0 || lead > 0xF9 || trail < 0x40 || trail == 0x7F || trail > 0xFC {
		return utf8.RuneError
	}
	if trail > 0x7F {
		trail--
	}
	return 0xE000 + rune(lead-0xF0)*188 + rune(trail-0x40)
}
