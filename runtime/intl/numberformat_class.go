package intl

import (
	"math/big"
	"slices"
	"strings"
	"unicode"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// isSymbol reports whether a currency's symbol that ends with c may stand beside digits.
func isSymbol(c rune) bool { return unicode.IsSymbol(c) }

// NumberFormatClass is https://tc39.es/ecma402/#numberformat-objects.
var NumberFormatClass = webidl.NewClass("NumberFormat", numberFormatIDL{})

type numberFormatIDL struct{}

// numberFormatter is an object of the class: its function is made when it is first asked for.
type numberFormatter struct {
	*numberFormat
	bound goja.Value
}

func (numberFormatIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return &numberFormatter{numberFormat: newNumberFormat(c, c.Arg(0), c.Arg(1))} }
	class.Callable = func(c webidl.Call) goja.Value { return c.Realm.New(class, class.Construct(c)) }
	class.Statics = webidl.Hidden(webidl.Static("supportedLocalesOf", 1, supportedLocales))
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.NumberFormat"),
		webidl.Method("resolvedOptions", 0, func(f *numberFormatter, c webidl.Call) goja.Value { return f.resolved(c.Realm) }),
		webidl.Method("formatToParts", 1, func(f *numberFormatter, c webidl.Call) goja.Value {
			return partsArray(c.Realm, f.format(numeric(c, c.Arg(0))))
		}),
		webidl.ReadOnly("format", func(f *numberFormatter, c webidl.Call) goja.Value {
			if f.bound == nil {
				f.bound = c.Realm.Builtin("", 1, func(c webidl.Call) goja.Value {
					return c.String(join(f.format(numeric(c, c.Arg(0)))))
				})
			}
			return f.bound
		}),
		webidl.Method("formatRange", 2, func(f *numberFormatter, c webidl.Call) goja.Value { return c.String(join(f.rangeOf(c))) }),
		webidl.Method("formatRangeToParts", 2, func(f *numberFormatter, c webidl.Call) goja.Value {
			return partsArray(c.Realm, f.rangeOf(c))
		}),
	)
}

// rangeOf is the range of a call.
func (f *numberFormat) rangeOf(c webidl.Call) []part {
	if !c.Has(0) || !c.Has(1) {
		c.Throw(webidl.TypeErrorf("start or end is undefined"))
	}
	x, y := numeric(c, c.Arg(0)), numeric(c, c.Arg(1))
	if x.nan || y.nan {
		c.Throw(webidl.RangeErrorf("Invalid argument"))
	}
	return f.formatRange(x, y)
}

// numeric is https://tc39.es/ecma402/#sec-tointlmathematicalvalue.
func numeric(c webidl.Call, v goja.Value) decimal {
	if obj, ok := v.(*goja.Object); ok {
		v = primitive(c, obj)
	}
	switch x := v.Export().(type) {
	case int64:
		return fromBig(big.NewInt(x))
	case *big.Int:
		return fromBig(x)
	case string:
		if _, isText := v.(goja.String); !isText {
			break // a symbol
		}
		text := strings.TrimFunc(x, func(c rune) bool { return unicode.IsSpace(c) || c == 0xfeff })
		if d, ok := parseDecimal(text); ok {
			return d
		}
	}
	return fromFloat(c.Realm.Float(v))
}

// primitive is an object's number, or what it is instead.
func primitive(c webidl.Call, obj *goja.Object) goja.Value {
	if call, ok := goja.AssertFunction(obj.GetSymbol(goja.SymToPrimitive)); ok {
		v, err := call(obj, c.Realm.String("number"))
		c.Realm.Rethrow(err)
		return v
	}
	for _, name := range []string{"valueOf", "toString"} {
		if call, ok := goja.AssertFunction(obj.Get(name)); ok {
			v, err := call(obj)
			c.Realm.Rethrow(err)
			if _, still := v.(*goja.Object); !still {
				return v
			}
		}
	}
	return c.Realm.Number(c.Realm.Float(obj))
}

// validKeyword is whether a keyword's value is one that there is.
func validKeyword(base *tag, key, value string) bool {
	switch key {
	case "nu":
		return theRoot().Digits[value] != ""
	case "ca":
		return value == "gregory"
	case "hc":
		return slices.Contains([]string{"h11", "h12", "h23", "h24"}, value)
	case "kn":
		return value == "true" || value == "false"
	case "kf":
		return slices.Contains([]string{"upper", "lower", "false"}, value)
	case "co":
		return slices.Contains(collations[base.language], value)
	}
	return true
}

// newNumberFormat is https://tc39.es/ecma402/#sec-intl.numberformat.
func newNumberFormat(c webidl.Call, locales, v goja.Value) *numberFormat {
	requested := localeList(c, locales)
	o := objectOf(c, v, "NumberFormat")
	o.matcher()
	f := startNumberFormat(requested, o.kind("numberingSystem"))
	f.setUnitOptions(o)
	f.notation = o.text("notation", []string{"standard", "scientific", "engineering", "compact"}, "standard")
	low, high := 0, 3
	switch {
	case f.style == "currency" && f.notation == "standard":
		low = currencyDigits(f.currency)
		high = low
	case f.style == "percent":
		high = 0
	}
	f.digitOptions = o.digits(low, high, f.notation, true)
	compactDisplay := o.text("compactDisplay", []string{"short", "long"}, "short")
	grouping := "auto"
	if f.notation == "compact" {
		f.compactDisplay, grouping = compactDisplay, "min2"
	}
	f.grouping = o.grouping(grouping)
	f.sign = o.text("signDisplay", []string{"auto", "never", "always", "exceptZero", "negative"}, "auto")
	return f
}

// startNumberFormat is a format without options.
func startNumberFormat(requested []tag, nu string) *numberFormat {
	given := map[string]string{}
	if nu != "" {
		given["nu"] = nu
	}
	r := resolveLocale(requested, []string{"nu"}, given, validKeyword)
	f := &numberFormat{locale: r.locale, base: r.base, table: r.table, style: "decimal", notation: "standard", sign: "auto", grouping: "auto"}
	f.plural = pluralOf(cardinals, &f.base)
	f.setNumbering(orElse(r.values["nu"], f.table.Number.Nu))
	f.digitOptions = digitOptions{minInteger: 1, maxFraction: 3, minSignificant: -1, maxSignificant: -1, increment: 1, mode: "halfExpand", priority: "auto"}
	return f
}

func orElse(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func currencyDigits(code string) int {
	if n, ok := theRoot().CurrencyDigits[code]; ok {
		return n
	}
	return 2
}

// setUnitOptions is https://tc39.es/ecma402/#sec-setnumberformatunitoptions.
func (f *numberFormat) setUnitOptions(o options) {
	f.style = o.text("style", []string{"decimal", "percent", "currency", "unit"}, "decimal")
	code := o.text("currency", nil, "")
	_, hasCode := o.get("currency")
	if upper := strings.ToUpper(code); hasCode && !letters(lowered(code), 3, 3) {
		o.c.Throw(webidl.RangeErrorf("Invalid currency code : %s", code))
	} else {
		code = upper
	}
	if f.style == "currency" && !hasCode {
		o.c.Throw(webidl.TypeErrorf("Currency code is required with currency style."))
	}
	display := o.text("currencyDisplay", []string{"code", "symbol", "narrowSymbol", "name"}, "symbol")
	sign := o.text("currencySign", []string{"standard", "accounting"}, "standard")
	unit := o.text("unit", nil, "")
	_, hasUnit := o.get("unit")
	if hasUnit && !isUnit(unit) {
		o.c.Throw(webidl.RangeErrorf("Invalid unit argument for Intl.NumberFormat() '%s'", unit))
	}
	if f.style == "unit" && !hasUnit {
		o.c.Throw(webidl.TypeErrorf("Unit is required with unit style."))
	}
	unitDisplay := o.text("unitDisplay", []string{"short", "narrow", "long"}, "short")
	switch f.style {
	case "currency":
		f.currency, f.currencyDisplay, f.currencySign = code, display, sign
	case "unit":
		f.unit, f.unitDisplay = unit, unitDisplay
	}
}

func isUnit(name string) bool {
	known := theRoot().Unit
	if slices.Contains(known, name) {
		return true
	}
	unit, per, ok := strings.Cut(name, "-per-")
	return ok && slices.Contains(known, unit) && slices.Contains(known, per)
}

// grouping is https://tc39.es/ecma402/#sec-getbooleanorstringnumberformatoption for useGrouping.
func (o options) grouping(fallback string) string {
	v, ok := o.get("useGrouping")
	if !ok {
		return fallback
	}
	if v.Export() == true {
		return "always"
	}
	if !v.ToBoolean() {
		return "false"
	}
	switch text := o.c.Realm.USVString(v); text {
	case "min2", "auto", "always":
		return text
	case "true", "false":
		return fallback
	default:
		o.invalid(text, "useGrouping")
		return ""
	}
}

func (f *numberFormat) resolved(r *webidl.Realm) goja.Value {
	currencySign := f.currencySign
	if currencySign != "" && f.sign == "never" {
		currencySign = "standard" // as V8 has it
	}
	pairs := []any{"locale", f.locale, "numberingSystem", f.nu, "style", f.style, "currency", f.currency, "currencyDisplay", f.currencyDisplay,
		"currencySign", currencySign, "unit", f.unit, "unitDisplay", f.unitDisplay}
	pairs = append(pairs, f.digitOptions.resolved()...)
	var grouping any = f.grouping
	if f.grouping == "false" {
		grouping = false
	}
	pairs = append(pairs, "useGrouping", grouping, "notation", f.notation, "compactDisplay", f.compactDisplay, "signDisplay", f.sign)
	return object(r, append(pairs, f.rounding()...)...)
}
