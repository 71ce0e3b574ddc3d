package queue

import (
	"fmt"

	"github.com/dop251/goja"

	"devserver/runtime/console"
	"devserver/runtime/webidl"
)

// Batch is what a consumer gets at a time, and what it decides.
type Batch struct {
	Queue    string
	Messages []Message
	Metrics  Metrics // of what is left in the queue

	ackAll, retryAll bool
	delay            *int            // of retryAll, in seconds
	acks             map[string]bool // by ID
	retries          map[string]*int // by ID: the delay
}

// Verdict is what is to become of a message: whether it is to be delivered again, and after how many seconds; nil leaves
// that to the queue. failed says that the handler did.
//
// What was said of the message itself comes before what was said of the batch, and either before how the handler ended:
// https://developers.cloudflare.com/queues/configuration/batching-retries/#explicit-acknowledgement-and-retries
func (b *Batch) Verdict(id string, failed bool) (again bool, delay *int) {
	delay, retried := b.retries[id]
	switch {
	case retried && delay != nil:
		return true, delay
	case retried:
		return true, b.delay
	case b.acks[id] || b.ackAll:
		return false, nil
	case b.retryAll || failed:
		return true, b.delay
	}
	return false, nil
}

// Controller makes what the handler is given. It is called on the loop.
func (b *Batch) Controller(r *webidl.Realm) *goja.Object { return b.object(r, controllerClass, b) }

// Describe gives an object, such as an event, the properties of the batch.
func (b *Batch) Describe(r *webidl.Realm, obj *goja.Object) {
	list := make([]goja.Value, len(b.Messages))
	for i := range b.Messages {
		list[i] = b.message(r, &b.Messages[i])
	}
	metadata := r.VM.NewObject()
	metadata.Set("metrics", metricsObject(r, b.Metrics))
	own(obj, "metadata", metadata)
	own(obj, "queue", r.String(b.Queue))
	own(obj, "messages", r.Array(list...))
}

func (b *Batch) object(r *webidl.Realm, class *webidl.Class, impl any) *goja.Object {
	obj := r.New(class, impl)
	b.Describe(r, obj)
	return obj
}

// own gives an object a read-only property of its own.
func own(obj *goja.Object, name string, value goja.Value) {
	obj.DefineDataProperty(name, value, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// message is the Go value behind one message of a batch.
type message struct {
	batch *Batch
	id    string
}

func (b *Batch) message(r *webidl.Realm, m *Message) *goja.Object {
	obj := r.New(messageClass, &message{b, m.ID})
	own(obj, "attempts", r.Int(m.Attempts))
	own(obj, "body", m.Body.decode(r))
	own(obj, "timestamp", r.Date(m.Timestamp))
	own(obj, "id", r.String(m.ID))
	return obj
}

// AnyBatch is what acknowledges a batch: the Go value behind a QueueController, or behind an event.
type AnyBatch interface{ QueueBatch() *Batch }

// QueueBatch implements [AnyBatch].
func (b *Batch) QueueBatch() *Batch { return b }

var (
	controllerClass = webidl.NewClass("QueueController", controllerIDL{})
	messageClass    = webidl.NewClass("QueueMessage", messageIDL{})
)

type controllerIDL struct{}

func (controllerIDL) Define(class *webidl.Class) { class.Members = BatchMembers() }

// BatchMembers are the operations on a batch, of objects whose Go values are an [AnyBatch].
func BatchMembers() []webidl.Member {
	return []webidl.Member{
		webidl.Method("retryAll", 0, func(any AnyBatch, c webidl.Call) goja.Value {
			b := any.QueueBatch()
			delay := dictionary(c, 0, "retryAll", "QueueRetryOptions").delay()
			if b.ackAll {
				warn(c, "Received a call to retryAll() after ackAll() was already called. Calling retryAll() after calling ackAll() has no effect.")
				return c.Undefined()
			}
			b.retryAll = true
			if delay != nil {
				b.delay = delay
			}
			return c.Undefined()
		}),
		webidl.Method("ackAll", 0, func(any AnyBatch, c webidl.Call) goja.Value {
			b := any.QueueBatch()
			if b.retryAll {
				warn(c, "Received a call to ackAll() after retryAll() was already called. Calling ackAll() after calling retryAll() has no effect.")
				return c.Undefined()
			}
			b.ackAll = true
			return c.Undefined()
		}),
	}
}

type messageIDL struct{}

func (messageIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Method("retry", 0, func(m *message, c webidl.Call) goja.Value {
			b := m.batch
			delay := dictionary(c, 0, "retry", "QueueRetryOptions").delay()
			for _, done := range []struct {
				is   bool
				name string
			}{{b.ackAll, "ackAll()"}, {b.acks[m.id], "ack()"}} {
				if done.is {
					warn(c, "Received a call to retry() on message %s after %s was already called. Calling retry() on a message after calling %[2]s has no effect.", m.id, done.name)
					return c.Undefined()
				}
			}
			if b.retries == nil {
				b.retries = map[string]*int{}
			}
			if before := b.retries[m.id]; delay == nil {
				delay = before
			}
			b.retries[m.id] = delay
			return c.Undefined()
		}),
		webidl.Method("ack", 0, func(m *message, c webidl.Call) goja.Value {
			b := m.batch
			_, retried := b.retries[m.id]
			switch {
			case b.ackAll:
			case b.retryAll:
				warn(c, "Received a call to ack() on message %s after retryAll() was already called. Calling ack() on a message after calling retryAll() has no effect.", m.id)
			case retried:
				warn(c, "Received a call to ack() on message %s after retry() was already called. Calling ack() on a message after calling retry() has no effect.", m.id)
			default:
				if b.acks == nil {
					b.acks = map[string]bool{}
				}
				b.acks[m.id] = true
			}
			return c.Undefined()
		}),
	}
}

// warn tells the Worker's author, where the Worker's console is.
func warn(c webidl.Call, format string, args ...any) {
	console.Warning(c.Realm, fmt.Sprintf(format, args...))
}
