package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
)

func runMended(t *testing.T, vm *goja.Runtime, script string) string {
	t.Helper()
	tree, err := goja.Parse("test", "(() => {"+script+"\n})()")
	if err != nil {
		t.Fatal(err)
	}
	engine.KeepConstants(tree)
	program, err := goja.CompileAST(tree, true)
	if err != nil {
		t.Fatal(err)
	}
	engine.Mend(program)
	v, err := vm.RunProgram(program)
	if err != nil {
		return err.Error()
	}
	return v.String()
}

// TestMended: the instructions that take the places of the engine's do what those should.
func TestMended(t *testing.T) {
	for script, want := range map[string]string{
		`return [1, ...[2, 3], ..."ab", ...new Set([4])].join()`:                                                       "1,2,3,a,b,4",
		`return Math.max(0, ...[2, 30], ...[], 4)`:                                                                     "30",
		`const f = (...a) => a.length; const l = Array(50000).fill(1); return f(...l, ...l, 1)`:                        "100001",
		`const [a, ...b] = function* () { yield 1; yield 2; yield 3 }(); return a + "/" + b`:                           "1/2,3",
		`try { for (const x of { [Symbol.iterator]() { return {} } }); } catch (e) { return String(e) }`:               "TypeError: undefined is not a function",
		`try { [...{ [Symbol.iterator]() { return {} } }] } catch (e) { return String(e) }`:                            "TypeError: undefined is not a function",
		`try { const [a] = { [Symbol.iterator]() { return {} } } } catch (e) { return String(e) }`:                     "TypeError: undefined is not a function",
		`try { f(...{ [Symbol.iterator]() { return { next: 5 } } }); function f() {} } catch (e) { return String(e) }`: "TypeError: 5 is not a function",
		`let closed = 0; const it = { [Symbol.iterator]() { return this }, next() { throw 7 }, return() { closed++ } };
		 try { [...it] } catch (e) { return e + "," + closed }`: "7,0",
		`const p = new Proxy({ b: 1, c: 2 }, {}), o = Object.create(p, { c: {} }); Object.setPrototypeOf(p, { d: 3, b: 4 });
		 o.a = 0; const keys = []; for (const k in o) keys.push(k); for (const k in p) keys.push(k); for (const k in "xy") keys.push(k); for (const k in null) keys.push(k); return keys.join()`: "a,b,d,b,c,d,0,1",
		`const x = 0; return [1 / (x * -10), 1 / (-3 * x), 1 / (x * 5), 6 * 7, 1e10 * 1e10].join()`:                                                         "-Infinity,-Infinity,Infinity,42,100000000000000000000",
		`try { return 1n << 10000000000n } catch (e) { return String(e) }`:                                                                                  "RangeError: Maximum BigInt size exceeded",
		`try { return 3n ** (10n ** 18n) } catch (e) { return String(e) }`:                                                                                  "RangeError: Maximum BigInt size exceeded",
		`const o = Object(1n << 1000000000n); try { return o * o } catch (e) { return String(e) }`:                                                          "RangeError: Maximum BigInt size exceeded",
		`return [(-1n) ** 99999999999999999999n, 0n ** 0n, 5n ** 0n, 1n << -(1n << 70n), -5n << -(1n << 70n), 0n << (1n << 70n), 5n << -1n].join()`:         "-1,1,1,0,-1,0,2",
		`const a = 3n ** 200000n; return [a / 3n ** 199998n, a % 7n, a * a === 9n ** 200000n, Object(a) * 2n > a].join()`:                                   "9,2,true,true",
		`return ("" + 3n ** 200000n).length + (7n ** 100000n + "x").length`:                                                                                 "179936",
		`try { return 1n * 1 } catch (e) { return e.name }`:                                                                                                 "TypeError",
		`return (() => [2n ** 3n, 7n / 2n, -7n % 4n, "a" + 1n, 1n + 2n])().join()`:                                                                          "8,3,-3,a1,3",
		`class C { static x = [...[1]]; y = [...[2]]; #z = (() => [...[3]])(); get z() { return this.#z } } const c = new C; return [C.x, c.y, c.z].join()`: "1,2,3",
	} {
		if got := runMended(t, goja.New(), script); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", script, got, want)
		}
	}
}

// TestMendedIsInterrupted: what goes on for ever stops.
func TestMendedIsInterrupted(t *testing.T) {
	endless := `const it = { [Symbol.iterator]() { return this }, next: Object };`
	for _, script := range []string{
		endless + `[...it]`,
		endless + `Math.max(...it)`,
		endless + `const [...a] = it`,
		`[...Array(4e9).keys()]`,
		`const x = 3n ** 50000000n; x * x`,
		`let a = 3n ** 3000000n; for (;;) a = a * 3n ** 3000000n / 3n ** 2999999n`,
	} {
		vm := goja.New()
		timer := time.AfterFunc(10*time.Millisecond, func() { vm.Interrupt("time") })
		if got := runMended(t, vm, script); strings.Contains(got, "Error") || !timer.Stop() && got == "undefined" {
			t.Errorf("%s: %s", script, got)
		}
	}
}
