package server

import (
	"context"
	"fmt"
	"slices"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime"
)

// named is the Worker of the session that consumes traces.
func (s *Session) named(c config.TailConsumer) *named { return &named{s, c.Service, c.Environment} }

// tails is who is told of what the Worker does: the Workers that consume its traces (tail_consumers), as they are when it
// happens. It is nil if there are none, so that nothing is recorded.
func (g *generation) tails() func(*runtime.Trace) {
	consumers := g.config.TailConsumers
	if len(consumers) == 0 {
		return nil
	}
	return func(trace *runtime.Trace) {
		for _, c := range consumers {
			g.project.session.named(c).consume(trace, g.config.Name)
		}
	}
}

// consume has the Worker handle a trace of another one, if it runs, on a goroutine of its own.
func (w *named) consume(trace *runtime.Trace, producer string) {
	p := w.find()
	if p == nil {
		return // which was said when the other one was loaded
	}
	g, _ := p.acquire()
	if g == nil {
		return
	}
	if slices.Contains(trace.Heard, g.config.Name) { // it is about what this Worker did in the first place
		g.users.Done()
		return
	}
	go func() {
		defer g.users.Done()
		p.failedToHandle(g.worker.Dispatch(context.Background(), "default", runtime.Tail{Traces: []*runtime.Trace{trace}}), fmt.Sprintf("tail(%s)", producer))
	}()
}

// tailRow is what the Worker is for the one whose traces it consumes.
func (w *named) tailRow() bindings.Row {
	row := bindings.Row{Resource: "tail consumer " + w.name, Mode: "local"}
	if w.environment != "" {
		row.Resource += " (" + w.environment + ")"
	}
	if row.Problem, row.Fix = w.absent("nobody is told of what this Worker does: "); row.Problem != "" {
		row.Mode = "not running"
	}
	return row
}

// absent says that the Worker does not run, and what to do about it; empty if it does.
func (w *named) absent(consequence string) (problem, fix string) {
	p := w.find()
	if p == nil {
		what, fix := w.missing()
		return consequence + "n" + what[1:], "s" + fix[1:]
	}
	g, _ := p.acquire()
	if g == nil {
		return consequence + fmt.Sprintf("the Worker %q could not be loaded", w.name), "see what is said about it"
	}
	g.users.Done()
	return "", ""
}
