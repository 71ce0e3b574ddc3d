package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/fetch"
	"devserver/runtime/rpc"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// serve answers a request on the calling goroutine.
func (iso *isolate) serve(req *http.Request) (*http.Response, error) {
	stop := iso.cancelWith(req.Context())
	iso.record(tracing.ContextOf(req.Context()), func() traced { return iso.tracedFetch(req) })
	res, body, err := iso.respond(req)
	if err != nil {
		if e, ok := errors.AsType[*Error](err); ok {
			iso.trace.failed(e, e.outcome())
		}
		stop()
		iso.end()
		return nil, err
	}
	iso.trace.responded(res.StatusCode)
	body.stop, body.trace = stop, iso.trace
	if !body.needsLoop || body.upgrade != nil {
		iso.trace.returned()
	}
	if !body.needsLoop && iso.context.idle() {
		// Nothing is left to run. What is left of the isolate is the context that an upstream body may hang on.
		if body.ReadCloser == http.NoBody || body.memory {
			stop()
			iso.end()
			res.Body = body.ReadCloser
			return res, nil
		}
		body.closed = iso.end
		res.Body = body.face()
		return res, nil
	}
	// While a script makes the body, the body itself says whether the loop may become idle.
	var sending *eventloop.Operation
	if body.needsLoop && body.upgrade == nil {
		leave := context.AfterFunc(req.Context(), func() { body.fail(context.Cause(req.Context())) })
		body.stop = func() { stop(); leave() }
	} else {
		sending = iso.loop.Begin()
	}
	var done bool // on the loop
	sent := make(chan struct{})
	body.closed = func() {
		close(sent)
		if sending != nil {
			sending.Done(func() { done = true })
		} else {
			iso.loop.Post(func() { done = true })
		}
	}
	res.Body = body.face()
	go iso.finish(body, func() bool { return done }, sent)
	return res, nil
}

// cancelWith cancels the isolate's operations when ctx ends, until stop is called.
func (iso *isolate) cancelWith(ctx context.Context) (stop func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	end := context.AfterFunc(ctx, func() {
		iso.Context()
		iso.cancel(context.Cause(ctx))
	})
	return func() { end() }
}

// respond runs the handler until there is a response.
func (iso *isolate) respond(req *http.Request) (*http.Response, *responseBody, error) {
	var result goja.Value
	var thrown error
	if err := iso.loop.Do(func() {
		result, thrown = iso.callFetch(req)
		iso.own, _ = webidl.AsPromise(result)
	}); err != nil {
		return nil, nil, iso.failure(Uncaught, err)
	}
	if thrown != nil {
		return nil, nil, iso.failure(Uncaught, thrown)
	}
	if iso.own != nil {
		var err *Error
		if result, err = iso.await(req.Context(), iso.own, "fetch handler"); err != nil {
			return nil, nil, err
		}
	}
	response, ok := fetch.ResponseOf(iso.realm, result)
	if !ok {
		return nil, nil, &Error{Kind: Uncaught, Name: "TypeError",
			Message: "Incorrect type for Promise: the Promise did not resolve to 'Response'.",
			Fix:     fmt.Sprintf("the fetch handler returned %s; return a Response", iso.typeName(result))}
	}
	var res *http.Response
	var body fetch.Body
	var err error
	if fail := iso.loop.Do(func() {
		if t := iso.realm.Try(func() { res, body, err = response.HTTP(iso.realm, req) }); t != nil {
			err = t
		}
	}); fail != nil {
		return nil, nil, iso.failure(Uncaught, fail)
	}
	if err != nil {
		return nil, nil, iso.exception(Uncaught, iso.realm.ErrorValue(err))
	}
	upgrade, _ := body.(fetch.Upgrade)
	return res, &responseBody{ReadCloser: body, needsLoop: body.NeedsLoop(), unfinished: body.NeedsLoop, memory: body.InMemory(), fail: body.Fail, upgrade: upgrade}, nil
}

// await runs the loop until a promise is settled, which is that of who: the fetch handler, say.
func (iso *isolate) await(ctx context.Context, promise *goja.Promise, who string) (goja.Value, *Error) {
	if promise.State() == goja.PromiseStatePending {
		err := iso.loop.Run(ctx, func() bool { return promise.State() != goja.PromiseStatePending })
		switch {
		case errors.Is(err, eventloop.ErrIdle):
			return nil, hung("the " + who + " awaits a promise that nothing is left to settle: no fetch, timer or stream is pending")
		case err != nil && ctx.Err() == nil:
			return nil, iso.failure(Uncaught, err)
		}
	}
	if promise.State() != goja.PromiseStateFulfilled {
		if ctx.Err() != nil { // which is also what its fetches fail with
			return nil, &Error{Kind: Gone, Message: "the client went away"}
		}
		return nil, iso.exception(Uncaught, promise.Result())
	}
	return promise.Result(), nil
}

// hung is the error of a request that nothing can go on with.
func hung(fix string) *Error {
	return &Error{Kind: Hung, Fix: fix,
		Message: "The Workers runtime canceled this request because it detected that your Worker's code had hung and would never generate a response."}
}

// finish runs the loop until the response has been sent and the work given to waitUntil is done.
func (iso *isolate) finish(body *responseBody, done func() bool, sent <-chan struct{}) {
	defer iso.end()
	err := iso.loop.Run(context.Background(), done)
	switch {
	case errors.Is(err, eventloop.ErrIdle):
		// If the script has given all of the body, what has not been sent yet must not be lost; or else it never will.
		if body.unfinished() {
			body.fail(hung("the body of the response is a stream that nothing is left to fill: no fetch, timer or stream is pending"))
		}
		<-sent
		err = nil
	case err != nil:
		body.fail(err) // whoever reads it must not wait for a loop that does not run any more
	}
	if err == nil {
		iso.drain()
		return
	}
	iso.gaveUp(iso.failure(Uncaught, err))
}

// gaveUp reports what ended an isolate after it had answered.
func (iso *isolate) gaveUp(e *Error) {
	iso.worker.options.Log.Exception(e)
	iso.trace.failed(e, e.outcome())
}

// drain runs the loop until the work given to waitUntil is done, or has had its time.
func (iso *isolate) drain() {
	if iso.context.idle() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), waitUntilLimit)
	defer cancel()
	switch err := iso.loop.Run(ctx, iso.context.idle); {
	case err == nil || errors.Is(err, eventloop.ErrIdle):
	case errors.Is(err, context.DeadlineExceeded):
		iso.worker.options.Log.Exception(&Error{Kind: Limit,
			Message: "waitUntil() tasks did not complete within the allowed time after invocation end and have been cancelled.",
			Fix:     fmt.Sprintf("work given to waitUntil may go on for %v after the response was sent", waitUntilLimit)})
	default:
		iso.gaveUp(iso.failure(Uncaught, err))
	}
}

// responseBody is the body of a response that is still tied to its isolate.
type responseBody struct {
	io.ReadCloser
	needsLoop  bool        // at first
	unfinished func() bool // reports whether it still does
	memory     bool
	fail       func(error)
	upgrade    fetch.Upgrade // the body, if it is one
	stop       func()
	closed     func()
	once       sync.Once
	trace      *Trace // nil if nobody consumes it
}

// Read implements io.Reader. That a script fails to go on with a body is what its invocation comes to.
func (b *responseBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.trace != nil && err != nil && err != io.EOF {
		b.trace.cut(err)
	}
	return n, err
}

// Close tells the isolate that its response has been sent, or given up.
func (b *responseBody) Close() error {
	err := b.ReadCloser.Close()
	b.once.Do(func() {
		b.trace.returned()
		b.stop()
		b.closed()
	})
	return err
}

// face is the body as whoever sends the response has it.
func (b *responseBody) face() io.ReadCloser {
	if b.upgrade != nil {
		return upgradedBody{b.upgrade, b}
	}
	return b
}

// upgradedBody is the body of a response with status 101: a connection. The isolate lives as long as it does.
type upgradedBody struct {
	fetch.Upgrade
	body *responseBody
}

// Close implements io.Closer.
func (b upgradedBody) Close() error { return b.body.Close() }

// callFetch calls the fetch handler: in JavaScript from its first line to its first await.
func (iso *isolate) callFetch(req *http.Request) (goja.Value, error) {
	iso.context = &executionContext{iso: iso}
	env, err := iso.environment()
	if err != nil {
		return nil, err
	}
	ctx := iso.realm.New(executionContextClass, iso.context)
	cf := iso.worker.options.CF
	if iso.remote {
		cf = rpc.CF(req.Context())
	}
	request := fetch.NewRequest(iso.realm, req, fetch.Incoming{CF: cf})
	if iso.worker.options.Script.ServiceWorker {
		return iso.fireFetch(request)
	}
	this, handler, err := iso.handler("fetch", ctx, env)
	if err != nil {
		return nil, err
	}
	return handler(this, request, env, ctx)
}

// handler finds a handler of the default export: a method of the exported object or, if that is a class, of an
// instance that is made of ctx and env.
func (iso *isolate) handler(name string, ctx, env goja.Value) (this goja.Value, handler goja.Callable, err error) {
	target, ok := iso.exports.Get(iso.entrypoint).(*goja.Object)
	if !ok {
		return nil, nil, noHandler(name)
	}
	if construct, ok := goja.AssertConstructor(target); ok {
		if target, err = construct(nil, ctx, env); err != nil {
			return nil, nil, err
		}
	}
	handler, ok = goja.AssertFunction(target.Get(name))
	if !ok {
		return nil, nil, noHandler(name)
	}
	return target, handler, nil
}

func noHandler(name string) *Error {
	return &Error{Kind: NoHandler, Name: "Error", Message: fmt.Sprintf("Handler does not export a %s() function.", name),
		Fix: "export default { async fetch(request, env, ctx) { … } }"}
}

// checkHandlers refuses a script that has nothing to be called.
func (iso *isolate) checkHandlers() *Error {
	if iso.worker.options.Script.ServiceWorker {
		return iso.checkListeners()
	}
	if _, ok := iso.exports.Get("default").(*goja.Object); !ok {
		return &Error{Kind: StartUp, Message: "the Worker has no default export",
			Fix: "export default { async fetch(request, env, ctx) { … } }"}
	}
	for _, name := range iso.worker.exports {
		if _, ok := iso.exports.Get(name).(*goja.Object); !ok {
			return &Error{Kind: StartUp, Name: "TypeError",
				Message: fmt.Sprintf("Incorrect type for map entry '%s': the provided value is not of type 'function or ExportedHandler'.", name),
				Fix:     fmt.Sprintf("the entry file exports handlers, classes and functions only, also where it is deployed: move %s to another file", name)}
		}
	}
	return nil
}

// environment returns the env object of the isolate.
func (iso *isolate) environment() (*goja.Object, error) {
	if iso.env != nil {
		return iso.env, nil
	}
	env := iso.vm.NewObject()
	for _, b := range iso.worker.options.Bindings {
		var value goja.Value
		if err := iso.realm.Try(func() { value = b.Value(iso.realm) }); err != nil {
			return nil, err
		}
		env.Set(b.Name(), value)
	}
	iso.env = env
	return env, nil
}

func (iso *isolate) typeName(v goja.Value) string {
	if webidl.IsNullish(v) {
		return v.String()
	}
	if obj, ok := v.(*goja.Object); ok {
		return "a value of class " + obj.ClassName()
	}
	return "a value of type " + v.ExportType().String()
}
