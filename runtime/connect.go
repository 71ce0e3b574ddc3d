package runtime

import (
	"context"
	"errors"
	"net"

	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/rpc"
	"devserver/runtime/sockets"
	"devserver/runtime/webidl"
)

// Connect is the event of a connection being made to the Worker, which owns it from then on: the handler connect gets it as
// a Socket, and once the handler is done, and what it has written is sent, it is closed.
type Connect struct {
	Conn net.Conn
	// Local and Remote are its two ends, "host:port"; Remote is empty if another Worker made it.
	Local, Remote string

	close func() goja.Value
}

func (*Connect) name() string        { return "connect" }
func (*Connect) waits(*isolate) bool { return true }

func (c *Connect) arguments(iso *isolate) []goja.Value {
	var socket *goja.Object
	socket, c.close = sockets.Accept(iso.realm, sockets.Accepted{Conn: c.Conn, Local: c.Local, Remote: c.Remote})
	return []goja.Value{socket}
}

// fired: there is no such event in the service-worker format.
func (*Connect) fired(*isolate) []events.AnyEvent { return nil }

func (*Connect) unhandled(bool) *Error {
	return &Error{Kind: NoHandler, Name: "Error", Message: "Handler does not export a connect() function.",
		Fix: "export default { async connect(socket, env, ctx) { … } }"}
}

func (*Connect) traced() traced { return tracedConnect{} }

// goOn implements continued: the connection is closed when the handler is done, however that ends.
func (c *Connect) goOn(iso *isolate, returned goja.Value) goja.Value {
	r := iso.realm
	done := r.NewPromise()
	r.Upon(r.Resolved(returned), func(goja.Value) {
		r.Upon(c.close(), func(goja.Value) { done.Resolve(goja.Undefined()) }, func(reason goja.Value) { done.RejectValue(reason) })
	}, func(reason goja.Value) {
		end := func(goja.Value) { done.RejectValue(reason) }
		r.Upon(c.close(), end, end)
	})
	return done.Value()
}

// tracedConnect is a connection.
type tracedConnect struct{}

var connectEventInfoClass = webidl.NewClass("ConnectEventInfo", plainIDL{})

func (t tracedConnect) describe(r *webidl.Realm) *goja.Object {
	return object(r, connectEventInfoClass, t)
}

// Info implements traced.
func (tracedConnect) Info(r *webidl.Realm) *goja.Object { return info(r, "connect") }

// Connect implements rpc.Connector.
func (w *Worker) Connect(ctx context.Context, conn net.Conn, addr string, e rpc.Entrypoint) {
	w.isolates.Add(1)
	go func() {
		defer w.isolates.Done()
		defer conn.Close()
		iso, err := w.takeIsolate()
		if err == nil {
			iso.enter(e, rpc.Depth(ctx))
			err = iso.dispatch(ctx, &Connect{Conn: conn, Local: addr}).Err
		}
		if err != nil && !errors.Is(ctx.Err(), context.Canceled) {
			w.options.Log.Exception(err)
		}
	}()
}
