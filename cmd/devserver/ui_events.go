package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"devserver/server"
)

// handled shows an event that the Worker has handled, below the requests: "  CRON * * * * * ok (7ms) · next 12:01".
func (u *ui) handled(e server.Handled) {
	s := u.style
	color := s.green
	if !e.OK {
		color = s.red
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%*s%s%s%s ", max(0, methodWidth-len(e.Event)), "", s.bold, e.Event, s.reset)
	if which := clean(e.Which); which != "" {
		b.WriteString(which + strings.Repeat(" ", max(1, u.pathWidth-widthOf(which)-max(0, len(e.Event)-methodWidth)+1)))
	}
	fmt.Fprintf(&b, "%s%s%s %s(%sms)", color, clean(e.Outcome), s.reset, s.dim, strconv.FormatInt((e.Took+time.Millisecond/2).Milliseconds(), 10))
	if e.Note != "" {
		b.WriteString(" · " + clean(e.Note))
	}
	b.WriteString(s.reset)
	if e.Name != "" {
		b.WriteString(" " + strings.TrimSuffix(u.tag(e.Name), " "))
	}
	b.WriteString("\n")
	u.print(b.String())
}

// crons is the table of schedules. only names the Worker that has them, if it is not the one that answers requests.
func (u *ui) crons(b *strings.Builder, rows []server.CronRow, only string) {
	if len(rows) == 0 {
		return
	}
	table := [][3]string{{"Cron", "Next (UTC)", "Mode"}}
	for _, row := range rows {
		next, mode := "", "fires"
		if !row.Next.IsZero() {
			next = row.Next.Format("2006-01-02 15:04")
		}
		if !row.Fires {
			mode = "by hand"
		}
		table = append(table, [3]string{row.Schedule, next, mode})
	}
	u.table(b, table)
	if !rows[0].Fires {
		which := clean(strings.ReplaceAll(rows[0].Schedule, " ", "+"))
		if only != "" {
			which += "&worker=" + clean(only)
		}
		fmt.Fprintf(b, "%sSchedules fire with --cron. By hand: curl \"%s/cdn-cgi/local/scheduled?cron=%s\"%s\n\n", u.style.dim, u.url, which, u.style.reset)
	}
}

// undated is what was loaded without what changes by itself: when its schedules are due.
func undated(e server.Loaded) server.Loaded {
	rows := make([]server.CronRow, len(e.Crons))
	for i, row := range e.Crons {
		row.Next = time.Time{}
		rows[i] = row
	}
	e.Crons = rows
	return e
}
