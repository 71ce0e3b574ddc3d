package eventloop

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

// Excess is what JavaScript was interrupted for using too much of.
type Excess int

const (
	Time   Excess = iota
	Memory        // of the whole process
)

// CPU counts the time that JavaScript spends on one loop, never the time spent awaiting, and asks for an interruption
// when it exceeds its limit. Nor does time count, where there is a limit, in which the process had no processor because
// others had it, or was stopped: of each of the [Watchdog]'s intervals it is the wall's time or the process's CPU time,
// whichever is less. It belongs to the goroutine that runs the loop, but for what the [Watchdog] does to it.
type CPU struct {
	dog   *Watchdog
	limit time.Duration
	trip  func(Excess)

	used    time.Duration
	spared  time.Duration // what of used does not count, because the limit began anew
	started time.Time
	depth   int

	// deadline is when the slice of JavaScript that runs now uses up the limit, in nanoseconds since the dog's
	// epoch; 0 while none runs. The watchdog swaps it for 0 before it calls trip, so that trip is called at most
	// once a slice and never for a later one.
	deadline atomic.Int64
	stalled  atomic.Int64 // nanoseconds of the slice under way that do not count
	tripped  atomic.Bool  // trip has been called in the slice under way
}

// NewCPU makes a clock that calls trip, from another goroutine, once limit is exceeded, or the process is about to run out
// of memory; limit 0 means no limit of either. dog may be nil if there is no limit.
func NewCPU(dog *Watchdog, limit time.Duration, trip func(Excess)) *CPU {
	return &CPU{dog: dog, limit: limit, trip: trip}
}

// Used returns the JavaScript time spent so far, the slice under way included.
func (c *CPU) Used() time.Duration {
	if c.depth > 0 {
		return c.used + c.slice()
	}
	return c.used
}

// slice is the time of the slice under way.
func (c *CPU) slice() time.Duration {
	return max(time.Since(c.started)-time.Duration(c.stalled.Load()), 0)
}

// Exceeded reports whether the slice under way has used up the limit. It is for natives that take long: an interruption
// does not reach them. When it does, trip has been called: no JavaScript runs any more once the native returns.
func (c *CPU) Exceeded() bool {
	if c.limit == 0 || c.depth == 0 || c.deadline.Load() != 0 {
		return false
	}
	for !c.tripped.Load() { // the watchdog is about to
		runtime.Gosched()
	}
	return true
}

func (c *CPU) enter() {
	c.depth++
	if c.depth > 1 {
		return
	}
	c.started = time.Now()
	if c.limit > 0 {
		c.stalled.Store(0)
		c.tripped.Store(false)
		c.deadline.Store(int64(c.started.Sub(c.dog.epoch)) + int64(max(c.limit+c.spared-c.used, 1)))
		c.dog.watch(c)
	}
}

// TopUp lets the limit begin anew, for something new that the loop has been given to do. It may be called on the loop
// only.
func (c *CPU) TopUp() {
	if c.limit == 0 {
		return
	}
	c.spared = c.Used()
	for {
		before := c.deadline.Load()
		if before == 0 { // the watchdog has tripped this slice
			return
		}
		if c.deadline.CompareAndSwap(before, int64(time.Since(c.dog.epoch))+int64(c.limit)) {
			return
		}
	}
}

func (c *CPU) leave() {
	c.depth--
	if c.depth > 0 {
		return
	}
	c.used += c.slice()
	if c.limit > 0 {
		c.deadline.Store(0)
	}
}

// Watchdog interrupts JavaScript that exceeds its limit: one goroutine for all loops, which looks at their deadlines a
// few times a second while any JavaScript runs and ends while none does.
//
// The engine does not count what a script allocates, and a heap that grows without end takes the process with it. So the
// watchdog looks at the heap, too. Where that is far larger than Go's memory limit allows, it cannot be garbage, and what
// has been running for the longest time is taken to be the one to stop.
type Watchdog struct {
	epoch    time.Time
	interval time.Duration
	most     uint64 // bytes

	// processTime returns the CPU time that the process has used; nil if the system does not say.
	processTime func() time.Duration

	mu      sync.Mutex
	watched map[*CPU]struct{}
	running bool

	// Whether the garbage of a heap that is too large is being collected, or has been: only what is left then counts.
	collecting, collected atomic.Bool
}

const (
	// defaultHeap is how large a heap counts as too large where Go has no memory limit.
	defaultHeap = 3 << 30
	// suspectAfter is how long a slice must have run to be suspected.
	suspectAfter = 50 * time.Millisecond
)

// NewWatchdog makes a watchdog that looks every interval; 0 means every 20 ms.
func NewWatchdog(interval time.Duration) *Watchdog {
	if interval <= 0 {
		interval = 20 * time.Millisecond
	}
	most := uint64(defaultHeap)
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
		most = uint64(limit) + uint64(limit)/2
	}
	return &Watchdog{epoch: time.Now(), interval: interval, most: most, processTime: processTime, watched: map[*CPU]struct{}{}}
}

func (w *Watchdog) watch(c *CPU) {
	w.mu.Lock()
	w.watched[c] = struct{}{}
	start := !w.running
	w.running = true
	w.mu.Unlock()
	if start {
		go w.run()
	}
}

func (w *Watchdog) run() {
	ticker := time.NewTicker(w.interval)
	defer ticker.Stop()
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	before := w.read()
	for range ticker.C {
		metrics.Read(heap)
		now := w.read()
		if !w.look(now.wall, now.stalled(before), heap[0].Value.Uint64()) {
			return
		}
		before = now
	}
}

// reading is what the clocks say at one moment: nanoseconds since the dog's epoch, and of CPU time that the process used.
type reading struct{ wall, process int64 }

func (w *Watchdog) read() reading {
	r := reading{wall: int64(time.Since(w.epoch))}
	if r.process = r.wall; w.processTime != nil {
		r.process = int64(w.processTime())
	}
	return r
}

// stalled returns how many of the nanoseconds since before the process had no processor for.
func (r reading) stalled(before reading) int64 {
	return max(r.wall-before.wall-(r.process-before.process), 0)
}

// look trips what is past its deadline, or has filled the heap, and reports whether anything is left to watch. Before
// that, deadlines are put off by the nanoseconds since the last look in which the process was stalled.
func (w *Watchdog) look(now, stalled int64, heap uint64) bool {
	var tripped []*CPU
	var oldest *CPU
	var remaining int64
	w.mu.Lock()
	for c := range w.watched {
		deadline := c.deadline.Load()
		// What began since the last look was not stalled for longer than it has run.
		if off := min(stalled, int64(c.ran(deadline-now))); off > 0 && deadline != 0 && c.deadline.CompareAndSwap(deadline, deadline+off) {
			c.stalled.Add(off)
			deadline += off
		}
		switch {
		case deadline == 0:
			delete(w.watched, c)
		case deadline > now:
			if left := deadline - now; c.ran(left) >= suspectAfter && (oldest == nil || left < remaining) {
				oldest, remaining = c, left
			}
		case c.deadline.CompareAndSwap(deadline, 0):
			tripped = append(tripped, c)
			delete(w.watched, c)
		}
	}
	if oldest != nil && w.overfull(heap) && oldest.bark(now) {
		delete(w.watched, oldest)
	} else {
		oldest = nil
	}
	more := len(w.watched) > 0
	if !more {
		w.running = false
	}
	w.mu.Unlock()
	for _, c := range tripped {
		c.tell(Time)
	}
	if oldest != nil {
		oldest.tell(Memory)
	}
	return more
}

// tell calls trip for the slice that has been taken from its clock.
func (c *CPU) tell(what Excess) {
	c.trip(what)
	c.tripped.Store(true)
}

// overfull reports whether a heap is too large, and not with garbage: it has that collected first, and takes its time.
func (w *Watchdog) overfull(heap uint64) bool {
	if w.collecting.Load() {
		return false
	}
	if heap <= w.most {
		w.collected.Store(false)
		return false
	}
	if w.collected.CompareAndSwap(true, false) {
		return true
	}
	w.collecting.Store(true)
	go func() {
		runtime.GC()
		w.collected.Store(true)
		w.collecting.Store(false)
	}()
	return false
}

// ran is about how long JavaScript has run that has so much left of its limit.
func (c *CPU) ran(left int64) time.Duration { return c.limit - time.Duration(left) }

// bark takes the slice under way from its clock, unless it is over.
func (c *CPU) bark(now int64) bool {
	deadline := c.deadline.Load()
	return deadline > now && c.deadline.CompareAndSwap(deadline, 0)
}
