package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// TransformStreamClass is the class TransformStream: https://streams.spec.whatwg.org/#ts-class-definition
var TransformStreamClass = webidl.NewClass("TransformStream", transformStreamIDL{})

// TransformStreamDefaultControllerClass is the class TransformStreamDefaultController:
// https://streams.spec.whatwg.org/#ts-default-controller-class-definition
var TransformStreamDefaultControllerClass = webidl.NewClass("TransformStreamDefaultController", transformStreamDefaultControllerIDL{})

type transformStreamIDL struct{}

func (transformStreamIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return newTransformStream(c) }
	class.Members = TransformMembers()
}

// TransformMembers are the members of the mixin https://streams.spec.whatwg.org/#generictransformstream, for classes
// whose Go values embed a [TransformStream] or a [Transcoder].
func TransformMembers() []webidl.Member {
	type T interface {
		sides() (*ReadableStream, *WritableStream)
	}
	return []webidl.Member{
		webidl.ReadOnly("readable", func(t T, c webidl.Call) goja.Value {
			readable, _ := t.sides()
			return readable.Object()
		}),
		webidl.ReadOnly("writable", func(t T, c webidl.Call) goja.Value {
			_, writable := t.sides()
			return writable.Object()
		}),
	}
}

// newTransformStream implements https://streams.spec.whatwg.org/#ts-constructor
func newTransformStream(c webidl.Call) *TransformStream {
	r := c.Realm
	writableStrategy, readableStrategy := toQueuingStrategy(c, 1), toQueuingStrategy(c, 2)
	dict := optionalObject(c, 0)
	this := goja.Undefined()
	if !dict.IsZero() {
		this = dict.Object()
	}
	cancel := method(r, dict, "Transformer", "cancel")
	length := expectedLength(r, dict)
	flush := method(r, dict, "Transformer", "flush")
	_, readableType := dict.Get("readableType")
	start, transform := method(r, dict, "Transformer", "start"), method(r, dict, "Transformer", "transform")
	_, writableType := dict.Get("writableType")
	if readableType {
		c.Throw(webidl.RangeErrorf("transformer.readableType must be undefined."))
	}
	if writableType {
		c.Throw(webidl.RangeErrorf("transformer.writableType must be undefined."))
	}
	readableMark, err := readableStrategy.extractHighWaterMark(0)
	c.Check(err)
	writableMark, err := writableStrategy.extractHighWaterMark(1)
	c.Check(err)

	controller := &TransformStreamDefaultController{}
	if !cancel.IsZero() {
		controller.cancel = func(reason goja.Value) outcome { return invoke(r, cancel, this, reason) }
	}
	if !flush.IsZero() {
		controller.flush = func() outcome { return invoke(r, flush, this, controller.Object()) }
	}
	if !transform.IsZero() {
		controller.transform = func(chunk goja.Value) outcome { return invoke(r, transform, this, chunk, controller.Object()) }
	}
	t := &TransformStream{realm: r}
	started := newPromise(r)
	t.initialize(controller, started, writableMark, writableStrategy.extractSizeAlgorithm(r),
		readableMark, readableStrategy.extractSizeAlgorithm(r))
	t.readable.length = length
	if start.IsZero() {
		started.resolve()
		return t
	}
	result, err := start.Call(this, controller.Object())
	c.Check(err)
	started.follow(resolvedWith(r, result))
	return t
}

type transformStreamDefaultControllerIDL struct{}

func (transformStreamDefaultControllerIDL) Define(class *webidl.Class) {
	type C = *TransformStreamDefaultController
	class.Members = []webidl.Member{
		webidl.ReadOnly("desiredSize", func(d C, c webidl.Call) goja.Value {
			return sizeOrNull(c)(d.stream.readableController().desiredSize())
		}),
		webidl.Method("enqueue", 0, func(d C, c webidl.Call) goja.Value {
			c.Check(d.enqueue(c.Arg(0)))
			return c.Undefined()
		}),
		webidl.Method("error", 0, func(d C, c webidl.Call) goja.Value {
			d.stream.error(c.Arg(0))
			return c.Undefined()
		}),
		webidl.Method("terminate", 0, func(d C, c webidl.Call) goja.Value {
			d.terminate()
			return c.Undefined()
		}),
	}
}
