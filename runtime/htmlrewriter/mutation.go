package htmlrewriter

import "slices"

// content is what a handler puts into the document.
type content struct {
	text string
	html bool // it is markup, else text, in which markup is escaped
	// stream, if not nil, gives the content when its place is reached.
	stream contentStream
}

// contentStream is a stream that a handler gave as content; the engine only passes it on.
type contentStream any

// mutations is what handlers do to a token.
type mutations struct {
	before, replacement, after []content
	removed                    bool
}

func (m *mutations) addBefore(c content) { m.before = append(m.before, c) }

// addAfter puts content right behind the token: what was put there before comes after it.
func (m *mutations) addAfter(c content) { m.after = slices.Insert(m.after, 0, c) }

func (m *mutations) replace(c content) {
	m.removed = true
	m.replacement = []content{c}
}

// token is what a handler is given. Each kind is a type of this package.
type token interface {
	// changes are what is to become of the token.
	changes() *mutations
	// appendTo appends the token itself, as it is by now.
	appendTo(dst []byte) []byte
}

func (m *mutations) changes() *mutations { return m }
