package fetch

import (
	"io"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Message is a Request or a Response on its way to another realm. It is no realm's.
type Message struct {
	// Body is the body that has to be read from somewhere; nil if there is none, or if it is all there.
	Body io.ReadCloser

	request  *Request // one of the two, without a realm
	response *Response
	header   *Headers
	known    *content
	length   int64
}

// ErrSignal says that a signal, or a Request that has been given one, cannot be sent to another realm.
var ErrSignal = webidl.DOMErrorf("DataCloneError", "AbortSignal serialization is not enabled.")

var errSocket = webidl.DOMErrorf("DataCloneError", `Could not serialize object of type "WebSocket". This type does not support serialization.`)

// Depart takes a Request or a Response apart, and its body away. It returns nil if obj is neither. The error is that its
// body cannot be taken.
func Depart(r *webidl.Realm, obj *goja.Object) (*Message, error) {
	m := &Message{}
	var body *content
	switch impl := r.Impl(obj).(type) {
	case *Request:
		if impl.signal != nil && !impl.asked {
			return nil, ErrSignal
		}
		cf := impl.cfText()
		m.request = &Request{method: impl.method, url: impl.location(), manual: impl.manual, raw: impl.raw, cache: impl.cache, cfJSON: cf}
		m.header, body = impl.headerList().clone(), impl.content
	case *Response:
		if impl.socket != nil {
			return nil, errSocket
		}
		m.response = &Response{status: impl.status, statusText: impl.statusText, manual: impl.manual, failed: impl.failed}
		m.header, body = impl.list.clone(), impl.content
	case *Headers:
		m.header = impl.clone()
		return m, nil
	default:
		return nil, nil
	}
	if body == nil {
		return m, nil
	}
	if body.isUsed() || body.isLocked() {
		return nil, webidl.TypeErrorf("The ReadableStream has been locked to a reader.")
	}
	m.length = body.size()
	if body.known {
		m.known = &content{known: true, text: body.text, data: body.data}
	}
	reader, err := body.take(r)
	if err != nil {
		return nil, err
	}
	if m.known != nil {
		reader.Close()
		return m, nil
	}
	m.Body = reader
	return m, nil
}

// Arrive makes the object in another realm, which owns the body from then on.
func (m *Message) Arrive(r *webidl.Realm) *goja.Object {
	body := m.known
	if m.Body != nil {
		body = readerContent(m.Body, m.length)
	}
	switch {
	case m.request != nil:
		req := *m.request
		req.realm, req.list, req.content = r, *m.header, body
		return r.New(RequestClass, &req)
	case m.response != nil:
		res := *m.response
		res.realm, res.list, res.content = r, *m.header, body
		return r.New(ResponseClass, &res)
	}
	return r.New(HeadersClass, m.header)
}

// cfText is request.cf as JSON; empty if it is undefined or no JSON.
func (req *Request) cfText() string {
	if req.cf == nil {
		return req.cfJSON
	}
	if webidl.IsNullish(req.cf) {
		return ""
	}
	var text string
	if err := req.realm.Try(func() { text, _ = req.realm.StringifyJSON(req.cf) }); err != nil {
		return ""
	}
	return text
}
