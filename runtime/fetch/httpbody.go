package fetch

import (
	"bytes"
	"io"
	"strings"

	"devserver/runtime/streams"
)

// Body is the body of the *http.Response that [Response.HTTP] makes. Whoever stops running the isolate's loop while a
// body still needs it must call its Fail.
type Body interface {
	streams.Body
	// InMemory reports whether the body is all there, and depends on nothing in the isolate any more.
	InMemory() bool
}

// newMemoryBody returns a body of known bytes: text or data, whichever is not empty.
func newMemoryBody(text string, data []byte) Body {
	if text != "" {
		b := &textBody{}
		b.Reset(text)
		return b
	}
	b := &dataBody{}
	b.Reset(data)
	return b
}

type textBody struct{ strings.Reader }

func (*textBody) Close() error    { return nil }
func (*textBody) NeedsLoop() bool { return false }
func (*textBody) Fail(error)      {}
func (*textBody) InMemory() bool  { return true }

type dataBody struct{ bytes.Reader }

func (*dataBody) Close() error    { return nil }
func (*dataBody) NeedsLoop() bool { return false }
func (*dataBody) Fail(error)      {}
func (*dataBody) InMemory() bool  { return true }

// streamBody is a body that is still on its way, from Go or from JavaScript.
type streamBody struct{ io.ReadCloser }

func (b streamBody) NeedsLoop() bool { return streams.NeedsLoop(b.ReadCloser) }
func (b streamBody) InMemory() bool  { return false }

// Fail implements [streams.Body]. A body that comes from Go ends by being closed.
func (b streamBody) Fail(err error) {
	if body, ok := b.ReadCloser.(streams.Body); ok {
		body.Fail(err)
		return
	}
	b.Close()
}

// asBody makes a Body of any reader.
func asBody(reader io.ReadCloser) Body {
	if b, ok := reader.(Body); ok {
		return b
	}
	return streamBody{reader}
}
