package intl

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// DisplayNamesClass is https://tc39.es/ecma402/#intl-displaynames-objects.
var DisplayNamesClass = webidl.NewClass("DisplayNames", displayNamesIDL{})

type displayNamesIDL struct{}

type displayNames struct {
	locale                                 string
	table                                  *table
	style, kind, fallback, languageDisplay string
}

func (displayNamesIDL) Define(class *webidl.Class) {
	class.Length = 2
	class.Construct = func(c webidl.Call) any {
		requested := localeList(c, c.Arg(0))
		if !c.Has(1) {
			c.Throw(webidl.TypeErrorf("Cannot convert undefined or null to object"))
		}
		o := getOptions(c, c.Arg(1), "DisplayNames")
		o.matcher()
		r := resolveLocale(requested, nil, nil, validKeyword)
		d := &displayNames{locale: r.locale, table: r.table}
		d.style = o.text("style", []string{"narrow", "short", "long"}, "long")
		d.kind = o.text("type", []string{"language", "region", "script", "currency", "calendar", "dateTimeField"}, "")
		if d.kind == "" {
			c.Throw(webidl.TypeErrorf("Required option \"type\" must not be undefined"))
		}
		d.fallback = o.text("fallback", []string{"code", "none"}, "code")
		display := o.text("languageDisplay", []string{"dialect", "standard"}, "dialect")
		if d.kind == "language" {
			d.languageDisplay = display
		}
		return d
	}
	class.Callable = requiresNew("DisplayNames")
	class.Statics = webidl.Hidden(webidl.Static("supportedLocalesOf", 1, supportedLocales))
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.DisplayNames"),
		webidl.Method("resolvedOptions", 0, func(d *displayNames, c webidl.Call) goja.Value {
			return object(c.Realm, "locale", d.locale, "style", d.style, "type", d.kind, "fallback", d.fallback, "languageDisplay", d.languageDisplay)
		}),
		webidl.Method("of", 1, func(d *displayNames, c webidl.Call) goja.Value {
			code, name, ok := d.of(c, c.Realm.USVString(c.Arg(0)))
			switch {
			case ok:
				return c.String(name)
			case d.fallback == "none":
				return goja.Undefined()
			}
			return c.String(code)
		}),
	)
}

// of finds a name, and the code's canonical form.
func (d *displayNames) of(c webidl.Call, text string) (code, name string, ok bool) {
	invalid := func() { c.Throw(webidl.RangeErrorf("invalid_argument")) }
	lower := lowered(text)
	switch d.kind {
	case "language":
		t, valid := parseTag(text)
		if !valid || len(t.keywords)+len(t.others)+len(t.attributes) > 0 || t.private != "" {
			invalid()
		}
		name, ok = d.language(&t)
		return t.String(), name, ok
	case "region":
		code = strings.ToUpper(text)
		if !letters(lower, 2, 2) && !digits(lower, 3) {
			invalid()
		}
		if alias, known := theRoot().RegionAlias[code]; known {
			code = alias
		}
		name, ok = d.sized("region", code)
		return strings.ToUpper(text), name, ok
	case "script":
		if !letters(lower, 4, 4) {
			invalid()
		}
		code = strings.ToUpper(lower[:1]) + lower[1:]
		name, ok = d.sized("script", code)
	case "currency":
		if !letters(lower, 3, 3) {
			invalid()
		}
		code = strings.ToUpper(text)
		name, ok = d.table.nameOf("currency", code)
	case "calendar":
		for p := range strings.SplitSeq(lower, "-") {
			if !alphanumeric(p, 3, 8) {
				invalid()
			}
		}
		code = lower
		name, ok = d.table.nameOf("calendar", code)
		ok = ok && name != code
	case "dateTimeField":
		code = text
		if !slices.Contains(displayFields, code) {
			invalid()
		}
		name, ok = d.table.nameOf("field "+d.style, code)
	}
	return code, name, ok
}

var displayFields = []string{"era", "year", "quarter", "month", "weekOfYear", "weekday", "day", "dayPeriod", "hour", "minute", "second", "timeZoneName"}

func (d *displayNames) sized(kind, code string) (string, bool) {
	if d.style != "long" {
		if name, ok := d.table.nameOf(kind+"Short", code); ok {
			return name, true
		}
	}
	return d.table.nameOf(kind, code)
}

// language puts a name together of those of its subtags.
func (d *displayNames) language(t *tag) (string, bool) {
	// A dialect's own name is that of the language with its script or its region, where it has no more than these.
	rest := []string{t.script, t.region}
	base, ok := d.sized("language", t.language)
	if d.languageDisplay == "dialect" && (t.script == "" || t.region == "") && t.script+t.region != "" {
		if own, has := d.sized("language", t.language+"-"+t.script+t.region); has {
			base, ok, rest = own, true, nil
		}
	}
	if !ok {
		return "", false
	}
	var names []string
	for _, code := range rest {
		if code == "" {
			continue
		}
		kind := "region"
		if len(code) == 4 {
			kind = "script"
		}
		name, ok := d.sized(kind, code)
		if !ok {
			name = code
		}
		names = append(names, name)
	}
	names = append(names, t.variants...)
	if len(names) == 0 {
		return base, true
	}
	var composed string
	if raw, ok := d.table.composed(); ok {
		composed = raw
	} else {
		composed = "{0} ({1}, {2})"
	}
	// The composed name has three parts: what is between the second and the third stands between all of them.
	before, after, _ := strings.Cut(composed, "{1}")
	separator, end, _ := strings.Cut(after, "{2}")
	return strings.ReplaceAll(before, "{0}", base) + strings.Join(names, separator) + end, true
}
