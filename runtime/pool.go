package runtime

import (
	goruntime "runtime"
	"sync"
	"time"
)

// heavyScript is how long evaluating a script must take for isolates to be kept ready. Most scripts take a few
// microseconds, and keeping isolates for them costs more than it gains; one that sets up a framework and its schemas
// can take ten milliseconds, which a person who reloads a page would feel each time.
const heavyScript = 500 * time.Microsecond

// pool keeps isolates ready in which the module scope has been evaluated and nothing else has happened: to begin with, the
// one that showed that the Worker can start. Those of a heavy script are made in the background, one for each that is
// taken.
type pool struct {
	worker *Worker
	ready  chan *isolate
	wanted chan struct{} // nil for a script that is quickly evaluated

	mu     sync.Mutex
	closed bool
	filler sync.WaitGroup
}

// newPool makes a pool of at most one isolate per processor, or only the first.
func newPool(w *Worker, first *isolate, heavy bool) *pool {
	size := goruntime.GOMAXPROCS(0)
	p := &pool{worker: w, ready: make(chan *isolate, size)}
	p.ready <- first
	if heavy {
		p.wanted = make(chan struct{}, size)
		p.filler.Go(p.fill)
		for range size - 1 {
			p.wanted <- struct{}{}
		}
	}
	return p
}

// take returns an isolate that is ready, or nil if there is none.
func (p *pool) take() *isolate {
	select {
	case iso := <-p.ready: // nil after close
		p.want()
		return iso
	default:
		return nil
	}
}

func (p *pool) want() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed && p.wanted != nil {
		p.wanted <- struct{}{} // as many as there is room for in ready, so it never blocks
	}
}

func (p *pool) fill() {
	for range p.wanted {
		if p.isClosed() {
			return
		}
		iso, err := p.worker.newIsolate()
		if err != nil {
			return // whoever needs an isolate makes one, and gets the error
		}
		p.ready <- iso
	}
}

func (p *pool) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// close ends the isolates that are ready, and makes no more.
func (p *pool) close() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	if p.wanted != nil {
		close(p.wanted)
	}
	p.mu.Unlock()
	p.filler.Wait()
	close(p.ready)
	for iso := range p.ready {
		iso.end()
	}
}
