package runtime

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/rpc"
	"devserver/runtime/webidl"
)

// Fetch implements rpc.Worker: it is RoundTrip for another Worker, or itself.
func (w *Worker) Fetch(req *http.Request, e rpc.Entrypoint) (*http.Response, error) {
	iso, err := w.takeIsolate()
	if err != nil {
		return nil, err
	}
	iso.enter(e, rpc.Depth(req.Context()))
	return iso.serve(req)
}

// Call implements rpc.Worker.
func (w *Worker) Call(i *rpc.Invocation, e rpc.Entrypoint) {
	w.isolates.Add(1)
	go func() {
		defer w.isolates.Done()
		iso, err := w.takeIsolate()
		if err != nil {
			i.Fail(err)
			return
		}
		iso.enter(e, i.Depth())
		iso.record(i.From(), func() traced { return &tracedCall{i.Method()} })
		i.OnReturn(iso.trace.returned)
		iso.answer(i)
	}()
}

// enter says who is called, by another Worker.
func (iso *isolate) enter(e rpc.Entrypoint, depth int) {
	iso.entrypoint, iso.props, iso.depth, iso.remote = e.Name, e.Props, depth, true
}

// answer runs the loop until nobody needs the isolate any more: it has answered the call, and what the caller got of it has
// been given back.
func (iso *isolate) answer(i *rpc.Invocation) {
	defer iso.end()
	begun := false
	iso.loop.Post(func() {
		begun = true
		i.Begin(iso.realm, iso.receiver)
	})
	over := func() bool { return begun && rpc.Over(iso.realm) }
	err := iso.loop.Run(context.Background(), over)
	if errors.Is(err, eventloop.ErrIdle) {
		rpc.Fail(iso.realm, hung(""))
		err = nil
	}
	if err == nil {
		iso.drain()
		return
	}
	failure := iso.failure(Uncaught, err)
	if !begun {
		i.Fail(failure)
	}
	rpc.Fail(iso.realm, failure)
}

// receiver makes what a call is made on.
func (iso *isolate) receiver() (rpc.Receiver, error) {
	iso.context = &executionContext{iso: iso}
	env, err := iso.environment()
	if err != nil {
		return rpc.Receiver{}, err
	}
	ctx := iso.realm.New(executionContextClass, iso.context)
	if iso.worker.options.Script.ServiceWorker {
		return rpc.Receiver{}, webidl.TypeErrorf("This Worker is written in the service worker format (addEventListener), which has no methods to call: export a class that extends WorkerEntrypoint.")
	}
	exported, ok := iso.exports.Get(iso.entrypoint).(*goja.Object)
	if !ok {
		return rpc.Receiver{}, noEntrypoint(iso.entrypoint, iso.exports.Keys())
	}
	construct, ok := goja.AssertConstructor(exported)
	if !ok {
		return rpc.Receiver{Object: exported, Plain: true, Env: env, Context: ctx}, nil
	}
	instance, err := construct(nil, ctx, env)
	if err != nil {
		return rpc.Receiver{}, err
	}
	if _, ok := webidl.As[entrypoint](iso.realm, instance); !ok {
		return rpc.Receiver{}, webidl.TypeErrorf("The exported class %s has no methods that other Workers can call: it does not extend WorkerEntrypoint.", iso.entrypoint)
	}
	return rpc.Receiver{Object: instance, Env: env, Context: ctx}, nil
}

// noEntrypoint is the error of an export that is not there.
func noEntrypoint(name string, exports []string) error {
	return webidl.TypeErrorf("The Worker has no entrypoint %q: it exports %s.", name, strings.Join(exports, ", "))
}

// properties makes ctx.props.
func (iso *isolate) properties() goja.Value {
	if iso.props == nil {
		return iso.vm.NewObject()
	}
	return iso.props.Deserialize(iso.realm)
}

// Exports are the names of what the script exports.
func (w *Worker) Exports() []string { return w.exports }
