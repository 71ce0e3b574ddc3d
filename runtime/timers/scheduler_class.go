package timers

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// scheduler is the Go value behind the global scheduler.
type scheduler struct{}

// schedulerClass is the class Scheduler, of Workers' own, which is no global: https://developers.cloudflare.com/workers/runtime-apis/scheduler/
var schedulerClass = webidl.NewClass("Scheduler", schedulerIDL{})

type schedulerIDL struct{}

func (schedulerIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Promising("wait", 0, wait),
	}
}

// signal is what wait needs of an AbortSignal, which stands above this package.
type signal interface {
	Aborted() bool
	Reason() goja.Value
	OnAbort(fn func()) (remove func())
}

// wait returns a promise that is fulfilled after a number of milliseconds, or rejected with the reason of a signal.
func wait(_ *scheduler, c webidl.Call) goja.Value {
	r := c.Realm
	c.Check(r.CheckIO())
	if !c.Has(0) {
		c.Throw(webidl.TypeErrorf("Failed to execute 'wait' on 'Scheduler': parameter 1 is not of type 'number'."))
	}
	delay := delayOf(r, c.Arg(0))
	var abort signal
	if v, ok := c.Dictionary(1).Get("signal"); ok {
		if abort, ok = webidl.As[signal](r, v); !ok {
			c.Throw(webidl.TypeErrorf("Incorrect type for the 'signal' field on 'WaitOptions': the provided value is not of type 'AbortSignal'."))
		}
		if abort.Aborted() {
			panic(abort.Reason())
		}
	}

	p := r.NewPromise()
	remove := func() {}
	timer := r.Loop.After(delay, false, func() {
		remove()
		p.Resolve(goja.Undefined())
	})
	if abort != nil {
		remove = abort.OnAbort(func() {
			r.Loop.Stop(timer)
			p.RejectValue(abort.Reason())
		})
	}
	return p.Value()
}
