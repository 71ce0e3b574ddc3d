// Package blob is Blob, File and FormData, and the two encodings of forms: https://w3c.github.io/FileAPI/ and
// https://xhr.spec.whatwg.org/#interface-formdata
//
// The bytes of a blob are pieces of memory that never change, so slices, blobs of blobs, encoded forms and streams
// share them.
package blob

import (
	"bytes"
	"io"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Globals returns the globals of this package.
func Globals() []webidl.Global {
	return []webidl.Global{
		webidl.ClassGlobal(BlobClass),
		webidl.ClassGlobal(FileClass),
		webidl.ClassGlobal(FormDataClass),
	}
}

// AnyBlob is a [Blob], or a [File], which is one too.
type AnyBlob interface{ AsBlob() *Blob }

// Blob is the Go value behind a Blob object: https://w3c.github.io/FileAPI/#blob-section
type Blob struct {
	parts [][]byte
	size  int64
	kind  string
}

// New makes a blob of parts, which it takes over: nobody may change them any more. kind is its type as scripts see it,
// such as "text/plain" or "".
func New(kind string, parts ...[]byte) *Blob {
	b := &Blob{parts: parts, kind: kind}
	for _, part := range parts {
		b.size += int64(len(part))
	}
	return b
}

// normalizeType makes a type that a script gives what https://w3c.github.io/FileAPI/#dfn-type says: lower case, or empty
// if it has anything but printable ASCII.
func normalizeType(kind string) string {
	for i := range len(kind) {
		if kind[i] < 0x20 || kind[i] > 0x7E {
			return ""
		}
	}
	return strings.ToLower(kind)
}

// AsBlob returns b.
func (b *Blob) AsBlob() *Blob { return b }

// Size returns the size in bytes.
func (b *Blob) Size() int64 { return b.size }

// Type returns the MIME type, or "".
func (b *Blob) Type() string { return b.kind }

// Parts returns the bytes, in pieces that must not be changed.
func (b *Blob) Parts() [][]byte { return b.parts }

// Bytes returns the bytes in one piece. They must not be changed: if the blob is of one piece, they are its own.
func (b *Blob) Bytes() []byte {
	if len(b.parts) == 1 {
		return b.parts[0]
	}
	return b.copy()
}

// copy returns the bytes as memory of the caller's own.
func (b *Blob) copy() []byte {
	data := make([]byte, 0, b.size)
	for _, part := range b.parts {
		data = append(data, part...)
	}
	return data
}

// Slice implements https://w3c.github.io/FileAPI/#slice-blob for a start and an end between 0 and the size.
func (b *Blob) Slice(start, end int64, kind string) *Blob {
	s := &Blob{kind: normalizeType(kind)}
	for _, part := range b.parts {
		n := int64(len(part))
		if from, to := max(start, 0), min(end, n); from < to {
			s.parts = append(s.parts, part[from:to:to])
			s.size += to - from
		}
		start, end = start-n, end-n
	}
	return s
}

// Reader returns the bytes as a reader that copies none of them.
func (b *Blob) Reader() io.Reader {
	switch len(b.parts) {
	case 0:
		return strings.NewReader("")
	case 1:
		return bytes.NewReader(b.parts[0])
	}
	readers := make([]io.Reader, len(b.parts))
	for i, part := range b.parts {
		readers[i] = bytes.NewReader(part)
	}
	return io.MultiReader(readers...)
}

// Clone implements [webidl.Cloneable]: the copy shares the bytes.
func (b *Blob) Clone(r *webidl.Realm, _ *goja.Object) (*goja.Object, error) {
	return r.New(BlobClass, b), nil
}
