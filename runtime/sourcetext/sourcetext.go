// Package sourcetext finds words in the text of scripts, so that an isolate gets what its script could use and nothing
// else. It does not parse: a word in a comment counts. The texts are large, bundles of megabytes, and are looked at on
// each reload.
package sourcetext

import (
	"strings"
	"sync"
)

// Text is the text of a script, in pieces. What is known of it holds if it holds for one of the pieces.
type Text []*Piece

// Of is a text of one piece.
func Of(text string) Text { return Text{NewPiece(text)} }

// Mentions reports whether a text has a word: one that is not part of a longer name.
func (t Text) Mentions(word string) bool {
	for _, p := range t {
		if Known(p, mention(word), func() bool { return mentions(p.Text, word) }) {
			return true
		}
	}
	return false
}

// Shows reports whether a text has a sign.
func (t Text) Shows(s *Sign) bool {
	for _, p := range t {
		if Known(p, s, func() bool { return s.in(p.Text) }) {
			return true
		}
	}
	return false
}

type mention string

// Sign is something by which a text shows what it could do.
type Sign struct{ in func(piece string) bool }

// NewSign makes a sign of how it is found.
func NewSign(in func(piece string) bool) *Sign { return &Sign{in} }

// Piece is a part of a text, and what is known of it: most of a script is the same after a reload.
type Piece struct {
	Text  string
	mu    sync.Mutex
	known map[any]any
}

// NewPiece makes a piece of which nothing is known.
func NewPiece(text string) *Piece { return &Piece{Text: text, known: make(map[any]any)} }

// Known is what find finds out about a piece, which is found out once for a key.
func Known[V any](p *Piece, key any, find func() V) V {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.known[key]; ok {
		return known.(V)
	}
	found := find()
	p.known[key] = found
	return found
}

func mentions(text, word string) bool {
	for i := range Occurrences(text, word) {
		if (i == 0 || !IsNamePart(text[i-1])) && (i+len(word) == len(text) || !IsNamePart(text[i+len(word)])) {
			return true
		}
	}
	return false
}

// Occurrences are the places where a word begins in a text, within longer words, too.
func Occurrences(text, word string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for from := 0; ; from++ {
			i := strings.Index(text[from:], word)
			if i < 0 || !yield(from+i) {
				return
			}
			from += i
		}
	}
}

// Words are the names in a text, each as often as it is there.
func Words(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for i := 0; i < len(text); {
			if !IsNamePart(text[i]) {
				i++
				continue
			}
			start := i
			for i < len(text) && IsNamePart(text[i]) {
				i++
			}
			if !yield(text[start:i]) {
				return
			}
		}
	}
}

// Around widens the piece of a text from start to end by some bytes, and then to the ends of what goes on of names, member
// chains and white space, and one byte more.
func Around(text string, start, end int) string {
	const some = 24
	start, end = max(start-some, 0), min(end+some, len(text))
	for start > 0 && isChained(text[start-1]) {
		start--
	}
	for end < len(text) && isChained(text[end]) {
		end++
	}
	return text[max(start-1, 0):min(end+1, len(text))]
}

// IsNamePart reports whether a byte can be part of a name. Those beyond ASCII do not count.
func IsNamePart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '$'
}

func isChained(c byte) bool {
	return IsNamePart(c) || c == '.' || c == ' ' || c == '\t' || c == '\n' || c == '\r'
}
