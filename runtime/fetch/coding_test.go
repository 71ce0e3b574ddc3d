package fetch

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"devserver/runtime/compat"
)

func compressed(c coding, text string) string {
	var b bytes.Buffer
	w := io.WriteCloser(gzip.NewWriter(&b))
	if c == codingBrotli {
		w = brotli.NewWriter(&b)
	}
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

func flags(t *testing.T, date string) compat.Set {
	t.Helper()
	set, problems := compat.Resolve(date, nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

// TestCodingOf shows both sides of the flag brotli_content_encoding.
func TestCodingOf(t *testing.T) {
	before, after := flags(t, "2024-04-28"), flags(t, "2024-04-29")
	for header, want := range map[string][2]coding{
		"gzip": {codingGzip, codingGzip}, "br": {"", codingBrotli},
		"GZIP": {}, "x-gzip": {}, "deflate": {}, "zstd": {}, "gzip, br": {}, "identity": {}, "": {},
	} {
		if got := [2]coding{codingOf(header, before), codingOf(header, after)}; got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

var errLost = errors.New("the network is down")

func TestDecode(t *testing.T) {
	gz, br := compressed(codingGzip, "hello hello"), compressed(codingBrotli, "hello hello")
	for _, test := range []struct {
		coding     coding
		data, want string
		lost       bool
	}{
		{coding: codingGzip, data: gz, want: "hello hello"},
		{coding: codingGzip, data: gz + gz, want: "hello hellohello hello"},
		{coding: codingGzip, data: gz[:len(gz)-3], want: "hello hello: TypeError: Gzip compressed stream ended prematurely."},
		{coding: codingGzip, data: gz + "xx", want: "hello hello: TypeError: Gzip decompression failed."},
		{coding: codingGzip, data: gz + gz[:3], want: "hello hello: TypeError: Gzip compressed stream ended prematurely."},
		{coding: codingGzip, data: gz[:5], want: ": TypeError: Gzip compressed stream ended prematurely."},
		{coding: codingGzip, data: gz[:1], want: ": TypeError: Gzip compressed stream ended prematurely."},
		{coding: codingGzip, data: "", want: ": TypeError: Gzip compressed stream ended prematurely."},
		{coding: codingGzip, data: "nope", want: ": TypeError: Gzip decompression failed."},
		{coding: codingGzip, data: gz[:len(gz)-8] + "\x00\x00\x00\x00" + gz[len(gz)-4:], want: "hello hello: TypeError: Gzip decompression failed."},
		{coding: codingGzip, data: gz[:10] + "\xFF\xFF\xFF\xFF\xFF", want: ": TypeError: Gzip decompression failed."},
		{coding: codingGzip, data: gz, lost: true, want: "hello hello: the network is down"},
		{coding: codingGzip, data: gz[:4], lost: true, want: ": the network is down"},
		{coding: codingBrotli, data: br, want: "hello hello"},
		{coding: codingBrotli, data: br[:len(br)-3], want: ": TypeError: Brotli compressed stream ended prematurely."},
		{coding: codingBrotli, data: "", want: ": TypeError: Brotli compressed stream ended prematurely."},
		{coding: codingBrotli, data: "hello hello hello hello", want: ": TypeError: Brotli decompression failed."},
		{coding: codingBrotli, data: br[:4], lost: true, want: ": the network is down"},
		{data: "as it is", want: "as it is"},
	} {
		source := io.Reader(strings.NewReader(test.data))
		if test.lost {
			source = io.MultiReader(source, iotest.ErrReader(errLost))
		}
		body, _ := decode(io.NopCloser(iotest.OneByteReader(source)), -1, test.coding)
		data, err := io.ReadAll(body)
		got := string(data)
		if err != nil {
			got += ": " + err.Error()
			if _, again := body.Read(make([]byte, 1)); again != err {
				t.Errorf("%s %q: then %v, after %v", test.coding, test.data, again, err)
			}
		}
		if got != test.want {
			t.Errorf("%s %q: %q, want %q", test.coding, test.data, got, test.want)
		}
	}
}

func TestEncode(t *testing.T) {
	for _, c := range []coding{codingGzip, codingBrotli} {
		for _, text := range []string{"hello hello", strings.Repeat("0123456789", 20000), ""} {
			body, length := encode(io.NopCloser(strings.NewReader(text)), int64(len(text)), c)
			data, err := io.ReadAll(body)
			if err != nil || length != -1 {
				t.Fatal(err, length)
			}
			if text == "" {
				if len(data) > 0 {
					t.Errorf("%s: nothing becomes % x", c, data)
				}
				continue
			}
			plain, _ := decode(io.NopCloser(bytes.NewReader(data)), -1, c)
			if got, err := io.ReadAll(plain); err != nil || string(got) != text {
				t.Errorf("%s: %d bytes, %v, want %d", c, len(got), err, len(text))
			}
		}
	}
}

// TestEncodeStreams checks that what a stream has given can be decoded before it gives more, and what becomes of an error.
func TestEncodeStreams(t *testing.T) {
	for _, c := range []coding{codingGzip, codingBrotli} {
		in, out := io.Pipe()
		encoded, _ := encode(in, -1, c)
		plain, _ := decode(encoded, -1, c)
		buffer := make([]byte, 10)
		for _, part := range []string{"one", "two"} {
			go io.WriteString(out, part)
			if n, err := plain.Read(buffer); err != nil || string(buffer[:n]) != part {
				t.Errorf("%s: %q, %v", c, buffer[:n], err)
			}
		}
		out.CloseWithError(errLost)
		if _, err := plain.Read(buffer); err != errLost {
			t.Errorf("%s: %v", c, err)
		}
	}
}

// TestEncodeHandsOn checks that a body which nobody has read keeps its bytes, if they are to be encoded in the same way.
func TestEncodeHandsOn(t *testing.T) {
	const raw = "not even compressed"
	for _, test := range []struct {
		from, to coding
		touched  bool
		want     string
	}{
		{from: codingGzip, to: codingGzip, want: raw},
		{from: codingBrotli, to: codingBrotli, want: raw},
		{from: codingGzip, to: codingBrotli, want: "TypeError: Gzip decompression failed."},
		{from: codingGzip, to: "", want: "TypeError: Gzip decompression failed."},
		{from: codingGzip, to: codingGzip, touched: true, want: "TypeError: Gzip decompression failed."},
		{from: "", to: "", want: raw},
	} {
		body, length := decode(io.NopCloser(strings.NewReader(raw)), int64(len(raw)), test.from)
		if test.touched {
			body.Read(make([]byte, 1))
		}
		again, size := encode(body, length, test.to)
		data, err := io.ReadAll(again)
		got := string(data)
		if err != nil {
			got = err.Error()
		}
		if got != test.want || (got == raw) != (size == int64(len(raw))) {
			t.Errorf("%q to %q: %q of %d, want %q", test.from, test.to, got, size, test.want)
		}
	}
}
