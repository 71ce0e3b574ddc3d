package intl

import (
	"regexp"
	"strings"
)

// dateTable is what is known of dates and times in a locale.
type dateTable struct {
	Banks map[string][][]string // of names: M, E, G, b
	// Widths tell the bank of a width (n, s, l), and the decimal separator.
	Widths struct {
		E, G    map[string]string
		B       map[string]string
		Decimal string
	}
	Date, Time map[string]string // patterns by key
	Glue       map[string]string // how a date and a time are put together, by the date's key
	Both       map[string]string // patterns of dates and times that are not just put together
	Styles     struct {
		Date map[string]string
		Time map[string][2]string // of 12 and of 24 hours
		Glue map[string]string
	}
	HourCycles     [3]string // the default one, the one of hour12: true, and of false
	Ranges         map[string]string
	RangeSeparator string
	RangeGlue      string       // between a date and a range of times
	Offsets        [2][4]string // short and long: of UTC, +5:30, -5 and -2:30
}

// A key says which fields a pattern is of, and how wide each is, by a letter each or "-": a date's weekday, era, year,
// month and day, or a time's day period, hour, minute, second, fraction, zone (s for a name, o for an
// offset), and h or H for 12 or 24 hours.
const (
	noDate = "-----"
	noTime = "------"
)

func set(key string, i int, c byte) string { return key[:i] + string(c) + key[i+1:] }

var (
	eraPart, weekdayPart, periodPart = regexp.MustCompile(`G\d+`), regexp.MustCompile(`E\d+`), regexp.MustCompile(`b\d+`)
	secondPart                       = regexp.MustCompile(`s[n2]`)
)

// datePattern is the pattern of a date's key: its own, or what follows from a simpler key's. The order is that in which
// intl_tables.js leaves them out.
func (t *dateTable) datePattern(key string) string {
	if pattern, ok := t.Date[key]; ok {
		return pattern
	}
	switch {
	case key[4] == '2':
		return strings.Replace(t.datePattern(set(key, 4, 'n')), "dn", "d2", 1)
	case key[2] == '2':
		return strings.Replace(t.datePattern(set(key, 2, 'n')), "yn", "y2", 1)
	case key[3] == '2':
		return strings.Replace(t.datePattern(set(key, 3, 'n')), "Mn", "M2", 1)
	case key[1] == 'n' || key[1] == 'l':
		return first(eraPart, t.datePattern(set(key, 1, 's')), "G"+t.Widths.G[key[1:2]])
	case key[0] == 'n' || key[0] == 'l':
		return first(weekdayPart, t.datePattern(set(key, 0, 's')), "E"+t.Widths.E[key[:1]])
	}
	return ""
}

// first replaces the first match.
func first(re *regexp.Regexp, s, with string) string {
	if at := re.FindStringIndex(s); at != nil {
		return s[:at[0]] + with + s[at[1]:]
	}
	return s
}

// timePattern is the same of a time's key. Of seconds and fractions that stand alone only some languages have patterns;
// in the others they follow in a row.
func (t *dateTable) timePattern(key string) string {
	if key[:5] == noTime[:5] && key[5] != '-' {
		return "z"
	}
	if pattern, ok := t.Time[key]; ok && key[5] != 'o' {
		return pattern
	}
	switch {
	case key[5] != '-':
		return t.timePattern(set(key, 5, '-')) + "|l |z"
	case key[3] != '-' && key[4] != '-':
		pattern := t.timePattern(set(key, 4, '-'))
		if at := secondPart.FindStringIndex(pattern); at != nil {
			return pattern[:at[1]] + "|l" + t.Widths.Decimal + "|f" + key[4:5] + pattern[at[1]:]
		}
		return pattern
	case key[2] == '2':
		return t.timePattern(set(key, 2, 'n'))
	case key[3] == '2':
		return t.timePattern(set(key, 3, 'n'))
	case key[1] == '2':
		return strings.Replace(t.timePattern(set(key, 1, 'n')), "hn", "h2", 1)
	case key[0] == 'n' || key[0] == 'l':
		return first(periodPart, t.timePattern(set(key, 0, 's')), "b"+t.Widths.B[key[:1]])
	case key[4] != '-':
		return inRow(t.timePattern(set(key, 4, '-')), "f"+key[4:5])
	case key[3] != '-':
		return inRow(t.timePattern(set(key, 3, '-')), "sn")
	case key[0] != '-':
		return inRow(t.timePattern(set(key, 0, '-')), "b"+t.Widths.B["s"])
	}
	return ""
}

func inRow(pattern, field string) string {
	if pattern == "" {
		return field
	}
	return pattern + "|l |" + field
}

// simple is a key with the widths that patterns of dates and times together, and of ranges, are kept under.
func simpleDate(key string) string {
	for i, c := range []byte(key) {
		switch {
		case c == '-':
		case i < 2:
			key = set(key, i, 's')
		case i != 3 || c == '2':
			key = set(key, i, 'n')
		}
	}
	return key
}

// widened gives the fields of a pattern, found under a simple key, the widths of key; those of numbers, but for a year's,
// only if digits says so.
func (t *dateTable) widened(pattern, key string, digits bool) string {
	if key[0] == 'n' || key[0] == 'l' {
		pattern = weekdayPart.ReplaceAllString(pattern, "E"+t.Widths.E[key[:1]])
	}
	if key[1] == 'n' || key[1] == 'l' {
		pattern = eraPart.ReplaceAllString(pattern, "G"+t.Widths.G[key[1:2]])
	}
	for i, names := range map[int][2]string{2: {"yn", "y2"}, 3: {"Mn", "M2"}, 4: {"dn", "d2"}} {
		if key[i] == '2' && (digits || i == 2) {
			pattern = strings.ReplaceAll(pattern, names[0], names[1])
		}
	}
	return pattern
}

// pattern is that of a date and a time, of which one may be nothing.
func (t *dateTable) pattern(date, time string) string {
	switch {
	case date == noDate:
		return t.timePattern(time)
	case time[:6] == noTime:
		return t.datePattern(date)
	}
	simple := simpleDate(date)
	hm := time
	for i, c := range []byte(hm[:4]) {
		if c != '-' && i > 0 {
			hm = set(hm, i, 'n')
		} else if c != '-' {
			hm = set(hm, i, 's')
		}
	}
	hm = set(set(hm, 4, '-'), 5, '-')
	if pattern, ok := t.Both[simple+" "+hm]; ok && time[4] == '-' && (time[5] == '-' || simple != "s----") {
		pattern = t.widened(pattern, date, true)
		if time[0] == 'n' || time[0] == 'l' {
			pattern = first(periodPart, pattern, "b"+t.Widths.B[time[:1]])
		}
		if time[1] == '2' {
			pattern = strings.Replace(pattern, "hn", "h2", 1)
		}
		if time[5] != '-' {
			pattern += "|l |z"
		}
		return pattern
	}
	return glued(t.glueOf(simple), t.datePattern(date), t.timePattern(time))
}

func (t *dateTable) glueOf(simple string) string {
	if glue, ok := t.Glue[simple]; ok {
		return glue
	}
	if glue, ok := t.Glue[set(set(set(simple, 4, '-'), 2, '-'), 1, '-')]; ok {
		return glue
	}
	return t.Glue[""]
}

// glued puts a date and a time in the places of "0" and "1".
func glued(glue, date, time string) string {
	pieces := strings.Split(glue, "|")
	for i, p := range pieces {
		switch p {
		case "0":
			pieces[i] = date
		case "1":
			pieces[i] = time
		}
	}
	return strings.Join(pieces, "|")
}

// piece is a part of a date's pattern.
type piece struct {
	kind byte   // a letter of partKinds
	arg  string // a literal's text, a bank, "n" or "2", the digits of a fraction
	side byte   // of a range: '<', '>' or '='; else 0
}

func parsePattern(pattern string, sided bool) []piece {
	var pieces []piece
	for text := range strings.SplitSeq(pattern, "|") {
		if text == "" {
			continue
		}
		var p piece
		if sided {
			p.side, text = text[0], text[1:]
		}
		p.kind, p.arg = text[0], text[1:]
		if n := len(pieces); n > 0 && p.kind == 'l' && pieces[n-1].kind == 'l' && pieces[n-1].side == p.side {
			pieces[n-1].arg += p.arg
			continue
		}
		pieces = append(pieces, p)
	}
	return pieces
}
