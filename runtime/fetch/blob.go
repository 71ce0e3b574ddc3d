package fetch

import (
	"io"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/blob"
	"devserver/runtime/webidl"
)

// blobContent is the content of a Blob, with its type.
func blobContent(b *blob.Blob) (*content, string) { return dataContent(b.Bytes()), b.Type() }

// formContent is the content of a FormData, with its type.
func formContent(r *webidl.Realm, f *blob.FormData) (*content, string) {
	if err := f.Encodable(); err != nil {
		panic(r.ErrorValue(err))
	}
	boundary := blob.NewBoundary()
	body, size := f.Encode(boundary)
	data := make([]byte, size)
	io.ReadFull(body, data) // from memory, which does not fail
	return dataContent(data), "multipart/form-data; boundary=" + boundary
}

// newBlob makes the Blob of a body, which gets its type from the Content-Type header.
func newBlob(r *webidl.Realm, data []byte, contentType string) goja.Value {
	m, _ := parseMIMEType(contentType)
	return r.New(blob.BlobClass, blob.New(m.String(), data))
}

// parseForm makes the FormData of a body: https://fetch.spec.whatwg.org/#dom-body-formdata
func parseForm(contentType string, data []byte) (*blob.FormData, error) {
	if contentType == "" {
		return nil, webidl.TypeErrorf("Parsing a Body as FormData requires a Content-Type header.")
	}
	m, _ := parseMIMEType(contentType)
	switch m.essence {
	case "multipart/form-data":
		boundary, ok := m.parameter("boundary")
		if !ok {
			return nil, webidl.TypeErrorf(`No boundary string in Content-Type header. The multipart/form-data MIME type requires a boundary parameter, e.g. 'Content-Type: multipart/form-data; boundary="abcd"'. See RFC 7578, section 4.`)
		}
		return blob.ParseMultipart(boundary, data)
	case "application/x-www-form-urlencoded":
		if charset, ok := m.parameter("charset"); ok && !strings.EqualFold(charset, "utf-8") {
			return nil, webidl.TypeErrorf("Non-utf-8 application/x-www-form-urlencoded body.")
		}
		return blob.ParseURLEncoded(data), nil
	}
	return nil, webidl.TypeErrorf("Unrecognized Content-Type header value. FormData can only parse the following MIME types: multipart/form-data, application/x-www-form-urlencoded")
}
