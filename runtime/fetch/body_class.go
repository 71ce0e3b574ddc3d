package fetch

import (
	"github.com/dop251/goja"

	"devserver/runtime/blob"
	"devserver/runtime/webidl"
)

// BodyClass is the class Body, which Request and Response inherit from. The standard has a mixin instead, and so no
// such class; Workers show one.
var BodyClass = webidl.NewClass("Body", bodyIDL{})

type bodyIDL struct{}

func (bodyIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("body", func(m bodied, c webidl.Call) goja.Value {
			b := m.base()
			if b.content == nil {
				return goja.Null()
			}
			return b.content.readable(c.Realm).Object()
		}),
		webidl.ReadOnly("bodyUsed", func(m bodied, c webidl.Call) goja.Value { return c.Bool(m.base().content.isUsed()) }),
		webidl.Promising("arrayBuffer", 0, func(m bodied, c webidl.Call) goja.Value {
			r := c.Realm
			return m.base().content.consume(r, func(text string, data []byte) goja.Value {
				return r.ArrayBuffer(owned(text, data))
			})
		}),
		webidl.Promising("bytes", 0, func(m bodied, c webidl.Call) goja.Value {
			r := c.Realm
			return m.base().content.consume(r, func(text string, data []byte) goja.Value {
				return r.Uint8Array(owned(text, data))
			})
		}),
		webidl.Promising("text", 0, func(m bodied, c webidl.Call) goja.Value {
			r := c.Realm
			return m.base().content.consume(r, func(text string, data []byte) goja.Value {
				return decodeText(r, text, data)
			})
		}),
		webidl.Promising("json", 0, func(m bodied, c webidl.Call) goja.Value {
			r := c.Realm
			return m.base().content.consume(r, func(text string, data []byte) goja.Value {
				return r.ParseJSONValue(decodeText(r, text, data))
			})
		}),
		webidl.Promising("formData", 0, func(m bodied, c webidl.Call) goja.Value {
			r, contentType := c.Realm, contentTypeOf(m)
			return m.base().content.consume(r, func(text string, data []byte) goja.Value {
				form, err := parseForm(contentType, owned(text, data))
				c.Check(err)
				return r.New(blob.FormDataClass, form)
			})
		}),
		webidl.Promising("blob", 0, func(m bodied, c webidl.Call) goja.Value {
			r, contentType := c.Realm, contentTypeOf(m)
			return m.base().content.consume(r, func(text string, data []byte) goja.Value {
				return newBlob(r, owned(text, data), contentType)
			})
		}),
	}
}

// contentTypeOf returns the Content-Type header, "" if there is none.
func contentTypeOf(m bodied) string {
	value, _ := m.headerList().get("content-type")
	return value
}
