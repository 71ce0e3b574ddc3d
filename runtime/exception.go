package runtime

import (
	"github.com/dop251/goja"

	"devserver/runtime/console"
	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// describe fills in an Error from a thrown value. It may run the Worker's code, and so throw.
func describe(r *webidl.Realm, value goja.Value, e *Error) {
	obj, ok := value.(*goja.Object)
	if !ok {
		e.Message = "Uncaught " + console.Inspect(r, value, console.Options{Depth: console.DefaultDepth})
		return
	}
	text := func(name string) string {
		v := obj.Get(name)
		if webidl.IsNullish(v) {
			return ""
		}
		return v.String()
	}
	stack := text("stack")
	if stack == "" {
		e.Message = "Uncaught " + console.Inspect(r, value, console.Options{Depth: console.DefaultDepth})
		return
	}
	e.Name, e.Message = text("name"), text("message")
	e.Stack = webidl.StackFrames(stack)
	e.Detail = console.Inspect(r, value, console.Options{Depth: console.DefaultDepth})
}

// unhandled deals with a promise that was rejected and that nothing handled: a listener for the event
// unhandledrejection may take care of it, or else it is reported.
// https://html.spec.whatwg.org/#notify-about-rejected-promises
func (iso *isolate) unhandled(p *goja.Promise) {
	r := iso.realm
	if target := events.GlobalTarget(r); target.Listens("unhandledrejection") {
		event := events.NewPromiseRejectionEvent(r, "unhandledrejection", r.VM.ToValue(p), p.Result())
		if iso.announced == nil {
			iso.announced = map[*goja.Promise]any{}
		}
		iso.announced[p] = iso.loop.Context()
		if !target.Fire(event) {
			return
		}
	}
	iso.logException(p.Result())
}

// handledLate has listeners told that a promise they know to be rejected has been handled after all: the other half of
// https://html.spec.whatwg.org/#the-hostpromiserejectiontracker-implementation
func (iso *isolate) handledLate(p *goja.Promise) {
	context, ok := iso.announced[p]
	if !ok {
		return
	}
	delete(iso.announced, p)
	iso.loop.Post(func() {
		iso.loop.SetContext(context)
		if target := events.GlobalTarget(iso.realm); target.Listens("rejectionhandled") {
			target.Fire(events.NewPromiseRejectionEvent(iso.realm, "rejectionhandled", iso.realm.VM.ToValue(p), p.Result()))
		}
	})
}
