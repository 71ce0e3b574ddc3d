package server

import (
	"context"
	"fmt"
	"slices"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime"
	"devserver/runtime/tracing"
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

// tailStreams is who is told of what the Worker does while it does it (streaming_tail_consumers): nil if there is nobody.
func (g *generation) tailStreams() func(*tracing.Stream) {
	consumers := g.config.TailStreams
	if len(consumers) == 0 {
		return nil
	}
	return func(stream *tracing.Stream) {
		for _, c := range consumers {
			g.project.session.named(c).follow(stream, g.config.Name)
		}
	}
}

// follow has the Worker handle what another one does, if it runs, on a goroutine of its own. A reload in between does not
// change who is told: what has been begun is told to the end.
func (w *named) follow(stream *tracing.Stream, producer string) {
	p, g := w.consumer(stream.Heard)
	if g == nil {
		return
	}
	reader := stream.Reader()
	go func() {
		defer g.users.Done()
		defer reader.Close()
		p.failedToHandle(g.worker.Dispatch(context.Background(), "default", runtime.TailStream{Reader: reader}), fmt.Sprintf("tailStream(%s)", producer))
	}()
}

// consumer is the Worker, if it runs and what is to be told is not about what it did in the first place: heard are the
// names of those whom that is about. The generation has one user more, then.
func (w *named) consumer(heard []string) (*project, *generation) {
	p := w.find()
	if p == nil {
		return nil, nil // which was said when the other one was loaded
	}
	g, _ := p.acquire()
	if g != nil && slices.Contains(heard, g.config.Name) {
		g.users.Done()
		return nil, nil
	}
	return p, g
}

// consume has the Worker handle a trace of another one, if it runs, on a goroutine of its own.
func (w *named) consume(trace *runtime.Trace, producer string) {
	p, g := w.consumer(trace.Heard)
	if g == nil {
		return
	}
	go func() {
		defer g.users.Done()
		p.failedToHandle(g.worker.Dispatch(context.Background(), "default", runtime.Tail{Traces: []*runtime.Trace{trace}}), fmt.Sprintf("tail(%s)", producer))
	}()
}

// tailRow is what the Worker is for the one whose traces it consumes.
func (w *named) tailRow(what string) bindings.Row {
	row := bindings.Row{Resource: what + " " + w.name, Mode: "local"}
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
