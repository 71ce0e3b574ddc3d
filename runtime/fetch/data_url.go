package fetch

import (
	"net/http"
	"strings"

	"devserver/runtime/textcodec"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// fetchData answers a request for a data: URL. Its response has no URL, as in Workers.
func fetchData(r *webidl.Realm, u *weburl.URL, method string) (*Response, error) {
	contentType, data, ok := parseDataURL(u)
	if !ok {
		return nil, webidl.TypeErrorf("Fetch API cannot load: %s", u.Href())
	}
	res := &Response{status: http.StatusOK, statusText: "OK"}
	res.realm = r
	res.list = Headers{fields: []field{{"Content-Type", contentType}}, immutable: true}
	if method != http.MethodHead {
		res.content = dataContent(data)
	}
	return res, nil
}

// parseDataURL implements https://fetch.spec.whatwg.org/#data-url-processor
func parseDataURL(u *weburl.URL) (contentType string, data []byte, ok bool) {
	mime, encoded, ok := strings.Cut(strings.TrimPrefix(urlWithoutFragment(u), "data:"), ",")
	if !ok {
		return "", nil, false
	}
	mime = strings.Trim(mime, httpSpace+"\f")
	body := weburl.PercentDecode(encoded)
	if before, ok := cutBase64(mime); ok {
		mime = before
		if data, ok = textcodec.DecodeBase64(body); !ok {
			return "", nil, false
		}
	} else {
		data = []byte(body)
	}
	if strings.HasPrefix(mime, ";") {
		mime = "text/plain" + mime
	}
	if m, ok := parseMIMEType(mime); ok {
		return m.String(), data, true
	}
	return "text/plain;charset=US-ASCII", data, true
}

// cutBase64 takes ";base64", with spaces before the name, off the end.
func cutBase64(mime string) (before string, ok bool) {
	const word = "base64"
	if len(mime) < len(word) || !strings.EqualFold(mime[len(mime)-len(word):], word) {
		return mime, false
	}
	return strings.CutSuffix(strings.TrimRight(mime[:len(mime)-len(word)], " "), ";")
}
