package fetch

import (
	"net/http"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/textcodec"
	"devserver/runtime/webidl"
)

// body is what Request and Response have in common, the Body mixin and their headers:
// https://fetch.spec.whatwg.org/#body-mixin
type body struct {
	realm   *webidl.Realm
	content *content
	list    Headers
	headers *goja.Object // the face of list, made when a script asks for it
	cf      goja.Value   // nil is undefined
}

// bodied is a *Request or a *Response.
type bodied interface {
	base() *body
	// headerList returns the headers, which may come into being now.
	headerList() *Headers
}

func (b *body) base() *body { return b }

// headersObject returns the Headers object of list.
func (b *body) headersObject(list *Headers) goja.Value {
	if b.headers == nil {
		b.headers = b.realm.New(HeadersClass, list)
	}
	return b.headers
}

// setContent makes the body what init, a BodyInit or null, says, and adds the Content-Type that goes with it.
func (b *body) setContent(init goja.Value) {
	content, contentType := extract(b.realm, init)
	b.content = content
	if contentType != "" && b.list.index("content-type") < 0 {
		b.list.fields = append(b.list.fields, field{"Content-Type", contentType})
	}
}

// cfInit reads the cf member of an init dictionary, an object, of which it keeps a copy; what names the dictionary.
func (b *body) cfInit(init webidl.Dictionary, what string) {
	cf, ok := init.Get("cf")
	if !ok {
		return
	}
	if _, ok := cf.(*goja.Object); !ok {
		panic(b.realm.TypeError("Incorrect type for the 'cf' field on '%s': the provided value is not of type 'Object'.", what))
	}
	b.cf = copyJSON(b.realm, cf)
}

// decodeText is UTF-8 decode of bytes that are text already, or data: https://encoding.spec.whatwg.org/#utf-8-decode
func decodeText(r *webidl.Realm, text string, data []byte) goja.Value {
	if data != nil {
		return r.String(textcodec.DecodeUTF8(data))
	}
	return r.String(strings.TrimPrefix(text, "\uFEFF"))
}

// owned returns the bytes as data that the script may change.
func owned(text string, data []byte) []byte {
	if data == nil {
		return []byte(text)
	}
	return data
}

// copyJSON returns a copy of a value that JSON can express.
func copyJSON(r *webidl.Realm, v goja.Value) goja.Value {
	return r.ParseJSONValue(r.StringifyJSONValue(v))
}

// nullBodyStatus reports whether responses with a status have no body: https://fetch.spec.whatwg.org/#null-body-status
func nullBodyStatus(status int) bool {
	switch status {
	case http.StatusSwitchingProtocols, http.StatusNoContent, http.StatusResetContent, http.StatusNotModified:
		return true
	}
	return false
}
