// Package urlpattern is the URL Pattern Standard: patterns of URLs, as routers match requests with, in plain Go, and
// the class URLPattern (in the file named _class.go).
//
// A pattern is parsed once for all isolates of a Worker (cache.go), and is not changed after that. Most are matched
// without a regular expression (component.go), and most others with one that takes linear time (expression.go).
//
// https://urlpattern.spec.whatwg.org/
package urlpattern

import (
	"strings"

	"devserver/runtime/weburl"
)

// Pattern is a URL pattern. It may be used by any number of goroutines.
//
// https://urlpattern.spec.whatwg.org/#url-pattern-struct
type Pattern struct {
	components [components]component
}

// Source is what a pattern is made of: a string or a dictionary, and options. It is comparable.
type Source struct {
	Init       Init   // the dictionary, or the base URL of Text
	Text       string // if IsText
	IsText     bool
	IgnoreCase bool
	// Original is for Workers from before the compatibility flag urlpattern_standard: see original.go.
	Original bool
}

// New makes a pattern. Errors are *SyntaxError.
//
// https://urlpattern.spec.whatwg.org/#url-pattern-create
func New(from Source) (*Pattern, error) {
	init := from.Init
	if from.IsText {
		var err error
		if init, err = parseConstructorString(from.Text); err != nil {
			return nil, err
		}
		base, hasBase := from.Init.Get(BaseURL)
		switch {
		case hasBase:
			init.Set(BaseURL, base)
		case !init.Has(Protocol):
			return nil, syntaxErrorf("the pattern %q is relative, and there is no base URL", from.Text)
		}
	}
	if from.Original {
		if err := init.completeOriginally(from.IsText, forPattern); err != nil {
			return nil, err
		}
	}
	init, err := init.process(forPattern)
	if err != nil {
		return nil, err
	}
	for f := range BaseURL {
		if !init.Has(f) {
			init.Set(f, "*")
		}
	}
	if !from.Original && weburl.IsDefaultPort(init.values[Protocol], init.values[Port]) {
		init.Set(Port, "")
	}
	p := new(Pattern)
	for f := range BaseURL {
		encode, o := p.compilation(f, init.values[f], from.IgnoreCase)
		if p.components[f], err = newComponent(f, init.values[f], encode, o); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// compilation returns how to compile a component. The protocol, on which the pathname depends, comes first.
func (p *Pattern) compilation(f Field, value string, ignoreCase bool) (encoder, options) {
	encode, o := encoders[f], defaultOptions
	switch f {
	case Hostname:
		if isIPv6Address(value) {
			encode = canonicalIPv6
		}
		return encode, hostnameOptions
	case Pathname:
		if p.components[Protocol].matchesSpecialScheme() {
			o = pathnameOptions
		} else {
			encode = weburl.CanonicalOpaquePath
		}
	}
	o.ignoreCase = ignoreCase && f >= Pathname
	return encode, o
}

// isIPv6Address is "hostname pattern is an IPv6 address".
func isIPv6Address(pattern string) bool {
	return len(pattern) > 1 && (pattern[0] == '[' || strings.HasPrefix(pattern, "{[") || strings.HasPrefix(pattern, `\[`))
}

// canonicalIPv6 is "canonicalize an IPv6 hostname". Only a whole address could be more than this.
func canonicalIPv6(text string) (string, error) {
	if strings.Trim(text, "0123456789abcdefABCDEF[]:") != "" {
		return "", syntaxErrorf("%q is not part of an IPv6 address", text)
	}
	return strings.ToLower(text), nil
}

// Component returns the normalised pattern string of a component.
func (p *Pattern) Component(f Field) string { return p.components[f].pattern }

// HasRegExpGroups reports whether a component has a regular expression in it.
func (p *Pattern) HasRegExpGroups() bool {
	for i := range p.components {
		if p.components[i].hasRegExpGroups {
			return true
		}
	}
	return false
}

// A URL is what a pattern is matched with: the values of the eight components.
type URL [components]string

// URLOf returns the components of a URL.
func URLOf(u *weburl.URL) (parts URL) {
	for f := range BaseURL {
		parts[f] = partOf(u, f)
	}
	return parts
}

// URLOfInit canonicalises a dictionary, in which what is missing is empty. For original, see [Source].
func URLOfInit(init Init, original bool) (URL, error) {
	if original {
		if err := init.completeOriginally(false, forURL); err != nil {
			return URL{}, err
		}
	}
	processed, err := init.process(forURL)
	return URL(processed.values[:components]), err
}

// Test reports whether the pattern matches. It gives up, as if it did not, when stop, which is asked from time to time,
// says so.
func (p *Pattern) Test(u URL, stop func() bool) bool {
	for i := range p.components {
		if !p.components[i].test(u[i], stop) {
			return false
		}
	}
	return true
}

// Match is what the groups of the components matched.
type Match [components][]group

// Exec returns what the groups match, or false. For stop, see Test.
//
// https://urlpattern.spec.whatwg.org/#url-pattern-match
func (p *Pattern) Exec(u URL, stop func() bool) (m Match, ok bool) {
	for i := range p.components {
		if m[i], ok = p.components[i].match(u[i], stop); !ok {
			return Match{}, false
		}
	}
	return m, true
}
