package weburl

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Pair is a name and its value, both decoded.
type Pair struct{ Name, Value string }

// SearchParams is the list of name-value pairs behind URLSearchParams. Names
// are case-sensitive and may repeat; an order is kept. The zero value is an
// empty list.
//
// A list that belongs to a URL (URL.SearchParams) and the URL's query follow
// each other, each being brought up to date when it is next looked at: setting
// href or search costs no parsing and a run of Appends no serialising.
//
// https://url.spec.whatwg.org/#interface-urlsearchparams
type SearchParams struct {
	pairs []Pair

	// url is the URL object, or nil for a list on its own.
	url *URL

	// unparsed is a query that is to replace pairs, if stale.
	unparsed string
	stale    bool

	// pending says that pairs have changes which url has not seen yet. Never
	// true together with stale.
	pending bool
}

// NewSearchParams returns a list of the given pairs, which it owns from now on.
func NewSearchParams(pairs []Pair) *SearchParams {
	return &SearchParams{pairs: pairs}
}

// ParseQuery is the application/x-www-form-urlencoded parser. It takes no
// leading "?" away: the constructor of URLSearchParams does that, for a string.
//
// https://url.spec.whatwg.org/#concept-urlencoded-parser
func ParseQuery(query string) *SearchParams {
	return NewSearchParams(parsePairs(query))
}

// SearchParams returns the list that belongs to u, the same one on each call.
func (u *URL) SearchParams() *SearchParams {
	if u.params == nil {
		u.params = &SearchParams{url: u}
		u.resetParams(u.query())
	}
	return u.params
}

// resetParams makes query the source of u's list, if it has one.
func (u *URL) resetParams(query string) {
	if p := u.params; p != nil {
		p.unparsed, p.stale, p.pending = query, true, false
	}
}

// update runs the update steps: the list becomes u's query.
//
// https://url.spec.whatwg.org/#concept-urlsearchparams-update
func (u *URL) update() {
	u.params.pending = false
	r := u.record()
	r.query = u.params.String()
	r.hasQuery = r.query != ""
	u.store(&r, u.href)
}

// load returns the up-to-date list.
func (p *SearchParams) load() []Pair {
	if p.stale {
		p.pairs, p.unparsed, p.stale = parsePairs(p.unparsed), "", false
	}
	return p.pairs
}

// change sets the list and lets the URL know.
func (p *SearchParams) change(pairs []Pair) {
	p.pairs = pairs
	p.pending = p.url != nil
}

// Size returns the number of pairs.
func (p *SearchParams) Size() int { return len(p.load()) }

// At returns the pair at index i, which must be less than Size. An iterator
// that counts indexes sees changes as JavaScript's does.
func (p *SearchParams) At(i int) Pair { return p.load()[i] }

// Append adds a pair at the end.
func (p *SearchParams) Append(name, value string) {
	p.change(append(p.load(), Pair{name, value}))
}

// Delete removes every pair with the name.
func (p *SearchParams) Delete(name string) {
	p.deleteFunc(func(pair Pair) bool { return pair.Name == name })
}

// DeletePair removes every pair with the name and the value.
func (p *SearchParams) DeletePair(name, value string) {
	p.deleteFunc(func(pair Pair) bool { return pair == Pair{name, value} })
}

func (p *SearchParams) deleteFunc(match func(Pair) bool) {
	p.change(slices.DeleteFunc(p.load(), match))
}

// Get returns the first value of the name; ok is false if there is none.
func (p *SearchParams) Get(name string) (value string, ok bool) {
	if i := indexName(p.load(), name); i >= 0 {
		return p.pairs[i].Value, true
	}
	return "", false
}

// GetAll returns the values of the name, nil if there is none.
func (p *SearchParams) GetAll(name string) []string {
	var values []string
	for _, pair := range p.load() {
		if pair.Name == name {
			values = append(values, pair.Value)
		}
	}
	return values
}

// Has reports whether there is a pair with the name.
func (p *SearchParams) Has(name string) bool { return indexName(p.load(), name) >= 0 }

// HasPair reports whether there is a pair with the name and the value.
func (p *SearchParams) HasPair(name, value string) bool {
	return slices.Contains(p.load(), Pair{name, value})
}

// Set gives the first pair with the name the value and removes the others. It
// appends a pair if there is none.
func (p *SearchParams) Set(name, value string) {
	i := indexName(p.load(), name)
	if i < 0 {
		p.Append(name, value)
		return
	}
	p.pairs[i].Value = value
	rest := slices.DeleteFunc(p.pairs[i+1:], func(pair Pair) bool { return pair.Name == name })
	p.change(p.pairs[:i+1+len(rest)])
}

// Sort sorts the pairs by name, comparing UTF-16 code units, and keeps the
// order of pairs whose names are equal.
func (p *SearchParams) Sort() {
	slices.SortStableFunc(p.load(), func(a, b Pair) int { return compareUTF16(a.Name, b.Name) })
	p.change(p.pairs)
}

// String returns the list as application/x-www-form-urlencoded.
//
// https://url.spec.whatwg.org/#concept-urlencoded-serializer
func (p *SearchParams) String() string {
	size := 0
	for _, pair := range p.load() {
		size += len(pair.Name) + len(pair.Value) + len("&=")
	}
	b := make([]byte, 0, size+size/8)
	for i, pair := range p.pairs {
		if i > 0 {
			b = append(b, '&')
		}
		b = appendForm(b, pair.Name)
		b = append(b, '=')
		b = appendForm(b, pair.Value)
	}
	return string(b)
}

// appendForm appends s, percent-encoded as in a form but with "+" for a space.
func appendForm(b []byte, s string) []byte {
	for {
		before, after, found := strings.Cut(s, " ")
		b = Form.Append(b, before)
		if !found {
			return b
		}
		b, s = append(b, '+'), after
	}
}

func parsePairs(query string) []Pair {
	if query == "" {
		return nil
	}
	pairs := make([]Pair, 0, strings.Count(query, "&")+1)
	for sequence := range strings.SplitSeq(query, "&") {
		if sequence == "" {
			continue
		}
		name, value, _ := strings.Cut(sequence, "=")
		pairs = append(pairs, Pair{decodeForm(name), decodeForm(value)})
	}
	return pairs
}

func decodeForm(s string) string {
	return decodeUTF8(PercentDecode(strings.ReplaceAll(s, "+", " ")))
}

func indexName(pairs []Pair, name string) int {
	return slices.IndexFunc(pairs, func(pair Pair) bool { return pair.Name == name })
}

// compareUTF16 compares two strings as JavaScript does. That differs from
// comparing UTF-8 only between U+E000–U+FFFF and what lies beyond, whose
// surrogates are less.
func compareUTF16(a, b string) int {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y {
			if d := firstUnit(x) - firstUnit(y); d != 0 {
				return int(d)
			}
			return int(x - y) // the same high surrogate
		}
		a, b = a[n:], b[m:]
	}
	return len(a) - len(b)
}

// firstUnit returns the first UTF-16 code unit of a character.
func firstUnit(r rune) rune {
	if high, _ := utf16.EncodeRune(r); high != utf8.RuneError {
		return high
	}
	return r
}
