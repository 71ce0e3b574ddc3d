package runtime

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/console"
	"devserver/runtime/fetch"
	"devserver/runtime/rpc"
	"devserver/runtime/structuredclone"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// Trace is what one invocation of a Worker was and did, for those who consume it ([Tail]). Nothing in it belongs to a realm.
type Trace struct {
	// Script is the Worker's name; empty if it has none.
	Script string
	// Heard are the names of the Workers that have been told of what this invocation is about, before this one: it was told
	// of what they did. Without them, Workers that consume each other would never end.
	Heard []string

	stream *tracing.Stream // for those who are told while it happens; nil if there is nobody
	kept   bool            // for those who are told once it is over; what is recorded is dropped otherwise

	mu         sync.Mutex // what follows is recorded by several goroutines, one at a time mostly
	entrypoint string
	outcome    Outcome
	began      time.Time
	wall, cpu  time.Duration
	event      traced
	logs       []tracedLog
	exceptions []tracedException
	published  []tracedMessage
	size       int  // of what was recorded, in bytes
	truncated  bool // it was too much
	sent       bool // consumers have been told that the handler has returned
}

// maxTrace is how much is recorded of an invocation, in bytes.
const maxTrace = 256 << 10

const traceIsFull = "Log size limit exceeded: More than 256KB of data (across console.log statements, exception, request metadata and headers) was logged " +
	"during a single request. Subsequent data for this request will not be recorded in logs, appear when tailing this Worker's logs, or in Tail Workers."

// traced is what an invocation was about: it makes what consumers get as the event of a TraceItem.
type traced interface {
	describe(r *webidl.Realm) *goja.Object
	// Info makes what streaming consumers get as the info of the onset.
	tracing.Info
}

type tracedLog struct {
	at      time.Time
	level   console.Level
	message string             // a JSON array
	errors  []*tracedException // nil for the arguments that are no errors; empty if none is one
}

// tracedException is an exception, or an error that was logged.
type tracedException struct {
	at            time.Time
	name, message string
	stack         string // empty if there is none
}

type tracedMessage struct {
	at      time.Time
	channel string
	message *structuredclone.Data
}

// record begins the trace of an invocation, if there is anybody who consumes it. event makes what it is about, and from is
// where in a trace it was caused.
func (iso *isolate) record(from tracing.Context, event func() traced) {
	options := &iso.worker.options
	if options.Tail == nil && options.TailStream == nil {
		return
	}
	t := &Trace{Script: options.Name, kept: options.Tail != nil, began: time.Now(), outcome: OK, event: event()}
	if iso.entrypoint != "default" {
		t.entrypoint = iso.entrypoint
	}
	if tail, ok := t.event.(*tracedTail); ok {
		t.Heard = tail.heard
	}
	iso.trace = t
	if options.TailStream != nil {
		t.stream = tracing.NewStream(from, tracing.Onset{Script: t.Script, Entrypoint: t.entrypoint, Info: t.event})
		t.stream.Heard = t.Heard
		options.TailStream(t.stream)
	}
}

// TracingStream implements tracing.Host.
func (iso *isolate) TracingStream() *tracing.Stream {
	if iso.trace == nil {
		return nil
	}
	return iso.trace.stream
}

// ended has consumers told. Nothing is recorded any more.
func (t *Trace) ended(iso *isolate) {
	t.mu.Lock()
	t.wall, t.cpu = time.Since(t.began), iso.cpu.Used()
	t.mu.Unlock()
	t.stream.End(tracing.Outcome{Outcome: string(t.outcome), CPU: t.cpu, Wall: t.wall})
	if t.kept {
		iso.worker.options.Tail(t)
	}
}

// returned says that the handler has returned, and that what it returned has been sent.
func (t *Trace) returned() {
	if t == nil || t.stream == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.outcome != OK || t.sent {
		return
	}
	t.sent = true
	event := tracing.Return{}
	if f, ok := t.event.(*tracedFetch); ok {
		event.Status = f.status
	}
	t.stream.Tell(tracing.SpanID{}, event)
}

// fits makes room for some bytes. It reports false, and says so in the trace once, if there is none.
func (t *Trace) fits(size int) bool {
	if t.truncated {
		return false
	}
	if t.size+size <= maxTrace {
		t.size += size
		return true
	}
	t.truncated = true
	text := `["` + traceIsFull + `"]`
	t.logs = append(t.logs, tracedLog{at: time.Now(), level: console.Warn, message: text})
	return false
}

// failed records what an invocation failed with; a nil trace records nothing.
func (t *Trace) failed(e *Error, outcome Outcome) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.outcome = outcome
	if e != nil && e.Kind != Gone {
		t.threw(e)
	}
}

// cut records that the body of the response ended with an error.
func (t *Trace) cut(err error) {
	if e, ok := errors.AsType[*Error](err); ok {
		t.failed(e, e.outcome())
		return
	}
	if thrown, ok := errors.AsType[*webidl.Thrown](err); ok {
		// What was thrown is the loop's: there is its text.
		name, message, ok := strings.Cut(thrown.Error(), ": ")
		if !ok || strings.Contains(name, " ") {
			name, message = "Error", thrown.Error()
		}
		t.failed(&Error{Name: name, Message: message}, Exception)
	}
}

// threw records an exception.
func (t *Trace) threw(e *Error) {
	x := tracedException{name: e.Name, message: e.Message}
	switch {
	case e.traced != nil:
		x = *e.traced
	case e.Kind == Hung:
		x.message += " Refer to: https://developers.cloudflare.com/workers/observability/errors/"
	case len(e.Stack) > 0:
		x.stack = stackText(e.Stack)
	}
	if x.name == "" {
		x.name = "Error"
	}
	x.at = time.Now()
	t.stream.Tell(tracing.SpanID{}, tracing.Exception{Name: x.name, Message: x.message, Stack: x.stack})
	if t.kept {
		t.exceptions = append(t.exceptions, x)
	}
}

// uncaught records an exception that did not keep the invocation from being answered.
func (t *Trace) uncaught(e *Error) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.threw(e)
}

func stackText(frames []string) string {
	return "    " + strings.Join(frames, "\n    ")
}

// newTracedException describes a thrown value. It may run the Worker's code, and so throw.
func newTracedException(r *webidl.Realm, value goja.Value) *tracedException {
	obj, ok := value.(*goja.Object)
	if !ok {
		if text, ok := value.(goja.String); ok {
			return &tracedException{message: text.String()}
		}
		return &tracedException{message: console.Inspect(r, value, console.Options{})}
	}
	if d, ok := webidl.As[*webidl.DOMException](r, obj); ok {
		return &tracedException{name: d.Name, message: d.Message}
	}
	if obj.ClassName() != "Error" {
		text := ""
		switch obj.ClassName() {
		case "Function":
			text = obj.String()
		case "Array":
			text = "[object Array]"
		default:
			name := "Object"
			if constructor, ok := obj.Get("constructor").(*goja.Object); ok {
				if n := constructor.Get("name"); !webidl.IsNullish(n) {
					name = n.String()
				}
			}
			text = "#<" + name + ">"
		}
		return &tracedException{message: text}
	}
	text := func(name string) string {
		if v := obj.Get(name); !webidl.IsNullish(v) {
			return v.String()
		}
		return ""
	}
	x := &tracedException{name: text("name"), message: text("message")}
	if frames := webidl.StackFrames(text("stack")); len(frames) > 0 {
		x.stack = stackText(frames)
	}
	return x
}

// isError reports whether an object was made by Error, or a class of its family, which DOMException is not.
func isError(r *webidl.Realm, obj *goja.Object) bool {
	_, dom := webidl.As[*webidl.DOMException](r, obj)
	return obj.ClassName() == "Error" && !dom
}

// ConsoleLogged implements console.Recorder.
func (iso *isolate) ConsoleLogged(level console.Level, args []goja.Value) {
	t := iso.trace
	if t == nil {
		return
	}
	r := iso.realm
	log := tracedLog{at: time.Now(), level: level}
	parts := make([]string, len(args))
	size := 0
	for i, arg := range args {
		parts[i] = "{}"
		// What goes wrong here is not to be noticed by the Worker.
		r.Try(func() { parts[i] = loggedText(r, arg) })
		size += len(parts[i]) + 1
		if obj, ok := arg.(*goja.Object); ok && isError(r, obj) {
			if log.errors == nil {
				log.errors = make([]*tracedException, len(args))
			}
			log.errors[i] = &tracedException{}
			r.Try(func() { log.errors[i] = newTracedException(r, obj) })
			size += len(log.errors[i].stack)
		}
	}
	log.message = "[" + strings.Join(parts, ",") + "]"
	tracing.Tell(r, log.event())
	if !t.kept {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fits(size + 1) {
		t.logs = append(t.logs, log)
	}
}

// event is what streaming consumers get of it.
func (l tracedLog) event() tracing.Log {
	var errors []*tracing.ErrorDetail
	if l.errors != nil {
		errors = make([]*tracing.ErrorDetail, len(l.errors))
		for i, x := range l.errors {
			if x != nil {
				errors[i] = &tracing.ErrorDetail{Name: x.name, Message: x.message, Stack: x.stack}
			}
		}
	}
	return tracing.NewLog(l.level.String(), l.message, errors)
}

// loggedText is an argument of console.log as JSON: plain objects, arrays and what has a toJSON are that; the others are
// their texts.
func loggedText(r *webidl.Realm, arg goja.Value) string {
	if obj, ok := arg.(*goja.Object); ok && !jsonable(r, obj) {
		arg = obj.ToString()
	} else if goja.IsBigInt(arg) {
		arg = r.String(arg.String())
	} else if _, ok := arg.(*goja.Symbol); ok {
		return "{}"
	}
	text, ok := r.StringifyJSON(arg)
	if !ok {
		return "null"
	}
	return text
}

var proxyType = reflect.TypeFor[goja.Proxy]()

// jsonable reports whether an object is shown as JSON.
func jsonable(r *webidl.Realm, obj *goja.Object) bool {
	array := obj
	for array.ExportType() == proxyType {
		target, ok := array.Export().(goja.Proxy)
		if !ok || target.Target() == nil {
			break
		}
		array = target.Target()
	}
	if array.ClassName() == "Array" {
		return true
	}
	if proto := obj.Prototype(); proto == nil || proto == r.VM.NewObject().Prototype() {
		return true
	}
	_, callable := goja.AssertFunction(obj.Get("toJSON"))
	return callable
}

// Published implements node.DiagnosticsHost: a message was published on a diagnostics channel.
func (iso *isolate) Published(channel string, message goja.Value) {
	t := iso.trace
	if t == nil {
		return
	}
	var data *structuredclone.Data
	if iso.realm.Try(func() { data = structuredclone.Serialize(iso.realm, message, nil) }) != nil {
		data = structuredclone.Primitive(iso.realm.String("[[ Diagnostic event was not serializable ]]"))
	}
	tracing.Tell(iso.realm, tracing.Published{Channel: channel, Message: data})
	if !t.kept {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fits(len(channel)) {
		t.published = append(t.published, tracedMessage{time.Now(), channel, data})
	}
}

// tracedFetch is an HTTP request.
type tracedFetch struct {
	url, method string
	headers     [][2]string // names in lower case, sorted
	cf          string      // as JSON; empty if there is none
	status      int         // of the response; 0 before there is one
}

func (iso *isolate) tracedFetch(req *http.Request) traced {
	cf := iso.worker.options.CF
	if iso.remote {
		cf = rpc.CF(req.Context())
	}
	return &tracedFetch{url: fetch.IncomingURL(req, ""), method: req.Method, headers: fetch.IncomingFields(req), cf: cf}
}

// responded records the status of the response.
func (t *Trace) responded(status int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if f, ok := t.event.(*tracedFetch); ok {
		f.status = status
	}
}

// What consumers get in place of what may be a secret.
const redacted = "REDACTED"

// sensitive reports whether the value of a header, whose name is in lower case, may be a secret.
func sensitive(name string) bool {
	return name == "cookie" || name == "set-cookie" ||
		slices.ContainsFunc([]string{"auth", "jwt", "key", "secret", "token"}, func(part string) bool { return strings.Contains(name, part) })
}

// redactURL hides what looks like an ID in a URL: 32 hexadecimal digits, or 21 letters and digits of every sort.
func redactURL(url string) string {
	var b strings.Builder
	var upper, lower, digits, hex int
	onlyHex := true
	begin := 0 // of the token
	flush := func(end int) {
		if hex >= 32 && onlyHex || end-begin >= 21 && upper >= 2 && lower >= 2 && digits >= 2 {
			b.WriteString(redacted)
		} else {
			b.WriteString(url[begin:end])
		}
		upper, lower, digits, hex, onlyHex = 0, 0, 0, 0, true
	}
	for i := range len(url) {
		c := url[i]
		isHex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
		switch {
		case c >= 'A' && c <= 'Z':
			upper++
		case c >= 'a' && c <= 'z':
			lower++
		case c >= '0' && c <= '9':
			digits++
		case c == '+' || c == '-' || c == '_':
			continue
		default:
			flush(i)
			b.WriteByte(c)
			begin = i + 1
			continue
		}
		if isHex {
			hex++
		} else {
			onlyHex = false
		}
	}
	flush(len(url))
	return b.String()
}
