package bundle

import (
	"bytes"
	"fmt"
	"slices"
)

// A token of JavaScript as esbuild prints it: correct, without JSX or types.
type token struct {
	kind       tokenKind
	newline    bool  // a line break stands before it
	first      byte  // of its text
	start, end int32 // in bytes
	mate       int32 // of a bracket, its partner's index; else -1
}

type tokenKind uint8

const (
	word     tokenKind = iota // identifiers and keywords
	private                   // #name
	punct                     // operators and brackets
	text                      // '…', "…"
	template                  // a piece of `…${…}…`; the pieces around one ${…} are mates
	number
	regex
	gone // blanked
)

// tokens is a scanned text.
type tokens struct {
	code []byte
	list []token
}

func (t *tokens) text(i int) string { return string(t.code[t.list[i].start:t.list[i].end]) }

// is reports whether token i exists and reads so. Strings and names never read like an operator.
func (t *tokens) is(i int, text string) bool {
	return uint(i) < uint(len(t.list)) && t.list[i].first == text[0] && string(t.code[t.list[i].start:t.list[i].end]) == text
}

func (t *tokens) kind(i int, kind tokenKind) bool {
	return i >= 0 && i < len(t.list) && t.list[i].kind == kind
}

// scan splits code into tokens and pairs its brackets. An error means that it was misread.
func scan(code []byte) (*tokens, error) {
	s := scanner{tokens: tokens{code: code, list: make([]token, 0, len(code)/4)}}
	for s.skipSpace(); s.at < len(code); s.skipSpace() {
		if err := s.next(); err != nil {
			return nil, err
		}
	}
	if len(s.open) > 0 {
		return nil, s.errorAt(int(s.list[s.open[len(s.open)-1]].start), "unclosed bracket")
	}
	if s.inComment {
		return nil, s.errorAt(len(code), "unclosed comment")
	}
	return &s.tokens, nil
}

type scanner struct {
	tokens
	at      int
	newline bool
	open    []int32 // brackets and template heads

	inComment bool // at the end
}

func (s *scanner) errorAt(at int, problem string) error {
	line := bytes.Count(s.code[:at], []byte("\n")) + 1
	return fmt.Errorf("line %d of the bundle: %s", line, problem)
}

func (s *scanner) add(kind tokenKind, end int) {
	s.list = append(s.list, token{kind: kind, newline: s.newline, first: s.code[s.at], start: int32(s.at), end: int32(end), mate: -1})
	s.at = end
}

func (s *scanner) skipSpace() {
	s.newline = false
	for s.at < len(s.code) {
		switch c := s.code[s.at]; {
		case c == '\n':
			s.newline = true
			s.at++
		case c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f':
			s.at++
		case c == '/' && s.at+1 < len(s.code) && s.code[s.at+1] == '/':
			end := bytes.IndexByte(s.code[s.at:], '\n')
			if end < 0 {
				end = len(s.code) - s.at
			}
			s.at += end
		case c == '/' && s.at+1 < len(s.code) && s.code[s.at+1] == '*':
			end := bytes.Index(s.code[s.at+2:], []byte("*/"))
			if end < 0 {
				s.at, s.inComment = len(s.code), true
				return
			}
			s.newline = s.newline || bytes.IndexByte(s.code[s.at:s.at+2+end], '\n') >= 0
			s.at += end + 4
		default:
			return
		}
	}
}

func (s *scanner) next() error {
	switch c := s.code[s.at]; {
	case isWordByte(c) && (c < '0' || c > '9'):
		s.add(word, s.wordEnd(s.at))
	case c == '#':
		s.add(private, s.wordEnd(s.at+1))
	case c >= '0' && c <= '9', c == '.' && s.at+1 < len(s.code) && s.code[s.at+1] >= '0' && s.code[s.at+1] <= '9':
		s.add(number, s.numberEnd())
	case c == '"' || c == '\'':
		end := s.textEnd(c)
		if end < 0 {
			return s.errorAt(s.at, "unclosed string")
		}
		s.add(text, end)
	case c == '`':
		return s.templatePiece()
	case c == '}' && len(s.open) > 0 && s.list[s.open[len(s.open)-1]].kind == template:
		return s.templatePiece()
	case c == '(' || c == '[' || c == '{':
		s.open = append(s.open, int32(len(s.list)))
		s.add(punct, s.at+1)
	case c == ')' || c == ']' || c == '}':
		return s.close(c)
	case c == '/' && s.regexAllowed():
		if end := s.regexEnd(); end > 0 {
			s.add(regex, end)
		} else {
			s.add(punct, s.operatorEnd())
		}
	default:
		s.add(punct, s.operatorEnd())
	}
	return nil
}

func (s *scanner) close(c byte) error {
	if len(s.open) == 0 {
		return s.errorAt(s.at, "closing bracket without an opening one")
	}
	mate := s.open[len(s.open)-1]
	if open := s.code[s.list[mate].start]; !(open == '(' && c == ')' || open == '[' && c == ']' || open == '{' && c == '}') {
		return s.errorAt(s.at, "brackets cross")
	}
	s.open = s.open[:len(s.open)-1]
	s.list[mate].mate = int32(len(s.list))
	s.add(punct, s.at+1)
	s.list[len(s.list)-1].mate = mate
	return nil
}

// templatePiece scans from ` or } to the next ${ or `.
func (s *scanner) templatePiece() error {
	continued := s.code[s.at] == '}'
	i := s.at + 1
	for ; i < len(s.code) && s.code[i] != '`' && !(s.code[i] == '$' && i+1 < len(s.code) && s.code[i+1] == '{'); i++ {
		if s.code[i] == '\\' {
			i++
		}
	}
	if i >= len(s.code) {
		return s.errorAt(s.at, "unclosed template")
	}
	mate := int32(-1)
	if continued {
		mate = s.open[len(s.open)-1]
		s.open = s.open[:len(s.open)-1]
		s.list[mate].mate = int32(len(s.list))
	}
	if s.code[i] == '$' {
		s.open = append(s.open, int32(len(s.list)))
		s.add(template, i+2)
	} else {
		s.add(template, i+1)
		s.list[len(s.list)-1].mate = mate
	}
	return nil
}

// wordBytes are those that identifiers and keywords are made of.
var wordBytes = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c == '\\' || c >= 0x80
	}
	return is
}()

func isWordByte(c byte) bool { return wordBytes[c] }

func (s *scanner) wordEnd(i int) int {
	for i < len(s.code) && isWordByte(s.code[i]) {
		if s.code[i] == '\\' && i+2 < len(s.code) && s.code[i+1] == 'u' && s.code[i+2] == '{' {
			for i < len(s.code) && s.code[i] != '}' {
				i++
			}
		}
		i++
	}
	return min(i, len(s.code))
}

func (s *scanner) numberEnd() int {
	i := s.at
	for i < len(s.code) && (isWordByte(s.code[i]) || s.code[i] == '.' ||
		(s.code[i] == '+' || s.code[i] == '-') && (s.code[i-1] == 'e' || s.code[i-1] == 'E') && !bytes.HasPrefix(s.code[s.at:], []byte("0x"))) {
		i++
	}
	return i
}

func (s *scanner) textEnd(quote byte) int {
	for i := s.at + 1; i < len(s.code); i++ {
		switch s.code[i] {
		case quote:
			return i + 1
		case '\\':
			i++
		case '\n':
			return -1
		}
	}
	return -1
}

// regexEnd returns where the literal ends, flags included, or 0 if there is none.
func (s *scanner) regexEnd() int {
	inClass := false
	for i := s.at + 1; i < len(s.code) && s.code[i] != '\n'; i++ {
		switch c := s.code[i]; {
		case c == '\\':
			i++
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case c == '/' && !inClass:
			return s.wordEnd(i + 1)
		}
	}
	return 0
}

// regexAllowed tells whether a slash after the last token begins a regular expression.
func (s *scanner) regexAllowed() bool {
	last := len(s.list) - 1
	if last < 0 {
		return true
	}
	switch t := s.list[last]; t.kind {
	case word:
		return !s.is(last-1, ".") && !s.is(last-1, "?.") && slices.Contains(wordsBeforeExpression, s.text(last))
	case punct:
		switch s.code[t.start] {
		case ')':
			before := int(s.list[last].mate) - 1
			return s.is(before, "if") || s.is(before, "while") || s.is(before, "for") || s.is(before, "with") || s.is(before, "await") && s.is(before-1, "for")
		case ']':
			return false
		case '}':
			return s.newline || s.closesBlock(last)
		case '+', '-':
			return t.end-t.start < 2 || s.code[t.end-1] == '='
		}
		return true
	case template:
		return s.code[t.end-1] == '{'
	}
	return false
}

var wordsBeforeExpression = []string{
	"return", "typeof", "instanceof", "in", "of", "new", "delete", "void", "throw", "case", "do", "else", "yield", "await", "default", "extends",
}

// closesBlock reports whether the brace ends statements, and not an object.
func (s *scanner) closesBlock(brace int) bool {
	before := int(s.list[brace].mate) - 1
	if before < 0 {
		return true
	}
	switch s.text(before) {
	case ")", ";", "{", "}", "=>", "else", "do", "try", "finally":
		return true
	}
	return false
}

// operatorEnd finds the longest operator, one character after the other.
func (s *scanner) operatorEnd() int {
	end := s.at + 1
	for end < len(s.code) && isOperator(s.code[s.at:end+1]) {
		end++
	}
	if end == s.at+2 && s.code[s.at] == '?' && s.code[end-1] == '.' && end < len(s.code) && s.code[end] >= '0' && s.code[end] <= '9' {
		end-- // a ?.5 : b
	}
	return end
}

// isOperator knows the operators of several characters; ".." is on the way to "...".
func isOperator(text []byte) bool {
	switch string(text) {
	case "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**", "..",
		"===", "!==", "...", "&&=", "||=", "??=", "**=", "<<=", ">>=", ">>>", ">>>=":
		return true
	}
	return false
}
