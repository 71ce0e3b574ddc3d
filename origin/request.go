package origin

import (
	"context"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// RequestURI is the path and query of a URL as they go on the wire, byte for byte.
//
// Requests carry their URL as url.URL{Scheme, Host, Opaque: "/path?query"}, with Opaque the
// WHATWG serialisation and without a fragment. Nothing on the way parses or re-encodes it.
// A URL that Go parsed (Opaque empty) works too, with what net/url makes of it.
func RequestURI(u *url.URL) string {
	if u.Opaque != "" {
		return u.Opaque
	}
	return u.RequestURI()
}

// outgoing is req as it goes on the wire: a shallow copy with ctx, its own URL and Header,
// and the same Body. Framing and header names follow workerd as far as net/http allows:
//
//   - No body: "Content-Length: 0", except for GET and HEAD. A Body of known ContentLength
//     is sent with it; a Body with ContentLength 0 or -1 is chunked.
//   - The Worker's Host, Content-Length and hop-by-hop headers are not sent; an Upgrade to
//     websocket is.
//   - Header names are sent as they are spelt in the map; the well-known ones in their
//     usual spelling, with several values joined by ", ".
//   - User-Agent and Accept-Encoding are sent only if the Worker set them.
func outgoing(ctx context.Context, req *http.Request) *http.Request {
	out := req.WithContext(ctx)
	out.Host = req.URL.Host
	out.Close = false
	out.Trailer = nil
	out.TransferEncoding = nil
	switch {
	case req.Body == nil || req.Body == http.NoBody:
		out.Body, out.GetBody, out.ContentLength = nil, nil, 0
		if req.Method != "" && req.Method != http.MethodGet && req.Method != http.MethodHead {
			// The combination for which net/http writes "Content-Length: 0" with any method.
			out.Body, out.TransferEncoding = http.NoBody, identityEncoding
		}
	case req.ContentLength <= 0:
		// Said explicitly, net/http neither peeks into the body nor waits for its first byte.
		out.ContentLength, out.TransferEncoding = -1, chunkedEncoding
	}
	out.Header = wireHeader(req.Header)

	target := *req.URL
	target.User, target.Fragment, target.RawFragment = nil, "", ""
	out.URL = &target
	return out
}

// once keeps net/http from sending a request without body a second time. It would do that with the methods that RFC 9110
// calls safe, and with an Idempotency-Key, if a kept connection dies after the request was written; the origin may have
// seen it. See call.unsent for when one is sent again all the same.
func once(out *http.Request) {
	if out.Body != nil && out.Body != http.NoBody || out.Header.Get("Expect") != "" {
		return
	}
	switch out.Method {
	case "", http.MethodGet, http.MethodHead:
	case http.MethodOptions, http.MethodTrace:
		out.Header["content-length"] = noLength
	default:
		if !repeatable(out.Header) {
			return
		}
		out.Header["content-length"] = noLength
	}
	out.Body, out.TransferEncoding = emptyBody{}, identityEncoding
}

// repeatable reports whether net/http takes a header as permission to send any request twice.
func repeatable(header http.Header) bool {
	for name := range header {
		switch textproto.CanonicalMIMEHeaderKey(name) {
		case "Idempotency-Key", "X-Idempotency-Key":
			return true
		}
	}
	return false
}

// emptyBody is a body without bytes that net/http does not know for one. It writes nothing for it, no Content-Length
// either, where the transfer encoding is "identity".
type emptyBody struct{}

func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }
func (emptyBody) Close() error             { return nil }

// upgrades reports whether a request is for a protocol other than HTTP.
func upgrades(req *http.Request) bool {
	for name := range req.Header {
		if strings.EqualFold(name, "Upgrade") {
			return true
		}
	}
	return false
}

var (
	noLength         = []string{"0"} // under a spelling that net/http does not take for its own
	identityEncoding = []string{"identity"}
	chunkedEncoding  = []string{"chunked"}
	noUserAgent      = []string{""} // net/http: no line at all, instead of its own default
	upgrade          = []string{"Upgrade"}
)

func wireHeader(header http.Header) http.Header {
	out := make(http.Header, len(header)+1)
	for name, values := range header {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		switch canonical {
		case "Host", "Content-Length", "Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding":
			continue
		case "Upgrade":
			if len(values) > 0 && strings.EqualFold(values[0], "websocket") {
				out["Connection"], out["Upgrade"] = upgrade, values
			}
			continue
		case "Set-Cookie":
			out[canonical] = values
			continue
		}
		usual, known := usualSpelling[canonical]
		if !known {
			out[name] = values
			continue
		}
		if len(values) > 1 {
			values = []string{strings.Join(values, ", ")}
		}
		out[usual] = values
	}
	if _, set := out["User-Agent"]; !set {
		out["User-Agent"] = noUserAgent
	}
	return out
}

// usualSpelling holds the header names that workerd writes in one spelling, whatever the
// Worker wrote, by their canonical form in Go.
var usualSpelling = func() map[string]string {
	spelling := make(map[string]string)
	for name := range strings.FieldsSeq(`
		Accept Accept-Charset Accept-Encoding Accept-Language Accept-Ranges Age Allow Authorization
		CF-Ray Cache-Control Content-Disposition Content-Encoding Content-Language Content-Location
		Content-Range Content-Type Cookie Date ETag Expect Expires From If-Match If-Modified-Since
		If-None-Match If-Range If-Unmodified-Since Last-Modified Link Location Max-Forwards Origin
		Pragma Proxy-Authenticate Proxy-Authorization Range Referer Refresh Retry-After
		Sec-WebSocket-Extensions Sec-WebSocket-Key Sec-WebSocket-Protocol Sec-WebSocket-Version
		Server Strict-Transport-Security User-Agent Vary Via WWW-Authenticate`) {
		spelling[textproto.CanonicalMIMEHeaderKey(name)] = name
	}
	return spelling
}()
