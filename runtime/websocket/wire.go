package websocket

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"devserver/runtime/eventloop"
)

// wire connects a WebSocket with a connection: one goroutine, that of run, reads it, and another writes while there is
// something to write. Messages that come go into the WebSocket's inbox, and the connection is not read on while that is
// full; messages to be sent wait in a queue.
//
// The connection is over when a close frame has gone in both directions, when the peer broke off or broke the rules, when
// too much waits to be sent, or when the isolate ends.
type wire struct {
	in   *inbox
	op   *eventloop.Operation // keeps the loop from being idle
	over chan struct{}        // closed at the end
	stop func() bool          // takes back what the end of the isolate does
	most int                  // how many bytes may wait to be sent
	done func()               // run on the loop at the end; may be nil

	mu      sync.Mutex
	conn    *conn // nil until run
	queue   []message
	queued  int // bytes
	writing bool
	ended   bool // nothing is sent any more
	sent    bool // a close frame
	got     bool // a close frame
	once    sync.Once
}

// maxQueued is how many bytes may wait to be sent. An isolate at the edge has no more memory.
const maxQueued = 128 << 20

var errQueueFull = errors.New("the peer of the WebSocket does not read, and more than 128 MiB wait to be sent")

// newWire makes the wire of an inbox. It is called on the loop. ctx ends with the isolate.
func newWire(ctx context.Context, loop *eventloop.Loop, in *inbox, done func()) *wire {
	w := &wire{in: in, op: loop.Begin(), over: make(chan struct{}), done: done, most: maxQueued}
	w.stop = context.AfterFunc(ctx, func() {
		in.close()
		w.hangUp()
	})
	return w
}

// run reads the connection until it is over. It may be called once.
func (w *wire) run(c *conn) {
	w.mu.Lock()
	if w.ended {
		w.mu.Unlock()
		c.stream.Close()
		w.finish(io.EOF)
		return
	}
	w.conn = c
	w.startWriting()
	w.mu.Unlock()
	w.finish(w.read())
}

// read puts what comes into the inbox, and returns why it ended: nil after a close frame, or if nobody takes it any more.
func (w *wire) read() error {
	for {
		m, err := w.conn.read()
		if err != nil {
			return err
		}
		m.far = true
		if !w.in.putWaiting(m) {
			return nil
		}
		if m.op == opClose {
			break
		}
	}
	w.mu.Lock()
	w.got = true
	sent := w.sent
	w.mu.Unlock()
	if !sent {
		// There may still be something to send, and a close frame at last. Nothing more is to come.
		io.Copy(io.Discard, w.conn.reader)
	}
	return nil
}

// finish ends the wire because of err, which is nil after a close frame of the peer.
func (w *wire) finish(err error) {
	w.once.Do(func() {
		if breach, ok := errors.AsType[*protocolError](err); ok {
			timer := time.AfterFunc(closingPatience, w.hangUp) // the peer may not read
			defer timer.Stop()
			w.conn.send(message{op: opClose, code: breach.code, text: breach.text}, true)
		}
		w.hangUp()
		w.stop()
		w.mu.Lock()
		if w.queued > w.most {
			err = errQueueFull
		}
		w.queue, w.queued = nil, 0
		w.mu.Unlock()
		if err != nil {
			w.in.put(message{op: opLost, err: err})
		}
		close(w.over)
		w.op.Done(w.done)
	})
}

// hangUp closes the connection. Who reads it will notice.
func (w *wire) hangUp() {
	w.in.hurry()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	if w.conn != nil {
		w.conn.stream.Close()
	}
}

// abandon ends a wire that may never have been run.
func (w *wire) abandon() {
	w.hangUp()
	w.mu.Lock()
	running := w.conn != nil
	w.mu.Unlock()
	if !running {
		w.finish(io.EOF)
	}
}

// send implements sink.
func (w *wire) send(m message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return
	}
	w.queue = append(w.queue, m)
	w.queued += m.size()
	if w.queued > w.most {
		w.ended = true
		if w.conn != nil {
			w.conn.stream.Close()
		}
		return
	}
	w.startWriting()
}

func (w *wire) startWriting() {
	if w.conn != nil && len(w.queue) > 0 && !w.writing {
		w.writing = true
		go w.write()
	}
}

// write writes until there is nothing more.
func (w *wire) write() {
	for {
		w.mu.Lock()
		batch := w.queue
		w.queue = nil
		if len(batch) == 0 || w.ended {
			w.writing = false
			w.mu.Unlock()
			return
		}
		w.mu.Unlock()
		for i, m := range batch {
			// What is queued meanwhile goes out with the next batch. Each is flushed at its end, and a close frame at once,
			// before anybody can think that nothing more is to be done.
			if err := w.conn.send(m, m.op == opClose || i == len(batch)-1); err != nil {
				w.hangUp()
				return
			}
			w.mu.Lock()
			w.queued -= m.size()
			w.sent = w.sent || m.op == opClose
			both := w.sent && w.got
			w.mu.Unlock()
			if both {
				w.hangUp()
				return
			}
		}
	}
}

// buffered implements sink.
func (w *wire) buffered() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.queued
}

// goAway sends a close frame, whatever the script does, and hangs up if the peer has not answered in time.
func (w *wire) goAway(code uint16, reason string, patience time.Duration) {
	w.send(message{op: opClose, code: code, text: reason})
	timer := time.AfterFunc(patience, w.abandon)
	go func() {
		<-w.over
		timer.Stop()
	}()
}
