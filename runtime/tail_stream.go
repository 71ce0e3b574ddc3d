package runtime

import (
	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// TailStream is the event of another Worker being invoked: the handler tailStream is told when that begins, and what it
// returns is told all else, while it happens: https://developers.cloudflare.com/workers/observability/logs/tail-workers/
type TailStream struct{ Reader *tracing.Reader }

func (TailStream) name() string        { return "tailStream" }
func (TailStream) waits(*isolate) bool { return true }

func (t TailStream) arguments(iso *isolate) []goja.Value {
	return []goja.Value{t.Reader.Onset().Object(iso.realm)}
}

// fired: there is no such event in the service-worker format.
func (TailStream) fired(*isolate) []events.AnyEvent { return nil }

func (TailStream) unhandled(bool) *Error {
	return &Error{Kind: NoHandler, Name: "Error", Message: "A worker configured to act as a streaming tail worker does not export a tailStream() handler.",
		Fix: "export default { tailStream(event, env, ctx) { return (event) => { … } } }"}
}

func (t TailStream) traced() traced {
	stream := t.Reader.Stream()
	return &tracedTail{heard: append(append([]string{}, stream.Heard...), stream.Script)}
}

// goOn implements continued: what the handler tailStream has returned is told of what happens, and the promise that this
// returns is settled once nothing more does and the handlers of all of it are done.
func (t TailStream) goOn(iso *isolate, returned goja.Value) goja.Value {
	done := iso.realm.NewPromise()
	iso.realm.Upon(iso.realm.Resolved(returned), func(v goja.Value) {
		listener, ok := v.(*goja.Object)
		switch {
		case !ok && webidl.IsNullish(v):
			done.Resolve(goja.Undefined())
			return
		case !ok:
			done.Reject(webidl.TypeErrorf("tailStream() handler returned an unusable value. The tailStream() handler is expected to return either a function, an object, or undefined. Received %s",
				primitive(v)))
			return
		}
		d := &tailDelivery{iso: iso, reader: t.Reader, listener: listener, done: done}
		d.function, _ = goja.AssertFunction(listener)
		d.next()
	}, func(reason goja.Value) { done.RejectValue(reason) })
	return done.Value()
}

// primitive is what typeof says of a value that is no object.
func primitive(v goja.Value) string {
	switch {
	case goja.IsBigInt(v):
		return "bigint"
	case goja.IsNumber(v):
		return "number"
	case goja.IsString(v):
		return "string"
	}
	if _, ok := v.(*goja.Symbol); ok {
		return "symbol"
	}
	return "boolean"
}

// tailDelivery is the telling of a listener, which is a function or an object of functions by the types of events.
type tailDelivery struct {
	iso      *isolate
	reader   *tracing.Reader
	listener *goja.Object
	function goja.Callable // nil if the listener is an object
	done     *webidl.Promise
}

// next waits for events, off the loop.
func (d *tailDelivery) next() {
	op := d.iso.realm.Loop.Begin()
	ctx := d.iso.Context()
	go func() {
		list := d.reader.Next(ctx)
		op.Done(func() {
			if len(list) == 0 {
				d.done.Resolve(goja.Undefined())
				return
			}
			d.iso.TopUp()
			d.tell(list)
		})
	}()
}

// tell tells the listener of events, and goes on once all that it returned is settled. What goes wrong is the end of it.
func (d *tailDelivery) tell(list []tracing.Event) {
	r := d.iso.realm
	waiting := 1
	settled := func(goja.Value) {
		if waiting--; waiting == 0 && d.done.Pending() {
			d.next()
		}
	}
	for _, e := range list {
		var result goja.Value
		if err := r.Try(func() { result = d.call(e) }); err != nil {
			d.done.RejectValue(r.ErrorValue(err))
			return
		}
		if _, ok := result.(*goja.Object); ok {
			waiting++
			r.Upon(r.Resolved(result), settled, func(reason goja.Value) { d.done.RejectValue(reason) })
		}
	}
	settled(nil)
}

// call calls the handler of an event, if there is one. It throws what that throws.
func (d *tailDelivery) call(e tracing.Event) goja.Value {
	this, fn := goja.Value(goja.Undefined()), d.function
	if fn == nil {
		var ok bool
		if fn, ok = goja.AssertFunction(d.listener.Get(e.Type())); !ok {
			return nil
		}
		this = d.listener
	}
	result, err := fn(this, e.Object(d.iso.realm))
	d.iso.realm.Rethrow(err)
	return result
}

// info makes the info of an onset, of a type and names and values in turn.
func info(r *webidl.Realm, kind string, members ...any) *goja.Object {
	obj := r.VM.NewObject()
	obj.Set("type", r.String(kind))
	for i := 0; i < len(members); i += 2 {
		obj.Set(members[i].(string), members[i+1])
	}
	return obj
}

// Info implements traced.
func (f *tracedFetch) Info(r *webidl.Realm) *goja.Object {
	obj := info(r, "fetch", "method", r.String(f.method), "url", r.String(f.url))
	if f.cf != "" {
		obj.Set("cfJson", r.ParseJSON(f.cf))
	}
	headers := make([]goja.Value, len(f.headers))
	for i, h := range f.headers {
		header := r.VM.NewObject()
		header.Set("name", r.String(h[0]))
		header.Set("value", r.String(h[1]))
		headers[i] = header
	}
	obj.Set("headers", r.Array(headers...))
	return obj
}

// Info implements traced.
func (s *tracedScheduled) Info(r *webidl.Realm) *goja.Object {
	return info(r, "scheduled", "scheduledTime", r.Date(s.at), "cron", r.String(s.cron))
}

// Info implements traced.
func (q *tracedQueue) Info(r *webidl.Realm) *goja.Object {
	return info(r, "queue", "queueName", r.String(q.queue), "batchSize", r.Number(float64(q.size)))
}

// Info implements traced.
func (e *tracedEmail) Info(r *webidl.Realm) *goja.Object {
	return info(r, "email", "mailFrom", r.String(e.from), "rcptTo", r.String(e.to), "rawSize", r.Number(float64(e.size)))
}

// Info implements traced.
func (t *tracedTail) Info(r *webidl.Realm) *goja.Object {
	names := make([]goja.Value, len(t.scripts))
	for i, name := range t.scripts {
		names[i] = r.String(name)
	}
	return info(r, "trace", "traces", r.Array(names...))
}

// Info implements traced.
func (m *tracedCall) Info(r *webidl.Realm) *goja.Object { return info(r, "jsrpc") }
