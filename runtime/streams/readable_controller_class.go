package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// ReadableStreamDefaultControllerClass is the class ReadableStreamDefaultController:
// https://streams.spec.whatwg.org/#rs-default-controller-class-definition
var ReadableStreamDefaultControllerClass = webidl.NewClass("ReadableStreamDefaultController", readableStreamDefaultControllerIDL{})

// ReadableByteStreamControllerClass is the class ReadableByteStreamController:
// https://streams.spec.whatwg.org/#rbs-controller-class-definition
var ReadableByteStreamControllerClass = webidl.NewClass("ReadableByteStreamController", readableByteStreamControllerIDL{})

// ReadableStreamBYOBRequestClass is the class ReadableStreamBYOBRequest:
// https://streams.spec.whatwg.org/#rs-byob-request-class-definition
var ReadableStreamBYOBRequestClass = webidl.NewClass("ReadableStreamBYOBRequest", readableStreamBYOBRequestIDL{})

var (
	errCloseRequested = webidl.TypeErrorf("This ReadableStream is closed, or will be once it has been read.")
	errNotReadable    = webidl.TypeErrorf("This ReadableStream is closed or in error.")
	errEmptyChunk     = webidl.TypeErrorf("Cannot enqueue a zero-length ArrayBuffer.")
	errBYOBInvalid    = webidl.TypeErrorf("This ReadableStreamBYOBRequest has been invalidated.")
)

type readableStreamDefaultControllerIDL struct{}

func (readableStreamDefaultControllerIDL) Define(class *webidl.Class) {
	type C = *ReadableStreamDefaultController
	class.Members = []webidl.Member{
		webidl.ReadOnly("desiredSize", func(d C, c webidl.Call) goja.Value { return sizeOrNull(c)(d.desiredSize()) }),
		webidl.Method("close", 0, func(d C, c webidl.Call) goja.Value {
			c.Check(whyNotEnqueue(d.stream, d.closeRequested))
			d.close()
			return c.Undefined()
		}),
		webidl.Method("enqueue", 0, func(d C, c webidl.Call) goja.Value {
			c.Check(whyNotEnqueue(d.stream, d.closeRequested))
			c.Check(d.enqueue(c.Arg(0)))
			return c.Undefined()
		}),
		webidl.Method("error", 0, func(d C, c webidl.Call) goja.Value {
			d.error(c.Arg(0))
			return c.Undefined()
		}),
	}
}

type readableByteStreamControllerIDL struct{}

func (readableByteStreamControllerIDL) Define(class *webidl.Class) {
	type C = *ReadableByteStreamController
	class.Members = []webidl.Member{
		webidl.ReadOnly("byobRequest", func(b C, c webidl.Call) goja.Value {
			if request := b.getBYOBRequest(); request != nil {
				return request.object
			}
			return goja.Null()
		}),
		webidl.ReadOnly("desiredSize", func(b C, c webidl.Call) goja.Value { return sizeOrNull(c)(b.desiredSize()) }),
		webidl.Method("close", 0, func(b C, c webidl.Call) goja.Value {
			c.Check(whyNotEnqueue(b.stream, b.closeRequested))
			c.Check(b.close())
			return c.Undefined()
		}),
		webidl.Method("enqueue", 1, func(b C, c webidl.Call) goja.Value {
			chunk := viewArgument(c, 0, class.Name, "enqueue")
			if chunk.length == 0 {
				c.Throw(errEmptyChunk)
			}
			c.Check(whyNotEnqueue(b.stream, b.closeRequested))
			c.Check(b.enqueue(chunk))
			return c.Undefined()
		}),
		webidl.Method("error", 0, func(b C, c webidl.Call) goja.Value {
			b.error(c.Arg(0))
			return c.Undefined()
		}),
	}
}

// whyNotEnqueue is the error of an enqueue or a close that comes too late, or nil.
func whyNotEnqueue(s *ReadableStream, closeRequested bool) error {
	switch {
	case closeRequested:
		return errCloseRequested
	case s.state != readable:
		return errNotReadable
	}
	return nil
}

// sizeOrNull converts a desired size.
func sizeOrNull(c webidl.Call) func(size float64, ok bool) goja.Value {
	return func(size float64, ok bool) goja.Value {
		if !ok {
			return goja.Null()
		}
		return c.Realm.Number(size)
	}
}

type readableStreamBYOBRequestIDL struct{}

func (readableStreamBYOBRequestIDL) Define(class *webidl.Class) {
	type B = *ReadableStreamBYOBRequest
	class.Members = []webidl.Member{
		webidl.ReadOnly("view", func(b B, c webidl.Call) goja.Value {
			if b.view == nil {
				return goja.Null()
			}
			return b.view
		}),
		webidl.Method("respond", 1, func(b B, c webidl.Call) goja.Value {
			n := int(c.Realm.Uint(c.Arg(0), 64, webidl.EnforceRange))
			if b.controller == nil {
				c.Throw(errBYOBInvalid)
			}
			if v, _ := toView(c.Realm, b.view); v.buffer.Detached() {
				c.Throw(errDetached)
			}
			c.Check(b.controller.respond(n))
			return c.Undefined()
		}),
		webidl.Method("respondWithNewView", 1, func(b B, c webidl.Call) goja.Value {
			v := viewArgument(c, 0, class.Name, "respondWithNewView")
			if b.controller == nil {
				c.Throw(errBYOBInvalid)
			}
			if v.buffer.Detached() {
				c.Throw(errDetached)
			}
			c.Check(b.controller.respondWithNewView(v))
			return c.Undefined()
		}),
		// Workers only: how many bytes the read that waits needs at least.
		webidl.ReadOnly("atLeast", func(b B, c webidl.Call) goja.Value {
			if b.controller == nil {
				return goja.Null()
			}
			first := b.controller.pendingPullIntos[0]
			return c.Realm.Int(max(first.minimumFill-first.bytesFilled, 1))
		}),
	}
}
