package weburl

import (
	"strconv"
	"strings"
)

// What the parser makes of one part of a URL on its own: how a URL pattern
// canonicalises its fixed text and the parts that it is matched with. Each is
// the parser entered at a state with a dummy URL, https://dummy.invalid/.
//
// https://urlpattern.spec.whatwg.org/#canon-encoding-callbacks

// IsSpecialScheme reports whether scheme, in lower case, is a special scheme.
func IsSpecialScheme(scheme string) bool {
	_, special := specialScheme(scheme)
	return special
}

// SpecialSchemes are all special schemes.
var SpecialSchemes = [...]string{"ftp", "file", "http", "https", "ws", "wss"}

// IsDefaultPort reports whether port, in decimal, is the default of scheme.
func IsDefaultPort(scheme, port string) bool {
	n, _ := specialScheme(scheme)
	return n != noPort && port == strconv.Itoa(n)
}

// CanonicalScheme is "canonicalize a protocol".
func CanonicalScheme(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	scheme, _, ok := cutScheme(value + ":")
	if !ok {
		return "", errScheme
	}
	return scheme, nil
}

// CanonicalUserinfo is "canonicalize a username" and "canonicalize a password".
func CanonicalUserinfo(value string) (string, error) { return Userinfo.Encode(value), nil }

// CanonicalHostname is "canonicalize a hostname": value is a domain or an
// address, cut before anything that would end it in a URL.
func CanonicalHostname(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	r := record{special: true}
	value = removeTabAndNewline(value)
	host, _, hasPort := cutPort(value[:r.authorityEnd(value)])
	switch {
	case hasPort:
		return "", errHostCodePoint
	case host == "":
		return "", errHostMissing
	}
	return parseHost(host, false)
}

// CanonicalPort is "canonicalize a port": the digits that value starts with, or
// "" if they are the default port of scheme, which may be "".
func CanonicalPort(value, scheme string) (string, error) {
	if value == "" {
		return "", nil
	}
	digits := removeTabAndNewline(value)
	end := 0
	for end < len(digits) && isDigit(digits[end]) {
		end++
	}
	if end == 0 {
		return "", errPortInvalid
	}
	port, err := parsePort(digits[:end])
	if err != nil {
		return "", err
	}
	if n, _ := specialScheme(scheme); port == n {
		return "", nil
	}
	return strconv.Itoa(port), nil
}

// CanonicalPath is "canonicalize a pathname", for special schemes. A value
// without a leading slash stays without it.
func CanonicalPath(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	r := record{special: true}
	if value[0] == '/' {
		r.appendPath(removeTabAndNewline(value))
		return r.path, nil
	}
	// The dash keeps a dot segment from being one, which it is not yet: more
	// text may stand before it.
	r.appendPath(removeTabAndNewline("/-" + value))
	return r.path[min(len("/-"), len(r.path)):], nil
}

// CanonicalOpaquePath is "canonicalize an opaque pathname", cut before a query
// or fragment.
func CanonicalOpaquePath(value string) (string, error) {
	if end := strings.IndexAny(value, "?#"); end >= 0 {
		value = value[:end]
	}
	return C0Control.Encode(removeTabAndNewline(value)), nil
}

// CanonicalQuery is "canonicalize a search", without the question mark.
func CanonicalQuery(value string) (string, error) {
	return SpecialQuery.Encode(removeTabAndNewline(value)), nil
}

// CanonicalFragment is "canonicalize a hash", without the number sign.
func CanonicalFragment(value string) (string, error) {
	return Fragment.Encode(removeTabAndNewline(value)), nil
}
