package intl

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// relativeUnit is how times in a unit are told: those past, those to come, and those that have words of their own.
type relativeUnit struct {
	past, future byCategory
	words        map[string]string
}

// UnmarshalJSON implements json.Unmarshaler.
func (u *relativeUnit) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&u.past, &u.future, &u.words})
}

// RelativeTimeFormatClass is https://tc39.es/ecma402/#relativetimeformat-objects.
var RelativeTimeFormatClass = webidl.NewClass("RelativeTimeFormat", relativeTimeFormatIDL{})

type relativeTimeFormatIDL struct{}

type relativeTimeFormat struct {
	number         *numberFormat
	style, numeric string
}

func (relativeTimeFormatIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		requested := localeList(c, c.Arg(0))
		o := objectOf(c, c.Arg(1), "RelativeTimeFormat")
		o.matcher()
		f := &relativeTimeFormat{number: startNumberFormat(requested, o.kind("numberingSystem"))}
		f.style = o.text("style", []string{"long", "short", "narrow"}, "long")
		f.numeric = o.text("numeric", []string{"always", "auto"}, "always")
		return f
	}
	class.Callable = requiresNew("RelativeTimeFormat")
	class.Statics = webidl.Hidden(webidl.Static("supportedLocalesOf", 1, supportedLocales))
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.RelativeTimeFormat"),
		webidl.Method("resolvedOptions", 0, func(f *relativeTimeFormat, c webidl.Call) goja.Value {
			return object(c.Realm, "locale", f.number.locale, "style", f.style, "numeric", f.numeric, "numberingSystem", f.number.nu)
		}),
		webidl.Method("format", 2, func(f *relativeTimeFormat, c webidl.Call) goja.Value { return c.String(join(f.parts(c, "format"))) }),
		webidl.Method("formatToParts", 2, func(f *relativeTimeFormat, c webidl.Call) goja.Value {
			return partsArray(c.Realm, f.parts(c, "formatToParts"))
		}),
	)
}

// relativeUnits are those of a relative time.
var relativeUnits = map[string]bool{"second": true, "minute": true, "hour": true, "day": true, "week": true, "month": true, "quarter": true, "year": true}

// parts is https://tc39.es/ecma402/#sec-PartitionRelativeTimePattern.
func (f *relativeTimeFormat) parts(c webidl.Call, method string) []part {
	value := c.Realm.Float(c.Arg(0))
	name := c.Realm.USVString(c.Arg(1))
	unit := strings.TrimSuffix(name, "s")
	if !relativeUnits[unit] {
		c.Throw(webidl.RangeErrorf("Invalid unit argument for Intl.RelativeTimeFormat.prototype.%s() '%s'", method, name))
	}
	x := fromFloat(value)
	if x.nan || x.inf {
		c.Throw(webidl.RangeErrorf("Value need to be finite number for Intl.RelativeTimeFormat.prototype.%s()", method))
	}
	patterns := f.number.table.Relative[f.style+" "+unit]
	if f.numeric == "auto" && value == float64(int(value)) {
		if word, ok := patterns.words[strconv.Itoa(int(value))]; ok {
			return []part{{kind: "literal", text: word}}
		}
	}
	side := patterns.future
	if x.negative {
		side, x.negative = patterns.past, false
	}
	s := f.number.prepare(x)
	for i := range s.number {
		s.number[i].unit = unit
	}
	return fill(side.of(s.category), s.number, "")
}
