package rpc

import (
	"sync"
	"sync/atomic"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// export is a function or an object of an isolate that is called through stubs: of others, mostly.
type export struct {
	scope *scope
	value *goja.Object
	// disposed is what happens once nobody has it any more, on the loop; nil means that the value's own disposer is called.
	disposed func()

	mu   sync.Mutex
	refs int // how many have it
}

// newExport makes an export that is held from elsewhere, or is about to be.
func (s *scope) newExport(value *goja.Object, foreign bool) *export {
	e := &export{scope: s, value: value}
	e.retain(foreign)
	return e
}

// retain notes that somebody more has the export: from elsewhere, or in its own isolate, which that does not keep alive. It
// is called by whoever has it already, or on the isolate's loop.
func (e *export) retain(foreign bool) {
	e.mu.Lock()
	e.refs++
	e.mu.Unlock()
	if foreign {
		e.scope.hold()
	}
}

// release is the end of a retain. It may be called from any goroutine.
func (e *export) release(foreign bool) {
	e.mu.Lock()
	e.refs--
	last := e.refs == 0
	e.mu.Unlock()
	if !last {
		if foreign {
			e.scope.leave()
		}
		return
	}
	posted := e.scope.realm.Loop.Post(func() {
		e.dispose()
		if foreign {
			e.scope.leave()
		}
	})
	if !posted && foreign {
		e.scope.leave()
	}
}

// dispose tells the value that nobody has it any more.
func (e *export) dispose() {
	if e.disposed != nil {
		e.disposed()
		return
	}
	r := e.scope.realm
	if err := r.Try(func() {
		if dispose, ok := goja.AssertFunction(e.value.GetSymbol(webidl.SymDispose)); ok {
			_, err := dispose(e.value)
			r.Rethrow(err)
		}
	}); err != nil {
		r.ReportException(r.ErrorValue(err))
	}
}

// send has an operation performed. It may be called from any goroutine by whoever has the export.
func (e *export) send(op *operation) {
	s := e.scope
	if !s.accept(op) {
		return
	}
	if !s.realm.Loop.Post(func() { s.respond(op, "transient", func() result { return s.perform(entry{}, e.value, op) }) }) {
		op.answer.settle(reply{err: FailureOf(errScopeEnded)})
	}
}

// reference is what an isolate has of an export.
type reference struct {
	*export
	holder  *scope
	foreign bool
	call    *callSpan // what it was received with; nil if nobody is told

	released atomic.Bool
}

// refer makes the reference of what has arrived, and was retained for that, as foreign.
func (s *scope) refer(e *export) *reference {
	ref := &reference{export: e, holder: s, foreign: e.scope != s}
	if !ref.foreign {
		e.scope.leave() // it is home again
	}
	if s.group != nil {
		s.group.list = append(s.group.list, ref)
		ref.call = s.group.call.retain()
	}
	s.own(ref)
	return ref
}

// release implements holding.
func (ref *reference) release() {
	if !ref.released.Swap(true) {
		ref.holder.disown(ref)
		ref.export.release(ref.foreign)
		ref.call.release()
	}
}

// dup is another reference to the same. It must not have been released.
func (ref *reference) dup() *reference {
	ref.export.retain(ref.foreign)
	dup := &reference{export: ref.export, holder: ref.holder, foreign: ref.foreign, call: ref.call.retain()}
	ref.holder.own(dup)
	return dup
}

// group is what has been received at once.
type group struct {
	list []holding
	call *callSpan // that it has come with; nil if nobody is told
}

// release releases all of it. A nil group is empty.
func (g *group) release() {
	if g == nil {
		return
	}
	list := g.list
	g.list = nil
	for _, h := range list {
		h.release()
	}
}
