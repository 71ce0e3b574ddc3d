// Package websocket is the WebSocket of Workers, client and server: https://websockets.spec.whatwg.org/ and what
// Cloudflare added to it.
//
// websocket.go is a WebSocket as scripts have it. What it sends goes to a [sink]: the other WebSocket of its pair, in the
// same isolate, or a wire (wire.go), which speaks the protocol (conn.go) over a connection. What it is sent waits in its
// inbox (inbox.go). A WebSocket that a Worker returns is given to the server as it is (upgrade.go); one that was fetched
// and is returned without being accepted is only a connection that is passed through.
package websocket

import (
	"context"
	"errors"
	"net/http"

	"github.com/dop251/goja"

	"devserver/runtime/blob"
	"devserver/runtime/compat"
	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// Host is what a realm's host does for its WebSockets.
type Host interface {
	// Context ends with the isolate.
	Context() context.Context
	// Hold keeps the isolate alive, as work given to waitUntil does, until release is called on the loop.
	Hold() (release func())
	// TopUp starts the limit of the isolate's CPU time anew, as each message from outside does.
	TopUp()
}

// sink is where the messages go that a WebSocket sends.
type sink interface {
	send(m message)
	// buffered is how many bytes of them are still on this side.
	buffered() int
}

type state int

const (
	connecting state = iota
	unaccepted       // may be accepted, or returned
	accepted
	released // was returned, or never came to be
)

// The values of readyState.
const (
	stateConnecting = iota
	stateOpen
	stateClosing
	stateClosed
)

// WebSocket is the Go value behind a WebSocket object.
type WebSocket struct {
	events.Target
	realm *webidl.Realm
	state state
	in    inbox
	out   sink // nil until there is one

	peer *WebSocket     // of a pair; nil once one of the two has been returned
	far  fetch.Upgraded // of one that was fetched, until it is accepted or returned

	url                  string
	constructed          bool // by new WebSocket(): it has a URL
	protocol, extensions string
	cancel               func(reason error) // gives up connecting

	allowHalfOpen                  bool // the script answers close frames itself
	closedIncoming, closedOutgoing bool
	lost                           bool       // the connection ended without a close frame
	failure                        goja.Value // what an event of type "error" has told; nil before
	binaryType                     string
	attachment                     goja.Value // nil for none
}

func newWebSocket(r *webidl.Realm, s state) *WebSocket {
	w := &WebSocket{realm: r, state: s, binaryType: "arraybuffer"}
	flags := r.Compat()
	if flags.Enabled(compat.WebSocketStandardBinaryType) {
		w.binaryType = "blob"
	}
	w.allowHalfOpen = !flags.Enabled(compat.WebSocketAutoReplyToClose)
	w.in.loop, w.in.tell = r.Loop, w.tell
	w.OnThrow(w.fail)
	return w
}

// newPair makes two WebSockets that are connected with each other.
func newPair(r *webidl.Realm) (*WebSocket, *WebSocket) {
	a, b := newWebSocket(r, unaccepted), newWebSocket(r, unaccepted)
	a.Init(r, WebSocketClass, a)
	b.Init(r, WebSocketClass, b)
	a.peer, b.peer = b, a
	a.out, b.out = local{b}, local{a}
	return a, b
}

// local is the sink that leads to another WebSocket of the same isolate.
type local struct{ to *WebSocket }

func (l local) send(m message) { l.to.in.put(m) }
func (l local) buffered() int  { return l.to.in.buffered() }

// New makes the WebSocket of a connection that was fetched. It implements [fetch.Environment].
func New(r *webidl.Realm, far fetch.Upgraded) fetch.WebSocket {
	w := newWebSocket(r, unaccepted)
	w.Init(r, WebSocketClass, w)
	w.far = far
	return w
}

func host(r *webidl.Realm) Host {
	if h, ok := r.Host.(Host); ok {
		return h
	}
	return bareHost{}
}

// bareHost is for a realm without a host.
type bareHost struct{}

func (bareHost) Context() context.Context { return context.Background() }
func (bareHost) Hold() (release func())   { return func() {} }
func (bareHost) TopUp()                   {}

func maxSize(r *webidl.Realm) int {
	if r.Compat().Enabled(compat.IncreaseWebSocketMessageSize) {
		return maxMessageIncreased
	}
	return maxMessage
}

// connected takes over the connection of a handshake that succeeded.
func (w *WebSocket) connected(far fetch.Upgraded) error {
	x, err := agreed(far.Header)
	if err != nil {
		far.Conn.Close()
		return err
	}
	h := host(w.realm)
	wire := newWire(h.Context(), w.realm.Loop, &w.in, h.Hold())
	w.out = wire
	c := newConn(far.Conn, true, x, maxSize(w.realm))
	go wire.run(c)
	return nil
}

var (
	errNotAccepted  = webidl.TypeErrorf("You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.")
	errSendClosed   = webidl.TypeErrorf("Can't call WebSocket send() after close().")
	errAcceptNew    = webidl.TypeErrorf("Websockets obtained from the 'new WebSocket()' constructor cannot call accept")
	errAcceptUsed   = webidl.TypeErrorf("Can't accept() WebSocket that was already used in a response.")
	errReturnNew    = webidl.TypeErrorf("Can't return WebSocket in a Response if it was created with `new WebSocket()`")
	errReturnUsed   = webidl.TypeErrorf("Can't return WebSocket that was already used in a response.")
	errReturnAccept = webidl.TypeErrorf("Can't return WebSocket in a Response after calling accept().")
	errReason       = webidl.DOMErrorf("SyntaxError", "WebSocket close reason must not be longer than 123 bytes when UTF-8 encoded.")
	errReasonCode   = webidl.DOMErrorf("InvalidAccessError", "If you specify a WebSocket close reason, you must also specify a code.")
)

// accept has the script told of messages, and lets it send some.
func (w *WebSocket) accept() error {
	switch {
	case w.state == connecting:
		return errAcceptNew
	case w.state == released && !w.constructed:
		return errAcceptUsed
	case w.state != unaccepted:
		return nil
	}
	w.state = accepted
	if w.far.Conn != nil {
		far := w.far
		w.far = fetch.Upgraded{}
		if err := w.connected(far); err != nil {
			w.out = nothing{}
			w.fail(w.realm.ErrorValue(err))
			return nil
		}
	}
	w.in.accept()
	return nil
}

// nothing is the sink of a WebSocket without a connection.
type nothing struct{}

func (nothing) send(message)  {}
func (nothing) buffered() int { return 0 }

// send sends a message, which it takes over.
func (w *WebSocket) send(m message) error {
	switch {
	case w.closedOutgoing && w.state != connecting:
		return errSendClosed
	case w.gone():
		return nil // as the standard has it
	case w.state != accepted:
		return errNotAccepted
	}
	w.out.send(m)
	return nil
}

// gone reports whether nothing can be sent any more, and nobody is to blame for trying.
func (w *WebSocket) gone() bool { return w.failure != nil || w.lost || w.state == released }

// checkClose checks the arguments of close.
func (w *WebSocket) checkClose(code int64, hasCode bool, reason string, hasReason bool) error {
	switch {
	case hasCode && (code < 1000 || code >= 5000 || code == 1004 || code == 1005 || code == 1006 || code == 1015):
		return webidl.DOMErrorf("InvalidAccessError", "Invalid WebSocket close code: %d.", code)
	case hasReason && !hasCode:
		return errReasonCode
	case len(reason) > maxControl-2 && w.realm.Compat().Enabled(compat.WebSocketCloseReasonByteLimit):
		return errReason
	}
	return nil
}

// close says that nothing more will be sent. It may be called more than once.
func (w *WebSocket) close(code uint16, reason string) error {
	switch {
	case w.state == connecting:
		if !w.closedOutgoing {
			w.closedOutgoing = true
			w.cancel(&webidl.Error{Name: "Error", Message: "Network connection lost.",
				Cause: errors.New("close() was called before the WebSocket was open")})
		}
		return nil
	case w.closedOutgoing || w.gone():
		return nil
	case w.state != accepted:
		return errNotAccepted
	}
	w.finish(code, reason)
	return nil
}

func (w *WebSocket) finish(code uint16, reason string) {
	w.closedOutgoing = true
	w.out.send(message{op: opClose, code: code, text: reason})
}

func (w *WebSocket) readyState() int {
	switch {
	case w.failure != nil || w.lost || w.closedIncoming && w.closedOutgoing:
		return stateClosed
	case w.closedIncoming || w.closedOutgoing:
		return stateClosing
	case w.state == connecting:
		return stateConnecting
	}
	return stateOpen
}

// tell tells the script of the next message.
func (w *WebSocket) tell() {
	m, ok := w.in.take()
	if !ok || w.failure != nil {
		return
	}
	r := w.realm
	if m.far {
		host(r).TopUp()
	}
	switch m.op {
	case opText, opBinary:
		if w.Listens("message") {
			w.Fire(events.NewMessageEvent(r, "message", w.value(m)))
		}
	case opClose:
		w.closedIncoming = true
		if !w.allowHalfOpen && !w.closedOutgoing {
			w.finish(m.code, m.text)
		}
		w.Fire(events.NewCloseEvent(r, m.code, m.text, true))
	case opLost:
		if _, broken := errors.AsType[*protocolError](m.err); broken || errors.Is(m.err, errQueueFull) {
			w.fail(r.ErrorValue(webidl.Errorf("%v", m.err)))
			return
		}
		if !w.closedIncoming {
			w.lost = true
			w.Fire(events.NewCloseEvent(r, codeAbnormal, "WebSocket disconnected without sending Close frame.", false))
		}
	}
}

// value is the data of a message as scripts get it.
func (w *WebSocket) value(m message) goja.Value {
	switch {
	case m.op == opText:
		return w.realm.String(m.text)
	case w.binaryType == "blob":
		return w.realm.New(blob.BlobClass, blob.New("", m.data))
	}
	return w.realm.ArrayBuffer(m.data)
}

// fail ends the WebSocket with an event of type "error": for what the peer did wrong and, as in Workers, for what a
// listener threw.
func (w *WebSocket) fail(reason goja.Value) {
	if w.failure != nil {
		return
	}
	w.failure = reason
	if wire, ok := w.out.(*wire); ok {
		wire.abandon()
	}
	w.Fire(events.NewErrorEvent(w.realm, "Uncaught "+describe(w.realm, reason), reason))
}

// describe is a thrown value in a line. It may run the script's own toString.
func describe(r *webidl.Realm, v goja.Value) string {
	text := "exception"
	r.Try(func() { text = v.String() })
	return text
}

// Answer implements [fetch.WebSocket].
func (w *WebSocket) Answer(req *http.Request, header http.Header) (fetch.Upgrade, error) {
	switch {
	case w.constructed:
		return nil, errReturnNew
	case w.state == released:
		return nil, errReturnUsed
	case w.state == accepted:
		return nil, errReturnAccept
	}
	w.state = released
	if w.far.Conn != nil {
		return passThrough(w.far, req, header, w.realm), nil
	}
	return w.serve(req, header), nil
}
