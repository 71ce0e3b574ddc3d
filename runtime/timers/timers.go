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
		webidl.FunctionGlobal("setTimeout", 0, func(c webidl.Call) goja.Value { return set(c, "setTimeout", false) }),
		webidl.FunctionGlobal("setInterval", 0, func(c webidl.Call) goja.Value { return set(c, "setInterval", true) }),
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

// set implements https://html.spec.whatwg.org/#timer-initialisation-steps, but for two things: as in Workers, strings
// are no callbacks, and nested timers are as fast as others.
func set(c webidl.Call, name string, repeat bool) goja.Value {
	r := c.Realm
	c.Check(r.CheckIO())
	callback := function(c, name)
	delay := delayOf(r, c.Arg(1))
	var args []goja.Value
	if len(c.Args) > 2 {
		args = slices.Clone(c.Args[2:])
	}

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
	return r.Int(id)
}

func clear(c webidl.Call) goja.Value {
	c.Check(c.Realm.CheckIO())
	if !c.Has(0) {
		return c.Undefined()
	}
	id := c.Realm.Float(c.Arg(0))
	t := webidl.State[timers](c.Realm)
	if timer, ok := t.active[int(id)]; ok && float64(int(id)) == id {
		c.Realm.Loop.Stop(timer)
		delete(t.active, int(id))
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
func function(c webidl.Call, name string) goja.Callable {
	f, ok := goja.AssertFunction(c.Arg(0))
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'.", name))
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
