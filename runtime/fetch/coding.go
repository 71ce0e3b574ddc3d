package fetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
)

// decoded is the body of a message with a Content-Encoding that Workers undo. As long as nothing has been read of it,
// it can be passed on as it came.
type decoded struct {
	streamBody
	coding string
	length int64 // of the encoded bytes; -1 if that is not known
	plain  io.Reader
}

// decode returns the decoded body of a message whose Content-Encoding is coding, and its length.
func decode(body io.ReadCloser, length int64, coding string, flags compat.Set) (io.ReadCloser, int64) {
	if coding == "gzip" || coding == "br" && flags.Enabled(brotliContentEncoding) {
		return &decoded{streamBody: streamBody{body}, coding: coding, length: length}, -1
	}
	return body, length
}

const brotliContentEncoding = "brotli_content_encoding"

var errBrotli = webidl.Errorf("devserver cannot read or make a body with \"Content-Encoding: br\" yet; it passes one on as it is. " +
	"Ask the origin for gzip (Accept-Encoding), or give a Response encodeBody: \"manual\" if its body is encoded already.")

// Read implements io.Reader.
func (d *decoded) Read(p []byte) (int, error) {
	if d.plain == nil {
		if d.coding != "gzip" {
			return 0, errBrotli
		}
		plain, err := gzip.NewReader(d.ReadCloser)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = gzip.ErrHeader
		}
		if err != nil {
			return 0, decodingError(err)
		}
		d.plain = plain
	}
	n, err := d.plain.Read(p)
	return n, decodingError(err)
}

// decodingError tells what is wrong with the encoded bytes from what is wrong with getting them.
func decodingError(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
		return webidl.TypeErrorf("Gzip decompression failed.")
	}
	if _, ok := errors.AsType[*webidl.Error](err); ok || err == io.EOF || err == nil {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return webidl.TypeErrorf("Gzip compressed stream ended prematurely.")
	}
	return err
}

// encode returns a body encoded as a Content-Encoding header says, and its length, -1 if that is not known.
func encode(body io.ReadCloser, length int64, coding string) (Body, int64, error) {
	if d, ok := body.(*decoded); ok && d.plain == nil && d.coding == coding {
		return asBody(d.ReadCloser), d.length, nil
	}
	switch coding {
	case "gzip":
		e := &encoder{streamBody: streamBody{body}, chunk: make([]byte, 32<<10)}
		e.zip = gzip.NewWriter(&e.out)
		return e, -1, nil
	case "br":
		body.Close()
		return nil, 0, errBrotli
	}
	return asBody(body), length, nil
}

// encoder compresses what it reads. What has been read of the source is given at once, so that a stream stays one.
type encoder struct {
	streamBody
	chunk []byte
	zip   *gzip.Writer
	out   bytes.Buffer
	err   error
}

// Read implements io.Reader.
func (e *encoder) Read(p []byte) (int, error) {
	for e.out.Len() == 0 {
		if e.err != nil {
			return 0, e.err
		}
		n, err := e.ReadCloser.Read(e.chunk)
		e.zip.Write(e.chunk[:n]) // to memory, which does not fail
		switch e.err = err; err {
		case nil:
			e.zip.Flush()
		case io.EOF:
			e.zip.Close()
		}
	}
	return e.out.Read(p)
}
