package fetch

import (
	"io"

	"devserver/runtime/streams"
)

// Charset returns the parameter charset of the Content-Type header, or false if there is none.
func (res *Response) Charset() (string, bool) {
	contentType, _ := res.list.get("content-type")
	mime, ok := parseMIMEType(contentType)
	if !ok {
		return "", false
	}
	return mime.parameter("charset")
}

// Transform uses up the body, which must not be null, and returns a response like this one whose body is what through
// makes of it, and which has to close what it is given. The error says why the body cannot be read.
func (res *Response) Transform(through func(body io.ReadCloser) io.ReadCloser) (*Response, error) {
	if err := res.checkStatus(); err != nil {
		return nil, err
	}
	if res.content.isUsed() || res.content.isLocked() {
		return nil, errReconstructLocked
	}
	body, err := res.content.take(res.realm)
	if err != nil {
		return nil, err
	}
	transformed := &Response{status: res.status, statusText: res.statusText, manual: res.manual}
	transformed.realm, transformed.cf = res.realm, res.cf
	transformed.list = *res.list.clone()
	transformed.content = streamContent(streams.FromReader(res.realm, through(body), -1))
	return transformed, nil
}
