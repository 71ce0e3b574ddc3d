package eventloop

import (
	"container/heap"
	"time"
)

// Timer is one call, or a repeated one, that the loop makes later.
type Timer struct {
	due    time.Time
	seq    uint64
	period time.Duration // > 0 for a repeating timer
	fn     func()
	index  int // in the heap; -1 once it is out
}

// After has fn called on the loop, as a task of its own, when d has passed, and then every d again if repeat is set.
// Timers that are due at the same moment are called in the order in which they were set. It may be called on the loop
// only.
func (l *Loop) After(d time.Duration, repeat bool, fn func()) *Timer {
	d = max(d, 0)
	t := &Timer{due: time.Now().Add(d), fn: l.within(l.context, fn)}
	if repeat {
		t.period = max(d, time.Millisecond)
	}
	l.timers.add(t)
	return t
}

// Stop takes a timer back; it is fine if it has been called already. It may be called on the loop only.
func (l *Loop) Stop(t *Timer) {
	t.period = 0
	l.timers.remove(t)
}

func (l *Loop) fire(t *Timer) {
	l.timers.remove(t)
	if t.period > 0 {
		// Set before the call, so that the call may take it back.
		t.due = time.Now().Add(t.period)
		l.timers.add(t)
	}
	t.fn()
}

type timerHeap struct {
	items []*Timer
	seq   uint64
}

func (h *timerHeap) first() *Timer {
	if len(h.items) == 0 {
		return nil
	}
	return h.items[0]
}

func (h *timerHeap) add(t *Timer) {
	h.seq++
	t.seq = h.seq
	heap.Push(h, t)
}

func (h *timerHeap) remove(t *Timer) {
	if t.index >= 0 && t.index < len(h.items) && h.items[t.index] == t {
		heap.Remove(h, t.index)
	}
}

func (h *timerHeap) Len() int { return len(h.items) }

func (h *timerHeap) Less(i, j int) bool {
	a, b := h.items[i], h.items[j]
	if a.due.Equal(b.due) {
		return a.seq < b.seq
	}
	return a.due.Before(b.due)
}

func (h *timerHeap) Swap(i, j int) {
	h.items[i], h.items[j] = h.items[j], h.items[i]
	h.items[i].index, h.items[j].index = i, j
}

func (h *timerHeap) Push(x any) {
	t := x.(*Timer)
	t.index = len(h.items)
	h.items = append(h.items, t)
}

func (h *timerHeap) Pop() any {
	last := len(h.items) - 1
	t := h.items[last]
	h.items[last] = nil
	h.items = h.items[:last]
	t.index = -1
	return t
}
