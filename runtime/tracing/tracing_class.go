package tracing

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// New makes the object tracing of cloudflare:workers.
func New(r *webidl.Realm) *goja.Object { return r.New(tracingClass, tracing{}) }

type tracing struct{}

var tracingClass = webidl.NewClass("Tracing", tracingIDL{})

type tracingIDL struct{}

func (tracingIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		enter("enterSpan", true),
		enter("startActiveSpan", false),
		webidl.Method("startSpan", 0, func(_ tracing, c webidl.Call) goja.Value {
			return scriptSpan(c.Realm, Open(c.Realm, nameOf(c, "startSpan", "Tracing")))
		}),
		webidl.Method("getActiveSpan", 0, func(_ tracing, c webidl.Call) goja.Value {
			return scriptSpan(c.Realm, Active(c.Realm))
		}),
		webidl.Method("withActiveSpan", 0, func(_ tracing, c webidl.Call) goja.Value {
			s, ok := webidl.As[*handle](c.Realm, c.Arg(0))
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'withActiveSpan' on 'Tracing': parameter 1 is not of type 'Span'."))
			}
			fn := callback(c, "withActiveSpan")
			return s.Within(c.Realm, func() goja.Value { return call(c, fn, c.Args[2:]...) })
		}),
		webidl.ReadOnly("Span", func(_ tracing, c webidl.Call) goja.Value { return c.Realm.Constructor(spanClass) }),
	}
}

// enter is a method that runs a callback in a span of its own, which it ends itself, if it is to, once what the callback
// returned is settled.
func enter(name string, ends bool) webidl.Member {
	return webidl.Method(name, 0, func(_ tracing, c webidl.Call) goja.Value {
		r := c.Realm
		title := nameOf(c, name, "Tracing")
		fn := callback(c, name)
		span := Open(r, title)
		close := func() {
			if ends {
				span.Close()
			}
		}
		returned := false
		defer func() {
			if !returned {
				close()
			}
		}()
		result := span.Within(r, func() goja.Value {
			return call(c, fn, append([]goja.Value{scriptSpan(r, span)}, c.Args[2:]...)...)
		})
		returned = true
		if promise, ok := webidl.AsPromise(result); ok && span != nil && ends {
			r.Upon(r.VM.ToValue(promise), func(goja.Value) { close() }, func(goja.Value) { close() })
		} else {
			close()
		}
		return result
	})
}

func callback(c webidl.Call, method string) webidl.Callback {
	if _, ok := goja.AssertFunction(c.Arg(1)); !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'Tracing': parameter 2 is not of type 'Function'.", method))
	}
	return c.Function(1, "The callback")
}

func call(c webidl.Call, fn webidl.Callback, args ...goja.Value) goja.Value {
	result, err := fn.Call(goja.Undefined(), args...)
	c.Realm.Rethrow(err)
	return result
}

// nameOf is the first argument, which must be there.
func nameOf(c webidl.Call, method, class string) string {
	if len(c.Args) == 0 || goja.IsUndefined(c.Args[0]) {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on '%s': parameter 1 is not of type 'string'.", method, class))
	}
	return c.Args[0].String()
}

// handle is the Go value behind a Span of a script's. Its Span is nil if the span is not recorded, or the invocation itself.
type handle struct {
	*Span
	stream *Stream // nil if it is not recorded
}

// handles has the object of each span that a script has seen.
type handles struct{ objects map[*Span]*goja.Object }

// scriptSpan is the object of a span.
func scriptSpan(r *webidl.Realm, span *Span) *goja.Object {
	s := webidl.State[handles](r)
	obj := s.objects[span]
	if obj == nil {
		obj = r.New(spanClass, &handle{span, streamOf(r)})
		if s.objects == nil {
			s.objects = map[*Span]*goja.Object{}
		}
		s.objects[span] = obj
	}
	return obj
}

var spanClass = webidl.NewClass("Span", spanIDL{})

type spanIDL struct{}

func (spanIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("isTraced", func(h *handle, c webidl.Call) goja.Value { return c.Bool(h.stream != nil) }),
		webidl.Method("spanContext", 0, func(h *handle, c webidl.Call) goja.Value {
			where := h.Context()
			if h.Span == nil {
				where = h.stream.Root()
			}
			return object(c.Realm, "traceId", c.String(where.Trace.String()), "spanId", c.String(where.Span.String()), "traceFlags", c.Realm.Number(0))
		}),
		webidl.Method("setAttribute", 0, func(h *handle, c webidl.Call) goja.Value {
			h.set(nameOf(c, "setAttribute", "Span"), c.Arg(1))
			return c.This
		}),
		webidl.Method("setAttributes", 0, func(h *handle, c webidl.Call) goja.Value {
			given, ok := c.Arg(0).(*goja.Object)
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'setAttributes' on 'Span': parameter 1 is not of type 'object'."))
			}
			for _, name := range given.Keys() {
				h.set(name, given.Get(name))
			}
			return c.This
		}),
		webidl.Method("recordException", 0, func(h *handle, c webidl.Call) goja.Value {
			h.note(recorded(c.Arg(0)))
			return c.Undefined()
		}),
		webidl.Method("updateName", 0, func(h *handle, c webidl.Call) goja.Value {
			h.note(Renamed{nameOf(c, "updateName", "Span")})
			return c.This
		}),
		webidl.Method("setStatus", 0, func(h *handle, c webidl.Call) goja.Value {
			given, ok := c.Arg(0).(*goja.Object)
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'setStatus' on 'Span': parameter 1 is not of type 'TracingSpanStatus'."))
			}
			code, _ := member(given, "code").(string)
			status := Status{Code: code}
			switch code {
			case "error":
				status.Message, _ = member(given, "message").(string)
			case "ok", "unset":
			default:
				c.Throw(webidl.TypeErrorf("Span status code must be 'unset', 'ok', or 'error'."))
			}
			h.note(status)
			return c.This
		}),
		webidl.Method("end", 0, func(h *handle, c webidl.Call) goja.Value {
			h.Close()
			return c.Undefined()
		}),
	}
}

// note tells what a script says of the span.
func (h *handle) note(body Body) {
	if h.Span == nil {
		h.stream.Tell(SpanID{}, body)
		return
	}
	h.tell(body)
}

// set sets an attribute: what is no boolean, number or string becomes one.
func (h *handle) set(name string, value goja.Value) {
	switch {
	case goja.IsUndefined(value):
		return
	case goja.IsBigInt(value):
		value = value.ToNumber() // which throws
	}
	var v any
	switch x := value.Export().(type) {
	case bool:
		v = x
	case int64, float64:
		v = value.ToFloat()
	default:
		v = value.String()
	}
	if h.Span == nil { // the invocation's own are told at once
		h.stream.Tell(SpanID{}, Attributes{[]Attribute{{name, v}}})
		return
	}
	h.Set(Attribute{name, v})
}

// member is a property of an object: a string, a float64, or nil if it is missing.
func member(obj *goja.Object, name string) any {
	v := obj.Get(name)
	if webidl.IsNullish(v) {
		return nil
	}
	if n, ok := v.Export().(int64); ok {
		return float64(n)
	}
	if n, ok := v.Export().(float64); ok {
		return n
	}
	return v.String()
}

// recorded is an exception as a script gives it: a message, or an object that has one.
func recorded(v goja.Value) Exception {
	obj, ok := v.(*goja.Object)
	if !ok {
		return Exception{Message: v.String()}
	}
	text := func(name string) string {
		if v := obj.Get(name); !webidl.IsNullish(v) {
			return v.String()
		}
		return ""
	}
	return Exception{Code: member(obj, "code"), Name: text("name"), Message: text("message"), Stack: text("stack")}
}
