package ecmaregexp

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Escape implements https://tc39.es/ecma262/#sec-regexp.escape.
func Escape(text []uint16) []uint16 {
	var b []uint16
	add := func(format string, c uint16) { b = append(b, utf16.Encode([]rune(fmt.Sprintf(format, c)))...) }
	for i, c := range text {
		pair := isHigh(c) && i+1 < len(text) && isLow(text[i+1]) || isLow(c) && i > 0 && isHigh(text[i-1])
		switch {
		case i == 0 && (isDigit(rune(c)) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'):
			add(`\x%02x`, c)
		case c < 128 && strings.IndexByte(`^$\.*+?()[]{}|/`, byte(c)) >= 0:
			b = append(b, '\\', c)
		case '\t' <= c && c <= '\r':
			b = append(b, '\\', uint16("tnvfr"[c-'\t']))
		case c < 128 && strings.IndexByte(",-=<>#&!%:;@~'`\"", byte(c)) >= 0, c < 256 && spaces.contains(rune(c)):
			add(`\x%02x`, c)
		case spaces.contains(rune(c)), !pair && (isHigh(c) || isLow(c)):
			add(`\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return b
}

// EscapeSource implements https://tc39.es/ecma262/#sec-escaperegexppattern but for the empty pattern.
func EscapeSource(pattern []uint16) []uint16 {
	b := make([]uint16, 0, len(pattern))
	class := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch c {
		case '\\':
			if b = append(b, c); i+1 < len(pattern) {
				i++
				if escaped := lineEnd(pattern[i]); escaped != "" {
					b = append(b, utf16.Encode([]rune(escaped))...)
				} else {
					b = append(b, pattern[i])
				}
			}
			continue
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if !class {
				b = append(b, '\\')
			}
		}
		if escaped := lineEnd(c); escaped != "" {
			b = append(b, '\\')
			b = append(b, utf16.Encode([]rune(escaped))...)
			continue
		}
		b = append(b, c)
	}
	return b
}

// lineEnd is a line terminator as it is behind a backslash; empty if it is none.
func lineEnd(c uint16) string {
	switch c {
	case '\n':
		return "n"
	case '\r':
		return "r"
	case 0x2028:
		return "u2028"
	case 0x2029:
		return "u2029"
	}
	return ""
}
