// Package eventloop gives each JavaScript isolate its one thread of execution.
//
// A [Loop] owns a goja.Runtime. At any moment at most one goroutine, the one inside [Loop.Do] or [Loop.Run], touches
// the runtime; every other goroutine comes back through one door, [Operation.Done], exactly once. No goroutine is
// started for a loop: the goroutine that needs an answer runs it, and may hand it to another when it has got one.
package eventloop

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// ErrIdle is returned by [Loop.Run] when what it waits for has not come and nothing is left that could bring it:
// no queued task, no timer, no operation under way.
var ErrIdle = errors.New("event loop is idle")

// ErrClosed is returned by [Loop.Do] and [Loop.Run] after [Loop.Close].
var ErrClosed = errors.New("event loop is closed")

// Loop is the event loop of one isolate. Make it with [New]; the zero value is not usable.
type Loop struct {
	vm  *goja.Runtime
	cpu *CPU

	// Owned by the goroutine that runs the loop.
	timers   timerHeap
	failed   error // set by an interrupt or a Go panic; nothing runs after it
	after    []func()
	current  func() // the task that trampoline is to call
	call     goja.Callable
	uncaught func(*goja.Exception)
	context  any // see Loop.Context

	mu      sync.Mutex
	queue   []func()
	pending int // operations begun and not yet done
	closed  bool
	wake    chan struct{} // made on the first wait
}

// New makes the loop of vm. JavaScript time is counted, and limited, by cpu; nil means neither.
func New(vm *goja.Runtime, cpu *CPU) *Loop {
	return &Loop{vm: vm, cpu: cpu}
}

// Exceeded reports whether JavaScript has used up its time and is about to be interrupted: see [CPU.Exceeded].
func (l *Loop) Exceeded() bool { return l.cpu != nil && l.cpu.Exceeded() }

// OnUncaught has report called with each JavaScript exception that a task lets escape. Without it they are dropped.
func (l *Loop) OnUncaught(report func(*goja.Exception)) { l.uncaught = report }

// trampoline is how a task is entered. goja runs microtasks whenever a call from Go returns and no JavaScript is on
// the stack; through this function some always is, so that a task which settles several promises, or calls back into
// JavaScript halfway, is not interleaved with their reactions: they run when it is finished, as the standard has it.
var trampoline = goja.MustCompile("task", "(function(run){return function(){run()}})", true)

func (l *Loop) enter(fn func()) error {
	if l.call == nil {
		f, err := l.vm.RunProgram(trampoline)
		if err != nil {
			return err
		}
		bind, _ := goja.AssertFunction(f)
		run := l.vm.ToValue(func(goja.FunctionCall) goja.Value { l.current(); return goja.Undefined() })
		bound, err := bind(goja.Undefined(), run)
		if err != nil {
			return err
		}
		l.call, _ = goja.AssertFunction(bound)
	}
	l.current = fn
	_, err := l.call(goja.Undefined())
	return err
}

// Operation is one piece of Go work under way outside the loop, such as a fetch or a read. While it is under way the
// loop is not idle.
type Operation struct {
	loop    *Loop
	context any
	done    bool // guarded by loop.mu
}

// Begin announces one piece of Go work. The caller must call [Operation.Done] exactly once, from any goroutine.
// It may be called on the loop only.
func (l *Loop) Begin() *Operation {
	l.mu.Lock()
	l.pending++
	l.mu.Unlock()
	return &Operation{loop: l, context: l.context}
}

// Done ends the operation and has fn run on the loop, as a task of its own; fn may be nil. It reports whether fn will
// have its turn: false means that the loop was closed, and that whatever fn would have taken over is still the
// caller's to release. A second call panics.
func (o *Operation) Done(fn func()) bool {
	l := o.loop
	l.mu.Lock()
	defer l.mu.Unlock()
	if o.done {
		panic("eventloop: operation done twice")
	}
	o.done = true
	l.pending--
	if l.closed {
		return false
	}
	if fn == nil {
		fn = func() {}
	}
	l.enqueueLocked(l.within(o.context, fn))
	return true
}

// Post has fn run on the loop as a task of its own, soon. It may be called from any goroutine and, unlike an
// operation, does not keep the loop from being idle before it is called. It reports false if the loop is closed.
func (l *Loop) Post(fn func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.enqueueLocked(fn)
	return true
}

func (l *Loop) enqueueLocked(fn func()) {
	l.queue = append(l.queue, fn)
	if l.wake != nil {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}

// AfterTask has fn run once the current task and its microtasks are finished, still before the next task. It is where
// promises that were rejected and not handled in the meantime are looked at. It may be called on the loop only.
func (l *Loop) AfterTask(fn func()) { l.after = append(l.after, fn) }

// Do runs fn now, as one task, on the calling goroutine. fn is called from Go, not from JavaScript: the microtasks of
// each call that it makes into the runtime are run before that call returns. The error, which is also that of every
// later call, says that JavaScript was interrupted, that fn panicked, or that the loop is closed; JavaScript
// exceptions are fn's own to deal with.
func (l *Loop) Do(fn func()) error {
	if l.failed == nil && l.isClosed() {
		return ErrClosed
	}
	l.step(fn)
	l.settle()
	return l.failed
}

func (l *Loop) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

func (l *Loop) task(fn func()) {
	l.step(func() {
		if err := l.enter(fn); err != nil {
			l.caught(err)
		}
	})
	l.settle()
}

// caught deals with what a call into the runtime from Go returned.
func (l *Loop) caught(err error) {
	if ex, ok := errors.AsType[*goja.Exception](err); !ok {
		l.Fail(err)
	} else if l.uncaught != nil {
		l.uncaught(ex)
	}
}

func (l *Loop) settle() {
	for len(l.after) > 0 && l.failed == nil {
		after := l.after
		l.after = nil
		for _, fn := range after {
			l.step(fn)
		}
	}
}

func (l *Loop) step(fn func()) {
	if l.failed != nil {
		return
	}
	// The engine writes through the pointer of a buffer that a callback of %TypedArray%.prototype.map has detached, at any
	// offset: that must end the isolate, not the process.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *goja.InterruptedError:
			l.Fail(x)
		case *goja.StackOverflowError:
			l.Fail(x)
		default:
			l.Fail(fmt.Errorf("panic on the event loop: %v\n%s", x, debug.Stack()))
		}
	}()
	if l.cpu != nil {
		l.cpu.enter()
		defer l.cpu.leave()
	}
	l.context = nil
	fn()
}

// Fail ends the loop: nothing runs on it any more, and Do and Run return err. The first error stays. It may be called
// on the loop only.
func (l *Loop) Fail(err error) {
	if l.failed == nil {
		l.failed = err
	}
}

// Failed returns the error given to [Loop.Fail], or nil.
func (l *Loop) Failed() error { return l.failed }

// Run runs tasks and timers on the calling goroutine until until reports true, which it asks before it waits and
// after each task. It returns nil then; [ErrIdle] if nothing is left that could make it true; ctx's error when ctx
// ends; [ErrClosed]; or the error of [Loop.Fail].
func (l *Loop) Run(ctx context.Context, until func() bool) error {
	for {
		if l.failed != nil {
			return l.failed
		}
		if until() {
			return nil
		}
		fn, state := l.next()
		switch state {
		case stateTask:
			l.task(fn)
			continue
		case stateClosed:
			return ErrClosed
		case stateIdle:
			return ErrIdle
		}
		if err := l.wait(ctx); err != nil {
			return err
		}
	}
}

type loopState int

const (
	stateTask loopState = iota
	stateWait
	stateIdle
	stateClosed
)

// next takes the next task that is due: one that came from outside first, then the earliest timer.
func (l *Loop) next() (func(), loopState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, stateClosed
	}
	if len(l.queue) > 0 {
		fn := l.queue[0]
		l.queue[0] = nil
		l.queue = l.queue[1:]
		return fn, stateTask
	}
	if t := l.timers.first(); t != nil && !t.due.After(time.Now()) {
		return func() { l.fire(t) }, stateTask
	}
	if l.pending == 0 && l.timers.first() == nil {
		return nil, stateIdle
	}
	if l.wake == nil {
		l.wake = make(chan struct{}, 1)
	}
	return nil, stateWait
}

func (l *Loop) wait(ctx context.Context) error {
	var due <-chan time.Time
	if t := l.timers.first(); t != nil {
		timer := time.NewTimer(time.Until(t.due))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-l.wake:
		return nil
	case <-due:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close ends the loop for good: queued tasks and timers are dropped, and operations that end later are told so. It may
// be called from any goroutine, more than once; it does not interrupt JavaScript that is running.
func (l *Loop) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.queue = nil
	if l.wake != nil {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}
