package weburl

import (
	"strings"
	"unicode/utf8"
)

// EncodeSet is a percent-encode set: the bytes of UTF-8 that have to be written
// as "%XX" in some part of a URL.
//
// https://url.spec.whatwg.org/#percent-encoded-bytes
type EncodeSet uint16

const (
	C0Control    EncodeSet = 1 << iota // opaque paths and opaque hosts
	Fragment                           // fragments
	Query                              // queries of URLs that are not special
	SpecialQuery                       // queries of special URLs
	Path                               // path segments
	Userinfo                           // usernames and passwords
	Component                          // what encodeURIComponent encodes
	Form                               // application/x-www-form-urlencoded, which also turns spaces into "+"

	// The rest are sets of bytes that have a meaning in hosts only.
	forbiddenHost   // forbidden host code points
	forbiddenDomain // forbidden domain code points
	unready         // what has to be decoded, mapped or refused in a domain
)

// byteSets holds, for each byte, the sets that contain it.
var byteSets = makeByteSets()

func makeByteSets() (sets [256]EncodeSet) {
	add := func(chars string, set EncodeSet) {
		for i := range len(chars) {
			sets[chars[i]] |= set
		}
	}
	const all = C0Control | Fragment | Query | SpecialQuery | Path | Userinfo | Component | Form
	for c := range sets {
		if c < ' ' || c > '~' {
			sets[c] |= all
		}
		if c < ' ' || c == 0x7F {
			sets[c] |= forbiddenDomain | unready
		}
		if c >= 0x80 || 'A' <= c && c <= 'Z' {
			sets[c] |= unready
		}
	}
	add(` "<>`, all&^C0Control)
	add("`", Fragment|Path|Userinfo|Component|Form)
	add("#", Query|SpecialQuery|Path|Userinfo|Component|Form)
	add("'", SpecialQuery|Form)
	add("?^{}", Path|Userinfo|Component|Form)
	add(`/:;=@[\]|`, Userinfo|Component|Form)
	add("$%&+,", Component|Form)
	add("!()~", Form)
	add("\x00\t\n\r #/:<>?@[\\]^|", forbiddenHost|forbiddenDomain|unready)
	add("%", forbiddenDomain|unready)
	return sets
}

// Contains reports whether byte c is to be encoded.
func (set EncodeSet) Contains(c byte) bool { return byteSets[c]&set != 0 }

// index returns the offset of the first byte of s that is in set, or -1.
func (set EncodeSet) index(s string) int {
	for i := range len(s) {
		if set.Contains(s[i]) {
			return i
		}
	}
	return -1
}

// Encode returns s with every byte in set percent-encoded. It does not allocate
// if there is none.
//
// https://url.spec.whatwg.org/#string-utf-8-percent-encode
func (set EncodeSet) Encode(s string) string {
	i := set.index(s)
	if i < 0 {
		return s
	}
	b := make([]byte, 0, len(s)+16)
	b = append(b, s[:i]...)
	return string(set.Append(b, s[i:]))
}

// Append appends s to dst, with every byte in set percent-encoded.
func (set EncodeSet) Append(dst []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; set.Contains(c) {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// PercentDecode replaces each "%XX" by the byte it stands for and leaves every
// other "%" alone. The result need not be UTF-8. It does not allocate if there
// is nothing to decode.
//
// https://url.spec.whatwg.org/#string-percent-decode
func PercentDecode(s string) string {
	i := strings.IndexByte(s, '%')
	if i < 0 {
		return s
	}
	b := append(make([]byte, 0, len(s)), s[:i]...)
	for ; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if hi, lo := hexValue(s[i+1]), hexValue(s[i+2]); hi < 16 && lo < 16 {
				c = hi<<4 | lo
				i += 2
			}
		}
		b = append(b, c)
	}
	return string(b)
}

// hexValue returns the value of a hexadecimal digit, or 16 for another byte.
func hexValue(c byte) byte {
	switch {
	case isDigit(c):
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}

// decodeUTF8 is "UTF-8 decode without BOM": each maximal part of s that cannot
// be UTF-8 becomes one U+FFFD.
//
// https://encoding.spec.whatwg.org/#utf-8-decode-without-bom
func decodeUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	b := make([]byte, 0, len(s)+8)
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			n = truncatedRune(s)
		}
		b = utf8.AppendRune(b, r)
		s = s[n:]
	}
	return string(b)
}

// truncatedRune returns how many bytes at the start of s, which does not start
// with a character, are the beginning of one; at least 1.
func truncatedRune(s string) int {
	n := 1
	for n < len(s) && n < utf8.UTFMax && !utf8.FullRuneInString(s[:n]) {
		n++
	}
	if n > 1 && utf8.FullRuneInString(s[:n]) {
		n-- // the last byte completed an error, so it is not part of this one
	}
	return n
}
