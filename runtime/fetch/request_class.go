package fetch

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// RequestClass is the class Request.
var RequestClass = webidl.NewClass("Request", requestIDL{})

type requestIDL struct{}

func (requestIDL) Define(class *webidl.Class) {
	class.Parent = BodyClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		return newRequest(c.Realm, c.Arg(0), c.Arg(1), "Failed to construct 'Request': constructor parameter 2")
	}
	class.Members = []webidl.Member{
		webidl.Method("clone", 0, func(req *Request, c webidl.Call) goja.Value {
			copied, err := req.clone()
			c.Check(err)
			return c.Realm.New(RequestClass, copied)
		}),
		webidl.ReadOnly("method", func(req *Request, c webidl.Call) goja.Value { return c.String(req.method) }),
		webidl.ReadOnly("url", func(req *Request, c webidl.Call) goja.Value { return c.String(req.location()) }),
		webidl.ReadOnly("headers", func(req *Request, c webidl.Call) goja.Value { return req.headersObject(req.headerList()) }),
		webidl.ReadOnly("redirect", func(req *Request, c webidl.Call) goja.Value {
			if req.manual {
				return c.String("manual")
			}
			return c.String("follow")
		}),
		webidl.ReadOnly("fetcher", func(req *Request, c webidl.Call) goja.Value {
			if req.fetcher == nil {
				return goja.Null()
			}
			return req.fetcher
		}),
		webidl.ReadOnly("signal", func(req *Request, c webidl.Call) goja.Value { return req.abortSignal().Object() }),
		webidl.ReadOnly("cf", func(req *Request, c webidl.Call) goja.Value { return req.cfValue() }),
		webidl.ReadOnly("integrity", func(req *Request, c webidl.Call) goja.Value { return c.String("") }),
		webidl.ReadOnly("keepalive", func(req *Request, c webidl.Call) goja.Value { return c.Bool(false) }),
		webidl.ReadOnly("cache", func(req *Request, c webidl.Call) goja.Value {
			if req.cache == "" {
				return c.Undefined()
			}
			return c.String(req.cache)
		}),
	}
}
