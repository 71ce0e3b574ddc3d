// Package streams is the WHATWG Streams standard, https://streams.spec.whatwg.org/, and what Workers add to it.
//
// There are two kinds of streams. Those that scripts make have a queue of JavaScript values and follow the standard's
// algorithms, whose names the functions here bear. Those that Go makes (the body of a request or a response, the
// two sides of an IdentityTransformStream) stand for bytes in Go, and a script that reads them finds a byte stream.
// Where bytes go from Go to Go (a body that is passed on, piped or teed) they never enter JavaScript.
package streams

import "devserver/runtime/webidl"

// Globals returns the classes of this package.
func Globals() []webidl.Global {
	classes := []*webidl.Class{
		ReadableStreamClass, ReadableStreamDefaultReaderClass, ReadableStreamBYOBReaderClass,
		ReadableStreamDefaultControllerClass, ReadableByteStreamControllerClass, ReadableStreamBYOBRequestClass,
		WritableStreamClass, WritableStreamDefaultWriterClass, WritableStreamDefaultControllerClass,
		TransformStreamClass, TransformStreamDefaultControllerClass, IdentityTransformStreamClass, FixedLengthStreamClass,
		CountQueuingStrategyClass, ByteLengthQueuingStrategyClass,
	}
	globals := make([]webidl.Global, len(classes))
	for i, class := range classes {
		globals[i] = webidl.ClassGlobal(class)
	}
	return globals
}
