package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// promise is a promise of the standard's algorithms. Most of them no script ever sees, so that the object is made only
// when one asks for it, and reactions of Go need none.
type promise struct {
	realm     *webidl.Realm
	state     goja.PromiseState
	result    goja.Value // what it was fulfilled or rejected with
	reactions []reaction

	// quiet promises count as handled whatever scripts do, as the standard has it for slots such as [[closedPromise]].
	quiet   bool
	object  *webidl.Promise
	foreign goja.Value // a script's promise, which this one stands for
}

type reaction struct{ fulfilled, rejected func(v goja.Value) }

// outcome is what an algorithm that returns a promise hands back; nil is one that is already fulfilled with undefined.
type outcome = *promise

func newPromise(r *webidl.Realm) *promise { return &promise{realm: r} }

// pending is a quiet promise.
func pending(r *webidl.Realm) *promise { return &promise{realm: r, quiet: true} }

// settled is a quiet promise that is fulfilled with undefined.
func settled(r *webidl.Realm) *promise {
	return &promise{realm: r, quiet: true, state: goja.PromiseStateFulfilled, result: goja.Undefined()}
}

// failed is a quiet promise that is rejected.
func failed(r *webidl.Realm, reason goja.Value) *promise {
	return &promise{realm: r, quiet: true, state: goja.PromiseStateRejected, result: reason}
}

// rejected is a promise that is rejected.
func rejected(r *webidl.Realm, reason goja.Value) *promise {
	return &promise{realm: r, state: goja.PromiseStateRejected, result: reason}
}

// thrownBy is a promise rejected with err's JavaScript value.
func thrownBy(r *webidl.Realm, err error) *promise { return rejected(r, r.ErrorValue(err)) }

// resolvedWith is "a promise resolved with" a value of a script's: https://webidl.spec.whatwg.org/#a-promise-resolved-with
func resolvedWith(r *webidl.Realm, v goja.Value) outcome {
	if _, ok := v.(*goja.Object); !ok {
		return nil
	}
	return &promise{realm: r, foreign: r.Resolved(v)}
}

// invoke calls a callback whose return type is a promise: https://webidl.spec.whatwg.org/#invoke-a-callback-function
// What it returns is resolved into a new promise, even if it is one: https://webidl.spec.whatwg.org/#js-promise
func invoke(r *webidl.Realm, fn webidl.Callback, this goja.Value, args ...goja.Value) outcome {
	v, err := fn.Call(this, args...)
	if err != nil {
		return thrownBy(r, err)
	}
	return resolvedWith(r, v)
}

func (p *promise) pending() bool { return p.foreign == nil && p.state == goja.PromiseStatePending }

// value returns the promise object.
func (p *promise) value() goja.Value {
	if p.foreign != nil {
		return p.foreign
	}
	if p.object == nil {
		p.object = p.realm.NewPromise()
		p.show()
	}
	return p.object.Value()
}

// promised returns the promise object of an outcome.
func promised(r *webidl.Realm, o outcome) goja.Value {
	if o == nil {
		return r.Resolved(goja.Undefined())
	}
	return o.value()
}

func (p *promise) resolve() { p.settle(goja.PromiseStateFulfilled, goja.Undefined()) }

func (p *promise) resolveWith(v goja.Value) { p.settle(goja.PromiseStateFulfilled, v) }

func (p *promise) reject(reason goja.Value) { p.settle(goja.PromiseStateRejected, reason) }

func (p *promise) settle(state goja.PromiseState, result goja.Value) {
	if !p.pending() {
		return
	}
	p.state, p.result = state, result
	p.show()
	for _, re := range p.reactions {
		p.react(re)
	}
}

// show brings the promise object, if there is one, to the state of the promise.
func (p *promise) show() {
	switch {
	case p.object == nil:
	case p.state == goja.PromiseStateFulfilled:
		p.object.Resolve(p.result)
	case p.state == goja.PromiseStateRejected:
		if p.quiet || len(p.reactions) > 0 {
			p.object.MarkHandled()
		}
		p.object.RejectValue(p.result)
	}
}

// react queues the reaction to a settled promise.
func (p *promise) react(re reaction) {
	fn := re.fulfilled
	if p.state == goja.PromiseStateRejected {
		fn = re.rejected
	}
	if fn != nil {
		p.realm.Microtask(func() { fn(p.result) })
	}
}

// upon reacts to an outcome: https://webidl.spec.whatwg.org/#upon-fulfillment
// A nil function does nothing.
func upon(r *webidl.Realm, o outcome, fulfilled, rejected func(v goja.Value)) {
	switch {
	case o == nil:
		r.Upon(nil, fulfilled, nil)
	case o.foreign != nil:
		r.Upon(o.foreign, fulfilled, rejected)
	case o.pending():
		o.reactions = append(o.reactions, reaction{fulfilled, rejected})
	default:
		o.handle()
		o.react(reaction{fulfilled, rejected})
	}
}

// handle marks the promise as handled.
func (p *promise) handle() {
	p.quiet = true
	if p.foreign != nil {
		p.realm.Handle(p.foreign)
	} else if p.object != nil {
		p.object.MarkHandled()
	}
}

// ignore handles an outcome that nobody waits for.
func ignore(o outcome) {
	if o != nil {
		o.handle()
	}
}

// follow resolves p with an outcome. One that is not settled takes the two microtasks that resolving with a promise
// takes: https://tc39.es/ecma262/#sec-promise-resolve-functions
func (p *promise) follow(o outcome) {
	switch {
	case o == nil:
		p.resolve()
	case o.foreign == nil && !o.pending():
		p.settle(o.state, o.result)
	default:
		p.realm.Microtask(func() { upon(p.realm, o, p.resolveWith, p.reject) })
	}
}

// then is the promise of what steps return that react to an outcome; steps that throw return a promise that is
// rejected already: https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled
// Nil steps pass the outcome on.
func then(r *webidl.Realm, o outcome, fulfilled, rejected func(v goja.Value) outcome) *promise {
	result := newPromise(r)
	upon(r, o, func(v goja.Value) {
		if fulfilled == nil {
			result.resolveWith(v)
			return
		}
		result.follow(fulfilled(v))
	}, func(reason goja.Value) {
		if rejected == nil {
			result.reject(reason)
			return
		}
		result.follow(rejected(reason))
	})
	return result
}
