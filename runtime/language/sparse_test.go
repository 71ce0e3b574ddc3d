package language_test

import (
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/language"
)

// TestSparseLists: what has an item far out and little else is copied in the time that its items take. Going through four
// thousand million places would take minutes.
func TestSparseLists(t *testing.T) {
	const list = `const a = []; a.length = 0; a[4e9] = "far"; a[7] = "near"; const at = (l) => Object.keys(l) + "|" + l.length; `
	jstest.Table(t, []jstest.Case{
		{list + `const b = a.slice(5); return at(b) + b[2] + b[4e9 - 5]`, "2,3999999995|3999999996nearfar"},
		{list + `return at(a.slice(-1)) + at(a.slice(8, -1)) + at(a.slice(3, 3)) + at(a.slice("6", 9.7)) + at(a.slice(NaN, -Infinity))`, "0|1|3999999992|01|3|0"},
		{list + `return at(a.slice(0, Infinity)) + (a.slice() === a) + a.slice().slice(0, 8).length`, "7,4000000000|4000000001false8"},
		{list + `const b = [1, , 2].concat(a, "x", [[3]]); return at(b) + b[0] + b[10] + b[4000000003] + b[4000000004] + b[4000000005]`,
			"0,2,10,4000000003,4000000004,4000000005|40000000061nearfarx3"},
		{list + `return at(a.concat(null, undefined, Symbol.iterator))`, "7,4000000000,4000000001,4000000002,4000000003|4000000004"},
		{list + `a.concat(a)`, "thrown: RangeError: Invalid array length"},
		{list + `a.concat(a.slice(0, 3e8))`, "thrown: RangeError: Invalid array length"},
	}, language.Globals())
}

// TestSparseListsAsPlain: where more can be seen than the items, the copy is what it is for any array.
func TestSparseListsAsPlain(t *testing.T) {
	const list = `const a = []; a.length = 0; a[9000] = "far"; a[7] = "near"; const at = (l) => l.constructor.name + Object.keys(l) + "|" + l.length; `
	jstest.Table(t, []jstest.Case{
		{list + `a.name = 1; return at(a.slice(1)) + at(a.concat(5)) + ("name" in a.slice())`, "Array6,8999|9000Array7,9000,9001|9002false"},
		{list + `class L extends Array {} Object.setPrototypeOf(a, L.prototype); return at(a.slice(1)) + at(a.concat(5)) + at([1].concat(a))`,
			"L6,8999|9000L7,9000,9001|9002Array0,8,9001|9002"},
		{list + `a.constructor = { [Symbol.species]: (0, class S extends Array {}) }; return at(a.slice(1)) + at(a.concat(5))`, "S6,8999|9000S7,9000,9001|9002"},
		{list + `a[Symbol.isConcatSpreadable] = false; const b = [].concat(a); return b.length + "" + (b[0] === a)`, "1true"},
		{list + `const b = [{ length: 9001, 3: "x", [Symbol.isConcatSpreadable]: true }, { length: 5 }]; return at(a.concat(...b))`, "Array7,9000,9004,18002|18003"},
		{list + `Array.prototype[5] = "up"; try { return at(a.slice(1, 10)) + at(a.concat()) } finally { delete Array.prototype[5] }`, "Array4,6|9Array5,7,9000|9001"},
		{list + `Object.defineProperty(a, 8, { get: () => "got", enumerable: false }); const b = a.slice(7, 9); return at(b) + b[1] + a.concat()[8]`, "Array0,1|2gotgot"},
		{list + `let asked = 0; const n = { valueOf: () => (asked++, 7) }; return at(a.slice(n)) + asked`, "Array0,8993|89941"},
		{list + `a.slice(1n)`, "thrown: TypeError: Cannot convert a BigInt value to a number"},
		{list + `return [a.slice.length, a.slice.name, a.concat.length, a.concat.name].join()`, "2,slice,1,concat"},
	}, language.Globals())
}
