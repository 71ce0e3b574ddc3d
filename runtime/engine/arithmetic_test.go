package engine_test

import (
	"testing"

	"github.com/dop251/goja"
)

// TestArithmetic compares what the operators make of numbers with what the engine makes of them, and where that is wrong, with
// what the standard says.
func TestArithmetic(t *testing.T) {
	script := `
	const values = [0, -0, 1, -1, 2, 3, -7, 31, 32, 33, 255, 256, 4095, 4096, -4096, 65536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 5,
		94906267, 2 ** 52, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 2 ** 53 + 2, 0.5, -0.5, 1.5, 0.1, -2.75, 2147483648.5, 1e15 + 0.5, 5e-324, 1.7e308,
		NaN, Infinity, -Infinity, "7", "x", null, undefined, true];
	const show = (v) => Object.is(v, -0) ? "-0" : String(v);
	const list = [];
	for (const a of values) {
		let i = a, d = a;
		list.push(show(a) + " ~" + show(~a) + " ++" + show(++i) + " --" + show(--d));
		for (const b of values) {
			// Each result once as a value, and once as the operand of another operator, which must not have changed.
			const results = [a + b, a - b, a / b, a % b, a & b, a | b, a ^ b, a << b, a >> b, a >>> b];
			list.push(show(a) + " " + show(b) + ": " + results.map(show) + " " + results.map((r) => typeof r === "number" && (r + 1 - 1 === r) + ":" + [r].includes(r)) + (a === a) + (b === b));
			if (!(a === 0 && b < 0 || b === 0 && a < 0)) list.push(show(a * b));
		}
	}
	return list.join("\n")`
	want, err := goja.New().RunString("(() => {" + script + "\n})()")
	if err != nil {
		t.Fatal(err)
	}
	if got := runMended(t, goja.New(), script); got != want.String() {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for script, want := range map[string]string{
		`const x = 1e20, y = -1e20, z = 2 ** 70 + 2 ** 20; return [x | 0, y | 0, x >>> 0, ~x, x ^ 1, z & -1, 1 << x, x >> 1].join()`:                                                       "1661992960,-1661992960,1661992960,-1661992961,1661992961,1048576,1,830996480",
		`const a = [1000, 70000]; const b = a[0] | 0; a[0]++; a[1] += 5; let c = a[1]; c--; return [a, b, c, a[1] | 0].join()`:                                                             "1001,70005,1000,70004,70005",
		`let x = 0; for (let i = 0; i < 10000; i++) x += i; return x + "," + (x * x) + "," + (x % 1000)`:                                                                                   "49995000,2499500025000000,0",
		`let x = 2n; x++; x = -x + 5n; return [x, x & 1n, x | 8n, x ^ 3n, x << 2n, x >> 1n, ~x, x - 1n].join()`:                                                                            "2,0,10,1,8,1,-3,1",
		`const o = { valueOf() { return 6 } }; return [o + 1, o - 1, o & 3, o | 1, o ^ 1, o << 1, o >> 1, o >>> 1, ~o].join()`:                                                             "7,5,2,7,7,12,3,3,-7",
		`const list = []; for (const f of [() => 1n + 1, () => 1n & 1, () => 1 | 1n, () => 1n >>> 0n, () => Symbol() - 1]) try { f() } catch (e) { list.push(e.name) } return list.join()`: "TypeError,TypeError,TypeError,TypeError,TypeError",
	} {
		if got := runMended(t, goja.New(), script); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", script, got, want)
		}
	}
	// The boxes of small numbers are shared, and those of results new: a loop of bit operations allocates for its results only.
	vm := goja.New()
	if got := runMended(t, vm, `globalThis.f = (n) => { let s = 123456; for (let i = 0; i < n; i++) s = (s | 0) & 0x7fffffff; return s }; globalThis.n = 4000`); got != "undefined" {
		t.Fatal(got)
	}
	f, _ := goja.AssertFunction(vm.Get("f"))
	n := vm.Get("n")
	if allocated := testing.AllocsPerRun(10, func() {
		if _, err := f(nil, n); err != nil {
			t.Fatal(err)
		}
	}); allocated > 500 {
		t.Errorf("4000 rounds without a new number allocate %v times", allocated)
	}
}
