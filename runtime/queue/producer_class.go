package queue

import (
	"fmt"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/arraybuffer"
	"devserver/runtime/compat"
	"devserver/runtime/engine"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// producer is the Go value behind a queue's binding.
type producer struct{ target Target }

// New makes the value of a binding to a queue: its methods are those of
// https://developers.cloudflare.com/queues/configuration/javascript-apis/#producer.
func New(r *webidl.Realm, target Target) *goja.Object { return r.New(producerClass, &producer{target}) }

var producerClass = webidl.NewClass("WorkerQueue", producerIDL{})

type producerIDL struct{}

func (producerIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Promising("metrics", 0, func(p *producer, c webidl.Call) goja.Value {
			return c.Realm.Resolved(metricsObject(c.Realm, p.target.Metrics()))
		}),
		webidl.Promising("send", 0, (*producer).send),
		webidl.Promising("sendBatch", 0, (*producer).sendBatch),
	}
}

func (p *producer) send(c webidl.Call) goja.Value {
	r := c.Realm
	if len(c.Args) == 0 {
		c.Throw(webidl.TypeErrorf("Failed to execute 'send' on 'WorkerQueue': parameter 1 is not of type 'Value'."))
	}
	options := dictionary(c, 1, "send", "SendOptions")
	as, given := options.text("contentType")
	delay := options.delay()
	if goja.IsUndefined(c.Arg(0)) {
		c.Throw(webidl.TypeErrorf("Message body cannot be undefined"))
	}
	message := Outgoing{Delay: delay}
	err := p.encoded(r, func() {
		kind := contentType(r, as, given)
		message.Body = encode(r, c.Arg(0), kind)
		if kind == Bytes {
			detach(r, c.Arg(0))
		}
	})
	if err != nil {
		return p.refused(r, "send", err)
	}
	return p.sent(r, "send", []Outgoing{message}, false)
}

func (p *producer) sendBatch(c webidl.Call) goja.Value {
	r := c.Realm
	if _, ok := c.Arg(0).(*goja.Object); !ok || !webidl.Iterates(c.Arg(0)) {
		c.Throw(webidl.TypeErrorf("Failed to execute 'sendBatch' on 'WorkerQueue': parameter 1 is not of type 'Sequence'."))
	}
	type request struct {
		body  goja.Value
		as    string
		given bool
		delay *int
	}
	var requests []request
	for _, item := range r.Sequence(c.Arg(0)) {
		obj, ok := item.(*goja.Object)
		if !ok {
			c.Throw(webidl.TypeErrorf("Incorrect type: the provided value is not of type 'MessageSendRequest'."))
		}
		d := options{r, obj}
		q := request{body: obj.Get("body"), delay: d.delay()}
		q.as, q.given = d.text("contentType")
		requests = append(requests, q)
	}
	all := dictionary(c, 1, "sendBatch", "SendBatchOptions").delay()
	if len(requests) == 0 {
		c.Throw(webidl.TypeErrorf("sendBatch() requires at least one message"))
	}
	var messages []Outgoing
	err := p.encoded(r, func() {
		for _, q := range requests {
			if q.body == nil || goja.IsUndefined(q.body) {
				panic(r.TypeError("Message body cannot be undefined"))
			}
			if q.given && q.as != strings.ToLower(q.as) {
				panic(r.TypeError("Unsupported queue message content type: %s", q.as))
			}
			message := Outgoing{Body: encode(r, q.body, contentType(r, q.as, q.given)), Delay: q.delay}
			if message.Delay == nil {
				message.Delay = all
			}
			messages = append(messages, message)
		}
	})
	if err != nil {
		return p.refused(r, "sendBatch", err)
	}
	return p.sent(r, "sendBatch", messages, true)
}

// notJSON is the error of a body that JSON has no text for, such as a function.
type notJSON struct{}

func (*notJSON) Error() string { return `"undefined" is not valid JSON` }

// encoded runs what encodes bodies. What JSON cannot say is for the queue to refuse; everything else is thrown.
func (p *producer) encoded(r *webidl.Realm, fn func()) (refused *Refused) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *notJSON:
			refused = &Refused{"Internal Server Error", x.Error()}
		default:
			panic(x)
		}
	}()
	fn()
	return nil
}

// sent gives messages to the queue.
func (p *producer) sent(r *webidl.Realm, method string, messages []Outgoing, batch bool) goja.Value {
	tracing.Open(r, "queue_send").CloseSoon(r)
	metrics, err := p.target.Send(messages, batch)
	if err != nil {
		return p.refused(r, method, err)
	}
	metadata, response := r.VM.NewObject(), r.VM.NewObject()
	metadata.Set("metrics", metricsObject(r, metrics))
	response.Set("metadata", metadata)
	return r.Resolved(response)
}

// refused rejects, in words that depend on how old the Worker is. Newer ones get an error code, which is that of an
// error without one.
func (p *producer) refused(r *webidl.Realm, method string, err error) goja.Value {
	if flags := r.Compat(); flags.Enabled(compat.QueueExposeErrorCodes) {
		return r.Rejected(webidl.Errorf("%s (15000)", err))
	}
	text := err.Error()
	if refused, ok := err.(*Refused); ok && refused.Status != tooLarge {
		text = refused.Status
	}
	return r.Rejected(webidl.Errorf("Queue %s failed: %s", method, text))
}

// contentType is the type that a body is sent as.
func contentType(r *webidl.Realm, as string, given bool) ContentType {
	if !given {
		if flags := r.Compat(); flags.Enabled(compat.QueuesJSONMessages) {
			return JSON
		}
		return V8
	}
	switch kind := ContentType(strings.ToLower(as)); kind {
	case Text, Bytes, JSON, V8:
		return kind
	}
	panic(r.TypeError("Unsupported queue message content type: %s", as))
}

// detach takes the buffer of a view away from the script, as sending it does.
func detach(r *webidl.Realm, v goja.Value) {
	if view, ok := r.View(v); ok && !r.Pinned(view.Buffer) {
		if buffer, ok := engine.BufferOf(view.Buffer); ok {
			arraybuffer.Detach(r, buffer)
		}
	}
}

func metricsObject(r *webidl.Realm, m Metrics) *goja.Object {
	obj := r.VM.NewObject()
	obj.Set("backlogCount", m.Count)
	obj.Set("backlogBytes", m.Bytes)
	if !m.Oldest.IsZero() {
		obj.Set("oldestMessageTimestamp", r.Date(m.Oldest))
	}
	return obj
}

// options is a dictionary of options, or nothing.
type options struct {
	realm  *webidl.Realm
	object *goja.Object
}

// dictionary is an argument that is a dictionary, or is left out.
func dictionary(c webidl.Call, i int, method, name string) options {
	v := c.Arg(i)
	if webidl.IsNullish(v) {
		return options{realm: c.Realm}
	}
	obj, ok := v.(*goja.Object)
	if !ok {
		class := "WorkerQueue"
		if name == "QueueRetryOptions" {
			class = "QueueMessage"
			if method == "retryAll" {
				class = "QueueController"
			}
		}
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on '%s': parameter %d is not of type '%s'.", method, class, i+1, name))
	}
	return options{c.Realm, obj}
}

func (o options) get(name string) (goja.Value, bool) {
	if o.object == nil {
		return nil, false
	}
	v := o.object.Get(name)
	return v, v != nil && !goja.IsUndefined(v)
}

func (o options) text(name string) (string, bool) {
	v, ok := o.get(name)
	if !ok {
		return "", false
	}
	return o.realm.USVString(v), true
}

// delay is delaySeconds, which is any 32-bit integer as far as the script is told.
func (o options) delay() *int {
	v, ok := o.get("delaySeconds")
	if !ok {
		return nil
	}
	f := o.realm.Float(v)
	if f < -1<<31 || f > 1<<31-1 {
		panic(o.realm.TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive)."))
	}
	n := 0
	if f == f {
		n = int(f)
	}
	return &n
}

// What the platform takes: https://developers.cloudflare.com/queues/platform/limits/
const (
	MaxMessage  = 128_000 // bytes
	MaxMessages = 100     // in a batch
	MaxBatch    = 288_000 // bytes, of all its messages
	MaxDelay    = 86_400  // seconds
)

const tooLarge = "Payload Too Large"

// Check refuses messages that the platform does not take.
func Check(messages []Outgoing, batch bool) error {
	total := 0
	if batch && len(messages) > MaxMessages {
		return &Refused{tooLarge, fmt.Sprintf("batch message count of %d exceeds limit of %d", len(messages), MaxMessages)}
	}
	for _, m := range messages {
		size := m.Body.Size()
		total += size
		if size > MaxMessage {
			if batch {
				return &Refused{tooLarge, fmt.Sprintf("message in batch has length %d bytes which exceeds single message size limit of %d", size, MaxMessage)}
			}
			return &Refused{tooLarge, fmt.Sprintf("message length of %d bytes exceeds limit of %d", size, MaxMessage)}
		}
		if m.Delay != nil && (*m.Delay < 0 || *m.Delay > MaxDelay) {
			return &Refused{"Internal Server Error", fmt.Sprintf("message delay %d is invalid: it is from 0 to %d seconds", *m.Delay, MaxDelay)}
		}
	}
	if batch && total > MaxBatch {
		return &Refused{tooLarge, fmt.Sprintf("batch size of %d bytes exceeds limit of %d", total, MaxBatch)}
	}
	return nil
}
