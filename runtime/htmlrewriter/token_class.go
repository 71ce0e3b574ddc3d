package htmlrewriter

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// The classes of what handlers are given, but for Element.
var (
	TextClass        = webidl.NewClass("Text", textIDL{})
	CommentClass     = webidl.NewClass("Comment", commentIDL{})
	DoctypeClass     = webidl.NewClass("Doctype", doctypeIDL{})
	EndTagClass      = webidl.NewClass("EndTag", endTagIDL{})
	DocumentEndClass = webidl.NewClass("DocumentEnd", documentEndIDL{})
)

type textIDL struct{}

func (textIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("text", func(s *scopeOf[*Text], c webidl.Call) goja.Value { return c.String(s.live(c).text) }),
		webidl.ReadOnly("lastInTextNode", func(s *scopeOf[*Text], c webidl.Call) goja.Value { return c.Bool(s.live(c).last) }),
		removed[*Text](),
		put("before", "Text", putContent, (*Text).addBefore),
		put("after", "Text", putContent, (*Text).addAfter),
		put("replace", "Text", putContent, (*Text).replace),
		remove[*Text](),
	}
}

type commentIDL struct{}

func (commentIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Attribute("text",
			func(s *scopeOf[*Comment], c webidl.Call) goja.Value { return c.String(s.live(c).Text()) },
			func(s *scopeOf[*Comment], c webidl.Call, v goja.Value) {
				check(c, s.live(c).SetText(c.Realm.USVString(v)))
			}),
		removed[*Comment](),
		put("before", "Comment", putText, (*Comment).addBefore),
		put("after", "Comment", putText, (*Comment).addAfter),
		put("replace", "Comment", putText, (*Comment).replace),
		remove[*Comment](),
	}
}

type doctypeIDL struct{}

func (doctypeIDL) Define(class *webidl.Class) {
	part := func(name string, get func(d *Doctype) *string) webidl.Member {
		return webidl.ReadOnly(name, func(s *scopeOf[*Doctype], c webidl.Call) goja.Value {
			text := get(s.live(c))
			if text == nil {
				return goja.Null()
			}
			return c.String(*text)
		})
	}
	class.Members = []webidl.Member{
		part("name", func(d *Doctype) *string { return d.Name }),
		part("publicId", func(d *Doctype) *string { return d.PublicID }),
		part("systemId", func(d *Doctype) *string { return d.SystemID }),
	}
}

type endTagIDL struct{}

func (endTagIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Attribute("name",
			func(s *scopeOf[*EndTag], c webidl.Call) goja.Value { return c.String(s.live(c).Name()) },
			func(s *scopeOf[*EndTag], c webidl.Call, v goja.Value) { s.live(c).SetName(c.Realm.USVString(v)) }),
		put("before", "EndTag", putContent, (*EndTag).addBefore),
		put("after", "EndTag", putContent, (*EndTag).addAfter),
		remove[*EndTag](),
	}
}

type documentEndIDL struct{}

func (documentEndIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		put("append", "DocumentEnd", putText, (*DocumentEnd).addBefore),
	}
}

// put is a method of a token that takes content, in a way, and returns the token.
func put[T token](name, class string, take func(c webidl.Call, method, class string, put func(content)), do func(t T, c content)) webidl.Member {
	return webidl.Method(name, 1, func(s *scopeOf[T], c webidl.Call) goja.Value {
		t := s.live(c)
		take(c, name, class, func(content content) { do(t, content) })
		return c.This
	})
}

func remove[T token]() webidl.Member {
	return webidl.Method("remove", 0, func(s *scopeOf[T], c webidl.Call) goja.Value {
		s.live(c).changes().removed = true
		return c.This
	})
}

func removed[T token]() webidl.Member {
	return webidl.ReadOnly("removed", func(s *scopeOf[T], c webidl.Call) goja.Value {
		return c.Bool(s.live(c).changes().removed)
	})
}
