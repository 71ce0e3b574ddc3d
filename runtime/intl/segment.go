package intl

import (
	"sync"

	"devserver/runtime/ecmaregexp"
)

// Segmentation is that of https://www.unicode.org/reports/tr29/, without the dictionaries by which ICU finds words where
// none are separated: in Thai, Lao, Khmer and Burmese a run of letters is one word, in Chinese each character, and in
// Japanese each character of Han or Hiragana.

// character is a character of a text, and where it begins, in UTF-16 code units.
type character struct {
	c  rune
	at int
}

// characters are those of a text; at the end is one that is none.
func characters(units func(i int) uint16, length int) []character {
	list := make([]character, 0, length+1)
	for i := 0; i < length; {
		c, at := rune(units(i)), i
		i++
		if c&0xfc00 == 0xd800 && i < length {
			if low := rune(units(i)); low&0xfc00 == 0xdc00 {
				c = 0x10000 + (c-0xd800)<<10 + (low - 0xdc00)
				i++
			}
		}
		list = append(list, character{c, at})
	}
	return append(list, character{-1, length})
}

// properties are those of characters that segmentation looks at.
type properties struct {
	extend, prepend, spacing, control, pictographic, linker, consonant func(c rune) bool
	alphabetic, ideographic, numeric, letter, lower, upper, format     func(c rune) bool
	hebrew, katakana, hiragana, han, complex                           func(c rune) bool
	open, closing, initial, final                                      func(c rune) bool
}

var theProperties = sync.OnceValue(func() *properties {
	p := ecmaregexp.Property
	complex := []func(rune) bool{p("sc=Thai"), p("sc=Lao"), p("sc=Khmer"), p("sc=Myanmar")}
	mark := p("Mc")
	graphemeExtend, modifier := p("Grapheme_Extend"), p("Emoji_Modifier")
	cc, cf, zl, zp, surrogate := p("Cc"), p("Cf"), p("Zl"), p("Zp"), p("Cs")
	props := &properties{
		pictographic: p("Extended_Pictographic"), alphabetic: p("Alphabetic"), ideographic: p("Ideographic"), numeric: p("Nd"), letter: p("L"),
		lower: p("Lowercase"), upper: p("Uppercase"), format: cf, hebrew: p("sc=Hebrew"), katakana: p("sc=Katakana"), hiragana: p("sc=Hiragana"), han: p("sc=Han"),
		open: p("Ps"), closing: p("Pe"), initial: p("Pi"), final: p("Pf"),
	}
	props.extend = func(c rune) bool { return graphemeExtend(c) || modifier(c) || c == 0x200c }
	props.prepend = func(c rune) bool {
		switch {
		case 0x600 <= c && c <= 0x605, c == 0x6dd, c == 0x70f, c == 0x890, c == 0x891, c == 0x8e2, c == 0xd4e, c == 0x110bd, c == 0x110cd,
			c == 0x111c2, c == 0x111c3, c == 0x113d1, c == 0x1193f, c == 0x11941, 0x11a84 <= c && c <= 0x11a89, c == 0x11d46, c == 0x11f02:
			return true
		}
		return false
	}
	props.spacing = func(c rune) bool {
		switch {
		case c == 0xe33, c == 0xeb3:
			return true
		case c == 0x102b, c == 0x102c, c == 0x1038, 0x1062 <= c && c <= 0x1064, 0x1067 <= c && c <= 0x106d, c == 0x1083, 0x1087 <= c && c <= 0x108c,
			c == 0x108f, 0x109a <= c && c <= 0x109c, c == 0x1a61, c == 0x1a63, c == 0x1a64, c == 0xaa7b, c == 0xaa7d, c == 0x11720, c == 0x11721:
			return false
		}
		return mark(c) && !props.extend(c)
	}
	props.control = func(c rune) bool {
		return (cc(c) || cf(c) || zl(c) || zp(c) || surrogate(c)) && c != 0x200c && c != 0x200d && !props.prepend(c) && !props.extend(c)
	}
	props.linker = func(c rune) bool {
		switch c {
		case 0x94d, 0x9cd, 0xacd, 0xb4d, 0xc4d, 0xd4d, 0x1039, 0x17d2, 0x1a60, 0x1b44, 0x1bab, 0xa9c0, 0xaaf6:
			return true
		}
		return false
	}
	consonants := [][2]rune{{0x915, 0x939}, {0x958, 0x95f}, {0x978, 0x97f}, {0x995, 0x9b9}, {0x9dc, 0x9df}, {0x9f0, 0x9f1}, {0xa95, 0xab9}, {0xaf9, 0xaf9},
		{0xb15, 0xb39}, {0xb5c, 0xb5f}, {0xb71, 0xb71}, {0xc15, 0xc39}, {0xc58, 0xc5a}, {0xd15, 0xd3a}, {0x1000, 0x102a}, {0x1780, 0x17b3}, {0x1b0b, 0x1b33},
		{0x1b83, 0x1baf}, {0xa989, 0xa9b2}, {0xaae0, 0xaaea}}
	props.consonant = func(c rune) bool {
		for _, r := range consonants {
			if r[0] <= c && c <= r[1] {
				return props.letter(c)
			}
		}
		return false
	}
	props.complex = func(c rune) bool {
		for _, is := range complex {
			if is(c) {
				return true
			}
		}
		return false
	}
	return props
})

const (
	zwj  = 0x200d
	none = -1
)

func regional(c rune) bool { return 0x1f1e6 <= c && c <= 0x1f1ff }

// hangul is the kind of a Hangul syllable's part, or 0.
func hangul(c rune) byte {
	switch {
	case 0x1100 <= c && c <= 0x115f, 0xa960 <= c && c <= 0xa97c:
		return 'L'
	case 0x1160 <= c && c <= 0x11a7, 0xd7b0 <= c && c <= 0xd7c6:
		return 'V'
	case 0x11a8 <= c && c <= 0x11ff, 0xd7cb <= c && c <= 0xd7fb:
		return 'T'
	case 0xac00 <= c && c <= 0xd7a3:
		if (c-0xac00)%28 == 0 {
			return '2' // LV
		}
		return '3' // LVT
	}
	return 0
}

// nextGrapheme is the index of the character after the cluster that begins at i.
func nextGrapheme(text []character, i int) int {
	p := theProperties()
	flags, pictographic, conjunct, linked := 0, false, false, false
	for ; ; i++ {
		c, next := text[i].c, text[i+1].c
		if regional(c) {
			flags++
		} else {
			flags = 0
		}
		switch {
		case p.pictographic(c):
			pictographic = true
		case !p.extend(c) && c != zwj:
			pictographic = false
		}
		switch {
		case p.consonant(c):
			conjunct, linked = true, false
		case p.linker(c):
			linked = conjunct
		case !p.extend(c) && c != zwj:
			conjunct, linked = false, false
		}
		a, b := hangul(c), hangul(next)
		switch {
		case next == none:
			return i + 1
		case c == '\r' && next == '\n':
		case p.control(c) || p.control(next):
			return i + 1
		case a == 'L' && (b == 'L' || b == 'V' || b == '2' || b == '3'), (a == '2' || a == 'V') && (b == 'V' || b == 'T'), (a == '3' || a == 'T') && b == 'T':
		case p.extend(next) || next == zwj || p.spacing(next) || p.prepend(c):
		case linked && p.consonant(next):
		case pictographic && c == zwj && p.pictographic(next):
		case regional(c) && regional(next) && flags%2 == 1:
		default:
			return i + 1
		}
	}
}

// wordClass is the Word_Break of a character, by a letter.
func wordClass(c rune) byte {
	p := theProperties()
	switch c {
	case none:
		return 0
	case '\r', '\n', 0xb, 0xc, 0x85, 0x2028, 0x2029:
		return 'N' // newlines
	case zwj:
		return 'Z'
	case '\'':
		return 'q'
	case '"':
		return 'Q'
	case 0x2018, 0x2019, 0x2024, 0xfe52, 0xff07, 0xff0e:
		return 'B' // between letters and between digits
	case 0xb7, 0x387, 0x55f, 0x5f4, 0x2027, 0xfe13, 0xfe55, 0xff1a:
		return 'l' // between letters
	case '.', ',', ';', 0x37e, 0x589, 0x60c, 0x60d, 0x66c, 0x7f8, 0x2044, 0xfe10, 0xfe14, 0xfe50, 0xfe54, 0xff0c, 0xff1b:
		return 'n' // between digits
	case '_', 0x202f, 0x203f, 0x2040, 0x2054, 0xfe33, 0xfe34, 0xfe4d, 0xfe4e, 0xfe4f, 0xff3f:
		return '_'
	case ' ', 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2008, 0x2009, 0x200a, 0x205f, 0x3000:
		return ' '
	case 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x309b, 0x309c, 0x30a0, 0x30fc, 0xff70:
		return 'K'
	case 0x66b:
		return '0'
	case 0x200b:
		return 'o'
	}
	switch {
	case regional(c):
		return 'R'
	case p.extend(c) || p.spacing(c) && !p.complex(c):
		return 'X'
	case p.format(c):
		return 'X'
	case p.numeric(c):
		return '0'
	case p.katakana(c):
		return 'K'
	case p.complex(c):
		return 'T'
	case p.han(c) || p.hiragana(c) || p.ideographic(c):
		return 'H'
	case p.hebrew(c) && p.letter(c):
		return 'h'
	case p.alphabetic(c), 0x2c2 <= c && c <= 0x2df && !p.extend(c), c == 0x5f3:
		return 'A'
	}
	return 'o'
}

// nextWord is the index of the character after the word that begins at i, and whether it is more than punctuation.
func nextWord(text []character, i int) (end int, like bool) {
	p := theProperties()
	letter := func(k byte) bool { return k == 'A' || k == 'h' }
	last := byte(0)   // the class before this one, without what extends it
	before := byte(0) // the one before that
	flags := 0
	for ; ; i++ {
		c, k := text[i].c, wordClass(text[i].c)
		next := wordClass(text[i+1].c)
		if k != 'X' && k != 'Z' || last == 0 {
			before, last = last, k
		}
		if k == 'R' {
			flags++
		}
		like = like || letter(k) || k == '0' || k == 'K' || k == 'H' || k == 'T'
		following := byte(0) // the class after the next, without what extends it
		for j := i + 2; j < len(text); j++ {
			if following = wordClass(text[j].c); following != 'X' && following != 'Z' {
				break
			}
		}
		between := func(k byte) bool { return k == 'l' || k == 'B' || k == 'q' }
		amid := func(k byte) bool { return k == 'n' || k == 'B' || k == 'q' }
		switch {
		case next == 0:
			return i + 1, like
		case c == '\r' && text[i+1].c == '\n':
		case k == 'N' || next == 'N':
			return i + 1, like
		case k == 'Z' && p.pictographic(text[i+1].c):
		case k == ' ' && next == ' ':
		case next == 'X' || next == 'Z':
		case letter(last) && letter(next):
		case letter(last) && between(next) && letter(following):
		case letter(before) && between(last) && letter(next):
		case last == 'h' && next == 'q':
		case last == 'h' && next == 'Q' && following == 'h', before == 'h' && last == 'Q' && next == 'h':
		case last == '0' && (next == '0' || letter(next)), letter(last) && next == '0':
		case before == '0' && amid(last) && next == '0', last == '0' && amid(next) && following == '0':
		case last == 'K' && next == 'K', last == 'T' && next == 'T':
		case (letter(last) || last == '0' || last == 'K' || last == '_') && next == '_':
		case last == '_' && (letter(next) || next == '0' || next == 'K'):
		case last == 'R' && next == 'R' && flags%2 == 1:
		default:
			return i + 1, like
		}
	}
}

// sentenceClass is the Sentence_Break of a character, by a letter.
func sentenceClass(c rune) byte {
	p := theProperties()
	switch c {
	case none:
		return 0
	case '\r', '\n', 0x85, 0x2028, 0x2029:
		return 'P'
	case '.', 0x2024, 0xfe52, 0xff0e:
		return '.'
	case '!', '?', 0x589, 0x61d, 0x61e, 0x61f, 0x6d4, 0x964, 0x965, 0x203c, 0x203d, 0x2047, 0x2048, 0x2049, 0x3002, 0xfe15, 0xfe16, 0xfe56, 0xfe57, 0xff01, 0xff1f, 0xff61:
		return '!'
	case ',', '-', ':', 0x55d, 0x60c, 0x60d, 0x7f8, 0x1802, 0x1808, 0x2013, 0x2014, 0x3001, 0xfe10, 0xfe11, 0xfe13, 0xfe31, 0xfe32, 0xfe50, 0xfe51, 0xfe55, 0xfe58, 0xfe63, 0xff0c, 0xff0d, 0xff1a, 0xff64:
		return ','
	case '"', '\'', 0x275b, 0x275c, 0x275d, 0x275e:
		return ')'
	case '\t', 0xb, 0xc, ' ', 0xa0, 0x1680, 0x202f, 0x205f, 0x3000:
		return ' '
	}
	switch {
	case 0x2000 <= c && c <= 0x200a:
		return ' '
	case p.extend(c) || p.spacing(c) || c == zwj || p.format(c):
		return 'X'
	case p.open(c) || p.closing(c) || p.initial(c) || p.final(c):
		return ')'
	case p.numeric(c):
		return '0'
	case p.lower(c):
		return 'a'
	case p.upper(c):
		return 'A'
	case p.alphabetic(c):
		return 'L'
	}
	return 'o'
}

// nextSentence is the index of the character after the sentence that begins at i.
func nextSentence(text []character, i int) int {
	var before, last byte // classes without what extends them
	state := byte(0)      // after a terminator: '.', '!', then ')' and ' '
	var terminator byte
	for ; ; i++ {
		c, k := text[i].c, sentenceClass(text[i].c)
		next := sentenceClass(text[i+1].c)
		if k != 'X' || last == 0 {
			before, last = last, k
			switch {
			case k == '.' || k == '!':
				state, terminator = k, k
			case k == ')' && (state == '.' || state == '!' || state == ')'):
				state = ')'
			case k == ' ' && state != 0:
				state = ' '
			case k != 'P':
				state, terminator = 0, 0
			}
		}
		if next == 0 {
			return i + 1
		}
		if c == '\r' && text[i+1].c == '\n' {
			continue
		}
		if k == 'P' {
			return i + 1
		}
		if next == 'X' || state == 0 {
			continue
		}
		switch {
		case last == '.' && next == '0':
			continue
		case (before == 'A' || before == 'a') && last == '.' && next == 'A':
			continue
		}
		if terminator == '.' { // not before what goes on in lower case
			lower := false
			for j := i + 1; j < len(text); j++ {
				f := sentenceClass(text[j].c)
				if f == 'a' {
					lower = true
				}
				if f == 'a' || f == 'A' || f == 'L' || f == 'P' || f == '.' || f == '!' || f == 0 {
					break
				}
			}
			if lower {
				continue
			}
		}
		switch {
		case next == ',' || next == '.' || next == '!':
			continue
		case state != ' ' && (next == ')' || next == ' ' || next == 'P'):
			continue
		case state == ' ' && (next == ' ' || next == 'P'):
			continue
		}
		return i + 1
	}
}
