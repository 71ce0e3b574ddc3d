// Package timers is setTimeout and its kin, queueMicrotask and scheduler:
// https://html.spec.whatwg.org/#timers
package timers

import (
	"math"
	"slices"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// Globals returns the globals of this package.
func Globals() []webidl.Global {
	return []webidl.Global{
		webidl.FunctionGlobal("setTimeout", 0, func(c webidl.Call) goja.Value { return setNumber(c, "setTimeout", false) }),
		webidl.FunctionGlobal("setInterval", 0, func(c webidl.Call) goja.Value { return setNumber(c, "setInterval", true) }),
		webidl.FunctionGlobal("clearTimeout", 0, clear),
		webidl.FunctionGlobal("clearInterval", 0, clear),
		webidl.FunctionGlobal("queueMicrotask", 0, queueMicrotask),
		webidl.ValueGlobal("scheduler", func(r *webidl.Realm) goja.Value { return r.New(schedulerClass, &scheduler{}) }),
	}
}

// timers are the timers of one isolate that have not been called for the last time.
type timers struct {
	last   int
	active map[int]*eventloop.Timer
}

// setNumber implements https://html.spec.whatwg.org/#timer-initialisation-steps, but for two things: as in Workers, strings
// are no callbacks, and nested timers are as fast as others.
func setNumber(c webidl.Call, name string, repeat bool) goja.Value {
	c.Check(c.Realm.CheckIO())
	callback := function(c, name)
	return c.Realm.Int(set(c.Realm, callback, delayOf(c.Realm, c.Arg(1)), arguments(c, 2), repeat))
}

// arguments are the arguments of a call from i on, to be kept.
func arguments(c webidl.Call, i int) []goja.Value {
	if len(c.Args) <= i {
		return nil
	}
	return slices.Clone(c.Args[i:])
}

// set sets a timer and returns its number.
func set(r *webidl.Realm, callback goja.Callable, delay time.Duration, args []goja.Value, repeat bool) int {
	t := webidl.State[timers](r)
	t.last++
	id := t.last
	if t.active == nil {
		t.active = map[int]*eventloop.Timer{}
	}
	t.active[id] = r.Loop.After(delay, repeat, func() {
		if !repeat {
			delete(t.active, id)
		}
		if _, err := callback(r.VM.GlobalObject(), args...); err != nil {
			r.ReportException(r.ErrorValue(err))
		}
	})
	return id
}

// stop takes a timer back, if there still is one of that number.
func (t *timers) stop(r *webidl.Realm, id int) {
	if timer, ok := t.active[id]; ok {
		r.Loop.Stop(timer)
		delete(t.active, id)
	}
}

func clear(c webidl.Call) goja.Value {
	c.Check(c.Realm.CheckIO())
	if !c.Has(0) {
		return c.Undefined()
	}
	if id := c.Realm.Float(c.Arg(0)); float64(int(id)) == id {
		webidl.State[timers](c.Realm).stop(c.Realm, int(id))
	}
	return c.Undefined()
}

// longest is a delay of a hundred years, the most that Workers take.
const longest = 100 * 365 * 24 * time.Hour

// delayOf converts a number of milliseconds to a duration between none and the longest; what is no number is none.
func delayOf(r *webidl.Realm, v goja.Value) time.Duration {
	if v == nil || goja.IsUndefined(v) {
		return 0
	}
	ms := r.Float(v)
	if !(ms > 0) {
		return 0
	}
	return time.Duration(min(math.Trunc(ms), float64(longest/time.Millisecond))) * time.Millisecond
}

// function converts the first argument of a global function to a callback.
func function(c webidl.Call, name string) goja.Callable { return functionOf(c, name, globalScope) }

// globalScope is the class that the global functions belong to.
const globalScope = "ServiceWorkerGlobalScope"

func functionOf(c webidl.Call, name, class string) goja.Callable {
	f, ok := goja.AssertFunction(c.Arg(0))
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on '%s': parameter 1 is not of type 'function'.", name, class))
	}
	return f
}

// queueMicrotask implements https://html.spec.whatwg.org/#dom-queuemicrotask
func queueMicrotask(c webidl.Call) goja.Value {
	r := c.Realm
	callback := function(c, "queueMicrotask")
	r.Upon(nil, func(goja.Value) {
		if _, err := callback(goja.Undefined()); err != nil {
			r.ReportException(r.ErrorValue(err))
		}
	}, nil)
	return c.Undefined()
}
