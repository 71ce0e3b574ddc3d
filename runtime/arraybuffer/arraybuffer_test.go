package arraybuffer_test

import (
	"strings"
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/engine"
	"devserver/runtime/language"
	"devserver/runtime/structuredclone"
)

// said is what precedes each script: the error of a function as text.
const said = `const error = (f) => { try { return f() } catch (e) { return e.name + ": " + e.message } };
	const resizable = (length, max = 16) => new ArrayBuffer(length, { maxByteLength: max });
`

func table(t *testing.T, cases ...jstest.Case) {
	t.Helper()
	for i := range cases {
		cases[i][0] = said + cases[i][0]
	}
	for _, c := range cases {
		script, want := c[0], c[1]
		t.Run(script[len(said):], func(t *testing.T) {
			t.Helper()
			if got := jstest.New(t, language.Globals(), structuredclone.Globals()).Run(t, script); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestResize(t *testing.T) {
	table(t,
		jstest.Case{`const b = resizable(4); return [b.resizable, b.byteLength, b.maxByteLength, new ArrayBuffer(4).resizable, new ArrayBuffer(4).maxByteLength]`, "true,4,16,false,4"},
		jstest.Case{`const b = resizable(4), u = new Uint8Array(b), v = new Uint16Array(b, 2, 1), d = new DataView(b, 1);
			const look = () => [b.byteLength, u.length, v.length, v.byteLength, v.byteOffset, error(() => d.byteLength)].join();
			const seen = [look()];
			for (const n of [2, 0, 10, 16]) { b.resize(n); seen.push(look()); }
			return seen.join(" | ")`,
			"4,4,1,2,2,3 | 2,2,0,0,0,1 | 0,0,0,0,0,TypeError: Cannot perform get DataView.prototype.byteLength on a detached or out-of-bounds ArrayBuffer | 10,10,1,2,2,9 | 16,16,1,2,2,15"},
		jstest.Case{`const b = resizable(4), u = new Uint8Array(b); u.fill(7); b.resize(1); b.resize(6); return u`, "7,0,0,0,0,0"},
		jstest.Case{`const b = resizable(4), u = new Uint8Array(b); u[4] = 1; u[3] = 1; return [u, 4 in u, u[4], Object.keys(u)].join(";")`, "0,0,0,1;false;;0,1,2,3"},
		jstest.Case{`return [error(() => resizable(17)), error(() => resizable(0, -1)), error(() => resizable(0, 2 ** 53)), error(() => resizable(0, 2 ** 50)),
			error(() => resizable(1).resize(17)), error(() => resizable(1).resize(-1)), error(() => new ArrayBuffer(1).resize(1)), error(() => ArrayBuffer.prototype.resize.call({}, 1))].join("\n")`,
			"RangeError: Invalid array buffer max length\nRangeError: Invalid array buffer max length\nRangeError: Invalid array buffer max length\nRangeError: Array buffer allocation failed\n" +
				"RangeError: ArrayBuffer.prototype.resize: Invalid length parameter\nRangeError: ArrayBuffer.prototype.resize: Invalid length parameter\n" +
				"TypeError: Method ArrayBuffer.prototype.resize called on incompatible receiver #<ArrayBuffer>\nTypeError: Method ArrayBuffer.prototype.resize called on incompatible receiver #<Object>"},
		// A buffer that may grow large takes no memory for that.
		jstest.Case{`const b = resizable(1, 2 ** 33); b.resize(100); return [b.byteLength, b.maxByteLength, error(() => b.resize(2 ** 31))]`, "100,8589934592,RangeError: ArrayBuffer.prototype.resize: Invalid length parameter"},
		jstest.Case{`class B extends ArrayBuffer {} const b = new B(2, { maxByteLength: 4 }); b.resize(3); return [b instanceof B, b.byteLength, error(() => ArrayBuffer(1))]`, "true,3,TypeError: Constructor ArrayBuffer requires 'new'"},
	)
}

func TestTransfer(t *testing.T) {
	table(t,
		jstest.Case{`const b = resizable(4); new Uint8Array(b).fill(1); const u = new Uint8Array(b), c = b.transfer(6);
			return [c.resizable, c.maxByteLength, new Uint8Array(c), b.detached, b.resizable, b.maxByteLength, b.byteLength, u.length].join(";")`, "true;16;1,1,1,1,0,0;true;true;0;0;0"},
		jstest.Case{`const b = resizable(4), c = b.transferToFixedLength(); return [c.resizable, c.byteLength, error(() => b.resize(1)), error(() => b.transfer()), error(() => b.slice())].join(";")`,
			"false;4;TypeError: Cannot perform ArrayBuffer.prototype.resize on a detached ArrayBuffer;TypeError: Cannot perform ArrayBuffer.prototype.transfer on a detached ArrayBuffer;TypeError: Cannot perform ArrayBuffer.prototype.slice on a detached ArrayBuffer"},
		jstest.Case{`return [error(() => resizable(1).transfer(17)), resizable(1).transferToFixedLength(17).byteLength, error(() => resizable(1).transfer(-1))].join(";")`, "RangeError: Invalid array buffer length;17;RangeError: Invalid array buffer length"},
		jstest.Case{`const b = new ArrayBuffer(2); new Uint8Array(b).fill(9); const c = b.transfer(1).transfer(3); return new Uint8Array(c)`, "9,0,0"},
	)
}

func TestViews(t *testing.T) {
	table(t,
		jstest.Case{`const b = resizable(5); return [new Uint16Array(b).length, error(() => new Uint16Array(b, 1)), error(() => new Uint16Array(b, 6)), error(() => new Uint16Array(b, 2, 2)), error(() => new Uint16Array(b, -2))].join(";")`,
			"2;RangeError: start offset of Uint16Array should be a multiple of 2;RangeError: Start offset 6 is outside the bounds of the buffer;RangeError: Invalid typed array length: 2;RangeError: Start offset -2 is outside the bounds of the buffer"},
		jstest.Case{`const b = resizable(5); return [error(() => new DataView(b, 6)), error(() => new DataView(b, 1, 5)), new DataView(b, 1, 4).byteLength].join(";")`,
			"RangeError: Start offset 6 is outside the bounds of the buffer;RangeError: Invalid DataView length 5;4"},
		// A view that follows another's way of following, and one that does not.
		jstest.Case{`const b = resizable(4), u = new Uint8Array(b), s = u.subarray(1), f = u.subarray(1, 3); b.resize(8); return [s.length, f.length, s.constructor === Uint8Array]`, "7,2,true"},
		jstest.Case{`class U extends Uint8Array {} const b = resizable(2), u = new U(b); b.resize(3); return [u instanceof U, u.length, u.map((x) => x + 1) instanceof U]`, "true,3,true"},
		jstest.Case{`const b = resizable(4), u = new Uint8Array(b, 2); b.resize(1);
			return ["at", "fill", "map", "slice", "join", "values", "sort", "toSorted", "with", "set", "includes"].map((m) => error(() => u[m](...(m == "map" ? [(x) => x] : m == "set" ? [[]] : [])))).join("\n")`,
			func() (all string) {
				for i, m := range []string{"at", "fill", "map", "slice", "join", "values", "sort", "toSorted", "with", "set", "includes"} {
					if i > 0 {
						all += "\n"
					}
					all += "TypeError: Cannot perform %TypedArray%.prototype." + m + " on a detached or out-of-bounds ArrayBuffer"
				}
				return all
			}()},
		jstest.Case{`const b = resizable(4), u = new Uint8Array(b, 2), i = u.values(); i.next(); b.resize(1);
			return [error(() => i.next()), error(() => new Uint8Array(u)), error(() => new Uint8Array(4).set(u)), error(() => new DataView(b, 0, 1).getInt8(0))].join("\n")`,
			"TypeError: Cannot perform Array Iterator.prototype.next on a detached or out-of-bounds ArrayBuffer\nTypeError: Cannot perform Construct on a detached or out-of-bounds ArrayBuffer\n" +
				"TypeError: Cannot perform %TypedArray%.prototype.set on a detached or out-of-bounds ArrayBuffer\n0"},
		// The length is the one from before the callback.
		jstest.Case{`const b = resizable(3), u = new Uint8Array(b), seen = []; u.forEach((v, i) => { seen.push(v); if (!i) b.resize(1) }); return seen.map(String)`, "0,undefined,undefined"},
		jstest.Case{`const b = resizable(3), u = new Uint8Array(b); let n = 0; u.forEach(() => { n++; b.resize(8) }); return [n, u.length]`, "3,8"},
		jstest.Case{`const b = resizable(4), u = new Uint8Array(b); u.set([4, 3, 2, 1]); u.sort((x, y) => { b.resize(2); return x - y }); return u`, "1,2"},
		jstest.Case{`const b = resizable(4), u = new Uint8Array(b); let n = 0; for (const x of u) { if (n++ < 3) b.resize(b.byteLength + 1) } return n`, "7"},
		jstest.Case{`const b = resizable(8), u = new Uint32Array(b); u.set([1, 2]); b.resize(6); return [u.length, u.includes(2), u.indexOf(1), u.lastIndexOf(1), u.with(0, 5), u.toReversed(), u.join("-")].join(";")`, "1;false;0;0;5;1;1"},
		jstest.Case{`const u = new Uint8Array(resizable(1)); return [error(() => Object.freeze(u)), error(() => Object.preventExtensions(u)), Reflect.preventExtensions(u), error(() => Object.seal(u)), Object.isExtensible(u)].join(";")`,
			"TypeError: Cannot freeze;TypeError: Cannot prevent extensions;false;TypeError: Cannot seal;true"},
		jstest.Case{`const b = resizable(4), d = new DataView(b, 0, 3); d.setFloat16(0, 1.5); const f = d.getFloat16(0); b.resize(2); return [f, error(() => d.getFloat16(0)), error(() => d.setInt8(0, 1))].join(";")`,
			"1.5;TypeError: Cannot perform DataView.prototype.getFloat16 on a detached or out-of-bounds ArrayBuffer;TypeError: Cannot perform DataView.prototype.setInt8 on a detached or out-of-bounds ArrayBuffer"},
		jstest.Case{`const b = resizable(4); return [b.slice(1).resizable, b.slice(1).byteLength, b.slice({ valueOf() { b.resize(2); return 1 } }).byteLength]`, "false,3,3"},
	)
}

func TestClone(t *testing.T) {
	table(t,
		jstest.Case{`const u = new Uint8Array(resizable(2)), c = structuredClone(u); c.buffer.resize(3); return [c.length, u.length, c.buffer.maxByteLength]`, "3,2,16"},
		jstest.Case{`const u = new Uint8Array(resizable(2), 1, 1), c = structuredClone(u); c.buffer.resize(3); return [c.length, c.byteOffset]`, "1,1"},
		jstest.Case{`const u = new Uint8Array(resizable(2)), c = structuredClone(u, { transfer: [u.buffer] }); c.buffer.resize(3); return [c.length, u.length, u.buffer.detached]`, "3,0,true"},
		jstest.Case{`const b = resizable(2), u = new Uint8Array(b, 1); b.resize(0); return error(() => structuredClone(u))`, "DataCloneError: #<Uint8Array> could not be cloned."},
		jstest.Case{`const s = new SharedArrayBuffer(2, { maxByteLength: 4 }), c = structuredClone(s); new Uint8Array(s)[0] = 5; s.grow(3); return [c === s, c instanceof SharedArrayBuffer, c.byteLength, new Uint8Array(c)].join(";")`, "false;true;3;5,0,0"},
		jstest.Case{`return error(() => structuredClone(1, { transfer: [new SharedArrayBuffer(1)] }))`, "TypeError: Object is not transferable"},
	)
}

func TestShared(t *testing.T) {
	table(t,
		jstest.Case{`const s = new SharedArrayBuffer(2, { maxByteLength: 4 }), u = new Uint8Array(s); s.grow(4); return [s.growable, s.maxByteLength, u.length, error(() => s.grow(3)), error(() => s.grow(5))].join(";")`,
			"true;4;4;RangeError: SharedArrayBuffer.prototype.grow: Invalid length parameter;RangeError: SharedArrayBuffer.prototype.grow: Invalid length parameter"},
		jstest.Case{`const s = new SharedArrayBuffer(2); return [s.growable, s.maxByteLength, error(() => s.grow(2)), error(() => SharedArrayBuffer(2)), SharedArrayBuffer[Symbol.species] === SharedArrayBuffer].join(";")`,
			"false;2;TypeError: Method SharedArrayBuffer.prototype.grow called on incompatible receiver #<SharedArrayBuffer>;TypeError: Constructor SharedArrayBuffer requires 'new';true"},
		jstest.Case{`const s = new SharedArrayBuffer(2); return [ArrayBuffer, SharedArrayBuffer].map((c, i) => error(() => c.prototype.slice.call(i ? new ArrayBuffer(1) : s))).join(";") + error(() => Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get.call(s))`,
			"TypeError: Method ArrayBuffer.prototype.slice called on incompatible receiver #<SharedArrayBuffer>;TypeError: Method SharedArrayBuffer.prototype.slice called on incompatible receiver #<ArrayBuffer>" +
				"TypeError: Method ArrayBuffer.prototype.byteLength called on incompatible receiver #<SharedArrayBuffer>"},
		jstest.Case{`class S extends SharedArrayBuffer {} return [new S(3) instanceof S, new S(3).slice(1) instanceof S, new S(3).slice(1).byteLength]`, "true,true,2"},
	)
}

func TestAtomics(t *testing.T) {
	table(t,
		jstest.Case{`const u = new Uint8Array(2); return [Atomics.add(u, 0, 300), Atomics.sub(u, 0, 50), Atomics.or(u, 1, 6), Atomics.xor(u, 1, 3), Atomics.and(u, 1, 4), Atomics.exchange(u, 1, -1), u]`, "0,44,0,6,5,4,250,255"},
		jstest.Case{`const i = new Int8Array([-3]); return [Atomics.load(i, 0), Atomics.store(i, 0, 200.7), Atomics.load(i, 0), Atomics.compareExchange(i, 0, 200, 1), i[0], Object.is(Atomics.store(i, 0, -0), 0), Atomics.store(i, 0, Infinity), i[0]]`, "-3,200,-56,-56,1,true,Infinity,0"},
		jstest.Case{`const b = new BigInt64Array(1); return [Atomics.store(b, 0, 33n), Atomics.add(b, 0, 2n ** 63n), Atomics.load(b, 0), Atomics.store(b, 0, 2n ** 70n), b[0]]`, "33,33,-9223372036854775775,1180591620717411303424,0"},
		jstest.Case{`const i = new Int32Array(1); return [error(() => Atomics.load(i, 1)), error(() => Atomics.load(new Float64Array(1), 0)), error(() => Atomics.wait(i, 0, 0)), Atomics.notify(i, 0), error(() => Atomics.notify(new Uint8Array(1), 0)),
			error(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)), error(() => Atomics.pause("1")), Atomics.pause(1)].join("\n")`,
			"RangeError: Invalid atomic access index: 1\nTypeError: [object Float64Array] is not an integer typed array.\nTypeError: [object Int32Array] is not a shared typed array.\n0\nTypeError: [object Uint8Array] is not an int32 or BigInt64 typed array.\n" +
				"TypeError: Atomics.wait cannot be called in this context\nTypeError: Atomics.pause argument must be undefined or an integer\n"},
		jstest.Case{`const b = resizable(4), u = new Uint8Array(b); return [error(() => Atomics.store(u, 3, { valueOf() { b.resize(1); return 1 } })), error(() => { b.resize(0); return Atomics.load(u, 0) })].join(";")`,
			"RangeError: Invalid atomic access index: 3;RangeError: Invalid atomic access index: 0"},
		jstest.Case{`const i = new Int32Array(new SharedArrayBuffer(8)); const w = Atomics.waitAsync(i, 1, 0); return [w.async, Atomics.notify(i, 0), Atomics.notify(i, 1), await w.value, Atomics.waitAsync(i, 1, 3).value, Atomics.waitAsync(i, 1, 0, 0).value, await Atomics.waitAsync(i, 1, 0, 1).value]`,
			"true,0,1,ok,not-equal,timed-out,timed-out"},
	)
}

func TestFloat16Array(t *testing.T) {
	table(t,
		jstest.Case{`const f = new Float16Array([1.5, 70000, -0, NaN, 0.1]); return [f, f.length, f.byteLength, Object.is(f[2], -0), Object.prototype.toString.call(f), f.constructor === Float16Array, Float16Array.BYTES_PER_ELEMENT].join(";")`,
			"1.5,Infinity,0,NaN,0.0999755859375;5;10;true;[object Float16Array];true;2"},
		jstest.Case{`const f = Float16Array.from([3, 1, 2]); return [f.map((x) => x / 2), f.sort(), f.toSorted((a, b) => b - a), f.slice(1), f.subarray(1), f.filter((x) => x > 1), f.with(0, 9), f.reduce((a, b) => a + b), f.indexOf(2), f.includes(2.0001)].map((x) => (x instanceof Float16Array ? "" : "!") + x).join(";")`,
			"1.5,0.5,1;1,2,3;3,2,1;2,3;2,3;2,3;9,2,3;!6;!1;!false"},
		jstest.Case{`const b = new ArrayBuffer(6), f = new Float16Array(b, 2, 1); f[0] = -2; return [new Uint8Array(b), f.byteOffset, error(() => new Float16Array(b, 1)), error(() => new Float16Array(new ArrayBuffer(3)).length)].join(";")`,
			"0,0,0,192,0,0;2;RangeError: Start offset of Float16Array should be a multiple of 2;RangeError: Byte length of Float16Array should be a multiple of 2"},
		jstest.Case{`return [new Float16Array(new Float64Array([1, 2])), new Float16Array(new Set([1, 2])), new Float16Array({ length: 1, 0: 4 }), new Uint8Array(new Float16Array([1.5, 3])), new Float32Array(Float16Array.of(0.5))].join(";")`, "1,2;1,2;4;1,3;0.5"},
		jstest.Case{`return [error(() => Float16Array(1)), error(() => new Float16Array(-1)), error(() => new Float16Array(2 ** 40)), error(() => new Float16Array([1n])), error(() => new Float16Array(new BigInt64Array(1))), error(() => new Float16Array(Symbol()))].join("\n")`,
			"TypeError: Constructor Float16Array requires 'new'\nRangeError: Invalid typed array length: -1\nRangeError: Array buffer allocation failed\nTypeError: Cannot convert a BigInt value to a number\n" +
				"TypeError: Cannot mix BigInt and other types, use explicit conversions\nTypeError: Cannot convert a Symbol value to a number"},
		jstest.Case{`class F extends Float16Array { twice() { return this.map((x) => 2 * x) } } const f = new F([1]); return [f.twice() instanceof F, f.twice(), Object.getPrototypeOf(Float16Array) === Object.getPrototypeOf(Uint8Array)]`, "true,2,true"},
		jstest.Case{`const b = resizable(4), f = new Float16Array(b); b.resize(8); f.fill(1); return [f, ArrayBuffer.isView(f), structuredClone(f) instanceof Float16Array, structuredClone(f)].join(";")`, "1,1,1,1;true;true;1,1,1,1"},
		jstest.Case{`new Float16Array(2).set(new Float32Array([1.1, 2.2])); const f = new Float16Array(3); f.set(new Uint8Array([1, 2]), 1); new Uint8Array(4).set(new Float16Array(0)); return f`, "0,1,2"},
	)
}

// What the engine does wrong on buffers of fixed length.
func TestRepairs(t *testing.T) {
	table(t,
		jstest.Case{`const u = new Uint8Array(4); u.set(new Uint16Array(0), 4); return error(() => u.set(new Uint16Array(0), 5))`, "RangeError: offset is out of bounds"},
		jstest.Case{`const b = new ArrayBuffer(4); b.transfer(); return error(() => b.slice(1))`, "TypeError: Cannot perform ArrayBuffer.prototype.slice on a detached ArrayBuffer"},
		jstest.Case{`return [error(() => new Uint8Array(-1)), error(() => new Uint8Array(2 ** 31)), new Uint8Array(-0.5).length]`, "RangeError: Invalid typed array length: -1,RangeError: Array buffer allocation failed,0"},
	)
}

// TestDetachAtWork has callbacks of the engine's methods take the memory away that they work on.
func TestDetachAtWork(t *testing.T) {
	cases := []jstest.Case{
		{`const a = new Uint8Array(8).fill(7); const m = a.map((v, i) => { if (i === 2) other = a.buffer.transfer(); return v }); return shown(a, m.join())`, "0|7,7,7,7,7,7,7,7|7,7,7,0,0,0,0,0"},
		{`let t; const a = new Uint8Array(8); a.constructor = { [Symbol.species]: function (n) { return t = new Uint8Array(n) } };
			const m = a.map((v, i) => { if (i === 2) other = t.buffer.transfer(); return i + 1 }); return shown(m, m === t)`, "0|1,2,0,0,0,0,0,0|true"},
		{`let t; class S extends Uint8Array { constructor(n) { super(n); t = this } }
			const m = S.from({ length: 5 }, (v, i) => { if (i === 2) other = t.buffer.transfer(); return i + 1 }); return shown(m)`, "0|1,2,0,0,0|"},
		{`const a = new Uint8Array([5, 4, 3, 2, 1]); a.sort((x, y) => { other ??= a.buffer.transfer(); return x - y }); return shown(a)`, "0|5,4,3,2,1|"},
		{`const a = new Uint8Array([5, 4, 3, 2, 1]); const f = a.filter((x, i) => { if (i == 1) other = a.buffer.transfer(); return true }); return shown(a, f.join())`, "0|5,4,3,2,1|5,4,0,0,0"},
		{`const a = new Uint8Array(4); a.set([1, { valueOf() { other = a.buffer.transfer(); return 9 } }, 3]); return shown(a, a.byteLength + a.byteOffset)`, "0|1,0,0,0|0"},
		{`const a = new Uint8Array(4); a[0] = { valueOf() { other = a.buffer.transfer(); return 9 } }; return shown(a)`, "0|0,0,0,0|"},
		// A long one, whose memory would be the process's.
		{`const n = 2 ** 17; let t; const a = new Float64Array(n); a.constructor = { [Symbol.species]: function (n) { return t = new Float64Array(n) } };
			a.map((v, i) => { if (i === n - 9) other = t.buffer.transfer(); return 1 }); const o = new Float64Array(other); return [o.length === n, o[n - 10], o[n - 9], t.length].join()`, "true,1,0,0"},
	}
	for _, c := range cases {
		for _, before := range []string{"", "await 1; ", "await new Promise(r => [1].forEach(r)); "} {
			code := `let other; const shown = (a, more) => [a.length, new Uint8Array(other).join(), more].join("|"); ` + before + c[0]
			if got := jstest.New(t).Run(t, code); got != c[1] {
				t.Errorf("%s\n\tgot  %s\n\twant %s", code, got, c[1])
			}
		}
	}
}

// TestTransferMoves: as long as nothing is at work on a buffer its memory is handed on, and not copied.
func TestTransferMoves(t *testing.T) {
	for _, code := range []string{"b = a.transfer()", "await 1; b = a.transfer()", "await 1; (() => { b = a.transfer() })()"} {
		iso := jstest.New(t)
		iso.Run(t, "globalThis.a = new ArrayBuffer(1 << 16)")
		first, _ := engine.BufferOf(iso.VM.Get("a"))
		was := &(*first.Data)[0]
		iso.Run(t, strings.Replace(code, "b =", "globalThis.b =", 1))
		if moved, ok := engine.BufferOf(iso.VM.Get("b")); !ok || &(*moved.Data)[0] != was {
			t.Errorf("%s copies", code)
		}
	}
}
