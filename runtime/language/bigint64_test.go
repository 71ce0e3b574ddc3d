package language_test

import (
	"testing"

	"devserver/internal/jstest"
)

// TestNegativeBigInts: what the engine takes for positive numbers.
func TestNegativeBigInts(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`return [new BigInt64Array(2).fill(-2n).join(), new BigInt64Array(1).fill("-3").join(), new BigInt64Array(1).fill(-(2n ** 63n)).join(), new BigUint64Array(1).fill(-1n).join()].join(" ")`, "-2,-2 -3 -9223372036854775808 18446744073709551615"},
		{`return new BigInt64Array(1).fill(5n).join() + new BigInt64Array(new ArrayBuffer(8, { maxByteLength: 16 })).fill(-2n).join()`, "5-2"},
		{`const a = BigInt64Array.of(2n, -2n, 3n); return [a.includes(-2n), a.includes(-3n), a.indexOf(-2n), a.lastIndexOf(-2n), a.includes(2n), a.indexOf(-2), a.includes("-2"), a.includes()].join()`, "true,false,1,1,true,-1,false,false"},
		{`const a = BigInt64Array.of(-(2n ** 63n), 0n); return [a.includes(2n ** 63n), a.indexOf(-(2n ** 64n)), a.indexOf(-(2n ** 63n)), a.fill(2n ** 63n, 1).join(), a.fill(-1n, -1).join(), a.fill(-9n, 0, 1) === a, a[0], a.lastIndexOf(-1n, 0), a.includes(-1n, 1)].join(" ")`,
			"false -1 0 -9223372036854775808,-9223372036854775808 -9223372036854775808,-1 true -9 -1 true"},
		{`return [new BigInt64Array(0).fill(-1n).length, new BigUint64Array(1).fill(-1n)[0], new Int8Array(1).fill(-1)[0], [1].fill(-2)[0]].join()`, "0,18446744073709551615,-1,-2"},
		{`BigInt64Array.prototype.fill.call({}, -1n)`, "thrown: TypeError: Method TypedArray.prototype.fill called on incompatible receiver [object Object]"},
		{`return new BigInt64Array(1).fill(-2)`, "thrown: TypeError: Cannot convert -2 to a BigInt"},
	})
}
