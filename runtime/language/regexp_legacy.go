package language

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/ecmaregexp"
	"devserver/runtime/webidl"
)

// legacyMatch is the latest match of a realm, which RegExp.$1 and the like show: not in the standard, but in every engine.
// https://github.com/tc39/proposal-regexp-legacy-features
type legacyMatch struct {
	text  goja.String
	found []int
}

func (l *legacyMatch) remember(re *ecmaregexp.Regexp, text goja.String, found []int) {
	l.text, l.found = text, append(l.found[:0], found...)
}

// legacyNames are the names of what is not a group's.
var legacyNames = []struct {
	names []string
	of    func(l *legacyMatch) goja.Value
}{
	{[]string{"input", "$_"}, func(l *legacyMatch) goja.Value { return l.text }},
	{[]string{"lastMatch", "$&"}, func(l *legacyMatch) goja.Value { return l.group(0) }},
	{[]string{"lastParen", "$+"}, func(l *legacyMatch) goja.Value { return l.group(max(len(l.found)/2-1, 0)) }},
	{[]string{"leftContext", "$`"}, func(l *legacyMatch) goja.Value { return l.text.Substring(0, l.found[0]) }},
	{[]string{"rightContext", "$'"}, func(l *legacyMatch) goja.Value { return l.text.Substring(l.found[1], l.text.Length()) }},
}

func (l *legacyMatch) group(i int) goja.Value {
	if 2*i >= len(l.found) || l.found[2*i] < 0 {
		return goja.StringFromUTF16(nil)
	}
	return l.text.Substring(l.found[2*i], l.found[2*i+1])
}

// mentionsLegacy reports whether a text may ask for any of this.
func mentionsLegacy(text string) bool {
	if strings.Contains(text, "RegExp.$") || strings.Contains(text, "RegExp[") {
		return true
	}
	for _, property := range legacyNames {
		if strings.Contains(text, "RegExp."+property.names[0]) {
			return true
		}
	}
	return false
}

func installLegacy(r *webidl.Realm) {
	installRegexp(r)
	s := webidl.State[regexps](r)
	empty := r.String("").(goja.String)
	s.legacy = &legacyMatch{text: empty, found: []int{0, 0}}
	property := func(name string, of func(l *legacyMatch) goja.Value, settable bool) {
		get := r.Builtin("get "+name, 0, func(c webidl.Call) goja.Value {
			if c.This != goja.Value(s.constructor) {
				c.Throw(webidl.TypeErrorf("Receiver is not %%RegExp%%"))
			}
			return of(s.legacy)
		})
		var set goja.Value
		if settable {
			set = r.Builtin("set "+name, 1, func(c webidl.Call) goja.Value { return goja.Undefined() })
		}
		s.constructor.DefineAccessorProperty(name, get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	for _, p := range legacyNames {
		for _, name := range p.names {
			property(name, p.of, name == "input" || name == "$_")
		}
	}
	for i := 1; i <= 9; i++ {
		property("$"+strconv.Itoa(i), func(l *legacyMatch) goja.Value { return l.group(i) }, false)
	}
}
