package node

import (
	"maps"
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// frame is what each AsyncLocalStorage has stored at a point of the program. It never changes: the loop hands it on from
// a task to its timers and operations, and the tracker below from a promise's then to its reactions.
type frame map[*goja.Object]goja.Value

// tracker carries the frame across promises. A realm has one from the moment that it needs node:async_hooks.
type tracker struct {
	loop     *eventloop.Loop
	previous any
}

// Grab implements goja.AsyncContextTracker.
func (t *tracker) Grab() any { return t.loop.Context() }

// Resumed implements goja.AsyncContextTracker.
func (t *tracker) Resumed(context any) { t.previous = t.loop.SetContext(context) }

// Exited implements goja.AsyncContextTracker.
func (t *tracker) Exited() { t.loop.SetContext(t.previous) }

// asyncNatives is what async_hooks.js asks of Go.
var asyncNatives = webidl.NewClass("async_hooks", asyncIDL{})

type asyncIDL struct{}

func (asyncIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		webidl.Static("track", 0, func(c webidl.Call) goja.Value {
			c.Realm.VM.SetAsyncContextTracker(&tracker{loop: c.Realm.Loop})
			return c.Undefined()
		}),
		// get(key) is what is stored under a key, or undefined.
		webidl.Static("get", 1, func(c webidl.Call) goja.Value {
			frame, _ := c.Realm.Loop.Context().(frame)
			if v, ok := frame[c.Arg(0).(*goja.Object)]; ok {
				return v
			}
			return c.Undefined()
		}),
		// run(key, value, fn, this, ...args) calls fn with value stored under key.
		webidl.Static("run", 3, func(c webidl.Call) goja.Value {
			outer, _ := c.Realm.Loop.Context().(frame)
			inner := maps.Clone(outer)
			if inner == nil {
				inner = frame{}
			}
			inner[c.Arg(0).(*goja.Object)] = c.Arg(1)
			return within(c, inner, c.Arg(2), 3)
		}),
		// exit(key, fn, this, ...args) calls fn with nothing stored under key.
		webidl.Static("exit", 2, func(c webidl.Call) goja.Value {
			outer, _ := c.Realm.Loop.Context().(frame)
			inner := maps.Clone(outer)
			delete(inner, c.Arg(0).(*goja.Object))
			return within(c, inner, c.Arg(1), 2)
		}),
		// capture() returns a function (fn, this, ...args) that calls fn with what is stored now.
		webidl.Static("capture", 0, func(c webidl.Call) goja.Value {
			captured := c.Realm.Loop.Context()
			return c.Realm.Builtin("", 1, func(c webidl.Call) goja.Value { return within(c, captured, c.Arg(0), 1) })
		}),
	}
}

// within calls fn in a frame; the arguments of the call from i on are fn's this and arguments.
func within(c webidl.Call, inner any, fn goja.Value, i int) goja.Value {
	call, ok := goja.AssertFunction(fn)
	if !ok {
		c.Throw(webidl.TypeErrorf("%s is not a function", fn.String()))
	}
	var args []goja.Value
	if len(c.Args) > i+1 {
		args = slices.Clone(c.Args[i+1:])
	}
	loop := c.Realm.Loop
	outer := loop.SetContext(inner)
	defer loop.SetContext(outer)
	v, err := call(c.Arg(i), args...)
	c.Realm.Rethrow(err)
	return v
}
