package ecmaregexp

import (
	"slices"
	"sync"
	"unicode"
)

// span is the code points from lo to hi.
type span struct{ lo, hi rune }

// set is a set of code points: sorted spans that neither overlap nor touch. low has the first 256 of them once more.
type set struct {
	spans []span
	low   [4]uint64
}

const last = unicode.MaxRune

// newSet makes a set of spans in any order.
func newSet(spans []span) *set {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b span) int { return int(a.lo - b.lo) })
	s := &set{}
	for _, next := range spans {
		if n := len(s.spans); n > 0 && next.lo <= s.spans[n-1].hi+1 {
			s.spans[n-1].hi = max(s.spans[n-1].hi, next.hi)
		} else {
			s.spans = append(s.spans, next)
		}
	}
	for _, one := range s.spans {
		for c := one.lo; c <= min(one.hi, 255); c++ {
			s.low[c>>6] |= 1 << (c & 63)
		}
	}
	return s
}

func (s *set) contains(c rune) bool {
	if c < 256 {
		return s.low[c>>6]&(1<<(c&63)) != 0
	}
	return s.containsHigh(c)
}

func (s *set) containsHigh(c rune) bool {
	from, to := 0, len(s.spans)
	for from < to {
		if i := (from + to) / 2; s.spans[i].hi < c {
			from = i + 1
		} else {
			to = i
		}
	}
	return from < len(s.spans) && s.spans[from].lo <= c
}

func (s *set) complement() *set {
	var spans []span
	next := rune(0)
	for _, one := range s.spans {
		if one.lo > next {
			spans = append(spans, span{next, one.lo - 1})
		}
		next = one.hi + 1
	}
	if next <= last {
		spans = append(spans, span{next, last})
	}
	return newSet(spans)
}

func (s *set) union(t *set) *set { return newSet(slices.Concat(s.spans, t.spans)) }

func (s *set) intersect(t *set) *set {
	var spans []span
	for i, j := 0, 0; i < len(s.spans) && j < len(t.spans); {
		a, b := s.spans[i], t.spans[j]
		if lo, hi := max(a.lo, b.lo), min(a.hi, b.hi); lo <= hi {
			spans = append(spans, span{lo, hi})
		}
		if a.hi < b.hi {
			i++
		} else {
			j++
		}
	}
	return newSet(spans)
}

func (s *set) minus(t *set) *set { return s.intersect(t.complement()) }

// only is the one member of a set that has just one.
func (s *set) only() (rune, bool) {
	if len(s.spans) == 1 && s.spans[0].lo == s.spans[0].hi {
		return s.spans[0].lo, true
	}
	return 0, false
}

// fold adds what is the same as a member if case is ignored.
func (s *set) fold(unicode bool) *set {
	var more []span
	for _, class := range foldings(unicode) {
		if slices.ContainsFunc(class, s.contains) {
			for _, c := range class {
				more = append(more, span{c, c})
			}
		}
	}
	if len(more) == 0 {
		return s
	}
	return newSet(append(more, s.spans...))
}

// foldings are the classes of code points that are the same if case is ignored, by either rule of
// https://tc39.es/ecma262/#sec-runtime-semantics-canonicalize-ch.
func foldings(unicode bool) [][]rune {
	if unicode {
		return unicodeFoldings()
	}
	return upperFoldings()
}

var (
	unicodeFoldings = sync.OnceValue(func() [][]rune { return classes(last, canonicalUnicode) })
	upperFoldings   = sync.OnceValue(func() [][]rune { return classes(0xffff, canonicalUpper) })
)

func classes(end rune, canonical func(rune) rune) [][]rune {
	by := make(map[rune][]rune)
	for c := rune(0); c <= end; c++ {
		if canon := canonical(c); canon != c {
			by[canon] = append(by[canon], c)
		}
	}
	list := make([][]rune, 0, len(by))
	for canon, others := range by {
		list = append(list, append(others, canon))
	}
	return list
}

// canonicalUnicode is simple case folding, by the least member of a class.
func canonicalUnicode(c rune) rune {
	if c < 'A' {
		return c
	}
	least := c
	for next := unicode.SimpleFold(c); next != c; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// canonicalUpper is the upper case of a code unit, if that is a single one and does not turn into ASCII.
func canonicalUpper(c rune) rune {
	if expands(c) {
		return c
	}
	upper := unicode.ToUpper(c)
	if upper > 0xffff || c >= 128 && upper < 128 {
		return c
	}
	return upper
}

// expands reports whether the upper case of a character is more than one.
func expands(c rune) bool {
	switch {
	case c < 0xdf:
		return false
	case c == 0xdf, c == 0x149, c == 0x1f0, c == 0x390, c == 0x3b0, c == 0x587, 0x1e96 <= c && c <= 0x1e9a,
		c == 0x1f50, c == 0x1f52, c == 0x1f54, c == 0x1f56, 0x1f80 <= c && c <= 0x1faf,
		0x1fb2 <= c && c <= 0x1fb4, c == 0x1fb6, c == 0x1fb7, c == 0x1fbc, 0x1fc2 <= c && c <= 0x1fc4, c == 0x1fc6, c == 0x1fc7, c == 0x1fcc,
		c == 0x1fd2, c == 0x1fd3, c == 0x1fd6, c == 0x1fd7, 0x1fe2 <= c && c <= 0x1fe4, c == 0x1fe6, c == 0x1fe7,
		0x1ff2 <= c && c <= 0x1ff4, c == 0x1ff6, c == 0x1ff7, c == 0x1ffc, 0xfb00 <= c && c <= 0xfb06, 0xfb13 <= c && c <= 0xfb17:
		return true
	}
	return false
}

// The classes of escapes.
var (
	digits     = newSet([]span{{'0', '9'}})
	words      = newSet([]span{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}})
	spaces     = newSet([]span{{'\t', '\r'}, {' ', ' '}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}})
	lineEnds   = newSet([]span{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}})
	everything = newSet([]span{{0, last}})
)

// IsSpace reports whether \s matches a character: whether it is WhiteSpace or LineTerminator.
func IsSpace(c rune) bool { return spaces.contains(c) }

// wordCharacters is what \w stands for.
func wordCharacters(f Flags) *set {
	if f.fullUnicode() && f.IgnoreCase {
		return foldedWords()
	}
	return words
}

var foldedWords = sync.OnceValue(func() *set { return words.fold(true) })

func isHigh(unit uint16) bool { return unit&0xfc00 == 0xd800 }
func isLow(unit uint16) bool  { return unit&0xfc00 == 0xdc00 }

// each calls do with each member, in order.
func (s *set) each(do func(c rune)) {
	for _, one := range s.spans {
		for c := one.lo; c <= one.hi; c++ {
			do(c)
		}
	}
}
