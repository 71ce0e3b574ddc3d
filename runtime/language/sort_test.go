package language_test

import (
	"testing"

	"devserver/internal/jstest"
)

func TestSort(t *testing.T) {
	const only = "thrown: TypeError: The comparison function must be either a function or undefined: "
	jstest.Table(t, []jstest.Case{
		{`return [3, 1, 2].sort().join() + [10, 9, 1, "a", null, true, [3], 1.5, -1].sort().join()`, "1,2,3-1,1,1.5,10,3,9,a,,true"},
		{`return ["b", "z", "\u{1f600}", "\uffff", "\ud800", "a"].sort().map((s) => escape(s)).join()`, "a,b,z,%uD800,%uD83D%uDE00,%uFFFF"},
		{`return [{ a: 1, b: 1 }, { a: 1, b: 2 }, { a: 2, b: 3 }].sort((x, y) => (x.a - y.a) * -1).map((x) => x.b).join()`, "3,1,2"},
		{`return [1, 2, 3].sort(() => -0).join() + [1, 2].sort(() => NaN).join() + [2, 1].sort((a, b) => a > b).join()`, "1,2,31,22,1"},
		{`const l = []; const a = [3, 1, 2]; a.sort((x, y) => { a.length = 0; l.push(x + ">" + y); return x - y }); return a.join() + " " + l`, "1,2,3 1>3,2>3,2>1"},
		{`const a = [3, 1, 2]; a.sort((x, y) => { a[5] = 9; return x - y }); return JSON.stringify(a)`, "[1,2,3,null,null,9]"},
		{`const a = [3, , 1, undefined]; a.sort(); return [a.length, 2 in a, 3 in a, String(a)].join()`, "4,true,false,1,3,,"},
		{`return JSON.stringify([3, , 1, undefined, 2].toSorted())`, "[1,2,3,null,null]"},
		{`return JSON.stringify(Array.prototype.sort.call({ length: 3, 0: "c", 2: "a" }))`, `{"0":"a","1":"c","length":3}`},
		{`return JSON.stringify(Array.prototype.toSorted.call({ length: 3, 0: "c", 2: "a" }))`, `["a","c",null]`},
		{`const l = [], k = (n) => ({ toString() { l.push(n); return n } }); [k("b"), k("a"), k("c")].sort(); return l.join()`, "a,b,c,b"},
		{`return [2, 1].sort(null)`, only + "null"},
		{`return [2, 1].sort({})`, only + "#<Object>"},
		{`return [].toSorted(/x/)`, only + "[object RegExp]"},
		{`return new Int8Array(2).sort("x")`, only + "x"},
		{`return [2, 1].sort(() => { throw new Error("x") })`, "thrown: Error: x"},
		{`return [Symbol(), 1].sort()`, "thrown: TypeError: Cannot convert a Symbol value to a string"},
		{`return Array.prototype.toSorted.call({ length: 2 ** 40 })`, "thrown: RangeError: Invalid array length"},
		{`const a = Object.freeze([2, 1]); try { a.sort() } catch (e) { return e.name + a }`, "TypeError2,1"},
		{`return [new Float64Array([3, NaN, -1]).sort(), new Float32Array([2, 1, 3]).sort((a, b) => b - a), new Uint8Array([1, 2]).toSorted((a, b) => b - a).constructor.name].join()`, "-1,3,NaN,3,2,1,Uint8Array"},
		{`return Uint8Array.prototype.sort.call([2, 1], () => 0)`, "thrown: TypeError: this is not a typed array."},
		{`const a = new Uint8Array([2, 1]); a.sort(() => { a.buffer.transfer(); return 1 }); return a.length`, "0"},
		{`return [[].sort.length, [].sort.name, Object.keys(Array.prototype).length].join()`, "1,sort,0"},
	})
}

// TestSortAsV8 compares which elements are compared, in which order, and what comes of it: all as recorded from workerd.
func TestSortAsV8(t *testing.T) {
	const harness = `
		const sorted = (length, value, order, typed) => {
			let calls = 0, seen = 0, result = 0;
			const list = typed ? Int16Array.from({ length }, (_, i) => value(i)) : Array.from({ length }, (_, i) => ({ k: value(i), i }));
			list.sort((x, y) => { calls++; seen = (seen * 31 + (x.i ?? x) * 7 + (y.i ?? y)) | 0; return order(x, y) });
			for (const x of list) result = (result * 31 + (x.i ?? x)) | 0;
			return calls + " " + seen + " " + result;
		};
		const random = (i) => (i * 7919) % 1009, blocks = (i) => (i >> 5) % 2 ? i : -i, almost = (i) => i % 50 == 0 ? 1000 - i : i;
		const byKey = (x, y) => x.k - y.k, boolean = (x, y) => x.k > y.k, mad = (x, y) => Math.sin(x.i * 3 + y.i * 5);
		return `
	jstest.Table(t, []jstest.Case{
		{harness + `sorted(5, random, byKey)`, "8 165128311 122110"},
		{harness + `sorted(33, random, byKey)`, "127 2083381412 311099818"},
		{harness + `sorted(500, random, byKey)`, "3823 1820534616 2008124212"},
		{harness + `sorted(1500, random, byKey)`, "13805 1460586931 -472930226"},
		{harness + `sorted(500, random, boolean)`, "499 -39058705 723408122"},
		{harness + `sorted(500, random, mad)`, "3559 -1796836217 1746658950"},
		{harness + `sorted(1500, blocks, byKey)`, "6078 -177930020 1784311090"},
		{harness + `sorted(1500, blocks, mad)`, "12061 1867704471 -1395809658"},
		{harness + `sorted(500, almost, byKey)`, "2082 1278489983 -192520096"},
		{harness + `sorted(500, random, (x, y) => -0 * (x - y), true)`, "2216 561750839 -937923746"},
	})
}
