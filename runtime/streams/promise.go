package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// deferred is a promise slot of the standard, such as [[closedPromise]], whose promise object is made only when
// somebody asks for it. Its rejection always counts as handled, as the standard has it for all of these slots.
type deferred struct {
	realm   *webidl.Realm
	state   goja.PromiseState
	reason  goja.Value // of a rejection
	promise *webidl.Promise
}

// pending is a deferred promise that is not settled yet.
func pending(r *webidl.Realm) *deferred { return &deferred{realm: r} }

// settled is a deferred promise that is fulfilled with undefined.
func settled(r *webidl.Realm) *deferred {
	return &deferred{realm: r, state: goja.PromiseStateFulfilled}
}

// failed is a deferred promise that is rejected.
func failed(r *webidl.Realm, reason goja.Value) *deferred {
	return &deferred{realm: r, state: goja.PromiseStateRejected, reason: reason}
}

func (d *deferred) pending() bool { return d.state == goja.PromiseStatePending }

// value returns the promise object.
func (d *deferred) value() goja.Value {
	if d.promise == nil {
		d.promise = d.realm.NewPromise()
		d.apply()
	}
	return d.promise.Value()
}

func (d *deferred) resolve() {
	if d.pending() {
		d.state = goja.PromiseStateFulfilled
		d.apply()
	}
}

func (d *deferred) reject(reason goja.Value) {
	if d.pending() {
		d.state, d.reason = goja.PromiseStateRejected, reason
		d.apply()
	}
}

// apply brings the promise object, if there is one, to the state of the slot.
func (d *deferred) apply() {
	switch {
	case d.promise == nil:
	case d.state == goja.PromiseStateFulfilled:
		d.promise.Resolve(goja.Undefined())
	case d.state == goja.PromiseStateRejected:
		d.realm.Handle(d.promise.Value())
		d.promise.RejectValue(d.reason)
	}
}

// outcome is what an algorithm that returns a promise hands back: the promise, or nil for one that is already
// fulfilled with undefined.
type outcome = goja.Value

// promised returns the promise object of an outcome, for scripts.
func promised(r *webidl.Realm, o outcome) goja.Value {
	if o == nil {
		return r.Resolved(goja.Undefined())
	}
	return o
}

// invoke calls a callback whose return type is a promise: https://webidl.spec.whatwg.org/#invoke-a-callback-function
// What it returns is resolved into a new promise, even if it is one: https://webidl.spec.whatwg.org/#js-promise
func invoke(r *webidl.Realm, fn webidl.Callback, this goja.Value, args ...goja.Value) outcome {
	v, err := fn.Call(this, args...)
	if err != nil {
		return r.Rejected(err)
	}
	if _, ok := v.(*goja.Object); !ok {
		return nil
	}
	return r.Resolved(v)
}

// then reacts to an outcome with steps that may fail, and returns the outcome of those:
// https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled
// A nil fulfilled or rejected passes the outcome on.
func then(r *webidl.Realm, o outcome, fulfilled, rejected func(v goja.Value) outcome) goja.Value {
	result := r.NewPromise()
	r.Upon(o, func(v goja.Value) {
		if fulfilled == nil {
			result.Resolve(v)
			return
		}
		settle(result, fulfilled(v))
	}, func(reason goja.Value) {
		if rejected == nil {
			result.RejectValue(reason)
			return
		}
		settle(result, rejected(reason))
	})
	return result.Value()
}

func settle(p *webidl.Promise, o outcome) {
	if o == nil {
		o = goja.Undefined()
	}
	p.Resolve(o)
}
