package rpc

import (
	"reflect"
	"sync/atomic"

	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/structuredclone"
	"devserver/runtime/tracing"
	"devserver/runtime/webidl"
)

// operation is a call, or the reading of a property, under way between isolates.
type operation struct {
	path   []string
	call   bool
	args   *structuredclone.Data // of a call: an array
	answer *answer

	from     tracing.Context // where in the caller's trace it is
	returned func()          // called once it has been answered with a result, on the loop; nil means not

	span *tracing.Span // of the performing of it

	taken atomic.Bool // the arguments have been received, or discarded
}

// discard releases what the arguments bring along, unless they have been received.
func (op *operation) discard() {
	if !op.taken.Swap(true) {
		discard(op.args)
	}
}

// noMethod is the error of a path that leads nowhere.
func noMethod(name string) error {
	return webidl.TypeErrorf("The RPC receiver does not implement the method \"%s\".", name)
}

var (
	errWrongCount = "Attempted to call RPC function \"%s\" with the wrong number of arguments. When calling a top-level handler " +
		"function that is not declared as part of a class, you must always send exactly one argument. In order to support " +
		"variable numbers of arguments, the server must use class-based syntax (extending WorkerEntrypoint) instead."
	errReserved = "'%s' is a reserved method and cannot be called over RPC."
)

// entry is where the path of an operation begins.
type entry struct {
	// Receiver is the exported object; the zero value for what a stub, or the result of another operation, stands for.
	Receiver
}

// result is what an operation came to.
type result struct {
	value goja.Value // possibly a promise
	// forwarded says that another isolate answers.
	forwarded bool
	params    *group // what the arguments brought along
}

// perform performs an operation on a value. It throws what the operation throws.
func (s *scope) perform(from entry, value goja.Value, op *operation) result {
	r := s.realm
	this := value
	for i, name := range op.path {
		if s.forward(value, op, i) {
			return result{forwarded: true}
		}
		obj, ok := value.(*goja.Object)
		if !ok {
			panic(r.ErrorValue(noMethod(name)))
		}
		this, value = value, s.member(from, obj, name)
	}
	if !op.call {
		return result{value: value}
	}
	if s.forward(value, op, len(op.path)) {
		return result{forwarded: true}
	}
	name := ""
	if len(op.path) > 0 {
		name = op.path[len(op.path)-1]
	}
	fn, ok := goja.AssertFunction(value)
	if !ok {
		panic(r.TypeError("\"%s\" is not a function.", name))
	}
	op.taken.Store(true)
	args, params := s.receiveArguments(op.args)
	if from.Plain && len(op.path) == 1 {
		if len(args) != 1 {
			params.release()
			panic(r.TypeError(errWrongCount, name))
		}
		args = append(args, from.Env, from.Context)
	}
	v, err := fn(this, args...)
	if err != nil {
		params.release()
		r.Rethrow(err)
	}
	return result{value: v, params: params}
}

// forward hands an operation whose path has come to a stub on to where that leads.
func (s *scope) forward(value goja.Value, op *operation, done int) bool {
	st, ok := webidl.As[*stub](s.realm, value)
	if !ok {
		return false
	}
	if err := st.usable(); err != nil {
		s.realm.Rethrow(err)
	}
	s.answered(op.answer)
	op.path = op.path[done:]
	st.send(op)
	return true
}

// member is a property that others may reach. Of an object of a class, those are the ones of its prototypes, and of an
// object or a function as such its own; nothing that the language puts there.
func (s *scope) member(from entry, obj *goja.Object, name string) goja.Value {
	r := s.realm
	top := from.Object == obj
	if reserved(name, top && !from.Plain) {
		panic(r.TypeError(errReserved, name))
	}
	var v goja.Value
	switch {
	case fetch.TargetOf(r, obj) != nil: // what this isolate has of a Worker
		v = obj.Get(name)
	case top && from.Plain || s.isRecord(obj):
		if s.hasOwn(obj, name) {
			v = obj.Get(name)
		}
	case top || s.isTarget(obj):
		if !s.hasOwn(obj, name) && s.inherits(obj, name) {
			v = obj.Get(name)
		}
	}
	if v == nil || goja.IsUndefined(v) {
		panic(r.ErrorValue(noMethod(name)))
	}
	return v
}

func reserved(name string, entrypoint bool) bool {
	switch name {
	case "dup", "constructor":
		return true
	case "fetch", "connect", "alarm", "webSocketMessage", "webSocketClose", "webSocketError":
		return entrypoint
	}
	return false
}

var proxyType = reflect.TypeFor[goja.Proxy]()

// isRecord reports whether what others reach of an object are its own properties.
func (s *scope) isRecord(obj *goja.Object) bool {
	if s.realm.Impl(obj) != nil {
		return false
	}
	if _, ok := goja.AssertFunction(obj); ok || obj.ExportType() == proxyType {
		return true
	}
	return obj.ClassName() == "Object" && obj.Prototype() == s.realm.IntrinsicPrototype("Object")
}

func (s *scope) isTarget(obj *goja.Object) bool {
	_, ok := webidl.As[target](s.realm, obj)
	return ok
}

func (s *scope) hasOwn(obj *goja.Object, name string) bool {
	v, err := s.realm.IntrinsicMethod("Object", "hasOwnProperty")(obj, s.realm.String(name))
	s.realm.Rethrow(err)
	return v.ToBoolean()
}

// inherits reports whether a class of the script's has a member.
func (s *scope) inherits(obj *goja.Object, name string) bool {
	end := s.realm.IntrinsicPrototype("Object")
	for proto := obj.Prototype(); proto != nil && proto != end && s.realm.ClassOfPrototype(proto) == nil; proto = proto.Prototype() {
		if s.hasOwn(proto, name) {
			return true
		}
	}
	return false
}

// respond performs an operation that has been accepted, and answers it. kind says what it is performed on.
func (s *scope) respond(op *operation, kind string, perform func() result) {
	span := s.openSpan(op, kind)
	var res result
	err := s.realm.Try(func() {
		span.Within(s.realm, func() goja.Value {
			res = perform()
			return nil
		})
	})
	if res.forwarded { // the operation is another isolate's now
		span.Close()
		return
	}
	op.span = span
	if err != nil {
		s.refuse(op, nil, s.realm.ErrorValue(err))
		return
	}
	obj, ok := res.value.(*goja.Object)
	if !ok {
		s.finish(op, res.params, res.value)
		return
	}
	promise := res.value
	if _, ok := webidl.AsPromise(res.value); !ok {
		var then goja.Value
		if err := s.realm.Try(func() { then = obj.Get("then") }); err != nil {
			s.refuse(op, res.params, s.realm.ErrorValue(err))
			return
		}
		if _, ok := goja.AssertFunction(then); !ok {
			s.finish(op, res.params, res.value)
			return
		}
		promise = s.realm.Resolved(res.value)
	}
	s.realm.Upon(promise,
		func(v goja.Value) { s.finish(op, res.params, v) },
		func(reason goja.Value) { s.refuse(op, res.params, reason) })
}

// finish answers an operation with its result, and performs those that have been waiting for that.
func (s *scope) finish(op *operation, params *group, value goja.Value) {
	op.discard() // those of a property
	queue := op.answer.close()
	var rep reply
	if err := s.realm.Try(func() { rep = s.departResult(value) }); err != nil {
		rep = reply{err: s.failureOf(s.realm.ErrorValue(err))}
	}
	op.told(rep.err)
	s.answered(op.answer)
	op.answer.settle(rep)
	// Whoever asked gets the result before what was asked of it.
	for _, next := range queue {
		if s.accept(next) {
			s.respond(next, "transient", func() result { return s.perform(entry{}, value, next) })
		}
	}
	params.release()
}

// told has those who are told of the operation told that it is over.
func (op *operation) told(failure *Failure) {
	op.span.Close()
	if op.returned != nil && failure == nil {
		op.returned()
	}
}

// refuse answers an operation with what it threw.
func (s *scope) refuse(op *operation, params *group, reason goja.Value) {
	failure := s.failureOf(reason)
	op.discard()
	params.release()
	op.told(failure)
	s.answered(op.answer)
	op.answer.settle(reply{err: failure})
}
