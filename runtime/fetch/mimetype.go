package fetch

import (
	"strings"
)

// mimeType is a MIME type: https://mimesniff.spec.whatwg.org/#mime-type-representation
type mimeType struct {
	essence    string // "type/subtype", in lower case
	parameters []parameter
}

type parameter struct{ name, value string }

const httpSpace = " \t\n\r"

// parseMIMEType implements https://mimesniff.spec.whatwg.org/#parse-a-mime-type
func parseMIMEType(s string) (mimeType, bool) {
	s = strings.Trim(s, httpSpace)
	essence, rest, _ := strings.Cut(s, ";")
	kind, subtype, _ := strings.Cut(essence, "/")
	subtype = strings.TrimRight(subtype, httpSpace)
	if !validName(kind) || !validName(subtype) {
		return mimeType{}, false
	}
	m := mimeType{essence: strings.ToLower(kind + "/" + subtype)}
	for rest != "" {
		rest = strings.TrimLeft(rest, httpSpace)
		end := strings.IndexAny(rest, ";=")
		if end < 0 {
			break
		}
		name, delimiter := rest[:end], rest[end]
		rest = rest[end+1:]
		if delimiter == ';' {
			continue
		}
		var value string
		quoted := strings.HasPrefix(rest, `"`)
		if quoted {
			value, rest = quotedString(rest)
			_, rest, _ = strings.Cut(rest, ";")
		} else {
			value, rest, _ = strings.Cut(rest, ";")
			value = strings.TrimRight(value, httpSpace)
		}
		if !validName(name) || !validParameterValue(value) || value == "" && !quoted {
			continue
		}
		name = strings.ToLower(name)
		if _, given := m.parameter(name); !given {
			m.parameters = append(m.parameters, parameter{name, value})
		}
	}
	return m, true
}

// quotedString implements https://fetch.spec.whatwg.org/#collect-an-http-quoted-string and returns what follows it.
func quotedString(s string) (value, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), s[i+1:]
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

// validParameterValue reports whether there are only HTTP quoted-string token code points, which end at U+00FF.
func validParameterValue(value string) bool {
	return !strings.ContainsFunc(value, func(c rune) bool {
		return c < ' ' && c != '\t' || c == 0x7F || c > 0xFF
	})
}

// parameter returns a parameter's value.
func (m mimeType) parameter(name string) (string, bool) {
	for _, p := range m.parameters {
		if p.name == name {
			return p.value, true
		}
	}
	return "", false
}

// String implements https://mimesniff.spec.whatwg.org/#serialize-a-mime-type
func (m mimeType) String() string {
	s := m.essence
	for _, p := range m.parameters {
		value := p.value
		if !validName(value) {
			value = `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(value) + `"`
		}
		s += ";" + p.name + "=" + value
	}
	return s
}
