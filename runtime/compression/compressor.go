package compression

import (
	"io"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// compressor is the codec of a CompressionStream. What it holds of short writes comes out when there is more, or with
// the end, as in Workers.
type compressor struct {
	format format
	w      io.WriteCloser // made for the first bytes
	out    appender
	ended  bool
}

// appender is where a compressor writes.
type appender struct{ data []byte }

// Write implements io.Writer.
func (a *appender) Write(p []byte) (int, error) {
	a.data = append(a.data, p...)
	return len(p), nil
}

// Transcode implements streams.Codec. Compressing into memory does not fail.
func (c *compressor) Transcode(dst, src []byte, last bool) (out, rest []byte, err error) {
	c.out.data = dst
	if c.w == nil {
		c.w = c.format.writer(&c.out)
	}
	c.w.Write(src)
	if last && !c.ended {
		c.ended = true
		c.w.Close()
	}
	out, c.out.data = c.out.data, nil
	return out, nil, nil
}

// Close implements streams.Codec.
func (c *compressor) Close() { c.w, c.ended = nil, true }

// level is that of zlib, whose default compresses so well; that of the package leaves data as it is where zlib does not.
const level = 6

// unix is the operating system that zlib says it ran on: https://www.rfc-editor.org/rfc/rfc1952#page-8
const unix = 3

// writer makes the compressor of the format. The level is one that there is, so that there is no error.
func (f format) writer(w io.Writer) io.WriteCloser {
	switch f {
	case formatGzip:
		z, _ := gzip.NewWriterLevel(w, level)
		z.OS, z.ModTime = unix, time.Unix(0, 0)
		return z
	case formatDeflate:
		z, _ := zlib.NewWriterLevel(w, level)
		return z
	}
	z, _ := flate.NewWriter(w, level)
	return z
}
