package intl

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the machine may have none, or an old one
)

// zone is a time zone.
type zone struct {
	name     string // as resolvedOptions tells it
	location *time.Location
}

var utc = &zone{"UTC", time.UTC}

// zoneNames are the names that there are, in lower case, and what each is called.
var zoneNames = sync.OnceValue(func() map[string]string {
	r := theRoot()
	names := make(map[string]string, len(r.TimeZone)+len(r.ZoneAlias))
	for _, name := range r.TimeZone {
		names[strings.ToLower(name)] = name
	}
	for alias, name := range r.ZoneAlias {
		if name != "" {
			names[strings.ToLower(alias)] = name
		}
	}
	names["utc"] = "UTC"
	return names
})

// zones are those that have been asked for: there are no more than names.
var zones sync.Map

// findZone finds a time zone by its name, or by an offset such as +01:30.
func findZone(name string) (*zone, bool) {
	if z, ok := zones.Load(name); ok {
		return z.(*zone), true
	}
	if offset, text, ok := parseOffset(name); ok {
		return &zone{text, time.FixedZone(text, offset*60)}, true
	}
	canonical, ok := zoneNames()[lowered(name)]
	if !ok {
		return nil, false
	}
	if canonical == "UTC" {
		return utc, true
	}
	if z, ok := zones.Load(canonical); ok {
		return z.(*zone), true
	}
	location, err := time.LoadLocation(canonical)
	if err != nil {
		return nil, false
	}
	z := &zone{canonical, location}
	zones.Store(canonical, z)
	return z, true
}

// parseOffset reads ±HH, ±HHMM or ±HH:MM, in minutes.
func parseOffset(s string) (minutes int, text string, ok bool) {
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, "", false
	}
	rest := s[1:]
	if len(rest) == 5 && rest[2] == ':' {
		rest = rest[:2] + rest[3:]
	}
	if len(rest) == 2 {
		rest += "00"
	}
	if !digits(rest, 4) {
		return 0, "", false
	}
	n, _ := strconv.Atoi(rest)
	if n/100 > 23 || n%100 > 59 {
		return 0, "", false
	}
	minutes = n/100*60 + n%100
	sign := s[:1]
	if minutes == 0 {
		sign = "+"
	}
	if sign == "-" {
		minutes = -minutes
	}
	return minutes, fmt.Sprintf("%s%02d:%02d", sign, n/100, n%100), true
}

// name is what a zone is called at a time, in one of the styles of timeZoneName.
func (z *zone) nameAt(t time.Time, style string, table *table) string {
	_, offset := t.Zone()
	group, known := theRoot().ZoneGroups[z.name]
	if !known || strings.HasSuffix(style, "Offset") || group >= len(table.Zones) {
		return gmt(offset, strings.HasPrefix(style, "long"), &table.Date)
	}
	names := table.Zones[group]
	index := map[string]int{"short": 0, "long": 2, "longGeneric": 2, "shortGeneric": 0}[style]
	standard, summer := z.offsets(t.Year())
	other := -1 // the index of a name that may be the same
	switch {
	case style == "longGeneric":
		other = 4
	case style == "shortGeneric":
		other = 5
	case offset == summer && offset != standard:
		other = index + 1
	case offset != standard:
		names[index] = "" // a zone that had another time then
	}
	if other >= 0 && names[other] != "=" {
		index = other
	}
	if names[index] == "" {
		return gmt(offset, strings.HasPrefix(style, "long"), &table.Date)
	}
	return names[index]
}

// offsets are those of a zone's standard time and of its summer time, as of 2024 or of the given year: what it is
// called now is what it is called then if the offset is the same.
func (z *zone) offsets(year int) (standard, summer int) {
	if year > 2024 || year < 1970 {
		year = 2024
	}
	_, a := time.Date(2024, 1, 15, 12, 0, 0, 0, z.location).Zone()
	_, b := time.Date(2024, 7, 15, 12, 0, 0, 0, z.location).Zone()
	if a == b && year != 2024 {
		_, c := time.Date(year, 1, 15, 12, 0, 0, 0, z.location).Zone()
		_, d := time.Date(year, 7, 15, 12, 0, 0, 0, z.location).Zone()
		if max(c, d) != min(c, d) && min(c, d) == a {
			return a, max(c, d)
		}
	}
	return min(a, b), max(a, b)
}

// gmt is an offset in seconds as text.
func gmt(offset int, long bool, t *dateTable) string {
	samples := t.Offsets[0]
	if long {
		samples = t.Offsets[1]
	}
	if offset == 0 {
		return samples[0]
	}
	seconds := max(offset, -offset)
	hours, minutes, seconds := seconds/3600, seconds/60%60, seconds%60
	// The samples are those of +5:30 and -5.
	before, after, _ := strings.Cut(samples[1], "5")
	separator, after, _ := strings.Cut(after, "30")
	if offset < 0 {
		before, _, _ = strings.Cut(samples[2], "5")
	}
	before = strings.TrimSuffix(before, "0")
	text := strconv.Itoa(hours)
	if long && hours < 10 {
		text = "0" + text
	}
	if long || minutes > 0 || seconds > 0 {
		text += fmt.Sprintf("%s%02d", separator, minutes)
	}
	if seconds > 0 {
		text += fmt.Sprintf("%s%02d", separator, seconds)
	}
	return before + text + after
}
