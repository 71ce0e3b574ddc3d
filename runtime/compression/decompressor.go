package compression

import (
	"bufio"
	"errors"
	"io"
	"iter"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

var (
	errCorrupt    = webidl.TypeErrorf("Decompression failed.")
	errTrailing   = webidl.TypeErrorf("Trailing bytes after end of compressed data")
	errIncomplete = webidl.TypeErrorf("Called close() on a decompression stream with incomplete data")
)

// decompressor is the codec of a DecompressionStream. Go's decompressors ask for their input, and cannot go on after
// they were refused some; so they run as a coroutine, which is left where it asks for more and where there is no room
// for what it has made.
type decompressor struct {
	format format
	// strict makes it an error that data goes on after its end, or ends before it.
	strict bool

	resume func() (struct{}, bool) // nil before the first bytes
	stop   func()

	// What Transcode was given, for the coroutine.
	in   []byte
	last bool
	out  []byte
	room int // how much longer out may become

	ended bool  // the coroutine has returned
	err   error // what went wrong in it
}

// Transcode implements streams.Codec.
func (d *decompressor) Transcode(dst, src []byte, last bool) (out, rest []byte, err error) {
	if d.resume == nil {
		d.resume, d.stop = iter.Pull(d.run)
	}
	d.in, d.last, d.out, d.room = src, last, dst, streams.CodecChunk
	d.resume()
	out, rest = d.out, d.in
	d.in, d.out = nil, nil
	if d.ended && d.err == nil && len(rest) > 0 {
		rest = nil
		if d.strict {
			d.err = errTrailing
		}
	}
	return out, rest, d.err
}

// Close implements streams.Codec.
func (d *decompressor) Close() {
	if d.stop != nil {
		d.stop()
	}
}

// run is the coroutine.
func (d *decompressor) run(yield func(struct{}) bool) {
	d.err = d.decompress(func() bool { return yield(struct{}{}) })
	d.ended = true
}

var errStopped = errors.New("the decompressor has been stopped")

// decompress decompresses everything. It calls pause, which returns false if it is to give up, for more in or more room.
func (d *decompressor) decompress(pause func() bool) error {
	in := bufio.NewReader(feed{d, pause})
	z, err := d.format.reader(in)
	if err != nil {
		return d.failure(err)
	}
	chunk := make([]byte, streams.CodecChunk/2)
	for {
		n, err := z.Read(chunk)
		d.out = append(d.out, chunk[:n]...)
		d.room -= n
		switch {
		case err == io.EOF && d.strict && in.Buffered() > 0:
			return errTrailing
		case err == io.EOF:
			return nil
		case err != nil:
			return d.failure(err)
		case d.room <= 0 && !pause():
			return errStopped
		}
	}
}

// failure is the error for one of a decompressor of Go's.
func (d *decompressor) failure(err error) error {
	switch {
	case err == errStopped:
		return err
	case !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF):
		return errCorrupt
	case d.strict:
		return errIncomplete
	}
	return nil
}

// feed is what the coroutine reads from.
type feed struct {
	d     *decompressor
	pause func() bool
}

// Read implements io.Reader.
func (f feed) Read(p []byte) (int, error) {
	for len(f.d.in) == 0 {
		if f.d.last {
			return 0, io.EOF
		}
		if !f.pause() {
			return 0, errStopped
		}
	}
	n := copy(p, f.d.in)
	f.d.in = f.d.in[n:]
	return n, nil
}

// reader makes the decompressor of the format, which may read a header. It reads no further than the data goes.
func (f format) reader(in *bufio.Reader) (io.Reader, error) {
	switch f {
	case formatGzip:
		z, err := gzip.NewReader(in)
		if err == nil {
			z.Multistream(false)
		}
		return z, err
	case formatDeflate:
		return zlib.NewReader(in)
	}
	return flate.NewReader(in), nil
}
