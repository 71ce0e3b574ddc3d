package cron

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Error is a schedule that cannot be read.
type Error struct {
	What string // what is wrong, after the schedule
	Fix  string // what to do, where that is known
}

func (e *Error) Error() string { return e.What }

func fault(format string, args ...any) *Error { return &Error{What: fmt.Sprintf(format, args...)} }

// field is one of the five.
type field struct {
	name     string // "the minutes"
	min, max int
	names    []string // of the values from min on, three letters each
	example  string   // of what stands for the numbers, for errors
}

var (
	minuteField  = field{name: "the minutes", max: 59}
	hourField    = field{name: "the hours", max: 23}
	dayField     = field{name: "the days of the month", min: 1, max: 31}
	monthField   = field{name: "the months", min: 1, max: 12, names: strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"), example: ", or JAN to DEC"}
	weekdayField = field{name: "the weekdays", min: 1, max: 7, names: strings.Fields("SUN MON TUE WED THU FRI SAT"), example: ", 1 is Sunday, or SUN to SAT"}
)

// longest bounds what is read. The longest that says anything new has under 1,000 characters.
const longest = 2000

// Parse reads a schedule. The error is an [*Error].
func Parse(text string) (*Schedule, error) {
	if len(text) > longest {
		return nil, fault("has more than %d characters", longest)
	}
	if strings.HasPrefix(text, "@") {
		return nil, &Error{"is no schedule of five fields", shorthand(text)}
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' })
	switch {
	case len(words) == 6:
		return nil, &Error{"has six fields; there are five, and none for seconds", "leave the first out"}
	case len(words) != 5:
		return nil, &Error{fmt.Sprintf("has %d of five fields: minutes, hours, days of the month, months, weekdays", len(words)), `for example "*/30 * * * *"`}
	case text != strings.TrimSpace(text):
		return nil, &Error{"begins or ends with a space", fmt.Sprintf("write %q", strings.TrimSpace(text))}
	}
	s := &Schedule{text: text}
	for i, read := range []func(word string) *Error{
		func(word string) (err *Error) { s.minutes, err = minuteField.read(word); return },
		func(word string) (err *Error) { s.hours, err = hourField.read(word); return },
		func(word string) (err *Error) { s.days, err = readDays(word); return },
		func(word string) (err *Error) { s.months, err = monthField.read(word); return },
		func(word string) (err *Error) { s.weekdays, err = readWeekdays(word); return },
	} {
		if e := read(words[i]); e != nil {
			e.What = fmt.Sprintf("is not a schedule: in %s, %q: %s", []field{minuteField, hourField, dayField, monthField, weekdayField}[i].name, words[i], e.What)
			if e.Fix == "" && strings.Contains(words[i], "?") {
				e.Fix = "write * where any value will do"
			}
			return nil, e
		}
	}
	return s, nil
}

// shorthand is what other crons write in a word.
func shorthand(text string) string {
	long := map[string]string{
		"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 1",
		"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
	}[strings.ToLower(text)]
	if long == "" {
		return `for example "*/30 * * * *"`
	}
	return fmt.Sprintf("write %q", long)
}

// read reads a field of numbers, ranges and steps.
func (f field) read(word string) (set uint64, err *Error) {
	if word == "*" {
		return f.span(f.min, f.max, 1), nil
	}
	for i, part := range strings.Split(word, ",") {
		if i == 0 && part == "*" {
			return 0, &Error{What: "* stands alone, or begins a step", Fix: "for example */5"}
		}
		more, err := f.readPart(part)
		if err != nil {
			return 0, err
		}
		set |= more
	}
	return set, nil
}

// readPart reads a number, a range a-b, or a step */n, a/n or a-b/n. A * without a step is the smallest value, as the
// platform has it: "5,*" is "0,5".
func (f field) readPart(part string) (uint64, *Error) {
	span, step, stepped := strings.Cut(part, "/")
	from, to, ranged := strings.Cut(span, "-")
	start := f.min
	var err *Error
	if from != "*" {
		if start, err = f.value(from); err != nil {
			return 0, err
		}
	}
	end := start
	switch {
	case ranged:
		if end, err = f.value(to); err != nil {
			return 0, err
		}
	case stepped:
		end = f.max
	}
	by := 1
	if stepped {
		if by, err = number(step, 1, f.max-f.min, "a step out"); err != nil {
			return 0, err
		}
	}
	return f.span(start, end, by), nil
}

// span is the set of the values from start to end, every by of them. If end comes before start it goes on from the
// smallest value.
func (f field) span(start, end, by int) (set uint64) {
	if end < start {
		end += f.max - f.min + 1
	}
	for n := start; n <= end; n += by {
		set |= 1 << (f.min + (n-f.min)%(f.max-f.min+1))
	}
	return set
}

// value reads a number or a name.
func (f field) value(text string) (int, *Error) {
	for i, name := range f.names {
		if strings.EqualFold(text, name) {
			return f.min + i, nil
		}
	}
	n, err := number(text, f.min, f.max, "")
	if err != nil {
		err.What += f.example
		if text == "0" && f.names != nil && f.max == 7 {
			err.Fix = "for Sunday write SUN, or 1"
		}
	}
	return n, err
}

// number reads a number between min and max; what is what it is, for the error.
func number(text string, min, max int, what string) (int, *Error) {
	digits := text != "" && strings.Trim(text, "0123456789") == ""
	n, err := strconv.Atoi(text)
	switch {
	case digits && err == nil && min <= n && n <= max:
		return n, nil
	case what == "":
		what = "one"
	}
	if text == "" {
		return 0, fault("%s of %d to %d is missing", what, min, max)
	}
	return 0, fault("%q is not %s of %d to %d", text, what, min, max)
}

// readDays reads the days of the month, which know L, L-n, LW, L-nW and nW.
func readDays(word string) (days, *Error) {
	if word == "*" {
		return days{kind: every}, nil
	}
	if rest, ok := strings.CutPrefix(word, "L"); ok {
		rest, weekday := strings.CutSuffix(rest, "W")
		d := days{kind: last}
		if weekday {
			d.kind = lastWeekday
		}
		if rest == "" {
			return d, nil
		}
		before, ok := strings.CutPrefix(rest, "-")
		if !ok {
			return days{}, alone("L")
		}
		var err *Error
		d.number, err = number(before, 1, 30, "a number of days out")
		return d, err
	}
	if day, ok := strings.CutSuffix(word, "W"); ok {
		if strings.ContainsAny(day, ",-/*") {
			return days{}, alone("W")
		}
		n, err := dayField.value(day)
		return days{kind: nearest, number: n}, err
	}
	if strings.ContainsAny(word, "LW") {
		return days{}, alone(word[strings.IndexAny(word, "LW"):][:1])
	}
	set, err := dayField.read(word)
	return days{kind: listed, set: set}, err
}

func alone(letter string) *Error {
	return &Error{What: letter + " stands for one day alone, not in a list, a range or a step", Fix: "make a schedule of its own for it: crons may have several"}
}

// readWeekdays reads the weekdays, which know L, dL and d#n. L alone is Saturday.
func readWeekdays(word string) (weekdays, *Error) {
	switch {
	case word == "*":
		return weekdays{kind: every}, nil
	case word == "L":
		return weekdays{kind: listed, set: 1 << time.Saturday}, nil
	}
	if day, of, ok := strings.Cut(word, "#"); ok {
		if strings.ContainsAny(word, ",-/*") {
			return weekdays{}, alone("#")
		}
		d, err := weekdayField.value(day)
		if err != nil {
			return weekdays{}, err
		}
		n, err := number(of, 1, 5, "a week out")
		return weekdays{kind: nth, weekday: time.Weekday(d - 1), number: n}, err
	}
	if day, ok := strings.CutSuffix(word, "L"); ok {
		if strings.ContainsAny(day, ",-/*") {
			return weekdays{}, alone("L")
		}
		d, err := weekdayField.value(day)
		return weekdays{kind: last, weekday: time.Weekday(d - 1)}, err
	}
	set, err := weekdayField.read(word)
	return weekdays{kind: listed, set: set >> 1}, err // from 1-based to time.Weekday
}
