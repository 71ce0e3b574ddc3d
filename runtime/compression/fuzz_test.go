package compression_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"slices"
	"strings"
	"testing"

	"devserver/runtime/compression"
	"devserver/runtime/streams"
)

// transcode feeds a codec in chunks and returns what comes out.
func transcode(t *testing.T, codec streams.Codec, data []byte, size int) (string, error) {
	t.Helper()
	defer codec.Close()
	var out []byte
	feed := func(src []byte, last bool) error {
		for {
			before := len(out)
			var err error
			if out, src, err = codec.Transcode(out, src, last); err != nil {
				return err
			}
			switch more := len(out)-before >= streams.CodecChunk; {
			case !more && len(src) > 0:
				t.Fatalf("%d bytes are left for no reason", len(src))
			case !more:
				return nil
			}
		}
	}
	for chunk := range slices.Chunk(data, size) {
		// The codec must not hold on to what it was given.
		own := bytes.Clone(chunk)
		err := feed(own, false)
		clear(own)
		if err != nil {
			return "", err
		}
	}
	if err := feed(nil, true); err != nil {
		return "", err
	}
	return string(out), nil
}

// reference is what Go's own packages make of exactly data. They let flags of gzip pass that have no meaning.
func reference(format string, data []byte) (text []byte, ok bool) {
	in := bufio.NewReader(bytes.NewReader(data))
	var r io.Reader = flate.NewReader(in)
	var err error
	switch format {
	case "gzip":
		if len(data) > 3 && data[3] > 0x1F {
			return nil, false
		}
		var z *gzip.Reader
		if z, err = gzip.NewReader(in); err == nil {
			z.Multistream(false)
			r = z
		}
	case "deflate":
		r, err = zlib.NewReader(in)
	}
	if err != nil {
		return nil, false
	}
	if text, err = io.ReadAll(r); err != nil {
		return nil, false
	}
	_, err = in.ReadByte()
	return text, err == io.EOF
}

// FuzzDecompression checks that data decompresses to the same in chunks of any size as with Go's own packages, fails
// where they do, and comes back from compression.
func FuzzDecompression(f *testing.F) {
	for i, format := range formats {
		data := deflated(format, "hello hello hello")
		f.Add([]byte(data), uint8(i), uint16(1))
		f.Add([]byte(data+"x"), uint8(i), uint16(7))
		f.Add([]byte(data[:len(data)-2]), uint8(i), uint16(100))
	}
	f.Add([]byte("\x1f\x8b\b0000000\x00"), uint8(0), uint16(1)) // flags without meaning
	f.Add([]byte(deflated("gzip", strings.Repeat("\x00", 200000))), uint8(0), uint16(3))
	f.Fuzz(func(t *testing.T, data []byte, kind uint8, size uint16) {
		format := formats[int(kind)%len(formats)]
		if len(data) > 1<<16 {
			t.Skip()
		}
		size = max(size, 1)
		packed, _ := transcode(t, compression.Compressor(format), data, int(size))
		if inflated(format, packed) != string(data) {
			t.Errorf("%s: %q does not come back", format, data)
		}
		got, err := transcode(t, compression.Decompressor(format), data, int(size))
		text, ok := reference(format, data)
		if ok != (err == nil) || ok && got != string(text) {
			t.Errorf("%s: %q in chunks of %d: %.200q, %v, want %.200q, %v", format, data, size, got, err, text, ok)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "TypeError: ") {
			t.Error(err)
		}
	})
}
