package config

import (
	"bytes"
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

// newSource takes the bytes of a file. A file that is not UTF-8 is an Error, at
// the first byte that is not; ok is false then.
func newSource(file string, data []byte) (s *source, ds Diagnostics, ok bool) {
	s = &source{file: file, text: bytes.TrimPrefix(data, byteOrderMark), lines: []int{0}}
	for i, c := range s.text {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	if utf8.Valid(s.text) {
		return s, nil, true
	}
	d := Diagnostic{Severity: Error, Code: CodeSyntax, Message: "this is not UTF-8 text", Fix: "save the file as UTF-8"}
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		d.Message = "this is UTF-16 text"
		d.Pos = Position{file, 1, 1}
	} else {
		d.Pos = s.at(invalidUTF8(s.text))
	}
	return s, Diagnostics{d}, false
}

func invalidUTF8(text []byte) int {
	offset := 0
	for offset < len(text) {
		r, size := utf8.DecodeRune(text[offset:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		offset += size
	}
	return offset
}

// at is the position of an offset. Offsets beyond the end are the end.
func (s *source) at(offset int) Position {
	offset = max(0, min(offset, len(s.text)))
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
