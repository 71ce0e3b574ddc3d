//go:build unix

package runtime_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"devserver/runtime"
)

// cpuTime is what the process has used of its processors.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// TestRunaway has scripts keep the engine's natives busy, where no interruption reaches them, and take memory that is not
// there. Each ends soon after its limit, or at once with V8's error, and the Worker lives.
func TestRunaway(t *testing.T) {
	const limit, invalid = "Worker exceeded", "RangeError: Invalid string length" // its CPU time, or the memory
	const endless = `const it = { [Symbol.iterator]() { return this }, next: Object };`
	const pairs = `const it = { [Symbol.iterator]() { return this }, next: Object.bind(null, { value: [{}, 2] }) };`
	const tooBig = "RangeError: Maximum BigInt size exceeded"
	for i, test := range []struct{ code, want string }{
		{`Array(3e7).fill()`, limit},
		{`const n = 3e7; new Array(n).fill(0)`, limit},
		{`Array.from({ length: 1e9 })`, limit},
		{`Array.from({ length: 1e9 }, Number)`, limit},
		{`Array(4294967295).indexOf(1)`, limit},
		{`Array(4294967295).lastIndexOf(1)`, limit},
		{`Array(4e9).reverse()`, limit},
		{`Array(4e9).slice()`, "done"}, // a sparse array is copied by its items
		{`Array.prototype.slice.call({ length: 4e9 - 1 })`, limit},
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
		{`const n = 2 ** 40; new Uint8Array(n)`, "RangeError: Array buffer allocation failed"},
		{`const n = 2 ** 52; new Float64Array(n)`, "RangeError: Invalid typed array length: 4503599627370496"},
		{`const n = 2 ** 28 + 1; new Uint8Array(n)`, "RangeError: Array buffer allocation failed"},
		{`const n = 2 ** 32; new Float64Array(n)`, "RangeError: Array buffer allocation failed"},
		{`new Uint8Array(-1)`, "RangeError: Invalid typed array length: -1"},
		{`Array(-1)`, "RangeError: Invalid array length"},
		// Iterators whose next method is the engine's.
		{endless + `for (const x of it);`, limit},
		{endless + `[...it]`, limit},
		{endless + `Math.max(...it)`, limit},
		{endless + `const [...a] = it`, limit},
		{endless + `new Set(it)`, limit},
		{pairs + `new WeakSet(it)`, limit},
		{endless + `new AggregateError(it)`, limit},
		{pairs + `new Map(it)`, limit},
		{pairs + `new WeakMap(it)`, limit},
		{pairs + `Object.fromEntries(it)`, limit},
		{endless + `Array.from(it)`, limit},
		{endless + `new Uint8Array(it)`, limit},
		{endless + `Uint8Array.from(it)`, limit},
		{endless + `Promise.all(it)`, limit},
		{endless + `Promise.allSettled(it)`, limit},
		{endless + `Promise.any(it)`, limit},
		{endless + `Promise.race(it)`, limit},
		{endless + `new Set(function* () { yield* it }())`, limit},
		{endless + `Object.groupBy(it, String)`, limit},
		{`[...Array(1e9).keys()]`, limit},
		{`const n = 1e9; new Set(Array(n).keys())`, limit},
		{`const n = 1e9; Array.from(Array(n).keys())`, limit},
		{`const n = 1e9; Math.max(...Array(n))`, limit},
		// BigInts.
		{`3n ** 100000000n`, limit},
		{`let a = 3n ** 1000000n; for (;;) a = a * a`, limit},
		{`const a = 3n ** 20000000n`, limit},
		{`String(2n ** 10000000n)`, limit},
		{`(2n ** 10000000n).toString(7)`, limit},
		{"`${2n ** 10000000n}`", limit},
		{`"" + 2n ** 10000000n`, limit},
		{`BigInt("7".repeat(2 ** 23))`, limit},
		{`(2n ** 60000000n - 1n) % (2n ** 30000000n + 12345n)`, limit},
		{`Object(3n) ** 100000000n`, limit},
		{`1n << 10000000000n`, tooBig},
		{`3n ** 1000000000000000000000n`, tooBig},
		{`BigInt.asUintN(2 ** 40, -1n)`, tooBig},
		// Lists of what there is none of, and functions of the engine's that are called back.
		{`Array.prototype.forEach.call({ length: 2 ** 53 - 1 }, Boolean)`, limit},
		{`Array.prototype.find.call({ length: 2 ** 53 - 1 }, Boolean)`, limit},
		{`Array.prototype.map.call({ length: 2 ** 32 - 1 }, Boolean)`, limit},
		{`Array.prototype.reduce.call({ length: 2 ** 53 - 1, 0: 1 }, Math.max)`, limit},
		{`Array.prototype.flat.call({ length: 2 ** 53 - 1 })`, limit},
		{`Array.prototype.flatMap.call({ length: 2 ** 53 - 1 }, Boolean)`, limit},
		{`Array.prototype.toSpliced.call({ length: 2 ** 32 - 2 }, 0, 1)`, limit},
		// Long strings.
		{"const s = `a\u0301`.repeat(2 ** 24); s.normalize(`NFD`)", limit},
		{`"é".repeat(2 ** 26).toLowerCase()`, limit},
		{`"é".repeat(2 ** 26).toUpperCase()`, limit},
		{`"ab".repeat(2 ** 26).split("b")`, limit},
		{`"ab".repeat(2 ** 26).replaceAll("b", "cc")`, limit},
		{`parseFloat("1".repeat(2 ** 26)); for (;;);`, limit},
		{`escape("é".repeat(2 ** 26)); for (;;);`, limit},
		{`unescape("%u20ac".repeat(2 ** 24)); for (;;);`, limit},
		{`JSON.stringify("é".repeat(2 ** 26))`, limit},
		{`" ".repeat(2 ** 26).trim(); for (;;);`, limit},
		{`[2n ** 10000000n].join()`, limit},
		{`String([[2n ** 10000000n]])`, limit},
		{`"".concat(2n ** 10000000n)`, limit},
		// What is like a set, or like the strings of a template.
		{`new Set([1]).union({ size: 1, has: Boolean, keys() { return { next: Object } } })`, limit},
		{`new Set([1, 2]).isSupersetOf({ size: 1, has: Boolean, keys: () => ({ next: Object.bind(null, { value: 1 }) }) })`, limit},
		{`new Set([1]).difference(new class extends Set { keys() { return { next: Object } } })`, limit},
		{`new Set([1]).symmetricDifference(Object.assign(new Map(), { keys: () => ({ next: Object }) }))`, limit},
		{`String.raw({ raw: { length: 2 ** 40 } })`, limit},
		{`String.raw({ raw: { length: 2 ** 40, toString: 0 } }, ..."abc")`, limit},
		{`Array.prototype.toLocaleString.call({ length: 2 ** 40 })`, limit},
		{`new Uint8Array(2 ** 27).toLocaleString()`, limit},
		{`Object.keys(new Uint8Array(2 ** 26))`, "RangeError: Invalid array length"},
		{`new TextEncoder().encode("é".repeat(2 ** 24)); for (;;);`, limit},
	} {
		if testing.Short() && i%4 != 0 {
			continue // the race detector makes natives ten times as slow, and learns nothing from each
		}
		t.Run(test.code, func(t *testing.T) {
			most := time.Hour // what ends by itself may take as long as it takes
			if test.want == limit {
				most = 200 * time.Millisecond
			}
			patience := time.Second
			if testing.Short() {
				patience = 20 * time.Second
			}
			w, _ := load(t, hostile(`try { (() => { `+test.code+` })(); return new Response("done") } catch (e) { return new Response(String(e)) }`),
				func(o *runtime.Options) { o.CPULimit = most })
			start := cpuTime(t)
			_, body, err := get(t, w, "/")
			if took := cpuTime(t) - start; test.want == limit && took > most+patience {
				t.Errorf("used %v of the processors", took)
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

// TestRunawayGenerated: what is made of strings stops, too.
func TestRunawayGenerated(t *testing.T) {
	for _, code := range []string{
		"return new Function(`" + `return 3n ** 100000000n` + "`)",
		"return new Function(`" + `const it = { [Symbol.iterator]() { return this }, next: Object }; return [...it]` + "`)",
		"const made = new (function* () {}.constructor)(`yield; return 3n ** 100000000n`)(); made.next(); return () => made.next()",
		"return eval(`" + `() => 3n ** 100000000n` + "`)",
		"return (0, eval)(`" + `'use strict'; (function () { return 3n ** 100000000n })` + "`)",
		"return eval(`" + `const it = { [Symbol.iterator]() { return this }, next: Object }; () => Math.max(...it)` + "`)",
	} {
		t.Run(code, func(t *testing.T) {
			w, _ := load(t, script(`const made = (() => { `+code+` })();
				return { default: { fetch(request) { return new Response(request.url.endsWith("next") ? "fine" : String(made())) } } }`),
				func(o *runtime.Options) { o.CPULimit = 500 * time.Millisecond })
			if _, body, err := get(t, w, "/"); err == nil || !strings.Contains(err.Error(), "Worker exceeded") {
				t.Errorf("got %q, %v", body, err)
			}
			if _, next, err := get(t, w, "/next"); err != nil || next != "fine" {
				t.Errorf("the next request: %q, %v", next, err)
			}
		})
	}
}

// TestLongLists: what is long and ends is done all the same.
func TestLongLists(t *testing.T) {
	body, err := attack(t, hostile(`
		const n = 263_000, out = [], check = (name, ok) => { if (!ok) out.push(name) };
		const a = Array(n).fill(7);
		check("fill", a.length === n && a.at(-1) === 7 && 5 in Array(n).fill());
		check("indexOf", a.indexOf(8) === -1 && a.lastIndexOf(7) === n - 1);
		check("join", a.join("").length === n && String(a).length === 2 * n - 1);
		class Mine extends Array {}
		check("from", Mine.from({ length: n }) instanceof Mine);
		check("sort", (() => { const h = [1]; h.length = n; h[9] = 0; h.sort(); return h[0] === 0 && h[1] === 1 && !(2 in h) })());
		check("apply", Math.max.apply(null, a.slice(0, 1000)) === 7);
		check("buffers", new Uint8Array(n).length === n && new Uint8Array(n) instanceof Uint8Array && Uint8Array.from([n]).constructor === Uint8Array);
		return new Response(out.join() || "all");`), func(o *runtime.Options) { o.CPULimit = time.Hour })
	if err != nil || body != "all" {
		t.Errorf("got %q, %v", body, err)
	}
}
