// Package rpc is how Workers call each other: https://developers.cloudflare.com/workers/runtime-apis/rpc/
//
// Each call of a [Worker] runs in an isolate of its own, on a goroutine of its own. Nothing of one realm is ever touched
// from another: values cross as [structuredclone.Data], and what is more than data crosses as what it can be reached
// through (carry.go). Functions and RpcTargets stay where they are: they become an export (export.go), and whoever gets one
// has a stub of it (stub.go). A scope (scope.go) is what an isolate has to do with others; it says when the isolate may end.
//
// An operation (operation.go) is a call, or the reading of a property, of a path from an export, from an entrypoint, or
// from the result of an operation that has not come yet: it goes to where that comes into being, and waits there.
package rpc

import (
	"context"
	"net"
	"net/http"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/structuredclone"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// Worker is a Worker as others meet it. Its methods may be called from any goroutine.
type Worker interface {
	// Fetch has an entrypoint answer a request, as http.RoundTripper does.
	Fetch(req *http.Request, e Entrypoint) (*http.Response, error)
	// Call has an invocation begun, in an isolate of its own. It does not wait.
	Call(i *Invocation, e Entrypoint)
}

// Connector is a Worker that others can connect to.
type Connector interface {
	// Connect gives an entrypoint a connection, which was made to addr, in an isolate of its own. It does not wait, and closes
	// the connection in the end.
	Connect(ctx context.Context, conn net.Conn, addr string, e Entrypoint)
}

// Entrypoint says which of a Worker's exports is called, and with what.
type Entrypoint struct {
	// Name is the name of the export.
	Name string
	// Props are ctx.props; nil means an empty object.
	Props *structuredclone.Data
}

// Host is the realm's host that says how deep it is in a chain of Workers that call each other.
type Host interface{ CallDepth() int }

// maxDepth is how many Workers may call each other in a chain: https://developers.cloudflare.com/workers/platform/limits/
const maxDepth = 32

var errDepth = webidl.Errorf("Subrequest depth limit exceeded. This request recursed through Workers too many times. " +
	"This can happen e.g. if you have a Worker or Durable Object that calls other Workers or objects recursively.")

type depthKey struct{}

// Depth is how deep in a chain of Workers a request is: 0 for one that came from outside.
func Depth(ctx context.Context) int {
	depth, _ := ctx.Value(depthKey{}).(int)
	return depth
}

// Receiver is what an invocation calls: what the script exports.
type Receiver struct {
	// Object is an instance of the exported class or, if Plain is set, the exported object, whose functions are called with
	// one argument and then Env and Context.
	Object *goja.Object
	Plain  bool

	Env, Context goja.Value
}

// Invocation is a call of an entrypoint that waits for its isolate. Exactly one of Begin and Fail must be called.
type Invocation struct {
	op    *operation
	depth int
}

// Depth is how deep in a chain of Workers the call is.
func (i *Invocation) Depth() int { return i.depth }

// Method is what is called, or read.
func (i *Invocation) Method() string { return strings.Join(i.op.path, ".") }

// From is where in the caller's trace the call is.
func (i *Invocation) From() tracing.Context { return i.op.from }

// OnReturn has fn called, on the loop, once the call has been answered with a result.
func (i *Invocation) OnReturn(fn func()) { i.op.returned = fn }

// Fail ends the invocation without an isolate. It may be called from any goroutine.
func (i *Invocation) Fail(err error) {
	i.op.discard()
	i.op.answer.settle(reply{err: FailureOf(err)})
}

// Begin calls what receiver, made on the loop, is. It is called on the loop.
func (i *Invocation) Begin(r *webidl.Realm, receiver func() (Receiver, error)) {
	s := scopeOf(r)
	s.deliver(i.op, "entrypoint", func() result {
		to, err := receiver()
		r.Rethrow(err)
		return s.perform(entry{to}, to.Object, i.op)
	})
}

// Over reports whether no other isolate needs a realm any more. It may be called on the loop only.
func Over(r *webidl.Realm) bool { return scopeOf(r).over() }

// Fail ends the calls of others that a realm has not answered, with an error: they will not be answered any more. It may be
// called from any goroutine.
func Fail(r *webidl.Realm, err error) { scopeOf(r).fail(FailureOf(err)) }

// End ends what a realm, whose loop is closed, has to do with others: what they have of it is broken from then on, and what
// it has of them is released. It may be called from any goroutine while none runs the loop.
func End(r *webidl.Realm) {
	if s := existing(r); s != nil {
		s.end()
	}
}
