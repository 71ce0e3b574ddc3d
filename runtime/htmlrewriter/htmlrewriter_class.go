package htmlrewriter

import (
	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// HTMLRewriterClass is the class HTMLRewriter.
var HTMLRewriterClass = webidl.NewClass("HTMLRewriter", htmlRewriterIDL{})

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global {
	return []webidl.Global{webidl.ClassGlobal(HTMLRewriterClass)}
}

type htmlRewriterIDL struct{}

func (htmlRewriterIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return &HTMLRewriter{} }
	class.Members = []webidl.Member{
		webidl.Method("on", 2, func(h *HTMLRewriter, c webidl.Call) goja.Value {
			selector := c.USVString(0)
			d := handlerDictionary(c, 1, "on", "ElementContentHandlers")
			rule := elementRule{handlers: elementHandlers{d.handler("element"), d.handler("comments"), d.handler("text")}}
			var err error
			rule.selectors, err = parseSelector(selector)
			check(c, err)
			h.elements = append(h.elements, rule)
			return c.This
		}),
		webidl.Method("onDocument", 1, func(h *HTMLRewriter, c webidl.Call) goja.Value {
			d := handlerDictionary(c, 0, "onDocument", "DocumentContentHandlers")
			h.documents = append(h.documents, documentHandlers{
				d.handler("doctype"), d.handler("comments"), d.handler("text"), d.handler("end"),
			})
			return c.This
		}),
		webidl.Method("transform", 1, func(h *HTMLRewriter, c webidl.Call) goja.Value {
			res, ok := fetch.ResponseOf(c.Realm, c.Arg(0))
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'transform' on 'HTMLRewriter': parameter 1 is not of type 'Response'."))
			}
			transformed, err := h.transform(c.Realm, res, c.Arg(0))
			c.Check(err)
			return transformed
		}),
	}
}

// handlers is a converted dictionary of handlers, whose methods are called on the dictionary itself.
type handlers struct {
	webidl.Dictionary
	call webidl.Call
	kind string
}

func handlerDictionary(c webidl.Call, i int, method, kind string) handlers {
	v := c.Arg(i)
	if _, ok := v.(*goja.Object); !ok && !webidl.IsNullish(v) {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'HTMLRewriter': parameter %d is not of type '%s'.", method, i+1, kind))
	}
	return handlers{c.Dictionary(i), c, kind}
}

// handler returns a handler, nil if it is not there.
func (d handlers) handler(name string) handler {
	v, ok := d.Get(name)
	if !ok {
		return nil
	}
	if _, ok := goja.AssertFunction(v); !ok {
		d.call.Throw(webidl.TypeErrorf("Incorrect type for the '%s' field on '%s': the provided value is not of type 'function'.", name, d.kind))
	}
	return &callback{fn: d.call.Realm.Callback(v, name), this: d.Object()}
}
