package webcrypto

import (
	"hash"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// digestStreamClass is the class DigestStream, which Workers have besides the standard:
// https://developers.cloudflare.com/workers/runtime-apis/web-crypto/#constructors
var digestStreamClass = webidl.NewClass("DigestStream", digestStreamIDL{})

// digestSink is what a DigestStream writes to.
type digestSink struct {
	realm   *webidl.Realm
	hash    hash.Hash
	written int64
	digest  *webidl.Promise
}

type digestStreamIDL struct{}

func (digestStreamIDL) Define(class *webidl.Class) {
	class.Parent = streams.WritableStreamClass
	class.Construct = func(c webidl.Call) any {
		if webidl.IsNullish(c.Arg(0)) {
			c.Throw(webidl.TypeErrorf("Failed to construct 'DigestStream': constructor parameter 1 is not of type 'string or HashAlgorithm'."))
		}
		name, _ := algorithmName(c, c.Arg(0))
		h, err := newDigestHash(name)
		c.Check(err)
		sink := &digestSink{realm: c.Realm, hash: h, digest: c.Realm.NewPromise()}
		sink.digest.MarkHandled()
		return streams.NewSinkStream(c.Realm, c.Object(), sink)
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("digest", func(s *streams.WritableStream, c webidl.Call) goja.Value { return sinkOf(c, s).digest.Value() }),
		webidl.ReadOnly("bytesWritten", func(s *streams.WritableStream, c webidl.Call) goja.Value {
			return c.Realm.VM.ToValue(big.NewInt(sinkOf(c, s).written))
		}),
	}
}

// sinkOf is the brand check: a DigestStream is a WritableStream, but not the other way round.
func sinkOf(c webidl.Call, s *streams.WritableStream) *digestSink {
	sink, ok := s.Sink().(*digestSink)
	if !ok {
		c.Throw(webidl.ErrIllegalInvocation)
	}
	return sink
}

// Write implements [streams.Sink].
func (s *digestSink) Write(chunk goja.Value) error {
	data, ok := s.realm.Bytes(chunk)
	if !ok {
		text, isString := chunk.(goja.String)
		if !isString {
			return webidl.TypeErrorf("DigestStream is a byte stream but received an object of non-ArrayBuffer/ArrayBufferView/string type on its writable side.")
		}
		data = []byte(s.realm.USVString(text))
	}
	s.hash.Write(data)
	s.written += int64(len(data))
	return nil
}

// Close implements [streams.Sink].
func (s *digestSink) Close() error {
	s.digest.Resolve(s.realm.ArrayBuffer(s.hash.Sum(nil)))
	return nil
}

// Abort implements [streams.Sink].
func (s *digestSink) Abort(reason goja.Value) { s.digest.RejectValue(reason) }
