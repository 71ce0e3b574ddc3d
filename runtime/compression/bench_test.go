package compression_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"devserver/runtime/compression"
)

var sixteenMiB = strings.Repeat("The quick brown fox jumps over the lazy dog, 0123456789. ", 16<<20/57+1)[:16<<20]

// BenchmarkGzipInGo is what a body costs that is piped through and handed on: 16 MiB that never enter JavaScript.
func BenchmarkGzipInGo(b *testing.B) { inGo(b, "Compression", sixteenMiB, len(sixteenMiB)) }

// BenchmarkGunzipInGo counts the decompressed bytes.
func BenchmarkGunzipInGo(b *testing.B) {
	inGo(b, "Decompression", deflated("gzip", sixteenMiB), len(sixteenMiB))
}

func inGo(b *testing.B, class, in string, size int) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		body := pipeThrough(b, isolate(b), strings.NewReader(in), class, "gzip")
		if _, err := io.Copy(io.Discard, body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGzipInJavaScript writes and reads 16 MiB in chunks of 64 KiB.
func BenchmarkGzipInJavaScript(b *testing.B) {
	iso := isolate(b)
	iso.VM.Set("data", iso.Uint8Array([]byte(sixteenMiB[:64<<10])))
	b.SetBytes(16 << 20)
	b.ReportAllocs()
	for b.Loop() {
		if got := iso.Run(b, `const s = new CompressionStream('gzip'), w = s.writable.getWriter(), r = s.readable.getReader();
			(async () => { for (let i = 0; i < 256; i++) { await w.ready; await w.write(data) } await w.close() })();
			let n = 0; for (let x; !(x = await r.read()).done; ) n += x.value.length; return n > 0`); got != "true" {
			b.Fatal(got)
		}
	}
}

// BenchmarkDecompressor is the codec alone, which has a coroutine in it, in chunks of 64 KiB.
func BenchmarkDecompressor(b *testing.B) {
	data := []byte(deflated("gzip", sixteenMiB))
	var out []byte
	b.SetBytes(int64(len(sixteenMiB)))
	for b.Loop() {
		codec := compression.Decompressor("gzip")
		for in := bytes.NewBuffer(data); in.Len() > 0; {
			chunk := in.Next(64 << 10)
			for {
				var err error
				if out, chunk, err = codec.Transcode(out[:0], chunk, false); err != nil {
					b.Fatal(err)
				}
				if len(out) < 64<<10 && len(chunk) == 0 {
					break
				}
			}
		}
		codec.Close()
	}
}
