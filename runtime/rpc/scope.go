package rpc

import (
	"sync"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// scope is what an isolate has to do with others.
type scope struct {
	realm *webidl.Realm
	depth int

	// group collects what is received, while something is: it is for the loop.
	group *group

	mu sync.Mutex
	// ended says that nothing can be asked of the isolate any more.
	ended bool
	// held counts what others hold of the isolate: exports, and streams that it feeds. While there are any its loop waits.
	held    int
	waiting *eventloop.Operation
	// inbound are the operations of others that it has not answered.
	inbound map[*answer]*operation
	// owned is what it has of others, to be released when it ends.
	owned map[holding]struct{}
}

// holding is something of another isolate. It may be released more than once, from any goroutine.
type holding interface{ release() }

// state is where a realm keeps its scope.
type state struct{ scope *scope }

// Init implements the initialization of [webidl.State].
func (s *state) Init(r *webidl.Realm) {
	s.scope = &scope{realm: r, inbound: map[*answer]*operation{}, owned: map[holding]struct{}{}}
	if host, ok := r.Host.(Host); ok {
		s.scope.depth = host.CallDepth()
	}
}

func scopeOf(r *webidl.Realm) *scope { return webidl.State[state](r).scope }

// existing is the scope of a realm, if it has ever had one.
func existing(r *webidl.Realm) *scope {
	if s, ok := webidl.Existing[state](r); ok {
		return s.scope
	}
	return nil
}

// hold notes that others hold something more. It is called on the loop, or while something is held already.
func (s *scope) hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == 0 && !s.ended {
		s.waiting = s.realm.Loop.Begin()
	}
	s.held++
}

// leave is the end of a hold. It may be called from any goroutine.
func (s *scope) leave() {
	s.mu.Lock()
	s.held--
	var waiting *eventloop.Operation
	if s.held == 0 {
		waiting, s.waiting = s.waiting, nil
	}
	s.mu.Unlock()
	if waiting != nil {
		waiting.Done(nil)
	}
}

func (s *scope) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held == 0 && len(s.inbound) == 0
}

// own has h released when the isolate ends. It reports false, having released it, if that has happened.
func (s *scope) own(h holding) bool {
	s.mu.Lock()
	if !s.ended {
		s.owned[h] = struct{}{}
		s.mu.Unlock()
		return true
	}
	s.mu.Unlock()
	h.release()
	return false
}

// disown takes own back.
func (s *scope) disown(h holding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.owned, h)
}

// deliver performs an operation of another isolate's, on the loop, and answers it.
func (s *scope) deliver(op *operation, kind string, perform func() result) {
	if s.accept(op) {
		s.respond(op, kind, perform)
	}
}

// accept notes an operation that is to be answered. It reports false, having answered it, if the isolate has ended.
func (s *scope) accept(op *operation) bool {
	a := op.answer
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		op.discard()
		a.settle(reply{err: FailureOf(errScopeEnded)})
		return false
	}
	s.inbound[a] = op
	s.mu.Unlock()
	a.onAbandon(func() { s.answered(a) })
	return true
}

// answered notes that an operation has been answered, or that nobody waits for that any more.
func (s *scope) answered(a *answer) {
	s.mu.Lock()
	_, ok := s.inbound[a]
	delete(s.inbound, a)
	ended := s.ended
	s.mu.Unlock()
	if ok && !ended {
		s.realm.Loop.Post(func() {}) // whoever runs the loop looks whether it is over
	}
}

// fail answers what has not been answered.
func (s *scope) fail(failure *Failure) {
	s.mu.Lock()
	inbound := s.inbound
	s.inbound = map[*answer]*operation{}
	s.mu.Unlock()
	for a, op := range inbound {
		op.discard()
		a.settle(reply{err: failure})
	}
}

func (s *scope) end() {
	s.mu.Lock()
	s.ended = true
	owned := s.owned
	s.owned = nil
	s.mu.Unlock()
	s.fail(FailureOf(errScopeEnded))
	for h := range owned {
		h.release()
	}
}

var errScopeEnded = webidl.Errorf("The execution context which hosts this callback is no longer running.")
