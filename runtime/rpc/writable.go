package rpc

import (
	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// A WritableStream that is sent stays where it is, locked to a writer that is called from the other side: each chunk is a
// call, and the next one waits for its answer, so that the pressure that the stream puts back is felt there.

var errWritableGone = &webidl.Error{Name: "Error", Retryable: true,
	Message: "WritableStream received over RPC was disconnected because the remote execution context has ended."}

// exportWritable makes an export of a stream's writer.
func (s *scope) exportWritable(stream *streams.WritableStream) (*export, error) {
	r := s.realm
	if stream.Locked() {
		return nil, webidl.TypeErrorf("The WritableStream has been locked to a writer.")
	}
	object := stream.Object()
	writer := s.method(object, "getWriter").(*goja.Object)
	closed := false
	methods := r.VM.NewObject()
	methods.Set("write", r.Function("write", 1, func(c webidl.Call) goja.Value {
		chunk := c.Arg(0)
		if data, ok := r.Bytes(chunk); ok { // the bytes are what crosses, not the view of them
			chunk = r.ArrayBuffer(data)
		}
		return s.method(writer, "write", chunk)
	}))
	methods.Set("close", r.Function("close", 0, func(c webidl.Call) goja.Value {
		closed = true
		return s.method(writer, "close")
	}))
	e := s.newExport(methods, true)
	e.disposed = func() {
		if closed {
			return
		}
		if err := r.Try(func() { r.Handle(s.method(writer, "abort", r.ErrorValue(errWritableGone))) }); err != nil {
			r.ReportException(r.ErrorValue(err))
		}
	}
	return e, nil
}

// writable is a WritableStream on its way.
type writable struct{ export *export }

func (e *writable) discard() { e.export.release(true) }

// Receive implements [structuredclone.External].
func (e *writable) Receive(r *webidl.Realm) *goja.Object {
	s := scopeOf(r)
	before := s.group
	s.group = nil // a stream that is kept goes on after the call
	st := &stub{reference: s.refer(e.export)}
	s.group = before
	sink := r.VM.NewObject()
	method := func(name string, args func(c webidl.Call) []goja.Value, last bool) {
		sink.Set(name, r.Function(name, 0, func(c webidl.Call) goja.Value {
			p := s.invoke(st, []string{name}, true, args(c))
			if last {
				return r.Then(p.inner.Value(), func(v goja.Value) goja.Value {
					st.dispose()
					return v
				}, nil)
			}
			return p.inner.Value()
		}))
	}
	method("write", func(c webidl.Call) []goja.Value { return []goja.Value{c.Arg(0)} }, false)
	method("close", func(webidl.Call) []goja.Value { return nil }, true)
	sink.Set("abort", r.Function("abort", 0, func(c webidl.Call) goja.Value {
		st.dispose()
		return goja.Undefined()
	}))
	obj, err := r.VM.New(r.Constructor(streams.WritableStreamClass), sink)
	r.Rethrow(err)
	return obj
}

// method calls a method of an object.
func (s *scope) method(obj *goja.Object, name string, args ...goja.Value) goja.Value {
	fn, ok := goja.AssertFunction(obj.Get(name))
	if !ok {
		panic(s.realm.TypeError("%s is not a function", name))
	}
	v, err := fn(obj, args...)
	s.realm.Rethrow(err)
	return v
}
