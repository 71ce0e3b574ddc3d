package config

import (
	"bytes"
	"slices"
	"sort"
	"unicode/utf8"
)

// source is the text of a file, which can tell lines and columns.
type source struct {
	file  string
	text  []byte // without the byte order mark
	lines []int  // the offset at which each line begins
}

var byteOrderMark = []byte("\uFEFF")

// newSource takes the bytes of a file. UTF-16 is an Error; ok is false then.
// What is not UTF-8 is read as U+FFFD, as Node.js does, with a Warning at the
// first place.
func newSource(file string, data []byte) (s *source, ds Diagnostics, ok bool) {
	s = &source{file: file, text: bytes.TrimPrefix(data, byteOrderMark), lines: []int{0}}
	utf16 := bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF})
	first := -1
	if !utf8.Valid(s.text) {
		s.text, first = replaceInvalid(s.text)
	}
	for i, c := range s.text {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	switch {
	case utf16:
		return s, Diagnostics{{Severity: Error, Code: CodeSyntax, Pos: Position{file, 1, 1}, Message: "this is UTF-16 text", Fix: "save the file as UTF-8"}}, false
	case first >= 0:
		ds = Diagnostics{{Severity: Warning, Code: CodeSyntax, Pos: s.at(first), Message: "this is not UTF-8 text: it is read as \uFFFD", Fix: "save the file as UTF-8"}}
	}
	return s, ds, true
}

// replaceInvalid is a text with U+FFFD in the place of every sequence that is
// not UTF-8, as https://encoding.spec.whatwg.org/#utf-8-decoder has it: one for
// each beginning of a character that is broken off. first is the offset of the
// first in the result.
func replaceInvalid(text []byte) (valid []byte, first int) {
	first = -1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r != utf8.RuneError || size > 1 {
			valid = append(valid, text[:size]...)
			text = text[size:]
			continue
		}
		if first < 0 {
			first = len(valid)
		}
		valid = append(valid, "\uFFFD"...)
		text = text[brokenOff(text):]
	}
	return slices.Clip(valid), first // parsers tell offsets by what is left of the capacity
}

// brokenOff is how many bytes of an invalid text are the beginning of a character; at least 1.
func brokenOff(text []byte) int {
	need, low, high := 0, byte(0x80), byte(0xBF)
	switch c := text[0]; {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
		if c == 0xE0 {
			low = 0xA0
		} else if c == 0xED {
			high = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		need = 3
		if c == 0xF0 {
			low = 0x90
		} else if c == 0xF4 {
			high = 0x8F
		}
	}
	n := 1
	for ; n <= need && n < len(text) && low <= text[n] && text[n] <= high; n++ {
		low, high = 0x80, 0xBF
	}
	return n
}

// at is the position of an offset. Offsets beyond the end are the end.
func (s *source) at(offset int) Position {
	offset = max(0, min(offset, len(s.text)))
	for offset > 0 && offset < len(s.text) && !utf8.RuneStart(s.text[offset]) {
		offset-- // parsers point into characters, too
	}
	line := sort.SearchInts(s.lines, offset+1) - 1
	return Position{s.file, line + 1, utf8.RuneCount(s.text[s.lines[line]:offset]) + 1}
}

// offset is the inverse for a line and a column that counts bytes, as parsers
// report them; both start at 1.
func (s *source) offset(line, column int) int {
	line = max(1, min(line, len(s.lines)))
	return min(s.lines[line-1]+max(column, 1)-1, len(s.text))
}

func (s *source) syntax(offset int, message, fix string) Diagnostic {
	return Diagnostic{Severity: Error, Code: CodeSyntax, Pos: s.at(offset), Message: message, Fix: fix}
}
