package runtime

import (
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// Scheduled is the event of a Cron Trigger: https://developers.cloudflare.com/workers/runtime-apis/handlers/scheduled/
type Scheduled struct {
	Time time.Time // when it was meant to happen; what a script sees has milliseconds
	Cron string    // the pattern that made it happen; may be empty

	// NoRetry is set if the handler asks not to be tried again, or if there is none.
	NoRetry bool
}

func (*Scheduled) name() string        { return "scheduled" }
func (*Scheduled) waits(*isolate) bool { return true }

func (s *Scheduled) arguments(iso *isolate) []goja.Value {
	controller := iso.realm.New(scheduledControllerClass, s)
	s.describe(iso.realm, controller)
	return []goja.Value{controller}
}

func (s *Scheduled) fired(iso *isolate) []events.AnyEvent {
	e := &scheduledEvent{extendable{context: iso.context}, s}
	e.Init(iso.realm, scheduledEventClass, e, s.name())
	s.describe(iso.realm, e.Object())
	return []events.AnyEvent{e}
}

func (s *Scheduled) describe(r *webidl.Realm, obj *goja.Object) {
	own(obj, "cron", r.String(s.Cron))
	own(obj, "scheduledTime", r.Number(float64(s.Time.UnixMilli())))
}

func (s *Scheduled) unhandled(listeners bool) *Error {
	s.NoRetry = true
	if listeners {
		return &Error{Kind: NoHandler, Name: "Error", Message: "No event listener registered for scheduled events.",
			Fix: `addEventListener("scheduled", (event) => event.waitUntil(…))`}
	}
	return &Error{Kind: NoHandler, Name: "Error", Message: "Handler does not export a scheduled() function",
		Fix: "export default { async scheduled(controller, env, ctx) { … } }"}
}

// retriable is what a handler can ask not to be tried again: the Go values behind ScheduledController and ScheduledEvent.
type retriable interface{ noRetry() }

func (s *Scheduled) noRetry() { s.NoRetry = true }

type scheduledEvent struct {
	extendable
	*Scheduled
}

var (
	scheduledControllerClass = webidl.NewClass("ScheduledController", scheduledIDL{})
	scheduledEventClass      = webidl.NewClass("ScheduledEvent", scheduledIDL{extendableEventClass})
)

type scheduledIDL struct{ parent *webidl.Class }

func (idl scheduledIDL) Define(class *webidl.Class) {
	class.Parent = idl.parent
	class.Members = []webidl.Member{
		webidl.Method("noRetry", 0, func(s retriable, c webidl.Call) goja.Value {
			s.noRetry()
			return c.Undefined()
		}),
	}
}
