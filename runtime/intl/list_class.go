package intl

import (
	"regexp"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// ListFormatClass is https://tc39.es/ecma402/#listformat-objects.
var ListFormatClass = webidl.NewClass("ListFormat", listFormatIDL{})

type listFormatIDL struct{}

type listFormat struct {
	locale      string
	table       *table
	kind, style string
}

func (listFormatIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		requested := localeList(c, c.Arg(0))
		o := getOptions(c, c.Arg(1), "ListFormat")
		o.matcher()
		r := resolveLocale(requested, nil, nil, validKeyword)
		return &listFormat{r.locale, r.table, o.text("type", []string{"conjunction", "disjunction", "unit"}, "conjunction"),
			o.text("style", []string{"long", "short", "narrow"}, "long")}
	}
	class.Callable = requiresNew("ListFormat")
	class.Statics = webidl.Hidden(webidl.Static("supportedLocalesOf", 1, supportedLocales))
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.ListFormat"),
		webidl.Method("resolvedOptions", 0, func(f *listFormat, c webidl.Call) goja.Value {
			return object(c.Realm, "locale", f.locale, "type", f.kind, "style", f.style)
		}),
		webidl.Method("format", 1, func(f *listFormat, c webidl.Call) goja.Value {
			return c.String(join(f.parts(stringList(c, c.Arg(0)))))
		}),
		webidl.Method("formatToParts", 1, func(f *listFormat, c webidl.Call) goja.Value {
			return partsArray(c.Realm, f.parts(stringList(c, c.Arg(0))))
		}),
	)
}

// stringList is https://tc39.es/ecma402/#sec-createstringlistfromiterable.
func stringList(c webidl.Call, v goja.Value) []string {
	if goja.IsUndefined(v) {
		return nil
	}
	obj := v
	if !goja.IsNull(v) {
		obj = v.ToObject(c.Realm.VM)
	}
	if !webidl.Iterates(obj) {
		c.Throw(webidl.TypeErrorf("%s is not iterable", v))
	}
	var list []string
	var bad goja.Value
	c.Realm.VM.ForOf(v, func(item goja.Value) bool {
		text, ok := item.(goja.String)
		if !ok {
			bad = item
			return false
		}
		list = append(list, text.String())
		return true
	})
	if bad != nil {
		c.Throw(webidl.TypeErrorf("Iterable yielded %s which is not a string", bad))
	}
	return list
}

// Spanish says e for y before the sound of an i, and u for o before that of an o.
var (
	beforeI = regexp.MustCompile(`(?i)^(i|hi[^ae]|hi$)`)
	beforeO = regexp.MustCompile(`(?i)^(o|ho|8|11( |$|[.,]|[0-9]{3}( |$)))`)
)

// parts joins a list.
func (f *listFormat) parts(list []string) []part {
	seps := f.table.List[f.kind+" "+f.style]
	var parts []part
	for i, item := range list {
		if i > 0 {
			sep := seps[2]
			switch {
			case len(list) == 2:
				sep = seps[0]
			case i == len(list)-1:
				sep = seps[3]
			case i == 1:
				sep = seps[1]
			}
			if f.table.language == "es" {
				switch {
				case sep == " y " && beforeI.MatchString(item):
					sep = " e "
				case sep == " o " && beforeO.MatchString(item):
					sep = " u "
				}
			}
			if sep != "" {
				parts = append(parts, part{kind: "literal", text: sep})
			}
		}
		parts = append(parts, part{kind: "element", text: item})
	}
	return parts
}
