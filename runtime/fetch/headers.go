package fetch

import (
	"cmp"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"devserver/runtime/webidl"
)

// Headers is a header list and the guard that says whether scripts may change it: https://fetch.spec.whatwg.org/#headers-class
//
// Names keep the spelling in which they were first written, values are UTF-8; neither is what the standard says
// (lower case, and one byte per character), both are what Workers do. The zero value is an empty list.
type Headers struct {
	fields []field
	// source holds headers that came from Go and that nobody has looked at so far; fields is empty then.
	source    http.Header
	immutable bool
}

type field struct{ name, value string }

var (
	errImmutable   = webidl.TypeErrorf("Can't modify immutable headers.")
	errHeaderName  = webidl.TypeErrorf("Invalid header name.")
	errHeaderValue = webidl.TypeErrorf("Invalid header value.")
)

// load brings headers from Go into the list. Their order by name is lost in Go, so it is that of the names.
func (h *Headers) load() []field {
	if h.source == nil {
		return h.fields
	}
	h.fields = make([]field, 0, len(h.source)+2)
	for name, values := range h.source {
		for _, value := range values {
			h.fields = append(h.fields, field{name, value})
		}
	}
	h.source = nil
	slices.SortStableFunc(h.fields, func(a, b field) int { return cmp.Compare(a.name, b.name) })
	return h.fields
}

// clone returns a copy without a guard.
func (h *Headers) clone() *Headers {
	if h.source != nil {
		return &Headers{source: h.source.Clone()}
	}
	return &Headers{fields: slices.Clone(h.fields)}
}

// index returns the place of the first field with a name, or -1.
func (h *Headers) index(name string) int {
	for i, f := range h.load() {
		if equalName(f.name, name) {
			return i
		}
	}
	return -1
}

func equalName(a, b string) bool { return len(a) == len(b) && (a == b || strings.EqualFold(a, b)) }

// get implements https://fetch.spec.whatwg.org/#concept-header-list-get
func (h *Headers) get(name string) (value string, ok bool) {
	i := h.index(name)
	if i < 0 {
		return "", false
	}
	value = h.fields[i].value
	for _, f := range h.fields[i+1:] {
		if equalName(f.name, name) {
			value += ", " + f.value
		}
	}
	return value, true
}

// values returns the values with a name, not combined.
func (h *Headers) values(name string) []string {
	var values []string
	for _, f := range h.load() {
		if equalName(f.name, name) {
			values = append(values, f.value)
		}
	}
	return values
}

// append implements https://fetch.spec.whatwg.org/#concept-headers-append
func (h *Headers) append(name, value string) error {
	value, err := h.check(name, value)
	if err != nil {
		return err
	}
	if i := h.index(name); i >= 0 {
		name = h.fields[i].name
	}
	h.fields = append(h.fields, field{name, value})
	return nil
}

// set implements https://fetch.spec.whatwg.org/#dom-headers-set
func (h *Headers) set(name, value string) error {
	value, err := h.check(name, value)
	if err != nil {
		return err
	}
	i := h.index(name)
	if i < 0 {
		h.fields = append(h.fields, field{name, value})
		return nil
	}
	h.fields[i].value = value
	rest := slices.DeleteFunc(h.fields[i+1:], func(f field) bool { return equalName(f.name, name) })
	h.fields = h.fields[:i+1+len(rest)]
	return nil
}

// remove implements https://fetch.spec.whatwg.org/#dom-headers-delete
func (h *Headers) remove(name string) error {
	if !validName(name) {
		return errHeaderName
	}
	if h.immutable {
		return errImmutable
	}
	h.fields = slices.DeleteFunc(h.load(), func(f field) bool { return equalName(f.name, name) })
	return nil
}

// check implements https://fetch.spec.whatwg.org/#headers-validate and returns the normalised value.
func (h *Headers) check(name, value string) (string, error) {
	if !validName(name) {
		return "", errHeaderName
	}
	value = strings.Trim(value, "\t\n\r ")
	if strings.ContainsAny(value, "\x00\r\n") {
		return "", errHeaderValue
	}
	if h.immutable {
		return "", errImmutable
	}
	return value, nil
}

// validName reports whether a name is a token: https://httpwg.org/specs/rfc9110.html#tokens
// Workers take any character above U+007F, and the empty name, too, but then they put something on the wire that is not
// HTTP: it is better to hear of it.
func validName(name string) bool {
	for i := range len(name) {
		if !tokenChars[name[i]] {
			return false
		}
	}
	return name != ""
}

var tokenChars = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			c != 0 && c < 0x80 && strings.IndexByte("!#$%&'*+-.^_`|~", byte(c)) >= 0
	}
	return table
}()

// combined implements https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine
func (h *Headers) combined() []field {
	fields := make([]field, len(h.load()))
	for i, f := range h.fields {
		fields[i] = field{strings.ToLower(f.name), f.value}
	}
	slices.SortStableFunc(fields, func(a, b field) int { return cmp.Compare(a.name, b.name) })
	out := fields[:0]
	for _, f := range fields {
		if last := len(out) - 1; last >= 0 && out[last].name == f.name && f.name != "set-cookie" {
			out[last].value += ", " + f.value
			continue
		}
		out = append(out, f)
	}
	return out
}

// header returns the list for net/http, for the caller to keep: well-known names in their usual spelling, the others
// as they are spelt, values in order.
func (h *Headers) header() http.Header {
	if h.source != nil {
		return h.source.Clone()
	}
	header := make(http.Header, len(h.fields)+1)
	values := make([]string, len(h.fields))
	for i, f := range h.fields {
		name := usualName(f.name)
		if several := header[name]; several != nil {
			header[name] = append(several, f.value)
			continue
		}
		values[i] = f.value
		header[name] = values[i : i+1 : i+1]
	}
	return header
}

// usualName returns a well-known name in net/http's spelling, and any other as it is.
func usualName(name string) string {
	if canonical := textproto.CanonicalMIMEHeaderKey(name); wellKnown[canonical] {
		return canonical
	}
	return name
}

// wellKnown are the names that Workers write in one spelling, whatever the script wrote.
var wellKnown = func() map[string]bool {
	names := make(map[string]bool)
	for name := range strings.FieldsSeq(`
		Accept Accept-Charset Accept-Encoding Accept-Language Accept-Ranges Access-Control-Allow-Origin Age Allow
		Authorization Cf-Cache-Status Cf-Ray Cache-Control Connection Content-Disposition Content-Encoding Content-Language Content-Length
		Content-Location Content-Range Content-Type Cookie Date Etag Expect Expires From Host If-Match
		If-Modified-Since If-None-Match If-Range If-Unmodified-Since Keep-Alive Last-Modified Link Location
		Max-Forwards Origin Pragma Proxy-Authenticate Proxy-Authorization Range Referer Refresh Retry-After
		Sec-Websocket-Extensions Sec-Websocket-Key Sec-Websocket-Protocol Sec-Websocket-Version Server Set-Cookie
		Strict-Transport-Security Te Trailer Transfer-Encoding Upgrade User-Agent Vary Via Www-Authenticate`) {
		names[name] = true
	}
	return names
}()
