package webidl_test

import (
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/sourcetext"
	"devserver/runtime/webidl"
)

// TestGuards runs what would end the process without guards, which a crash of the test would show.
func TestGuards(t *testing.T) {
	const overflow = "thrown: RangeError: Maximum call stack size exceeded"
	const generation = "thrown: EvalError: Code generation from strings disallowed for this context"
	for _, c := range []jstest.Case{
		{`const e = new Error(); e.message = e; return String(e)`, overflow},
		{`return String(new TypeError("text", { name: 1 }))`, "TypeError: text"},
		{`const a = []; a.push(a); return a.flat(Infinity)`, overflow},
		{`return [1, [2, [3]]].flat(Infinity)`, "1,2,3"},
		{`return JSON.parse("[".repeat(3e6))`, overflow},
		// What objects inherit is nothing to what they are given.
		{`Object.defineProperty(Object.prototype, "inherited", { set() { throw 1 }, configurable: true }); return JSON.parse('{"inherited":5,"b":1,"2":0,"1":7,"b":3}').inherited + JSON.stringify(JSON.parse('{"inherited":5,"b":1,"2":0,"1":7,"b":3}'))`, `5{"1":7,"2":0,"inherited":5,"b":3}`},
		{`Object.freeze(Object.prototype); const o = JSON.parse('{"toString":1,"__proto__":[2]}'); return o.toString + Object.keys(o).join() + (Object.getPrototypeOf(o) === Object.prototype) + Object.getOwnPropertyDescriptor(o, "toString").writable`, "1toString,__proto__truetrue"},
		{`const o = JSON.parse('{"é":1,"\\ud800":2,"\\u0061":3,"😀":4,"\\ud83d\\ude00":5,"":6}'); return Object.keys(o).length + [o["é"], o["\ud800"], o.a, o["😀"], o[""]].join() + Object.keys(o)[1].charCodeAt(0) + JSON.stringify(JSON.parse('{"é":[1]}', (k, v) => k === "é" ? v[0] : v))`, `51,2,3,5,655296{"é":1}`},
		{`return JSON.parse("[[1]]")`, "1"},
		{`return "x".repeat(2 ** 40)`, "thrown: RangeError: Invalid string length"},
		{`return "x".repeat(3)`, "xxx"},
		{`const o = {}; o.toString = String.bind(null, o); return String(o)`, overflow},
		{`return [].map.bind([1, 2])(x => x * 2)`, "2,4"},
		{`const has = Function.prototype[Symbol.hasInstance], B = Array.bind(); return [[] instanceof B, {} instanceof B, has.call(B, []), has.call(new Proxy(Array, {}).bind(), []), has.call(B.bind(), [])].join()`, "true,false,true,true,true"},
		{`return [] instanceof new Proxy(Array.bind(), {})`, "thrown: TypeError: Function has non-object prototype 'undefined' in instanceof check"},
		{`return new Function("(".repeat(1e6))`, generation},
		{`return (0, eval)("1")`, generation},
		{`return [new RegExp("/").source, new RegExp("[/]\\[/").source, /\//.source, new RegExp("").source, new RegExp("\n").source, /\\u002g/.source].join(" ")`, `\/ [/]\[\/ \/ (?:) \n \\u002g`},
		{`return Object.getOwnPropertyDescriptor(RegExp.prototype, "source").get.call(/a/) + /a/.source`, "aa"},
		{`return (() => 1) instanceof Function && (() => {}).constructor === Function`, "true"},
	} {
		t.Run(c[0], func(t *testing.T) {
			iso := jstest.New(t)
			iso.Guard(webidl.GuardsFor(sourcetext.Of(c[0]), nil))
			if got := iso.Run(t, c[0]); got != c[1] {
				t.Errorf("got %.200q, want %q", got, c[1])
			}
		})
	}
}

// TestGuardsAreForThoseWhoNeedThem checks that common code is not made to pay.
func TestGuardsAreForThoseWhoNeedThem(t *testing.T) {
	for _, text := range []string{
		`export default { fetch(request) { return new Response(new URL(request.url).pathname, { headers: { a: "b" } }) } }`,
		`class A { constructor(x) { this.x = x } f() { return typeof this.x === "function" || this.x instanceof Function } }`,
		`const s = JSON.stringify({ a: 1 }); this.f = this.f.bind(this); x.toLocaleString("en")`,
		`this.constructor.prototype; Function.prototype.call; medieval(1); x.map(y => y)`,
	} {
		if g := webidl.GuardsFor(sourcetext.Of(text), []string{"x", "fetch"}); !g.IsZero() {
			t.Errorf("%s: guarded by %+v", text, g)
		}
	}
}

// TestLongGeneratedCode makes functions of long texts, as libraries that compile schemas do; what could nest too deep is
// refused.
func TestLongGeneratedCode(t *testing.T) {
	for _, c := range []jstest.Case{
		{`return new Function("return " + JSON.stringify("a".repeat(1e5)))().length`, "100000"},
		{`return new Function("const a = {" + "someLongName: someOtherLongName,\n".repeat(6e3) + "}").length`, "0"},
		{`return (0, eval)(" ".repeat(1e5) + "1 + 1")`, "2"},
		{`return new Function("(".repeat(1e6))`, "thrown: RangeError: Code generation from strings is limited to 65536 words and signs"},
		{`return (0, eval)("!".repeat(7e4) + "1")`, "thrown: RangeError: Code generation from strings is limited to 65536 words and signs"},
		{`return new Function("a".repeat(4e4), "if(a)".repeat(2e4))`, "thrown: RangeError: Code generation from strings is limited to 65536 words and signs"},
		{`return new Function("\u{20bb7}".repeat(7e4))`, "thrown: RangeError: Code generation from strings is limited to 65536 words and signs"},
	} {
		t.Run(c[0], func(t *testing.T) {
			iso := jstest.New(t)
			iso.Guard(webidl.GuardsFor(sourcetext.Of(c[0]), nil))
			iso.SetIOContext(false) // as at module scope
			if got := iso.Run(t, c[0]); got != c[1] {
				t.Errorf("got %.200q, want %q", got, c[1])
			}
		})
	}
}

func TestStackFrames(t *testing.T) {
	got := webidl.StackFrames("Error: at home\n\tat fail (src/a%20b%25.ts:2:7(3))\n\tat new A (native)\n\tat reaction:3:48(3)\n\tat task:1:37(2)\n" +
		"\tat run (task:1:1(2))\n\tat worker.js:9:1(4)\n\tat <eval>:1:1(0)\n")
	want := []string{"at fail (src/a b%.ts:2:7)", "at worker.js:9:1", "at <eval>:1:1"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}
