package webidl

import "github.com/dop251/goja"

// AsyncContext is an immutable set of values that asynchronous code carries along: what is put into one for the time of
// a call is there, too, in what goes on after an await, and in callbacks of promises. The nil AsyncContext is empty.
type AsyncContext struct {
	key, value any
	outer      *AsyncContext
}

// Value returns what is kept under a key, or nil.
func (x *AsyncContext) Value(key any) any {
	for ; x != nil; x = x.outer {
		if x.key == key {
			return x.value
		}
	}
	return nil
}

// With returns the context with one value more, or another.
func (x *AsyncContext) With(key, value any) *AsyncContext { return &AsyncContext{key, value, x} }

// asyncContexts implements goja.AsyncContextTracker. A realm has one from the first time that a context is entered.
type asyncContexts struct {
	current   *AsyncContext
	installed bool
}

func (s *asyncContexts) Grab() any        { return s.current }
func (s *asyncContexts) Resumed(grab any) { s.current, _ = grab.(*AsyncContext) }
func (s *asyncContexts) Exited()          { s.current = nil }

// AsyncContext returns the context of the code that runs now.
func (r *Realm) AsyncContext() *AsyncContext { return State[asyncContexts](r).current }

// InAsyncContext runs fn in a context, as code that is called later is to be run in the one that it was given away in.
func (r *Realm) InAsyncContext(x *AsyncContext, fn func() goja.Value) goja.Value {
	s := State[asyncContexts](r)
	if !s.installed {
		s.installed = true
		r.VM.SetAsyncContextTracker(s)
	}
	defer func(before *AsyncContext) { s.current = before }(s.current)
	s.current = x
	return fn()
}
