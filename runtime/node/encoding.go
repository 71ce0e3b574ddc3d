package node

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"

	"devserver/runtime/textcodec"
	"devserver/runtime/webidl"
)

// encoding is how a Buffer's bytes are written as a string: https://nodejs.org/api/buffer.html#buffers-and-character-encodings
type encoding int

const (
	unknownEncoding encoding = iota
	utf8Encoding
	utf16Encoding // little-endian
	latin1Encoding
	asciiEncoding
	base64Encoding
	base64urlEncoding
	hexEncoding
)

// encodings are the names of encodings, in lower case.
var encodings = map[string]encoding{
	"utf8": utf8Encoding, "utf-8": utf8Encoding,
	"ucs2": utf16Encoding, "ucs-2": utf16Encoding, "utf16le": utf16Encoding, "utf-16le": utf16Encoding,
	"latin1": latin1Encoding, "binary": latin1Encoding, "ascii": asciiEncoding,
	"base64": base64Encoding, "base64url": base64urlEncoding, "hex": hexEncoding,
}

// encodingNamed returns an encoding by name, whatever its case, or unknownEncoding.
func encodingNamed(name string) encoding {
	if e, ok := encodings[name]; ok {
		return e
	}
	return encodings[strings.ToLower(name)]
}

// encodingOf converts an argument that names an encoding; undefined is UTF-8, and an unknown name throws.
func encodingOf(r *webidl.Realm, v goja.Value) encoding {
	if v == nil || goja.IsUndefined(v) || goja.IsString(v) && v.String() == "" {
		return utf8Encoding
	}
	if goja.IsString(v) {
		if e := encodingNamed(v.String()); e != unknownEncoding {
			return e
		}
	}
	throwCoded(r, "ERR_UNKNOWN_ENCODING", v.String())
	return unknownEncoding
}

// encode returns the bytes of a string. What is no base64 is skipped, and hexadecimal digits end at the first character
// that is none, or that has no partner.
func (e encoding) encode(v goja.Value) []byte {
	switch e {
	case utf16Encoding:
		text := v.(goja.String)
		out := make([]byte, 2*text.Length())
		for i := range text.Length() {
			c := text.CharAt(i)
			out[2*i], out[2*i+1] = byte(c), byte(c>>8)
		}
		return out
	case latin1Encoding, asciiEncoding:
		text := v.(goja.String)
		out := make([]byte, text.Length())
		for i := range out {
			out[i] = byte(text.CharAt(i))
		}
		return out
	case base64Encoding, base64urlEncoding:
		return decodeBase64(v.String())
	case hexEncoding:
		return decodeHex(v.String())
	}
	return []byte(v.String())
}

// size is how many bytes encode returns; for hex and base64 it is what the length of the string says.
func (e encoding) size(v goja.Value) int {
	text := v.(goja.String)
	switch e {
	case utf16Encoding:
		return 2 * text.Length()
	case latin1Encoding, asciiEncoding:
		return text.Length()
	case hexEncoding:
		return text.Length() / 2
	case base64Encoding, base64urlEncoding:
		n := text.Length()
		for padding := 0; padding < 2 && n > 0 && text.CharAt(n-1) == '='; padding++ {
			n--
		}
		return n * 3 / 4
	}
	return len(v.String())
}

// decode returns the string of bytes, which it does not keep.
func (e encoding) decode(r *webidl.Realm, data []byte) goja.Value {
	switch e {
	case utf16Encoding:
		units := make([]uint16, len(data)/2)
		for i := range units {
			units[i] = uint16(data[2*i]) | uint16(data[2*i+1])<<8
		}
		return utf16String(r, units)
	case latin1Encoding:
		return r.BytesString(string(data))
	case asciiEncoding:
		out := make([]byte, len(data))
		for i, c := range data {
			out[i] = c & 0x7F
		}
		return r.String(string(out))
	case base64Encoding:
		return r.String(base64.StdEncoding.EncodeToString(data))
	case base64urlEncoding:
		return r.String(base64.RawURLEncoding.EncodeToString(data))
	case hexEncoding:
		return r.String(hex.EncodeToString(data))
	}
	if utf8.Valid(data) {
		return r.String(string(data))
	}
	return r.String(textcodec.DecodeUTF8WithoutBOM(data))
}

// utf16String makes a string of UTF-16 units. The engine wants a string of ASCII characters to be made as one.
func utf16String(r *webidl.Realm, units []uint16) goja.Value {
	for _, c := range units {
		if c >= utf8.RuneSelf {
			return goja.StringFromUTF16(units)
		}
	}
	text := make([]byte, len(units))
	for i, c := range units {
		text[i] = byte(c)
	}
	return r.String(string(text))
}

// decodeBase64 decodes base64 of either alphabet up to the first padding; what is neither is skipped.
func decodeBase64(text string) []byte {
	out := make([]byte, 0, len(text)*3/4+2)
	var bits uint32
	n := 0
	for i := range len(text) {
		c := text[i]
		var v byte
		switch {
		case 'A' <= c && c <= 'Z':
			v = c - 'A'
		case 'a' <= c && c <= 'z':
			v = c - 'a' + 26
		case '0' <= c && c <= '9':
			v = c - '0' + 52
		case c == '+' || c == '-':
			v = 62
		case c == '/' || c == '_':
			v = 63
		case c == '=':
			if n == 0 || n >= 2 {
				return append(out, rest(bits, n)...)
			}
			continue
		default:
			continue
		}
		bits = bits<<6 | uint32(v)
		if n++; n == 4 {
			out = append(out, byte(bits>>16), byte(bits>>8), byte(bits))
			bits, n = 0, 0
		}
	}
	return append(out, rest(bits, n)...)
}

// rest are the bytes of an incomplete group of base64 digits.
func rest(bits uint32, digits int) []byte {
	switch digits {
	case 2:
		return []byte{byte(bits >> 4)}
	case 3:
		return []byte{byte(bits >> 10), byte(bits >> 2)}
	}
	return nil
}

func decodeHex(text string) []byte {
	out := make([]byte, 0, len(text)/2)
	for ; len(text) >= 2; text = text[2:] {
		hi, lo := hexDigit(text[0]), hexDigit(text[1])
		if hi < 0 || lo < 0 {
			break
		}
		out = append(out, byte(hi<<4|lo))
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
