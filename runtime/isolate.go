package runtime

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja_nodejs/require"

	"devserver/runtime/cache"
	"devserver/runtime/console"
	"devserver/runtime/eventloop"
	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/rpc"
	"devserver/runtime/sockets"
	"devserver/runtime/structuredclone"
	"devserver/runtime/wasm"
	"devserver/runtime/webidl"
	"devserver/runtime/websocket"
)

// isolate is one JavaScript world: an engine, its loop and its classes. It lives until the response has been sent and
// the work given to waitUntil is done; what is left then is cancelled. It is run by one goroutine at a time: the one
// that called Worker.RoundTrip, and from the response on one of its own, if there is anything left to do.
type isolate struct {
	worker *Worker
	vm     *goja.Runtime
	loop   *eventloop.Loop
	cpu    *eventloop.CPU
	realm  *webidl.Realm

	exports    *goja.Object
	entrypoint string                  // the export that is called
	props      *structuredclone.Data   // what it is called with, as ctx.props; nil means an empty object
	remote     bool                    // another Worker calls it, or it calls itself
	depth      int                     // how many Workers have called each other to get here
	namespaces map[string]*goja.Object // of the files that have been loaded, by specifier
	required   *require.RequireModule  // the built-in modules that have been loaded; nil before the first
	additional additionalModules
	env        *goja.Object // made when it is first needed
	loopback   *goja.Object // the same: ctx.exports
	context    *executionContext
	trace      *Trace // of the invocation; nil if nobody consumes it
	// rejected are the promises that were rejected in this task and that nothing handles so far.
	rejected   map[*goja.Promise]rejection
	rejections int
	// announced are those that listeners for unhandledrejection have been told of, and in which context.
	announced map[*goja.Promise]any
	own       *goja.Promise // the handler's promise: its rejection is the caller's to report

	ctxOnce sync.Once
	ctx     context.Context // made by the first operation that needs one
	cancel  context.CancelCauseFunc
	ended   atomic.Bool
}

// errEnded is why operations that outlive their isolate are cancelled.
var errEnded = errors.New("the request that started it has ended")

// bareIsolate makes an isolate in which nothing has run.
func (w *Worker) bareIsolate() *isolate {
	vm := goja.New()
	vm.SetMaxCallStackSize(maxCallStack)
	iso := &isolate{worker: w, vm: vm, entrypoint: "default"}
	iso.cpu = eventloop.NewCPU(w.dog, w.options.CPULimit, func(excess eventloop.Excess) { vm.Interrupt(excess) })
	iso.loop = eventloop.New(vm, iso.cpu)
	iso.realm = webidl.NewRealm(vm, iso.loop)
	iso.realm.Host = iso
	iso.realm.OnException = iso.report
	iso.realm.SetCompat(&w.options.Compat)
	vm.SetPromiseRejectionTracker(iso.track)
	iso.realm.Guard(w.guards)
	w.language.Install(iso.realm)
	w.intl.Install(iso.realm)
	w.globals.Install(iso.realm, w.options.Script.Assigned, w.options.Script.ReflectsGlobal)
	w.isolates.Add(1)
	return iso
}

// Notice implements node.Notices.
func (iso *isolate) Notice(text string) {
	if log, ok := iso.worker.options.Log.(Notices); ok && iso.worker.notices.first(text) {
		log.Notice(text)
	}
}

// ConsoleSink implements console.Host.
func (iso *isolate) ConsoleSink() console.Sink { return iso.worker.options.Log }

// FetchEnvironment implements fetch.Host.
func (iso *isolate) FetchEnvironment() fetch.Environment {
	return fetch.Environment{Target: iso.worker.options.Fetch, Context: iso.Context, WebSocket: websocket.New, Connect: sockets.Connect, Property: rpc.Property}
}

// CallDepth implements rpc.Host.
func (iso *isolate) CallDepth() int { return iso.depth }

// CacheStorage implements cache.Host.
func (iso *isolate) CacheStorage() cache.Storage { return iso.worker.options.Caches }

// WebAssembly implements wasm.Host.
func (iso *isolate) WebAssembly() *wasm.Engine { return iso.worker.wasm }

// Hold implements websocket.Host.
func (iso *isolate) Hold() (release func()) {
	x := iso.context
	x.pending++
	return func() { x.pending-- }
}

// TopUp implements websocket.Host.
func (iso *isolate) TopUp() { iso.cpu.TopUp() }

// NodeEnv implements node.Host.
func (iso *isolate) NodeEnv() (*goja.Object, error) { return iso.environment() }

// Exit implements node.Host: the Worker's JavaScript ends where it is, and with it the request.
func (iso *isolate) Exit(message string) { iso.vm.Interrupt(&Error{Kind: Uncaught, Message: message}) }

// Context returns the context of the isolate's operations. It ends with the isolate.
func (iso *isolate) Context() context.Context {
	iso.ctxOnce.Do(func() { iso.ctx, iso.cancel = context.WithCancelCause(context.Background()) })
	return iso.ctx
}

// end ends the isolate: its loop is closed and its operations are cancelled. It may be called more than once, from any
// goroutine, but only while none is running the loop.
func (iso *isolate) end() {
	if iso.ended.Swap(true) {
		return
	}
	iso.loop.Close()
	rpc.End(iso.realm)
	iso.Context()
	iso.cancel(errEnded)
	iso.worker.options.Log.Used(iso.cpu.Used())
	if iso.trace != nil {
		iso.trace.ended(iso)
	}
	iso.worker.isolates.Done()
}

// evaluate runs the module scope, which has no I/O context: what fetches, waits or is random throws there, and the clock
// stands still at 0, as in production.
func (iso *isolate) evaluate() *Error {
	iso.realm.SetIOContext(false)
	iso.vm.SetTimeSource(epoch)
	var exports goja.Value
	var thrown error
	err := iso.loop.Do(func() {
		if iso.worker.options.Script.ServiceWorker {
			if thrown = iso.exposeEnvironment(); thrown != nil {
				return
			}
		}
		exports, thrown = iso.run()
	})
	if err != nil {
		return iso.failure(StartUp, err)
	}
	if thrown != nil {
		return iso.failure(StartUp, thrown)
	}
	if promise, ok := webidl.AsPromise(exports); ok {
		iso.own = promise
		err := iso.loop.Run(context.Background(), func() bool { return promise.State() != goja.PromiseStatePending })
		if errors.Is(err, eventloop.ErrIdle) {
			return &Error{Kind: StartUp, Message: "Top-level await in module is unsettled.",
				Fix: "something at module scope awaits a promise that nothing settles"}
		}
		if err != nil {
			return iso.failure(StartUp, err)
		}
		if promise.State() == goja.PromiseStateRejected {
			return iso.exception(StartUp, promise.Result())
		}
		exports = promise.Result()
	}
	object, ok := exports.(*goja.Object)
	if !ok { // an exception that a promise's "constructor" throws leaves the engine in disorder
		return &Error{Kind: StartUp, Message: "The engine lost the exports of the module.", Fix: "a getter that throws, of a promise that is awaited at module scope"}
	}
	iso.exports = object
	iso.realm.SetIOContext(true)
	iso.vm.SetTimeSource(time.Now)
	return nil
}

func epoch() time.Time { return time.Unix(0, 0) }

// failure makes an Error of what a call into the engine, or the loop, returned.
func (iso *isolate) failure(kind Kind, err error) *Error {
	if ex, ok := errors.AsType[*goja.Exception](err); ok {
		return iso.exception(kind, ex.Value())
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	iso.loop.Fail(err)
	return fatal(err, iso.worker.options.CPULimit)
}

// exception makes an Error of a thrown value.
func (iso *isolate) exception(kind Kind, value goja.Value) *Error {
	e := &Error{Kind: kind}
	// Describing a value may run the Worker's code, which may throw, or not end.
	if err := iso.loop.Do(func() {
		if thrown := iso.realm.Try(func() { describe(iso.realm, value, e) }); thrown != nil {
			e.Message = "an exception that cannot be described"
		}
		if iso.trace != nil {
			iso.realm.Try(func() { e.traced = newTracedException(iso.realm, value) })
		}
		if iso.remote {
			e.thrown = rpc.NewFailure(iso.realm, value)
		}
	}); err != nil {
		return fatal(err, iso.worker.options.CPULimit)
	}
	return e
}

// track implements goja.PromiseRejectionTracker.
func (iso *isolate) track(p *goja.Promise, op goja.PromiseRejectionOperation) {
	if op == goja.PromiseRejectionHandle {
		delete(iso.rejected, p)
		iso.handledLate(p)
		return
	}
	if iso.rejected == nil {
		iso.rejected = map[*goja.Promise]rejection{}
	}
	if len(iso.rejected) == 0 {
		iso.loop.AfterTask(iso.reportRejected)
	}
	iso.rejections++
	iso.rejected[p] = rejection{p, iso.rejections, iso.loop.Context()}
}

// rejection is a promise that was rejected, which one it is of all, and the context that it happened in.
type rejection struct {
	promise *goja.Promise
	n       int
	context any
}

func (iso *isolate) reportRejected() {
	rejected := iso.rejected
	iso.rejected = nil
	for _, r := range slices.SortedFunc(maps.Values(rejected), func(a, b rejection) int { return a.n - b.n }) {
		if r.promise != iso.own {
			iso.loop.SetContext(r.context)
			iso.unhandled(r.promise)
		}
	}
}

// report deals with an exception that nothing handled: a listener for the event error may take care of it.
func (iso *isolate) report(value goja.Value) {
	if !events.FireError(iso.realm, value) {
		iso.trace.uncaught(iso.logException(value))
	}
}

func (iso *isolate) logException(value goja.Value) *Error {
	e := iso.exception(Uncaught, value)
	iso.worker.options.Log.Exception(e)
	return e
}
