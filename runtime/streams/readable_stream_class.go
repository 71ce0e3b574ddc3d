package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// ReadableStreamClass is the class ReadableStream: https://streams.spec.whatwg.org/#rs-class-definition
var ReadableStreamClass = webidl.NewClass("ReadableStream", readableStreamIDL{})

var readableStreamAsyncIteratorClass = webidl.NewAsyncIteratorClass("ReadableStream AsyncIterator")

type readableStreamIDL struct{}

func (readableStreamIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		s := newReadableStream(c.Realm)
		s.object = c.Object()
		s.construct(c)
		return s
	}
	class.Statics = []webidl.Member{
		webidl.Static("from", 1, func(c webidl.Call) goja.Value {
			s, err := readableStreamFrom(c.Realm, c.Arg(0))
			c.Check(err)
			return s.Object()
		}),
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("locked", func(s *ReadableStream, c webidl.Call) goja.Value { return c.Bool(s.Locked()) }),
		webidl.Promising("cancel", 0, func(s *ReadableStream, c webidl.Call) goja.Value {
			if s.Locked() {
				c.Throw(errReadableLocked)
			}
			return promised(c.Realm, s.cancel(c.Arg(0)))
		}),
		webidl.Method("getReader", 0, func(s *ReadableStream, c webidl.Call) goja.Value {
			if !readerMode(c) {
				reader, err := s.acquireDefaultReader()
				c.Check(err)
				return c.Realm.New(ReadableStreamDefaultReaderClass, reader)
			}
			reader, err := s.acquireBYOBReader()
			c.Check(err)
			return c.Realm.New(ReadableStreamBYOBReaderClass, reader)
		}),
		webidl.Method("pipeThrough", 1, func(s *ReadableStream, c webidl.Call) goja.Value {
			in, out := transformPair(c)
			options := toPipeOptions(c, 1)
			if s.Locked() {
				c.Throw(errReadableLocked)
			}
			if in.Locked() {
				c.Throw(errWritableLocked)
			}
			s.pipeTo(in, options).handle()
			return out
		}),
		webidl.Promising("pipeTo", 1, func(s *ReadableStream, c webidl.Call) goja.Value {
			dest, ok := webidl.As[*WritableStream](c.Realm, c.Arg(0))
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'pipeTo' on 'ReadableStream': parameter 1 is not of type 'WritableStream'."))
			}
			options := toPipeOptions(c, 1)
			if s.Locked() {
				c.Throw(errReadableLocked)
			}
			if dest.Locked() {
				c.Throw(errWritableLocked)
			}
			return s.pipeTo(dest, options).value()
		}),
		webidl.Method("tee", 0, func(s *ReadableStream, c webidl.Call) goja.Value {
			a, b, err := Tee(c.Realm, s)
			c.Check(err)
			return c.Realm.Array(a.Object(), b.Object())
		}),
		webidl.Method("values", 0, func(s *ReadableStream, c webidl.Call) goja.Value {
			preventCancel := c.Dictionary(0).Bool("preventCancel")
			reader, err := s.acquireDefaultReader()
			c.Check(err)
			return newStreamIterator(c.Realm, reader, preventCancel)
		}),
		webidl.Alias(webidl.SymAsyncIterator, "values"),
	}
}

// construct implements https://streams.spec.whatwg.org/#rs-constructor
func (s *ReadableStream) construct(c webidl.Call) {
	strategy := toQueuingStrategy(c, 1)
	source := toUnderlyingSource(c)
	if source.expectedLength >= 0 {
		s.length = source.expectedLength
	}
	if source.bytes {
		if !strategy.size.IsZero() {
			c.Throw(webidl.RangeErrorf("A byte stream's strategy cannot have a size function."))
		}
		highWaterMark, err := strategy.extractHighWaterMark(0)
		c.Check(err)
		if source.autoAllocateSet && source.autoAllocateChunkSize == 0 {
			c.Throw(webidl.TypeErrorf("The autoAllocateChunkSize option cannot be zero."))
		}
		controller := &ReadableByteStreamController{}
		pull, cancel, start := source.algorithms(c.Realm, func() goja.Value { return controller.Object() })
		controller.pull, controller.cancel = pull, cancel
		c.Check(s.setUpByteController(controller, start, highWaterMark, source.autoAllocateChunkSize))
		return
	}
	size := strategy.extractSizeAlgorithm(c.Realm)
	highWaterMark, err := strategy.extractHighWaterMark(1)
	c.Check(err)
	controller := &ReadableStreamDefaultController{}
	pull, cancel, start := source.algorithms(c.Realm, func() goja.Value { return controller.Object() })
	controller.pull, controller.cancel = pull, cancel
	c.Check(s.setUpDefaultController(controller, start, highWaterMark, size))
}

// underlyingSource is a converted UnderlyingSource: https://streams.spec.whatwg.org/#dictdef-underlyingsource
type underlyingSource struct {
	object                goja.Value
	autoAllocateChunkSize int
	autoAllocateSet       bool
	bytes                 bool
	cancel, pull, start   webidl.Callback
	expectedLength        int64 // Workers: how many bytes there will be, or -1
}

func toUnderlyingSource(c webidl.Call) underlyingSource {
	source := underlyingSource{object: goja.Undefined(), expectedLength: -1}
	dict := optionalObject(c, 0)
	if dict.IsZero() {
		return source
	}
	source.object = dict.Object()
	if v, ok := dict.Get("autoAllocateChunkSize"); ok {
		source.autoAllocateChunkSize = int(c.Realm.Uint(v, 64, webidl.EnforceRange))
		source.autoAllocateSet = true
	}
	source.cancel = method(c.Realm, dict, "UnderlyingSource", "cancel")
	source.expectedLength = expectedLength(c.Realm, dict)
	source.pull = method(c.Realm, dict, "UnderlyingSource", "pull")
	source.start = method(c.Realm, dict, "UnderlyingSource", "start")
	if kind, ok := dict.String("type"); ok {
		if kind != "bytes" {
			c.Throw(webidl.TypeErrorf("\"%s\" is not a valid type of ReadableStream.", kind))
		}
		source.bytes = true
	}
	return source
}

// algorithms makes the algorithms of a controller from the source's methods:
// https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller-from-underlying-source
func (s underlyingSource) algorithms(r *webidl.Realm, controller func() goja.Value) (pull func() outcome, cancel func(goja.Value) outcome, start func() (outcome, error)) {
	if !s.pull.IsZero() {
		pull = func() outcome { return invoke(r, s.pull, s.object, controller()) }
	}
	if !s.cancel.IsZero() {
		cancel = func(reason goja.Value) outcome { return invoke(r, s.cancel, s.object, reason) }
	}
	return pull, cancel, startAlgorithm(r, s.start, s.object, controller)
}

// startAlgorithm is the start algorithm of a method, which may be missing.
func startAlgorithm(r *webidl.Realm, start webidl.Callback, this goja.Value, controller func() goja.Value) func() (outcome, error) {
	if start.IsZero() {
		return noStart
	}
	return func() (outcome, error) {
		v, err := start.Call(this, controller())
		if err != nil {
			return nil, err
		}
		return resolvedWith(r, v), nil
	}
}

// optionalObject converts the argument at index i, an object that need not be given, to a dictionary.
func optionalObject(c webidl.Call, i int) webidl.Dictionary {
	if goja.IsNull(c.Arg(i)) {
		c.Throw(webidl.TypeErrorf("The provided value is not of type 'object'."))
	}
	return c.Dictionary(i)
}

// method converts a member of a dictionary of a type to a callback, a zero one if it is missing.
func method(r *webidl.Realm, dict webidl.Dictionary, dictType, name string) webidl.Callback {
	v, ok := dict.Get(name)
	if !ok {
		return webidl.Callback{}
	}
	if _, ok := goja.AssertFunction(v); !ok {
		panic(r.TypeError("Incorrect type for the '%s' field on '%s': the provided value is not of type 'function'.", name, dictType))
	}
	return r.Callback(v, name)
}

// expectedLength converts the member that Workers have for the Content-Length of a stream; -1 means that it is missing.
func expectedLength(r *webidl.Realm, dict webidl.Dictionary) int64 {
	v, ok := dict.Get("expectedLength")
	if !ok {
		return -1
	}
	length, err := toLength(r, v)
	r.Rethrow(err)
	return length
}

// readerMode converts ReadableStreamGetReaderOptions and reports whether a BYOB reader is asked for.
func readerMode(c webidl.Call) (byob bool) {
	mode, ok := c.Dictionary(0).String("mode")
	if ok && mode != "byob" {
		c.Throw(webidl.TypeErrorf("mode must be undefined or 'byob' in call to getReader()."))
	}
	return ok
}

// transformPair converts a ReadableWritablePair: https://streams.spec.whatwg.org/#dictdef-readablewritablepair
func transformPair(c webidl.Call) (in *WritableStream, out goja.Value) {
	dict := c.Dictionary(0)
	out, _ = dict.Get("readable")
	if _, ok := webidl.As[*ReadableStream](c.Realm, out); !ok {
		c.Throw(webidl.TypeErrorf("Incorrect type for the 'readable' field on 'Transform': the provided value is not of type 'ReadableStream'."))
	}
	v, _ := dict.Get("writable")
	in, ok := webidl.As[*WritableStream](c.Realm, v)
	if !ok {
		c.Throw(webidl.TypeErrorf("Incorrect type for the 'writable' field on 'Transform': the provided value is not of type 'WritableStream'."))
	}
	return in, out
}

func toPipeOptions(c webidl.Call, i int) pipeOptions {
	dict := c.Dictionary(i)
	options := pipeOptions{
		preventAbort:  dict.Bool("preventAbort"),
		preventCancel: dict.Bool("preventCancel"),
		preventClose:  dict.Bool("preventClose"),
	}
	if v, ok := dict.Get("signal"); ok {
		if options.signal, ok = webidl.As[*events.AbortSignal](c.Realm, v); !ok {
			c.Throw(webidl.TypeErrorf("Incorrect type for the 'signal' field on 'PipeToOptions': the provided value is not of type 'AbortSignal'."))
		}
	}
	return options
}
