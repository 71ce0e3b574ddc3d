// Package cron reads the schedules of Cron Triggers and works out when they are due:
// https://developers.cloudflare.com/workers/configuration/cron-triggers/#supported-cron-expressions
//
// There are five fields, all in UTC: minutes, hours, days of the month, months, weekdays. It is Quartz's syntax rather
// than Unix's: weekdays go from 1, Sunday, to 7, Saturday; ranges may wrap around, as FRI-MON; L, W and # are known.
// As in Unix, a day is one if it fits either the days of the month or the weekdays, where both are restricted.
package cron

import (
	"math/bits"
	"time"
)

// Schedule is a schedule that has been read. It is immutable.
type Schedule struct {
	text                   string
	minutes, hours, months uint64 // bit sets
	days                   days
	weekdays               weekdays
}

// String is the schedule as it was written.
func (s *Schedule) String() string { return s.text }

// dayKind says how a day is chosen.
type dayKind int

const (
	every       dayKind = iota // *
	listed                     // a bit set
	last                       // L, or L-n; of weekdays: the last such day of the month
	lastWeekday                // LW, or L-nW
	nearest                    // nW: the weekday, in the same month, that is nearest to a day
	nth                        // d#n
)

type days struct {
	kind   dayKind
	set    uint64
	number int // of last and lastWeekday: how many days before the last; of nearest: the day
}

type weekdays struct {
	kind    dayKind
	set     uint64
	weekday time.Weekday // of last and nth
	number  int          // of nth
}

// Matches reports whether the schedule is due in the minute of t.
func (s *Schedule) Matches(t time.Time) bool {
	t = t.UTC()
	return has(s.minutes, t.Minute()) && has(s.hours, t.Hour()) && s.onDay(t)
}

// farthest is how far ahead Next looks, in years: the calendar of a month repeats after 28, or after 40 if a year
// without a leap day is among them.
const farthest = 41

// Next returns the first time after t, a whole minute in UTC, at which the schedule is due. ok is false if there is
// none, as for the 31st of February.
func (s *Schedule) Next(t time.Time) (next time.Time, ok bool) {
	t = t.UTC().Truncate(time.Minute).Add(time.Minute)
	end := t.Year() + farthest
	for day := midnight(t); day.Year() < end; day = day.AddDate(0, 0, 1) {
		if !has(s.months, int(day.Month())) {
			day = time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC) // its last
			continue
		}
		if !s.onDay(day) {
			continue
		}
		hour, minute := 0, 0
		if day.Before(t) {
			hour, minute = t.Hour(), t.Minute()
		}
		for ; hour < 24; hour, minute = hour+1, 0 {
			if !has(s.hours, hour) {
				continue
			}
			if rest := s.minutes >> minute; rest != 0 {
				return day.Add(time.Duration(hour)*time.Hour + time.Duration(minute+bits.TrailingZeros64(rest))*time.Minute), true
			}
		}
	}
	return time.Time{}, false
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func has(set uint64, n int) bool { return set&(1<<n) != 0 }

// onDay reports whether the schedule has the day of t.
func (s *Schedule) onDay(t time.Time) bool {
	if !has(s.months, int(t.Month())) {
		return false
	}
	switch {
	case s.days.kind == every:
		return s.weekdays.contain(t)
	case s.weekdays.kind == every:
		return s.days.contain(t)
	default:
		return s.days.contain(t) || s.weekdays.contain(t)
	}
}

func (d days) contain(t time.Time) bool {
	day, length := t.Day(), monthLength(t)
	switch d.kind {
	case listed:
		return has(d.set, day)
	case last:
		return day == length-d.number
	case lastWeekday:
		return day == nearestWeekday(t, length-d.number)
	case nearest:
		return d.number <= length && day == nearestWeekday(t, d.number)
	default:
		return true
	}
}

// nearestWeekday is the day from Monday to Friday that is nearest to a day of the month of t, and in that month: of a
// Saturday the day before, of a Sunday the day after, unless that is in another month. It is 0 if there is no such day.
func nearestWeekday(t time.Time, day int) int {
	if day < 1 {
		return 0
	}
	switch time.Date(t.Year(), t.Month(), day, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == monthLength(t) {
			return day - 2
		}
		return day + 1
	}
	return day
}

func (w weekdays) contain(t time.Time) bool {
	switch w.kind {
	case listed:
		return has(w.set, int(t.Weekday()))
	case last:
		return t.Weekday() == w.weekday && t.Day()+7 > monthLength(t)
	case nth:
		return t.Weekday() == w.weekday && (t.Day()-1)/7+1 == w.number
	default:
		return true
	}
}

func monthLength(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
