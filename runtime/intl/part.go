package intl

import (
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// part is a piece of what a format makes, as formatToParts tells it.
type part struct {
	kind, text string
	source     string // of ranges: startRange, endRange or shared
	unit       string // of relative times and durations
}

// partKinds are the types behind the letters in patterns.
var partKinds = map[byte]string{
	'l': "literal", '-': "minusSign", '+': "plusSign", '%': "percentSign", 'c': "currency", 'u': "unit", 'k': "compact", 'x': "exponentSeparator",
	'~': "approximatelySign", 'G': "era", 'y': "year", 'M': "month", 'd': "day", 'E': "weekday", 'b': "dayPeriod", 'h': "hour", 'm': "minute", 's': "second",
	'f': "fractionalSecond", 'z': "timeZoneName",
}

// fill makes parts of a pattern: what fills "0", and, if it is not empty, a currency's text.
func fill(pattern string, number []part, currency string) []part {
	var parts []part
	for piece := range strings.SplitSeq(pattern, "|") {
		switch {
		case piece == "0":
			parts = append(parts, number...)
		case piece == "":
		case piece[0] == 'c' && currency != "":
			parts = append(parts, part{kind: "currency", text: currency})
		case piece[0] == '?':
			_, text, _ := strings.Cut(piece, ":")
			parts = append(parts, part{kind: "literal", text: text})
		default:
			parts = append(parts, part{kind: partKinds[piece[0]], text: piece[1:]})
		}
	}
	return parts
}

// textOf is what a pattern reads without what fills it.
func textOf(pattern string) string {
	var b strings.Builder
	for piece := range strings.SplitSeq(pattern, "|") {
		if piece != "0" && piece != "" {
			b.WriteString(piece[1:])
		}
	}
	return b.String()
}

// join is the text of parts.
func join(parts []part) string {
	if len(parts) == 1 {
		return parts[0].text
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}

// merge joins literals that are side by side.
func merge(parts []part) []part {
	out := parts[:0:0]
	for _, p := range parts {
		if n := len(out); n > 0 && p.kind == "literal" && out[n-1].kind == "literal" && p.source == out[n-1].source {
			out[n-1].text += p.text
			continue
		}
		out = append(out, p)
	}
	return out
}

// partsArray is what formatToParts returns.
func partsArray(r *webidl.Realm, parts []part) goja.Value {
	list := make([]goja.Value, len(parts))
	for i, p := range parts {
		obj := r.VM.NewObject()
		own(r, obj, "type", p.kind)
		own(r, obj, "value", p.text)
		if p.unit != "" {
			own(r, obj, "unit", p.unit)
		}
		if p.source != "" {
			own(r, obj, "source", p.source)
		}
		list[i] = obj
	}
	return r.Array(list...)
}
