package fetch

import (
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// Here is what other packages that speak HTTP, such as caches, need of requests and responses.

// RequestOf converts a value to a Request as a method does whose argument is one or its URL. It throws what the
// constructor would throw; a Request is returned as it is, and keeps its body.
func RequestOf(r *webidl.Realm, v goja.Value) *Request {
	if req, ok := webidl.As[*Request](r, v); ok {
		return req
	}
	return newRequest(r, v, goja.Undefined(), "")
}

// Method returns the method.
func (req *Request) Method() string { return req.method }

// CF returns request.cf, which may be undefined.
func (req *Request) CF() goja.Value { return req.cfValue() }

// URL returns the parsed URL, which is the request's own. It may be missing in an incoming request only.
func (req *Request) URL() (*weburl.URL, error) { return req.parsedURL() }

// Head returns the request without its body, as a [Target] would be sent it.
func (req *Request) Head() (*http.Request, error) {
	u, err := req.parsedURL()
	if err != nil {
		return nil, err
	}
	return &http.Request{
		Method: req.method,
		URL:    &url.URL{Scheme: u.Scheme(), Host: u.Host(), Opaque: u.RequestTarget()},
		Host:   u.Host(),
		Proto:  "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: req.headerList().header(),
	}, nil
}

// NewResponse makes the Response of an answer that did not come over a [Target]. It closes the body. url may be empty.
func NewResponse(r *webidl.Realm, in *http.Response, url string) *goja.Object {
	res := newResponse(r, in, url, false)
	if nullBodyStatus(in.StatusCode) {
		in.Body.Close()
	} else {
		res.content = readerContent(decode(in.Body, in.ContentLength, codingOf(in.Header.Get("Content-Encoding"), r.Compat())))
	}
	return r.New(ResponseClass, res)
}

// Failed reports whether the response is a network error, that of Response.error().
func (res *Response) Failed() bool { return res.failed }

// Status returns the status.
func (res *Response) Status() int { return res.status }

// Header returns the combined value of a header, and whether there is one.
func (res *Response) Header(name string) (string, bool) { return res.list.get(name) }

// Redirected returns the URL that the response came from in the end, if it was not the one that was asked for.
func (res *Response) Redirected() (url string, ok bool) { return res.url, res.redirected }

// Stream returns the body, nil if there is none.
func (res *Response) Stream() *streams.ReadableStream {
	if res.content == nil {
		return nil
	}
	return res.content.readable(res.realm)
}

// ErrTooLarge says that a body has more bytes than were asked for.
var ErrTooLarge = errors.New("the body is too large")

// Keep uses the response up, and calls done with all of it, on the loop, once the body has ended; that may be before
// Keep returns. The body is encoded as the Content-Encoding header says, and ContentLength is -1 if it was not known
// in advance. The error says that the body could not be read, or that it has more than limit bytes; it is read to its
// end then, too. What Keep itself returns says that the response cannot be used.
func (res *Response) Keep(r *webidl.Realm, limit int64, done func(head *http.Response, body []byte, err error)) error {
	switch {
	case res.content.isUsed():
		return errUsed
	case res.content.isLocked():
		return errReconstructLocked
	}
	if res.content != nil && res.content.stream != nil && !res.content.known && !streams.FromGo(res.content.stream) {
		return res.keepStream(r, limit, done)
	}
	head, body, err := res.HTTP(r, nil)
	if err != nil {
		return err
	}
	if body.InMemory() {
		data, err := readAtMost(body, limit)
		done(head, data, err)
		return nil
	}
	op := r.Loop.Begin()
	go func() {
		data, err := readAtMost(body, limit)
		body.Close()
		op.Done(func() { done(head, data, err) })
	}()
	return nil
}

// keepStream is Keep for a body that may be the script's to give: it is read on the loop, which can be idle meanwhile.
func (res *Response) keepStream(r *webidl.Realm, limit int64, done func(head *http.Response, body []byte, err error)) error {
	length := res.content.size()
	kept := *res
	kept.list = *res.list.clone() // as they are now
	var data []byte
	var fail error
	_, err := streams.ReadEach(r, res.content.stream,
		func(chunk []byte) {
			if fail == nil && int64(len(data)+len(chunk)) > limit {
				data, fail = nil, ErrTooLarge
			}
			if fail == nil {
				data = append(data, chunk...)
			}
		},
		func(err error) {
			if err == nil {
				err = fail
			}
			kept.content = dataContent(data)
			head, body, encoding := kept.HTTP(r, nil)
			if err == nil {
				err = encoding
			}
			if err != nil {
				done(nil, nil, err)
				return
			}
			if length < 0 {
				head.ContentLength = -1
			}
			data, err := readAtMost(body, limit)
			done(head, data, err)
		})
	return err
}

// readAtMost reads a body to its end. What has more than limit bytes is an error.
func readAtMost(body io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err == nil && int64(len(data)) > limit {
		_, err = io.Copy(io.Discard, body)
		if err == nil {
			err = ErrTooLarge
		}
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

// Get fetches a URL with some headers, by pairs of name and value, and returns the promise of its Response. bound is
// the Fetcher that is asked, or nil for the global fetch.
func Get(r *webidl.Realm, u *weburl.URL, headers [][2]string, signal *events.AbortSignal, bound *goja.Object) goja.Value {
	req := &Request{method: http.MethodGet, parsed: u, url: u.Href(), signal: signal, fetcher: bound}
	req.realm = r
	for _, h := range headers {
		if err := req.list.append(h[0], h[1]); err != nil {
			return r.Rejected(err)
		}
	}
	return r.PromiseOf(func() goja.Value {
		call := webidl.Call{Realm: r, Args: []goja.Value{r.New(RequestClass, req)}}
		return fetch(call, webidl.State[state](r).Target, "ServiceWorkerGlobalScope")
	})
}

// IsFetcher reports whether a value is a Fetcher.
func IsFetcher(r *webidl.Realm, v goja.Value) bool {
	_, ok := webidl.As[*fetcher](r, v)
	return ok
}

// Essence returns the type and subtype of a MIME type, in lower case; ok says that it is one.
func Essence(contentType string) (essence string, ok bool) {
	m, ok := parseMIMEType(contentType)
	return m.essence, ok
}
