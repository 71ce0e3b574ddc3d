package intl

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// CollatorClass is https://tc39.es/ecma402/#collator-objects.
var CollatorClass = webidl.NewClass("Collator", collatorIDL{})

type collatorIDL struct{}

type collatorObject struct {
	*collator
	bound goja.Value
}

func (collatorIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return &collatorObject{collator: newCollator(c, c.Arg(0), c.Arg(1))} }
	class.Callable = func(c webidl.Call) goja.Value { return c.Realm.New(class, class.Construct(c)) }
	class.Statics = webidl.Hidden(webidl.Static("supportedLocalesOf", 1, supportedLocales))
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.Collator"),
		webidl.Method("resolvedOptions", 0, func(k *collatorObject, c webidl.Call) goja.Value {
			return object(c.Realm, "locale", k.locale, "usage", k.usage, "sensitivity", k.sensitivity, "ignorePunctuation", k.ignorePunctuation,
				"collation", k.collation, "numeric", k.numeric, "caseFirst", k.caseFirst)
		}),
		webidl.ReadOnly("compare", func(k *collatorObject, c webidl.Call) goja.Value {
			if k.bound == nil {
				k.bound = c.Realm.Builtin("", 2, func(c webidl.Call) goja.Value {
					return c.Realm.Int(k.compare(textArg(c, 0).String(), textArg(c, 1).String()))
				})
			}
			return k.bound
		}),
	)
}

// newCollator is https://tc39.es/ecma402/#sec-intl.collator.
func newCollator(c webidl.Call, locales, v goja.Value) *collator {
	requested := localeList(c, locales)
	o := objectOf(c, v, "Collator")
	k := &collator{usage: o.text("usage", []string{"sort", "search"}, "sort")}
	o.matcher()
	given := map[string]string{}
	if collation := o.kind("collation"); collation != "" {
		given["co"] = collation
	}
	if numeric, ok := o.boolean("numeric"); ok {
		given["kn"] = "false"
		if numeric {
			given["kn"] = "true"
		}
	}
	if first := o.text("caseFirst", []string{"upper", "lower", "false"}, ""); first != "" {
		given["kf"] = first
	}
	r := resolveLocale(requested, []string{"co", "kf", "kn"}, given, validKeyword)
	k.locale, k.numeric, k.caseFirst = r.locale, r.values["kn"] == "true", orElse(r.values["kf"], "false")
	if r.values["kf"] == "" && r.base.language == "da" {
		k.caseFirst = "upper"
	}
	k.sensitivity = o.text("sensitivity", []string{"base", "accent", "case", "variant"}, "variant")
	if k.collation = orElse(r.values["co"], "default"); k.collation == "default" && r.base.language == "zh" {
		k.collation = "pinyin"
	}
	k.ignorePunctuation, _ = o.boolean("ignorePunctuation")
	k.start(&r.base)
	return k
}

// collations are those of a language beside its usual one.
var collations = map[string][]string{"de": {"phonebk"}, "es": {"trad"}, "zh": {"pinyin", "stroke"}}
