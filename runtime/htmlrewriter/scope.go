package htmlrewriter

import (
	"devserver/runtime/webidl"
)

// scope is the Go value behind the object that a handler is given. It ends when the handler is done, and with it all
// that scripts can do with the token.
type scope interface {
	class() *webidl.Class
	end()
}

func newScope(t token) scope {
	switch t := t.(type) {
	case *Element:
		return &elementScope{scopeOf[*Element]{token: t}, nil}
	case *Text:
		return &scopeOf[*Text]{token: t, of: TextClass}
	case *Comment:
		return &scopeOf[*Comment]{token: t, of: CommentClass}
	case *Doctype:
		return &scopeOf[*Doctype]{token: t, of: DoctypeClass}
	case *EndTag:
		return &scopeOf[*EndTag]{token: t, of: EndTagClass}
	case *DocumentEnd:
		return &scopeOf[*DocumentEnd]{token: t, of: DocumentEndClass}
	}
	panic("a token of no kind")
}

// scopeOf is the scope of a token that the engine has been given to a handler.
type scopeOf[T any] struct {
	token T
	of    *webidl.Class
	over  bool
}

func (s *scopeOf[T]) class() *webidl.Class { return s.of }
func (s *scopeOf[T]) end()                 { s.over = true }

// live returns the token, or throws.
func (s *scopeOf[T]) live(c webidl.Call) T {
	if s.over {
		c.Throw(errOver)
	}
	return s.token
}

var errOver = webidl.TypeErrorf("This content token is no longer valid. Content tokens are only valid during the execution of the relevant content handler.")

// elementScope is also the scope of the iterators over the element's attributes.
type elementScope struct {
	scopeOf[*Element]
	iterators []*attributeIterator
}

func (s *elementScope) class() *webidl.Class { return ElementClass }

func (s *elementScope) end() {
	s.over = true
	for _, it := range s.iterators {
		it.over = true
	}
}

// changed stops the iterators that are under way.
func (s *elementScope) changed() {
	for _, it := range s.iterators {
		it.changed = true
	}
}

// attributeIterator goes over the attributes of an element.
type attributeIterator struct {
	element       *Element
	next          int
	over, changed bool
}

var errAttributesChanged = webidl.Errorf("The attributes of this element have been modified during iteration. " +
	"You must create a new iterator after modifying attributes.")
