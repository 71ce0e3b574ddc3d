package blob_test

import (
	"io"
	"strings"
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/blob"
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

func globals() []webidl.Global { return append(blob.Globals(), streams.Globals()...) }

func TestBlob(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`const b = new Blob(); return [b.size, b.type, String(b)].join()`, "0,,[object Blob]"},
		{`return await new Blob([1, null, undefined, {}, true, 'é']).text()`, "1nullundefined[object Object]trueé"},
		{`return new Blob([new Uint8Array([1, 2, 3]), new Uint16Array([1]).buffer, new DataView(new ArrayBuffer(2)), new Float64Array(1), new Blob(['xyz'])]).size`, "18"},
		{`const u = new Uint8Array(6); const b = new Blob([u.subarray(2, 4), new DataView(u.buffer, 1, 3)]); u.fill(9); return [...await b.bytes()].join()`, "0,0,0,0,0"},
		{`return new Blob(['a'], { type: 'Text/PLAIN' }).type + new Blob(['a'], { type: 'té' }).type + new Blob(['a'], { type: 5 }).type`, "text/plain5"},
		{`return (await new Blob(['a\r\nb\nc\rd'], { endings: 'native' }).text()) === 'a\nb\nc\nd'`, "true"},
		{`return new Blob(['a\r\nb'], { endings: 'transparent' }).size`, "4"},
		{`new Blob([], { endings: 'both' })`, "thrown: TypeError: The provided value 'both' is not a valid enum value of type EndingType."},
		{`return new Blob(['a', 'b'].values()).size + new Blob(new Set(['cd'])).size + new Blob(new Uint8Array([1, 22])).size`, "7"},
		{`new Blob('x')`, "thrown: TypeError: Failed to construct 'Blob': constructor parameter 1 is not of type 'Array'."},
		{`const b = new Blob([new Uint8Array(1 << 26)]); return new Blob([b, b]).size`, "134217728"},
		{`const b = new Blob([new Uint8Array(1 << 26)]); new Blob([b, b, 'x'])`, "thrown: RangeError: Blob size 134217729 exceeds limit 134217728"},
		{`new Blob(null)`, "thrown: TypeError: Failed to construct 'Blob': constructor parameter 1 is not of type 'Array'."},
		{`new Blob({})`, "thrown: TypeError: Failed to construct 'Blob': constructor parameter 1 is not of type 'Array'."},
		{`return new Blob(['\ud800']).size`, "3"},
		{`let ran = false; const o = { get a() { ran = true; return 1 } }; new Blob([o]); return ran`, "false"},
		{`return await new Blob(['\ufeffx']).text()`, "x"},
		{`const b = new Blob(['hel', 'lo']); return (await Promise.all([[1, 3], [-3, -1], [2], [], [null], [NaN, 2.7], [3, 1], [0, 99], [-99, 1], [0, null], [0, Infinity]].map(a => b.slice(...a).text()))).join()`, "el,ll,llo,hello,hello,hel,,hello,h,,hello"},
		{`const b = new Blob(['abcd']); return (await Promise.all([[0.5], [1.5], [2.5], [3.5], [0, 0.5], [0, 1.5], [0, 2.5], [1.5, 2.5], [-1.5]].map(a => b.slice(...a).text()))).join()`, "abcd,cd,cd,,,ab,ab,,cd"},
		{`const s = []; try { new Blob([{ toString: () => s.push(0) }, { toString() { s.push(1); throw 'no'; } }], { get type() { s.push('type') } }) } catch (e) { s.push(e) } return s.join()`, "0,1,no"},
		{`const a = [{ toString() { a.pop(); return 'a' } }, { toString: () => 'b' }]; return await new Blob(a).text()`, "a"},
		{`const b = new Blob(['hello'], { type: 'a/b' }); return [b.slice(0, 2).type, b.slice(0, 2, 'C/D').type, b.slice(1).slice(1, 3).size].join()`, ",c/d,2"},
		{`const a = await new Blob(['hé']).arrayBuffer(); return a instanceof ArrayBuffer && a.byteLength`, "3"},
		{`const b = new Blob(['abc']); (await b.bytes())[0] = 0; new Uint8Array(await b.arrayBuffer())[1] = 0; return await b.text()`, "abc"},
		{`const r = new Blob(['ab', 'c']).stream().getReader(); let s = ''; for (;;) { const { value, done } = await r.read(); if (done) return s; s += [...value].join() + ';' }`, "97,98;99;"},
		{`const s = new Blob().stream(); return (await s.getReader().read()).done`, "true"},
		{`return await Blob.prototype.text.call({}).catch(e => e.message)`, "Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`const f = new File(['x'], 'n/a.txt', { type: 'T', lastModified: 7.9 }); return [f.name, f.type, f.lastModified, f.size, f instanceof Blob, String(f)].join()`, "n/a.txt,t,7,1,true,[object File]"},
		{`const before = Date.now(), f = new File([], 5); return [f.name, f.lastModified >= before, f.lastModified <= Date.now()].join()`, "5,true,true"},
		{`return new File([], 'n', { lastModified: new Date(5) }).lastModified`, "5"},
		{`new File(['x'])`, "thrown: TypeError: Failed to construct 'File': 2 arguments required, but only 1 present."},
		{`new File('x', 'n')`, "thrown: TypeError: Failed to construct 'File': constructor parameter 1 is not of type 'Array'."},
		{`new File(undefined, 'n')`, "thrown: TypeError: Failed to construct 'File': constructor parameter 1 is not of type 'Array'."},
		{`const s = new File(['abc'], 'n').slice(1); return [s instanceof File, s instanceof Blob, await s.text()].join()`, "false,true,bc"},
		{`class Named extends File { get kind() { return 'mine' } }; const f = new Named(['x'], 'n'); return f.kind + f.name`, "minen"},
	}, globals())
}

func TestFormData(t *testing.T) {
	const show = `const show = f => JSON.stringify([...f].map(([k, v]) => [k, typeof v === 'string' ? v : [v.constructor.name, v.name, v.type, v.size]])); `
	jstest.Table(t, []jstest.Case{
		{show + `const f = new FormData(); f.append('a', '1'); f.append('a', new Blob(['x'], { type: 't/x' })); f.append('a', new Blob(['x']), 'fn'); f.append('b', new File(['y'], 'o.txt')); f.append('b', new File(['y'], 'o.txt'), 'p.txt'); f.append('c', 5); f.append('d', null); return show(f)`,
			`[["a","1"],["a",["File","a","t/x",1]],["a",["File","fn","",1]],["b",["File","o.txt","",1]],["b",["File","p.txt","",1]],["c","5"],["d","null"]]`},
		{show + `const f = new FormData(); f.append('a', '1'); f.append('b', '2'); f.append('a', '3'); f.set('a', '9'); f.set('z', '0'); return show(f)`, `[["a","9"],["b","2"],["z","0"]]`},
		{show + `const f = new FormData(); f.append('a', '1'); f.append('b', '2'); f.append('a', '3'); f.delete('a'); f.delete('no'); return show(f)`, `[["b","2"]]`},
		{`const f = new FormData(); f.append('a', '1'); f.append('a', '2'); return [f.get('a'), f.get('b'), f.getAll('a').length, f.getAll('b').length, f.has('a'), f.has('b')].join()`, "1,,2,0,true,false"},
		{`const f = new FormData(), file = new File([], 'n'); f.append('a', file); f.append('b', new Blob()); return [f.get('a') === file, f.get('b') === f.get('b')].join()`, "true,true"},
		{`const f = new FormData(), file = new File([], 'n', { lastModified: 5 }); f.append('a', file, 'm'); return [f.get('a').name, f.get('a').lastModified, f.get('a') === file].join()`, "m,5,false"},
		{`const f = new FormData(), s = []; f.append('a', '1'); f.append('b', '2'); f.forEach(function (v, k, o) { s.push(v, k, o === f, this.x) }, { x: 7 }); return s.join()`, "1,a,true,7,2,b,true,7"},
		{`const f = new FormData(); f.append('a', '1'); return [[...f.keys()], [...f.values()], [...f.entries()][0].join('='), String(f.keys()), f[Symbol.iterator] === f.entries].join()`, "a,1,a=1,[object FormData Iterator],true"},
		{`const f = new FormData(); f.append('a', '1'); const it = f.keys(); f.append('b', '2'); return [...it].join()`, "a,b"},
		{`new FormData().append('a')`, "thrown: TypeError: Failed to execute 'append' on 'FormData': 2 arguments required, but only 1 present."},
	}, globals())
}

// TestGoBlob: the Go side of blobs, whose pieces are never copied.
func TestGoBlob(t *testing.T) {
	memory := []byte("hello world")
	b := blob.New("a/b;c=D", memory[:5], memory[5:])
	if b.Size() != 11 || b.Type() != "a/b;c=D" || string(b.Bytes()) != "hello world" {
		t.Errorf("got %d bytes of %q: %q", b.Size(), b.Type(), b.Bytes())
	}
	s := b.Slice(3, 8, "x")
	if got, _ := io.ReadAll(s.Reader()); string(got) != "lo wo" || s.Size() != 5 {
		t.Errorf("slice: %q of %d bytes", got, s.Size())
	}
	if &s.Parts()[0][0] != &memory[3] {
		t.Error("the slice is a copy")
	}
	if whole := blob.New("", memory); &whole.Bytes()[0] != &memory[0] {
		t.Error("the bytes of one piece are a copy")
	}
}

func TestGlobalScope(t *testing.T) {
	iso := jstest.New(t, globals())
	iso.SetIOContext(false)
	if got := iso.Run(t, `const b = new Blob(['x']); return await b.text() + b.slice(1).size`); got != "x0" {
		t.Errorf("outside a handler: %s", got)
	}
	if got := iso.Run(t, `new Blob(['x']).stream()`); !strings.HasPrefix(got, "thrown: Error: Disallowed operation") {
		t.Errorf("stream outside a handler: %s", got)
	}
}
