package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"devserver/config"
	"devserver/runtime"
	"devserver/server/cron"
)

// schedules reads the schedules of a configuration. What is wrong with one is a warning: the Worker runs without it here,
// but cannot be deployed with it.
func schedules(crons []config.Cron) (list []*cron.Schedule, problems config.Diagnostics) {
	for _, c := range crons {
		schedule, err := cron.Parse(c.Schedule)
		if e, ok := errors.AsType[*cron.Error](err); ok {
			problems = append(problems, c.Node.Diagnostic(config.Warning, config.CodeValue, fmt.Sprintf("%q %s", c.Schedule, e.What), e.Fix))
			continue
		}
		if _, ever := schedule.Next(time.Now()); !ever {
			problems = append(problems, c.Node.Diagnostic(config.Warning, config.CodeValue, fmt.Sprintf("%q is never due: no such day comes", c.Schedule), ""))
			continue
		}
		list = append(list, schedule)
	}
	return list, problems
}

// cronRows are the lines of the table of schedules.
func (g *generation) cronRows() []CronRow {
	var rows []CronRow
	for _, s := range g.crons {
		next, _ := s.Next(time.Now())
		rows = append(rows, CronRow{Schedule: s.String(), Next: next, Fires: g.project.session.options.Cron})
	}
	return rows
}

// clock fires schedules when they are due.
type clock struct {
	changed chan []*cron.Schedule // has room for one
	fire    func(ctx context.Context, schedule *cron.Schedule, due time.Time)
}

func newClock(fire func(ctx context.Context, schedule *cron.Schedule, due time.Time)) *clock {
	return &clock{changed: make(chan []*cron.Schedule, 1), fire: fire}
}

// set has the clock fire these schedules from now on, and no others. One goroutine at a time may call it.
func (c *clock) set(list []*cron.Schedule) {
	select {
	case <-c.changed:
	default:
	}
	c.changed <- list
}

// longestSleep is how long the clock sleeps at most, so that it notices when somebody sets the system's clock.
const longestSleep = 30 * time.Second

// run fires the schedules until ctx ends, each on a goroutine of its own, and returns when all are done. What came due
// while the machine slept is not made up for.
func (c *clock) run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	var list []*cron.Schedule
	from := time.Now()
	for {
		due, which := soonest(list, from)
		sleep := longestSleep
		if len(which) > 0 {
			sleep = min(sleep, time.Until(due))
		}
		timer := time.NewTimer(sleep)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case list = <-c.changed:
			timer.Stop()
			if now := time.Now(); len(which) == 0 || now.Before(due) { // or it is about to be fired
				from = now
			}
			continue
		case <-timer.C:
		}
		now := time.Now()
		switch {
		case len(which) == 0 || now.Before(due):
			from = minTime(from, now)
			continue
		case now.Sub(due) < time.Minute:
			for _, s := range which {
				running.Go(func() { c.fire(ctx, s, due) })
			}
		}
		from = now
	}
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// soonest is when one of some schedules is due next, and which are due then.
func soonest(list []*cron.Schedule, after time.Time) (due time.Time, which []*cron.Schedule) {
	for _, s := range list {
		next, ok := s.Next(after)
		switch {
		case !ok || len(which) > 0 && next.After(due):
		case len(which) > 0 && next.Equal(due):
			which = append(which, s)
		default:
			due, which = next, []*cron.Schedule{s}
		}
	}
	return due, which
}

// fireCron runs the Worker on schedule.
func (p *project) fireCron(ctx context.Context, schedule *cron.Schedule, due time.Time) {
	next, _ := schedule.Next(due)
	_, failure := p.scheduled(ctx, &runtime.Scheduled{Time: due, Cron: schedule.String()}, "next "+next.Format("2006-01-02 15:04 UTC"))
	if failure != nil && ctx.Err() == nil {
		p.session.options.Report(Notice{fmt.Sprintf("the schedule %q was due, but nothing could run it: %v", schedule, failure)})
	}
}

// scheduled has the Worker handle a scheduled event, and reports what came of it, with a note. The failure is why there
// is no Worker that could.
func (p *project) scheduled(ctx context.Context, event *runtime.Scheduled, note string) (runtime.Handled, *Failure) {
	started := time.Now()
	handled, failure := p.dispatch(ctx, event)
	if failure != nil {
		return handled, failure
	}
	which := event.Cron
	p.session.options.Report(Handled{Name: p.label(), Event: "CRON", Which: which, Outcome: string(handled.Outcome), OK: handled.Outcome == runtime.OK, Took: time.Since(started), Note: note})
	p.failedToHandle(handled, fmt.Sprintf("scheduled(%s)", which))
	return handled, nil
}

// dispatch has the Worker handle an event.
func (p *project) dispatch(ctx context.Context, event runtime.Event) (runtime.Handled, *Failure) {
	g, failure := p.acquire()
	if g == nil {
		if failure == nil {
			failure = &Failure{Other: errors.New("the Worker is being loaded")}
		}
		return runtime.Handled{}, failure
	}
	defer g.users.Done()
	return g.worker.Dispatch(ctx, "default", event), nil
}

// failedToHandle reports what a handler failed with.
func (p *project) failedToHandle(handled runtime.Handled, what string) {
	if handled.Err != nil && handled.Err.Kind != runtime.Gone {
		p.mu.RLock()
		g := p.current
		p.mu.RUnlock()
		p.session.options.Report(Exception{Name: p.label(), Error: handled.Err, Event: what, Place: g.place(handled.Err.Stack)})
	}
}

// serveScheduled has the Worker handle a scheduled event: ?cron= is the schedule that it is told of, and ?time= when it was
// due, in milliseconds since 1970. The answer is the outcome; with ?format=json, as JSON, with whether it may be tried again.
func (s *Session) serveScheduled(w http.ResponseWriter, r *http.Request) {
	p := s.asked(w, r)
	if p == nil {
		return
	}
	query := r.URL.Query()
	event := &runtime.Scheduled{Time: time.Now(), Cron: query.Get("cron")}
	if text := query.Get("time"); text != "" {
		ms, err := strconv.ParseInt(text, 10, 64)
		if err != nil || ms < -maxDate || ms > maxDate {
			http.Error(w, fmt.Sprintf("time is %q, and should be milliseconds since 1970, such as %d", text, time.Now().UnixMilli()), http.StatusBadRequest)
			return
		}
		event.Time = time.UnixMilli(ms)
	}
	handled, failure := p.scheduled(r.Context(), event, "")
	if failure != nil {
		s.failed(w, r, failure)
		return
	}
	status := http.StatusOK
	if handled.Outcome != runtime.OK {
		status = http.StatusInternalServerError
	}
	switch {
	case query.Get("format") == "json":
		writeJSON(w, status, map[string]any{"outcome": handled.Outcome, "noRetry": event.NoRetry})
	case r.URL.Path == testScheduled && status == http.StatusOK:
		writeText(w, status, "Ran scheduled event")
	case r.URL.Path == testScheduled:
		writeText(w, status, fmt.Sprintf("%s: see the terminal", handled.Outcome))
	default:
		writeText(w, status, string(handled.Outcome))
	}
}

// testScheduled is where --test-scheduled has the endpoint, too.
const testScheduled = "/__scheduled"

// maxDate is the largest number of milliseconds that a JavaScript Date takes.
const maxDate = 8_640_000_000_000_000

// asked is the project whose Worker an endpoint is asked for: the primary one, or that of ?worker=. It has answered if it
// returns nil.
func (s *Session) asked(w http.ResponseWriter, r *http.Request) *project {
	name := r.URL.Query().Get("worker")
	if name == "" {
		return s.primary()
	}
	for _, p := range s.projects {
		if p.named(name) {
			return p
		}
	}
	http.Error(w, fmt.Sprintf("no Worker %q runs in this session", name), http.StatusNotFound)
	return nil
}

func writeText(w http.ResponseWriter, status int, text string) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write([]byte(text))
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	text, _ := json.Marshal(v)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(text)
}
