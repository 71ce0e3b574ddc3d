package runtime

import (
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// Tail is the event of other Workers having been invoked, or the Worker itself:
// https://developers.cloudflare.com/workers/runtime-apis/handlers/tail/
type Tail struct{ Traces []*Trace }

func (Tail) name() string        { return "tail" }
func (Tail) waits(*isolate) bool { return true }

func (t Tail) items(iso *isolate) goja.Value {
	items := make([]goja.Value, len(t.Traces))
	for i, trace := range t.Traces {
		items[i] = trace.item(iso.realm)
	}
	return iso.realm.Array(items...)
}

func (t Tail) arguments(iso *isolate) []goja.Value { return []goja.Value{t.items(iso)} }

func (t Tail) fired(iso *isolate) []events.AnyEvent {
	var list []events.AnyEvent
	items := t.items(iso)
	for _, name := range []string{"trace", "tail"} { // the first is the older name
		e := &tailEvent{extendable{context: iso.context}}
		e.Init(iso.realm, tailEventClass, e, name)
		own(e.Object(), "events", items)
		own(e.Object(), "traces", items)
		list = append(list, e)
	}
	return list
}

func (Tail) unhandled(listeners bool) *Error {
	if listeners {
		return &Error{Kind: NoHandler, Name: "Error", Message: "No event listener registered for tail messages.",
			Fix: `addEventListener("tail", (event) => event.waitUntil(…))`}
	}
	return &Error{Kind: NoHandler, Name: "Error", Message: "Handler does not export a tail() function.",
		Fix: "export default { async tail(events, env, ctx) { … } }"}
}

func (t Tail) traced() traced {
	info := &tracedTail{}
	for _, trace := range t.Traces {
		info.scripts = append(info.scripts, trace.Script)
		info.heard = append(append(info.heard, trace.Heard...), trace.Script)
	}
	return info
}

type tailEvent struct{ extendable }

var tailEventClass = webidl.NewClass("TailEvent", tailEventIDL{})

type tailEventIDL struct{}

func (tailEventIDL) Define(class *webidl.Class) { class.Parent = extendableEventClass }

// The classes of what a tail handler gets: https://developers.cloudflare.com/workers/runtime-apis/handlers/tail/#parameters
var (
	traceItemClass          = webidl.NewClass("TraceItem", plainIDL{})
	traceLogClass           = webidl.NewClass("TraceLog", plainIDL{})
	traceExceptionClass     = webidl.NewClass("TraceException", plainIDL{})
	traceDiagnosticClass    = webidl.NewClass("TraceDiagnosticChannelEvent", plainIDL{})
	fetchEventInfoClass     = webidl.NewClass("FetchEventInfo", plainIDL{})
	scheduledEventInfoClass = webidl.NewClass("ScheduledEventInfo", plainIDL{})
	queueEventInfoClass     = webidl.NewClass("QueueEventInfo", plainIDL{})
	emailEventInfoClass     = webidl.NewClass("EmailEventInfo", plainIDL{})
	tailEventInfoClass      = webidl.NewClass("TailEventInfo", plainIDL{})
	tailItemClass           = webidl.NewClass("TailItem", plainIDL{})
	rpcEventInfoClass       = webidl.NewClass("JsRpcEventInfo", plainIDL{})
	traceRequestClass       = webidl.NewClass("Request", traceRequestIDL{})
	traceResponseClass      = webidl.NewClass("Response", plainIDL{})
)

// plainIDL is a class whose objects have only properties of their own.
type plainIDL struct{}

func (plainIDL) Define(*webidl.Class) {}

// property is one of an object's own.
type property struct {
	name  string
	value goja.Value
}

// object makes an object of a class that has these properties.
func object(r *webidl.Realm, class *webidl.Class, impl any, properties ...property) *goja.Object {
	obj := r.New(class, impl)
	for _, p := range properties {
		own(obj, p.name, p.value)
	}
	return obj
}

func millis(r *webidl.Realm, t time.Time) goja.Value { return r.Number(float64(t.UnixMilli())) }

// textOr is a string, or something else if that is empty.
func textOr(r *webidl.Realm, text string, otherwise goja.Value) goja.Value {
	if text == "" {
		return otherwise
	}
	return r.String(text)
}

// item makes the TraceItem of a trace that has ended.
func (t *Trace) item(r *webidl.Realm) goja.Value {
	t.mu.Lock()
	defer t.mu.Unlock()
	none := goja.Undefined()
	var logs, exceptions, published []goja.Value
	for _, l := range t.logs {
		logs = append(logs, l.object(r))
	}
	for _, x := range t.exceptions {
		exceptions = append(exceptions, object(r, traceExceptionClass, x, x.properties(r, property{"timestamp", millis(r, x.at)})...))
	}
	for _, m := range t.published {
		published = append(published, object(r, traceDiagnosticClass, m,
			property{"message", m.message.Deserialize(r)}, property{"channel", r.String(m.channel)}, property{"timestamp", millis(r, m.at)}))
	}
	return object(r, traceItemClass, t,
		property{"wallTime", r.Number(float64(t.wall.Milliseconds()))},
		property{"cpuTime", r.Number(float64(t.cpu.Milliseconds()))},
		property{"truncated", r.Bool(t.truncated)},
		property{"executionModel", r.String("stateless")},
		property{"outcome", r.String(string(t.outcome))},
		property{"durableObjectId", none},
		property{"preview", none},
		property{"tailAttributes", none},
		property{"scriptTags", none},
		property{"dispatchNamespace", none},
		property{"scriptVersion", none},
		property{"entrypoint", textOr(r, t.entrypoint, none)},
		property{"scriptName", textOr(r, t.Script, goja.Null())},
		property{"diagnosticsChannelEvents", r.Array(published...)},
		property{"exceptions", r.Array(exceptions...)},
		property{"logs", r.Array(logs...)},
		property{"eventTimestamp", millis(r, t.began)},
		property{"event", t.event.describe(r)},
	)
}

func (l tracedLog) object(r *webidl.Realm) *goja.Object {
	info := goja.Undefined()
	if l.errors != nil {
		list := make([]goja.Value, len(l.errors))
		for i, x := range l.errors {
			list[i] = goja.Null()
			if x != nil {
				obj := r.VM.NewObject()
				obj.Set("name", x.name)
				obj.Set("message", x.message)
				if x.stack != "" {
					obj.Set("stack", x.stack)
				}
				list[i] = obj
			}
		}
		info = r.Array(list...)
	}
	return object(r, traceLogClass, l, property{"errorInfo", info}, property{"message", r.ParseJSON(l.message)},
		property{"level", r.String(l.level.String())}, property{"timestamp", millis(r, l.at)})
}

// properties are those of an exception, and more after them.
func (x tracedException) properties(r *webidl.Realm, more ...property) []property {
	return append([]property{{"stack", textOr(r, x.stack, goja.Undefined())}, {"name", r.String(x.name)}, {"message", r.String(x.message)}}, more...)
}

// traceRequest is the Go value behind the request of a FetchEventInfo.
type traceRequest struct {
	*tracedFetch
	open bool // what may be a secret is there
}

type traceRequestIDL struct{}

func (traceRequestIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Method("getUnredacted", 0, func(t traceRequest, c webidl.Call) goja.Value {
			return traceRequest{t.tracedFetch, true}.object(c.Realm)
		}),
	}
}

func (t traceRequest) object(r *webidl.Realm) *goja.Object {
	url := t.url
	if !t.open {
		url = redactURL(url)
	}
	headers := r.VM.NewObject()
	for _, h := range t.headers {
		value := h[1]
		if !t.open && sensitive(h[0]) {
			value = redacted
		}
		headers.DefineDataProperty(h[0], r.String(value), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	cf := goja.Undefined()
	if t.cf != "" {
		cf = r.ParseJSON(t.cf)
	}
	return object(r, traceRequestClass, t, property{"url", r.String(url)}, property{"method", r.String(t.method)}, property{"headers", headers}, property{"cf", cf})
}

func (f *tracedFetch) describe(r *webidl.Realm) *goja.Object {
	response := goja.Undefined()
	if f.status != 0 {
		response = object(r, traceResponseClass, f, property{"status", r.Number(float64(f.status))})
	}
	return object(r, fetchEventInfoClass, f, property{"request", traceRequest{f, false}.object(r)}, property{"response", response})
}

type tracedScheduled struct {
	cron string
	at   time.Time
}

func (s *Scheduled) traced() traced { return &tracedScheduled{s.Cron, s.Time} }

func (s *tracedScheduled) describe(r *webidl.Realm) *goja.Object {
	return object(r, scheduledEventInfoClass, s, property{"cron", r.String(s.cron)}, property{"scheduledTime", millis(r, s.at)})
}

type tracedQueue struct {
	queue string
	size  int
}

func (q Queue) traced() traced { return &tracedQueue{q.Queue, len(q.Messages)} }

func (q *tracedQueue) describe(r *webidl.Realm) *goja.Object {
	return object(r, queueEventInfoClass, q, property{"batchSize", r.Number(float64(q.size))}, property{"queue", r.String(q.queue)})
}

type tracedEmail struct {
	from, to string
	size     int
}

func (e Email) traced() traced { return &tracedEmail{e.From, e.To, len(e.Raw)} }

func (e *tracedEmail) describe(r *webidl.Realm) *goja.Object {
	return object(r, emailEventInfoClass, e, property{"rawSize", r.Number(float64(e.size))}, property{"rcptTo", r.String(e.to)}, property{"mailFrom", r.String(e.from)})
}

// tracedTail is a tail handler that was itself consumed.
type tracedTail struct {
	scripts []string // whose traces it got
	heard   []string
}

func (t *tracedTail) describe(r *webidl.Realm) *goja.Object {
	list := make([]goja.Value, len(t.scripts))
	for i, name := range t.scripts {
		list[i] = object(r, tailItemClass, t, property{"scriptName", textOr(r, name, goja.Null())})
	}
	return object(r, tailEventInfoClass, t, property{"consumedEvents", r.Array(list...)})
}

// tracedCall is the call of a method by another Worker.
type tracedCall struct{ method string }

func (m *tracedCall) describe(r *webidl.Realm) *goja.Object {
	return object(r, rpcEventInfoClass, m, property{"rpcMethod", r.String(m.method)})
}
