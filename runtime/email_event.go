package runtime

import (
	"github.com/dop251/goja"

	"devserver/runtime/email"
	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// Email is the event of a message that has arrived: https://developers.cloudflare.com/email-routing/email-workers/runtime-api/
type Email struct{ *email.Incoming }

func (Email) name() string        { return "email" }
func (Email) waits(*isolate) bool { return true }

func (e Email) arguments(iso *isolate) []goja.Value { return []goja.Value{e.Object(iso.realm)} }

func (e Email) fired(iso *isolate) []events.AnyEvent {
	event := &emailEvent{extendable{context: iso.context}}
	event.Init(iso.realm, emailEventClass, event, e.name())
	own(event.Event.Object(), "message", e.Incoming.Object(iso.realm))
	return []events.AnyEvent{event}
}

func (Email) unhandled(bool) *Error {
	return &Error{Kind: NoHandler, Name: "Error", Message: "Worker does not export an email() handler.",
		Fix: "export default { async email(message, env, ctx) { … } }"}
}

type emailEvent struct{ extendable }

var emailEventClass = webidl.NewClass("EmailEvent", emailEventIDL{})

type emailEventIDL struct{}

func (emailEventIDL) Define(class *webidl.Class) { class.Parent = extendableEventClass }
