package urlpattern

import "devserver/runtime/weburl"

// Workers from before the compatibility flag urlpattern_standard have an URLPattern of their own kind, after an early
// draft. What a pattern leaves out is not anything there, but what the base URL has, or nothing:
//
//   - in a string, what stands before it comes from the base URL, unless the string has a protocol; the rest is empty.
//     So new URLPattern("https://example.com/a") does not match "https://example.com/a?b".
//   - in a dictionary with a base URL, everything comes from that; without one it is anything, as it is now.
//
// A dictionary that is matched takes everything from its base URL, too, a base URL that is an argument beside a
// dictionary is ignored, a default port stays, and there is no hasRegExpGroups. What is not done as it was there:
// hostnames are canonicalised, and regular expressions have the v flag.

// completeOriginally sets what in leaves out and the base URL has.
func (in *Init) completeOriginally(isText bool, to purpose) error {
	var base *weburl.URL
	if s, ok := in.Get(BaseURL); ok && !(isText && in.Has(Protocol)) {
		var err error
		if base, err = weburl.Parse(s); err != nil {
			return &SyntaxError{BaseURL.String(), err.Error()}
		}
	}
	if base == nil {
		in.unset(BaseURL)
	}
	inherits := base != nil
	for f := range BaseURL {
		switch {
		case in.Has(f):
			inherits = inherits && !isText
		case inherits && to == forPattern:
			in.Set(f, escapePattern(partOf(base, f)))
		case inherits:
			in.Set(f, partOf(base, f))
		case isText:
			in.Set(f, "")
		}
	}
	return nil
}
