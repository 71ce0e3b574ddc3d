package intl

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// defaultLocale is that of a Worker.
const defaultLocale = "en-US"

// localeList is https://tc39.es/ecma402/#sec-canonicalizelocalelist.
func localeList(c webidl.Call, v goja.Value) []tag {
	r := c.Realm
	if v == nil || goja.IsUndefined(v) {
		return nil
	}
	one := func(v goja.Value) tag {
		if l, ok := webidl.As[*locale](r, v); ok {
			return l.tag
		}
		text := v.String()
		t, ok := parseTag(text)
		if !ok {
			c.Throw(webidl.RangeErrorf("Invalid language tag: %s", text))
		}
		return t
	}
	if _, ok := v.(goja.String); ok {
		return []tag{one(v)}
	}
	if _, ok := webidl.As[*locale](r, v); ok {
		return []tag{one(v)}
	}
	if goja.IsNull(v) {
		c.Throw(webidl.TypeErrorf("Cannot convert undefined or null to object"))
	}
	obj := v.ToObject(r.VM)
	var list []tag
	length := int64(0)
	if n := obj.Get("length"); n != nil {
		length = n.ToInteger()
	}
	seen := map[string]bool{}
	for i := range min(length, 1<<20) {
		item := obj.Get(strconv.FormatInt(i, 10))
		if item == nil {
			continue
		}
		if _, isObject := item.(*goja.Object); !isObject {
			if _, isText := item.(goja.String); !isText {
				c.Throw(webidl.TypeErrorf("Incorrect locale information provided"))
			}
		}
		if t := one(item); !seen[t.String()] {
			seen[t.String()] = true
			list = append(list, t)
		}
	}
	return list
}

// bestAvailable is https://tc39.es/ecma402/#sec-bestavailablelocale, but for scripts that say what goes without saying.
func bestAvailable(t *tag) (string, bool) {
	tables := available()
	candidate := (&tag{language: t.language, script: t.script, region: t.region}).base()
	if t.language == "zh" { // Traditional Chinese is kept under the region it is most used in
		if full := t.maximized(); full.script == "Hant" {
			if t.region == "" || t.region == "TW" || t.region == "HK" || t.region == "MO" {
				return "zh-TW", true
			}
		} else if t.script == "Hans" {
			return "zh-Hans", true
		}
	}
	for candidate != "" {
		if _, ok := tables[candidate]; ok {
			return candidate, true
		}
		i := strings.LastIndexByte(candidate, '-')
		if i < 0 {
			return "", false
		}
		candidate = candidate[:i]
	}
	return "", false
}

// resolution is what https://tc39.es/ecma402/#sec-resolvelocale finds.
type resolution struct {
	locale string // with the keywords that count
	table  *table
	base   tag
	values map[string]string // of keywords
}

// resolveLocale finds the table for what is asked for. keys are the keywords that count; options are their values
// given as options, and valid tells which values there are of a key.
func resolveLocale(requested []tag, keys []string, options map[string]string, valid func(base *tag, key, value string) bool) resolution {
	asked, name := tag{language: "en", region: "US"}, defaultLocale
	for _, t := range requested {
		if found, ok := bestAvailable(&t); ok {
			asked, name = t, found
			break
		}
	}
	base, _ := parseTag(name)
	out := resolution{table: tableOf(name), values: map[string]string{}, base: base}
	result := base
	for _, key := range keys {
		value, given := asked.keyword(key)
		if given {
			if value == "" {
				value = "true"
			}
			if valid(&base, key, value) {
				out.values[key] = value
			} else {
				given = false
			}
		}
		if option, ok := options[key]; ok && valid(&base, key, option) && out.values[key] != option {
			out.values[key], given = option, false
		}
		if given {
			result.setKeyword(key, value, true)
		}
	}
	out.locale = result.String()
	return out
}

// supportedLocales is https://tc39.es/ecma402/#sec-supportedlocales.
func supportedLocales(c webidl.Call) goja.Value {
	list := localeList(c, c.Arg(0))
	if c.Has(1) {
		o := objectOf(c, c.Arg(1), "Locale")
		o.text("localeMatcher", []string{"lookup", "best fit"}, "best fit")
	}
	supported := []string{}
	for _, t := range list {
		if _, ok := bestAvailable(&t); ok {
			supported = append(supported, t.String())
		}
	}
	return c.Realm.Strings(supported)
}

// options are a constructor's options.
type options struct {
	c      webidl.Call
	of     string       // the class, for messages
	object *goja.Object // or nil
}

// getOptions is https://tc39.es/ecma402/#sec-getoptionsobject.
func getOptions(c webidl.Call, v goja.Value, of string) options {
	if v == nil || goja.IsUndefined(v) {
		return options{c: c, of: of}
	}
	obj, ok := v.(*goja.Object)
	if !ok {
		c.Throw(webidl.TypeErrorf("Incorrect options information provided"))
	}
	return options{c, of, obj}
}

// objectOf is https://tc39.es/ecma402/#sec-coerceoptionstoobject.
func objectOf(c webidl.Call, v goja.Value, of string) options {
	if v == nil || goja.IsUndefined(v) {
		return options{c: c, of: of}
	}
	if goja.IsNull(v) {
		c.Throw(webidl.TypeErrorf("Cannot convert undefined or null to object"))
	}
	return options{c, of, v.ToObject(c.Realm.VM)}
}

func (o options) get(name string) (goja.Value, bool) {
	if o.object == nil {
		return nil, false
	}
	v := o.object.Get(name)
	return v, v != nil && !goja.IsUndefined(v)
}

// text is https://tc39.es/ecma402/#sec-getoption for strings; no list means that all values will do.
func (o options) text(name string, values []string, fallback string) string {
	v, ok := o.get(name)
	if !ok {
		return fallback
	}
	text := o.c.Realm.USVString(v)
	if values != nil && !slices.Contains(values, text) {
		o.invalid(text, name)
	}
	return text
}

func (o options) invalid(value, name string) {
	o.c.Throw(webidl.RangeErrorf("Value %s out of range for Intl.%s options property %s", value, o.of, name))
}

// boolean is the same for booleans; given tells that there is one.
func (o options) boolean(name string) (value, given bool) {
	v, ok := o.get(name)
	return ok && v.ToBoolean(), ok
}

// number is https://tc39.es/ecma402/#sec-getnumberoption; -1 is what it is without a fallback.
func (o options) number(name string, low, high, fallback int) int {
	v, ok := o.get(name)
	if !ok {
		return fallback
	}
	return o.inRange(v, name, low, high)
}

func (o options) inRange(v goja.Value, name string, low, high int) int {
	x := o.c.Realm.Float(v)
	if !(x >= float64(low) && x <= float64(high)) {
		o.c.Throw(webidl.RangeErrorf("%s value is out of range.", name))
	}
	return int(x)
}

// kind is an option that is a type of the u extension, such as a numbering system.
func (o options) kind(name string) string {
	v, given := o.get(name)
	if !given {
		return ""
	}
	text := o.c.Realm.USVString(v)
	for part := range strings.SplitSeq(text, "-") {
		if !alphanumeric(lowered(part), 3, 8) {
			o.c.Throw(webidl.RangeErrorf("Invalid %s : %s", name, text))
		}
	}
	return strings.ToLower(text)
}

// matcher reads the option that makes no difference.
func (o options) matcher() { o.text("localeMatcher", []string{"lookup", "best fit"}, "best fit") }

// lowered is a text in lower case if it is ASCII, or else something that is no subtag.
func lowered(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return "?"
		}
	}
	return strings.ToLower(s)
}

// object makes what resolvedOptions returns of names and values side by side; nil values are left out.
func object(r *webidl.Realm, pairs ...any) goja.Value {
	obj := r.VM.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		if v := pairs[i+1]; v != nil && v != "" {
			own(r, obj, pairs[i].(string), v)
		}
	}
	return obj
}

// own makes an ordinary property, whatever Object.prototype has of that name.
func own(r *webidl.Realm, obj *goja.Object, name string, v any) {
	obj.DefineDataProperty(name, r.VM.ToValue(v), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}
