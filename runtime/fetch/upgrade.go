package fetch

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// WebSocket is the Go value behind a WebSocket object, as far as responses know it.
type WebSocket interface {
	Object() *goja.Object
	// Answer uses the socket for the response to a WebSocket handshake. It may complete the response's headers. The
	// error says why the socket cannot be used.
	Answer(req *http.Request, header http.Header) (Upgrade, error)
}

// Upgrade is the body of a response with status 101: a connection that does not speak HTTP any more. What is written to
// it is what the client sent. Its methods may be called from any goroutine.
type Upgrade interface {
	Body
	io.Writer
	// Serve connects it with the client's connection, which it closes, instead of being copied from and to. It returns
	// when the connection is over.
	Serve(client io.ReadWriteCloser)
	// GoAway closes the WebSocket from our side, with a code and a reason, or the connection if it is somebody else's
	// WebSocket.
	GoAway(code uint16, reason string)
}

// Upgraded is the connection that is left of a WebSocket handshake which a target accepted.
type Upgraded struct {
	// Conn is whoever takes it to close.
	Conn io.ReadWriteCloser
	// Header is the target's answer.
	Header http.Header
	// Offer is what the request said in Sec-WebSocket-Extensions.
	Offer string
}

// upgrades reports whether headers ask for a WebSocket.
func upgrades(header http.Header) bool {
	values := header["Upgrade"]
	return len(values) > 0 && strings.EqualFold(values[0], "websocket")
}

// shakeHands makes x a WebSocket handshake: https://www.rfc-editor.org/rfc/rfc6455#section-4.1
// As in Workers, whatever the script wrote it becomes a GET without a body, and the headers are ours.
func (x *exchange) shakeHands() {
	var key [16]byte
	rand.Read(key[:])
	x.header = x.header.Clone()
	x.header["Upgrade"], x.header["Connection"] = []string{"websocket"}, []string{"Upgrade"}
	x.header["Sec-Websocket-Version"] = []string{"13"}
	x.header["Sec-Websocket-Key"] = []string{base64.StdEncoding.EncodeToString(key[:])}
	if !x.flags.Enabled(compat.WebSocketCompression) {
		delete(x.header, "Sec-Websocket-Extensions")
	}
	delete(x.header, "Content-Length")
	x.method, x.content, x.upgrade = http.MethodGet, nil, true
	if x.body != nil {
		x.body.Close()
		x.body = nil
	}
}

// AcceptKey is the Sec-WebSocket-Accept that answers a Sec-WebSocket-Key.
func AcceptKey(key string) string {
	sum := sha1.Sum([]byte(strings.TrimSpace(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// checkHandshake turns an answer that breaks the rules of the handshake into the one that Workers see then.
func (x *exchange) checkHandshake(res *http.Response) *http.Response {
	problem := ""
	_, writable := res.Body.(io.ReadWriteCloser)
	switch accept := res.Header.Get("Sec-WebSocket-Accept"); {
	case !strings.EqualFold(res.Header.Get("Upgrade"), "websocket"):
		problem = "its Upgrade header is not \"websocket\""
	case accept != AcceptKey(x.header.Get("Sec-WebSocket-Key")):
		problem = "its Sec-WebSocket-Accept does not answer our Sec-WebSocket-Key"
	case !offered(res.Header.Get("Sec-WebSocket-Extensions"), x.header.Get("Sec-WebSocket-Extensions")):
		problem = "it chose an extension that was not offered"
	case !writable:
		problem = "its connection cannot be written to"
	default:
		return res
	}
	res.Body.Close()
	text := "The server answered the WebSocket handshake with status 101, but " + problem + ".\n"
	return &http.Response{StatusCode: http.StatusBadGateway, Status: "502 Bad Gateway", Header: http.Header{},
		Body: newMemoryBody(text, nil), ContentLength: int64(len(text)), Request: res.Request}
}

// offered reports whether the extension that an answer chose, if any, is one of those offered.
func offered(chosen, offers string) bool {
	if chosen == "" {
		return true
	}
	name := func(extension string) string {
		name, _, _ := strings.Cut(extension, ";")
		return strings.TrimSpace(name)
	}
	for offer := range strings.SplitSeq(offers, ",") {
		if name(offer) == name(chosen) {
			return true
		}
	}
	return false
}

// upgraded takes the connection out of a response with status 101.
func (x *exchange) upgraded(in *http.Response) Upgraded {
	c := &upgradedConn{ReadWriteCloser: in.Body.(io.ReadWriteCloser), exchange: x}
	c.stop = context.AfterFunc(x.ctx, func() { c.ReadWriteCloser.Close() })
	return Upgraded{Conn: c, Header: in.Header, Offer: x.header.Get("Sec-WebSocket-Extensions")}
}

// upgradedConn is a connection whose closing ends the exchange.
type upgradedConn struct {
	io.ReadWriteCloser
	exchange *exchange
	stop     func() bool
	once     sync.Once
}

// Close implements io.Closer.
func (c *upgradedConn) Close() error {
	var err error
	c.once.Do(func() {
		c.stop()
		err = c.ReadWriteCloser.Close()
		c.exchange.release()
		if forget := c.exchange.forget; forget != nil {
			c.exchange.realm.Loop.Post(forget)
		}
	})
	return err
}

// OpenWebSocket asks what the global fetch reaches for a WebSocket, following no redirects. done is called on the loop,
// once, unless the isolate ends first; cancel makes it fail.
func OpenWebSocket(r *webidl.Realm, u *weburl.URL, header http.Header, done func(Upgraded, error)) (cancel func(reason error)) {
	environment := webidl.State[state](r)
	x := &exchange{realm: r, target: environment.Target, flags: r.Compat(), url: u, header: header, manual: true}
	x.ctx, x.cancel = context.WithCancelCause(environment.context())
	x.shakeHands()
	op := r.Loop.Begin()
	go func() {
		res, panicked, err := x.attempt()
		handed := op.Done(func() {
			switch {
			case panicked != nil:
				panic(panicked)
			case err != nil:
				err = networkError(x.ctx, err)
			case res.StatusCode != http.StatusSwitchingProtocols:
				err = refusedWebSocket(res)
			case x.ctx.Err() != nil:
				res.Body.Close()
				err = networkError(x.ctx, context.Cause(x.ctx))
			default:
				done(x.upgraded(res), nil)
				return
			}
			x.end()
			done(Upgraded{}, err)
		})
		if !handed {
			x.release()
			if res != nil {
				res.Body.Close()
			}
		}
	}()
	return func(reason error) { x.cancel(reason) }
}

// refusedWebSocket is the error of a WebSocket that the server did not open. What it said goes with it.
func refusedWebSocket(res *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(res.Body, 2<<10))
	res.Body.Close()
	e := &webidl.Error{Name: "TypeError", Message: "Failed to establish the WebSocket connection: expected server to reply with HTTP " +
		"status code 101 (switching protocols), but received " + cmp.Or(strings.TrimSpace(res.Status[:min(3, len(res.Status))]), "none") + " instead."}
	if said := strings.TrimSpace(string(text)); said != "" && strings.HasPrefix(cmp.Or(res.Header.Get("Content-Type"), "text/plain"), "text/plain") {
		e.Cause = &webidl.Error{Name: "Error", Message: said}
	}
	return e
}
