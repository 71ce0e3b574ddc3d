package weburl

import (
	"strconv"
	"strings"
)

// record is the standard's URL record: the components, percent-encoded where
// the standard says so. A list of path segments is kept serialised, each with
// its leading slash; segments contain no slash, so nothing is lost.
//
// https://url.spec.whatwg.org/#url-representation
type record struct {
	scheme             string
	username, password string
	host               string // serialised
	path               string
	query, fragment    string
	port               int // or noPort

	special               bool // scheme is a special scheme
	hasHost               bool // host is not null
	opaquePath            bool
	hasQuery, hasFragment bool // query, fragment are not null
}

const noPort = -1

// specialScheme returns a scheme's default port, or noPort, and whether the
// scheme is special.
//
// https://url.spec.whatwg.org/#special-scheme
func specialScheme(scheme string) (defaultPort int, special bool) {
	switch scheme {
	case "http", "ws":
		return 80, true
	case "https", "wss":
		return 443, true
	case "ftp":
		return 21, true
	case "file":
		return noPort, true
	}
	return noPort, false
}

func (r *record) setScheme(scheme string) {
	r.scheme = scheme
	_, r.special = specialScheme(scheme)
}

func (r *record) isFile() bool { return r.scheme == "file" }

// setHost parses and sets the host, or leaves it alone on failure.
func (r *record) setHost(input string) error {
	host, err := parseHost(input, !r.special)
	if err != nil {
		return err
	}
	r.host, r.hasHost = host, true
	return nil
}

// setPort sets the port, which is null if it is the scheme's default.
func (r *record) setPort(port int) {
	if def, _ := specialScheme(r.scheme); port == def {
		port = noPort
	}
	r.port = port
}

func (r *record) includesCredentials() bool { return r.username != "" || r.password != "" }

// https://url.spec.whatwg.org/#cannot-have-a-username-password-port
func (r *record) cannotHaveCredentialsOrPort() bool { return r.host == "" || r.isFile() }

// record splits u into its components, which are slices of u's href.
func (u *URL) record() record {
	u.sync()
	r := record{
		scheme:      u.Scheme(),
		username:    u.Username(),
		password:    u.Password(),
		host:        u.Hostname(),
		path:        u.Pathname(),
		port:        noPort,
		special:     u.special,
		hasHost:     u.hasHost,
		opaquePath:  u.opaquePath,
		query:       u.query(),
		hasQuery:    u.searchStart < u.hashStart,
		hasFragment: u.hashStart < len(u.href),
	}
	if port := u.Port(); port != "" {
		r.port, _ = parsePort(port) // it was serialised from a number
	}
	if r.hasFragment {
		r.fragment = u.href[u.hashStart+1:]
	}
	return r
}

// store serialises r into u, whose search parameters stay what they are. input
// is what r was parsed from: if that was serialised already, as most URLs are,
// u shares it instead of allocating.
//
// https://url.spec.whatwg.org/#concept-url-serializer
func (u *URL) store(r *record, input string) {
	var buf [256]byte
	b := append(buf[:0], r.scheme...)
	b = append(b, ':')
	u.schemeEnd = len(b)
	u.usernameEnd, u.hostStart = len(b), len(b)
	if r.hasHost {
		b = append(b, "//"...)
		b = append(b, r.username...)
		u.usernameEnd = len(b)
		if r.password != "" {
			b = append(b, ':')
			b = append(b, r.password...)
		}
		if r.includesCredentials() {
			b = append(b, '@')
		}
		u.hostStart = len(b)
		b = append(b, r.host...)
	}
	u.hostEnd = len(b)
	if r.port != noPort {
		b = append(b, ':')
		b = strconv.AppendInt(b, int64(r.port), 10)
	}
	u.portEnd = len(b)
	if !r.hasHost && !r.opaquePath && strings.HasPrefix(r.path, "//") {
		b = append(b, "/."...) // or the path would read as a host
	}
	u.pathStart = len(b)
	b = append(b, r.path...)
	u.searchStart = len(b)
	if r.hasQuery {
		b = append(b, '?')
		b = append(b, r.query...)
	}
	u.hashStart = len(b)
	if r.hasFragment {
		b = append(b, '#')
		b = append(b, r.fragment...)
	}
	if string(b) == input {
		u.href = input
	} else {
		u.href = string(b)
	}
	u.special, u.hasHost, u.opaquePath = r.special, r.hasHost, r.opaquePath
}
