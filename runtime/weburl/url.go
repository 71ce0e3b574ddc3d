// Package weburl is the WHATWG URL Standard: the URL parser and serialiser, URL
// and URLSearchParams in plain Go, their JavaScript classes (in the files named
// _class.go), and percent-encoding. Nothing here depends on net/url, whose idea
// of a URL differs and whose String rewrites paths.
//
// A URL keeps its one serialised form and the offsets of the parts in it, so
// that getters are slices of one string. Parsing and setters work on a record,
// the standard's struct of components, and serialise it once.
//
// Strings are UTF-8. A JavaScript string's lone surrogates must already be
// U+FFFD (USVString), which goja's conversion to a Go string does.
//
// https://url.spec.whatwg.org/
package weburl

import "strings"

// URL is a parsed URL. It is made by Parse or ParseWithBase; the zero value is
// not a URL. Reading one from several goroutines is safe as long as nobody has
// called SearchParams, whose changes are written back by the next reader.
type URL struct {
	href string

	// Offsets into href, in the order in which the parts stand:
	//
	//	https://user:pass@example.com:1234/foo/bar?baz#quux
	//	      |     |     |          |    |       |   |
	//	      |     |     |          |    |       |   hashStart
	//	      |     |     |          |    |       searchStart
	//	      |     |     |          |    portEnd = pathStart
	//	      |     |     |          hostEnd
	//	      |     |     hostStart
	//	      |     usernameEnd
	//	      schemeEnd
	//
	// A part that is absent is empty: its end is its start. pathStart is
	// portEnd+2 where the serialiser had to write "/." between the two.
	schemeEnd, usernameEnd, hostStart, hostEnd, portEnd, pathStart, searchStart, hashStart int

	special, hasHost, opaquePath bool

	// params is nil until SearchParams is called.
	params *SearchParams
}

// Parse runs the URL parser without a base URL. A failure is a *SyntaxError.
func Parse(input string) (*URL, error) {
	return ParseWithBase(input, nil)
}

// ParseWithBase runs the URL parser on input, resolving it against base if that
// is not nil. A failure is a *SyntaxError.
//
// https://url.spec.whatwg.org/#concept-basic-url-parser
func ParseWithBase(input string, base *URL) (*URL, error) {
	u := new(URL)
	if err := u.parse(input, base); err != nil {
		return nil, err
	}
	return u, nil
}

// parse sets u to the parsed input, except for its search parameters, and
// leaves u alone on failure.
func (u *URL) parse(input string, base *URL) error {
	var r, b record
	var from *record
	if base != nil {
		b = base.record()
		from = &b
	}
	if err := r.parse(input, from); err != nil {
		failure := &SyntaxError{Input: input, Err: err}
		if base != nil {
			failure.Base = base.href
		}
		return failure
	}
	u.store(&r, input)
	return nil
}

// Clone returns an independent copy without search parameters of its own yet.
func (u *URL) Clone() *URL {
	u.sync()
	c := *u
	c.params = nil
	return &c
}

// sync writes pending changes of the search parameters into u.
func (u *URL) sync() {
	if u.params != nil && u.params.pending {
		u.update()
	}
}

// Href returns the serialised URL.
func (u *URL) Href() string {
	u.sync()
	return u.href
}

// String returns the serialised URL.
func (u *URL) String() string { return u.Href() }

// Origin returns the serialised origin: scheme, host and port of a special URL
// other than a file, of the http or https URL inside a blob URL, and "null" for
// every other URL.
//
// https://url.spec.whatwg.org/#origin
func (u *URL) Origin() string {
	switch scheme := u.Scheme(); {
	case scheme == "blob":
		var inner URL
		if inner.parse(u.Pathname(), nil) != nil {
			return opaqueOrigin
		}
		if s := inner.Scheme(); s != "http" && s != "https" {
			return opaqueOrigin
		}
		return inner.Origin()
	case !u.special || scheme == "file":
		return opaqueOrigin
	case u.HasCredentials():
		return scheme + "://" + u.Host()
	default:
		return u.href[:u.portEnd]
	}
}

const opaqueOrigin = "null"

// Scheme returns the scheme without the colon that Protocol adds.
func (u *URL) Scheme() string { return u.href[:u.schemeEnd-1] }

// Protocol returns the scheme and a colon.
func (u *URL) Protocol() string { return u.href[:u.schemeEnd] }

// Username returns the percent-encoded username, or "".
func (u *URL) Username() string {
	if !u.hasHost {
		return ""
	}
	return u.href[u.schemeEnd+len("//") : u.usernameEnd]
}

// Password returns the percent-encoded password, or "".
func (u *URL) Password() string {
	// What stands between username and host is "", "@" or ":password@".
	if u.hostStart-u.usernameEnd < len(":@") {
		return ""
	}
	return u.href[u.usernameEnd+1 : u.hostStart-1]
}

// HasCredentials reports whether there is a username or a password.
//
// https://url.spec.whatwg.org/#include-credentials
func (u *URL) HasCredentials() bool { return u.hostStart > u.usernameEnd }

// Host returns the hostname and, if the port is not the scheme's default, a
// colon and the port. It is "" if the URL has no host.
func (u *URL) Host() string { return u.href[u.hostStart:u.portEnd] }

// Hostname returns the serialised host, with an IPv6 address in brackets, or ""
// if the URL has none.
func (u *URL) Hostname() string { return u.href[u.hostStart:u.hostEnd] }

// Port returns the port in decimal, or "" if it is the scheme's default.
func (u *URL) Port() string {
	if u.portEnd == u.hostEnd {
		return ""
	}
	return u.href[u.hostEnd+1 : u.portEnd]
}

// Pathname returns the serialised path.
func (u *URL) Pathname() string { return u.href[u.pathStart:u.searchStart] }

// Search returns "?" and the query, or "" if the query is absent or empty.
func (u *URL) Search() string {
	u.sync()
	return unlessBare(u.href[u.searchStart:u.hashStart])
}

// Hash returns "#" and the fragment, or "" if the fragment is absent or empty.
func (u *URL) Hash() string {
	u.sync()
	return unlessBare(u.href[u.hashStart:])
}

// query returns the query, or "" if it is absent, leaving aside what the search
// parameters have pending.
func (u *URL) query() string {
	return strings.TrimPrefix(u.href[u.searchStart:u.hashStart], "?")
}

// unlessBare returns part, or "" if part is nothing but its delimiter.
func unlessBare(part string) string {
	if len(part) == 1 {
		return ""
	}
	return part
}

// RequestTarget returns path and query exactly as serialised: what an HTTP
// request line must carry, byte for byte. The fragment is never part of it.
func (u *URL) RequestTarget() string {
	u.sync()
	return u.href[u.pathStart:u.hashStart]
}

// IsSpecial reports whether the scheme is ftp, file, http, https, ws or wss.
func (u *URL) IsSpecial() bool { return u.special }

// HasOpaquePath reports whether the path is one string rather than segments, as
// in "data:text/plain,x": such a URL has no host and cannot be a base URL.
func (u *URL) HasOpaquePath() bool { return u.opaquePath }
