package fetch

import (
	"io"
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// content is what a body holds: https://fetch.spec.whatwg.org/#concept-body A nil content is a null body.
//
// It is known in full, as text or data, or it is in a Go reader, or in a stream. A stream is also made of one of the
// others when a script asks for it; what is known stays known then, and can be sent more than once.
type content struct {
	known bool
	text  string
	data  []byte // never changed: whoever hands it to a script copies it

	reader io.ReadCloser // nil once it is taken
	length int64         // how many bytes reader gives; -1 if that is not known

	stream *streams.ReadableStream
	used   bool // by Go; what a script does is seen in stream
}

func textContent(s string) *content { return &content{known: true, text: s} }
func dataContent(b []byte) *content { return &content{known: true, data: b} }

func readerContent(body io.ReadCloser, length int64) *content {
	return &content{reader: body, length: length}
}

func streamContent(s *streams.ReadableStream) *content { return &content{stream: s} }

var (
	errUsed   = webidl.TypeErrorf("Body has already been used. It can only be used once. Use tee() first if you need to read it twice.")
	errLocked = webidl.TypeErrorf("This ReadableStream is currently locked to a reader.")
)

// isUsed reports whether anything has been read of the content.
func (c *content) isUsed() bool {
	return c != nil && (c.used || c.stream != nil && c.stream.Disturbed())
}

// isLocked reports whether somebody reads the content, or did so to its end.
func (c *content) isLocked() bool {
	return c != nil && (c.used && c.stream == nil || c.stream != nil && c.stream.Locked())
}

// usable returns the error of reading the content now, or nil.
func (c *content) usable() error {
	if c.isUsed() {
		return errUsed
	}
	if c.isLocked() {
		return errLocked
	}
	return nil
}

// readable returns the content as a stream. That of a content that has been used is locked, as if its reader were
// still there.
func (c *content) readable(r *webidl.Realm) *streams.ReadableStream {
	if c.stream != nil {
		return c.stream
	}
	if c.used {
		c.stream = streams.FromReader(r, newMemoryBody("", nil), 0)
		streams.Reader(r, c.stream) // a stream that was made just now is not locked
		return c.stream
	}
	length := c.size()
	c.stream = streams.FromReader(r, c.open(), length)
	return c.stream
}

// size returns how many bytes there are, or -1 if that is not known.
func (c *content) size() int64 {
	switch {
	case c.known:
		return int64(len(c.text) + len(c.data))
	case c.stream != nil:
		return c.stream.Length()
	}
	return c.length
}

// open returns a reader of a content that has no stream.
func (c *content) open() io.ReadCloser {
	if c.known {
		return newMemoryBody(c.text, c.data)
	}
	reader := c.reader
	c.reader = nil
	return reader
}

// take marks the content used and returns it as a reader, for the caller to close.
func (c *content) take(r *webidl.Realm) (io.ReadCloser, error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	c.used = true
	if c.stream == nil {
		return c.open(), nil
	}
	reader, err := streams.Reader(r, c.stream)
	if err != nil || !c.known {
		return reader, err
	}
	reader.Close()
	return newMemoryBody(c.text, c.data), nil
}

// move returns a content that holds what c held, and leaves c used. A nil content stays.
func (c *content) move(r *webidl.Realm) (*content, error) {
	if c == nil {
		return nil, nil
	}
	moved := &content{known: c.known, text: c.text, data: c.data, length: c.size()}
	reader, err := c.take(r)
	if !c.known {
		moved.reader = reader
	}
	return moved, err
}

// clone returns a second content with the same bytes: https://fetch.spec.whatwg.org/#concept-body-clone
func (c *content) clone(r *webidl.Realm) (*content, error) {
	if c == nil {
		return nil, nil
	}
	if c.isLocked() {
		return nil, webidl.TypeErrorf("This ReadableStream is currently locked to a reader,")
	}
	if c.known && c.stream == nil {
		return &content{known: true, text: c.text, data: c.data}, nil
	}
	known := c.known && !c.isUsed()
	a, b, err := streams.TeeCloning(r, c.readable(r))
	if err != nil {
		return nil, err
	}
	c.known, c.stream = known, a
	return &content{known: known, text: c.text, data: c.data, stream: b}, nil
}

// consume implements https://fetch.spec.whatwg.org/#concept-body-consume-body: it returns a promise of what finish, on
// the loop, makes of the bytes. They come as text if they are in a string already, else as data, which is finish's own.
func (c *content) consume(r *webidl.Realm, finish func(text string, data []byte) goja.Value) goja.Value {
	if c == nil {
		return r.PromiseOf(func() goja.Value { return finish("", nil) })
	}
	if err := c.usable(); err != nil {
		return r.Rejected(err)
	}
	if c.known {
		reader, err := c.take(r)
		if err != nil {
			return r.Rejected(err)
		}
		reader.Close()
		return r.PromiseOf(func() goja.Value { return finish(c.text, slices.Clone(c.data)) })
	}
	promise := r.NewPromise()
	streams.ReadAll(r, c.readable(r), func(data []byte, err error) {
		if err == nil {
			err = r.Try(func() { promise.Resolve(finish("", data)) })
		}
		if err != nil {
			promise.Reject(err)
		}
	})
	return promise.Value()
}
