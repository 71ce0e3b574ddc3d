package urlpattern

import (
	"strings"

	"devserver/runtime/weburl"
)

// Field is one of the eight components of a URL, or the base URL.
type Field uint8

const (
	Protocol Field = iota
	Username
	Password
	Hostname
	Port
	Pathname
	Search
	Hash
	BaseURL

	components = int(BaseURL) // how many of them are components
)

var fieldNames = [...]string{"protocol", "username", "password", "hostname", "port", "pathname", "search", "hash", "baseURL"}

func (f Field) String() string { return fieldNames[f] }

// Init is the dictionary URLPatternInit: what is given of a pattern, or of a URL. It is comparable.
//
// https://urlpattern.spec.whatwg.org/#dictdef-urlpatterninit
type Init struct {
	values [components + 1]string
	given  uint16 // a bit for each field
}

// Set sets a field.
func (in *Init) Set(f Field, value string) {
	in.values[f] = value
	in.given |= 1 << f
}

func (in *Init) unset(f Field) {
	in.values[f] = ""
	in.given &^= 1 << f
}

// Get returns a field, or false if it was not set.
func (in *Init) Get(f Field) (string, bool) { return in.values[f], in.Has(f) }

// Has reports whether one of the fields was set.
func (in *Init) Has(fields ...Field) bool {
	for _, f := range fields {
		if in.given&(1<<f) != 0 {
			return true
		}
	}
	return false
}

// purpose says what an Init is processed for.
type purpose uint8

const (
	forPattern purpose = iota // its values are pattern strings
	forURL                    // its values are those of a URL to match
)

// process takes what is missing from the base URL and, for a URL, canonicalises everything.
//
// https://urlpattern.spec.whatwg.org/#process-a-urlpatterninit
func (in *Init) process(to purpose) (Init, error) {
	var result Init
	if to == forURL {
		result.given = 1<<components - 1 // each is the empty string by default
	}
	var base *weburl.URL
	if s, ok := in.Get(BaseURL); ok {
		var err error
		if base, err = weburl.Parse(s); err != nil {
			return Init{}, &SyntaxError{BaseURL.String(), err.Error()}
		}
		in.inherit(&result, base, to)
	}
	for f := range BaseURL {
		value, ok := in.Get(f)
		if !ok {
			continue
		}
		if f == Pathname && base != nil {
			value = resolvePathname(value, base, to)
		}
		value, err := processValue(f, value, result.values[Protocol], to)
		if err != nil {
			return Init{}, &SyntaxError{f.String(), err.Error()}
		}
		result.Set(f, value)
	}
	return result, nil
}

// inherit sets the components of result that in does not have from base, as far as in has nothing that stands before
// them in a URL. A pattern does not inherit credentials.
func (in *Init) inherit(result *Init, base *weburl.URL, to purpose) {
	set := func(f Field) {
		value := partOf(base, f)
		if to == forPattern {
			value = escapePattern(value)
		}
		result.Set(f, value)
	}
	if in.Has(Protocol) {
		return
	}
	set(Protocol)
	if to != forPattern && !in.Has(Hostname, Port, Username) {
		set(Username)
		if !in.Has(Password) {
			set(Password)
		}
	}
	for f := Hostname; f <= Hash && !in.Has(f); f++ {
		set(f)
	}
}

// partOf returns a component of a URL, without what separates it from the others.
func partOf(u *weburl.URL, f Field) string {
	switch f {
	case Protocol:
		return u.Scheme()
	case Username:
		return u.Username()
	case Password:
		return u.Password()
	case Hostname:
		return u.Hostname()
	case Port:
		return u.Port()
	case Pathname:
		return u.Pathname()
	case Search:
		return strings.TrimPrefix(u.Search(), "?")
	case Hash:
		return strings.TrimPrefix(u.Hash(), "#")
	}
	return ""
}

// resolvePathname puts the directory of the base URL before a relative pathname.
func resolvePathname(pathname string, base *weburl.URL, to purpose) string {
	if base.HasOpaquePath() || isAbsolutePathname(pathname, to) {
		return pathname
	}
	directory := base.Pathname()
	directory = directory[:strings.LastIndexByte(directory, '/')+1]
	if to == forPattern {
		directory = escapePattern(directory)
	}
	return directory + pathname
}

// https://urlpattern.spec.whatwg.org/#is-an-absolute-pathname
func isAbsolutePathname(s string, to purpose) bool {
	return strings.HasPrefix(s, "/") || to == forPattern && (strings.HasPrefix(s, `\/`) || strings.HasPrefix(s, "{/"))
}

// processValue is "process protocol for init" and its likes. A pattern only loses what separates the components.
func processValue(f Field, value, protocol string, to purpose) (string, error) {
	switch f {
	case Protocol:
		value = strings.TrimSuffix(value, ":")
	case Search:
		value = strings.TrimPrefix(value, "?")
	case Hash:
		value = strings.TrimPrefix(value, "#")
	}
	if to == forPattern {
		return value, nil
	}
	switch f {
	case Port:
		return weburl.CanonicalPort(value, protocol)
	case Pathname:
		if protocol != "" && !weburl.IsSpecialScheme(protocol) {
			return weburl.CanonicalOpaquePath(value)
		}
	}
	return encoders[f](value)
}

// encoders canonicalise the components, as far as that does not depend on each other's values.
var encoders = [components]encoder{
	Protocol: weburl.CanonicalScheme,
	Username: weburl.CanonicalUserinfo,
	Password: weburl.CanonicalUserinfo,
	Hostname: weburl.CanonicalHostname,
	Port:     func(port string) (string, error) { return weburl.CanonicalPort(port, "") },
	Pathname: weburl.CanonicalPath,
	Search:   weburl.CanonicalQuery,
	Hash:     weburl.CanonicalFragment,
}
