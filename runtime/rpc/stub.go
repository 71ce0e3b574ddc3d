package rpc

import (
	"slices"
	"sync/atomic"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// origin is where the path of an operation can begin.
type origin interface {
	// send has an operation performed. It is called on the loop.
	send(op *operation)
}

// invoke begins an operation of this isolate's and returns what scripts have of it. Whatever goes wrong rejects it.
func (s *scope) invoke(to origin, path []string, call bool, args []goja.Value) *promise {
	r := s.realm
	p := &promise{scope: s, inner: r.NewPromise()}
	op := &operation{path: path, call: call}
	if err := r.Try(func() {
		r.Rethrow(r.CheckIO())
		if call {
			op.args = s.departArguments(args)
		}
	}); err != nil {
		p.failure = s.failureOf(r.ErrorValue(err))
		p.received = true
		p.inner.Reject(err)
		return p
	}
	under := r.Loop.Begin()
	p.answer = &answer{}
	p.answer.deliver = func(rep reply) {
		// A loop that ends drops its tasks.
		come := &arrival{reply: rep}
		s.own(come)
		under.Done(func() {
			if s.disown(come); come.take() {
				p.receive(rep)
			}
		})
	}
	p.under = under
	p.call = s.openCall(to, op)
	op.answer = p.answer
	s.own(p.answer)
	to.send(op)
	return p
}

// arrival is a reply that has come and has not been received yet.
type arrival struct {
	reply reply
	taken atomic.Bool
}

func (a *arrival) take() bool { return !a.taken.Swap(true) }

// release implements holding.
func (a *arrival) release() {
	if a.take() {
		a.reply.discard()
	}
}

// target is the Go value behind an RpcTarget.
type target struct{}

// TargetClass is the class RpcTarget, whose objects are called where they are.
var TargetClass = shown("JsRpcTarget", "RpcTarget", targetIDL{})

type targetIDL struct{}

func (targetIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return target{} }
}

// stub is the Go value behind an RpcStub: it stands for a function or an object, of another isolate mostly.
type stub struct{ reference *reference }

var (
	errDisposed        = webidl.Errorf("RPC stub used after being disposed.")
	errPromiseDisposed = webidl.Errorf("RPC promise used after being disposed.")
)

func (st *stub) usable() error {
	if st.reference.released.Load() {
		return errDisposed
	}
	return nil
}

// send implements origin.
func (st *stub) send(op *operation) {
	if st.reference.released.Load() {
		op.discard()
		op.answer.settle(reply{err: FailureOf(errDisposed)})
		return
	}
	st.reference.send(op)
}

func (st *stub) dispose() { st.reference.release() }

// promise is the Go value behind an RpcPromise: the result of an operation, of which more can be asked before it is there.
type promise struct {
	scope  *scope
	inner  *webidl.Promise
	answer *answer
	under  *eventloop.Operation
	call   *callSpan // nil if nobody is told

	received bool
	failure  *Failure   // why there is no result
	value    goja.Value // the result
	held     *group     // what it has brought along
	disposer *reference // to be released with it; nil if its author need not know
	late     []*operation
	disposed bool
}

// receive takes the reply.
func (p *promise) receive(rep reply) {
	s := p.scope
	s.disown(p.answer)
	p.received = true
	defer p.call.close(s.realm)
	if rep.err == nil {
		if err := s.realm.Try(func() { p.value, p.held = s.receiveFrom(rep.data, p.call) }); err != nil {
			rep.err = s.failureOf(s.realm.ErrorValue(err))
		}
	}
	if rep.err != nil {
		p.failure = rep.err
		for _, op := range p.late {
			op.discard()
			op.answer.settle(reply{err: rep.err})
		}
		p.late = nil
		p.inner.RejectValue(rep.err.Value(s.realm))
		return
	}
	if rep.disposer != nil {
		p.disposer = s.refer(rep.disposer)
		p.disposer.call = p.call.retain()
	}
	if obj, ok := p.value.(*goja.Object); ok {
		if _, ok := webidl.As[*stub](s.realm, obj); !ok {
			obj.DefineDataPropertySymbol(webidl.SymDispose, s.realm.Builtin("", 0, func(c webidl.Call) goja.Value {
				p.dispose()
				return c.Undefined()
			}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
	}
	for _, op := range p.late {
		p.perform(op)
	}
	p.late = nil
	if p.disposed {
		p.dispose()
	}
	p.inner.Resolve(p.value)
}

// perform performs an operation on the result that has arrived.
func (p *promise) perform(op *operation) {
	s := p.scope
	s.deliver(op, "transient", func() result { return s.perform(entry{}, p.value, op) })
}

// send implements origin.
func (p *promise) send(op *operation) {
	p.inner.MarkHandled() // whoever asks for more is told by what comes of that
	switch {
	case p.failure != nil:
		op.discard()
		op.answer.settle(reply{err: p.failure})
	case p.received && p.disposed:
		op.discard()
		op.answer.settle(reply{err: FailureOf(errPromiseDisposed)})
	case p.received:
		p.perform(op)
	case !p.answer.pipe(op):
		p.late = append(p.late, op)
	}
}

// dispose disposes of the result, now or when it comes.
func (p *promise) dispose() {
	p.disposed = true
	if !p.received || p.failure != nil {
		return
	}
	p.held.release()
	if p.disposer != nil {
		p.disposer.release()
	}
}

// property is the Go value behind an RpcProperty: what may be there, at the end of a path.
type property struct {
	scope *scope
	from  origin
	path  []string
}

// propertyOf makes the RpcProperty of a name.
func propertyOf(r *webidl.Realm, from origin, path []string, name string) goja.Value {
	return r.New(PropertyClass, &property{scopeOf(r), from, append(slices.Clip(path), name)})
}

// read asks for the value that a property has.
func (p *property) read() *promise { return p.scope.invoke(p.from, p.path, false, nil) }
