package weburl

import "strings"

// The setters of the URL interface. A value that cannot be set leaves the URL
// as it is and says nothing, as the standard wants; only SetHref fails.
//
// https://url.spec.whatwg.org/#url-class

// SetHref replaces the whole URL, or leaves it alone and returns a *SyntaxError.
func (u *URL) SetHref(value string) error {
	if err := u.parse(value, nil); err != nil {
		return err
	}
	u.resetParams(u.query())
	return nil
}

// SetProtocol sets the scheme: what stands before the first colon of value, or
// all of it. A special scheme can become another special scheme only.
func (u *URL) SetProtocol(value string) {
	scheme, _, ok := cutScheme(removeTabAndNewline(value) + ":")
	if !ok {
		return
	}
	r := u.record()
	switch _, special := specialScheme(scheme); {
	case special != r.special,
		scheme == "file" && (r.includesCredentials() || r.port != noPort),
		r.isFile() && r.host == "":
		return
	}
	r.setScheme(scheme)
	r.setPort(r.port)
	u.store(&r, u.href)
}

// SetUsername sets the username, unless the URL cannot have one.
func (u *URL) SetUsername(value string) {
	if r := u.record(); !r.cannotHaveCredentialsOrPort() {
		r.username = Userinfo.Encode(value)
		u.store(&r, u.href)
	}
}

// SetPassword sets the password, unless the URL cannot have one.
func (u *URL) SetPassword(value string) {
	if r := u.record(); !r.cannotHaveCredentialsOrPort() {
		r.password = Userinfo.Encode(value)
		u.store(&r, u.href)
	}
}

// SetHost sets the hostname and, if value has one, the port.
func (u *URL) SetHost(value string) { u.setHost(value, true) }

// SetHostname sets the hostname; a value with a port is refused.
func (u *URL) SetHostname(value string) { u.setHost(value, false) }

// setHost enters the parser at the host state or, if a port is not allowed, at
// the hostname state.
func (u *URL) setHost(value string, portAllowed bool) {
	r := u.record()
	if r.opaquePath {
		return
	}
	value = removeTabAndNewline(value)
	value = value[:r.authorityEnd(value)]
	if r.isFile() {
		if r.fileHost(value) == nil {
			u.store(&r, u.href)
		}
		return
	}
	host, port, hasPort := cutPort(value)
	switch {
	case hasPort && (host == "" || !portAllowed),
		host == "" && (r.special || r.includesCredentials() || r.port != noPort):
		return
	}
	if r.setHost(host) != nil {
		return
	}
	if hasPort {
		r.setPortPrefix(port)
	}
	u.store(&r, u.href)
}

// SetPort sets the port to the digits that value starts with. The empty string
// removes it.
func (u *URL) SetPort(value string) {
	r := u.record()
	if r.cannotHaveCredentialsOrPort() {
		return
	}
	if value == "" {
		r.port = noPort
	} else {
		r.setPortPrefix(removeTabAndNewline(value))
	}
	u.store(&r, u.href)
}

// setPortPrefix is the port state for setters, which ignores what follows the
// digits, and does nothing without any.
func (r *record) setPortPrefix(s string) {
	end := 0
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	if end == 0 {
		return
	}
	if port, err := parsePort(s[:end]); err == nil {
		r.setPort(port)
	}
}

// SetPathname sets the path, unless it is opaque.
func (u *URL) SetPathname(value string) {
	r := u.record()
	if r.opaquePath {
		return
	}
	r.path = ""
	value = removeTabAndNewline(value)
	if r.special || !r.hasHost || value != "" {
		r.appendPath(value)
	}
	u.store(&r, u.href)
}

// SetSearch sets the query; a leading "?" is not part of it. The empty string
// removes it.
func (u *URL) SetSearch(value string) {
	r := u.record()
	r.query, r.hasQuery = "", false
	value, marked := strings.CutPrefix(value, "?")
	if marked || value != "" {
		r.setQuery(removeTabAndNewline(value))
	}
	u.store(&r, u.href)
	u.resetParams(u.query())
}

// SetHash sets the fragment; a leading "#" is not part of it. The empty string
// removes it.
func (u *URL) SetHash(value string) {
	r := u.record()
	r.fragment, r.hasFragment = "", false
	if value != "" {
		r.fragmentOnly("#" + removeTabAndNewline(strings.TrimPrefix(value, "#")))
	}
	u.store(&r, u.href)
}
