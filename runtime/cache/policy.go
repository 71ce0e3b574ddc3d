package cache

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// directives are those of a Cache-Control header: https://httpwg.org/specs/rfc9111.html#field.cache-control
type directives map[string]string

func parseDirectives(header string) directives {
	d := directives{}
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(part, "=")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			d[name] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return d
}

func (d directives) has(name string) bool {
	_, ok := d[name]
	return ok
}

// seconds returns the number at the start of a directive's value; 0 if there is none.
func (d directives) seconds(name string) time.Duration { return seconds(d[name]) }

func seconds(s string) time.Duration {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && s[end] == '-') {
		end++
	}
	n, _ := strconv.ParseInt(s[:end], 10, 64) // saturates
	return time.Duration(min(max(n, -mostSeconds), mostSeconds)) * time.Second
}

// mostSeconds is a century: no sum of a few such durations overflows.
const mostSeconds = math.MaxInt64 / int64(time.Second) / 90

// storable are the statuses of responses that a cache may store, with whether it may do so if their headers say nothing
// of it: https://httpwg.org/specs/rfc9110.html#overview.of.status.codes A response without a body is never stored.
var storable = map[int]bool{
	200: true, 203: true, 300: true, 301: true, 308: true, 404: true, 405: true, 410: true, 414: true, 501: true,
	302: false, 303: false, 307: false,
}

// immutableFor is how long what is called immutable is fresh if its headers do not say.
const immutableFor = 24 * time.Hour

// connectionHeaders belong to one connection, or are said anew of each answer.
var connectionHeaders = []string{
	"Age", "Connection", "Date", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade",
}

// newEntry makes the entry of a response to a request, nil if it may not be stored. One that is stale at once takes the
// place of what there was: https://httpwg.org/specs/rfc9111.html#response.cacheability
//
// As in Workers, a response with a Set-Cookie header is not stored unless Cache-Control has private=set-cookie, which
// takes the cookies out; Vary and the request's Cache-Control have no meaning.
func newEntry(req *http.Request, res *http.Response, body []byte, now time.Time) *Entry {
	received, header := canonical(res.Header), canonical(res.Header)
	for _, name := range connectionHeaders {
		delete(header, name)
	}
	if control := combined(header, "Cache-Control"); strings.Contains(strings.ToLower(control), withoutCookies) {
		header["Cache-Control"] = []string{strings.TrimSpace(strings.Replace(strings.ToLower(control), withoutCookies, "", 1))}
		delete(header, "Set-Cookie")
	}
	if _, cookies := header["Set-Cookie"]; cookies {
		return nil
	}
	control := parseDirectives(combined(header, "Cache-Control"))
	if header["Cache-Control"] == nil && strings.Contains(combined(header, "Pragma"), "no-cache") {
		control["no-cache"] = ""
	}
	expires := combined(header, "Expires") != ""
	byDefault, understood := storable[res.StatusCode]
	switch {
	case !understood, control.has("no-store"), control.has("private"):
		return nil
	case req.Header["Authorization"] != nil && !control.has("must-revalidate") && !control.has("public") && !control.has("s-maxage"):
		return nil
	case !byDefault && !expires && !control.has("max-age") && !control.has("s-maxage") && !control.has("public"):
		return nil
	}
	e := &Entry{Status: res.StatusCode, Header: header, Body: body, Stored: now, Age: seconds(combined(received, "Age"))}
	left := lifetime(received, control, now) - e.Age
	left = max(left, left+control.seconds("stale-if-error"), left+control.seconds("stale-while-revalidate"))
	if left < 0 {
		left = 0
	}
	e.Expires = now.Add(left)
	if res.ContentLength >= 0 {
		header["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	if warnings := currentWarnings(combined(header, "Warning")); warnings != "" {
		header["Warning"] = []string{warnings}
	} else {
		delete(header, "Warning")
	}
	header["Cf-Cache-Status"] = []string{"HIT"}
	return e
}

// canonical returns a copy of headers with names as net/http spells them. The values are not copied.
func canonical(header http.Header) http.Header {
	spelt := make(http.Header, len(header)+2)
	for name, values := range header {
		name = http.CanonicalHeaderKey(name)
		spelt[name] = append(spelt[name], values...)
	}
	return spelt
}

// withoutCookies is the directive with which a response is stored without its Set-Cookie headers.
const withoutCookies = "private=set-cookie"

// lifetime returns how long a response is fresh from when it was made:
// https://httpwg.org/specs/rfc9111.html#calculating.freshness.lifetime
func lifetime(header http.Header, control directives, now time.Time) time.Duration {
	switch {
	case control.has("no-cache"), control.has("proxy-revalidate"):
		return 0
	case control.has("s-maxage"):
		return control.seconds("s-maxage")
	case control.has("max-age"):
		return control.seconds("max-age")
	}
	var least time.Duration
	if control.has("immutable") {
		least = immutableFor
	}
	date, err := http.ParseTime(combined(header, "Date"))
	if err != nil {
		date = now
	}
	if text := combined(header, "Expires"); text != "" {
		expires, err := http.ParseTime(text)
		if err != nil || expires.Before(date) {
			return 0
		}
		return max(least, expires.Sub(date))
	}
	// https://httpwg.org/specs/rfc9111.html#heuristic.freshness
	if modified, err := http.ParseTime(combined(header, "Last-Modified")); err == nil && modified.Before(date) {
		return max(least, date.Sub(modified)/10)
	}
	return least
}

// combined returns all values of a header as one.
func combined(header http.Header, name string) string { return strings.Join(header[name], ", ") }

// currentWarnings drops those of 1xx, which a cache deletes: https://www.rfc-editor.org/rfc/rfc7234#section-5.5
func currentWarnings(header string) string {
	list := strings.Split(header, ",")
	list = slices.DeleteFunc(list, func(w string) bool {
		w = strings.TrimSpace(w)
		return len(w) >= 3 && w[0] == '1' && w[1] >= '0' && w[1] <= '9' && w[2] >= '0' && w[2] <= '9'
	})
	return strings.TrimSpace(strings.Join(list, ","))
}

// variesOnAll reports whether a Vary header says that no request is like another.
func variesOnAll(vary string) bool { return strings.Contains(vary, "*") }
