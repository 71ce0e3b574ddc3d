package main

import (
	"bytes"
	"unicode/utf8"
)

// harmless is a text, from a place on, in which everything that a terminal would take for a command is written as an
// escape: \x1b. New lines and tabs stay, and so do colours, if there are to be any. A text that sets a colour is followed
// by the end of it, so that it colours nothing else.
func harmless(b []byte, from int, colors bool) []byte {
	i := from + firstControl(b[from:])
	if i == len(b) {
		return b
	}
	text := bytes.Clone(b[i:])
	b = b[:i]
	colored := false
	for len(text) > 0 {
		if n := firstControl(text); n > 0 {
			b, text = append(b, text[:n]...), text[n:]
			continue
		}
		if n := colorCode(text); n > 0 {
			if colors {
				colored = !bytes.Equal(text[:n], reset)
				b = append(b, text[:n]...)
			}
			text = text[n:]
			continue
		}
		if bytes.HasPrefix(text, []byte("\r\n")) {
			text = text[1:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			r = rune(text[0])
		}
		const hex = "0123456789abcdef"
		b = append(b, '\\', 'x', hex[r>>4], hex[r&0xf])
		text = text[size:]
	}
	if colored {
		last := bytes.TrimRight(b, "\n")
		b = append(append(bytes.Clone(last), reset...), b[len(last):]...)
	}
	return b
}

var reset = []byte("\x1b[0m")

// firstControl is the place of the first control character other than \n and \t, or of the first byte that is not UTF-8;
// the length of the text if there is none.
func firstControl(text []byte) int {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c < ' ' && c != '\n' && c != '\t' || c == 0x7f:
			return i
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRune(text[i:])
			if r < 0xa0 || r == utf8.RuneError && size == 1 {
				return i
			}
			i += size
		}
	}
	return len(text)
}

// colorCode is the length of the code for a colour at the beginning of a text; 0 if there is none:
// https://ecma-international.org/publications-and-standards/standards/ecma-48/ (SGR)
func colorCode(text []byte) int {
	if !bytes.HasPrefix(text, []byte("\x1b[")) {
		return 0
	}
	for i := 2; i < len(text); i++ {
		switch c := text[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && c != ':' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}
