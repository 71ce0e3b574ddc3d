package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// WritableStreamClass is the class WritableStream: https://streams.spec.whatwg.org/#ws-class-definition
var WritableStreamClass = webidl.NewClass("WritableStream", writableStreamIDL{})

// WritableStreamDefaultControllerClass is the class WritableStreamDefaultController:
// https://streams.spec.whatwg.org/#ws-default-controller-class-definition
var WritableStreamDefaultControllerClass = webidl.NewClass("WritableStreamDefaultController", writableStreamDefaultControllerIDL{})

// WritableStreamDefaultWriterClass is the class WritableStreamDefaultWriter:
// https://streams.spec.whatwg.org/#default-writer-class-definition
var WritableStreamDefaultWriterClass = webidl.NewClass("WritableStreamDefaultWriter", writableStreamDefaultWriterIDL{})

type writableStreamIDL struct{}

func (writableStreamIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		s := newWritableStream(c.Realm)
		s.object = c.Object()
		s.construct(c)
		return s
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("locked", func(s *WritableStream, c webidl.Call) goja.Value { return c.Bool(s.Locked()) }),
		webidl.Promising("abort", 0, func(s *WritableStream, c webidl.Call) goja.Value {
			if s.Locked() {
				c.Throw(errWritableLocked)
			}
			return promised(c.Realm, s.abort(c.Arg(0)))
		}),
		webidl.Promising("close", 0, func(s *WritableStream, c webidl.Call) goja.Value {
			if s.Locked() {
				c.Throw(errWritableLocked)
			}
			if s.closeQueuedOrInFlight() {
				c.Throw(errWritableClosed)
			}
			return promised(c.Realm, s.close())
		}),
		webidl.Method("getWriter", 0, func(s *WritableStream, c webidl.Call) goja.Value {
			writer, err := s.acquireWriter()
			c.Check(err)
			return c.Realm.New(WritableStreamDefaultWriterClass, writer)
		}),
	}
}

// construct implements https://streams.spec.whatwg.org/#ws-constructor
func (s *WritableStream) construct(c webidl.Call) {
	r := c.Realm
	strategy := toQueuingStrategy(c, 1)
	dict := optionalObject(c, 0)
	this := goja.Undefined()
	if !dict.IsZero() {
		this = dict.Object()
	}
	abort, closing, start := method(r, dict, "UnderlyingSink", "abort"), method(r, dict, "UnderlyingSink", "close"), method(r, dict, "UnderlyingSink", "start")
	_, typed := dict.Get("type")
	write := method(r, dict, "UnderlyingSink", "write")
	if typed {
		c.Throw(webidl.RangeErrorf("An underlying sink cannot have a type."))
	}
	size := strategy.extractSizeAlgorithm(r)
	highWaterMark, err := strategy.extractHighWaterMark(1)
	c.Check(err)

	controller := &WritableStreamDefaultController{}
	if !write.IsZero() {
		controller.sinkWrite = func(chunk goja.Value) outcome { return invoke(r, write, this, chunk, controller.Object()) }
	}
	if !closing.IsZero() {
		controller.sinkClose = func() outcome { return invoke(r, closing, this) }
	}
	if !abort.IsZero() {
		controller.sinkAbort = func(reason goja.Value) outcome { return invoke(r, abort, this, reason) }
	}
	object := func() goja.Value { return controller.Object() }
	c.Check(s.setUpController(controller, startAlgorithm(r, start, this, object), highWaterMark, size))
}

type writableStreamDefaultControllerIDL struct{}

func (writableStreamDefaultControllerIDL) Define(class *webidl.Class) {
	type C = *WritableStreamDefaultController
	class.Members = []webidl.Member{
		webidl.ReadOnly("signal", func(d C, c webidl.Call) goja.Value { return d.abortSignal().Object() }),
		webidl.Method("error", 0, func(d C, c webidl.Call) goja.Value {
			d.errorIfNeeded(c.Arg(0))
			return c.Undefined()
		}),
	}
}

type writableStreamDefaultWriterIDL struct{}

func (writableStreamDefaultWriterIDL) Define(class *webidl.Class) {
	type W = *WritableStreamDefaultWriter
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		s, ok := webidl.As[*WritableStream](c.Realm, c.Arg(0))
		if !ok {
			c.Throw(webidl.TypeErrorf("Failed to construct '%s': parameter 1 is not of type 'WritableStream'.", class.Name))
		}
		writer := &WritableStreamDefaultWriter{}
		c.Check(writer.setUp(s))
		return writer
	}
	held := func(w W, c webidl.Call) *WritableStream {
		if w.stream == nil {
			c.Throw(errWriterReleased)
		}
		return w.stream
	}
	class.Members = []webidl.Member{
		webidl.PromisingReadOnly("closed", func(w W, c webidl.Call) goja.Value { return w.closed.value() }),
		webidl.ReadOnly("desiredSize", func(w W, c webidl.Call) goja.Value {
			held(w, c)
			return sizeOrNull(c)(w.desiredSize())
		}),
		webidl.PromisingReadOnly("ready", func(w W, c webidl.Call) goja.Value { return w.ready.value() }),
		webidl.Promising("abort", 0, func(w W, c webidl.Call) goja.Value {
			return promised(c.Realm, held(w, c).abort(c.Arg(0)))
		}),
		webidl.Promising("close", 0, func(w W, c webidl.Call) goja.Value {
			s := held(w, c)
			if s.closeQueuedOrInFlight() {
				c.Throw(errWritableClosed)
			}
			return promised(c.Realm, s.close())
		}),
		webidl.Method("releaseLock", 0, func(w W, c webidl.Call) goja.Value {
			if w.stream != nil {
				w.release()
			}
			return c.Undefined()
		}),
		webidl.Promising("write", 0, func(w W, c webidl.Call) goja.Value {
			held(w, c)
			return w.write(c.Arg(0)).value()
		}),
	}
}
