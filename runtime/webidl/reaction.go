package webidl

import (
	"github.com/dop251/goja"
)

// reactionWrapper puts a JavaScript function around a native one. goja runs microtasks whenever a call from Go returns
// and no JavaScript is on the stack. A native function that is itself a microtask has none below it, so each promise
// it settled, and each callback it made, would let later microtasks overtake earlier ones.
var reactionWrapper = goja.MustCompile("reaction", "(function(run){return function(v){return run(v)}})", true)

type reactions struct {
	wrap     goja.Callable
	resolved goja.Value
	ignore   goja.Value
}

// Reaction makes the function that promise.then is given for fn. It runs fn with JavaScript on the stack, so that
// what fn settles is reacted to after fn has returned.
func (r *Realm) Reaction(fn func(v goja.Value) goja.Value) goja.Value {
	s := State[reactions](r)
	if s.wrap == nil {
		wrapper, err := r.VM.RunProgram(reactionWrapper)
		r.Rethrow(err)
		s.wrap, _ = goja.AssertFunction(wrapper)
	}
	f, err := s.wrap(nil, r.VM.ToValue(func(fc goja.FunctionCall) goja.Value { return fn(fc.Argument(0)) }))
	r.Rethrow(err)
	return f
}

// Upon calls fulfilled or rejected, as a microtask of its own, when promise is settled; nil stands for a promise that
// was fulfilled with undefined: https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled
// It marks the promise as handled. Neither function may throw; a nil one does nothing.
func (r *Realm) Upon(promise goja.Value, fulfilled, rejected func(v goja.Value)) {
	s := State[reactions](r)
	reaction := func(fn func(goja.Value)) goja.Value {
		if fn == nil {
			return r.ignoring(s)
		}
		return r.Reaction(func(v goja.Value) goja.Value {
			fn(v)
			return goja.Undefined()
		})
	}
	onRejected := goja.Undefined()
	if promise == nil {
		promise = r.ResolvedUndefined()
	} else {
		onRejected = reaction(rejected)
	}
	_, err := r.intrinsics.then()(promise, reaction(fulfilled), onRejected)
	r.Rethrow(err)
}

// ResolvedUndefined returns the realm's promise that is fulfilled with undefined. Scripts must never see it.
func (r *Realm) ResolvedUndefined() goja.Value {
	s := State[reactions](r)
	if s.resolved == nil {
		s.resolved = r.Resolved(goja.Undefined())
	}
	return s.resolved
}

// Handle marks a promise as handled: its rejection is not reported as unhandled.
func (r *Realm) Handle(promise goja.Value) {
	f := r.ignoring(State[reactions](r))
	_, err := r.intrinsics.then()(promise, f, f)
	r.Rethrow(err)
}

func (r *Realm) ignoring(s *reactions) goja.Value {
	if s.ignore == nil {
		s.ignore = r.VM.ToValue(func(goja.FunctionCall) goja.Value { return goja.Undefined() })
	}
	return s.ignore
}
