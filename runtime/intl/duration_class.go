package intl

import (
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// DurationFormatClass is https://tc39.es/ecma402/#durationformat-objects.
var DurationFormatClass = webidl.NewClass("DurationFormat", durationFormatIDL{})

type durationFormatIDL struct{}

// durationUnits are in the order in which they are told.
var durationUnits = []string{"years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"}

// Indices of durationUnits.
const (
	hours        = 4
	minutes      = 5
	seconds      = 6
	milliseconds = 7
)

type durationFormat struct {
	number           *numberFormat
	style            string
	styles, displays [10]string
	fractionalDigits int // -1 if not given
}

func (durationFormatIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return newDurationFormat(c) }
	class.Callable = requiresNew("DurationFormat")
	class.Statics = webidl.Hidden(webidl.Static("supportedLocalesOf", 1, supportedLocales))
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.DurationFormat"),
		webidl.Method("resolvedOptions", 0, func(f *durationFormat, c webidl.Call) goja.Value {
			pairs := []any{"locale", f.number.locale, "numberingSystem", f.number.nu, "style", f.style}
			for i, unit := range durationUnits {
				style := f.styles[i]
				if style == "fractional" {
					style = "numeric"
				}
				pairs = append(pairs, unit, style, unit+"Display", f.displays[i])
			}
			if f.fractionalDigits >= 0 {
				pairs = append(pairs, "fractionalDigits", f.fractionalDigits)
			}
			return object(c.Realm, pairs...)
		}),
		webidl.Method("format", 1, func(f *durationFormat, c webidl.Call) goja.Value {
			return c.String(join(f.parts(toDuration(c, c.Arg(0)))))
		}),
		webidl.Method("formatToParts", 1, func(f *durationFormat, c webidl.Call) goja.Value {
			return partsArray(c.Realm, f.parts(toDuration(c, c.Arg(0))))
		}),
	)
}

// newDurationFormat is https://tc39.es/ecma402/#sec-Intl.DurationFormat.
func newDurationFormat(c webidl.Call) *durationFormat {
	requested := localeList(c, c.Arg(0))
	o := getOptions(c, c.Arg(1), "DurationFormat")
	o.matcher()
	f := &durationFormat{number: startNumberFormat(requested, o.kind("numberingSystem"))}
	f.style = o.text("style", []string{"long", "short", "narrow", "digital"}, "short")
	words := []string{"long", "short", "narrow"}
	previous := ""
	for i, unit := range durationUnits {
		allowed, digital := words, "short"
		switch {
		case i >= milliseconds:
			allowed, digital = []string{"long", "short", "narrow", "numeric"}, "numeric"
		case i >= hours:
			allowed, digital = []string{"long", "short", "narrow", "numeric", "2-digit"}, "numeric"
		}
		style := o.text(unit, allowed, "")
		display := "always"
		numeric := previous == "fractional" || previous == "numeric" || previous == "2-digit"
		clock := i == minutes || i == seconds
		if style == "" {
			switch {
			case f.style == "digital":
				if style = digital; i != hours && !clock {
					display = "auto"
				}
			case numeric:
				if style = "numeric"; !clock {
					display = "auto"
				}
			default:
				style, display = f.style, "auto"
			}
		}
		if style == "numeric" && i >= milliseconds {
			style, display = "fractional", "auto"
		}
		display = o.text(unit+"Display", []string{"auto", "always"}, display)
		bad := style == "fractional" && display == "always" || previous == "fractional" && style != "fractional" ||
			numeric && style != "fractional" && style != "numeric" && style != "2-digit"
		if bad {
			c.Throw(webidl.RangeErrorf("Value %s out of range for Intl.DurationFormat options property %s", style, unit))
		}
		if numeric && clock && style == "numeric" {
			style = "2-digit"
		}
		f.styles[i], f.displays[i] = style, display
		previous = style
	}
	f.fractionalDigits = o.number("fractionalDigits", 0, 9, -1)
	return f
}

// toDuration is https://tc39.es/proposal-temporal/#sec-temporal-totemporaldurationrecord, of an object.
func toDuration(c webidl.Call, v goja.Value) [10]float64 {
	var d [10]float64
	obj, ok := v.(*goja.Object)
	if !ok {
		text, isText := v.(goja.String)
		if !isText {
			c.Throw(webidl.TypeErrorf("Invalid time value"))
		}
		if d, ok = parseDuration(text.String()); !ok {
			c.Throw(webidl.RangeErrorf("Invalid time value"))
		}
		return d
	}
	sign, any := 0.0, false
	names := slices.Clone(durationUnits)
	slices.Sort(names)
	for _, name := range names {
		v := obj.Get(name)
		if v == nil || goja.IsUndefined(v) {
			continue
		}
		any = true
		x := c.Realm.Float(v)
		if x != math.Trunc(x) || math.IsInf(x, 0) {
			c.Throw(webidl.RangeErrorf("Temporal error: Expected finite integer."))
		}
		if x != 0 {
			s := math.Copysign(1, x)
			if sign != 0 && s != sign {
				c.Throw(webidl.RangeErrorf("Invalid time value"))
			}
			sign = s
		}
		d[slices.Index(durationUnits, name)] = x + 0
	}
	if !any {
		c.Throw(webidl.TypeErrorf("Temporal error: Did not provide any valid Duration fields."))
	}
	if math.Abs(d[0]) >= 1<<32 || math.Abs(d[1]) >= 1<<32 || math.Abs(d[2]) >= 1<<32 ||
		math.Abs(d[3]*86400+d[4]*3600+d[5]*60+d[6]+d[7]/1e3+d[8]/1e6+d[9]/1e9) >= 1<<53 {
		c.Throw(webidl.RangeErrorf("Invalid time value"))
	}
	return d
}

// isoDuration is https://tc39.es/proposal-temporal/#prod-TemporalDurationString, with fractions of seconds only.
var isoDuration = regexp.MustCompile(`(?i)^([-+−])?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,9}))?S)?)?$`)

func parseDuration(text string) (d [10]float64, ok bool) {
	m := isoDuration.FindStringSubmatch(text)
	if m == nil || strings.HasSuffix(strings.ToUpper(text), "T") || strings.HasSuffix(strings.ToUpper(text), "P") {
		return d, false
	}
	fraction := (m[10] + "000000000")[:9]
	for i, digits := range append(append(m[2:6:6], m[7:10]...), fraction[:3], fraction[3:6], fraction[6:]) {
		d[i], _ = strconv.ParseFloat(orElse(digits, "0"), 64)
		if m[1] != "" && m[1] != "+" && d[i] != 0 {
			d[i] = -d[i]
		}
	}
	return d, true
}

// value is that of a unit with those below it as its fraction, exactly.
func (f *durationFormat) value(d *[10]float64, i int) (x decimal, fractional bool) {
	if i < seconds || i == len(durationUnits)-1 || f.styles[i+1] != "fractional" {
		return fromFloat(d[i]), false
	}
	sum, place := new(big.Int), 0
	for j := i; j < len(durationUnits); j++ {
		n, _ := big.NewFloat(d[j]).Int(nil)
		sum.Add(sum.Mul(sum, big.NewInt(1000)), n)
		place -= 3
	}
	return fromBig(sum).shifted(place + 3), true
}

// numberOf makes the format of one number.
func (f *durationFormat) numberOf(fractional, signed bool) *numberFormat {
	n := *f.number
	if !signed {
		n.sign = "never"
	}
	n.minFraction, n.maxFraction = 0, 0
	if fractional {
		n.mode = "trunc"
		if n.maxFraction = 9; f.fractionalDigits >= 0 {
			n.minFraction, n.maxFraction = f.fractionalDigits, f.fractionalDigits
		}
	}
	return &n
}

// parts is https://tc39.es/ecma402/#sec-partitiondurationformatpattern.
func (f *durationFormat) parts(d [10]float64) []part {
	negative := slices.ContainsFunc(d[:], func(x float64) bool { return x < 0 })
	signed := true
	var items [][]part
	for i := 0; i < len(durationUnits); i++ {
		x, fractional := f.value(&d, i)
		style := f.styles[i]
		if style == "numeric" || style == "2-digit" {
			if clock := f.clock(&d, i, signed, negative); len(clock) > 0 {
				items = append(items, clock)
			}
			break
		}
		if !x.isZero() || f.displays[i] != "auto" {
			n := f.numberOf(fractional, signed)
			if signed && negative && x.isZero() {
				x.negative = true
			}
			signed = false
			n.style, n.unit, n.unitDisplay = "unit", strings.TrimSuffix(durationUnits[i], "s"), style
			items = append(items, united(n.format(x), n.unit))
		}
		if fractional {
			break
		}
	}
	list := &listFormat{table: f.number.table, kind: "unit", style: f.style}
	if f.style == "digital" {
		list.style = "short"
	}
	names := make([]string, len(items))
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	var parts []part
	i := 0
	for _, p := range list.parts(names) {
		if p.kind != "element" {
			parts = append(parts, p)
			continue
		}
		parts = append(parts, items[i]...)
		i++
	}
	return parts
}

// united says of which unit parts are.
func united(parts []part, unit string) []part {
	for i := range parts {
		parts[i].unit = unit
	}
	return parts
}

// clock is https://tc39.es/ecma402/#sec-formatnumericunits.
func (f *durationFormat) clock(d *[10]float64, from int, signed, negative bool) []part {
	shown := func(i int) bool {
		x, _ := f.value(d, i)
		return i >= from && (!x.isZero() || f.displays[i] != "auto")
	}
	hour, second := shown(hours), shown(seconds)
	minute := from <= minutes && (hour && second || shown(minutes))
	var parts []part
	separator := f.separator()
	for _, one := range []struct {
		index int
		show  bool
	}{{hours, hour}, {minutes, minute}, {seconds, second}} {
		if !one.show {
			continue
		}
		x, fractional := f.value(d, one.index)
		n := f.numberOf(fractional, signed)
		if signed && negative && x.isZero() {
			x.negative = true
		}
		signed = false
		n.grouping = "false"
		if f.styles[one.index] == "2-digit" {
			n.minInteger = 2
		}
		if len(parts) > 0 {
			parts = append(parts, part{kind: "literal", text: separator})
		}
		parts = append(parts, united(n.format(x), strings.TrimSuffix(durationUnits[one.index], "s"))...)
	}
	return parts
}

// separator is what stands between hours and minutes.
func (f *durationFormat) separator() string {
	for _, p := range parsePattern(f.number.table.Date.timePattern("-nn---H"), false) {
		if p.kind == 'l' {
			return p.arg
		}
	}
	return ":"
}
