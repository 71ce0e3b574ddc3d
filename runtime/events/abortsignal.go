package events

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// AbortSignal is the Go value behind an AbortSignal object: https://dom.spec.whatwg.org/#interface-AbortSignal
type AbortSignal struct {
	Target

	aborted    bool
	reason     goja.Value
	algorithms []*abortAlgorithm

	// Signals made with [AnyAbortSignal] follow their sources, none of which follows another.
	dependent  bool
	sources    []*AbortSignal
	dependents []*AbortSignal
}

type abortAlgorithm struct{ run func() }

// NewAbortSignal makes a signal. Its object is made when a script first sees it.
func NewAbortSignal(r *webidl.Realm) *AbortSignal {
	s := &AbortSignal{}
	s.Init(r, AbortSignalClass, s)
	return s
}

// Aborted reports whether the signal has been aborted.
func (s *AbortSignal) Aborted() bool { return s.aborted }

// Reason returns the value that the signal was aborted with, or undefined while it is not.
func (s *AbortSignal) Reason() goja.Value {
	if s.reason == nil {
		return goja.Undefined()
	}
	return s.reason
}

// OnAbort has fn called when the signal is aborted, before any listener, unless remove is called earlier. A signal
// that is aborted already never calls it: https://dom.spec.whatwg.org/#abortsignal-add
func (s *AbortSignal) OnAbort(fn func()) (remove func()) {
	if s.aborted {
		return func() {}
	}
	a := &abortAlgorithm{fn}
	s.algorithms = append(s.algorithms, a)
	return func() {
		s.algorithms = slices.DeleteFunc(s.algorithms, func(other *abortAlgorithm) bool { return other == a })
	}
}

// exception is a reason of the platform's own, which workerd marks as it does errors of the network.
func exception(r *webidl.Realm, name, message string) *goja.Object {
	reason := r.DOMException(name, message)
	reason.Set("retryable", true)
	return reason
}

// SignalAbort aborts the signal and those that follow it, with a DOMException named AbortError if reason is nil or
// undefined. Later calls do nothing: https://dom.spec.whatwg.org/#abortsignal-signal-abort
func (s *AbortSignal) SignalAbort(reason goja.Value) {
	if s.aborted {
		return
	}
	if reason == nil || goja.IsUndefined(reason) {
		reason = exception(s.realm, "AbortError", "The operation was aborted")
	}
	s.aborted, s.reason = true, reason
	var following []*AbortSignal
	for _, d := range s.dependents {
		if !d.aborted {
			d.aborted, d.reason = true, reason
			following = append(following, d)
		}
	}
	s.dependents = nil
	s.runAbortSteps()
	for _, d := range following {
		d.runAbortSteps()
	}
}

// runAbortSteps implements https://dom.spec.whatwg.org/#run-the-abort-steps
func (s *AbortSignal) runAbortSteps() {
	algorithms := s.algorithms
	s.algorithms = nil
	for _, a := range algorithms {
		a.run()
	}
	if s.Listens("abort") {
		s.Fire(NewEvent(s.realm, "abort"))
	}
}

// AnyAbortSignal makes a signal that is aborted when the first of signals is, with its reason:
// https://dom.spec.whatwg.org/#create-a-dependent-abort-signal
func AnyAbortSignal(r *webidl.Realm, signals ...*AbortSignal) *AbortSignal {
	result := NewAbortSignal(r)
	for _, s := range signals {
		if s.aborted {
			result.aborted, result.reason = true, s.reason
			return result
		}
	}
	result.dependent = true
	for _, s := range signals {
		if s.dependent {
			for _, source := range s.sources {
				result.follow(source)
			}
			continue
		}
		result.follow(s)
	}
	return result
}

func (s *AbortSignal) follow(source *AbortSignal) {
	if slices.Contains(s.sources, source) {
		return
	}
	s.sources = append(s.sources, source)
	source.dependents = append(source.dependents, s)
}

// Clone implements [webidl.Cloneable]: as in Workers, a signal cannot be cloned.
func (s *AbortSignal) Clone(*webidl.Realm, *goja.Object) (*goja.Object, error) {
	return nil, webidl.DOMErrorf("DataCloneError", "AbortSignal serialization is not enabled.")
}
