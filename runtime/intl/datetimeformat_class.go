package intl

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// DateTimeFormatClass is https://tc39.es/ecma402/#datetimeformat-objects.
var DateTimeFormatClass = webidl.NewClass("DateTimeFormat", dateTimeFormatIDL{})

type dateTimeFormatIDL struct{}

// dateFormatter is an object of the class: its function is made when it is first asked for.
type dateFormatter struct {
	*dateFormat
	bound goja.Value
}

func (dateTimeFormatIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		return &dateFormatter{dateFormat: newDateFormat(c, c.Arg(0), c.Arg(1), "any", "date")}
	}
	class.Callable = func(c webidl.Call) goja.Value { return c.Realm.New(class, class.Construct(c)) }
	class.Statics = webidl.Hidden(webidl.Static("supportedLocalesOf", 1, supportedLocales))
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.DateTimeFormat"),
		webidl.Method("resolvedOptions", 0, func(f *dateFormatter, c webidl.Call) goja.Value { return f.resolved(c.Realm) }),
		webidl.Method("formatToParts", 1, func(f *dateFormatter, c webidl.Call) goja.Value {
			return partsArray(c.Realm, f.format(timeValue(c, c.Arg(0))))
		}),
		webidl.ReadOnly("format", func(f *dateFormatter, c webidl.Call) goja.Value {
			if f.bound == nil {
				f.bound = c.Realm.Builtin("", 1, func(c webidl.Call) goja.Value {
					return c.String(join(f.format(timeValue(c, c.Arg(0)))))
				})
			}
			return f.bound
		}),
		webidl.Method("formatRange", 2, func(f *dateFormatter, c webidl.Call) goja.Value { return c.String(join(f.rangeOf(c))) }),
		webidl.Method("formatRangeToParts", 2, func(f *dateFormatter, c webidl.Call) goja.Value {
			return partsArray(c.Realm, f.rangeOf(c))
		}),
	)
}

// timeValue is a date, or a number, or now, in milliseconds. What is no time is a RangeError.
func timeValue(c webidl.Call, v goja.Value) float64 {
	var ms float64
	switch obj, isObject := v.(*goja.Object); {
	case isObject && obj.ClassName() == "Date":
		ms = thisTime(c, obj)
	case goja.IsUndefined(v):
		now, err := c.Realm.IntrinsicFunction("Date", "now")(nil)
		c.Realm.Rethrow(err)
		ms = now.ToFloat()
	default:
		ms = c.Realm.Float(v)
	}
	clipped, ok := timeClip(ms)
	if !ok {
		c.Throw(webidl.RangeErrorf("Invalid time value"))
	}
	return clipped
}

// thisTime is the time of a Date.
func thisTime(c webidl.Call, v goja.Value) float64 {
	ms, err := c.Realm.IntrinsicMethod("Date", "getTime")(v)
	c.Realm.Rethrow(err)
	return ms.ToFloat()
}

func (f *dateFormat) rangeOf(c webidl.Call) []part {
	if !c.Has(0) || !c.Has(1) {
		c.Throw(webidl.TypeErrorf("startDate or endDate cannot be undefined"))
	}
	return f.formatRange(timeValue(c, c.Arg(0)), timeValue(c, c.Arg(1)))
}

// dateFields are the options that are fields, in the order of the keys.
var dateFields = []struct {
	name   string
	values []string
	date   bool
}{
	{"weekday", textWidths, true}, {"era", textWidths, true}, {"year", numericWidths, true}, {"month", monthWidths, true}, {"day", numericWidths, true},
	{"dayPeriod", textWidths, false}, {"hour", numericWidths, false}, {"minute", numericWidths, false}, {"second", numericWidths, false},
}

var (
	textWidths    = []string{"narrow", "short", "long"}
	numericWidths = []string{"2-digit", "numeric"}
	monthWidths   = []string{"2-digit", "numeric", "narrow", "short", "long"}
	zoneWidths    = []string{"short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"}
	styles        = []string{"full", "long", "medium", "short"}
)

// keyLetter is a width in a key.
func keyLetter(field, width string) byte {
	switch {
	case width == "":
		return '-'
	case width == "2-digit":
		return '2'
	case width == "numeric":
		return 'n'
	case field == "month":
		return strings.ToUpper(width)[0]
	}
	return width[0]
}

// newDateFormat is https://tc39.es/ecma402/#sec-createdatetimeformat.
func newDateFormat(c webidl.Call, locales, v goja.Value, required, defaults string) *dateFormat {
	requested := localeList(c, locales)
	o := objectOf(c, v, "DateTimeFormat")
	o.matcher()
	given := map[string]string{}
	if calendar := o.kind("calendar"); calendar != "" {
		if alias, ok := keywordAliases[keyword{"ca", calendar}]; ok {
			calendar = alias
		}
		given["ca"] = calendar
	}
	if nu := o.kind("numberingSystem"); nu != "" {
		given["nu"] = nu
	}
	hour12, hasHour12 := o.boolean("hour12")
	cycle := o.text("hourCycle", []string{"h11", "h12", "h23", "h24"}, "")
	if cycle != "" && !hasHour12 {
		given["hc"] = cycle
	}
	r := resolveLocale(requested, []string{"ca", "hc", "nu"}, given, validKeyword)
	if hasHour12 && r.values["hc"] != "" {
		r.locale = without(r.locale, "hc")
	}
	f := &dateFormat{locale: r.locale, table: r.table, calendar: orElse(r.values["ca"], "gregory"), nu: orElse(r.values["nu"], r.table.Number.Nu)}
	f.ten = digitsOf(f.nu)
	f.zone = utc
	if v, ok := o.get("timeZone"); ok {
		name := c.Realm.USVString(v)
		if f.zone, ok = findZone(name); !ok {
			c.Throw(webidl.RangeErrorf("Invalid time zone specified: %s", name))
		}
	}
	dateKey, timeKey := []byte(noDate), []byte(noTime+"h")
	explicit := false
	for i, field := range dateFields {
		width := o.text(field.name, field.values, "")
		if width == "" {
			continue
		}
		explicit = true
		if field.date {
			dateKey[i] = keyLetter(field.name, width)
		} else {
			timeKey[i-5] = keyLetter(field.name, width)
		}
	}
	if n := o.number("fractionalSecondDigits", 1, 3, 0); n > 0 {
		explicit = true
		timeKey[4] = byte('0' + n)
	}
	if f.zoneName = o.text("timeZoneName", zoneWidths, ""); f.zoneName != "" {
		explicit = true
		if timeKey[5] = 's'; strings.HasSuffix(f.zoneName, "Offset") {
			timeKey[5] = 'o'
		}
	}
	o.text("formatMatcher", []string{"basic", "best fit"}, "best fit")
	f.dateStyle, f.timeStyle = o.text("dateStyle", styles, ""), o.text("timeStyle", styles, "")
	t := &f.table.Date
	switch {
	case hasHour12 && hour12:
		f.hourCycle = t.HourCycles[1]
	case hasHour12:
		f.hourCycle = t.HourCycles[2]
	default:
		f.hourCycle = orElse(r.values["hc"], t.HourCycles[0])
	}
	if f.hourCycle == "h23" || f.hourCycle == "h24" {
		timeKey[6] = 'H'
	}
	if f.dateStyle != "" || f.timeStyle != "" {
		if explicit {
			c.Throw(webidl.TypeErrorf("Invalid option : option"))
		}
		if required == "date" && f.timeStyle != "" {
			c.Throw(webidl.TypeErrorf("Invalid option : timeStyle"))
		}
		if required == "time" && f.dateStyle != "" {
			c.Throw(webidl.TypeErrorf("Invalid option : dateStyle"))
		}
		f.setStyles(timeKey[6])
		return f
	}
	if !(required != "time" && anyOf(dateKey, 0, 2, 3, 4)) && !(required != "date" && anyOf(timeKey, 0, 1, 2, 3, 4)) {
		if defaults != "time" {
			dateKey[2], dateKey[3], dateKey[4] = 'n', 'n', 'n'
		}
		if defaults != "date" {
			timeKey[1], timeKey[2], timeKey[3] = 'n', 'n', 'n'
		}
	}
	f.dateKey, f.timeKey = string(dateKey), string(timeKey)
	if timeKey[1] == '-' {
		f.hourCycle = ""
		f.timeKey = set(f.timeKey, 6, 'h')
	}
	f.pattern = t.pattern(f.dateKey, f.timeKey)
	f.pieces = parsePattern(f.pattern, false)
	return f
}

func anyOf(key []byte, fields ...int) bool {
	for _, i := range fields {
		if key[i] != '-' {
			return true
		}
	}
	return false
}

// setStyles finds the pattern of dateStyle and timeStyle.
func (f *dateFormat) setStyles(cycle byte) {
	t := &f.table.Date
	f.dateKey, f.timeKey = noDate, noTime+string(cycle)
	if f.timeStyle != "" {
		index := btoi(cycle == 'H')
		f.timePattern = t.Styles.Time[f.timeStyle][index]
		f.pattern = f.timePattern
		f.timeKey = "-nnn--" + string(cycle)
		switch f.timeStyle {
		case "full":
			f.zoneName, f.timeKey = "long", set(f.timeKey, 5, 's')
		case "long":
			f.zoneName, f.timeKey = "short", set(f.timeKey, 5, 's')
		case "short":
			f.timeKey = set(f.timeKey, 3, '-')
		}
		if strings.Contains(f.timePattern, "h2") {
			f.timeKey = set(f.timeKey, 1, '2')
		}
	} else {
		f.hourCycle = ""
	}
	if f.dateStyle != "" {
		f.datePattern = t.Styles.Date[f.dateStyle]
		f.pattern = f.datePattern
		f.dateKey = map[string]string{"full": "l-nLn", "long": "--nLn", "medium": "--nSn", "short": "--nnn"}[f.dateStyle]
		for i, numeric := range map[int]string{2: "y2", 3: "M2", 4: "d2"} {
			if strings.Contains(f.datePattern, numeric) {
				f.dateKey = set(f.dateKey, i, '2')
			}
		}
		if strings.Contains(f.datePattern, "Mn") {
			f.dateKey = set(f.dateKey, 3, 'n')
		}
	}
	if f.dateStyle != "" && f.timeStyle != "" {
		f.stylePattern = t.Styles.Glue[f.dateStyle+" "+f.timeStyle]
		f.pattern = glued(f.stylePattern, f.datePattern, f.timePattern)
	}
	f.pieces = parsePattern(f.pattern, false)
}

// without is a locale without a keyword.
func without(locale, key string) string {
	t, _ := parseTag(locale)
	for i, k := range t.keywords {
		if k.key == key {
			t.keywords = append(t.keywords[:i:i], t.keywords[i+1:]...)
			break
		}
	}
	return t.String()
}

// resolved tells the widths that the pattern has.
func (f *dateFormat) resolved(r *webidl.Realm) goja.Value {
	pairs := []any{"locale", f.locale, "calendar", f.calendar, "numberingSystem", f.nu, "timeZone", f.zone.name}
	if f.hourCycle != "" {
		pairs = append(pairs, "hourCycle", f.hourCycle, "hour12", f.hourCycle == "h12" || f.hourCycle == "h11")
	}
	if f.dateStyle != "" || f.timeStyle != "" {
		return object(r, append(pairs, "dateStyle", f.dateStyle, "timeStyle", f.timeStyle)...)
	}
	shown := map[byte]string{}
	for _, p := range f.pieces {
		if p.kind == 'l' { // V8 takes letters in literals, such as "de", for fields
			for _, letter := range "dhmsy" {
				if _, ok := shown[byte(letter)]; !ok && strings.ContainsRune(p.arg, letter) {
					shown[byte(letter)] = "n"
				}
			}
			continue
		}
		shown[p.kind] = p.arg
	}
	keys := f.dateKey + f.timeKey
	for i, field := range dateFields {
		letter := "EGyMdbhms"[i]
		arg, ok := shown[letter]
		if !ok {
			continue
		}
		width := ""
		for _, w := range field.values {
			if keyLetter(field.name, w) == keys[i] {
				width = w
			}
		}
		switch {
		case field.name == "dayPeriod" && keys[i] == '-':
			continue
		case arg == "2" && field.name != "weekday" && field.name != "era" && field.name != "dayPeriod":
			width = "2-digit"
		case arg == "n" && !slices.Contains(textWidths, width):
			width = "numeric"
		}
		pairs = append(pairs, field.name, width)
	}
	if arg, ok := shown['f']; ok {
		pairs = append(pairs, "fractionalSecondDigits", int(arg[0]-'0'))
	}
	return object(r, append(pairs, "timeZoneName", f.zoneName)...)
}
