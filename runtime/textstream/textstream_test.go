package textstream_test

import (
	"strings"
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/events"
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/textstream"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

func globals() [][]webidl.Global {
	return [][]webidl.Global{textstream.Globals(), textcodec.Globals(), streams.Globals(), events.Globals(), timers.Globals(), {webidl.ClassGlobal(webidl.DOMExceptionClass)}}
}

const prelude = `
	const through = async (stream, chunks) => {
		const w = stream.writable.getWriter(), list = [];
		const written = (async () => { for (const c of chunks) await w.write(c); await w.close() })();
		written.catch(() => {});
		const r = stream.readable.getReader();
		for (let x; !(x = await r.read()).done; ) list.push(x.value);
		await written;
		return list;
	};
	const bytes = async (...chunks) => (await through(new TextEncoderStream(), chunks)).map(c => c.join(' ')).join(', ');
	const text = async (stream, ...chunks) => JSON.stringify(await through(stream, chunks.map(c => new Uint8Array(c))));
`

func table(t *testing.T, cases []jstest.Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c[0], func(t *testing.T) {
			if got := jstest.New(t, globals()...).Run(t, prelude+c[0]); got != c[1] {
				t.Errorf("got  %s\nwant %s", got, c[1])
			}
		})
	}
}

// The expectations are what workerd does, and what the standard says where that is said.
func TestTextEncoderStream(t *testing.T) {
	table(t, []jstest.Case{
		{`const s = new TextEncoderStream(); return [s.encoding, s instanceof TransformStream, s.readable instanceof ReadableStream, s.writable.getWriter().desiredSize, s].join()`,
			"utf-8,true,true,1,[object TextEncoderStream]"},
		{`return bytes('a\u20ac', 'b')`, "97 226 130 172, 98"},
		{`return bytes('', 'x', '')`, "120"},
		{`return bytes('\ud83d', '\ude00')`, "240 159 152 128"},
		{`return bytes('a\ud83d', '', '\ude00b')`, "97, 240 159 152 128 98"},
		{`return bytes('\ud83d', 'x')`, "239 191 189 120"},
		{`return bytes('\ud83d', '\ud83d', '\ude00')`, "239 191 189, 240 159 152 128"},
		{`return bytes('\ude00\ud83d')`, "239 191 189, 239 191 189"}, // the last one at the end
		{`return bytes('a\ud83db')`, "97 239 191 189 98"},
		{`return bytes('\ud83d\ude00')`, "240 159 152 128"},
		{`return bytes(12, null, undefined, { toString: () => '\ud83d' }, '\ude00')`, "49 50, 110 117 108 108, 117 110 100 101 102 105 110 101 100, 240 159 152 128"},
		{`return bytes(Symbol('x'))`, "thrown: TypeError: Cannot convert a Symbol value to a string"},
		{`return bytes({ toString() { throw new RangeError('no') } })`, "thrown: RangeError: no"},
		{`return new TextEncoderStream().writable.getWriter().write('x')`, "hung"}, // nobody reads
		{`return new TextEncoderStream().readable.getReader({ mode: 'byob' })`, "thrown: TypeError: This ReadableStream does not support BYOB reads."},
		{`return Object.getOwnPropertyDescriptor(TextDecoderStream.prototype, 'encoding').get.call(new TextEncoderStream())`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
	})
}

func TestTextDecoderStream(t *testing.T) {
	table(t, []jstest.Case{
		{`const s = new TextDecoderStream('latin1', { fatal: true, ignoreBOM: 1 }); return [s.encoding, s.fatal, s.ignoreBOM, s instanceof TransformStream].join()`, "windows-1252,true,true,true"},
		{`const s = new TextDecoderStream(undefined, { fatal: undefined }); return [s.encoding, s.fatal, s.ignoreBOM].join()`, "utf-8,false,false"},
		{`new TextDecoderStream('nope')`, `thrown: RangeError: "nope" is not a valid encoding.`},
		{`new TextDecoderStream('replacement')`, `thrown: RangeError: "replacement" is not a valid encoding.`},
		{`return text(new TextDecoderStream(), [97, 0xe2, 0x82], [], [0xac, 98])`, `["a","€b"]`},
		{`return text(new TextDecoderStream(), [0xe2], [0x82])`, `["` + "\ufffd" + `"]`},
		{`return text(new TextDecoderStream(), [0xf0, 0x9f], [0x98], [0x80])`, `["😀"]`},
		{`return text(new TextDecoderStream(), [0xef], [0xbb, 0xbf], [97])`, `["a"]`},
		{`return (await text(new TextDecoderStream('utf-8', { ignoreBOM: true }), [0xef, 0xbb, 0xbf, 97])).length`, "6"},
		{`return text(new TextDecoderStream('utf-16le'), [0x3d], [0xd8, 0x00], [0xde])`, `["😀"]`},
		{`return text(new TextDecoderStream('shift_jis'), [0x93], [0xfa])`, `["日"]`},
		{`return text(new TextDecoderStream('utf-8', { fatal: true }), [97], [0xff])`, "thrown: TypeError: Failed to decode input."},
		{`return text(new TextDecoderStream('utf-8', { fatal: true }), [0xe2])`, "thrown: TypeError: Failed to decode input."},
		{`const b = new ArrayBuffer(2); new Uint8Array(b).set([104, 105]); return (await through(new TextDecoderStream(), [b, new DataView(b, 1), new Uint8Array(b, 0, 1)])).join()`, "hi,i,h"},
		{`return through(new TextDecoderStream(), ['text'])`, "thrown: TypeError: This TransformStream is being used as a byte stream, but received a value that is not a BufferSource."},
		{`return through(new TextDecoderStream(), [null])`, "thrown: TypeError: This TransformStream is being used as a byte stream, but received a value that is not a BufferSource."},
		{`const s = ReadableStream.from(['\ud83d', '\ude00!']).pipeThrough(new TextEncoderStream()).pipeThrough(new TextDecoderStream()); const r = s.getReader(); let all = ''; for (let x; !(x = await r.read()).done; ) all += x.value; return all`, "😀!"},
	})
}

// BenchmarkTextDecoderStream decodes 16 MiB in chunks of 64 KiB.
func BenchmarkTextDecoderStream(b *testing.B) {
	iso := jstest.New(b, globals()...)
	iso.VM.Set("data", iso.Uint8Array([]byte(strings.Repeat("The quick brown fox jumps over the lazy dög. ", 65536/46)+strings.Repeat(" ", 65536%46))))
	b.SetBytes(16 << 20)
	b.ReportAllocs()
	for b.Loop() {
		if got := iso.Run(b, `const t = new TextDecoderStream(), w = t.writable.getWriter();
			(async () => { for (let i = 0; i < 256; i++) await w.write(data); w.close() })();
			const r = t.readable.getReader(); let n = 0; for (let x; !(x = await r.read()).done; ) n += x.value.length; return n > 15e6`); got != "true" {
			b.Fatal(got)
		}
	}
}
