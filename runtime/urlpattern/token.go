package urlpattern

import (
	"unicode"
	"unicode/utf8"
)

// A token is a piece of a pattern string: https://urlpattern.spec.whatwg.org/#tokens
type token struct {
	kind  tokenKind
	start int // where it stands in the input, in bytes
	value string
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenOpen
	tokenClose
	tokenRegexp
	tokenName
	tokenChar
	tokenEscapedChar
	tokenOtherModifier
	tokenAsterisk
	tokenInvalidChar
)

// tokenizer cuts a pattern string into tokens.
type tokenizer struct {
	input   string
	lenient bool // what is no token becomes an invalid char rather than an error
	tokens  []token
}

// tokenize ends its result with a tokenEnd. With lenient it never fails.
//
// https://urlpattern.spec.whatwg.org/#tokenize
func tokenize(input string, lenient bool) ([]token, error) {
	t := tokenizer{input: input, lenient: lenient, tokens: make([]token, 0, len(input)+1)}
	for i := 0; i < len(input); {
		next, err := t.next(i)
		if err != nil {
			return nil, err
		}
		i = next
	}
	t.add(tokenEnd, len(input), len(input), "")
	return t.tokens, nil
}

// add adds a token and returns where it ends.
func (t *tokenizer) add(kind tokenKind, start, end int, value string) (int, error) {
	t.tokens = append(t.tokens, token{kind, start, value})
	return end, nil
}

// next adds the token that starts at i and returns where it ends.
func (t *tokenizer) next(i int) (int, error) {
	_, size := utf8.DecodeRuneInString(t.input[i:])
	end := i + size
	switch t.input[i] {
	case '*':
		return t.add(tokenAsterisk, i, end, "*")
	case '+', '?':
		return t.add(tokenOtherModifier, i, end, t.input[i:end])
	case '{':
		return t.add(tokenOpen, i, end, "{")
	case '}':
		return t.add(tokenClose, i, end, "}")
	case '\\':
		if end == len(t.input) {
			return t.invalid(i, end, "a backslash escapes nothing")
		}
		_, size := utf8.DecodeRuneInString(t.input[end:])
		return t.add(tokenEscapedChar, i, end+size, t.input[end:end+size])
	case ':':
		return t.name(i)
	case '(':
		return t.regexp(i)
	}
	return t.add(tokenChar, i, end, t.input[i:end])
}

// invalid is "process a tokenizing error".
func (t *tokenizer) invalid(start, end int, why string) (int, error) {
	if !t.lenient {
		return 0, syntaxErrorf("%s at %d", why, start)
	}
	return t.add(tokenInvalidChar, start, end, t.input[start:end])
}

func (t *tokenizer) name(i int) (int, error) {
	start := i + len(":")
	end := start
	for end < len(t.input) {
		r, size := utf8.DecodeRuneInString(t.input[end:])
		if !isNameCodePoint(r, end == start) {
			break
		}
		end += size
	}
	if end == start {
		return t.invalid(i, start, "a colon without a name")
	}
	return t.add(tokenName, i, end, t.input[start:end])
}

// regexp adds the group in parentheses at i. Groups in it must not capture.
func (t *tokenizer) regexp(i int) (int, error) {
	start := i + len("(")
	depth := 1
	for at := start; at < len(t.input); at++ {
		switch c := t.input[at]; {
		case c >= utf8.RuneSelf:
			return t.invalid(i, start, "a regular expression with characters that are not ASCII")
		case at == start && c == '?':
			return t.invalid(i, start, "a regular expression that starts with a question mark")
		case c == '\\':
			at++
			if at == len(t.input) {
				return t.invalid(i, start, "a regular expression that ends in a backslash")
			}
			if t.input[at] >= utf8.RuneSelf {
				return t.invalid(i, start, "a regular expression with characters that are not ASCII")
			}
		case c == ')':
			if depth--; depth > 0 {
				continue
			}
			if at == start {
				return t.invalid(i, start, "an empty regular expression")
			}
			return t.add(tokenRegexp, i, at+1, t.input[start:at])
		case c == '(':
			depth++
			if at+1 == len(t.input) || t.input[at+1] != '?' {
				return t.invalid(i, start, "a regular expression with a capturing group")
			}
		}
	}
	return t.invalid(i, start, "a regular expression without its closing parenthesis")
}

// isNameCodePoint reports whether r may stand in the name of a group: what may stand in a JavaScript identifier.
//
// https://urlpattern.spec.whatwg.org/#is-a-valid-name-code-point
func isNameCodePoint(r rune, first bool) bool {
	switch {
	case r < utf8.RuneSelf:
		return 'a' <= r|0x20 && r|0x20 <= 'z' || r == '$' || r == '_' || !first && '0' <= r && r <= '9'
	case unicode.In(r, unicode.Pattern_Syntax, unicode.Pattern_White_Space):
		return false
	case unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start):
		return true
	}
	return !first && (r == '\u200c' || r == '\u200d' || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue))
}
