package rpc

import (
	"errors"
	"io"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/blob"
	"devserver/runtime/compat"
	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// carrier is what values become that are more than data: it implements [structuredclone.Carrier].
type carrier struct {
	scope *scope
	// sent is what has been made, to be discarded if the rest of the value cannot be sent.
	sent []interface{ discard() }
	// stubs are those that the value has.
	stubs []*stub
	// dups says that what is sent stays the sender's, too: what has a dup() method says what is sent instead.
	dups bool
}

// depart takes a value to where another isolate can receive it. It throws what cannot be sent.
func (s *scope) depart(v goja.Value) (data *structuredclone.Data, stubs []*stub) {
	return s.departWith(&carrier{scope: s}, v)
}

func (s *scope) departWith(c *carrier, v goja.Value) (data *structuredclone.Data, stubs []*stub) {
	if _, ok := v.(*goja.Object); !ok {
		if _, ok := v.(*goja.Symbol); !ok {
			return structuredclone.Primitive(v), nil
		}
	}
	ok := false
	defer func() {
		if !ok {
			for _, sent := range c.sent {
				sent.discard()
			}
		}
	}()
	data = structuredclone.Serialize(s.realm, v, c)
	ok = true
	return data, c.stubs
}

// departArguments takes the arguments of a call. Stubs among them stay the caller's or, before the flag that says so,
// become the callee's.
func (s *scope) departArguments(args []goja.Value) *structuredclone.Data {
	flags := s.realm.Compat()
	dups := flags.Enabled(compat.RPCParamsDupStubs)
	data, stubs := s.departWith(&carrier{scope: s, dups: dups}, s.realm.Array(args...))
	if !dups {
		for _, st := range stubs {
			st.dispose()
		}
	}
	return data
}

// departResult takes the result of a call. Stubs in it become the caller's.
func (s *scope) departResult(v goja.Value) reply {
	data, stubs := s.depart(v)
	rep := reply{data: data}
	if obj, ok := v.(*goja.Object); ok && s.isRecord(obj) && obj.ExportType() != proxyType {
		if _, isFunction := goja.AssertFunction(obj); !isFunction {
			if _, ok := goja.AssertFunction(obj.GetSymbol(webidl.SymDispose)); ok {
				rep.disposer = s.newExport(obj, true)
			}
		}
	}
	for _, st := range stubs {
		st.dispose()
	}
	return rep
}

// receive makes a value that has arrived, with all that it brings along.
func (s *scope) receive(data *structuredclone.Data) (goja.Value, *group) {
	return s.receiveFrom(data, nil)
}

// receiveFrom is receive of what a call of this isolate's has brought.
func (s *scope) receiveFrom(data *structuredclone.Data, call *callSpan) (goja.Value, *group) {
	before := s.group
	g := &group{call: call}
	s.group = g
	defer func() { s.group = before }()
	return data.Receive(s.realm), g
}

// receiveArguments makes the arguments of a call.
func (s *scope) receiveArguments(data *structuredclone.Data) ([]goja.Value, *group) {
	v, g := s.receive(data)
	list := v.(*goja.Object)
	args := make([]goja.Value, list.Get("length").ToInteger())
	for i := range args {
		args[i] = list.Get(s.realm.Int(i).String())
	}
	return args, g
}

var (
	errFetcher  = webidl.DOMErrorf("DataCloneError", "A binding that is no Worker's cannot be sent to another Worker by RPC in devserver yet: only services can.")
	errLoopback = webidl.DOMErrorf("DataCloneError", `Could not serialize object of type "LoopbackServiceStub". This type does not support serialization.`)
	errDup      = webidl.DOMErrorf("DataCloneError", "Couldn't create a stub for the RcpTarget because it has a dup() method which did not return another RpcTarget. "+
		"Either remove the dup() method or make sure it returns an RpcTarget.")
	errDupFunction = webidl.DOMErrorf("DataCloneError", "Couldn't create a stub for the function because it has a dup() method which did not return another function. "+
		"Either remove the dup() method or make sure it returns a function.")
)

// Carry implements [structuredclone.Carrier].
func (c *carrier) Carry(obj *goja.Object) (structuredclone.External, error) {
	s := c.scope
	r := s.realm
	switch impl := r.Impl(obj).(type) {
	case nil:
		_, isFunction := goja.AssertFunction(obj)
		if isFunction {
			dup := c.dup(obj)
			if _, isFunction = goja.AssertFunction(dup); !isFunction {
				return nil, errDupFunction
			}
			obj = dup
		}
		if isFunction || obj.ExportType() == proxyType {
			return sent(c, &exported{s.newExport(obj, true)}), nil
		}
		return nil, nil
	case target:
		dup := c.dup(obj)
		if !s.isTarget(dup) {
			return nil, errDup
		}
		return sent(c, &exported{s.newExport(dup, true)}), nil
	case *stub:
		if err := impl.usable(); err != nil {
			return nil, err
		}
		c.stubs = append(c.stubs, impl)
		impl.reference.retain(true)
		return sent(c, &exported{impl.reference.export}), nil
	case *streams.ReadableStream:
		body, err := streams.Reader(r, impl)
		if err != nil {
			return nil, webidl.TypeErrorf("The ReadableStream has been locked to a reader.")
		}
		return sent(c, &readable{s.feed(body)}), nil
	case *streams.WritableStream:
		e, err := s.exportWritable(impl)
		if err != nil {
			return nil, err
		}
		return sent(c, &writable{e}), nil
	case *events.AbortSignal:
		return nil, fetch.ErrSignal
	case *blob.Blob:
		return blobOf{impl}, nil
	}
	if t := fetch.TargetOf(r, obj); t != nil {
		if r.ClassOfPrototype(obj.Prototype()) == loopbackClass {
			return nil, errLoopback
		}
		if service, ok := t.(*service); ok {
			return &bound{service.worker, service.entry}, nil
		}
		return nil, errFetcher
	}
	m, err := fetch.Depart(r, obj)
	if err != nil || m == nil {
		return nil, err
	}
	if m.Body != nil {
		m.Body = s.feed(m.Body)
	}
	return sent(c, &message{m}), nil
}

// dup is what is sent in the place of an object: what its method dup() returns if it has one, and what is sent stays the
// sender's; nil if that is no object.
func (c *carrier) dup(obj *goja.Object) *goja.Object {
	if !c.dups {
		return obj
	}
	method, ok := goja.AssertFunction(obj.Get("dup"))
	if !ok {
		return obj
	}
	v, err := method(obj)
	c.scope.realm.Rethrow(err)
	dup, _ := v.(*goja.Object)
	return dup
}

// bound is a service binding on its way.
type bound struct {
	worker Worker
	entry  Entrypoint
}

// Receive implements [structuredclone.External].
func (e *bound) Receive(r *webidl.Realm) *goja.Object { return NewFetcher(r, e.worker, e.entry) }

// sent notes what has been made.
func sent[T interface{ discard() }](c *carrier, e T) T {
	c.sent = append(c.sent, e)
	return e
}

// exported is an export that is on its way, retained.
type exported struct{ export *export }

// Receive implements [structuredclone.External].
func (e *exported) Receive(r *webidl.Realm) *goja.Object {
	return r.New(StubClass, &stub{reference: scopeOf(r).refer(e.export)})
}

func (e *exported) discard() { e.export.release(true) }

// feed makes a body of an isolate one that another reads: the isolate lives until it has been read.
func (s *scope) feed(body io.ReadCloser) *feed {
	f := &feed{body: body, from: s}
	s.hold()
	s.own(f)
	return f
}

// feed is a body that one isolate gives and another reads. Nothing of the one's realm shows in it.
type feed struct {
	body io.ReadCloser
	from *scope
	once sync.Once
	end  func() // tells the one who reads; nil if it does not matter
}

var (
	errDisconnected = webidl.Errorf("ReadableStream received over RPC disconnected prematurely.")
	errLost         = &webidl.Error{Name: "Error", Message: "Network connection lost.", Retryable: true}
)

// Read implements io.Reader.
func (f *feed) Read(p []byte) (int, error) {
	n, err := f.body.Read(p)
	if err == nil {
		return n, nil
	}
	f.over()
	if err == io.EOF {
		return n, err
	}
	if e, ok := errors.AsType[*webidl.Error](err); ok && e.Name == "TypeError" {
		return n, errLost // a chunk that is no bytes
	}
	return n, errDisconnected
}

// Close implements io.Closer.
func (f *feed) Close() error {
	f.over()
	return f.body.Close()
}

func (f *feed) over() {
	f.once.Do(func() {
		f.from.disown(f)
		f.from.leave()
		if f.end != nil {
			f.end()
		}
	})
}

// release implements holding, of the isolate that it comes from, which has ended.
func (f *feed) release() {
	f.over()
	if b, ok := f.body.(streams.Body); ok {
		b.Fail(errDisconnected)
		return
	}
	f.body.Close()
}

func (f *feed) discard() { go f.Close() }

// taken has a feed closed when the isolate that reads it ends.
func (s *scope) taken(f *feed) {
	h := &reading{f}
	f.end = func() { s.disown(h) }
	s.own(h)
}

// reading is a feed as whoever reads it has it.
type reading struct{ feed *feed }

// release implements holding. Closing may wait for a read under way.
func (h *reading) release() { go h.feed.Close() }

// readable is a ReadableStream on its way.
type readable struct{ *feed }

// Receive implements [structuredclone.External].
func (e *readable) Receive(r *webidl.Realm) *goja.Object {
	scopeOf(r).taken(e.feed)
	return streams.NewFromReader(r, e.feed, -1)
}

// message is a Request, a Response or Headers on their way.
type message struct{ *fetch.Message }

// Receive implements [structuredclone.External].
func (e *message) Receive(r *webidl.Realm) *goja.Object {
	if f, ok := e.Body.(*feed); ok {
		scopeOf(r).taken(f)
	}
	return e.Arrive(r)
}

func (e *message) discard() {
	if f, ok := e.Body.(*feed); ok {
		f.discard()
	}
}

// blobOf is a Blob on its way: its bytes do not change, and need not be copied.
type blobOf struct{ blob *blob.Blob }

// Receive implements [structuredclone.External].
func (e blobOf) Receive(r *webidl.Realm) *goja.Object {
	return r.New(blob.BlobClass, blob.New(e.blob.Type(), e.blob.Parts()...))
}
