package streams

import (
	"io"
	"math"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// pump is the [Body] of a stream whose chunks are JavaScript values. The goroutine that reads it asks, a task on the
// loop answers with the chunks that are there, copied, and nothing is read before it is asked for.
//
// While the reading goroutine is busy elsewhere an operation keeps the loop from being idle, because a Read will come;
// while it waits for the script none does, so that a stream which can never give anything is found out.
type pump struct {
	realm  *webidl.Realm
	reader *ReadableStreamDefaultReader

	mu      sync.Mutex
	op      *eventloop.Operation // held while the reading goroutine is expected to come back
	data    []byte               // read and not handed out yet
	err     error                // after data
	changed chan struct{}        // made by a Read that waits
}

func newPump(r *webidl.Realm, s *ReadableStream) (*pump, error) {
	reader, err := s.acquireDefaultReader()
	if err != nil {
		return nil, err
	}
	s.disturbed = true
	p := &pump{realm: r, reader: reader}
	if p.complete() {
		p.read(math.MaxInt)
	} else {
		p.op = r.Loop.Begin()
	}
	return p, nil
}

// complete reports whether all that the stream will ever give is in its queue: then it is read at once, and the loop
// is not needed any more.
func (p *pump) complete() bool {
	s := p.reader.stream
	return s.state != readable || s.controller.source().closeRequested
}

// NeedsLoop implements [Body].
func (p *pump) NeedsLoop() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err == nil
}

// Read implements io.Reader.
func (p *pump) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	p.mu.Lock()
	for len(p.data) == 0 {
		if p.err != nil {
			p.mu.Unlock()
			return 0, p.err
		}
		p.changed = make(chan struct{})
		op := p.op
		p.op = nil
		p.mu.Unlock()
		if op != nil && !op.Done(p.fill) {
			p.Fail(eventloop.ErrClosed)
		}
		<-p.changed
		p.mu.Lock()
	}
	n := copy(b, p.data)
	p.data = p.data[n:]
	p.mu.Unlock()
	return n, nil
}

// deliver hands what was read to the Read that waits.
func (p *pump) deliver(data []byte, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return
	}
	p.data, p.err = data, err
	if err == nil {
		p.op = p.realm.Loop.Begin()
	}
	p.wakeLocked()
}

func (p *pump) wakeLocked() {
	if p.changed != nil {
		select {
		case <-p.changed:
		default:
			close(p.changed)
		}
	}
}

// Fail implements [Body].
func (p *pump) Fail(err error) { p.end(err, nil) }

// Close implements io.Closer: it cancels the stream, soon.
func (p *pump) Close() error {
	p.end(errBodyClosed, func() {
		if p.reader.stream != nil {
			ignore(p.reader.cancel(goja.Undefined()))
		}
	})
	return nil
}

// end makes the pump give nothing but err, and has last run on the loop if the stream had not ended before.
func (p *pump) end(err error, last func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return
	}
	p.data, p.err = nil, err
	op := p.op
	p.op = nil
	p.wakeLocked()
	if op != nil {
		op.Done(last)
	} else if last != nil {
		p.realm.Loop.Post(last)
	}
}

// fill answers a Read that waits.
func (p *pump) fill() { p.read(maxChunk) }

// read reads, on the loop, one chunk and those that are queued behind it, up to about limit bytes.
func (p *pump) read(limit int) {
	request := &pumpRequest{pump: p, limit: limit}
	for request.waiting = false; !request.waiting; {
		request.waiting = true
		p.reader.read(request)
		if request.ended {
			return
		}
	}
	request.later = true
}

// pumpRequest is the read request of a pump. Its steps may run from within read, or later.
type pumpRequest struct {
	pump    *pump
	data    []byte
	limit   int
	waiting bool // for the steps of a read
	ended   bool
	later   bool // read has returned
}

func (q *pumpRequest) chunkSteps(chunk goja.Value) {
	q.waiting = false
	data, err := sentBytes(q.pump.realm, chunk)
	if err != nil {
		reason := q.pump.realm.ErrorValue(err)
		ignore(q.pump.reader.cancel(reason))
		q.finish(q.pump.realm.Thrown(reason))
		return
	}
	q.data = append(q.data, data...)
	if q.later || len(q.data) > 0 && (len(q.data) >= q.limit || !q.pump.queued()) {
		q.finishIfClosed()
	}
}

// sentBytes returns the bytes of a chunk of a stream that is sent somewhere. There, as in Workers, a string is its
// UTF-8, although nothing that reads a stream into memory takes one.
func sentBytes(r *webidl.Realm, chunk goja.Value) ([]byte, error) {
	if data, ok := bytesOf(r, chunk); ok {
		return data, nil
	}
	if goja.IsString(chunk) {
		return []byte(r.USVString(chunk)), nil
	}
	return nil, errNotSent
}

var errNotSent = webidl.TypeErrorf("Draining read encountered a value that cannot be converted to bytes")

// queued reports whether the stream can give another chunk, or its end, at once.
func (p *pump) queued() bool {
	s := p.reader.stream
	if s.state != readable {
		return true
	}
	some, _ := s.controller.queued()
	return some
}

func (q *pumpRequest) finishIfClosed() {
	if q.pump.reader.stream.state == readableClosed {
		q.closeSteps()
		return
	}
	q.finish(nil)
}

func (q *pumpRequest) closeSteps() { q.finish(io.EOF) }

func (q *pumpRequest) errorSteps(reason goja.Value) { q.finish(q.pump.realm.Thrown(reason)) }

func (q *pumpRequest) finish(err error) {
	if !q.ended {
		q.ended = true
		q.pump.deliver(q.data, err)
	}
}
