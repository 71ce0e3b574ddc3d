package tracing

import (
	"math/big"
	"strings"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// Event is what a consumer is told: https://developers.cloudflare.com/workers/observability/logs/tail-workers/
type Event struct {
	stream   *Stream
	span     SpanID
	at       time.Time
	sequence int
	body     Body
}

// Type is the event's, "log" for example: the name of the handler that gets it.
func (e Event) Type() string { return e.body.kind() }

// Object makes what a script is given.
func (e Event) Object(r *webidl.Realm) *goja.Object {
	where := object(r, "traceId", r.String(e.stream.trace.String()))
	if e.span != (SpanID{}) {
		where.Set("spanId", r.String(e.span.String()))
	}
	return object(r, "spanContext", where, "invocationId", r.String(e.stream.invocation.String()), "timestamp", r.Date(e.at),
		"sequence", r.Number(float64(e.sequence)), "event", e.body.object(r))
}

// object makes a plain object of names and values, in turn. A nil value is left out.
func object(r *webidl.Realm, members ...any) *goja.Object {
	obj := r.VM.NewObject()
	for i := 0; i < len(members); i += 2 {
		switch v := members[i+1].(type) {
		case *goja.Object:
			if v != nil {
				obj.Set(members[i].(string), v)
			}
		case goja.Value:
			obj.Set(members[i].(string), v)
		}
	}
	return obj
}

// textOf is a string, or nil if it is empty.
func textOf(r *webidl.Realm, text string) any {
	if text == "" {
		return nil
	}
	return r.String(text)
}

// Body is what an event is about.
type Body interface {
	kind() string
	object(r *webidl.Realm) *goja.Object
	// size is about what it takes, in bytes.
	size() int
}

// small is the size of what is never large.
const small = 256

// Onset is the beginning of an invocation.
type Onset struct {
	Script     string // the Worker's name; empty if it has none
	Entrypoint string // empty for the default one
	Span       SpanID // that of the invocation
	Info       Info
}

// Info is what an invocation is about: it makes the property info of the onset.
type Info interface {
	Info(r *webidl.Realm) *goja.Object
}

func (Onset) kind() string { return "onset" }
func (Onset) size() int    { return small }

func (o Onset) object(r *webidl.Realm) *goja.Object {
	return object(r, "type", r.String("onset"), "executionModel", r.String("stateless"), "spanId", r.String(o.Span.String()),
		"entrypoint", textOf(r, o.Entrypoint), "scriptName", textOf(r, o.Script), "scriptTags", r.Array(), "info", o.Info.Info(r))
}

// Return is that the handler has returned, and what it returned has been sent.
type Return struct{ Status int } // of a response; 0 if there is none

func (Return) kind() string { return "return" }
func (Return) size() int    { return small }

func (e Return) object(r *webidl.Realm) *goja.Object {
	var info *goja.Object
	if e.Status != 0 {
		info = object(r, "type", r.String("fetch"), "statusCode", r.Number(float64(e.Status)))
	}
	return object(r, "type", r.String("return"), "info", info)
}

// Outcome is the end of an invocation.
type Outcome struct {
	Outcome   string
	CPU, Wall time.Duration
}

func (Outcome) kind() string { return "outcome" }
func (Outcome) size() int    { return small }

func (e Outcome) object(r *webidl.Realm) *goja.Object {
	return object(r, "type", r.String("outcome"), "outcome", r.String(e.Outcome),
		"cpuTime", r.Number(float64(e.CPU.Milliseconds())), "wallTime", r.Number(float64(e.Wall.Milliseconds())))
}

// SpanOpen is the beginning of a span.
type SpanOpen struct {
	Name string
	Span SpanID
}

func (SpanOpen) kind() string  { return "spanOpen" }
func (e SpanOpen) size() int   { return small + len(e.Name) }
func (SpanClose) kind() string { return "spanClose" }
func (SpanClose) size() int    { return small }

func (e SpanOpen) object(r *webidl.Realm) *goja.Object {
	return object(r, "type", r.String("spanOpen"), "name", r.String(e.Name), "spanId", r.String(e.Span.String()))
}

// SpanClose is the end of a span.
type SpanClose struct{}

func (SpanClose) object(r *webidl.Realm) *goja.Object {
	return object(r, "type", r.String("spanClose"), "outcome", r.String("ok"))
}

// Renamed is that a span has got another name.
type Renamed struct{ Name string }

func (Renamed) kind() string { return "spanUpdate" }
func (e Renamed) size() int  { return small + len(e.Name) }

func (e Renamed) object(r *webidl.Realm) *goja.Object {
	return object(r, "type", r.String("spanUpdate"), "info", object(r, "type", r.String("name"), "name", r.String(e.Name)))
}

// Status is that a script has said what came of a span.
type Status struct{ Code, Message string }

func (Status) kind() string { return "spanUpdate" }
func (e Status) size() int  { return small + len(e.Message) }

func (e Status) object(r *webidl.Realm) *goja.Object {
	status := object(r, "code", r.String(e.Code), "message", textOf(r, e.Message))
	return object(r, "type", r.String("spanUpdate"), "info", object(r, "type", r.String("status"), "status", status))
}

// Attribute is something to be known of a span. Its value is a string, a bool, a float64, or an int64, which is a bigint.
type Attribute struct {
	Name  string
	Value any
}

// Attributes are those of the span that they are told in.
type Attributes struct{ List []Attribute }

func (Attributes) kind() string { return "attributes" }

func (e Attributes) size() int {
	total := small
	for _, a := range e.List {
		text, _ := a.Value.(string)
		total += small + len(a.Name) + len(text)
	}
	return total
}

func (e Attributes) object(r *webidl.Realm) *goja.Object {
	list := make([]goja.Value, len(e.List))
	for i, a := range e.List {
		var value goja.Value
		switch v := a.Value.(type) {
		case string:
			value = r.String(v)
		case bool:
			value = r.Bool(v)
		case int64:
			value = r.VM.ToValue(big.NewInt(v))
		case float64:
			value = r.Number(v)
		}
		list[i] = object(r, "name", r.String(a.Name), "value", value)
	}
	return object(r, "type", r.String("attributes"), "info", r.Array(list...))
}

// Log is what a script wrote to the console.
type Log struct {
	Level     string
	Message   string         // a JSON array
	Truncated bool           // the beginning of one
	Errors    []*ErrorDetail // nil for the arguments that are no errors; empty if none is one
}

// ErrorDetail is an error.
type ErrorDetail struct{ Name, Message, Stack string }

func (d *ErrorDetail) object(r *webidl.Realm) goja.Value {
	if d == nil {
		return goja.Null()
	}
	return object(r, "name", r.String(d.Name), "message", r.String(d.Message), "stack", textOf(r, d.Stack))
}

// maxLog is how long a message may be, in bytes; of what is longer consumers get the beginning, as text.
const maxLog = 256 << 10

// NewLog makes a Log, whose message is cut off if it is too long.
func NewLog(level, message string, errors []*ErrorDetail) Log {
	truncated := len(message) > maxLog
	if truncated {
		message = strings.ToValidUTF8(message[:maxLog], "")
	}
	return Log{level, message, truncated, errors}
}

func (Log) kind() string { return "log" }
func (e Log) size() int  { return small + len(e.Message) }

func (e Log) object(r *webidl.Realm) *goja.Object {
	obj := object(r, "type", r.String("log"), "level", r.String(e.Level))
	if e.Truncated {
		obj.Set("message", r.String(e.Message))
		obj.Set("truncated", true)
	} else {
		obj.Set("message", r.ParseJSON(e.Message))
	}
	if len(e.Errors) > 0 {
		list := make([]goja.Value, len(e.Errors))
		for i, d := range e.Errors {
			list[i] = d.object(r)
		}
		obj.Set("errorInfo", r.Array(list...))
	}
	return obj
}

// Exception is what a script threw and did not catch, or has recorded.
type Exception struct {
	Code                 any // a string or a float64; nil if there is none
	Name, Message, Stack string
}

func (Exception) kind() string { return "exception" }
func (e Exception) size() int  { return small + len(e.Name) + len(e.Message) + len(e.Stack) }

func (e Exception) object(r *webidl.Realm) *goja.Object {
	var code any
	if e.Code != nil {
		code = r.VM.ToValue(e.Code)
	}
	return object(r, "type", r.String("exception"), "code", code, "name", r.String(e.Name), "message", r.String(e.Message), "stack", textOf(r, e.Stack))
}

// Published is a message on a diagnostics channel.
type Published struct {
	Channel string
	Message *structuredclone.Data
}

func (Published) kind() string { return "diagnosticChannel" }
func (e Published) size() int  { return 4*small + len(e.Channel) }

func (e Published) object(r *webidl.Realm) *goja.Object {
	return object(r, "type", r.String("diagnosticChannel"), "channel", r.String(e.Channel), "message", e.Message.Deserialize(r))
}

// Dropped is that so many events could not wait for the consumer.
type Dropped struct{ Count int }

func (Dropped) kind() string { return "streamDiagnostic" }
func (Dropped) size() int    { return small }

func (e Dropped) object(r *webidl.Realm) *goja.Object {
	return object(r, "type", r.String("streamDiagnostic"),
		"diagnostic", object(r, "diagnosticsType", r.String("droppedEvents"), "count", r.Number(float64(e.Count))))
}
