package htmlrewriter

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// ElementClass is the class Element of HTMLRewriter.
var ElementClass = webidl.NewClass("Element", elementIDL{})

var attributesIteratorClass = webidl.NewIteratorClass("AttributesIterator")

type elementIDL struct{}

func (elementIDL) Define(class *webidl.Class) {
	// put is a method that takes content and returns the element.
	put := func(name string, do func(e *Element, c content)) webidl.Member {
		return webidl.Method(name, 1, func(s *elementScope, c webidl.Call) goja.Value {
			e := s.live(c)
			putContent(c, name, "Element", func(content content) { do(e, content) })
			return c.This
		})
	}
	// do is a method without arguments that returns the element.
	do := func(name string, do func(e *Element)) webidl.Member {
		return webidl.Method(name, 0, func(s *elementScope, c webidl.Call) goja.Value {
			do(s.live(c))
			return c.This
		})
	}
	class.Members = []webidl.Member{
		webidl.Attribute("tagName",
			func(s *elementScope, c webidl.Call) goja.Value { return c.String(s.live(c).TagName()) },
			func(s *elementScope, c webidl.Call, v goja.Value) {
				check(c, s.live(c).SetTagName(c.Realm.USVString(v)))
			}),
		webidl.ReadOnly("attributes", func(s *elementScope, c webidl.Call) goja.Value {
			it := &attributeIterator{element: s.live(c)}
			s.iterators = append(s.iterators, it)
			return it.object(c.Realm)
		}),
		webidl.ReadOnly("removed", func(s *elementScope, c webidl.Call) goja.Value { return c.Bool(s.live(c).removed) }),
		webidl.ReadOnly("namespaceURI", func(s *elementScope, c webidl.Call) goja.Value {
			return c.String(s.live(c).NamespaceURI())
		}),
		webidl.Method("getAttribute", 1, func(s *elementScope, c webidl.Call) goja.Value {
			value, ok := s.live(c).GetAttribute(c.USVString(0))
			if !ok {
				return goja.Null()
			}
			return c.String(value)
		}),
		webidl.Method("hasAttribute", 1, func(s *elementScope, c webidl.Call) goja.Value {
			return c.Bool(s.live(c).HasAttribute(c.USVString(0)))
		}),
		webidl.Method("setAttribute", 2, func(s *elementScope, c webidl.Call) goja.Value {
			check(c, s.live(c).SetAttribute(c.USVString(0), c.USVString(1)))
			s.changed()
			return c.This
		}),
		webidl.Method("removeAttribute", 1, func(s *elementScope, c webidl.Call) goja.Value {
			s.live(c).RemoveAttribute(c.USVString(0))
			s.changed()
			return c.This
		}),
		put("before", (*Element).Before),
		put("after", (*Element).After),
		put("prepend", (*Element).Prepend),
		put("append", (*Element).Append),
		put("replace", (*Element).Replace),
		put("setInnerContent", (*Element).SetInnerContent),
		do("remove", (*Element).Remove),
		do("removeAndKeepContent", (*Element).RemoveAndKeepContent),
		webidl.Method("onEndTag", 1, func(s *elementScope, c webidl.Call) goja.Value {
			e := s.live(c)
			if _, ok := goja.AssertFunction(c.Arg(0)); !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'onEndTag' on 'Element': parameter 1 is not of type 'function'."))
			}
			check(c, e.OnEndTag(&callback{fn: c.Function(0, "The handler"), this: goja.Undefined()}))
			return c.Undefined()
		}),
	}
}

// check throws the error of a token, which is the parser's.
func check(c webidl.Call, err error) {
	if err != nil {
		c.Throw(webidl.TypeErrorf("Parser error: %s", err))
	}
}

func (it *attributeIterator) object(r *webidl.Realm) goja.Value {
	return r.New(attributesIteratorClass, &webidl.Iterator{Next: func() (goja.Value, bool) {
		switch {
		case it.over:
			panic(r.ErrorValue(errOver))
		case it.changed:
			panic(r.ErrorValue(errAttributesChanged))
		}
		name, value, ok := it.element.Attribute(it.next)
		if !ok {
			return nil, false
		}
		it.next++
		return r.Strings([]string{name, value}), true
	}})
}
