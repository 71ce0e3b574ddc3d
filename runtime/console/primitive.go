package console

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"
)

// primitive shows a value that is no object.
func (in *inspector) primitive(v goja.Value) string {
	switch {
	case v == nil || goja.IsUndefined(v):
		return in.style("undefined", undefined)
	case goja.IsNull(v):
		return in.style("null", null)
	case goja.IsString(v):
		return in.text(v.String())
	case goja.IsBigInt(v):
		return in.style(v.String()+"n", numeric)
	case goja.IsNumber(v):
		return in.style(number(v), numeric)
	}
	if s, ok := v.(*goja.Symbol); ok {
		return in.style(symbolText(s), symbol)
	}
	return in.style(v.String(), numeric) // a boolean
}

func number(v goja.Value) string {
	if f := v.ToFloat(); f == 0 && math.Signbit(f) {
		return "-0"
	}
	return v.String()
}

func symbolText(s *goja.Symbol) string { return "Symbol(" + escape(s.String(), 0) + ")" }

// text shows a string: quoted, cut off if it is very long, and with its lines beneath each other if it has several.
func (in *inspector) text(s string) string {
	trailer := ""
	if len(s) > in.layout.Text {
		if units := utf16.Encode([]rune(s)); len(units) > in.layout.Text {
			s = string(utf16.Decode(units[:in.layout.Text]))
			trailer = more(len(units)-in.layout.Text, "character", "characters")
		}
	}
	if n := length(s); n > 16 && n > in.layout.Width-in.indentation-4 {
		if lines := strings.SplitAfter(s, "\n"); len(lines) > 1 {
			if lines[len(lines)-1] == "" {
				lines = lines[:len(lines)-1]
			}
			for i, line := range lines {
				lines[i] = in.style(quote(line), stringy)
			}
			return strings.Join(lines, " +\n"+strings.Repeat(" ", in.indentation+2)) + trailer
		}
	}
	return in.style(quote(s), stringy) + trailer
}

// quote puts a string in the quotes that need the fewest escapes.
func quote(s string) string {
	mark := byte('\'')
	if strings.Contains(s, "'") {
		if !strings.Contains(s, `"`) {
			mark = '"'
		} else if !strings.Contains(s, "`") && !strings.Contains(s, "${") {
			mark = '`'
		}
	}
	return string(mark) + escape(s, mark) + string(mark)
}

// escape makes control characters, backslashes and quotation marks visible.
func escape(s string, mark byte) string {
	clean := true
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '\\' || c == mark && mark != 0 || c >= 0x7F {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\b':
			b.WriteString(`\b`)
		case c == '\f':
			b.WriteString(`\f`)
		case c == '\v':
			b.WriteString(`\x0B`)
		case c == '\\':
			b.WriteString(`\\`)
		case mark != 0 && c == rune(mark):
			b.WriteByte('\\')
			b.WriteByte(mark)
		case c < 0x20 || c >= 0x7F && c <= 0x9F:
			fmt.Fprintf(&b, `\x%02X`, c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
