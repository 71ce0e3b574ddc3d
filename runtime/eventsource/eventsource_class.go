package eventsource

import (
	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// EventSourceClass is the class EventSource.
var EventSourceClass = webidl.NewClass("EventSource", eventSourceIDL{})

type eventSourceIDL struct{}

func (eventSourceIDL) Define(class *webidl.Class) {
	class.Parent = events.EventTargetClass
	class.Construct = func(c webidl.Call) any {
		es := newEventSource()
		es.InitObject(c.Realm, c.Object())
		es.construct(c)
		return es
	}
	constants := []webidl.Member{
		webidl.Constant("CONNECTING", connecting),
		webidl.Constant("OPEN", open),
		webidl.Constant("CLOSED", closed),
	}
	class.Members = append([]webidl.Member{
		webidl.ReadOnly("url", func(es *EventSource, c webidl.Call) goja.Value {
			if es.url == nil {
				return c.String("")
			}
			return c.String(es.url.Href())
		}),
		webidl.ReadOnly("withCredentials", func(es *EventSource, c webidl.Call) goja.Value { return c.Bool(false) }),
		webidl.ReadOnly("readyState", func(es *EventSource, c webidl.Call) goja.Value { return c.Realm.Int(es.state) }),
		events.Handler[*EventSource]("open"),
		events.Handler[*EventSource]("message"),
		events.Handler[*EventSource]("error"),
		webidl.Method("close", 0, func(es *EventSource, c webidl.Call) goja.Value {
			es.close()
			return c.Undefined()
		}),
		webidl.Alias(webidl.SymDispose, "close"),
	}, constants...)
	class.Statics = append([]webidl.Member{webidl.Static("from", 0, from)}, constants...)
}

var errNoRequest = webidl.DOMErrorf("NotSupportedError", "An EventSource can only be created within the context of a worker request.")

// construct implements https://html.spec.whatwg.org/#dom-eventsource with the member fetcher, which Workers add to the
// init dictionary: a Fetcher that is asked instead of the network.
func (es *EventSource) construct(c webidl.Call) {
	if len(c.Args) == 0 {
		c.Throw(webidl.TypeErrorf("Failed to construct 'EventSource': constructor parameter 1 is not of type 'string'."))
	}
	url := c.USVString(0)
	if _, ok := c.Arg(1).(*goja.Object); !ok && !webidl.IsNullish(c.Arg(1)) {
		c.Throw(webidl.TypeErrorf("Failed to construct 'EventSource': constructor parameter 2 is not of type 'EventSourceInit'."))
	}
	init := c.Dictionary(1)
	withCredentials := init.Bool("withCredentials")
	if v, ok := init.Get("fetcher"); ok {
		if !fetch.IsFetcher(c.Realm, v) {
			c.Throw(webidl.TypeErrorf("Incorrect type for the 'fetcher' field on 'EventSourceInit': the provided value is not of type 'Fetcher'."))
		}
		es.fetcher = v.(*goja.Object)
	}
	if c.Realm.CheckIO() != nil {
		c.Throw(errNoRequest)
	}
	if withCredentials {
		c.Throw(webidl.DOMErrorf("NotSupportedError", "The init.withCredentials option is not supported. It must be false or undefined."))
	}
	u, err := weburl.Parse(url)
	if err != nil {
		c.Throw(webidl.DOMErrorf("SyntaxError", "Cannot open an EventSource to '%s'. The URL is invalid.", url))
	}
	es.url = u
	es.connect()
}

// from is EventSource.from, which Workers add: it reads the events of a ReadableStream of bytes, once.
func from(c webidl.Call) goja.Value {
	stream, ok := webidl.As[*streams.ReadableStream](c.Realm, c.Arg(0))
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute 'from' on 'EventSource': parameter 1 is not of type 'JsReadableStream'."))
	}
	switch {
	case c.Realm.CheckIO() != nil:
		c.Throw(errNoRequest)
	case stream.Locked():
		c.Throw(webidl.TypeErrorf("This ReadableStream is locked."))
	case stream.Disturbed():
		c.Throw(webidl.TypeErrorf("This ReadableStream has already been read from."))
	}
	es := newEventSource()
	es.Init(c.Realm, EventSourceClass, es)
	es.state = open
	es.read(stream)
	return es.Object()
}

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global { return []webidl.Global{webidl.ClassGlobal(EventSourceClass)} }
