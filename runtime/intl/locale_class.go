package intl

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// LocaleClass is https://tc39.es/ecma402/#locale-objects.
var LocaleClass = webidl.NewClass("Locale", localeIDL{})

type localeIDL struct{}

type locale struct{ tag tag }

func (localeIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(c webidl.Call) any { return newLocale(c) }
	class.Callable = requiresNew("Locale")
	text := func(name string, of func(l *locale) string) webidl.Member {
		return webidl.ReadOnly(name, func(l *locale, c webidl.Call) goja.Value {
			if s := of(l); s != "" {
				return c.String(s)
			}
			return goja.Undefined()
		})
	}
	key := func(name, key string) webidl.Member {
		return webidl.ReadOnly(name, func(l *locale, c webidl.Call) goja.Value {
			if value, ok := l.tag.keyword(key); ok {
				return c.String(value)
			}
			return goja.Undefined()
		})
	}
	list := func(name string, of func(l *locale) []string) webidl.Member {
		return webidl.Method(name, 0, func(l *locale, c webidl.Call) goja.Value { return c.Realm.Strings(of(l)) })
	}
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.Locale"),
		webidl.Method("toString", 0, func(l *locale, c webidl.Call) goja.Value { return c.String(l.tag.String()) }),
		webidl.Method("maximize", 0, func(l *locale, c webidl.Call) goja.Value {
			return c.Realm.New(class, &locale{l.tag.maximized()})
		}),
		webidl.Method("minimize", 0, func(l *locale, c webidl.Call) goja.Value {
			return c.Realm.New(class, &locale{l.tag.minimized()})
		}),
		text("language", func(l *locale) string { return l.tag.language }),
		text("script", func(l *locale) string { return l.tag.script }),
		text("region", func(l *locale) string { return l.tag.region }),
		text("variants", func(l *locale) string { return strings.Join(l.tag.variants, "-") }),
		text("baseName", func(l *locale) string { return l.tag.base() }),
		key("calendar", "ca"), key("caseFirst", "kf"), key("collation", "co"), key("firstDayOfWeek", "fw"), key("hourCycle", "hc"),
		webidl.ReadOnly("numeric", func(l *locale, c webidl.Call) goja.Value {
			value, ok := l.tag.keyword("kn")
			return c.Bool(ok && value == "")
		}),
		key("numberingSystem", "nu"),
		list("getCalendars", func(l *locale) []string { return l.preferred("ca", theRoot().Calendars, "gregory") }),
		list("getCollations", func(l *locale) []string {
			if value, ok := l.tag.keyword("co"); ok {
				return []string{value}
			}
			return append([]string{"emoji", "eor"}, collations[l.tag.language]...)
		}),
		list("getHourCycles", func(l *locale) []string { return l.preferred("hc", theRoot().Hours, "h23") }),
		list("getNumberingSystems", func(l *locale) []string {
			if value, ok := l.tag.keyword("nu"); ok {
				return []string{value}
			}
			if name, ok := bestAvailable(&l.tag); ok {
				return []string{tableOf(name).Number.Nu}
			}
			return []string{"latn"}
		}),
		webidl.Method("getTimeZones", 0, func(l *locale, c webidl.Call) goja.Value {
			if l.tag.region == "" {
				return goja.Undefined()
			}
			return c.Realm.Strings(strings.Fields(theRoot().RegionZones[l.tag.region]))
		}),
		webidl.Method("getTextInfo", 0, func(l *locale, c webidl.Call) goja.Value {
			direction, full := "ltr", l.tag.maximized()
			if slices.Contains(rightToLeft, full.script) {
				direction = "rtl"
			}
			return object(c.Realm, "direction", direction)
		}),
		webidl.Method("getWeekInfo", 0, func(l *locale, c webidl.Call) goja.Value {
			text := "1 6 7"
			full := l.tag.maximized()
			if own, ok := theRoot().Week[full.region]; ok {
				text = own
			}
			days := []goja.Value{}
			for _, d := range strings.Fields(text) {
				days = append(days, c.Realm.Int(int(d[0]-'0')))
			}
			first := days[0]
			if value, ok := l.tag.keyword("fw"); ok {
				if i := slices.Index(weekdays, value); i >= 0 {
					first = c.Realm.Int(i + 1)
				}
			}
			return object(c.Realm, "firstDay", first, "weekend", c.Realm.Array(days[1:]...))
		}),
	)
}

var (
	rightToLeft = []string{"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Mand", "Samr", "Aran"}
	weekdays    = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
)

// preferred are a keyword's value, or what is usual in the region.
func (l *locale) preferred(key string, regions map[string]string, fallback string) []string {
	if value, ok := l.tag.keyword(key); ok {
		return []string{value}
	}
	full := l.tag.maximized()
	if text, ok := regions[full.region]; ok {
		return strings.Fields(text)
	}
	return []string{fallback}
}

// newLocale is https://tc39.es/ecma402/#sec-Intl.Locale.
func newLocale(c webidl.Call) *locale {
	invalid := func() { c.Throw(webidl.RangeErrorf("Incorrect locale information provided")) }
	v := c.Arg(0)
	_, isObject := v.(*goja.Object)
	if _, isText := v.(goja.String); !isText && !isObject {
		c.Throw(webidl.TypeErrorf("First argument to Intl.Locale constructor can't be empty or missing"))
	}
	var t tag
	if l, ok := webidl.As[*locale](c.Realm, v); ok {
		t = l.tag
		t.keywords, t.variants = slices.Clone(t.keywords), slices.Clone(t.variants)
	} else if t, ok = parseTag(c.Realm.USVString(v)); !ok {
		invalid()
	}
	o := objectOf(c, c.Arg(1), "Locale")
	subtag := func(name string, valid func(s string) bool) string {
		text := o.text(name, nil, "")
		if _, given := o.get(name); given && !valid(lowered(text)) {
			invalid()
		}
		return strings.ToLower(text)
	}
	if s := subtag("language", func(s string) bool { return letters(s, 2, 3) || letters(s, 5, 8) }); s != "" {
		t.language = s
	}
	if s := subtag("script", func(s string) bool { return letters(s, 4, 4) }); s != "" {
		t.script = strings.ToUpper(s[:1]) + s[1:]
	}
	if s := subtag("region", func(s string) bool { return letters(s, 2, 2) || digits(s, 3) }); s != "" {
		t.region = strings.ToUpper(s)
	}
	if s := subtag("variants", func(s string) bool {
		return !slices.ContainsFunc(strings.Split(s, "-"), func(v string) bool { return !isVariant(v) })
	}); s != "" {
		t.variants = strings.Split(s, "-")
		if slices.Sort(t.variants); len(slices.Compact(slices.Clone(t.variants))) != len(t.variants) {
			invalid()
		}
	}
	t.canonicalize()
	for _, one := range []struct{ name, key string }{{"calendar", "ca"}, {"collation", "co"}, {"firstDayOfWeek", "fw"}, {"hourCycle", "hc"}, {"caseFirst", "kf"}, {"numeric", "kn"}, {"numberingSystem", "nu"}} {
		v, ok := o.get(one.name)
		if !ok {
			continue
		}
		switch one.name {
		case "hourCycle":
			t.setKeyword("hc", o.text("hourCycle", []string{"h11", "h12", "h23", "h24"}, ""), true)
		case "caseFirst":
			t.setKeyword("kf", o.text("caseFirst", []string{"upper", "lower", "false"}, ""), true)
		case "numeric":
			value := "false"
			if v.ToBoolean() {
				value = "true"
			}
			t.setKeyword("kn", value, true)
		case "firstDayOfWeek":
			value := c.Realm.USVString(v)
			if len(value) == 1 && value[0] >= '0' && value[0] <= '7' {
				value = weekdays[(value[0]-'0'+6)%7]
			}
			if !alphanumeric(lowered(value), 3, 8) {
				invalid()
			}
			t.setKeyword("fw", strings.ToLower(value), true)
		default:
			t.setKeyword(one.key, o.kind(one.name), true)
		}
	}
	return &locale{t}
}
