// Package eventsource is server-sent events: https://html.spec.whatwg.org/#server-sent-events
//
// An [EventSource] fetches as the global fetch does, or through a binding; what it reads stays on the isolate's loop,
// which is not idle while a connection is open or will be opened again.
package eventsource

import (
	"strconv"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// The values of readyState.
const (
	connecting = iota
	open
	closed
)

// How long to wait before a connection is opened again: at first, and the bounds of what a stream may ask for, which
// are those of Workers.
const (
	firstReconnection    = 2 * time.Second
	shortestReconnection = time.Second
	longestReconnection  = 10 * time.Second
)

// EventSource is the Go value behind an EventSource: https://html.spec.whatwg.org/#the-eventsource-interface
type EventSource struct {
	events.Target
	url     *weburl.URL  // nil if it reads a stream that it was given
	fetcher *goja.Object // nil for the global fetch
	state   int
	retry   time.Duration
	last    string // the last event ID
	// disconnect ends the connection, the wait for one, or the reading of the stream; nil while there is none.
	disconnect func()
	empty      bool // an earlier connection had no body at all
}

func newEventSource() *EventSource { return &EventSource{retry: firstReconnection} }

// connect fetches the URL.
func (es *EventSource) connect() {
	r := es.Realm()
	signal := events.NewAbortSignal(r)
	es.disconnect = func() { signal.SignalAbort(r.DOMException("AbortError", "The operation was aborted")) }
	headers := [][2]string{{"Accept", eventStream}, {"Cache-Control", "no-cache"}}
	if es.last != "" {
		headers = append(headers, [2]string{"Last-Event-ID", es.last})
	}
	r.Upon(fetch.Get(r, es.url, headers, signal, es.fetcher),
		func(v goja.Value) {
			res, _ := fetch.ResponseOf(r, v)
			es.connected(res)
		},
		es.fail)
}

const eventStream = "text/event-stream"

// connected looks at the response and begins to read it.
func (es *EventSource) connected(res *fetch.Response) {
	r := es.Realm()
	if es.state == closed {
		return
	}
	if problem := unfit(res); problem != "" {
		es.disconnect()
		es.fail(r.DOMException("AbortError", problem))
		return
	}
	if href, redirected := res.Redirected(); redirected {
		if u, err := weburl.Parse(href); err == nil {
			es.url = u
		}
	}
	body := res.Stream()
	switch {
	case body != nil:
		es.announce()
		es.read(body)
	case es.empty:
		es.fail(r.ErrorValue(webidl.Errorf("The server provided no content.")))
	default:
		es.empty = true
		es.reconnect("The server provided no content. Will try reconnecting.")
	}
}

// unfit says why a response is not an event stream, "" if it is one.
func unfit(res *fetch.Response) string {
	if status := res.Status(); status < 200 || status > 299 {
		return "The response status code was " + strconv.Itoa(status) + "."
	}
	contentType, ok := res.Header("content-type")
	if !ok {
		return "No content type header was present in the response."
	}
	if essence, ok := fetch.Essence(contentType); !ok || essence != eventStream {
		return "The content type '" + contentType + "' is invalid."
	}
	return ""
}

// announce implements https://html.spec.whatwg.org/#announce-the-connection
func (es *EventSource) announce() {
	es.state = open
	if es.Listens("open") {
		es.Fire(events.NewEvent(es.Realm(), "open"))
	}
}

// read reads a stream to its end. Each event is a task of its own, as in the standard.
func (es *EventSource) read(stream *streams.ReadableStream) {
	r := es.Realm()
	p := &parser{
		lastEventID: es.last,
		message:     func(m message) { r.Loop.Post(func() { es.dispatch(m) }) },
		retry: func(milliseconds int64) {
			most := int64(longestReconnection / time.Millisecond)
			es.retry = max(time.Duration(min(milliseconds, most))*time.Millisecond, shortestReconnection)
		},
	}
	full := false
	feed := func(chunk []byte) {
		if full {
			return
		}
		if p.feed(chunk); p.held() > maxEvent {
			full = true
			r.Loop.Post(es.overflow)
		}
	}
	ended := func(err error) { r.Loop.Post(func() { es.ended(err) }) }
	cancel, err := streams.ReadEach(r, stream, feed, ended)
	if err != nil {
		ended(err)
		return
	}
	disconnect := es.disconnect
	es.disconnect = func() {
		cancel(goja.Undefined())
		if disconnect != nil {
			disconnect()
		}
	}
}

// maxEvent is how many bytes an event may have. The standard has no limit, memory has.
const maxEvent = 32 << 20

// overflow gives up on a stream whose event does not end.
func (es *EventSource) overflow() {
	if es.state != closed {
		es.disconnect()
		es.fail(es.Realm().ErrorValue(webidl.RangeErrorf("The server sent an event of more than %d bytes.", maxEvent)))
	}
}

// dispatch implements the end of https://html.spec.whatwg.org/#dispatchMessage
func (es *EventSource) dispatch(m message) {
	if es.state == closed {
		return
	}
	es.last = m.lastEventID
	if m.kind == "" || !es.Listens(m.kind) {
		return
	}
	r := es.Realm()
	e := events.NewMessageEvent(r, m.kind, r.String(m.data))
	e.LastEventID = m.lastEventID
	if es.url != nil {
		e.Origin = es.url.Origin()
	}
	es.Fire(e)
}

// ended deals with the end of the stream: a stream that ended is fetched again, one that failed is not, as in Workers.
func (es *EventSource) ended(err error) {
	const disconnected = "The server disconnected."
	switch {
	case es.state == closed:
	case err != nil:
		es.fail(es.Realm().ErrorValue(err))
	case es.url == nil:
		es.fail(es.Realm().ErrorValue(webidl.Errorf(disconnected)))
	default:
		es.reconnect(disconnected)
	}
}

// reconnect implements https://html.spec.whatwg.org/#reestablish-the-connection
func (es *EventSource) reconnect(why string) {
	r := es.Realm()
	es.state = connecting
	timer := r.Loop.After(es.retry, false, es.connect)
	es.disconnect = func() { r.Loop.Stop(timer) }
	es.fireError(r.ErrorValue(webidl.Errorf("%s", why)))
}

// fail implements https://html.spec.whatwg.org/#fail-the-connection
func (es *EventSource) fail(reason goja.Value) {
	if es.state == closed {
		return
	}
	es.state = closed
	es.fireError(reason)
}

// fireError says what is wrong in an ErrorEvent, as Workers do; the standard's event is a plain one.
func (es *EventSource) fireError(reason goja.Value) {
	if es.Listens("error") {
		es.Fire(events.NewErrorEvent(es.Realm(), "", reason))
	}
}

// close implements https://html.spec.whatwg.org/#dom-eventsource-close
func (es *EventSource) close() {
	if es.state == closed {
		return
	}
	es.state = closed
	if es.disconnect != nil {
		es.disconnect()
	}
}
