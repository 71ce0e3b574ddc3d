package fetch

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
)

// coding is a Content-Encoding that Workers undo and make. They know it in this spelling only.
type coding string

const (
	codingGzip   coding = "gzip"
	codingBrotli coding = "br"
)

// brotliContentEncoding is the compatibility flag without which brotli is no coding that Workers know.
const brotliContentEncoding = "brotli_content_encoding"

// codingOf returns the coding of a Content-Encoding header, or "" if it is none that Workers know.
func codingOf(header string, flags compat.Set) coding {
	switch c := coding(header); {
	case c == codingGzip, c == codingBrotli && flags.Enabled(brotliContentEncoding):
		return c
	}
	return ""
}

// decoded is the body of a message with a coding. As long as nothing has been read of it, it can be passed on as it came.
type decoded struct {
	streamBody
	coding coding
	length int64 // of the encoded bytes; -1 if that is not known

	source codedSource
	gzip   *bufio.Reader // over source, if the coding is gzip
	plain  io.Reader     // nil before the first read
	err    error
}

// decode returns the decoded body of a message with a coding, and its length.
func decode(body io.ReadCloser, length int64, c coding) (io.ReadCloser, int64) {
	if c == "" {
		return body, length
	}
	return &decoded{streamBody: streamBody{body}, coding: c, length: length}, -1
}

// codedSource is what a decoder reads. It remembers what went wrong with getting the bytes, which is not what is wrong
// with them.
type codedSource struct {
	io.Reader
	err error
}

// Read implements io.Reader.
func (s *codedSource) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// Read implements io.Reader.
func (d *decoded) Read(p []byte) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	if d.plain == nil {
		d.source.Reader = d.ReadCloser
		if d.err = d.open(); d.err != nil {
			return 0, d.err
		}
	}
	n, err := d.plain.Read(p)
	if err == io.EOF && n > 0 {
		return n, nil // what follows the end, if anything, may take time to come
	}
	switch {
	case err == io.EOF && d.gzip != nil:
		if err = d.next(); err == nil {
			return d.Read(p)
		}
	case err != nil && err != io.EOF:
		err = d.failure(err)
	}
	d.err = err
	return n, err
}

// next goes on to the next member of gzip, which may have any number of them. The error is io.EOF after the last.
func (d *decoded) next() error {
	if _, err := d.gzip.Peek(1); err != nil {
		return err
	}
	return d.open()
}

const gzipMagic = "\x1F\x8B"

// open makes the decoder, of the next member if it is gzip's, whose header it reads.
func (d *decoded) open() error {
	if d.coding == codingBrotli {
		d.plain = brotli.NewReader(&d.source)
		return nil
	}
	if d.gzip == nil {
		d.gzip = bufio.NewReader(&d.source)
	}
	// What is too short for a header must still begin like one, or it has not ended early: it is something else.
	if magic, _ := d.gzip.Peek(len(gzipMagic)); !strings.HasPrefix(gzipMagic, string(magic)) {
		return d.failure(gzip.ErrHeader)
	}
	plain, err := gzip.NewReader(d.gzip)
	if err != nil {
		return d.failure(err)
	}
	plain.Multistream(false)
	d.plain = plain
	return nil
}

// failure is the error for one of a decoder's.
func (d *decoded) failure(err error) error {
	what := "Gzip"
	if d.coding == codingBrotli {
		what = "Brotli"
	}
	switch {
	case d.source.err != nil:
		return d.source.err
	case errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF:
		return webidl.TypeErrorf("%s compressed stream ended prematurely.", what)
	}
	return webidl.TypeErrorf("%s decompression failed.", what)
}

// encode returns a body encoded with a coding, and its length, -1 if that is not known.
func encode(body io.ReadCloser, length int64, c coding) (Body, int64) {
	if d, ok := body.(*decoded); ok && d.plain == nil && d.err == nil && d.coding == c {
		return asBody(d.ReadCloser), d.length
	}
	if c == "" {
		return asBody(body), length
	}
	return &encoder{streamBody: streamBody{body}, coding: c}, -1
}

// gzipLevel is that of zlib, whose default compresses so well, and brotliQuality that of workerd.
const (
	gzipLevel     = 6
	brotliQuality = 5
)

// encoder compresses what it reads. What has been read of the source is given at once, so that a stream stays one.
// Nothing becomes nothing.
type encoder struct {
	streamBody
	coding coding
	zip    flusher // nil before the first bytes
	chunk  []byte
	out    bytes.Buffer
	err    error
}

// Read implements io.Reader.
func (e *encoder) Read(p []byte) (int, error) {
	if e.chunk == nil {
		e.chunk = make([]byte, 32<<10)
	}
	for e.out.Len() == 0 {
		if e.err != nil {
			return 0, e.err
		}
		n, err := e.ReadCloser.Read(e.chunk)
		e.err = err
		e.write(e.chunk[:n], err)
	}
	return e.out.Read(p)
}

// write compresses what was read with the error err. It goes to memory, which does not fail.
func (e *encoder) write(p []byte, err error) {
	if len(p) > 0 {
		if e.zip == nil {
			e.zip = e.coding.writer(&e.out)
		}
		e.zip.Write(p)
	}
	switch {
	case e.zip == nil:
	case err == io.EOF:
		e.zip.Close()
	case err == nil && len(p) > 0:
		e.zip.Flush()
	}
}

// flusher is a compressor.
type flusher interface {
	io.WriteCloser
	Flush() error
}

// writer makes the compressor of a coding. The level of gzip is one that there is.
func (c coding) writer(w io.Writer) flusher {
	if c == codingBrotli {
		return brotli.NewWriterLevel(w, brotliQuality)
	}
	z, _ := gzip.NewWriterLevel(w, gzipLevel)
	z.ModTime = time.Unix(0, 0) // no time, in the header
	return z
}
