package webidl

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/eventloop"
)

// AsyncContext is an immutable set of values that asynchronous code carries along: what is put into one for the time of
// a call is there, too, in what goes on after an await, in callbacks of promises, and in timers and other tasks that are begun
// meanwhile. The nil AsyncContext is empty.
type AsyncContext struct{ values []asyncValue }

type asyncValue struct{ key, value any }

// Value returns what is kept under a key, or nil.
func (x *AsyncContext) Value(key any) any {
	if i := x.index(key); i >= 0 {
		return x.values[i].value
	}
	return nil
}

// With returns the context with one value more, or another.
func (x *AsyncContext) With(key, value any) *AsyncContext {
	var values []asyncValue
	if x != nil {
		values = slices.Clone(x.values)
	}
	if i := x.index(key); i >= 0 {
		values[i].value = value
	} else {
		values = append(values, asyncValue{key, value})
	}
	return &AsyncContext{values}
}

func (x *AsyncContext) index(key any) int {
	if x == nil {
		return -1
	}
	return slices.IndexFunc(x.values, func(v asyncValue) bool { return v.key == key })
}

// AsyncContext returns the context of the code that runs now.
func (r *Realm) AsyncContext() *AsyncContext {
	x, _ := r.Loop.Context().(*AsyncContext)
	return x
}

// InAsyncContext runs fn in a context, as code that is called later is to be run in the one that it was given away in.
func (r *Realm) InAsyncContext(x *AsyncContext, fn func() goja.Value) goja.Value {
	s := State[asyncContexts](r)
	if s.loop == nil {
		s.vm, s.loop = r.VM, r.Loop
		r.VM.SetAsyncContextTracker(s)
	}
	var context any
	if x != nil {
		context = x
	}
	outer := s.change(context)
	defer s.change(outer)
	return fn()
}

// asyncContexts carries contexts across promises; the loop hands them on to tasks. A realm has one from the first time that a
// context is entered.
type asyncContexts struct {
	vm    *goja.Runtime
	loop  *eventloop.Loop
	outer any // what the reaction that runs has interrupted
	kept  int // how many of the engine's jobs have their context
}

// Grab implements goja.AsyncContextTracker.
func (s *asyncContexts) Grab() any { return s.loop.Context() }

// Resumed implements goja.AsyncContextTracker.
func (s *asyncContexts) Resumed(context any) { s.outer = s.change(context) }

// Exited implements goja.AsyncContextTracker.
func (s *asyncContexts) Exited() { s.change(s.outer) }

// change enters a context and returns the one that was left.
func (s *asyncContexts) change(to any) (from any) {
	from = s.loop.SetContext(to)
	s.keep(from)
	return from
}

// keep has the jobs that call a thenable's then run in the context that they were enqueued in, which the engine does not ask
// for: all that have come since the context changed last.
func (s *asyncContexts) keep(context any) {
	jobs := engine.Jobs(s.vm)
	if jobs == nil {
		return
	}
	if s.kept > len(*jobs) { // these are new
		s.kept = 0
	}
	for i, job := range (*jobs)[s.kept:] {
		if engine.CallsThen(job) {
			(*jobs)[s.kept+i] = func() {
				outer := s.change(context)
				job()
				s.change(outer)
			}
		}
	}
	s.kept = len(*jobs)
}
