package htmlrewriter

import (
	"strings"
	"unicode/utf8"
)

// cssToken is a token of CSS, as far as selectors have them: https://drafts.csswg.org/css-syntax/#tokenization
type cssToken struct {
	kind  cssKind
	text  string // the name of an identifier, a hash or a function; a string's value; a delimiter; the source of a number
	id    bool   // a hash that is an identifier
	space bool   // there is white space before it
}

type cssKind int

const (
	cssEnd cssKind = iota
	cssIdent
	cssFunction // name and "("
	cssHash
	cssString
	cssNumber // with its unit, if any
	cssDelim  // any other character
	cssMatch  // "~=", "|=", "^=", "$=" or "*="
	cssBad    // a string that a line ends
)

// cssTokens splits a selector. Comments are not there, and white space is what comes before a token, so that the end
// tells whether the selector ends with some.
func cssTokens(s string) []cssToken {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\x00", "\uFFFD").Replace(s)
	l := cssLexer{s: s}
	var list []cssToken
	for {
		t := l.next()
		list = append(list, t)
		if t.kind == cssEnd {
			return list
		}
	}
}

type cssLexer struct {
	s   string
	pos int
}

// at returns the byte n after the next one, 0 past the end.
func (l *cssLexer) at(n int) byte {
	if l.pos+n < len(l.s) {
		return l.s[l.pos+n]
	}
	return 0
}

func (l *cssLexer) next() cssToken {
	space := false
	for {
		switch {
		case cssSpace(l.at(0)):
			space = true
			l.pos++
			continue
		case strings.HasPrefix(l.s[l.pos:], "/*"):
			end := strings.Index(l.s[l.pos+2:], "*/")
			if end < 0 {
				l.pos = len(l.s)
			} else {
				l.pos += 2 + end + 2
			}
			continue
		}
		break
	}
	t := l.token()
	t.space = space
	return t
}

func (l *cssLexer) token() cssToken {
	if l.pos == len(l.s) {
		return cssToken{}
	}
	c := l.at(0)
	switch {
	case c == '"' || c == '\'':
		return l.quoted(c)
	case c == '#' && (cssNameByte(l.at(1)) || l.escapes(1)):
		l.pos++
		id := l.startsName()
		return cssToken{kind: cssHash, text: l.name(), id: id}
	case l.startsNumber():
		return l.number()
	case strings.HasPrefix(l.s[l.pos:], "-->"):
		l.pos += len("-->")
		return cssToken{kind: cssDelim, text: "-->"}
	case l.startsName():
		name := l.name()
		if l.at(0) == '(' {
			l.pos++
			return cssToken{kind: cssFunction, text: name}
		}
		return cssToken{kind: cssIdent, text: name}
	case strings.IndexByte("~|^$*", c) >= 0 && l.at(1) == '=':
		l.pos += 2
		return cssToken{kind: cssMatch, text: l.s[l.pos-2 : l.pos]}
	}
	_, size := utf8.DecodeRuneInString(l.s[l.pos:])
	l.pos += size
	return cssToken{kind: cssDelim, text: l.s[l.pos-size : l.pos]}
}

func cssSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

// cssNameStart and cssNameByte are name-start and name code points; all of a character beyond ASCII is one.
func cssNameStart(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c >= 0x80
}

func cssNameByte(c byte) bool { return cssNameStart(c) || cssDigit(c) || c == '-' }

func cssDigit(c byte) bool { return '0' <= c && c <= '9' }

// escapes reports whether an escape begins n bytes on.
func (l *cssLexer) escapes(n int) bool {
	return l.at(n) == '\\' && l.at(n+1) != '\n'
}

func (l *cssLexer) startsName() bool {
	if l.at(0) == '-' {
		return cssNameStart(l.at(1)) || l.at(1) == '-' || l.escapes(1)
	}
	return cssNameStart(l.at(0)) || l.escapes(0)
}

func (l *cssLexer) startsNumber() bool {
	n := 0
	if c := l.at(0); c == '+' || c == '-' {
		n = 1
	}
	return cssDigit(l.at(n)) || l.at(n) == '.' && cssDigit(l.at(n+1))
}

func (l *cssLexer) name() string {
	var b strings.Builder
	for {
		switch c := l.at(0); {
		case cssNameByte(c):
			b.WriteByte(c)
			l.pos++
		case l.escapes(0):
			l.pos++
			b.WriteRune(l.escaped())
		default:
			return b.String()
		}
	}
}

// escaped reads what follows a backslash.
func (l *cssLexer) escaped() rune {
	code, digits := rune(0), 0
	for digits < 6 {
		v, ok := hexDigit(l.at(digits))
		if !ok {
			break
		}
		code = code<<4 | v
		digits++
	}
	if digits == 0 {
		r, size := utf8.DecodeRuneInString(l.s[l.pos:])
		l.pos += size
		return r
	}
	l.pos += digits
	if cssSpace(l.at(0)) {
		l.pos++
	}
	if code == 0 || !utf8.ValidRune(code) {
		return utf8.RuneError
	}
	return code
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case cssDigit(c):
		return rune(c - '0'), true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10, true
	}
	return 0, false
}

func (l *cssLexer) quoted(quote byte) cssToken {
	l.pos++
	var b strings.Builder
	for {
		switch c := l.at(0); {
		case l.pos == len(l.s):
			return cssToken{kind: cssString, text: b.String()}
		case c == quote:
			l.pos++
			return cssToken{kind: cssString, text: b.String()}
		case c == '\n':
			return cssToken{kind: cssBad}
		case c == '\\' && l.at(1) == '\n':
			l.pos += 2
		case c == '\\' && l.pos+1 == len(l.s):
			l.pos++
		case c == '\\':
			l.pos++
			b.WriteRune(l.escaped())
		default:
			b.WriteByte(c)
			l.pos++
		}
	}
}

// number reads a number and its unit. Selectors have numbers in An+B only, which is read from the source.
func (l *cssLexer) number() cssToken {
	from := l.pos
	l.pos++
	for cssDigit(l.at(0)) || l.at(0) == '.' && cssDigit(l.at(1)) {
		l.pos++
	}
	if l.startsName() {
		l.name()
	} else if l.at(0) == '%' {
		l.pos++
	}
	return cssToken{kind: cssNumber, text: l.s[from:l.pos]}
}
