package intl

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// dateFormat is a resolved Intl.DateTimeFormat. It does not change.
type dateFormat struct {
	locale   string
	table    *table
	calendar string
	nu       string
	ten      []string
	zone     *zone

	hourCycle            string // h11, h12, h23, h24, or "" without hours
	dateKey, timeKey     string
	zoneName             string // as the option timeZoneName has it
	dateStyle, timeStyle string

	pattern      string
	pieces       []piece
	datePattern  string // of styles, the pattern of the date alone
	timePattern  string
	stylePattern string // how a style's date and time are put together
}

// moment is a time taken apart, in a zone.
type moment struct {
	time.Time
	milli int
}

// at takes a time apart, which is a valid one: its milliseconds.
func (f *dateFormat) at(ms float64) moment {
	n := int64(ms)
	milli := int(n % 1000)
	if milli < 0 {
		milli += 1000
	}
	return moment{time.UnixMilli(n).In(f.zone.location), milli}
}

// timeClip is https://tc39.es/ecma262/#sec-timeclip.
func timeClip(x float64) (float64, bool) {
	if math.IsNaN(x) || math.Abs(x) > 8.64e15 {
		return 0, false
	}
	return math.Trunc(x) + 0, true
}

func (f *dateFormat) format(ms float64) []part { return f.parts(f.pieces, f.at(ms), f.at(ms)) }

// parts fills in a pattern: of a range, two times.
func (f *dateFormat) parts(pieces []piece, from, to moment) []part {
	parts := make([]part, len(pieces))
	for i, p := range pieces {
		m := from
		if p.side == '>' || p.kind == 'b' && p.side == '=' {
			m = to
		}
		parts[i] = part{kind: partKinds[p.kind], text: f.text(p, m), source: sources[p.side]}
	}
	return parts
}

var sources = map[byte]string{'<': "startRange", '>': "endRange", '=': "shared"}

// text is one field of a time.
func (f *dateFormat) text(p piece, m moment) string {
	switch p.kind {
	case 'l':
		return p.arg
	case 'G':
		return f.bank("G", p.arg, btoi(m.Year() > 0))
	case 'y':
		year := m.Year()
		if year <= 0 {
			year = 1 - year
		}
		if p.arg == "2" {
			return f.number(year%100, "2")
		}
		return f.number(year, "n")
	case 'M':
		if p.arg == "n" || p.arg == "2" {
			return f.number(int(m.Month()), p.arg)
		}
		return f.name("M", int(p.arg[0]-'a'), int(m.Month())-1)
	case 'd':
		return f.number(m.Day(), p.arg)
	case 'E':
		return f.bank("E", p.arg, int(m.Weekday()))
	case 'b':
		index := m.Hour() * 2
		if m.Minute() > 0 || m.Second() > 0 {
			index++
		}
		if i, err := strconv.Atoi(p.arg); err == nil && len(f.table.Date.Banks["b"]) > i && len(f.table.Date.Banks["b"][i]) == 2 {
			index = m.Hour() / 12 // not of each half hour
		}
		return f.bank("b", p.arg, index)
	case 'h':
		hour := m.Hour()
		switch f.hourCycle {
		case "h11":
			hour %= 12
		case "h12":
			hour = (hour+11)%12 + 1
		case "h24":
			hour = (hour+23)%24 + 1
		}
		return f.number(hour, p.arg)
	case 'm':
		return f.number(m.Minute(), p.arg)
	case 's':
		return f.number(m.Second(), p.arg)
	case 'f':
		digits := strconv.Itoa(1000 + m.milli)[1:]
		n, _ := strconv.Atoi(p.arg)
		return translate(digits[:min(n, 3)], f.ten)
	case 'z':
		return f.zone.nameAt(m.Time, f.zoneName, f.table)
	}
	return ""
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (f *dateFormat) bank(kind, index string, i int) string {
	n, err := strconv.Atoi(index)
	if err != nil {
		return ""
	}
	return f.name(kind, n, i)
}

// name is one of the names of a bank.
func (f *dateFormat) name(kind string, bank, i int) string {
	banks := f.table.Date.Banks[kind]
	if bank < 0 || bank >= len(banks) || i >= len(banks[bank]) {
		return ""
	}
	return banks[bank][i]
}

func (f *dateFormat) number(n int, width string) string {
	text := strconv.Itoa(n)
	if width == "2" && len(text) < 2 {
		text = "0" + text
	}
	if f.nu == "latn" {
		return text
	}
	return translate(text, f.ten)
}

// formatRange makes the parts of a range: https://tc39.es/ecma402/#sec-partitiondatetimerangepattern.
func (f *dateFormat) formatRange(a, b float64) []part {
	from, to := f.at(a), f.at(b)
	field := differs(from, to)
	g := f.forRange(field)
	if pattern, ok := g.rangePattern(field); ok {
		parts := g.parts(parsePattern(pattern, true), from, to)
		if strings.IndexByte("yMd", field) >= 0 || !sameSides(parts) {
			return parts
		}
	}
	pieces := g.pieces
	if date, time := g.rangeKeys(field); date != f.dateKey || time != f.timeKey {
		pattern := f.table.Date.pattern(date, time)
		if f.timeStyle != "" {
			pattern = glued(f.table.Date.glueOf(date), f.table.Date.datePattern(date), f.timePattern)
		}
		pieces = parsePattern(pattern, false)
	}
	if f.timeStyle != "" && f.dateStyle != "" && f.timeKey[6] == 'h' { // where an hour is not padded
		pieces = parsePattern(strings.Replace(g.pattern, "h2", "hn", 1), false)
	}
	left, right := g.parts(pieces, from, from), g.parts(pieces, to, to)
	if join(left) == join(right) {
		return sourced(f.parts(f.pieces, from, from), "shared")
	}
	for _, side := range [][]part{left, right} { // what is beyond the fields belongs to neither side
		if last := &side[len(side)-1]; last.kind == "literal" {
			last.source = "shared"
		}
	}
	left = append(sourced(left, "startRange"), part{kind: "literal", text: f.table.Date.RangeSeparator, source: "shared"})
	return merge(append(left, sourced(right, "endRange")...))
}

// forRange is the format with the zone's name as ranges have it: no offset, and on one day, after the date, a short name.
func (f *dateFormat) forRange(field byte) *dateFormat {
	if f.zoneName == "" {
		return f
	}
	sameDay := strings.IndexByte("GyMd", field) < 0
	dateOnly, timeOnly := f.timeKey[:5] == noTime[:5], f.dateKey == noDate
	g := *f
	switch {
	case strings.HasSuffix(f.zoneName, "Offset"):
		if !dateOnly && !timeOnly && !sameDay {
			return f
		}
		g.zoneName, g.timeKey = "", set(f.timeKey, 5, '-')
		g.pattern = f.table.Date.pattern(g.dateKey, g.timeKey)
		g.pieces = parsePattern(g.pattern, false)
	case sameDay && (!timeOnly || f.zoneName == "longGeneric"):
		g.zoneName = map[string]string{"long": "short", "longGeneric": "shortGeneric"}[f.zoneName]
		if g.zoneName == "" {
			return f
		}
	}
	return &g
}

// sameSides reports whether both sides of a range read the same.
func sameSides(parts []part) bool {
	var left, right string
	for _, p := range parts {
		switch p.source {
		case "startRange":
			left += p.text
		case "endRange":
			right += p.text
		}
	}
	return left == right
}

// differs is the greatest field in which two times differ: G, y, M, d, a, h, m, or s for what is less.
func differs(from, to moment) byte {
	switch {
	case (from.Year() > 0) != (to.Year() > 0):
		return 'G'
	case from.Year() != to.Year():
		return 'y'
	case from.Month() != to.Month():
		return 'M'
	case from.Day() != to.Day():
		return 'd'
	case from.Hour()/12 != to.Hour()/12:
		return 'a'
	case from.Hour() != to.Hour():
		return 'h'
	case from.Minute() != to.Minute():
		return 'm'
	}
	return 's'
}

// rangeKeys are the keys with what both sides of a range of times need to be told apart.
func (f *dateFormat) rangeKeys(field byte) (key, time string) {
	key, time = f.dateKey, f.timeKey
	if time[:6] == noTime {
		if f.dateStyle == "" && usual(key) {
			for _, i := range []int{3, 4} { // numbers are not padded
				if key[i] == '2' {
					key = set(key, i, 'n')
				}
			}
		}
		return key, time
	}
	if f.timeStyle == "" {
		for i := 1; i <= 3; i++ {
			if time[i] == '2' {
				time = set(time, i, 'n')
			}
		}
	}
	switch {
	case field != 'y' && field != 'M' && field != 'd':
		return key, time
	case key == noDate:
		return "--nnn", time
	case time[0] != '-' && time[5] != '-' || time[3] != '-' || time[4] != '-':
		return key, time
	}
	add := func(i int) {
		if key[i] == '-' {
			key = set(key, i, 'n')
		}
	}
	hasYear, hasMonth := key[2] != '-', key[3] != '-'
	switch {
	case field == 'd':
		add(4)
	case field == 'M' && !(hasYear && hasMonth):
		add(4)
		add(3)
	case field == 'y' && !hasYear:
		add(4)
		add(3)
		add(2)
	}
	return key, time
}

// rangePattern finds a pattern that says what is the same on both sides once.
func (f *dateFormat) rangePattern(field byte) (string, bool) {
	t := &f.table.Date
	hasDate, hasTime := f.dateKey != noDate, f.timeKey[:6] != noTime
	switch {
	case field == 'G':
		return "", false
	case field == 'y' || field == 'M' || field == 'd':
		if hasTime {
			return "", false
		}
		simple := simpleDate(f.dateKey)
		pattern, ok := t.Ranges[simple+" "+string(field)]
		if own := t.Date[f.dateKey]; own != "" && simple != f.dateKey {
			// Widths that have a pattern of their own: ranges are of the simple one, but for years of two digits.
			if f.dateKey[2] == '2' && strings.Contains(t.datePattern(simple), "(") {
				return "", false
			}
			if !ok {
				both := t.datePattern(simple)
				pattern, ok = sided(both, '<')+"|=l"+t.RangeSeparator+"|"+sided(both, '>'), true
			}
		}
		return t.widened(pattern, f.dateKey, !usual(f.dateKey)), ok
	case !hasTime:
		return "", false
	}
	pattern, ok := f.timeRange(field)
	if !hasDate {
		return pattern, ok
	}
	_, timeKey := f.rangeKeys(field)
	time := t.timePattern(timeKey)
	if f.timeStyle != "" {
		time = f.timePattern
	}
	if !ok {
		pattern = sided(time, '<') + "|=l" + t.RangeSeparator + "|" + sided(time, '>')
	}
	dateKey := f.dateKey
	if !ok { // numbers are not padded
		for _, i := range []int{3, 4} {
			if dateKey[i] == '2' {
				dateKey = set(dateKey, i, 'n')
			}
		}
	}
	date := t.datePattern(dateKey)
	if f.dateStyle != "" {
		date = f.datePattern
	}
	return sided(date, '=') + "|=l" + t.RangeGlue + "|" + pattern, true
}

// usual reports whether locales have patterns of their own for ranges with the fields of a key.
func usual(key string) bool {
	return key[:4] == "----" || key[1] == '-' && key[3] != '-' && (key[4] != '-' || key[2] != '-' && key[0] == '-')
}

// sided says of all parts of a pattern on which side of a range they are.
func sided(pattern string, side byte) string {
	return string(side) + strings.ReplaceAll(pattern, "|", "|"+string(side))
}

// timeRange is the pattern of a range of times of one day.
func (f *dateFormat) timeRange(field byte) (string, bool) {
	t := &f.table.Date
	key := f.timeKey
	for i, c := range []byte(key[:4]) {
		if c != '-' && i > 0 {
			key = set(key, i, 'n')
		} else if c != '-' {
			key = set(key, i, 's')
		}
	}
	pattern, ok := t.Ranges[key+" "+string(field)]
	if f.timeKey[0] == 'n' || f.timeKey[0] == 'l' {
		pattern = periodPart.ReplaceAllString(pattern, "b"+t.Widths.B[f.timeKey[:1]])
	}
	return pattern, ok
}
