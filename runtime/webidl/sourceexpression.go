package webidl

import (
	"reflect"
	"strings"

	"github.com/dop251/goja"
)

var intType = reflect.TypeFor[int]()

// intermediate is what V8 shows of expressions that it does not print.
const intermediate = "(intermediate value)"

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c >= 0x80
}

// identifierAt is the name that stands at a place in a source, or "".
func identifierAt(source string, at int) string {
	end := at
	for end < len(source) && isNameByte(source[end]) {
		end++
	}
	return source[at:end]
}

// openOf is where the bracket opens that is closed at a place, or -1. It looks at brackets and quotes only.
func openOf(source string, closed int) int {
	depth := 0
	for i := closed; i >= 0 && closed-i < 1<<14; i-- {
		switch c := source[i]; c {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth--; depth == 0 {
				return i
			}
		case '"', '\'', '`':
			j := i - 1
			for j >= 0 && (source[j] != c || j > 0 && source[j-1] == '\\') {
				if source[j] == '\n' && c != '`' {
					return -1
				}
				j--
			}
			i = j
		}
	}
	return -1
}

// wordsBefore end what is no operand: a bracket behind one of them is not a call's.
var wordsBefore = map[string]bool{
	"return": true, "typeof": true, "await": true, "yield": true, "void": true, "new": true, "in": true, "of": true, "instanceof": true, "delete": true,
	"throw": true, "case": true, "else": true, "do": true, "if": true, "while": true, "for": true,
}

// calleeText is how V8 prints the expression that ends at a place in a source, with the arguments of calls left out.
func calleeText(source string, end int) string {
	suffix := ""
	i := end
	for range 64 {
		i = len(strings.TrimRight(source[:i], " \n\t"))
		if i >= 2 && source[i-2:i] == "?." {
			i -= 2
			continue
		}
		if i == 0 {
			break
		}
		switch c := source[i-1]; {
		case c == ')':
			open := openOf(source, i-1)
			if open < 0 {
				return intermediate + suffix
			}
			if !operandEnds(source, open) {
				return parenthesized(source[open+1:i-1]) + suffix
			}
			suffix = "(...)" + suffix
			i = open
		case c == ']':
			open := openOf(source, i-1)
			if open < 0 {
				return intermediate + suffix
			}
			key := strings.TrimSpace(source[open+1 : i-1])
			if !operandEnds(source, open) {
				return "[" + key + "]" + suffix
			}
			switch {
			case len(key) > 1 && (key[0] == '"' || key[0] == '\'') && key[len(key)-1] == key[0]:
				suffix = "." + key[1:len(key)-1] + suffix
			case strings.HasSuffix(source[:open], "?."):
				suffix = "?.[" + key + "]" + suffix
			default:
				suffix = "[" + key + "]" + suffix
			}
			i = open
		case isNameByte(c):
			start := i
			for start > 0 && (isNameByte(source[start-1]) || source[start-1] == '#') {
				start--
			}
			name := source[start:i]
			switch before := strings.TrimRight(source[:start], " \n\t"); {
			case name == "super":
				return intermediate + suffix
			case strings.HasSuffix(before, "?."):
				suffix = "?." + name + suffix
				i = len(before) - 2
			case strings.HasSuffix(before, ".") && !strings.HasSuffix(before, ".."):
				suffix = "." + name + suffix
				i = len(before) - 1
			case before == "new" || strings.HasSuffix(before, "new") && !isNameByte(before[len(before)-4]):
				// What new makes has no name; without the arguments it is the constructor.
				if made := strings.Index(suffix, "(...)"); made >= 0 {
					return intermediate + suffix[made+len("(...)"):]
				}
				return name + suffix
			default:
				return name + suffix
			}
		case c == '"' || c == '\'':
			start := strings.LastIndexByte(source[:i-1], c)
			if start < 0 {
				return intermediate + suffix
			}
			return `"` + source[start+1:i-1] + `"` + suffix
		default:
			return intermediate + suffix
		}
	}
	return intermediate + suffix
}

// operandEnds reports whether something that can be called, or have members, ends before a bracket.
func operandEnds(source string, open int) bool {
	before := strings.TrimRight(source[:open], " \n\t")
	if before == "" {
		return false
	}
	switch c := before[len(before)-1]; {
	case strings.HasSuffix(before, "?."), c == ')', c == ']', c == '"', c == '\'', c == '`':
		return true
	case isNameByte(c):
		start := len(before)
		for start > 0 && isNameByte(before[start-1]) {
			start--
		}
		return !wordsBefore[before[start:]] || start > 0 && before[start-1] == '.'
	}
	return false
}

// parenthesized is how V8 prints what stands in brackets of its own.
func parenthesized(inner string) string {
	inner = strings.TrimSpace(inner)
	switch {
	case inner == "void 0":
		return "(void 0)"
	case strings.ContainsAny(inner, "{}`\n?=") || strings.HasPrefix(inner, "await ") || strings.Contains(inner, "/*") || strings.Contains(inner, "function"):
		return intermediate
	case strings.ContainsAny(inner, "()"):
		if calleeText(inner, len(inner)) == inner {
			return inner
		}
		return intermediate
	case strings.Contains(inner, ","):
		return "(" + strings.ReplaceAll(inner, ", ", " , ") + ")"
	case strings.ContainsAny(inner, "|&"):
		return "(" + inner + ")"
	}
	return inner
}

// newText is how V8 prints what new is applied to, at the place of the word new.
func newText(source string, at int) string {
	rest, ok := strings.CutPrefix(source[at:], "new ")
	if !ok {
		return intermediate
	}
	end := 0
	for end < len(rest) {
		switch c := rest[end]; {
		case isNameByte(c) || c == '.' || c == '#':
			end++
			continue
		case c == '[' && end > 0:
			if close := strings.IndexByte(rest[end:], ']'); close > 0 {
				end += close + 1
				continue
			}
		}
		break
	}
	if end == 0 {
		return intermediate
	}
	return calleeText(rest, end)
}

// valueText is how V8 prints the expression whose value is taken apart or iterated over, at the engine's place of it; "" if
// it is not that expression that stands there.
func valueText(source string, at int, value goja.Value) string {
	before := strings.TrimRight(source[:at], " \n\t")
	switch c := source[at]; {
	case strings.HasPrefix(source[at:], "await ") || strings.HasSuffix(before, "await"):
		return intermediate
	case c == '(' && operandEnds(source, at):
		return calleeText(source, at) + "(...)"
	case c == '[' && operandEnds(source, at):
		close := strings.IndexByte(source[at:], ']')
		if close < 0 {
			return intermediate
		}
		return calleeText(source, at+close+1)
	case isNameByte(c):
		if strings.HasSuffix(before, ".") && !strings.HasSuffix(before, "...") || endsBefore(before) {
			return calleeText(source, at+len(identifierAt(source, at)))
		}
	case endsBefore(before) && strings.HasPrefix(source[at:], "{}"):
		return "{}"
	}
	if value != nil && !nullish(value) && kindOf(value) != "object" && kindOf(value) != "function" && strings.HasPrefix(source[at:], "for") {
		return value.String()
	}
	return ""
}

// endsBefore reports whether a value comes next that is assigned, spread or iterated over.
func endsBefore(before string) bool {
	return strings.HasSuffix(before, "=") && !strings.HasSuffix(before, "==") || strings.HasSuffix(before, "...") || strings.HasSuffix(before, " of") || strings.HasSuffix(before, "yield*")
}
