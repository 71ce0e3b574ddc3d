package htmlrewriter

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"devserver/runtime/textcodec"
)

// charset is the encoding of a document.
type charset struct {
	name string
	// exact says that each byte is a character by itself, so that text can be told apart from the bytes around it.
	exact   bool
	encoder *encoding.Encoder // nil for UTF-8
}

var utf8Charset = &charset{name: "utf-8"}

// charsetOf returns the encoding that has a label. Only those will do in which ASCII is ASCII.
func charsetOf(label string) (*charset, error) {
	decoder, ok := textcodec.NewDecoder(label, textcodec.Options{})
	if !ok {
		return nil, parserError("Unknown character encoding has been provided.")
	}
	switch decoder.Encoding {
	case "utf-8":
		return utf8Charset, nil
	case "utf-16le", "utf-16be", "iso-2022-jp":
		return nil, parserError("Expected ASCII-compatible encoding.")
	}
	name := decoder.Encoding
	if name == "iso-8859-8-i" {
		name = "iso-8859-8" // the same bytes
	}
	found, err := htmlindex.Get(name)
	if err != nil {
		return nil, parserError("Unknown character encoding has been provided.")
	}
	_, exact := found.(*charmap.Charmap)
	return &charset{name: decoder.Encoding, exact: exact, encoder: found.NewEncoder()}, nil
}

// decoder returns a decoder of a text.
func (cs *charset) decoder() *textcodec.Decoder {
	d, _ := textcodec.NewDecoder(cs.name, textcodec.Options{IgnoreBOM: true})
	return d
}

// decode returns the text of some bytes.
func (cs *charset) decode(b []byte) string {
	if ascii(b) {
		return string(b)
	}
	if cs.encoder == nil {
		return textcodec.DecodeUTF8(b)
	}
	text, _ := cs.decoder().Decode(b, false) // which does not fail unless it is fatal
	return text
}

// encodeExactly returns the bytes of a text, or false if it has a character that the encoding has not.
func (cs *charset) encodeExactly(text string) ([]byte, bool) {
	if cs.encoder == nil || ascii(text) {
		return []byte(text), true
	}
	var b []byte
	for _, r := range text {
		c, ok := cs.encode(r)
		if !ok {
			return nil, false
		}
		b = append(b, c...)
	}
	return b, true
}

// encode returns the bytes of a character, or false if the encoding has none. What EUC-JP and Big5 can only read counts
// as none: https://encoding.spec.whatwg.org/#index-big5-pointer
func (cs *charset) encode(r rune) (string, bool) {
	s, err := cs.encoder.String(string(r))
	if err != nil || s == "" || cs.name == "euc-jp" && s[0] == 0x8F || cs.name == "big5" && s[0] >= 0x80 && s[0] < 0xA1 {
		return "", false
	}
	return s, true
}

// append appends the bytes of markup. A character that the encoding has not becomes a character reference.
func (cs *charset) append(dst []byte, markup string) []byte {
	if cs.encoder == nil || ascii(markup) {
		return append(dst, markup...)
	}
	for _, r := range markup {
		if s, ok := cs.encode(r); ok {
			dst = append(dst, s...)
		} else {
			dst = fmt.Appendf(dst, "&#%d;", r)
		}
	}
	return dst
}

func ascii[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
