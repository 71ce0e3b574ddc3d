// Package compression is CompressionStream and DecompressionStream: https://compression.spec.whatwg.org/
//
// They are codecs behind two sides that Go has, so that a body that is piped through one and handed on is compressed
// without its bytes entering JavaScript.
package compression

import (
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// format is https://compression.spec.whatwg.org/#supported-formats, as far as Workers have it.
type format string

const (
	formatGzip       format = "gzip"
	formatDeflate    format = "deflate"
	formatDeflateRaw format = "deflate-raw"
)

var errFormat = webidl.TypeErrorf("The compression format must be either 'deflate', 'deflate-raw' or 'gzip'.")

// strictChecks is the compatibility flag of [decompressor.strict].
const strictChecks = "strict_compression_checks"

// stream is the Go value behind both classes.
type stream struct{ streams.Transcoder }

func newStream(c webidl.Call, codec func(f format) streams.Codec) *stream {
	f := format(c.USVString(0))
	if f != formatGzip && f != formatDeflate && f != formatDeflateRaw {
		c.Throw(errFormat)
	}
	return &stream{streams.NewTranscoder(c.Realm, codec(f))}
}

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global {
	return []webidl.Global{webidl.ClassGlobal(CompressionStreamClass), webidl.ClassGlobal(DecompressionStreamClass)}
}
