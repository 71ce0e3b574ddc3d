package websocket

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// WebSocketClass is the class WebSocket.
//
// Differences from the standard that are Workers': send() takes what is neither a string nor bytes for a string, throws
// after close() and before the connection is open, and takes no Blob; URLs have the scheme ws or wss; messages are delivered
// after close(), until the other side has closed, too; a listener that throws ends the WebSocket.
var WebSocketClass = webidl.NewClass("WebSocket", webSocketIDL{})

type webSocketIDL struct{}

func (webSocketIDL) Define(class *webidl.Class) {
	class.Parent = events.EventTargetClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any { return construct(c) }
	class.Members = []webidl.Member{
		webidl.Method("accept", 0, func(w *WebSocket, c webidl.Call) goja.Value {
			c.Check(c.Realm.CheckIO())
			var halfOpen, given bool
			if v := c.Arg(0); !webidl.IsNullish(v) {
				options, ok := v.(*goja.Object)
				if !ok {
					c.Throw(webidl.TypeErrorf("Failed to execute 'accept' on 'WebSocket': parameter 1 is not of type 'AcceptOptions'."))
				}
				if v, given = c.Realm.Dictionary(options).Get("allowHalfOpen"); given {
					halfOpen = v.ToBoolean()
				}
			}
			if given && w.state == unaccepted {
				w.allowHalfOpen = halfOpen
			}
			c.Check(w.accept())
			return c.Undefined()
		}),
		webidl.Method("send", 1, func(w *WebSocket, c webidl.Call) goja.Value {
			c.Check(w.send(messageOf(c)))
			return c.Undefined()
		}),
		webidl.Method("close", 0, func(w *WebSocket, c webidl.Call) goja.Value {
			var code int64
			var reason string
			if c.Has(0) {
				code = c.Realm.SignedInt(c.Arg(0), 32, webidl.Modulo)
			}
			if c.Has(1) {
				reason = c.USVString(1)
			}
			c.Check(w.checkClose(code, c.Has(0), reason, c.Has(1)))
			if !c.Has(0) {
				code = codeNone
			}
			c.Check(w.close(uint16(code), reason))
			return c.Undefined()
		}),
		webidl.Method("serializeAttachment", 1, func(w *WebSocket, c webidl.Call) goja.Value {
			w.attachment = attach(c.Realm, c.Arg(0))
			return c.Undefined()
		}),
		webidl.Method("deserializeAttachment", 0, func(w *WebSocket, c webidl.Call) goja.Value {
			if w.attachment == nil {
				return goja.Null()
			}
			clone, _ := structuredclone.Clone(c.Realm, w.attachment, nil)
			return clone
		}),
		webidl.ReadOnly("readyState", func(w *WebSocket, c webidl.Call) goja.Value { return c.Realm.Int(w.readyState()) }),
		webidl.ReadOnly("bufferedAmount", func(w *WebSocket, c webidl.Call) goja.Value {
			if w.out == nil {
				return c.Realm.Int(0)
			}
			return c.Realm.Int(w.out.buffered())
		}),
		webidl.ReadOnly("url", func(w *WebSocket, c webidl.Call) goja.Value {
			if !w.constructed {
				return goja.Null()
			}
			return c.String(w.url)
		}),
		webidl.ReadOnly("protocol", func(w *WebSocket, c webidl.Call) goja.Value { return c.String(w.protocol) }),
		webidl.ReadOnly("extensions", func(w *WebSocket, c webidl.Call) goja.Value { return c.String(w.extensions) }),
		webidl.Attribute("binaryType",
			func(w *WebSocket, c webidl.Call) goja.Value { return c.String(w.binaryType) },
			func(w *WebSocket, c webidl.Call, v goja.Value) {
				if kind := c.Realm.USVString(v); kind == "blob" || kind == "arraybuffer" {
					w.binaryType = kind
				}
			}),
		events.Handler[*WebSocket]("open"),
		events.Handler[*WebSocket]("message"),
		events.Handler[*WebSocket]("close"),
		events.Handler[*WebSocket]("error"),
	}
	for i, name := range []string{"CONNECTING", "OPEN", "CLOSING", "CLOSED"} {
		class.Statics = append(class.Statics, webidl.Constant(name, i), webidl.Constant("READY_STATE_"+name, i))
	}
	class.Members = append(class.Members, class.Statics...)
}

// messageOf is the argument of send as a message. Its bytes are copied.
func messageOf(c webidl.Call) message {
	if data, ok := c.Realm.Bytes(c.Arg(0)); ok {
		return message{op: opBinary, data: bytes.Clone(data)}
	}
	return message{op: opText, text: c.USVString(0)}
}

// construct implements https://websockets.spec.whatwg.org/#dom-websocket-websocket
func construct(c webidl.Call) *WebSocket {
	r := c.Realm
	c.Check(r.CheckIO())
	u, err := parseURL(c.USVString(0))
	c.Check(err)
	protocols, err := protocolsOf(c)
	c.Check(err)

	w := newWebSocket(r, connecting)
	w.InitObject(r, c.Object())
	w.constructed, w.url = true, u.Href()
	header := http.Header{}
	if len(protocols) > 0 {
		header["Sec-Websocket-Protocol"] = []string{strings.Join(protocols, ", ")}
	}
	if r.Compat().Enabled(compat.WebSocketCompression) {
		header["Sec-Websocket-Extensions"] = []string{deflateName}
	}
	w.connect(u, header)
	return w
}

func syntaxError(text string) error {
	return webidl.DOMErrorf("SyntaxError", "WebSocket Constructor: %s", text)
}

func parseURL(text string) (*weburl.URL, error) {
	u, err := weburl.Parse(text)
	switch {
	case err != nil:
		return nil, syntaxError("The url is invalid.")
	case u.Scheme() != "ws" && u.Scheme() != "wss":
		return nil, syntaxError("The url scheme must be ws or wss.")
	case strings.Contains(u.Href(), "#"):
		return nil, syntaxError("The url fragment must be empty.")
	}
	return u, nil
}

// protocolsOf converts the second argument: a string, or a sequence of different strings.
func protocolsOf(c webidl.Call) ([]string, error) {
	v := c.Arg(1)
	if webidl.IsNullish(v) {
		return nil, nil
	}
	if _, ok := v.(*goja.Object); !ok || !webidl.Iterates(v) {
		protocol := c.USVString(1)
		if !isToken(protocol) {
			return nil, syntaxError("The protocol header token is invalid.")
		}
		return []string{protocol}, nil
	}
	var protocols []string
	seen := map[string]bool{}
	for _, item := range c.Realm.Sequence(v) {
		protocol := c.Realm.USVString(item)
		switch folded := strings.ToLower(protocol); {
		case !isToken(protocol):
			return nil, syntaxError("One of the protocol header tokens is invalid.")
		case seen[folded]:
			return nil, syntaxError("The protocols header cannot have repeating values.")
		default:
			seen[folded] = true
		}
		protocols = append(protocols, protocol)
	}
	return protocols, nil
}

// isToken reports whether a protocol may be sent: https://www.rfc-editor.org/rfc/rfc6455#section-4.1
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(c rune) bool {
		return c <= ' ' || c >= 0x7F || strings.ContainsRune(`()<>@,;:\"/[]?={}`, c)
	})
}

// connect opens the connection, and fires an event when that is over.
func (w *WebSocket) connect(u *weburl.URL, header http.Header) {
	r := w.realm
	to := u.Clone()
	to.SetProtocol(strings.Replace(u.Scheme(), "ws", "http", 1))
	release := host(r).Hold()
	w.cancel = fetch.OpenWebSocket(r, to, header, func(far fetch.Upgraded, err error) {
		release()
		if err == nil {
			err = w.opened(far)
		}
		if err == nil {
			return
		}
		w.state, w.closedIncoming = released, true
		w.fail(r.ErrorValue(err))
		w.Fire(events.NewCloseEvent(r, codeAbnormal, "Failed to establish websocket connection", false))
	})
}

// opened implements https://websockets.spec.whatwg.org/#feedback-from-the-protocol for a connection that is there.
func (w *WebSocket) opened(far fetch.Upgraded) error {
	if w.closedOutgoing {
		far.Conn.Close()
		return webidl.Errorf("Network connection lost.")
	}
	if err := w.connected(far); err != nil {
		return err
	}
	w.state = accepted
	w.protocol, w.extensions = far.Header.Get("Sec-WebSocket-Protocol"), far.Header.Get("Sec-WebSocket-Extensions")
	w.Fire(events.NewEvent(w.realm, "open"))
	w.in.accept()
	return nil
}
