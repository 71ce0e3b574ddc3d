// Package intl is Intl and what belongs to it on the engine's own objects, the toLocaleString family:
// https://tc39.es/ecma402/. English is as in production; what is not, and which locales there are, README.md of this
// folder says.
//
// A locale's patterns, names and symbols are facts that another engine was asked for: see data.go. Formats are plain Go
// values that do not change; those made without options are shared by all isolates.
package intl

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Globals is the namespace, made when it is touched.
func Globals() []webidl.Global {
	return []webidl.Global{webidl.BuiltinGlobal("Intl", namespace)}
}

// classes are those of the namespace.
var classes = []*webidl.Class{
	DateTimeFormatClass, NumberFormatClass, CollatorClass, PluralRulesClass, RelativeTimeFormatClass, ListFormatClass, LocaleClass, DisplayNamesClass,
	SegmenterClass, DurationFormatClass,
}

func namespace(r *webidl.Realm) goja.Value {
	intl := r.VM.NewObject()
	define := func(name string, v goja.Value) {
		intl.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	intl.DefineDataPropertySymbol(goja.SymToStringTag, r.String("Intl"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	define("getCanonicalLocales", r.Builtin("getCanonicalLocales", 1, func(c webidl.Call) goja.Value {
		var names []string
		for _, t := range localeList(c, c.Arg(0)) {
			names = append(names, t.String())
		}
		return c.Realm.Strings(names)
	}))
	define("supportedValuesOf", r.Builtin("supportedValuesOf", 1, func(c webidl.Call) goja.Value {
		key := textArg(c, 0).String()
		all, ok := map[string][]string{
			"calendar": {"gregory"}, "collation": {"phonebk", "pinyin", "stroke", "trad"}, "currency": theRoot().Currency,
			"numberingSystem": theRoot().NumberingSystem, "timeZone": theRoot().TimeZone, "unit": theRoot().Unit,
		}[key]
		if !ok {
			c.Throw(webidl.RangeErrorf("Invalid key : %s", key))
		}
		return c.Realm.Strings(slices.Clone(all))
	}))
	for _, class := range classes {
		define(class.Name, r.Constructor(class))
	}
	return intl
}
