package bundle

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// source finds in a file that is not bundled how functions were written there before esbuild printed them. It reads the
// file when it is asked first.
type source struct {
	path string

	mu     sync.Mutex
	tokens *tokens           // nil if they cannot be told apart
	found  map[string]string // by esbuild's text
}

// find returns the text of a function or class that esbuild prints so, or the printed text if there is none that surely is it.
func (s *source) find(printed string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.found == nil {
		s.found = make(map[string]string)
		if code, err := os.ReadFile(s.path); err == nil {
			s.tokens, _ = scan(code)
		}
	}
	text, ok := s.found[printed]
	if !ok {
		text = printed
		if list, err := scan([]byte(printed)); err == nil && s.tokens != nil {
			if only, ok := s.tokens.only(list); ok {
				text = only
			}
		}
		s.found[printed] = text
	}
	return text
}

// only returns the text that esbuild prints so; ok is false if there is none or there are several.
func (t *tokens) only(printed *tokens) (text string, ok bool) {
	for i := range t.list {
		end := t.printedSo(i, printed)
		if end < 0 {
			continue
		}
		here := string(t.code[t.list[i].start:t.list[end-1].end])
		if ok && here != text {
			return "", false
		}
		text, ok = here, true
	}
	return text, ok
}

// printedSo returns the token behind those from one on that esbuild prints so, or -1.
func (t *tokens) printedSo(at int, printed *tokens) int {
	p, i := 0, at
	var left []int // closing parentheses that are printed only
	for p < len(printed.list) {
		switch {
		case slices.Contains(left, p):
			p++
		case i < len(t.list) && t.printedToken(i, printed, p):
			p++
			i++
		case t.is(i+1, "=>") && printed.is(p, "(") && printed.is(p+2, ")") && printed.is(p+3, "=>") && t.printedToken(i, printed, p+1):
			p += 3
			i++
		case i == at:
			return -1
		case printed.is(p, ";"): // where a line ended
			p++
		case t.is(i, ";"), t.is(i, ",") && (t.is(i+1, ")") || t.is(i+1, "]") || t.is(i+1, "}")):
			i++
		case t.is(i, "undefined") && printed.is(p, "void") && printed.is(p+1, "0"):
			p += 2
			i++
		case printed.is(p, "(") && printed.is(p-1, "of"): // of a loop that was lowered
			left = append(left, int(printed.list[p].mate))
			p++
		case printed.is(p, "static") && printed.is(p+1, "{") && printed.is(p+2, "__name"):
			p = int(printed.list[p+1].mate) + 1
		default:
			return -1
		}
	}
	return i
}

// printedToken reports whether esbuild may print a token so: variables may have got a number, and texts other quotes and escapes.
func (t *tokens) printedToken(i int, printed *tokens, p int) bool {
	mine, other := t.list[i], printed.list[p]
	if mine.kind != other.kind {
		return false
	}
	a, b := t.code[mine.start:mine.end], printed.code[other.start:other.end]
	if bytes.Equal(a, b) {
		return true
	}
	switch mine.kind {
	case word:
		return len(b) > len(a) && bytes.HasPrefix(b, a) && strings.Trim(string(b[len(a):]), "0123456789") == ""
	case text:
		return escaped(a) || escaped(b) || bytes.Equal(a[1:len(a)-1], b[1:len(b)-1])
	case template, regex:
		return escaped(a) || escaped(b)
	case number:
		x, known := numberOf(string(a))
		y, _ := numberOf(string(b))
		return known && x == y
	}
	return false
}

// escaped reports whether a text may be written otherwise.
func escaped(text []byte) bool {
	return bytes.IndexByte(text, '\\') >= 0 || bytes.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

func numberOf(text string) (value float64, ok bool) {
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return float64(n), true
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}
