package webidl

import (
	"github.com/dop251/goja"
)

// Promise is a promise that Go settles: https://webidl.spec.whatwg.org/#idl-promise
type Promise struct {
	realm   *Realm
	promise *goja.Promise
	value   goja.Value
	resolve func(any) error
	reject  func(any) error
}

// NewPromise makes a pending promise.
func (r *Realm) NewPromise() *Promise {
	p, resolve, reject := r.VM.NewPromise()
	return &Promise{realm: r, promise: p, value: r.VM.ToValue(p), resolve: resolve, reject: reject}
}

// Value returns the promise object.
func (p *Promise) Value() goja.Value { return p.value }

// Resolve resolves the promise: with a promise or another thenable, it follows that one. Later calls do nothing.
func (p *Promise) Resolve(v goja.Value) { p.realm.Rethrow(p.resolve(v)) }

// Reject rejects the promise with err's JavaScript value: see [Realm.ErrorValue]. Later calls do nothing.
func (p *Promise) Reject(err error) { p.RejectValue(p.realm.ErrorValue(err)) }

// RejectValue rejects the promise with a JavaScript value. Later calls do nothing. If that is an error that was made while no
// script was running, its stack tells which asynchronous functions await the promise.
func (p *Promise) RejectValue(v goja.Value) {
	if obj, ok := v.(*goja.Object); ok && p.Pending() {
		p.realm.traceAwaiting(obj, p.value)
	}
	p.realm.Rethrow(p.reject(v))
}

// Pending reports whether the promise is neither fulfilled nor rejected.
func (p *Promise) Pending() bool { return p.promise.State() == goja.PromiseStatePending }

// MarkHandled keeps a rejection from being reported as unhandled.
func (p *Promise) MarkHandled() { p.realm.Handle(p.value) }

// Resolved returns a promise resolved with v.
func (r *Realm) Resolved(v goja.Value) goja.Value {
	p := r.NewPromise()
	p.Resolve(v)
	return p.value
}

// Rejected returns a promise rejected with err's JavaScript value.
func (r *Realm) Rejected(err error) goja.Value {
	p := r.NewPromise()
	p.Reject(err)
	return p.value
}

// PromiseOf returns what fn returns if that is a promise, a promise resolved with it if not, and a promise rejected
// with what it throws if it throws.
func (r *Realm) PromiseOf(fn func() goja.Value) goja.Value {
	var v goja.Value
	if err := r.Try(func() { v = fn() }); err != nil {
		return r.Rejected(err)
	}
	if _, ok := v.(*goja.Object); ok && v.ExportType() == promiseType {
		return v
	}
	return r.Resolved(v)
}

// AsPromise returns v as a promise object, if it is one that has not been subclassed or tampered with.
func AsPromise(v goja.Value) (*goja.Promise, bool) {
	obj, ok := v.(*goja.Object)
	if !ok || obj.ExportType() != promiseType {
		return nil, false
	}
	p, ok := obj.Export().(*goja.Promise)
	return p, ok
}

// Then is v.then(fulfilled, rejected) for Go: it returns the promise of what the reaction returns or throws. A nil
// reaction passes the outcome on.
func (r *Realm) Then(v goja.Value, fulfilled, rejected func(v goja.Value) goja.Value) goja.Value {
	if _, ok := AsPromise(v); !ok {
		v = r.Resolved(v)
	}
	reaction := func(fn func(goja.Value) goja.Value) goja.Value {
		if fn == nil {
			return goja.Undefined()
		}
		return r.Reaction(fn)
	}
	result, err := r.intrinsics.then()(v, reaction(fulfilled), reaction(rejected))
	r.Rethrow(err)
	return result
}
