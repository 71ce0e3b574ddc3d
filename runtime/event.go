package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/events"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// Event is what a Worker may be told of besides requests: a [Scheduled], a [Queue], an [Email], a [Tail], a [TailStream] or a
// [Connect].
type Event interface {
	// name is that of the handler, and the type of the event in the service-worker format.
	name() string
	// arguments make what comes before env and ctx when the handler is called.
	arguments(iso *isolate) []goja.Value
	// fired makes the events that listeners get in the service-worker format. There may be more than one, of which the
	// Worker may listen to any.
	fired(iso *isolate) []events.AnyEvent
	// unhandled is what a Worker is told that has no handler; listeners says that it is in the service-worker format.
	unhandled(listeners bool) *Error
	// traced is what consumers of traces are told of the event.
	traced() traced
	// waits reports whether the event is over only when the work given to waitUntil is.
	waits(iso *isolate) bool
}

// continued is an Event that goes on with what its handler has returned, and settles what that comes to, on the loop.
type continued interface {
	goOn(iso *isolate, returned goja.Value) goja.Value
}

// Outcome is how the invocation of a Worker ended, in the words of
// https://developers.cloudflare.com/workers/observability/logs/workers-logs/#outcome-values.
type Outcome string

// The outcomes that there are here.
const (
	OK            Outcome = "ok"
	Exception     Outcome = "exception"
	ExceededCPU   Outcome = "exceededCpu"
	ExceededTime  Outcome = "exceededWallTime"
	Canceled      Outcome = "canceled"
	InternalError Outcome = "internalError"
)

// outcome is that of an invocation which ended with e; nil means that nothing went wrong.
func (e *Error) outcome() Outcome {
	switch {
	case e == nil:
		return OK
	case e.Kind == Limit:
		return ExceededCPU
	case e.Kind == Gone:
		return Canceled
	case e.Kind == Internal:
		return InternalError
	default:
		return Exception
	}
}

// Handled is what came of an event.
type Handled struct {
	Outcome Outcome
	// Err is what the handler failed with, if it did. What else was thrown, by work given to waitUntil, the Log has been
	// told of.
	Err *Error
}

// eventLimit is how long an event may take in all, and waitUntil work with it, as at the edge:
// https://developers.cloudflare.com/workers/platform/limits/#wall-time-limits-by-invocation-type
const eventLimit = 15 * time.Minute

// Dispatch has the Worker handle an event in a fresh isolate, by the handler that an entrypoint of it exports; the name
// of the entrypoint is usually "default". It returns once the handler is done and, for most events, the work that it gave
// to waitUntil too; what that is not waited for goes on for up to 30 seconds. ctx cancels the handler.
func (w *Worker) Dispatch(ctx context.Context, entrypoint string, event Event) Handled {
	iso, err := w.takeIsolate()
	if err != nil {
		return Handled{err.outcome(), err}
	}
	iso.entrypoint = entrypoint
	return iso.dispatch(ctx, event)
}

func (iso *isolate) dispatch(ctx context.Context, event Event) Handled {
	stop := iso.cancelWith(ctx)
	iso.record(tracing.ContextOf(ctx), event.traced)
	limited := ctx
	if _, ok := event.(continued); !ok { // those take as long as what they are about
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeoutCause(ctx, eventLimit, errEventLimit)
		defer cancel()
	}
	err := iso.handle(limited, event)
	outcome := err.outcome()
	switch {
	case errors.Is(context.Cause(limited), errEventLimit):
		outcome = ExceededTime
		err = &Error{Kind: Limit, Message: fmt.Sprintf("The %s handler, and what it gave to waitUntil, took more than %v.", event.name(), eventLimit)}
	case err == nil && iso.context.failed:
		outcome = Exception
	}
	iso.trace.failed(err, outcome)
	stop()
	if event.waits(iso) || iso.loop.Failed() != nil || iso.context.idle() {
		iso.end()
	} else {
		go func() {
			iso.drain()
			iso.end()
		}()
	}
	return Handled{outcome, err}
}

var errEventLimit = errors.New("the event took too long")

// handle runs the handler, and what it gave to waitUntil if the event waits for it, to the end.
func (iso *isolate) handle(ctx context.Context, event Event) *Error {
	iso.context = &executionContext{iso: iso}
	var result goja.Value
	var thrown error
	if err := iso.loop.Do(func() {
		result, thrown = iso.callHandler(event)
		if thrown == nil {
			iso.own, thrown = iso.settling(result)
		}
	}); err != nil {
		return iso.failure(Uncaught, err)
	}
	var failed *Error
	if thrown != nil {
		failed = iso.failure(Uncaught, thrown)
	} else if iso.own != nil {
		_, failed = iso.await(ctx, iso.own, event.name()+" handler")
	}
	if failed == nil {
		iso.trace.returned()
	}
	if iso.loop.Failed() != nil || !event.waits(iso) {
		return failed
	}
	// What the handler began goes on, even if the handler has failed.
	switch err := iso.loop.Run(ctx, iso.context.idle); {
	case err == nil:
	case errors.Is(err, eventloop.ErrIdle):
		iso.context.failed = true
		if failed == nil {
			failed = hung("work given to waitUntil awaits a promise that nothing is left to settle: no fetch, timer or stream is pending")
		}
	case failed != nil:
	case ctx.Err() != nil:
		failed = &Error{Kind: Gone, Message: "the client went away"}
	default:
		failed = iso.failure(Uncaught, err)
	}
	return failed
}

// settling is the promise of what a handler returned; nil if that is not one, and no thenable either.
func (iso *isolate) settling(result goja.Value) (*goja.Promise, error) {
	if promise, ok := webidl.AsPromise(result); ok {
		return promise, nil
	}
	if _, ok := result.(*goja.Object); !ok {
		return nil, nil
	}
	var promise *goja.Promise
	err := iso.realm.Try(func() { promise, _ = webidl.AsPromise(iso.realm.Resolved(result)) })
	return promise, err
}

// callHandler calls the handler of an event, or fires it at the listeners for it.
func (iso *isolate) callHandler(event Event) (goja.Value, error) {
	env, err := iso.environment()
	if err != nil {
		return nil, err
	}
	if iso.worker.options.Script.ServiceWorker {
		return iso.fireEvents(event)
	}
	ctx := iso.realm.New(executionContextClass, iso.context)
	this, handler, err := iso.handler(event.name(), ctx, env)
	if err != nil {
		if e, ok := errors.AsType[*Error](err); ok && e.Kind == NoHandler {
			return nil, event.unhandled(false)
		}
		return nil, err
	}
	var args []goja.Value
	if err := iso.realm.Try(func() { args = event.arguments(iso) }); err != nil {
		return nil, err
	}
	result, err := handler(this, append(args, env, ctx)...)
	if c, ok := event.(continued); ok && err == nil {
		result = c.goOn(iso, result)
	}
	return result, err
}

// fireEvents has listeners handle an event. If one throws, that is what the promise that it returns is rejected with.
func (iso *isolate) fireEvents(event Event) (goja.Value, error) {
	target := events.GlobalTarget(iso.realm)
	var list []events.AnyEvent
	if err := iso.realm.Try(func() { list = event.fired(iso) }); err != nil {
		return nil, err
	}
	var thrown goja.Value
	listened := false
	for _, e := range list {
		if target.Listens(e.BaseEvent().Type()) {
			listened = true
			if value := iso.fire(e); thrown == nil {
				thrown = value
			}
		}
	}
	switch {
	case !listened:
		return nil, event.unhandled(true)
	case thrown != nil:
		return iso.realm.Rejected(iso.realm.Thrown(thrown)), nil
	}
	return nil, nil
}

// fire fires an event at the global object, and returns what a listener threw first; nil if none did.
func (iso *isolate) fire(e events.AnyEvent) (thrown goja.Value) {
	target := events.GlobalTarget(iso.realm)
	target.Catch(func(value goja.Value) {
		if thrown == nil {
			thrown = value
		}
	})
	target.Fire(e)
	target.Catch(nil)
	return thrown
}

// extendable is an event that keeps the isolate alive: the Go value behind an ExtendableEvent, which the others embed.
type extendable struct {
	events.Event
	context *executionContext
}

func (e *extendable) executionContext() *executionContext { return e.context }

// own gives an object a read-only property of its own, as the objects that handlers get have them.
func own(obj *goja.Object, name string, value goja.Value) {
	obj.DefineDataProperty(name, value, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}
