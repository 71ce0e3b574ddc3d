package fetch

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// errStreamClone is what workerd says of the body of what is cloned.
var errStreamClone = webidl.DOMErrorf("DataCloneError", "ReadableStream can only be serialized for RPC.")

// Clone implements [webidl.Cloneable], as in Workers.
func (h *Headers) Clone(r *webidl.Realm, _ *goja.Object) (*goja.Object, error) {
	return r.New(HeadersClass, h.clone()), nil
}

// Clone implements [webidl.Cloneable], as in Workers: a request that has a body cannot be cloned so.
func (req *Request) Clone(r *webidl.Realm, _ *goja.Object) (*goja.Object, error) {
	if req.content != nil {
		return nil, errStreamClone
	}
	copied, err := req.clone()
	if err != nil {
		return nil, err
	}
	return r.New(RequestClass, copied), nil
}

// Clone implements [webidl.Cloneable], as in Workers: a response that has a body cannot be cloned so.
func (res *Response) Clone(r *webidl.Realm, _ *goja.Object) (*goja.Object, error) {
	if res.content != nil {
		return nil, errStreamClone
	}
	copied, err := res.clone()
	if err != nil {
		return nil, err
	}
	return r.New(ResponseClass, copied), nil
}
