package weburl

import "strings"

// This file is the basic URL parser. The standard words it as a state machine
// over code points; here each state is a function over the rest of the input,
// cut at the next delimiter, and keeps the state's name. The setters enter it
// in the middle (setter.go).
//
// https://url.spec.whatwg.org/#concept-basic-url-parser

// parse sets r, which must be zero, to the parsed input.
func (r *record) parse(input string, base *record) error {
	r.port = noPort
	input = removeTabAndNewline(trimControlAndSpace(input))
	scheme, rest, ok := cutScheme(input)
	if !ok {
		return r.noScheme(input, base)
	}
	r.setScheme(scheme)
	switch {
	case r.isFile():
		return r.file(rest, base)
	case r.special:
		if base != nil && base.scheme == scheme && !strings.HasPrefix(rest, "//") {
			return r.relative(rest, base)
		}
		return r.authorityIgnoringSlashes(rest)
	case strings.HasPrefix(rest, "//"):
		return r.authority(rest[2:])
	case strings.HasPrefix(rest, "/"):
		r.pathAndRest(rest)
	default:
		r.opaque(rest)
	}
	return nil
}

// cutScheme is the scheme start state and the scheme state: it cuts s at the
// colon after a scheme and returns the scheme in lower case. ok is false if s
// does not start with a scheme and a colon.
func cutScheme(s string) (scheme, rest string, ok bool) {
	for i := range len(s) {
		switch c := s[i]; {
		case isAlpha(c):
		case i > 0 && (isDigit(c) || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return strings.ToLower(s[:i]), s[i+1:], true
		default:
			return "", s, false
		}
	}
	return "", s, false
}

// https://url.spec.whatwg.org/#no-scheme-state
func (r *record) noScheme(s string, base *record) error {
	switch {
	case base == nil, base.opaquePath && !strings.HasPrefix(s, "#"):
		return errMissingScheme
	case base.opaquePath:
		*r = *base
		r.fragmentOnly(s)
		return nil
	}
	r.setScheme(base.scheme)
	if r.isFile() {
		return r.file(s, base)
	}
	return r.relative(s, base)
}

// relative is the relative state and the relative slash state.
//
// https://url.spec.whatwg.org/#relative-state
func (r *record) relative(s string, base *record) error {
	slash := r.startsWithSlash(s)
	if slash && r.startsWithSlash(s[1:]) {
		if r.special {
			return r.authorityIgnoringSlashes(s)
		}
		return r.authority(s[2:])
	}
	r.username, r.password = base.username, base.password
	r.host, r.hasHost, r.port = base.host, base.hasHost, base.port
	if slash {
		r.pathAndRest(s)
		return nil
	}
	r.path, r.query, r.hasQuery = base.path, base.query, base.hasQuery
	r.afterBase(s, func() { r.path = shorten(r.path, false) })
	return nil
}

// afterBase goes on with s where path and query are those of the base: a query
// replaces the query, a fragment is added, anything else is a path relative to
// the base's after shorten has taken away what it replaces.
func (r *record) afterBase(s string, shorten func()) {
	switch {
	case s == "":
	case s[0] == '?' || s[0] == '#':
		r.queryAndFragment(s)
	default:
		r.query, r.hasQuery = "", false
		shorten()
		r.pathAndRest(s)
	}
}

// authorityIgnoringSlashes is the special authority slashes state and the
// special authority ignore slashes state.
func (r *record) authorityIgnoringSlashes(s string) error {
	for r.startsWithSlash(s) {
		s = s[1:]
	}
	return r.authority(s)
}

// authority is the authority state, the host state and the port state.
//
// https://url.spec.whatwg.org/#authority-state
func (r *record) authority(s string) error {
	end := r.authorityEnd(s)
	host, rest := s[:end], s[end:]
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		username, password, _ := strings.Cut(host[:at], ":")
		r.username, r.password = Userinfo.Encode(username), Userinfo.Encode(password)
		host = host[at+1:]
		if host == "" {
			return errHostMissing
		}
	}
	host, port, hasPort := cutPort(host)
	if host == "" && (r.special || hasPort) {
		return errHostMissing
	}
	if err := r.setHost(host); err != nil {
		return err
	}
	if port != "" {
		n, err := parsePort(port)
		if err != nil {
			return err
		}
		r.setPort(n)
	}
	r.pathStart(rest)
	return nil
}

// authorityEnd returns the offset of what ends an authority.
func (r *record) authorityEnd(s string) int {
	for i := range len(s) {
		switch s[i] {
		case '/', '?', '#':
			return i
		case '\\':
			if r.special {
				return i
			}
		}
	}
	return len(s)
}

// cutPort cuts s at the first colon outside brackets.
func cutPort(s string) (host, port string, found bool) {
	inside := false
	for i := range len(s) {
		switch s[i] {
		case '[':
			inside = true
		case ']':
			inside = false
		case ':':
			if !inside {
				return s[:i], s[i+1:], true
			}
		}
	}
	return s, "", false
}

// parsePort reads a port that must be all of s.
func parsePort(s string) (int, error) {
	port := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, errPortInvalid
		}
		if port = port*10 + int(s[i]-'0'); port > 0xFFFF {
			return 0, errPortOutOfRange
		}
	}
	return port, nil
}

// file is the file state, the file slash state and the file host state.
//
// https://url.spec.whatwg.org/#file-state
func (r *record) file(s string, base *record) error {
	r.hasHost = true
	if base != nil && !base.isFile() {
		base = nil
	}
	switch {
	case !r.startsWithSlash(s):
		if base == nil {
			r.pathAndRest(s)
			return nil
		}
		r.host, r.path, r.query, r.hasQuery = base.host, base.path, base.query, base.hasQuery
		r.afterBase(s, func() {
			if startsWithDriveLetter(s) {
				r.path = ""
			} else {
				r.path = shorten(r.path, true)
			}
		})
		return nil
	case !r.startsWithSlash(s[1:]):
		if base != nil {
			r.host = base.host
			if drive := leadingDrive(base.path); !startsWithDriveLetter(s[1:]) {
				r.path = drive
			}
		}
		r.pathAndRest(s)
		return nil
	}
	s = s[2:]
	end := r.authorityEnd(s)
	if isDriveLetter(s[:end]) {
		r.pathAndRest(s) // what looks like a host is the path's first segment
		return nil
	}
	if err := r.fileHost(s[:end]); err != nil {
		return err
	}
	r.pathStart(s[end:])
	return nil
}

// fileHost sets the host of a file URL, where localhost means none.
func (r *record) fileHost(host string) error {
	if host == "" {
		r.host = ""
		return nil
	}
	if err := r.setHost(host); err != nil {
		return err
	}
	if r.host == "localhost" {
		r.host = ""
	}
	return nil
}

// https://url.spec.whatwg.org/#path-start-state
func (r *record) pathStart(s string) {
	if r.special || s != "" && s[0] != '?' && s[0] != '#' {
		r.pathAndRest(s)
		return
	}
	r.queryAndFragment(s)
}

// pathAndRest is the path state, entered with the slash that ends the previous
// state, if there is one, still at the start of s; then query and fragment.
func (r *record) pathAndRest(s string) {
	if end, ok := r.plainPath(s); ok {
		r.path, s = s[:end], s[end:]
	} else {
		end := strings.IndexAny(s, "?#")
		if end < 0 {
			end = len(s)
		}
		r.appendPath(s[:end])
		s = s[end:]
	}
	r.queryAndFragment(s)
}

// plainPath reports whether the path at the start of s, up to end, is already
// as it would be serialised: the usual case, which needs no copy.
func (r *record) plainPath(s string) (end int, ok bool) {
	if r.path != "" || r.isFile() || s == "" || s[0] != '/' {
		return 0, false
	}
	previous := byte(0)
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '?' || c == '#':
			return i, true
		case Path.Contains(c), c == '\\' && r.special:
			return 0, false
		case (c == '.' || c == '%') && previous == '/':
			return 0, false // perhaps a dot segment
		}
		previous = c
	}
	return len(s), true
}

// appendPath is the path state without its delimiters "?" and "#".
//
// https://url.spec.whatwg.org/#path-state
func (r *record) appendPath(s string) {
	if r.startsWithSlash(s) {
		s = s[1:]
	}
	path := make([]byte, 0, len(r.path)+len("/")+len(s))
	path = append(path, r.path...)
	for more := true; more; {
		var segment string
		segment, s, more = r.cutSegment(s)
		switch dots := dotSegment(segment); {
		case dots > 0:
			if dots == 2 {
				path = shorten(path, r.isFile())
			}
			if !more {
				path = append(path, '/')
			}
		case r.isFile() && len(path) == 0 && isDriveLetter(segment):
			path = append(path, '/', segment[0], ':')
		default:
			path = append(path, '/')
			path = Path.Append(path, segment)
		}
	}
	r.path = string(path)
}

// cutSegment cuts s after its first slash; found says whether there is one.
func (r *record) cutSegment(s string) (segment, rest string, found bool) {
	for i := range len(s) {
		if s[i] == '/' || s[i] == '\\' && r.special {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// dotSegment returns 1 for a single-dot and 2 for a double-dot URL path
// segment, else 0. Either dot may be percent-encoded.
func dotSegment(s string) int {
	for dots := 0; dots <= 2; dots++ {
		switch {
		case s == "":
			return dots
		case s[0] == '.':
			s = s[1:]
		case len(s) >= 3 && s[0] == '%' && s[1] == '2' && s[2]|0x20 == 'e':
			s = s[3:]
		default:
			return 0
		}
	}
	return 0
}

// shorten removes the last segment of a path, but never the drive letter of a
// file path.
//
// https://url.spec.whatwg.org/#shorten-a-urls-path
func shorten[T string | []byte](path T, file bool) T {
	if file && len(path) == len("/C:") && leadingDrive(string(path)) != "" {
		return path
	}
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[:i]
		}
	}
	return path
}

// opaque is the opaque path state, then query and fragment.
//
// https://url.spec.whatwg.org/#cannot-be-a-base-url-path-state
func (r *record) opaque(s string) {
	end := strings.IndexAny(s, "?#")
	if end < 0 {
		end = len(s)
	}
	r.opaquePath = true
	r.path = C0Control.Encode(s[:end])
	// Spaces at the end of the input are gone, so a query or fragment follows
	// this one; without them it would be lost when the URL is parsed again.
	if strings.HasSuffix(r.path, " ") {
		r.path = r.path[:len(r.path)-1] + "%20"
	}
	r.queryAndFragment(s[end:])
}

// queryAndFragment is the query state and the fragment state. s is empty or
// starts with "?" or "#".
func (r *record) queryAndFragment(s string) {
	if strings.HasPrefix(s, "?") {
		end := strings.IndexByte(s, '#')
		if end < 0 {
			end = len(s)
		}
		r.setQuery(s[1:end])
		s = s[end:]
	}
	r.fragmentOnly(s)
}

func (r *record) setQuery(query string) {
	set := Query
	if r.special {
		set = SpecialQuery
	}
	r.query, r.hasQuery = set.Encode(query), true
}

// fragmentOnly is the fragment state. s is empty or starts with "#".
func (r *record) fragmentOnly(s string) {
	if s != "" {
		r.fragment, r.hasFragment = Fragment.Encode(s[1:]), true
	}
}

// startsWithSlash reports whether s starts with what separates path segments: a
// slash or, if the scheme is special, a backslash.
func (r *record) startsWithSlash(s string) bool {
	return s != "" && (s[0] == '/' || s[0] == '\\' && r.special)
}

// isDriveLetter reports whether s is a Windows drive letter: "C:" or "C|".
//
// https://url.spec.whatwg.org/#windows-drive-letter
func isDriveLetter(s string) bool {
	return len(s) == 2 && isAlpha(s[0]) && (s[1] == ':' || s[1] == '|')
}

// startsWithDriveLetter reports whether the first segment of s is a Windows
// drive letter.
func startsWithDriveLetter(s string) bool {
	return len(s) >= 2 && isDriveLetter(s[:2]) && (len(s) == 2 || strings.IndexByte(`/\?#`, s[2]) >= 0)
}

// leadingDrive returns the first segment of path, slash included, if that is a
// normalised Windows drive letter, else "".
func leadingDrive(path string) string {
	if len(path) >= 3 && path[0] == '/' && isAlpha(path[1]) && path[2] == ':' && (len(path) == 3 || path[3] == '/') {
		return path[:3]
	}
	return ""
}

func trimControlAndSpace(s string) string {
	for s != "" && s[0] <= ' ' {
		s = s[1:]
	}
	for s != "" && s[len(s)-1] <= ' ' {
		s = s[:len(s)-1]
	}
	return s
}

func isTabOrNewline(c byte) bool { return c == '\t' || c == '\n' || c == '\r' }

func removeTabAndNewline(s string) string {
	for i := range len(s) {
		if !isTabOrNewline(s[i]) {
			continue
		}
		b := append(make([]byte, 0, len(s)), s[:i]...)
		for ; i < len(s); i++ {
			if !isTabOrNewline(s[i]) {
				b = append(b, s[i])
			}
		}
		return string(b)
	}
	return s
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
