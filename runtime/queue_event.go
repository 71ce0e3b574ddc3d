package runtime

import (
	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/events"
	"devserver/runtime/queue"
	"devserver/runtime/webidl"
)

// Queue is the event of a queue that has messages: https://developers.cloudflare.com/queues/configuration/javascript-apis/#consumer
type Queue struct{ *queue.Batch }

func (Queue) name() string { return "queue" }

// waits: as long as only listeners or older Workers had queues, there was no other way to do something asynchronous.
func (Queue) waits(iso *isolate) bool {
	return iso.worker.options.Script.ServiceWorker || !iso.worker.options.Compat.Enabled(compat.QueueNoWaitForWaitUntil)
}

func (q Queue) arguments(iso *isolate) []goja.Value {
	return []goja.Value{q.Controller(iso.realm)}
}

func (q Queue) fired(iso *isolate) []events.AnyEvent {
	e := &queueEvent{extendable{context: iso.context}, q.Batch}
	e.Init(iso.realm, queueEventClass, e, q.name())
	q.Describe(iso.realm, e.Object())
	return []events.AnyEvent{e}
}

func (Queue) unhandled(listeners bool) *Error {
	if listeners {
		return &Error{Kind: NoHandler, Name: "Error", Message: "No event listener registered for queue messages.",
			Fix: `addEventListener("queue", (event) => event.waitUntil(…))`}
	}
	return &Error{Kind: NoHandler, Name: "Error", Message: "Handler does not export a queue() function.",
		Fix: "export default { async queue(batch, env, ctx) { … } }"}
}

// queueEvent is the Go value behind a QueueEvent.
type queueEvent struct {
	extendable
	batch *queue.Batch
}

// QueueBatch implements queue.AnyBatch.
func (e *queueEvent) QueueBatch() *queue.Batch { return e.batch }

var queueEventClass = webidl.NewClass("QueueEvent", queueEventIDL{})

type queueEventIDL struct{}

func (queueEventIDL) Define(class *webidl.Class) {
	class.Parent = extendableEventClass
	class.Members = queue.BatchMembers()
}
