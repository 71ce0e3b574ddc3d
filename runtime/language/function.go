package language

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"

	"devserver/runtime/ecmaregexp"
	"devserver/runtime/webidl"
)

// functionAdditions have functions say what was written, in scripts in which the bundler has put what only the runtime knows.
var functionAdditions = []addition{
	{word: "_re", install: installFunctionText},       // marks of regular expressions
	{word: "devserver", install: installFunctionText}, // the specifiers of modules of the runtime's own
	{word: "import", install: installFunctionText},    // the loader's
	{word: "eval", install: installFunctionText},
}

func installFunctionText(r *webidl.Realm) {
	state := webidl.State[installed](r)
	if state.functionText {
		return
	}
	state.functionText = true
	native := r.IntrinsicMethod("Function", "toString")
	define(r.IntrinsicPrototype("Function"), "toString", r.Builtin("toString", 0, func(c webidl.Call) goja.Value {
		v, err := native(c.This)
		r.Rethrow(err)
		text, ok := v.(goja.String)
		if !ok {
			return v
		}
		if state.writtenText != nil && reflect.TypeOf(text) == asciiType {
			if written, ok := state.writtenText(text.String()); ok {
				return goja.StringFromUTF16(utf16.Encode([]rune(written)))
			}
		}
		// It may be of a module that is loaded at run time, or of eval.
		s := text.String()
		marked, kept := strings.Contains(s, "/"+ecmaregexp.MarkPrefix), strings.Contains(s, "(0,")
		if !marked && !kept {
			return v
		}
		if marked {
			s = ecmaregexp.Unmarked(s)
		}
		if kept {
			s = folded(s)
		}
		return goja.StringFromUTF16(utf16.Encode([]rune(s)))
	}))
}

// keptConstant finds what [engine.UnfoldedText] makes of the literal of a BigInt.
var keptConstant = regexp.MustCompile(`\(0,(0[xXoObB][0-9a-fA-F_]+n|[0-9][0-9_]*n)\)`)

// folded undoes that, where the brackets are not those of a call.
func folded(text string) string {
	var b strings.Builder
	at := 0
	for _, found := range keptConstant.FindAllStringSubmatchIndex(text, -1) {
		before := strings.TrimRight(text[:found[0]], " \t\r\n")
		word := before[strings.LastIndexFunc(before, func(c rune) bool {
			return !(c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80)
		})+1:]
		if word != "" && !slices.Contains([]string{"return", "typeof", "void", "case", "in", "of", "await", "yield", "throw", "delete", "instanceof"}, word) ||
			word == "" && (strings.HasSuffix(before, ")") || strings.HasSuffix(before, "]") || strings.HasSuffix(before, "?.") || strings.HasSuffix(before, "}")) {
			continue
		}
		b.WriteString(text[at:found[0]])
		b.WriteString(text[found[2]:found[3]])
		at = found[1]
	}
	b.WriteString(text[at:])
	return b.String()
}
