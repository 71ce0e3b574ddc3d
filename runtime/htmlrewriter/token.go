package htmlrewriter

import (
	"fmt"
	"strings"
)

// parserError is an error of the parser, or of what a handler asks of a token.
type parserError string

func (e parserError) Error() string { return string(e) }

// Text is a part of a text in the document.
type Text struct {
	mutations
	text string
	last bool // the text ends here
	raw  []byte
	cs   *charset
}

func (t *Text) appendTo(dst []byte) []byte {
	if t.cs.encoder != nil && !t.cs.exact {
		return t.cs.append(dst, t.text) // a character may have begun in the part before
	}
	return append(dst, t.raw...)
}

// Comment is a comment, or what is taken for one.
type Comment struct {
	mutations
	text []byte
	raw  []byte // nil once the text was changed
	cs   *charset
}

// Text returns what is in the comment.
func (c *Comment) Text() string { return c.cs.decode(c.text) }

// SetText changes what is in the comment, to what must not end it.
func (c *Comment) SetText(text string) error {
	if strings.Contains(text, "-->") || strings.Contains(text, "--!>") || strings.HasPrefix(text, ">") || strings.HasPrefix(text, "->") {
		return parserError("Comment text shouldn't contain a comment-closing sequence.")
	}
	b, ok := c.cs.encodeExactly(text)
	if !ok {
		return parserError("Comment text contains a character that can't be represented in the document's character encoding.")
	}
	c.text, c.raw = b, nil
	return nil
}

func (c *Comment) appendTo(dst []byte) []byte {
	if c.raw != nil {
		return append(dst, c.raw...)
	}
	dst = append(dst, "<!--"...)
	dst = append(dst, c.text...)
	return append(dst, "-->"...)
}

// Doctype is the document type. Handlers can look at it only.
type Doctype struct {
	mutations
	// Name is in lower case. Each is nil if it is not there.
	Name, PublicID, SystemID *string
	raw                      []byte
}

func (d *Doctype) appendTo(dst []byte) []byte { return append(dst, d.raw...) }

// DocumentEnd is the end of the document, to which content may be appended.
type DocumentEnd struct{ mutations }

func (*DocumentEnd) appendTo(dst []byte) []byte { return dst }

// EndTag is the end tag that closes an element, or one of those around it.
type EndTag struct {
	mutations
	name []byte
	raw  []byte // nil once the name was changed
	cs   *charset
}

// Name returns the name in lower case.
func (t *EndTag) Name() string { return lowerASCII(t.cs.decode(t.name)) }

// SetName changes the name, to any.
func (t *EndTag) SetName(name string) {
	t.name, t.raw = t.cs.append(nil, name), nil
}

func (t *EndTag) appendTo(dst []byte) []byte {
	if t.raw != nil {
		return append(dst, t.raw...)
	}
	dst = append(dst, "</"...)
	dst = append(dst, t.name...)
	return append(dst, '>')
}

// forbidden returns the error of a name with a character that cannot be in it, if it has one.
func forbidden(name, chars, what string) error {
	if i := strings.IndexAny(name, chars); i >= 0 {
		return parserError(fmt.Sprintf("`%c` character is forbidden in the %s", name[i], what))
	}
	return nil
}
