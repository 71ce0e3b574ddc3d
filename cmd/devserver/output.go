package main

import (
	"errors"
	"io"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// output writes lines on a goroutine of its own, so that no request waits for the terminal. A line that comes while
// nothing is being written goes out at once, and those that follow it together.
type output struct {
	w      io.Writer
	colors bool // whether colours are left in what is written

	unread func() // called, perhaps more than once, when nobody will ever read what is written; may be nil

	wake chan struct{} // holds a token while there is something to write
	stop chan struct{}
	done chan struct{}

	mu      sync.Mutex
	pending []byte
	left    int // lines that were left out because the writer did not keep up
	closed  bool
}

const (
	// mostPending bounds what waits to be written, in bytes. It is reached only if nobody reads: a stopped pipe, a
	// terminal in which text is being selected.
	mostPending = 4 << 20

	// gather is how long lines gather after one was written. A write per line would cost more than the requests.
	gather = 4 * time.Millisecond

	mostKept  = 256 << 10   // of a buffer, after a burst
	lastWrite = time.Second // how long Close waits for a reader
)

func newOutput(w io.Writer, colors bool, unread func()) *output {
	o := &output{w: w, colors: colors, unread: unread, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go o.run()
	return o
}

// line has add append one or more whole lines to what is to be written. It never waits for the writing. What a terminal
// would take for a command, but for colours, is made visible, whoever's text it stands in.
func (o *output) line(add func(b []byte) []byte) {
	o.add(func(b []byte) []byte {
		start := len(b)
		return harmless(add(b), start, o.colors)
	})
}

// clear clears the terminal.
func (o *output) clear() {
	o.add(func(b []byte) []byte { return append(b, "\x1b[H\x1b[2J\x1b[3J"...) })
}

func (o *output) add(add func(b []byte) []byte) {
	o.mu.Lock()
	if len(o.pending) >= mostPending || o.closed {
		o.left++
		o.mu.Unlock()
		return
	}
	o.confess()
	o.pending = add(o.pending)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default: // it is awake, or about to be
	}
}

func (o *output) run() {
	defer close(o.done)
	var spare []byte
	pause := time.NewTimer(gather)
	for {
		select {
		case <-o.wake:
		case <-o.stop:
			o.flush(spare)
			return
		}
		spare = o.flush(spare)
		pause.Reset(gather)
		select {
		case <-pause.C:
		case <-o.stop:
		}
	}
}

// flush writes what is pending, for which spare then takes its place, and returns the written buffer for reuse.
func (o *output) flush(spare []byte) []byte {
	o.mu.Lock()
	written := o.pending
	o.pending = spare[:0]
	o.mu.Unlock()
	if len(written) > 0 {
		// A terminal that is gone cannot be told so.
		if _, err := o.w.Write(written); errors.Is(err, syscall.EPIPE) && o.unread != nil {
			o.unread()
		}
	}
	if cap(written) > mostKept {
		return nil
	}
	return written
}

// Close writes what is left, for as long as a reader may reasonably take. What comes after it is dropped.
func (o *output) Close() {
	o.mu.Lock()
	already := o.closed
	o.confess()
	o.closed = true
	o.mu.Unlock()
	if already {
		return
	}
	close(o.stop)
	select {
	case <-o.done:
	case <-time.After(lastWrite):
	}
}

// confess says how many lines were left out. It is called with mu held.
func (o *output) confess() {
	if o.left > 0 {
		o.pending = strconv.AppendInt(append(o.pending, "... "...), int64(o.left), 10)
		o.pending = append(o.pending, " lines were left out, because nobody was reading\n"...)
		o.left = 0
	}
}
