package assets

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"devserver/runtime/weburl"
)

// decodePath decodes the path of a URL. A part between slashes that cannot be decoded stays as it is, and several
// slashes become one.
func decodePath(path string) string {
	if strings.Contains(path, "%") {
		parts := strings.Split(path, "/")
		for i, part := range parts {
			parts[i] = decodeComponent(part)
		}
		path = strings.Join(parts, "/")
	}
	return collapse(path, "/")
}

// collapse makes one "/" of each run of characters in set, of which "/" is one.
func collapse(s, set string) string {
	if set == "/" && !strings.Contains(s, "//") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(set, s[i]) < 0 {
			b.WriteByte(s[i])
		} else if i == 0 || strings.IndexByte(set, s[i-1]) < 0 {
			b.WriteByte('/')
		}
	}
	return b.String()
}

// decodeComponent is decodeURIComponent of ASCII, but for what that refuses, which it returns as it is.
func decodeComponent(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			return s
		}
	}
	if decoded := weburl.PercentDecode(s); utf8.ValidString(decoded) {
		return decoded
	}
	return s
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// encodePath is the one path at which the file at a decoded path is served: encodeURIComponent between slashes.
func encodePath(path string) string {
	plain := true
	for i := range len(path) {
		if !isUnreserved(path[i]) && path[i] != '/' {
			plain = false
			break
		}
	}
	if plain {
		return path
	}
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; isUnreserved(c) || c == '/' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// isUnreserved reports whether encodeURIComponent leaves a character as it is.
func isUnreserved(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte("-_.!~*'()", c) >= 0
}

// NormalizeBasePath returns a base path as [Settings] want it, or says what is wrong with it.
func NormalizeBasePath(path string) (normal, problem string) {
	switch {
	case path == "":
		return "", "is empty"
	case strings.HasPrefix(path, "//"), hasScheme(path):
		return "", "is a URL, not a path"
	case strings.Contains(path, `\`):
		return "", "has a backslash"
	case strings.ContainsFunc(path, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return "", "has a control character"
	case strings.ContainsAny(path, "?#"):
		return "", "has a query or a fragment"
	case strings.Contains(path, "%"):
		return "", "is percent-encoded"
	}
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "", ".":
		case "..":
			parts = parts[:max(len(parts)-1, 0)]
		default:
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return "/", ""
	}
	return "/" + strings.Join(parts, "/") + "/", ""
}

func hasScheme(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return i > 0 && c == ':'
		}
	}
	return false
}

// within returns a decoded path relative to the base, with its leading slash, if it is below it.
func within(path, base string) (string, bool) {
	bare := strings.TrimSuffix(base, "/")
	rest, ok := strings.CutPrefix(path, bare)
	switch {
	case !ok:
		return "", false
	case rest == "":
		return "/", true
	}
	return rest, rest[0] == '/'
}

// beyond is the opposite of within.
func beyond(path, base string) string {
	if path == "/" {
		return base
	}
	return strings.TrimSuffix(base, "/") + path
}
