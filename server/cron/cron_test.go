package cron_test

import (
	"strings"
	"testing"
	"time"

	"devserver/server/cron"
)

func TestNext(t *testing.T) {
	for _, test := range []struct{ schedule, after, want string }{
		// Those of the documentation.
		{"* * * * *", "2026-11-22 00:00", "2026-11-22 00:01 2026-11-22 00:02"},
		{"*/30 * * * *", "2026-11-22 00:00", "2026-11-22 00:30 2026-11-22 01:00"},
		{"45 * * * *", "2026-11-22 00:00", "2026-11-22 00:45 2026-11-22 01:45"},
		{"0 17 * * sun", "2026-11-22 00:00", "2026-11-22 17:00 2026-11-29 17:00"}, // the 22nd is a Sunday
		{"0 17 * * 1", "2026-11-22 00:00", "2026-11-22 17:00 2026-11-29 17:00"},
		{"10 7 * * mon-fri", "2026-11-27 08:00", "2026-11-30 07:10 2026-12-01 07:10"},
		{"10 7 * * 2-6", "2026-11-27 08:00", "2026-11-30 07:10 2026-12-01 07:10"},
		{"0 15 1 * *", "2026-11-22 00:00", "2026-12-01 15:00 2027-01-01 15:00"},
		{"0 18 * * 6L", "2026-11-22 00:00", "2026-11-27 18:00 2026-12-25 18:00"},
		{"0 18 * * friL", "2026-11-22 00:00", "2026-11-27 18:00 2026-12-25 18:00"},
		{"59 23 LW * *", "2026-10-01 00:00", "2026-10-30 23:59 2026-11-30 23:59"},
		{"0 0 * JAN-JUN FRI", "2026-11-22 00:00", "2027-01-01 00:00 2027-01-08 00:00"},

		{"0 0 LW JUL-DEC *", "2027-01-01 00:00", "2027-07-30 00:00 2027-08-31 00:00"},
		{"0 9 L * *", "2027-01-31 09:00", "2027-02-28 09:00 2027-03-31 09:00"},
		{"0 9 L-3 * *", "2027-02-01 00:00", "2027-02-25 09:00 2027-03-28 09:00"},
		{"0 9 L-30 * *", "2027-02-01 00:00", "2027-03-01 09:00 2027-05-01 09:00"},
		{"0 9 L-1W * *", "2027-02-01 00:00", "2027-02-26 09:00 2027-03-30 09:00"}, // the 27th is a Saturday
		{"0 9 15W * *", "2026-11-01 00:00", "2026-11-16 09:00 2026-12-15 09:00"},  // a Sunday
		{"0 9 1W * *", "2026-07-31 00:00", "2026-08-03 09:00 2026-09-01 09:00"},   // the 1st is a Saturday
		{"0 9 31W * *", "2027-01-01 00:00", "2027-01-29 09:00 2027-03-31 09:00"},  // a Sunday; February has none
		{"0 10 * * MON#2", "2026-11-01 00:00", "2026-11-09 10:00 2026-12-14 10:00"},
		{"0 10 * * 2#5", "2026-11-01 00:00", "2026-11-30 10:00 2027-03-29 10:00"},
		{"0 0 * * L", "2026-11-22 00:00", "2026-11-28 00:00 2026-12-05 00:00"},
		{"0 0 13 * FRI", "2026-11-07 00:00", "2026-11-13 00:00 2026-11-20 00:00"}, // either
		{"0 0 29 2 *", "2026-11-22 00:00", "2028-02-29 00:00 2032-02-29 00:00"},
		{"0 0 29 2 *", "2096-03-01 00:00", "2104-02-29 00:00 2108-02-29 00:00"}, // 2100 is no leap year
		{"0 0 * * FRI-MON", "2026-11-22 00:00", "2026-11-23 00:00 2026-11-27 00:00"},
		{"0 22-2/2 * * *", "2026-11-22 00:00", "2026-11-22 02:00 2026-11-22 22:00"},
		{"5,*/20 3,4 * * *", "2026-11-22 03:04", "2026-11-22 03:05 2026-11-22 03:20"},
		{"5/20 3 * * *", "2026-11-22 00:00", "2026-11-22 03:05 2026-11-22 03:25"},
		{"10-20/5,59 0 * * *", "2026-11-22 00:15", "2026-11-22 00:20 2026-11-22 00:59"},
		{"0 0 1,L */6 * ", "", "begins or ends"},
		{"0 0 1-5/2 Dec-fEb *", "2026-11-22 00:00", "2026-12-01 00:00 2026-12-03 00:00"},
		{"0\t0   1 1 *", "2026-11-22 00:00", "2027-01-01 00:00 2028-01-01 00:00"},
		{"0 0 31 2 *", "2026-11-22 00:00", ""},
		{"0 0 30-31 2 *", "2026-11-22 00:00", ""},
	} {
		s, err := cron.Parse(test.schedule)
		if err != nil {
			if test.after != "" || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q: %v", test.schedule, err)
			}
			continue
		}
		at, _ := time.Parse("2006-01-02 15:04", test.after)
		var got []string
		for range 2 {
			next, ok := s.Next(at)
			if !ok {
				break
			}
			if !s.Matches(next) || s.Matches(next.Add(-time.Minute)) && next.Add(-time.Minute).After(at) {
				t.Errorf("%q: %v does not match", test.schedule, next)
			}
			got = append(got, next.Format("2006-01-02 15:04"))
			at = next
		}
		if text := strings.Join(got, " "); text != test.want {
			t.Errorf("%q after %s: %s, want %s", test.schedule, test.after, text, test.want)
		}
	}
}

func TestNextTakesAnyTime(t *testing.T) {
	s, _ := cron.Parse("0 12 * * *")
	next, _ := s.Next(time.Date(2026, 11, 22, 23, 59, 59, 999, time.FixedZone("", 12*3600))) // 11:59:59 in UTC
	if want := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC); next != want {
		t.Error(next)
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ schedule, what, fix string }{
		{"", "has 0 of five fields", "*/30 * * * *"},
		{"* * * *", "has 4 of five fields", ""},
		{"0 * * * * *", "six fields", "leave the first out"},
		{" * * * * *", "begins or ends with a space", `write "* * * * *"`},
		{"@daily", "no schedule of five fields", `write "0 0 * * *"`},
		{"@reboot", "no schedule of five fields", "for example"},
		{"60 * * * *", `in the minutes, "60": "60" is not one of 0 to 59`, ""},
		{"* 24 * * *", `in the hours, "24"`, ""},
		{"* * 0 * *", `in the days of the month, "0": "0" is not one of 1 to 31`, ""},
		{"* * * 13 *", `"13" is not one of 1 to 12, or JAN to DEC`, ""},
		{"* * * JANUARY *", `"JANUARY" is not one of 1 to 12`, ""},
		{"0 0 * * 0", `"0" is not one of 1 to 7, 1 is Sunday, or SUN to SAT`, "for Sunday write SUN, or 1"},
		{"0 0 * * 8", `"8" is not one of 1 to 7`, ""},
		{"0 0 * * 1#6", `"6" is not a week out of 1 to 5`, ""},
		{"0 0 * * #2", `one of 1 to 7 is missing`, ""},
		{"0 0 ? * MON", `"?" is not one of`, "write *"},
		{"*/0 * * * *", `"0" is not a step out of 1 to 59`, ""},
		{"*/60 * * * *", `"60" is not a step out of 1 to 59`, ""},
		{"*/ * * * *", `a step out of 1 to 59 is missing`, ""},
		{"1- * * * *", `is missing`, ""},
		{"1,,2 * * * *", `is missing`, ""},
		{"*,5 * * * *", "* stands alone", "*/5"},
		{"-1 * * * *", `is missing`, ""},
		{"1.5 * * * *", `"1.5" is not one of`, ""},
		{"1-2-3 * * * *", `"2-3" is not one of`, ""},
		{"99999999999999999999 * * * *", "is not one of 0 to 59", ""},
		{"0 0 L,1 * *", "L stands for one day alone", "a schedule of its own"},
		{"0 0 1,L * *", "L stands for one day alone", ""},
		{"0 0 1-5W * *", "W stands for one day alone", ""},
		{"0 0 L-31 * *", `"31" is not a number of days out of 1 to 30`, ""},
		{"0 0 * * MON,FRIL", "L stands for one day alone", ""},
		{"0 0 * * MON,TUE#1", "# stands for one day alone", ""},
		{"0 0 * * LMON", `"LMON" is not one of`, ""},
		{strings.Repeat("1,", 2000) + "1 * * * *", "more than", ""},
	} {
		_, err := cron.Parse(test.schedule)
		e, ok := err.(*cron.Error)
		if !ok || !strings.Contains(e.What, test.what) || !strings.Contains(e.Fix, test.fix) {
			t.Errorf("%.40q: %v, want %q and %q", test.schedule, err, test.what, test.fix)
		}
	}
}

// FuzzParse looks for schedules that cannot be worked out, or whose next time is not the next.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"* * * * *", "*/5 1-2,3 L-3W JAN,*/2 6#3", "5,*/20 22-2/2 15W DEC-FEB FRI-MON", "0 0 31 2 *", "0 0 LW * 6L", "@daily", "0 0 1,L * 0"} {
		f.Add(s, int64(1795305600))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		s, err := cron.Parse(text)
		if err != nil {
			if e, ok := err.(*cron.Error); !ok || e.What == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		from := time.Unix(unix%(1<<32), 0).UTC()
		next, ok := s.Next(from)
		if !ok {
			return
		}
		if !next.After(from) || !s.Matches(next) {
			t.Fatalf("%q after %v: %v", text, from, next)
		}
		for at, n := from.Truncate(time.Minute).Add(time.Minute), 0; at.Before(next) && n < 3000; at, n = at.Add(time.Minute), n+1 {
			if s.Matches(at) {
				t.Fatalf("%q after %v: %v, but %v comes first", text, from, next, at)
			}
		}
	})
}
