package main

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// columnsOf is how many columns of a terminal a character takes.
func columnsOf(c rune) int {
	switch {
	case c < utf8.RuneSelf:
		return 1
	case c == 0x200d || c >= 0xfe00 && c <= 0xfe0f || unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf):
		return 0 // it changes the one before it
	}
	if kind := width.LookupRune(c).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

// widthOf is how many columns of a terminal a text takes, without its colours.
func widthOf[T string | []byte](text T) int {
	n := 0
	for i := 0; i < len(text); {
		if text[i] == '\x1b' {
			if code := colorCode([]byte(text[i:])); code > 0 {
				i += code
				continue
			}
		}
		if text[i] < utf8.RuneSelf {
			n++
			i++
			continue
		}
		c, size := utf8.DecodeRuneInString(string(text[i:min(len(text), i+utf8.UTFMax)]))
		n += columnsOf(c)
		i += size
	}
	return n
}

// fitted is a text without colours, cut off if it takes more columns than most.
func fitted(text string, most int) string {
	if widthOf(text) <= most {
		return text
	}
	n := 0
	for i, c := range text {
		if n += columnsOf(c); n > most-1 {
			return text[:i] + "…"
		}
	}
	return text
}

// narrowest is the narrowest terminal in which lines are broken between words: in a narrower one there is little to gain.
const narrowest = 30

// wrapped is a line, which may have colours, broken between words so that none of its lines takes more columns than there
// are after an indentation. A line with a command or a path in it that somebody may want to copy is left to the terminal.
func wrapped(line string, columns, indentation int) string {
	columns -= indentation
	if columns < narrowest || widthOf(line) <= columns || strings.Contains(line, " --") || strings.Contains(line, "\n") {
		return line
	}
	return filled(strings.Split(line, " "), " ", columns)
}

// filled is lines of words, which may have colours, with a gap between each two, none of which takes more columns than there are
// unless one word does.
func filled(words []string, gap string, columns int) string {
	var b strings.Builder
	at := 0
	for i, word := range words {
		n := widthOf(word)
		switch {
		case i == 0:
		case at+len(gap)+n > columns:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteString(gap)
			at += len(gap)
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// excerpted is a line of source that takes no more columns than most, and where a column of it, counted from zero in
// characters, is then.
func excerpted(text string, column, most int) (string, int) {
	runes := []rune(text)
	if len(runes) <= most || most < 10 {
		return text, column
	}
	from := max(0, min(column-most/2, len(runes)-most))
	to := from + most
	cut := append([]rune(nil), runes[from:to]...)
	if from > 0 {
		cut[0] = '…'
	}
	if to < len(runes) {
		cut[len(cut)-1] = '…'
	}
	return string(cut), column - from
}
