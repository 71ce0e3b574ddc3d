package cache

import (
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// FuzzAnswer stores a response with any headers, and asks for it with any: what is answered has the length that it says.
func FuzzAnswer(f *testing.F) {
	f.Add("max-age=60", "", `"a"`, "bytes=0-1,-2", `W/"a"`, "body")
	f.Add("private=set-cookie,s-maxage=99999999999999999999", "99999999999", "*", "bytes = 18446744073709551615-", "*", "")
	f.Fuzz(func(t *testing.T, control, age, etag, ranges, condition, body string) {
		now := time.Now()
		e := newEntry(
			&http.Request{Header: http.Header{}},
			&http.Response{StatusCode: 200, ContentLength: int64(len(body)), Header: http.Header{"Cache-Control": {control}, "Age": {age}, "Etag": {etag}}},
			[]byte(body), now)
		if e == nil {
			return
		}
		if e.Expires.Before(e.Stored) {
			t.Fatalf("stored at %v, expires at %v", e.Stored, e.Expires)
		}
		res := e.answer(http.Header{"Range": {ranges}, "If-None-Match": {condition}}, now.Add(time.Second))
		data, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		switch length := res.Header.Get("Content-Length"); res.StatusCode {
		case http.StatusOK, http.StatusPartialContent:
			if length != strconv.Itoa(len(data)) || res.ContentLength != int64(len(data)) || res.StatusCode == 200 && string(data) != body {
				t.Fatalf("%d with %q of %q, Content-Length: %s", res.StatusCode, data, body, length)
			}
		case http.StatusNotModified, http.StatusRequestedRangeNotSatisfiable:
			if len(data) > 0 {
				t.Fatalf("%d with %q", res.StatusCode, data)
			}
		default:
			t.Fatalf("status %d", res.StatusCode)
		}
	})
}
