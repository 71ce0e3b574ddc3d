package webidl

import (
	"github.com/dop251/goja"
)

// reactionProgram makes the functions that promises react with. goja runs microtasks whenever a call from Go returns and
// no JavaScript is on the stack. A native function that is itself a microtask has none below it, so each promise it
// settled, and each callback it made, would let later microtasks overtake earlier ones. These functions put some there.
var reactionProgram = goja.MustCompile("reaction", `(function (apply, then) {
	return {
		wrap: function (run) { return function (v) { return run(v) } },
		upon: function (promise, run) {
			apply(then, promise, [function (v) { run(true, v) }, function (v) { run(false, v) }])
		},
	}
})`, true)

type reactions struct {
	wrap, upon goja.Callable
	resolved   goja.Value
	ignore     goja.Value

	// queue are the steps of microtasks to come, for each of which the realm's resolved promise has one tick to call.
	queue []func()
	tick  goja.Value
}

func (r *Realm) reactions() *reactions {
	s := State[reactions](r)
	if s.wrap != nil {
		return s
	}
	program, err := r.VM.RunProgram(reactionProgram)
	r.Rethrow(err)
	makeReactions, _ := goja.AssertFunction(program)
	functions, err := makeReactions(nil, r.intrinsics.get("Reflect").Get("apply"), r.IntrinsicPrototype("Promise").Get("then"))
	r.Rethrow(err)
	s.wrap, _ = goja.AssertFunction(functions.(*goja.Object).Get("wrap"))
	s.upon, _ = goja.AssertFunction(functions.(*goja.Object).Get("upon"))
	s.ignore = r.VM.ToValue(func(goja.FunctionCall) goja.Value { return goja.Undefined() })
	s.resolved = r.Resolved(goja.Undefined())
	s.tick = r.Reaction(func(goja.Value) goja.Value {
		fn := s.queue[0]
		s.queue[0] = nil
		s.queue = s.queue[1:]
		fn()
		return goja.Undefined()
	})
	return s
}

// Reaction makes the function that promise.then is given for fn. It runs fn with JavaScript on the stack, so that
// what fn settles is reacted to after fn has returned.
func (r *Realm) Reaction(fn func(v goja.Value) goja.Value) goja.Value {
	f, err := r.reactions().wrap(nil, r.VM.ToValue(func(fc goja.FunctionCall) goja.Value { return fn(fc.Argument(0)) }))
	r.Rethrow(err)
	return f
}

// Microtask has fn called as a microtask: https://html.spec.whatwg.org/#queue-a-microtask
// fn must not throw.
func (r *Realm) Microtask(fn func()) {
	s := r.reactions()
	s.queue = append(s.queue, fn)
	_, err := r.intrinsics.then()(s.resolved, s.tick)
	r.Rethrow(err)
}

// Upon calls fulfilled or rejected, as a microtask of its own, when promise is settled; nil stands for a promise that
// was fulfilled with undefined: https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled
// It marks the promise as handled. Neither function may throw; a nil one does nothing.
func (r *Realm) Upon(promise goja.Value, fulfilled, rejected func(v goja.Value)) {
	if promise == nil {
		if fulfilled != nil {
			r.Microtask(func() { fulfilled(goja.Undefined()) })
		}
		return
	}
	_, err := r.reactions().upon(nil, promise, r.VM.ToValue(func(fc goja.FunctionCall) goja.Value {
		fn := rejected
		if fc.Argument(0).ToBoolean() {
			fn = fulfilled
		}
		if fn != nil {
			fn(fc.Argument(1))
		}
		return goja.Undefined()
	}))
	r.Rethrow(err)
}

// Handle marks a promise as handled: its rejection is not reported as unhandled.
func (r *Realm) Handle(promise goja.Value) {
	f := r.reactions().ignore
	_, err := r.intrinsics.then()(promise, f, f)
	r.Rethrow(err)
}
