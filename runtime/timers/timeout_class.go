package timers

import (
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// NodeGlobals are this package's globals as Node.js has them: timers are objects, and there is setImmediate.
// https://nodejs.org/api/timers.html
func NodeGlobals() []webidl.Global {
	var list []webidl.Global
	for _, f := range NodeFunctions()[:4] {
		list = append(list, webidl.ValueGlobal(f.Name, func(r *webidl.Realm) goja.Value { return r.Builtin(f.Name, 2, f.Call) }))
	}
	return append(list, Globals()[4:]...)
}

// A NodeFunction is a function of Node.js: it does not mind what it is called on.
type NodeFunction struct {
	Name string
	Call func(c webidl.Call) goja.Value
}

// NodeFunctions are what the module node:timers has, whatever the globals are: setTimeout, setInterval, clearTimeout,
// clearInterval, setImmediate and clearImmediate, in this order.
func NodeFunctions() []NodeFunction {
	return []NodeFunction{
		{"setTimeout", func(c webidl.Call) goja.Value { return setObject(c, "setTimeout", false) }},
		{"setInterval", func(c webidl.Call) goja.Value { return setObject(c, "setInterval", true) }},
		{"clearTimeout", clearObject},
		{"clearInterval", clearObject},
		{"setImmediate", func(c webidl.Call) goja.Value { return setImmediate(c, "TimersUtil") }},
		{"clearImmediate", func(c webidl.Call) goja.Value { return clearImmediate(c, "TimersUtil") }},
	}
}

// ImmediateGlobals are setImmediate and clearImmediate.
func ImmediateGlobals() []webidl.Global {
	return []webidl.Global{
		webidl.FunctionGlobal("setImmediate", 0, func(c webidl.Call) goja.Value { return setImmediate(c, globalScope) }),
		webidl.FunctionGlobal("clearImmediate", 0, func(c webidl.Call) goja.Value {
			if webidl.IsNullish(c.Arg(0)) {
				return c.Undefined()
			}
			return clearImmediate(c, globalScope)
		}),
	}
}

// setImmediate and clearImmediate name the class that they belong to where they refuse what they are given.
func setImmediate(c webidl.Call, of string) goja.Value {
	id := set(c.Realm, functionOf(c, "setImmediate", of), 0, arguments(c, 1), false)
	return c.Realm.New(immediateClass, &immediate{id})
}

func clearImmediate(c webidl.Call, of string) goja.Value {
	i, ok := webidl.As[*immediate](c.Realm, c.Arg(0))
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute 'clearImmediate' on '%s': parameter 1 is not of type 'Immediate'.", of))
	}
	webidl.State[timers](c.Realm).stop(c.Realm, i.id)
	return c.Undefined()
}

// timeout is the Go value behind a Timeout: https://nodejs.org/api/timers.html#class-timeout
type timeout struct {
	id     int
	delay  time.Duration
	repeat bool
	run    func()
	unref  bool // which changes nothing: an isolate lives as long as its request
}

// TimeoutClass is the class of timers that are objects.
var TimeoutClass = webidl.NewClass("Timeout", timeoutIDL{})

type timeoutIDL struct{}

func (timeoutIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return &timeout{} }
	class.Members = []webidl.Member{
		webidl.Method("refresh", 0, func(t *timeout, c webidl.Call) goja.Value {
			t.start(c.Realm)
			return c.This
		}),
		webidl.Method("unref", 0, func(t *timeout, c webidl.Call) goja.Value { t.unref = true; return c.This }),
		webidl.Method("ref", 0, func(t *timeout, c webidl.Call) goja.Value { t.unref = false; return c.This }),
		webidl.Method("hasRef", 0, func(t *timeout, c webidl.Call) goja.Value { return c.Bool(!t.unref) }),
		webidl.Method("close", 0, func(t *timeout, c webidl.Call) goja.Value {
			t.stop(c.Realm)
			return c.This
		}),
		webidl.SymbolMethod(webidl.SymDispose, "[Symbol.dispose]", 0, func(t *timeout, c webidl.Call) goja.Value {
			t.stop(c.Realm)
			return c.Undefined()
		}),
		webidl.SymbolMethod(goja.SymToPrimitive, "[Symbol.toPrimitive]", 0, func(t *timeout, c webidl.Call) goja.Value {
			return c.Realm.Int(t.id)
		}),
	}
}

// Inspect implements webidl.Inspector.
func (*timeout) Inspect(*webidl.Realm) []webidl.Property { return nil }

func (t *timeout) start(r *webidl.Realm) {
	t.stop(r)
	s := webidl.State[timers](r)
	timer := r.Loop.After(t.delay, t.repeat, t.run)
	if s.active == nil {
		s.active = map[int]*eventloop.Timer{}
	}
	s.active[t.id] = timer
}

func (t *timeout) stop(r *webidl.Realm) { webidl.State[timers](r).stop(r, t.id) }

// setObject is setTimeout and setInterval where timers are objects.
func setObject(c webidl.Call, name string, repeat bool) goja.Value {
	r := c.Realm
	c.Check(r.CheckIO())
	callback, ok := goja.AssertFunction(c.Arg(0))
	if !ok {
		c.Throw(&webidl.Error{Name: "TypeError", Message: "The \"callback\" argument must be of type function." + received(c.Arg(0)), Code: "ERR_INVALID_ARG_TYPE"})
	}
	s := webidl.State[timers](r)
	s.last++
	t := &timeout{id: s.last, delay: delayOf(r, c.Arg(1)), repeat: repeat}
	args := arguments(c, 2)
	t.run = func() {
		if !repeat {
			delete(s.active, t.id)
		}
		if _, err := callback(r.VM.GlobalObject(), args...); err != nil {
			r.ReportException(r.ErrorValue(err))
		}
	}
	t.start(r)
	return r.New(TimeoutClass, t)
}

// received says what came instead of a function.
func received(v goja.Value) string {
	switch {
	case goja.IsUndefined(v), goja.IsNull(v):
		return " Received " + v.String()
	case goja.IsNumber(v):
		return " Received type number (" + v.String() + ")"
	case goja.IsString(v):
		return " Received type string ('" + v.String() + "')"
	}
	if obj, ok := v.(*goja.Object); ok {
		return " Received an instance of " + obj.ClassName()
	}
	return " Received " + v.String()
}

// clearObject is clearTimeout and clearInterval where timers are objects: it takes those, and their numbers.
func clearObject(c webidl.Call) goja.Value {
	r := c.Realm
	if t, ok := webidl.As[*timeout](r, c.Arg(0)); ok {
		t.stop(r)
		return c.Undefined()
	}
	if v := c.Arg(0); goja.IsNumber(v) {
		if f := v.ToFloat(); f == float64(int(f)) {
			webidl.State[timers](r).stop(r, int(f))
		}
	}
	return c.Undefined()
}

// immediate is the Go value behind an Immediate: https://nodejs.org/api/timers.html#class-immediate
type immediate struct{ id int }

var immediateClass = webidl.NewClass("Immediate", immediateIDL{})

type immediateIDL struct{}

func (immediateIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Method("ref", 0, func(_ *immediate, c webidl.Call) goja.Value { return c.Undefined() }),
		webidl.Method("unref", 0, func(_ *immediate, c webidl.Call) goja.Value { return c.Undefined() }),
		webidl.Method("hasRef", 0, func(_ *immediate, c webidl.Call) goja.Value { return c.Bool(false) }),
		webidl.SymbolMethod(webidl.SymDispose, "[Symbol.dispose]", 0, func(i *immediate, c webidl.Call) goja.Value {
			webidl.State[timers](c.Realm).stop(c.Realm, i.id)
			return c.Undefined()
		}),
	}
}

// Inspect implements webidl.Inspector.
func (*immediate) Inspect(*webidl.Realm) []webidl.Property { return nil }
