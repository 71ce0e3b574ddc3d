package eventloop

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/dop251/goja"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func never() bool { return false }

func TestTimersFireInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(goja.New(), nil)
		started := time.Now()
		var fired []string
		log := func(name string) func() {
			return func() { fired = append(fired, name+"@"+time.Since(started).String()) }
		}
		l.After(20*time.Millisecond, false, log("c"))
		l.After(10*time.Millisecond, false, log("a"))
		l.After(10*time.Millisecond, false, log("b"))
		l.After(-time.Second, false, log("now"))
		gone := l.After(5*time.Millisecond, false, log("stopped"))
		l.Stop(gone)
		l.Stop(gone) // twice is fine
		if err := l.Run(t.Context(), never); !errors.Is(err, ErrIdle) {
			t.Fatalf("Run: %v, want ErrIdle", err)
		}
		if want := []string{"now@0s", "a@10ms", "b@10ms", "c@20ms"}; !slices.Equal(fired, want) {
			t.Errorf("fired %v, want %v", fired, want)
		}
	})
}

func TestRepeatingTimerStopsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(goja.New(), nil)
		n := 0
		var timer *Timer
		timer = l.After(time.Millisecond, true, func() {
			if n++; n == 3 {
				l.Stop(timer)
			}
		})
		if err := l.Run(t.Context(), never); !errors.Is(err, ErrIdle) || n != 3 {
			t.Errorf("Run: %v after %d calls, want ErrIdle after 3", err, n)
		}
	})
}

func TestOperationKeepsTheLoopWaiting(t *testing.T) {
	l := New(goja.New(), nil)
	op := l.Begin()
	done := false
	go func() {
		if !op.Done(func() { done = true }) {
			t.Error("Done: the loop is closed")
		}
	}()
	if err := l.Run(t.Context(), func() bool { return done }); err != nil {
		t.Fatal(err)
	}
	if err := l.Run(t.Context(), never); !errors.Is(err, ErrIdle) {
		t.Errorf("Run with nothing left: %v, want ErrIdle", err)
	}
}

func TestDoneTwicePanics(t *testing.T) {
	op := New(goja.New(), nil).Begin()
	op.Done(nil)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	op.Done(nil)
}

func TestClose(t *testing.T) {
	l := New(goja.New(), nil)
	op := l.Begin()
	finished := make(chan error)
	go func() { finished <- l.Run(context.Background(), never) }()
	l.Close()
	if err := <-finished; !errors.Is(err, ErrClosed) {
		t.Errorf("Run: %v, want ErrClosed", err)
	}
	if op.Done(func() { t.Error("ran after Close") }) {
		t.Error("Done reported true after Close")
	}
	if err := l.Do(func() {}); !errors.Is(err, ErrClosed) {
		t.Errorf("Do: %v, want ErrClosed", err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	l := New(goja.New(), nil)
	l.Begin()
	cause := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if err := l.Run(ctx, never); !errors.Is(err, cause) {
		t.Errorf("Run: %v, want %v", err, cause)
	}
}

// TestMicrotasksRunAfterTheTask holds the rule that the trampoline is there for: a task that resolves two promises is
// not interleaved with their reactions.
func TestMicrotasksRunAfterTheTask(t *testing.T) {
	vm := goja.New()
	l := New(vm, nil)
	var seen []string
	vm.Set("log", func(s string) { seen = append(seen, s) })
	op := l.Begin()
	go op.Done(func() {
		for _, name := range []string{"a", "b"} {
			p, resolve, _ := vm.NewPromise()
			vm.Set("p", p)
			vm.RunString(`p.then(log)`)
			resolve(name)
			seen = append(seen, "resolved "+name)
		}
	})
	l.Run(t.Context(), func() bool { return len(seen) == 4 })
	if got, want := strings.Join(seen, ", "), "resolved a, resolved b, a, b"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestUncaughtExceptionOfATask(t *testing.T) {
	vm := goja.New()
	l := New(vm, nil)
	var caught string
	l.OnUncaught(func(ex *goja.Exception) { caught = ex.Value().String() })
	l.Post(func() { panic(vm.NewTypeError("oops")) })
	after := false
	l.Post(func() { after = true })
	if err := l.Run(t.Context(), func() bool { return after }); err != nil {
		t.Fatal(err)
	}
	if caught != "TypeError: oops" {
		t.Errorf("caught %q", caught)
	}
}

func TestGoPanicFailsTheLoopOnly(t *testing.T) {
	l := New(goja.New(), nil)
	err := l.Do(func() { panic("a bug") })
	if err == nil || !strings.Contains(err.Error(), "a bug") {
		t.Errorf("Do: %v, want the panic", err)
	}
	if err := l.Run(t.Context(), never); err == nil || errors.Is(err, ErrIdle) {
		t.Errorf("Run after a panic: %v, want the panic", err)
	}
}

func TestWatchdogInterruptsALoopThatDoesNotEnd(t *testing.T) {
	vm := goja.New()
	cpu := NewCPU(NewWatchdog(time.Millisecond), 5*time.Millisecond, func(Excess) { vm.Interrupt("limit") })
	l := New(vm, cpu)
	var err error
	l.Do(func() { _, err = vm.RunString(`for (;;) {}`) })
	if _, ok := errors.AsType[*goja.InterruptedError](err); !ok {
		t.Errorf("got %v, want an interruption", err)
	}
}

func TestAwaitingIsNotCPUTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vm := goja.New()
		tripped := false
		dog := NewWatchdog(time.Millisecond)
		cpu := NewCPU(dog, 50*time.Millisecond, func(Excess) { tripped = true })
		l := New(vm, cpu)
		fired := false
		l.Do(func() { l.After(time.Hour, false, func() { fired = true }) })
		if err := l.Run(t.Context(), func() bool { return fired }); err != nil {
			t.Fatal(err)
		}
		if tripped || cpu.Used() > time.Millisecond {
			t.Errorf("an hour's wait counted as %v (tripped: %v)", cpu.Used(), tripped)
		}
		time.Sleep(2 * time.Millisecond) // the watchdog's goroutine sees that nothing runs, and ends
	})
}

// TestTopUp: three slices of 30 ms are too much for a limit of 50 ms, unless it begins anew with each.
func TestTopUp(t *testing.T) {
	for _, topUp := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var tripped atomic.Int32
			dog := NewWatchdog(time.Millisecond)
			dog.processTime = nil // it knows nothing of the bubble's time
			cpu := NewCPU(dog, 50*time.Millisecond, func(Excess) { tripped.Add(1) })
			l := New(goja.New(), cpu)
			slice := func(d time.Duration) {
				l.Do(func() {
					if topUp {
						cpu.TopUp()
					}
					time.Sleep(d)
				})
			}
			for range 3 {
				slice(30 * time.Millisecond)
			}
			if topUp != (tripped.Load() == 0) || cpu.Used() != 90*time.Millisecond {
				t.Errorf("topped up %v: tripped %d times in %v", topUp, tripped.Load(), cpu.Used())
			}
			before := tripped.Load()
			slice(60 * time.Millisecond)
			if tripped.Load() == before {
				t.Errorf("topped up %v: a slice that is too long by itself does not trip", topUp)
			}
			time.Sleep(2 * time.Millisecond) // the watchdog's goroutine sees that nothing runs, and ends
		})
	}
}

// TestBusyMachine: what counts is the process's CPU time where that is less than the time on the wall.
func TestBusyMachine(t *testing.T) {
	for _, test := range []struct {
		name          string
		share         int // how much of the time the process has a processor, in percent; 0: the system does not say
		tripped, used time.Duration
	}{
		{"idle", 100, 50 * time.Millisecond, 50 * time.Millisecond},
		{"several goroutines run", 180, 50 * time.Millisecond, 50 * time.Millisecond},
		{"half a processor", 50, 100 * time.Millisecond, 50 * time.Millisecond},
		{"a tenth of a processor", 10, 500 * time.Millisecond, 50 * time.Millisecond},
		{"unknown", 0, 50 * time.Millisecond, 50 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dog := NewWatchdog(10 * time.Millisecond)
				dog.processTime = func() time.Duration { return time.Since(dog.epoch) * time.Duration(test.share) / 100 }
				if test.share == 0 {
					dog.processTime = nil
				}
				began := time.Now()
				var trippedAt atomic.Int64
				cpu := NewCPU(dog, 50*time.Millisecond, func(Excess) { trippedAt.Store(int64(time.Since(began))) })
				l := New(goja.New(), cpu)
				l.Do(func() {
					time.Sleep(45 * time.Millisecond)
					synctest.Wait()
					if cpu.Exceeded() {
						t.Error("tripped too early")
					}
					for range 100 {
						time.Sleep(10 * time.Millisecond)
						synctest.Wait()
						if trippedAt.Load() > 0 {
							break
						}
					}
					if tripped := time.Duration(trippedAt.Load()); !cpu.Exceeded() || tripped < test.tripped || tripped > test.tripped+20*time.Millisecond {
						t.Errorf("tripped after %v, want %v", tripped, test.tripped)
					}
				})
				if used := cpu.Used(); used < test.used || used > test.used+20*time.Millisecond {
					t.Errorf("%v count, want %v", used, test.used)
				}
				time.Sleep(time.Second) // the watchdog's goroutine sees that nothing runs, and ends
			})
		})
	}
}

// TestStopped: a process that was stopped for an hour gives nobody that hour, but who was running.
func TestStopped(t *testing.T) {
	dog := NewWatchdog(time.Hour)
	var tripped []string
	running := func(name string, since time.Duration) {
		cpu := NewCPU(dog, time.Minute, func(Excess) { tripped = append(tripped, name) })
		cpu.deadline.Store(int64(since + time.Minute))
		dog.watched[cpu] = struct{}{}
	}
	const stopped, awake = time.Hour, 10 * time.Millisecond
	running("before", -time.Second)
	running("after", stopped)
	dog.look(int64(stopped+awake), int64(stopped), 0)
	if len(tripped) > 0 {
		t.Errorf("%q tripped at once", tripped)
	}
	for at := stopped + awake; at < stopped+time.Minute+4*awake; at += awake {
		dog.look(int64(at), 0, 0)
		if at < stopped+time.Minute-2*time.Second && len(tripped) > 0 {
			t.Fatalf("%q tripped after %v", tripped, at-stopped)
		}
	}
	if slices.Sort(tripped); !slices.Equal(tripped, []string{"after", "before"}) {
		t.Errorf("%q tripped", tripped)
	}
}

func TestManyGoroutinesPost(t *testing.T) {
	l := New(goja.New(), nil)
	const goroutines, each = 8, 200
	n := 0
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range each {
				l.Post(func() { n++ })
			}
		})
	}
	op := l.Begin()
	go func() {
		wg.Wait()
		op.Done(nil)
	}()
	if err := l.Run(t.Context(), func() bool { return n == goroutines*each }); err != nil {
		t.Errorf("%d of %d ran: %v", n, goroutines*each, err)
	}
}

// TestFault: a wild address in what the loop runs ends the loop, and not the process.
func TestFault(t *testing.T) {
	l := New(goja.New(), nil)
	wild := unsafe.Add(unsafe.Pointer(nil), 1<<20)
	if err := l.Do(func() { *(*byte)(wild) = 1 }); err == nil || !strings.Contains(err.Error(), "panic on the event loop") {
		t.Errorf("got %v", err)
	}
}
