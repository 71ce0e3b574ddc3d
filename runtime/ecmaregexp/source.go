package ecmaregexp

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
)

// Needed reports whether the engine's own regular expressions do not do for a pattern: they know neither the flags d and
// v nor modifiers, take \p{…} for the letter p, and lose halves of surrogate pairs.
func Needed(pattern, flags string) bool {
	if strings.ContainsAny(flags, "dv") {
		return true
	}
	if strings.Contains(flags, "u") {
		if strings.Contains(pattern, `\p`) || strings.Contains(pattern, `\P`) {
			return true
		}
	} else if surrogates.MatchString(pattern) {
		return true
	}
	for rest := pattern; ; {
		i := strings.Index(rest, "(?")
		if i < 0 || i+2 == len(rest) {
			return false
		}
		if rest = rest[i+2:]; strings.IndexByte("ims-", rest[0]) >= 0 {
			return true
		}
	}
}

// surrogates finds halves of pairs that a pattern names, and characters that are pairs.
var surrogates = regexp.MustCompile(`\\u[dD][89a-fA-F]|[^\x{0000}-\x{ffff}]|\x{fffd}`)

// Escape implements https://tc39.es/ecma262/#sec-regexp.escape.
func Escape(text []uint16) []uint16 {
	var b []uint16
	add := func(format string, c uint16) { b = append(b, utf16.Encode([]rune(fmt.Sprintf(format, c)))...) }
	for i, c := range text {
		pair := isHigh(c) && i+1 < len(text) && isLow(text[i+1]) || isLow(c) && i > 0 && isHigh(text[i-1])
		switch {
		case i == 0 && (isDigit(rune(c)) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'):
			add(`\x%02x`, c)
		case c < 128 && strings.IndexByte(`^$\.*+?()[]{}|/`, byte(c)) >= 0:
			b = append(b, '\\', c)
		case '\t' <= c && c <= '\r':
			b = append(b, '\\', uint16("tnvfr"[c-'\t']))
		case c < 128 && strings.IndexByte(",-=<>#&!%:;@~'`\"", byte(c)) >= 0, c < 256 && spaces.contains(rune(c)):
			add(`\x%02x`, c)
		case spaces.contains(rune(c)), !pair && (isHigh(c) || isLow(c)):
			add(`\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return b
}

// EscapeSource implements https://tc39.es/ecma262/#sec-escaperegexppattern but for the empty pattern.
func EscapeSource(pattern []uint16) []uint16 {
	b := make([]uint16, 0, len(pattern))
	class := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch c {
		case '\\':
			if b = append(b, c); i+1 < len(pattern) {
				i++
				if escaped := lineEnd(pattern[i]); escaped != "" {
					b = append(b, utf16.Encode([]rune(escaped))...)
				} else {
					b = append(b, pattern[i])
				}
			}
			continue
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if !class {
				b = append(b, '\\')
			}
		}
		if escaped := lineEnd(c); escaped != "" {
			b = append(b, '\\')
			b = append(b, utf16.Encode([]rune(escaped))...)
			continue
		}
		b = append(b, c)
	}
	return b
}

// lineEnd is a line terminator as it is behind a backslash; empty if it is none.
func lineEnd(c uint16) string {
	switch c {
	case '\n':
		return "n"
	case '\r':
		return "r"
	case 0x2028:
		return "u2028"
	case 0x2029:
		return "u2029"
	}
	return ""
}

// compiled keeps what was compiled lately, for isolates construct the same expressions again and again.
var compiled struct {
	mu   sync.Mutex
	list map[string]*Regexp
	size int
}

// mostKept bounds the code units of the patterns that are kept.
const mostKept = 1 << 18

// Cached is Compile, which remembers.
func Cached(pattern []uint16, flags Flags) (*Regexp, error) {
	key := flags.String() + "/" + string(key(pattern))
	compiled.mu.Lock()
	r := compiled.list[key]
	compiled.mu.Unlock()
	if r != nil {
		return r, nil
	}
	r, err := Compile(slices.Clone(pattern), flags)
	if err != nil || len(key) > mostKept/16 {
		return r, err
	}
	compiled.mu.Lock()
	defer compiled.mu.Unlock()
	if compiled.size += len(key); compiled.list == nil || compiled.size > mostKept {
		compiled.list, compiled.size = make(map[string]*Regexp), len(key)
	}
	compiled.list[key] = r
	return r, nil
}

func key(units []uint16) []byte {
	b := make([]byte, 0, 2*len(units))
	for _, c := range units {
		b = append(b, byte(c>>8), byte(c))
	}
	return b
}
