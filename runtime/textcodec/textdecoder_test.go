package textcodec_test

import (
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/textcodec"
	"devserver/runtime/webidl"
)

func globals() [][]webidl.Global {
	return [][]webidl.Global{textcodec.Globals(), {webidl.ClassGlobal(webidl.DOMExceptionClass)}}
}

// The expectations are what workerd does.
func TestTextDecoder(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`return new TextDecoder('nope')`, `thrown: RangeError: "nope" is not a valid encoding.`},
		{`return new TextDecoder('  UTF8 \n').encoding`, "utf-8"},
		{`return new TextDecoder('\u00a0utf8')`, "thrown: RangeError: \"\u00a0utf8\" is not a valid encoding."},
		{`return new TextDecoder('\vutf8')`, "thrown: RangeError: \"\vutf8\" is not a valid encoding."},
		{`return new TextDecoder('\u212Aoi8-r')`, "thrown: RangeError: \"\u212Aoi8-r\" is not a valid encoding."},
		{`return new TextDecoder('iso-8859-1').encoding`, "windows-1252"},
		{`return new TextDecoder('replacement')`, `thrown: RangeError: "replacement" is not a valid encoding.`},
		{`return new TextDecoder('hz-gb-2312')`, `thrown: RangeError: "hz-gb-2312" is not a valid encoding.`},
		{`return new TextDecoder(null)`, `thrown: RangeError: "null" is not a valid encoding.`},
		{`const d = new TextDecoder(undefined, {fatal: 1, ignoreBOM: 'x'}); return [d.encoding, d.fatal, d.ignoreBOM].join()`, "utf-8,true,true"},
		{`const d = new TextDecoder(); return [d.encoding, d.fatal, d.ignoreBOM].join()`, "utf-8,false,false"},
		{`const d = new TextDecoder(); return d.decode() + d.decode(undefined) + d.decode(new ArrayBuffer(0))`, ""},
		{`return new TextDecoder().decode(new Uint16Array([0x4241]).subarray(0))`, "AB"},
		{`return new TextDecoder().decode('abc')`, "thrown: TypeError: Failed to execute 'decode' on 'TextDecoder': parameter 1 is not of type 'Array'."},
		{`return new TextDecoder().decode(null)`, "thrown: TypeError: Failed to execute 'decode' on 'TextDecoder': parameter 1 is not of type 'Array'."},
		{`return new TextDecoder('utf-8', {fatal: true}).decode(new Uint8Array([0xff]))`, "thrown: TypeError: Failed to decode input."},
		{`return new TextDecoder('utf-16le', {fatal: true}).decode(new Uint8Array([0x00, 0xd8]))`, "thrown: TypeError: Failed to decode input."},
		{`return new TextDecoder('shift_jis', {fatal: true}).decode(new Uint8Array([0x80, 0xff]))`, "thrown: TypeError: Failed to decode input."},
		{`return new TextDecoder('shift_jis', {fatal: true}).decode(new Uint8Array([0x83, 0x65]))`, "テ"},
		{`const d = new TextDecoder('utf-8', {fatal: true});
			try { d.decode(new Uint8Array([0xe2, 0x82]), {stream: true}); d.decode(new Uint8Array([0x41]), {stream: true}); return 'no error' }
			catch (e) { return e + d.decode(new Uint8Array([0x41])) }`, "TypeError: Failed to decode input.A"},
		{`const d = new TextDecoder(); return JSON.stringify([d.decode(new Uint8Array([0xef, 0xbb]), {stream: true}), d.decode(new Uint8Array([0xbf, 0x41]), {stream: true}),
			d.decode(new Uint8Array([0xef, 0xbb, 0xbf])), d.decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x42]))])`, "[\"\",\"A\",\"\ufeff\",\"B\"]"},
	}, globals()...)
}

func TestTextEncoder(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`return new TextEncoder('utf-16').encoding`, "utf-8"},
		{`const e = new TextEncoder(); return [e.encode().length, e.encode(undefined).length, e.encode(null).length].join()`, "0,0,4"},
		{`return new TextEncoder().encode('\ud800a').join()`, "239,191,189,97"},
		{`return new TextEncoder().encode('a€😀').join()`, "97,226,130,172,240,159,152,128"},
		{`const u = new Uint8Array(6); return JSON.stringify(new TextEncoder().encodeInto('aé😀', u)) + u.join()`, `{"read":2,"written":3}97,195,169,0,0,0`},
		{`return JSON.stringify(new TextEncoder().encodeInto('aé😀', new Uint8Array(7)))`, `{"read":4,"written":7}`},
		{`return JSON.stringify(new TextEncoder().encodeInto('\ud800', new Uint8Array(2)))`, `{"read":0,"written":0}`},
		{`const u = new Uint8Array(6); new TextEncoder().encodeInto('xyz', u.subarray(2, 4)); return u.join()`, "0,0,120,121,0,0"},
		{`return new TextEncoder().encodeInto('a', new Uint16Array(2))`, "thrown: TypeError: Failed to execute 'encodeInto' on 'TextEncoder': parameter 2 is not of type 'JsUint8Array'."},
		{`return new TextEncoder().encodeInto('a', new ArrayBuffer(2))`, "thrown: TypeError: Failed to execute 'encodeInto' on 'TextEncoder': parameter 2 is not of type 'JsUint8Array'."},
	}, globals()...)
}

// TestDetached checks that a view of a buffer which has gone elsewhere shows no bytes, rather than others' memory.
func TestDetached(t *testing.T) {
	iso := jstest.New(t, globals()...)
	buffer := iso.VM.NewArrayBuffer([]byte("abcdefgh"))
	iso.VM.Set("buffer", buffer)
	iso.Run(t, `globalThis.views = [new Uint8Array(buffer, 2), new Uint8Array(buffer), new Uint16Array(buffer, 2), new DataView(buffer, 1), buffer]`)
	buffer.Detach()
	got := iso.Run(t, `return views.map(v => '<' + new TextDecoder().decode(v) + '>').join('') + new TextEncoder().encodeInto('x', views[0]).written`)
	if want := "<><><><><>0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestBase64(t *testing.T) {
	const invalid = "thrown: InvalidCharacterError: atob() called with invalid base64-encoded data. (Only whitespace, '+', '/', alphanumeric ASCII, and up to two terminal '=' signs when the input data length is divisible by 4 are allowed.)"
	jstest.Table(t, []jstest.Case{
		{`return atob('YQ') + atob(' Y Q = = ') + atob('YR==') + atob('YQ\f')`, "aaaa"},
		{`return [...atob('ab c=')].map(c => c.charCodeAt(0)).join()`, "105,183"},
		{`return atob(null).length`, "3"},
		{`return atob('')`, ""},
		{`return atob('YQ=')`, invalid},
		{`return atob('Y')`, invalid},
		{`return atob('Y*==')`, invalid},
		{`return atob('====')`, invalid},
		{`return atob(undefined)`, invalid},
		{`return atob('\u00e9')`, invalid},
		{`return atob('YQ\u000b')`, invalid},
		{`return atob('YWE=YQ==')`, invalid},
		{`return btoa('\u00ff\u0000') + btoa(undefined) + btoa('')`, "/wA=dW5kZWZpbmVk"},
		{`return btoa('\u0100')`, "thrown: InvalidCharacterError: btoa() can only operate on characters in the Latin1 (ISO/IEC 8859-1) range."},
		{`try { btoa('\ud800') } catch (e) { return [e.name, e.code, e instanceof DOMException].join() }`, "InvalidCharacterError,5,true"},
	}, globals()...)
}

func BenchmarkTextDecoder(b *testing.B) {
	iso := jstest.New(b, globals()...)
	if _, err := iso.VM.RunString(`const decoder = new TextDecoder(), data = new TextEncoder().encode("x".repeat(10000))`); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := iso.VM.RunString(`decoder.decode(data)`); err != nil {
			b.Fatal(err)
		}
	}
}
