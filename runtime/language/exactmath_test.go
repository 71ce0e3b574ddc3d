package language_test

import (
	"os"
	"strings"
	"testing"

	"devserver/internal/jstest"
)

// TestExactMath compares the functions of Math with what V8 returns: testdata/math.tsv has a line for each, as workerd answered.
func TestExactMath(t *testing.T) {
	text, err := os.ReadFile("testdata/math.tsv")
	if err != nil {
		t.Fatal(err)
	}
	const given = `const xs = [0.1726980209350586, -0.3, 0.9, 2.5, -7.394193410873413, 40.88102579116821, 333.25, 1e6, -1e22, 1.7976931348623157e308, 5e-324, -0, 0, Infinity, -Infinity, NaN, 1, -1, 1e-9];
		const ys = [0, -0, 0.5, -0.5, 2, 3, -3, 1/3, 2.4, 1023, -1074, 1e300, Infinity, -Infinity, NaN];
		const show = v => Object.is(v, -0) ? "-0" : String(v);
		const all = { atan2: () => xs.flatMap(y => xs.map(x => Math.atan2(y, x))), pow: () => [...xs, -2.5, 10, 2, 0.1].flatMap(x => ys.map(y => Math.pow(x, y))) };
		const names = { sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan, sinh: Math.sinh, cosh: Math.cosh, asinh: Math.asinh,
			acosh: Math.acosh, atanh: Math.atanh, exp: Math.exp, expm1: Math.expm1, log: Math.log, log2: Math.log2, log10: Math.log10, log1p: Math.log1p, cbrt: Math.cbrt };
		`
	var cases []jstest.Case
	for line := range strings.Lines(string(text)) {
		name, want, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			t.Fatalf("a line without values: %q", line)
		}
		cases = append(cases, jstest.Case{given + `return (all.` + name + ` ? all.` + name + `() : xs.map(x => names.` + name + `(x))).map(show).join()`, want})
	}
	if len(cases) != 20 {
		t.Fatalf("%d functions, not 20", len(cases))
	}
	cases = append(cases,
		jstest.Case{given + `return [...xs, -2.5, 10, 2, 0.1].every(x => ys.every(y => Object.is(x ** y, Math.pow(x, y))))`, "true"},
		jstest.Case{`const n = -300; let s = 3; s **= 2; return [10 ** n, 10 ** 21, 2 ** -1074, 2 ** 53, (-3) ** 3, 1.1 ** 10, 0.1 ** 2, 7 ** 18, "2" ** "3", null ** 0, undefined ** 1, ({ valueOf: () => 4 }) ** 0.5, [3] ** [2], s, 2n ** 70n, 2 ** true, 10 ** -300, 1.1 ** (10)].join()`,
			"1e-300,1e+21,5e-324,9007199254740992,-27,2.5937424601000023,0.010000000000000002,1628413597910449,8,1,NaN,2,9,9,1180591620717411303424,2,1e-300,2.5937424601000023"},
		jstest.Case{`const deep = n => n ? deep(n - 1) + [{} * (() => 1), {} / function () {}].length : 0; const f = (...a) => a.length + ({} / { valueOf() { return a.map(x => x).length } } ? 1 : 0);
			deep(60); for (let i = 0; i < 80; i++) f(...Array(i)); return [{} / function () { return 1 }, (function () { return 1 }) % {}, {} * (() => 1), ({}) << (() => 1), [7] / [2], (() => 2) ** {}].join()`, "NaN,NaN,NaN,0,3.5,NaN"},
		jstest.Case{`const seen = []; const o = n => ({ valueOf() { seen.push(n); return [n].map(x => x)[0] } });
			return [o(4) ** 0.5, o(4) ** o(3), 2 ** o(5), o(4) * 0.5, 3 * o(7), o(6) * o(7), o(9) / 2, o(9) % o(5), 9 % o(2), o(3) << 2, 1 << o(4), new Date(6) * 2, o(2n) ** o(3n), o(2n) * 3n, 7n / o(2n), seen.join("")].join()`,
			"2,64,32,2,21,42,4.5,4,1,12,16,12,8,6,3,443547679952342322"},
		jstest.Case{`1n ** 1`, "thrown: TypeError: Cannot mix BigInt and other types, use explicit conversions"},
		jstest.Case{`return [Math.tanh(0), Object.is(Math.tanh(-0), -0), Math.tanh(30), Math.tanh(-Infinity), Math.tanh(NaN), Math.abs(Math.tanh(0.5) - 0.46211715726000975) < 1e-15, Math.abs(Math.tanh(-2) + 0.9640275800758169) < 1e-15].join()`,
			"0,true,1,-1,NaN,true,true"},
		jstest.Case{`Math.sin(1n)`, "thrown: TypeError: Cannot convert a BigInt value to a number"},
		jstest.Case{`Math.pow(1n, 2)`, "thrown: TypeError: Cannot convert a BigInt value to a number"},
		jstest.Case{`Math.log(Symbol())`, "thrown: TypeError: Cannot convert a Symbol value to a number"},
		jstest.Case{`const seen = []; Math.atan2({ valueOf() { seen.push("y") } }, { valueOf() { seen.push("x") } }); return [seen, Math.exp("1"), Math.exp(), Math.pow.length, Math.sin.name].join()`, "y,x,2.718281828459045,NaN,2,sin"},
		// What is left of multiples of π/2.
		jstest.Case{`return [Math.sin(Math.PI), Math.cos(Math.PI / 2), Math.tan(Math.PI / 4), Math.sin(2 ** 1000)].join()`, "1.2246467991473532e-16,6.123233995736766e-17,0.9999999999999999,-0.15920170308624243"},
	)
	jstest.Table(t, cases)
}
