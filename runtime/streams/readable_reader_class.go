package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// ReadableStreamDefaultReaderClass is the class ReadableStreamDefaultReader: https://streams.spec.whatwg.org/#default-reader-class-definition
var ReadableStreamDefaultReaderClass = webidl.NewClass("ReadableStreamDefaultReader", readableStreamDefaultReaderIDL{})

// ReadableStreamBYOBReaderClass is the class ReadableStreamBYOBReader: https://streams.spec.whatwg.org/#byob-reader-class-definition
var ReadableStreamBYOBReaderClass = webidl.NewClass("ReadableStreamBYOBReader", readableStreamBYOBReaderIDL{})

type readableStreamDefaultReaderIDL struct{}

func (readableStreamDefaultReaderIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		reader := &ReadableStreamDefaultReader{}
		c.Check(reader.setUp(streamArgument(c, class.Name)))
		return reader
	}
	class.Members = append([]webidl.Member{
		webidl.Promising("read", 0, func(d *ReadableStreamDefaultReader, c webidl.Call) goja.Value {
			if d.stream == nil {
				c.Throw(errReaderReleased)
			}
			request := promiseRequest{c.Realm, c.Realm.NewPromise()}
			d.read(request)
			return request.result.Value()
		}),
		webidl.Method("releaseLock", 0, func(d *ReadableStreamDefaultReader, c webidl.Call) goja.Value {
			if d.stream != nil {
				d.releaseLock()
			}
			return c.Undefined()
		}),
	}, genericReaderMembers[*ReadableStreamDefaultReader]()...)
}

type readableStreamBYOBReaderIDL struct{}

func (readableStreamBYOBReaderIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		reader := &ReadableStreamBYOBReader{}
		c.Check(reader.setUp(streamArgument(c, class.Name)))
		return reader
	}
	class.Members = append([]webidl.Member{
		webidl.Promising("read", 1, func(b *ReadableStreamBYOBReader, c webidl.Call) goja.Value {
			v := viewArgument(c, 0, class.Name, "read")
			least := 1
			if n, ok := c.Dictionary(1).Get("min"); ok {
				least = int(c.Realm.Uint(n, 64, webidl.EnforceRange))
			}
			return b.readView(c, v, least)
		}),
		// Workers only.
		webidl.Promising("readAtLeast", 2, func(b *ReadableStreamBYOBReader, c webidl.Call) goja.Value {
			return b.readView(c, viewArgument(c, 1, class.Name, "readAtLeast"), int(c.Realm.Uint(c.Arg(0), 32, webidl.EnforceRange)))
		}),
		webidl.Method("releaseLock", 0, func(b *ReadableStreamBYOBReader, c webidl.Call) goja.Value {
			if b.stream != nil {
				b.releaseLock()
			}
			return c.Undefined()
		}),
	}, genericReaderMembers[*ReadableStreamBYOBReader]()...)
}

// readView implements https://streams.spec.whatwg.org/#byob-reader-read
func (b *ReadableStreamBYOBReader) readView(c webidl.Call, v view, least int) goja.Value {
	switch {
	case v.buffer.Detached():
		c.Throw(errDetached)
	case v.length == 0:
		c.Throw(webidl.TypeErrorf("You must call read() on a \"byob\" reader with a positive-sized TypedArray object."))
	case least == 0:
		c.Throw(webidl.TypeErrorf("The minimum number of elements to read must be greater than 0."))
	case least > v.length/v.elementSize():
		c.Throw(webidl.RangeErrorf("The minimum number of elements to read is greater than the view has room for."))
	case b.stream == nil:
		c.Throw(errReaderReleased)
	}
	request := promiseIntoRequest{promiseRequest{c.Realm, c.Realm.NewPromise()}}
	b.read(v, least, request)
	return request.result.Value()
}

// genericReaderMembers are the members of https://streams.spec.whatwg.org/#generic-reader-mixin
func genericReaderMembers[T streamReader]() []webidl.Member {
	return []webidl.Member{
		webidl.PromisingReadOnly("closed", func(reader T, c webidl.Call) goja.Value {
			return reader.generic().closed.value()
		}),
		webidl.Promising("cancel", 0, func(reader T, c webidl.Call) goja.Value {
			g := reader.generic()
			if g.stream == nil {
				c.Throw(errReaderReleased)
			}
			return promised(c.Realm, g.cancel(c.Arg(0)))
		}),
	}
}

func streamArgument(c webidl.Call, class string) *ReadableStream {
	s, ok := webidl.As[*ReadableStream](c.Realm, c.Arg(0))
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to construct '%s': parameter 1 is not of type 'ReadableStream'.", class))
	}
	return s
}

// viewArgument converts the argument at index i of a method.
func viewArgument(c webidl.Call, i int, class, method string) view {
	v, ok := toView(c.Realm, c.Arg(i))
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on '%s': parameter %d is not of type 'ArrayBufferView'.", method, class, i+1))
	}
	return v
}
