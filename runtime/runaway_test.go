package runtime_test

import (
	"strings"
	"testing"
	"time"

	"devserver/runtime"
)

// TestRunaway has scripts keep the engine's natives busy, where no interruption reaches them, and take memory that is not
// there. Each ends soon after its limit, or at once with V8's error, and the Worker lives.
func TestRunaway(t *testing.T) {
	const limit, invalid = "Worker exceeded", "RangeError: Invalid string length" // its CPU time, or the memory
	for _, test := range []struct{ code, want string }{
		{`Array(3e7).fill()`, limit},
		{`const n = 3e7; new Array(n).fill(0)`, limit},
		{`Array.from({ length: 1e9 })`, limit},
		{`Array.from({ length: 1e9 }, Number)`, limit},
		{`Array(4294967295).indexOf(1)`, limit},
		{`Array(4294967295).lastIndexOf(1)`, limit},
		{`Array(4e9).reverse()`, limit},
		{`Array(4e9).slice()`, limit},
		{`Array(4e9).sort()`, limit},
		{`Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)`, limit},
		{`const a = []; a.length = 4e9; a.unshift(1)`, limit},
		{`Array(4e9).join("")`, limit},
		{`String(Array(4e9))`, "RangeError: Invalid string length"},
		{`Array(1e9).join("x")`, invalid},
		{`let a = [1]; for (;;) a = a.concat(a)`, limit},
		{`let s = "x"; for (;;) s += s`, limit},
		{`const a = []; for (;;) a.push(new Uint8Array(1e6))`, limit},
		{`new Set(function* () { for (let i = 0; ; i++) yield i }())`, limit},
		{`[...function* () { for (;;) yield 1 }()]`, limit},
		{`structuredClone(Array(1e7).fill(1))`, limit},
		{`const s = "x".repeat(2 ** 15); s.replaceAll("x", s)`, invalid},
		{`"x".repeat(2 ** 25).split("")`, limit},
		{`"x".repeat(2 ** 30)`, invalid},
		{`"x".padEnd(2 ** 30)`, invalid},
		{`Math.max.apply(null, { length: 3e7 })`, "RangeError: Maximum call stack size exceeded"},
		{`Reflect.construct(Array, { length: 3e9 })`, "RangeError: Maximum call stack size exceeded"},
		{`new ArrayBuffer(2 ** 45)`, "RangeError: Array buffer allocation failed"},
		{`const n = 2 ** 40; new Uint8Array(n)`, "RangeError: Invalid typed array length: 1099511627776"},
		{`const n = 2 ** 32; new Float64Array(n)`, "RangeError: Array buffer allocation failed"},
		{`new Uint8Array(-1)`, "RangeError: Invalid typed array length: -1"},
		{`Array(-1)`, "RangeError: Invalid array length"},
	} {
		t.Run(test.code, func(t *testing.T) {
			const most = 200 * time.Millisecond
			w, _ := load(t, hostile(`try { (() => { `+test.code+` })(); return new Response("done") } catch (e) { return new Response(String(e)) }`),
				func(o *runtime.Options) { o.CPULimit = most })
			start := time.Now()
			_, body, err := get(t, w, "/")
			if took := time.Since(start); took > most+3*time.Second { // a second, and what a busy machine adds
				t.Errorf("took %v", took)
			}
			if err != nil {
				body = err.Error()
			}
			if !strings.Contains(body, test.want) {
				t.Errorf("got %q, want %q", body, test.want)
			}
			if _, next, err := get(t, w, "/next"); err != nil || next != "fine" {
				t.Errorf("the next request: %q, %v", next, err)
			}
		})
	}
}

// TestLongLists: what is done for long lists is what the engine does for short ones.
func TestLongLists(t *testing.T) {
	body, err := attack(t, hostile(`
		const n = 300_000, a = Array.from({ length: n }, (_, i) => i), out = [];
		const check = (name, ok) => { if (!ok) out.push(name) };
		check("from", a.length === n && a[n - 1] === n - 1);
		check("fill", Array(n).fill(7).length === n && Array(n).fill(7).at(-1) === 7);
		check("fill part", a.slice().fill(-1, 1, 3).slice(0, 4).join() === "0,-1,-1,3");
		check("fill holes", 5 in Array(n).fill(undefined));
		check("indexOf", a.indexOf(n - 1) === n - 1 && a.indexOf(0, 1) === -1 && a.indexOf(n - 1, -1) === n - 1);
		check("lastIndexOf", a.lastIndexOf(0) === 0 && a.lastIndexOf(n - 1, -2) === -1);
		check("includes", a.includes(n - 1) && !a.includes(-1) && Array(n).includes(undefined) && [...a, NaN].includes(NaN));
		check("reverse", a.slice().reverse()[0] === n - 1 && a.toReversed()[n - 1] === 0);
		check("slice", a.slice(-3).join() === [n - 3, n - 2, n - 1].join() && a.slice(1, 3).join() === "1,2" && !(0 in Array(n).slice()));
		const b = a.slice();
		check("splice", b.splice(1, 2, "x").join() === "1,2" && b.length === n - 1 && b[1] === "x" && b[2] === 3);
		check("shift", b.shift() === 0 && b.length === n - 2 && b[0] === "x");
		check("unshift", b.unshift(8, 9) === n && b[0] === 8 && b[2] === "x");
		check("copyWithin", a.slice().copyWithin(0, n - 2).slice(0, 3).join() === [n - 2, n - 1, 2].join());
		check("concat", a.concat([1], 2, a).length === 2 * n + 2 && a.concat("x")[n] === "x");
		check("sort", a.toReversed().sort((x, y) => x - y)[1] === 1 && a.toSorted()[2] === 10);
		check("sort holes", (() => { const h = Array(n); h[5] = 2; h[9] = 1; h.sort(); return h[0] === 1 && h[1] === 2 && !(2 in h) })());
		check("join", a.join("").length === 1688890 && Array(n).join().length === n - 1 && String(a) === a.join());
		check("with", a.with(-1, "z")[n - 1] === "z");
		class Mine extends Array {}
		check("species", Mine.from({ length: n }).slice(-1) instanceof Mine);
		check("array-like", Array.prototype.indexOf.call({ length: n, [n - 1]: 4 }, 4) === n - 1);
		check("apply", Math.max.apply(null, a.slice(0, 1000)) === 999);
		return new Response(out.join() || "all");`), func(o *runtime.Options) { o.CPULimit = time.Minute })
	if err != nil || body != "all" {
		t.Errorf("got %q, %v", body, err)
	}
}
