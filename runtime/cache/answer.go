package cache

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// answer answers a request that has some headers: with the response, a part of it (206), that there is no such part
// (416), or that the client has it already (304).
func (e *Entry) answer(request http.Header, now time.Time) *http.Response {
	ranges, satisfiable := parseRanges(combined(request, "Range"), int64(len(e.Body)))
	if !satisfiable {
		return respond(http.StatusRequestedRangeNotSatisfiable, http.Header{
			"Cf-Cache-Status": {"HIT"},
			"Content-Range":   {fmt.Sprintf("bytes */%d", len(e.Body))},
		}, nil)
	}
	header := maps.Clone(e.Header)
	header["Date"] = []string{now.UTC().Format(http.TimeFormat)}
	header["Age"] = []string{strconv.Itoa(int((e.Age + now.Sub(e.Stored)).Seconds()))}
	if e.notModified(request) {
		return respond(http.StatusNotModified, header, nil)
	}
	switch len(ranges) {
	case 0:
		return respond(e.Status, header, e.Body)
	case 1:
		header["Content-Range"] = []string{ranges[0].of(e.Body)}
		header["Content-Length"] = []string{strconv.FormatInt(ranges[0].end-ranges[0].start, 10)}
		return respond(http.StatusPartialContent, header, e.Body[ranges[0].start:ranges[0].end])
	}
	body, boundary := e.parts(ranges)
	header["Content-Type"] = []string{"multipart/byteranges; boundary=" + boundary}
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	return respond(http.StatusPartialContent, header, body)
}

func respond(status int, header http.Header, data []byte) *http.Response {
	res := &http.Response{
		StatusCode: status, Status: strconv.Itoa(status) + " " + statusText(status),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, ContentLength: -1,
	}
	if header["Content-Length"] != nil {
		res.ContentLength = int64(len(data))
	}
	res.Body = newBody(data)
	return res
}

// statusText returns the reason phrase of https://httpwg.org/specs/rfc9110.html#overview.of.status.codes: what the
// stored response had instead is not stored. net/http still has two of the phrases of RFC 2616.
func statusText(status int) string {
	switch status {
	case http.StatusRequestURITooLong:
		return "URI Too Long"
	case http.StatusRequestedRangeNotSatisfiable:
		return "Range Not Satisfiable"
	}
	return http.StatusText(status)
}

// newBody returns a body over bytes that nobody changes. It is a fetch.Body, so that it can be handed on without the
// isolate.
func newBody(data []byte) io.ReadCloser {
	b := &body{}
	b.Reset(data)
	return b
}

type body struct{ bytes.Reader }

func (*body) Close() error    { return nil }
func (*body) NeedsLoop() bool { return false }
func (*body) Fail(error)      {}
func (*body) InMemory() bool  { return true }

// notModified reports whether the conditions of a request say that the client has the response:
// https://httpwg.org/specs/rfc9110.html#conditional.requests As in Workers, an If-None-Match that fails leaves
// If-Modified-Since its say.
func (e *Entry) notModified(request http.Header) bool {
	if condition, tag := request["If-None-Match"], parseETag(combined(e.Header, "Etag")); condition != nil && tag != "" {
		list := strings.Join(condition, ", ")
		if strings.TrimSpace(list) == "*" {
			return true
		}
		for other := range strings.SplitSeq(list, ",") {
			if parseETag(other) == tag {
				return true
			}
		}
	}
	since, err := parseDate(combined(request, "If-Modified-Since"))
	if err != nil {
		return false
	}
	modified, err := parseDate(combined(e.Header, "Last-Modified"))
	return err == nil && !modified.After(since)
}

// parseETag returns what is between the quotes of an entity tag, weak or strong; "" if it is none.
func parseETag(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "W/")
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return ""
	}
	return s[1 : len(s)-1]
}

// parseDate parses the one format of dates that is not obsolete.
func parseDate(s string) (time.Time, error) { return time.Parse(http.TimeFormat, strings.TrimSpace(s)) }

// byteRange is a part of a body, from start to before end.
type byteRange struct{ start, end int64 }

// of is the Content-Range header of the range of a whole.
func (b byteRange) of(whole []byte) string {
	return fmt.Sprintf("bytes %d-%d/%d", b.start, b.end-1, len(whole))
}

// parseRanges parses a Range header for a body of some length: https://httpwg.org/specs/rfc9110.html#field.range
// No ranges are the whole; so is a suffix that is as long as the body. As in Workers, a header that is not valid
// cannot be satisfied, nor can one of which any range cannot.
func parseRanges(header string, length int64) (ranges []byteRange, satisfiable bool) {
	if header == "" {
		return nil, true
	}
	unit, list, ok := strings.Cut(header, "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(unit), "bytes") {
		return nil, false
	}
	if strings.TrimSpace(list) == "" {
		return nil, true
	}
	for item := range strings.SplitSeq(list, ",") {
		first, last, ok := strings.Cut(item, "-")
		start, startGiven, startValid := position(first)
		end, endGiven, endValid := position(last)
		switch {
		case !ok || !startValid || !endValid || !startGiven && !endGiven:
			return nil, false
		case !startGiven && end >= length:
			return nil, true
		case !startGiven && end == 0:
		case !startGiven:
			ranges = append(ranges, byteRange{length - end, length})
		case start >= length, endGiven && start > end:
			return nil, false
		case !endGiven:
			ranges = append(ranges, byteRange{start, length})
		default:
			ranges = append(ranges, byteRange{start, min(end+1, length)})
		}
	}
	return ranges, true
}

// position parses a position of a Range header, which may be missing.
func position(s string) (n int64, given, valid bool) {
	s = strings.Trim(s, " ")
	if s == "" {
		return 0, false, true
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		n = math.MaxInt64 - 1
	}
	return n, true, true
}

// parts returns several ranges as one body: https://httpwg.org/specs/rfc9110.html#multipart.byteranges
func (e *Entry) parts(ranges []byteRange) (body []byte, boundary string) {
	boundary = rand.Text()
	var b bytes.Buffer
	for _, r := range ranges {
		fmt.Fprintf(&b, "--%s\r\n", boundary)
		if kind := combined(e.Header, "Content-Type"); kind != "" {
			fmt.Fprintf(&b, "Content-Type: %s\r\n", kind)
		}
		fmt.Fprintf(&b, "Content-Range: %s\r\n\r\n%s\r\n", r.of(e.Body), e.Body[r.start:r.end])
	}
	fmt.Fprintf(&b, "--%s--", boundary)
	return b.Bytes(), boundary
}
