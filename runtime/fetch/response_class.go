package fetch

import (
	"net/http"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// ResponseClass is the class Response.
var ResponseClass = webidl.NewClass("Response", responseIDL{})

type responseIDL struct{}

func (responseIDL) Define(class *webidl.Class) {
	class.Parent = BodyClass
	class.Construct = func(c webidl.Call) any {
		res := &Response{}
		res.realm = c.Realm
		res.initialize(c.Arg(1), "Failed to construct 'Response': constructor parameter 2")
		res.setBody(c.Arg(0))
		return res
	}
	class.Members = []webidl.Member{
		webidl.Method("clone", 0, func(res *Response, c webidl.Call) goja.Value {
			copied, err := res.clone()
			c.Check(err)
			return c.Realm.New(ResponseClass, copied)
		}),
		webidl.ReadOnly("status", func(res *Response, c webidl.Call) goja.Value { return c.Realm.Int(res.status) }),
		webidl.ReadOnly("statusText", func(res *Response, c webidl.Call) goja.Value { return c.String(res.statusText) }),
		webidl.ReadOnly("headers", func(res *Response, c webidl.Call) goja.Value { return res.headersObject(&res.list) }),
		webidl.ReadOnly("ok", func(res *Response, c webidl.Call) goja.Value {
			return c.Bool(res.status >= 200 && res.status < 300)
		}),
		webidl.ReadOnly("redirected", func(res *Response, c webidl.Call) goja.Value { return c.Bool(res.redirected) }),
		webidl.ReadOnly("url", func(res *Response, c webidl.Call) goja.Value { return c.String(res.url) }),
		webidl.ReadOnly("webSocket", func(res *Response, c webidl.Call) goja.Value {
			if res.socket == nil {
				return goja.Null()
			}
			return res.socket.Object()
		}),
		webidl.ReadOnly("cf", func(res *Response, c webidl.Call) goja.Value { return orUndefined(res.cf) }),
		webidl.ReadOnly("type", func(res *Response, c webidl.Call) goja.Value {
			if res.failed {
				return c.String("error")
			}
			return c.String("default")
		}),
	}
	class.Statics = []webidl.Member{
		webidl.Static("error", 0, func(c webidl.Call) goja.Value {
			res := &Response{failed: true}
			res.realm = c.Realm
			return c.Realm.New(ResponseClass, res)
		}),
		webidl.Static("redirect", 1, func(c webidl.Call) goja.Value {
			res := &Response{status: http.StatusFound}
			res.realm = c.Realm
			input := c.USVString(0)
			u, err := weburl.Parse(input)
			if err != nil {
				c.Throw(webidl.TypeErrorf("Unable to parse URL: %s", input))
			}
			if c.Has(1) {
				res.status = statusOf(c.Realm, c.Arg(1))
			}
			if !redirectStatus(res.status) {
				c.Throw(webidl.RangeErrorf("%d is not a redirect status code. It must be one of: 301, 302, 303, 307, or 308.", res.status))
			}
			c.Check(c.Realm.CheckIO())
			res.list = Headers{fields: []field{{"Location", u.Href()}}, immutable: true}
			return c.Realm.New(ResponseClass, res)
		}),
		webidl.Static("json", 1, func(c webidl.Call) goja.Value {
			// What JSON cannot express becomes the text "undefined", as in Workers; the standard throws.
			text := c.Realm.USVString(c.Realm.StringifyJSONValue(c.Arg(0)))
			res := &Response{}
			res.realm = c.Realm
			res.initialize(c.Arg(1), "Failed to execute 'json' on 'Response': parameter 2")
			if nullBodyStatus(res.status) {
				c.Throw(errNullBody)
			}
			c.Check(c.Realm.CheckIO())
			res.content = textContent(text)
			if res.list.index("content-type") < 0 {
				res.list.fields = append(res.list.fields, field{"Content-Type", "application/json"})
			}
			return c.Realm.New(ResponseClass, res)
		}),
	}
}

// orUndefined returns a value that may never have been set.
func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}
