// Package runtime runs Workers: it loads one bundled script and answers requests with it, each in a fresh isolate.
//
// A loaded [Worker] is an http.RoundTripper, and so is everything that it can call. Read worker.go for what a Worker
// is made of, isolate.go for the life of an isolate, dispatch.go for the way of one request, and globals.go for the
// list of APIs.
package runtime

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/cache"
	"devserver/runtime/compat"
	"devserver/runtime/console"
	"devserver/runtime/eventloop"
	"devserver/runtime/intl"
	"devserver/runtime/language"
	"devserver/runtime/rpc"
	"devserver/runtime/tracing"
	"devserver/runtime/wasm"
	"devserver/runtime/webidl"
)

// DefaultCPULimit is how long the JavaScript of one request may run, awaiting not counted, unless Options says
// otherwise.
const DefaultCPULimit = 30 * time.Second

// waitUntilLimit is how long work given to waitUntil may go on after the response was sent, as at the edge.
const waitUntilLimit = 30 * time.Second

// maxCallStack bounds recursion. The engine unwinds a deep stack in quadratic time, so it is lower than other engines'.
const maxCallStack = 1500

// Binding is one property of env.
type Binding interface {
	Name() string
	// Value makes the property's value. It is called once per isolate, on its loop.
	Value(r *webidl.Realm) goja.Value
}

// Script is a bundled Worker.
type Script struct {
	// Name is what stack traces call code that the source map knows nothing of.
	Name string
	// Code is an expression that evaluates to a function of one argument, the function that gives built-in modules,
	// which returns the entry module's exports, or a promise of them.
	Code string
	// Parts are the same as Code, in pieces; empty if it is not worth it.
	Parts []ScriptPart
	// SourceMap returns the source map of Code, whatever path it is asked for; nil if there is none.
	SourceMap func(path string) ([]byte, error)
	// WrittenText returns how the function or class Code[start:end] was written, which is what its toString says; nil, and
	// not ok, leave it as it is.
	WrittenText func(start, end int) (text string, ok bool)
	// Assigned are the globals that the script assigns, deletes or redefines; ReflectsGlobal says that it looks at the
	// global object as a whole. Both may be more than the truth, but not less.
	Assigned       []string
	ReflectsGlobal bool
	// Loads says that the script may ask for modules: built-in ones, and Files.
	Loads bool
	Files []ModuleFile
	// DirectEval says that Code, and each part's, evaluates to a function of the engine's eval, which returns the one of the
	// loader.
	DirectEval bool
	// ServiceWorker says that the script exports nothing and listens to events instead: its code is sloppy, and has the
	// bindings as global variables.
	ServiceWorker bool
}

// Options is what a Worker is loaded with.
type Options struct {
	Script   Script
	Bindings []Binding
	Compat   compat.Set
	// Fetch is what the global fetch reaches the network through.
	Fetch http.RoundTripper
	// Caches is where the caches of the Cache API are kept; nil means in memory, for as long as the Worker is loaded.
	Caches cache.Storage
	// Programs has the parts of the script that were compiled before; nil means none.
	Programs *Programs
	// WebAssembly has the modules that other Workers have compiled; nil means none.
	WebAssembly *wasm.Cache
	// CF is request.cf, as JSON; empty means that it is undefined.
	CF string
	// CPULimit is how long the JavaScript of one request may run; 0 means DefaultCPULimit.
	CPULimit time.Duration
	// Log is told what happens; nil drops it.
	Log Log
	// Name is the Worker's name; it may be empty.
	Name string
	// Tail is told of every invocation once it is over, on any goroutine, and must not block. Nil means that nobody wants to
	// know, and nothing is recorded.
	Tail func(*Trace)
	// TailStream is told of every invocation when it begins, to make the readers of those who consume it while it goes on. It
	// is called on any goroutine, and must not block. Nil means that there is nobody.
	TailStream func(*tracing.Stream)
}

// Log is what a Worker tells its owner while it runs. Its methods may be called from any goroutine.
type Log interface {
	console.Sink
	// Exception is told of an exception that no handler returned to the client: in a timer, a rejected promise, work
	// given to waitUntil.
	Exception(e *Error)
	// Used is told how much JavaScript time a finished isolate spent.
	Used(cpu time.Duration)
}

// Notices is implemented by a Log that shows sentences about the Worker that are not its own output.
type Notices interface {
	// Notice is given a sentence that says what, where and how to mend it, once for each time that the Worker is loaded.
	Notice(text string)
}

// Worker is a loaded script. It is safe for concurrent use.
type Worker struct {
	options  Options
	programs []compiled // the script, or its parts
	globals  *webidl.Globals
	guards   webidl.Guards
	// language is what the script needs that the engine lacks.
	language language.Additions
	// intl is what it needs of the toLocaleString family.
	intl  intl.Additions
	files map[string]moduleFile // by name
	// imports says that the script may call import().
	imports bool
	wasm    *wasm.Engine
	dog     *eventloop.Watchdog
	pool    *pool
	notices notices

	exports []string

	isolates sync.WaitGroup
}

// Load compiles a script and evaluates its module scope once, so that a script that cannot start is refused here.
func Load(options Options) (*Worker, *Error) {
	if err := language.Prepare(); err != nil {
		return nil, &Error{Kind: StartUp, Message: err.Error()}
	}
	if options.CPULimit == 0 {
		options.CPULimit = DefaultCPULimit
	}
	if options.Log == nil {
		options.Log = silent{}
	}
	if options.Programs == nil {
		options.Programs = new(Programs)
	}
	if options.Caches == nil {
		options.Caches = cache.NewMemory(cache.MemoryOptions{})
	}
	w := &Worker{options: options, wasm: &wasm.Engine{Cache: options.WebAssembly}, dog: eventloop.NewWatchdog(0)}
	// A large script takes a while to compile, and to look through: one goes on beside the other.
	read := make(chan struct{})
	go func() {
		defer close(read)
		w.globals = Globals(options.Compat)
		text := options.Programs.text(&options.Script)
		w.guards = webidl.GuardsFor(text, options.Script.Assigned)
		w.language = language.For(text)
		w.language.WrittenText = w.writtenText
		w.intl = intl.For(text)
		w.imports = strings.Contains(options.Script.Code, ".import(")
	}()
	var err error
	w.programs, err = options.Programs.compileAll(&options.Script)
	<-read
	if err != nil {
		return nil, &Error{Kind: StartUp, Name: "SyntaxError", Message: err.Error()}
	}
	if w.files, err = loadFiles(options.Script.Files, w.wasm); err != nil {
		return nil, &Error{Kind: StartUp, Name: "CompileError", Message: err.Error()}
	}
	started := time.Now()
	iso, fail := w.newIsolate()
	took := time.Since(started)
	if fail == nil {
		if !options.Script.ServiceWorker {
			w.exports = iso.exports.Keys()
		}
		if fail = iso.checkHandlers(); fail != nil {
			iso.end()
		}
	}
	if fail != nil {
		return nil, fail
	}
	w.pool = newPool(w, iso, took >= heavyScript)
	return w, nil
}

// RoundTrip has the Worker answer a request. It runs the Worker on the calling goroutine until there is a response;
// a response whose body is still being made goes on in the background. The caller must read the body to its end or
// close it. The request's context cancels the isolate's work until then; afterwards, work given to waitUntil goes on
// for up to 30 seconds. An error of the Worker's is an *[Error].
func (w *Worker) RoundTrip(req *http.Request) (*http.Response, error) {
	iso, err := w.takeIsolate()
	if err != nil {
		return nil, err
	}
	return iso.serve(req)
}

// takeIsolate returns an isolate in which the module scope has been evaluated and nothing else has happened.
func (w *Worker) takeIsolate() (*isolate, *Error) {
	if iso := w.pool.take(); iso != nil {
		return iso, nil
	}
	return w.newIsolate()
}

// Close lets the isolates go that are kept ready. Requests may go on, and may still begin.
func (w *Worker) Close() { w.pool.close() }

// Wait returns when no isolate of the Worker, which must be closed, is alive any more, or when ctx ends.
func (w *Worker) Wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		w.isolates.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// newIsolate makes an isolate and evaluates the module scope in it.
func (w *Worker) newIsolate() (*isolate, *Error) {
	iso := w.bareIsolate()
	if err := iso.evaluate(); err != nil {
		iso.end()
		return nil, err
	}
	return iso, nil
}

type silent struct{}

func (silent) Console(console.Level, string) {}
func (silent) Exception(*Error)              {}
func (silent) Used(time.Duration)            {}

// Kind says what went wrong, for those who lay errors out.
type Kind int

const (
	// Uncaught is an exception that the Worker did not catch.
	Uncaught Kind = iota
	// StartUp is a script that cannot be started.
	StartUp
	// Hung is a handler whose promise nothing will settle.
	Hung
	// NoHandler is a Worker without the handler that is called.
	NoHandler
	// Limit is a Worker that was stopped because it used too much of something.
	Limit
	// Gone is a client that went away before there was a response.
	Gone
	// Internal is a mistake of devserver's own.
	Internal
)

// Error is a Worker that failed to answer.
type Error struct {
	Kind    Kind
	Name    string // the JavaScript class, such as "TypeError"; may be empty
	Message string
	// Stack is the stack trace, one "at …" line per frame with original files and lines; empty if there is none.
	Stack []string
	// Detail is the whole of it as a console would print it, causes included; empty means Name, Message and Stack.
	Detail string
	// Fix says what to do, where that is known.
	Fix string

	thrown *rpc.Failure     // what was thrown, for another Worker; nil if nobody needs it
	traced *tracedException // what consumers of traces are told that was thrown; nil if nobody needs it
}

// Remote implements rpc.Remote.
func (e *Error) Remote() *rpc.Failure {
	if e.thrown != nil {
		return e.thrown
	}
	return rpc.Described(e.Name, e.Message)
}

func (e *Error) Error() string {
	if e.Name == "" {
		return e.Message
	}
	if e.Message == "" {
		return e.Name
	}
	return e.Name + ": " + e.Message
}

// Text is the error as a console prints it, over several lines.
func (e *Error) Text() string {
	if e.Detail != "" {
		return e.Detail
	}
	text := e.Error()
	for _, line := range e.Stack {
		text += "\n    " + line
	}
	return text
}

// fatal makes an Error of what stopped a loop.
func fatal(err error, limit time.Duration) *Error {
	if overflow, ok := errors.AsType[*goja.StackOverflowError](err); ok {
		e := &Error{Kind: Limit, Name: "RangeError", Message: "Maximum call stack size exceeded",
			Fix: fmt.Sprintf("a call chain went deeper than %d frames; look for a recursion that does not end", maxCallStack)}
		e.Stack = frames(overflow.Stack())
		return e
	}
	if interrupted, ok := errors.AsType[*goja.InterruptedError](err); ok {
		if e, ok := interrupted.Value().(*Error); ok {
			return e
		}
		e := &Error{Kind: Limit, Message: fmt.Sprintf("Worker exceeded CPU time limit: its JavaScript ran for more than %v", limit),
			Fix: "look for a loop that does not end; time spent awaiting does not count"}
		if interrupted.Value() == eventloop.Memory {
			e.Message = "Worker exceeded memory limit: devserver was about to run out of memory"
			e.Fix = "look for something that grows without end; a deployed Worker has 128 MB"
		}
		e.Stack = frames(interrupted.Stack())
		return e
	}
	return &Error{Kind: Internal, Message: err.Error()}
}

// frames lays a stack out as other engines do. Deep ones are cut.
func frames(stack []goja.StackFrame) []string {
	const most = 10
	var lines []string
	for _, frame := range stack {
		if len(lines) == most {
			break
		}
		pos := frame.Position()
		if pos.Filename == "" {
			continue
		}
		where := fmt.Sprintf("%s:%d:%d", pos.Filename, pos.Line, pos.Column)
		if name := frame.FuncName(); name != "" {
			lines = append(lines, "at "+name+" ("+where+")")
		} else {
			lines = append(lines, "at "+where)
		}
	}
	return lines
}
