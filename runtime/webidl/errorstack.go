package webidl

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
)

// The engine formats the stack of an error in a way of its own, and keeps less of it than V8 shows. So what V8 shows is noted
// where an error is made, and put into words when somebody asks for it: https://v8.dev/docs/stack-trace-api

// tracedErrors are the classes whose errors have a stack.
var tracedErrors = [...]string{"Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError", "EvalError", "URIError", "AggregateError"}

// stacks are what a realm has for it.
type stacks struct {
	traced    [len(tracedErrors)]bool
	get, set  *goja.Object // of the property stack, the same for all errors
	limited   bool         // Error.stackTraceLimit is there, or was
	preparing bool         // Error.prepareStackTrace is running
}

// defaultFrames is how many frames a stack has where a script says nothing else.
const defaultFrames = 10

// trace is what is noted of an error.
type trace struct {
	note    engine.Note
	message goja.Value // that the error was made with; nil if it is no error
	frames  []engine.Frame
	most    int
	stack   goja.Value // nil until somebody asks
}

// TraceErrors has the errors of a class have a stack as V8 has it, which is one of tracedErrors.
func (r *Realm) TraceErrors(class string) {
	i := slices.Index(tracedErrors[:], class)
	if i < 0 || r.stacks.traced[i] {
		return
	}
	r.stacks.traced[i] = true
	fn, ok := engine.FunctionOf(r.Intrinsic(class))
	if !ok {
		return
	}
	call, construct := *fn.Call, *fn.Construct
	*fn.Call = func(fc goja.FunctionCall) goja.Value {
		v := call(fc)
		if obj, ok := v.(*goja.Object); ok {
			r.traceError(obj, r.Intrinsic(class))
		}
		return v
	}
	*fn.Construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		obj := construct(args, newTarget)
		r.traceError(obj, newTarget)
		return obj
	}
}

// traceError notes where an error is made. What is within the call of the function is left out: that is the constructor of
// the error's class.
func (r *Realm) traceError(obj, within *goja.Object) {
	message := engine.Data(obj, "message")
	if message == nil {
		message = goja.Undefined()
	}
	t := &trace{message: message, most: r.stackLimit()}
	if t.most >= 0 {
		t.frames, _ = engine.Calls(r.VM, t.most, within, isOurs)
	}
	r.attach(obj, t)
}

// CaptureStack gives an object a stack: that of the calls under way, without those within the call of a function, which may be
// nil. It throws a TypeError if the object cannot have one.
func (r *Realm) CaptureStack(obj, within *goja.Object) {
	t := &trace{most: r.stackLimit()}
	if known := r.traceOf(obj); known != nil {
		t.message = known.message
	} else if obj.ClassName() == "Error" && r.Impl(obj) == nil {
		if t.message = engine.Data(obj, "message"); t.message == nil {
			t.message = goja.Undefined()
		}
	}
	if t.most >= 0 {
		frames, found := engine.Calls(r.VM, t.most, within, isOurs)
		switch {
		case found:
			t.frames = frames
		case within == nil && len(frames) > 0 && frames[0].Native():
			t.frames = frames[1:] // the native that captures it
		case within == nil:
			t.frames = frames
		}
	}
	if !r.attach(obj, t) {
		panic(r.TypeError("invalid_argument"))
	}
}

// traceAwaiting has the stack of an error that was made while no script was running tell who awaits the promise that is about
// to be rejected with it.
func (r *Realm) traceAwaiting(obj *goja.Object, promise goja.Value) {
	t := r.traceOf(obj)
	awaited, ok := promise.(*goja.Object)
	if t == nil || !ok || t.stack != nil || len(t.frames) > 0 || t.most <= 0 {
		return
	}
	t.frames = engine.Awaiting(awaited, t.most)
}

func (r *Realm) attach(obj *goja.Object, t *trace) bool {
	s := &r.stacks
	if s.get == nil {
		s.get = r.Builtin("", 0, func(c Call) goja.Value {
			if obj, ok := c.This.(*goja.Object); ok {
				if t := r.traceOf(obj); t != nil {
					return r.stack(obj, t)
				}
			}
			return goja.Undefined()
		})
		s.set = r.Builtin("", 1, func(c Call) goja.Value {
			if obj, ok := c.This.(*goja.Object); ok {
				if t := r.traceOf(obj); t != nil {
					t.stack, t.frames = c.Arg(0), nil
				}
			}
			return goja.Undefined()
		})
	}
	t.note.Value = t
	ok, err := engine.Attach(obj, "stack", s.get, s.set, &t.note)
	r.Rethrow(err)
	return ok
}

// traceOf is what is noted of an object, or nil.
func (r *Realm) traceOf(obj *goja.Object) *trace {
	if r.stacks.get == nil {
		return nil
	}
	if note := engine.Attached(obj, "stack", r.stacks.get); note != nil {
		return note.Value.(*trace)
	}
	return nil
}

// Stack is what the property stack of an error would say that only the platform has put there: false if it has not, or if a
// script has made another.
func (r *Realm) Stack(obj *goja.Object) (stack goja.Value, ok bool) {
	t := r.traceOf(obj)
	if t == nil {
		return nil, false
	}
	err := r.Try(func() { stack = r.stack(obj, t) })
	return stack, err == nil
}

// stackLimit is Error.stackTraceLimit; -1 if that is no number, so that errors have no stack.
func (r *Realm) stackLimit() int {
	if !r.stacks.limited {
		return defaultFrames
	}
	limit := engine.Data(r.Intrinsic("Error"), "stackTraceLimit")
	if limit == nil || !goja.IsNumber(limit) {
		return -1
	}
	return int(max(0, min(limit.ToInteger(), 1<<20)))
}

// LimitStacks makes Error.stackTraceLimit, by which a script says how many frames a stack has.
func (r *Realm) LimitStacks() {
	r.stacks.limited = true
	r.Intrinsic("Error").DefineDataProperty("stackTraceLimit", r.Int(defaultFrames), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// stack puts into words what is noted, once.
func (r *Realm) stack(obj *goja.Object, t *trace) goja.Value {
	if t.stack != nil {
		return t.stack
	}
	if t.most < 0 {
		return goja.Undefined()
	}
	sites := r.sites(t)
	if !r.stacks.preparing {
		if prepare, ok := goja.AssertFunction(r.Intrinsic("Error").Get("prepareStackTrace")); ok {
			list := make([]goja.Value, len(sites))
			for i, site := range sites {
				list[i] = r.New(callSiteClass, site)
			}
			r.stacks.preparing = true
			defer func() { r.stacks.preparing = false }()
			stack, err := prepare(r.Intrinsic("Error"), obj, r.Array(list...))
			r.Rethrow(err)
			t.stack, t.frames = stack, nil
			return stack
		}
	}
	var text goja.StringBuilder
	text.WriteString(r.errorHead(obj, t))
	for _, site := range sites {
		text.WriteString(r.String("\n    at " + site.String()).(goja.String))
	}
	t.stack, t.frames = text.String(), nil
	return t.stack
}

// errorHead is the text of the error that its stack begins with: its message is the one that it was made with, its name that
// of now.
func (r *Realm) errorHead(obj *goja.Object, t *trace) (head goja.String) {
	err := r.Try(func() {
		if e, ok := r.Impl(obj).(*DOMException); ok {
			head = joinHead(r.String(e.Name).(goja.String), r.String(e.Message).(goja.String))
			return
		}
		if t.message == nil {
			v, err := r.IntrinsicMethod("Error", "toString")(obj)
			r.Rethrow(err)
			head = r.ToString(v)
			return
		}
		text := func(v goja.Value, missing string) goja.String {
			if v == nil || goja.IsUndefined(v) {
				v = r.String(missing)
			}
			return r.ToString(v)
		}
		head = joinHead(text(obj.Get("name"), "Error"), text(t.message, ""))
	})
	if err != nil {
		return r.String("<error: " + r.textOf(r.ErrorValue(err)) + ">").(goja.String)
	}
	return head
}

func joinHead(name, message goja.String) goja.String {
	switch {
	case name.Length() == 0:
		return message
	case message.Length() == 0:
		return name
	}
	var text goja.StringBuilder
	text.WriteString(name)
	text.WriteUTF8String(": ")
	text.WriteString(message)
	return text.String()
}

// sites are the frames that are shown.
func (r *Realm) sites(t *trace) []*callSite {
	sites := make([]*callSite, 0, min(len(t.frames), t.most))
	for i := range t.frames {
		if site := (&callSite{realm: r, frame: &t.frames[i]}); len(sites) < t.most && site.shown() {
			sites = append(sites, site)
		}
	}
	return sites
}

// languagePlaces are where the functions are that ECMAScript has, as far as the engine's own are not in use. V8 shows calls of
// those, and none of the platform's.
var languagePlaces = []string{
	"github.com/dop251/goja.", "devserver/runtime/language.", "devserver/runtime/arraybuffer.", "devserver/runtime/intl.",
	"devserver/runtime/webidl.(*Realm).Builtin.", "devserver/runtime/webidl.(*guard", "devserver/runtime/webidl.(*Realm).guard",
}

// unseen are the functions that only call others: Function.prototype.call and apply, Reflect.apply and construct.
var unseen = []string{"call", "apply", "construct"}

// shown reports whether a frame is in a stack.
func (s *callSite) shown() bool {
	if !s.frame.Native() {
		return true
	}
	name := s.frame.GoName()
	return slices.ContainsFunc(languagePlaces, func(place string) bool { return strings.HasPrefix(name, place) }) &&
		!slices.Contains(unseen, s.functionName())
}
