package compression

import (
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// CompressionStreamClass is the class CompressionStream: https://compression.spec.whatwg.org/#compression-stream
// It inherits from TransformStream, as in Workers.
var CompressionStreamClass = webidl.NewClass("CompressionStream", compressionStreamIDL{})

// DecompressionStreamClass is the class DecompressionStream: https://compression.spec.whatwg.org/#decompression-stream
var DecompressionStreamClass = webidl.NewClass("DecompressionStream", decompressionStreamIDL{})

type compressionStreamIDL struct{}

func (compressionStreamIDL) Define(class *webidl.Class) {
	class.Parent = streams.TransformStreamClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		c.Check(c.Realm.CheckIO())
		return newStream(c, func(f format) streams.Codec { return &compressor{format: f} })
	}
	class.Members = streams.TransformMembers()
}

type decompressionStreamIDL struct{}

func (decompressionStreamIDL) Define(class *webidl.Class) {
	class.Parent = streams.TransformStreamClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		c.Check(c.Realm.CheckIO())
		strict := c.Realm.Compat().Enabled(strictChecks)
		return newStream(c, func(f format) streams.Codec { return &decompressor{format: f, strict: strict} })
	}
	class.Members = streams.TransformMembers()
}
